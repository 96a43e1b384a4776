//! What the maskers share: known names, values of variables, and how a masked text ends.

use zeroize::Zeroizing;

use crate::product::names as openclaw;
use crate::redact::MaskedText;
use crate::secret::names::is_public_name;
use crate::secret::public::{self, WITHHELD, is_public};
use crate::secret::value;

/// Lines that are kept of one text.
const LINES: usize = 2000;
/// Signs of a line that are kept.
const WIDTH: usize = 400;

/// Returns whether a text is a name that OpenClaw or the system gives to a variable: no secret is called so.
pub(crate) fn is_known(text: &str) -> bool {
    value::is_public(text) || openclaw::is_listed(text)
}

/// Puts a masked text together; known secrets that are still in it go too.
pub(crate) fn finish(path: &str, text: &str, secrets: &[&str]) -> MaskedText {
    let all = text.lines().count();
    let mut known = 0;
    let secrets: Vec<Zeroizing<String>> = secrets
        .iter()
        .flat_map(|secret| secret.lines())
        .map(|line| Zeroizing::new(line.trim().to_owned()))
        .filter(|line| line.len() >= 4)
        .collect();
    let mut lines = Vec::new();
    for line in text.lines().take(LINES) {
        let mut kept: String = line
            .chars()
            .filter(|c| !c.is_control() || *c == '\t')
            .take(WIDTH)
            .collect();
        for secret in &secrets {
            if kept.contains(secret.as_str()) {
                known += kept.matches(secret.as_str()).count();
                kept = kept.replace(secret.as_str(), WITHHELD);
            }
        }
        lines.push(kept);
    }
    let marks = lines.iter().map(|line| line.matches(WITHHELD).count()).sum::<usize>();
    let counted = [
        ("not known to be public", marks.saturating_sub(known)),
        ("known secret", known),
    ];
    MaskedText {
        path: path.to_owned(),
        cut: all - lines.len(),
        lines,
        withheld: counted
            .into_iter()
            .filter(|(_, count)| *count > 0)
            .map(|(rule, count)| (rule.to_owned(), count))
            .collect(),
    }
}

/// Returns the value of a variable where it may be shown: empty, or of a public name and of a form that no secret has.
pub(crate) fn variable(name: &str, text: &str) -> Option<String> {
    if text.is_empty() {
        return Some(String::new());
    }
    if !value::is_public(name) {
        return None;
    }
    let one = |part: &str| {
        if part.is_empty() {
            Some(String::new())
        } else {
            public::path(part, &is_known)
        }
    };
    if let Some(paths) = text.split(':').map(one).collect::<Option<Vec<String>>>() {
        return Some(paths.join(":"));
    }
    let short = |part: &str| part.len() <= 5 && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let locale = name.starts_with("LANG") || name.starts_with("LC_");
    let locale = locale && text.len() <= 16 && text.split(['_', '.', '-', '@']).all(short);
    let listed = name.ends_with("_KEYS") && text.split([',', ' ']).all(|word| is_public_name(word, &is_known));
    let letters = text.len() <= 12 && text.bytes().all(|byte| byte.is_ascii_lowercase());
    (is_public(text, &is_known) || letters || locale || listed).then(|| text.to_owned())
}
