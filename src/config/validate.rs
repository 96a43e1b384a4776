//! The two answers: does the file validate as `openclaw config validate` says, and will the
//! Gateway start with it (facts/config-validation.md sections 1 and 2).

use std::rc::Rc;

use serde_json::Value;

use super::by_release::{dated, is_flat_env, rules_of};
use super::document::Document;
use super::installed::Installed;
use super::problem::Problem;
use super::schema::Tables;
use super::stages::Paths;
use super::table::Table;
use super::{
    advice, channels_away, check, cloudflare, gateway_start, legacy, migrate, near, plugins, secret_refs, stages,
    start_rules, written_refs,
};
use crate::model::snapshot::{ConfigIssue, PluginSettings};
use crate::product::rules::Release;
use crate::product::spans::Span;

pub use super::gateway_start::{GatewayStart, Load, Start};

/// Looks at something on the machine by its path and says what is wrong with it.
pub type Look<'a> = dyn Fn(&str) -> Option<String> + 'a;

/// What is known around a config.
pub struct ValidateContext<'a> {
    /// The installed release, where known; the table's own otherwise.
    pub release: Option<Release>,
    /// Home directory.
    pub home: &'a str,
    /// State directory.
    pub state_dir: &'a str,
    /// Ids of plugins found on disk beside those of the package.
    pub plugins: &'a [String],
    /// What their manifests say of settings.
    pub manifests: &'a [PluginSettings],
    /// References of the config without a value in this environment.
    pub missing: &'a [super::substitute::Missing],
    /// Returns whether a path of `plugins.load.paths` (as written) exists; `None` when nobody looked.
    pub path_exists: Option<&'a dyn Fn(&str) -> bool>,
    /// Says why a command of an exec provider is refused on this machine (no such file, a link,
    /// foreign owner, writable by others), given the command; `None` when it was not looked at.
    pub exec_problem: Option<&'a Look<'a>>,
    /// Says why nothing is behind the SecretRef at a path, given dotted; `None` where something may be, or nobody looked.
    pub nothing_behind: Option<&'a start_rules::NothingBehind<'a>>,
    /// Returns whether the Gateway's environment gives a variable a value.
    pub is_set: &'a dyn Fn(&str) -> bool,
    /// Whether the Gateway runs in a container.
    pub container: bool,
    /// Where it may listen.
    pub reach: &'a start_rules::Reach,
}

/// The judgement of a config.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// Whether `openclaw config validate` accepts it.
    pub valid: bool,
    /// Why not.
    pub issues: Vec<ConfigIssue>,
    /// What is accepted with a warning, and advice beyond the release.
    pub warnings: Vec<ConfigIssue>,
    /// Changes that the Gateway makes to the file when it starts, in words.
    pub repairs: Vec<String>,
    /// The config with these changes, where they make it valid.
    pub repaired: Option<Value>,
    /// Sections whose settings were not checked, because their schemas come with plugins.
    pub unchecked: Vec<String>,
    /// What a Gateway does with it.
    pub gateway_start: GatewayStart,
}

impl Verdict {
    /// Returns whether nothing but channels that a start leaves out is wrong.
    pub fn starts_without_channels(&self) -> bool {
        !self.valid && matches!(self.gateway_start.verdict, Start::Deferred | Start::Degraded)
    }
}

/// Judges a config. `substituted` is `doc.value` after `${VAR}`
/// ([`substitute`](super::substitute::substitute)).
///
/// It is changed on the way, as the release changes it while it reads, and is the same again afterwards.
pub fn validate(doc: &Document, substituted: &mut Rc<Value>, ctx: &ValidateContext<'_>) -> Verdict {
    if !doc.is_read() {
        return Verdict {
            valid: false,
            issues: doc.issues.clone(),
            warnings: Vec::new(),
            repairs: Vec::new(),
            repaired: None,
            unchecked: Vec::new(),
            gateway_start: gateway_start::unreadable(),
        };
    }
    let Stage {
        issues,
        mut warnings,
        unchecked,
        core_valid,
    } = judge(&reserved_names(&doc.value), substituted, ctx);
    let mut issues = dated(issues, &mut warnings, substituted, ctx.release);
    warnings.extend(advice::duplicates(doc));
    warnings.extend(advice::missing(&doc.value, ctx.missing));
    warnings.extend(advice::beyond(substituted, ctx.missing, ctx.is_set));
    let deferred = channels_away::deferred(substituted, Table::of(ctx.release), ctx.manifests);
    near::by_migration(&mut issues, substituted, ctx.release);
    let mut left = Vec::new();
    let repaired = if issues.is_empty() || doc.includes || !rules_of(ctx.release).config_repair {
        None
    } else {
        repair(&doc.value, substituted, &deferred, ctx, &mut left)
    };
    let around = start_rules::Around {
        is_set: ctx.is_set,
        container: ctx.container,
        reach: ctx.reach,
        path_exists: ctx.path_exists,
        nothing_behind: ctx.nothing_behind,
        release: ctx.release,
        state_dir: ctx.state_dir,
    };
    let after = repaired.as_ref().map(|repaired| &repaired.config);
    let refusals = start_rules::run(after.unwrap_or(substituted), &around);
    let repairs = repaired
        .as_ref()
        .map(|repaired| repaired.done.clone())
        .unwrap_or_default();
    let gateway_start = gateway_start::judge(
        substituted,
        &gateway_start::Found {
            issues: &issues,
            left: &left,
            core_valid,
            deferred: &deferred,
            repaired: after,
            repairs_all: repaired.as_ref().is_some_and(|repaired| repaired.all),
            repairs: &repairs,
            missing: ctx.missing,
            refusals: &refusals,
            includes: doc.includes,
        },
    );
    let repaired = repaired
        .filter(|_| gateway_start.verdict == Start::AutoMigrated)
        .map(|repaired| repaired.config);
    warnings
        .retain(|known| known.kind != "secret-provider-unknown" || !refusals.iter().any(|one| one.path == known.path));
    warnings.extend(refusals);
    if gateway_start.verdict == Start::Refused {
        warnings.extend(unsaid(&issues, left, substituted));
    }
    let mut warnings = finish(warnings, doc);
    warnings.extend(cloudflare::advise(doc, substituted, ctx.missing, ctx.plugins));
    Verdict {
        valid: issues.is_empty(),
        issues: finish(issues, doc),
        warnings,
        repairs,
        repaired,
        unchecked,
        gateway_start,
    }
}

