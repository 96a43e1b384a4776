//! What may be shown of a text whoever wrote it: words of messages, small numbers, times, versions,
//! loopback and other numeric addresses, paths below known folders. All else is withheld.

use super::words::is_word;

/// What stands in the place of a text that is not shown.
pub(crate) const WITHHELD: &str = "[withheld]";

/// Longest number that is shown, in digits: ports, counts, short durations.
const DIGITS: usize = 5;

/// Folders below which paths are shown.
const ROOTS: &[&str] = &[
    "Applications",
    "Library",
    "System",
    "Users",
    "Volumes",
    "bin",
    "boot",
    "data",
    "dev",
    "etc",
    "home",
    "lib",
    "lib64",
    "mnt",
    "nix",
    "opt",
    "private",
    "proc",
    "root",
    "run",
    "sbin",
    "snap",
    "srv",
    "sys",
    "tmp",
    "usr",
    "var",
];

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns whether a text is a number of few digits, with a sign, a fraction or a unit.
pub(crate) fn is_number(text: &str) -> bool {
    const UNITS: &[&str] = &[
        "", "%", "B", "G", "GB", "GiB", "K", "KB", "KiB", "M", "MB", "MiB", "T", "TB", "b", "d", "day", "days", "h",
        "hr", "k", "kB", "kb", "m", "mb", "min", "ms", "ns", "s", "sec", "st", "nd", "th", "us", "w", "x",
    ];
    let text = text.strip_prefix(['+', '-']).unwrap_or(text);
    let end = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    digits(whole)
        && digits(fraction)
        && whole.len() + fraction.len() <= DIGITS + 1
        && whole.len() <= DIGITS
        && UNITS.contains(&unit)
}

/// Returns whether a text is a version: two to four small numbers with dots, perhaps a word behind.
pub(crate) fn is_version(text: &str) -> bool {
    let given = text;
    let text = text.strip_prefix(['v', '^', '~']).unwrap_or(text);
    let text = text.trim_start_matches(['>', '=', '<']);
    let (numbers, tail) = text.split_once('-').unwrap_or((text, ""));
    let parts: Vec<&str> = numbers.split('.').collect();
    let total: usize = parts.iter().map(|part| part.len()).sum();
    let small = |part: &&str| digits(part) && part.len() <= DIGITS;
    let words = |tail: &str| {
        tail.split(['.', '-'])
            .all(|part| is_word(part) || (digits(part) && part.len() <= 3))
    };
    let major = text.len() < given.len() && parts.len() == 1 && total <= 2;
    (major || (2..=4).contains(&parts.len()))
        && parts.iter().all(small)
        && total <= 12
        && (tail.is_empty() || words(tail))
}

/// Returns whether a text is a date, a time of day, or both.
pub(crate) fn is_time(text: &str) -> bool {
    let text = text.trim_end_matches('Z');
    let (date, time) = match text.split_once(['T', '_']) {
        Some((date, time)) => (Some(date), Some(time)),
        None if text.contains(':') => (None, Some(text)),
        None => (Some(text), None),
    };
    let fields = |text: &str, sign: char, widths: &[usize]| {
        let parts: Vec<&str> = text.split(sign).collect();
        parts.len() == widths.len()
            && parts
                .iter()
                .zip(widths)
                .all(|(part, width)| digits(part) && part.len() == *width)
    };
    let clock = |text: &str| {
        let (text, zone) = text.find(['+', '-']).map_or((text, ""), |at| text.split_at(at));
        let zone = zone.trim_start_matches(['+', '-']);
        let zone = zone.is_empty() || fields(zone, ':', &[2, 2]) || (digits(zone) && zone.len() == 4);
        let (whole, fraction) = text.split_once(['.', ',']).unwrap_or((text, "0"));
        zone && digits(fraction)
            && fraction.len() <= 9
            && (fields(whole, ':', &[2, 2, 2]) || fields(whole, ':', &[2, 2]) || fields(whole, ':', &[1, 2, 2]))
    };
    date.is_none_or(|date| fields(date, '-', &[4, 2, 2]) || fields(date, '/', &[4, 2, 2])) && time.is_none_or(clock)
}

