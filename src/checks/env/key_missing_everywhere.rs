//! `key-missing-everywhere`: no source holds the key.

use super::{
    key_in_unread_file, key_not_in_container, key_only_in_shell, key_only_in_workspace_env, managed_key_removed,
    shellenv_key_not_expected, shellenv_rc_not_read, shellenv_timeout,
};
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::common::{assignment_place, lacks, next_start_has};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{Assignment, FileOutcome, OfferStatus, Place, Source, StoreKind, UnreadFile};
use crate::resolve::{self, ResolvedKey, StoreState};

pub(crate) const CHECK: Check = Check {
    id: "key-missing-everywhere",
    title: "every needed key is somewhere",
    group: Group::Environment,
    severity: Severity::Error,
    needs: &[Need::Gateway, Need::AuthProfiles],
    causes: &[
        "config-ref-unset-in-daemon",
        "secret-ref-unresolved",
        "config-start-refused",
        "cf-provider-key-rejected",
    ],
    docs: "The config refers to a variable, or a configured provider reads one, and no source the doctor knows of \
holds it: not the service, not a `.env`, not the config, not the shell, no stored profile. Requests that need it fail \
with 401 or \"No API key found\".\n\n\
Fix: put the key into the `.env` of the state directory (mode 600) and restart the Gateway.",
    run,
};

/// Checks that tell of a key that the Gateway lacks by the place where a copy of it lies. What none of them tells is told
/// here, wherever a copy may lie: a needed key is never left out because it was left to somebody else.
const TELL: [&Check; 8] = [
    &key_only_in_shell::CHECK,
    &key_in_unread_file::CHECK,
    &key_only_in_workspace_env::CHECK,
    &key_not_in_container::CHECK,
    &managed_key_removed::CHECK,
    &shellenv_rc_not_read::CHECK,
    &shellenv_key_not_expected::CHECK,
    &shellenv_timeout::CHECK,
];

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let told: Vec<Finding> = TELL.iter().flat_map(|check| (check.run)(case)).collect();
    let missing = case
        .needed()
        .filter(|key| lacks(case, key) && !next_start_has(key))
        .filter(|key| !is_bound_blank(key) && !is_left_to_a_source(case, key))
        .filter(|key| !told.iter().any(|other| tells_of(other, key)));
    let missing: Vec<&ResolvedKey> = missing.collect();
    missing.iter().map(|key| found(case, key, &missing)).collect()
}

fn tells_of(other: &Finding, key: &ResolvedKey) -> bool {
    other.subject.as_deref() == Some(key.name()) && other.severity >= key.severity()
}

/// The keys that are missing beside this one, as badly and in the same place: one block asks for all of them, each with a
/// command of its own.
fn together<'a>(key: &ResolvedKey, missing: &[&'a ResolvedKey]) -> Vec<&'a str> {
    let alike = missing.iter().filter(|other| other.severity() == key.severity());
    alike.map(|other| other.name()).collect()
}

/// An empty value is told by `value-empty`.
fn is_bound_blank(key: &ResolvedKey) -> bool {
    [&key.next_start, &key.running]
        .into_iter()
        .flatten()
        .any(|value| value.is_blank())
}

/// A source of the service that is lost or passed over, and has the key or may have it, is told as what it is.
fn is_left_to_a_source(case: &CheckContext<'_>, key: &ResolvedKey) -> bool {
    let name = key.name();
    let lost = resolve::service(case.snapshot).is_some_and(|service| {
        service
            .lost_sources
            .iter()
            .any(|lost| lost.what == name || lost.names.iter().any(|found| found == name))
    });
    lost || resolve::passed_over(case.snapshot, name)
}

/// The places that set the key in vain, with what is to be said of each.
fn copies(case: &CheckContext<'_>, name: &str) -> Vec<(Place, String)> {
    let views = &case.snapshot.views;
    let offers = [&views.shell, &views.next_start, &views.running]
        .into_iter()
        .filter_map(|view| view.get())
        .flat_map(|trace| trace.offers_for(name))
        .filter(|offer| offer.rule != UNRESOLVED)
        .filter(|offer| {
            offer.status == OfferStatus::Blocked || offer.value.as_ref().is_some_and(|value| !value.is_blank())
        });
    let in_offers = offers.filter_map(|offer| Some((offer.place.clone()?, "sets it in vain".to_owned())));
    let startup = case.in_startup_files(name).into_iter().map(|(file, assign)| {
        let verb = if assign.exported { "exports" } else { "assigns" };
        let note = format!("{verb} it; OpenClaw does not read it");
        (assignment_place(file, assign), note)
    });
    let unread = case.snapshot.unread_files.iter().flat_map(|file| {
        let own = file.assigns.iter().filter(|assign| assign.name == name);
        own.map(|assign| {
            let place = Place::line(file.path.clone(), assign.line);
            (place, "assigns it; nothing reads the file".to_owned())
        })
    });
    let mut found: Vec<(Place, String)> = Vec::new();
    for copy in in_offers.chain(startup).chain(unread) {
        if !found.iter().any(|(place, _)| *place == copy.0) {
            found.push(copy);
        }
    }
    found
}

