//! Which keys are reported, and each one put together.

use super::needs::{self, Need};
use super::seen::exists;
use super::verdict::{self, Values};
use super::{ResolvedKey, has_next_start, is_unseen, process, profiles, table, views};
use crate::model::report::{Certainty, KeyReport, KeySource, KeyViews, SourceView, Verdict};
use crate::model::snapshot::{CredentialField, Offer, OfferStatus, ProviderConfig, Snapshot, Source, Trace};

/// Lists the keys to report: those asked for, else those needed, and the Cloudflare key where
/// any copy of it exists.
pub(super) fn names(snapshot: &Snapshot) -> Vec<Need> {
    let mut needed = needs::of(snapshot);
    for (name, by) in profiles::hidden(snapshot) {
        match needed.iter_mut().find(|need| need.name == name) {
            Some(need) if need.needed_by.contains(&by) => {}
            Some(need) => need.needed_by.push(by),
            None => needed.push(Need {
                name,
                needed_by: vec![by],
                weight: None,
            }),
        }
    }
    if !snapshot.asked.keys.is_empty() {
        return snapshot
            .asked
            .keys
            .iter()
            .map(|name| {
                let known = needed.iter().find(|need| need.name == *name).cloned();
                known.unwrap_or_else(|| Need {
                    name: name.clone(),
                    ..Need::default()
                })
            })
            .collect();
    }
    let mut listed: Vec<Need> = needed
        .into_iter()
        .filter(|need| need.weight.is_some() || exists(snapshot, &need.name))
        .collect();
    if !listed.iter().any(|need| need.name == needs::CLOUDFLARE_KEY) && exists(snapshot, needs::CLOUDFLARE_KEY) {
        listed.insert(
            0,
            Need {
                name: needs::CLOUDFLARE_KEY.to_owned(),
                ..Need::default()
            },
        );
    }
    listed
}

/// Resolves one key.
pub(super) fn resolve(snapshot: &Snapshot, need: Need) -> ResolvedKey {
    let name = need.name.as_str();
    let shell = views::by_trace(&snapshot.views.shell, name, &[]);
    let next_start = views::next_start(snapshot, name);
    let running = views::running(snapshot, name);
    let key_views = KeyViews {
        shell: shell.view,
        next_start: next_start.view,
        running: running.view,
    };
    let (has_service, has_process) = (has_next_start(snapshot), process(snapshot).is_some());
    let offers: Vec<&Offer> = snapshot
        .views
        .next_start
        .get()
        .or(snapshot.views.shell.get())
        .into_iter()
        .flat_map(|trace| trace.offers_for(name))
        .collect();
    let values = Values {
        shell: shell.value.as_ref(),
        next_start: next_start.value.as_ref(),
        running: running.value.as_ref(),
    };
    let (mut verdict, mut certainty) = verdict::judge(&key_views, &values, &offers, has_service, has_process);
    if !has_service && is_unseen(snapshot) {
        (verdict, certainty) = (Verdict::Unknown, Certainty::Likely);
    }
    let mut report = KeyReport {
        name: name.to_owned(),
        needed_by: need.needed_by,
        weight: need.weight,
        verdict,
        certainty,
        views: key_views,
        sources: sources(snapshot, name),
        table: Vec::new(),
    };
    report.table = table::rows(snapshot, &report);
    ResolvedKey {
        report,
        shell: shell.value,
        next_start: next_start.value,
        running: running.value,
    }
}

/// Every copy, shell first where it is the shell's alone.
fn sources(snapshot: &Snapshot, name: &str) -> Vec<KeySource> {
    let mut found: Vec<KeySource> = Vec::new();
    let views = &snapshot.views;
    for (trace, view) in [
        (views.shell.get(), SourceView::Shell),
        (views.next_start.get(), SourceView::NextStart),
    ] {
        for offer in trace.into_iter().flat_map(|trace: &Trace| trace.offers_for(name)) {
            let row = source_row(offer, view);
            let same = found.iter_mut().find(|other| {
                (other.source, &other.path, other.line, &other.status) == (row.source, &row.path, row.line, &row.status)
            });
            match same {
                Some(other) if other.fingerprint == row.fingerprint => other.view = SourceView::Both,
                _ => found.push(row),
            }
        }
    }
    found.extend(stored(snapshot, name));
    found
}

fn source_row(offer: &Offer, view: SourceView) -> KeySource {
    KeySource {
        source: offer.source,
        view,
        path: offer.place.as_ref().map(|place| place.path.clone()),
        line: offer.place.as_ref().and_then(|place| place.line),
        profile: None,
        fingerprint: offer.value.as_ref().map(|value| value.fingerprint.clone()),
        status: offer.status,
        rule: offer.rule.clone(),
    }
}

/// Copies that are no environment: stored profiles and literal keys of the provider that reads
/// this variable (facts/env-resolution.md section 9).
fn stored(snapshot: &Snapshot, name: &str) -> Vec<KeySource> {
    let Some(config) = super::config(snapshot) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for provider in profiles::providers_reading(config, name) {
        let first = profiles::asked_first(snapshot, &provider);
        // One that reads this very variable is no copy of it.
        let own = first.iter().filter(|first| first.variable != Some(name));
        found.extend(own.map(|first| KeySource {
            source: Source::AuthProfile,
            view: SourceView::Both,
            path: Some(first.store.path.clone()),
            line: None,
            profile: Some(first.profile.id.clone()),
            fingerprint: Some(first.value.fingerprint.clone()),
            status: OfferStatus::Wins,
            rule: "profile-first".to_owned(),
        }));
        found.extend(
            config
                .providers
                .iter()
                .filter(|entry| entry.id == provider)
                .filter_map(literal),
        );
    }
    found
}

/// The key that an entry of the config has itself.
fn literal(entry: &ProviderConfig) -> Option<KeySource> {
    let field = entry.api_key.as_ref()?;
    let CredentialField::Literal { value, from } = &field.value else {
        return None;
    };
    from.is_empty().then(|| KeySource {
        source: Source::ProviderConfig,
        view: SourceView::Both,
        path: field.place.as_ref().map(|place| place.path.clone()),
        line: field.place.as_ref().and_then(|place| place.line),
        profile: None,
        fingerprint: Some(value.fingerprint.clone()),
        status: OfferStatus::Different,
        rule: "env-before-literal".to_owned(),
    })
}
