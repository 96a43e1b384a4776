//! What differs between OpenClaw releases in how a Gateway gets its environment: a table of changes, each with
//! the last release seen without it and the first seen with it.
//!
//! Sources: facts/releases.md (markers in 27 packages; the rows of [`CHECKED`] seen running),
//! facts/env-resolution.md section 10, facts/config-validation.md section 7. A release between two rows of
//! [`CHECKED`] takes its answers from the same table, and says so: release numbers do not order features, so
//! what was not seen running is `likely`.

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

    pub(super) const fn new(year: u32, month: u32, patch: u32) -> Self {
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

/// What becomes of names directly under `env` in the config.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlatEnv {
    /// Valid, and they win over `env.vars`.
    Wins,
    /// Not valid; a start moves them into `env.vars`.
    Refused,
}

/// The rules of one release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleSet {
    /// The checked release whose rules these are.
    pub name: String,
    /// The same as a number.
    pub checked: Release,
    /// When the login-shell import is skipped.
    pub shell_skip: ShellSkip,
    /// Where its names come from.
    pub expected: ExpectedKeys,
    /// Whether bash is run with `-lic` and a NUL frame (else `-l -c "env -0"`).
    pub shell_framed: bool,
    /// Whether the workspace `.env` is filtered.
    pub workspace_filter: bool,
    /// Whether the workspace filter also stops names that lead elsewhere, such as `X_ENDPOINT` and `AWS_PROFILE`.
    pub endpoint_filter: bool,
    /// Whether all names that steer the host are refused in `env.vars` (else only those of 2026.2.26).
    pub config_filter: bool,
    /// Whether `gateway.env` and the `.env` of the state directory are read as in section 3
    /// (else only the `.env` of the config directory, without size limit or name filter).
    pub layered_dotenv: bool,
    /// Whether systemd-managed keys are overridden and deleted.
    pub managed_keys: bool,
    /// What becomes of names directly under `env`.
    pub flat_env: FlatEnv,
    /// Whether a start repairs a config that it refuses.
    pub config_repair: bool,
    /// Whether a missing `${VAR}` makes the config unreadable.
    pub missing_ref_fatal: bool,
    /// Whether a start ends where the Gateway's secret or a provider's key refers to what is not there.
    pub secrets_required: bool,
    /// Whether a config value with an unresolved `${}` is left out.
    pub skip_unresolved: bool,
    /// Whether selection keys restart the loading.
    pub selection_loop: bool,
    /// Whether the key of an external provider whose plugin is missing ends a start that cannot reach npm (seen without a
    /// network on 2026.7.35 and 2026.8.2, and not on 2026.9.6).
    pub missing_plugin_ends_start: bool,
    /// Whether `Z_AI_API_KEY` of the config is copied to `ZAI_API_KEY` (seen on 2026.2.26 and from 2026.7.35, and not
    /// on 2026.5.28).
    pub alias_after_config: bool,
    /// Whether `.moltbot` is searched.
    pub moltbot: bool,
    /// How the Cloudflare provider ships.
    pub cloudflare: CloudflarePlugin,
    /// The model that is taken where the config names none (`models status`; the value in the packages of the checked releases).
    pub built_in_model: &'static str,
    /// Whether auth profiles lie in SQLite.
    pub sqlite_profiles: bool,
    /// Whether `auth-profiles.json` blocks its providers until it is imported (seen on 2026.9.6: AUTH_PROFILE_MIGRATION_REQUIRED).
    pub json_profiles_refused: bool,
    /// Whether config beats the environment for the Gateway token.
    pub token_config_first: bool,
    /// Whether the Gateway has health pages (facts/pings.md section 8).
    pub health_pages: bool,
    /// Whether the worker's environment shows what the Gateway has loaded; before, only its environment at exec is seen.
    pub witness: bool,
    /// The installed release, where it is known.
    pub release: Option<Release>,
    /// Why the rules may not fit this installation exactly.
    pub doubts: Vec<String>,
}

/// The releases on which every rule was seen running, oldest first.
const CHECKED: &[Release] = &[
    Release::new(2026, 2, 26),
    Release::new(2026, 5, 28),
    Release::new(2026, 7, 35),
    Release::new(2026, 8, 2),
    Release::new(2026, 9, 5),
    Release::new(2026, 9, 6),
];

/// A change between two releases.
struct Change {
    /// The last release seen without it.
    without: Release,
    /// The first release seen with it.
    with: Release,
    /// Releases below `without` that have it all the same.
    early: &'static [Release],
}

