//! `value-truncated-by-hash`: an unquoted `#` cuts the value, or a comment behind it became part of it.

use super::value_common::{Suspect, about, correct, suspects};
use crate::base::text::shell_quote;
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::FindingExt;
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{Source, ValueFacts, ValueFlag};

pub(crate) const CHECK: Check = Check {
    id: "value-truncated-by-hash",
    title: "no needed key is cut by an unquoted #, or has a comment in it",
    group: Group::Values,
    severity: Severity::Error,
    needs: &[Need::Gateway],
    causes: &["value-empty", "cf-provider-key-rejected"],
    docs: "In OpenClaw's `.env` dialect `#` ends an unquoted value even without a blank before it: `KEY=abc#def` is \
`abc`. Shells keep the whole text, so the same line works elsewhere.\n\n\
systemd does the opposite: in an EnvironmentFile `#` begins a comment at the start of a line only, and `KEY=abc # prod`, \
or `KEY=\"abc\" # prod`, hands over `abc # prod`. Docker's `--env-file` does so too.\n\n\
Fix: put the value in single quotes; give the comment a line of its own.",
    run,
};

fn bad(value: &ValueFacts) -> bool {
    value.has(ValueFlag::CutByHash) || value.has(ValueFlag::CommentKept)
}

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    // The flag of a cut belongs to a line of a file: the running process shows the cut value without it.
    suspects(case, bad)
        .iter()
        .filter_map(|suspect| {
            if suspect.value.has(ValueFlag::CutByHash) {
                return Some(cut(case, suspect));
            }
            // A password may have a blank and a `#` in it.
            let phrase = ["PASSWORD", "PASSPHRASE"]
                .iter()
                .any(|word| suspect.name().contains(word));
            (!phrase).then(|| kept(case, suspect))
        })
        .collect()
}

fn cut(case: &CheckContext<'_>, suspect: &Suspect<'_>) -> Finding {
    let title = format!("{} is cut off at an unquoted #", suspect.name());
    let note = "everything from the # on is taken for a comment";
    about(case, CHECK.id, suspect, title, note)
        .detail(format!(
            "Only the first {} bytes of the value reach the Gateway; a shell would read the whole line.",
            suspect.value.length
        ))
        .fix_by(correct(case, suspect, "Put the value in single quotes."))
}

fn kept(case: &CheckContext<'_>, suspect: &Suspect<'_>) -> Finding {
    let title = format!("{} has the comment behind it as part of the value", suspect.name());
    let finding = about(
        case,
        CHECK.id,
        suspect,
        title,
        "the # and what follows are part of the value",
    );
    let of_file = suspect.offer.filter(|offer| offer.source == Source::EnvironmentFile);
    let detail = match of_file {
        Some(_) => {
            "In an EnvironmentFile systemd takes # for a comment at the start of a line only; the key is sent with the comment."
        }
        None => "What hands this value over does not take # for a comment; the key is sent with the comment.",
    };
    let text = "Delete the comment behind the value, or give it a line of its own.";
    let place = of_file.and_then(|offer| offer.place.as_ref());
    let finding = finding.detail(detail);
    match place.and_then(|place| Some((place, place.line?))) {
        Some((place, line)) => finding.fix(
            text,
            [
                strip_comment(&case.tilde(&place.path), line),
                case.commands().apply_dotenv(),
            ],
        ),
        None => finding.fix_by(correct(case, suspect, text)),
    }
}

/// The command that takes the comment off one line, and leaves a line alone on which the `#` may be in quotes.
fn strip_comment(file: &str, line: u32) -> String {
    let sudo = if file.starts_with("/etc/") { "sudo " } else { "" };
    let value = "[^\\\"'#]*[^\\\"'#[:space:]]|[^\\\"'#]*\\\"[^\\\"]*\\\"|[^\\\"'#]*'[^']*'";
    format!(
        "{sudo}sed -i -E \"{line}s/^({value})[[:space:]]+#.*/\\1/\" {}",
        shell_quote(file)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testkit::{KEY, bind, findings, healthy, known, set, stop, words};
    use crate::model::snapshot::Place;

    #[test]
    fn a_comment_in_a_value_is_told_with_its_line() {
        let with = |text: &str, source| {
            let mut snapshot = healthy();
            stop(&mut snapshot);
            let place = Some(Place::line("/home/me/k.env", 3));
            set(known(&mut snapshot.views.next_start), bind(KEY, text, source, place));
            findings(&CHECK, &snapshot)
        };
        let found = with("sk-one-two-three # prod", Source::EnvironmentFile);
        let text = words(&found[0]);
        assert!(text.contains("k.env") && text.contains("sed -i -E \"3s/"), "{text}");
        let text = words(&with("sk-one-two-three # prod", Source::Unit)[0]);
        assert!(!text.contains("sed") && text.contains("comment"), "{text}");
        for fine in ["sk-one-two-three#4", "sk-one-two-three four", "a # b"] {
            assert!(with(fine, Source::EnvironmentFile).is_empty(), "{fine}");
        }
    }
}
