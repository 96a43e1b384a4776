//! `shellenv-rc-not-read`: shellEnv is on, but the key is in a start-up file that a login shell does not read.

use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::common::{assignment_place, lacks, next_start_has};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::Trace;
use crate::resolve::ResolvedKey;

pub(crate) const CHECK: Check = Check {
    id: "shellenv-rc-not-read",
    title: "the keys a login shell should bring are in files it reads",
    group: Group::Environment,
    severity: Severity::Error,
    needs: &[Need::Gateway],
    causes: &[
        "config-ref-unset-in-daemon",
        "key-missing-everywhere",
        "key-only-in-shell",
        "secret-ref-unresolved",
    ],
    docs: "With env.shellEnv on, the Gateway runs `bash -lic`, or another shell with `-l -c`. bash then reads \
/etc/profile and the first of ~/.bash_profile, ~/.bash_login, ~/.profile; ~/.bashrc counts only where one of these \
sources it. zsh reads ~/.zshenv, ~/.zprofile and ~/.zlogin, never ~/.zshrc. A service without SHELL gets /bin/sh.\n\n\
Fix: move the export to a file that a login shell reads, or put the key into `.env`.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let Some(trace) = case.start_with_shell_import() else {
        return Vec::new();
    };
    case.needed()
        .filter(|key| lacks(case, key) && !next_start_has(key))
        .filter(|key| trace.expected_keys.iter().any(|name| name == key.name()))
        .filter(|key| !case.in_startup_files(key.name()).is_empty())
        .map(|key| found(case, trace, key))
        .collect()
}

fn found(case: &CheckContext<'_>, trace: &Trace, key: &ResolvedKey) -> Finding {
    let name = key.name();
    let shell = trace.shell_import.shell.as_deref().unwrap_or("/bin/sh");
    let files = case.in_startup_files(name);
    let from = files.first().map_or("", |(file, _)| file.name.as_str());
    let readable = if shell.ends_with("zsh") {
        "~/.zprofile"
    } else {
        "~/.profile"
    };
    let mut finding = finding(
        CHECK.id,
        key.severity(),
        format!("env.shellEnv is on, but {shell} as a login shell does not read {from}, where {name} is"),
    )
    .subject(name)
    .certainty(key.report.certainty)
    .detail(format!(
        "A start of the Gateway asks {shell}, whose environment has no {name}, so requests go out without the key."
    ));
    for (file, assign) in files.into_iter().take(3) {
        finding = finding.at(
            Some(&assignment_place(file, assign)),
            format!("sets {name}; a login shell passes it over"),
        );
    }
    finding.fix(
        format!(
            "Move the export to {readable}, or put the key into {} and need no shell.",
            case.dotenv()
        ),
        [case.put_in_dotenv(name), case.commands().restart_after_add()],
    )
}
