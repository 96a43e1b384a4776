//! What is known of the variables that feed the two credentials of an AI Gateway: which answer their values got, and
//! whether one of them feeds more than one place.

use super::cf_common::field;
use super::cf_origin::variable_of;
use crate::checks::check::CheckContext;
use crate::checks::common::gateway_value;
use crate::model::snapshot::{CredentialField, ProviderConfig};
use crate::ping::verdict::Word;
use crate::resolve;

impl<'a> CheckContext<'a> {
    /// Whether the value that the shell has of a variable was asked with and refused, by itself or as the Gateway's own.
    pub(crate) fn is_refused_in_shell(&self, name: &str) -> bool {
        let own =
            self.cloudflare_fact("shell_name") == Some(name) && self.cloudflare_fact("shell_key") == Some("refused");
        let shell = self
            .snapshot
            .views
            .shell
            .get()
            .and_then(|trace| trace.find(name).seen());
        let key = self.resolved.keys.iter().find(|key| key.name() == name);
        let asked = key.and_then(|key| gateway_value(self, key));
        let same = shell
            .zip(asked)
            .is_some_and(|(shell, asked)| shell.value.same_as(asked));
        own || same && (self.is_refused_key(name) || self.is_refused_token(name))
    }

    fn is_refused_key(&self, name: &str) -> bool {
        let refused = matches!(
            self.cloudflare(),
            Some(Word::ProviderKeyRejected | Word::KeyShapeWrong | Word::OnlyShellKeyAccepted)
        );
        refused && self.asked_key_variable() == Some(name)
    }

    fn is_refused_token(&self, name: &str) -> bool {
        self.cloudflare() == Some(Word::GatewayTokenRejected) && self.token_variable() == Some(name)
    }

    /// Whether the value that the Gateway has of a variable was part of a request that passed.
    pub(crate) fn is_accepted(&self, name: &str) -> bool {
        let passed = self.cloudflare().is_some_and(Word::is_good);
        passed && (self.asked_key_variable() == Some(name) || self.token_variable() == Some(name))
    }

    /// The variable that feeds the token header of the provider that was asked.
    pub(crate) fn token_variable(&self) -> Option<&'a str> {
        variable_of(self.token_field(self.asked_provider()?)?)
    }

    /// Whether a variable feeds something else too than the field at this path: a value put there for the one would be
    /// wrong for the other.
    pub(crate) fn feeds_more(&self, name: &str, path: &str) -> bool {
        let Some(config) = resolve::config(self.snapshot) else {
            return false;
        };
        let of_gateway = ["OPENCLAW_GATEWAY_TOKEN", "OPENCLAW_GATEWAY_PASSWORD"].contains(&name);
        let by_field = |provider: &ProviderConfig| {
            let headers = provider.headers.iter().map(|(_, field)| field);
            let mut fields = provider.api_key.iter().chain(headers);
            fields.any(|field| {
                let from = match &field.value {
                    CredentialField::Literal { from, .. } => from.iter().any(|one| one == name),
                    _ => false,
                };
                from && field.path != path
            })
        };
        let by_name = |provider: &ProviderConfig| {
            provider.api_key.is_none()
                && field(&provider.id, "apiKey") != path
                && resolve::variables(config, &provider.id).iter().any(|one| one == name)
        };
        of_gateway
            || config.refs.iter().any(|one| one.name == name && one.path != path)
            || config
                .providers
                .iter()
                .any(|provider| by_field(provider) || by_name(provider))
    }
}
