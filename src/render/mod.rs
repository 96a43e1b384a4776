//! From a report to text, one file per format. Pure functions; nothing here is printed.

pub mod diff;

pub mod checks_list;
mod config_verdict;
pub mod explain;
pub mod explain_key;
mod failure;
pub mod format;
mod github;
mod group;
mod human;
pub mod json;
mod junit;
mod markdown;
mod paste;
mod programs;
mod prometheus;
#[cfg(test)]
pub(crate) mod samples;
mod sanitize;
#[cfg(test)]
mod tests;
pub mod theme;
mod width;

use crate::model::report::Report;
use crate::render::format::{Format, Show};
pub use failure::failure;
pub(crate) use programs::rows as program_rows;
use theme::Theme;

/// What renderers need to know of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CheckMeta<'a> {
    /// Its id.
    pub id: &'a str,
    /// What is checked, as a plain fact that is true when it passes.
    pub title: &'a str,
    /// The word of its group.
    pub group: &'a str,
}

/// Everything a renderer is given.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Page<'a> {
    pub(crate) report: &'a Report,
    /// The home directory as it is, where the report's texts have `~`.
    pub(crate) home: &'a str,
    pub(crate) show: &'a Show,
    pub(crate) theme: &'a Theme,
    pub(crate) checks: &'a [CheckMeta<'a>],
    pub(crate) elapsed_ms: Option<u64>,
}

/// Renders a report in the format that `show` names. `checks` are all checks in table order;
/// `elapsed_ms` is how long the run took, none for a replay, whose text must not change.
pub fn render(
    report: &Report,
    show: &Show,
    theme: &Theme,
    checks: &[CheckMeta<'_>],
    elapsed_ms: Option<u64>,
) -> String {
    if show.format == Format::Json {
        return json::v1::document(report);
    }
    // A home that is not there is named as it was asked for: the reader's own `~` is another one.
    let missing = report.findings.iter().any(|finding| finding.id == "home-missing");
    let home = if missing { "" } else { report.examined.home.as_str() };
    let report = &sanitize::report(report, home);
    let page = &Page {
        report,
        home,
        show,
        theme,
        checks,
        elapsed_ms,
    };
    match show.format {
        Format::Human | Format::Json => theme.fit(human::page(page)),
        Format::Markdown => markdown::page(page),
        Format::Github => github::page(page),
        Format::Junit => junit::page(page),
        Format::Prometheus => prometheus::page(page),
    }
}

/// Returns the verdict of a report in one line of Markdown, and its causes, answers and checks: a bundle has other parts
/// between the two.
pub(crate) fn markdown_parts(report: &Report, show: &Show, checks: &[CheckMeta<'_>]) -> (String, String) {
    let home = report.examined.home.as_str();
    let page = Page {
        report: &sanitize::report(report, home),
        home,
        show,
        theme: &Theme::plain(80),
        checks,
        elapsed_ms: None,
    };
    (markdown::verdict(&page), markdown::body(&page))
}

/// Returns the verdict on one config for programs, in a format that is not the human one. `fail_on` as in [`Show`].
pub fn config_verdict(
    verdict: &crate::config::standalone::FileVerdict,
    format: Format,
    fail_on: Option<crate::model::report::Severity>,
) -> Option<String> {
    Some(match format {
        Format::Human => return None,
        Format::Json => crate::base::json::pretty(verdict),
        Format::Github => github::config(verdict),
        Format::Markdown => config_verdict::markdown(verdict),
        Format::Junit => config_verdict::junit(verdict, fail_on),
        Format::Prometheus => config_verdict::prometheus(verdict),
    })
}
