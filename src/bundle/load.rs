//! Reads a bundle back. What it cannot read it refuses in one clear line.

use serde_json::Value;

use super::manifest::{self, Part};
use super::{SCHEMA, zip};
use crate::base::json::pretty;
use crate::model::report::Report;
use crate::model::snapshot;
use crate::model::snapshot::Snapshot;
use crate::redact::Extras;

/// What a bundle holds.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The machine.
    pub snapshot: Snapshot,
    /// Masked texts.
    pub extras: Option<Extras>,
    /// Why the bundle is not what was written; none when it is.
    pub changed: Option<String>,
}

/// Reads the bytes of a `.json` or `.zip` bundle.
pub fn load(bytes: &[u8]) -> Result<Loaded, String> {
    if bytes.starts_with(b"PK\x03\x04") {
        let text = zip::part(bytes, "snapshot.json")?;
        let manifest = zip::part(bytes, "manifest.json").ok();
        let manifest = manifest
            .and_then(|text| serde_json::from_str::<Value>(&text).ok())
            .unwrap_or_default();
        let machine = zip::part(bytes, "machine.json").ok();
        return Ok(Loaded {
            changed: changed(&manifest, &text),
            extras: machine.and_then(|text| serde_json::from_str(&text).ok()),
            snapshot: read_snapshot(parse(&text)?)?,
        });
    }
    let mut value = parse(std::str::from_utf8(bytes).map_err(|_| not_ours())?)?;
    if value.get("schema").is_some_and(Value::is_u64) {
        return Ok(Loaded {
            snapshot: read_snapshot(value)?,
            extras: None,
            changed: None,
        });
    }
    match value.get("schema").and_then(Value::as_str) {
        Some(SCHEMA) => {}
        Some(other) if other.starts_with("openclaw-doctor/bundle/") => {
            return Err(format!(
                "this bundle has the format {}; this doctor reads {SCHEMA}",
                other.escape_debug()
            ));
        }
        Some(other) if other.starts_with("openclaw-doctor/report/") => {
            return Err(format!("this report cannot be read ({})", other.escape_debug()));
        }
        // What a doctor prints in place of a report, as at the other end of a pipe.
        Some("openclaw-doctor/error/1") => {
            let why = value["error"]["message"].as_str().unwrap_or("no reason given");
            return Err(format!(
                "the doctor that wrote this ended with an error: {}",
                crate::base::text::clean(why)
            ));
        }
        _ => return Err(not_ours()),
    }
    let snapshot = value
        .get_mut("snapshot")
        .map(Value::take)
        .ok_or("the bundle has no snapshot")?;
    let extras = value.get_mut("machine").map(Value::take);
    let changed = changed(&value, &pretty(&snapshot));
    Ok(Loaded {
        changed,
        extras: extras.and_then(|extras| serde_json::from_value(extras).ok()),
        snapshot: read_snapshot(snapshot)?,
    })
}

/// Returns the report of a saved report, or none where the text is something else.
pub(crate) fn report(bytes: &[u8]) -> Option<Report> {
    let value: Value = serde_json::from_slice(bytes).ok()?;
    let schema = value.get("schema")?.as_str()?;
    (schema == crate::model::report::SCHEMA).then(|| serde_json::from_value(value).ok())?
}

fn not_ours() -> String {
    "neither a report (--json) nor a bundle (--bundle) of openclaw doctor".to_owned()
}

fn parse(text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|error| match text.trim_start().starts_with('{') {
        true => format!(
            "the bundle is cut or broken: line {}, column {}",
            error.line(),
            error.column()
        ),
        false if text.trim().is_empty() => "empty: what should have written it wrote nothing".to_owned(),
        // A start-up file of a shell that prints something, at the other end of `ssh`.
        false if text.contains("\"schema\": \"openclaw-doctor/") => {
            "other text is in front of the document: does a start-up file of that shell print it?".to_owned()
        }
        false => not_ours(),
    })
}

fn read_snapshot(value: Value) -> Result<Snapshot, String> {
    let number = value.get("schema").and_then(Value::as_u64).ok_or_else(not_ours)?;
    if number != u64::from(snapshot::SCHEMA) {
        let newer = number > u64::from(snapshot::SCHEMA);
        let advice = if newer {
            "take a newer doctor"
        } else {
            "take the doctor that wrote it"
        };
        return Err(format!(
            "the snapshot has schema {number}; this doctor reads schema {}: {advice}",
            snapshot::SCHEMA
        ));
    }
    // The message of serde could repeat a text of the file.
    serde_json::from_value(value).map_err(|_| "the snapshot lacks a field or has one of another kind".to_owned())
}

fn changed(bundle: &Value, snapshot: &str) -> Option<String> {
    let parts: Vec<Part> = serde_json::from_value(bundle.get("manifest")?.clone()).ok()?;
    let entry = parts.iter().find(|entry| entry.part == "snapshot.json")?;
    (entry.sha256 != manifest::sha256(snapshot))
        .then(|| "the snapshot is not the one that was written: its hash differs from the manifest".to_owned())
}
