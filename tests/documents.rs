//! The documents lead where they say: every check has its anchor, every symptom its section, every address the one repository.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test of the repository reads the repository, and fails where it cannot"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(ROOT).join(path)).unwrap()
}

fn ask(args: &[&str]) -> Value {
    let done = Command::new(env!("CARGO_BIN_EXE_openclaw-doctor"))
        .args(args)
        .output()
        .unwrap();
    serde_json::from_slice(&done.stdout).unwrap()
}

fn ids() -> BTreeSet<String> {
    let listed = ask(&["checks", "--json"]);
    let checks = listed["checks"].as_array().unwrap();
    checks.iter().map(|it| it["id"].as_str().unwrap().to_owned()).collect()
}

/// The anchors of a document as they are made of its headings.
fn anchors(text: &str) -> BTreeSet<String> {
    text.lines()
        .filter_map(|line| line.strip_prefix("## "))
        .map(|title| title.trim().to_lowercase().replace(' ', "-"))
        .collect()
}

#[test]
fn every_check_has_an_anchor_and_explain_gives_its_address() {
    let anchors = anchors(&read("docs/checks.md"));
    let start = format!(
        "{}/blob/v{}/docs/checks.md#",
        env!("CARGO_PKG_REPOSITORY"),
        env!("CARGO_PKG_VERSION")
    );
    for id in ids() {
        assert!(anchors.contains(&id), "docs/checks.md has no section {id}");
        assert_eq!(ask(&["explain", &id, "--json"])["url"], format!("{start}{id}"));
    }
}

#[test]
fn every_finding_points_to_the_section_of_its_check() {
    let mut seen = 0;
    for case in fs::read_dir(Path::new(ROOT).join("tests/cases")).unwrap() {
        let snapshot = case.unwrap().path().join("snapshot.json");
        if !snapshot.exists() {
            continue;
        }
        let report = ask(&["--from", snapshot.to_str().unwrap(), "--json"]);
        for finding in report["findings"].as_array().unwrap() {
            let end = format!("/docs/checks.md#{}", finding["id"].as_str().unwrap());
            assert!(finding["docs"].as_str().unwrap().ends_with(&end), "{finding}");
            seen += 1;
        }
    }
    assert!(seen > 10, "{seen} findings");
}

/// cargo-deb takes the page of the documents where there is no homepage.
#[test]
fn the_homepage_is_the_repository() {
    assert_eq!(env!("CARGO_PKG_HOMEPAGE"), env!("CARGO_PKG_REPOSITORY"));
}

/// Words as somebody who searches would compare them.
fn words(text: &str) -> BTreeSet<String> {
    const IDLE: &[&str] = &[
        "a", "an", "and", "as", "at", "but", "i", "in", "is", "it", "of", "on", "one", "or", "the", "to", "x",
    ];
    text.to_lowercase()
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty() && !IDLE.contains(word))
        .map(str::to_owned)
        .collect()
}

/// Heading and text of each section.
fn sections(text: &str) -> Vec<(String, String)> {
    text.split("\n## ")
        .skip(1)
        .map(|part| part.split_once('\n').unwrap())
        .map(|(title, body)| (title.to_owned(), body.to_owned()))
        .collect()
}

/// The heading that shares most with the phrase: a word counts the more, the fewer headings have it.
fn found<'a>(phrase: &str, sections: &'a [(String, String)]) -> Option<&'a (String, String)> {
    let mut common: BTreeMap<String, usize> = BTreeMap::new();
    for (title, _) in sections {
        words(title)
            .into_iter()
            .for_each(|word| *common.entry(word).or_default() += 1);
    }
    let typed = words(phrase);
    let score = |title: &str| -> f64 {
        let shared = words(title).into_iter().filter(|word| typed.contains(word));
        shared.map(|word| 1.0 / common[&word] as f64).sum()
    };
    let mut ranked: Vec<_> = sections.iter().map(|it| (score(&it.0), it)).collect();
    ranked.sort_by(|one, other| other.0.total_cmp(&one.0));
    (ranked[0].0 > 0.0 && ranked[0].0 > ranked[1].0).then_some(ranked[0].1)
}

