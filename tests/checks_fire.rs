//! `tests/checks/<id>.json5`, or `<id>+<variant>.json5`: for a check a machine on which it fires and one on which it passes, whole runs of the
//! program. A case starts from the usual machine of `tests/rig`; its parts are described at [`Part`].
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

mod rig;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rig::{Machine, ids};
use serde::Deserialize;
use serde_json::Value;

const LIMIT: Duration = Duration::from_secs(15);
const SHOW: &str =
    "Id=openclaw-gateway.service\nLoadState=loaded\nUnitFileState=enabled\nExecMainStatus=0\nNRestarts=0\n";
const LABEL: &str = "ai.openclaw.gateway";

/// What a case adds to the usual machine; `{root}` is its root, `{uid}` the user's id.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Part {
    /// Files by their path below the root; an empty text removes one.
    files: BTreeMap<String, String>,
    /// Modes of files, octal.
    modes: BTreeMap<String, String>,
    /// The doctor's environment.
    env: BTreeMap<String, String>,
    /// What `systemctl --user show-environment` says.
    manager: String,
    /// Properties of `systemctl --user show`.
    show: BTreeMap<String, String>,
    /// A Gateway that runs: its environment, and its worker's.
    daemon: Option<Daemon>,
    /// Whether launchd runs it, and what `launchctl getenv` knows.
    launchd: Option<BTreeMap<String, String>>,
    /// Arguments of the doctor.
    args: Vec<String>,
    /// The severity of the finding, its subject, and words that it must say.
    severity: String,
    subject: Option<String>,
    says: Vec<String>,
}

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Daemon {
    env: BTreeMap<String, String>,
    worker: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    #[serde(default)]
    both: Part,
    fires: Part,
    passes: Part,
}

impl Part {
    /// This part on top of another.
    fn over(&self, below: &Part) -> Part {
        let mut all = below.clone();
        let own = self.clone();
        all.files.extend(own.files);
        all.modes.extend(own.modes);
        all.env.extend(own.env);
        all.show.extend(own.show);
        all.args.extend(own.args);
        all.says.extend(own.says);
        all.manager += &own.manager;
        all.daemon = own.daemon.or(all.daemon);
        all.launchd = own.launchd.or(all.launchd);
        all.subject = own.subject.or(all.subject);
        if !own.severity.is_empty() {
            all.severity = own.severity;
        }
        all
    }
}

/// A process that looks like a Gateway and ends with the test.
struct Gateway(Option<Child>);

impl Drop for Gateway {
    fn drop(&mut self) {
        if let Some(mut child) = self.0.take() {
            // Its worker is in the same group.
            let group = rustix::process::Pid::from_child(&child);
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
            let _ = child.wait();
        }
    }
}

impl Gateway {
    fn start(machine: &Machine, daemon: &Daemon) -> Gateway {
        let entry = machine.path("pkg/openclaw/dist/index.js");
        let worker = machine.path("pkg/openclaw/dist/process/spawn-broker/worker.js");
        let words: Vec<String> = daemon
            .worker
            .iter()
            .map(|(name, value)| format!("'{name}={}'", value.replace("{root}", &root(machine))))
            .collect();
        machine.put(
            "pkg/openclaw/dist/index.js",
            &format!(
                "/usr/bin/env -i {} /bin/sh {} &\n: > {{root}}/up\nwait\n",
                words.join(" "),
                worker.display()
            ),
        );
        machine.put(
            "pkg/openclaw/dist/process/spawn-broker/worker.js",
            "while :; do /bin/sleep 60; done\n",
        );
        let child = Command::new("/bin/sh")
            .arg(entry)
            .args(["gateway", "--port", "18789"])
            .env_clear()
            .envs(
                daemon
                    .env
                    .iter()
                    .map(|(name, value)| (name, value.replace("{root}", &root(machine)))),
            )
            .current_dir(machine.path("cwd"))
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let gateway = Gateway(Some(child));
        let started = Instant::now();
        while !machine.path("up").exists() {
            assert!(started.elapsed() < LIMIT, "the stand-in of the Gateway did not start");
            std::thread::sleep(Duration::from_millis(5));
        }
        gateway
    }

    fn pid(&self) -> u32 {
        self.0.as_ref().map_or(0, Child::id)
    }
}

fn root(machine: &Machine) -> String {
    machine.path("").to_string_lossy().trim_end_matches('/').to_owned()
}

/// Answers for `systemctl`: what the case says of the unit.
fn systemd(machine: &Machine, part: &Part, pid: u32) {
    let mut show = SHOW.to_owned();
    let runs = if pid == 0 {
        "ActiveState=inactive\nSubState=dead\nMainPID=0\n".to_owned()
    } else {
        format!("ActiveState=active\nSubState=running\nMainPID={pid}\n")
    };
    show += &runs;
    for (name, value) in &part.show {
        show = show
            .lines()
            .filter(|line| !line.starts_with(&format!("{name}=")))
            .fold(String::new(), |all, line| all + line + "\n");
        show += &format!("{name}={value}\n");
    }
    if !part.show.contains_key("NeedDaemonReload") {
        show += "NeedDaemonReload=no\n";
    }
    machine.tools(&show, &format!("LANG=C.UTF-8\n{}", part.manager));
}

