//! `dotenv-duplicate-key`: a key occurs twice in one `.env`; the last one wins.

use crate::base::text::shell_quote;
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::common::proved_good;
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{DuplicateKey, Place, Source, TracedFile};

pub(crate) const CHECK: Check = Check {
    id: "dotenv-duplicate-key",
    title: "no .env sets a name twice to different values",
    group: Group::Environment,
    severity: Severity::Warning,
    needs: &[Need::Layers],
    causes: &[],
    docs: "Inside one `.env` the last line of a name counts. An edit of an earlier line has no effect, which looks as \
if the Gateway ignored the file.\n\nFix: delete the line that is not wanted.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let mut seen: Vec<(&str, &str)> = Vec::new();
    let mut findings = Vec::new();
    for file in case
        .gateway_traces()
        .flat_map(|trace| &trace.files)
        .filter(|file| file.source != Source::DotenvWorkspace)
    {
        for duplicate in file.duplicates.iter().filter(|duplicate| duplicate.differ) {
            let place = (file.facts.path.as_str(), duplicate.name.as_str());
            if !seen.contains(&place) {
                seen.push(place);
                findings.push(found(case, file, duplicate));
            }
        }
    }
    findings
}

fn edit_at(path: &str, line: Option<u32>) -> String {
    match line {
        Some(line) => format!("${{EDITOR:-nano}} +{line} {}", shell_quote(path)),
        None => format!("${{EDITOR:-nano}} {}", shell_quote(path)),
    }
}

fn found(case: &CheckContext<'_>, file: &TracedFile, duplicate: &DuplicateKey) -> Finding {
    let path = case.tilde(&file.facts.path);
    let (last, earlier) = duplicate
        .lines
        .split_last()
        .map_or((0, &[][..]), |(last, earlier)| (*last, earlier));
    let lines: Vec<String> = earlier.iter().map(|line| format!("line {line}")).collect();
    let mut finding = finding(
        CHECK.id,
        CHECK.severity,
        format!(
            "{} is set in {path} more than once: line {last} wins over {}",
            duplicate.name,
            lines.join(", ")
        ),
    )
    .subject(&duplicate.name)
    .detail("The values differ, and the last line counts; an edit of an earlier one does not reach the Gateway.");
    for line in &duplicate.lines {
        let note = if *line == last { "wins" } else { "has no effect" };
        finding = finding.at(Some(&Place::line(file.facts.path.clone(), *line)), note);
    }
    let remark = |lines: &[u32]| {
        let edits: Vec<String> = lines.iter().map(|line| format!("{line}s/^/# /")).collect();
        format!("sed -i '{}' {}", edits.join(";"), shell_quote(&path))
    };
    // Which of them is right is known only where the last one was tried.
    match proved_good(case, &duplicate.name) {
        Some(true) => finding.fix(
            format!("Cloudflare accepts the value of line {last}: turn the earlier lines into remarks."),
            [remark(earlier)],
        ),
        Some(false) => finding.fix(
            format!("The value of line {last} is refused: turn it into a remark, so that the one before it counts, and restart."),
            [remark(&[last]), case.commands().apply_dotenv()],
        ),
        None => finding.fix(
            "Keep the line with the right value, and delete the others. Which one that is cannot be told from here.",
            [edit_at(&path, earlier.first().copied())],
        ),
    }
}
