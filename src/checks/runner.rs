//! Runs the checks in table order and puts the report together.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::{OF_THE_SUBJECT, blind, fold, others, suppress};
use crate::base::fact::Fact;
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::model::report::{CheckOutcome, CheckReport, Finding, Outcome, Severity, Verdict, Weight};
use crate::model::snapshot::{ConfigState, ManagerKind, PingVerdict, Snapshot};
use crate::ping::verdict::{Reach, Word};
use crate::product::rules;
use crate::resolve::{self, Resolved, ResolvedKey};

/// What judging a machine gives.
#[derive(Debug)]
pub struct Diagnosis {
    /// All findings: groups in table order, worst first within each, folded ones after their cause.
    pub findings: Vec<Finding>,
    /// Every check in table order.
    pub checks: Vec<CheckReport>,
    /// The sum.
    pub outcome: Outcome,
}

/// Which checks run: `--only` and `--skip`, by id and by group.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Run only these; empty means all.
    pub only: Vec<String>,
    /// Leave these out.
    pub skip: Vec<String>,
}

impl Filter {
    /// Returns whether any check of a group is to run.
    pub fn wants(&self, checks: &[&'static Check], group: Group) -> bool {
        checks
            .iter()
            .any(|check| check.group == group && self.leaves_out(check).is_none())
    }

    fn leaves_out(&self, check: &Check) -> Option<&'static str> {
        let named = |list: &[String]| list.iter().any(|word| word == check.id || word == check.group.word());
        if named(&self.skip) {
            Some("--skip leaves it out")
        } else if !self.only.is_empty() && !named(&self.only) {
            Some("--only leaves it out")
        } else {
            None
        }
    }
}

