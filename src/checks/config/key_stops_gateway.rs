//! `key-stops-gateway`: older releases end where the key of a provider is there and its plugin is not.

use super::plugin_needed;
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Certainty, Finding, Severity};
use crate::model::snapshot::{Binding, ConfigView, Trace};
use crate::product::rules;
use crate::resolve;

pub(crate) const CHECK: Check = Check {
    id: "key-stops-gateway",
    title: "no key makes the Gateway wait for a plugin that it cannot get",
    group: Group::Config,
    severity: Severity::Warning,
    needs: &[Need::Config, Need::Plugins, Need::Gateway, Need::Layers],
    causes: &[
        "service-crash-loop",
        "service-not-running",
        "gateway-silent",
        "cf-plugin-missing",
        "plugin-needed",
    ],
    docs: "Up to 2026.8 the key alone configures its provider: with CLOUDFLARE_AI_GATEWAY_API_KEY (or another external \
provider's key, such as GROQ_API_KEY) in its environment and without the plugin, a start first installs the plugin from npm. \
Where npm cannot be reached it ends with \"refusing to report the gateway ready\" and exit status 1, again and again.\n\n\
Fix: install the plugin while npm can be reached, or take the key away from this Gateway.\n\n\
Example: 2026.8.2 behind a firewall, the key in ~/.openclaw/.env: \"Failed to install missing configured plugin\".",
    run,
};

/// What a start that ended for this says (2026.7.35 and 2026.8.2).
const SAID: &str = "Failed to install missing configured plugin";

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let rules = rules::for_version(case.snapshot.install.version.as_deref());
    let start = case.start_trace().or_else(|| case.gateway_traces().next());
    let Some(start) = start.filter(|_| rules.missing_plugin_ends_start) else {
        return Vec::new();
    };
    let config = &start.config;
    if plugin_needed::some_unseen(config) {
        return Vec::new();
    }
    let mut told: Vec<&str> = Vec::new();
    let providers = resolve::stock().providers.iter();
    providers
        .filter_map(|(id, provider)| Some((id, provider.package.as_deref()?, provider)))
        .filter(|(id, _, _)| !plugin_needed::is_there(config, id) && !is_off(config, id))
        .filter_map(|(id, package, provider)| Some((id, package, key(start, &provider.env)?)))
        .filter(|(_, package, _)| {
            let is_new = !told.contains(package);
            told.push(package);
            is_new
        })
        .map(|(id, package, key)| found(case, id, package, key))
        .collect()
}

fn is_off(config: &ConfigView, id: &str) -> bool {
    let entry = config.plugin_entries.iter().find(|(entry, _)| entry == id);
    config.plugins_enabled == Some(false) || entry.is_some_and(|(_, on)| *on == Some(false))
}

/// The first of the variables that the next start has.
fn key<'a>(start: &'a Trace, names: &[String]) -> Option<&'a Binding> {
    names
        .iter()
        .filter_map(|name| start.find(name).seen())
        .find(|binding| !binding.value.is_blank())
}

fn found(case: &CheckContext<'_>, id: &str, package: &str, key: &Binding) -> Finding {
    let version = case.snapshot.install.version.as_deref().unwrap_or("this release");
    let mut lines = case.snapshot.log_tail.get().into_iter().flatten();
    let ended = lines.any(|line| line.contains(SAID) && line.contains(id));
    let (severity, certainty, title) = match ended {
        true => (
            Severity::Error,
            Certainty::Proved,
            format!(
                "the Gateway ended because of {}: its plugin {package} is missing and could not be fetched",
                key.name
            ),
        ),
        false => (
            CHECK.severity,
            Certainty::Likely,
            format!(
                "with {} and without its plugin {package}, OpenClaw {version} starts only where npm can be reached",
                key.name
            ),
        ),
    };
    let commands = case.commands();
    finding(CHECK.id, severity, title)
        .subject(&key.name)
        .certainty(certainty)
        .detail(format!(
            "Up to 2026.8 a key alone configures its provider {id}. A start that finds the key and not the plugin installs it \
             first, and ends with exit status 1 where it cannot."
        ))
        .at(key.place.as_ref(), format!("sets {}", key.name))
        .fix(
            format!(
                "Install the plugin while npm can be reached and restart the Gateway; if this Gateway does not use {id}, take \
                 {} away from it instead.",
                key.name
            ),
            [commands.openclaw(&format!("plugins install {package}")), commands.restart()],
        )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testkit::{findings, healthy, views};
    use crate::model::snapshot::Snapshot;

    fn without_plugins(version: &str) -> Snapshot {
        let mut snapshot = healthy();
        snapshot.install.version = Some(version.to_owned());
        for view in views(&mut snapshot) {
            view.config.plugins_found.clear();
        }
        snapshot
    }

    #[test]
    fn by_release() {
        for (version, count) in [
            ("2026.5.28", 0),
            ("2026.7.35", 1),
            ("2026.8.2", 1),
            ("2026.9.5", 0),
            ("2026.9.6", 0),
        ] {
            assert_eq!(findings(&CHECK, &without_plugins(version)).len(), count, "{version}");
        }
    }

    #[test]
    fn a_plugin_that_is_off_stops_nothing() {
        let mut snapshot = without_plugins("2026.8.2");
        for view in views(&mut snapshot) {
            view.config.plugin_entries = vec![("cloudflare-ai-gateway".to_owned(), Some(false))];
        }
        assert_eq!(findings(&CHECK, &snapshot), []);
    }

    #[test]
    fn what_the_process_said_proves_it() {
        let mut snapshot = without_plugins("2026.8.2");
        let before = findings(&CHECK, &snapshot);
        assert_eq!(
            (before[0].severity, before[0].certainty),
            (Severity::Warning, Certainty::Likely)
        );
        let said =
            "- Failed to install missing configured plugin \"cloudflare-ai-gateway\" from @openclaw/x: npm view failed";
        snapshot.log_tail = crate::base::fact::Fact::known(vec![said.to_owned()]);
        let after = findings(&CHECK, &snapshot);
        assert_eq!(
            (after[0].severity, after[0].certainty),
            (Severity::Error, Certainty::Proved)
        );
    }
}
