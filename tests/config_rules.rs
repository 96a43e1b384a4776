//! The rules beyond types, release by release: what each checked release said of the configs of `tests/oracle/rules.json`
//! (recorded in `tests/data/rule-verdicts.txt`) is what the doctor says.

use openclaw_doctor::config::include::{IncludeAnswer, IncludeSettings};
use openclaw_doctor::config::standalone::{Outside, judge_file};
use openclaw_doctor::product::rules::Release;
use serde_json::{Map, Value, json};

const RULES: &str = include_str!("oracle/rules.json");
const RECORDED: &str = include_str!("data/rule-verdicts.txt");

fn is_valid(config: &Value, release: &str) -> (bool, Vec<String>) {
    let mut outside = Outside {
        env: &|name| (name == "HOME").then(|| "/home/me".to_owned()),
        blocked: &|name| name == "HOME",
        include: &mut |_| IncludeAnswer::Missing,
        settings: IncludeSettings {
            config_dir: "/home/me/.openclaw".to_owned(),
            home: "/home/me".to_owned(),
            ..IncludeSettings::default()
        },
        state_dir: "/home/me/.openclaw".to_owned(),
        release: Release::parse(release),
        plugins: Vec::new(),
        manifests: Vec::new(),
        path_exists: Some(&|_| false),
        exec_problem: None,
        container: false,
        reach: Default::default(),
    };
    let text = config.to_string();
    let (_, verdict) = judge_file("/home/me/.openclaw/openclaw.json", text.as_bytes(), &mut outside);
    let paths = verdict.issues.iter().map(|issue| issue.path.clone()).collect();
    (verdict.valid, paths)
}

/// The config as `tests/oracle/configs` gives it to a release.
fn whole(part: &Value) -> Value {
    let mut config = part.as_object().cloned().unwrap_or_default();
    let sound = json!({"mode": "local", "bind": "loopback", "port": 18789, "auth": {"mode": "token", "token": "tok-123456789"}});
    let mut gateway = sound.as_object().cloned().unwrap_or_default();
    gateway.extend(
        config
            .get("gateway")
            .and_then(Value::as_object)
            .cloned()
            .unwrap_or_default(),
    );
    config.insert("gateway".to_owned(), Value::Object(gateway));
    Value::Object(config)
}

#[test]
fn every_release_has_its_own_rules() {
    let rules: Map<String, Value> = serde_json::from_str(RULES).unwrap();
    let mut lines = RECORDED.lines().filter(|line| !line.starts_with('#'));
    let releases: Vec<&str> = lines.next().unwrap_or_default().split(' ').skip(1).collect();
    let (mut seen, mut wrong) = (0, Vec::new());
    for (marks, name) in lines.filter_map(|line| line.split_once(' ')) {
        let config = whole(&rules[name]);
        for (mark, release) in marks.chars().zip(&releases) {
            let (valid, paths) = is_valid(&config, release);
            // A reference without a value ends the reading there; that is told by the loader, which has the environment.
            let elsewhere = *release == "2026.2.26" && matches!(name, "env: reference" | "env: unset in token");
            if mark != '?' && !elsewhere && valid != (mark == 'v') {
                wrong.push(format!("{release} {name}: said {valid} {paths:?}"));
            }
        }
        seen += 1;
    }
    assert_eq!(seen, rules.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
