//! The words that OpenClaw, Node, the service managers and this doctor use in messages: what is made of
//! them alone may be shown, because it is no secret of anybody's.

/// One word per line, in lower case, sorted.
const LIST: &str = include_str!("words.txt");

/// Names with a digit in them that messages use.
const WITH_DIGITS: &[&str] = &[
    "aarch64",
    "amd64",
    "arm64",
    "base64",
    "base64url",
    "ed25519",
    "es2022",
    "fetch2",
    "h2",
    "http2",
    "ipv4",
    "ipv6",
    "k8s",
    "md5",
    "oauth2",
    "pm2",
    "python3",
    "s3",
    "sha1",
    "sha256",
    "sha512",
    "sigusr1",
    "sigusr2",
    "sqlite3",
    "utf16",
    "utf8",
    "v8",
    "win32",
    "x64",
    "x86",
];

fn list() -> &'static [&'static str] {
    static WORDS: std::sync::OnceLock<Vec<&str>> = std::sync::OnceLock::new();
    WORDS.get_or_init(|| LIST.lines().collect())
}

fn listed(word: &str) -> bool {
    list().binary_search(&word).is_ok()
}

/// Returns whether letters are a word of the list, in one of its usual forms and spellings:
/// `retries`, `Failed`, `EACCES`, `baseUrl`.
pub(crate) fn is_word(text: &str) -> bool {
    if text.len() > 40 || text.is_empty() || !text.is_ascii() {
        return false;
    }
    let lower = text.to_ascii_lowercase();
    if WITH_DIGITS.contains(&lower.as_str()) {
        return true;
    }
    if !text.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        return false;
    }
    let upper = text.bytes().filter(u8::is_ascii_uppercase).count();
    let capital = upper == 1 && text.starts_with(|c: char| c.is_ascii_uppercase());
    if upper == 0 || capital || upper == text.len() {
        return known(&lower);
    }
    humps(text).all(|part| part.len() > 1 && known(&part.to_ascii_lowercase()))
}

fn known(lower: &str) -> bool {
    listed(lower) || stems(lower).any(|stem| listed(&stem))
}

/// How often a pair of letters must stand in the list to be one that words have.
const COMMON: u16 = 6;

/// Returns how many pairs of neighbouring letters of a text hardly ever stand beside each other in words.
pub(crate) fn rare_pairs(text: &str) -> usize {
    static SEEN: std::sync::OnceLock<Vec<u16>> = std::sync::OnceLock::new();
    let slot = |pair: &[u8]| {
        let place = |byte: &u8| usize::from(byte.to_ascii_lowercase().wrapping_sub(b'a'));
        match pair {
            [one, other] if place(one) < 26 && place(other) < 26 => Some(place(one) * 26 + place(other)),
            _ => None,
        }
    };
    let seen = SEEN.get_or_init(|| {
        let mut seen = vec![0_u16; 26 * 26];
        for pair in LIST.lines().flat_map(|word| word.as_bytes().windows(2)) {
            if let Some(count) = slot(pair).and_then(|slot| seen.get_mut(slot)) {
                *count = count.saturating_add(1);
            }
        }
        seen
    });
    let counts = text.as_bytes().windows(2).filter_map(|pair| seen.get(slot(pair)?));
    counts.filter(|count| **count < COMMON).count()
}

/// What a word may be a form of.
fn stems(word: &str) -> impl Iterator<Item = String> + '_ {
    const ENDINGS: &[(&str, &str)] = &[
        ("ies", "y"),
        ("ied", "y"),
        ("es", ""),
        ("s", ""),
        ("ed", ""),
        ("ed", "e"),
        ("ing", ""),
        ("ing", "e"),
        ("ly", ""),
        ("er", ""),
        ("er", "e"),
        ("able", ""),
        ("ion", ""),
        ("ion", "e"),
    ];
    ENDINGS.iter().filter_map(move |(ending, instead)| {
        let stem = word.strip_suffix(ending).filter(|stem| stem.len() >= 3)?;
        Some(format!("{stem}{instead}"))
    })
}

/// `baseUrl` as `base`, `Url`; `HTTPServer` as `HTTP`, `Server`.
pub(crate) fn humps(text: &str) -> impl Iterator<Item = &str> {
    let bytes = text.as_bytes();
    let upper = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_uppercase);
    let mut cuts = vec![0];
    for at in 1..text.len() {
        let starts = upper(at) && (!upper(at - 1) || (at + 1 < text.len() && !upper(at + 1)));
        if starts {
            cuts.push(at);
        }
    }
    cuts.push(text.len());
    let parts: Vec<&str> = cuts.windows(2).filter_map(|pair| text.get(pair[0]..pair[1])).collect();
    parts.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_and_plain() {
        assert!(list().is_sorted());
        assert!(
            list()
                .iter()
                .all(|word| word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'))
        );
    }

    #[test]
    fn words_are_told_from_secrets() {
        for word in [
            "Failed",
            "retries",
            "EADDRINUSE",
            "baseUrl",
            "apiKey",
            "sha256",
            "GATEWAY",
            "HTTPServer",
            "stopping",
        ] {
            assert!(is_word(word), "{word}");
        }
        for text in [
            "hunter2",
            "hunter",
            "Xy9zQ8wHunt3r",
            "aBcDeF",
            "qwerty",
            "correcthorse",
            "",
            "é",
            "gateway2024",
        ] {
            assert!(!is_word(text), "{text}");
        }
    }
}
