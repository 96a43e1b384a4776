//! Workflow commands of GitHub Actions: one annotation per problem.

use super::Page;
use super::group::{folded, heads, suppressed, suppressed_words};
use super::human::{answer, steps};
use crate::base::text::{clean, clean_lines};
use crate::config::START_REFUSED;
use crate::config::standalone::{Entry, FileVerdict};
use crate::model::report::{CheckOutcome, Finding, Severity};

pub(super) fn page(page: &Page<'_>) -> String {
    let mut text = String::new();
    for finding in heads(page.report) {
        text.push_str(&annotation(page, finding));
    }
    for (finding, by) in suppressed(page.report) {
        text.push_str(&format!(
            "::notice title={}::{}\n",
            property("suppressed"),
            data(&suppressed_words(finding, by))
        ));
    }
    for check in &page.report.checks {
        if check.outcome == CheckOutcome::Unknown {
            let why = check.why.as_deref().unwrap_or("no reason is known");
            text.push_str(&format!(
                "::notice title={}::{}\n",
                property("not checked"),
                data(&format!("{}: {why}", check.id))
            ));
        }
    }
    // Never at the beginning of a line: text that begins with `::` would be a command.
    text.push_str(&format!("openclaw doctor: {}\n", data(&answer(page).sentence)));
    for (at, step) in steps(page).iter().enumerate() {
        text.push_str(&format!("openclaw doctor: fix {}: {}\n", at + 1, data(&step.text)));
        for line in step.commands.iter().flat_map(|command| command.lines()) {
            text.push_str(&format!("    $ {line}\n"));
        }
    }
    text
}

/// Returns the annotation of a run that has no report.
pub(super) fn failure(message: &str) -> String {
    format!("::error title=openclaw doctor::{}\n", data(message))
}

/// Annotations of the verdict on one config.
pub(super) fn config(verdict: &FileVerdict) -> String {
    let mut text = String::new();
    let mut wrong = false;
    let errors = verdict.issues.iter().map(|entry| ("error", entry));
    // What ends the start of a file that validates.
    let ends = |entry: &Entry| verdict.is_refused() && verdict.valid && entry.kind == START_REFUSED;
    let warnings = verdict.warnings.iter().map(|entry| match ends(entry) {
        true => ("error", entry),
        false => ("warning", entry),
    });
    for (command, entry) in errors.chain(warnings) {
        wrong |= command == "error";
        let begin = if ends(entry) {
            "a Gateway does not start with it: "
        } else {
            ""
        };
        let mut message = vec![format!("{begin}{}: {}", entry.at, entry.message)];
        message.extend(entry.hint.clone());
        let place = (entry.file.as_deref(), entry.line, entry.column);
        text.push_str(&about_file(command, verdict, place, &message.join("\n")));
    }
    // A start can be refused where no single setting is wrong.
    if verdict.is_refused() && !wrong {
        let place = verdict.ended_at.as_ref();
        let place = place.map_or((None, None, None), |it| (Some(it.path.as_str()), it.line, it.column));
        text.push_str(&about_file("error", verdict, place, &verdict.gateway_start.why));
    }
    let word = if verdict.valid { "valid" } else { "not valid" };
    text.push_str(&format!("openclaw doctor: {} is {word}\n", data(&clean(&verdict.path))));
    text
}

/// File, line and column.
type At<'a> = (Option<&'a str>, Option<u32>, Option<u32>);

/// The annotation of a place in a config.
fn about_file(command: &str, verdict: &FileVerdict, (file, line, column): At<'_>, message: &str) -> String {
    let mut properties = vec![format!("file={}", property(&clean(file.unwrap_or(&verdict.path))))];
    properties.extend(line.map(|line| format!("line={line}")));
    properties.extend(line.and(column).map(|column| format!("col={column}")));
    let message = data(&clean_lines(message));
    format!("::{command} {},title=openclaw.json::{message}\n", properties.join(","))
}

fn annotation(page: &Page<'_>, finding: &Finding) -> String {
    let command = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let place = finding.evidence.iter().find(|evidence| evidence.path.is_some());
    let mut properties = Vec::new();
    if let Some(evidence) = place {
        properties.extend(
            evidence
                .path
                .as_deref()
                .map(|path| format!("file={}", property(&whole(path, page)))),
        );
        properties.extend(evidence.line.map(|line| format!("line={line}")));
        properties.extend(evidence.line.and(evidence.column).map(|column| format!("col={column}")));
    }
    properties.push(format!(
        "title={}",
        property(&format!("{}: {}", finding.id, finding.title))
    ));
    let mut message = vec![if finding.detail.is_empty() {
        finding.title.clone()
    } else {
        finding.detail.clone()
    }];
    let consequences: Vec<&str> = folded(page.report, finding).map(|other| other.id.as_str()).collect();
    if !consequences.is_empty() {
        message.push(format!("also causes: {}", consequences.join(", ")));
    }
    message.extend(finding.remedy.as_ref().map(|remedy| format!("fix: {}", remedy.text)));
    format!("::{command} {}::{}\n", properties.join(","), data(&message.join("\n")))
}

/// Returns a path with the home directory spelled out: the runner matches it against the checkout.
fn whole(path: &str, page: &Page<'_>) -> String {
    match path.strip_prefix("~/") {
        Some(rest) => format!("{}/{rest}", clean(page.home.trim_end_matches('/'))),
        None => path.to_owned(),
    }
}

/// Escapes the text of a command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes a property of a command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_escaped_as_the_runner_reads_them() {
        assert_eq!(data("50%\r\na:b,c"), "50%25%0D%0Aa:b,c");
        assert_eq!(property("a:b,c%"), "a%3Ab%2Cc%25");
    }
}
