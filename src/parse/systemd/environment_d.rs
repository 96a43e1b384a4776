//! environment.d files: the syntax of [`env_file`](super::env_file), with `$X` and `${X}` expanded
//! (facts/services.md section 1.4, rows 4 and 4b; environment.d(5)).

use std::collections::BTreeMap;

use super::env_file::{self, EnvText, Refused};

/// Longest value that expansion may make, so that a file cannot blow itself up.
const MAX_VALUE: usize = 64 * 1024;
/// How much text the expansion of one file may make; values after that stay as written.
const MAX_FILE: usize = 4 * 1024 * 1024;
/// Longest `${…}` that is looked for, so that many open ones do not cost the square.
const MAX_BRACES: usize = 1000;

/// Parses one file and expands its values from what earlier files and lines set. `known` takes
/// the new values, as the generator does.
pub fn parse(bytes: &[u8], known: &mut BTreeMap<String, String>) -> Result<EnvText, Refused> {
    let mut text = env_file::parse(bytes)?;
    let mut made = 0;
    for entry in &mut text.entries {
        if made > MAX_FILE || entry.value.len() > MAX_VALUE {
            continue;
        }
        entry.value = expand(&entry.value, |name| known.get(name).cloned(), 0);
        made += entry.value.len();
        known.insert(entry.name.clone(), entry.value.clone());
    }
    Ok(text)
}

/// Expands `$X`, `${X}`, `${X:-default}` and `${X:+other}`; `$$` is a dollar. Unset is empty.
fn expand(text: &str, lookup: impl Fn(&str) -> Option<String> + Copy, depth: u32) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        out.push_str(rest.get(..at).unwrap_or_default());
        let after = rest.get(at + 1..).unwrap_or_default();
        if let Some(tail) = after.strip_prefix('$') {
            out.push('$');
            rest = tail;
        } else if let Some((inside, tail)) = after.strip_prefix('{').and_then(braced) {
            out.push_str(&braced_value(inside, lookup, depth));
            rest = tail;
        } else {
            let end = after.find(|c: char| !is_name_char(c)).unwrap_or(after.len());
            let (name, tail) = after.split_at(end);
            if crate::secret::value::is_env_name(name) {
                out.push_str(&lookup(name).unwrap_or_default());
                rest = tail;
            } else {
                out.push('$');
                rest = after;
            }
        }
        if out.len() > MAX_VALUE {
            break;
        }
    }
    out.push_str(rest);
    let end = (0..=MAX_VALUE.min(out.len()))
        .rev()
        .find(|at| out.is_char_boundary(*at))
        .unwrap_or_default();
    out.truncate(end);
    out
}

fn is_name_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// Splits at the brace that closes, counting inner ones.
fn braced(text: &str) -> Option<(&str, &str)> {
    let mut open = 1_u32;
    for (at, c) in text.char_indices().take(MAX_BRACES) {
        match c {
            '{' => open = open.saturating_add(1),
            '}' => open -= 1,
            _ => {}
        }
        if open == 0 {
            return Some((text.get(..at)?, text.get(at + 1..)?));
        }
    }
    None
}

fn braced_value(inside: &str, lookup: impl Fn(&str) -> Option<String> + Copy, depth: u32) -> String {
    let end = inside.find(|c: char| !is_name_char(c)).unwrap_or(inside.len());
    let (name, how) = inside.split_at(end);
    let literal = || format!("${{{inside}}}");
    if !crate::secret::value::is_env_name(name) {
        return literal();
    }
    let value = lookup(name).filter(|value| !value.is_empty());
    let inner = |text: &str| {
        if depth < 5 {
            expand(text, lookup, depth + 1)
        } else {
            String::new()
        }
    };
    match (how.get(..2), how.get(2..)) {
        _ if how.is_empty() => lookup(name).unwrap_or_default(),
        (Some(":-"), Some(default)) => value.unwrap_or_else(|| inner(default)),
        (Some(":+"), Some(other)) => value.map(|_| inner(other)).unwrap_or_default(),
        _ => literal(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn values_are_expanded() {
        for (value, expected) in [
            ("plain", "plain"),
            ("$A", "one"),
            ("${A}x", "onex"),
            ("$A_", ""),
            ("a$$b", "a$b"),
            ("$1 $", "$1 $"),
            ("${A:-d}${N:-d}", "oned"),
            ("${A:+yes}${N:+yes}", "yes"),
            ("${N:-${A}}", "one"),
            ("${A", "${A"),
            ("$N", ""),
        ] {
            let mut known = BTreeMap::from([("A".to_owned(), "one".to_owned())]);
            let text = parse(format!("K={value}\n").as_bytes(), &mut known).unwrap_or_default();
            let got: Vec<_> = text.entries.iter().map(|one| one.value.as_str()).collect();
            assert_eq!(got, [expected], "{value:?}");
            assert_eq!(known.get("K").map(String::as_str), Some(expected));
        }
    }

    proptest! {
        #[test]
        fn growth_is_bounded(count in 1_usize..40) {
            let mut known = BTreeMap::new();
            let text = "K=xxxxxxxxxxxxxxxx\n".to_owned() + &"K=$K$K$K$K\n".repeat(count);
            prop_assert!(parse(text.as_bytes(), &mut known).is_ok());
            prop_assert!(known.values().all(|value| value.len() <= MAX_VALUE));
        }

        #[test]
        fn every_text_has_an_answer(text in "[A-C=${}:+\\-\n\\\\]{0,60}") {
            let _ = parse(text.as_bytes(), &mut BTreeMap::new());
        }
    }
}
