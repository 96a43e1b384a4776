//! The doctor's own words. A "secret" that is one of them (`OPENCLAW_GATEWAY_PASSWORD=openclaw`)
//! cannot be told from the report around it, and finding it gives nothing away. The words of the checks come with
//! the needles, as [`Says`].

use crate::ping::verdict::Word;

/// Words of the formats and of systems that stand in most reports.
const FIXED: &str = "openclaw-doctor/report/1 openclaw-doctor/error/1 openclaw-doctor/bundle/1 openclaw gateway restart \
    openclaw-gateway.service systemd user systemd system launchd agent launchd daemon environment production development \
    loopback anthropic-messages cloudflare-ai-gateway CLOUDFLARE_AI_GATEWAY_API_KEY ANTHROPIC_API_KEY \
    OPENCLAW_GATEWAY_TOKEN OPENCLAW_GATEWAY_PASSWORD anthropic cloudflare x86_64 aarch64 default.target \
    network-online.target localhost password not-asked unreadable next_start running process active inactive [withheld] \
    testsuites testsuite testcase failure skipped classname";

/// The words of the JSON report: its keys, and the values that are one of few.
const SCHEMA: &str = include_str!("../../schema/report-1.schema.json");

/// Tells whether a text is part of what the checks say about themselves.
pub type Says = fn(&str) -> bool;

/// Tells whether the doctor says this anyway.
pub(crate) fn contains(text: &str) -> bool {
    FIXED.contains(text)
        || (text.len() <= 40 && SCHEMA.contains(text))
        || Word::ALL
            .iter()
            .any(|word| word.as_str().contains(text) || word.meaning().contains(text))
}
