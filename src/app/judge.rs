//! From a snapshot to its report, and from a report to its exit code.

use crate::app::exit::Exit;
use crate::app::plan::Plan;
use crate::app::spelled;
use crate::checks::{self, runner};
use crate::model::report::{Outcome, Report, SCHEMA, Severity, Tool};
use crate::model::snapshot::Snapshot;
use crate::render::CheckMeta;
use crate::resolve::{self, examined};

/// Makes the report of a snapshot: a pure function of it and of the filters.
pub(crate) fn judge(snapshot: &Snapshot, plan: &Plan) -> Report {
    let resolved = resolve::resolve(snapshot);
    let diagnosis = runner::run(checks::ALL, snapshot, &resolved, &plan.checks);
    let mut report = Report {
        schema: SCHEMA.to_owned(),
        tool: Tool {
            version: snapshot.tool_version.clone(),
        },
        taken_at: examined::rfc3339(snapshot.taken_at),
        examined: examined::of(snapshot),
        outcome: diagnosis.outcome,
        keys: resolved.keys.into_iter().map(|key| key.report).collect(),
        suppressed: diagnosis.findings.iter().filter(|finding| !finding.counts()).count(),
        findings: diagnosis.findings,
        checks: diagnosis.checks,
        pings: examined::requests(snapshot),
        answers: examined::answers(snapshot),
        programs: examined::programs(snapshot),
    };
    spelled::in_report(&mut report, &plan.show.doctor);
    report
}

/// What renderers need of the checks, in table order.
pub(crate) fn catalogue() -> Vec<CheckMeta<'static>> {
    checks::ALL
        .iter()
        .map(|check| CheckMeta {
            id: check.id,
            title: check.title,
            group: check.group.word(),
        })
        .collect()
}

/// The exit code that a report asks for.
pub(crate) fn exit_of(report: &Report, plan: &Plan) -> Exit {
    let Some(least) = plan.show.fail_on else {
        return Exit::Ok;
    };
    let found = report
        .findings
        .iter()
        .any(|finding| finding.counts() && finding.severity >= least);
    match report.outcome {
        _ if found => Exit::Found,
        Outcome::Incomplete if least <= Severity::Error => Exit::Incomplete,
        _ => Exit::Ok,
    }
}
