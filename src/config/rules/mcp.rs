//! Rules of `mcp` and `nodeHost.mcp`.

use reqwest::Url;
use serde_json::Value;

use super::super::problem::{At, Problem, get, text};
use super::{Dated, KeyRule, Rule, gateway};
use crate::product::spans::Span;

pub(super) const RULES: &[(&str, Rule)] = &[
    ("mcp.servers.*", stdio),
    ("mcp.servers.*.url", http),
    ("mcp.servers.*.oauth.redirectUrl", http),
    ("mcp.servers.*.oauth.clientMetadataUrl", metadata),
    ("mcp.apps.sandboxOrigin", sandbox_origin),
    ("nodeHost.mcp.servers", reserved),
    ("nodeHost.mcp.servers.*", names),
    ("nodeHost.mcp.servers.*", per_requester),
    ("nodeHost.mcp.servers.*", stdio),
    ("nodeHost.mcp.servers.*.url", http),
    ("nodeHost.mcp.servers.*.oauth.redirectUrl", http),
    ("nodeHost.mcp.servers.*.oauth.clientMetadataUrl", metadata),
];

pub(super) const DATED: &[Dated] = &[
    (Span::FROM_8_2, "mcp.servers", reserved),
    (Span::FROM_8_2, "mcp.servers.*", names),
    (Span::FROM_7_35, "mcp.servers.*", per_requester),
];

pub(super) const KEYS: &[(&str, KeyRule)] = &[("nodeHost.mcp.servers", node_name)];

/// Names of other programs that are refused by name although the object is open.
const WRONG: [(&str, &str); 8] = [
    ("connectTimeout", "connectionTimeoutMs"),
    ("connect_timeout", "connectionTimeoutMs"),
    ("timeout", "requestTimeoutMs"),
    ("workingDirectory", "cwd"),
    ("supports_parallel_tool_calls", "supportsParallelToolCalls"),
    ("ssl_verify", "sslVerify"),
    ("client_cert", "clientCert"),
    ("client_key", "clientKey"),
];

fn reserved(value: &Value, at: &mut At<'_>) {
    if value.get("__proto__").is_some() {
        at.refuse(&["__proto__"], "this name is reserved; rename the server");
    }
}

fn node_name(name: &str) -> Option<&'static str> {
    let odd = name.is_empty() || crate::secret::value::js_trim(name) != name;
    odd.then_some("a server needs a name without blanks around it")
}

fn http(value: &Value, at: &mut At<'_>) {
    let url = value.as_str().and_then(|text| Url::parse(text).ok());
    if !url.is_some_and(|url| matches!(url.scheme(), "http" | "https")) {
        at.refuse(&[], "expected an address that begins with http:// or https://");
    }
}

fn metadata(value: &Value, at: &mut At<'_>) {
    let url = value.as_str().and_then(|text| Url::parse(text).ok());
    if !url.is_some_and(|url| url.scheme() == "https" && url.path() != "/") {
        at.refuse(&[], "expected an https:// address with a path");
    }
}

fn sandbox_origin(value: &Value, at: &mut At<'_>) {
    if value.as_str().and_then(gateway::origin).is_none() {
        at.refuse(&[], "expected http(s)://HOST without path, query or user");
    }
}

fn names(value: &Value, at: &mut At<'_>) {
    let Some(map) = value.as_object() else { return };
    for (wrong, right) in WRONG.iter().filter(|(wrong, _)| map.contains_key(*wrong)) {
        let mut problem = Problem::mild(at.path, "unknown_key", format!("unknown key {wrong} of an MCP server"));
        problem.hint = Some(format!("did you mean {right}?"));
        problem.keys = vec![(*wrong).to_owned()];
        at.out.push(problem);
    }
    if get(value, &["codex", "default_tools_approval_mode"]).is_some() {
        let hint = "did you mean defaultToolsApprovalMode?".to_owned();
        at.note(
            &["codex", "default_tools_approval_mode"],
            "unknown_key",
            "unknown key",
            Some(hint),
        );
    }
    if map.contains_key("disabled") {
        at.refuse_with(&["disabled"], "a server has no key disabled", "write enabled: false");
    }
}

fn stdio(value: &Value, at: &mut At<'_>) {
    let command = text(value, &["command"])
        .map(crate::secret::value::js_trim)
        .unwrap_or_default();
    if text(value, &["transport"]) == Some("stdio") && command.is_empty() {
        at.refuse(&["transport"], "transport stdio needs a command");
    }
}

fn per_requester(value: &Value, at: &mut At<'_>) {
    if text(value, &["oauth", "identity"]) != Some("per-requester") {
        return;
    }
    let identity = &["oauth", "identity"];
    if text(value, &["auth"]) != Some("oauth") {
        at.refuse(identity, "per-requester identity needs auth: \"oauth\"");
    }
    if text(value, &["oauth", "authProfileId"]).is_some_and(|id| !id.is_empty()) {
        at.refuse(
            &["oauth", "authProfileId"],
            "authProfileId cannot be combined with per-requester identity",
        );
    }
    if text(value, &["url"]).unwrap_or_default().is_empty() {
        at.refuse(identity, "per-requester identity needs a url");
    }
    if value.get("command").is_some() || text(value, &["transport"]) == Some("stdio") {
        at.refuse(
            identity,
            "per-requester identity cannot be combined with a command or stdio",
        );
    }
}
