//! Channels and plugins: known or unknown, and their settings (facts/config-validation.md sections 2.4 and 6,
//! facts/field.md section 6).

use serde_json::{Map, Value};

use super::installed::Installed;
use super::member::Members;
use super::problem::{Problem, get, text};
use super::retired;
use super::roster;
use super::settings;
use crate::product::spans::Span;

/// Channels that a heartbeat may name although they are no configured channel.
const TARGETS: [&str; 3] = ["owner", "last", "none"];
/// Search providers that the package or an official plugin brings.
const SEARCH: [(&str, &str); 15] = [
    ("brave", "brave"),
    ("duckduckgo", "duckduckgo"),
    ("exa", "exa"),
    ("firecrawl", "firecrawl"),
    ("firecrawl-free", "firecrawl"),
    ("gemini", ""),
    ("grok", ""),
    ("kimi", "moonshot"),
    ("minimax", ""),
    ("ollama", ""),
    ("parallel", "parallel"),
    ("parallel-free", "parallel"),
    ("perplexity", "perplexity"),
    ("searxng", "searxng"),
    ("tavily", "tavily"),
];
/// Plugins that earlier releases had.
const RETIRED: [&str; 3] = ["google-antigravity-auth", "google-gemini-cli-auth", "skill-workshop"];

/// What is found out about channels and plugins.
#[derive(Default)]
pub(super) struct Findings {
    pub(super) issues: Vec<Problem>,
    pub(super) warnings: Vec<Problem>,
    /// Sections that were not checked, or not in full.
    pub(super) unchecked: Vec<String>,
}

fn owned(path: &[&str]) -> Vec<String> {
    path.iter().map(|segment| (*segment).to_owned()).collect()
}

/// Returns problems and warnings of the whole stage.
pub(super) fn run(config: &Value, installed: &Installed<'_>) -> Findings {
    let mut out = Findings::default();
    let unseen = misses_load_path(config, installed, &mut out);
    if unseen {
        left_alone(config, &mut out);
    } else {
        channels(config, installed, &mut out);
    }
    heartbeat_targets(config, installed, &mut out);
    search_provider(config, installed, &mut out);
    if unseen {
        out.issues.retain(|problem| problem.kind != REGISTRY);
        out.warnings.retain(|problem| problem.kind != REGISTRY);
    } else {
        entries(config, installed, &mut out);
        plugin_settings(config, installed, &mut out);
        memory_slot(config, installed, &mut out);
        super::channels_away::switched_off(config, installed, &mut out.warnings);
    }
    retired::models(config, installed.table, &mut out.issues);
    heartbeat_owner(config, &mut out);
    super::direct_messages::dropped(config, installed, &mut out.warnings);
    out
}

/// What only the plugins that are there can answer.
const REGISTRY: &str = "registry";

/// Returns whether a configured load path is missing. The release then judges nothing that a plugin brings: no channel, no
/// plugin, no name that one may know (its reader of 2026.9.6, "Uninspected plugin configuration is preserved").
fn misses_load_path(config: &Value, installed: &Installed<'_>, out: &mut Findings) -> bool {
    let paths = get(config, &["plugins", "load", "paths"]).and_then(Value::as_array);
    let mut paths = paths
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(crate::secret::value::js_trim);
    let gone = paths.find(|path| !path.is_empty() && installed.path_exists.is_some_and(|look| !look(path)));
    if gone.is_none() {
        return false;
    }
    let path = owned(&["plugins", "load", "paths"]);
    if installed.table.has_rule(Span::FROM_9_5) {
        return true;
    }
    let words = "a path of plugins is missing, and this release refuses that";
    let problem = Problem::mild(&path, PATH_MISSING, words);
    out.issues.push(problem.hint("restore or remove the path"));
    false
}

/// Kind of the note that a load path is missing.
pub(super) const PATH_MISSING: &str = "plugin-path-missing";

