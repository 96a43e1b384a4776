//! Targets from made-up machines: precedence of the secrets, and what is never sent.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use serde_json::{Value, json};

use super::side::{Known, Side};
use super::{NoTarget, cloudflare, gateway};
use crate::collect::auth_profiles::AuthSecrets;
use crate::collect::process::RawProcess;
use crate::collect::secret_store::StoreSecrets;
use crate::config;
use crate::loader::Finished;
use crate::product::rules;
use crate::product::rules::RuleSet;
use crate::secret::{FingerprintKey, Vault};

pub(super) const LIMIT: Duration = Duration::from_secs(1);
const URL: &str = "https://gateway.ai.cloudflare.com/v1/0123456789abcdef0123456789abcdef/gw/anthropic";

pub(super) struct Machine {
    vault: Vault,
    rules: RuleSet,
    pub(super) shell: Finished,
    service: Option<Finished>,
    profiles: AuthSecrets,
    stored: StoreSecrets,
}

fn finished(vault: &Vault, env: &[(&str, &str)], authored: &Value) -> Finished {
    let env: BTreeMap<_, _> = env
        .iter()
        .map(|(name, value)| ((*name).to_owned(), vault.seal(*value)))
        .collect();
    let lookup = |name: &str| env.get(name).map(|value| value.expose().to_owned());
    let mut snapshot = crate::checks::testkit::healthy();
    let trace = match &mut snapshot.views.shell {
        crate::base::fact::Fact::Known { value } => value.clone(),
        _ => panic!("the sample has a trace"),
    };
    let text = authored.to_string();
    let settings = Default::default();
    let document = config::document::read("/c/openclaw.json", text.as_bytes(), &settings, &mut |_| None);
    Finished {
        trace,
        config: Some(Rc::new(config::substitute(authored, &lookup).0.into_owned())),
        authored: Some(Rc::new(document.unwrap())),
        env,
    }
}

pub(super) fn machine(shell: &[(&str, &str)], authored: &Value) -> Machine {
    let vault = Vault::new(FingerprintKey::from_bytes(vec![1; 32]));
    Machine {
        shell: finished(&vault, shell, authored),
        service: None,
        rules: rules::for_version(Some("2026.9.6")),
        profiles: AuthSecrets::default(),
        stored: StoreSecrets::default(),
        vault,
    }
}

impl Machine {
    pub(super) fn known(&self) -> Known<'_> {
        Known {
            vault: &self.vault,
            rules: &self.rules,
            by_hand: Some(&self.shell),
            by_service: self.service.as_ref(),
            running: None,
            service: None,
            process: None,
            stores: &[],
            profiles: &self.profiles,
            stored: &self.stored,
            port_taken: false,
            owners: Vec::new(),
            by: crate::collect::ownership::By::Asker,
        }
    }

    /// Texts of the candidates for the Gateway.
    fn tokens(&self) -> Vec<String> {
        let plan = gateway(&self.known(), LIMIT).ok().unwrap();
        plan.target
            .candidates
            .iter()
            .map(|one| one.secret.expose().to_owned())
            .collect()
    }
}

#[test]
fn the_secret_of_the_gateway() {
    let env: &[(&str, &str)] = &[("OPENCLAW_GATEWAY_TOKEN", " by-env "), ("T", "by-ref")];
    for (auth, wanted) in [
        (json!({"token": "by-config"}), Some("by-config")),
        (json!({}), Some("by-env")),
        (json!({"token": "${T}"}), Some("by-ref")),
        (json!({"token": "${NOT_SET}"}), None),
        (
            json!({"token": {"source": "env", "provider": "default", "id": "T"}}),
            Some("by-ref"),
        ),
        (
            json!({"token": {"source": "env", "provider": "default", "id": "NOT_SET"}}),
            None,
        ),
        (
            json!({"token": {"source": "exec", "provider": "default", "id": "/token"}}),
            // Given in the shell for the check; clients would not use it, and the facts say so.
            Some("by-env"),
        ),
        (json!({"token": "__OPENCLAW_REDACTED__"}), None),
        (json!({"token": "undefined"}), None),
        (json!({"mode": "none", "token": "by-config"}), None),
        (
            json!({"mode": "password", "password": "by-password"}),
            Some("by-password"),
        ),
    ] {
        let machine = machine(env, &json!({"gateway": {"auth": auth}}));
        assert_eq!(
            machine.tokens(),
            wanted.into_iter().map(str::to_owned).collect::<Vec<_>>(),
            "{auth}"
        );
    }
}

