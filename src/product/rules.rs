//! The whole difference between OpenClaw releases, as dated rule sets.
//!
//! Sources: facts/env-resolution.md section 10 (2026.2.26 and 2026.9.6 compared; spot checks of
//! 2026.5.28, 2026.7.35, 2026.9.5), facts/pings.md sections 8 and 9 (Cloudflare plugin external
//! from 2026.6.8), facts/config-validation.md section 7. Where facts give only "by release X",
//! the change is placed at X, and releases between two checked ones are `likely`.

use std::fmt;

/// A release number such as 2026.9.6; suffixes after `-` are ignored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Release {
    /// Year.
    pub year: u32,
    /// Month.
    pub month: u32,
    /// Number within the month.
    pub patch: u32,
}

impl Release {
    /// Reads `YEAR.MONTH.PATCH`, with an optional leading `v` and suffix.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().trim_start_matches('v');
        let core = text.split(['-', '+', ' ']).next()?;
        let mut parts = core.split('.').map(|part| part.parse::<u32>().ok());
        let release = Release {
            year: parts.next()??,
            month: parts.next()??,
            patch: parts.next()??,
        };
        parts.next().is_none().then_some(release)
    }

    const fn new(year: u32, month: u32, patch: u32) -> Self {
        Release { year, month, patch }
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.year, self.month, self.patch)
    }
}

/// When the login-shell import is skipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShellSkip {
    /// When any expected name has a value (2026.2.x).
    AnyHasValue,
    /// When all expected names are bound, empty or not.
    AllBound,
}

/// Where the expected names come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExpectedKeys {
    /// A fixed list of 17 names (2026.2.x).
    Fixed,
    /// The plugin manifests on disk.
    Manifests,
}

/// How the Cloudflare provider ships.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CloudflarePlugin {
    /// Inside the package: built in, or a bundled plugin.
    Bundled,
    /// A package of its own.
    External,
}

/// The rules of one span of releases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleSet {
    /// The release the rules were checked on.
    pub name: &'static str,
    /// When the login-shell import is skipped.
    pub shell_skip: ShellSkip,
    /// Where its names come from.
    pub expected: ExpectedKeys,
    /// Whether bash is run with `-lic` and a NUL frame (else `-l -c "env -0"`).
    pub shell_framed: bool,
    /// Whether the workspace `.env` is filtered.
    pub workspace_filter: bool,
    /// Whether `gateway.env` and the `.env` of the state directory are read as in section 3
    /// (else only the `.env` of the config directory, without size limit or name filter).
    pub layered_dotenv: bool,
    /// Whether systemd-managed keys are overridden and deleted.
    pub managed_keys: bool,
    /// Whether names directly under `env` are valid config and win over `env.vars`.
    pub flat_env_valid: bool,
    /// Whether a missing `${VAR}` makes the config unreadable.
    pub missing_ref_fatal: bool,
    /// Whether a config value with an unresolved `${}` is left out.
    pub skip_unresolved: bool,
    /// Whether selection keys restart the loading.
    pub selection_loop: bool,
    /// Whether `.moltbot` is searched.
    pub moltbot: bool,
    /// How the Cloudflare provider ships.
    pub cloudflare: CloudflarePlugin,
    /// Whether auth profiles lie in SQLite.
    pub sqlite_profiles: bool,
    /// Whether config beats the environment for the Gateway token.
    pub token_config_first: bool,
    /// Whether the Gateway has health pages (facts/pings.md section 8).
    pub health_pages: bool,
    /// The installed release, where it is known.
    pub release: Option<Release>,
    /// Why the rules may not fit this installation exactly.
    pub doubts: Vec<String>,
}

const CHECKED_NEW: Release = Release::new(2026, 9, 6);
const CHECKED_OLD: Release = Release::new(2026, 2, 26);
/// By this release: shell skip, gateway.env, managed keys (section 10).
const BY_MAY: Release = Release::new(2026, 5, 28);
/// From here on the Cloudflare provider is an external plugin (facts/pings.md section 9).
const CF_EXTERNAL: Release = Release::new(2026, 6, 8);
/// The "2026.9 line": flat `env.KEY` refused (facts/config-validation.md section 0).
const FLAT_ENV_REFUSED: Release = Release::new(2026, 9, 0);

