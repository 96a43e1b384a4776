//! Where key and token of a provider behind an AI Gateway come from, and how another one gets there. Titles, subjects and
//! fixes of the checks share this one judgement, so that a fix acts where the product reads and leaves the other places alone.

use super::cf_common::TOKEN_HEADER;
use super::cf_plugin_missing::is_installed;
use super::cf_slots::Existing;
use crate::base::text::shell_quote;
use crate::checks::check::CheckContext;
use crate::checks::common::is_sound;
use crate::checks::values::value_common::correct_in_gateway;
use crate::model::snapshot::{
    CredentialField, CredentialOrigin, Located, OriginKind, ProviderConfig, Shape, ValueFacts, ValueFlag,
};
use crate::ping::probe::Probe;
use crate::resolve;

/// Shorter texts, such as `unused`, stand where a key is due and are none.
const SHORTEST_KEY: usize = 16;

/// Whether a place is one of a header.
pub(crate) fn is_of_header(kind: OriginKind) -> bool {
    match kind {
        OriginKind::Profile | OriginKind::Variable | OriginKind::ApiKey => false,
        OriginKind::Header | OriginKind::ModelHeader | OriginKind::RequestHeader | OriginKind::RequestAuth => true,
    }
}

impl<'a> CheckContext<'a> {
    /// Where the key of the requests to Cloudflare came from.
    pub(crate) fn key_origin(&self) -> Option<&'a CredentialOrigin> {
        self.snapshot.pings.cloudflare.as_ref()?.key.as_ref()
    }

    /// The same where it is a header of the config, which beats apiKey, variables and profiles.
    pub(crate) fn key_header(&self) -> Option<&'a CredentialOrigin> {
        self.key_origin().filter(|origin| is_of_header(origin.kind))
    }

    /// The variable that it is made of.
    pub(crate) fn asked_key_variable(&self) -> Option<&'a str> {
        self.key_origin()?.variable.as_deref()
    }

    /// The file of the stored profile that has it.
    pub(crate) fn key_profile(&self) -> Option<&'a str> {
        let profile = |origin: &&CredentialOrigin| origin.kind == OriginKind::Profile && origin.variable.is_none();
        self.key_origin().filter(profile).map(|origin| origin.path.as_str())
    }

    fn is_asked(&self, provider: &ProviderConfig) -> bool {
        self.cloudflare_fact("provider") == Some(provider.id.as_str())
    }

    /// The places of a header of a provider, the one that is sent first.
    fn places(&self, provider: &'a ProviderConfig, name: &str) -> Vec<&'a Located<CredentialField>> {
        resolve::places_of_header(provider, resolve::model_of(self.snapshot, provider), name)
    }

    /// Whether a header is the one of its name that goes out.
    pub(crate) fn is_sent(&self, provider: &'a ProviderConfig, name: &str, field: &Located<CredentialField>) -> bool {
        let places = self.places(provider, name);
        places.first().is_none_or(|sent| sent.path == field.path)
    }

    /// The header that carries the AI Gateway's token: the one that was sent, else the one that would be.
    pub(crate) fn token_field(&self, provider: &'a ProviderConfig) -> Option<&'a Located<CredentialField>> {
        let verdict = self.snapshot.pings.cloudflare.as_ref();
        let sent = verdict.and_then(|verdict| verdict.token.as_ref());
        let sent = sent.filter(|_| self.is_asked(provider));
        sent.and_then(|origin| field_at(provider, &origin.path))
            .or(self.places(provider, TOKEN_HEADER).first().copied())
    }

    /// The header that goes out in the place of the key, with its name; none where no header does.
    pub(crate) fn key_field(&self, provider: &'a ProviderConfig) -> Option<(&'a str, &'a Located<CredentialField>)> {
        if self.is_asked(provider) && self.key_origin().is_some() {
            let origin = self.key_header()?;
            return Some((origin.header.as_deref()?, field_at(provider, &origin.path)?));
        }
        let name = key_place(provider);
        Some((name, self.places(provider, name).first().copied()?))
    }

    /// Whether a header is the one that the key goes into.
    pub(crate) fn is_in_the_keys_place(&self, provider: &ProviderConfig, name: &str) -> bool {
        name.trim().eq_ignore_ascii_case(key_place(provider))
    }

    /// What else would be sent as the token without the place that is sent now, where it can be one.
    fn next_token(&self, provider: &'a ProviderConfig, path: &str) -> Option<&'a Located<CredentialField>> {
        let places = self.places(provider, TOKEN_HEADER);
        let mut places = places.into_iter().skip_while(|field| field.path != path);
        let (sent, next) = (places.next()?, places.next()?);
        let same = literal(sent)
            .zip(literal(next))
            .is_some_and(|(sent, next)| sent.same_as(next));
        (!same && !is_void(next)).then_some(next)
    }

    /// How a token header that is refused or a placeholder, and hides another one of the same entry, is taken away.
    pub(crate) fn uncover_token(&self, path: &str) -> Option<(String, Vec<String>)> {
        let next = self
            .aig_providers()
            .into_iter()
            .find_map(|provider| self.next_token(provider, path))?;
        Some((
            format!(
                "Remove it, so that {} counts, which it hides now. Should Cloudflare refuse that one too, put a new token there. \
                 Then restart.",
                next.path
            ),
            vec![self.unset_header(path), self.commands().restart()],
        ))
    }

    /// The variable with a value that a plugin reads for a provider by its name: it comes before apiKey.
    fn key_by_name(&self, provider: &ProviderConfig) -> Option<String> {
        let config = resolve::config(self.snapshot)?;
        let has_plugin = provider.id != resolve::CLOUDFLARE_PROVIDER || is_installed(self, config) != Some(false);
        let set = |name: &String| self.value_at_next_start(name).is_some_and(|value| !value.is_blank());
        let mut own = resolve::variables(config, &provider.id).into_iter();
        own.find(|name| has_plugin && set(name))
    }

    /// Whether there is such a variable.
    pub(crate) fn has_key_by_name(&self, provider: &ProviderConfig) -> bool {
        self.key_by_name(provider).is_some()
    }

    /// The key that would be sent without the header at a path, in words, where it can be one.
    fn next_key(&self, provider: &'a ProviderConfig, header: &str, path: &str) -> Option<String> {
        let places = self.places(provider, &header.to_lowercase());
        let next = places.into_iter().skip_while(|field| field.path != path).nth(1);
        if let Some(next) = next {
            return (!is_void(next)).then(|| next.path.clone());
        }
        if resolve::has_profile(self.snapshot, &provider.id) {
            return Some("the stored profile".to_owned());
        }
        // What is refused in the header, the token, and what is too short for any key are no remedy.
        let others = [self.token_field(provider), field_at(provider, path)];
        let others: Vec<&ValueFacts> = others.into_iter().flatten().filter_map(literal).collect();
        let can_be = |value: &ValueFacts| {
            let wrong = |shape: Shape| shape.is_cloudflare() || matches!(shape, Shape::BearerHeader | Shape::Url);
            is_sound(value)
                && value.length >= SHORTEST_KEY
                && !value.shape.is_some_and(wrong)
                && !others.iter().any(|other| other.same_as(value))
        };
        let config = resolve::config(self.snapshot)?;
        if let Some(name) = self.key_by_name(provider) {
            return self.value_at_next_start(&name).is_some_and(can_be).then_some(name);
        }
        match (&provider.api_key, resolve::key_of_provider(config, &provider.id)) {
            (_, Some(name)) => self.value_at_next_start(&name).is_some_and(can_be).then_some(name),
            (Some(field), None) => literal(field).is_some_and(can_be).then(|| field.path.clone()),
            (None, None) => None,
        }
    }

    /// How the provider gets another key where a header gives it one that is refused: what the header hides counts again, if
    /// that can be a key, and is not overwritten; else the header itself gets another one.
    pub(crate) fn mend_key_header(
        &self,
        provider: &'a ProviderConfig,
        header: &str,
        path: &str,
        variable: Option<&str>,
    ) -> (String, Vec<String>) {
        let restart = self.commands().restart();
        if let Some(next) = self.next_key(provider, header, path) {
            return (
                format!(
                    "Remove it, so that {next} counts, which OpenClaw then sends. Should the provider refuse that one too, put a \
                     valid key there. Then restart."
                ),
                vec![self.unset_header(path), restart],
            );
        }
        if let Some(name) = variable.filter(|name| !self.feeds_more(name, path)) {
            return correct_in_gateway(self, name, "Put a valid key of the provider there.");
        }
        let slot = self.key_slot(&provider.id, path, Existing::WillNotDo);
        let set = self.set_key_header(path, header, &slot.name);
        (
            format!("{} from {path}, and restart.", slot.words(self, "a valid key")),
            slot.put.into_iter().chain([set, restart]).collect(),
        )
    }

    /// The command that lets a header of a key refer to a variable.
    pub(crate) fn set_key_header(&self, path: &str, header: &str, variable: &str) -> String {
        let bearer = header.eq_ignore_ascii_case("authorization") && !path.ends_with(".request.auth.token");
        let word = if bearer { "Bearer " } else { "" };
        self.set_header(path, header, &format!("{word}${{{variable}}}"))
    }

    /// The command that writes a header. A prefix of `request.auth` stands before the value with nothing between; with the
    /// whole of it written anew there is none.
    pub(crate) fn set_header(&self, path: &str, header: &str, value: &str) -> String {
        match path.strip_suffix(".request.auth.value") {
            Some(provider) => {
                let whole = format!(r#"{{"mode":"header","headerName":"{header}","value":"{value}"}}"#);
                let set = self.config_set(&format!("{provider}.request.auth"), &whole);
                format!("{set} --strict-json")
            }
            None => self.config_set(path, value),
        }
    }

    /// The command that takes a header away; of `request.auth` nothing is left.
    pub(crate) fn unset_header(&self, path: &str) -> String {
        let whole = [".value", ".token"].into_iter().find_map(|end| {
            let auth = path.strip_suffix(end)?;
            auth.ends_with(".request.auth").then_some(auth)
        });
        let words = format!("config unset {}", shell_quote(whole.unwrap_or(path)));
        self.commands().openclaw(&words)
    }
}

/// The header that the client puts the key of a provider into.
fn key_place(provider: &ProviderConfig) -> &'static str {
    let url = provider.base_url.as_ref().map(|url| url.value.as_str());
    let probe = Probe::of(&provider.id, url.unwrap_or_default(), provider.api.as_deref());
    probe.key_header().0
}

fn field_at<'a>(provider: &'a ProviderConfig, path: &str) -> Option<&'a Located<CredentialField>> {
    let own = provider.headers.iter().map(|(_, field)| field);
    let of_models = provider.model_headers.iter().map(|header| &header.field);
    own.chain(of_models).find(|field| field.path == path)
}