/// Notes what is not judged beside a missing load path.
fn left_alone(config: &Value, out: &mut Findings) {
    let words = "a path of plugins is missing; until it is there no setting of a channel or a plugin is checked";
    let path = owned(&["plugins", "load", "paths"]);
    out.warnings
        .push(Problem::mild(&path, PATH_MISSING, words).hint("restore or remove the path"));
    let ids = |path: &[&str]| get(config, path).and_then(Value::as_object).into_iter().flatten();
    let channels = ids(&["channels"]).map(|(id, _)| crate::secret::value::js_trim(id));
    let channels = channels
        .filter(|id| !is_no_channel(id))
        .map(|id| format!("channels.{id}"));
    let plugins = ids(&["plugins", "entries"]).filter(|(_, entry)| entry.get("config").is_some());
    let plugins = plugins.map(|(id, _)| format!("plugins.entries.{id}.config"));
    out.unchecked = channels.chain(plugins).collect();
}

/// Members of `channels` that are no channel.
fn is_no_channel(id: &str) -> bool {
    id.is_empty() || matches!(id, "defaults" | "modelByChannel" | "__proto__")
}

/// Returns whether the config itself names a plugin, in `allow` or `entries`.
fn named(config: &Value, id: &str) -> bool {
    let same = |given: &str| crate::secret::value::js_trim(given).eq_ignore_ascii_case(id);
    let list = get(config, &["plugins", "allow"]).and_then(Value::as_array);
    let map = get(config, &["plugins", "entries"]).and_then(Value::as_object);
    list.into_iter().flatten().filter_map(Value::as_str).any(same)
        || map.into_iter().flat_map(|map| map.keys()).any(|key| same(key))
}

/// Other names of channels, which the release's catalog of channels knows (2026.9.6) and its config does not.
const ALIASES: [(&str, &str); 14] = [
    ("lark", "feishu"),
    ("teams", "msteams"),
    ("gchat", "googlechat"),
    ("google-chat", "googlechat"),
    ("imsg", "imessage"),
    ("internet-relay-chat", "irc"),
    ("nc-talk", "nextcloud-talk"),
    ("nc", "nextcloud-talk"),
    ("wework", "wecom"),
    ("qywx", "wecom"),
    ("enterprise-wechat", "wecom"),
    ("twitch-chat", "twitch"),
    ("zl", "zalo"),
    ("zlu", "zalouser"),
];

fn channels(config: &Value, installed: &Installed<'_>, out: &mut Findings) {
    let channels = config.get("channels").and_then(Value::as_object);
    for id in channels.into_iter().flat_map(Map::keys) {
        let trimmed = crate::secret::value::js_trim(id);
        if is_no_channel(trimmed) {
            continue;
        }
        if installed.has_channel(trimmed) && !settings::is_hidden(trimmed, installed) {
            let value = channels.and_then(|channels| channels.get(trimmed));
            let found = settings::channel(trimmed, id, value, installed);
            out.issues.extend(found.problems);
            if found.partly {
                out.unchecked.push(format!("channels.{trimmed}"));
            }
            continue;
        }
        let alias = ALIASES.iter().find(|(alias, _)| trimmed.eq_ignore_ascii_case(alias));
        let near = match alias {
            Some((_, id)) => Some(format!("the channel is called {id} here")),
            None => super::near::name(trimmed, &installed.table.channels).map(|near| format!("did you mean {near}?")),
        };
        let mut problem = Problem::mild(
            &owned(&["channels", id]),
            REGISTRY,
            format!("{trimmed} is not a known channel"),
        );
        problem.hint = near;
        let warned = installed.table.has_rule(Span::FROM_5_28);
        if warned && named(config, trimmed) && !installed.knows(trimmed) {
            problem.hint = Some("its plugin is named but not installed; until then the channel is ignored".to_owned());
            out.warnings.push(problem);
        } else {
            out.issues.push(problem);
        }
    }
}

