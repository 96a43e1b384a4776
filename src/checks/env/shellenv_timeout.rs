//! `shellenv-timeout`: shellEnv is on, but the login shell takes longer than allowed.

use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::common::lacks;
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{ShellOutcome, Trace};

pub(crate) const CHECK: Check = Check {
    id: "shellenv-timeout",
    title: "the login shell answers within env.shellEnv's limit",
    group: Group::Environment,
    severity: Severity::Error,
    needs: &[Need::Gateway],
    causes: &[
        "config-ref-unset-in-daemon",
        "key-missing-everywhere",
        "secret-ref-unresolved",
    ],
    docs: "With env.shellEnv on, the Gateway runs a login shell at start and takes missing keys from its environment. \
A start-up file that is slower than env.shellEnv.timeoutMs (default 15000) makes the import fail as a whole, and an \
interactive bash even blocks the start until it is done.\n\nFix: raise the limit, or better, put the key into `.env` \
and turn the import off.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let Some(trace) = case
        .start_trace()
        .filter(|trace| trace.shell_import.outcome == ShellOutcome::TimedOut)
    else {
        return Vec::new();
    };
    let waiting: Vec<&str> = case
        .needed()
        .filter(|key| lacks(case, key))
        .map(|key| key.name())
        .collect();
    match waiting.as_slice() {
        [] => vec![found(case, trace, None)],
        names => names.iter().map(|name| found(case, trace, Some(name))).collect(),
    }
}

fn found(case: &CheckContext<'_>, trace: &Trace, name: Option<&str>) -> Finding {
    let import = &trace.shell_import;
    let shell = import.shell.as_deref().unwrap_or("the login shell");
    let severity = if name.is_some() {
        Severity::Error
    } else {
        Severity::Warning
    };
    let what = name.unwrap_or("every key of the login shell");
    let mut finding = finding(
        CHECK.id,
        severity,
        format!(
            "{shell} takes longer than the {} ms of env.shellEnv, so {what} is not imported",
            import.timeout_ms
        ),
    )
    .detail("The Gateway logs \"shell env fallback failed\" and starts without the keys that only the shell has.")
    .at(
        trace.config.shell_env.place.as_ref(),
        format!("env.shellEnv, timeoutMs {}", import.timeout_ms),
    )
    .seen("a login shell, run here with the same limit, did not end in time");
    if let Some(name) = name {
        finding = finding.subject(name);
        for (file, assign) in case.in_startup_files(name).into_iter().take(3) {
            finding = finding.at(
                Some(&crate::checks::common::assignment_place(file, assign)),
                format!("sets {name}, and is slow"),
            );
        }
    }
    let put = name.map(|name| case.put_in_dotenv(name));
    finding.fix(
        format!(
            "Raise timeoutMs, or put the key into {} and need no shell.",
            case.dotenv()
        ),
        [case.commands().openclaw("config set env.shellEnv.timeoutMs 15000")]
            .into_iter()
            .chain(put)
            .chain([case.commands().restart()]),
    )
}
