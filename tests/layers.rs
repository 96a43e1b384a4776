//! The house rule: a module uses only those above it in `ORDER`, and no two files import each other
//! (ARCHITECTURE.md). Text is read, not compiled; test code does not count.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test of the repository reads the repository, and fails where it cannot"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// The layers, lowest first.
const ORDER: &[&str] = &[
    "base", "secret", "model", "product", "parse", "config", "loader", "platform", "ping", "redact", "resolve",
    "remedy", "checks", "render", "bundle", "collect", "app",
];

/// What `collect/` must not know although it comes later.
const COLLECT_NEVER: &[&str] = &["checks", "render", "bundle"];

#[test]
fn imports_follow_the_layers() {
    let files = sources();
    let mut wrong = BTreeSet::new();
    for (file, text) in &files {
        for path in imports(file, text) {
            let (Some(mine), Some(theirs)) = (rank(layer(file)), rank(&path[0])) else {
                continue;
            };
            if theirs > mine || (layer(file) == "collect" && COLLECT_NEVER.contains(&path[0].as_str())) {
                wrong.insert((file.clone(), path[0].clone()));
            }
        }
    }
    assert!(wrong.is_empty(), "against the order of the layers: {wrong:#?}");
}

#[test]
fn no_two_files_import_each_other() {
    let files = sources();
    let mut arrows: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (file, text) in &files {
        let targets = imports(file, text).into_iter().filter_map(|path| target(&path, &files));
        arrows.insert(file, targets.filter(|other| other != file).collect());
    }
    let mutual: BTreeSet<(String, String)> = arrows
        .iter()
        .flat_map(|(file, others)| others.iter().map(move |other| (*file, other.as_str())))
        .filter(|(file, other)| file < other && arrows.get(other).is_some_and(|back| back.contains(*file)))
        .map(|(file, other)| (file.to_owned(), other.to_owned()))
        .collect();
    assert!(mutual.is_empty(), "import each other: {mutual:#?}");
}

#[test]
fn a_wrong_import_would_be_seen() {
    let text = "use crate::{app::plan, base::fact::{self, Fact}};\nfn f() { super::super::checks::ALL; }\n\
                // crate::bundle::x\n#[cfg(test)]\nmod tests {\nuse crate::render::page;\n}\n";
    let seen: Vec<String> = imports("loader/sub/one.rs", text)
        .iter()
        .map(|path| path.join("::"))
        .collect();
    assert_eq!(
        seen,
        ["app::plan", "base::fact", "base::fact::Fact", "loader::checks::ALL"]
    );
}

/// Every source file below `src/` that is not test code, as (path below `src/`, text).
fn sources() -> BTreeMap<String, String> {
    fn walk(folder: &Path, top: &Path, found: &mut BTreeMap<String, String>) {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            let name = path.strip_prefix(top).unwrap().to_string_lossy().into_owned();
            if path.is_dir() {
                walk(&path, top, found);
            } else if name.ends_with(".rs") && !name.split('/').any(|part| part.contains("test")) {
                found.insert(name, fs::read_to_string(&path).unwrap());
            }
        }
    }
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = BTreeMap::new();
    walk(&top, &top, &mut found);
    found
}

fn layer(file: &str) -> &str {
    let first = file.split('/').next().unwrap_or(file);
    if matches!(first, "lib.rs" | "main.rs" | "bin") {
        "app"
    } else {
        first
    }
}

fn rank(layer: &str) -> Option<usize> {
    ORDER.iter().position(|known| *known == layer)
}

/// The file that defines a path: its longest prefix that is one.
fn target(path: &[String], files: &BTreeMap<String, String>) -> Option<String> {
    (1..=path.len()).rev().find_map(|length| {
        let stem = path[..length].join("/");
        [format!("{stem}.rs"), format!("{stem}/mod.rs")]
            .into_iter()
            .find(|file| files.contains_key(file))
    })
}

