//! Which models, channels and services a config chooses (documents of 2026.9.6: agents, memory, tts, tools; the
//! paths of earlier releases beside them).

use serde_json::{Map, Value};

use crate::config::document::Document;
use crate::model::snapshot::{ChannelUse, Located, ModelRole, ModelUse, ServiceKind, ServiceUse, Uses};

/// Most entries of one kind; a config may be megabytes large.
const LIMIT: usize = 500;

/// Lists what a config chooses.
pub(super) fn uses(document: &Document, resolved: &Value) -> Uses {
    let mut found = Finder {
        document,
        resolved,
        uses: Uses::default(),
    };
    found.models();
    found.channels();
    found.services();
    found.order();
    found.switched_off();
    found.uses
}

struct Finder<'a> {
    document: &'a Document,
    resolved: &'a Value,
    uses: Uses,
}

/// The models of an agent beside its own: path and role.
const SIDE_MODELS: &[(&[&str], ModelRole)] = &[
    (&["utilityModel"], ModelRole::Side),
    (&["subagents", "model"], ModelRole::Side),
    (&["heartbeat", "model"], ModelRole::Side),
    (&["compaction", "model"], ModelRole::Side),
    (&["imageModel"], ModelRole::Media),
    (&["pdfModel"], ModelRole::Media),
    (&["imageGenerationModel"], ModelRole::Media),
    (&["videoGenerationModel"], ModelRole::Media),
    (&["musicGenerationModel"], ModelRole::Media),
    (&["mediaModels", "image"], ModelRole::Media),
    (&["mediaModels", "video"], ModelRole::Media),
    (&["mediaModels", "music"], ModelRole::Media),
];

