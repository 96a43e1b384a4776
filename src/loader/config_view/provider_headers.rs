//! The headers of a provider's requests, from all places of its entry that give some.

use serde_json::{Map, Value};

use super::facts::Source;
use crate::model::snapshot::{CredentialField, Located, ModelHeader};

impl Source<'_> {
    /// The headers of a provider, the strongest first: what `request.auth` makes, `request.headers`, `headers`. The first of
    /// them takes the place of every `Authorization` (held against the product by `tests/e2e/real_requests`).
    pub(super) fn headers(&self, id: &str) -> Vec<(String, Located<CredentialField>)> {
        let provider = ["models", "providers", id];
        let mut all: Vec<_> = self.request_auth(id).into_iter().collect();
        let replaced = |name: &str, by_auth: bool| by_auth && name == "authorization";
        let by_auth = !all.is_empty();
        for map in [&["request", "headers"][..], &["headers"]] {
            let found = self.header_map(&[&provider[..], map].concat());
            all.extend(found.into_iter().filter(|(name, _)| !replaced(name, by_auth)));
        }
        all
    }

    pub(super) fn model_headers(&self, id: &str) -> Vec<ModelHeader> {
        let models = self
            .get(&["models", "providers", id, "models"])
            .and_then(Value::as_array);
        let mut all = Vec::new();
        for (at, model) in models.into_iter().flatten().enumerate() {
            let Some(model) = model.get("id").and_then(Value::as_str) else {
                continue;
            };
            let found = self.header_map(&["models", "providers", id, "models", &at.to_string(), "headers"]);
            all.extend(found.into_iter().map(|(name, field)| ModelHeader {
                model: model.to_owned(),
                name,
                field,
            }));
        }
        all
    }

    /// The headers of one map; of two spellings of one name the later is sent.
    fn header_map(&self, path: &[&str]) -> Vec<(String, Located<CredentialField>)> {
        let mut found: Vec<(String, Located<CredentialField>)> = Vec::new();
        for name in self.map(path).into_iter().flat_map(Map::keys) {
            let Some(field) = self.credential(&at_header(path, name)) else {
                continue;
            };
            let lower = name.to_lowercase();
            match found.iter_mut().find(|(known, _)| *known == lower) {
                Some((_, known)) => *known = field,
                None => found.push((lower, field)),
            }
        }
        found
    }

    /// The header that `request.auth` of a provider makes.
    fn request_auth(&self, id: &str) -> Option<(String, Located<CredentialField>)> {
        let at = |field: &'static str| ["models", "providers", id, "request", "auth", field];
        match self.text(&at("mode"))?.as_str() {
            "authorization-bearer" => Some(("authorization".to_owned(), self.credential(&at("token"))?)),
            "header" => Some((
                self.text(&at("headerName"))?.to_lowercase(),
                self.credential(&at("value"))?,
            )),
            _ => None,
        }
    }
}

/// The path of one header below its map.
fn at_header<'a>(map: &[&'a str], name: &'a str) -> Vec<&'a str> {
    let mut path = map.to_vec();
    path.push(name);
    path
}
