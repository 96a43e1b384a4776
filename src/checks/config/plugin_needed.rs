//! `plugin-needed`: a model or channel of the config comes with a plugin that is not there, or is off.

use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Certainty, Finding, Severity};
use crate::model::snapshot::{ConfigView, ModelRole, Place, PluginOrigin};
use crate::product::rules;
use crate::resolve::{self, CLOUDFLARE_PROVIDER};

pub(crate) const CHECK: Check = Check {
    id: "plugin-needed",
    title: "plugins that models and channels of the config need are installed and on",
    group: Group::Config,
    severity: Severity::Warning,
    needs: &[Need::Config, Need::Plugins],
    causes: &[],
    docs: "Many providers and channels are plugins of their own: without the package the Gateway does not know the models or \
the channel, whatever key is set. Some are installed by themselves when the Gateway starts and npm can be reached. A \
plugin that `plugins.entries.<id>.enabled: false`, `plugins.deny` or `plugins.enabled: false` switches off is not there either.\n\n\
Fix: openclaw plugins install PACKAGE, or switch the plugin on; then restart.",
    run,
};

/// What needs a plugin.
struct Wanted<'a> {
    /// Id of the plugin, which is also the provider's or the channel's.
    id: String,
    package: Option<&'static str>,
    path: String,
    place: Option<&'a Place>,
    severity: Severity,
}

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let Some(config) = resolve::config(case.snapshot) else {
        return Vec::new();
    };
    // Until 2026.6.8 they were part of the package.
    let rules = rules::for_version(case.snapshot.install.version.as_deref());
    if rules.cloudflare == rules::CloudflarePlugin::Bundled {
        return Vec::new();
    }
    // A folder that could not be read may have it.
    let blind = some_unseen(config);
    let mut told: Vec<String> = Vec::new();
    let mut found = Vec::new();
    for wanted in models(config).into_iter().chain(channels(config)) {
        if told.contains(&wanted.id) {
            continue;
        }
        if let Some(finding) = judge(case, config, &wanted, blind) {
            told.push(wanted.id.clone());
            found.push(finding);
        }
    }
    found
}

fn models(config: &ConfigView) -> Vec<Wanted<'_>> {
    let wanted = |used: &'_ crate::model::snapshot::ModelUse| -> Option<(String, Severity)> {
        let (provider, _) = used.model.value.split_once('/')?;
        // An entry of its own brings address and key along.
        let own = config
            .providers
            .iter()
            .any(|entry| entry.id.eq_ignore_ascii_case(provider) && entry.base_url.is_some());
        let severity = if used.role == ModelRole::Primary {
            Severity::Error
        } else {
            Severity::Info
        };
        (!own && provider != CLOUDFLARE_PROVIDER).then(|| (provider.to_ascii_lowercase(), severity))
    };
    let models = config.uses.models.iter().filter_map(|used| {
        let (id, severity) = wanted(used)?;
        let stock = resolve::stock_provider(&id)?;
        Some(Wanted {
            package: stock.package.as_deref(),
            path: used.model.path.clone(),
            place: used.model.place.as_ref(),
            id,
            severity,
        })
    });
    models.collect()
}

fn channels(config: &ConfigView) -> Vec<Wanted<'_>> {
    let on = config
        .uses
        .channels
        .iter()
        .filter(|channel| channel.enabled != Some(false));
    on.filter_map(|channel| {
        Some(Wanted {
            id: channel.id.clone(),
            package: resolve::stock().channels.get(&channel.id)?.package.as_deref(),
            path: format!("channels.{}", channel.id),
            place: channel.place.as_ref(),
            // A start asks npm for the plugins of official channels, and where it gets none it goes on without the
            // channel, of an empty section too (played on 2026.9.6).
            severity: Severity::Warning,
        })
    })
    .collect()
}

fn judge(case: &CheckContext<'_>, config: &ConfigView, wanted: &Wanted<'_>, blind: bool) -> Option<Finding> {
    let id = &wanted.id;
    if let Some((how, fix, command)) = switched_off(case, config, id) {
        let severity = wanted.severity.max(Severity::Warning);
        return Some(
            finding(
                CHECK.id,
                severity,
                format!("{} needs the plugin {id}, and {how}", wanted.path),
            )
            .subject(&wanted.path)
            .detail("The Gateway does not load it, so neither its models nor its channel are there.")
            .at(wanted.place, wanted.path.clone())
            .fix(fix, command.into_iter().chain([case.commands().restart()])),
        );
    }
    let package = wanted.package.filter(|_| !blind)?;
    if is_there(config, id) {
        return None;
    }
    Some(
        finding(CHECK.id, wanted.severity, format!("{} needs the plugin {package}, which is not installed", wanted.path))
            .subject(&wanted.path)
            .certainty(Certainty::Likely)
            .detail(
                "It is a package of its own. Without it the Gateway does not know what the config names, whatever key is set; \
                 a start may install it where npm can be reached.",
            )
            .at(wanted.place, wanted.path.clone())
            .fix(
                "Install the plugin and restart the Gateway.",
                [case.commands().openclaw(&format!("plugins install {package}")), case.commands().restart()],
            ),
    )
}