/// Returns what ends the start although `config validate` does not come to it: it looks no further than the first stage that
/// finds something, and the migrations mend that.
fn unsaid(issues: &[Problem], left: Vec<Problem>, config: &Value) -> Option<Problem> {
    let first = left.into_iter().find(|one| gateway_start::is_written(config, one))?;
    let same = |issue: &Problem| issue.path == first.path && issue.keys == first.keys;
    let kind = start_rules::KIND;
    (!issues.iter().any(same)).then_some(Problem { kind, ..first })
}

/// A config as `doctor --fix` of the release rewrites it.
struct Repair {
    config: Value,
    done: Vec<String>,
    /// Whether it is valid then, deferred channels included.
    all: bool,
}

/// Returns the config after the release's migrations, where they leave nothing wrong but in deferred channels.
/// What they leave wrong goes to `wrong`. An older release changes first what it does not know, then what the newest does.
fn repair(
    authored: &Value,
    config: &Rc<Value>,
    deferred: &[String],
    ctx: &ValidateContext<'_>,
    wrong: &mut Vec<Problem>,
) -> Option<Repair> {
    let table = Table::of(ctx.release);
    let older = Some(table).filter(|table| table.release != Table::core().release);
    let by_its_own = older.and_then(|table| repair_with(Some(table), authored, config, deferred, ctx, &mut Vec::new()));
    by_its_own.or_else(|| repair_with(None, authored, config, deferred, ctx, wrong))
}

fn repair_with(
    keeps: Option<&Table>,
    authored: &Value,
    config: &Rc<Value>,
    deferred: &[String],
    ctx: &ValidateContext<'_>,
    wrong: &mut Vec<Problem>,
) -> Option<Repair> {
    let mut next = Rc::clone(config);
    let done = legacy::repair(Rc::make_mut(&mut next), keeps);
    if done.is_empty() {
        return None;
    }
    let found = judge(&reserved_names(&next), &mut next, ctx);
    let mut left = found.issues;
    left.retain(|problem| !gateway_start::is_strict(problem));
    left.extend(written_refs::lost(authored, config, &next));
    left.extend(legacy::put_back(config, &|id| {
        ctx.plugins.iter().any(|known| known == id)
    }));
    let all = left.is_empty();
    left.retain(|problem| !(found.core_valid && gateway_start::of_channel(problem, deferred)));
    if left.is_empty() {
        return Some(Repair {
            config: Rc::unwrap_or_clone(next),
            done,
            all,
        });
    }
    *wrong = left;
    None
}

#[derive(Default)]
struct Stage {
    issues: Vec<Problem>,
    warnings: Vec<Problem>,
    unchecked: Vec<String>,
    /// Whether the stage of channels and plugins was reached.
    core_valid: bool,
}

/// Runs the stages of the release; each hides the later ones when it finds something.
fn judge(reserved: &[Problem], config: &mut Rc<Value>, ctx: &ValidateContext<'_>) -> Stage {
    let misplaced = secret_refs::misplaced(config);
    let crash = inherited_name(config);
    let table = Table::of(ctx.release);
    let reserved = if table.has_rule(Span::FROM_8_2) { reserved } else { &[] };
    let migrated = migrate::at_read(config, table.has_roster());
    let Stage {
        mut issues,
        warnings,
        unchecked,
        core_valid,
    } = as_migrated(misplaced, crash, reserved, config, ctx);
    let (mut notes, legacy_default) = migrated.undo(config);
    let owned = legacy_default.is_some();
    let warnings = warnings.into_iter();
    notes.extend(warnings.filter(|problem| !(owned && problem.kind == "heartbeat-owner")));
    if issues.is_empty() {
        issues = secret_refs::mismatches(config);
    }
    if issues.is_empty() {
        issues = exec_paths(config, ctx);
    }
    Stage {
        issues: near::each_key(issues),
        warnings: notes,
        unchecked,
        core_valid,
    }
}