fn heartbeat_targets(config: &Value, installed: &Installed<'_>, out: &mut Findings) {
    let owner = installed.table.has_rule(Span::FROM_8_2);
    let mut check = |holder: Option<&Value>, path: &dyn Fn(&[&str]) -> Vec<String>| {
        let Some(target) = holder.and_then(|holder| text(holder, &["heartbeat", "target"])) else {
            return;
        };
        let name = crate::secret::value::js_trim(target).to_lowercase();
        let word = TARGETS.contains(&name.as_str()) && (owner || name != "owner");
        let known = word || installed.has_channel(&name) || installed.knows(&name);
        if !known {
            let path = path(&["heartbeat", "target"]);
            let (kind, words) = if name.is_empty() {
                ("range", "it must not be empty")
            } else if owner {
                (REGISTRY, "expected owner, last, none or a channel")
            } else {
                (REGISTRY, "expected last, none or a channel")
            };
            out.issues.push(Problem::mild(&path, kind, words));
        }
    };
    let defaults = |below: &[&str]| owned(&[&["agents", "defaults"], below].concat());
    check(get(config, &["agents", "defaults"]), &defaults);
    for agent in roster::agents(config) {
        check(Some(agent.value), &|below| agent.path(below));
    }
}

fn search_provider(config: &Value, installed: &Installed<'_>, out: &mut Findings) {
    let path = ["tools", "web", "search", "provider"];
    // Before, the table itself names them.
    let Some(given) = text(config, &path).filter(|_| installed.table.has_rule(Span::FROM_5_28)) else {
        return;
    };
    let id = crate::secret::value::js_trim(given);
    let known = SEARCH.iter().find(|(known, _)| *known == id);
    let (words, evidence) = match known {
        Some((_, "")) => return,
        Some((_, plugin)) if installed.knows(plugin) => return,
        Some((_, plugin)) => (
            format!("the search provider {id} comes with the plugin {plugin}, which is not installed"),
            named(config, id) || named(config, plugin),
        ),
        None if id.is_empty() => ("it must not be empty".to_owned(), false),
        None => (
            format!("{id} is not a known search provider"),
            !installed.knows(id) && named(config, id),
        ),
    };
    let names: Vec<&str> = SEARCH.iter().map(|(known, _)| *known).collect();
    let kind = if id.is_empty() { "range" } else { REGISTRY };
    let mut problem = Problem::mild(&owned(&path), kind, words);
    problem.package = known
        .map(|(_, plugin)| *plugin)
        .and_then(super::retired::official)
        .map(|(_, package)| package);
    problem.hint = match problem.package {
        Some(package) => Some(format!("install the plugin {package}, or choose another provider")),
        None => super::near::name(id, &names)
            .filter(|near| *near != id)
            .map(|near| format!("did you mean {near}?")),
    };
    if evidence {
        out.warnings.push(problem);
    } else {
        out.issues.push(problem);
    }
}

/// Settings of plugins. The release looks at every plugin that it has, and at what is configured for it even where it is
/// switched off; a plugin that is not there is not checked at all.
fn plugin_settings(config: &Value, installed: &Installed<'_>, out: &mut Findings) {
    let entries = get(config, &["plugins", "entries"]).and_then(Value::as_object);
    for (key, entry) in entries.into_iter().flatten() {
        let own = entry.get("config").filter(|config| !config.is_null());
        let id = settings::plugin_id(key);
        let id = id.as_str();
        if own.is_none() && !settings::switched_on(config, key) {
            continue;
        }
        if !installed.knows(id) {
            if own.is_some() {
                out.unchecked.push(format!("plugins.entries.{id}.config"));
            }
            continue;
        }
        let found = settings::plugin(id, own, installed);
        out.issues.extend(found.problems);
        if found.partly {
            out.unchecked.push(format!("plugins.entries.{id}.config"));
        }
    }
}

/// An entry that onboarding itself wrote for a plugin that is not there.
pub(crate) const STOCK_ENTRY: &str = "plugin-stock-entry";

