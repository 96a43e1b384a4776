//! One variable that feeds both the key and the token header, or has the token where the key is due: how each of the two gets
//! a variable of its own. The token, of which this may be the only copy, is taken from where it is.

use super::cf_common::{TOKEN_HEADER, field};
use super::cf_slots::Existing;
use crate::checks::check::CheckContext;
use crate::checks::values::value_common::correct_in_gateway;
use crate::model::snapshot::{OfferStatus, ProviderConfig, Source};
use crate::resolve;

impl<'a> CheckContext<'a> {
    /// Gives the key of a provider another variable than the one that has the token, or the token another one where OpenClaw
    /// reads the key by that name. `header` is the path of the token header, where there is one.
    pub(crate) fn part_key_and_token(
        &self,
        provider: &'a ProviderConfig,
        known: &str,
        header: Option<&str>,
        what: &str,
    ) -> (String, Vec<String>) {
        let key_path = field(&provider.id, "apiKey");
        let usual = field(&provider.id, &format!("headers.{TOKEN_HEADER}"));
        let path = header.unwrap_or(&usual);
        let config = resolve::config(self.snapshot);
        let by_name = config.is_some_and(|config| {
            let mut names = resolve::variables(config, &provider.id).into_iter();
            names.any(|name| name == known)
        });
        if !by_name {
            let slot = self.key_slot(&provider.id, &key_path, Existing::WillNotDo);
            let refer = self.config_set(&key_path, &format!("${{{}}}", slot.name));
            let send = header
                .is_none()
                .then(|| self.set_token_header(path, &format!("Bearer ${{{known}}}")));
            let text = format!(
                "{known} keeps the token, for the header. Put {what} into {} as {}, refer to that one from {key_path}, and \
                 restart.",
                self.dotenv(),
                slot.name
            );
            let all = slot.put.into_iter().chain([refer]).chain(send);
            return (text, all.chain([self.commands().restart()]).collect());
        }
        let own = self.token_slot(path, Existing::WillNotDo).name;
        let send = self.set_token_header(path, &format!("Bearer ${{{own}}}"));
        let moved =
            crate::remedy::dotenv::put_and_move(self.snapshot, self.commands().kind(), known, &own, &self.state_dir());
        if let Some(moved) = moved.filter(|_| self.is_settled_in_dotenv(known)) {
            let text = format!(
                "Put {what} into {} as {known}. The token that is there moves to {own}, for the header. Then restart.",
                self.dotenv()
            );
            return (text, vec![moved, send, self.commands().apply_dotenv()]);
        }
        // Elsewhere it is copied before the key takes its place.
        let (own, mut commands) = self.own_token(path);
        let (fix, put) = correct_in_gateway(self, known, &format!("Put {what} there."));
        commands.extend(put);
        let text = format!(
            "Copy the token, which {known} has now, into {} as {own} first, for the header. {fix}",
            self.dotenv()
        );
        (text, commands)
    }

    /// Whether the value that the Gateway has, and will have, of a variable is that of the `.env`.
    fn is_settled_in_dotenv(&self, name: &str) -> bool {
        let mut keys = self.resolved.keys.iter();
        let changes = keys.any(|key| key.name() == name && self.has_new_value(key));
        let offers = self.offers(name).into_iter();
        let mut winning = offers.filter(|offer| offer.status == OfferStatus::Wins).peekable();
        !changes && winning.peek().is_some() && winning.all(|offer| offer.source == Source::DotenvState)
    }
}
