//! A temporary home and the stand-in for `launchctl`.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::collect::context::{Context, ServiceCollection};
use crate::collect::request::Request;
use crate::model::snapshot::Host;
use crate::secret::{FingerprintKey, Vault};

/// The generation with wrapper and environment file; HOME stands for the home.
pub(super) const WRAPPED: &str = "<array><string>/bin/sh</string>\
    <string>HOME/.openclaw/service-env/ai.openclaw.gateway-env-wrapper.sh</string>\
    <string>HOME/.openclaw/service-env/ai.openclaw.gateway.env</string><string>/bin/sh</string>\
    <string>HOME/openclaw/dist/index.js</string><string>gateway</string><string>--port</string>\
    <string>18789</string></array>";

/// The generation with variables in the plist.
pub(super) const INLINE: &str = "<array><string>/bin/sh</string><string>HOME/openclaw/dist/index.js</string>\
    <string>gateway</string></array><key>EnvironmentVariables</key><dict><key>KEY</key><string>from-plist</string></dict>";

/// Returns a plist whose ProgramArguments are followed by further keys.
pub(super) fn document(label: &str, arguments: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<plist version=\"1.0\"><dict>\n<key>Label</key><string>{label}\
         </string>\n<key>ProgramArguments</key>{arguments}\n</dict></plist>\n"
    )
}

pub(super) struct Machine {
    home: tempfile::TempDir,
}

impl Machine {
    pub(super) fn new() -> Self {
        Machine {
            home: tempfile::tempdir().unwrap(),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    pub(super) fn file(&self, name: &str, text: &str) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text.replace("HOME", &self.home.path().to_string_lossy())).unwrap();
    }

    pub(super) fn plist(&self, label: &str, arguments: &str) {
        self.file(
            &format!("Library/LaunchAgents/{label}.plist"),
            &document(label, arguments),
        );
    }

    pub(super) fn env_file(&self, text: &str) {
        self.file(".openclaw/service-env/ai.openclaw.gateway.env", text);
    }

    pub(super) fn wrapper(&self, mode: u32) {
        let name = ".openclaw/service-env/ai.openclaw.gateway-env-wrapper.sh";
        self.file(name, "#!/bin/sh\nset -a\n. \"$1\"\nshift\nexec \"$@\"\n");
        std::fs::set_permissions(self.path(name), std::fs::Permissions::from_mode(mode)).unwrap();
    }

    pub(super) fn says(&self, call: &str, text: &str) {
        let name = call.replace([' ', '/'], "_");
        self.file(&format!("launchctl-says/{name}.out"), text);
    }

    pub(super) fn fails(&self, call: &str, status: i32, said: &str) {
        let name = call.replace([' ', '/'], "_");
        self.file(&format!("launchctl-says/{name}.err"), said);
        self.file(&format!("launchctl-says/{name}.rc"), &status.to_string());
    }

    /// Returns what `launchctl print` says of the job in [`WRAPPED`].
    pub(super) fn printed(&self, state: &str, pid: Option<u32>, exit: &str) -> String {
        let words = WRAPPED.replace("<array>", "").replace("</array>", "");
        let arguments: String = words
            .split("<string>")
            .filter_map(|word| word.split_once("</string>"))
            .map(|(word, _)| format!("\t\t{word}\n"))
            .collect();
        let pid = pid.map(|pid| format!("\tpid = {pid}\n")).unwrap_or_default();
        format!(
            "gui/501/x = {{\n\tpath = /nowhere/x.plist\n\tstate = {state}\n\targuments = {{\n{arguments}\t}}\n\tinherited \
             environment = {{\n\t\tSSH_AUTH_SOCK => /s\n\t}}\n\truns = 3\n{pid}\tlast exit code = {exit}\n}}\n"
        )
    }

    pub(super) fn calls(&self) -> String {
        std::fs::read_to_string(self.path("launchctl-calls")).unwrap_or_default()
    }

    pub(super) fn collect(&self) -> ServiceCollection {
        self.collect_for(None, None)
    }

    pub(super) fn collect_for(&self, profile: Option<&str>, label: Option<&str>) -> ServiceCollection {
        let stubs = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/stubs:/usr/bin:/bin");
        self.run(stubs, profile, label, Duration::from_secs(10))
    }

    pub(super) fn collect_within(&self, limit: Duration) -> ServiceCollection {
        let stubs = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/stubs:/usr/bin:/bin");
        self.run(stubs, None, None, limit)
    }

    pub(super) fn without_launchctl(&self) -> ServiceCollection {
        self.run("/nowhere", None, None, Duration::from_secs(10))
    }

    fn run(&self, path: &str, profile: Option<&str>, label: Option<&str>, limit: Duration) -> ServiceCollection {
        let vault = Vault::new(FingerprintKey::from_bytes(vec![1]));
        let mut env = BTreeMap::from([("PATH".to_owned(), vault.seal(path))]);
        if let Some(label) = label {
            env.insert("OPENCLAW_LAUNCHD_LABEL".to_owned(), vault.seal(label));
        }
        let request = Request {
            keys: vec!["KEY".to_owned()],
            profile: profile.map(str::to_owned),
            ..Request::default()
        };
        let host = Host {
            uid: 501,
            user: "alice".to_owned(),
            home: self.home.path().to_string_lossy().into_owned(),
            shell: "/bin/zsh".to_owned(),
            ..Host::default()
        };
        let ctx = Context {
            request: &request,
            vault: &vault,
            env: &env,
            host: &host,
            by: crate::collect::ownership::By::Asker,
            deadline: Instant::now() + limit,
            memo: Default::default(),
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(super::collect(&ctx))
    }
}
