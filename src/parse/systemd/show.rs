//! What `systemctl show`, `systemctl show-environment` and `loginctl show-user` print
//! (facts/services.md section 1.5).

/// The properties of one unit; no `Debug`, since `Environment` may hold secrets.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Block {
    properties: Vec<(String, String)>,
}

impl Block {
    /// Returns a property that is there and not empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.properties
            .iter()
            .find(|(key, value)| key == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }

    /// Returns all values of a property that repeats, such as `EnvironmentFiles`.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.properties
            .iter()
            .filter(move |(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// Returns a property that is a number.
    pub fn number<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.get(name)?.parse().ok()
    }
}

/// How many properties of a unit are kept; the doctor asks for far fewer.
const MAX_PROPERTIES: usize = 300;

/// Splits the output of `show` into the units. A blank line parts them, and where a tool leaves
/// it out, a property that comes a second time does.
pub fn blocks(text: &str) -> Vec<Block> {
    let mut found = Vec::new();
    let mut now = Block::default();
    let mut close = |block: &mut Block| {
        if !block.properties.is_empty() {
            found.push(std::mem::take(block));
        }
    };
    for line in text.lines() {
        if line.is_empty() {
            close(&mut now);
            continue;
        }
        let Some((key, value)) = line.split_once('=') else {
            // The rest of a value with line breaks; no property the doctor asks for has one.
            continue;
        };
        let listed = matches!(key, "EnvironmentFiles" | "ExecStart");
        if !listed && now.properties.iter().any(|(seen, _)| seen == key) {
            close(&mut now);
        }
        if now.properties.len() < MAX_PROPERTIES {
            now.properties.push((key.to_owned(), value.to_owned()));
        }
    }
    close(&mut now);
    found
}

/// Reads `Sun 2026-11-22 14:05:54 UTC` (the command is run with `TZ=UTC`) or `@1763820354`;
/// milliseconds since 1970.
pub fn timestamp_ms(text: &str) -> Option<i64> {
    if let Some(seconds) = text.strip_prefix('@') {
        return seconds.parse::<i64>().ok()?.checked_mul(1000);
    }
    let mut parts = text.split(' ').filter(|part| !part.is_empty());
    let mut date = parts.next()?;
    if !date.starts_with(|c: char| c.is_ascii_digit()) {
        date = parts.next()?;
    }
    let time = parts.next()?;
    if !matches!(parts.next()?, "UTC" | "GMT") {
        return None;
    }
    let mut ymd = date.split('-').map(|part| part.parse::<i64>().ok());
    let (year, month, day) = (ymd.next()??, ymd.next()??, ymd.next()??);
    let mut hms = time.split(':').map(|part| part.parse::<f64>().ok());
    let (hour, minute, second) = (hms.next()??, hms.next()??, hms.next()??);
    let in_range = (1970..=9999).contains(&year)
        && (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && (0.0..24.0).contains(&hour)
        && (0.0..60.0).contains(&minute)
        && (0.0..61.0).contains(&second);
    if !in_range {
        return None;
    }
    let seconds = hour * 3600.0 + minute * 60.0 + second;
    Some(days_since_1970(year, month, day) * 86_400_000 + (seconds * 1000.0) as i64)
}

/// Days of the Gregorian calendar, years counted from March so that the leap day is last.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let month = (month + 9) % 12;
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    year * 365 + year / 4 - year / 100 + year / 400 + day_of_year - 719_468
}

/// Reads the output of `show-environment`: `NAME=value` lines, odd values written as `$'…'`
/// (older releases: `"…"`). Later lines of a value that is printed raw are left out.
pub fn environment(text: &str) -> Vec<(String, String)> {
    text.lines()
        .filter_map(|line| {
            let (name, value) = line.split_once('=')?;
            crate::secret::value::is_env_name(name).then(|| (name.to_owned(), unquote(value)))
        })
        .collect()
}

fn unquote(value: &str) -> String {
    if let Some(inner) = value.strip_prefix("$'").and_then(|rest| rest.strip_suffix('\'')) {
        return unescape(inner, true);
    }
    match value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(inner) if !inner.is_empty() => unescape(inner, false),
        _ => value.to_owned(),
    }
}

