//! How the doctor speaks: phrases that no text for users may contain. Text is read, not compiled; comments and test
//! code do not count.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test of the repository reads the repository, and fails where it cannot"
)]

use std::fs;
use std::path::{Path, PathBuf};

/// What is not written, and what is written in its place.
const BANNED: &[(&str, &str)] = &[
    (" anew", "again, or: regenerate, restart, reinstall"),
    ("passed over by", "ignored"),
    ("passes over", "ignores"),
    ("left out by", "skipped"),
    ("hands over no", "gives no"),
    ("nowhere", "not set anywhere the doctor looked"),
    ("for want of", "no valid …"),
    ("belongs into", "belongs in"),
    ("in reach", "found"),
    ("nobody but", "only"),
    ("no fault", "this is normal"),
    ("whoever sets", "wherever it is set"),
    ("cannot stand", "unexpected …"),
    ("stands in", "is in, contains"),
    ("stand in quotes", "be in quotes"),
    ("stands before", "is before, is in front of"),
    ("makes no sense", "say what is wrong"),
    ("holds a ", "contains a, has a"),
    ("holds another", "has another"),
    ("holds no ", "has no"),
    ("holds the ", "contains the, has the"),
    ("is no key", "unknown key"),
    ("is no valid", "is not a valid"),
    ("is no address", "is not a valid URL"),
    ("is no Gateway", "is not a Gateway"),
    ("is already given", "already set"),
    ("counts all the same", "still counts"),
    ("outlives", "goes stale"),
    ("look again", "rerun"),
    ("could not be checked,", "not checked:"),
    ("unless said", "[default: …]"),
    ("let in\"", "accepted"),
    ("Severity from which on", "at this severity or above"),
    ("not to count", "to ignore"),
    ("nobody answers on", "nothing is listening on"),
    ("Nothing listens on", "Nothing is listening on"),
    ("backup before", "previous version"),
    ("no worker of it", "no worker yet"),
    ("release does not know", "unknown key"),
    ("no waiting", "waiting does not fix"),
    ("again for ever", "again and again, without end"),
    ("would have to bring", "only … can give"),
    ("environment that was looked at", "is not set"),
];

/// Documents for users.
const DOCUMENTS: &[&str] = &["README.md", "CHANGELOG.md", "SECURITY.md", "CONTRIBUTING.md", "docs"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files(from: &Path, kind: &str) -> Vec<PathBuf> {
    if from.is_file() {
        return vec![from.to_owned()];
    }
    let mut found: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => found.extend(files(&path, kind)),
            false if path.extension().is_some_and(|it| it == kind) => found.push(path),
            false => {}
        }
    }
    found.sort();
    found
}

/// The lines of a source file that can reach a user: those with a string or inside of one.
fn spoken(source: &str) -> impl Iterator<Item = (usize, &str)> {
    let end = source.find("#[cfg(test)]").unwrap_or(source.len());
    let lines = source.get(..end).unwrap().lines().enumerate();
    lines.filter(|(_, line)| !line.trim_start().starts_with("//"))
}

fn is_test(path: &Path) -> bool {
    let name = path.to_string_lossy();
    name.contains("tests") || name.contains("testkit")
}

fn complaint(path: &Path, line: usize, text: &str) -> Option<String> {
    let text = text.split(" // ").next().unwrap_or_default();
    let (phrase, instead) = BANNED.iter().find(|(phrase, _)| text.contains(phrase))?;
    let path = path.strip_prefix(root()).unwrap().display();
    Some(format!("{path}:{}: `{}`; write: {instead}", line + 1, phrase.trim()))
}

#[test]
fn no_text_for_users_has_a_banned_phrase() {
    let mut found = Vec::new();
    for path in files(&root().join("src"), "rs").iter().filter(|path| !is_test(path)) {
        let source = fs::read_to_string(path).unwrap();
        found.extend(spoken(&source).filter_map(|(at, line)| complaint(path, at, line)));
    }
    for document in DOCUMENTS {
        for path in files(&root().join(document), "md") {
            let text = fs::read_to_string(&path).unwrap();
            found.extend(
                text.lines()
                    .enumerate()
                    .filter_map(|(at, line)| complaint(&path, at, line)),
            );
        }
    }
    assert!(found.is_empty(), "{} texts:\n{}", found.len(), found.join("\n"));
}

#[test]
fn a_banned_phrase_is_found() {
    let source =
        "fn f() {\n    // it stands in\n    say(\"K stands in the unit\");\n}\n#[cfg(test)]\nmod tests { \"anew\" }";
    let found: Vec<usize> = spoken(source)
        .filter_map(|(at, line)| complaint(&root().join("x"), at, line).map(|_| at))
        .collect();
    assert_eq!(found, [2]);
}
