//! References of the config: to variables, and to secrets kept elsewhere.

use std::collections::{BTreeSet, HashMap, HashSet};

use serde_json::Value;

use super::marks::{Mark, Marks};
use crate::base::fact::Fact;
use crate::config::document::Document;
use crate::config::member::Members;
use crate::config::{Missing, references};
use crate::loader::answers::{Answers, Ask, FileAnswer};
use crate::loader::config_env::ConfigEntry;
use crate::loader::env::Env;
use crate::loader::template;
use crate::model::snapshot::{ConfigRef, Located, Place, RefForm, SecretRef};

/// Names that keep a managed key from being deleted: whole-string references and env SecretRefs
/// anywhere in the config (facts/env-resolution.md section 7).
pub(super) fn managed_preserving(document: &Document, marks: &Marks) -> BTreeSet<String> {
    let names = marks.values(document).filter_map(|(_, value)| match value {
        Value::String(text) => template::whole_reference(text).map(str::to_owned),
        other => secret_ref(other)
            .filter(|found| found.source == "env")
            .map(|found| found.id),
    });
    names.collect()
}

/// Lists every reference to a variable with its place and whether this environment resolves it.
pub(super) fn collect(
    document: &Document,
    marks: &Marks,
    missing: &[Missing],
    env: &Env,
    entries: &[ConfigEntry],
) -> Vec<ConfigRef> {
    let own = entries.iter().filter(|entry| entry.refused.is_none());
    let own: HashSet<&str> = own.map(|entry| entry.name.as_str()).collect();
    let has = |name: &str| env.text(name).is_some() || own.contains(name);
    let mut places: HashMap<&str, HashSet<&[String]>> = HashMap::new();
    for entry in missing {
        places.entry(&entry.name).or_default().insert(&entry.path);
    }
    let lacks = |name: &str, path: &[String]| places.get(name).is_some_and(|paths| paths.contains(path));
    let mut refs = Vec::new();
    for (mark, value) in marks.values(document) {
        let mut add = |name: &str, form, resolved| {
            refs.push(ConfigRef {
                name: name.to_owned(),
                path: mark.path.join("."),
                place: place(document, &mark.path),
                form,
                resolved,
                credential: mark.credential,
            });
        };
        match value {
            Value::String(text) => {
                let names = references(text);
                let whole = template::whole_reference(text);
                if let (Some(name), true) = (whole, names.is_empty()) {
                    // `$NAME` is a SecretRef only in fields that take one.
                    if mark.credential {
                        add(name, RefForm::Dollar, has(name));
                    }
                }
                for name in &names {
                    let form = if whole == Some(name.as_str()) {
                        RefForm::Whole
                    } else {
                        RefForm::Inside
                    };
                    add(name, form, !lacks(name, &mark.path));
                }
            }
            other => {
                if let Some(found) = secret_ref(other).filter(|found| found.source == "env") {
                    add(&found.id, RefForm::SecretRef, has(&found.id));
                }
            }
        }
    }
    refs
}

/// Returns the place of the value at a path of owned segments.
pub(super) fn place(document: &Document, path: &[String]) -> Option<Place> {
    document.place(&path.iter().map(String::as_str).collect::<Vec<_>>())
}

/// Reads a SecretRef object: exactly `source`, `id` and, optionally, `provider`.
pub(super) fn secret_ref(value: &Value) -> Option<SecretRef> {
    let map = value.as_object().filter(|map| (2..=3).contains(&map.len()))?;
    let text = |name: &str| map.member(name).and_then(Value::as_str);
    let source = text("source").filter(|source| ["env", "file", "exec", "store"].contains(source))?;
    let known = map
        .keys()
        .all(|key| ["source", "provider", "id"].contains(&key.as_str()));
    let id = text("id")?;
    known.then(|| SecretRef {
        source: source.to_owned(),
        provider: text("provider").unwrap_or("default").to_owned(),
        id: id.to_owned(),
        place: None,
        target: Fact::not_asked("a reference to a variable"),
    })
}

/// Lists SecretRefs of source file, exec and store; files are looked at, commands never run.
pub(super) fn elsewhere(
    document: &Document,
    marks: &Marks,
    answers: &Answers,
) -> Result<Vec<Located<SecretRef>>, Box<Ask>> {
    let mut found = Vec::new();
    // The definitions of the providers themselves are no references.
    let outside = |mark: &Mark| mark.path.first().is_none_or(|section| section != "secrets");
    for (mark, value) in marks.values(document).filter(|(mark, _)| outside(mark)) {
        if let Some(secret) = secret_ref(value).filter(|secret| secret.source != "env") {
            let place = place(document, &mark.path);
            found.push(Located {
                path: mark.path.join("."),
                value: SecretRef {
                    place: place.clone(),
                    ..secret
                },
                place,
            });
        }
    }
    for entry in &mut found {
        entry.value.target = target(document, &entry.value, answers)?;
    }
    Ok(found)
}

fn target(document: &Document, secret: &SecretRef, answers: &Answers) -> Result<Fact<String>, Box<Ask>> {
    if secret.source != "file" {
        return Ok(Fact::not_asked(format!(
            "a secret of source `{}` is resolved by the Gateway alone; the doctor runs no commands for it",
            secret.source
        )));
    }
    let path = document
        .value
        .get("secrets")
        .and_then(|secrets| secrets.get("providers"))
        .and_then(|providers| providers.get(&secret.provider))
        .and_then(|provider| provider.get("path"))
        .and_then(Value::as_str)
        .filter(|path| path.starts_with('/'));
    let Some(path) = path else {
        return Ok(Fact::not_asked(format!(
            "the path of secrets provider `{}` is not absolute or not given",
            secret.provider
        )));
    };
    Ok(match answers.file(path)? {
        FileAnswer::Bytes { stat, .. } if stat.mode & 0o077 != 0 => Fact::unreadable(
            format!("{path} is open to others (mode {:o}); OpenClaw refuses it", stat.mode),
            format!("chmod 600 {path}"),
        ),
        FileAnswer::Bytes { .. } => Fact::known(path.to_owned()),
        FileAnswer::Missing => Fact::Absent,
        FileAnswer::Ignored(why) => Fact::unreadable(why.clone(), format!("ls -l {path}")),
        FileAnswer::Denied => Fact::unreadable("this user may not read it", format!("ls -l {path}")),
    })
}
