//! Safe to run, by anyone, anywhere: an answer in time whatever hangs, nothing left behind by a signal, no code and no
//! file of another account for root.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::print_stderr,
    clippy::type_complexity
)]

mod rig;

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rig::{Machine, ids};
use serde_json::Value;

/// The account of the stranger and of the user whose home root looks at.
const OTHER: u32 = 4242;

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

fn command(machine: &Machine, program: &str, args: &[&str]) -> Command {
    let mut command = Command::new(program);
    command
        .args(args)
        .env_clear()
        .envs(machine.env.iter().map(|(name, value)| (name, value)))
        .current_dir(machine.path("cwd"))
        .stdin(Stdio::null());
    command
}

#[test]
fn endless_and_quadratic_input_ends() {
    let machine = Machine::usual();
    let many = |unit: &dyn Fn(usize) -> String, times: usize| (0..times).map(unit).collect::<Vec<_>>().join(",");
    let configs = [
        format!(
            "{{env:{{vars:{{{}}}}}}}",
            many(&|n| format!("V{n}:\"${{W{n}}}\""), 4000)
        ),
        format!("{{env:{{vars:{{A:\"{}\"}}}}}}", "${".repeat(100_000)),
        format!("{{{}}}", many(&|n| format!("k{n}:{{$include:\"./big.json\"}}"), 5000)),
        "{$include:[\"./i.json\",\"./i.json\"]}".to_owned(),
    ];
    machine.put(
        "home/.openclaw/big.json",
        &format!("{{x:\"{}\"}}", "A".repeat(1_000_000)),
    );
    machine.put(
        "home/.openclaw/i.json",
        "{$include:[\"./j.json\",\"./j.json\",\"./openclaw.json\"]}",
    );
    machine.put("home/.openclaw/j.json", "{}");
    for config in configs {
        machine.put("home/.openclaw/openclaw.json", &config);
        let ran = machine.doctor(&["--json", "--offline", "--timeout", "3"]);
        ran.report(Duration::from_millis(4500)).unwrap();
    }
}

#[test]
fn a_signal_leaves_no_process_and_no_file() {
    for (at, signal) in ["INT", "TERM", "HUP", "QUIT", "ALRM", "USR1", "KILL"]
        .into_iter()
        .enumerate()
    {
        let machine = Machine::usual();
        let nap = format!("77.{}{at}", std::process::id());
        machine.tool("systemctl", &format!("exec /bin/sleep {nap}"));
        let bundle = machine.path("b.json");
        // Tests that run in the background of a script are started with some of these signals ignored.
        let args = [
            "--default-signal=INT,TERM,HUP,QUIT",
            env!("CARGO_BIN_EXE_openclaw"),
            "doctor",
            "--json",
            "--offline",
            "--service-manager",
            "systemd",
            "--bundle",
            bundle.to_str().unwrap(),
        ];
        let mut child = command(&machine, "/usr/bin/env", &args)
            .env("PATH", format!("{}:/usr/bin:/bin", machine.path("bin").display()))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let sleeps = || {
            let found = Command::new("/usr/bin/pgrep")
                .args(["-f", &format!("sleep {nap}")])
                .output();
            found.is_ok_and(|found| found.status.success())
        };
        let start = Instant::now();
        while !sleeps() && start.elapsed() < Duration::from_secs(5) {
            std::thread::sleep(Duration::from_millis(20));
        }
        assert!(sleeps(), "{signal}: systemctl was not run");
        let pid = child.id().to_string();
        assert!(
            Command::new("/bin/kill")
                .args([&format!("-{signal}"), &pid])
                .status()
                .unwrap()
                .success()
        );
        let start = Instant::now();
        while child.try_wait().unwrap().is_none() {
            assert!(start.elapsed() < Duration::from_secs(3), "{signal}: it lives on");
            std::thread::sleep(Duration::from_millis(20));
        }
        std::thread::sleep(Duration::from_millis(200));
        assert!(!sleeps(), "{signal}: a command is left");
        assert!(!bundle.exists());
    }
}

#[test]
fn few_open_files_are_told_and_nothing_is_invented() {
    let machine = Machine::usual();
    let script = format!(
        "ulimit -n 11; exec {} doctor --json --offline",
        env!("CARGO_BIN_EXE_openclaw")
    );
    let done = command(&machine, "/bin/sh", &["-c", &script]).output().unwrap();
    let document: Value = serde_json::from_slice(&done.stdout).unwrap();
    assert_eq!(ids(&document), Vec::<&str>::new());
    assert_eq!(document["outcome"], "incomplete");
}

#[test]
fn a_bundle_is_for_its_owner_whatever_the_umask() {
    let machine = Machine::usual();
    let bundle = machine.path("b.json");
    let program = env!("CARGO_BIN_EXE_openclaw");
    let script = format!(
        "umask 777; exec {program} doctor --offline --bundle {}",
        bundle.display()
    );
    command(&machine, "/bin/sh", &["-c", &script]).output().unwrap();
    assert_eq!(fs::metadata(&bundle).unwrap().permissions().mode() & 0o777, 0o600);
}

/// Gives everything below a folder to the other account.
fn give(path: &Path) {
    std::os::unix::fs::lchown(path, Some(OTHER), None).unwrap();
    if path.is_dir() && !path.is_symlink() {
        for entry in fs::read_dir(path).unwrap() {
            give(&entry.unwrap().path());
        }
    }
}

