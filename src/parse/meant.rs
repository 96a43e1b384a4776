//! The variable that a line was meant to set, where the reader of the file takes it for something else.

use crate::secret::names;
use crate::secret::value::is_env_name;

/// Returns the name that a line like `export K=v`, `K: v`, `set -gx K v`, `- K=v` or `"K": "v"` was meant
/// to set. Only upper-case names that look like a credential or are OpenClaw's own count: any other
/// word could be part of a pasted secret.
pub fn name_in(line: &str) -> Option<&str> {
    const KEYWORDS: &[&str] = &[
        "export", "set", "setenv", "declare", "typeset", "local", "readonly", "env", "let", "const", "var",
    ];
    // The name comes before the value; what follows `=` or `:` may be secret.
    let head = line.find(['=', ':']).and_then(|at| {
        let powershell = line.trim_start().to_ascii_lowercase().starts_with("$env:");
        if powershell {
            line.find('=').and_then(|at| line.get(..at))
        } else {
            line.get(..at)
        }
    });
    let by_keyword = || {
        let first = line.split_whitespace().next()?;
        KEYWORDS.contains(&first).then_some(line)
    };
    let words = head
        .or_else(by_keyword)?
        .split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    let mut meant = words.filter(|word| is_meant(word));
    let name = meant.next()?;
    // Two names before one value are no assignment.
    match head {
        Some(_) if meant.next().is_some() => None,
        _ => Some(name),
    }
}

fn is_meant(word: &str) -> bool {
    let upper = word
        .bytes()
        .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
    upper && word.contains('_') && is_env_name(word) && (names::is_credential(word) || names::is_openclaw(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_is_found_before_the_value() {
        for line in [
            "export OPENAI_API_KEY=x",
            "OPENAI_API_KEY: x",
            "  - OPENAI_API_KEY=x",
            "\"OPENAI_API_KEY\": \"x\",",
            "set -gx OPENAI_API_KEY x",
            "setenv OPENAI_API_KEY x",
            "$env:OPENAI_API_KEY = \"x\"",
            "declare -x OPENAI_API_KEY=x",
            "Environment=OPENAI_API_KEY=x",
        ] {
            let found = name_in(line.strip_prefix("Environment=").unwrap_or(line));
            assert_eq!(found, Some("OPENAI_API_KEY"), "{line}");
        }
    }

    #[test]
    fn a_value_is_never_taken_for_a_name() {
        for line in [
            "sk-ant-api03-ABC_KEY",
            "AAAA_BBBB_TOKEN",
            "x=OPENAI_API_KEY",
            "plain: words",
            "A_KEY B_KEY = x",
            "",
        ] {
            assert_eq!(name_in(line), None, "{line}");
        }
    }
}
