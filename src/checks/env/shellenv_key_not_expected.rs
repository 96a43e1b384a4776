//! `shellenv-key-not-expected`: shellEnv is on, the shell has the key, and no plugin declares it.

use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::common::{lacks, next_start_has, shell_has};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::Trace;
use crate::resolve::{self, ResolvedKey};

pub(crate) const CHECK: Check = Check {
    id: "shellenv-key-not-expected",
    title: "the login-shell import takes every needed key that the shell has",
    group: Group::Environment,
    severity: Severity::Error,
    needs: &[Need::Gateway],
    causes: &[
        "config-ref-unset-in-daemon",
        "key-missing-everywhere",
        "secret-ref-unresolved",
    ],
    docs: "env.shellEnv imports only names that the manifests of plugins on disk declare. A stock install declares \
about fifty; CLOUDFLARE_AI_GATEWAY_API_KEY is not one of them since its provider became a plugin of its own. The key \
stays in the login shell's environment, and the import leaves it there.\n\n\
Fix: put the key into `.env`, or install the plugin that declares it.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let Some(trace) = case.start_with_shell_import() else {
        return Vec::new();
    };
    case.needed()
        .filter(|key| lacks(case, key) && !next_start_has(key))
        .filter(|key| !trace.expected_keys.iter().any(|name| name == key.name()))
        .filter(|key| shell_has(key) || !case.in_startup_files(key.name()).is_empty() || printed(trace, key))
        .map(|key| found(case, trace, key))
        .collect()
}

fn printed(trace: &Trace, key: &ResolvedKey) -> bool {
    trace
        .offers_for(key.name())
        .any(|offer| offer.rule == "shell-not-expected")
}

fn found(case: &CheckContext<'_>, trace: &Trace, key: &ResolvedKey) -> Finding {
    let name = key.name();
    let install = case
        .commands()
        .openclaw("plugins install @openclaw/cloudflare-ai-gateway-provider");
    let plugin = match name == resolve::CLOUDFLARE_KEY {
        true => format!(" Or install the plugin that declares it, with `{install}`."),
        false => String::new(),
    };
    finding(
        CHECK.id,
        key.severity(),
        format!("env.shellEnv does not import {name}: no installed plugin declares it"),
    )
    .subject(name)
    .certainty(key.report.certainty)
    .detail("The import takes only declared names, so the Gateway starts without this key although a shell has it.")
    .at(trace.config.shell_env.place.as_ref(), "env.shellEnv is on")
    .fix(
        format!(
            "Put the key into {}; that needs neither shell nor plugin.{plugin}",
            case.dotenv()
        ),
        [case.put_in_dotenv(name), case.commands().restart_after_add()],
    )
}
