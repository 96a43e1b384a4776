//! The core schemas of releases before the newest one (`scripts/core-tables` writes them, and its head describes the
//! format). They lie in the program compressed, and are opened where such a release is installed.

use std::sync::OnceLock;

use super::{Member, Open, Shape, Table};
use crate::product::rules::Release;
use crate::product::spans::Span;

static PACKED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/older.z"));

/// Lines with marks, and the releases of the marks from the lowest bit on, oldest first.
struct Older {
    releases: Vec<Release>,
    lines: Vec<(u32, &'static str)>,
    tables: Vec<OnceLock<Table>>,
}

fn older() -> &'static Older {
    static TEXT: OnceLock<String> = OnceLock::new();
    static OLDER: OnceLock<Older> = OnceLock::new();
    OLDER.get_or_init(|| {
        let text = TEXT.get_or_init(|| {
            let bytes = miniz_oxide::inflate::decompress_to_vec(PACKED).unwrap_or_default();
            String::from_utf8(bytes).unwrap_or_default()
        });
        let (head, rest) = text.split_once('\n').unwrap_or_default();
        let releases: Vec<Release> = head.split(' ').filter_map(Release::parse).collect();
        let marked = |line: &'static str| {
            let (mark, line) = line.split_once(' ')?;
            Some((u32::from_str_radix(mark, 16).ok()?, line))
        };
        Older {
            lines: rest.lines().filter_map(marked).collect(),
            tables: releases.iter().map(|_| OnceLock::new()).collect(),
            releases,
        }
    })
}

impl Older {
    fn table(&self, at: usize) -> Option<&Table> {
        let lines = || self.lines.iter().filter(|(mark, _)| mark & (1 << at) != 0);
        let read = || Table::read(lines().map(|(_, line)| *line), self.releases.get(at).copied());
        Some(self.tables.get(at)?.get_or_init(read))
    }
}

impl Table {
    /// Returns whether the release has a rule.
    pub(in crate::config) fn has_rule(&self, span: Span) -> bool {
        self.release.is_none_or(|release| span.has(release))
    }

    /// Returns whether the release keeps its agents by name, in `agents.entries`.
    pub(in crate::config) fn has_roster(&self) -> bool {
        let member = |id: u32, name: &str| match &self.node(id).shape {
            Shape::Object { members, by_name, .. } => {
                by_name.get(name).and_then(|at| members.get(*at)).map(|one| one.node)
            }
            _ => None,
        };
        member(self.root, "agents")
            .and_then(|agents| member(agents, "entries"))
            .is_some()
    }

    /// Returns whether the release has a setting at a path; `*` is any key or element.
    pub(in crate::config) fn knows(&self, path: &[&str]) -> bool {
        self.has(self.root, path)
    }

    fn has(&self, at: u32, path: &[&str]) -> bool {
        let Some((first, rest)) = path.split_first() else {
            return true;
        };
        match &self.node(at).shape {
            Shape::Object { members, open, .. } => {
                let named = |member: &&Member| *first == "*" || member.name == *first;
                let below = || members.iter().filter(named).any(|member| self.has(member.node, rest));
                below() || matches!(open, Open::Of(id) if self.has(*id, rest))
            }
            Shape::Array(Some(item)) => *first == "*" && self.has(*item, rest),
            Shape::Union(branches) | Shape::Tagged(branches) => branches.iter().any(|branch| self.has(*branch, path)),
            _ => false,
        }
    }

    /// Returns the table by which an installed release is judged: its own, else that of the nearest one below it, else
    /// the oldest. Without a release, or with one that is newer than all, the newest.
    pub(in crate::config) fn of(installed: Option<Release>) -> &'static Table {
        let newest = Table::core();
        let Some(installed) = installed.filter(|installed| newest.release.is_some_and(|newest| *installed < newest))
        else {
            return newest;
        };
        let older = older();
        let below = older.releases.iter().filter(|release| **release <= installed).count();
        older.table(below.saturating_sub(1)).unwrap_or(newest)
    }

    /// Returns the tables of the releases after this one, the nearest first.
    pub(in crate::config) fn newer(&self) -> impl Iterator<Item = &'static Table> {
        let older = match self.release == Table::core().release {
            true => None,
            false => Some(older()),
        };
        let own = self.release;
        let after = older.into_iter().flat_map(move |older| {
            let at = (0..older.releases.len()).filter(move |at| older.releases.get(*at).copied() > own);
            at.filter_map(|at| older.table(at))
        });
        after.chain(older.map(|_| Table::core()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_knows_its_settings() {
        for (release, path, known) in [
            ("2026.8.2", &["gateway", "port"][..], true),
            ("2026.8.2", &["gateway", "prot"], false),
            ("2026.8.2", &["models", "providers", "*", "baseUrl"], true),
            ("2026.5.28", &["agents", "list", "*", "id"], true),
            ("2026.9.6", &["agents", "list", "*", "id"], false),
        ] {
            assert_eq!(
                Table::of(Release::parse(release)).knows(path),
                known,
                "{release} {path:?}"
            );
        }
    }

    #[test]
    fn an_installed_release_is_judged_by_the_nearest_below_it() {
        for (installed, by) in [
            ("2025.12.1", "2026.2.26"),
            ("2026.2.26", "2026.2.26"),
            ("2026.4.15", "2026.2.26"),
            ("2026.6.6", "2026.5.28"),
            ("2026.8.1", "2026.7.35"),
            ("2026.8.2", "2026.8.2"),
            ("2026.9.5", "2026.9.5"),
            ("2026.9.6", "2026.9.6"),
            ("2026.10.1", "2026.9.6"),
        ] {
            assert_eq!(
                Table::of(Release::parse(installed)).release,
                Release::parse(by),
                "{installed}"
            );
        }
        assert_eq!(Table::of(None).release, Table::core().release);
        let after = Table::of(Release::parse("2026.8.2")).newer();
        let after: Vec<_> = after
            .filter_map(|table| table.release)
            .map(|release| release.to_string())
            .collect();
        assert_eq!(after, ["2026.9.5", "2026.9.6"]);
    }
}
