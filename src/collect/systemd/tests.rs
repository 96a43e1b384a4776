//! The collector against a home of its own and stand-ins for `systemctl` and `loginctl`.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

use super::*;
use crate::collect::request::Request;
use crate::model::snapshot::{Host, ServiceState};
use crate::secret::{FingerprintKey, Secret};

/// A machine: files below a root, the tools' answers, the doctor's environment.
struct Machine {
    dir: tempfile::TempDir,
    vault: Vault,
    request: Request,
    env: BTreeMap<String, Secret>,
}

const SHOW: &str = "Id=openclaw-gateway.service\nLoadState=loaded\nActiveState=active\nSubState=running\nMainPID=42\n\
                    NRestarts=1\nExecMainStartTimestamp=Sun 2026-11-22 14:05:54 UTC\nNeedDaemonReload=yes\n";

impl Machine {
    fn new() -> Self {
        let mut machine = Machine {
            dir: tempfile::tempdir().unwrap(),
            vault: Vault::new(FingerprintKey::from_bytes(vec![1])),
            request: Request::default(),
            env: BTreeMap::new(),
        };
        let me = rustix::process::geteuid().as_raw();
        let home = machine.path("home/me");
        let passwd = format!("me:x:{me}:{me}::{home}:/bin/zsh\nsvc:x:77:77::/srv/svc:/bin/dash\n");
        machine.file("etc/passwd", &passwd);
        machine.file("home/me/.keep", "");
        machine.set("HOME", &home);
        let path = machine.path("bin");
        machine.set("PATH", &path);
        machine
    }

    fn path(&self, name: &str) -> String {
        self.dir.path().join(name).to_string_lossy().into_owned()
    }

    fn file(&self, name: &str, text: &str) {
        let path = self.dir.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text.replace("{root}", &self.path(""))).unwrap();
    }

    fn set(&mut self, name: &str, value: &str) {
        let value = self.vault.seal(value);
        self.env.insert(name.to_owned(), value);
    }

    /// A unit with `lines` in its `[Service]`.
    fn unit(&self, name: &str, lines: &str) {
        let path = format!("home/me/.config/systemd/user/{name}");
        self.file(&path, &format!("[Service]\n{lines}"));
    }

    /// A tool that writes down its arguments and environment, then runs `script`.
    fn tool(&self, name: &str, script: &str) {
        let log = self.path("calls");
        let text = format!("#!/bin/sh\necho \"{name} $*|$TZ|$LC_ALL|${{SECRET-none}}\" >> {log}\n{script}\n");
        let path = format!("bin/{name}");
        self.file(&path, &text);
        let mode = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(self.path(&path), mode).unwrap();
    }

    fn answers(&self, show: &str, environment: &str) {
        self.file("show", show);
        self.file("environment", environment);
        let (show, environment) = (self.path("show"), self.path("environment"));
        let script = format!("case \"$*\" in *show-environment*) /bin/cat {environment};; *) /bin/cat {show};; esac");
        self.tool("systemctl", &script);
        self.tool("loginctl", "echo Linger=no");
    }

    fn calls(&self) -> Vec<String> {
        let text = std::fs::read_to_string(self.path("calls")).unwrap_or_default();
        let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    }

    fn collect(&self) -> ServiceCollection {
        let host = Host {
            user: "me".into(),
            uid: rustix::process::geteuid().as_raw(),
            home: self.path("home/me"),
            ..Host::default()
        };
        let ctx = Context {
            request: &self.request,
            vault: &self.vault,
            env: &self.env,
            host: &host,
            by: crate::collect::ownership::By::Asker,
            deadline: Instant::now() + Duration::from_secs(3),
            memo: Default::default(),
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(collect_under(&ctx, self.path("").trim_end_matches('/')))
    }
}

/// The winner of a name as `source=value`.
fn winner(raw: &crate::collect::context::RawService, name: &str) -> String {
    let found = raw.env.iter().find(|one| one.name == name);
    found
        .map(|one| format!("{}={}", one.source.word(), one.value.expose()))
        .unwrap_or_default()
}

