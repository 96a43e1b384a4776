//! Commands of the product's own CLI.

use super::{Commands, Kind, quote};
use crate::model::snapshot::ConfigLock;
use crate::resolve;

/// Commands that write the config; where it is made elsewhere OpenClaw refuses them (played on 2026.9.6).
const WRITERS: [&str; 8] = [
    "config set ",
    "config unset ",
    "configure",
    "doctor --fix",
    "models set ",
    "onboard",
    "plugins enable ",
    "plugins install ",
];

fn writes_config(words: &str) -> bool {
    WRITERS.iter().any(|start| words.starts_with(start))
}

impl Commands<'_> {
    /// Returns what the operator edits in place of a config that is made elsewhere, and what brings it here.
    pub(crate) fn source_of_config(&self) -> Option<&'static str> {
        match resolve::config(self.snapshot)?.lock.as_ref()? {
            ConfigLock::Nix => Some("its Nix source (programs.openclaw.config of nix-openclaw) and rebuild"),
            ConfigLock::Deployed => Some("the source that the config is deployed from and deploy it again"),
            ConfigLock::Mounted { .. }
            | ConfigLock::ReadOnlyFolder { .. }
            | ConfigLock::ClosedFolder { .. }
            | ConfigLock::Immutable { .. } => None,
        }
    }

    /// Returns a command of the product's own CLI, with the profile before the subcommand; for a
    /// container in the CLI service of the product's Compose file.
    pub fn openclaw(&self, words: &str) -> String {
        if let Some(source) = self.source_of_config().filter(|_| writes_config(words)) {
            return format!("# edit {source}, in place of openclaw {words}");
        }
        if let Some(alone) = self.alone() {
            return alone.openclaw(words);
        }
        if let Some(edit) = self.edit_of_own_work().filter(|_| words.starts_with("gateway install")) {
            return edit;
        }
        if matches!(self.kind, Kind::Docker | Kind::Podman) {
            return format!("{} compose run --rm openclaw-cli {words}", self.container_tool());
        }
        match self.profile {
            Some(profile) => format!("openclaw --profile {} {words}", quote(profile)),
            None => format!("openclaw {words}"),
        }
    }
}
