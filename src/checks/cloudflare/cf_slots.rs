//! Which variable a credential of an AI Gateway is to come from, and how its value gets there. A value that something else
//! reads, or that may be the only copy of a good secret, is overwritten by no fix.

use super::cf_common::{TOKEN_HEADER, key_variable};
use crate::checks::check::CheckContext;
use crate::checks::common::is_sound;
use crate::checks::values::value_common::correct_in_gateway;
use crate::model::snapshot::{
    CredentialField, Located, OfferStatus, Place, ProviderConfig, Shape, Source, ValueFacts, ValueFlag,
};
use crate::resolve;

/// Whether a value that a variable has already may be referred to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Existing {
    /// It may be the one that is wanted.
    MayDo,
    /// What is wanted is new, because the present one was refused.
    WillNotDo,
}

/// A variable for a field of the config.
pub(crate) struct Slot {
    pub(crate) name: String,
    /// The command that gives it a value; none where it has one.
    pub(crate) put: Option<String>,
}

impl Slot {
    /// What is done with the variable, for the start of a sentence.
    pub(crate) fn words(&self, case: &CheckContext<'_>, what: &str) -> String {
        match self.put {
            Some(_) => format!("Put {what} into {} as {}, refer to it", case.dotenv(), self.name),
            None => format!(
                "{} has a value already, and nothing refers to it: refer to it",
                self.name
            ),
        }
    }
}

impl<'a> CheckContext<'a> {
    /// A variable for the AI Gateway's token in the header at a path.
    pub(crate) fn token_slot(&self, path: &str, existing: Existing) -> Slot {
        let fits = |value: &ValueFacts| value.shape.is_none_or(Shape::is_cloudflare);
        self.slot("CF_AIG_TOKEN", path, existing, &fits)
    }

    /// A variable for a provider's key in the field at a path.
    pub(crate) fn key_slot(&self, id: &str, path: &str, existing: Existing) -> Slot {
        let fits = |value: &ValueFacts| {
            !value
                .shape
                .is_some_and(|shape| shape.is_cloudflare() || matches!(shape, Shape::BearerHeader | Shape::Url))
        };
        self.slot(&key_variable(id), path, existing, &fits)
    }

    fn slot(&self, base: &str, path: &str, existing: Existing, fits: &dyn Fn(&ValueFacts) -> bool) -> Slot {
        let more = (2..10).map(|number| format!("{base}_{number}"));
        let names = [base.to_owned()].into_iter().chain(more);
        let put = |name: &str| match existing {
            Existing::MayDo => self.put_in_dotenv(name),
            Existing::WillNotDo => self.put_typed_in_dotenv(name),
        };
        for name in names {
            if self.feeds_more(&name, path) {
                continue;
            }
            let next = self.value_at_next_start(&name);
            if existing == Existing::MayDo
                && !self.is_refused_in_shell(&name)
                && next.is_some_and(|value| is_sound(value) && fits(value))
            {
                return Slot { name, put: None };
            }
            if self.is_free(&name) {
                return Slot {
                    put: Some(put(&name)),
                    name,
                };
            }
        }
        let name = format!("{base}_OF_ITS_OWN");
        Slot {
            put: Some(put(&name)),
            name,
        }
    }

    /// Whether nothing is lost where a value is put into `.env`, and nothing beats it: no source has the name, or that file
    /// alone with what can be no credential.
    fn is_free(&self, name: &str) -> bool {
        let void = |value: &ValueFacts| value.is_blank() || value.has(ValueFlag::Placeholder);
        let offers = self.offers(name);
        let only_void = offers
            .iter()
            .all(|offer| offer.source == Source::DotenvState && offer.value.as_ref().is_none_or(void));
        let running = resolve::gateway_trace(self.snapshot).and_then(|trace| trace.find(name).seen());
        only_void && running.is_none_or(|binding| void(&binding.value))
    }

