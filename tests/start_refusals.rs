//! `tests/data/start_refusals.jsonl`: configs that validate, and whether a Gateway starts with them; `starts.jsonl`: any
//! configs, what a start makes of them, and the setting that ends it. The rows are what the real Gateway does;
//! `tests/e2e/real_starts` asks it again.

use openclaw_doctor::config::include::{IncludeAnswer, IncludeSettings};
use openclaw_doctor::config::standalone::{Outside, judge_file};
use openclaw_doctor::config::{Reach, Start, Verdict};
use openclaw_doctor::product::rules::Release;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    name: String,
    config: serde_json::Value,
    /// Path of the setting that is told; none where the Gateway starts.
    refused: Option<String>,
    #[serde(default)]
    env: BTreeMap<String, String>,
    #[serde(default)]
    container: bool,
}

fn judge(row: &Row) -> Verdict {
    judge_text(row, &row.config.to_string())
}

fn judge_text(row: &Row, text: &str) -> Verdict {
    let env = |name: &str| row.env.get(name).cloned();
    // The one file that a row names and that is there on every machine.
    let there = |path: &str| path == "/etc/passwd";
    let mut outside = Outside {
        env: &env,
        blocked: &|_| false,
        include: &mut |_: &str| IncludeAnswer::Missing,
        settings: IncludeSettings {
            config_dir: "/home/me/.openclaw".to_owned(),
            home: "/home/me".to_owned(),
            ..IncludeSettings::default()
        },
        state_dir: "/home/me/.openclaw".to_owned(),
        release: Release::parse("2026.9.6"),
        plugins: Vec::new(),
        manifests: Vec::new(),
        path_exists: Some(&there),
        exec_problem: None,
        container: row.container,
        // An ordinary account on a machine with no other address and without tailscale, as in the sandbox.
        reach: Reach {
            port: None,
            lowest_port: Some(1024),
            addresses: Some(vec![std::net::Ipv4Addr::LOCALHOST]),
            tailscale: Some(false),
        },
    };
    judge_file("/home/me/.openclaw/openclaw.json", text.as_bytes(), &mut outside).1
}

#[test]
fn what_a_start_refuses() {
    let rows: Vec<Row> = include_str!("data/start_refusals.jsonl")
        .lines()
        .map(|line| serde_json::from_str(line).expect(line))
        .collect();
    assert!(rows.len() > 50);
    for row in rows {
        let verdict = judge(&row);
        assert!(verdict.valid, "{}: {:?}", row.name, verdict.issues);
        let told: Vec<&str> = verdict
            .warnings
            .iter()
            .filter(|issue| issue.kind == "start-refused")
            .map(|issue| issue.path.as_str())
            .collect();
        assert_eq!(told.first().copied(), row.refused.as_deref(), "{}: {told:?}", row.name);
        let refused = verdict.gateway_start.verdict == Start::Refused;
        assert_eq!(
            refused,
            row.refused.is_some(),
            "{}: {}",
            row.name,
            verdict.gateway_start.why
        );
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Started {
    name: String,
    config: serde_json::Value,
    /// What a start makes of it, in the doctor's word.
    outcome: String,
    /// Path of the setting that ends it.
    by: Option<String>,
    #[serde(default)]
    env: BTreeMap<String, String>,
    /// What the real Gateway says of it.
    #[serde(default, rename = "log")]
    _log: Option<String>,
    /// What keeps it from writing the file, which the real Gateway alone can be asked about.
    lock: Option<String>,
}

#[test]
fn what_a_start_makes_of_a_config() {
    let rows: Vec<Started> = include_str!("data/starts.jsonl")
        .lines()
        .map(|line| serde_json::from_str(line).expect(line))
        .collect();
    assert!(rows.len() > 110);
    for row in rows.into_iter().filter(|row| row.lock.is_none()) {
        let asked = Row {
            name: row.name.clone(),
            config: row.config,
            refused: None,
            env: row.env,
            container: false,
        };
        let start = judge(&asked).gateway_start;
        assert_eq!(
            (&start.outcome, &start.ended_by),
            (&row.outcome, &row.by),
            "{}: {}",
            row.name,
            start.why
        );
    }
}

/// Whatever stands where a secret or a file belongs: people put the secret itself there.
#[test]
fn no_refusal_repeats_what_the_config_says() {
    const PLANTED: &str = "FAKE-planted-3f9c1d";
    let auth = format!("{{mode: 'local', bind: 'loopback', auth: {{mode: 'password', password: '${{{PLANTED}}}'}}}}");
    let token = format!("{{mode: 'local', bind: 'lan', auth: {{mode: 'trusted-proxy', token: '{PLANTED}'}}}}");
    let both = format!("{{mode: 'local', auth: {{token: '{PLANTED}', password: '{PLANTED}'}}}}");
    let key = format!("{{mode: 'local', tls: {{enabled: true, certPath: '/etc/passwd', keyPath: '{PLANTED}'}}}}");
    let host = format!("{{mode: 'local', bind: 'custom', customBindHost: '{PLANTED}', auth: {{token: 'x'}}}}");
    for gateway in [auth, token, both, key, host] {
        let row = Row {
            name: gateway.clone(),
            config: serde_json::Value::Null,
            refused: None,
            env: BTreeMap::new(),
            container: true,
        };
        let verdict = judge_text(&row, &format!("{{gateway: {gateway}}}"));
        let said = format!("{:?}{:?}{:?}", verdict.issues, verdict.warnings, verdict.gateway_start);
        assert!(!said.contains(PLANTED), "{gateway}: {said}");
    }
}