fn entries(config: &Value, installed: &Installed<'_>, out: &mut Findings) {
    let disabled = |entry: Option<&Value>| {
        entry
            .and_then(Value::as_object)
            .is_some_and(|entry| entry.len() == 1 && entry.get("enabled") == Some(&Value::Bool(false)))
    };
    let map = get(config, &["plugins", "entries"]).and_then(Value::as_object);
    let lists_are_free = installed.table.has_rule(Span::FROM_5_28);
    let mut warn = |path: Vec<String>, id: &str, stock: bool| {
        let (words, hint) = if RETIRED.contains(&id) {
            (
                format!("the plugin {id} was removed from OpenClaw; the entry is ignored"),
                "remove the entry".to_owned(),
            )
        } else if let Some((_, package)) = retired::official(id) {
            let hint = format!("openclaw plugins install {package}");
            // The entry that onboarding writes for codex, whether or not its plugin is there (played on 2026.9.6).
            if stock {
                let words = format!("onboarding wrote this entry; it has no effect until the plugin {id} is installed");
                out.warnings.push(Problem::mild(&path, STOCK_ENTRY, words));
                return;
            }
            (format!("the plugin {id} is not installed"), hint)
        } else {
            let near = super::near::name(id, &installed.table.plugins);
            let hint = near.map_or("remove the entry, or install the plugin".to_owned(), |near| {
                format!("did you mean {near}?")
            });
            (format!("no plugin {id} is found; the entry is ignored"), hint)
        };
        let listed = path.last().is_some_and(|list| list == "allow" || list == "deny");
        let problem = Problem::mild(&path, "plugin-missing", words).hint(hint);
        // 2026.2.26 refuses a list with a plugin that was never there.
        if listed && !lists_are_free && !RETIRED.contains(&id) {
            return out.issues.push(problem);
        }
        out.warnings.push(problem);
    };
    for (id, entry) in map.into_iter().flatten() {
        if !installed.knows(id) && (!disabled(Some(entry)) || RETIRED.contains(&id.as_str())) {
            let stock = *entry == serde_json::json!({ "config": { "sessionCatalog": { "enabled": false } } });
            warn(owned(&["plugins", "entries", id]), id, stock);
        }
    }
    for list in ["allow", "deny"] {
        let ids = get(config, &["plugins", list]).and_then(Value::as_array);
        for id in ids.into_iter().flatten().filter_map(Value::as_str) {
            let marked = list == "allow" && disabled(map.and_then(|map| map.get(id)));
            if !crate::secret::value::js_trim(id).is_empty() && !installed.knows(id) && !marked {
                warn(owned(&["plugins", list]), id, false);
            }
        }
    }
}

fn memory_slot(config: &Value, installed: &Installed<'_>, out: &mut Findings) {
    let Some(given) = text(config, &["plugins", "slots", "memory"]) else {
        return;
    };
    let id = crate::secret::value::js_trim(given);
    if id.is_empty() || id.eq_ignore_ascii_case("none") {
        return;
    }
    if installed.knows(id) {
        // The slot switches it on, so its settings are asked for without an entry too.
        let entry = get(config, &["plugins", "entries", id]);
        if entry.is_none() {
            out.issues.extend(settings::plugin(id, None, installed).problems);
        }
        return;
    }
    let problem = Problem::mild(
        &owned(&["plugins", "slots", "memory"]),
        REGISTRY,
        format!("no memory plugin {id} is found"),
    );
    if id == "memory-lancedb" {
        out.warnings
            .push(problem.hint("openclaw plugins install @openclaw/memory-lancedb"));
    } else if RETIRED.contains(&id) {
        out.warnings.push(problem);
    } else {
        out.issues.push(problem);
    }
}

fn heartbeat_owner(config: &Value, out: &mut Findings) {
    let Some(agents) = get(config, &["agents", "entries"]).and_then(Value::as_object) else {
        return;
    };
    let own = agents.values().any(|entry| entry.member("heartbeat").is_some());
    let shared = get(config, &["agents", "defaults", "heartbeat"]).is_some();
    let owner = text(config, &["agents", "defaults", "systemAgent", "agentId"]).is_some();
    if agents.len() > 1 && !own && !shared && !owner {
        let words = "with several agents nobody owns the heartbeat, so there is none";
        let path = owned(&["agents", "defaults", "heartbeat", "agentId"]);
        out.warnings
            .push(Problem::mild(&path, "heartbeat-owner", words).hint("set agents.defaults.heartbeat.agentId"));
    }
}
