//! `secret-ref-unresolved`: a secret reference of the config has no value behind it.

use crate::base::fact::Fact;
use crate::checks::check::{Case, Check, Group, Need};
use crate::checks::common::gateway_lacks_name;
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{ConfigRef, Located, RefForm, SecretRef};
use crate::resolve;

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
        "key-missing-everywhere",
    ],
    docs: "`{ source: \"env\", provider: \"default\", id: \"NAME\" }` is resolved when the Gateway starts. A reference \
without a value fails closed: nothing else is tried. For the Gateway's own token the start is refused as a whole \
(\"required secrets are unavailable\"); for a provider only that provider is out.\n\n\
References of source file are looked at (existence and mode); exec and store are resolved by the Gateway alone and are \
not run by the doctor.\n\nFix: put the variable into `.env` of the state directory and restart.",
    run,
};

fn run(case: &Case<'_>) -> Vec<Finding> {
    let Some(config) = resolve::config(case.snapshot) else {
        return Vec::new();
    };
    let by_variable = config
        .refs
        .iter()
        .filter(|reference| reference.form == RefForm::SecretRef && gateway_lacks_name(case, &reference.name))
        .map(|reference| missing_variable(case, reference));
    let by_file = config
        .secret_refs
        .iter()
        .filter_map(|secret| missing_file(case, secret));
    by_variable.chain(by_file).collect()
}

fn missing_variable(case: &Case<'_>, reference: &ConfigRef) -> Finding {
    let (name, path) = (&reference.name, &reference.path);
    let blocks = path.starts_with("gateway.auth");
    finding(
        CHECK.id,
        CHECK.severity,
        format!("{path} is a reference to {name}, which the Gateway does not have"),
    )
    .subject(name)
    .detail(if blocks {
        format!("{path} is needed to start: the Gateway stops with \"required secrets are unavailable\".")
    } else {
        format!("{path} fails closed: no other source is tried, and what needs it does not work.")
    })
    .at(reference.place.as_ref(), format!("{path}: source env, id {name}"))
    .fix(
        format!("Put {name} into {} and restart the Gateway.", case.dotenv()),
        [case.put_in_dotenv(name), case.commands().apply_put()],
    )
}

fn missing_file(case: &Case<'_>, secret: &Located<SecretRef>) -> Option<Finding> {
    let path = &secret.path;
    let (title, how) = match &secret.value.target {
        Fact::Absent => (format!("{path} refers to a secret file that does not exist"), None),
        Fact::Unreadable { why, how_to_see } => (
            format!("{path} refers to a secret file that cannot be used: {why}"),
            Some(how_to_see),
        ),
        Fact::Known { .. } | Fact::NotAsked { .. } => return None,
    };
    let command = how.filter(|how| !how.is_empty()).cloned();
    Some(
        finding(CHECK.id, CHECK.severity, title)
            .subject(path)
            .detail("A reference fails closed: no other source is tried, and what needs it does not work.")
            .at(
                secret.place.as_ref(),
                format!("source file, provider {}", secret.value.provider),
            )
            .fix(
                format!(
                    "Give secrets.providers.{} a private, regular file of the Gateway's user.",
                    secret.value.provider
                ),
                command.into_iter().chain([case.commands().restart()]),
            ),
    )
}
