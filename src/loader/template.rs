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

/// Returns the variable that a field of the config is a reference to as a whole: as [`whole_reference`], and, as `apiKey` of a
/// provider, the bare name of a variable that the release knows.
pub(crate) fn field_reference<'t>(path: &[impl AsRef<str>], text: &'t str) -> Option<&'t str> {
    let of_key = || {
        let [models, providers, _, field] = path else {
            return None;
        };
        let is_key = [models, providers, field].map(AsRef::as_ref) == ["models", "providers", "apiKey"];
        let name = crate::secret::value::js_trim(text);
        (is_key && crate::product::names::is_key_name(name)).then_some(name)
    };
    whole_reference(text).or_else(of_key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_name_as_the_key_of_a_provider() {
        let key = ["models", "providers", "mine", "apiKey"];
        let header = ["models", "providers", "mine", "headers", "x-api-key"];
        let token = ["gateway", "auth", "token"];
        for (path, text, name) in [
            (&key[..], "ANTHROPIC_API_KEY", Some("ANTHROPIC_API_KEY")),
            (&key, " OPENAI_API_KEY ", Some("OPENAI_API_KEY")),
            (&key, "$MY_ANT_KEY", Some("MY_ANT_KEY")),
            (&key, "MY_ANT_KEY", None),
            (&header, "ANTHROPIC_API_KEY", None),
            (&token, "OPENAI_API_KEY", None),
        ] {
            assert_eq!(field_reference(path, text), name, "{path:?} {text}");
        }
    }

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
