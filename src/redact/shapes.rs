//! Credentials told by their published form, known to the vault or not.

/// Start of a credential, and how many signs must follow.
const SHAPES: &[(&str, usize)] = &[
    ("sk-", 16),
    ("sk_live_", 12),
    ("cfut_", 16),
    ("cfat_", 16),
    ("cfk_", 16),
    ("ghp_", 20),
    ("gho_", 20),
    ("ghu_", 20),
    ("ghs_", 20),
    ("ghr_", 20),
    ("github_pat_", 20),
    ("glpat-", 16),
    ("xoxa-", 12),
    ("xoxb-", 12),
    ("xoxp-", 12),
    ("xoxs-", 12),
    ("xapp-", 16),
    ("AIza", 30),
    ("AKIA", 16),
    ("hf_", 30),
    ("gsk_", 30),
    ("xai-", 30),
    ("eyJ", 40),
    ("Bearer ", 16),
    ("bearer ", 16),
    ("Basic ", 20),
];

/// Returns the offset of the first one and the name of the rule.
pub(crate) fn find(text: &str) -> Option<(usize, &'static str)> {
    SHAPES.iter().find_map(|(start, least)| {
        text.match_indices(start)
            .find(|(at, _)| begins(text, *at) && is_token(text.get(at + start.len()..).unwrap_or_default(), *least))
            .map(|(at, _)| (at, "token shape"))
    })
}

fn begins(text: &str, at: usize) -> bool {
    let before = text.get(..at).and_then(|head| head.chars().next_back());
    before.is_none_or(|before| !before.is_ascii_alphanumeric() && !matches!(before, '-' | '_'))
}

/// Tells whether enough signs of a token follow, digits among them: names have few.
fn is_token(rest: &str, least: usize) -> bool {
    let sign = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '+' | '/' | '=');
    let end = rest.find(|c| !sign(c)).unwrap_or(rest.len());
    let token = rest.get(..end).unwrap_or_default();
    let digits = token.bytes().filter(u8::is_ascii_digit).count();
    token.len() >= least && digits >= 2 && token.bytes().any(|byte| byte.is_ascii_alphabetic())
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
            assert!(find(text).is_some(), "{text}");
        }
        for text in [
            "sk-ant-...",
            "task-manager-0123456789abcdef",
            "Bearer <token>",
            "sk-ant-api03-…",
            "risk-0123456789abcdef",
        ] {
            assert_eq!(find(text), None, "{text}");
        }
    }
}
