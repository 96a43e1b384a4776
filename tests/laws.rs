//! Laws that hold on every machine: lower layers never win, no planted value comes out, and the
//! same machine gives the same report.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

mod rig;

use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use proptest::prelude::*;
use rig::{Machine, view};
use serde_json::{Value, json};

const PRINT_KEY: &[u8] = b"a key for fingerprints";
const LIMIT: Duration = Duration::from_secs(15);

fn settings(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        max_shrink_iters: 40,
        ..ProptestConfig::default()
    }
}

fn fingerprint(value: &str) -> String {
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(PRINT_KEY).unwrap();
    mac.update(value.as_bytes());
    mac.finalize()
        .into_bytes()
        .iter()
        .take(4)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// What each layer says of one name; `shell` only where the name is imported from login shells.
#[derive(Debug, Clone)]
struct Layers {
    name: &'static str,
    process: Option<String>,
    workspace: Option<String>,
    state: Option<String>,
    gateway: Option<String>,
    config: Option<String>,
    shell: Option<String>,
}

fn layers() -> impl Strategy<Value = Layers> {
    let value = || prop_oneof![3 => "[a-z][A-Za-z0-9]{7,20}", 2 => Just(String::new())];
    let one = move || proptest::option::weighted(0.4, value());
    let odd = prop_oneof![value(), Just("  ".to_owned()), Just("${NOT_SET_HERE}".to_owned())];
    let names = prop_oneof![Just("MY_PLAIN_WORD"), Just("OPENAI_API_KEY")];
    let config = proptest::option::weighted(0.6, odd);
    (names, one(), one(), one(), one(), config, one()).prop_map(
        |(name, process, workspace, state, gateway, config, shell)| Layers {
            name,
            process,
            workspace,
            state,
            gateway,
            config,
            shell,
        },
    )
}

impl Layers {
    /// The rule of facts/env-resolution.md section 0, facts 1 and 5, once more: the first binding
    /// wins, an empty one too; a blank one is filled by the config alone; a shell fills what is
    /// not bound and not in the config.
    fn winner(&self) -> Option<(&'static str, &str)> {
        let plain = self.name == "MY_PLAIN_WORD";
        let bound = [
            ("process", self.process.as_deref()),
            ("dotenv-workspace", self.workspace.as_deref().filter(|_| plain)),
            ("dotenv-state", self.state.as_deref()),
            ("gateway-env", self.gateway.as_deref()),
        ];
        let bound = bound.into_iter().find_map(|(source, value)| Some((source, value?)));
        let config = self
            .config
            .as_deref()
            .filter(|value| !value.trim().is_empty() && !value.contains("${"));
        let shell = self.shell.as_deref().filter(|value| !plain && !value.trim().is_empty());
        match (bound, config, shell) {
            (Some((_, "")) | None, Some(value), _) => Some(("config-env", value)),
            (None, None, Some(value)) => Some(("login-shell", value)),
            (bound, _, _) => bound,
        }
    }

    fn machine(&self) -> Machine {
        let mut machine = Machine::new();
        machine.put_bytes("print-key", PRINT_KEY);
        if let Some(value) = &self.process {
            machine.set(self.name, value);
        }
        let files = [
            ("cwd/.env", &self.workspace),
            ("home/.openclaw/.env", &self.state),
            ("home/.config/openclaw/gateway.env", &self.gateway),
            ("home/.bash_profile", &self.shell),
        ];
        for (path, value) in files {
            if let Some(value) = value {
                machine.put(path, &format!("export {}={value}\n", self.name));
            }
        }
        let mut env = json!({ "shellEnv": { "enabled": self.shell.is_some() } });
        if let Some(value) = &self.config {
            env["vars"] = json!({ self.name: value });
        }
        let config = json!({ "gateway": { "mode": "local", "port": 28_761 }, "env": env });
        machine.put("home/.openclaw/openclaw.json", &config.to_string());
        machine
    }

    fn report(&self, machine: &Machine) -> Result<Value, String> {
        let key = machine.path("print-key").to_string_lossy().into_owned();
        let args = [
            "--json",
            "--offline",
            "--service-manager",
            "none",
            "--fingerprint-key",
            &key,
        ];
        machine
            .doctor(&[&args[..], &["--key", self.name]].concat())
            .report(LIMIT)
    }
}

proptest! {
    #![proptest_config(settings(48))]

    #[test]
    fn lower_layers_never_win(layers in layers()) {
        let report = layers.report(&layers.machine()).map_err(TestCaseError::fail)?;
        let view = view(&report, layers.name, "shell");
        match layers.winner() {
            None => prop_assert_eq!(&view["state"], "unset", "{}", view),
            Some((source, value)) => {
                prop_assert_eq!(&view["source"], source, "{}", view);
                prop_assert_eq!(&view["fingerprint"], &json!(fingerprint(value)), "{}", view);
            }
        }
    }
}

/// Takes out what two runs may differ in.
fn without_times(report: &mut Value) {
    match report {
        Value::Object(fields) => {
            fields.retain(|name, _| !matches!(name.as_str(), "taken_at" | "up_seconds" | "ms"));
            fields.values_mut().for_each(without_times);
        }
        Value::Array(items) => items.iter_mut().for_each(without_times),
        _ => {}
    }
}

/// The top-level fields in which two reports differ.
fn differing(first: &Value, second: &Value) -> String {
    let fields = first.as_object().into_iter().flatten();
    let unlike = fields.filter(|(name, value)| second.get(name.as_str()) != Some(*value));
    unlike
        .map(|(name, value)| format!("{name}: {value}\n and {}\n", second[name.as_str()]))
        .collect()
}

proptest! {
    #![proptest_config(settings(12))]

    #[test]
    fn the_same_machine_gives_the_same_report(layers in layers()) {
        let machine = layers.machine();
        let look = || -> Result<Value, TestCaseError> {
            let mut report = layers.report(&machine).map_err(TestCaseError::fail)?;
            without_times(&mut report);
            Ok(report)
        };
        // Elsewhere on this machine a Gateway of somebody else may start or end between two runs.
        let mut difference = None;
        for _ in 0..3 {
            let (first, second) = (look()?, look()?);
            difference = (first != second).then(|| differing(&first, &second));
            if difference.is_none() {
                break;
            }
        }
        prop_assert_eq!(difference, None);
    }
}