/// Returns whether a plugin of this id, or one that declares a provider of it, was found.
pub(super) fn is_there(config: &ConfigView, id: &str) -> bool {
    let declares = |providers: &[(String, Vec<String>)]| providers.iter().any(|(one, _)| one.eq_ignore_ascii_case(id));
    let mut plugins = config.plugins_found.iter();
    plugins.any(|plugin| plugin.id == *id || declares(&plugin.providers))
}

/// Returns whether a folder that may have plugins could not be read.
pub(super) fn some_unseen(config: &ConfigView) -> bool {
    let mut plugins = config.plugins_found.iter();
    plugins.any(|plugin| plugin.origin == PluginOrigin::Unreadable)
}

/// How the config switches a plugin off, what to do, and the command for it. An entry that has `enabled: true` does not help
/// against the other two (a turn of 2026.9.6 ends with "Unknown model").
fn switched_off(case: &CheckContext<'_>, config: &ConfigView, id: &str) -> Option<(String, String, Option<String>)> {
    if config.plugins_enabled == Some(false) {
        let how = "plugins.enabled: false switches every plugin off".to_owned();
        let command = case.config_set("plugins.enabled", "true");
        return Some((
            how,
            "Switch plugins on and restart the Gateway.".to_owned(),
            Some(command),
        ));
    }
    if config.plugins_denied.iter().any(|denied| denied == id) {
        let how = "plugins.deny names it".to_owned();
        return Some((
            how,
            format!("Take {id} out of plugins.deny and restart the Gateway."),
            None,
        ));
    }
    let entry = config.plugin_entries.iter().find(|(entry, _)| entry == id);
    entry.filter(|(_, on)| *on == Some(false)).map(|_| {
        let how = format!("plugins.entries.{id} switches it off");
        let command = case.commands().openclaw(&format!("plugins enable {id}"));
        (
            how,
            "Switch the plugin on and restart the Gateway.".to_owned(),
            Some(command),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testkit::{findings, healthy, views};
    use crate::model::snapshot::{ChannelUse, Located, ModelUse, PluginFact, Snapshot};

    fn with(primary: &str, channel: &str) -> Snapshot {
        let mut snapshot = healthy();
        for view in views(&mut snapshot) {
            view.config.uses.models = vec![ModelUse {
                role: ModelRole::Primary,
                model: Located {
                    path: "agents.defaults.model.primary".to_owned(),
                    place: None,
                    value: primary.to_owned(),
                },
            }];
            view.config.uses.channels = vec![ChannelUse {
                id: channel.to_owned(),
                enabled: Some(true),
                place: None,
                fields: vec!["token".to_owned()],
                words: Vec::new(),
            }];
        }
        snapshot
    }

    fn told(snapshot: &Snapshot) -> Vec<(Option<String>, Severity)> {
        findings(&CHECK, snapshot)
            .into_iter()
            .map(|one| (one.subject, one.severity))
            .collect()
    }

    #[test]
    fn packages_that_are_not_there_are_told_and_bundled_ones_are_not() {
        assert!(told(&with("anthropic/claude-sonnet-4-6", "telegram")).is_empty());
        let mut snapshot = with("groq/llama", "discord");
        let model = Some("agents.defaults.model.primary".to_owned());
        let channel = Some("channels.discord".to_owned());
        assert_eq!(
            told(&snapshot),
            [(model, Severity::Error), (channel, Severity::Warning)]
        );
        for view in views(&mut snapshot) {
            view.config.plugins_found.push(PluginFact {
                id: String::new(),
                origin: PluginOrigin::Unreadable,
                path: "/home/me/.openclaw/extensions".to_owned(),
                version: None,
                env_vars: Vec::new(),
                providers: Vec::new(),
                settings: None,
            });
        }
        assert!(told(&snapshot).is_empty(), "a folder that cannot be read may have them");
    }

    #[test]
    fn a_plugin_that_is_off_is_told() {
        let mut snapshot = with("anthropic/claude-sonnet-4-6", "telegram");
        for view in views(&mut snapshot) {
            view.config.plugin_entries.push(("telegram".to_owned(), Some(false)));
        }
        assert_eq!(
            told(&snapshot),
            [(Some("channels.telegram".to_owned()), Severity::Warning)]
        );
    }

    #[test]
    fn lists_and_the_switch_for_all_plugins_count_too() {
        let model = (Some("agents.defaults.model.primary".to_owned()), Severity::Error);
        let channel = (Some("channels.telegram".to_owned()), Severity::Warning);
        for (enabled, denied, own_address, expected) in [
            (None, &["anthropic"][..], false, vec![model.clone()]),
            (None, &["telegram", "other"], false, vec![channel.clone()]),
            (Some(false), &[], false, vec![model, channel.clone()]),
            (Some(true), &["other"], false, vec![]),
            // An entry of its own brings address and key along; the channel has no other way.
            (Some(false), &[], true, vec![channel]),
        ] {
            let mut snapshot = with("anthropic/claude-sonnet-4-6", "telegram");
            for view in views(&mut snapshot) {
                view.config.plugins_enabled = enabled;
                view.config.plugins_denied = denied.iter().map(|id| (*id).to_owned()).collect();
                // What switches all off is not undone by an entry.
                view.config.plugin_entries.push(("anthropic".to_owned(), Some(true)));
                if own_address && let Some(mut own) = view.config.providers.first().cloned() {
                    own.id = "anthropic".to_owned();
                    view.config.providers.push(own);
                }
            }
            assert_eq!(told(&snapshot), expected, "{enabled:?} {denied:?}");
        }
    }
}
