//! Environment blocks: `NAME=VALUE` entries separated by NUL.

/// Longest name that is kept; a longer one cannot be a variable anybody asks about.
const NAME_LIMIT: usize = 256;

/// Returns names and values in order. Of a name bound twice the first counts, as for `getenv`.
pub fn entries(block: &[u8]) -> Vec<(String, &[u8])> {
    let mut seen = std::collections::HashSet::new();
    block
        .split(|byte| *byte == 0)
        .filter_map(|entry| {
            let at = entry.iter().position(|byte| *byte == b'=')?;
            let (name, value) = entry.split_at_checked(at)?;
            let usable = !name.is_empty() && name.len() <= NAME_LIMIT && seen.insert(name);
            usable.then(|| {
                (
                    String::from_utf8_lossy(name).into_owned(),
                    value.get(1..).unwrap_or_default(),
                )
            })
        })
        .collect()
}

/// Returns the words of a `/proc/<pid>/cmdline`. Words left empty at the end (a rewritten title is
/// followed by NULs) are dropped.
pub fn words(block: &[u8]) -> Vec<String> {
    let mut words: Vec<String> = block
        .split(|byte| *byte == 0)
        .map(|word| String::from_utf8_lossy(word).into_owned())
        .collect();
    while words.last().is_some_and(String::is_empty) {
        words.pop();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_split_at_the_first_equals_sign() {
        let found = entries(b"A=1\0B=x=y\0=odd\0none\0A=2\0C=\0\0D=\xff");
        let expected: Vec<(&str, &[u8])> = vec![("A", b"1"), ("B", b"x=y"), ("C", b""), ("D", b"\xff")];
        let found: Vec<(&str, &[u8])> = found.iter().map(|(name, value)| (name.as_str(), *value)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn rewritten_titles_have_one_word() {
        assert_eq!(words(b"openclaw-gateway\0\0\0\0"), ["openclaw-gateway"]);
        assert_eq!(words(b"a\0\0b\0"), ["a", "", "b"]);
        assert!(words(b"").is_empty());
    }
}
