//! Rules of `agents`, `bindings` and `broadcast`.

use std::borrow::Cow;
use std::cell::LazyCell;
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use super::super::member::Members;
use super::super::problem::{At, get};
use super::super::roster;
use super::{Dated, Rule, text};
use crate::product::spans::Span;

pub(super) const RULES: &[(&str, Rule)] = &[
    ("", references),
    ("agents", roster),
    ("agents.defaults.heartbeat", heartbeat),
    ("agents.entries.*.heartbeat", heartbeat),
    ("agents.defaults.compaction.maxActiveTranscriptBytes", byte_size),
    (
        "agents.defaults.compaction.memoryFlush.forceFlushTranscriptBytes",
        byte_size,
    ),
    ("bindings.*", acp_binding),
    ("broadcast", broadcast),
];

pub(super) const DATED: &[Dated] = &[
    (Span::FROM_8_2, "agents.defaults.heartbeat", active_hours),
    (Span::FROM_8_2, "agents.entries.*.heartbeat", active_hours),
    (Span::FROM_5_28, "", bound_agents),
    (Span::FROM_9_5, "broadcast", crowded),
];

fn roster(value: &Value, at: &mut At<'_>) {
    let empty = Map::new();
    let entries = value.get("entries").and_then(Value::as_object).unwrap_or(&empty);
    if entries.is_empty() {
        at.refuse(&["entries"], "agents.entries must have at least one agent");
    }
    let mut first: HashMap<Cow<'_, str>, &str> = HashMap::with_capacity(entries.len());
    for key in entries.keys() {
        let id = text::agent_id(key);
        match first.entry(id) {
            Entry::Vacant(free) => {
                free.insert(key);
            }
            Entry::Occupied(taken) => {
                let (id, other) = (taken.key(), taken.get());
                at.refuse(
                    &["entries", key],
                    format!("{other} and {key} are the same agent id ({id}); rename one"),
                );
            }
        }
    }
    let marked = entries
        .values()
        .filter(|entry| entry.member("default") == Some(&Value::Bool(true)))
        .count();
    let explicit = value.get("ownership").is_some_and(|own| own == "explicit");
    if marked > 1 {
        at.refuse(
            &["entries"],
            format!("{marked} agents are marked default: true; one at most"),
        );
    }
    if explicit && marked > 0 {
        at.refuse(
            &["ownership"],
            "ownership: \"explicit\" and default: true exclude each other",
        );
    }
    if entries.len() > 1 && marked == 0 && !explicit {
        at.refuse_with(
            &["ownership"],
            "with two agents or more it must be said who owns what",
            "add ownership: \"explicit\" to agents",
        );
    }
}

/// Every agent named elsewhere must exist.
fn references(config: &Value, at: &mut At<'_>) {
    let none = roster::agents(config).next().is_none();
    // Few configs name an agent elsewhere, and some have thousands of them.
    let ids = LazyCell::new(|| known(config));
    let exact: LazyCell<HashSet<&str>, _> = LazyCell::new(|| roster::agents(config).map(|agent| agent.id).collect());
    let unknown = |id: &str| unknown(config, id);
    for path in [
        &["agents", "defaults", "heartbeat", "agentId"][..],
        &["agents", "defaults", "systemAgent", "agentId"],
        &["talk", "agentId"],
    ] {
        if let Some(id) = get(config, path)
            .and_then(Value::as_str)
            .filter(|id| !ids.contains(text::agent_id(id).as_ref()))
        {
            at.refuse(path, unknown(id));
        }
    }
    // A list that is not there names nobody, and nothing is held against it.
    if none && !at.is_in(Span::FROM_8_2) {
        return;
    }
    for (peer, entry) in config.get("broadcast").and_then(Value::as_object).into_iter().flatten() {
        if peer == "strategy" || (none && !qualified(peer)) {
            continue;
        }
        let (list, group) = match entry {
            Value::Array(list) => (list, false),
            other => match other.get("agents").and_then(Value::as_array) {
                Some(list) => (list, true),
                None => continue,
            },
        };
        for (index, id) in list
            .iter()
            .enumerate()
            .filter_map(|(index, id)| Some((index, id.as_str()?)))
        {
            if exact.contains(id) {
                continue;
            }
            let index = index.to_string();
            let mut path = vec!["broadcast", peer];
            path.extend(group.then_some("agents"));
            path.push(&index);
            at.refuse(&path, unknown(id));
        }
    }
}

