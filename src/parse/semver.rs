//! Versions, and npm's version ranges as `engines.node` of a `package.json` uses them.

/// Major, minor and patch number of a release.
pub type Version = (u64, u64, u64);

/// How many parts of a range are looked at.
const MOST_PARTS: usize = 64;

/// Reads `24.16.0` or `v24.16.0`; build words after `+` say nothing about the order. A version
/// before a release (`24.0.0-rc.1`) stands beside the ranges, so it is none.
pub fn version(text: &str) -> Option<Version> {
    let text = text.trim();
    let text = text.strip_prefix('v').unwrap_or(text);
    let text = text.split_once('+').map_or(text, |(release, _)| release);
    let mut parts = text.split('.').map(number);
    let version = (parts.next()??, parts.next()??, parts.next()??);
    parts.next().is_none().then_some(version)
}

/// Returns whether a range allows a version; none where the range is not understood.
pub fn allows(range: &str, version: Version) -> Option<bool> {
    let mut any = false;
    for alternative in range.split("||").take(MOST_PARTS) {
        any |= holds(alternative.trim(), version)?;
    }
    Some(any)
}

/// One alternative: comparators that all must hold.
fn holds(alternative: &str, version: Version) -> Option<bool> {
    if let Some((from, to)) = alternative.split_once(" - ") {
        let (low, high) = (Partial::read(from)?, Partial::read(to)?);
        return Some(version >= low.floor() && high.next().is_none_or(|next| version < next));
    }
    let mut words = alternative.split([' ', '\t', ',']).filter(|word| !word.is_empty());
    let mut all = true;
    let mut seen = 0;
    while let Some(word) = words.next() {
        seen += 1;
        if seen > MOST_PARTS {
            return None;
        }
        let (operator, rest) = operator(word);
        // `>= 24` is one comparator.
        let rest = if rest.is_empty() && !operator.is_empty() {
            words.next()?
        } else {
            rest
        };
        all &= compare(operator, Partial::read(rest)?, version);
    }
    Some(all)
}

fn operator(word: &str) -> (&str, &str) {
    let end = word
        .find(|c: char| !matches!(c, '<' | '>' | '=' | '^' | '~'))
        .unwrap_or(word.len());
    word.split_at(end)
}

fn compare(operator: &str, wanted: Partial, version: Version) -> bool {
    let floor = wanted.floor();
    let below = |limit: Option<Version>| limit.is_none_or(|limit| version < limit);
    match operator {
        ">=" => version >= floor,
        ">" => wanted.next().is_some_and(|next| version >= next),
        "<" => version < floor,
        "<=" => below(wanted.next()),
        "^" => version >= floor && below(wanted.same_leading()),
        "~" | "~>" => version >= floor && below(wanted.same_minor()),
        "" | "=" => version >= floor && below(wanted.next()),
        _ => false,
    }
}

/// A version of which only the first numbers may be given: `24`, `24.x`, `*`.
#[derive(Debug, Clone, Copy)]
struct Partial(Option<u64>, Option<u64>, Option<u64>);

impl Partial {
    fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let text = text.strip_prefix('v').unwrap_or(text);
        let text = text.split_once('+').map_or(text, |(release, _)| release);
        // A lower bound such as `>=24.0.0-0` begins with its release.
        let text = text.split_once('-').map_or(text, |(release, _)| release);
        let mut numbers = [None; 3];
        let mut open = false;
        for (at, part) in text.split('.').enumerate() {
            let slot = numbers.get_mut(at)?;
            if matches!(part, "x" | "X" | "*") {
                open = true;
            } else if !open {
                *slot = Some(number(part)?);
            }
        }
        Some(Partial(numbers[0], numbers[1], numbers[2]))
    }

    fn floor(self) -> Version {
        (
            self.0.unwrap_or_default(),
            self.1.unwrap_or_default(),
            self.2.unwrap_or_default(),
        )
    }

    /// The first version after all that it stands for; none where it stands for every one.
    fn next(self) -> Option<Version> {
        match self {
            Partial(None, ..) => None,
            Partial(Some(major), None, _) => Some((major.saturating_add(1), 0, 0)),
            Partial(Some(major), Some(minor), None) => Some((major, minor.saturating_add(1), 0)),
            Partial(Some(major), Some(minor), Some(patch)) => Some((major, minor, patch.saturating_add(1))),
        }
    }

    /// The end of `^`: the leftmost number that is not zero stays.
    fn same_leading(self) -> Option<Version> {
        match self {
            Partial(Some(0), Some(0), Some(_)) => self.next(),
            Partial(Some(0), Some(minor), _) => Some((0, minor.saturating_add(1), 0)),
            Partial(major, ..) => Partial(major, None, None).next(),
        }
    }

    /// The end of `~`: major and minor stay where both are given.
    fn same_minor(self) -> Option<Version> {
        Partial(self.0, self.1, None).next()
    }
}

