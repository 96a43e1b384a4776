//! `key-misspelled`: a needed key is missing, and the Gateway reads a variable whose name is nearly the same.

use crate::base::text::shell_quote;
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::common::{is_sound, lacks, next_start_has};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{Offer, Source};
use crate::resolve::{self, CLOUDFLARE_KEY, ResolvedKey};

pub(crate) const CHECK: Check = Check {
    id: "key-misspelled",
    title: "no needed key is there under a misspelled name",
    group: Group::Environment,
    severity: Severity::Error,
    needs: &[Need::Gateway],
    causes: &[
        "key-missing-everywhere",
        "key-only-in-shell",
        "config-ref-unset-in-daemon",
        "secret-ref-unresolved",
        "cf-provider-key-missing",
    ],
    docs: "The names of variables are exact: CLOUDFLARE_AI_GATEWAY_APIKEY or cloudflare_ai_gateway_api_key set another \
variable than CLOUDFLARE_AI_GATEWAY_API_KEY, which nothing reads.\n\n\
Fix: rename it in its line.",
    run,
};

/// Letters by which two names may differ, once case and underlines are left out: short ones are near to too many.
fn most(letters: usize) -> Option<usize> {
    match letters {
        0..=7 => None,
        8..=9 => Some(1),
        _ => Some(2),
    }
}

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let missing: Vec<_> = case
        .needed()
        .filter(|key| lacks(case, key) && !next_start_has(key))
        .collect();
    missing.into_iter().filter_map(|key| found(case, key)).collect()
}

fn found(case: &CheckContext<'_>, key: &ResolvedKey) -> Option<Finding> {
    let name = key.name();
    let offer = nearest(case, name)?;
    let origin = case.place(offer.place.as_ref(), offer.source);
    let place = offer.place.as_ref().filter(|place| place.line.is_some());
    let in_file = offer.source.word().starts_with("dotenv") || offer.source == Source::EnvironmentFile;
    let command = match place.filter(|_| in_file) {
        Some(place) => format!(
            "sed -i '{}s/{}/{name}/' {}",
            place.line.unwrap_or_default(),
            offer.name,
            shell_quote(&case.tilde(&place.path))
        ),
        None => case.put_in_dotenv(name),
    };
    if let Some(finding) = in_config(case, key, offer) {
        return Some(finding);
    }
    Some(
        finding(
            CHECK.id,
            key.severity(),
            format!("{name} is not set, and {} is: the name is misspelled", offer.name),
        )
        .subject(name)
        .certainty(key.report.certainty)
        .detail(format!("{origin} sets {}, which nothing reads.", offer.name))
        .at(offer.place.as_ref(), format!("sets {}", offer.name))
        .fix(
            format!("Rename it to {name} and restart the Gateway."),
            [command, case.commands().apply_dotenv()],
        ),
    )
}

/// Where the name that is set is the one that the product documents, the config's reference is what is wrong.
fn in_config(case: &CheckContext<'_>, key: &ResolvedKey, offer: &Offer) -> Option<Finding> {
    let name = key.name();
    let right = &offer.name;
    let documented = |name: &str| [CLOUDFLARE_KEY, "CF_AIG_TOKEN"].contains(&name);
    if !documented(right) || documented(name) {
        return None;
    }
    let config = resolve::config(case.snapshot)?;
    let place = config.refs.iter().find(|one| one.name == name)?.place.as_ref()?;
    let line = place.line?;
    Some(
        finding(
            CHECK.id,
            key.severity(),
            format!("The config refers to {name}, and {right} is set: the reference is misspelled"),
        )
        .subject(name)
        .certainty(key.report.certainty)
        .detail(format!(
            "{} sets {right}; nothing sets {name}.",
            case.place(offer.place.as_ref(), offer.source)
        ))
        .at(Some(place), format!("refers to {name}"))
        .at(offer.place.as_ref(), format!("sets {right}"))
        .fix(
            format!("Refer to {right} and restart the Gateway."),
            [
                format!(
                    "sed -i '{line}s/{name}/{right}/' {}",
                    shell_quote(&case.tilde(&place.path))
                ),
                case.commands().restart(),
            ],
        ),
    )
}

/// The variable of the Gateway whose name is nearest, when it has a value that could be the key and nobody needs it.
fn nearest<'a>(case: &CheckContext<'a>, name: &str) -> Option<&'a Offer> {
    let wanted = plain(name);
    let free = |offer: &&Offer| {
        let sound = offer.value.as_ref().is_some_and(is_sound);
        let used = case.needed().any(|key| key.name() == offer.name);
        sound && !used && offer.name != name && offer.source != Source::DotenvWorkspace
    };
    let far = |offer: &Offer| strsim::osa_distance(&plain(&offer.name), &wanted);
    let offers = case.gateway_traces().flat_map(|trace| &trace.offers).filter(free);
    let near = offers.filter(|offer| most(wanted.len()).is_some_and(|most| far(offer) <= most));
    near.min_by_key(|offer| far(offer))
}

fn plain(name: &str) -> String {
    name.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_uppercase())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testkit::{KEY, findings, healthy, known, lose_key, views, words};
    use crate::model::snapshot::{CredentialField, Snapshot};

    /// The key's line has another name.
    fn called(other: &str) -> Snapshot {
        let mut snapshot = healthy();
        let offers: Vec<Offer> = known(&mut snapshot.views.next_start).offers_for(KEY).cloned().collect();
        lose_key(&mut snapshot, KEY);
        let trace = known(&mut snapshot.views.next_start);
        trace.offers.extend(offers.into_iter().map(|offer| Offer {
            name: other.to_owned(),
            ..offer
        }));
        snapshot
    }

    #[test]
    fn names_that_are_nearly_right_are_told() {
        for other in [
            "CLOUDFLARE_AI_GATEWAY_APIKEY",
            "cloudflare_ai_gateway_api_key",
            "CLOUDFLARE_AI_GATWAY_API_KEY",
            "CLOUDFLARE_AI_GATEWAY_API_KEYS",
        ] {
            let found = findings(&CHECK, &called(other));
            assert_eq!(found.len(), 1, "{other}");
            let text = words(&found[0]);
            assert!(text.contains(other) && text.contains("sed -i"), "{text}");
        }
    }

    /// The config refers to another name than the one that is set.
    #[test]
    fn a_misspelled_reference_is_corrected_in_the_config() {
        let wrong = "CLOUDFLARE_AI_GATEWAY_APIKEY";
        let mut snapshot = healthy();
        for view in views(&mut snapshot) {
            for reference in view.config.refs.iter_mut().filter(|one| one.name == KEY) {
                (reference.name, reference.resolved) = (wrong.to_owned(), false);
            }
            for field in view.config.providers.iter_mut().filter_map(|one| one.api_key.as_mut()) {
                field.value = CredentialField::Unresolved { name: wrong.to_owned() };
            }
        }
        let found = findings(&CHECK, &snapshot);
        assert_eq!(found.len(), 1);
        let text = words(&found[0]);
        assert!(
            text.contains(&format!("sed -i '3s/{wrong}/{KEY}/' ~/.openclaw/openclaw.json")),
            "{text}"
        );
    }

    #[test]
    fn other_names_are_not() {
        for other in ["CLOUDFLARE_API_TOKEN", "OPENAI_API_KEY", "MY_SETTING"] {
            assert!(findings(&CHECK, &called(other)).is_empty(), "{other}");
        }
        assert!(findings(&CHECK, &healthy()).is_empty());
    }
}
