//! Every older setting against what the release itself makes of it: `scripts/migrations` plays them.

use serde_json::Value;

use super::repair;

#[test]
fn older_settings_become_what_the_release_makes_of_them() {
    let played = std::fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/data/migrations-2026.9.6.jsonl"
    ))
    .unwrap();
    let mut wrong = Vec::new();
    for line in played.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let (before, after) = (&case["c"], &case["a"]);
        let after = if after.is_null() { before } else { after };
        let mut config = before.clone();
        let done = repair(&mut config, None);
        if config != *after {
            wrong.push(format!("{}\t{before}\t{after}\t{config}\t{done:?}", case["k"]));
        }
    }
    assert!(wrong.is_empty(), "{} differ\n{}", wrong.len(), wrong.join("\n"));
}