/// Judges a machine.
pub fn run(checks: &[&'static Check], snapshot: &Snapshot, resolved: &Resolved, filter: &Filter) -> Diagnosis {
    let case = CheckContext { snapshot, resolved };
    let (mut findings, mut reports) = (Vec::new(), Vec::new());
    for check in checks {
        let (outcome, why, found) = one(check, &case, filter);
        let found = others::weighed(&case, check, found);
        reports.push(CheckReport {
            id: check.id.to_owned(),
            outcome,
            why,
        });
        findings.extend(found);
    }
    for other in &snapshot.pings.others {
        let machine = others::in_front(snapshot, other);
        let case = CheckContext {
            snapshot: &machine,
            resolved,
        };
        for (check, report) in checks.iter().zip(&mut reports) {
            if !others::concerns(check) {
                continue;
            }
            let (_, _, found) = one(check, &case, filter);
            let mut new = others::told(&case, other, found);
            let same = |known: &Finding, finding: &Finding| known.id == finding.id && known.subject == finding.subject;
            new.retain(|finding| !findings.iter().any(|known| same(known, finding)));
            if !new.is_empty() {
                (report.outcome, report.why) = (CheckOutcome::Found, None);
            }
            findings.extend(new);
        }
    }
    let keys = resolved.keys.iter();
    let needs: Vec<(&str, &[String])> = keys.map(|key| (key.name(), key.report.needed_by.as_slice())).collect();
    let mut findings = fold::fold(checks, suppress::mark(findings, &snapshot.suppressions), &needs);
    for remedy in findings.iter_mut().filter_map(|finding| finding.remedy.as_mut()) {
        for command in remedy.commands.iter_mut().chain(&mut remedy.confirm) {
            *command = crate::remedy::shell::typed(command, snapshot);
        }
    }
    let checks_blind = checks.iter().any(|check| {
        filter.leaves_out(check).is_none()
            && reports
                .iter()
                .any(|report| report.id == check.id && report.outcome == CheckOutcome::Unknown)
            && (blind::to(check, snapshot).is_some() || blind::hidden(snapshot).is_some())
    });
    let outcome = sum(&findings, snapshot, resolved, checks_blind);
    Diagnosis {
        findings,
        checks: reports,
        outcome,
    }
}

fn one(check: &Check, case: &CheckContext<'_>, filter: &Filter) -> (CheckOutcome, Option<String>, Vec<Finding>) {
    if let Some(why) = filter.leaves_out(check) {
        return (CheckOutcome::Skipped, Some(why.to_owned()), Vec::new());
    }
    let cut_short = case.snapshot.cut_short.as_ref();
    if let Some(cut) = cut_short.filter(|cut| !cut.judged) {
        return (CheckOutcome::Unknown, Some(cut.why.clone()), Vec::new());
    }
    for need in check.needs {
        match look(*need, case.snapshot) {
            Look::Ready => {}
            Look::Skip(why) if cut_short.is_some() => return (CheckOutcome::Unknown, Some(why), Vec::new()),
            Look::Skip(why) => return (CheckOutcome::Skipped, Some(why), Vec::new()),
            Look::Unknown(why) => return (CheckOutcome::Unknown, Some(why), Vec::new()),
        }
    }
    // One broken check must not cost the report.
    match catch_unwind(AssertUnwindSafe(|| (check.run)(case))) {
        Ok(found) if found.is_empty() => match (blind::to(check, case.snapshot), without_subject(check, case)) {
            (Some(why), _) => (CheckOutcome::Unknown, Some(why), found),
            // Nothing to look at was found, and it could be where nothing could be looked at.
            (None, Some(why)) => match blind::hidden(case.snapshot) {
                Some(hidden) => (CheckOutcome::Unknown, Some(hidden), found),
                None => (CheckOutcome::Skipped, Some(why.to_owned()), found),
            },
            (None, None) => (CheckOutcome::Pass, None, found),
        },
        Ok(found) => (CheckOutcome::Found, None, found),
        Err(_) => {
            let why = "the check itself failed; please report this".to_owned();
            (CheckOutcome::Unknown, Some(why), Vec::new())
        }
    }
}

/// Checks of a Gateway whose start is over.
const AFTER_THE_START: &[&str] = &["gateway-silent", "gateway-not-ready"];

/// Returns why a check that found nothing had nothing to look at: that is no pass.
fn without_subject(check: &Check, case: &CheckContext<'_>) -> Option<&'static str> {
    let snapshot = case.snapshot;
    let daemon = resolve::service(snapshot).is_some() || resolve::process(snapshot).is_some();
    let config = resolve::config(snapshot).filter(|config| config.state != ConfigState::Missing);
    let asked = snapshot.pings.gateway.is_some();
    match check.group {
        _ if OF_THE_SUBJECT.contains(&check.id) => None,
        _ if AFTER_THE_START.contains(&check.id) && resolve::start::of(snapshot).is_some() => {
            Some("the Gateway is still starting")
        }
        Group::Service if !daemon => Some("no Gateway is running or installed as a service"),
        Group::Gateway if !daemon && !asked => Some("no Gateway is running or installed as a service"),
        Group::Config if config.is_none() => Some("no config file"),
        _ if !daemon && config.is_none() => Some("OpenClaw is not set up here"),
        _ => None,
    }
}

enum Look {
    Ready,
    Skip(String),
    Unknown(String),
}

fn fact<T>(fact: &Fact<T>, absent: &str) -> Look {
    match fact {
        Fact::Known { .. } => Look::Ready,
        Fact::Absent => Look::Skip(absent.to_owned()),
        Fact::Unreadable { why, .. } => Look::Unknown(why.clone()),
        Fact::NotAsked { why } => Look::Skip(why.clone()),
    }
}

fn look(need: Need, snapshot: &Snapshot) -> Look {
    let services = &snapshot.services;
    let service = resolve::service(snapshot);
    match need {
        Need::NextStart => fact(&snapshot.views.next_start, "no Gateway service here"),
        Need::Running => match resolve::process(snapshot) {
            Some(process) if process.witness.get().is_some() => Look::Ready,
            Some(process) => fact(&process.initial, "no Gateway is running"),
            None => Look::Skip("no Gateway is running".to_owned()),
        },
        Need::Gateway => match (look(Need::Running, snapshot), look(Need::NextStart, snapshot)) {
            (Look::Ready, _) | (_, Look::Ready) => Look::Ready,
            (Look::Unknown(why), _) | (_, Look::Unknown(why)) => Look::Unknown(why),
            (Look::Skip(_), Look::Skip(_)) => Look::Ready,
        },
        Need::Shell => fact(&snapshot.views.shell, "no environment to start from"),
        Need::Service => match (service, &services.why_none) {
            (Some(_), _) => Look::Ready,
            (None, Some(why)) => Look::Skip(why.clone()),
            (None, None) => match services.closed.first() {
                Some(why) => Look::Unknown(why.clone()),
                None => Look::Skip("no Gateway service here".to_owned()),
            },
        },
        Need::ServiceState => match service {
            Some(service) => fact(&service.state, "the manager does not know the service"),
            None => look(Need::Service, snapshot),
        },
        Need::Systemd | Need::Launchd => {
            let wanted = if need == Need::Systemd {
                ManagerKind::Systemd
            } else {
                ManagerKind::Launchd
            };
            match (services.manager == wanted, &services.why_none) {
                (true, _) => Look::Ready,
                (false, Some(why)) => Look::Skip(why.clone()),
                (false, None) => Look::Skip(
                    match need {
                        Need::Launchd => "macOS only",
                        _ => "systemd only",
                    }
                    .to_owned(),
                ),
            }
        }
        Need::Config => match resolve::config(snapshot).map(|config| &config.state) {
            Some(ConfigState::Unreadable { why } | ConfigState::TooMuch { why }) => {
                Look::Unknown(format!("the config: {why}"))
            }
            Some(ConfigState::Missing) => Look::Skip("no config file".to_owned()),
            Some(_) => Look::Ready,
            None => Look::Unknown("the config could not be found".to_owned()),
        },
        Need::GatewayPing => gateway(snapshot, Reach::Nobody),
        Need::GatewayAnswer(reach) => gateway(snapshot, reach),
        Need::CloudflarePing => cloudflare(snapshot, Reach::Nobody),
        Need::CloudflareAnswer(reach) => cloudflare(snapshot, reach),
        // One part that was not read is no reason not to judge the rest: checks::blind has the last word.
        Need::Plugins | Need::Permissions | Need::Definition | Need::Layers | Need::Places => Look::Ready,
        Need::Providers => {
            let version = snapshot.install.version.as_deref();
            match rules::for_version(version).name == resolve::stock().release {
                true => Look::Ready,
                false => Look::Skip(format!(
                    "the providers of OpenClaw {} are not listed in this doctor",
                    version.unwrap_or_default()
                )),
            }
        }
        Need::Programs => fact(&snapshot.install.programs, "no programs were found"),
        Need::Node => fact(&resolve::node_and_range(snapshot), "no Node was found"),
        Need::Openclaw => {
            let install = &snapshot.install;
            let config = resolve::config(snapshot).is_some_and(|config| config.state != ConfigState::Missing);
            let any = install.package_dir.is_some()
                || install.cli_path.is_some()
                || !services.services.is_empty()
                || !snapshot.processes.gateways.is_empty();
            match any || config || !services.closed.is_empty() {
                true => Look::Ready,
                false => Look::Skip("nothing of OpenClaw was found".to_owned()),
            }
        }
        Need::AuthProfiles => {
            let unread = snapshot
                .auth_profiles
                .iter()
                .find_map(|store| store.profiles.why_unknown());
            unread.map_or(Look::Ready, |why| Look::Unknown(why.to_owned()))
        }
    }
}

fn gateway(snapshot: &Snapshot, reach: Reach) -> Look {
    let pings = &snapshot.pings;
    let why = pings.why_no_gateway.as_ref().or(pings.why_none.as_ref());
    ping(pings.gateway.as_ref(), why, reach)
}

fn cloudflare(snapshot: &Snapshot, reach: Reach) -> Look {
    if resolve::is_unseen(snapshot) && resolve::service(snapshot).is_none() {
        let why = "the Gateway that answers cannot be seen, so what it sends is not known";
        return Look::Unknown(why.to_owned());
    }
    let pings = &snapshot.pings;
    let why = pings.why_no_cloudflare.as_ref().or(pings.why_none.as_ref());
    ping(pings.cloudflare.as_ref(), why, reach)
}

/// What was not reached was not looked at: that is no pass. A word of a later release says nothing about that.
fn ping(verdict: Option<&PingVerdict>, why: Option<&String>, reach: Reach) -> Look {
    match (verdict, why) {
        (Some(verdict), _) => match Word::parse(&verdict.word) {
            Some(word) if word.reach() < reach => Look::Unknown(verdict.detail.clone()),
            _ => Look::Ready,
        },
        (None, Some(why)) => Look::Skip(why.clone()),
        (None, None) => Look::Skip("not asked".to_owned()),
    }
}

/// Somebody answered, and not even who it is became clear, or a credential that could not be read was not tried.
fn is_open(verdict: Option<&PingVerdict>) -> bool {
    verdict.is_some_and(|verdict| {
        let tried = verdict
            .facts
            .iter()
            .any(|(name, value)| name == "auth" && value != "not-tried");
        let unclear = matches!(
            Word::parse(&verdict.word),
            Some(Word::Inconclusive | Word::NotUnderstood)
        );
        unclear && !tried || is_skipped(verdict)
    })
}

fn is_skipped(verdict: &PingVerdict) -> bool {
    Word::parse(&verdict.word) == Some(Word::AuthSkipped)
}

/// A needed key of which nothing is known. Of a Gateway that answers and cannot be seen that is told once by the pings: it
/// counts where no place that was read has the key either, unless a forwarder shows that the Gateway is in a container,
/// with places of its own.
fn is_untold(key: &ResolvedKey, snapshot: &Snapshot) -> bool {
    let needed = key.report.weight > Some(Weight::Optional) && key.report.verdict == Verdict::Unknown;
    let in_reach = key.shell.as_ref().is_some_and(|value| !value.is_blank());
    let excused = resolve::is_unseen(snapshot) && (in_reach || resolve::is_relayed(snapshot));
    needed && !excused
}

/// Whether the config of this machine needs a key or has a provider, so that what a Gateway has of it matters.
fn wants_anything(snapshot: &Snapshot, resolved: &Resolved) -> bool {
    let provider = resolve::config(snapshot).is_some_and(|config| !config.providers.is_empty());
    let mut keys = resolved.keys.iter();
    provider || keys.any(|key| key.report.weight > Some(Weight::Optional))
}

/// Errors, else incomplete where the verdict on a needed key or on who answers is not known, else warnings.
fn sum(findings: &[Finding], snapshot: &Snapshot, resolved: &Resolved, checks_blind: bool) -> Outcome {
    let worst = findings
        .iter()
        .filter(|finding| finding.counts())
        .map(|finding| finding.severity)
        .max();
    let open = snapshot.cut_short.is_some()
        || checks_blind
        || resolve::is_walled_off(snapshot)
        || resolve::is_unseen_here(snapshot) && wants_anything(snapshot, resolved)
        || snapshot.processes.not_a_gateway.is_some()
        || resolved.keys.iter().any(|key| is_untold(key, snapshot))
        || matches!(
            resolve::config(snapshot).map(|config| &config.state),
            Some(ConfigState::Unreadable { .. } | ConfigState::TooMuch { .. }) | None
        )
        || is_open(snapshot.pings.gateway.as_ref())
        || is_open(snapshot.pings.cloudflare.as_ref())
        || snapshot.pings.others.iter().any(|other| is_skipped(&other.verdict));
    match worst {
        Some(Severity::Error) => Outcome::Errors,
        _ if open => Outcome::Incomplete,
        Some(Severity::Warning) => Outcome::Warnings,
        _ => Outcome::Ok,
    }
}
