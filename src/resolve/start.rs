//! Whether the examined Gateway is still starting: the one judgement, for every check, the headline and `--wait`.
//!
//! A start has no limit of its own: on a small or busy machine it takes minutes, and a restart throws them away. So one
//! that lasts longer than usual is called a hang only where what would show that it goes on was looked at and does not.

use super::examined;
use super::process;
use crate::model::snapshot::{GatewayProcess, Snapshot};
use crate::ping::verdict::Word;

/// How long a start usually takes: up to two minutes where a provider package is looked up without a network
/// (facts/services.md section 0.6).
pub(crate) const USUAL: i64 = 120;
/// How long one may take that nothing but its use of the processor shows: beyond this a loop is likelier. Starts of four
/// minutes were reported (facts/user-pain.md, row 14).
pub(crate) const LONG: i64 = 900;
/// A start writes a line every few seconds, the slowest seen every 23.
const FRESH: i64 = 60;

/// How far the start of a Gateway is that nobody can use yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Start {
    /// It is within the usual time.
    Usual {
        /// Seconds since the process was made.
        age: i64,
        /// Whether the Gateway itself answers that it is starting.
        says_so: bool,
    },
    /// It takes longer than usual, and goes on.
    Slow {
        /// Seconds since the process was made.
        age: i64,
        /// What shows that it goes on.
        sign: Sign,
    },
    /// It takes longer than usual, and what would show that it goes on could not be seen.
    Unsure,
}

/// What shows that a start goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sign {
    /// The Gateway answers that it is starting.
    Answer,
    /// The last line of its log is this many seconds old.
    LogLine(i64),
    /// It uses the processor.
    Processor,
}

/// Returns the state of the start; none where no Gateway runs, it can be used, or its start is over.
pub(crate) fn of(snapshot: &Snapshot) -> Option<Start> {
    let process = process(snapshot)?;
    let word = snapshot.pings.gateway.as_ref().and_then(|ping| Word::parse(&ping.word));
    let says_so = word == Some(Word::Starting);
    let age = snapshot.taken_at - process.started_ms? / 1000;
    if !says_so && !is_silent(snapshot, process, word) {
        return None;
    }
    if age < USUAL {
        return Some(Start::Usual { age, says_so });
    }
    if says_so {
        return Some(Start::Slow {
            age,
            sign: Sign::Answer,
        });
    }
    let log = log(snapshot, process);
    if log.as_ref().is_some_and(|log| log.ready) {
        return None;
    }
    let last = log.as_ref().map(|log| snapshot.taken_at - log.last);
    if let Some(ago) = last.filter(|ago| *ago < FRESH) {
        let sign = Sign::LogLine(ago.max(0));
        return Some(Start::Slow { age, sign });
    }
    match process.processor {
        _ if age >= LONG => None,
        Some(used) if used.is_busy() => Some(Start::Slow {
            age,
            sign: Sign::Processor,
        }),
        Some(_) if last.is_some() => None,
        _ => Some(Start::Unsure),
    }
}

/// Whether nobody gets an answer of it: nothing listens on the port that it has, or what listens there does not answer.
fn is_silent(snapshot: &Snapshot, process: &GatewayProcess, word: Option<Word>) -> bool {
    let processes = &snapshot.processes;
    let owner = processes.port_owner.as_ref();
    match word {
        Some(Word::Timeout | Word::ConnectionLost) => owner.is_none_or(|owner| owner.is_gateway || owner.pid.is_none()),
        Some(Word::NothingListening) | None => {
            // The port of a process may be the one it was told to have; only the owner shows that it listens.
            // Which one a stranger's is told by its config alone.
            let own = crate::platform::principal::is_own_process(snapshot, process);
            let there = (process.port.is_none() && own) || process.port == processes.port;
            // A container has ports of its own, which cannot be seen from here.
            processes.port.is_some() && owner.is_none() && there && process.container.is_none()
        }
        Some(_) => false,
    }
}

/// What the log tells of this start.
struct Log {
    /// When its last line was written, in seconds since 1970.
    last: i64,
    /// Whether it says that the start is over.
    ready: bool,
}

/// None where the log was not read, or its lines have no times.
fn log(snapshot: &Snapshot, process: &GatewayProcess) -> Option<Log> {
    let started = process.started_ms? / 1000;
    let lines = snapshot.log_tail.get()?;
    let timed = lines.iter().filter_map(|line| Some((written(line)?, line)));
    let of_start: Vec<(i64, &String)> = timed.filter(|(at, _)| *at >= started).collect();
    match of_start.last() {
        Some((last, _)) => Some(Log {
            last: *last,
            ready: of_start.iter().any(|(_, line)| says_ready(line)),
        }),
        // It was read, and this start has said nothing: its age is that of its silence.
        None if lines.iter().any(|line| written(line).is_some()) => Some(Log {
            last: started,
            ready: false,
        }),
        None => None,
    }
}

/// The last word of a start (2026.9.6: a line that ends so; earlier ones add counts or say where it listens).
fn says_ready(line: &str) -> bool {
    line.ends_with("[gateway] ready")
        || line.contains("[gateway] ready (")
        || line.contains("[gateway] listening on ws")
}

