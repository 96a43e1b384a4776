//! The head of a report: what was examined.

use crate::config;
use crate::model::report::{Examined, ExaminedPart, ExaminedService, PingReport, PingSummary, ProgramReport};
use crate::model::snapshot::{ConfigState, ManagerKind, Program, Scope, Service, Side, Snapshot};
use crate::ping::verdict::Word;
use crate::platform::container;
use crate::platform::principal::{self, Whose};
use crate::resolve;

/// Returns the head of the report of a snapshot.
pub fn of(snapshot: &Snapshot) -> Examined {
    let trace = resolve::gateway_trace(snapshot);
    let process = resolve::process(snapshot);
    let started = process.and_then(|process| process.started_ms);
    Examined {
        user: snapshot.host.user.clone(),
        home: snapshot.host.home.clone(),
        principals: principal::sentences(snapshot),
        state_dir: trace.map(|trace| trace.state_dir.clone()).unwrap_or_default(),
        config: trace.map(|trace| trace.config_path.clone()).unwrap_or_default(),
        service: resolve::service(snapshot).map(|service| examined_service(service, snapshot.services.manager)),
        pid: process.map(|process| process.pid),
        up_seconds: started.map(|started| (snapshot.taken_at - started / 1000).max(0)),
        worker_pid: process
            .and_then(|process| process.witness.get())
            .map(|witness| witness.pid),
        config_unknown: config_unknown(snapshot),
        not_known: not_known(snapshot),
        copied_home: snapshot.host.copied_home,
        openclaw_version: snapshot.install.version.clone(),
        rules: trace.map(|trace| trace.rules.clone()).unwrap_or_default(),
        doubts: trace.map(|trace| trace.doubts.clone()).unwrap_or_default(),
        predicted: predicted(snapshot),
        others: others(snapshot),
    }
}

/// Why it is not known, or not all, what the config says.
fn config_unknown(snapshot: &Snapshot) -> Option<String> {
    match resolve::config(snapshot) {
        Some(config) => match &config.state {
            ConfigState::Unreadable { why } | ConfigState::TooMuch { why } => Some(format!("the config: {why}")),
            _ => config::unread_include(&config.issues).map(|part| format!("the config: {}", part.message)),
        },
        None => {
            let cut = snapshot.cut_short.as_ref().filter(|cut| !cut.judged);
            cut.map(|cut| cut.why.clone())
        }
    }
}

/// What is missing and could be there all the same: a place could not be looked into, or the time was up before it was.
fn not_known(snapshot: &Snapshot) -> Vec<ExaminedPart> {
    let services = &snapshot.services;
    let cut = snapshot.cut_short.as_ref().is_some_and(|cut| !cut.judged);
    let parts = [
        (ExaminedPart::Config, config_unknown(snapshot).is_some()),
        (
            ExaminedPart::Service,
            resolve::service(snapshot).is_none() && (cut || !services.closed.is_empty()),
        ),
        (ExaminedPart::Process, cut && resolve::process(snapshot).is_none()),
    ];
    parts
        .into_iter()
        .filter(|(_, is_open)| *is_open)
        .map(|(part, _)| part)
        .collect()
}

/// Returns the programs that were found.
pub fn programs(snapshot: &Snapshot) -> Vec<ProgramReport> {
    let found = resolve::programs(snapshot).map(|programs| programs.found.as_slice());
    let row = |one: &Program| ProgramReport {
        name: one.name.clone(),
        path: one.path.clone(),
        real: one.real.clone(),
        version: one.version.get().cloned(),
        why_no_version: one.version.why_unknown().map(str::to_owned),
        is_doctor: one.is_doctor,
        uses: one.uses.clone(),
    };
    found.unwrap_or_default().iter().map(row).collect()
}

/// Returns what the requests to each side amount to.
pub fn answers(snapshot: &Snapshot) -> Vec<PingSummary> {
    let pings = &snapshot.pings;
    let none = pings.why_none.as_deref();
    let gateway = pings.why_no_gateway.as_deref().or(none);
    let cloudflare = pings.why_no_cloudflare.as_deref().or(none);
    let others = pings.others.iter().map(|other| {
        let summary = PingSummary::of(Side::Cloudflare, Some(&other.verdict), None)?;
        let provider = Some(other.provider().to_owned());
        Some(PingSummary { provider, ..summary })
    });
    [
        PingSummary::of(Side::Gateway, pings.gateway.as_ref(), gateway),
        cloudflare_summary(snapshot, cloudflare),
    ]
    .into_iter()
    .chain(others)
    .flatten()
    .collect()
}

/// Returns every request, those to further providers behind Cloudflare last.
pub fn requests(snapshot: &Snapshot) -> Vec<PingReport> {
    let pings = &snapshot.pings;
    let others = pings.others.iter().flat_map(|other| {
        let provider = Some(other.provider().to_owned());
        other.answers.iter().map(move |answer| PingReport {
            provider: provider.clone(),
            ..answer.into()
        })
    });
    pings.answers.iter().map(Into::into).chain(others).collect()
}