#[test]
fn what_people_type_leads_to_the_right_check() {
    let sections = sections(&read("docs/troubleshooting.md"));
    let data = read("tests/data/symptoms.txt");
    let mut wrong = Vec::new();
    let phrases = data
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once(" => "));
    let mut tried = 0;
    for (phrase, check) in phrases {
        tried += 1;
        let wanted = match check.strip_prefix('"').and_then(|words| words.strip_suffix('"')) {
            Some(words) => words.to_owned(),
            None => format!("(checks.md#{check})"),
        };
        match found(phrase, &sections) {
            Some((_, body)) if body.contains(&wanted) => {}
            Some((title, _)) => wrong.push(format!("{phrase}: leads to «{title}», which does not name {check}")),
            None => wrong.push(format!("{phrase}: leads to no one section")),
        }
    }
    assert!(tried >= 20);
    assert!(wrong.is_empty(), "{} of {tried}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_check_is_named_by_a_symptom() {
    let page = read("docs/troubleshooting.md");
    let missing: Vec<String> = ids()
        .into_iter()
        .filter(|id| !page.contains(&format!("(checks.md#{id})")))
        .collect();
    assert!(
        missing.is_empty(),
        "docs/troubleshooting.md has no line for {missing:?}"
    );
}

#[test]
fn the_page_of_the_report_names_every_document() {
    let page = read("docs/report.md");
    for args in [
        &["checks", "--json"][..],
        &["explain", "key-only-in-shell", "--json"],
        &["explain", "OPENAI_API_KEY", "--json"],
        &["config", "/nonexistent/openclaw.json", "--json"],
        &["--from", "sample", "--json"],
        &["--no-such-option", "--json"],
    ] {
        let document = ask(args);
        let schema = document["schema"].as_str().unwrap();
        assert!(page.contains(&format!("`{schema}`")), "docs/report.md has no {schema}");
    }
}

#[test]
fn the_readme_stays_short() {
    let words = read("README.md").split_whitespace().count();
    assert!(
        words <= 750,
        "README.md has {words} words: what is reference belongs in docs/"
    );
}

/// Whoever pins the action or the hook gets the doctor of that release.
#[test]
fn the_action_and_the_documents_name_this_version() {
    const VERSION: &str = env!("CARGO_PKG_VERSION");
    assert!(
        read("action.yml").contains(&format!("    default: \"{VERSION}\"\n")),
        "action.yml"
    );
    let page = read("docs/integrations.md");
    for named in [format!("@v{VERSION}\n"), format!("rev: v{VERSION}\n")] {
        assert!(page.contains(&named), "docs/integrations.md has no {named}");
    }
}

/// Links between the documents: the file is there, and so is the section.
#[test]
fn links_of_the_documents_lead_somewhere() {
    let ids = ids();
    for path in [
        "README.md",
        "CONTRIBUTING.md",
        "SECURITY.md",
        "ARCHITECTURE.md",
        "docs/troubleshooting.md",
        "docs/report.md",
        "docs/running.md",
        "docs/containers.md",
        "docs/integrations.md",
    ] {
        let text = read(path);
        let folder = Path::new(ROOT).join(path).parent().unwrap().to_owned();
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            if file.starts_with("http") || file.is_empty() {
                continue;
            }
            assert!(folder.join(file).exists(), "{path} names {link}");
            assert!(
                !file.ends_with("checks.md") || anchor.is_empty() || ids.contains(anchor),
                "{path} names {link}"
            );
        }
    }
}

/// The changelog is merged by union, which can bring back what was taken out. Each kind is there once in a release, no item twice, and
/// a blank line ends a list.
#[test]
fn the_changelog_is_sorted_by_kind() {
    const KINDS: &[&str] = &["Upgrade notes", "Added", "Changed", "Fixed", "Security"];
    const ADVICE: &str = "a union brought back old lines? Take the text of main and add yours";
    let text = read("CHANGELOG.md");
    let mut begins = BTreeSet::new();
    for (release, body) in sections(&text) {
        let kinds: Vec<&str> = body.lines().filter_map(|line| line.strip_prefix("### ")).collect();
        let order: Vec<_> = kinds
            .iter()
            .map(|kind| KINDS.iter().position(|it| it == kind))
            .collect();
        assert!(
            order.iter().all(Option::is_some) && order.is_sorted_by(|one, next| one < next),
            "{release}: {kinds:?}: {ADVICE}"
        );
        for item in body.lines().filter(|line| line.starts_with("- ")) {
            let begin: String = item.chars().take(70).collect();
            assert!(begins.insert(begin), "twice: {item}: {ADVICE}");
        }
        assert!(!loose(&body), "{release}: a list with a hole: {ADVICE}");
    }
}

/// Whether an item follows another one after a blank line.
fn loose(body: &str) -> bool {
    let blocks: Vec<&str> = body.split("\n\n").map(str::trim).filter(|it| !it.is_empty()).collect();
    blocks
        .windows(2)
        .any(|pair| pair.iter().all(|block| block.starts_with("- ")))
}