/// Rule of an entry of `env.vars` whose value refers to a variable that is not set: it gives nothing, and nobody else
/// tells of it.
const UNRESOLVED: &str = "config-unresolved-reference";

fn commented<'a>(case: &CheckContext<'a>, name: &'a str) -> impl Iterator<Item = (&'a UnreadFile, &'a Assignment)> {
    let files = case.snapshot.commented.iter();
    files
        .flat_map(|file| file.assigns.iter().map(move |assign| (file, assign)))
        .filter(move |(_, assign)| assign.name == name)
}

/// Providers that have a login of their own beside a variable (`providerAuthChoices` of the manifests of 2026.9.6).
const LOGINS: [&str; 7] = [
    "chutes",
    "github-copilot",
    "minimax-portal",
    "openai",
    "openrouter",
    "radius",
    "xai",
];

/// The command that logs in to the provider of a model, where it has one.
fn login(case: &CheckContext<'_>, path: &str) -> Option<String> {
    let mut models = resolve::config(case.snapshot)?.uses.models.iter();
    let (provider, _) = models
        .find(|used| used.model.path == path)?
        .model
        .value
        .split_once('/')?;
    let id = provider.to_ascii_lowercase();
    LOGINS.contains(&id.as_str()).then(|| match id.as_str() {
        "github-copilot" => case.commands().openclaw("models auth login-github-copilot"),
        _ => case.commands().openclaw(&format!("models auth login --provider {id}")),
    })
}