    pub(crate) fn value_at_next_start(&self, name: &str) -> Option<&'a ValueFacts> {
        let trace = resolve::start_trace(self.snapshot).or(resolve::gateway_trace(self.snapshot))?;
        trace.find(name).seen().map(|binding| &binding.value)
    }

    /// The place of the value that the Gateway gets of a variable.
    pub(crate) fn winning_place(&self, name: &str) -> Option<&'a Place> {
        let offers = self.offers(name);
        let wins = offers.into_iter().find(|offer| offer.status == OfferStatus::Wins)?;
        wins.place.as_ref()
    }

    /// The command that writes the token header at a path.
    pub(crate) fn set_token_header(&self, path: &str, value: &str) -> String {
        self.set_header(path, TOKEN_HEADER, value)
    }

    /// How a token header that is not of the form `Bearer <token>` is mended: where only the form is wrong the token stays
    /// where it is, and a value is corrected at the source that wins.
    pub(crate) fn mend_token_header(
        &self,
        field: &Located<CredentialField>,
        value: &ValueFacts,
        from: &[String],
    ) -> (String, Vec<String>) {
        let restart = self.commands().restart();
        if let [name] = from {
            return self.mend_by_variable(field, value, name);
        }
        let void = value.is_blank() || value.has(ValueFlag::Placeholder);
        if let Some(fix) = self.uncover_token(&field.path).filter(|_| void) {
            return fix;
        }
        match &field.place {
            Some(place) if !void || from.len() > 1 => (
                "Write the header as `Bearer <token>` in its line: the word, one blank, the token. The token itself stays. Then \
                 restart."
                    .to_owned(),
                vec![self.edit_at(place), restart],
            ),
            _ => {
                let slot = self.token_slot(&field.path, Existing::MayDo);
                let set = self.set_token_header(&field.path, &format!("Bearer ${{{}}}", slot.name));
                (
                    format!("{} in the header, and restart.", slot.words(self, "the AI Gateway's token")),
                    slot.put.into_iter().chain([set, restart]).collect(),
                )
            }
        }
    }

    fn mend_by_variable(
        &self,
        field: &Located<CredentialField>,
        value: &ValueFacts,
        name: &str,
    ) -> (String, Vec<String>) {
        let restart = self.commands().restart();
        let set = |text: String| self.set_token_header(&field.path, &text);
        let own = self.value_at_next_start(name);
        match own {
            Some(own) if is_whole_header(own) => {
                return (
                    format!("{name} begins with the word Bearer itself: refer to it alone, and restart."),
                    vec![set(format!("${{{name}}}")), restart],
                );
            }
            Some(own) if is_sound(own) && own.shape.is_none_or(Shape::is_cloudflare) => {
                return (
                    format!("Write the header as `Bearer ${{{name}}}`; the token itself stays as it is. Then restart."),
                    vec![set(format!("Bearer ${{{name}}}")), restart],
                );
            }
            _ => {}
        }
        // The value is at fault. What else reads it keeps it.
        if self.feeds_more(name, &field.path) {
            let slot = self.token_slot(&field.path, Existing::MayDo);
            let set = set(format!("Bearer ${{{}}}", slot.name));
            return (
                format!(
                    "{} in the header, and restart. {name} stays as it is: something else reads it too.",
                    slot.words(self, "the AI Gateway's token")
                ),
                slot.put.into_iter().chain([set, restart]).collect(),
            );
        }
        let text = format!(
            "Correct {name} where the Gateway gets it: the token alone, without quotes, blanks and the word Bearer."
        );
        let kept = own.is_some_and(|own| !own.is_blank() && !own.has(ValueFlag::Placeholder));
        let in_dotenv = self
            .offers(name)
            .into_iter()
            .any(|offer| offer.status == OfferStatus::Wins && offer.source == Source::DotenvState);
        let (text, mut commands) = match self.winning_place(name).filter(|_| kept && in_dotenv) {
            Some(place) => (text, vec![self.edit_at(place), self.commands().apply_dotenv()]),
            None => correct_in_gateway(self, name, &text),
        };
        const WORD: usize = "Bearer ".len();
        if own.is_none_or(|own| own.length + WORD != value.length) {
            commands.insert(0, set(format!("Bearer ${{{name}}}")));
        }
        (text, commands)
    }

    /// How key and token are exchanged where each is in the other's variable: by the references, where they decide, else by an
    /// edit of both values. Nothing is typed in again, so neither is lost.
    pub(crate) fn exchange(&self, provider: &'a ProviderConfig) -> Option<(String, Vec<String>)> {
        let config = resolve::config(self.snapshot)?;
        let key = resolve::key_of_provider(config, &provider.id)?;
        let header = self.token_field(provider)?;
        let CredentialField::Literal { value, from } = &header.value else {
            return None;
        };
        let [token] = from.as_slice() else { return None };
        let of_cloudflare = |name: &str| {
            let shape = self.value_at_next_start(name).and_then(|value| value.shape);
            shape.is_some_and(Shape::is_cloudflare)
        };
        if !value.has(ValueFlag::BearerOfProvider) || !of_cloudflare(&key) || *token == key {
            return None;
        }
        let restart = self.commands().restart();
        // A variable of the provider's plugin counts whatever apiKey refers to.
        let by_name = resolve::variables(config, &provider.id).contains(&key);
        match &provider.api_key {
            Some(field) if !by_name => Some((
                format!("{key} and {token} hold each other's secret: exchange the two references, and restart."),
                vec![
                    self.config_set(&field.path, &format!("${{{token}}}")),
                    self.set_token_header(&header.path, &format!("Bearer ${{{key}}}")),
                    restart,
                ],
            )),
            _ => {
                let (one, other) = (self.winning_place(&key)?, self.winning_place(token)?);
                let mut edits = vec![self.edit_at(one)];
                edits.extend((one.path != other.path).then(|| self.edit_at(other)));
                edits.extend(self.daemon_reload());
                edits.push(self.commands().apply_dotenv());
                Some((
                    format!(
                        "Exchange the values of {key} and {token} where they are, and restart: each is the other's."
                    ),
                    edits,
                ))
            }
        }
    }

    /// The commands that give a token header a variable of its own, with the name of that variable.
    pub(crate) fn own_token(&self, path: &str) -> (String, Vec<String>) {
        let slot = self.token_slot(path, Existing::WillNotDo);
        let set = self.set_token_header(path, &format!("Bearer ${{{}}}", slot.name));
        (slot.name, slot.put.into_iter().chain([set]).collect())
    }
}

/// Whether a value is `Bearer <token>` as Cloudflare reads it.
fn is_whole_header(value: &ValueFacts) -> bool {
    let usual = |flag: &ValueFlag| matches!(flag, ValueFlag::Hash | ValueFlag::InnerSpace);
    value.shape == Some(Shape::BearerHeader) && value.flags.iter().all(usual)
}
