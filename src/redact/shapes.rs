//! Credentials told by their published form, known to the vault or not.

use crate::secret::value::SHAPES;

/// Returns start, end and the name of the rule of each; of the first alone on demand.
pub(crate) fn find(text: &str, first: bool) -> Vec<(usize, usize, &'static str)> {
    let mut found = Vec::new();
    for (start, least, _) in SHAPES {
        for (at, _) in text.match_indices(start).filter(|(at, _)| begins(text, *at)) {
            if let Some(len) = token(text.get(at + start.len()..).unwrap_or_default(), *least) {
                found.push((at, at + start.len() + len, "token shape"));
                if first {
                    return found;
                }
            }
        }
    }
    found
}

fn begins(text: &str, at: usize) -> bool {
    let before = text.get(..at).and_then(|head| head.chars().next_back());
    before.is_none_or(|before| !before.is_ascii_alphanumeric() && !matches!(before, '-' | '_'))
}

/// Returns how many signs of a token follow, where they are enough, digits among them: names have few.
fn token(rest: &str, least: usize) -> Option<usize> {
    let sign = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '+' | '/' | '=');
    let end = rest.find(|c| !sign(c)).unwrap_or(rest.len());
    let token = rest.get(..end).unwrap_or_default();
    let digits = token.bytes().filter(u8::is_ascii_digit).count();
    (token.len() >= least && digits >= 2 && token.bytes().any(|byte| byte.is_ascii_alphabetic())).then_some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_are_told_from_words() {
        let found = [
            "x sk-ant-FAKE-current-0000000000000001",
            "\"ghp_0123456789abcdefghijkl\"",
            "Authorization: Bearer abc.def-0123456789",
            "xoxb-12345-abcdefgh",
        ];
        for text in found {
            assert!(!find(text, true).is_empty(), "{text}");
        }
        for text in [
            "sk-ant-...",
            "task-manager-0123456789abcdef",
            "Bearer <token>",
            "sk-ant-api03-…",
            "risk-0123456789abcdef",
        ] {
            assert!(find(text, true).is_empty(), "{text}");
        }
    }
}
