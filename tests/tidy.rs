//! Repository rules that nobody has to remember: they fail the ordinary test run.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test of the repository reads the repository, and fails where it cannot"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Lines a Rust file may have. Ask for a split long before.
const LONGEST: usize = 400;

/// Where a [`Secret`](openclaw_doctor::secret::Secret) may be opened, and what for. Add a file or a folder only with its
/// reason; resolve, diagnose, checks, report and render never belong here.
const MAY_EXPOSE: &[&str] = &[
    "src/bundle",                     // scans the bundle for leaks
    "src/redact",                     // masks what it knows, and looks for it
    "src/collect/context.rs",         // reads selectors such as HOME
    "src/collect/host.rs",            // the same
    "src/collect/launch_files.rs",    // puts variables in the place of their names, as a script does
    "src/collect/launchd/service.rs", // reads selectors such as HOME
    "src/collect/loading.rs",
    "src/collect/login_shell.rs",               // hands the environment to the login shell
    "src/collect/log_tail.rs",                  // takes known values out of log lines
    "src/collect/ping/headers.rs",              // puts a credential into a header
    "src/collect/ping/scrub.rs",                // takes credentials out of answers
    "src/collect/ping/targets",                 // follows references to the value that is sent
    "src/collect/process/describe.rs",          // reads the port of a process
    "src/collect/systemd/build.rs",             // hands the service's environment to the loader
    "src/collect/systemd/env_files.rs",         // the same
    "src/loader/",                              // expands `${VAR}`
    "src/platform/launchd/environment.rs",      // merges the layers of a job's environment
    "src/platform/systemd/assemble.rs",         // compares with `UnsetEnvironment=NAME=VALUE`
    "src/platform/systemd/assemble_tests.rs",   // compares what was merged
    "src/platform/systemd/definition_tests.rs", // the same
    "src/secret/vault.rs",                      // defines it
];

/// Files that read on the asker's own word: what the program itself names, the command line, the asker's own environment.
/// A path that a file, a home or a process named is none of these (SECURITY.md, "What it reads").
const MAY_ASK: &[&str] = &[
    "src/app/replay.rs",                    // `--from`
    "src/collect/auth_profiles/sqlite.rs",  // asks whether it is that word
    "src/collect/beside.rs",                // `/proc`
    "src/collect/config_file.rs",           // the config of the command line
    "src/collect/copied.rs",                // the home of the command line
    "src/collect/definitions.rs",           // `/etc`, `/opt`, the asker's own folder
    "src/collect/extras.rs",                // the names of the system
    "src/collect/guard.rs",                 // `/proc`
    "src/collect/host.rs",                  // `/etc/passwd`, `/proc`
    "src/collect/install.rs",               // the asker's PATH
    "src/collect/launchd/mod.rs",           // the owner of the home
    "src/collect/leftovers.rs",             // `/proc`
    "src/collect/listening.rs",             // `/proc`
    "src/collect/ownership.rs",             // what a word is
    "src/collect/process/find.rs",          // with the account of the process
    "src/collect/programs/mod.rs",          // the asker's PATH
    "src/collect/programs/node_version.rs", // Debian's list of packages
    "src/collect/read.rs",                  // how it is read
    "src/collect/runtime_entry.rs",         // `--fingerprint-key`
    "src/collect/start_env.rs",             // the owner of the home
    "src/collect/startup_files.rs",         // `/etc`, the asker's own folder and ZDOTDIR
    "src/collect/suppressions.rs",          // `--suppressions`
    "src/collect/systemd/account.rs",       // `/etc/passwd`
    "src/collect/systemd/mod.rs",           // the folders of the system's units
    "src/collect/systemd/programs.rs",      // asks whether it is that word
    "src/collect/unread_files.rs",          // `/etc/openclaw`
];

/// Files that open files or list folders without a word: the one way of reading itself, and what no account can name.
const MAY_OPEN: &[&str] = &[
    "src/collect/beside.rs",    // `/proc`
    "src/collect/handover",     // programs of the asker's PATH, before anything else
    "src/collect/leftovers.rs", // `/proc`
    "src/collect/ownership.rs",
    "src/collect/process/procfs.rs",
    "src/collect/read.rs",
];

/// Ids of checks that once existed. They are never used again for something else.
const RETIRED: &[&str] = &[];

