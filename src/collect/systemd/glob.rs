//! The wildcards of `EnvironmentFile=`: `*`, `?` and `[…]` in each part of a path, bounded.

use std::path::{Path, PathBuf};

use crate::collect::ownership::By;

/// How many files a pattern may stand for.
const MAX_FILES: usize = 64;
/// How many entries of directories are looked at for a pattern, all together.
const MAX_ENTRIES: usize = 8192;

/// Why it is not known what a pattern stands for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Blind {
    /// A directory may not be read.
    Closed(PathBuf),
    /// It is more than is looked through.
    TooMuch,
}

/// Returns whether a path is a pattern.
pub(super) fn is_pattern(path: &str) -> bool {
    path.contains(['*', '?', '['])
}

/// Returns the paths a pattern stands for, sorted.
pub(super) fn expand(by: By, pattern: &str) -> Result<Vec<PathBuf>, Blind> {
    let mut paths = vec![PathBuf::from("/")];
    let mut left = MAX_ENTRIES;
    for part in pattern.split('/').filter(|part| !part.is_empty()) {
        if !is_pattern(part) {
            paths.iter_mut().for_each(|path| path.push(part));
            continue;
        }
        let mut next = Vec::new();
        for dir in &paths {
            next.extend(matching(by, dir, part, &mut left)?);
        }
        paths = next;
    }
    paths.retain(|path| std::fs::symlink_metadata(path).is_ok());
    paths.sort();
    match paths.len() <= MAX_FILES {
        true => Ok(paths),
        false => Err(Blind::TooMuch),
    }
}

fn matching(by: By, dir: &Path, part: &str, left: &mut usize) -> Result<Vec<PathBuf>, Blind> {
    // To open a directory costs as much as some of its entries.
    *left = left.checked_sub(8).ok_or(Blind::TooMuch)?;
    let entries = match by.entries(dir, MAX_ENTRIES) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => {
            return Err(Blind::Closed(dir.to_owned()));
        }
        Err(_) => return Ok(Vec::new()),
    };
    let pattern: Vec<char> = part.chars().collect();
    let mut found = Vec::new();
    for entry in entries {
        *left = left.checked_sub(1).ok_or(Blind::TooMuch)?;
        let name = entry.name.to_string_lossy();
        let hidden = name.starts_with('.') && !part.starts_with('.');
        if !hidden && matches(&pattern, &name.chars().collect::<Vec<_>>()) {
            found.push(entry.path);
        }
    }
    Ok(found)
}

/// Matches with one position to come back to, so that the work stays within length × length.
fn matches(pattern: &[char], text: &[char]) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while let Some(c) = text.get(t) {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, t));
                p += 1;
                continue;
            }
            Some('?') => {
                (p, t) = (p + 1, t + 1);
                continue;
            }
            Some('[') => {
                if let Some((hit, length)) = class(pattern.get(p..).unwrap_or_default(), *c)
                    && hit
                {
                    (p, t) = (p + length, t + 1);
                    continue;
                }
            }
            Some(plain) if plain == c => {
                (p, t) = (p + 1, t + 1);
                continue;
            }
            _ => {}
        }
        match star {
            Some((at, from)) => {
                star = Some((at, from + 1));
                (p, t) = (at + 1, from + 1);
            }
            None => return false,
        }
    }
    pattern.iter().skip(p).all(|c| *c == '*')
}

/// Tests a character against the class that `pattern` begins with; returns its length too.
fn class(pattern: &[char], c: char) -> Option<(bool, usize)> {
    let negated = matches!(pattern.get(1), Some('!' | '^'));
    let start = if negated { 2 } else { 1 };
    let close = pattern.iter().skip(start + 1).position(|c| *c == ']')? + start + 1;
    let inside = pattern.get(start..close)?;
    let mut hit = false;
    let mut at = 0;
    while let Some(low) = inside.get(at) {
        match (inside.get(at + 1), inside.get(at + 2)) {
            (Some('-'), Some(high)) => {
                hit |= (*low..=*high).contains(&c);
                at += 3;
            }
            _ => {
                hit |= *low == c;
                at += 1;
            }
        }
    }
    Some((hit != negated, close + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_match_as_the_shell_matches_them() {
        for (pattern, text, expected) in [
            ("*.env", "a.env", true),
            ("*.env", "a.env.bak", false),
            ("?.env", "ab.env", false),
            ("[a-c]x", "bx", true),
            ("[!a-c]x", "bx", false),
            ("[]]x", "]x", true),
            ("[a", "[a", false),
            ("*a*b*c", "xxaxbxbxc", true),
            ("**", "", true),
        ] {
            let (p, t): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
            assert_eq!(matches(&p, &t), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn paths_are_sorted_and_exist() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["b.env", "a.env", ".h.env", "c.txt"] {
            std::fs::write(dir.path().join(name), "").unwrap();
        }
        let found = expand(By::Asker, &format!("{}/*.env", dir.path().display())).unwrap();
        let names: Vec<_> = found.iter().filter_map(|path| path.file_name()?.to_str()).collect();
        assert_eq!(names, ["a.env", "b.env"]);
        assert_eq!(expand(By::Asker, "/nonexistent-*/x").unwrap(), Vec::<PathBuf>::new());
        for number in 0..=MAX_FILES {
            std::fs::write(dir.path().join(format!("{number}.many")), "").unwrap();
        }
        assert_eq!(
            expand(By::Asker, &format!("{}/*.many", dir.path().display())),
            Err(Blind::TooMuch)
        );
        assert_eq!(expand(By::Asker, "/usr/*/*/*/*/*"), Err(Blind::TooMuch));
    }
}
