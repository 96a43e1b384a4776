//! JUnit XML: one test case per check, for the test reports of build systems.

use super::Page;
use super::group::{fails, group_of, groups};
use super::human::place_words;
use crate::model::report::{CheckOutcome, CheckReport, Finding};

pub(super) fn page(page: &Page<'_>) -> String {
    let (mut body, mut tests, mut failures, mut skipped) = (String::new(), 0, 0, 0);
    for group in groups(page.checks) {
        let checks: Vec<&CheckReport> = page
            .report
            .checks
            .iter()
            .filter(|check| group_of(page.checks, &check.id) == group)
            .collect();
        if checks.is_empty() {
            continue;
        }
        let failed = checks
            .iter()
            .filter(|check| findings(page, check).any(|it| fails(page.show, it)))
            .count();
        let left = checks.iter().filter(|check| is_left(page, check)).count();
        body.push_str(&format!(
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{failed}\" errors=\"0\" skipped=\"{left}\" timestamp=\"{}\">\n",
            escape(group),
            checks.len(),
            escape(page.report.taken_at.trim_end_matches('Z')),
        ));
        for check in &checks {
            body.push_str(&case(page, group, check));
        }
        body.push_str("  </testsuite>\n");
        tests += checks.len();
        failures += failed;
        skipped += left;
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"openclaw-doctor\" tests=\"{tests}\" \
         failures=\"{failures}\" errors=\"0\" skipped=\"{skipped}\">\n{body}</testsuites>\n"
    )
}

fn is_left(page: &Page<'_>, check: &CheckReport) -> bool {
    matches!(check.outcome, CheckOutcome::Unknown | CheckOutcome::Skipped) || is_suppressed(page, check)
}

/// Returns the document of a run that has no report.
pub(super) fn failure(kind: &str, message: &str) -> String {
    let (kind, message) = (escape(kind), escape(message));
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"openclaw-doctor\" tests=\"1\" failures=\"0\" \
         errors=\"1\" skipped=\"0\">\n  <testsuite name=\"run\" tests=\"1\" failures=\"0\" errors=\"1\" skipped=\"0\">\n    \
         <testcase classname=\"openclaw-doctor\" name=\"run\" time=\"0\">\n      <error message=\"{message}\" \
         type=\"{kind}\"/>\n    </testcase>\n  </testsuite>\n</testsuites>\n"
    )
}

/// Returns whether a check found something, and every finding of it is suppressed.
fn is_suppressed(page: &Page<'_>, check: &CheckReport) -> bool {
    let mut all = findings(page, check).peekable();
    all.peek().is_some() && all.all(|finding| !finding.counts())
}

/// Why a check was left out, for the one that reads the report.
fn why_left(page: &Page<'_>, check: &CheckReport) -> String {
    if let Some(by) = findings(page, check).find_map(|finding| finding.suppressed.as_ref()) {
        return format!("suppressed: {}", by.reason);
    }
    let what = if check.outcome == CheckOutcome::Unknown {
        "could not be checked"
    } else {
        "skipped"
    };
    format!("{what}: {}", check.why.as_deref().unwrap_or("no reason is known"))
}

fn findings<'a>(page: &Page<'a>, check: &CheckReport) -> impl Iterator<Item = &'a Finding> {
    let id = check.id.clone();
    page.report.findings.iter().filter(move |finding| finding.id == id)
}

fn case(page: &Page<'_>, group: &str, check: &CheckReport) -> String {
    let mut inside = String::new();
    if is_left(page, check) {
        inside.push_str(&format!(
            "      <skipped message=\"{}\"/>\n",
            escape(&why_left(page, check))
        ));
    }
    let (failing, noted): (Vec<&Finding>, Vec<&Finding>) =
        findings(page, check).partition(|finding| fails(page.show, finding));
    // More than one failure in a case is not read by every consumer.
    if let Some(first) = failing.first() {
        let texts: Vec<String> = failing.iter().map(|finding| words(finding)).collect();
        inside.push_str(&format!(
            "      <failure message=\"{}\" type=\"{}\">{}</failure>\n",
            escape(&first.title),
            if failing.len() == 1 {
                escape(&check.id)
            } else {
                format!("{} ({})", escape(&check.id), failing.len())
            },
            escape(&texts.join("\n\n"))
        ));
    }
    if !noted.is_empty() {
        let texts: Vec<String> = noted.iter().map(|finding| words(finding)).collect();
        inside.push_str(&format!(
            "      <system-out>{}</system-out>\n",
            escape(&texts.join("\n\n"))
        ));
    }
    let head = format!(
        "    <testcase classname=\"openclaw-doctor.{}\" name=\"{}\" time=\"0\"",
        escape(group),
        escape(&check.id)
    );
    if inside.is_empty() {
        format!("{head}/>\n")
    } else {
        format!("{head}>\n{inside}    </testcase>\n")
    }
}

fn words(finding: &Finding) -> String {
    let mut lines = vec![finding.title.clone(), finding.detail.clone()];
    lines.extend(finding.evidence.iter().map(place_words));
    if let Some(remedy) = &finding.remedy {
        lines.push(format!("fix: {}", remedy.text));
        lines.extend(remedy.commands.iter().map(|command| format!("  {command}")));
    }
    lines.extend(
        finding
            .suppressed
            .as_ref()
            .map(|by| format!("suppressed: {}", by.reason)),
    );
    lines.extend(finding.folded_under.as_ref().map(|cause| format!("caused by: {cause}")));
    lines.retain(|line| !line.is_empty());
    lines.join("\n")
}

/// Escapes for attributes and text. Characters XML 1.0 cannot carry are left out; the report's
/// texts have none after cleaning.
pub(super) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\n' => safe.push_str("&#10;"),
            sign if sign.is_control() || matches!(sign, '\u{fffe}' | '\u{ffff}') => {}
            sign => safe.push(sign),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_cannot_carry_never_reaches_it() {
        assert_eq!(escape("a<b>&\"\u{1}\u{b}\n\u{ffff}"), "a&lt;b&gt;&amp;&quot;&#10;");
    }
}
