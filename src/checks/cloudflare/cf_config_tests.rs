//! Model references and the plugin of an AI Gateway: what fires, and what must not.

use super::cf_tests::{ID, check, for_config, machine, one};
use crate::checks::testkit::findings;
use crate::model::snapshot::*;

#[test]
fn model_references() {
    let model = |text: &'static str| {
        let mut snapshot = machine();
        for_config(&mut snapshot, |config| {
            config.default_model = Some(Located {
                path: "agents.defaults.model.primary".to_owned(),
                place: None,
                value: text.to_owned(),
            });
        });
        snapshot
    };
    for text in [
        "cloudflare-ai-gateway/anthropic/claude-sonnet-4-5",
        "cloudflare-aigateway/claude-sonnet-4-6",
    ] {
        one(
            "cf-model-ref-wrong",
            &model(text),
            Some("agents.defaults.model.primary"),
            &[text, "cloudflare-ai-gateway/claude-sonnet-4-6"],
        );
    }
    for text in [
        "cloudflare-ai-gateway/claude-sonnet-4-6",
        "anthropic/claude-sonnet-4-5",
        "sonnet",
    ] {
        assert!(findings(check("cf-model-ref-wrong"), &model(text)).is_empty(), "{text}");
    }
}

#[test]
fn the_plugin() {
    let without = || {
        let mut snapshot = machine();
        for_config(&mut snapshot, |config| config.plugins_found.clear());
        snapshot
    };
    let install = "openclaw plugins install @openclaw/cloudflare-ai-gateway-provider";
    one("cf-plugin-missing", &without(), Some(ID), &[install]);
    let mut old = without();
    old.install.version = Some("2026.6.6".to_owned());
    assert!(findings(check("cf-plugin-missing"), &old).is_empty());
    let mut installed = without();
    for_config(&mut installed, |config| {
        config.plugins_found.push(PluginFact {
            id: ID.to_owned(),
            origin: "extension".to_owned(),
            path: String::new(),
            version: None,
            env_vars: Vec::new(),
            providers: Vec::new(),
            settings: None,
        });
    });
    assert!(findings(check("cf-plugin-missing"), &installed).is_empty());
}