/// Returns whether a text is an IPv4 or IPv6 address, perhaps with a port. Six groups of letters and
/// digits are needed before an address counts as one of version 6, or `::` with few digits.
fn is_address(text: &str) -> bool {
    let four = text.split_once(':').map_or((text, "0"), |parts| parts);
    if four.0.parse::<std::net::Ipv4Addr>().is_ok() {
        return digits(four.1) && four.1.len() <= DIGITS;
    }
    matches!(text, "::" | "::1" | "fe80::1")
}

/// Returns whether a text without blanks may be shown as it is.
pub(crate) fn is_public(text: &str, known: &dyn Fn(&str) -> bool) -> bool {
    if text.len() > 160 || text.is_empty() {
        return false;
    }
    known(text) || is_number(text) || is_version(text) || is_time(text) || is_address(text) || is_compound(text, known)
}

/// Words and few small numbers, joined: `cloudflare-ai-gateway`, `gateway.auth.token`, `openclaw.json:12:5`.
fn is_compound(text: &str, known: &dyn Fn(&str) -> bool) -> bool {
    let (mut numbers, mut words, mut total) = (0, 0, 0);
    let parts = text.split(['-', '_', '.', '/', ':', '@', '+', '#', '*', '~', '$', '%', '\\', '^']);
    for part in parts.filter(|part| !part.is_empty()) {
        if is_word(part) || known(part) {
            words += 1;
        } else if is_number(part) {
            numbers += 1;
            total += part.len();
        } else {
            return false;
        }
    }
    words > 0 && numbers <= 3 && total <= 8
}

/// Returns a path as it may be shown, or nothing when it is no absolute path below a known folder.
pub(crate) fn path(text: &str, known: &dyn Fn(&str) -> bool) -> Option<String> {
    let (path, place) = place_of(text);
    let (root, rest) = match path
        .strip_prefix("~/")
        .map(|rest| ("~", rest))
        .or(path.strip_prefix("%h/").map(|rest| ("%h", rest)))
    {
        Some(found) => found,
        None => {
            let rest = path.strip_prefix('/')?;
            let first = rest.split('/').next().unwrap_or_default();
            if !ROOTS.contains(&first) {
                return None;
            }
            ("", rest)
        }
    };
    if path.contains("//") || path.len() > 400 {
        return None;
    }
    let shown: Vec<&str> = rest
        .split('/')
        .map(|part| if is_folder(part, known) { part } else { WITHHELD })
        .collect();
    Some(format!("{root}/{}{place}", shown.join("/")))
}

/// `:12:5` at the end of a path.
fn place_of(text: &str) -> (&str, &str) {
    let mut end = text.len();
    for _ in 0..2 {
        let head = text.get(..end).unwrap_or_default();
        match head.rsplit_once(':') {
            Some((before, number)) if digits(number) && number.len() <= 6 => end = before.len(),
            _ => break,
        }
    }
    text.split_at(end)
}

/// A name of letters with few digits behind, or a public word: as folders and users are called.
fn is_folder(part: &str, known: &dyn Fn(&str) -> bool) -> bool {
    let name = |word: &str| {
        let letters = word.trim_end_matches(|c: char| c.is_ascii_digit());
        let upper = letters.bytes().filter(u8::is_ascii_uppercase).count();
        let plain = letters.bytes().all(|byte| byte.is_ascii_alphabetic()) && letters.len() <= 20;
        let cased = upper == 0
            || upper == letters.len()
            || (upper == 1 && letters.starts_with(|c: char| c.is_ascii_uppercase()));
        (plain && cased && word.len() - letters.len() <= 2) || (digits(word) && word.len() <= DIGITS)
    };
    part.is_empty()
        || is_public(part, known)
        || (part.len() <= 48 && part.split(['-', '_', '.', '@', ' ', '+']).all(name))
}