/// Answers for `launchctl`: an agent that is loaded.
fn launchd(machine: &Machine, known: &BTreeMap<String, String>, pid: u32) {
    let state = if pid == 0 {
        "not running".to_owned()
    } else {
        format!("running\n\tpid = {pid}")
    };
    let words = [
        "/bin/sh",
        "{root}/home/.openclaw/service-env/ai.openclaw.gateway-env-wrapper.sh",
        "{root}/home/.openclaw/service-env/ai.openclaw.gateway.env",
        "{root}/pkg/node",
        "{root}/pkg/openclaw/dist/index.js",
        "gateway",
        "--port",
        "18789",
    ];
    let list = words
        .iter()
        .fold(String::new(), |all, word| all + &format!("<string>{word}</string>"));
    machine.put(
        &format!("home/Library/LaunchAgents/{LABEL}.plist"),
        &format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<plist version=\"1.0\"><dict>\n<key>Label</key><string>{LABEL}</string>\n<key>ProgramArguments</key><array>{list}</array>\n</dict></plist>\n"),
    );
    machine.put(
        "home/.openclaw/service-env/ai.openclaw.gateway-env-wrapper.sh",
        "#!/bin/sh\n. \"$1\"\nshift\nexec \"$@\"\n",
    );
    fs::set_permissions(
        machine.path("home/.openclaw/service-env/ai.openclaw.gateway-env-wrapper.sh"),
        fs::Permissions::from_mode(0o700),
    )
    .unwrap();
    machine.put(
        "print",
        &format!("gui/501/{LABEL} = {{\n\tstate = {state}\n\truns = 1\n}}\n"),
    );
    let known = known.iter().fold(String::new(), |all, (name, value)| {
        all + &format!("  {name}) echo '{value}' ;;\n")
    });
    machine.tool(
        "launchctl",
        &format!("case $1 in\nprint) case $2 in */{LABEL}) /bin/cat {{root}}/print;; *) exit 113;; esac ;;\ngetenv) case $2 in\n{known}  esac ;;\nesac"),
    );
}

/// Runs the doctor on a machine and returns its report.
fn report(part: &Part) -> Value {
    let mut machine = Machine::usual();
    for (name, value) in &part.env {
        let value = value.replace("{root}", &root(&machine));
        machine.set(name, &value);
    }
    let gateway = match &part.daemon {
        Some(daemon) => Gateway::start(&machine, daemon),
        None => Gateway(None),
    };
    match &part.launchd {
        Some(known) => launchd(&machine, known, gateway.pid()),
        None => systemd(&machine, part, gateway.pid()),
    }
    for (name, text) in &part.files {
        match text.as_str() {
            "" => fs::remove_file(machine.path(name)).unwrap(),
            text => machine.put(name, text),
        }
    }
    for (name, mode) in &part.modes {
        let mode = u32::from_str_radix(mode, 8).unwrap();
        fs::set_permissions(machine.path(name), fs::Permissions::from_mode(mode)).unwrap();
    }
    let manager = if part.launchd.is_some() { "launchd" } else { "systemd" };
    let mut args = vec!["--json", "--offline", "--service-manager", manager];
    args.extend(part.args.iter().map(String::as_str));
    machine.doctor(&args).report(LIMIT).unwrap()
}

/// What is wrong with a case; nothing when it holds.
fn check(id: &str, case: &Case) -> Vec<String> {
    let mut wrong = Vec::new();
    let fires = case.fires.over(&case.both);
    let seen = report(&fires);
    let findings = seen["findings"].as_array().map(Vec::as_slice).unwrap_or_default();
    let outcome = |report: &Value| {
        let checks = report["checks"].as_array().map(Vec::as_slice).unwrap_or_default();
        checks
            .iter()
            .find(|check| check["id"] == id)
            .map(|check| check["outcome"].clone())
    };
    match findings.iter().find(|finding| finding["id"] == id) {
        None => wrong.push(format!(
            "does not fire; found {:?}, outcome {:?}",
            ids(&seen),
            outcome(&seen)
        )),
        Some(finding) => {
            let text = finding.to_string();
            if finding["severity"] != fires.severity.as_str() {
                wrong.push(format!("severity {}, not {}", finding["severity"], fires.severity));
            }
            if let Some(subject) = &fires.subject
                && finding["subject"] != subject.as_str()
            {
                wrong.push(format!("subject {}, not {subject}", finding["subject"]));
            }
            let missing = fires.says.iter().filter(|word| !text.contains(*word));
            wrong.extend(missing.map(|word| format!("does not say {word:?}: {text}")));
        }
    }
    let passes = case.passes.over(&case.both);
    let seen = report(&passes);
    // "skipped" and "unknown" are no pass: the check has to have looked.
    if ids(&seen).contains(&id) || outcome(&seen) != Some("pass".into()) {
        wrong.push(format!("does not pass: {:?}, found {:?}", outcome(&seen), ids(&seen)));
    }
    wrong.into_iter().map(|why| format!("{id}: {why}")).collect()
}

#[test]
fn every_case_fires_and_passes() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/checks");
    let only = std::env::var("ONLY_CHECK").ok();
    let mut wrong = Vec::new();
    let mut count = 0;
    let mut names: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    names.sort();
    for path in names {
        let id = path.file_stem().unwrap().to_string_lossy().into_owned();
        if only.as_ref().is_some_and(|only| !id.contains(only.as_str())) {
            continue;
        }
        let case: Case =
            json5::from_str(&fs::read_to_string(&path).unwrap()).unwrap_or_else(|error| panic!("{id}: {error}"));
        wrong.extend(check(id.split('+').next().unwrap(), &case));
        count += 1;
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(count >= 30 || only.is_some(), "only {count} cases");
}