impl Change {
    const fn between(without: (u32, u32), with: (u32, u32)) -> Self {
        Change {
            without: Release::new(2026, without.0, without.1),
            with: Release::new(2026, with.0, with.1),
            early: &[],
        }
    }

    /// Whether a release has the change; one between the two rows takes the older behaviour.
    fn is_in(&self, release: Release) -> bool {
        release >= self.with || self.early.contains(&release)
    }

    /// Whether a release lies where the change was not looked for.
    fn is_open(&self, release: Release) -> bool {
        self.without < release && release < self.with
    }
}

const WORKSPACE_FILTER: Change = Change::between((3, 22), (3, 28));
const LAYERED_DOTENV: Change = Change::between((3, 31), (4, 5));
const MANIFEST_KEYS: Change = Change::between((4, 5), (4, 15));
const CLOUDFLARE_EXTERNAL: Change = Change::between((6, 6), (6, 11));
const SELECTION_LOOP: Change = Change::between((6, 6), (6, 11));
/// A managed key is overridden by `.env` and deleted where no trusted file has it.
const MANAGED_KEYS: Change = Change::between((7, 35), (8, 1));
/// Names ending in `_ENDPOINT` and their like are refused in a workspace `.env`.
const ENDPOINT_FILTER: Change = Change {
    early: &[Release::new(2026, 6, 35)],
    ..Change::between((7, 35), (8, 1))
};
/// The login shell is interactive and its answer framed.
const SHELL_FRAMED: Change = Change::between((7, 35), (8, 1));
/// A required secret that is missing no longer ends the start.
const SECRETS_DEGRADE: Change = Change::between((7, 35), (8, 2));
/// A start repairs the config.
const CONFIG_REPAIR: Change = Change::between((8, 1), (8, 2));
/// The flat `env.KEY` is no longer valid, and `env.vars` wins over it where a start moves it.
const FLAT_ENV_REFUSED: Change = Change::between((7, 35), (8, 2));
/// What was compared on 2026.2.26 and 2026.5.28 alone: missing references, `.moltbot`, SQLite profiles, the
/// order of token sources, health pages, names refused in `env.vars`.
const UNDATED: Change = Change::between((2, 26), (5, 28));
/// A start goes on without the plugin of a provider whose key is there.
const STARTS_WITHOUT_PLUGIN: Change = Change::between((8, 2), (9, 5));
/// The worker's environment shows what the Gateway has.
const WITNESS: Change = Change::between((9, 3), (9, 5));

const CHANGES: &[&Change] = &[
    &WORKSPACE_FILTER,
    &LAYERED_DOTENV,
    &MANIFEST_KEYS,
    &CLOUDFLARE_EXTERNAL,
    &SELECTION_LOOP,
    &MANAGED_KEYS,
    &ENDPOINT_FILTER,
    &SHELL_FRAMED,
    &SECRETS_DEGRADE,
    &CONFIG_REPAIR,
    &FLAT_ENV_REFUSED,
    &UNDATED,
    &STARTS_WITHOUT_PLUGIN,
    &WITNESS,
];

/// Returns the rules for an installed version; without one, those of the newest checked release.
pub fn for_version(version: Option<&str>) -> RuleSet {
    let newest = CHECKED[CHECKED.len() - 1];
    let Some(release) = version.and_then(Release::parse) else {
        let why = match version {
            Some(text) => format!("the installed version {text:?} is not a release number"),
            None => "the installed version is not known".to_owned(),
        };
        return RuleSet {
            release: None,
            doubts: vec![format!("{why}; rules of {newest} were applied")],
            ..of(newest)
        };
    };
    let mut rules = of(release);
    if CHECKED.contains(&release) {
        return rules;
    }
    rules.doubts.push(if release > newest {
        format!("OpenClaw {release} is newer than {newest}, the newest release the rules were checked on")
    } else if release < CHECKED[0] {
        format!(
            "OpenClaw {release} is older than {}, the oldest release the rules were checked on",
            CHECKED[0]
        )
    } else {
        let open = if CHANGES.iter().any(|change| change.is_open(release)) {
            ", near a change"
        } else {
            ""
        };
        format!(
            "OpenClaw {release} was not checked itself{open}; rules as on {} and after it",
            checked_below(release)
        )
    });
    rules
}

/// The newest checked release that is not newer.
fn checked_below(release: Release) -> Release {
    CHECKED
        .iter()
        .rev()
        .copied()
        .find(|checked| *checked <= release)
        .unwrap_or(CHECKED[0])
}