#[test]
fn the_secret_of_the_gateway_may_be_in_the_store() {
    let by_store = |provider: &str| {
        json!({"gateway": {"auth": {"token": {"source": "store", "provider": provider, "id": "OPENCLAW_GATEWAY_TOKEN"}}},
            "secrets": {"providers": {"team": {"source": "store"}, "other": {"source": "env"}}}})
    };
    for (provider, wanted) in [
        ("default", Some("by-store")),
        ("team", Some("by-store")),
        ("other", None),
    ] {
        let mut machine = machine(&[("OPENCLAW_GATEWAY_TOKEN", "by-env")], &by_store(provider));
        let plan = gateway(&machine.known(), LIMIT).ok().unwrap();
        let handed_over = plan.facts.iter().any(|(name, _)| name == "handed_over");
        let unread = !matches!(provider, "other");
        assert_eq!((machine.tokens().len(), handed_over), (usize::from(unread), unread));
        let value = machine.vault.seal("by-store");
        machine.stored = StoreSecrets::of([("OPENCLAW_GATEWAY_TOKEN".to_owned(), value)].into());
        assert_eq!(
            machine.tokens(),
            wanted.into_iter().map(str::to_owned).collect::<Vec<_>>(),
            "{provider}"
        );
        machine.stored = StoreSecrets::of(Default::default());
        assert!(machine.tokens().is_empty(), "a deleted entry fails closed");
    }
}

/// References into files are followed as OpenClaw follows them: private, of one link, with the value where the id points.
#[test]
fn values_in_secret_files() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secrets");
    let tokens = |text: &str, mode: u32, single: bool, id: &str| {
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        let kind = if single { "singleValue" } else { "json" };
        let provider = json!({"source": "file", "path": path.to_str().unwrap(), "mode": kind});
        let reference = json!({"source": "file", "provider": "mine", "id": id});
        let authored = json!({"gateway": {"auth": {"token": reference}}, "secrets": {"providers": {"mine": provider}}});
        machine(&[], &authored).tokens()
    };
    let json = r#"{"gateway":{"token":"in-the-file"}}"#;
    let none: [&str; 0] = [];
    assert_eq!(tokens(json, 0o600, false, "/gateway/token"), ["in-the-file"]);
    assert_eq!(tokens("in-the-file\n", 0o600, true, "value"), ["in-the-file"]);
    assert_eq!(
        tokens(json, 0o600, false, "/gateway/other"),
        none,
        "the pointer leads nowhere"
    );
    assert_eq!(tokens(json, 0o644, false, "/gateway/token"), none, "open to others");
    assert_eq!(tokens("in-the-file", 0o600, true, "/a"), none, "another id");
    std::fs::hard_link(&path, folder.path().join("again")).unwrap();
    assert_eq!(tokens(json, 0o600, false, "/gateway/token"), none, "two links");
}

#[test]
fn old_releases_ask_the_environment_first() {
    let mut machine = machine(
        &[("OPENCLAW_GATEWAY_TOKEN", "by-env")],
        &json!({"gateway": {"auth": {"token": "by-config"}}}),
    );
    machine.rules = rules::for_version(Some("2026.2.26"));
    assert_eq!(machine.tokens(), ["by-env"]);
    assert!(gateway(&machine.known(), LIMIT).ok().unwrap().target.old_release);
}

