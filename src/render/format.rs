//! How a report is shown: its format, how much of it, and the words that depend on the asker.

use crate::model::report::Severity;

/// Output format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Human,
    /// One JSON document.
    Json,
    /// For an issue.
    Markdown,
    /// Workflow commands of GitHub Actions.
    Github,
    /// JUnit XML.
    Junit,
    /// node_exporter textfile.
    Prometheus,
}

/// Which part of a report is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The whole report.
    Whole,
    /// The matrix alone.
    Keys,
    /// The pings alone.
    Pings,
}

/// How a report is shown.
#[derive(Debug, Clone)]
pub struct Show {
    /// Which part of it.
    pub part: Part,
    /// In which format.
    pub format: Format,
    /// Show passing checks and shadowed copies too.
    pub verbose: bool,
    /// Findings alone.
    pub quiet: bool,
    /// Keys that were asked for by name.
    pub keys: Vec<String>,
    /// From which severity on a finding is a failure; none means never.
    pub fail_on: Option<Severity>,
    /// How this program is called in the commands it prints; see [`crate::base::doctor_name`].
    pub doctor: String,
}

impl Default for Show {
    fn default() -> Self {
        Show {
            part: Part::Whole,
            format: Format::Human,
            verbose: false,
            quiet: false,
            keys: Vec::new(),
            fail_on: Some(Severity::Error),
            doctor: "openclaw doctor".to_owned(),
        }
    }
}
