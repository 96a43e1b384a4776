//! The one value that every renderer and the exit code are made of
//! (JSON schema `openclaw-doctor/report/1`, design section 7).

mod parts;
mod source;
mod table;

use serde::{Deserialize, Serialize};

use crate::model::snapshot::{OfferStatus, Source};
pub use parts::{PingReport, PingSummary, ProgramReport};
pub use source::{KeySource, SourceView};
pub use table::{Cell, CellState, KeyRow};

/// Name and number of the JSON format.
pub const SCHEMA: &str = "openclaw-doctor/report/1";

/// A whole report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// [`SCHEMA`].
    pub schema: String,
    /// The doctor that wrote it.
    pub tool: Tool,
    /// When the machine was looked at, RFC 3339 in UTC.
    pub taken_at: String,
    /// What was examined.
    pub examined: Examined,
    /// The sum of all findings.
    pub outcome: Outcome,
    /// The verdict on each key.
    pub keys: Vec<KeyReport>,
    /// All findings, worst first within their groups.
    pub findings: Vec<Finding>,
    /// How many of them a suppression file keeps from counting.
    #[serde(default)]
    pub suppressed: usize,
    /// All checks in table order.
    pub checks: Vec<CheckReport>,
    /// All requests.
    pub pings: Vec<PingReport>,
    /// What the requests to each side amount to, or why there were none.
    #[serde(default)]
    pub answers: Vec<PingSummary>,
    /// Every `openclaw` and `node` found.
    #[serde(default)]
    pub programs: Vec<ProgramReport>,
}

/// The program that wrote a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tool {
    /// Its version.
    pub version: String,
}

/// What was examined.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Examined {
    /// User.
    pub user: String,
    /// Home directory, `~` for the user's own.
    pub home: String,
    /// Who asks about whose home and service, where these are not one and the same; absent where they are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub principals: Vec<String>,
    /// State directory.
    pub state_dir: String,
    /// Config file.
    pub config: String,
    /// The service.
    pub service: Option<ExaminedService>,
    /// The running process.
    pub pid: Option<u32>,
    /// Its age in seconds.
    pub up_seconds: Option<i64>,
    /// The worker process whose environment shows what the Gateway has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub worker_pid: Option<u32>,
    /// Why it is not known, or not all, what the config says; absent where it was read, or there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub config_unknown: Option<String>,
    /// What of these is not known, where the look could not tell whether there is one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_known: Vec<ExaminedPart>,
    /// Whether a copied home was examined, without its machine.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub copied_home: bool,
    /// Version of the installed package.
    pub openclaw_version: Option<String>,
    /// Rule set applied, such as `2026.9.6`.
    pub rules: String,
    /// Why predictions are less than certain; empty when they are not.
    pub doubts: Vec<String>,
    /// Parts of this report that rest on prediction because the machine could not be seen whole;
    /// absent where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub predicted: Vec<String>,
    /// Other Gateways found: name, profile, pid.
    pub others: Vec<String>,
}

/// A part of what is examined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExaminedPart {
    /// The config.
    Config,
    /// The service.
    Service,
    /// The running process.
    Process,
}

/// The service examined.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExaminedService {
    /// Unit or label.
    pub name: String,
    /// `systemd user`, `systemd system`, `launchd agent`, `launchd daemon`.
    pub kind: String,
    /// Unit file or plist.
    pub path: Option<String>,
    /// What the manager says of it.
    pub state: String,
}

/// The sum of all findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Nothing above info.
    Ok,
    /// At least one warning.
    Warnings,
    /// At least one error.
    Errors,
    /// No error, but something needed could not be read.
    Incomplete,
}

/// The verdict on one key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyReport {
    /// Name of the variable.
    pub name: String,
    /// Who needs it, as config paths or plugin ids.
    pub needed_by: Vec<String>,
    /// How much depends on it; none where it is shown because it was asked for or exists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<Weight>,
    /// The verdict.
    pub verdict: Verdict,
    /// Observed or predicted.
    pub certainty: Certainty,
    /// The three environments.
    pub views: KeyViews,
    /// Every copy found, in the order of the layers.
    pub sources: Vec<KeySource>,
    /// Every source looked at, strongest first, and in the last row what each environment ends with.
    #[serde(default)]
    pub table: Vec<KeyRow>,
}

