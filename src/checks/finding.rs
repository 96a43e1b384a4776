//! Building blocks for the words of findings.

use crate::base::text::capital;
use crate::model::report::{Certainty, Evidence, Finding, Remedy, Severity};
use crate::model::snapshot::Place;

/// Starts a finding; the parts are added with [`FindingExt`].
pub fn finding(id: &str, severity: Severity, title: impl Into<String>) -> Finding {
    Finding {
        id: id.to_owned(),
        severity,
        certainty: Certainty::Proved,
        subject: None,
        title: title.into(),
        detail: String::new(),
        evidence: Vec::new(),
        excerpt: Vec::new(),
        remedy: None,
        docs: super::docs_address(id),
        folded_under: None,
        suppressed: None,
    }
}

/// Adds parts to a finding.
pub trait FindingExt: Sized {
    /// Names the variable or config path concerned.
    fn subject(self, subject: impl Into<String>) -> Self;
    /// Says why it matters to the Gateway. It begins as a sentence does, whatever it is put together from.
    fn detail(self, detail: impl Into<String>) -> Self;
    /// Marks it as predicted.
    fn certainty(self, certainty: Certainty) -> Self;
    /// Adds a place.
    fn at(self, place: Option<&Place>, note: impl Into<String>) -> Self;
    /// Adds evidence that stands in no file.
    fn seen(self, note: impl Into<String>) -> Self;
    /// Says what to do.
    fn fix<C: Into<String>>(self, text: impl Into<String>, commands: impl IntoIterator<Item = C>) -> Self;
    /// The same, of a pair.
    fn fix_by(self, fix: (String, Vec<String>)) -> Self;
    /// Says how to confirm the fix; the default is `openclaw doctor`.
    fn confirm(self, command: impl Into<String>) -> Self;
}

impl FindingExt for Finding {
    fn subject(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = capital(&detail.into());
        self
    }

    fn certainty(mut self, certainty: Certainty) -> Self {
        self.certainty = certainty;
        self
    }

    fn at(mut self, place: Option<&Place>, note: impl Into<String>) -> Self {
        self.evidence.push(Evidence {
            path: place.map(|place| place.path.clone()),
            line: place.and_then(|place| place.line),
            column: place.and_then(|place| place.column),
            note: note.into(),
        });
        self
    }

    fn seen(self, note: impl Into<String>) -> Self {
        self.at(None, note)
    }

    fn fix<C: Into<String>>(mut self, text: impl Into<String>, commands: impl IntoIterator<Item = C>) -> Self {
        self.remedy = Some(Remedy {
            text: text.into(),
            commands: commands.into_iter().map(Into::into).collect(),
            confirm: Some("%doctor%".to_owned()),
        });
        self
    }

    fn fix_by(self, (text, commands): (String, Vec<String>)) -> Self {
        self.fix(text, commands)
    }

    fn confirm(mut self, command: impl Into<String>) -> Self {
        if let Some(remedy) = &mut self.remedy {
            remedy.confirm = Some(command.into());
        }
        self
    }
}
