//! What the checks of values share: which value of a key is bad, and where it stands.

use crate::checks::check::Case;
use crate::checks::common::gateway_value;
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{Offer, OfferStatus, Place, Source, ValueFacts};
use crate::resolve::ResolvedKey;

/// A bad value that the Gateway has or will have.
pub(crate) struct Suspect<'a> {
    pub(crate) key: &'a ResolvedKey,
    pub(crate) value: &'a ValueFacts,
    /// Where it stands, when that is known.
    pub(crate) offer: Option<&'a Offer>,
}

impl Suspect<'_> {
    pub(crate) fn name(&self) -> &str {
        self.key.name()
    }

    pub(crate) fn place(&self) -> Option<&Place> {
        self.offer.and_then(|offer| offer.place.as_ref())
    }

    /// Where it stands, in words.
    pub(crate) fn origin(&self, case: &Case<'_>) -> String {
        match self.offer {
            Some(offer) if offer.source == Source::ConfigEnv => {
                format!(
                    "env.vars.{} in {}",
                    offer.name,
                    case.place(offer.place.as_ref(), offer.source)
                )
            }
            Some(offer) => case.place(offer.place.as_ref(), offer.source),
            None => "the environment of the Gateway".to_owned(),
        }
    }

    /// Bad values of keys that nothing needs are warnings.
    pub(crate) fn severity(&self) -> Severity {
        if self.key.needed {
            Severity::Error
        } else {
            Severity::Warning
        }
    }
}

/// Lists the keys whose value in the Gateway, running or at the next start, satisfies `bad`.
pub(crate) fn suspects<'a>(case: &Case<'a>, bad: fn(&ValueFacts) -> bool) -> Vec<Suspect<'a>> {
    let mut found = Vec::new();
    for key in &case.resolved.keys {
        let values = [gateway_value(case, key), key.next_start.as_ref()];
        let Some(value) = values.into_iter().flatten().find(|value| bad(value)) else {
            continue;
        };
        let offers = case.offers(key.name());
        let same = |offer: &&&Offer| offer.value.as_ref().is_some_and(|other| other.same_as(value));
        let wins = offers
            .iter()
            .filter(same)
            .find(|offer| offer.status == OfferStatus::Wins);
        let offer = wins.or(offers.iter().find(same)).copied();
        found.push(Suspect { key, value, offer });
    }
    found
}

/// Starts a finding about a suspect.
pub(crate) fn about(case: &Case<'_>, id: &str, suspect: &Suspect<'_>, title: String, note: &str) -> Finding {
    let finding = finding(id, suspect.severity(), title)
        .subject(suspect.name())
        .certainty(suspect.key.report.certainty);
    match suspect.place() {
        Some(place) => finding.at(Some(place), note),
        None => finding.seen(format!("{note} ({})", suspect.origin(case))),
    }
}

/// The command that opens the place of a value, or puts a new value into `.env`.
pub(crate) fn edit(case: &Case<'_>, suspect: &Suspect<'_>) -> Vec<String> {
    let editable = suspect.offer.is_some_and(|offer| {
        !matches!(
            offer.source,
            Source::Process | Source::Manager | Source::LoginShell | Source::Container
        )
    });
    let open = match suspect.place().filter(|_| editable) {
        Some(place) => format!(
            "${{EDITOR:-nano}} {}",
            crate::base::text::shell_quote(&case.tilde(&place.path))
        ),
        None => case.put_in_dotenv(suspect.name()),
    };
    vec![open, case.commands().apply_dotenv()]
}
