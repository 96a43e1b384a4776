//! A problem while it is being found: owned path segments, and whether it hides later rules.

use serde_json::Value;

use super::document::Document;
use super::member::Members;
use crate::model::snapshot::ConfigIssue;
use crate::product::rules::Release;
use crate::product::spans::Span;

/// A step of a path while a config is walked; owned only when there is something to say.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Step<'v> {
    /// Key of an object.
    Key(&'v str),
    /// Number of an element.
    At(usize),
}

impl Step<'_> {
    /// Returns owned segments.
    pub(crate) fn owned(path: &[Step<'_>]) -> Vec<String> {
        path.iter()
            .map(|step| match step {
                Step::Key(key) => (*key).to_owned(),
                Step::At(at) => at.to_string(),
            })
            .collect()
    }

    /// Returns the key; none for an element.
    pub(crate) fn key(&self) -> Option<&str> {
        match self {
            Step::Key(key) => Some(key),
            Step::At(_) => None,
        }
    }
}

/// One problem of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Problem {
    /// Segments from the root.
    pub(super) path: Vec<String>,
    /// `type`, `enum`, …
    pub(super) kind: &'static str,
    /// What is so.
    pub(super) message: String,
    /// What to write instead.
    pub(super) hint: Option<String>,
    /// The npm package whose installation mends it.
    pub(super) package: Option<&'static str>,
    /// Names of unknown keys.
    pub(super) keys: Vec<String>,
    /// What to write instead of each of the first of them, until they are taken apart.
    pub(super) key_hints: Vec<Option<String>>,
    /// Whether the rules of the objects around it are not run any more.
    pub(super) fatal: bool,
}

impl Problem {
    /// Returns a problem that hides the rules around it.
    pub(super) fn fatal(path: &[String], kind: &'static str, message: impl Into<String>) -> Self {
        Problem {
            path: path.to_vec(),
            kind,
            message: message.into(),
            hint: None,
            package: None,
            keys: Vec::new(),
            key_hints: Vec::new(),
            fatal: true,
        }
    }

    /// Returns a problem beside which others are still looked for.
    pub(super) fn mild(path: &[String], kind: &'static str, message: impl Into<String>) -> Self {
        Problem {
            fatal: false,
            ..Problem::fatal(path, kind, message)
        }
    }

    /// Adds what to write instead.
    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Returns the problem as reported, with its place in the file.
    pub(super) fn issue(self, doc: &Document) -> ConfigIssue {
        let path: Vec<&str> = self.path.iter().map(String::as_str).collect();
        let key = self.keys.first().and_then(|key| {
            let full: Vec<&str> = path.iter().copied().chain([key.as_str()]).collect();
            doc.key_place(&full)
        });
        ConfigIssue {
            place: key.or_else(|| doc.nearest_place(&path)),
            path: self.path.join("."),
            parts: super::written_path::parts(&self.path),
            kind: self.kind.to_owned(),
            message: self.message,
            hint: self.hint,
            package: self.package.map(str::to_owned),
            keys: self.keys,
            excerpt: Vec::new(),
        }
    }
}

/// Where a rule stands, and where it puts what it finds.
pub(super) struct At<'a> {
    pub(super) path: &'a [String],
    pub(super) out: &'a mut Vec<Problem>,
    /// The checked release whose rules these are.
    pub(super) checked: Option<Release>,
}

impl At<'_> {
    /// Returns whether the release is one of these.
    pub(super) fn is_in(&self, span: Span) -> bool {
        self.checked.is_none_or(|checked| span.has(checked))
    }

    /// Notes that a value below breaks a rule.
    pub(super) fn refuse(&mut self, below: &[&str], message: impl Into<String>) {
        self.note(below, "rule", message, None);
    }

    /// The same, with what to write instead.
    pub(super) fn refuse_with(&mut self, below: &[&str], message: impl Into<String>, hint: impl Into<String>) {
        self.note(below, "rule", message, Some(hint.into()));
    }

    /// Notes a problem of some kind.
    pub(super) fn note(
        &mut self,
        below: &[&str],
        kind: &'static str,
        message: impl Into<String>,
        hint: Option<String>,
    ) {
        let path: Vec<String> = self
            .path
            .iter()
            .cloned()
            .chain(below.iter().map(|s| (*s).to_owned()))
            .collect();
        let mut problem = Problem::mild(&path, kind, message);
        problem.hint = hint;
        self.out.push(problem);
    }
}

/// Returns the value at a path of object keys.
pub(super) fn get<'v>(value: &'v Value, path: &[&str]) -> Option<&'v Value> {
    path.iter().try_fold(value, |value, key| value.member(key))
}

/// Returns the string at a path of object keys.
pub(super) fn text<'v>(value: &'v Value, path: &[&str]) -> Option<&'v str> {
    get(value, path)?.as_str()
}

/// Returns the name of a value's type.
pub(super) fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
