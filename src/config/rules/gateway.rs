//! Rules of `gateway`.

use std::collections::BTreeMap;
use std::net::IpAddr;

use reqwest::Url;
use serde_json::Value;

use super::super::patterns::agent_name;
use super::super::problem::{At, get, text};
use super::{Dated, Rule};
use crate::product::spans::Span;

pub(super) const RULES: &[(&str, Rule)] = &[
    ("gateway", portals),
    ("gateway.publicOrigin", public_origin),
    ("gateway.portals.ingress.domain", portal_domain),
    ("gateway.roles", default_role),
    ("gateway.roles.definitions", some_role),
    ("gateway.roles.definitions.*.agents.*", role_agent),
    ("gateway.remote.edgeAuth", edge_auth),
];

pub(super) const DATED: &[Dated] = &[
    (Span::FROM_7_35, "gateway.tls.certPath", not_blank),
    (Span::FROM_7_35, "gateway.tls.keyPath", not_blank),
];

const DEFAULT_PORT: f64 = 18789.0;

/// Headers that the transport sets itself.
const TRANSPORT: [&str; 8] = [
    "host",
    "connection",
    "upgrade",
    "content-length",
    "sec-websocket-key",
    "sec-websocket-version",
    "sec-websocket-protocol",
    "sec-websocket-extensions",
];

/// Returns the URL of a bare http(s) origin.
pub(super) fn origin(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let bare = matches!(url.scheme(), "http" | "https")
        && url.path() == "/"
        && url.query().unwrap_or_default().is_empty()
        && url.fragment().unwrap_or_default().is_empty()
        && url.username().is_empty()
        && url.password().unwrap_or_default().is_empty();
    bare.then_some(url)
}

fn public_origin(value: &Value, at: &mut At<'_>) {
    let fits = value.as_str().and_then(origin).is_some_and(|url| {
        url.scheme() == "https" || matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"))
    });
    if !fits {
        at.refuse(
            &[],
            "expected https://HOST without path, query or user (http only for localhost, 127.0.0.1, [::1])",
        );
    }
}

fn portal_domain(value: &Value, at: &mut At<'_>) {
    let domain = value.as_str().unwrap_or_default();
    let label = |label: &str| {
        let edge = |b: Option<u8>| b.is_some_and(|b| b.is_ascii_alphanumeric());
        label.len() <= 63
            && edge(label.bytes().next())
            && edge(label.bytes().last())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    let resolved = Url::parse(&format!("https://portal.{domain}")).ok();
    let same = resolved
        .as_ref()
        .and_then(Url::host_str)
        .is_some_and(|host| host == format!("portal.{}", domain.to_lowercase()));
    let fits = same
        && domain.len() <= 220
        && domain.contains('.')
        && domain.parse::<IpAddr>().is_err()
        && domain.split('.').all(label);
    if !fits {
        at.refuse(
            &[],
            "expected a DNS name with a dot, at most 220 characters, no IP address",
        );
    }
}

fn portals(value: &Value, at: &mut At<'_>) {
    let Some(ingress) = get(value, &["portals", "ingress"]) else {
        return;
    };
    let domain = text(ingress, &["domain"]).unwrap_or_default().to_lowercase();
    let allowed = get(value, &["controlUi", "allowedOrigins"]).and_then(Value::as_array);
    let origins = allowed.into_iter().flatten().chain(value.get("publicOrigin"));
    let clash = origins
        .filter_map(Value::as_str)
        .filter_map(|origin| Url::parse(origin).ok())
        .any(|url| {
            let host = url.host_str().unwrap_or_default().to_lowercase();
            host == domain || host.ends_with(&format!(".{domain}"))
        });
    if clash {
        at.refuse(
            &["portals", "ingress", "domain"],
            "portals need a domain apart from that of the Gateway and its UI",
        );
    }
    let port = |value: Option<&Value>| value.and_then(Value::as_f64);
    if port(ingress.get("port")) == Some(port(value.get("port")).unwrap_or(DEFAULT_PORT)) {
        at.refuse(
            &["portals", "ingress", "port"],
            "the portal port must differ from the port of the Gateway",
        );
    }
}

fn default_role(value: &Value, at: &mut At<'_>) {
    let name = text(value, &["default"])
        .map(crate::secret::value::js_trim)
        .unwrap_or_default();
    let mut names = value
        .get("definitions")
        .and_then(Value::as_object)
        .into_iter()
        .flat_map(|map| map.keys());
    if !names.any(|key| crate::secret::value::js_trim(key) == name) {
        at.refuse(&["default"], format!("{name} is not among gateway.roles.definitions"));
    }
}

fn some_role(value: &Value, at: &mut At<'_>) {
    if value.as_object().is_some_and(serde_json::Map::is_empty) {
        at.refuse(&[], "at least one role must be defined");
    }
}

fn role_agent(value: &Value, at: &mut At<'_>) {
    if value
        .as_str()
        .map(crate::secret::value::js_trim)
        .is_some_and(|id| !agent_name(id))
    {
        at.refuse(&[], "not an agent id");
    }
}

fn not_blank(value: &Value, at: &mut At<'_>) {
    if value
        .as_str()
        .is_some_and(|path| crate::secret::value::js_trim(path).is_empty())
    {
        at.refuse(&[], "the path must not be blank");
    }
}

fn edge_auth(value: &Value, at: &mut At<'_>) {
    let Some(headers) = value.as_object() else { return };
    if headers.is_empty() {
        return at.refuse(&[], "at least one header must be given");
    }
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for name in headers.keys() {
        let token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
        let lower = name.to_lowercase();
        if name.is_empty() || !name.bytes().all(token) {
            return at.refuse(&[name], "not a name of an HTTP header");
        }
        if TRANSPORT.contains(&lower.as_str()) {
            return at.refuse(&[name], "the transport sets this header itself");
        }
        if let Some(other) = seen.get(lower.as_str()) {
            return at.refuse(&[name], format!("{other} and {name} are the same header"));
        }
        seen.insert(lower, name);
    }
}