#[test]
fn remote_gateways() {
    let remote = json!({"gateway": {"mode": "remote", "auth": {"token": "local"},
        "remote": {"url": "wss://gw.example.com/x", "token": "remote"}}});
    let plan = gateway(&machine(&[], &remote).known(), LIMIT).ok().unwrap();
    assert!(plan.target.remote && plan.target.base.tls);
    assert_eq!(plan.target.base.host, "gw.example.com");
    assert_eq!(machine(&[], &remote).tokens(), ["remote"]);
    let by_variable = [
        ("OPENCLAW_GATEWAY_URL", "ws://127.0.0.1:9"),
        ("OPENCLAW_GATEWAY_TOKEN", "by-env"),
    ];
    let machine = machine(&by_variable, &remote);
    assert_eq!(machine.tokens(), ["by-env"]);
    assert_eq!(gateway(&machine.known(), LIMIT).ok().unwrap().target.base.port, 9);
}

#[test]
fn where_a_refusal_counts_an_outdated_secret_is_kept_back() {
    let config = tempfile::NamedTempFile::new().unwrap();
    let written = crate::collect::ownership::By::Asker
        .stat(config.path())
        .get()
        .unwrap()
        .mtime_ms;
    let candidates = |exempt: bool, started: i64| {
        let auth = json!({"token": "by-config", "rateLimit": {"exemptLoopback": exempt}});
        let mut machine = machine(&[], &json!({"gateway": {"auth": auth}}));
        machine.shell.trace.config_path = config.path().to_string_lossy().into_owned();
        let mut process = crate::checks::testkit::gateway(7);
        process.started_ms = Some(started);
        let raw = RawProcess {
            initial: None,
            witness: None,
            cwd: None,
            args: Vec::new(),
        };
        let known = Known {
            process: Some((&process, &raw)),
            ..machine.known()
        };
        let plan = gateway(&known, LIMIT).ok().unwrap();
        let withheld = plan.facts.iter().any(|(name, _)| name == "withheld");
        (plan.target.candidates.len(), withheld)
    };
    let (before, after) = (written - 60_000, written + 60_000);
    assert_eq!(candidates(false, before), (0, true));
    assert!(candidates(false, after).0 > 0 && candidates(true, before).0 > 0);
}

#[test]
fn a_password_alone_serves_a_gateway_elsewhere() {
    let remote = |more: Value| {
        let mut section = json!({"url": "wss://gw.example.com"});
        section
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        json!({"gateway": {"mode": "remote", "remote": section}})
    };
    let env = [("OPENCLAW_GATEWAY_PASSWORD", "by-env")];
    let password = json!({"password": "by-config"});
    assert_eq!(machine(&[], &remote(password.clone())).tokens(), ["by-config"]);
    assert_eq!(machine(&env, &remote(password)).tokens(), ["by-env"]);
    assert_eq!(
        machine(&env, &remote(json!({"token": "a-token"}))).tokens(),
        ["a-token"]
    );
    let by_variable = [env[0], ("OPENCLAW_GATEWAY_URL", "wss://other.example.com")];
    assert_eq!(
        machine(&by_variable, &remote(json!({"token": "a-token"}))).tokens(),
        ["by-env"]
    );
}

#[test]
fn pins_of_a_gateway_elsewhere() {
    let pin = |env: &[(&str, &str)], mode: &str, fingerprint: &str| {
        let remote = json!({"url": "wss://gw.example.com", "tlsFingerprint": fingerprint});
        let authored = json!({"gateway": {"mode": mode, "remote": remote}});
        gateway(&machine(env, &authored).known(), LIMIT).map(|plan| plan.target.tls.is_some())
    };
    let by_variable = [("OPENCLAW_GATEWAY_URL", "wss://other.example.com")];
    let good = "ab".repeat(32);
    assert!(pin(&[], "remote", &good).unwrap());
    assert!(pin(&by_variable, "remote", &good).unwrap());
    assert!(!pin(&by_variable, "local", &good).unwrap());
    let refused = pin(&[], "remote", "SHA-256 of the other machine");
    assert!(matches!(refused, Err(NoTarget::BadAddress(why)) if why.contains("tlsFingerprint")));
}

