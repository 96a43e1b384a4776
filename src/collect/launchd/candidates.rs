//! Which jobs to ask launchd about.

use std::collections::BTreeMap;

use super::definitions::Definition;
use crate::model::snapshot::Scope;
use crate::parse::launchd::launchctl_print::PrintedJob;
use crate::platform::launchd::{labels, launch};

/// How many jobs are described; more Gateways on one machine are not expected.
const MAX_JOBS: usize = 16;

/// A job to ask about.
pub(super) struct Candidate<'a> {
    /// Label.
    pub(super) label: String,
    /// Whose manager.
    pub(super) scope: Scope,
    /// Its plist, where there is one.
    pub(super) definition: Option<&'a Definition>,
}

impl Candidate<'_> {
    /// Returns its domain, such as `gui/501`.
    pub(super) fn domain(&self, gui: &str) -> String {
        match self.scope {
            Scope::User => gui.to_owned(),
            Scope::System => "system".to_owned(),
        }
    }

    /// A job without a plist is one only when it is loaded and runs a Gateway.
    pub(super) fn is_service(&self, printed: Option<&PrintedJob>) -> bool {
        self.definition.is_some()
            || printed.is_some_and(|job| {
                let environment: BTreeMap<&str, &str> = job
                    .environment
                    .iter()
                    .map(|one| (one.name.as_str(), one.value.as_str()))
                    .collect();
                launch::is_gateway(job.program.as_deref(), &job.arguments, &environment)
            })
    }
}

/// Returns the definitions and the wanted label, which comes first so that no limit drops it.
pub(super) fn known<'a>(definitions: &'a [Definition], wanted: &str) -> Vec<Candidate<'a>> {
    let mut all: Vec<Candidate<'a>> = definitions
        .iter()
        .map(|one| Candidate {
            label: one.label.clone(),
            scope: one.scope,
            definition: Some(one),
        })
        .collect();
    if all.iter().all(|one| one.label != wanted) {
        all.push(orphan(wanted));
    }
    all.sort_by_key(|one| one.label != wanted);
    all.truncate(MAX_JOBS);
    all
}

/// Returns the loaded labels that look like ours and are not yet known.
pub(super) fn without_plist<'a, 'b>(
    known: &[Candidate<'a>],
    loaded: impl Iterator<Item = &'b str>,
) -> Vec<Candidate<'a>> {
    loaded
        .filter(|label| labels::is_ours(label) && known.iter().all(|one| one.label != *label))
        .take(MAX_JOBS.saturating_sub(known.len()))
        .map(orphan)
        .collect()
}

fn orphan<'a>(label: &str) -> Candidate<'a> {
    Candidate {
        label: label.to_owned(),
        scope: Scope::User,
        definition: None,
    }
}
