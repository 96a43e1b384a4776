//! Smaller parts of a report: programs, what the pings amount to, and requests that were not made.

use serde::{Deserialize, Serialize};

use crate::model::snapshot::{PingVerdict, ProgramUse, Side};

/// An `openclaw` or `node` that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgramReport {
    /// `openclaw` or `node`.
    pub name: String,
    /// Where it was found.
    pub path: String,
    /// Where its links lead, where that is elsewhere.
    pub real: Option<String>,
    /// Its version; none where no file says it.
    pub version: Option<String>,
    /// Why the version is not known.
    pub why_no_version: Option<String>,
    /// Whether it is this program.
    pub is_doctor: bool,
    /// Who uses it.
    pub uses: Vec<ProgramUse>,
}

/// What all requests to one side amount to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PingSummary {
    /// Which side.
    pub target: Side,
    /// The provider behind Cloudflare, where it is not that of the default model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// Stable word such as `healthy`; none where nothing was asked.
    pub word: Option<String>,
    /// What it means, or why nothing was asked.
    pub meaning: String,
    /// Providers that models use and that were not asked: a good answer is true of one provider alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_asked: Vec<String>,
}

impl PingSummary {
    /// Returns the summary of one side.
    pub fn of(target: Side, verdict: Option<&PingVerdict>, why: Option<&str>) -> Option<Self> {
        let (word, meaning) = match (verdict, why) {
            (Some(verdict), _) => (Some(verdict.word.clone()), verdict.detail.clone()),
            (None, Some(why)) => (None, why.to_owned()),
            (None, None) => return None,
        };
        Some(PingSummary {
            target,
            provider: None,
            word,
            meaning,
            not_asked: Vec::new(),
        })
    }
}