/// How much depends on a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Weight {
    /// Something beside the conversation: search, speech, images, memory.
    Optional,
    /// Something that another one stands in for.
    Fallback,
    /// The default model, an enabled channel, the Gateway's own secret.
    Must,
}

/// What the Gateway makes of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The Gateway has it.
    Visible,
    /// The Gateway does not have it.
    Missing,
    /// The Gateway has an older value than its sources.
    Stale,
    /// The Gateway has another value than the shell.
    Different,
    /// A copy exists, and a rule keeps it from the Gateway.
    Blocked,
    /// It could not be found out.
    Unknown,
}

/// Observed or predicted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Certainty {
    /// Predicted by rules.
    Likely,
    /// Observed, or predicted by rules checked on this release from facts that were all read.
    Proved,
}

/// One key in three environments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyViews {
    /// A Gateway started by hand here.
    pub shell: View,
    /// The service's next start.
    pub next_start: View,
    /// The running process.
    pub running: View,
}

/// One key in one environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    /// Set, unset, removed or unknown. An empty value counts as set.
    pub state: ViewState,
    /// Fingerprint of the value.
    pub fingerprint: Option<String>,
    /// Where the value comes from.
    pub source: Option<Source>,
    /// Observed or predicted.
    pub certainty: Certainty,
    /// File and line, pid, or the reason.
    pub evidence: String,
}

/// State of a key in an environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ViewState {
    /// Bound, possibly to an empty value.
    Set,
    /// Not bound.
    Unset,
    /// Handed over, and deleted by OpenClaw.
    Removed,
    /// Could not be found out.
    Unknown,
}

impl KeyReport {
    /// Returns the stored profile with another value that goes out in place of this key.
    pub fn hidden_by(&self) -> Option<&KeySource> {
        let mut stored = self.sources.iter().filter(|copy| copy.source == Source::AuthProfile);
        let effective = [&self.views.running, &self.views.next_start, &self.views.shell]
            .into_iter()
            .find_map(|view| view.fingerprint.as_ref())?;
        stored.find(|copy| copy.status == OfferStatus::Wins && copy.fingerprint.as_ref() != Some(effective))
    }
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Works now, and will not always.
    Warning,
    /// Does not work.
    Error,
}

/// One problem, in the words shown to people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Id of the check.
    pub id: String,
    /// How bad.
    pub severity: Severity,
    /// Observed or predicted.
    pub certainty: Certainty,
    /// The variable or config path concerned.
    pub subject: Option<String>,
    /// What is so, in one line.
    pub title: String,
    /// Why it matters to the Gateway.
    pub detail: String,
    /// Where it shows.
    pub evidence: Vec<Evidence>,
    /// The lines of the file around the first place, secrets masked; absent where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub excerpt: Vec<String>,
    /// What to do.
    pub remedy: Option<Remedy>,
    /// Address of the section about its check.
    pub docs: String,
    /// Id of the finding that causes this one.
    pub folded_under: Option<String>,
    /// The line of a suppression file that keeps it from counting; absent where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suppressed: Option<Suppressed>,
}

impl Finding {
    /// Returns whether it counts for outcome, exit code and `--wait`: whether nobody suppressed it.
    pub fn counts(&self) -> bool {
        self.suppressed.is_none()
    }
}

/// Why a finding does not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suppressed {
    /// The reason somebody gave.
    pub reason: String,
    /// The suppression file.
    pub path: String,
    /// Line, from 1.
    pub line: u32,
}

/// A place where a finding shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// File or command.
    pub path: Option<String>,
    /// Line, from 1.
    pub line: Option<u32>,
    /// Column, from 1.
    pub column: Option<u32>,
    /// What is seen there.
    pub note: String,
}

/// What to do about a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remedy {
    /// In words.
    pub text: String,
    /// Commands, in order.
    pub commands: Vec<String>,
    /// How to confirm it worked.
    pub confirm: Option<String>,
}

/// Outcome of one check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckReport {
    /// Its id.
    pub id: String,
    /// What came of it.
    pub outcome: CheckOutcome,
    /// Why it is unknown or skipped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// Outcome of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CheckOutcome {
    /// Looked, nothing found.
    Pass,
    /// Something found.
    Found,
    /// Could not look.
    Unknown,
    /// Did not look.
    Skipped,
}
