//! `env-shadowed-by-service`: a value handed over by the service beats a different one in `.env`.

use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::common::{Hiding, edited_copies, hiding, proved_good};
use crate::checks::finding::{FindingExt, finding};
use crate::checks::service::service_common::take_out;
use crate::model::report::{Certainty, Finding, Severity};
use crate::model::snapshot::{Offer, Source};
use crate::remedy::Intent;
use crate::resolve::{self, ResolvedKey};

pub(crate) const CHECK: Check = Check {
    id: "env-shadowed-by-service",
    title: "the service sets no value that hides another one",
    group: Group::Environment,
    severity: Severity::Error,
    needs: &[Need::NextStart],
    causes: &[
        "cf-provider-key-rejected",
        "value-empty",
        "config-ref-unset-in-daemon",
        "secret-inline-in-unit",
    ],
    docs: "What the service sets when it starts (unit, drop-in, EnvironmentFile) is bound before OpenClaw reads \
`.env`, and a bound name is never replaced, unless it is listed in OPENCLAW_SERVICE_MANAGED_ENV_KEYS. An old line there \
beats every edit of `.env`, and survives `gateway install`. The same is true of what a wrapper, a login shell or a tool \
such as `op run` brings.\n\n\
Fix: delete the line that is not wanted, then restart the Gateway.",
    run,
};

/// Sources with a check of their own.
fn has_own_check(source: Source) -> bool {
    matches!(
        source,
        Source::Manager | Source::LaunchctlSetenv | Source::LaunchdEnvFile
    )
}

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    hiding(case, |source| source.is_service() && !has_own_check(source))
        .iter()
        // The Gateway's own token has its check too.
        .filter(|hiding| !hiding.key.name().starts_with("OPENCLAW_GATEWAY_"))
        .map(|hiding| found(case, hiding))
        .chain(case.resolved.keys.iter().filter_map(|key| by_launcher(case, key)))
        .collect()
}

/// What a program before OpenClaw gave the running Gateway, beside another value in the file that people edit. Nobody
/// knows what it gives next time, or which of the two is wanted.
fn by_launcher(case: &CheckContext<'_>, key: &ResolvedKey) -> Option<Finding> {
    let name = key.name();
    let (link, pid) = resolve::given_by_link(case.snapshot, name)?;
    let has = key.running.as_ref().filter(|value| !value.is_blank())?;
    let start = case.snapshot.views.next_start.get()?;
    let hidden =
        edited_copies(start, name).find(|copy| copy.value.as_ref().is_some_and(|value| !value.same_as(has)))?;
    let weak = case.place(hidden.place.as_ref(), hidden.source);
    let program = case.tilde(&link.program);
    let works = proved_good(case, name) == Some(true);
    let severity = if works {
        Severity::Info
    } else {
        Severity::Warning.min(key.severity())
    };
    let (text, commands) = case.commands().at_source(name, Intent::Remove);
    Some(
        finding(
            CHECK.id,
            severity,
            format!("{name}: what {program} brings hides the value of {weak}"),
        )
        .subject(name)
        .certainty(Certainty::Likely)
        .detail(format!(
            "What the Gateway is started with is bound before OpenClaw reads any .env, so an edit of {weak} has no \
             effect while {program} sets {name}."
        ))
        .seen(format!("pid {pid} was started by it with #{}", has.fingerprint))
        .at(hidden.place.as_ref(), format!("hidden (#{})", fingerprint(hidden)))
        .fix(format!("{text}, if {weak} is right; then {weak} counts."), commands),
    )
}

fn found(case: &CheckContext<'_>, hiding: &Hiding<'_>) -> Finding {
    let &Hiding { key, winner, hidden } = hiding;
    let name = key.name();
    let weak = case.place(hidden.place.as_ref(), hidden.source);
    // What wins is accepted: then the hidden copy is what is old.
    let works = proved_good(case, name) == Some(true);
    let severity = if works { Severity::Info } else { key.severity() };
    let file = winner
        .place
        .as_ref()
        .map(|place| case.tilde(&place.path))
        .unwrap_or_default();
    let (text, commands) = take_out(case, name, winner.source, &file);
    let whose = match winner.source {
        Source::Container => "the container's".to_owned(),
        Source::Supervisor => format!("{}'s", case.manager_name()),
        _ => "the service's".to_owned(),
    };
    let mut commands = commands;
    let restart = case.commands().restart();
    if !matches!(winner.source, Source::Container | Source::Supervisor) {
        commands.push(restart);
    }
    let finding = finding(
        CHECK.id,
        severity,
        format!("{name}: {whose} value hides that of {weak}"),
    )
    .subject(name)
    .certainty(key.report.certainty)
    .detail("What the Gateway is started with is bound before OpenClaw reads any .env.")
    .at(winner.place.as_ref(), format!("wins (#{})", fingerprint(winner)))
    .at(hidden.place.as_ref(), format!("hidden (#{})", fingerprint(hidden)));
    if works {
        return finding.seen("Cloudflare accepts the value that wins").fix::<String>(
            format!("None is needed. The copy in {weak} is not used; correct it or delete it."),
            [],
        );
    }
    if refused_too(case, name, hidden) {
        let put = (hidden.source == Source::DotenvState).then(|| case.put_in_dotenv(name));
        return finding.fix(
            format!("The provider refuses both values: put a valid key into {weak} first. {text}; then {weak} counts."),
            put.into_iter().chain(commands),
        );
    }
    finding.fix(format!("{text}; then {weak} counts."), commands)
}

/// Whether the hidden value was tried as the shell's key, and the provider refused it as well.
fn refused_too(case: &CheckContext<'_>, name: &str, hidden: &Offer) -> bool {
    let tried =
        case.cloudflare_fact("shell_key") == Some("refused") && case.cloudflare_fact("shell_name") == Some(name);
    let shell = case
        .snapshot
        .views
        .shell
        .get()
        .and_then(|trace| trace.find(name).seen());
    let same = shell
        .zip(hidden.value.as_ref())
        .is_some_and(|(shell, value)| shell.value.same_as(value));
    tried && same
}

fn fingerprint(offer: &Offer) -> &str {
    offer.value.as_ref().map_or("", |value| value.fingerprint.as_str())
}