#[test]
fn an_address_with_a_password_is_refused_in_words() {
    let remote = json!({"gateway": {"mode": "remote", "remote": {"url": "wss://me:FAKEpw@gw.example.com"}}});
    let Some(NoTarget::BadAddress(why)) = gateway(&machine(&[], &remote).known(), LIMIT).err() else {
        panic!("an address with a password was used");
    };
    assert!(why.contains("gateway.remote.url") && !why.contains("FAKEpw"), "{why}");
}

pub(super) fn providers(api_key: Value, headers: Value) -> Value {
    json!({"models": {"providers": {"cloudflare-ai-gateway": {"baseUrl": URL, "apiKey": api_key, "headers": headers}}}})
}

#[test]
fn openclaws_own_proxy_setting() {
    let proxy = |env: &[(&str, &str)], url: Option<&str>| {
        let mut authored = providers(json!("${KEY}"), json!({}));
        if let Some(url) = url {
            authored["proxy"] = json!({"proxyUrl": url});
        }
        let target = cloudflare(&machine(env, &authored).known(), LIMIT)
            .ok()
            .unwrap()
            .first
            .target;
        target.proxy.managed.map(|(name, url)| (name, url.expose().to_owned()))
    };
    let variable = [("OPENCLAW_PROXY_URL", "http://v:1"), ("P", "http://p:1")];
    let pair = |name, url: &str| Some((name, url.to_owned()));
    assert_eq!(proxy(&[], None), None);
    assert_eq!(proxy(&variable, None), pair("OPENCLAW_PROXY_URL", "http://v:1"));
    assert_eq!(
        proxy(&variable, Some("http://c:1")),
        pair("proxy.proxyUrl", "http://c:1")
    );
    assert_eq!(proxy(&variable, Some("${P}")), pair("proxy.proxyUrl", "http://p:1"));
    assert_eq!(proxy(&variable, Some(" ")), pair("OPENCLAW_PROXY_URL", "http://v:1"));
}

#[test]
fn the_daemons_values_count_and_the_shells_are_the_third_probe() {
    let authored = providers(json!("${KEY}"), json!({}));
    let mut machine = machine(&[("KEY", "of-shell")], &authored);
    machine.service = Some(finished(&machine.vault, &[("KEY", "of-service")], &authored));
    let target = cloudflare(&machine.known(), LIMIT).ok().unwrap().first.target;
    assert_eq!(
        target.api_key.map(|key| key.secret.expose().to_owned()),
        Some("of-service".to_owned())
    );
    assert_eq!(
        target.shell_key.map(|key| key.secret.expose().to_owned()),
        Some("of-shell".to_owned())
    );
}

#[test]
fn the_gateways_own_secret_goes_to_nobody() {
    const OWN: &str = "own-token-0123";
    for (service, shell, header, sent) in [
        ("of-service", "of-shell", "x", ([true, true], true)),
        (OWN, "of-shell", "x", ([false, true], true)),
        ("of-service", OWN, "x", ([true, false], true)),
        ("of-service", "of-shell", "Bearer own-token-0123", ([true, true], false)),
        (
            "of-service",
            "before-own-token-0123-after",
            "key=own-token-0123",
            ([true, false], false),
        ),
    ] {
        let authored = providers(json!("${KEY}"), json!({"cf-aig-authorization": header}));
        let mut machine = machine(&[("KEY", shell)], &authored);
        let env = [("KEY", service), ("OPENCLAW_GATEWAY_TOKEN", OWN)];
        machine.service = Some(finished(&machine.vault, &env, &authored));
        let target = cloudflare(&machine.known(), LIMIT).ok().unwrap().first.target;
        let goes = [target.api_key.is_some(), target.shell_key.is_some()];
        assert_eq!((goes, !target.headers.is_empty()), sent, "{service} {shell} {header}");
    }
}

#[test]
fn what_cannot_be_followed_is_named() {
    let secret = json!({"source": "exec", "provider": "vault", "id": "x"});
    let machine = machine(&[], &providers(secret, json!({})));
    let target = cloudflare(&machine.known(), LIMIT).ok().unwrap().first.target;
    assert!(target.api_key.is_none());
    assert_eq!(target.unresolved.len(), 1);
    assert!(Side::client(&machine.known()).is_some());
}
