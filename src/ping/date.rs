//! The two times that answers carry: `Date` and `Retry-After`. Hostile texts give nothing.

/// A clock that differs by more than this many seconds is worth a word (facts/pings.md section 11).
pub const SKEW_LIMIT: i64 = 300;

/// Longest `Retry-After` that is believed, seconds.
const LONGEST_RETRY: u64 = 7 * 24 * 3600;

/// Returns seconds since 1970 of `Sun, 06 Nov 1994 08:49:37 GMT`, the one form servers send today, or of the older
/// `Sunday, 06-Nov-94 08:49:37 GMT`.
pub fn parse_http_date(text: &str) -> Option<i64> {
    if text.len() > 40 || !text.is_ascii() {
        return None;
    }
    let (date, clock) = text
        .split_once(',')?
        .1
        .trim()
        .split_once(' ')
        .and_then(|(first, rest)| match first {
            dashed if dashed.contains('-') => Some((dashed.to_owned(), rest)),
            _ => {
                let (month, rest) = rest.trim_start().split_once(' ')?;
                let (year, clock) = rest.trim_start().split_once(' ')?;
                Some((format!("{first}-{month}-{year}"), clock))
            }
        })?;
    let mut date = date.split('-');
    let day: i64 = number(date.next()?, 1, 31)?;
    let month = month(date.next()?)?;
    let year = match date.next()? {
        short if short.len() == 2 => century(number(short, 0, 99)?),
        year => number(year, 1970, 9999)?,
    };
    let mut parts = clock.split_ascii_whitespace();
    let mut clock = parts.next()?.split(':');
    let hour = number(clock.next()?, 0, 23)?;
    let minute = number(clock.next()?, 0, 59)?;
    let second = number(clock.next()?, 0, 60)?;
    (parts.next() == Some("GMT") && clock.next().is_none() && date.next().is_none())
        .then(|| days_since_1970(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second)
}

/// A year of two digits, from 1970 to 2069.
fn century(year: i64) -> i64 {
    year + if year < 70 { 2000 } else { 1900 }
}

/// Returns the seconds to wait: a number, or a date against the answer's own `Date`; none are left of a date that is over.
pub fn parse_retry_after(text: &str, date: Option<i64>) -> Option<u64> {
    let text = text.trim();
    if !text.is_empty() && text.len() <= 9 && text.bytes().all(|b| b.is_ascii_digit()) {
        return text.parse().ok().map(|seconds: u64| seconds.min(LONGEST_RETRY));
    }
    Some(wait_until(parse_http_date(text)?, date?))
}

/// Returns the seconds from `now` to a moment, bounded.
pub fn wait_until(moment: i64, now: i64) -> u64 {
    let wait = u64::try_from(moment.saturating_sub(now)).unwrap_or(0);
    wait.min(LONGEST_RETRY)
}

/// Returns by how many seconds this machine is ahead, where that is more than [`SKEW_LIMIT`].
pub fn skew(here: i64, there: Option<i64>) -> Option<i64> {
    there
        .map(|there| here.saturating_sub(there))
        .filter(|ahead| ahead.saturating_abs() > SKEW_LIMIT)
}

fn number(text: &str, least: i64, most: i64) -> Option<i64> {
    let digits = text.len() <= 4 && text.bytes().all(|b| b.is_ascii_digit());
    digits
        .then(|| text.parse().ok())
        .flatten()
        .filter(|number| (least..=most).contains(number))
}

fn month(text: &str) -> Option<i64> {
    const NAMES: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    NAMES
        .iter()
        .zip(1..)
        .find_map(|(name, number)| (*name == text).then_some(number))
}

/// Days of the civil calendar, by eras of 400 years that begin in March.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_answers() {
        for (text, wanted) in [
            ("Thu, 01 Jan 1970 00:00:00 GMT", Some(0)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(784_111_777)),
            ("Thu, 29 Feb 2024 23:59:60 GMT", Some(1_709_251_200)),
            ("Sun, 22 Nov 2026 17:30:00 GMT", Some(1_795_368_600)),
            ("Sunday, 06-Nov-94 08:49:37 GMT", Some(784_111_777)),
            ("Sunday, 22-Nov-26 17:30:00 GMT", Some(1_795_368_600)),
            ("Sunday, 06-Nov-94-7 08:49:37 GMT", None),
            ("Sun, 06 Nov 1994 08:49:37", None),
            ("Sun, 06 Nov 1994 08:49:37 PST", None),
            ("Sun, 99 Nov 1994 08:49:37 GMT", None),
            ("Sun, 06 Nov 99999999999999999999 08:49:37 GMT", None),
            ("Sun, 06 Nov -994 08:49:37 GMT", None),
            ("", None),
            (",", None),
            ("né, 06 Nov 1994 08:49:37 GMT", None),
        ] {
            assert_eq!(parse_http_date(text), wanted, "{text}");
        }
    }

    #[test]
    fn waiting_times() {
        let date = Some(784_111_777);
        for (text, wanted) in [
            ("20", Some(20)),
            (" 0 ", Some(0)),
            ("999999999", Some(LONGEST_RETRY)),
            ("99999999999999999999", None),
            ("-5", None),
            ("1.5", None),
            ("", None),
            ("Sun, 06 Nov 1994 08:50:37 GMT", Some(60)),
            ("Sunday, 06-Nov-94 08:50:37 GMT", Some(60)),
            ("Sun, 06 Nov 1994 08:48:37 GMT", Some(0)),
            ("soon", None),
        ] {
            assert_eq!(parse_retry_after(text, date), wanted, "{text}");
        }
        assert_eq!(parse_retry_after("Sun, 06 Nov 1994 08:50:37 GMT", None), None);
    }

    #[test]
    fn clocks() {
        assert_eq!(skew(1000, Some(1000)), None);
        assert_eq!(skew(1300, Some(1000)), None);
        assert_eq!(skew(1301, Some(1000)), Some(301));
        assert_eq!(skew(0, Some(i64::MAX)), Some(-i64::MAX));
        assert_eq!(skew(5, None), None);
    }
}
