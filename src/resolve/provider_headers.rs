//! Which header of a provider is sent, where several places of its entry give one of the same name.

use crate::model::snapshot::{CredentialField, Located, ProviderConfig, Snapshot};

/// Returns the model of a provider whose calls are spoken of: the default one, else the first that the config uses, else the
/// first of the entry.
pub(crate) fn model_of<'a>(snapshot: &'a Snapshot, provider: &'a ProviderConfig) -> Option<&'a str> {
    let of_it = |model: &'a str| {
        let (id, model) = model.split_once('/')?;
        id.eq_ignore_ascii_case(&provider.id).then_some(model)
    };
    let config = super::config(snapshot);
    let default = config.and_then(|config| config.default_model.as_ref());
    let uses = config.map(|config| config.uses.models.as_slice()).unwrap_or_default();
    let used = uses.iter().map(|used| used.model.value.as_str());
    let mut wanted = default.map(|model| model.value.as_str()).into_iter().chain(used);
    let named = wanted.find_map(of_it);
    named.or(provider.models.first().map(String::as_str))
}

/// Returns the places of a header by its lower-case name, the one that is sent first: `request`, the model, `headers`.
pub(crate) fn places_of_header<'a>(
    provider: &'a ProviderConfig,
    model: Option<&str>,
    name: &str,
) -> Vec<&'a Located<CredentialField>> {
    let request = format!("models.providers.{}.request.", provider.id);
    let own = provider.headers.iter().filter(|(known, _)| known == name);
    let (over, under): (Vec<_>, Vec<_>) = own
        .map(|(_, field)| field)
        .partition(|field| field.path.starts_with(&request));
    let of_model = provider.model_headers.iter();
    let of_model = of_model.filter(|header| Some(header.model.as_str()) == model && header.name == name);
    over.into_iter()
        .chain(of_model.map(|header| &header.field))
        .chain(under)
        .collect()
}
