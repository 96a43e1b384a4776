//! Real processes that look like a Gateway: a shell under the name of node.

use std::io::Write;
use std::net::TcpListener;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::*;
use crate::base::fact::Fact;
use crate::collect::testkit::{Bench, put};
use crate::parse::proc::stat as proc_stat;

/// A pretended Gateway; it and its worker end when the pipe to it closes.
struct Fake(Child);

impl Fake {
    fn start(root: &Path, args: &[&str], worker: bool) -> Fake {
        let node = root.join("bin/node");
        if !node.exists() {
            std::fs::create_dir_all(root.join("bin")).unwrap();
            symlink("/bin/sh", &node).unwrap();
        }
        let dist = root.join("openclaw/dist");
        let broker = dist.join("process/spawn-broker/worker.js");
        put(&broker, "read -r _\n");
        let line = format!(
            "LOADED_KEY=late NODE_CHANNEL_FD=3 {} {} <&3 &\n",
            node.display(),
            broker.display()
        );
        put(
            &dist.join("index.js"),
            format!("exec 3<&0\n{}read -r _\n", if worker { &line } else { "" }),
        );
        let child = Command::new(&node)
            .arg(dist.join("index.js"))
            .args(args)
            .env_clear()
            .env("SOME_KEY", "from-exec")
            .env("EMPTY_KEY", "")
            .current_dir(root)
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(250));
        Fake(child)
    }

    fn pid(&self) -> u32 {
        self.0.id()
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        let _ = self.0.stdin.take().map(|mut pipe| pipe.write_all(b"\n"));
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn root() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = std::fs::canonicalize(folder.path()).unwrap();
    (folder, path)
}

fn only<'a>(found: &'a ProcessCollection, fake: &Fake) -> (&'a GatewayProcess, &'a RawProcess) {
    let at = found
        .facts
        .gateways
        .iter()
        .position(|process| process.pid == fake.pid())
        .unwrap();
    (&found.facts.gateways[at], &found.raw[at])
}

#[test]
fn the_managers_process_shows_its_environment_and_its_witness() {
    let (_keep, root) = root();
    let fake = Fake::start(&root, &["gateway", "--port", "40001", "--token", "s3cr3t-value"], true);
    let bench = Bench::new(&root);
    let hints = ProcessHints {
        manager_pids: vec![fake.pid()],
        ports: vec![40001],
        ..ProcessHints::default()
    };
    let found = collect(&bench.context(), &hints, scan());
    let (process, raw) = only(&found, &fake);
    assert_eq!(process.found_by, FoundBy::Manager);
    assert_eq!(found.facts.gateways[found.facts.examined.unwrap()].pid, fake.pid());
    assert_eq!(process.port, Some(40001));
    assert_eq!(
        process.arguments,
        ["gateway", "--port", "40001", "--token", "[withheld]"]
    );
    assert_eq!(process.cwd.as_deref(), root.to_str());
    let initial = process.initial.get().unwrap();
    let names: Vec<&str> = initial.iter().map(|binding| binding.name.as_str()).collect();
    assert!(names.contains(&"SOME_KEY") && names.contains(&"EMPTY_KEY") && !names.contains(&"LOADED_KEY"));
    let witness = process.witness.get().unwrap();
    assert_eq!(witness.kind, "spawn-broker");
    assert!(witness.bindings.iter().any(|binding| binding.name == "LOADED_KEY"));
    assert!(
        !witness
            .bindings
            .iter()
            .any(|binding| binding.name.starts_with("NODE_CHANNEL_"))
    );
    let late = raw
        .witness
        .as_ref()
        .unwrap()
        .iter()
        .find(|binding| binding.name == "LOADED_KEY");
    assert_eq!(late.unwrap().value.expose(), "late");
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap()
        .as_millis() as i64;
    assert!((now - process.started_ms.unwrap()).abs() < 5000);
}

#[test]
fn commands_of_the_cli_are_no_gateways() {
    let (_keep, root) = root();
    let fakes = [
        Fake::start(&root, &["gateway", "status"], false),
        Fake::start(&root, &["agent", "--message", "gateway"], false),
    ];
    let gateway = Fake::start(&root, &["gateway", "run"], false);
    let bench = Bench::new(&root);
    let found = collect(&bench.context(), &ProcessHints::default(), scan());
    assert!(
        fakes
            .iter()
            .all(|fake| found.facts.gateways.iter().all(|process| process.pid != fake.pid()))
    );
    let (process, _) = only(&found, &gateway);
    assert_eq!(process.found_by, FoundBy::CommandLine);
    assert_eq!(process.witness, Fact::Absent);
}

#[test]
fn a_lock_counts_only_for_the_process_that_wrote_it() {
    let (_keep, root) = root();
    let fake = Fake::start(&root, &["gateway"], false);
    let bench = Bench::new(&root);
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", fake.pid())).unwrap();
    let start = proc_stat::stat(&stat).unwrap().start_ticks;
    let lock = root.join(format!("tmp/openclaw-{}/gateway.state.lock", bench.host.uid));
    let hints = ProcessHints {
        state_dirs: vec![root.to_string_lossy().into_owned()],
        ..ProcessHints::default()
    };
    let find_with = |start: u64| {
        put(
            &lock,
            format!("{{\"pid\":{},\"port\":40002,\"startTime\":{start}}}   \t", fake.pid()),
        );
        let found = collect(&bench.context(), &hints, scan());
        let (process, _) = only(&found, &fake);
        (process.found_by, process.port)
    };
    assert_eq!(find_with(start), (FoundBy::LockFile, Some(40002)));
    assert_eq!(find_with(start + 1), (FoundBy::CommandLine, None));
}

#[test]
fn a_stranger_on_the_port_is_named() {
    let (_keep, root) = root();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let bench = Bench::new(&root);
    let hints = ProcessHints {
        ports: vec![port],
        ..ProcessHints::default()
    };
    let owner = collect(&bench.context(), &hints, scan()).facts.port_owner.unwrap();
    assert_eq!((owner.port, owner.uid, owner.is_gateway), (port, bench.host.uid, false));
    assert_eq!(owner.pid, Some(std::process::id()));
    assert!(owner.command.is_some());
    drop(listener);
    assert_eq!(collect(&bench.context(), &hints, scan()).facts.port_owner, None);
}

#[test]
fn processes_that_are_gone_or_unknown_are_left_out() {
    let (_keep, root) = root();
    let bench = Bench::new(&root);
    let own = std::process::id();
    let hints = ProcessHints {
        manager_pids: vec![0, u32::MAX / 2, own],
        ..ProcessHints::default()
    };
    let found = collect(&bench.context(), &hints, scan());
    // Gateways that other tests start below this process may be found in its place.
    let wrong = |process: &GatewayProcess| hints.manager_pids.contains(&process.pid);
    assert!(!found.facts.gateways.iter().any(wrong));
}