/// The stages that see the config as the release has changed it on reading.
fn as_migrated(
    mut issues: Vec<Problem>,
    crash: Option<Problem>,
    reserved: &[Problem],
    config: &Value,
    ctx: &ValidateContext<'_>,
) -> Stage {
    let table = Table::of(ctx.release);
    let mut of_types = check::config(config, table);
    of_types.retain(|problem| !is_flat_env(problem, config, ctx.release));
    // What a misplaced SecretRef is not, is said of it already.
    of_types.retain(|problem| !issues.iter().any(|told| told.path == problem.path));
    if !issues.is_empty() && of_types.is_empty() {
        let told: Vec<_> = issues.iter().map(|problem| problem.path.clone()).collect();
        issues.extend(super::settings::raw_channels(config, Tables::of(table.release), &told));
    }
    issues.extend(of_types);
    if let Some(crash) = crash {
        issues = vec![crash];
    }
    for problem in reserved {
        if !issues.iter().any(|known| known.path == problem.path) {
            issues.push(problem.clone());
        }
    }
    if issues.is_empty() {
        let paths = Paths {
            home: ctx.home,
            state_dir: ctx.state_dir,
        };
        issues = stages::run(config, &paths, table);
    }
    if issues.is_empty() {
        let installed = Installed {
            table,
            plugins: ctx.plugins,
            manifests: ctx.manifests,
            path_exists: ctx.path_exists,
        };
        let found = plugins::run(config, &installed);
        return Stage {
            issues: found.issues,
            warnings: found.warnings,
            unchecked: found.unchecked,
            core_valid: true,
        };
    }
    Stage {
        issues,
        ..Stage::default()
    }
}

/// Variables named like members of every JavaScript object make the reader of the release fail.
fn inherited_name(config: &Value) -> Option<Problem> {
    const NAMES: [&str; 8] = [
        "constructor",
        "hasOwnProperty",
        "isPrototypeOf",
        "propertyIsEnumerable",
        "toLocaleString",
        "toString",
        "valueOf",
        "__defineGetter__",
    ];
    let own = super::substitute::own_vars(config, &|_| false);
    let (name, _) = own.iter().find(|(name, _)| NAMES.contains(&name.as_str()))?;
    let words = format!("OpenClaw fails to read a config that sets a variable called {name}");
    Some(Problem::mild(&[], "rule", words).hint(format!("rename env.vars.{name}")))
}

/// The one name that is refused even where the object ignores it.
fn reserved_names(written: &Value) -> Vec<Problem> {
    let mut out = Vec::new();
    for path in [&["mcp", "servers"][..], &["nodeHost", "mcp", "servers"]] {
        let full: Vec<String> = path
            .iter()
            .chain(&["__proto__"])
            .map(|segment| (*segment).to_owned())
            .collect();
        let there = super::problem::get(written, path).is_some_and(|servers| servers.get("__proto__").is_some());
        if there {
            out.push(Problem::mild(&full, "rule", "this name is reserved; rename the server"));
        }
    }
    out
}

fn exec_paths(config: &Value, ctx: &ValidateContext<'_>) -> Vec<Problem> {
    let Some(look) = ctx.exec_problem else {
        return Vec::new();
    };
    let providers = super::problem::get(config, &["secrets", "providers"]).and_then(Value::as_object);
    let mut out = Vec::new();
    for (id, provider) in providers.into_iter().flatten() {
        let exec = provider.get("source").is_some_and(|source| source == "exec");
        let command = provider.get("command").and_then(Value::as_str).filter(|_| exec);
        let user_path = |path: &str| match path.strip_prefix("~/") {
            Some(rest) => format!("{}/{rest}", ctx.home),
            None => path.to_owned(),
        };
        let trusted = || {
            let map = provider.as_object()?;
            secret_refs::outside_trusted_dirs(map, command?, &user_path).then(|| secret_refs::OUTSIDE.to_owned())
        };
        if let Some(why) = command.and_then(look).or_else(trusted) {
            let path = ["secrets", "providers", id, "command"].map(str::to_owned);
            let words = format!("OpenClaw refuses to run this command: {why}");
            out.push(Problem::mild(&path, "filesystem", words));
        }
    }
    out
}

/// Drops what is said twice and adds places.
fn finish(problems: Vec<Problem>, doc: &Document) -> Vec<ConfigIssue> {
    let mut out: Vec<ConfigIssue> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for problem in problems {
        let key = (problem.path.clone(), problem.kind, problem.keys.clone());
        if seen.insert(key) && out.len() < 1000 {
            out.push(problem.issue(doc));
        }
    }
    out
}