#[test]
fn root_quotes_no_file_that_the_homes_owner_chose_and_could_not_read() {
    if !is_root() {
        eprintln!("skipped: needs root");
        return;
    }
    let secret = "rootonly-Xy9zQ8wHunt3r";
    let ways: &[fn(&Machine)] = &[
        |machine| {
            symlink(
                machine.path("rootonly"),
                machine.path("home/.openclaw/logs/gateway.log"),
            )
            .unwrap()
        },
        |machine| {
            fs::hard_link(
                machine.path("rootonly"),
                machine.path("home/.openclaw/logs/gateway.log"),
            )
            .unwrap()
        },
        |machine| {
            fs::remove_dir(machine.path("home/.openclaw/logs")).unwrap();
            fs::create_dir(machine.path("closed")).unwrap();
            fs::copy(machine.path("rootonly"), machine.path("closed/gateway.log")).unwrap();
            fs::set_permissions(machine.path("closed/gateway.log"), PermissionsExt::from_mode(0o644)).unwrap();
            fs::set_permissions(machine.path("closed"), PermissionsExt::from_mode(0o700)).unwrap();
            symlink(machine.path("closed"), machine.path("home/.openclaw/logs")).unwrap();
        },
    ];
    for (at, way) in ways.iter().enumerate() {
        let machine = Machine::usual();
        machine.put("rootonly", &format!("first {secret} line\nsecond {secret} line\n"));
        fs::set_permissions(machine.path("rootonly"), PermissionsExt::from_mode(0o600)).unwrap();
        fs::create_dir_all(machine.path("home/.openclaw/logs")).unwrap();
        give(&machine.path("home"));
        way(&machine);
        let bundle = machine.path("b.md");
        machine.doctor(&["--offline", "--bundle", bundle.to_str().unwrap()]);
        let text = fs::read_to_string(&bundle).unwrap();
        assert!(!text.contains("rootonly-Xy9"), "{at}: {text}");
    }
    // The owner's own log is shown.
    let machine = Machine::usual();
    machine.put("home/.openclaw/logs/gateway.log", "a line of the gateway\n");
    give(&machine.path("home"));
    let bundle = machine.path("b.md");
    machine.doctor(&["--offline", "--bundle", bundle.to_str().unwrap()]);
    assert!(fs::read_to_string(&bundle).unwrap().contains("a line of the gateway"));
}

#[test]
fn root_asks_no_login_shell_of_another_account() {
    if !is_root() {
        eprintln!("skipped: needs root");
        return;
    }
    let machine = Machine::new();
    machine.put(
        "home/.openclaw/openclaw.json",
        "{gateway:{mode:\"local\"},env:{shellEnv:{enabled:true}}}",
    );
    for name in [".bashrc", ".profile", ".bash_profile", ".zshenv"] {
        machine.put(&format!("home/{name}"), "echo >> {root}/RAN\n");
    }
    fs::write(machine.path("RAN"), "").unwrap();
    give(&machine.path("home"));
    let ran = machine.doctor(&["--json", "--offline", "--service-manager", "none"]);
    ran.report(Duration::from_secs(15)).unwrap();
    assert_eq!(fs::read_to_string(machine.path("RAN")).unwrap(), "");
    // In a home of its own it is asked.
    for name in [
        "home",
        "home/.openclaw",
        "home/.openclaw/openclaw.json",
        "home/.bashrc",
        "home/.profile",
    ] {
        chown(machine.path(name), Some(0), None).unwrap();
    }
    for name in [".bash_profile", ".zshenv"] {
        fs::remove_file(machine.path(&format!("home/{name}"))).unwrap();
    }
    machine.doctor(&["--json", "--offline", "--service-manager", "none"]);
    assert_ne!(fs::read_to_string(machine.path("RAN")).unwrap(), "");
}

#[test]
fn an_unreadable_layer_is_no_pass() {
    let unreadable: &[(&str, fn(&Machine))] = &[
        ("control", |_| ()),
        ("a FIFO", |machine| {
            let dir = machine.path("home/.config/systemd/user/openclaw-gateway.service.d");
            fs::create_dir_all(&dir).unwrap();
            assert!(
                Command::new("/usr/bin/mkfifo")
                    .arg(dir.join("a.conf"))
                    .status()
                    .unwrap()
                    .success()
            );
        }),
        ("an environment file that is too large", |machine| {
            machine.put("big.env", &"# x\n".repeat(1 << 20));
            machine.put(
                "home/.config/systemd/user/openclaw-gateway.service.d/a.conf",
                "[Service]\nEnvironmentFile={root}/big.env\n",
            );
        }),
        ("a device", |machine| {
            let dir = machine.path("home/.config/systemd/user/openclaw-gateway.service.d");
            fs::create_dir_all(&dir).unwrap();
            symlink("/dev/zero", dir.join("a.conf")).unwrap();
        }),
    ];
    for (name, change) in unreadable {
        let machine = Machine::usual();
        machine.put("home/.openclaw/.env", &format!("{}=abcdefghijklmnop\n", rig::KEY));
        change(&machine);
        let ran = machine.doctor(&[
            "--json",
            "--offline",
            "--only",
            "environment",
            "--service-manager",
            "systemd",
        ]);
        let report = ran.report(Duration::from_secs(15)).unwrap();
        let checks = report["checks"].as_array().unwrap();
        let outcome = |id: &str| checks.iter().find(|check| check["id"] == id).unwrap()["outcome"].clone();
        let (wanted, sum) = if *name == "control" {
            ("pass", "ok")
        } else {
            ("unknown", "incomplete")
        };
        assert_eq!(outcome("env-shadowed-by-service"), wanted, "{name}");
        assert_eq!(report["outcome"], sum, "{name}");
    }
}