/// What a token header is called: by its name where it is one of the provider's `headers`, else by its place too.
pub(crate) fn token_subject(field: Option<&Located<CredentialField>>) -> String {
    let usual = |path: &str| {
        let entry = path.strip_suffix(&format!(".headers.{TOKEN_HEADER}"));
        entry.is_some_and(|entry| !entry.ends_with(".request") && !entry.contains(".models."))
    };
    match field {
        Some(field) if !usual(&field.path.to_lowercase().replacen("models.", "", 1)) => field.path.clone(),
        _ => TOKEN_HEADER.to_owned(),
    }
}

/// The variable that a field reads.
pub(crate) fn variable_of(field: &Located<CredentialField>) -> Option<&str> {
    match &field.value {
        CredentialField::Literal { from, .. } => from.first().map(String::as_str),
        CredentialField::Ref { secret_ref } if secret_ref.source == "env" => Some(secret_ref.id.as_str()),
        CredentialField::Ref { .. } | CredentialField::Unresolved { .. } => None,
    }
}

/// The facts of a value that the config gives, itself or by variables in it.
pub(crate) fn literal(field: &Located<CredentialField>) -> Option<&ValueFacts> {
    match &field.value {
        CredentialField::Literal { value, .. } => Some(value),
        _ => None,
    }
}

fn is_void(field: &Located<CredentialField>) -> bool {
    literal(field).is_some_and(|value| value.is_blank() || value.has(ValueFlag::Placeholder))
}