/// Undoes the escapes of `$'…'` (`all`), or those of double quotes.
fn unescape(text: &str, all: bool) -> String {
    let mut out: Vec<u8> = Vec::with_capacity(text.len());
    let mut rest = text.bytes().peekable();
    while let Some(byte) = rest.next() {
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        let Some(next) = rest.next() else {
            out.push(b'\\');
            break;
        };
        match next {
            b'n' if all => out.push(b'\n'),
            b'r' if all => out.push(b'\r'),
            b't' if all => out.push(b'\t'),
            b'a' if all => out.push(7),
            b'b' if all => out.push(8),
            b'f' if all => out.push(12),
            b'v' if all => out.push(11),
            b'0'..=b'7' if all => {
                let mut code = u32::from(next - b'0');
                for _ in 0..2 {
                    if let Some(digit) = rest.next_if(|byte| matches!(byte, b'0'..=b'7')) {
                        code = code * 8 + u32::from(digit - b'0');
                    }
                }
                out.push(code.min(255) as u8);
            }
            b'"' | b'\\' | b'`' | b'$' | b'\'' => out.push(next),
            _ => out.extend([b'\\', next]),
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn units_are_parted() {
        let found =
            blocks("Id=a.service\nMainPID=1\nEnvironmentFiles=x\nEnvironmentFiles=y\n\nId=b.service\nMainPID=0\n");
        assert_eq!(found.len(), 2);
        assert_eq!(found.first().and_then(|one| one.get("Id")), Some("a.service"));
        assert_eq!(found.first().map(|one| one.all("EnvironmentFiles").count()), Some(2));
        assert_eq!(found.get(1).and_then(|one| one.number::<u32>("MainPID")), Some(0));
        // Without blank lines, and with Id in the middle of a block.
        let found = blocks("MainPID=1\nId=a.service\nMainPID=2\nId=b.service\n");
        let ids: Vec<_> = found.iter().filter_map(|one| one.get("Id")).collect();
        assert_eq!(ids, ["a.service", "b.service"]);
        assert!(blocks("").is_empty() && blocks("junk\n").is_empty());
    }

    #[test]
    fn moments_are_read() {
        for (text, expected) in [
            ("Sun 2026-11-22 14:05:54 UTC", Some(1_795_356_354_000)),
            ("1970-01-01 00:00:00 UTC", Some(0)),
            ("Thu 2024-02-29 23:59:59 UTC", Some(1_709_251_199_000)),
            ("Sun 2026-11-22 14:05:54.250000 UTC", Some(1_795_356_354_250)),
            ("@1795356354", Some(1_795_356_354_000)),
            ("Sun 2026-11-22 14:05:54 CET", None),
            ("n/a", None),
            ("", None),
            ("0-0-0 0:0:0 UTC", None),
        ] {
            assert_eq!(timestamp_ms(text), expected, "{text:?}");
        }
    }

    #[test]
    fn the_environment_block_is_unquoted() {
        let found =
            environment("HOME=/home/me\nA=$'a b\\n\\'c\\' \\\\ \\033'\nB=\"x \\$y\"\nempty=\nno\n1=2\nD=it=s\n");
        let pairs: Vec<_> = found
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let expected = [
            ("HOME", "/home/me"),
            ("A", "a b\n'c' \\ \u{1b}"),
            ("B", "x $y"),
            ("empty", ""),
            ("D", "it=s"),
        ];
        assert_eq!(pairs, expected);
    }

    proptest! {
        #[test]
        fn every_text_has_an_answer(text in "\\PC{0,60}|[A-Z=\n$'\"\\\\0-9 :@-]{0,60}") {
            let _ = (blocks(&text), timestamp_ms(&text), environment(&text));
        }
    }
}
