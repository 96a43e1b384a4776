//! How much of a config is looked through. Each part has a bound that no config comes near which people or tools write;
//! beyond it the config is one that was not looked into: what stands there is not known, and never absent.

use serde_json::Value;

use super::marks::Marks;
use crate::config::document::Document;
use crate::config::references;
use crate::loader::MOST_NAMES;

/// Values in all files of a config: one of two megabytes with fourteen thousand agents has forty thousand.
const MOST_VALUES: usize = 60_000;
/// Credentials and references to variables: each is told with its place in every view.
const MOST_SECRETS: usize = 1000;
/// Providers of models. OpenClaw knows some sixty, and each is held against every key.
const MOST_PROVIDERS: usize = 200;
/// Entries of a list that is told whole.
const MOST_ENTRIES: usize = 1000;

/// Objects whose members are told one by one.
const COUNTED: [(&str, &str, usize); 7] = [
    ("/env", "names in env", MOST_NAMES),
    ("/env/vars", "names in env.vars", MOST_NAMES),
    ("/models/providers", "providers in models.providers", MOST_PROVIDERS),
    ("/plugins/entries", "entries in plugins.entries", MOST_ENTRIES),
    ("/auth/profiles", "profiles in auth.profiles", MOST_ENTRIES),
    ("/secrets/providers", "providers in secrets.providers", MOST_PROVIDERS),
    ("/plugins/load/paths", "folders in plugins.load.paths", MOST_PROVIDERS),
];

/// Returns how many values a text can have at most, without reading it: all but the first of an object or a list stand
/// behind a comma.
pub(super) fn values_in(text: &[u8]) -> usize {
    let signs = memchr::memchr3_iter(b',', b'{', b'[', text);
    // `${` is a reference.
    signs
        .filter(|at| at.checked_sub(1).and_then(|before| text.get(before)) != Some(&b'$'))
        .count()
}

/// Returns why a text is not even parsed.
pub(super) fn exceeded_by_text(text: &[u8]) -> Option<String> {
    exceeded_by_values(values_in(text))
}

/// Returns why so many values are not looked through.
pub(super) fn exceeded_by_values(count: usize) -> Option<String> {
    (count > MOST_VALUES).then(|| said("values", MOST_VALUES))
}

/// Returns why a config is not looked into, before anything of it is.
pub(super) fn exceeded(document: &Document) -> Option<String> {
    let mut parts = COUNTED.into_iter().map(|(at, what, most)| {
        let count = match document.value.pointer(at) {
            Some(Value::Object(members)) => members.len(),
            Some(Value::Array(items)) => items.len(),
            _ => 0,
        };
        (count, what, most)
    });
    let exceeded = parts.find(|(count, _, most)| count > most);
    exceeded.map(|(_, what, most)| said(what, most))
}

/// Returns why a config is not looked into, once it is known where its credentials and references are.
pub(super) fn exceeded_by(document: &Document, marks: &Marks) -> Option<String> {
    let mut count = 0;
    for (_, value) in marks.values(document) {
        count += value.as_str().map_or(1, |text| references(text).len().max(1));
        if count > MOST_SECRETS {
            return Some(said("credentials and references to variables", MOST_SECRETS));
        }
    }
    None
}

fn said(what: &str, most: usize) -> String {
    format!("it has more than {most} {what}, the most that the doctor looks through")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::document;
    use crate::config::include::IncludeSettings;

    fn judged(text: &str) -> Option<String> {
        let settings = IncludeSettings {
            config_dir: "/h".to_owned(),
            real_config_dir: None,
            roots: Vec::new(),
            real_roots: Vec::new(),
            home: "/h".to_owned(),
        };
        let document = document::read("/h/c.json", text.as_bytes(), &settings, &mut |_| None).unwrap();
        exceeded_by_text(text.as_bytes())
            .or_else(|| exceeded(&document))
            .or_else(|| exceeded_by(&document, &Marks::of(&document)))
    }

    #[test]
    fn each_part_has_a_bound_that_is_said() {
        let members = |count: usize, value: &str| {
            let one = |at: usize| format!("k{at}: {value},");
            (0..count).map(one).collect::<String>()
        };
        let names = |text: &str| members(MOST_NAMES, text);
        let references = |count: usize| format!("{{x: \"{}\"}}", "${A}".repeat(count));
        for within in [
            "{gateway: {mode: 'local'}}".to_owned(),
            format!("{{env: {{vars: {{{}}}}}}}", names("'x'")),
            references(MOST_SECRETS),
            format!("{{{}}}", members(MOST_VALUES - 2, "1")),
        ] {
            assert_eq!(judged(&within), None);
        }
        for (beyond, word) in [
            (format!("{{{}}}", members(MOST_VALUES, "1")), "values"),
            (format!("{{env: {{vars: {{{} z: 'x'}}}}}}", names("'x'")), "env.vars"),
            (format!("{{env: {{{} z: 'x'}}}}", names("'x'")), "names in env,"),
            (references(MOST_SECRETS + 1), "references"),
            (
                format!("{{a: {{{}}}}}", members(MOST_SECRETS + 1, "{apiKey: 'x'}")),
                "credentials",
            ),
            (
                format!("{{models: {{providers: {{{}}}}}}}", members(201, "{}")),
                "models.providers",
            ),
            (
                format!("{{plugins: {{entries: {{{}}}}}}}", members(1001, "{}")),
                "plugins.entries",
            ),
        ] {
            let why = judged(&beyond).unwrap_or_default();
            assert!(why.contains(word), "{word}: {why}");
        }
    }
}
