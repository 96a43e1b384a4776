//! References to variables in config strings, as far as the loading itself looks at them; the
//! replacement is [`crate::config::substitute`].

use crate::config::references;

/// Returns whether a string holds an unescaped `${NAME}`.
pub(crate) fn has_reference(text: &str) -> bool {
    text.contains('$') && !references(text).is_empty()
}

/// Returns the name where the whole string is `${NAME}` or `$NAME` and may stand for an env
/// SecretRef: `[A-Z][A-Z0-9_]{0,127}` (facts/env-resolution.md section 9).
pub(crate) fn whole_reference(text: &str) -> Option<&str> {
    let rest = text.strip_prefix('$')?;
    let name = match rest.strip_prefix('{') {
        Some(braced) => braced.strip_suffix('}')?,
        None => rest,
    };
    let mut chars = name.chars();
    let valid = name.len() <= 128
        && chars.next().is_some_and(|c| c.is_ascii_uppercase())
        && chars.all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
    valid.then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_references() {
        for (text, name) in [
            ("$A_1", Some("A_1")),
            ("${A}", Some("A")),
            ("${_A}", None),
            ("$a", None),
            ("x$A", None),
            ("${A}x", None),
        ] {
            assert_eq!(whole_reference(text), name, "{text}");
        }
    }

    #[test]
    fn references_are_seen() {
        for (text, has) in [
            ("${A}", true),
            ("$${A}", false),
            ("$A", false),
            ("a${B}c", true),
            ("${a}", false),
        ] {
            assert_eq!(has_reference(text), has, "{text}");
        }
    }
}
