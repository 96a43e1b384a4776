//! `tests/data/start_refusals.jsonl`: configs that validate, and whether a Gateway starts with them. The rows are what the
//! real Gateway does; `tests/e2e/real_starts` asks it again.

use openclaw_doctor::config::document::{IncludeAnswer, IncludeSettings};
use openclaw_doctor::config::standalone::{Outside, judge_file};
use openclaw_doctor::config::{Start, Verdict};
use openclaw_doctor::rules::Release;
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
        path_exists: Some(&there),
        exec_problem: None,
        container: row.container,
    };
    let text = row.config.to_string();
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