/// Returns an address with its scheme and host, and of its path what may be shown; nothing when it is none.
pub(crate) fn url(text: &str, known: &dyn Fn(&str) -> bool) -> Option<String> {
    let (scheme, rest) = text.split_once("://")?;
    if !(is_word(scheme)
        || matches!(
            scheme,
            "redis" | "postgres" | "postgresql" | "mysql" | "mongodb" | "amqp" | "amqps" | "sqlite" | "socks5"
        ))
    {
        return None;
    }
    let cut = rest.find(['?', '#']).unwrap_or(rest.len());
    let (body, query) = rest.split_at(cut);
    let (authority, path) = body.split_at(body.find('/').unwrap_or(body.len()));
    let (login, host) = authority
        .rsplit_once('@')
        .map_or(("", authority), |(_, host)| ("[withheld]@", host));
    let host = if is_host(host, known) { host } else { WITHHELD };
    let mut parts = Vec::new();
    for part in path.split('/') {
        let shown = part.is_empty() || (!part.contains('@') && is_public(part, known));
        parts.push(if shown { part } else { WITHHELD });
    }
    let query = if query.is_empty() { "" } else { "?[withheld]" };
    Some(format!("{scheme}://{login}{host}{}{query}", parts.join("/")))
}

/// A numeric address, or labels of letters, with a port.
fn is_host(text: &str, known: &dyn Fn(&str) -> bool) -> bool {
    if is_address(text) || text == "[::1]" || known(text) {
        return true;
    }
    let (name, port) = text.rsplit_once(':').unwrap_or((text, "0"));
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 20
            && label
                .split('-')
                .all(|part| part.bytes().all(|byte| byte.is_ascii_lowercase()) || is_number(part))
    };
    let six = name == "[::1]";
    (six || name.parse::<std::net::Ipv4Addr>().is_ok() || name.split('.').all(label))
        && digits(port)
        && port.len() <= DIGITS
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: &dyn Fn(&str) -> bool = &|_| false;

    #[test]
    fn forms_that_no_secret_has_are_public() {
        for text in [
            "18789",
            "12ms",
            "4.5MB",
            "-3",
            "87%",
            "2026.9.6",
            "v26.0.0-beta.1",
            "^1.2.3",
            "2026-11-22T14:10:12.851Z",
            "14:10:12",
            "2026-11-22",
            "127.0.0.1:18789",
            "::1",
            "gateway.auth.token",
            "cloudflare-ai-gateway/claude-sonnet-4-6",
            "openclaw.json:12:5",
        ] {
            assert!(is_public(text, NONE), "{text}");
        }
        for text in [
            "123456",
            "12345-67890",
            "Xy9zQ8",
            "hunter2",
            "6f1c9a52-9f0e-4c7e-9b43-6a1f0c5b7d21",
            "deadbeefcafe",
            "1.2.3.4.5",
            "",
        ] {
            assert!(!is_public(text, NONE), "{text}");
        }
    }

    #[test]
    fn of_paths_and_addresses_the_unknown_parts_go() {
        assert_eq!(
            path("/home/me/Xy9zQ8w/a.json:3", NONE).unwrap(),
            "/home/me/[withheld]/a.json:3"
        );
        assert_eq!(path("/Xy9zQ8wHunt3r", NONE), None);
        assert_eq!(path("relative/x", NONE), None);
        let cases = [
            (
                "https://u:p@api.example.com:8443/v1/Xy9?k=v",
                "https://[withheld]@api.example.com:8443/v1/[withheld]?[withheld]",
            ),
            ("wss://Xy9zQ8w.example.com/", "wss://[withheld]/"),
            ("ws://127.0.0.1:18789", "ws://127.0.0.1:18789"),
        ];
        for (text, expected) in cases {
            assert_eq!(url(text, NONE).unwrap(), expected);
        }
        assert_eq!(url("Xy9z://host/", NONE), None);
    }
}
