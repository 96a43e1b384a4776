//! Secrets that come back: servers that repeat what they were sent in bodies, codes and headers,
//! SQLite stores, suppression files. No output of any format and no bundle holds one, in any
//! encoding.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

mod rig;
#[path = "rig/server.rs"]
mod server;
#[path = "rig/shapes.rs"]
mod shapes;

use std::fs;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use rig::{KEY, Machine};
use server::{Server, cloudflare, gateway, header};
use shapes::assert_clean;

const LOOKS: &[&[&str]] = &[
    &["--json"],
    &["-v"],
    &["--format", "markdown"],
    &["--format", "github"],
    &["--format", "junit"],
    &["--format", "prometheus"],
    &["ping", "-v"],
    &["ping", "--json"],
];

fn store(secret: &str) -> String {
    let profile = serde_json::json!({ "version": 1, "profiles": { "cloudflare-ai-gateway:default":
        { "type": "api_key", "provider": "cloudflare-ai-gateway", "key": secret } } });
    profile.to_string()
}

/// A machine that asks two servers, with a secret in each place that leads to an answer.
fn machine(secrets: &[String], gateway_port: u16, cloudflare_port: u16, profiles: bool) -> Machine {
    let [key, token, aig, in_state, in_agent, reason, subject] = secrets else {
        panic!("seven secrets");
    };
    let mut machine = Machine::usual();
    machine.set(KEY, key);
    machine.put("home/.openclaw/.env", &format!("{KEY}='{key}'\nCF_AIG_TOKEN='{aig}'\n"));
    let config = serde_json::json!({
        "gateway": { "mode": "local", "port": gateway_port, "auth": { "mode": "token", "token": token } },
        "models": { "providers": { "cloudflare-ai-gateway": {
            "baseUrl": format!("http://127.0.0.1:{cloudflare_port}/v1/0123456789abcdef0123456789abcdef/gw/anthropic"),
            "api": "anthropic-messages", "apiKey": format!("${{{KEY}}}"),
            "headers": { "cf-aig-authorization": "Bearer ${CF_AIG_TOKEN}" },
            "models": [{ "id": "m", "name": "M" }] } } },
    });
    machine.put("home/.openclaw/openclaw.json", &config.to_string());
    // A shell before OpenClaw could bring another key, and so none would be sent.
    std::os::unix::fs::symlink("/bin/sh", machine.path("node")).unwrap();
    machine.put(
        "home/.config/systemd/user/openclaw-gateway.service",
        &format!(
            "[Service]\nExecStart={{root}}/node {{root}}/pkg/openclaw/dist/index.js gateway --port {gateway_port}\n"
        ),
    );
    if profiles {
        fs::create_dir_all(machine.path("home/.openclaw/state")).unwrap();
        let state = rusqlite::Connection::open(machine.path("home/.openclaw/state/openclaw.sqlite")).unwrap();
        state
            .execute_batch("CREATE TABLE config_machine_state(state_key TEXT PRIMARY KEY, value_json TEXT)")
            .unwrap();
        let insert = "INSERT INTO config_machine_state VALUES('authProfiles.store', ?1)";
        state.execute(insert, [store(in_state)]).unwrap();
        let folder = machine.path("home/.openclaw/agents/main/agent");
        fs::create_dir_all(&folder).unwrap();
        let agent = rusqlite::Connection::open(folder.join("openclaw-agent.sqlite")).unwrap();
        agent
            .execute_batch("CREATE TABLE auth_profile_store(store_key TEXT PRIMARY KEY, store_json TEXT)")
            .unwrap();
        let insert = "INSERT INTO auth_profile_store VALUES('primary', ?1)";
        agent.execute(insert, [store(in_agent)]).unwrap();
    }
    // The doctor knows these two from elsewhere, so it can tell that they are secrets.
    machine.set("A_NOTED_API_KEY", reason);
    machine.set("OTHER_NOTED_TOKEN", subject);
    machine.put(
        "home/.config/openclaw-doctor/suppress",
        &format!(
            "service-not-running  # {reason} is no reason\nservice-not-running {subject}  # known\n{reason}\n{reason} # x\n"
        ),
    );
    machine
}

#[test]
fn what_servers_and_stores_repeat_does_not_come_out() {
    let mut runner = TestRunner::new(Config {
        cases: 5,
        failure_persistence: None,
        max_shrink_iters: 2,
        ..Config::default()
    });
    // What a header can carry.
    let secret = prop_oneof!["[A-Za-z0-9+/_=-]{14,40}", "[A-Za-z0-9!#$%&*+.^_|~-]{18,40}"];
    let secret = (0_u32..1_000_000, secret).prop_map(|(number, text)| format!("z{number}q{text}7v"));
    let inputs = (proptest::collection::vec(secret, 7), any::<bool>());
    runner
        .run(&inputs, |(secrets, profiles)| {
            let (local, far) = (Server::start(0, gateway), Server::start(0, cloudflare));
            let machine = machine(&secrets, local.port, far.port, profiles);
            let run =
                |args: &[&str]| machine.doctor(&[args, &["--timeout", "60", "--service-manager", "systemd"]].concat());
            for look in LOOKS {
                let ran = run(look);
                assert!(
                    matches!(ran.code, Some(0 | 1 | 3)),
                    "{look:?} {:?} {}",
                    ran.code,
                    ran.err()
                );
                assert!(!ran.stdout.is_empty(), "{look:?}");
                assert_clean(&format!("{look:?}"), &ran.stdout, &secrets);
                assert_clean(&format!("{look:?} stderr"), &ran.stderr, &secrets);
            }
            for kind in ["md", "json", "zip"] {
                let path = machine.path(&format!("out.{kind}"));
                let ran = run(&["--quiet", "--bundle", path.to_str().unwrap()]);
                let bytes = fs::read(&path).unwrap_or_else(|_| panic!("{kind}: {}", ran.err()));
                assert_clean(kind, &bytes, &secrets);
            }
            // The servers really had something to repeat, and stores count where there are any.
            let sent = |server: &Server, name: &str| server.heads().iter().any(|head| header(head, name).is_some());
            assert!(sent(&local, "authorization"), "{:?}", local.heads());
            let with_key = sent(&far, "x-api-key") || sent(&far, "authorization");
            assert!(with_key && sent(&far, "cf-aig-authorization"), "{:?}", far.heads());
            Ok(())
        })
        .unwrap();
}
