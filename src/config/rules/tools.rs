//! Rules of `tools`, globally and per agent.

use serde_json::Value;

use super::super::problem::At;
use super::{Dated, Rule};
use crate::product::spans::Span;

pub(super) const RULES: &[(&str, Rule)] = &[
    ("tools", allow_twice),
    ("tools.byProvider.*", allow_twice),
    ("tools.exec", exec_mode),
    ("tools.sandbox.tools", allow_twice),
    ("tools.subagents.tools", allow_twice),
    ("tools.toolsBySender.*", allow_twice),
    ("agents.entries.*.tools", allow_twice),
    ("agents.entries.*.tools.byProvider.*", allow_twice),
    ("agents.entries.*.tools.exec", exec_mode),
    ("agents.entries.*.tools.sandbox.tools", allow_twice),
    ("agents.entries.*.tools.subagents.tools", allow_twice),
    ("agents.entries.*.tools.toolsBySender.*", allow_twice),
];

pub(super) const DATED: &[Dated] = &[
    (Span::FROM_5_28, "tools.web.search", old_search),
    (Span::FROM_8_2, "tools.web.search", old_search_key),
];

/// Provider blocks that moved to the plugins.
const SEARCH: [&str; 12] = [
    "brave",
    "duckduckgo",
    "exa",
    "firecrawl",
    "gemini",
    "grok",
    "kimi",
    "minimax",
    "ollama",
    "perplexity",
    "searxng",
    "tavily",
];

fn allow_twice(value: &Value, at: &mut At<'_>) {
    let filled = |key: &str| {
        value
            .get(key)
            .and_then(Value::as_array)
            .is_some_and(|list| !list.is_empty())
    };
    if filled("allow") && filled("alsoAllow") {
        at.refuse_with(
            &[],
            "allow and alsoAllow exclude each other in one place",
            "put everything into allow, or use profile with alsoAllow",
        );
    }
}

fn exec_mode(value: &Value, at: &mut At<'_>) {
    if value.get("mode").is_some() && (value.get("security").is_some() || value.get("ask").is_some()) {
        at.refuse_with(
            &["mode"],
            "mode says what security and ask said before; they exclude each other",
            "keep mode alone, or security and ask without it",
        );
    }
}

fn old_search(value: &Value, at: &mut At<'_>) {
    for (key, entry) in value.as_object().into_iter().flatten() {
        if ["__proto__", "prototype", "constructor"].contains(&key.as_str()) {
            at.refuse(&[key], "this name is refused here");
        } else if SEARCH.contains(&key.as_str()) && entry.is_object() {
            moved(key, at);
        }
    }
}

fn old_search_key(value: &Value, at: &mut At<'_>) {
    if value.get("apiKey").is_some() {
        moved("apiKey", at);
    }
}

fn moved(key: &str, at: &mut At<'_>) {
    let hint = "use plugins.entries.<plugin>.config.webSearch";
    at.refuse_with(&[key], "settings of a search provider moved to its plugin", hint);
}
