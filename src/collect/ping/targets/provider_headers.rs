//! The headers that the config gives a provider's requests, in the order in which OpenClaw lays one over the other:
//! `headers`, those of the model, `request.headers`, `request.auth` (`provider-request-config.ts` of 2026.9.6; compared
//! with the product by `tests/e2e/real_requests`).

use serde_json::Value;

use super::super::headers::is_key;
use super::credential::{self, Found};
use super::side::{Known, Side};
use crate::model::snapshot::{CredentialOrigin, OriginKind};
use crate::ping::target::Candidate;
use crate::secret::Secret;
use crate::secret::value::js_trim;

/// Most headers that are read from one place.
const MOST: usize = 50;

/// Collects the configured headers, and where each comes from; one that refers to a missing variable is left out, because
/// what the Gateway makes of it is no credential.
pub(super) fn headers(
    side: &Side,
    known: &Known<'_>,
    id: &str,
    model: Option<usize>,
    unresolved: &mut Vec<String>,
) -> (Vec<(String, Candidate)>, Vec<CredentialOrigin>) {
    let provider = ["models", "providers", id];
    let mut found = Gathered {
        side,
        known,
        unresolved,
        headers: Vec::new(),
        origins: Vec::new(),
    };
    found.all(OriginKind::Header, &[&provider[..], &["headers"]].concat());
    if let Some(index) = model {
        let of_model = ["models", &index.to_string(), "headers"];
        found.all(OriginKind::ModelHeader, &[&provider[..], &of_model].concat());
    }
    found.all(
        OriginKind::RequestHeader,
        &[&provider[..], &["request", "headers"]].concat(),
    );
    found.auth(&[&provider[..], &["request", "auth"]].concat());
    (found.headers, found.origins)
}

struct Gathered<'a> {
    side: &'a Side,
    known: &'a Known<'a>,
    unresolved: &'a mut Vec<String>,
    headers: Vec<(String, Candidate)>,
    origins: Vec<CredentialOrigin>,
}

impl Gathered<'_> {
    /// Every header of a map.
    fn all(&mut self, kind: OriginKind, path: &[&str]) {
        let names: Vec<String> = self
            .side
            .written(path)
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
            .map(|(name, _)| name.clone())
            .take(MOST)
            .collect();
        for name in names {
            let at = [path, &[name.as_str()]].concat();
            if let Some((secret, variable)) = self.value(&at) {
                self.put(&name, secret, origin(kind, &at, &name, variable));
            } else if is_key(&name) && self.is_empty(&at) {
                self.put(&name, self.known.vault.seal(""), origin(kind, &at, &name, None));
            }
        }
    }

    /// `request.auth`, which replaces a header of the same name, and any `Authorization`.
    fn auth(&mut self, path: &[&str]) {
        let at = |field: &'static str| [path, &[field]].concat();
        let (name, value, prefix) = match self.side.text(&at("mode")) {
            Some("authorization-bearer") => ("authorization".to_owned(), "token", "Bearer ".to_owned()),
            Some("header") => {
                let Some(name) = self.side.text(&at("headerName")).map(str::to_owned) else {
                    return;
                };
                // The product trims the prefix and puts nothing between it and the value.
                (
                    name,
                    "value",
                    self.side.text(&at("prefix")).unwrap_or_default().to_owned(),
                )
            }
            _ => return,
        };
        if let Some((secret, variable)) = self.value(&at(value)) {
            self.headers
                .retain(|(known, _)| !known.trim().eq_ignore_ascii_case("authorization"));
            let whole = zeroize::Zeroizing::new(format!("{prefix}{}", js_trim(secret.expose())));
            let origin = origin(OriginKind::RequestAuth, &at(value), &name, variable);
            self.put(&name, self.known.vault.seal(whole.as_str()), origin);
        }
    }

    /// An empty header takes the place of the key all the same (seen on 2026.9.6).
    fn is_empty(&self, path: &[&str]) -> bool {
        let written = self.side.written(path).and_then(Value::as_str);
        written.is_some_and(|text| js_trim(text).is_empty())
    }

    fn value(&mut self, path: &[&str]) -> Option<(Secret, Option<String>)> {
        match credential::field(self.side, path, self.known) {
            Found::Nothing | Found::Void => None,
            Found::Elsewhere(what) => {
                self.unresolved.push(what);
                None
            }
            Found::Value { secret, variable } => Some((secret, variable)),
        }
    }

    fn put(&mut self, name: &str, secret: Secret, origin: CredentialOrigin) {
        let what = match &origin.variable {
            Some(variable) => format!("{name} ({variable} {})", self.side.whose(variable)),
            None => format!("{name} of openclaw.json"),
        };
        let same = |known: &str| known.trim().eq_ignore_ascii_case(name.trim());
        self.headers.retain(|(known, _)| !same(known));
        self.origins.retain(|known| !known.header.as_deref().is_some_and(same));
        self.headers.push((name.to_owned(), Candidate { what, secret }));
        self.origins.push(origin);
    }
}

fn origin(kind: OriginKind, path: &[&str], header: &str, variable: Option<String>) -> CredentialOrigin {
    CredentialOrigin {
        kind,
        path: path.join("."),
        variable,
        header: Some(header.to_owned()),
    }
}
