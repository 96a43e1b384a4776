//! A suppression file: one finding a line, `ID [SUBJECT]  # reason`. A line without a reason is a
//! complaint and suppresses nothing.

use crate::model::snapshot::{Suppression, SuppressionComplaint};

/// Lines that are read.
const MOST: usize = 500;
/// Signs of a reason that are kept.
const LONGEST: usize = 200;

/// Reads a file. Ids are not looked up here.
pub fn parse(text: &str) -> (Vec<Suppression>, Vec<SuppressionComplaint>) {
    let (mut rules, mut complaints) = (Vec::new(), Vec::new());
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    for (at, line) in text.lines().enumerate() {
        let number = u32::try_from(at + 1).unwrap_or(u32::MAX);
        let mut complain = |why: &str| {
            complaints.push(SuppressionComplaint {
                line: number,
                why: why.to_owned(),
            });
        };
        if at >= MOST {
            complain("the lines from here on are not read");
            break;
        }
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (named, reason) = split(line);
        let reason: String = reason.trim().chars().take(LONGEST).collect();
        if !reason.chars().any(char::is_alphanumeric) {
            complain("it gives no reason");
            continue;
        }
        let (id, subject) = named.split_once(char::is_whitespace).unwrap_or((named, ""));
        let subject = subject.trim();
        rules.push(Suppression {
            id: id.to_owned(),
            subject: (!subject.is_empty()).then(|| subject.to_owned()),
            reason,
            line: number,
        });
    }
    (rules, complaints)
}

/// Splits at the first `#` after a blank; a `#` inside a word belongs to the subject.
fn split(line: &str) -> (&str, &str) {
    let mut blank = false;
    for (at, sign) in line.char_indices() {
        if sign == '#' && blank {
            let (named, reason) = line.split_at(at);
            return (named.trim_end(), reason.trim_start_matches('#'));
        }
        blank = sign.is_whitespace();
    }
    (line, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_an_id_a_subject_and_a_reason() {
        let text = "\u{feff}# why\r\n\r\nlinger-disabled # a desktop\r\n\
                    key-only-in-shell  SOME_KEY\t# for tests # only\n  a b.c[\"d#e\"] x  ## r1\n";
        let (rules, complaints) = parse(text);
        let read: Vec<(&str, Option<&str>, &str, u32)> = rules
            .iter()
            .map(|rule| {
                (
                    rule.id.as_str(),
                    rule.subject.as_deref(),
                    rule.reason.as_str(),
                    rule.line,
                )
            })
            .collect();
        assert_eq!(
            read,
            [
                ("linger-disabled", None, "a desktop", 3),
                ("key-only-in-shell", Some("SOME_KEY"), "for tests # only", 4),
                ("a", Some("b.c[\"d#e\"] x"), "r1", 5),
            ]
        );
        assert_eq!(complaints, []);
    }

    #[test]
    fn a_line_without_a_reason_suppresses_nothing() {
        let (rules, complaints) = parse("a\nb KEY\nc #\nd # --\ne# not a reason\nf # ok");
        assert_eq!(rules.len(), 1);
        assert_eq!(rules[0].id, "f");
        let lines: Vec<u32> = complaints.iter().map(|complaint| complaint.line).collect();
        assert_eq!(lines, [1, 2, 3, 4, 5]);
        assert!(complaints.iter().all(|complaint| complaint.why.contains("reason")));
    }

    #[test]
    fn long_files_and_long_reasons_are_cut() {
        let text = format!("a # {}\n", "x".repeat(5000)).repeat(MOST + 5);
        let (rules, complaints) = parse(&text);
        assert_eq!((rules.len(), rules[0].reason.len()), (MOST, LONGEST));
        assert_eq!(complaints.len(), 1);
    }
}
