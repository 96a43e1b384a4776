//! The second opinions on a `.env` file: where other readers of the same text would see another
//! value than OpenClaw (facts/env-resolution.md section 3.2).

use std::collections::BTreeMap;

use crate::model::snapshot::Disagreement;
use crate::parse::dotenv;
use crate::secret::value::is_env_name;

/// Files larger than this get no second opinion.
const MAX_BYTES: usize = 64 * 1024;

/// With more references than this nobody asks dotenvy, which expands them: values that double from line to line would take
/// all memory there is.
const MAX_REFERENCES: usize = 12;

/// Lists the names that a shell (`set -a; . file`) or the dotenvy crate reads differently.
pub fn disagreements(bytes: &[u8]) -> Vec<Disagreement> {
    if bytes.len() > MAX_BYTES {
        return Vec::new();
    }
    let ours: BTreeMap<String, dotenv::Entry> = dotenv::parse(bytes)
        .into_iter()
        .map(|entry| (entry.key.clone(), entry))
        .collect();
    let references = bytes.iter().filter(|byte| **byte == b'$').count();
    let dotenvy = (references <= MAX_REFERENCES).then(|| by_dotenvy(bytes));
    let shell = by_shell(bytes);
    ours.into_values()
        .filter(|entry| is_env_name(&entry.key))
        .filter_map(|entry| {
            let differs = |reader: &BTreeMap<String, String>| reader.get(&entry.key) != Some(&entry.value);
            let readers: Vec<String> = [
                ("shell", differs(&shell)),
                ("dotenvy", dotenvy.as_ref().is_some_and(differs)),
            ]
            .into_iter()
            .filter(|(_, differs)| *differs)
            .map(|(name, _)| name.to_owned())
            .collect();
            (!readers.is_empty()).then(|| Disagreement {
                cause: cause(&entry).map(str::to_owned),
                name: entry.key,
                line: entry.line,
                readers,
            })
        })
        .collect()
}

fn cause(entry: &dotenv::Entry) -> Option<&'static str> {
    if entry.cut_by_hash {
        Some("hash")
    } else if entry.value.contains('$') {
        Some("dollar")
    } else if entry.value.contains('\\') {
        Some("backslash")
    } else if entry.value.starts_with(['"', '\'', '`']) {
        Some("quote")
    } else if entry.value.contains([' ', '\t']) {
        Some("blank")
    } else {
        None
    }
}

/// What dotenvy reads. Lines it refuses are left out; its error texts quote the line and are dropped.
fn by_dotenvy(bytes: &[u8]) -> BTreeMap<String, String> {
    // Every refused line costs one error; more than there are lines means it does not move on.
    let most = bytes.iter().filter(|byte| **byte == b'\n').count() + 2;
    dotenvy::from_read_iter(bytes)
        .take(most)
        .filter_map(Result::ok)
        .collect()
}

/// What a POSIX shell would assign, as far as single lines tell.
fn by_shell(bytes: &[u8]) -> BTreeMap<String, String> {
    let text = String::from_utf8_lossy(bytes);
    text.lines()
        .filter(|line| !line.trim_start().starts_with('#'))
        .filter_map(|line| {
            let words = shlex::split(line)?;
            let word = match words.as_slice() {
                [export, word] if export == "export" => word,
                [word] => word,
                _ => return None,
            };
            let (name, value) = word.split_once('=')?;
            (is_env_name(name) && !expands(line)).then(|| (name.to_owned(), value.to_owned()))
        })
        .collect()
}

/// Returns whether a shell would expand something: a `$` or backtick outside single quotes.
fn expands(line: &str) -> bool {
    line.split('\'').step_by(2).any(|outside| outside.contains(['$', '`']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_double_from_line_to_line_cost_nothing() {
        let lines = (1..60).map(|at| format!("V{at}=${{V{}}}${{V{}}}\n", at - 1, at - 1));
        let text: String = std::iter::once("V0=abcdefghijkl\n".to_owned()).chain(lines).collect();
        // Expanded, the last one would have more signs than any memory.
        assert!(disagreements(text.as_bytes()).len() < 60);
    }

    #[test]
    fn readers_disagree_where_the_recorded_table_says_so() {
        for (text, readers) in [
            ("K=abc", &[][..]),
            ("K=\"a b\"", &[]),
            ("export K=abc", &[]),
            ("K=abc#def", &["shell", "dotenvy"]),
            ("K=a b c", &["shell", "dotenvy"]),
            ("K='$Z'", &[]),
            ("K=\"a$Z\"", &["shell", "dotenvy"]),
            ("K: abc", &["shell", "dotenvy"]),
        ] {
            let found = disagreements(text.as_bytes());
            let names: Vec<&str> = found
                .iter()
                .flat_map(|entry| entry.readers.iter().map(String::as_str))
                .collect();
            assert_eq!(names, readers, "{text}");
        }
    }
}