/// Every path of a file that begins with `crate`, `super` or `self`, from the crate's root.
fn imports(file: &str, text: &str) -> Vec<Vec<String>> {
    let code = without_tests(&without_comments(text));
    let mut module: Vec<String> = file.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
    if matches!(module.last().map(String::as_str), Some("mod" | "lib" | "main")) {
        module.pop();
    }
    let mut found = Vec::new();
    let mut rest = code.as_str();
    while let Some(at) = ["crate::", "super::", "self::"]
        .iter()
        .filter_map(|word| rest.find(word))
        .min()
    {
        let before = rest[..at].chars().next_back();
        let start = &rest[at..];
        let end = tree_end(start);
        let inside_a_path = before.is_some_and(|sign| sign.is_alphanumeric() || matches!(sign, '_' | ':' | '$'));
        if !inside_a_path {
            for path in expand(&start[..end]) {
                found.extend(from_root(&path, &module));
            }
        }
        rest = &start[end.max(1)..];
    }
    found
}

/// Where the path or the tree of paths that begins here ends.
fn tree_end(text: &str) -> usize {
    let mut depth = 0_usize;
    for (at, sign) in text.char_indices() {
        match sign {
            '{' if depth > 0 || text[..at].ends_with("::") => depth += 1,
            '}' if depth > 0 => {
                depth -= 1;
                if depth == 0 {
                    return at + 1;
                }
            }
            _ if depth > 0 || sign.is_alphanumeric() || matches!(sign, '_' | ':' | '*') => {}
            _ => return at,
        }
    }
    text.len()
}

/// `a::{b, c::{d, e}}` as whole paths.
fn expand(tree: &str) -> Vec<Vec<String>> {
    let Some((head, inner)) = tree.split_once("::{") else {
        let path = tree.split(" as ").next().unwrap_or_default();
        return vec![
            path.split("::")
                .map(|part| part.trim().to_owned())
                .filter(|part| !part.is_empty())
                .collect(),
        ];
    };
    let head = expand(head).remove(0);
    let (mut found, mut depth, mut part) = (Vec::new(), 0, String::new());
    let inner = inner.trim_end();
    for sign in inner[..inner.len() - 1].chars().chain([',']) {
        if sign == ',' && depth == 0 {
            if !part.trim().is_empty() {
                found.extend(
                    expand(part.trim())
                        .into_iter()
                        .map(|path| [head.clone(), path].concat()),
                );
            }
            part.clear();
            continue;
        }
        depth += i32::from(sign == '{') - i32::from(sign == '}');
        part.push(sign);
    }
    found
}

fn from_root(path: &[String], module: &[String]) -> Option<Vec<String>> {
    let ups = path
        .iter()
        .skip_while(|part| *part == "self")
        .take_while(|part| *part == "super")
        .count();
    let mut whole = match path.first()?.as_str() {
        "crate" => Vec::new(),
        _ => module.get(..module.len().checked_sub(ups)?)?.to_vec(),
    };
    whole.extend(
        path.iter()
            .filter(|part| !matches!(part.as_str(), "crate" | "super" | "self" | "*"))
            .cloned(),
    );
    (!whole.is_empty()).then_some(whole)
}

fn without_comments(text: &str) -> String {
    text.lines()
        .map(|line| line.split("//").next().unwrap_or_default())
        .collect::<Vec<_>>()
        .join("\n")
}

/// Everything before the first test module: in this repository it is the last thing of its file.
fn without_tests(code: &str) -> String {
    let mut kept = String::new();
    let mut lines = code.lines().peekable();
    while let Some(line) = lines.next() {
        let next_is_module = lines
            .peek()
            .is_some_and(|next| next.trim_start().starts_with("mod ") && next.ends_with('{'));
        if line.trim() == "#[cfg(test)]" && next_is_module {
            break;
        }
        kept.push_str(line);
        kept.push('\n');
    }
    kept
}
