//! Collects the Gateway jobs of launchd: their plists, what `launchctl` says, and the
//! environment they hand over (facts/services.md section 2).
//!
//! Nothing here depends on running on macOS, so that all of it is tested everywhere and a
//! copied home of another machine can be examined.

mod candidates;
mod definitions;
mod exec;
mod launchctl;
mod layers;
mod questions;
mod service;

use std::path::{Path, PathBuf};

use self::launchctl::{Answer, Launchctl};
use self::questions::Heard;
use self::service::Job;
use crate::base::fact::Fact;
use crate::collect::context::{Context, ServiceCollection};
use crate::collect::copied;
use crate::collect::ownership::By;
use crate::loader::RawBinding;
use crate::model::snapshot::{Binding, ManagerKind, Scope, ServiceFacts};
use crate::parse::launchd::launchctl_misc;
use crate::parse::launchd::launchctl_print::PrintedJob;
use crate::platform::launchd::labels;

/// Collects the jobs; the one examined is that of the asked profile, else the only other one.
pub async fn collect(ctx: &Context<'_>) -> ServiceCollection {
    let launchctl = Launchctl::find(ctx);
    let home = ctx.home();
    let profile = ctx.request.profile.as_deref();
    let wanted = match profile {
        Some(profile) => labels::for_profile(Some(profile)),
        None => labels::wanted(ctx.var("OPENCLAW_LAUNCHD_LABEL"), ctx.var("OPENCLAW_PROFILE")),
    };
    let gui = format!("gui/{}", gui_uid(ctx));
    let definitions::Search {
        found: definitions,
        mut looked_at,
        closed,
    } = definitions::find(ctx.by, &home, &wanted, ctx.moved_to());
    let markers = markers(ctx, &home);
    let disable_marker = markers.iter().any(|marker| ctx.by.stat(marker).get().is_some());
    looked_at.extend(markers.iter().map(|marker| marker.to_string_lossy().into_owned()));

    let mut questions = vec![vec!["list".to_owned()], vec!["print-disabled".to_owned(), gui.clone()]];
    if definitions.iter().any(|one| one.scope == Scope::System) {
        questions.push(vec!["print-disabled".to_owned(), "system".to_owned()]);
    }
    let mut candidates = candidates::known(&definitions, &wanted);
    let (overview, mut heard) = tokio::join!(
        launchctl.ask(&questions),
        questions::describe(&launchctl, &candidates, &gui)
    );
    let disabled = |at: usize| overview.get(at).and_then(Answer::text).map(launchctl_misc::disabled);
    let disabled = (disabled(1), disabled(2));
    let listed = overview.first().and_then(Answer::text).map(launchctl_misc::table);
    let loaded = listed.unwrap_or_default();
    let without_plist = candidates::without_plist(&candidates, loaded.iter().map(|job| job.label.as_str()));
    heard.extend(questions::describe(&launchctl, &without_plist, &gui).await);
    candidates.extend(without_plist);
    let domain_env = questions::domain_env(ctx, &launchctl, &heard).await;

    let mut found = ServiceCollection {
        facts: ServiceFacts {
            manager: ManagerKind::Launchd,
            reach: Some(reach(&launchctl, &heard, &gui)),
            manager_env: Some(shown(ctx, &domain_env)),
            looked_at,
            closed,
            ..ServiceFacts::default()
        },
        raw: Vec::new(),
    };
    for (candidate, heard) in candidates.into_iter().zip(heard) {
        if !candidate.is_service(heard.printed.as_ref()) {
            continue;
        }
        let (map, inherited) = match candidate.scope {
            Scope::User => (&disabled.0, domain_env.as_deref().unwrap_or_default().to_vec()),
            Scope::System => (&disabled.1, own_domain(ctx, heard.printed.as_ref())),
        };
        let disabled = map.as_ref().map(|map| map.get(&candidate.label).copied());
        let job = Job {
            label: &candidate.label,
            scope: candidate.scope,
            domain: candidate.domain(&gui),
            definition: candidate.definition,
            printed: heard.printed,
            state: heard.state,
            no_gui_session: heard.no_gui_session,
            // A label that launchd has no word on is enabled unless its plist says otherwise.
            disabled: disabled.map(|said| {
                let plist = candidate.definition.and_then(|one| one.plist.as_ref().ok());
                said.or(plist.and_then(|plist| plist.disabled)).unwrap_or_default()
            }),
            inherited,
            disable_marker,
        };
        let (service, raw) = service::assemble(ctx, job);
        found.facts.services.push(service);
        found.raw.push(raw);
    }
    sort_by_name(&mut found);
    found.facts.examined = examined(&found.facts, &wanted);
    if ctx.host.copied_home {
        found.facts.why_none = Some(copied::WHY.to_owned());
    } else if found.facts.services.is_empty() && !launchctl.exists() {
        found.facts.why_none = Some("launchctl is not on PATH, and no LaunchAgent of a Gateway was found".to_owned());
    }
    found
}