/// Where models use providers behind Cloudflare that were not asked, a good answer says of whom it is true.
fn cloudflare_summary(snapshot: &Snapshot, why: Option<&str>) -> Option<PingSummary> {
    let verdict = snapshot.pings.cloudflare.as_ref();
    let mut summary = PingSummary::of(Side::Cloudflare, verdict, why)?;
    let good = verdict
        .and_then(|verdict| Word::parse(&verdict.word))
        .is_some_and(Word::is_good);
    let others: Vec<String> = resolve::not_asked(snapshot)
        .into_iter()
        .map(|(id, _)| id.to_owned())
        .collect();
    if good && !others.is_empty() {
        let facts = verdict.map(|verdict| verdict.facts.as_slice()).unwrap_or_default();
        let asked = facts.iter().find(|(name, _)| name == "provider");
        let asked = asked.map_or("one provider", |(_, id)| id.as_str());
        summary.meaning = format!(
            "{} This is true of {asked} alone; {} {} not asked.",
            summary.meaning,
            others.join(", "),
            if others.len() == 1 { "was" } else { "were" }
        );
        summary.not_asked = others;
    }
    Some(summary)
}

/// Says which environments are predicted, and what was not seen.
fn predicted(snapshot: &Snapshot) -> Vec<String> {
    let mut parts = Vec::new();
    if snapshot.host.copied_home {
        parts.push(
            "everything, from the files of a copied home; its machine, processes and programs were not looked at"
                .to_owned(),
        );
        return parts;
    }
    let service = resolve::service(snapshot).filter(|_| snapshot.views.next_start.get().is_some());
    if let Some(service) = service {
        let unseen = service.unknown.first().map(String::as_str);
        let unasked = service.state.why_unknown();
        if let Some(why) = unseen.or(unasked) {
            parts.push(format!(
                "next start, from what could be read of {}: {why}",
                service.name
            ));
        }
    }
    if let Some(process) = resolve::process(snapshot).filter(|process| process.witness.get().is_none()) {
        let (pid, of_start) = (process.pid, process.initial.get().is_some());
        parts.push(match process.initial.why_unknown() {
            Some(why) => format!("all that is said of the running Gateway beyond its process: {why}"),
            None if of_start => {
                let why = process.witness.why_unknown().unwrap_or("no worker yet");
                format!("\"running now\", from pid {pid}'s start environment ({why})")
            }
            None => format!("running now: the environment of pid {pid} is not known"),
        });
    }
    parts
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
    let services = services
        .filter(|(at, _)| Some(*at) != snapshot.services.examined)
        .map(
            |(_, service)| match (principal::of_service(snapshot, service), &service.profile) {
                (Whose::Other { name, uid }, _) => format!(
                    "{} of {name} (ask: {})",
                    service.name,
                    principal::ask_as(snapshot, uid, name)
                ),
                (_, Some(profile)) => format!("{} (profile {profile})", service.name),
                (_, None) => service.name.clone(),
            },
        );
    let gateways = snapshot.processes.gateways.iter().enumerate();
    let gateways = gateways
        .filter(|(at, _)| Some(*at) != snapshot.processes.examined)
        .map(|(_, process)| match principal::is_own_process(snapshot, process) {
            _ if process.contained.is_some() => format!(
                "pid {} in {} (ask: {})",
                process.pid,
                container::called(
                    process.container.as_deref().unwrap_or_default(),
                    process.contained.as_ref()
                ),
                principal::ask_about(&snapshot.host, process)
            ),
            true => format!("pid {} of {}", process.pid, process.user),
            false => format!(
                "pid {} of {} (ask: {})",
                process.pid,
                process.user,
                principal::ask_as(snapshot, Some(process.uid), &process.user)
            ),
        });
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

/// Returns the seconds since 1970 of a moment that [`rfc3339`] wrote; none for another text.
pub fn seconds(moment: &str) -> Option<i64> {
    let (date, time) = moment.strip_suffix('Z')?.split_once('T')?;
    let numbers = |text: &str, between: char| -> Option<[i64; 3]> {
        let parts: Result<Vec<i64>, _> = text.split(between).map(str::parse).collect();
        parts.ok()?.try_into().ok()
    };
    let [year, month, day] = numbers(date, '-')?;
    let [hour, minute, second] = numbers(time, ':')?;
    // Days of a month are found by looking, so that there is one calendar.
    let start = (year - 1970) * 365 + (month - 1) * 28 - 1;
    let days = (start..start + 1000).find(|days| rfc3339(days * 86_400).starts_with(date))?;
    let fits =
        (1..=31).contains(&day) && (0..24).contains(&hour) && (0..60).contains(&minute) && (0..60).contains(&second);
    fits.then_some(days * 86_400 + hour * 3600 + minute * 60 + second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_seen_is_called_a_prediction() {
        use crate::base::fact::Fact;
        use crate::checks::testkit::healthy;
        let mut snapshot = healthy();
        assert_eq!(of(&snapshot).predicted, Vec::<String>::new());
        snapshot.processes.gateways[0].witness = Fact::Absent;
        let said = of(&snapshot).predicted;
        assert!(
            said[0].starts_with("\"running now\", from pid 4242's start environment"),
            "{said:?}"
        );
        snapshot.processes.gateways[0].initial = Fact::unreadable("process 4242 belongs to user bob", "");
        assert!(of(&snapshot).predicted[0].contains("belongs to user bob"));
        snapshot.services.services[0].state = Fact::unreadable("launchctl did not answer in time", "");
        assert!(of(&snapshot).predicted[0].contains("launchctl did not answer in time"));
        snapshot.services.services[0].unknown = vec!["~/x.env could not be read".to_owned()];
        let said = of(&snapshot).predicted;
        assert!(
            said[0].starts_with("next start") && said[0].contains("~/x.env could not be read"),
            "{said:?}"
        );
        assert_eq!(said.len(), 2);
    }

    #[test]
    fn moments_are_written_in_utc() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_795_366_800, "2026-11-22T17:00:00Z"),
        ] {
            assert_eq!(rfc3339(seconds), text);
            assert_eq!(super::seconds(text), Some(seconds));
        }
    }
}
