//! A machine for the built executable: a home of its own, and stand-ins for the tools of systemd
//! on a private PATH. Shared by the integration tests.
#![allow(dead_code, clippy::unwrap_used, clippy::disallowed_methods)]

use std::fs;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use serde_json::Value;

/// The key that the config of [`Machine::usual`] needs.
pub(crate) const KEY: &str = "CLOUDFLARE_AI_GATEWAY_API_KEY";

const CONFIG: &str = r#"{
  gateway: { mode: "local", port: 18789, bind: "loopback", auth: { mode: "token", token: "FAKE-gw-token-0001" } },
  models: { providers: { "cloudflare-ai-gateway": {
    baseUrl: "https://gateway.ai.cloudflare.com/v1/0123456789abcdef0123456789abcdef/my-gw/anthropic",
    api: "anthropic-messages", apiKey: "${CLOUDFLARE_AI_GATEWAY_API_KEY}",
    models: [{ id: "claude-sonnet-4-6", name: "Sonnet" }] } } },
  agents: { defaults: { model: { primary: "cloudflare-ai-gateway/claude-sonnet-4-6" } } },
}
"#;

const SHOW: &str = "Id=openclaw-gateway.service\nLoadState=loaded\nActiveState=inactive\nSubState=dead\nMainPID=0\n\
                    NRestarts=0\nNeedDaemonReload=no\nUnitFileState=enabled\nExecMainStatus=0\n";

/// How long a run may take before the test ends it.
const PATIENCE: Duration = Duration::from_secs(20);

/// A temporary machine.
pub(crate) struct Machine {
    dir: tempfile::TempDir,
    /// The environment of the doctor.
    pub(crate) env: Vec<(String, String)>,
    /// The user who runs it, where that is not the user of the test.
    pub(crate) uid: Option<u32>,
}

/// What a run came to.
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: Vec<u8>,
    pub(crate) took: Duration,
}

impl Machine {
    /// Returns an empty home and tools that answer for an empty manager.
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let mut machine = Machine {
            dir,
            env: Vec::new(),
            uid: None,
        };
        fs::create_dir_all(machine.path("home")).unwrap();
        fs::create_dir_all(machine.path("cwd")).unwrap();
        machine.set("HOME", &machine.path("home").to_string_lossy());
        machine.set("PATH", &machine.path("bin").to_string_lossy());
        machine.set("SHELL", "/bin/bash");
        machine.tools(SHOW, "LANG=C.UTF-8\n");
        machine
    }

    /// Returns a home with a valid config that needs [`KEY`], an installed package and a unit.
    pub(crate) fn usual() -> Self {
        let machine = Machine::new();
        machine.put(
            "pkg/openclaw/package.json",
            "{\"name\":\"openclaw\",\"version\":\"2026.9.6\"}\n",
        );
        machine.put("pkg/openclaw/dist/index.js", "");
        // Something that starts under the name of node, which tells a launch chain that the script is the entry.
        std::os::unix::fs::symlink("/bin/sh", machine.path("pkg/node")).unwrap();
        machine.put("home/.openclaw/openclaw.json", CONFIG);
        machine.put(
            "home/.config/systemd/user/openclaw-gateway.service",
            "[Service]\nExecStart={root}/pkg/node {root}/pkg/openclaw/dist/index.js gateway --port 18789\n\
             EnvironmentFile=-%h/.openclaw/gateway.systemd.env\nEnvironmentFile=-%h/extra.env\n\
             WorkingDirectory={root}/cwd\nEnvironment=OPENCLAW_SERVICE_MARKER=openclaw\n",
        );
        machine
    }

    /// Returns a path below the machine's root.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Sets a variable of the doctor's environment.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.env.retain(|(known, _)| known != name);
        self.env.push((name.to_owned(), value.to_owned()));
    }

    /// Writes a file; `{root}` in it is the machine's root.
    pub(crate) fn put(&self, name: &str, text: &str) {
        self.put_bytes(
            name,
            text.replace("{root}", &self.path("").to_string_lossy()).as_bytes(),
        );
    }

    /// Writes a file as it is.
    pub(crate) fn put_bytes(&self, name: &str, bytes: &[u8]) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    /// Writes a tool: a shell script that is found on the doctor's PATH.
    pub(crate) fn tool(&self, name: &str, script: &str) {
        let path = self.path("bin").join(name);
        self.put(&format!("bin/{name}"), &format!("#!/bin/sh\n{script}\n"));
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// Writes tools that give these answers.
    pub(crate) fn tools(&self, show: &str, environment: &str) {
        self.put("show", show);
        self.put("environment", environment);
        let script = "case \"$*\" in *show-environment*) /bin/cat {root}/environment;; *) /bin/cat {root}/show;; esac";
        self.tool("systemctl", script);
        self.tool("loginctl", "echo Linger=yes");
        self.tool("journalctl", "exit 0");
    }

    /// Runs the doctor with these arguments after `doctor`.
    pub(crate) fn doctor(&self, args: &[&str]) -> Ran {
        let program = match self.uid {
            Some(_) => shared_program(),
            None => Path::new(env!("CARGO_BIN_EXE_openclaw")),
        };
        let mut command = Command::new(program);
        command
            .arg("doctor")
            .args(args)
            .env_clear()
            .envs(self.env.iter().map(|(name, value)| (name, value)))
            .current_dir(self.path("cwd"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        if let Some(uid) = self.uid {
            command.uid(uid).gid(uid);
        }
        let started = Instant::now();
        let mut child = command.spawn().unwrap();
        let (out, err) = (drain(child.stdout.take().unwrap()), drain(child.stderr.take().unwrap()));
        let status = loop {
            if let Some(status) = child.try_wait().unwrap() {
                break status;
            }
            if started.elapsed() > PATIENCE {
                child.kill().unwrap();
                break child.wait().unwrap();
            }
            std::thread::sleep(Duration::from_millis(3));
        };
        let took = started.elapsed();
        Ran {
            code: status.code().or_else(|| status.signal().map(|signal| -signal)),
            stdout: out.join().unwrap(),
            stderr: err.join().unwrap(),
            took,
        }
    }
}

fn drain(mut from: impl Read + Send + 'static) -> std::thread::JoinHandle<Vec<u8>> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = from.read_to_end(&mut bytes);
        bytes
    })
}

