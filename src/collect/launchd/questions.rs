//! What launchd says of each job, and of the variables of its domain.

use super::candidates::Candidate;
use super::launchctl::{Answer, Launchctl};
use super::layers;
use crate::base::fact::Fact;
use crate::collect::context::Context;
use crate::loader::RawBinding;
use crate::model::snapshot::ServiceState;
use crate::parse::launchd::launchctl_misc;
use crate::parse::launchd::launchctl_print;
use crate::parse::launchd::launchctl_print::{PrintedJob, Refusal};
use crate::platform::launchd::state;
use crate::secret::RawVar;

/// How many variables are asked for one by one.
const MAX_NAMES: usize = 64;
/// Variables that are always worth asking for.
const USUAL_NAMES: &[&str] = &[
    "CLOUDFLARE_AI_GATEWAY_API_KEY",
    "OPENCLAW_CONFIG_PATH",
    "OPENCLAW_GATEWAY_PASSWORD",
    "OPENCLAW_GATEWAY_TOKEN",
    "OPENCLAW_STATE_DIR",
];

/// What launchctl said of one candidate.
pub(super) struct Heard {
    /// The description of a loaded job.
    pub(super) printed: Option<PrintedJob>,
    /// Its state, or why it is not known.
    pub(super) state: Fact<ServiceState>,
    /// Whether there is no desktop session to ask.
    pub(super) no_gui_session: bool,
    /// Whether launchd said anything.
    pub(super) answered: bool,
}

/// Asks about every candidate; the answers stand in the same order.
pub(super) async fn describe(launchctl: &Launchctl, candidates: &[Candidate<'_>], gui: &str) -> Vec<Heard> {
    let target = |one: &Candidate<'_>| format!("{}/{}", one.domain(gui), one.label);
    let prints: Vec<Vec<String>> = candidates
        .iter()
        .map(|one| vec!["print".to_owned(), target(one)])
        .collect();
    let mut heard = Vec::with_capacity(candidates.len());
    for (one, answer) in candidates.iter().zip(launchctl.ask(&prints).await) {
        heard.push(match answer {
            Answer::Text(text) => match launchctl_print::parse(&text) {
                Some(job) => Heard {
                    state: Fact::known(state::of_printed(&job)),
                    printed: Some(job),
                    no_gui_session: false,
                    answered: true,
                },
                None => fall_back(launchctl, one, "launchctl print answered in an unknown form", gui).await,
            },
            Answer::Refused(Refusal::NotLoaded) => Heard {
                printed: None,
                state: Fact::known(state::not_loaded()),
                no_gui_session: false,
                answered: true,
            },
            Answer::Refused(Refusal::NoGuiSession) => Heard {
                printed: None,
                state: Fact::unreadable(
                    format!("this user has no desktop session here, so domain {gui} cannot be asked"),
                    format!("launchctl print {}", target(one)),
                ),
                no_gui_session: true,
                answered: true,
            },
            Answer::Refused(Refusal::Denied) => fall_back(launchctl, one, "this user may not ask launchd", gui).await,
            Answer::Refused(Refusal::Other(said)) => {
                fall_back(launchctl, one, &format!("launchctl print failed: {said}"), gui).await
            }
            Answer::Silent(why) => Heard {
                printed: None,
                state: Fact::unreadable(why, format!("launchctl print {}", target(one))),
                no_gui_session: false,
                answered: false,
            },
        });
    }
    heard
}

/// Asks `launchctl list` where `launchctl print` failed for a reason of its own.
async fn fall_back(launchctl: &Launchctl, one: &Candidate<'_>, why: &str, gui: &str) -> Heard {
    let answer = launchctl.ask(&[vec!["list".to_owned(), one.label.clone()]]).await;
    let state = match answer.first() {
        Some(Answer::Text(text)) => launchctl_misc::listed(text).map(|job| state::of_listed(&job)),
        Some(Answer::Refused(Refusal::NotLoaded)) => Some(state::not_loaded()),
        _ => None,
    };
    Heard {
        printed: None,
        answered: state.is_some(),
        state: state.map_or_else(
            || Fact::unreadable(why, format!("launchctl print {}/{}", one.domain(gui), one.label)),
            Fact::known,
        ),
        no_gui_session: false,
    }
}

/// Returns the variables of the user's domain: from a loaded job, which lists them all, else
/// by asking for the names that matter.
pub(super) async fn domain_env(
    ctx: &Context<'_>,
    launchctl: &Launchctl,
    heard: &[Heard],
) -> Result<Vec<RawBinding>, String> {
    let told = heard
        .iter()
        .filter_map(|one| one.printed.as_ref())
        .filter(|job| job.target.starts_with("gui/"))
        .find_map(|job| job.inherited.as_deref());
    if let Some(variables) = told {
        return Ok(layers::inherited(ctx, variables));
    }
    let mut names: Vec<String> = ctx
        .request
        .keys
        .iter()
        .filter(|name| crate::secret::value::is_env_name(name))
        .cloned()
        .collect();
    names.truncate(MAX_NAMES);
    names.extend(USUAL_NAMES.iter().map(|name| (*name).to_owned()));
    names.sort();
    names.dedup();
    let questions: Vec<Vec<String>> = names
        .iter()
        .map(|name| vec!["getenv".to_owned(), name.clone()])
        .collect();
    let mut variables = Vec::new();
    for (name, answer) in names.iter().zip(launchctl.ask(&questions).await) {
        match answer {
            Answer::Text(text) => {
                variables.extend(launchctl_misc::getenv(&text).map(|value| RawVar::new(name.as_str(), value)));
            }
            // Some releases say by their status that it is not set.
            Answer::Refused(Refusal::Other(said)) if said == "it said nothing" => {}
            Answer::Refused(_) => return Err("launchctl getenv was refused".to_owned()),
            Answer::Silent(why) => return Err(why),
        }
    }
    Ok(layers::inherited(ctx, &variables))
}