/// Words that belong to the machines this was written on, not into the repository.
const FOREIGN: &[&str] = &[
    "/work/",
    "/root/.",
    "registry.npmjs.org",
    "index.crates.io",
    "static.crates.io",
    "artifactory",
];

/// Marks of unfinished work.
const UNFINISHED: &[&str] = &["TODO", "FIXME", "XXX", "todo!(", "unimplemented!("];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file of the repository as (path from its root, text); binary files are left out.
fn files() -> Vec<(String, String)> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            let name = entry.file_name();
            let kind = entry.file_type().unwrap();
            if kind.is_dir()
                && !["target", ".git", "node_modules", "__pycache__"]
                    .iter()
                    .any(|skip| name == *skip)
            {
                walk(&path, found);
            } else if kind.is_file() && name != ".git" {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(root(), &mut found);
    found.sort();
    found
        .into_iter()
        .filter_map(|path| {
            let name = path.strip_prefix(root()).unwrap().to_string_lossy().into_owned();
            Some((name, fs::read_to_string(path).ok()?))
        })
        .collect()
}

fn rust_files() -> impl Iterator<Item = (String, String)> {
    files().into_iter().filter(|(name, _)| name.ends_with(".rs"))
}

/// Fails with all complaints at once.
fn check(complaints: Vec<String>) {
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

/// Text of a file that must be there.
fn text_of(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn files_are_short_and_say_what_they_are_for() {
    let mut wrong = Vec::new();
    for (name, text) in rust_files() {
        let lines = text.lines().count();
        if lines > LONGEST {
            wrong.push(format!("{name}: {lines} lines, more than {LONGEST}"));
        }
        if !text.starts_with("//! ") {
            wrong.push(format!("{name}: does not start with a `//!` line"));
        }
    }
    check(wrong);
}

#[test]
fn secrets_are_opened_in_few_places() {
    let tests = |name: &str| name.starts_with("tests/") || name.ends_with("/tests.rs") || name.contains("/tests/");
    check(
        rust_files()
            .filter(|(name, _)| !tests(name) && !MAY_EXPOSE.iter().any(|allowed| name.starts_with(allowed)))
            .filter(|(_, text)| {
                [".expose()", "::expose"]
                    .iter()
                    .any(|call| without_tests(text).contains(call))
            })
            .map(|(name, _)| {
                format!("{name}: calls `.expose()`; keep the secret closed, or add the file to MAY_EXPOSE")
            })
            .collect(),
    );
}

#[test]
fn files_are_read_on_somebodys_word() {
    let tests = |name: &str| name.ends_with("tests.rs") || name.contains("/tests/") || name.contains("testkit");
    let listed = |list: &[&str], name: &str| list.iter().any(|allowed| name.starts_with(allowed));
    let opens = [
        "fs::read(",
        "fs::read_to_string(",
        "fs::read_dir(",
        "File::open",
        "OpenOptions",
    ];
    let mut wrong = Vec::new();
    for (name, text) in rust_files().filter(|(name, _)| name.starts_with("src/") && !tests(name)) {
        let text = without_tests(&text);
        if text.contains("By::Asker") && !listed(MAY_ASK, &name) {
            wrong.push(format!(
                "{name}: reads on the asker's word; take that of whoever named the path, or add the file to MAY_ASK"
            ));
        }
        if opens.iter().any(|call| text.contains(call)) && !listed(MAY_OPEN, &name) {
            wrong.push(format!("{name}: opens by itself; use the methods of `By`"));
        }
    }
    check(wrong);
}

#[test]
fn nothing_is_unfinished_or_foreign() {
    let mut wrong = Vec::new();
    for (name, text) in files() {
        if name == "tests/tidy.rs" || name == "Cargo.lock" {
            continue;
        }
        for (number, line) in text.lines().enumerate() {
            let source = [".rs", ".py", ".sh", ".toml", ".md"]
                .iter()
                .any(|end| name.ends_with(end));
            for word in UNFINISHED.iter().filter(|word| source && line.contains(**word)) {
                wrong.push(format!("{name}:{}: {word}", number + 1));
            }
            for word in FOREIGN.iter().filter(|word| line.contains(**word)) {
                wrong.push(format!("{name}:{}: `{word}` belongs to another machine", number + 1));
            }
        }
    }
    check(wrong);
}

#[test]
fn crates_come_from_the_public_index() {
    check(
        text_of("Cargo.lock")
            .lines()
            .filter_map(|line| line.strip_prefix("source = "))
            .filter(|source| *source != "\"registry+https://github.com/rust-lang/crates.io-index\"")
            .map(|source| format!("Cargo.lock: {source}"))
            .collect(),
    );
}

#[test]
fn check_ids_are_unique_documented_and_never_reused() {
    let mut wrong = Vec::new();
    let mut seen = BTreeSet::new();
    for (name, text) in rust_files().filter(|(name, _)| name.starts_with("src/checks/")) {
        for block in without_tests(&text).split("Check {").skip(1) {
            let Some(id) = quoted_after(block, "id:") else { continue };
            let kebab = id
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
            if !kebab || id.starts_with('-') || id.ends_with('-') {
                wrong.push(format!("{name}: id `{id}` is not kebab-case"));
            }
            if RETIRED.contains(&id) {
                wrong.push(format!("{name}: id `{id}` is retired"));
            }
            if !seen.insert(id.to_owned()) {
                wrong.push(format!("{name}: id `{id}` is used twice"));
            }
            if quoted_after(block, "docs:").is_none_or(|docs| docs.len() < 60) {
                wrong.push(format!("{name}: `{id}` has no docs that `explain` could show"));
            }
        }
    }
    check(wrong);
}

#[test]
fn every_check_has_a_case_that_fires_and_one_that_passes() {
    let tests: String = rust_files()
        .filter(|(name, _)| name.starts_with("src/checks/") && name.ends_with("_tests.rs"))
        .map(|(_, text)| text)
        .collect();
    let cases: BTreeSet<String> = files().into_iter().map(|(name, _)| name).collect();
    let mut wrong = Vec::new();
    for (name, text) in rust_files().filter(|(name, _)| name.starts_with("src/checks/")) {
        let Some(id) = without_tests(&text)
            .split_once("Check = Check {")
            .and_then(|(_, block)| quoted_after(block, "id:"))
        else {
            continue;
        };
        let own = text.contains("#[test]");
        let shared = tests.contains(&format!("\"{id}\""));
        if !own && !shared && !cases.contains(&format!("tests/checks/{id}.json5")) {
            wrong.push(format!("{name}: `{id}` has no case; add tests/checks/{id}.json5"));
        }
    }
    check(wrong);
}

#[test]
fn a_finding_by_the_rules_of_a_release_says_how_certain_it_is() {
    // A finding is proved unless it says otherwise, and rules are proved only on the releases they were checked on.
    let mut out = Vec::new();
    for (name, text) in rust_files().filter(|(name, _)| name.starts_with("src/checks/")) {
        let text = without_tests(&text);
        let finds = text.contains("pub(crate) const CHECK");
        if finds && text.contains("rules::for_version") && !text.contains(".certainty(") {
            out.push(format!("{name} asks the rules of the release and names no certainty"));
        }
    }
    check(out);
}

#[test]
fn readme_names_the_test_command_of_the_gate() {
    let command = "cargo test --locked";
    assert!(text_of(".ci/run").contains(&format!("step \"tests\" {command}\n")));
    assert!(text_of("README.md").lines().any(|line| line.trim() == command));
}

#[test]
fn changelog_starts_with_unreleased_and_this_version() {
    let changelog = text_of("CHANGELOG.md");
    let sections: Vec<&str> = changelog.lines().filter(|line| line.starts_with("## ")).collect();
    let this = concat!("## ", env!("CARGO_PKG_VERSION"));
    assert_eq!(sections.first(), Some(&"## Unreleased"));
    // A date may stand behind it.
    assert_eq!(sections.get(1).and_then(|line| line.get(..this.len())), Some(this));
}

/// Text of a source file before its tests.
fn without_tests(text: &str) -> &str {
    text.split("#[cfg(test)]\nmod tests {").next().unwrap_or(text)
}

/// The first string literal after a word; escapes are left as they are.
fn quoted_after<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(word)?;
    let (_, rest) = rest.split_once('"')?;
    let mut escaped = false;
    let end = rest.find(|c| {
        let closes = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        closes
    })?;
    rest.get(..end)
}
