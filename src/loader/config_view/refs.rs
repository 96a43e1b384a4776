//! References of the config: to variables, and to secrets kept elsewhere.

use std::collections::{BTreeSet, HashMap, HashSet};

use serde_json::Value;

use super::marks::{Marks, named_variable, secret_ref};
use crate::config::document::Document;
use crate::config::{self, Missing, references};
use crate::loader::config_env::ConfigEntry;
use crate::loader::env::Env;
use crate::loader::template;
use crate::model::snapshot::{ConfigRef, Place, RefForm};

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
                if let Some(name) = named_variable(&mark.path, text) {
                    add(name, RefForm::Name, has(name));
                }
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
                // An id that cannot be a name is refused, and may be the secret itself.
                let of_env = secret_ref(other).filter(|found| found.source == "env" && config::env_id(&found.id));
                if let Some(found) = of_env {
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