/// Ids of the agents; without any there is `main`.
fn known(config: &Value) -> HashSet<Cow<'_, str>> {
    let ids = roster::agents(config).map(|agent| text::agent_id(agent.id));
    let main = roster::agents(config).next().is_none().then_some(Cow::Borrowed("main"));
    ids.chain(main).collect()
}

fn unknown(config: &Value, id: &str) -> String {
    format!("{id} is not in {}", roster::place(config).join("."))
}

fn bound_agents(config: &Value, at: &mut At<'_>) {
    if roster::agents(config).next().is_none() {
        return;
    }
    let ids = LazyCell::new(|| known(config));
    let main_is_there = at.is_in(Span::FROM_8_2);
    let bindings = config.get("bindings").and_then(Value::as_array);
    for (index, binding) in bindings.into_iter().flatten().enumerate() {
        let id = binding.get("agentId").and_then(Value::as_str);
        if let Some(id) = id.filter(|id| !(main_is_there && *id == "main" || ids.contains(text::agent_id(id).as_ref())))
        {
            at.refuse(&["bindings", &index.to_string(), "agentId"], unknown(config, id));
        }
    }
}

/// Returns whether a key has the form `channel:peer`.
fn qualified(key: &str) -> bool {
    key.split_once(':').is_some_and(|(channel, peer)| {
        let word = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
        channel.bytes().next().is_some_and(|b| b.is_ascii_alphabetic())
            && channel.bytes().all(word)
            && peer
                .chars()
                .next()
                .is_some_and(|c| !matches!(c, '\n' | '\r' | '\u{2028}' | '\u{2029}'))
    })
}

fn broadcast(value: &Value, at: &mut At<'_>) {
    for (peer, entry) in value.as_object().into_iter().flatten() {
        match entry {
            Value::Object(_) if !qualified(peer) => {
                at.refuse(&[peer], "group options need a key of the form channel:peer");
            }
            _ => {}
        }
    }
}

fn crowded(value: &Value, at: &mut At<'_>) {
    for (peer, entry) in value.as_object().into_iter().flatten() {
        if qualified(peer) && entry.as_array().is_some_and(|list| list.len() > 16) {
            at.refuse(&[peer], "at most 16 agents share a group thread");
        }
    }
}

fn acp_binding(value: &Value, at: &mut At<'_>) {
    if value.get("type").is_none_or(|kind| kind != "acp") {
        return;
    }
    let id = get(value, &["match", "peer", "id"])
        .and_then(Value::as_str)
        .unwrap_or_default();
    if crate::secret::value::js_trim(id).is_empty() {
        at.refuse(&["match", "peer"], "an ACP binding needs match.peer.id");
    }
}

fn heartbeat(value: &Value, at: &mut At<'_>) {
    let every = value.get("every").and_then(Value::as_str).unwrap_or_default();
    if !every.is_empty() && text::duration_ms(every, "m").is_none() {
        at.refuse(&["every"], "expected a duration such as 30m or 1h30m");
    }
}

fn active_hours(value: &Value, at: &mut At<'_>) {
    for (field, end) in [("start", false), ("end", true)] {
        let given = get(value, &["activeHours", field])
            .and_then(Value::as_str)
            .unwrap_or_default();
        if !given.is_empty() && !clock(given, end) {
            let most = if end { "24:00" } else { "23:59" };
            at.refuse(
                &["activeHours", field],
                format!("expected a time from 00:00 to {most}, with two digits each"),
            );
        }
    }
}

fn clock(text: &str, midnight: bool) -> bool {
    let [a, b, b':', c, d] = text.as_bytes() else {
        return false;
    };
    if ![a, b, c, d].iter().all(|digit| digit.is_ascii_digit()) {
        return false;
    }
    let hour = (a - b'0') * 10 + (b - b'0');
    let minute = (c - b'0') * 10 + (d - b'0');
    (hour < 24 && minute < 60) || (midnight && hour == 24 && minute == 0)
}

fn byte_size(value: &Value, at: &mut At<'_>) {
    if value.as_str().is_some_and(|size| text::byte_size(size).is_none()) {
        at.refuse(&[], "expected a size such as 20mb");
    }
}