#[test]
fn a_service_is_described() {
    let mut machine = Machine::new();
    machine.set("SECRET", "not for children");
    machine.unit(
        "openclaw-gateway.service",
        "ExecStart=/bin/sh {root}/pkg/openclaw/dist/index.js gateway --port 18789\n\
         EnvironmentFile=-%h/.openclaw/gateway.systemd.env\nEnvironment=K=unit L=unit\n\
         Environment=OPENCLAW_SERVICE_MANAGED_ENV_KEYS=k,OTHER_KEY\nUnsetEnvironment=GONE\n",
    );
    machine.unit("openclaw-.service.d/10.conf", "Environment=L=drop-in\n");
    machine.unit(
        "openclaw-gateway.service.bak",
        "EnvironmentFile={root}/lost.env\nEnvironment=FORGOTTEN=1 K=1\n",
    );
    machine.file("lost.env", "LOST_KEY=1\n");
    machine.file("pkg/openclaw/dist/index.js", "");
    machine.file("home/me/.openclaw/gateway.systemd.env", "export X=1\nK=file\n");
    machine.answers(SHOW, "M=manager\nGONE=1\nK=manager\nSHELL=/bin/fish\n");
    let found = machine.collect();
    let (facts, raw) = (&found.facts, found.raw.first().unwrap());
    let service = facts.services.first().unwrap();
    assert_eq!(facts.examined, Some(0));
    assert_eq!(facts.reach, Some(Fact::known(true)));
    assert_eq!(facts.linger, Some(Fact::known(false)));
    let expected = ServiceState {
        load: "loaded".into(),
        active: "active".into(),
        sub: "running".into(),
        main_pid: Some(42),
        restarts: 1,
        needs_reload: true,
        started_ms: Some(1_795_356_354_000),
        ..ServiceState::default()
    };
    assert_eq!(service.state, Fact::known(expected));
    for (name, expected) in [
        ("K", "environment-file=file"),
        ("L", "drop-in=drop-in"),
        ("M", "manager=manager"),
        ("GONE", ""),
        ("X", ""),
        ("SHELL", "manager=/bin/fish"),
        ("USER", "system-manager=me"),
    ] {
        assert_eq!(winner(raw, name), expected, "{name}");
    }
    assert_eq!(raw.cwd, machine.path("home/me"));
    assert_eq!(raw.args, ["gateway", "--port", "18789"]);
    assert_eq!(service.managed_keys, ["K", "OTHER_KEY"]);
    assert_eq!(
        (service.exec.port, service.exec.entry_exists),
        (Some(18789), Some(true))
    );
    assert_eq!(service.exec.place.as_ref().and_then(|place| place.line), Some(2));
    let env_file = service.env_files.first().unwrap();
    assert!(env_file.generated && env_file.optional && env_file.odd_lines.len() == 1);
    let lost: Vec<_> = service
        .lost_sources
        .iter()
        .map(|one| (one.directive.as_str(), one.names.join(",")))
        .collect();
    let expected = [("EnvironmentFile", "LOST_KEY"), ("Environment", "FORGOTTEN")];
    assert_eq!(lost.iter().map(|(a, b)| (*a, b.as_str())).collect::<Vec<_>>(), expected);
    assert_eq!(service.unknown, Vec::<String>::new());
    let calls = machine.calls();
    assert_eq!(calls.len(), 3, "{calls:?}");
    assert!(calls.iter().all(|call| call.ends_with("|UTC|C|none")), "{calls:?}");
    let json = serde_json::to_string(facts).unwrap();
    assert!(
        !json.contains("=unit") && !json.contains("\"unit\":\"unit"),
        "a value is in the facts"
    );
}

#[test]
fn a_manager_that_cannot_be_reached_hides_nothing_on_disk() {
    let machine = Machine::new();
    machine.unit(
        "openclaw-gateway.service",
        "ExecStart=/usr/bin/openclaw gateway\nEnvironment=K=1\n",
    );
    machine.tool(
        "systemctl",
        "echo 'Failed to connect to bus: No medium found' >&2; exit 1",
    );
    let found = machine.collect();
    let service = found.facts.services.first().unwrap();
    assert!(matches!(&found.facts.reach, Some(Fact::Unreadable { why, how_to_see })
        if why.contains("No medium found") && how_to_see.contains("systemctl --user")));
    assert!(matches!(service.state, Fact::Unreadable { .. }));
    assert!(matches!(found.facts.manager_env, Some(Fact::Unreadable { .. })));
    assert_eq!(winner(found.raw.first().unwrap(), "K"), "unit=1");
    assert_eq!(winner(found.raw.first().unwrap(), "SHELL"), "system-manager=/bin/zsh");
    assert_eq!(service.unknown.len(), 1);
}

#[test]
fn missing_and_hanging_tools_are_said() {
    let machine = Machine::new();
    let found = machine.collect();
    assert!(matches!(&found.facts.reach, Some(Fact::Unreadable { why, .. }) if why.contains("not on the PATH")));
    assert_eq!(found.facts.manager, ManagerKind::None);
    machine.unit("openclaw-gateway.service", "ExecStart=/usr/bin/openclaw gateway\n");
    machine.tool("systemctl", "exec /bin/sleep 60");
    machine.tool("loginctl", "exec /bin/sleep 60");
    let started = Instant::now();
    let found = machine.collect();
    assert!(started.elapsed() < Duration::from_secs(4));
    assert!(matches!(&found.facts.reach, Some(Fact::Unreadable { why, .. }) if why.contains("did not answer")));
    assert_eq!(found.facts.services.len(), 1);
}

