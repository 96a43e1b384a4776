//! The `.env` parser against what OpenClaw's own parser made of the same texts.
//!
//! The cases are recorded by `scripts/record-dotenv-cases`. `DOTENV_CASES=FILE` compares with
//! another recording, as long as one likes.
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

use std::collections::BTreeMap;

use openclaw_doctor::parse::dotenv::parse;
use serde::Deserialize;

#[derive(Deserialize)]
struct Recording {
    dotenv: String,
    cases: Vec<(String, Vec<(String, String)>)>,
}

fn recording() -> Recording {
    let own = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/dotenv-cases.json");
    let file = std::env::var("DOTENV_CASES").unwrap_or_else(|_| own.to_owned());
    let text = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{file}: {error}"));
    serde_json::from_str(&text).unwrap()
}

#[test]
fn every_recorded_text_is_read_as_the_original_reads_it() {
    let recording = recording();
    let mut wrong = Vec::new();
    for (text, wanted) in &recording.cases {
        let ours: BTreeMap<String, String> = parse(text.as_bytes())
            .into_iter()
            .map(|entry| (entry.key, entry.value))
            .collect();
        if ours != wanted.iter().cloned().collect() {
            wrong.push(format!("{text:?}\n  original {wanted:?}\n  ours     {ours:?}"));
        }
    }
    let (count, all) = (wrong.len(), recording.cases.len());
    wrong.truncate(5);
    assert_eq!(
        count,
        0,
        "of {all} texts, against dotenv {}:\n{}",
        recording.dotenv,
        wrong.join("\n")
    );
    assert!(all >= 500, "{all} cases");
}
