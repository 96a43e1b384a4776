//! Layers that could not be read: where one of them could decide, a check that found nothing did not pass.

use super::check::{Check, Need};
use crate::base::fact::Fact;
use crate::model::snapshot::{Scope, Service, Snapshot, Trace};
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
            .or_else(|| of_manager(snapshot, service))
            .or_else(|| of_trace(snapshot.views.next_start.get())),
        None => of_trace(snapshot.views.shell.get()),
    }
}

/// The environment of the user's manager goes to every service of the user, and could hold any name; system services do not
/// have it.
fn of_manager(snapshot: &Snapshot, service: &Service) -> Option<String> {
    match &snapshot.services.manager_env {
        Some(Fact::Unreadable { why, .. }) if service.scope == Scope::User => {
            Some(format!("the service manager's environment: {why}"))
        }
        _ => None,
    }
}

fn of_trace(trace: Option<&Trace>) -> Option<String> {
    trace?.environment.blind().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testkit::healthy;

    #[test]
    fn the_users_manager_counts_for_services_of_the_user_alone() {
        let mut snapshot = healthy();
        snapshot.services.manager_env = Some(Fact::unreadable("it ended with status 1", ""));
        assert!(next_start(&snapshot).is_some_and(|why| why.contains("status 1")));
        snapshot.services.services[0].scope = Scope::System;
        assert_eq!(next_start(&snapshot), None);
    }
}
