//! Will the Gateway start with this config, and with what effect
//! (facts/config-validation.md sections 2.1 and 2.2).

use serde_json::Value;

pub use crate::model::snapshot::{GatewayStart, Load, Start};

use super::problem::{Problem, get, text};
use super::retired::RENAMED;
use super::substitute::Missing;
use super::written_path::written;

fn say(verdict: Start, why: impl Into<String>) -> GatewayStart {
    let outcome = match verdict {
        Start::Refused => "refused",
        Start::RefusedAgain => "exit-1",
        Start::AutoMigrated => "migrated",
        Start::Deferred => "deferred",
        Start::Degraded => "degraded",
        Start::Starts => "starts",
    };
    GatewayStart {
        verdict,
        why: why.into(),
        outcome: outcome.to_owned(),
        load: Load::Ok,
        ended_by: None,
    }
}

impl GatewayStart {
    /// Returns the verdict on a file that nobody could read.
    pub(super) fn unread(why: impl Into<String>) -> Self {
        say(Start::Refused, why).ended(78, "").loads(Load::Refused)
    }

    fn ended(mut self, status: u8, by: &str) -> Self {
        self.outcome = format!("exit-{status}");
        self.ended_by = Some(by.to_owned()).filter(|by| !by.is_empty());
        self
    }

    fn loads(mut self, load: Load) -> Self {
        self.load = load;
        self
    }
}

/// Returns the verdict on a file that cannot be parsed or whose includes fail.
pub(super) fn unreadable() -> GatewayStart {
    let why = "the Gateway exits with status 78: it cannot read the file. Its own message then says only that gateway.mode is missing.";
    GatewayStart::unread(why)
}

/// What is known of a config when its start is judged.
pub(super) struct Found<'a> {
    /// Why it does not validate.
    pub(super) issues: &'a [Problem],
    /// What is wrong even after the migrations, where these do not make it valid: that ends a start.
    pub(super) left: &'a [Problem],
    /// Whether the core's own settings are right, so that only channels and plugins can be wrong.
    pub(super) core_valid: bool,
    /// Channels that a start leaves out, because their official plugins are not installed.
    pub(super) deferred: &'a [String],
    /// The config as `doctor --fix` of the release rewrites it, where that makes it valid but for deferred channels.
    pub(super) repaired: Option<&'a Value>,
    /// Whether it is valid then in full.
    pub(super) repairs_all: bool,
    /// What is rewritten, in words.
    pub(super) repairs: &'a [String],
    /// References without a value.
    pub(super) missing: &'a [Missing],
    /// What a start refuses although the file validates.
    pub(super) refusals: &'a [Problem],
    /// Whether files are included.
    pub(super) includes: bool,
}

impl Found<'_> {
    /// Returns what a start checks and finds wrong. The strict stage belongs to `config validate` alone.
    fn blocking(&self) -> impl Iterator<Item = &Problem> {
        // Before channels are looked at, nothing is left out.
        let left_out = |issue: &Problem| self.core_valid && of_channel(issue, self.deferred);
        self.issues
            .iter()
            .filter(move |issue| !is_strict(issue) && !left_out(issue))
    }

    fn load(&self) -> Load {
        if self.issues.iter().all(is_strict) {
            Load::Ok
        } else if self.repairs_all {
            Load::AutoMigrated
        } else {
            Load::Refused
        }
    }
}

/// Returns whether a problem is one that only `config validate` looks for.
pub(super) fn is_strict(issue: &Problem) -> bool {
    is_strict_kind(issue.kind)
}

/// The same by the kind of a problem.
pub(crate) fn is_strict_kind(kind: &str) -> bool {
    matches!(kind, "secret_source" | "filesystem" | RENAMED)
}

/// Returns whether a problem is of one of some channels.
pub(super) fn of_channel(issue: &Problem, channels: &[String]) -> bool {
    match issue.path.as_slice() {
        [section, id, ..] => section == "channels" && channels.contains(id),
        _ => false,
    }
}

