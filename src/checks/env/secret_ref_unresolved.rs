//! `secret-ref-unresolved`: a secret reference of the config has no value behind it.

use crate::base::fact::Fact;
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::common::gateway_lacks_name;
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{ConfigRef, Located, RefFlaw, RefForm, SecretRef};
use crate::resolve::{self, StoreState};

pub(crate) const CHECK: Check = Check {
    id: "secret-ref-unresolved",
    title: "every secret reference of the config has a value behind it",
    group: Group::Environment,
    severity: Severity::Error,
    needs: &[Need::Config, Need::Gateway],
    causes: &[
        "service-crash-loop",
        "service-not-running",
        "gateway-silent",
        "gateway-starting",
        "config-start-refused",
        "key-missing-everywhere",
        "gateway-no-credential",
    ],
    docs: "`{ source: \"env\", provider: \"default\", id: \"NAME\" }` is resolved when the Gateway starts, from a variable; \
source store from the shared secret store (state/openclaw.sqlite), source file from a private JSON file. A reference \
without a value fails closed: nothing else is tried. For the Gateway's own token the start is refused as a whole \
(\"required secrets are unavailable\"); for a provider or a channel only that one is out.\n\n\
References of source exec are resolved by a program, which the doctor never runs: `openclaw secrets audit --check \
--allow-exec` does.\n\nFix: put the variable into `.env` of the state directory and restart, or the entry back into the \
store: `openclaw secrets store set NAME --kind secret`.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let Some(config) = resolve::config(case.snapshot) else {
        return Vec::new();
    };
    let by_variable = config
        .refs
        .iter()
        .filter(|reference| reference.form == RefForm::SecretRef && gateway_lacks_name(case, &reference.name))
        .filter_map(|reference| missing_variable(case, reference));
    let by_file = config
        .secret_refs
        .iter()
        .filter_map(|secret| missing_in_file(case, secret));
    let by_store = config
        .secret_refs
        .iter()
        .filter_map(|secret| missing_in_store(case, secret));
    by_variable.chain(by_file).chain(by_store).collect()
}

/// How the Gateway gets to read what was put right: one that is down cannot be told to reload, it reads when it starts.
fn let_it_read(case: &CheckContext<'_>) -> String {
    match case.process() {
        Some(_) => case.commands().openclaw("secrets reload"),
        None => case.commands().restart_of_refused(),
    }
}

/// What a reference without a value does to the Gateway. None where its section is switched off.
fn unresolved(case: &CheckContext<'_>, path: &str, title: String) -> Option<Finding> {
    let weight = resolve::weight_of_path(case.snapshot, path)?;
    let detail = match path.split('.').next() {
        Some("gateway") if path.starts_with("gateway.auth") => {
            format!("{path} is needed to start: the Gateway stops with \"required secrets are unavailable\".")
        }
        Some("models") => format!(
            "{path} fails closed: no variable, profile or other source is tried. The Gateway starts, and the provider \
             stays without a credential."
        ),
        Some("channels") => format!("{path} fails closed: the Gateway starts, and the channel does not."),
        _ => format!("{path} fails closed: no other source is tried, and what needs it does not work."),
    };
    Some(finding(CHECK.id, weight.severity(), title).detail(detail))
}

fn missing_variable(case: &CheckContext<'_>, reference: &ConfigRef) -> Option<Finding> {
    let (name, path) = (&reference.name, &reference.path);
    let title = format!("{path} is a reference to {name}, which the Gateway does not have");
    let found = unresolved(case, path, title)?
        .subject(name)
        .at(reference.place.as_ref(), format!("{path}: source env, id {name}"))
        .fix(
            format!("Put {name} into {} and restart the Gateway.", case.dotenv()),
            [case.put_in_dotenv(name), case.commands().restart_after_add()],
        );
    Some(found)
}

