//! `doctor config --elsewhere FILE`: a config in a repository is judged without the machine that looks at it.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

mod rig;

use rig::Machine;

/// What is inside `gateway`, whether this machine refuses to start with it, and whether every machine does.
const GATEWAYS: &[(&str, bool, bool)] = &[
    (r#"auth: {mode: "token", token: "FAKE-gw-token-0001"}"#, false, false),
    (
        r#"auth: {mode: "token", token: {source: "env", provider: "default", id: "OPENCLAW_GATEWAY_TOKEN"}}"#,
        true,
        false,
    ),
    (
        r#"auth: {mode: "password", password: "${OPENCLAW_GATEWAY_PASSWORD}"}"#,
        true,
        false,
    ),
    (
        r#"bind: "custom", customBindHost: "203.0.113.7", auth: {mode: "token", token: "FAKE-gw-token-0001"}"#,
        true,
        false,
    ),
    (
        r#"tailscale: {mode: "serve"}, auth: {mode: "token", token: "FAKE-gw-token-0001"}"#,
        true,
        false,
    ),
    (
        r#"tls: {enabled: true, autoGenerate: false, certPath: "/nowhere/cert.pem", keyPath: "/nowhere/key.pem"}, auth: {mode: "token", token: "FAKE-gw-token-0001"}"#,
        true,
        false,
    ),
    // Faults of the file stay.
    (
        r#"bindd: "loopback", auth: {mode: "token", token: "FAKE-gw-token-0001"}"#,
        true,
        true,
    ),
    (r#"bind: "lan", auth: {mode: "none"}"#, true, true),
];

#[test]
fn another_machines_config_is_judged_by_itself() {
    for (inside, here, everywhere) in GATEWAYS {
        let machine = Machine::usual();
        machine.put(
            "repo/openclaw.json",
            &format!("{{gateway: {{mode: \"local\", {inside}}}}}"),
        );
        let file = machine.path("repo/openclaw.json");
        let file = file.to_str().unwrap();
        for (arguments, refused) in [
            (vec!["config", file], here),
            (vec!["config", "--elsewhere", file], everywhere),
        ] {
            let ran = machine.doctor(&arguments);
            let text = String::from_utf8_lossy(&ran.stdout).into_owned();
            assert_eq!(
                ran.code,
                Some(i32::from(*refused)),
                "{inside} {arguments:?}: {text}{}",
                ran.err()
            );
        }
    }
}

#[test]
fn it_needs_a_file() {
    let ran = Machine::usual().doctor(&["config", "--elsewhere"]);
    assert_eq!(ran.code, Some(2), "{}", ran.err());
}