/// Returns the verdict on a config that was read.
pub(super) fn judge(config: &Value, found: &Found<'_>) -> GatewayStart {
    start(config, found).loads(found.load())
}

/// Says which channels a start leaves out, and what each of them lacks; those that a migration switches off are not missed.
fn without_channels(deferred: &[String], config: &Value) -> Option<String> {
    let on = |id: &&String| get(config, &["channels", id, "enabled"]) != Some(&Value::Bool(false));
    let ids: Vec<&str> = deferred.iter().filter(on).map(String::as_str).collect();
    let list: Vec<String> = ids.iter().map(|id| format!("channels.{id}")).collect();
    let installs = ids
        .iter()
        .map(|id| super::retired::official(id).map_or(*id, |(_, package)| package));
    let installs: Vec<String> = installs
        .map(|package| format!("openclaw plugins install {package}"))
        .collect();
    let (plugins, them) = match ids.len() {
        0 => return None,
        1 => ("its plugin is", "it"),
        _ => ("their plugins are", "them"),
    };
    Some(format!(
        "the Gateway starts without {}: {plugins} not installed, so the settings are not checked and npm is asked for {them} at \
         each start; {}",
        list.join(" and "),
        installs.join(" && ")
    ))
}

/// What `gateway run` takes as a bind mode.
const BIND_MODES: [&str; 5] = ["loopback", "lan", "auto", "custom", "tailnet"];

/// Returns whether the command refuses the bind of a config that is not valid: `gateway run` checks the mode of
/// whatever it could read, and ends with status 1, before it says that the config is not valid and ends with 78 (the
/// product's cli/gateway-cli/run: "Invalid --bind"). An empty one counts as none; systemd restarts on 1, not on 78.
fn has_unknown_bind(config: &Value) -> bool {
    let given = text(config, &["gateway", "bind"]).map(crate::secret::value::js_trim);
    given.is_some_and(|given| !given.is_empty() && !BIND_MODES.contains(&given))
}

/// Returns whether the place of a problem is one of the file: what the migrations moved is named where it was.
pub(super) fn is_written(config: &Value, problem: &Problem) -> bool {
    let parent = match problem.keys.first() {
        Some(_) => problem.path.as_slice(),
        None => problem.path.split_last().map_or(&[][..], |(_, parent)| parent),
    };
    let pointer: String = parent
        .iter()
        .map(|key| format!("/{}", key.replace('~', "~0").replace('/', "~1")))
        .collect();
    config.pointer(&pointer).is_some()
}