fn number(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.len() <= 15 && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn versions_of_releases() {
        for (text, wanted) in [
            ("24.16.0", Some((24, 16, 0))),
            (" v26.1.0\n", Some((26, 1, 0))),
            ("24.16.0+build.1", Some((24, 16, 0))),
            ("24.16", None),
            ("24.16.0.1", None),
            ("27.0.0-nightly2026", None),
            ("24.-1.0", None),
            ("", None),
        ] {
            assert_eq!(version(text), wanted, "{text}");
        }
    }

    #[test]
    fn ranges_as_npm_reads_them() {
        let cases = [
            (">=24.16.0 <25 || >=26.1.0", "24.15.9", Some(false)),
            (">=24.16.0 <25 || >=26.1.0", "24.16.0", Some(true)),
            (">=24.16.0 <25 || >=26.1.0", "25.9.0", Some(false)),
            (">=24.16.0 <25 || >=26.1.0", "26.0.9", Some(false)),
            (">=24.16.0 <25 || >=26.1.0", "27.0.0", Some(true)),
            (">=22", "22.0.0", Some(true)),
            (">= 22.12", "22.11.9", Some(false)),
            (">22", "22.9.0", Some(false)),
            (">22", "23.0.0", Some(true)),
            ("<=22", "22.9.0", Some(true)),
            ("^22.12.0", "23.0.0", Some(false)),
            ("^0.3.1", "0.4.0", Some(false)),
            ("^0.0.3", "0.0.4", Some(false)),
            ("~22.12", "22.12.9", Some(true)),
            ("~22.12", "22.13.0", Some(false)),
            ("22.x", "22.5.0", Some(true)),
            ("22.x.x || 24", "24.1.0", Some(true)),
            ("*", "1.0.0", Some(true)),
            ("", "1.0.0", Some(true)),
            ("20 - 22", "22.9.0", Some(true)),
            ("20 - 22", "23.0.0", Some(false)),
            (">=24.0.0-0", "24.0.0", Some(true)),
            ("lts", "24.0.0", None),
            (">=", "24.0.0", None),
        ];
        for (range, text, wanted) in cases {
            assert_eq!(allows(range, version(text).unwrap()), wanted, "{range} for {text}");
        }
    }

    proptest! {
        #[test]
        fn nothing_makes_it_fail(text in any::<String>(), number in 0..u64::MAX) {
            let _ = version(&text);
            let _ = allows(&text, (number, 0, number));
            let _ = allows(&format!(">={number}.{number} ^0.{text} || ~{number}"), (24, 0, 0));
        }

        #[test]
        fn a_floor_allows_itself_and_all_above(a in 0..99_u64, b in 0..99_u64, c in 0..99_u64, more in 0..9_u64) {
            let range = format!(">={a}.{b}.{c}");
            prop_assert_eq!(allows(&range, (a, b, c + more)), Some(true));
            prop_assert_eq!(allows(&range, (a, b + more + 1, 0)), Some(true));
            prop_assert_eq!(allows(&format!("<{a}.{b}.{c}"), (a, b, c)), Some(false));
        }
    }
}
