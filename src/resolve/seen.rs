//! Whether a variable is seen anywhere on this machine.

use super::process;
use crate::model::snapshot::Snapshot;

/// Returns whether the asker's shell has a variable, or a start-up file of it sets one.
pub(super) fn in_shell(snapshot: &Snapshot, name: &str) -> bool {
    let value = super::views::by_trace(&snapshot.views.shell, name, &[]).value;
    let files = snapshot.startup_files.iter().flat_map(|file| &file.assigns);
    value.is_some_and(|value| !value.is_blank()) || files.into_iter().any(|found| found.name == name)
}

/// Returns whether any source that was read has a variable of this name.
pub(super) fn exists(snapshot: &Snapshot, name: &str) -> bool {
    let views = &snapshot.views;
    let traced = [views.shell.get(), views.next_start.get(), views.running.get()]
        .into_iter()
        .flatten()
        .any(|trace| trace.offers_for(name).next().is_some());
    let in_files = snapshot
        .startup_files
        .iter()
        .flat_map(|file| &file.assigns)
        .any(|found| found.name == name)
        || snapshot
            .unread_files
            .iter()
            .flat_map(|file| &file.assigns)
            .any(|found| found.name == name);
    let witnessed = process(snapshot)
        .and_then(|process| process.witness.get())
        .is_some_and(|witness| witness.bindings.iter().any(|binding| binding.name == name));
    let passed = super::service(snapshot)
        .into_iter()
        .flat_map(|service| &service.systemd.passed_over)
        .any(|one| one.names.iter().any(|known| known.name == name));
    traced || in_files || witnessed || passed
}