fn found(case: &CheckContext<'_>, key: &ResolvedKey, missing: &[&ResolvedKey]) -> Finding {
    let name = key.name();
    let all = together(key, missing);
    let puts = all.iter().map(|name| case.put_in_dotenv(name));
    let what = if all.len() > 1 {
        format!("{} keys ({})", all.len(), all.join(", "))
    } else {
        "key".to_owned()
    };
    let by = key.report.needed_by.first().map_or("the config", String::as_str);
    let built_in = resolve::built_in_model(case.snapshot, &key.report.needed_by);
    let why = match built_in {
        Some(model) => format!("The config names no model, so OpenClaw takes {model}. It needs the key"),
        None => format!("{by} needs it"),
    };
    let or_else = match built_in {
        Some(_) => format!(
            " Where you use another provider, name its model instead: {}.",
            case.commands().openclaw("models set PROVIDER/MODEL")
        ),
        None => login(case, by).map_or(String::new(), |command| format!(" Or log in: {command}.")),
    };
    let copies = copies(case, name);
    let mut finding = finding(
        CHECK.id,
        key.severity(),
        match copies.first() {
            None => format!("{name} is not set anywhere the doctor looked"),
            Some((place, _)) => format!(
                "{name} is set only where {} does not see it, in {}",
                case.gateway_name(),
                case.tilde(&place.path)
            ),
        },
    )
    .subject(name)
    .certainty(key.report.certainty)
    .detail(match copies.is_empty() {
        true => format!(
            "{why}, and neither {}, the service, the config nor the shell has it.",
            case.dotenv()
        ),
        false => format!("{why}, and nothing that {} reads has it.", case.gateway_name()),
    })
    .fix(
        format!(
            "Put the {what} into {} and restart the Gateway.{or_else}",
            case.dotenv()
        ),
        puts.chain([case.commands().restart_after_add()]),
    );
    for (place, note) in copies.iter().take(3) {
        finding = finding.at(Some(place), note);
    }
    for (file, assign) in commented(case, name).take(3) {
        let place = Place::line(file.path.clone(), assign.line);
        finding = finding.at(Some(&place), "would set it, but the line is a comment");
    }
    let void = case.offers(name).into_iter().find(|offer| offer.rule == UNRESOLVED);
    if let Some(offer) = void {
        finding = finding.at(
            offer.place.as_ref(),
            format!("env.vars.{name} refers to a variable that is not set, so OpenClaw leaves it out"),
        );
    }
    if let StoreState::There(entry) = resolve::store_entry(case.snapshot, name) {
        let note = match entry.kind {
            StoreKind::Env => {
                "has an entry of this name, of kind env: commands of the agent get it, no provider or channel reads it"
            }
            StoreKind::Secret => "has an entry of this name, which only a SecretRef of source store would read",
        };
        finding = finding.seen(format!("the secret store {note}"));
    }
    if let Some(trace) = resolve::start_trace(case.snapshot) {
        for reference in trace
            .config
            .refs
            .iter()
            .filter(|reference| reference.name == name)
            .take(1)
        {
            finding = finding.at(reference.place.as_ref(), "refers to it");
        }
        for file in trace.files.iter().filter(|file| file.source != Source::DotenvWorkspace) {
            let at = Place::file(file.facts.path.clone());
            let note = match &file.outcome {
                FileOutcome::Missing => continue,
                FileOutcome::Read { .. } => "does not set it".to_owned(),
                FileOutcome::Ignored { why } => format!("OpenClaw passes it over: {why}"),
                FileOutcome::Unknown { why } => format!("not looked into: {why}"),
            };
            finding = finding.at(Some(&at), note);
        }
    }
    finding
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::fact::Fact;
    use crate::checks::testkit::{KEY, findings, healthy, lose_key, stop, views};
    use crate::model::snapshot::{ShellOutcome, Snapshot, StartupFile};

    /// Two keys that are missing in the same place are asked for by one block, each by a command of its own.
    #[test]
    fn keys_that_are_missing_together_have_one_fix() {
        let mut snapshot = healthy();
        lose_key(&mut snapshot, KEY);
        assert_eq!(findings(&CHECK, &snapshot).len(), 1);
        for view in views(&mut snapshot) {
            let mut second = view.config.refs[0].clone();
            second.name = "CF_AIG_TOKEN".to_owned();
            second.path = "models.providers.cloudflare-ai-gateway.headers.cf-aig-authorization".to_owned();
            second.resolved = false;
            view.config.refs.push(second);
        }
        let fixes: Vec<Vec<String>> = findings(&CHECK, &snapshot)
            .into_iter()
            .map(|finding| finding.remedy.expect("a fix").commands)
            .collect();
        assert_eq!(fixes.len(), 2, "{fixes:?}");
        assert_eq!(fixes[0], fixes[1]);
        assert_eq!(fixes[0].len(), 3);
        assert!(fixes[0][0].contains(KEY) != fixes[0][1].contains(KEY), "{fixes:?}");
    }

    /// Whatever holds a copy of a key that the Gateway lacks, one finding as bad as the need tells of it.
    #[test]
    fn a_copy_that_nobody_reads_is_no_excuse() {
        type Change = (&'static str, fn(&mut Snapshot));
        let exported = |snapshot: &mut Snapshot| {
            let assign = Assignment {
                name: KEY.to_owned(),
                line: 3,
                exported: true,
            };
            snapshot.startup_files.push(StartupFile {
                path: "/home/openclaw/.bashrc".to_owned(),
                name: ".bashrc".to_owned(),
                assigns: vec![assign],
                sources: Vec::new(),
            });
        };
        let changes: [Change; 5] = [
            ("nothing", |_| ()),
            ("no service", |snapshot| {
                snapshot.services.services.clear();
                snapshot.services.examined = None;
                snapshot.views.next_start = Fact::Absent;
            }),
            ("the import failed", |snapshot| {
                import(
                    snapshot,
                    ShellOutcome::Failed {
                        why: "exit 1".to_owned(),
                    },
                )
            }),
            ("the import had nothing to ask", |snapshot| {
                import(snapshot, ShellOutcome::NothingMissing)
            }),
            ("the import is not known", |snapshot| {
                import(snapshot, ShellOutcome::Unknown { why: "cut".to_owned() })
            }),
        ];
        for (name, change) in changes {
            for copy in [false, true] {
                let mut snapshot = healthy();
                stop(&mut snapshot);
                lose_key(&mut snapshot, KEY);
                if copy {
                    exported(&mut snapshot);
                }
                change(&mut snapshot);
                let told = TELL
                    .iter()
                    .chain([&&CHECK])
                    .flat_map(|check| findings(check, &snapshot));
                let errors = told
                    .filter(|finding| finding.subject.as_deref() == Some(KEY) && finding.severity == Severity::Error);
                assert!(errors.count() > 0, "{name}, a copy in a start-up file: {copy}");
            }
        }
    }

    fn import(snapshot: &mut Snapshot, outcome: ShellOutcome) {
        for view in views(snapshot) {
            view.shell_import.enabled = true;
            view.shell_import.outcome = outcome.clone();
        }
    }
}
