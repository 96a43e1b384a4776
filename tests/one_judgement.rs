//! One judgement of a config: `doctor config`, the whole report and `--wait` say the same of it.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

mod rig;
#[path = "rig/server.rs"]
mod server;

use rig::Machine;
use serde_json::Value;
use server::free_port;

/// Settings beside the port, and whether a start is refused.
const CONFIGS: &[(&str, bool)] = &[
    ("mode: 'local', prot: 1, auth: {token: 'FAKE-gw-token-0001'}", true),
    (
        "mode: 'local', bind: '10.0.0.5', auth: {token: 'FAKE-gw-token-0001'}",
        true,
    ),
    ("mode: 'local', bind: 5, prot: 1", true),
    ("auth: {token: 'FAKE-gw-token-0001'}", true),
    ("mode: 'local', bind: 'lan', auth: {mode: 'none'}", true),
    ("mode: 'local', auth: {token: 'FAKE-gw-token-0001'}", false),
    (
        "mode: 'local', auth: {token: 'FAKE-gw-token-0001'}}, env: {FOO: 'x'",
        false,
    ),
    (
        "mode: 'local', auth: {token: 'FAKE-gw-token-0001'}}, channels: {telegram: {botToken: '1:a', streamMode: 'off'}",
        true,
    ),
    (
        "mode: 'local', auth: {token: 'FAKE-gw-token-0001'}}, channels: {telegram: {botToken: '1:a', botTokn: 1}",
        true,
    ),
    (
        "mode: 'local', auth: {token: 'FAKE-gw-token-0001'}}, env: {FOO: 'x'}, \
         plugins: {entries: {'codex-supervisor': {enabled: true, config: {}}}",
        true,
    ),
    ("mode: 'local', auth: {token: 'FAKE", true),
    (
        "mode: 'remote', remote: {url: 'ws://127.0.0.1:9', token: 'FAKE-gw-token-0001'}",
        false,
    ),
    ("mode: 'remote', prot: 1", true),
    ("mode: 'elsewhere'", true),
    (
        "mode: 'local', auth: {mode: 'token', token: {source: 'store', provider: 'default', id: 'GW_TOKEN'}}",
        true,
    ),
    (
        "mode: 'local', auth: {mode: 'token', token: {source: 'file', provider: 'f', id: '/gw'}}}, \
         secrets: {providers: {f: {source: 'file', path: '/nonexistent/s.json', mode: 'json'}}",
        true,
    ),
    (
        "mode: 'local', auth: {mode: 'token', token: {source: 'file', provider: 'f', id: '/gw'}}}, \
         secrets: {providers: {f: {source: 'file', path: '~/.openclaw/s.json', mode: 'json'}}",
        true,
    ),
];

const ASK: &[&str] = &[
    "--json",
    "--service-manager",
    "none",
    "--skip",
    "cloudflare,files,environment",
];

fn run(machine: &Machine, arguments: &[&str]) -> (Option<i32>, Value) {
    let ran = machine.doctor(arguments);
    let value = serde_json::from_slice(&ran.stdout).unwrap_or_else(|_| panic!("{arguments:?}: {}", ran.err()));
    (ran.code, value)
}

/// What a report says of the config: check, severity and title.
fn of_config(report: &Value) -> Vec<String> {
    let found = report["findings"].as_array().unwrap().iter();
    let ours = found.filter(|one| one["id"].as_str().unwrap().starts_with("config-") && one["id"] != "config-advice");
    ours.map(|one| format!("{} {} {}", one["id"], one["severity"], one["title"]))
        .collect()
}

#[test]
fn three_ways_to_ask_have_one_answer() {
    for (config, refused) in CONFIGS {
        let machine = Machine::usual();
        let text = format!("{{gateway: {{port: {}, {config}}}}}", free_port());
        machine.put("home/.openclaw/openclaw.json", &text);
        machine.put("home/.openclaw/s.json", "{\"other\": \"x\"}");
        std::fs::set_permissions(
            machine.path("home/.openclaw/s.json"),
            std::os::unix::fs::PermissionsExt::from_mode(0o600),
        )
        .unwrap();
        let (code, alone) = run(&machine, &["config", "--json"]);
        let (_, report) = run(&machine, ASK);
        let (_, waited) = run(&machine, &[&["--wait=1"], ASK].concat());
        // A file that only a start makes valid is not valid yet.
        let fails = *refused || alone["valid"] == false;
        assert_eq!(code, Some(i32::from(fails)), "{config}: {alone}");
        let told = of_config(&report);
        assert_eq!(told, of_config(&waited), "{config}");
        let errors = told.iter().filter(|line| line.contains(" \"error\" ")).count();
        // Until a start has rewritten an older file, commands refuse it: that may be an error too.
        assert!(errors > 0 || !refused, "{config}: {told:?}");
        assert!(errors == 0 || fails, "{config}: {told:?}");
        // What is wrong with the file is what the report names, and so is what comes of it.
        let words = report["findings"].to_string();
        for issue in alone["issues"].as_array().unwrap() {
            for named in issue["keys"].as_array().into_iter().flatten().chain([&issue["path"]]) {
                let named = named.as_str().unwrap();
                assert!(named == "<root>" || words.contains(named), "{config}: {named}: {words}");
            }
        }
        // Of a file that does not parse each says it in its own words.
        if alone["valid"] == false && *refused && alone["issues"][0]["kind"] != "parse" {
            let why = alone["gateway_start"]["why"].as_str().unwrap();
            let why = serde_json::to_string(why.get(1..why.len() - 1).unwrap()).unwrap();
            assert!(words.contains(why.trim_matches('"')), "{config}: {why}: {words}");
        }
    }
}

#[test]
fn a_client_of_another_gateway_is_healthy_and_both_say_so() {
    let remote = "{gateway: {mode: 'remote', remote: {url: 'ws://127.0.0.1:9', token: 'FAKE-gw-token-0001'}}}";
    let machine = Machine::usual();
    machine.put("home/.openclaw/openclaw.json", remote);
    let alone = machine.doctor(&["config", "--color", "never"]);
    let words = String::from_utf8(alone.stdout).unwrap();
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        words.contains("openclaw.json is valid. With gateway.mode \"remote\""),
        "{words}"
    );
    assert_eq!(alone.code, Some(0), "{words}");
    let (_, report) = run(&machine, &[&["--offline"], ASK].concat());
    let notes: Vec<&Value> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["subject"] == "gateway.mode")
        .collect();
    assert_eq!(notes.len(), 1, "{report}");
    assert_eq!(
        (&notes[0]["id"], &notes[0]["severity"]),
        (&"config-advice".into(), &"info".into())
    );
    assert!(
        notes[0]["title"]
            .as_str()
            .unwrap()
            .contains("a client of another Gateway")
    );
    for (format, wrong) in [("junit", "<failure"), ("github", "::error"), ("markdown", "✗")] {
        let ran = machine.doctor(&["config", "--format", format]);
        let text = String::from_utf8(ran.stdout).unwrap();
        assert!(ran.code == Some(0) && !text.contains(wrong), "{format}: {text}");
    }
    // It is still said that none starts.
    let ran = machine.doctor(&["config", "--format", "prometheus"]);
    assert!(
        String::from_utf8(ran.stdout)
            .unwrap()
            .contains("openclaw_doctor_config_starts 0")
    );
}
