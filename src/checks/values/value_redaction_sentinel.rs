//! `value-redaction-sentinel`: the value is the mark that redaction leaves.

use super::value_common::{about, suspects};
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{Located, ValueFacts, ValueFlag};
use crate::resolve;

pub(crate) const CHECK: Check = Check {
    id: "value-redaction-sentinel",
    title: "no credential is the mark that redaction leaves",
    group: Group::Values,
    severity: Severity::Error,
    needs: &[Need::Gateway],
    causes: &[
        "cf-provider-key-rejected",
        "config-start-refused",
        "gateway-token-mismatch",
    ],
    docs: "A redacted copy of the config was written back to the disk by an app, a wizard or a repair, and \
`__OPENCLAW_REDACTED__` (or `***`) stands where the key was. The Gateway uses the mark as the key.\n\n\
Fix: take the value out of an older copy (openclaw.json.bak*), or write it again.",
    run,
};

fn bad(value: &ValueFacts) -> bool {
    value.has(ValueFlag::Sentinel)
}

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = suspects(case, bad)
        .iter()
        .map(|suspect| {
            let title = format!("{} is the mark __OPENCLAW_REDACTED__, not a key", suspect.name());
            let origin = suspect.origin(case);
            let found = about(case, CHECK.id, suspect, title, "the mark that redaction leaves");
            told(case, found, &origin)
        })
        .collect();
    let literals = resolve::config(case.snapshot)
        .map(|config| config.literals.as_slice())
        .unwrap_or_default();
    for literal in literals.iter().filter(|literal| bad(&literal.value)) {
        findings.push(in_config(case, literal));
    }
    findings
}

fn in_config(case: &CheckContext<'_>, literal: &Located<ValueFacts>) -> Finding {
    let found = finding(
        CHECK.id,
        CHECK.severity,
        format!("{} is the mark __OPENCLAW_REDACTED__", literal.path),
    )
    .subject(&literal.path)
    .at(literal.place.as_ref(), "the mark that redaction leaves");
    told(case, found, &literal.path)
}

fn told(case: &CheckContext<'_>, found: Finding, origin: &str) -> Finding {
    let config = resolve::start_trace(case.snapshot).map_or_else(
        || "~/.openclaw/openclaw.json".to_owned(),
        |trace| case.tilde(&trace.config_path),
    );
    found
        .detail(format!(
            "A redacted copy was saved over the original: {origin} contains the mark, and the Gateway sends it as the key."
        ))
        .fix(
            format!("Look for the value in an older copy of the config ({config}.bak and its neighbours; openclaw.json.bak keeps the last one), or write it again."),
            [format!("ls -lt {config}*"), case.commands().restart()],
        )
}
