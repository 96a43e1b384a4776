//! Names with dots and slashes in the config: no format shows two places alike.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

mod rig;

use rig::Machine;
use serde_json::Value;

/// Two providers whose dotted paths are one, and models as people name them.
const CONFIG: &str = r#"{
  gateway: {mode: "local", auth: {token: "FAKE-gw-token-0001"}},
  models: {providers: {
    "a.b": {baseUrl: 5, models: []},
    "a/b": {baseUrl: 5, models: []},
    "a~b": {baseUrl: 5, models: []},
  }},
  agents: {defaults: {models: {"x/y-1.5": {alias: 5}, "x/y": {prot: 1}}}},
}"#;

const WRITTEN: &[&str] = &[
    "models.providers[\"a.b\"].baseUrl",
    "models.providers.a/b.baseUrl",
    "models.providers.a~b.baseUrl",
    "agents.defaults.models[\"x/y-1.5\"].alias",
    "agents.defaults.models.x/y",
];

const POINTERS: &[&str] = &[
    "/models/providers/a.b/baseUrl",
    "/models/providers/a~1b/baseUrl",
    "/models/providers/a~0b/baseUrl",
    "/agents/defaults/models/x~1y-1.5/alias",
    "/agents/defaults/models/x~1y",
];

fn machine() -> Machine {
    let machine = Machine::usual();
    machine.put("home/.openclaw/openclaw.json", CONFIG);
    machine
}

#[test]
fn json_has_a_pointer_for_each_problem() {
    let ran = machine().doctor(&["config", "--json"]);
    let verdict: Value = serde_json::from_slice(&ran.stdout).unwrap();
    let config = verdict["issues"].as_array().unwrap();
    let pointers: Vec<&str> = config.iter().map(|issue| issue["pointer"].as_str().unwrap()).collect();
    assert_eq!(pointers, POINTERS);
    // The path is the product's own.
    assert_eq!(config[0]["path"], "models.providers.a.b.baseUrl");
}

#[test]
fn texts_name_each_place_in_one_way() {
    for format in ["github", "junit", "markdown"] {
        let ran = machine().doctor(&["config", "--format", format]);
        let text = String::from_utf8(ran.stdout).unwrap();
        let text = text.replace("&quot;", "\"").replace('\\', "");
        for path in WRITTEN {
            assert!(text.contains(path), "{format}: {path}: {text}");
        }
        assert!(!text.contains("providers.a.b."), "{format}: {text}");
    }
}

#[test]
fn people_are_shown_the_line_and_the_cause() {
    let ran = machine().doctor(&["config", "--color", "never"]);
    let text = String::from_utf8(ran.stdout).unwrap();
    let whole = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        whole.contains("because of models.providers[\"a.b\"].baseUrl: "),
        "{text}"
    );
    for line in [4, 5, 6, 8] {
        assert!(text.contains(&format!("openclaw.json:{line}:")), "{line}: {text}");
    }
    let report = machine().doctor(&["--json", "--offline", "--only", "config"]);
    let report: Value = serde_json::from_slice(&report.stdout).unwrap();
    let titles: Vec<&str> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["title"].as_str().unwrap())
        .collect();
    assert!(
        titles
            .iter()
            .any(|title| title.contains("`agents.defaults.models.x/y.prot`")),
        "{titles:?}"
    );
    assert!(
        titles
            .iter()
            .any(|title| title.starts_with("models.providers[\"a.b\"].baseUrl: ")),
        "{titles:?}"
    );
}
