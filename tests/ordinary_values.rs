//! Values of everyday variables are no leak: a machine with a desktop session's environment, or with values made of the
//! words that a report holds anyway, still gets its report.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

mod rig;

use std::time::Duration;

use proptest::prelude::*;
use rig::{KEY, Machine};

const LIMIT: Duration = Duration::from_secs(15);

/// Nothing of this is secret; parts of it stand in reports.
const SESSION: &[(&str, &str)] = &[
    ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/run/user/1000/bus"),
    ("XDG_DATA_DIRS", "/usr/share/gnome:/usr/local/share:/usr/share2"),
    ("SSH_CONNECTION", "10.0.0.7 51234 10.0.0.1 22"),
    ("LESSOPEN", "| /usr/bin/lesspipe %s"),
    ("LS_COLORS", "rs=0:di=01;34:ln=01;36:*.env=01;32"),
    ("XDG_SESSION_DESKTOP", "gnome-session-42-openclaw-gateway"),
    ("NODE_OPTIONS", "--max-old-space-size=8192 --enable-source-maps"),
    ("ENTRY", "node {root}/pkg/openclaw/dist/index.js gateway --port 18789"),
    (
        "OPENCLAW_NOTE",
        "CLOUDFLARE_AI_GATEWAY_API_KEY = in home/.openclaw/.env 2",
    ),
];

fn check(machine: &Machine, args: &[&str]) -> Result<(), String> {
    for format in ["json", "human", "markdown"] {
        let ran = machine.doctor(&[args, &["--offline", "--format", format]].concat());
        if !matches!(ran.code, Some(0 | 1 | 3)) {
            return Err(format!("{format}: {:?}, {}", ran.code, ran.err()));
        }
        if format == "json" {
            ran.report(LIMIT)?;
        }
    }
    Ok(())
}

#[test]
fn a_session_of_a_desktop_gets_its_report() {
    let mut machine = Machine::usual();
    let root = machine.path("").to_string_lossy().into_owned();
    for (name, value) in SESSION {
        machine.set(name, &value.replace("{root}", &root));
    }
    check(&machine, &[]).unwrap();
    let names: Vec<&str> = SESSION.iter().map(|(name, _)| *name).chain([KEY]).collect();
    check(&machine, &[&["env"], names.as_slice()].concat()).unwrap();
}

/// Texts out of words that stand in reports.
fn texts() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        Just("NODE_OPTIONS_X"),
        Just("CLOUDFLARE_AI_GATEWAY_API_KEY"),
        Just("openclaw-gateway.service"),
        Just("~/.openclaw/.env"),
        Just("/home/me/.openclaw/openclaw.json"),
        Just("models.providers.cloudflare-ai-gateway"),
        Just("openclaw gateway restart"),
        Just("a7"),
        Just("="),
    ];
    (
        proptest::collection::vec(word, 1..4),
        prop_oneof![Just(" "), Just(":"), Just("=")],
    )
        .prop_map(|(words, between)| words.join(between))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn values_made_of_the_words_of_a_report_are_no_leak(values in proptest::collection::vec(texts(), 6)) {
        let mut machine = Machine::usual();
        let names = ["NODE_OPTIONS_X", "PROJECT_NAME", "MY_NOTE", "SOME_ADDRESS"];
        for (name, value) in names.iter().zip(&values) {
            machine.set(name, value);
        }
        machine.put("home/.openclaw/.env", &format!("MIXED_CASE='{}'\nOTHER_WORDS='{}'\n", values[4], values[5]));
        let keys = [&names[..], &["MIXED_CASE", "OTHER_WORDS", KEY]].concat();
        if let Err(why) = check(&machine, &[&["env"], keys.as_slice()].concat()) {
            return Err(TestCaseError::fail(why));
        }
    }
}
