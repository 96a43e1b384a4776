//! One text of a config: its value, or the issue to report.

use serde_json::Value;

use super::origin::Source;
use crate::model::snapshot::{ConfigIssue, Place};
use crate::parse::json5::spans::{Fault, SpanIndex};
use crate::parse::json5::{hints as json5_hints, repairs as json5_repairs};

/// Parses one text; the error is the issue to report.
pub(super) fn parse(path: &str, bytes: &[u8]) -> Result<(Value, Source), Box<ConfigIssue>> {
    if bytes.len() >= u32::MAX as usize {
        return Err(issue(
            path,
            None,
            "parse",
            "the file is larger than 4 GiB".to_owned(),
            None,
        ));
    }
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => String::from_utf8_lossy(bytes).into_owned(),
    };
    let (index, strict) = both_passes(&text);
    let index = match index {
        Ok(index) => index,
        Err(fault) => return Err(syntax_issue(path, &text, &fault)),
    };
    if index.too_deep {
        let text = "values are nested too deeply: OpenClaw fails on such a file".to_owned();
        return Err(issue(path, None, "include-crash", text, None));
    }
    let value = match strict {
        Some(value) => value,
        None => from_json5(path, &text, &index)?,
    };
    let source = Source::new(path, text, index);
    Ok((value, source))
}

/// A text of this many bytes is a large one: its index and its value are made side by side.
pub(super) const LARGE: usize = 128 << 10;

/// Returns the index, and the value where the text is strict JSON.
fn both_passes(text: &str) -> (Result<SpanIndex, Fault>, Option<Value>) {
    let strict = || serde_json::from_str(text).ok();
    if text.len() < LARGE {
        let index = SpanIndex::build(text);
        let strict = if index.is_ok() { strict() } else { None };
        return (index, strict);
    }
    std::thread::scope(|scope| {
        // The value is made here: its many small parts are dearer to allocate on another thread.
        let spawned = std::thread::Builder::new().spawn_scoped(scope, || SpanIndex::build(text));
        let strict = strict();
        let index = spawned.ok().and_then(|other| other.join().ok());
        (index.unwrap_or_else(|| SpanIndex::build(text)), strict)
    })
}

fn from_json5(path: &str, text: &str, index: &SpanIndex) -> Result<Value, Box<ConfigIssue>> {
    let first = match json5::from_str(text) {
        Ok(value) => return Ok(value),
        Err(error) => error,
    };
    if let Some(value) = json5_repairs::readable(text, index).and_then(|text| json5::from_str(&text).ok()) {
        return Ok(value);
    }
    let place = first.position().map(|at| (at.line as u32 + 1, at.column as u32 + 1));
    Err(issue(path, place, "parse", "this is not JSON5".to_owned(), None))
}

fn syntax_issue(path: &str, text: &str, fault: &Fault) -> Box<ConfigIssue> {
    let place = Some((fault.line, fault.column.max(1)));
    let message = json5_hints::message(fault);
    issue(path, place, "parse", message, json5_hints::hint(text, fault))
}

fn issue(path: &str, place: Option<(u32, u32)>, kind: &str, message: String, hint: Option<String>) -> Box<ConfigIssue> {
    Box::new(ConfigIssue {
        path: String::new(),
        parts: Vec::new(),
        place: Some(Place {
            path: path.to_owned(),
            line: place.map(|(line, _)| line),
            column: place.map(|(_, column)| column),
        }),
        kind: kind.to_owned(),
        message,
        hint,
        package: None,
        keys: Vec::new(),
        excerpt: Vec::new(),
    })
}
