//! What of a reference to a secret may be shown: it is no secret, and without its names nobody can follow it.

use crate::parse::json5::spans::SpanIndex;
use crate::secret::names::is_public_name;

/// The members of a reference (facts/env-resolution.md section 9).
const MEMBERS: [&str; 3] = ["source", "provider", "id"];
/// Where one may lead.
const SOURCES: [&str; 4] = ["env", "file", "store", "exec"];

/// Returns the values of an object to be shown where it is a reference and nothing else: the source, the usual provider,
/// and an id that is the name of a variable made of public words. Any other text under these keys may be a secret.
pub(super) fn public_parts(text: &str, index: &SpanIndex, id: usize) -> Vec<(usize, usize)> {
    let mut parts = Vec::new();
    for child in index.children(id) {
        let Some(node) = index.node(child) else {
            return Vec::new();
        };
        let range = (node.start as usize, node.end as usize);
        let literal = text.get(range.0..range.1).unwrap_or_default();
        parts.push((index.key(text, child), range, literal.trim_matches(['"', '\''])));
    }
    let of = |name: &str| parts.iter().find(|(key, ..)| key == name).map(|(.., inner)| *inner);
    let whole = parts.iter().all(|(key, ..)| MEMBERS.contains(&key.as_str()));
    if !whole || !of("source").is_some_and(|source| SOURCES.contains(&source)) || of("id").is_none() {
        return Vec::new();
    }
    let shown = |key: &str, inner: &str| match key {
        "source" => true,
        "provider" => inner == "default",
        _ => inner.contains('_') && is_public_name(inner, &|_| false),
    };
    let shown = parts.iter().filter(|(key, _, inner)| shown(key, inner));
    shown.map(|(_, range, _)| *range).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_a_reference_are_shown_and_nothing_else() {
        for (text, expected) in [
            (
                r#"{source: "store", provider: "default", id: "OPENCLAW_GATEWAY_TOKEN"}"#,
                3,
            ),
            (r#"{source: "env", provider: "default", id: "ANTHROPIC_API_KEY"}"#, 3),
            (r#"{source: "env", id: "ANTHROPIC_API_KEY"}"#, 2),
            (
                r#"{source: "exec", provider: "hunter2", id: "Xk29vbQpLmWz83TrYh1s"}"#,
                1,
            ),
            (
                r#"{source: "hunter2", provider: "default", id: "ANTHROPIC_API_KEY"}"#,
                0,
            ),
            (
                r#"{source: "env", provider: "default", id: "ANTHROPIC_API_KEY", key: "hunter2"}"#,
                0,
            ),
            (r#"{provider: "default", id: "ANTHROPIC_API_KEY"}"#, 0),
            (r#"{source: "env", provider: "default"}"#, 0),
        ] {
            let index = SpanIndex::build(text).unwrap();
            let parts = public_parts(text, &index, index.root().unwrap());
            assert_eq!(parts.len(), expected, "{text}");
            assert!(
                parts.iter().all(|(from, to)| !text[*from..*to].contains("hunter2")),
                "{text}"
            );
        }
    }
}
