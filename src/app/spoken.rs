//! The doctor's own name in the commands it tells people to type.
//!
//! Packages expose `openclaw-doctor` alone, because `openclaw` is the Node CLI's name. Where that
//! executable was started, `openclaw doctor --wait` would be answered by the Node CLI, which knows
//! no `--wait`. So such commands are told under the name that was used.

use std::borrow::Cow;

use crate::app::cli;
use crate::app::plan::Plan;
use crate::model::report::Report;

const TWO_WORDS: &str = "openclaw doctor";
const ONE_WORD: &str = "openclaw-doctor";

/// Names the doctor as it was called in every command of a report. Evidence, which quotes the
/// machine, stays as it is.
pub(crate) fn in_report(report: &mut Report, plan: &Plan) {
    if !plan.one_word {
        return;
    }
    for remedy in report.findings.iter_mut().filter_map(|finding| finding.remedy.as_mut()) {
        let texts = remedy.commands.iter_mut().chain(&mut remedy.confirm);
        for text in texts.chain([&mut remedy.text]) {
            *text = one_word(text);
        }
    }
    for why in report.checks.iter_mut().filter_map(|check| check.why.as_mut()) {
        *why = one_word(why);
    }
}

/// The same for a text of our own.
pub(crate) fn in_text<'a>(text: &'a str, plan: &Plan) -> Cow<'a, str> {
    if plan.one_word {
        Cow::Owned(one_word(text))
    } else {
        Cow::Borrowed(text)
    }
}

fn one_word(text: &str) -> String {
    let mut told = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(TWO_WORDS) {
        told.push_str(before);
        // `openclaw doctor --fix` is the Node CLI's own, and `openclaw doctors` no command.
        let goes_on = after.starts_with(|c: char| c.is_alphanumeric() || c == '-' || c == '_');
        let flag = after.split_ascii_whitespace().next().unwrap_or_default();
        told.push_str(if goes_on || cli::is_node_flag(flag) {
            TWO_WORDS
        } else {
            ONE_WORD
        });
        rest = after;
    }
    told.push_str(rest);
    told
}

#[cfg(test)]
mod tests {
    use super::one_word;

    #[test]
    fn commands_of_the_doctor_are_renamed_and_those_of_the_node_cli_are_not() {
        let cases = [
            ("openclaw doctor", "openclaw-doctor"),
            ("sudo -iu bob openclaw doctor", "sudo -iu bob openclaw-doctor"),
            ("`openclaw doctor config` shows it", "`openclaw-doctor config` shows it"),
            (
                "a; openclaw doctor --wait && openclaw doctor",
                "a; openclaw-doctor --wait && openclaw-doctor",
            ),
            ("openclaw doctor --fix", "openclaw doctor --fix"),
            (
                "openclaw doctor --state-sqlite=compact",
                "openclaw doctor --state-sqlite=compact",
            ),
            ("openclaw doctors", "openclaw doctors"),
            ("openclaw gateway restart", "openclaw gateway restart"),
        ];
        for (text, expected) in cases {
            assert_eq!(one_word(text), expected);
        }
    }
}