fn missing_in_file(case: &CheckContext<'_>, secret: &Located<SecretRef>) -> Option<Finding> {
    if secret.value.source != "file" {
        return None;
    }
    if secret.value.provider.is_empty() {
        return of_channel(case, secret);
    }
    let path = &secret.path;
    let provider = format!("secrets.providers.{}", secret.value.provider);
    let (title, how) = match (&secret.value.target, secret.value.flaw) {
        (Fact::Absent, _) => (format!("{path} refers to a secret file that does not exist"), None),
        (Fact::Unreadable { why, how_to_see }, _) => (
            format!("{path} refers to a secret file that cannot be used: {why}"),
            Some(how_to_see),
        ),
        (Fact::Known { value: file }, Some(flaw)) => (in_file(path, &case.tilde(file), &secret.value.id, flaw), None),
        (Fact::Known { .. } | Fact::NotAsked { .. }, _) => return None,
    };
    let command = how.filter(|how| !how.is_empty()).cloned();
    let fix = match secret.value.flaw {
        Some(RefFlaw::PointerMissing | RefFlaw::NoText | RefFlaw::WrongId) => {
            format!("Put the value where the id of {path} points, or correct the id.")
        }
        Some(RefFlaw::NotJson) => format!("Give {provider} a JSON object, or set its mode to singleValue."),
        Some(RefFlaw::TooLarge) => format!("Raise {provider}.maxBytes, or make the file smaller."),
        _ => format!("Give {provider} a private, regular file of the Gateway's user."),
    };
    let found = unresolved(case, path, title)?
        .subject(path)
        .at(
            secret.place.as_ref(),
            format!("source file, provider {}", secret.value.provider),
        )
        .fix(fix, command.into_iter().chain([let_it_read(case)]));
    Some(found)
}

/// A file that a field of a channel names by itself.
fn of_channel(case: &CheckContext<'_>, secret: &Located<SecretRef>) -> Option<Finding> {
    let path = &secret.path;
    let what = match (&secret.value.target, secret.value.flaw) {
        (Fact::Absent, _) => "a file that does not exist".to_owned(),
        (Fact::Known { value }, Some(RefFlaw::Link)) => {
            format!("{}, which is a link; OpenClaw refuses it", case.tilde(value))
        }
        (Fact::Known { value }, Some(_)) => format!("{}, which is empty", case.tilde(value)),
        _ => return None,
    };
    let found = unresolved(case, path, format!("{path} names {what}"))?
        .subject(path)
        .at(secret.place.as_ref(), format!("{path} names the file"))
        .fix(
            format!("Put the credential into the file that {path} names, a regular file of the Gateway's user; then restart the Gateway."),
            [case.commands().restart()],
        );
    Some(found)
}

fn in_file(path: &str, file: &str, id: &str, flaw: RefFlaw) -> String {
    match flaw {
        RefFlaw::NotJson => format!("{path} refers to {file}, which is not a JSON object"),
        RefFlaw::PointerMissing => format!("{path} refers to {id} in {file}, and nothing is there"),
        RefFlaw::NoText => format!("{path} refers to {id} in {file}, which is empty or not a text"),
        RefFlaw::WrongId => format!("{path} refers to {id} in {file}, a file of one value, whose id is `value`"),
        RefFlaw::HardLinks => format!("{path} refers to {file}, which has several hard links; OpenClaw refuses it"),
        RefFlaw::Link => format!("{path} refers to {file}, which is a link; OpenClaw refuses it"),
        RefFlaw::TooLarge => format!("{path} refers to {file}, which is larger than its provider's maxBytes"),
    }
}

fn missing_in_store(case: &CheckContext<'_>, secret: &Located<SecretRef>) -> Option<Finding> {
    let (path, id) = (&secret.path, &secret.value.id);
    let what = match resolve::stored(case.snapshot, &secret.value) {
        StoreState::Missing => "the secret store has no such entry",
        StoreState::Deleted => "the entry was deleted from the secret store",
        StoreState::There(_) | StoreState::Unknown | StoreState::OtherSource => return None,
    };
    let of_gateway = path.starts_with("gateway.auth");
    let found = unresolved(case, path, format!("{path} is a reference to {id}, and {what}"))?
        .subject(if of_gateway { path } else { id })
        .at(secret.place.as_ref(), format!("{path}: source store, id {id}"))
        .seen(format!(
            "no live entry {id} in {}/state/openclaw.sqlite",
            case.state_dir()
        ))
        .fix(
            format!("Put {id} into the store (you are asked for the value) and let the Gateway read it."),
            [
                case.commands()
                    .openclaw(&format!("secrets store set {id} --kind secret")),
                let_it_read(case),
            ],
        );
    Some(found)
}
