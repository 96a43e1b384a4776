//! Rules of agent sandboxes.

use serde_json::Value;

use super::super::problem::{At, get, text};
use super::{Dated, Rule};
use crate::product::spans::Span;

pub(super) const RULES: &[(&str, Rule)] = &[
    ("agents.defaults.sandbox", namespaces),
    ("agents.defaults.sandbox.docker", docker),
    ("agents.defaults.sandbox.browser", browser),
    ("agents.entries.*.sandbox", namespaces),
    ("agents.entries.*.sandbox.docker", docker),
    ("agents.entries.*.sandbox.browser", browser),
];

pub(super) const DATED: &[Dated] = &[
    (Span::FROM_5_28, "agents.defaults.sandbox.browser", binds),
    (Span::FROM_5_28, "agents.entries.*.sandbox.browser", binds),
];

const JOIN: &str = "joining the network of another container is refused unless \
docker.dangerouslyAllowContainerNamespaceJoin is true";

fn lower(value: &Value, path: &[&str]) -> String {
    crate::secret::value::js_trim(text(value, path).unwrap_or_default()).to_lowercase()
}

fn joins(value: &Value) -> bool {
    value.get("dangerouslyAllowContainerNamespaceJoin") == Some(&Value::Bool(true))
}

fn docker(value: &Value, at: &mut At<'_>) {
    binds(value, at);
    let network = lower(value, &["network"]);
    if network == "host" {
        at.refuse(
            &["network"],
            "the host network is refused in a sandbox; use bridge or none",
        );
    } else if network.starts_with("container:") && !joins(value) {
        at.refuse(&["network"], JOIN);
    }
    for field in ["seccompProfile", "apparmorProfile"] {
        if lower(value, &[field]) == "unconfined" {
            at.refuse(
                &[field],
                "unconfined is refused in a sandbox; name a profile or leave it out",
            );
        }
    }
}

fn browser(value: &Value, at: &mut At<'_>) {
    if lower(value, &["network"]) == "host" {
        at.refuse(
            &["network"],
            "the host network is refused in a sandbox; use bridge or a network of its own",
        );
    }
}

fn namespaces(value: &Value, at: &mut At<'_>) {
    let allowed = get(value, &["docker"]).is_some_and(joins);
    if lower(value, &["browser", "network"]).starts_with("container:") && !allowed {
        at.refuse(&["browser", "network"], JOIN);
    }
}

fn binds(value: &Value, at: &mut At<'_>) {
    let list = value.get("binds").and_then(Value::as_array);
    for (index, bind) in list.into_iter().flatten().enumerate() {
        let bind = bind.as_str().unwrap_or_default();
        let index = index.to_string();
        if crate::secret::value::js_trim(bind).is_empty() {
            at.refuse(&["binds", &index], "a mount must not be blank");
        } else if !absolute(host_part(bind)) {
            at.refuse(&["binds", &index], "the source of a mount must be an absolute path");
        }
    }
}

fn drive(path: &str) -> bool {
    matches!(path.as_bytes(), [letter, b':', b'/' | b'\\', ..] if letter.is_ascii_alphabetic())
}

fn host_part(bind: &str) -> &str {
    let from = if drive(bind) { 2 } else { 0 };
    let colon = bind.get(from..).and_then(|rest| rest.find(':')).map(|at| at + from);
    colon.and_then(|at| bind.get(..at)).unwrap_or(bind)
}

fn absolute(path: &str) -> bool {
    let path = path
        .strip_prefix("\\\\?\\")
        .or_else(|| path.strip_prefix("//?/"))
        .unwrap_or(path);
    path.starts_with('/') || drive(path)
}
