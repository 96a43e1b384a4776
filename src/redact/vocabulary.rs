//! The doctor's own words. A "secret" that is one of them (`OPENCLAW_GATEWAY_PASSWORD=openclaw`)
//! cannot be told from the report around it, and finding it gives nothing away. The words of the checks come with
//! the secret_patterns, as [`Says`].

use std::sync::OnceLock;

use serde_json::Value;

use super::text_index::TextIndex;
use crate::ping::verdict::Word;

/// Words of the formats and of systems that stand in most reports.
const FIXED: &str = "openclaw-doctor/report/1 openclaw-doctor/error/1 openclaw-doctor/bundle/1 openclaw gateway restart \
    openclaw-gateway.service systemd user systemd system launchd agent launchd daemon environment production development \
    loopback anthropic-messages cloudflare-ai-gateway CLOUDFLARE_AI_GATEWAY_API_KEY ANTHROPIC_API_KEY \
    OPENCLAW_GATEWAY_TOKEN OPENCLAW_GATEWAY_PASSWORD anthropic cloudflare x86_64 aarch64 default.target \
    network-online.target localhost password not-asked unreadable next_start running process active inactive [withheld] \
    testsuites testsuite testcase failure skipped classname \
    directory socket device";

/// The JSON report: its keys, and the values that are one of few, are words of ours. What its descriptions say is not.
const SCHEMA: &str = include_str!("../../schema/report-1.schema.json");

/// Gathers the names of fields and the words of closed sets.
fn gather(node: &Value, words: &mut Vec<String>) {
    for (name, part) in node.as_object().into_iter().flatten() {
        match (name.as_str(), part) {
            ("properties", Value::Object(fields)) => words.extend(fields.keys().cloned()),
            ("enum" | "const", _) => words.extend(strings(part)),
            _ => {}
        }
        gather(part, words);
    }
    node.as_array()
        .into_iter()
        .flatten()
        .for_each(|part| gather(part, words));
}

fn strings(node: &Value) -> impl Iterator<Item = String> {
    let many = node.as_array().into_iter().flatten();
    many.chain(Some(node))
        .filter_map(|word| word.as_str().map(str::to_owned))
}

/// Returns whether a text is part of what the checks say about themselves.
pub type Says = fn(&str) -> bool;

/// Returns whether the doctor says this anyway.
pub(crate) fn contains(text: &str) -> bool {
    static INDEX: OnceLock<TextIndex> = OnceLock::new();
    let index = INDEX.get_or_init(|| {
        let mut schema = Vec::new();
        let words = Word::ALL.iter().flat_map(|word| [word.as_str(), word.meaning()]);
        gather(&serde_json::from_str(SCHEMA).unwrap_or_default(), &mut schema);
        TextIndex::of(
            [FIXED]
                .into_iter()
                .chain(words)
                .chain(schema.iter().map(String::as_str)),
        )
    });
    index.contains(text)
}
