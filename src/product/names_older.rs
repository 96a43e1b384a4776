//! Names that an older checked release takes or leaves otherwise than the newest one. `tests/oracle/names` asks each
//! release's real Gateway for every name it spells, and `scripts/name-tables` writes what differs.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::rules::Release;

const TEXT: &str = include_str!("names-older.txt");

/// Where a name is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Given {
    /// `env.vars` of the config.
    Config,
    /// The `.env` of the workspace.
    Workspace,
}

/// A line of the table: whether the releases take the name, and which they are.
struct Exception {
    taken: bool,
    releases: Vec<Release>,
}

/// Returns whether a checked release takes a name (in capitals), where it differs from the newest release.
pub(super) fn taken(given: Given, upper: &str, checked: Release) -> Option<bool> {
    static TABLE: OnceLock<HashMap<(Given, &str), Exception>> = OnceLock::new();
    let table = TABLE.get_or_init(|| TEXT.lines().filter_map(read).collect());
    // The two families that are told by beginning and end.
    let family = upper
        .strip_prefix("CARGO_TARGET_")
        .and_then(|rest| match rest.rsplit_once('_')?.1 {
            "LINKER" => Some("CARGO_TARGET_*_LINKER"),
            "RUNNER" => Some("CARGO_TARGET_*_RUNNER"),
            _ => None,
        });
    let found = table.get(&(given, family.unwrap_or(upper)))?;
    found.releases.contains(&checked).then_some(found.taken)
}

/// What the config of 2026.2.26 may not set; it takes all other names (`tests/oracle/names`).
const REFUSED_AT_FIRST: [&str; 18] = [
    "BASH_ENV",
    "ENV",
    "GCONV_PATH",
    "GIT_EXTERNAL_DIFF",
    "IFS",
    "NODE_OPTIONS",
    "NODE_PATH",
    "PERL5LIB",
    "PERL5OPT",
    "PS4",
    "PYTHONHOME",
    "PYTHONPATH",
    "RUBYLIB",
    "RUBYOPT",
    "SHELL",
    "SHELLOPTS",
    "SSLKEYLOGFILE",
    "ZDOTDIR",
];

/// Returns whether the config of 2026.2.26 may set a name (in capitals).
pub(super) fn taken_at_first(upper: &str) -> bool {
    let families = ["BASH_FUNC_", "DYLD_", "LD_"];
    !REFUSED_AT_FIRST.contains(&upper) && !families.iter().any(|beginning| upper.starts_with(beginning))
}

fn read(line: &'static str) -> Option<((Given, &'static str), Exception)> {
    let mut words = line.split(' ');
    let given = match words.next()? {
        "config" => Given::Config,
        "workspace" => Given::Workspace,
        _ => return None,
    };
    let taken = match words.next()? {
        "takes" => true,
        "leaves" => false,
        _ => return None,
    };
    let name = words.next()?;
    let releases = words.filter_map(Release::parse).collect();
    Some(((given, name), Exception { taken, releases }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_read_and_names_a_checked_release() {
        for line in TEXT.lines().filter(|line| !line.starts_with('#')) {
            let (_, found) = read(line).expect(line);
            assert!(!found.releases.is_empty(), "{line}");
            for release in found.releases {
                let rules = super::super::rules::for_version(Some(&release.to_string()));
                assert_eq!(rules.checked, release, "{line}");
            }
        }
    }

    #[test]
    fn a_release_takes_what_it_was_seen_to_take() {
        for (given, name, release, wanted) in [
            (Given::Config, "RUSTUP_HOME", "2026.5.28", Some(true)),
            (Given::Config, "RUSTUP_HOME", "2026.9.6", None),
            (Given::Config, "CARGO_TARGET_ARM_RUNNER", "2026.5.28", Some(true)),
            (Given::Config, "LD_PRELOAD", "2026.5.28", None),
            (Given::Workspace, "AWS_ROLE_ARN", "2026.5.28", Some(true)),
            (Given::Workspace, "OPENAI_ADMIN_KEY", "2026.5.28", Some(true)),
            (Given::Workspace, "OPENAI_API_KEY", "2026.5.28", None),
        ] {
            let found = Release::parse(release).and_then(|release| taken(given, name, release));
            assert_eq!(found, wanted, "{name} {release}");
        }
    }
}
