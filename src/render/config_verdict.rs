//! The verdict on one config as Markdown, JUnit XML and metrics.

use super::junit::escape;
use super::prometheus::metric;
use crate::base::text::{capital, clean, clean_lines, markdown_inline};
use crate::config::standalone::{Entry, FileVerdict};
use crate::model::report::Severity;

fn word(verdict: &FileVerdict) -> &'static str {
    match (verdict.valid, verdict.unchecked.is_empty()) {
        (true, true) => "valid",
        (true, false) => "valid as far as checked",
        (false, _) => "not valid",
    }
}

/// `file:line:column`, as far as it is known.
fn place(verdict: &FileVerdict, entry: &Entry) -> String {
    let numbers = [entry.line, entry.line.and(entry.column)];
    let numbers = numbers.into_iter().flatten().map(|number| format!(":{number}"));
    let file = entry.file.as_deref().unwrap_or(&verdict.path);
    std::iter::once(file.to_owned()).chain(numbers).collect()
}

/// For an issue or a comment.
pub(super) fn markdown(verdict: &FileVerdict) -> String {
    let inline = |text: &str| markdown_inline(&clean(text));
    let sign = if verdict.is_refused() { "✗" } else { "✓" };
    let mut text = format!("### {sign} {} is {}\n\n", inline(&verdict.path), word(verdict));
    text.push_str(&format!("{}\n", inline(&capital(&verdict.gateway_start.why))));
    for (severity, entries) in [("error", &verdict.issues), ("warning", &verdict.warnings)] {
        for (at, entry) in entries.iter().enumerate() {
            text.push_str(if at == 0 { "\n" } else { "" });
            let hint = entry.hint.as_deref().map_or(String::new(), |hint| format!(" ({hint})"));
            let words = format!("{}: {}: {}{hint}", place(verdict, entry), entry.at, entry.message);
            text.push_str(&format!("- **{severity}** {}\n", inline(&words)));
        }
    }
    text
}

/// Two test cases: that the file is valid, and that a Gateway starts with it.
pub(super) fn junit(verdict: &FileVerdict, fail_on: Option<Severity>) -> String {
    let lines = |entries: &[Entry]| {
        let lines = entries.iter().map(|entry| {
            let hint = entry
                .hint
                .as_deref()
                .map_or(String::new(), |hint| format!("\n  {hint}"));
            format!("{}: {}: {}{hint}", place(verdict, entry), entry.at, entry.message)
        });
        clean_lines(&lines.collect::<Vec<_>>().join("\n"))
    };
    let failure = |message: &str, text: &str| {
        let (message, text) = (escape(&clean(message)), escape(text));
        format!("      <failure message=\"{message}\" type=\"config\">{text}</failure>\n")
    };
    let mut valid = String::new();
    let counts = fail_on.is_some();
    let warned = fail_on.is_some_and(|severity| severity != Severity::Error) && !verdict.warnings.is_empty();
    if counts && !verdict.valid {
        valid.push_str(&failure("the config is not valid", &lines(&verdict.issues)));
    } else if warned {
        valid.push_str(&failure("the config has warnings", &lines(&verdict.warnings)));
    }
    if !verdict.warnings.is_empty() && !valid.contains("has warnings") {
        let text = escape(&lines(&verdict.warnings));
        valid.push_str(&format!("      <system-out>{text}</system-out>\n"));
    }
    let start = match counts && verdict.is_refused() && !verdict.starts() {
        true => failure(&verdict.gateway_start.why, &clean(&verdict.gateway_start.why)),
        false => String::new(),
    };
    let cases = [("valid", valid), ("start", start)];
    let failures = cases.iter().filter(|(_, inside)| inside.contains("<failure")).count();
    let body: String = cases
        .iter()
        .map(|(name, inside)| {
            let head = format!("    <testcase classname=\"openclaw-doctor.config\" name=\"{name}\" time=\"0\"");
            match inside.is_empty() {
                true => format!("{head}/>\n"),
                false => format!("{head}>\n{inside}    </testcase>\n"),
            }
        })
        .collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"openclaw-doctor\" tests=\"2\" failures=\"{failures}\" \
         errors=\"0\" skipped=\"0\">\n  <testsuite name=\"config\" tests=\"2\" failures=\"{failures}\" errors=\"0\" \
         skipped=\"0\">\n{body}  </testsuite>\n</testsuites>\n"
    )
}

/// For the textfile collector; no path is in it.
pub(super) fn prometheus(verdict: &FileVerdict) -> String {
    let mut text = String::new();
    let starts = verdict.starts();
    for (name, help, value) in [
        (
            "openclaw_doctor_config_valid",
            "Whether the config is valid: 1 yes, 0 no",
            verdict.valid,
        ),
        (
            "openclaw_doctor_config_starts",
            "Whether a Gateway starts with the config: 1 yes, 0 no",
            starts,
        ),
    ] {
        metric(&mut text, name, help);
        text.push_str(&format!("{name} {}\n", u8::from(value)));
    }
    metric(
        &mut text,
        "openclaw_doctor_config_problems",
        "Problems of the config by severity",
    );
    for (severity, entries) in [("error", &verdict.issues), ("warning", &verdict.warnings)] {
        let count = entries.len();
        text.push_str(&format!(
            "openclaw_doctor_config_problems{{severity=\"{severity}\"}} {count}\n"
        ));
    }
    text
}
