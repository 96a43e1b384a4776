//! The few patterns of the core schema as predicates: no regex engine is needed for 12 of them
//! (facts/config-validation.md section 6).

/// Returns whether a text fits, with the words that say what fits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Predicate {
    /// A regular expression that says it to others.
    pub(super) source: &'static str,
    pub(super) fits: fn(&str) -> bool,
    pub(super) words: &'static str,
}

/// What a URL looks like to somebody who cannot take it apart.
pub(super) const URI: &str = r"^\s*[A-Za-z][A-Za-z0-9+.-]*:\S";
const DATE_TIME: &str = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?Z$";

type Known = (&'static str, fn(&str) -> bool, &'static str);

const KNOWN: [Known; 12] = [
    (
        "^[a-z][a-z0-9_-]{0,63}$",
        alias,
        "lower-case letters, digits, _ and -, at most 64, a letter first",
    ),
    (
        "^[A-Z][A-Z0-9_]{0,127}$",
        env_id,
        "upper-case letters, digits and _, at most 128, a letter first",
    ),
    // The release checks these two without regard to case; the printed schema lost the flag.
    (
        "^[a-z0-9][a-z0-9_-]{0,63}$",
        agent_name,
        "letters, digits, _ and -, at most 64, no - first",
    ),
    (
        "^[a-z0-9_][a-z0-9_-]{0,63}$",
        agent_key,
        "letters, digits, _ and -, at most 64, no - first",
    ),
    (
        "^[a-z][a-z0-9-]*$",
        runtime,
        "lower-case letters, digits and -, a letter first",
    ),
    ("^[a-z0-9-]+$", profile, "lower-case letters, digits and -"),
    ("^ghp_[a-f0-9]{32}$", github_profile, "ghp_ and 32 hex digits"),
    (
        "^(?:[A-Za-z][A-Za-z0-9_./-]*)?$",
        metric,
        "letters, digits and _ . / -, a letter first",
    ),
    ("^#?[0-9a-fA-F]{6}$", colour, "six hex digits, with or without #"),
    ("^#.*", |text| text.starts_with('#'), "a # in front"),
    ("^[^.[\\]]+$", payload_key, "one key, without . [ and ]"),
    (
        "^https:\\/\\/[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?\\.cloudflareaccess\\.com$",
        access_issuer,
        "https://TEAM.cloudflareaccess.com without a slash at the end",
    ),
];

/// Returns the predicate of a pattern by its source text.
pub(super) fn by_source(source: &str) -> Option<Predicate> {
    let (source, fits, words) = *KNOWN.iter().find(|(known, ..)| *known == source)?;
    Some(Predicate { source, fits, words })
}

/// Returns the predicate of a format by its name.
pub(super) fn by_format(name: &str) -> Option<Predicate> {
    let (source, fits, words): (&str, fn(&str) -> bool, &str) = match name {
        "uri" => (URI, |text| reqwest::Url::parse(text.trim()).is_ok(), "a URL"),
        "date-time" => (DATE_TIME, date_time, "a time such as 2026-09-06T12:00:00Z"),
        _ => return None,
    };
    Some(Predicate { source, fits, words })
}

fn each(text: &str, max: usize, first: fn(u8) -> bool, rest: fn(u8) -> bool) -> bool {
    let bytes = text.as_bytes();
    bytes.len() <= max && bytes.first().is_some_and(|byte| first(*byte)) && bytes.iter().skip(1).all(|byte| rest(*byte))
}

fn alias(text: &str) -> bool {
    let rest = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-';
    each(text, 64, |b| b.is_ascii_lowercase(), rest)
}

/// Returns whether a text is the id of an environment variable in a SecretRef.
pub(super) fn env_id(text: &str) -> bool {
    let rest = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_';
    each(text, 128, |b| b.is_ascii_uppercase(), rest)
}

/// Returns whether a text is an agent id as OpenClaw stores it.
pub(super) fn agent_name(text: &str) -> bool {
    each(text, 64, |b| b.is_ascii_alphanumeric(), word_byte)
}

fn agent_key(text: &str) -> bool {
    each(text, 64, |b| b.is_ascii_alphanumeric() || b == b'_', word_byte)
}

fn word_byte(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'_' || b == b'-'
}

fn runtime(text: &str) -> bool {
    let rest = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    each(text, usize::MAX, |b| b.is_ascii_lowercase(), rest)
}

fn profile(text: &str) -> bool {
    let any = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    each(text, usize::MAX, any, any)
}

fn github_profile(text: &str) -> bool {
    let hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    text.strip_prefix("ghp_")
        .is_some_and(|id| id.len() == 32 && id.bytes().all(hex))
}

fn metric(text: &str) -> bool {
    let rest = |b: u8| b.is_ascii_alphanumeric() || b"_./-".contains(&b);
    text.is_empty() || each(text, usize::MAX, |b| b.is_ascii_alphabetic(), rest)
}

fn colour(text: &str) -> bool {
    let digits = text.strip_prefix('#').unwrap_or(text);
    digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn payload_key(text: &str) -> bool {
    !text.is_empty() && !text.contains(['.', '[', ']'])
}

fn access_issuer(text: &str) -> bool {
    let team = text
        .strip_prefix("https://")
        .and_then(|rest| rest.strip_suffix(".cloudflareaccess.com"));
    let edge = |b: Option<u8>| b.is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    team.is_some_and(|team| {
        let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'.' || b == b'-';
        edge(team.bytes().next()) && edge(team.bytes().last()) && team.bytes().all(inner)
    })
}

fn date_time(text: &str) -> bool {
    let number = |from: usize, to: usize| {
        let digits = text.get(from..to)?;
        digits
            .bytes()
            .all(|b| b.is_ascii_digit())
            .then(|| digits.parse::<u32>().ok())?
    };
    let mark = |at: usize, want: u8| text.as_bytes().get(at) == Some(&want);
    if !(mark(4, b'-') && mark(7, b'-') && mark(10, b'T') && mark(13, b':') && mark(16, b':')) {
        return false;
    }
    let (Some(year), Some(month), Some(day)) = (number(0, 4), number(5, 7), number(8, 10)) else {
        return false;
    };
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return false,
    };
    let time = number(11, 13).is_some_and(|h| h < 24)
        && number(14, 16).is_some_and(|m| m < 60)
        && number(17, 19).is_some_and(|s| s < 60);
    let tail = text.get(19..).and_then(|tail| tail.strip_suffix('Z'));
    let fraction = tail.is_some_and(|tail| {
        tail.is_empty()
            || tail
                .strip_prefix('.')
                .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
    });
    (1..=days).contains(&day) && time && fraction
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn predicates() {
        type Case = (fn(&str) -> bool, &'static str, bool);
        let cases: &[Case] = &[
            (alias, "default", true),
            (alias, "Default", false),
            (env_id, "A_1", true),
            (env_id, "_A", false),
            (agent_key, "_Work-1", true),
            (agent_key, "my agent", false),
            (colour, "#a1B2c3", true),
            (colour, "#abc", false),
            (access_issuer, "https://team.cloudflareaccess.com", true),
            (access_issuer, "https://team.cloudflareaccess.com/", false),
            (access_issuer, "https://-t.cloudflareaccess.com", false),
            (date_time, "2024-02-29T23:59:59.1Z", true),
            (date_time, "2023-02-29T23:59:59Z", false),
            (date_time, "2024-02-29 23:59:59Z", false),
            (payload_key, "a.b", false),
            (metric, "", true),
        ];
        for (fits, text, want) in cases {
            assert_eq!(fits(text), *want, "{text:?}");
        }
    }
}
