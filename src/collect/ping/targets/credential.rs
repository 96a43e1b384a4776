//! A credential field of the config, followed to its value in one environment.

use std::path::Path;

use serde_json::Value;

use super::side::{Known, Side, trace};
use crate::collect::read::ReadError;
use crate::collect::secret_store::Stored;
use crate::config::{self, ProviderOf};
use crate::loader;
use crate::model::snapshot::ValueFlag;
use crate::secret::value;
use crate::secret::{Secret, Vault};

/// Largest secret file that is read.
const FILE_CAP: u64 = 1 << 20;

/// What became of a field.
pub(super) enum Found {
    /// It is not given.
    Nothing,
    /// It refers to a variable that this environment lacks, or its value stands for no secret:
    /// OpenClaw fails closed, nothing else is tried.
    Void,
    /// Its value can be found out by the Gateway alone; what it is, in words.
    Elsewhere(String),
    /// The value, and the variable it comes from where it is one.
    Value { secret: Secret, variable: Option<String> },
}

/// Follows a field: literal, `${NAME}` inside a text, `$NAME`, or a SecretRef.
pub(super) fn field(side: &Side, path: &[&str], known: &Known<'_>) -> Found {
    let Some(written) = side.written(path) else {
        return Found::Nothing;
    };
    let named = path.join(".");
    if let Some(source) = written.get("source").and_then(Value::as_str) {
        let id = written.get("id").and_then(Value::as_str).unwrap_or_default();
        return match source {
            "env" => variable(side, id, &named),
            "store" => {
                let provider = written.get("provider").and_then(Value::as_str);
                stored(side, provider, id, &named, known)
            }
            "file" => {
                let provider = written.get("provider").and_then(Value::as_str);
                in_file(side, provider, id, &named, known)
            }
            other => Found::Elsewhere(format!("{named} (SecretRef of source {})", plain(other))),
        };
    }
    let Some(text) = written.as_str() else {
        return Found::Nothing;
    };
    if let Some(name) = loader::whole_reference(text).or(loader::named_variable(path, text)) {
        return variable(side, name, &named);
    }
    let names: Vec<String> = config::references(text);
    if let Some((name, why)) = names.iter().find_map(|name| Some((name, side.why_open(name)?))) {
        return Found::Elsewhere(format!("{named} ({name}; {why})"));
    }
    if names.iter().any(|name| side.env.get(name).is_none_or(Secret::is_empty)) {
        return Found::Void;
    }
    let Some(resolved) = side.get(path).and_then(Value::as_str) else {
        return Found::Nothing;
    };
    usable(known.vault.seal(resolved), names.first().cloned(), known.vault)
}

fn variable(side: &Side, name: &str, named: &str) -> Found {
    if let Some(why) = side.why_open(name) {
        return Found::Elsewhere(format!("{named} ({name}; {why})"));
    }
    match side.var(name) {
        Some(secret) => Found::Value {
            secret: secret.clone(),
            variable: Some(name.to_owned()),
        },
        None => Found::Void,
    }
}

/// An entry of the shared secret store. A name that no provider of this source has fails closed.
pub(super) fn stored(side: &Side, provider: Option<&str>, id: &str, named: &str, known: &Known<'_>) -> Found {
    let provider = config::provider_of(side.as_written(), "store", provider);
    if matches!(provider, ProviderOf::Missing | ProviderOf::OtherSource) {
        return Found::Void;
    }
    match known.stored.get(id) {
        Stored::Value(secret) => usable(secret.clone(), None, known.vault),
        Stored::Missing => Found::Void,
        Stored::Unknown => Found::Elsewhere(format!("{named} (the secret store, which could not be read)")),
    }
}

/// A value in a file. One that OpenClaw refuses to read fails closed; one that was written after the Gateway had read it is
/// not what the Gateway has.
pub(super) fn in_file(side: &Side, provider: Option<&str>, id: &str, named: &str, known: &Known<'_>) -> Found {
    let elsewhere = |why: &str| Found::Elsewhere(format!("{named} (SecretRef of source file; {why})"));
    let entry = match config::provider_of(side.as_written(), "file", provider) {
        ProviderOf::Entry(entry) => entry,
        ProviderOf::BuiltIn | ProviderOf::Missing | ProviderOf::OtherSource => return Found::Void,
    };
    let text = |name: &str| entry.get(name).and_then(Value::as_str);
    let refs = trace(known)
        .map(|trace| trace.config.secret_refs.as_slice())
        .unwrap_or_default();
    if refs.iter().any(|one| one.path == named && one.value.flaw.is_some()) {
        return Found::Void;
    }
    let home = trace(known).map(|trace| trace.home.as_str()).unwrap_or_default();
    let path = match text("path") {
        Some(path) if path.starts_with('/') => path.to_owned(),
        Some(path) if path.starts_with("~/") => path.replacen('~', home, 1),
        _ => return elsewhere("its path is not an absolute one"),
    };
    let file = match known.by.read(Path::new(&path), FILE_CAP) {
        Ok(file) => file,
        Err(ReadError::Missing) => return Found::Void,
        Err(why) => return elsewhere(&why.to_string()),
    };
    // Read once, when the Gateway starts or by `openclaw secrets reload`.
    let started = known.process.and_then(|(process, _)| process.started_ms);
    if side.of == Side::RUNNING && started.is_none_or(|started| file.stat.mtime_ms > started) {
        return elsewhere("written after the Gateway's start");
    }
    if file.stat.mode & 0o077 != 0 || file.links > 1 {
        return Found::Void;
    }
    match loader::secret_in_file(&file.bytes, id, text("mode") == Some("singleValue")) {
        Ok(text) => usable(known.vault.seal(text.as_str()), None, known.vault),
        Err(_) => Found::Void,
    }
}

/// A literal that OpenClaw itself takes for no secret counts as none.
fn usable(secret: Secret, variable: Option<String>, vault: &Vault) -> Found {
    let facts = vault.facts("", &secret);
    let text = value::js_trim(secret.expose());
    if facts.is_blank() {
        return Found::Nothing;
    }
    if facts.has(ValueFlag::Sentinel) || matches!(text, "undefined" | "null") {
        return Found::Void;
    }
    Found::Value { secret, variable }
}

fn plain(word: &str) -> String {
    word.chars().filter(char::is_ascii_alphanumeric).take(20).collect()
}

/// Cleans a provider key as the product does before it sends it: line breaks, control characters
/// and what no header can carry go, then blanks at both ends (facts/env-resolution.md section 9).
pub(super) fn cleaned(secret: &Secret, vault: &Vault) -> Secret {
    let kept: zeroize::Zeroizing<String> = secret
        .expose()
        .chars()
        .filter(|c| !c.is_control() && (*c as u32) <= 0xff)
        .collect::<String>()
        .into();
    let trimmed = value::js_trim(&kept);
    if trimmed == secret.expose() {
        return secret.clone();
    }
    vault.seal(trimmed)
}
