//! Rules beyond types, hung on single paths (facts/config-validation.md section 2.4).

mod agents;
mod channels;
mod gateway;
mod hooks;
mod mcp;
pub(crate) mod models;
mod sandbox;
mod secrets;
mod sections;
mod text;
mod tools;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde_json::Value;

use super::problem::At;
use crate::product::spans::Span;

pub(super) use secrets::exact_host;
pub(super) use text::{agent_id, provider_model};

/// A rule: looks at a value and notes what breaks it.
pub(super) type Rule = fn(&Value, &mut At<'_>);

/// A rule that some releases have, and where it hangs.
pub(super) type Dated = (Span, &'static str, Rule);

/// A rule for keys: returns what is wrong with one.
pub(super) type KeyRule = fn(&str) -> Option<&'static str>;

/// What hangs on a path, and on the paths below it.
#[derive(Default)]
pub(super) struct Hook {
    pub(super) rules: Vec<(Span, Rule)>,
    /// White space around the string does not count.
    pub(super) trims: bool,
    /// The same for keys.
    pub(super) trims_keys: bool,
    /// What a key must be, beside the table's own rule.
    pub(super) key_rule: Option<KeyRule>,
    /// Names such as `constructor` are refused here.
    pub(super) blocks_names: bool,
    below: BTreeMap<&'static str, Hook>,
    /// What hangs on every segment that has nothing of its own.
    any: Option<Box<Hook>>,
}

impl Hook {
    /// Returns what hangs one segment further down.
    pub(super) fn step<'h>(hook: Option<&'h Hook>, segment: &str) -> Option<&'h Hook> {
        let hook = hook?;
        hook.below.get(segment).or(hook.any.as_deref())
    }

    /// Returns whether white space that does not count is all about this place, or one below.
    pub(super) fn trims_somewhere(&self) -> bool {
        let below = self.below.values().chain(self.any.as_deref());
        self.trims || self.trims_keys || below.into_iter().any(Hook::trims_somewhere)
    }

    /// Calls `each` with what hangs on a path, and where agents stood before they had names: in a list.
    fn everywhere(&mut self, path: &'static str, each: &dyn Fn(&mut Hook)) {
        each(self.at(path));
        if let Some(rest) = path.strip_prefix("agents.entries.*") {
            each(self.at("agents.list.*").at(rest));
        }
    }

    fn at(&mut self, path: &'static str) -> &mut Hook {
        path.split('.')
            .filter(|segment| !segment.is_empty())
            .fold(self, |hook, segment| match segment {
                "*" => hook.any.get_or_insert_default(),
                named => hook.below.entry(named).or_default(),
            })
    }
}

/// Strings whose surrounding white space the release removes before it checks them.
const TRIMMED: [&str; 27] = [
    "agents.defaults.authInheritance.agentId",
    "agents.defaults.decisionModel",
    "agents.defaults.heartbeat.agentId",
    "agents.defaults.models.*.pickerRuntimes.*",
    "agents.defaults.sessionStore.agentId",
    "agents.defaults.systemAgent.agentId",
    "agents.entries.*.decisionModel",
    "agents.entries.*.models.*.pickerRuntimes.*",
    "cloudWorkers.profiles.*.provider",
    "desktop.host.passwordFile",
    "gateway.auth.trustedProxy.cloudflareAccessOidc.githubAccountIdClaim",
    "gateway.auth.trustedProxy.cloudflareAccessOidc.providerId",
    "gateway.controlUi.environment.label",
    "gateway.roles.default",
    "gateway.roles.definitions.*.accessPolicyPlugin",
    "gateway.roles.definitions.*.agents.*",
    "hooks.mappings.*.channel",
    "mcp.servers.*.codex.agents.*",
    "mcp.servers.*.oauth.authProfileId",
    "mcp.servers.*.oauth.scope",
    "mcp.servers.*.toolFilter.exclude.*",
    "mcp.servers.*.toolFilter.include.*",
    "nodeHost.workerRuns.containerImage",
    "secrets.egressProxy.allowedHosts.*",
    "secrets.egressProxy.bypassHosts.*",
    "talk.agentId",
    "worktreeRoot",
];

const TRIMMED_TOO: [&str; 8] = [
    "tools.media.image.preferredModel",
    "tools.media.audio.preferredModel",
    "tools.media.video.preferredModel",
    "tools.github.gitAuthor.name",
    "tools.github.gitAuthor.email",
    "agents.entries.*.tools.github.gitAuthor.name",
    "agents.entries.*.tools.github.gitAuthor.email",
    "nodeHost.mcp.servers.*.oauth.scope",
];

/// Returns the hooks of the root.
pub(super) fn hooks() -> &'static Hook {
    static HOOKS: OnceLock<Hook> = OnceLock::new();
    HOOKS.get_or_init(|| {
        let mut root = Hook::default();
        for path in TRIMMED.iter().chain(&TRIMMED_TOO) {
            root.at(path).trims = true;
        }
        root.at("gateway.roles.definitions").trims_keys = true;
        root.at("agents.entries.*").blocks_names = true;
        for (path, rule) in sections::KEYS.iter().chain(mcp::KEYS) {
            root.at(path).key_rule = Some(*rule);
        }
        let all = [
            agents::RULES,
            gateway::RULES,
            hooks::RULES,
            mcp::RULES,
            models::RULES,
            sandbox::RULES,
            secrets::RULES,
            sections::RULES,
            tools::RULES,
        ];
        for (path, rule) in all.into_iter().flatten() {
            root.everywhere(path, &|hook| hook.rules.push((Span::ALWAYS, *rule)));
        }
        let dated = [
            agents::DATED,
            channels::DATED,
            gateway::DATED,
            mcp::DATED,
            sandbox::DATED,
            sections::DATED,
            tools::DATED,
        ];
        for (span, path, rule) in dated.into_iter().flatten() {
            root.everywhere(path, &|hook| hook.rules.push((*span, *rule)));
        }
        root
    })
}
