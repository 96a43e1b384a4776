//! Markdown for an issue: readable as it is, and safe to paste.

use super::Page;
use super::group::{count_checks, counted, folded, heads, suppressed, suppressed_words, worst_first};
use super::human::{COLUMNS, answer, cell_words, examined, is_full, label, place_words, rows};
use super::paste;
use crate::base::text::markdown_inline;
use crate::model::report::{CheckOutcome, CheckReport, Finding, KeyReport, PingReport, Severity};

pub(super) fn page(page: &Page<'_>) -> String {
    top(page) + &body(page)
}

/// The causes with their fixes, the answers, and the checks by exception.
pub(super) fn body(page: &Page<'_>) -> String {
    let report = page.report;
    let mut text = String::new();
    let heads = worst_first(page);
    for (at, head) in heads.iter().enumerate() {
        text.push_str(&item(page, at + 1, head));
    }
    if !heads.is_empty() {
        text.push('\n');
    }
    if !report.pings.is_empty() {
        text.push_str("| request | credential | answer |\n|---|---|---|\n");
        for ping in &report.pings {
            let status = ping.status.map_or("none".to_owned(), |status| status.to_string());
            let code = ping.code.as_deref().unwrap_or_default();
            let whom = ping.provider.as_ref().map_or(String::new(), |id| format!("{id}: "));
            text.push_str(&format!(
                "| {} {} | {} | {} |\n",
                ping.target,
                markdown_inline(&format!("{whom}{}", ping.request)),
                markdown_inline(&credential(ping)),
                markdown_inline(&format!("{status} {code} {}: {}", ping.layer, ping.meaning))
            ));
        }
        text.push('\n');
    }
    let mut left = suppressed(report).peekable();
    if left.peek().is_some() {
        text.push_str("**suppressed**\n\n");
        for (finding, by) in left {
            text.push_str(&format!("- {}\n", markdown_inline(&suppressed_words(finding, by))));
        }
        text.push('\n');
    }
    text.push_str(&checks(page));
    text
}

/// The verdict, what was examined, and the keys with something to tell.
fn top(page: &Page<'_>) -> String {
    let report = page.report;
    let mut text = format!("### {}\n\n", verdict(page));
    text.push_str(&format!(
        "openclaw doctor {} · {} · {}\n\n",
        markdown_inline(&report.tool.version),
        markdown_inline(&examined(page).join(" · ")),
        markdown_inline(&report.taken_at)
    ));
    for (at, key) in report.keys.iter().enumerate() {
        if is_full(page, at) {
            text.push_str(&matrix(page, key));
        }
    }
    text
}

/// Returns the verdict with its sign.
pub(super) fn verdict(page: &Page<'_>) -> String {
    let answer = answer(page);
    format!("{} {}", answer.sign, markdown_inline(&answer.sentence))
}

fn credential(ping: &PingReport) -> String {
    match (ping.auth, &ping.credential) {
        (_, Some(credential)) => credential.clone(),
        (false, None) => "none".to_owned(),
        (true, None) => "yes".to_owned(),
    }
}

fn matrix(page: &Page<'_>, key: &KeyReport) -> String {
    let mut text = format!("| {} | {} |\n|---|---|---|---|\n", code(&key.name), COLUMNS.join(" | "));
    for row in rows(key, page.show.verbose) {
        let cells = row.cells().map(|cell| markdown_inline(&cell_words(cell)));
        let label = if row.source.is_none() {
            "**effective**".to_owned()
        } else {
            code(&label(row))
        };
        text.push_str(&format!("| {label} | {} |\n", cells.join(" | ")));
    }
    text.push('\n');
    text
}

/// One cause with its fix.
fn item(page: &Page<'_>, number: usize, finding: &Finding) -> String {
    let severity = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    };
    let id = code(&finding.id);
    let mut text = format!("{number}. {severity} {id}: {}\n", markdown_inline(&finding.title));
    if !finding.detail.is_empty() {
        text.push_str(&format!("   {}\n", markdown_inline(&finding.detail)));
    }
    for evidence in &finding.evidence {
        text.push_str(&format!("   - {}\n", markdown_inline(&place_words(evidence))));
    }
    for consequence in folded(page.report, finding) {
        let title = markdown_inline(&consequence.title);
        let how = if consequence.id == finding.id {
            "the same"
        } else {
            "causes"
        };
        text.push_str(&format!("   - also {how} {}: {title}\n", code(&consequence.id)));
    }
    if !finding.excerpt.is_empty() {
        text.push_str(&format!("\n{}", fence("text", &finding.excerpt.join("\n"))));
    }
    if let Some(remedy) = &finding.remedy {
        text.push_str(&format!("\n   **fix** {}\n\n", markdown_inline(&remedy.text)));
        if !remedy.commands.is_empty() {
            text.push_str(&fence("sh", &paste::together(&remedy.commands).join("\n")));
        }
    }
    text
}

/// The checks by exception: those that could not look, with the reason; the others are counted.
fn checks(page: &Page<'_>) -> String {
    let report = page.report;
    let of = |severity| heads(report).filter(|head| head.severity == severity).count();
    let counts = format!(
        "{}, {}, {} passed, {} not checked, {} skipped, {} suppressed",
        counted(of(Severity::Error), "problem"),
        counted(of(Severity::Warning), "warning"),
        count_checks(report, CheckOutcome::Pass),
        count_checks(report, CheckOutcome::Unknown),
        count_checks(report, CheckOutcome::Skipped),
        report.suppressed,
    );
    let open = not_checked(&report.checks);
    if open.is_empty() {
        return format!("{counts}\n");
    }
    let mut text = format!("<details><summary>{counts}</summary>\n\n");
    for (why, ids) in open {
        let why = why.map_or(String::new(), |why| format!(" ({})", markdown_inline(why)));
        let ids: Vec<String> = ids.into_iter().map(code).collect();
        text.push_str(&format!("- not checked{why}: {}\n", ids.join(", ")));
    }
    text.push_str("\n</details>\n");
    text
}

/// The checks that were not made for one reason are one line.
fn not_checked(checks: &[CheckReport]) -> Vec<(Option<&str>, Vec<&str>)> {
    let mut lines: Vec<(Option<&str>, Vec<&str>)> = Vec::new();
    for check in checks.iter().filter(|check| check.outcome == CheckOutcome::Unknown) {
        let why = check.why.as_deref();
        match lines.iter_mut().find(|line| line.0 == why) {
            Some(line) => line.1.push(&check.id),
            None => lines.push((why, vec![&check.id])),
        }
    }
    lines
}

/// Puts a name into a code span; one with a backtick or a table border becomes plain text.
fn code(text: &str) -> String {
    if text.contains(['`', '|', '\n']) {
        markdown_inline(text)
    } else {
        format!("`{text}`")
    }
}

/// Puts commands into a block whose fence is longer than any run of backticks in them.
fn fence(language: &str, commands: &str) -> String {
    let longest = commands.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    let indented: Vec<String> = commands.lines().map(|line| format!("   {line}")).collect();
    format!("   {fence}{language}\n{}\n   {fence}\n\n", indented.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_leave_its_place() {
        assert_eq!(
            markdown_inline("a|b <i> @me #1\n*x*"),
            "a&#124;b &lt;i&gt; &#64;me &#35;1 \\*x\\*"
        );
        assert_eq!(code("A_B"), "`A_B`");
        assert_eq!(code("a`b"), "a\\`b");
        assert!(fence("sh", "echo ```` x").contains("`````sh\n"));
    }
}