/// When a line was written, by the time it begins with: `2026-11-30T10:18:14.395+00:00`.
fn written(line: &str) -> Option<i64> {
    let stamp = line.split(' ').next()?;
    let at = examined::seconds(&format!("{}Z", stamp.get(..19)?))?;
    let zone = stamp
        .get(19..)?
        .trim_start_matches(|c: char| c == '.' || c.is_ascii_digit());
    let (sign, rest) = match zone.split_at_checked(1)? {
        ("Z", "") => return Some(at),
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = rest.split_once(':')?;
    let ahead = hours.parse::<i64>().ok()? * 3600 + minutes.parse::<i64>().ok()? * 60;
    Some(at - sign * ahead)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::fact::Fact;
    use crate::checks::testkit::{NOW, healthy};
    use crate::model::snapshot::ProcessorUse;

    /// A Gateway of this age that does not listen, with these lines (seconds ago, text) and this use of the processor.
    fn machine(age: i64, word: Option<Word>, lines: Option<&[(i64, &str)]>, used_ms: Option<u64>) -> Snapshot {
        let mut snapshot = healthy();
        snapshot.processes.port_owner = None;
        snapshot.pings.gateway = word.map(|word| word.verdict(Vec::new()));
        let process = &mut snapshot.processes.gateways[0];
        process.started_ms = Some((NOW - age) * 1000);
        process.processor = used_ms.map(|used_ms| ProcessorUse { used_ms, of_ms: 1000 });
        if let Some(lines) = lines {
            let stamp = |ago: i64| examined::rfc3339(NOW - ago).replace('Z', ".395+00:00");
            let lines = lines.iter().map(|(ago, text)| format!("{} {text}", stamp(*ago)));
            snapshot.log_tail = Fact::known(lines.collect());
        }
        snapshot
    }

    #[test]
    fn a_start_is_a_hang_only_where_it_does_not_go_on() {
        let refused = Some(Word::NothingListening);
        let fresh: Option<&[(i64, &str)]> = Some(&[(2, "[gateway] starting HTTP server...")]);
        let old: Option<&[(i64, &str)]> = Some(&[(100, "[gateway] loading configuration…")]);
        let ready: Option<&[(i64, &str)]> = Some(&[(50, "[gateway] ready"), (3, "[heartbeat] started")]);
        let before: Option<&[(i64, &str)]> = Some(&[(500, "[gateway] ready")]);
        let slow = |age, sign| Some(Start::Slow { age, sign });
        for (age, word, lines, used, expected) in [
            (5, refused, None, None, Some(Start::Usual { age: 5, says_so: false })),
            (
                5,
                Some(Word::Timeout),
                None,
                None,
                Some(Start::Usual { age: 5, says_so: false }),
            ),
            (
                5,
                Some(Word::Starting),
                None,
                None,
                Some(Start::Usual { age: 5, says_so: true }),
            ),
            (130, refused, fresh, None, slow(130, Sign::LogLine(2))),
            (130, Some(Word::Timeout), fresh, Some(0), slow(130, Sign::LogLine(2))),
            (130, None, fresh, None, slow(130, Sign::LogLine(2))),
            (130, refused, old, Some(300), slow(130, Sign::Processor)),
            (130, refused, None, Some(300), slow(130, Sign::Processor)),
            (130, refused, before, Some(300), slow(130, Sign::Processor)),
            (130, refused, None, None, Some(Start::Unsure)),
            (130, refused, old, None, Some(Start::Unsure)),
            (130, refused, None, Some(0), Some(Start::Unsure)),
            (130, refused, old, Some(0), None),
            (130, refused, ready, Some(900), None),
            (1000, refused, fresh, None, slow(1000, Sign::LogLine(2))),
            (1000, refused, old, Some(900), None),
            (1000, refused, None, None, None),
            (1000, Some(Word::Starting), ready, None, slow(1000, Sign::Answer)),
            (130, Some(Word::Healthy), fresh, Some(900), None),
            (130, Some(Word::Foreign), fresh, Some(900), None),
        ] {
            let snapshot = machine(age, word, lines, used);
            assert_eq!(of(&snapshot), expected, "{age} {word:?} {lines:?} {used:?}");
        }
    }

    #[test]
    fn times_of_lines_are_read_in_every_zone() {
        for (line, at) in [
            ("1970-01-02T00:00:00.395+00:00 [gateway] ready", Some(86_400)),
            ("1970-01-02T02:00:00.395+02:00 [gateway] ready", Some(86_400)),
            ("1970-01-01T20:30:00-03:30 x", Some(86_400)),
            ("1970-01-02T00:00:00Z", Some(86_400)),
            ("Started openclaw-gateway.service - [withheld].", None),
            ("1970-01-02 00:00:00 x", None),
            ("1970-01-02T00:00:00.395 x", None),
            ("", None),
            ("ααααααααααααααααααααααα", None),
        ] {
            assert_eq!(written(line), at, "{line}");
        }
    }
}
