//! The head of a report: what was examined.

use crate::report::{Examined, ExaminedService};
use crate::resolve;
use crate::snapshot::{ManagerKind, Scope, Service, Snapshot};

/// Returns the head of the report of a snapshot.
pub fn of(snapshot: &Snapshot) -> Examined {
    let trace = resolve::gateway_trace(snapshot);
    let process = resolve::process(snapshot);
    let started = process.and_then(|process| process.started_ms);
    Examined {
        user: snapshot.host.user.clone(),
        home: snapshot.host.home.clone(),
        state_dir: trace.map(|trace| trace.state_dir.clone()).unwrap_or_default(),
        config: trace.map(|trace| trace.config_path.clone()).unwrap_or_default(),
        service: resolve::service(snapshot).map(|service| examined_service(service, snapshot.services.manager)),
        pid: process.map(|process| process.pid),
        up_seconds: started.map(|started| (snapshot.taken_at - started / 1000).max(0)),
        openclaw_version: snapshot.install.version.clone(),
        rules: trace.map(|trace| trace.rules.clone()).unwrap_or_default(),
        doubts: trace.map(|trace| trace.doubts.clone()).unwrap_or_default(),
        others: others(snapshot),
    }
}

fn examined_service(service: &Service, manager: ManagerKind) -> ExaminedService {
    let kind = match (manager, service.scope) {
        (ManagerKind::Launchd, Scope::User) => "launchd agent",
        (ManagerKind::Launchd, Scope::System) => "launchd daemon",
        (_, Scope::User) => "systemd user",
        (_, Scope::System) => "systemd system",
    };
    let state = match service.state.get() {
        Some(state) if state.sub.is_empty() => state.active.clone(),
        Some(state) => format!("{} ({})", state.active, state.sub),
        None => "not known".to_owned(),
    };
    ExaminedService {
        name: service.name.clone(),
        kind: kind.to_owned(),
        path: service.definition.as_ref().map(|definition| definition.path.clone()),
        state,
    }
}

fn others(snapshot: &Snapshot) -> Vec<String> {
    let services = snapshot.services.services.iter().enumerate();
    let services =
        services
            .filter(|(at, _)| Some(*at) != snapshot.services.examined)
            .map(|(_, service)| match &service.profile {
                Some(profile) => format!("{} (profile {profile})", service.name),
                None => service.name.clone(),
            });
    let gateways = snapshot.processes.gateways.iter().enumerate();
    let gateways = gateways
        .filter(|(at, _)| Some(*at) != snapshot.processes.examined)
        .map(|(_, process)| format!("pid {} of {}", process.pid, process.user));
    services.chain(gateways).collect()
}

/// Writes a moment as RFC 3339 in UTC (civil calendar from a count of days).
pub fn rfc3339(seconds: i64) -> String {
    let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    // Years are counted from March, in eras of 400 years, so that the leap day comes last.
    let shifted = days + 719_468;
    let (era, day) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day_of_year = day - (365 * year + year / 4 - year / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day_of_month = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = year + era * 400 + i64::from(month <= 2);
    format!(
        "{year:04}-{month:02}-{day_of_month:02}T{:02}:{:02}:{:02}Z",
        rest / 3600,
        rest / 60 % 60,
        rest % 60
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_in_utc() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_795_366_800, "2026-11-22T17:00:00Z"),
        ] {
            assert_eq!(rfc3339(seconds), text);
        }
    }
}