impl<'a> Finder<'a> {
    fn get(&self, path: &[&str]) -> Option<&'a Value> {
        path.iter().try_fold(self.resolved, |value, step| match value {
            Value::Array(items) => items.get(step.parse::<usize>().ok()?),
            other => other.get(step),
        })
    }

    fn map(&self, path: &[&str]) -> Option<&'a Map<String, Value>> {
        self.get(path).and_then(Value::as_object)
    }

    fn located<T>(&self, path: &[&str], value: T) -> Located<T> {
        Located {
            path: path.join("."),
            place: self.document.place(path),
            value,
        }
    }

    /// A short public word: an id of a model, a provider or a mode.
    fn word(&self, path: &[&str]) -> Option<String> {
        self.get(path).and_then(Value::as_str).and_then(word)
    }

    fn models(&mut self) {
        self.models_of(&["agents", "defaults"]);
        let entries: Vec<&String> = self
            .map(&["agents", "entries"])
            .into_iter()
            .flat_map(Map::keys)
            .collect();
        for id in entries.into_iter().take(LIMIT) {
            self.models_of(&["agents", "entries", id]);
        }
        let list = self
            .get(&["agents", "list"])
            .and_then(Value::as_array)
            .map_or(0, Vec::len);
        for at in 0..list.min(LIMIT) {
            self.models_of(&["agents", "list", &at.to_string()]);
        }
        let pinned = self.map(&["channels", "modelByChannel"]);
        for (channel, peers) in pinned.into_iter().flatten().take(LIMIT) {
            for peer in peers.as_object().into_iter().flat_map(Map::keys).take(LIMIT) {
                self.model(&["channels", "modelByChannel", channel, peer], ModelRole::Side);
            }
        }
        self.model(&["hooks", "gmail", "model"], ModelRole::Side);
    }

    fn models_of(&mut self, agent: &[&str]) {
        let below =
            |rest: &[&'a str]| -> Vec<String> { agent.iter().chain(rest).map(|step| (*step).to_owned()).collect() };
        if self.get(agent).is_some_and(has_own_runtime) {
            return;
        }
        self.chain(&below(&["model"]), ModelRole::Primary, ModelRole::Fallback);
        for (path, role) in SIDE_MODELS {
            self.chain(&below(path), *role, *role);
        }
    }

    /// A model with its fallbacks: text, or `{ primary, fallbacks }`.
    fn chain(&mut self, path: &[String], first: ModelRole, then: ModelRole) {
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        let Some(value) = self.get(&path) else { return };
        if value.is_string() {
            return self.model(&path, first);
        }
        self.model(&[&path[..], &["primary"]].concat(), first);
        let fallbacks = value.get("fallbacks").and_then(Value::as_array).map_or(0, Vec::len);
        for at in 0..fallbacks.min(LIMIT) {
            self.model(&[&path[..], &["fallbacks", &at.to_string()]].concat(), then);
        }
    }

    fn model(&mut self, path: &[&str], role: ModelRole) {
        let Some(written) = self.word(path).filter(|_| self.uses.models.len() < LIMIT) else {
            return;
        };
        let model = if written.contains('/') {
            Some(written.clone())
        } else {
            self.by_alias(&written).or_else(|| self.by_entry(&written))
        };
        if model.is_none() {
            // It is looked for in the catalogs of the providers, which are not known here.
            let model = self.located(path, written);
            self.uses.bare_models.push(ModelUse { role, model });
            return;
        }
        if let Some(model) = model.filter(|model| !self.has_own_runtime(model)) {
            let model = self.located(path, model);
            self.uses.models.push(ModelUse { role, model });
        }
    }

    fn catalog(&self) -> impl Iterator<Item = (&'a String, &'a Value)> + use<'a> {
        self.map(&["agents", "defaults", "models"]).into_iter().flatten()
    }

    fn by_alias(&self, alias: &str) -> Option<String> {
        let is_it = |value: &Value| {
            let own = value.get("alias").and_then(Value::as_str);
            own.is_some_and(|own| own.trim().eq_ignore_ascii_case(alias))
        };
        self.catalog()
            .find(|(_, value)| is_it(value))
            .and_then(|(model, _)| word(model))
    }

    /// The one provider of the config that has a model of this name (2026.9.6: `model: "foo"` becomes `my/foo`; where two
    /// have it, neither counts).
    fn by_entry(&self, name: &str) -> Option<String> {
        let providers = self.map(&["models", "providers"]).into_iter().flatten();
        let has = |entry: &Value| {
            let models = entry.get("models").and_then(Value::as_array);
            let ids = models
                .into_iter()
                .flatten()
                .filter_map(|model| model.get("id")?.as_str());
            ids.into_iter().any(|id| id == name)
        };
        let configured = providers.filter(|(_, entry)| has(entry)).filter_map(|(id, _)| word(id));
        let listed = self.catalog().filter_map(|(reference, _)| {
            let (provider, model) = reference.split_once('/')?;
            (model == name).then(|| word(provider)).flatten()
        });
        let mut all: Vec<String> = configured.chain(listed).collect();
        all.sort();
        all.dedup();
        match all.as_slice() {
            [one] => Some(format!("{one}/{name}")),
            _ => None,
        }
    }

    fn has_own_runtime(&self, model: &str) -> bool {
        let provider = model.split('/').next().unwrap_or_default();
        let of_model = self.catalog().find(|(id, _)| *id == model).map(|(_, value)| value);
        let of_provider = self.get(&["models", "providers", provider]);
        [of_model, of_provider]
            .into_iter()
            .flatten()
            .filter_map(|value| value.pointer("/agentRuntime/id").and_then(Value::as_str))
            .any(|id| !matches!(id, "openclaw" | "auto" | "pi"))
    }

    fn channels(&mut self) {
        let sections = self.map(&["channels"]).into_iter().flatten();
        let sections = sections.filter(|(id, _)| !matches!(id.as_str(), "defaults" | "modelByChannel"));
        for (id, section) in sections.take(LIMIT) {
            let (Some(map), Some(name)) = (section.as_object(), word(id)) else {
                continue;
            };
            let accounts = map
                .get("accounts")
                .and_then(Value::as_object)
                .into_iter()
                .flat_map(Map::values);
            let on = |account: &&Value| account.get("enabled").and_then(Value::as_bool) != Some(false);
            let accounts = accounts.filter(on).filter_map(Value::as_object);
            let mut fields: Vec<String> = std::iter::once(map)
                .chain(accounts)
                .flatten()
                .filter(|(_, value)| is_given(value))
                .filter_map(|(field, _)| word(field))
                .take(LIMIT)
                .collect();
            fields.sort();
            fields.dedup();
            let words = ["mode", "authType", "identity"].iter().filter_map(|name| {
                let value = map.get(*name).and_then(Value::as_str).and_then(word)?;
                Some(((*name).to_owned(), value))
            });
            self.uses.channels.push(ChannelUse {
                enabled: map.get("enabled").and_then(Value::as_bool),
                place: self.document.place(&["channels", id]),
                words: words.collect(),
                fields,
                id: name,
            });
        }
    }

    fn services(&mut self) {
        let off = |path: &[&str]| self.get(path).and_then(Value::as_bool) == Some(false);
        if !off(&["tools", "web", "search", "enabled"]) {
            self.service(ServiceKind::Search, &["tools", "web", "search"]);
        }
        for speech in [&["tts"][..], &["messages", "tts"]] {
            let auto = self.word(&[speech, &["auto"]].concat());
            if auto.is_some_and(|auto| auto != "off") {
                self.service(ServiceKind::Speech, speech);
            }
        }
        for memory in [&["memory", "search"][..], &["agents", "defaults", "memorySearch"]] {
            if !self.get(&[memory, &["enabled"]].concat()).is_some_and(|on| on == false) {
                self.service(ServiceKind::Embedding, memory);
            }
        }
    }

    fn service(&mut self, kind: ServiceKind, at: &[&str]) {
        let path = [at, &["provider"]].concat();
        let Some(id) = self.word(&path) else { return };
        let given = |rest: &[&str]| self.get(&[at, rest].concat()).is_some_and(is_given);
        let elsewhere = |plugin: &str| {
            self.get(&["plugins", "entries", plugin, "config", "webSearch", "apiKey"])
                .is_some_and(is_given)
        };
        let by_plugin = match id.as_str() {
            "gemini" => elsewhere("google"),
            "grok" => elsewhere("xai"),
            "kimi" => elsewhere("moonshot"),
            other => elsewhere(other),
        };
        let has_key = given(&["apiKey"])
            || given(&["remote", "apiKey"])
            || given(&["remote", "baseUrl"])
            || given(&["providers", &id, "apiKey"])
            || given(&[&id, "apiKey"])
            || (kind == ServiceKind::Search && by_plugin);
        let provider = self.located(&path, id);
        self.uses.services.push(ServiceUse {
            kind,
            provider,
            has_key,
        });
    }

    fn order(&mut self) {
        for (provider, order) in self.map(&["auth", "order"]).into_iter().flatten().take(LIMIT) {
            let ids = order.as_array().into_iter().flatten().filter_map(Value::as_str);
            let ids: Vec<String> = ids.filter_map(profile_id).take(LIMIT).collect();
            let entry = self.located(&["auth", "order", provider], ids);
            self.uses.auth_order.push(entry);
        }
    }

    /// Sections with a switch of their own that is off.
    fn switched_off(&mut self) {
        let mut off = Vec::new();
        for parent in [
            &["channels"][..],
            &["plugins", "entries"],
            &["mcp", "servers"],
            &["skills", "entries"],
            &["hooks"],
            &["tools", "web", "search"],
            &["memory", "search"],
        ] {
            let is_off = |value: &Value| {
                let flag = |name: &str| value.get(name).and_then(Value::as_bool);
                flag("enabled") == Some(false) || flag("disabled") == Some(true)
            };
            if self.get(parent).is_some_and(is_off) {
                off.push(format!("{}.", parent.join(".")));
            }
            for (id, value) in self.map(parent).into_iter().flatten().take(LIMIT) {
                let base = format!("{}.{id}.", parent.join("."));
                let accounts = value.get("accounts").and_then(Value::as_object).into_iter().flatten();
                off.extend(
                    accounts
                        .filter(|(_, account)| is_off(account))
                        .map(|(id, _)| format!("{base}accounts.{id}.")),
                );
                if is_off(value) {
                    off.push(base);
                }
            }
        }
        self.uses.off = off;
    }
}

/// Whether an agent has a runtime of its own (a command-line program, another harness), which brings its own login.
pub(super) fn has_own_runtime(agent: &Value) -> bool {
    let ids = ["/agentRuntime/id", "/runtime/id"].into_iter();
    ids.filter_map(|at| agent.pointer(at).and_then(Value::as_str).and_then(word))
        .any(|id| !matches!(id.as_str(), "openclaw" | "auto" | "pi"))
}

/// Whether a field has something in it.
pub(super) fn is_given(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.trim().is_empty(),
        Value::Object(map) => !map.is_empty(),
        _ => true,
    }
}

/// Ids of models, providers and channels are public; a text of another form may be anything.
pub(super) fn word(text: &str) -> Option<String> {
    let text = text.trim();
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@+".contains(c);
    (!text.is_empty() && text.len() <= 120 && text.chars().all(plain)).then(|| text.to_owned())
}

fn profile_id(text: &str) -> Option<String> {
    word(text)
}