/// Where the Mac app leaves its note to keep off launchd: the state directory that is meant.
fn markers(ctx: &Context<'_>, home: &Path) -> Vec<PathBuf> {
    const NAME: &str = "disable-launchagent";
    let profile = ctx.request.profile.as_deref().or_else(|| ctx.var("OPENCLAW_PROFILE"));
    let profile = profile.filter(|name| !name.eq_ignore_ascii_case("default") && !name.contains('/'));
    let own = match (ctx.var("OPENCLAW_STATE_DIR"), profile) {
        (Some(dir), _) if dir.starts_with('/') => PathBuf::from(dir),
        (_, Some(profile)) => home.join(format!(".openclaw-{profile}")),
        _ => home.join(".openclaw"),
    };
    vec![own.join(NAME)]
}

/// The user whose desktop session is meant: under `sudo`, the owner of the home.
fn gui_uid(ctx: &Context<'_>) -> u32 {
    match By::Asker.stat(Path::new(&ctx.host.home)) {
        Fact::Known { value } if ctx.host.uid == 0 => value.uid,
        _ => ctx.host.uid,
    }
}

fn reach(launchctl: &Launchctl, heard: &[Heard], gui: &str) -> Fact<bool> {
    if !launchctl.exists() {
        return Fact::unreadable("launchctl is not on PATH", format!("launchctl print {gui}"));
    }
    if heard.iter().any(|one| one.no_gui_session) {
        return Fact::known(false);
    }
    if heard.iter().any(|one| one.answered) {
        return Fact::known(true);
    }
    let why = heard
        .iter()
        .find_map(|one| one.state.why_unknown())
        .unwrap_or("launchctl did not answer");
    Fact::unreadable(why, format!("launchctl print {gui}"))
}

fn own_domain(ctx: &Context<'_>, printed: Option<&PrintedJob>) -> Vec<RawBinding> {
    let variables = printed.and_then(|job| job.inherited.as_deref()).unwrap_or_default();
    layers::inherited(ctx, variables)
}

fn shown(ctx: &Context<'_>, domain: &Result<Vec<RawBinding>, String>) -> Fact<Vec<Binding>> {
    match domain {
        Ok(bindings) => Fact::known(bindings.iter().map(|one| service::shown(ctx, one)).collect()),
        Err(why) => Fact::unreadable(why.as_str(), "launchctl getenv NAME"),
    }
}

/// Facts and texts stay side by side.
fn sort_by_name(found: &mut ServiceCollection) {
    let facts = std::mem::take(&mut found.facts.services);
    let mut both: Vec<_> = facts.into_iter().zip(std::mem::take(&mut found.raw)).collect();
    both.sort_by(|(a, _), (b, _)| a.name.cmp(&b.name));
    (found.facts.services, found.raw) = both.into_iter().unzip();
}

fn examined(facts: &ServiceFacts, wanted: &str) -> Option<usize> {
    let named = facts
        .services
        .iter()
        .position(|one| one.name == wanted && one.scope == Scope::User);
    named
        .or_else(|| facts.services.iter().position(|one| one.name == wanted))
        .or_else(|| (facts.services.len() == 1).then_some(0))
}

#[cfg(test)]
mod tests;
