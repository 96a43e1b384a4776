//! `--wait` in whole runs: from starting to ready, no use in waiting, time that runs out.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

mod rig;
#[path = "rig/server.rs"]
mod server;

use std::time::Duration;

use rig::{KEY, Machine};
use server::{Server, free_port, gateway};

/// A machine without a service whose config names this port.
fn machine(port: u16) -> Machine {
    let mut machine = Machine::usual();
    machine.set(KEY, "FAKE-key-0000000000000001");
    let config = serde_json::json!({
        "gateway": { "mode": "local", "port": port, "auth": { "mode": "token", "token": "FAKE-gw-token-0001" } },
    });
    machine.put("home/.openclaw/openclaw.json", &config.to_string());
    machine
}

const ASK: &[&str] = &[
    "--service-manager",
    "none",
    "--skip",
    "service,cloudflare,files,environment,gateway-port-foreign",
];

#[test]
fn it_ends_when_the_gateway_is_up() {
    let port = free_port();
    let machine = machine(port);
    let later = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(1500));
        Server::start(port, gateway)
    });
    let ran = machine.doctor(&[&["--wait=15", "--json"], ASK].concat());
    assert_eq!(
        ran.code,
        Some(0),
        "{}{}",
        ran.err(),
        String::from_utf8_lossy(&ran.stdout)
    );
    assert!(
        ran.took > Duration::from_millis(1000) && ran.took < Duration::from_secs(14),
        "{:?}",
        ran.took
    );
    // What was said while it waited: once, and without a byte that moves a cursor.
    assert_eq!(ran.err().matches("waiting until").count(), 1, "{}", ran.err());
    assert!(!ran.err().contains(['\r', '\u{1b}', '\u{8}']), "{:?}", ran.err());
    let report: serde_json::Value = serde_json::from_slice(&ran.stdout).unwrap();
    let asked = report["pings"].as_array().unwrap().iter();
    assert!(asked.into_iter().any(|ping| ping["status"] == 200), "{report}");
    assert!(!later.join().unwrap().heads().is_empty());
}

#[test]
fn it_ends_at_once_where_waiting_is_of_no_use() {
    let machine = machine(free_port());
    machine.put("home/.openclaw/openclaw.json", "{ gateway: { mode: \"local\", \n");
    let ran = machine.doctor(&[&["--wait=15"], ASK].concat());
    assert_eq!(ran.code, Some(1), "{}", ran.err());
    assert!(ran.took < Duration::from_secs(8), "{:?}", ran.took);
    assert_eq!(ran.err().matches("config-syntax-error").count(), 1, "{}", ran.err());
    assert!(!ran.err().contains("waiting until"), "{}", ran.err());
}

#[test]
fn it_ends_with_4_when_time_runs_out() {
    let machine = machine(free_port());
    let ran = machine.doctor(&[&["--wait=3"], ASK].concat());
    assert_eq!(
        ran.code,
        Some(4),
        "{}{}",
        ran.err(),
        String::from_utf8_lossy(&ran.stdout)
    );
    assert!(ran.took >= Duration::from_millis(2800), "{:?}", ran.took);
    let err = ran.err();
    assert_eq!(err.matches("waiting until").count(), 1, "{err}");
    assert!(err.contains("time ran out after 3 s: "), "{err}");
    // Each problem once, though it was looked at more than once.
    let mut heads: Vec<&str> = err.lines().filter_map(|line| line.split(": ").next()).collect();
    let all = heads.len();
    heads.sort_unstable();
    heads.dedup();
    assert_eq!(heads.len(), all, "{err}");
    assert!(!err.contains(['\r', '\u{1b}']), "{err:?}");
    let quiet = machine.doctor(&[&["--wait=1", "--quiet"], ASK].concat());
    assert_eq!((quiet.code, quiet.err().as_str()), (Some(4), ""));
}