/// Returns the rules for an installed version; without one, those of the newest checked release.
pub fn for_version(version: Option<&str>) -> RuleSet {
    let Some(release) = version.and_then(Release::parse) else {
        let why = match version {
            Some(text) => format!("the installed version {text:?} is not a release number"),
            None => "the installed version is not known".to_owned(),
        };
        return RuleSet {
            doubts: vec![format!("{why}; rules of {CHECKED_NEW} were applied")],
            ..newest()
        };
    };
    let mut rules = dated(release);
    rules.release = Some(release);
    if release == CHECKED_NEW || (release.year, release.month) == (2026, 2) && release.patch <= CHECKED_OLD.patch {
        return rules;
    }
    let why = if release > CHECKED_NEW {
        format!("OpenClaw {release} is newer than {CHECKED_NEW}, the newest release the rules were checked on")
    } else if release < Release::new(2026, 2, 0) {
        format!("OpenClaw {release} is older than the 2026.2 releases, the oldest the rules were checked on")
    } else {
        format!("OpenClaw {release} lies between {CHECKED_OLD} and {CHECKED_NEW}, on which the rules were checked")
    };
    rules.doubts.push(why);
    rules
}

fn dated(release: Release) -> RuleSet {
    let mut rules = newest();
    if release < FLAT_ENV_REFUSED {
        rules.flat_env_valid = true;
    }
    if release < CF_EXTERNAL {
        rules.cloudflare = CloudflarePlugin::Bundled;
    }
    if release < BY_MAY {
        rules = RuleSet {
            name: "2026.2.26",
            shell_skip: ShellSkip::AnyHasValue,
            expected: ExpectedKeys::Fixed,
            shell_framed: false,
            workspace_filter: false,
            layered_dotenv: false,
            managed_keys: false,
            flat_env_valid: true,
            missing_ref_fatal: true,
            skip_unresolved: false,
            selection_loop: false,
            moltbot: true,
            cloudflare: CloudflarePlugin::Bundled,
            sqlite_profiles: false,
            token_config_first: false,
            health_pages: false,
            release: None,
            doubts: Vec::new(),
        };
    }
    rules
}

fn newest() -> RuleSet {
    RuleSet {
        name: "2026.9.6",
        shell_skip: ShellSkip::AllBound,
        expected: ExpectedKeys::Manifests,
        shell_framed: true,
        workspace_filter: true,
        layered_dotenv: true,
        managed_keys: true,
        flat_env_valid: false,
        missing_ref_fatal: false,
        skip_unresolved: true,
        selection_loop: true,
        moltbot: false,
        cloudflare: CloudflarePlugin::External,
        sqlite_profiles: true,
        token_config_first: true,
        health_pages: true,
        release: None,
        doubts: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_are_read_and_ordered() {
        assert_eq!(Release::parse("2026.9.6"), Some(Release::new(2026, 9, 6)));
        assert_eq!(Release::parse("v2026.2.26-beta.1"), Some(Release::new(2026, 2, 26)));
        assert_eq!(Release::parse("latest"), None);
        assert!(Release::new(2026, 10, 1) > Release::new(2026, 9, 6));
    }

    #[test]
    fn checked_releases_leave_no_doubt() {
        for version in ["2026.9.6", "2026.2.26"] {
            assert_eq!(for_version(Some(version)).doubts, Vec::<String>::new(), "{version}");
        }
        for version in ["2026.9.7", "2026.5.28", "2025.12.1", "main"] {
            assert_eq!(for_version(Some(version)).doubts.len(), 1, "{version}");
        }
    }

    #[test]
    fn changes_are_placed_by_release() {
        let of = |version| for_version(Some(version));
        assert!(of("2026.2.26").flat_env_valid && of("2026.7.35").flat_env_valid && !of("2026.9.5").flat_env_valid);
        assert_eq!(of("2026.6.6").cloudflare, CloudflarePlugin::Bundled);
        assert_eq!(of("2026.6.8").cloudflare, CloudflarePlugin::External);
        assert!(!of("2026.5.1").managed_keys && of("2026.5.28").managed_keys);
    }
}
