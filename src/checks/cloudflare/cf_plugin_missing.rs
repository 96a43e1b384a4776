//! `cf-plugin-missing`: the provider is configured, and its plugin is not installed.

use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{ConfigView, Located, PluginOrigin};
use crate::product::rules;
use crate::product::rules::CloudflarePlugin;
use crate::resolve::{self, CLOUDFLARE_KEY, CLOUDFLARE_PROVIDER};

pub(crate) const CHECK: Check = Check {
    id: "cf-plugin-missing",
    title: "the Cloudflare provider's plugin is installed",
    group: Group::Cloudflare,
    severity: Severity::Error,
    needs: &[Need::Config, Need::Plugins],
    causes: &["shellenv-key-not-expected"],
    docs: "From 2026.6.8 on the provider cloudflare-ai-gateway is a plugin of its own, which an upgrade does not install. \
Without it the Gateway does not know the variable CLOUDFLARE_AI_GATEWAY_API_KEY, offers no models of its own for the \
provider, and every command of the CLI tries to install it again. An entry below models.providers with an explicit apiKey \
still works.\n\n\
Fix: openclaw plugins install @openclaw/cloudflare-ai-gateway-provider, then restart.",
    run,
};

/// Its npm package.
const PACKAGE: &str = "@openclaw/cloudflare-ai-gateway-provider";

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let Some(config) = resolve::config(case.snapshot) else {
        return Vec::new();
    };
    if is_installed(case, config) != Some(false) {
        return Vec::new();
    }
    let Some(by) = needed_by(config) else {
        return Vec::new();
    };
    // An entry for an AI Gateway under another id: the reference is what is wrong, and that is told.
    let entries = case.aig_providers();
    if !entries.is_empty()
        && entries.iter().all(|entry| entry.id != CLOUDFLARE_PROVIDER)
        && by.path.starts_with("agents.")
    {
        return Vec::new();
    }
    vec![found(case, config, &by)]
}

/// Returns whether the plugin is there; none where a folder that may have it could not be read.
pub(crate) fn is_installed(case: &CheckContext<'_>, config: &ConfigView) -> Option<bool> {
    let rules = rules::for_version(case.snapshot.install.version.as_deref());
    if rules.cloudflare == CloudflarePlugin::Bundled {
        return Some(true);
    }
    let declares = |providers: &[(String, Vec<String>)]| providers.iter().any(|(id, _)| id == CLOUDFLARE_PROVIDER);
    let mut plugins = config.plugins_found.iter();
    let found = plugins.any(|plugin| plugin.id == CLOUDFLARE_PROVIDER || declares(&plugin.providers));
    let mut plugins = config.plugins_found.iter();
    match found || !plugins.any(|plugin| plugin.origin == PluginOrigin::Unreadable) {
        true => Some(found),
        false => None,
    }
}

/// The place of the config that needs the plugin.
fn needed_by(config: &ConfigView) -> Option<Located<()>> {
    let provider = config
        .providers
        .iter()
        .find(|provider| provider.id == CLOUDFLARE_PROVIDER);
    let configured = provider.map(|provider| Located {
        path: format!("models.providers.{CLOUDFLARE_PROVIDER}"),
        place: provider.place.clone(),
        value: (),
    });
    let referred = config.default_model.as_ref().filter(|model| {
        model
            .value
            .split_once('/')
            .is_some_and(|(provider, _)| provider.eq_ignore_ascii_case(CLOUDFLARE_PROVIDER))
    });
    configured.or(referred.map(|model| Located {
        path: model.path.clone(),
        place: model.place.clone(),
        value: (),
    }))
}

/// With an entry of its own in the config that is complete, and nothing that names the plugin, requests still pass (tried
/// on 2026.9.6); whether the key is a good one is another question.
fn works_without(config: &ConfigView) -> bool {
    let mut entries = config.plugin_entries.iter();
    let named = entries.any(|(id, enabled)| id == CLOUDFLARE_PROVIDER && *enabled != Some(false));
    let complete = config.providers.iter().any(|provider| {
        let whole = provider.api_key.is_some() && provider.base_url.is_some() && !provider.models.is_empty();
        provider.id == CLOUDFLARE_PROVIDER && whole
    });
    !named && complete
}

fn found(case: &CheckContext<'_>, config: &ConfigView, by: &Located<()>) -> Finding {
    let works = works_without(config);
    let severity = if works { Severity::Info } else { CHECK.severity };
    let detail = match works {
        true => {
            "OpenClaw makes its requests all the same, because the config names the key itself. Without the plugin the \
                 provider has no models of its own, and every command of the CLI tries to install it again."
                .to_owned()
        }
        false => format!(
            "From 2026.6.8 on it is a package of its own, {PACKAGE}. Without it the Gateway does not read {CLOUDFLARE_KEY} \
             by itself, has no models of the provider beside those in the config, and every command of the CLI tries to \
             install it again."
        ),
    };
    let off = config
        .plugin_entries
        .iter()
        .any(|(id, enabled)| id == CLOUDFLARE_PROVIDER && *enabled == Some(false));
    let finding = finding(
        CHECK.id,
        severity,
        match works {
            true => format!(
                "{} needs no plugin; {PACKAGE} is not installed (optional here)",
                by.path
            ),
            false => format!("{} needs the plugin {PACKAGE}, and it is not installed", by.path),
        },
    )
    .subject(CLOUDFLARE_PROVIDER)
    .certainty(case.certainty_of_rules())
    .detail(detail)
    .at(by.place.as_ref(), by.path.clone())
    .seen(format!(
        "no plugin {CLOUDFLARE_PROVIDER} in {}/extensions, in the install records or in the package",
        case.state_dir()
    ));
    if works && off {
        return finding.fix::<String>("None is needed: the plugin is switched off in plugins.entries.", []);
    }
    // With the variable there, the config can name it: that needs no network.
    if lacks_key_alone(config) && case.gateway_traces().any(|trace| !trace.find(CLOUDFLARE_KEY).lacks()) {
        let path = format!("models.providers.{CLOUDFLARE_PROVIDER}.apiKey");
        return finding.fix(
            format!("Let the entry name the key itself, and restart; or install the plugin with `openclaw plugins install {PACKAGE}`."),
            [
                case.config_set(&path, &format!("${{{CLOUDFLARE_KEY}}}")),
                case.commands().restart(),
            ],
        );
    }
    finding.fix(
        "Install the plugin and restart the Gateway.",
        [
            case.commands().openclaw(&format!("plugins install {PACKAGE}")),
            case.commands().restart(),
        ],
    )
}

/// Whether the entry is complete but for its key, and nothing names the plugin.
fn lacks_key_alone(config: &ConfigView) -> bool {
    let mut entries = config.plugin_entries.iter();
    let named = entries.any(|(id, enabled)| id == CLOUDFLARE_PROVIDER && *enabled != Some(false));
    let lacks = config.providers.iter().any(|provider| {
        let rest = provider.base_url.is_some() && provider.api.is_some() && !provider.models.is_empty();
        provider.id == CLOUDFLARE_PROVIDER && provider.api_key.is_none() && rest
    });
    !named && lacks
}