fn of(release: Release) -> RuleSet {
    let manifests = MANIFEST_KEYS.is_in(release);
    let later = UNDATED.is_in(release);
    RuleSet {
        name: checked_below(release).to_string(),
        checked: checked_below(release),
        shell_skip: if manifests {
            ShellSkip::AllBound
        } else {
            ShellSkip::AnyHasValue
        },
        expected: if manifests {
            ExpectedKeys::Manifests
        } else {
            ExpectedKeys::Fixed
        },
        shell_framed: SHELL_FRAMED.is_in(release),
        workspace_filter: WORKSPACE_FILTER.is_in(release),
        endpoint_filter: ENDPOINT_FILTER.is_in(release),
        layered_dotenv: LAYERED_DOTENV.is_in(release),
        config_filter: later,
        managed_keys: MANAGED_KEYS.is_in(release),
        flat_env: if FLAT_ENV_REFUSED.is_in(release) {
            FlatEnv::Refused
        } else {
            FlatEnv::Wins
        },
        config_repair: CONFIG_REPAIR.is_in(release),
        missing_ref_fatal: !later,
        secrets_required: !SECRETS_DEGRADE.is_in(release),
        skip_unresolved: later,
        selection_loop: SELECTION_LOOP.is_in(release),
        missing_plugin_ends_start: CLOUDFLARE_EXTERNAL.is_in(release) && !STARTS_WITHOUT_PLUGIN.is_in(release),
        alias_after_config: !later || SELECTION_LOOP.is_in(release),
        moltbot: !later,
        cloudflare: if CLOUDFLARE_EXTERNAL.is_in(release) {
            CloudflarePlugin::External
        } else {
            CloudflarePlugin::Bundled
        },
        built_in_model: match release {
            _ if !later => "anthropic/claude-opus-4-6",
            release if release < Release::new(2026, 8, 2) => "openai/gpt-5.5",
            release if release < Release::new(2026, 9, 5) => "openai/gpt-5.6-sol",
            _ => "openai/gpt-6-astra",
        },
        sqlite_profiles: later,
        json_profiles_refused: release >= Release::new(2026, 9, 6),
        token_config_first: later,
        health_pages: later,
        witness: WITNESS.is_in(release),
        release: Some(release),
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
    fn checked_releases_leave_no_doubt_and_others_one() {
        for release in CHECKED {
            assert_eq!(
                for_version(Some(&release.to_string())).doubts,
                Vec::<String>::new(),
                "{release}"
            );
        }
        for version in ["2026.9.7", "2026.6.20", "2026.9.4", "2025.12.1", "main"] {
            assert_eq!(for_version(Some(version)).doubts.len(), 1, "{version}");
        }
        assert_eq!(for_version(None).doubts.len(), 1);
        assert_eq!(for_version(Some("2026.8.9")).name, "2026.8.2");
    }

    #[test]
    fn changes_are_placed_by_release() {
        let of = |version| for_version(Some(version));
        assert_eq!(of("2026.7.35").flat_env, FlatEnv::Wins);
        assert_eq!(of("2026.8.2").flat_env, FlatEnv::Refused);
        assert_eq!(of("2026.9.5").flat_env, FlatEnv::Refused);
        assert_eq!(of("2026.6.6").cloudflare, CloudflarePlugin::Bundled);
        assert_eq!(of("2026.6.11").cloudflare, CloudflarePlugin::External);
        assert!(!of("2026.7.35").managed_keys && of("2026.8.1").managed_keys);
        assert!(of("2026.6.35").endpoint_filter && !of("2026.7.1").endpoint_filter && of("2026.8.2").endpoint_filter);
        assert!(!of("2026.3.22").workspace_filter && of("2026.3.28").workspace_filter);
        assert!(of("2026.7.35").secrets_required && !of("2026.8.2").secrets_required);
        for (version, ends) in [
            ("2026.5.28", false),
            ("2026.7.35", true),
            ("2026.8.2", true),
            ("2026.9.5", false),
        ] {
            assert_eq!(of(version).missing_plugin_ends_start, ends, "{version}");
        }
        assert!(!of("2026.8.2").witness && of("2026.9.5").witness);
    }

    #[test]
    fn a_change_lies_between_its_rows() {
        for change in CHANGES {
            assert!(change.without < change.with, "{} {}", change.without, change.with);
            assert!(change.early.iter().all(|release| *release < change.without));
        }
    }
}