fn start(config: &Value, found: &Found<'_>) -> GatewayStart {
    let &Found {
        issues,
        repaired,
        repairs,
        missing,
        refusals,
        ..
    } = found;
    let blocking = found.blocking().next();
    let blocking = blocking.map(|first| found.left.iter().find(|one| is_written(config, one)).unwrap_or(first));
    if let Some(issue) = blocking {
        // Of a key that nobody knows, the key itself is the cause.
        let names: Vec<&str> = issue
            .path
            .iter()
            .chain(issue.keys.first())
            .map(String::as_str)
            .collect();
        let cause = names.join(".");
        let place = match names.is_empty() {
            true => "the file".to_owned(),
            false => written(names),
        };
        if repaired.is_none() {
            if has_unknown_bind(config) {
                let why = format!(
                    "the Gateway exits with status 1 at every start, and is started again and again, because of \
                     gateway.bind: expected {}.",
                    BIND_MODES.join(", ")
                );
                return say(Start::Refused, why).ended(1, "gateway.bind");
            }
            let note = if found.includes {
                " (a file with $include is never rewritten at start)"
            } else {
                ""
            };
            let why = format!(
                "the Gateway exits with status 78 because of {place}: {}{note}.",
                issue.message
            );
            return say(Start::Refused, why).ended(78, &cause);
        }
        let named = |mode: &&str| *mode == "local";
        let mode = repaired.and_then(|config| text(config, &["gateway", "mode"]));
        // The start guard comes before the migrations (played on 2026.9.6: no mode beside an old key of a channel, status 78).
        if found.core_valid && mode.filter(named).is_some() {
            let why = format!(
                "the Gateway exits with status 1 at every start because of {place}, which its own migration would change \
                 (\"Refusing to run automatic gateway startup migrations\"); the file stays as it is until \
                 `openclaw doctor --fix` of the Node CLI rewrites it: {}.",
                repairs.join("; ")
            );
            return say(Start::RefusedAgain, why).ended(1, &cause);
        }
    }
    let repaired = repaired.filter(|_| blocking.is_some());
    let effective = repaired.unwrap_or(config);
    match text(effective, &["gateway", "mode"]) {
        Some("local") => {}
        Some("remote") => {
            let why = "with gateway.mode \"remote\" this machine is a client of another Gateway: one started here exits with status 78.";
            return say(Start::Refused, why).ended(78, "gateway.mode");
        }
        Some(_) => {
            let why = "gateway.mode is not \"local\", so a Gateway does not start here.";
            return say(Start::Refused, why).ended(78, "gateway.mode");
        }
        None => {
            let why = "gateway.mode is missing: the Gateway exits with status 78 unless it is started with --allow-unconfigured.";
            return say(Start::Refused, why).ended(78, "gateway.mode");
        }
    }
    if let Some(issue) = issues.iter().find(|issue| issue.kind == "secret_source") {
        let why = format!(
            "{} asks its provider for another source than it has; a Gateway that needs it does not start.",
            written(issue.path.iter().map(String::as_str))
        );
        return GatewayStart {
            ended_by: Some(issue.path.join(".")),
            ..say(Start::Refused, why)
        };
    }
    if let Some(refusal) = refusals.first() {
        let why = format!("a Gateway that starts with it ends at once: {}.", refusal.message);
        return GatewayStart {
            ended_by: Some(refusal.path.join(".")),
            ..say(Start::Refused, why)
        };
    }
    if repaired.is_some() {
        let list = repairs.join("; ");
        let without = without_channels(found.deferred, effective);
        let without = without.map_or(String::new(), |words| format!(" Then {words}."));
        let why = format!(
            "the Gateway rewrites the file when it starts (comments are lost, the old file is kept as .bak): {list}.{without}"
        );
        return say(Start::AutoMigrated, why);
    }
    let token = missing.iter().find(|one| one.path.join(".") == "gateway.auth.token");
    if let Some(one) = token {
        let why = format!(
            "{} has no value, so the Gateway makes up a random token at each start and clients are refused.",
            one.name
        );
        return say(Start::Degraded, why);
    }
    if let Some(words) = without_channels(found.deferred, config) {
        return say(Start::Deferred, format!("{words}."));
    }
    if let Some(one) = missing.iter().find(|one| !is_off(effective, &one.path)) {
        let why = format!(
            "{} has no value; what {} is for does not work.",
            one.name,
            one.path.join(".")
        );
        return say(Start::Degraded, why);
    }
    if let Some(issue) = issues.iter().find(|issue| is_strict(issue)) {
        return say(
            Start::Degraded,
            format!("{}: {}.", written(issue.path.iter().map(String::as_str)), issue.message),
        );
    }
    say(Start::Starts, "the file is valid and gateway.mode is \"local\".")
}

/// Whether a path lies in a section that is switched off: nothing is missing there.
fn is_off(config: &Value, path: &[String]) -> bool {
    let mut at = Some(config);
    let mut sections = path.iter().filter_map(|step| {
        at = at.and_then(|value| match value {
            Value::Array(items) => items.get(step.parse::<usize>().ok()?),
            other => other.get(step),
        });
        at
    });
    sections.any(|section| {
        let flag = |name: &str| section.get(name).and_then(Value::as_bool);
        flag("enabled") == Some(false) || flag("disabled") == Some(true)
    })
}
