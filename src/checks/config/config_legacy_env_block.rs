//! `config-legacy-env-block`: a variable directly under `env`, which current releases refuse.

use super::config_common::{consequence, edit, has_failed, where_to_edit};
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{ConfigIssue, ConfigState, ConfigView, Located};
use crate::resolve;

pub(crate) const CHECK: Check = Check {
    id: "config-legacy-env-block",
    title: "the config's variables are in env.vars",
    group: Group::Config,
    severity: Severity::Error,
    needs: &[Need::Config],
    causes: &[
        "service-crash-loop",
        "service-not-running",
        "gateway-silent",
        "config-unknown-key",
        "config-invalid",
    ],
    docs: "Until summer 2026 the documentation taught `env: { KEY: \"…\" }`. Releases of the 2026.9 line know only \
`env.vars` and `env.shellEnv`: `openclaw` commands refuse the file. A starting Gateway moves the entries to `env.vars` \
and rewrites the file as plain JSON (comments are lost, the old one is kept as .bak), unless the config uses `$include`, \
may not be written (Nix mode, OPENCLAW_CONFIG_READONLY=1, a read-only mount), or has another problem; then it does not start.\n\n\
Fix: write `env: { vars: { KEY: \"…\" } }`, or better, put the key into `.env`.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let Some(config) = resolve::config(case.snapshot) else {
        return Vec::new();
    };
    config
        .legacy_env
        .iter()
        .map(|entry| found(case, config, entry))
        .collect()
}

fn found(case: &CheckContext<'_>, config: &ConfigView, entry: &Located<String>) -> Finding {
    let name = &entry.value;
    let moves = config.state == ConfigState::Repaired;
    let effect = if moves {
        "A starting Gateway moves it to env.vars and rewrites the file, losing its comments; until then `openclaw` commands refuse the config.".to_owned()
    } else {
        consequence(config)
    };
    let issue = ConfigIssue {
        path: entry.path.clone(),
        place: entry.place.clone(),
        kind: "unknown_key".to_owned(),
        ..ConfigIssue::default()
    };
    // A start that failed counts for more than what the next one should do.
    let severity = match moves && !has_failed(case) {
        true => Severity::Warning,
        false => CHECK.severity,
    };
    finding(
        CHECK.id,
        severity,
        format!("env.{name} is the old layout; the variable belongs in env.vars"),
    )
    .subject(&entry.path)
    .detail(effect)
    .at(entry.place.as_ref(), format!("{name} is directly under env"))
    .fix(
        format!(
            "{}, move {name} into env.vars: env: {{ vars: {{ {name}: … }} }}.",
            where_to_edit(case)
        ),
        [edit(case, &issue), case.commands().restart()],
    )
    .confirm("%doctor% config")
}