#[test]
fn profiles_choose_the_service() {
    let mut machine = Machine::new();
    machine.answers("", "");
    machine.unit(
        "openclaw-gateway-work.service",
        "ExecStart=/usr/bin/openclaw --profile work gateway\n",
    );
    let name = |found: &ServiceCollection| {
        let at = found.facts.examined?;
        found.facts.services.get(at).map(|one| one.name.clone())
    };
    assert_eq!(
        name(&machine.collect()).as_deref(),
        Some("openclaw-gateway-work.service")
    );
    machine.unit("openclaw-gateway.service", "ExecStart=/usr/bin/openclaw gateway\n");
    assert_eq!(name(&machine.collect()).as_deref(), Some("openclaw-gateway.service"));
    machine.request.profile = Some("work".into());
    assert_eq!(
        name(&machine.collect()).as_deref(),
        Some("openclaw-gateway-work.service")
    );
    machine.request.profile = Some("home".into());
    assert_eq!(name(&machine.collect()), None);
}

#[test]
fn a_system_service_has_the_account_of_its_user() {
    let machine = Machine::new();
    machine.answers(SHOW, "M=1\nPATH=/sys\n");
    machine.file(
        "etc/systemd/system/openclaw-gateway.service",
        "[Service]\nUser=svc\nExecStart=/usr/bin/openclaw gateway\nPassEnvironment=TOKEN\nEnvironment=H=%h\n",
    );
    let found = machine.collect();
    let (service, raw) = (found.facts.services.first().unwrap(), found.raw.first().unwrap());
    assert_eq!((service.scope, service.user.as_deref()), (Scope::System, Some("svc")));
    for (name, expected) in [
        ("HOME", "system-manager=/srv/svc"),
        ("SHELL", "system-manager=/bin/dash"),
        ("PATH", "system-manager=/sys"),
        ("H", "unit=/root"),
    ] {
        assert_eq!(winner(raw, name), expected, "{name}");
    }
    assert_eq!(raw.cwd, "/");
    assert_eq!(service.unknown.len(), 1, "{:?}", service.unknown);
    assert_eq!(machine.calls().len(), 5);
}

#[test]
fn the_managers_block_is_traced_to_its_files() {
    let machine = Machine::new();
    machine.answers(SHOW, "A=1\nB=other\nC=1\n");
    machine.unit("openclaw-gateway.service", "ExecStart=/usr/bin/openclaw gateway\n");
    machine.file("home/me/.config/environment.d/10.conf", "X=1\nA=$X\nB=1\n");
    machine.file(
        "etc/environment.d/10.conf",
        "C=1 # masked by the file of the same name\n",
    );
    machine.file("etc/environment.d/20.conf", "D=${HOME}/d\n");
    machine.file("var/lib/systemd/linger/me", "");
    let found = machine.collect();
    let raw = found.raw.first().unwrap();
    let line = |name: &str| {
        let one = raw.env.iter().find(|one| one.name == name)?;
        one.place.as_ref()?.line
    };
    assert_eq!(
        [line("A"), line("B"), line("C"), line("D")],
        [Some(2), None, None, None]
    );
    assert_eq!(found.facts.linger, Some(Fact::known(true)));
    assert_eq!(machine.calls().len(), 2);
    // Without a bus the files stand in for the block.
    machine.tool("systemctl", "exit 1");
    let found = machine.collect();
    let raw = found.raw.first().unwrap();
    let expected = format!("manager={}/d", machine.path("home/me"));
    assert_eq!((winner(raw, "D"), winner(raw, "A")), (expected, "manager=1".to_owned()));
}

#[test]
fn what_may_not_be_read_is_unknown() {
    let machine = Machine::new();
    machine.answers(SHOW, "");
    machine.unit(
        "openclaw-gateway.service",
        "ExecStart=/usr/bin/openclaw gateway\nEnvironmentFile={root}/pipe\n",
    );
    let status = std::process::Command::new("/usr/bin/mkfifo")
        .arg(machine.path("pipe"))
        .status();
    if !status.is_ok_and(|status| status.success()) {
        return;
    }
    let found = machine.collect();
    let service = found.facts.services.first().unwrap();
    assert!(
        service.unknown.iter().any(|what| what.contains("FIFO")),
        "{:?}",
        service.unknown
    );
}
