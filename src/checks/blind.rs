//! Layers that could not be read: where one of them could decide, a check that found nothing did not pass.

use super::check::{Check, Need};
use crate::base::fact::Fact;
use crate::model::snapshot::{Snapshot, Trace};
use crate::resolve;

/// Returns why a check that found nothing is not answered: the first layer it needs that could not be read. None where
/// all it needs was read.
pub(super) fn to(check: &Check, snapshot: &Snapshot) -> Option<String> {
    if let Some(cut) = &snapshot.cut_short {
        return Some(cut.why.clone());
    }
    check.needs.iter().find_map(|need| match need {
        Need::NextStart => next_start(snapshot),
        // What a worker of the running Gateway shows needs no layer.
        Need::Gateway | Need::Running => match resolve::process(snapshot) {
            Some(process) if process.witness.get().is_some() => None,
            _ => next_start(snapshot),
        },
        Need::Shell => of_trace(snapshot.views.shell.get()),
        Need::AuthProfiles => snapshot
            .auth_profiles
            .iter()
            .find_map(|store| store.profiles.why_unknown().map(str::to_owned)),
        Need::Plugins => resolve::config(snapshot)
            .into_iter()
            .flat_map(|config| &config.plugins_found)
            .find(|plugin| plugin.origin == "unreadable")
            .map(|plugin| format!("{} could not be read", plugin.path)),
        Need::Permissions => snapshot
            .permissions
            .iter()
            .find_map(|facts| Some(format!("{}: {}", facts.path, facts.stat.why_unknown()?))),
        _ => None,
    })
}

fn next_start(snapshot: &Snapshot) -> Option<String> {
    match resolve::service(snapshot) {
        Some(service) => service
            .blind
            .first()
            .cloned()
            .or_else(|| of_manager(snapshot))
            .or_else(|| of_trace(snapshot.views.next_start.get())),
        None => of_trace(snapshot.views.shell.get()),
    }
}

/// The manager's own environment goes to every service, and could hold any name.
fn of_manager(snapshot: &Snapshot) -> Option<String> {
    match &snapshot.services.manager_env {
        Some(Fact::Unreadable { why, .. }) => Some(format!("the service manager's environment: {why}")),
        _ => None,
    }
}

fn of_trace(trace: Option<&Trace>) -> Option<String> {
    trace?.environment.blind().map(str::to_owned)
}
