//! The headers that clients send to an edge in front of a remote Gateway (`gateway.remote.edgeAuth`): by them alone that
//! have the address of `gateway.remote.url` and `wss://` (`edge-auth.ts` of 2026.9.6).

use serde_json::Value;

use super::credential::{self, Found};
use super::side::{Known, Side};
use crate::ping::target::{Base, Candidate};
use crate::secret::value::js_trim;

/// Most headers that are read.
const MOST: usize = 20;

/// What is configured for the edge.
pub(super) struct Edge {
    /// The headers, where all of them are known here.
    pub(super) headers: Vec<(String, Candidate)>,
    /// The word of the fact `edge_auth`.
    pub(super) word: &'static str,
}

/// Reads the headers for the Gateway at `target`; none where clients would send none there.
pub(super) fn edge(client: &Side, target: &str, known: &Known<'_>) -> Option<Edge> {
    const AT: [&str; 3] = ["gateway", "remote", "edgeAuth"];
    let names: Vec<String> = client
        .written(&AT)
        .and_then(Value::as_object)?
        .keys()
        .cloned()
        .collect();
    let remote = client.text(&["gateway", "remote", "url"])?;
    if Base::parse(target).ok()? != Base::parse(remote).ok()? {
        return None;
    }
    let none = |word| {
        Some(Edge {
            headers: Vec::new(),
            word,
        })
    };
    if !target.trim().to_ascii_lowercase().starts_with("wss:") {
        return none("not-wss");
    }
    // Over HTTP the Gateway's own token goes there; clients send that inside the WebSocket.
    let taken = names.iter().any(|name| name.eq_ignore_ascii_case("authorization"));
    if taken || names.len() > MOST {
        return none("configured");
    }
    let mut headers = Vec::new();
    for name in names {
        match credential::field(client, &[&AT[..], &[name.as_str()]].concat(), known) {
            Found::Elsewhere(_) => return none("configured"),
            Found::Nothing | Found::Void => return none("empty"),
            Found::Value { secret, .. } => headers.push((
                name.clone(),
                Candidate {
                    what: format!("gateway.remote.edgeAuth.{name}"),
                    secret: known.vault.seal(js_trim(secret.expose())),
                },
            )),
        }
    }
    Some(Edge {
        headers,
        word: "configured",
    })
}
