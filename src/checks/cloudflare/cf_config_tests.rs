//! Model references and the plugin of an AI Gateway: what fires, and what must not.

use super::cf_tests::{ID, check, for_config, machine, one, verdict};
use crate::checks::testkit::{KEY, bind, findings, set, value, views};
use crate::model::report::Severity;
use crate::model::snapshot::*;
use crate::ping::verdict::Word;

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
            origin: PluginOrigin::Extension,
            path: String::new(),
            version: None,
            env_vars: Vec::new(),
            providers: Vec::new(),
            settings: None,
        });
    });
    assert!(findings(check("cf-plugin-missing"), &installed).is_empty());
}

/// An entry without an api fails where no plugin gives it one.
#[test]
fn an_api_that_is_not_set() {
    let extension = |id: &str, origin| PluginFact {
        id: id.to_owned(),
        origin,
        path: String::new(),
        version: None,
        env_vars: Vec::new(),
        providers: Vec::new(),
        settings: None,
    };
    for (plugin, severity) in [
        (None, Severity::Error),
        (Some(extension(ID, PluginOrigin::Extension)), Severity::Info),
        (Some(extension("", PluginOrigin::Unreadable)), Severity::Warning),
    ] {
        let mut snapshot = machine();
        for_config(&mut snapshot, |config| {
            config.plugins_found = plugin.iter().cloned().collect();
            config.warnings.push(ConfigIssue {
                path: format!("models.providers.{ID}.api"),
                kind: "cf-api-missing".to_owned(),
                ..ConfigIssue::default()
            });
        });
        assert_eq!(one("cf-config-advice", &snapshot, None, &["api"]).severity, severity);
    }
}

/// An answer of its own ends the suspicion about a provider, and of that one alone.
#[test]
fn an_answer_ends_the_suspicion_of_its_provider() {
    for (about, word, severity) in [
        (ID, Word::Ok, Severity::Info),
        (ID, Word::ProviderKeyRejected, Severity::Error),
        ("second", Word::Ok, Severity::Error),
    ] {
        let mut snapshot = machine();
        for_config(&mut snapshot, |config| {
            let mut second = config.providers.iter().find(|one| one.id == ID).unwrap().clone();
            second.id = "second".to_owned();
            config.providers.push(second);
            config.warnings.push(ConfigIssue {
                path: format!("models.providers.{about}.api"),
                kind: "cf-api-fails".to_owned(),
                ..ConfigIssue::default()
            });
        });
        snapshot.pings.cloudflare = Some(verdict(word, &[("provider", ID)]));
        assert_eq!(
            one("cf-config-advice", &snapshot, None, &[about]).severity,
            severity,
            "{about} {word:?}"
        );
    }
}

/// The entry's apiKey, written so, of this variable.
fn keyed(text: &str, variable: &str) -> Snapshot {
    let mut snapshot = machine();
    for_config(&mut snapshot, |config| {
        let entry = config
            .providers
            .iter_mut()
            .find(|entry| entry.id == ID)
            .expect("it is there");
        entry.api_key.as_mut().expect("it has a key").value = CredentialField::Literal {
            value: value(variable, text),
            from: vec![variable.to_owned()],
        };
    });
    let facts = [
        ("provider", ID),
        ("key_from", "variable"),
        ("key_name", variable),
        ("key", "configured"),
    ];
    snapshot.pings.cloudflare = Some(verdict(Word::ProviderKeyRejected, &facts));
    snapshot
}

/// Where the config is what is wrong, the good key is not asked for again.
#[test]
fn a_reference_is_corrected_and_not_the_key() {
    let set_key = format!("config set models.providers.{ID}.apiKey '${{{KEY}}}'");
    let wrapped = keyed("Bearer sk-ant-api03-one", KEY);
    let told = one("cf-provider-key-rejected", &wrapped, Some(KEY), &[&set_key]);
    assert_eq!(told.remedy.expect("a fix").commands.len(), 2);
    let plain = keyed("sk-ant-api03-one", KEY);
    one("cf-provider-key-rejected", &plain, Some(KEY), &["read -rs KEY"]);

    let token = format!("cfut_{}", "g".repeat(48));
    let mut swapped = keyed(&token, "CF_AIG_TOKEN");
    for view in views(&mut swapped) {
        set(view, bind("CF_AIG_TOKEN", &token, Source::DotenvState, None));
    }
    for_config(&mut swapped, |config| {
        for reference in &mut config.refs {
            reference.name = "CF_AIG_TOKEN".to_owned();
        }
    });
    one("cf-token-in-provider-slot", &swapped, None, &[&set_key]);
}

/// What the Gateway was started with is taken out where it stands.
#[test]
fn proxies_and_authorities_are_mended_at_their_line() {
    let line = Place::line("/home/me/.config/systemd/user/openclaw-gateway.service.d/p.conf", 2);
    for (id, word, name) in [
        ("cf-proxy-refused", Word::ProxyDead, "HTTPS_PROXY"),
        ("cf-tls-untrusted", Word::TlsUnknownIssuer, "NODE_EXTRA_CA_CERTS"),
    ] {
        let mut snapshot = machine();
        for view in views(&mut snapshot) {
            set(
                view,
                bind(name, "http://127.0.0.1:9", Source::DropIn, Some(line.clone())),
            );
        }
        snapshot.pings.cloudflare = Some(verdict(word, &[("provider", ID)]));
        let wanted = [
            name,
            "${EDITOR:-nano}",
            "d/p.conf",
            "systemctl --user daemon-reload",
            "gateway restart",
        ];
        one(id, &snapshot, None, &wanted);
    }
}
