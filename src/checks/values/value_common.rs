//! What the checks of values share: which value of a key is bad, and where it stands.

use crate::checks::check::CheckContext;
use crate::checks::common::{gateway_value, is_sound, works_until_restart};
use crate::checks::finding::{FindingExt, finding};
use crate::checks::service::service_common::{edit, out_of_manager};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{Offer, OfferStatus, Place, Source, ValueFacts, ValueFlag};
use crate::remedy::Intent;
use crate::resolve::ResolvedKey;

/// A bad value that the Gateway has or will have.
pub(crate) struct Suspect<'a> {
    pub(crate) key: &'a ResolvedKey,
    /// Whether the running Gateway still has a sound value.
    works_now: bool,
    /// Whether a request that carried this value passed: then it works as it is (design section 12).
    pub(crate) accepted: bool,
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
    pub(crate) fn origin(&self, case: &CheckContext<'_>) -> String {
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

    /// How bad it is. What works until a restart fails later.
    pub(crate) fn severity(&self) -> Severity {
        match (self.accepted, self.works_now) {
            (true, _) => Severity::Info,
            (false, true) => self.key.severity().min(Severity::Warning),
            (false, false) => self.key.severity(),
        }
    }
}

/// Lists the keys whose value in the Gateway, running or at the next start, satisfies `bad`.
pub(crate) fn suspects<'a>(case: &CheckContext<'a>, bad: fn(&ValueFacts) -> bool) -> Vec<Suspect<'a>> {
    let mut found = Vec::new();
    for key in &case.resolved.keys {
        let values = [gateway_value(case, key), key.next_start.as_ref()];
        let Some(value) = values.into_iter().flatten().find(|value| bad(value)) else {
            continue;
        };
        found.push(suspect(case, key, value));
    }
    found
}

fn suspect<'a>(case: &CheckContext<'a>, key: &'a ResolvedKey, value: &'a ValueFacts) -> Suspect<'a> {
    let offers = case.offers(key.name());
    let same = |offer: &&&Offer| offer.value.as_ref().is_some_and(|other| other.same_as(value));
    let wins = offers
        .iter()
        .filter(same)
        .find(|offer| offer.status == OfferStatus::Wins);
    Suspect {
        key,
        works_now: works_until_restart(case, key),
        // A carriage return is taken off a key, and not off a header or a program that has the variable too.
        accepted: !value.has(ValueFlag::CarriageReturn)
            && case.is_accepted(key.name())
            && gateway_value(case, key)
                .or(key.next_start.as_ref())
                .is_some_and(|asked| asked.same_as(value)),
        value,
        offer: wins.or(offers.iter().find(same)).copied(),
    }
}

/// Returns how the value that the Gateway has of a variable is corrected where it comes from, as [`correct`] does; in
/// the `.env` where the Gateway's value is not known.
pub(crate) fn correct_in_gateway(case: &CheckContext<'_>, name: &str, text: &str) -> (String, Vec<String>) {
    let key = case.resolved.keys.iter().find(|key| key.name() == name);
    let value = key.and_then(|key| gateway_value(case, key).or(key.next_start.as_ref()));
    // What was refused is the running Gateway's; the next start has another value, which is not thrown away untested.
    if let Some(key) = key.filter(|key| case.has_new_value(key)) {
        return (
            format!(
                "That is the value of the running Gateway. Its next start has another one of {}, which was not tested: restart, \
                 and run the doctor again.",
                key.name()
            ),
            vec![case.commands().apply_dotenv()],
        );
    }
    match key.zip(value) {
        Some((key, value)) => correct(case, &suspect(case, key, value), text),
        None => (
            text.to_owned(),
            vec![case.put_typed_in_dotenv(name), case.commands().restart_after_add()],
        ),
    }
}

/// Starts a finding about a suspect.
pub(crate) fn about(case: &CheckContext<'_>, id: &str, suspect: &Suspect<'_>, title: String, note: &str) -> Finding {
    let mut finding = finding(id, suspect.severity(), title)
        .subject(suspect.name())
        .certainty(suspect.key.report.certainty);
    if suspect.accepted {
        finding = finding.seen("the doctor's request that carried it passed");
    }
    if suspect.works_now {
        finding = finding.seen("the running Gateway still has another value; a restart loses it");
    }
    match suspect.place() {
        Some(place) => finding.at(Some(place), note),
        None => finding.seen(format!("{note} ({})", suspect.origin(case))),
    }
}

/// Returns whether the `.env` has a value that would do.
fn sound_in_dotenv(case: &CheckContext<'_>, name: &str) -> bool {
    let mut offers = case.offers(name).into_iter();
    offers.any(|offer| offer.source == Source::DotenvState && offer.value.as_ref().is_some_and(is_sound))
}

/// How a bad value is corrected where it comes from: `text` and the editor for a line, words of their own where a manager,
/// a supervisor, a container or a shell hands it over. Nothing weaker would replace it.
pub(crate) fn correct(case: &CheckContext<'_>, suspect: &Suspect<'_>, text: &str) -> (String, Vec<String>) {
    let commands = case.commands();
    let name = suspect.name();
    let source = suspect.offer.map(|offer| offer.source);
    let place = suspect.place();
    // What the shell has is no cure where it is the same value.
    let shell = case
        .snapshot
        .views
        .shell
        .get()
        .and_then(|trace| trace.find(name).seen());
    let put = match shell.is_some_and(|own| own.value.same_as(suspect.value)) {
        true => case.put_typed_in_dotenv(name),
        false => case.put_in_dotenv(name),
    };
    match (source, place) {
        (Some(Source::Container | Source::Supervisor), _) | (Some(Source::Process), None) => {
            let (how, list) = commands.at_source(name, Intent::Correct);
            (format!("{how}."), list)
        }
        (Some(Source::Manager | Source::LaunchctlSetenv), _) => {
            let file = place.map(|place| case.tilde(&place.path)).unwrap_or_default();
            let mut list = out_of_manager(case, name, &file);
            if sound_in_dotenv(case, name) {
                list.push(commands.restart());
                return (
                    format!("Take {name} out of the service manager; then {} counts.", case.dotenv()),
                    list,
                );
            }
            list.extend([put, commands.restart_after_add()]);
            (
                format!(
                    "Take {name} out of the service manager, whose copy wins, and put the right value into {}.",
                    case.dotenv()
                ),
                list,
            )
        }
        // The line is replaced by what is typed in.
        (Some(Source::DotenvState), _) => (
            format!(
                "{text} The command {} and replaces the line.",
                if put.contains("read -rs") {
                    "asks for the key"
                } else {
                    "copies the key of your shell"
                }
            ),
            vec![put, commands.apply_dotenv()],
        ),
        (Some(Source::LoginShell) | None, _) | (_, None) => (text.to_owned(), vec![put, commands.apply_dotenv()]),
        (Some(source), Some(place)) => {
            let mut list = vec![edit(&case.tilde(&place.path))];
            if matches!(source, Source::Unit | Source::DropIn | Source::Launcher) {
                list.extend(case.daemon_reload());
            }
            list.push(commands.apply_dotenv());
            (text.to_owned(), list)
        }
    }
}
