//! Judgement: checks over a snapshot, findings, and the folding of consequences under causes.
//!
//! Total functions of the snapshot: no clock, no file, no environment. Words for people are
//! made in the constructors of the checks and nowhere else.

use crate::model::report::{Finding, Severity};
use crate::model::snapshot::Snapshot;
use crate::ping::verdict::Reach;
use crate::resolve::Resolved;

/// What a check looks at.
#[derive(Debug, Clone, Copy)]
pub struct CheckContext<'a> {
    /// The machine.
    pub snapshot: &'a Snapshot,
    /// What follows from it for each key.
    pub resolved: &'a Resolved,
}

/// A group of checks; `--only` and `--skip` take its word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// Where keys are and who sees them.
    Environment,
    /// Values that cannot work.
    Values,
    /// The config file.
    Config,
    /// systemd, launchd, processes.
    Service,
    /// The local Gateway.
    Gateway,
    /// Cloudflare AI Gateway.
    Cloudflare,
    /// Files and other stores.
    Files,
}

impl Group {
    /// All groups in the order of the report.
    pub const ALL: &'static [Group] = &[
        Group::Environment,
        Group::Values,
        Group::Config,
        Group::Service,
        Group::Gateway,
        Group::Cloudflare,
        Group::Files,
    ];

    /// Returns the word of the command line.
    pub fn word(self) -> &'static str {
        match self {
            Group::Environment => "environment",
            Group::Values => "values",
            Group::Config => "config",
            Group::Service => "service",
            Group::Gateway => "gateway",
            Group::Cloudflare => "cloudflare",
            Group::Files => "files",
        }
    }
}

/// A fact group that a check cannot do without. The runner turns an unreadable one into
/// `unknown`, and one that was not asked for into `skipped`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// The environment of the service's next start.
    NextStart,
    /// The environment of the running process, observed or predicted.
    Running,
    /// Either of the two: the Gateway's environment.
    Gateway,
    /// The environment of a Gateway started by hand.
    Shell,
    /// A service definition.
    Service,
    /// An answer of the service manager.
    ServiceState,
    /// A running systemd user manager, or the files that tell of one.
    Systemd,
    /// A launchd service.
    Launchd,
    /// A readable config.
    Config,
    /// That the local Gateway was asked, whatever came of it.
    GatewayPing,
    /// That Cloudflare was asked, whatever came of it.
    CloudflarePing,
    /// That the requests to the local Gateway came this far.
    GatewayAnswer(Reach),
    /// That the requests to Cloudflare came this far.
    CloudflareAnswer(Reach),
    /// Stored auth profiles.
    AuthProfiles,
    /// The folders of plugins. One that may not be read leaves a check that found nothing unknown.
    Plugins,
    /// That the list of providers in the doctor is the one of this release.
    Providers,
    /// Every part of the service's definition, on the same terms.
    Definition,
    /// Every layer that could hold a variable of the next start, on the same terms.
    Layers,
    /// Owner and mode of the files with secrets, on the same terms.
    Permissions,
    /// The list of programs on PATH.
    Programs,
    /// The version of the Gateway's Node, and the range its package names.
    Node,
    /// The places where services are defined. One that may not be looked into leaves a check that found nothing unknown.
    Places,
    /// Anything of OpenClaw: a package, a service, a Gateway or a config.
    Openclaw,
}

/// One check: what it is called, what it needs, what it says.
#[derive(Debug)]
pub struct Check {
    /// Public id, kebab-case, never reused.
    pub id: &'static str,
    /// What is checked, as a plain fact that holds when it passes.
    pub title: &'static str,
    /// Its group.
    pub group: Group,
    /// How bad a finding usually is.
    pub severity: Severity,
    /// What it needs.
    pub needs: &'static [Need],
    /// Ids of findings that are consequences of this one.
    pub causes: &'static [&'static str],
    /// What, why, fix: the text of `explain`, with an example where the list of examples has none.
    pub docs: &'static str,
    /// The check itself.
    pub run: fn(&CheckContext<'_>) -> Vec<Finding>,
}