impl Ran {
    /// Returns standard error as text.
    pub(crate) fn err(&self) -> String {
        String::from_utf8_lossy(&self.stderr).into_owned()
    }

    /// Returns the report, or why this is none: one document of the right schema, an exit code of
    /// a report, in time, without a panic.
    pub(crate) fn report(&self, limit: Duration) -> Result<Value, String> {
        let err = self.err();
        let told = format!("exit {:?} after {:?}, stderr {err:?}", self.code, self.took);
        let report: Value = serde_json::from_slice(&self.stdout).map_err(|error| format!("{error}: {told}"))?;
        let sound = report["schema"] == "openclaw-doctor/report/1"
            && matches!(self.code, Some(0 | 1 | 3))
            && self.took < limit
            && !err.contains("panicked");
        if sound { Ok(report) } else { Err(told) }
    }
}

/// Returns the view of a key: `state`, `source`, `fingerprint` and so on.
pub(crate) fn view<'a>(report: &'a Value, key: &str, view: &str) -> &'a Value {
    let keys = report["keys"].as_array().map(Vec::as_slice).unwrap_or_default();
    let found = keys.iter().find(|one| one["name"] == key);
    found.map_or(&Value::Null, |one| &one["views"][view])
}

/// Returns the ids of all findings.
pub(crate) fn ids(report: &Value) -> Vec<&str> {
    let findings = report["findings"].as_array().into_iter().flatten();
    findings.filter_map(|finding| finding["id"].as_str()).collect()
}

/// The executable where every user may run it: the build directory may be closed to others.
fn shared_program() -> &'static Path {
    static COPY: OnceLock<(tempfile::TempDir, PathBuf)> = OnceLock::new();
    let (_, path) = COPY.get_or_init(|| {
        let dir = tempfile::tempdir().unwrap();
        fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let path = dir.path().join("openclaw");
        fs::copy(env!("CARGO_BIN_EXE_openclaw"), &path).unwrap();
        (dir, path)
    });
    path
}
