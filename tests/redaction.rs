//! Whole runs on made-up machines whose every source holds secrets: no output of any format and no bundle holds one, in any
//! encoding. What servers and stores repeat: `redaction_answers.rs`.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test of whole runs builds a machine and starts the program"
)]

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Output};

#[path = "rig/shapes.rs"]
mod shapes;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use shapes::{assert_clean, plain};

const UNIT: &str = "openclaw-gateway.service";
const ACCOUNT: &str = "0123456789abcdef0123456789abcdef";

struct Machine {
    home: tempfile::TempDir,
    env: BTreeMap<String, String>,
}

impl Machine {
    fn put(&self, path: &str, text: &str, mode: u32) {
        let path = self.home.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
    }

    /// A machine with a secret in each place; `secrets` has one for each.
    fn new(secrets: &[String]) -> Machine {
        let mut next = secrets.iter().cycle();
        let mut one = || next.next().unwrap().clone();
        let home = tempfile::Builder::new().prefix("redaction-").tempdir().unwrap();
        let mut machine = Machine {
            home,
            env: BTreeMap::new(),
        };
        let json = |text: String| serde_json::to_string(&text).unwrap();
        let (key, token, odd, header, user_info) = (one(), one(), one(), one(), one());
        machine.put(
            ".openclaw/openclaw.json",
            &format!(
                "{{ gateway: {{ mode: 'local', port: 28999, auth: {{ mode: 'token', token: {} }} }}, // {}\n\
                 env: {{ vars: {{ UNUSUAL_NAME: {} }} }},\n models: {{ providers: {{ 'cloudflare-ai-gateway': {{\n\
                 baseUrl: 'https://u:{}@gateway.ai.cloudflare.com/v1/{ACCOUNT}/gw/anthropic?t={}', api: 'anthropic-messages',\n\
                 apiKey: {}, headers: {{ 'cf-aig-authorization': {} }}, models: [{{ id: 'claude-x', name: 'X' }}] }} }} }} }}",
                json(token), plain(&one()), json(odd), plain(&user_info), plain(&one()), json(key), json(format!("Bearer {header}")),
            ),
            0o600,
        );
        let (dotenv, unit, proxy, inline) = (one(), one(), one(), one());
        machine.put(
            ".openclaw/.env",
            &format!(
                "CLOUDFLARE_AI_GATEWAY_API_KEY='{}'\nHTTPS_PROXY=http://u:{}@127.0.0.1:1\n",
                plain(&dotenv),
                plain(&proxy)
            ),
            0o644,
        );
        machine.put(
            ".bashrc",
            &format!("export OPENAI_API_KEY=\"{}\"\n", plain(&one())),
            0o644,
        );
        machine.put(".env", &format!("ANTHROPIC_API_KEY={}\n", plain(&one())), 0o644);
        let home = machine.home.path().display().to_string();
        machine.put(
            &format!(".config/systemd/user/{UNIT}"),
            &format!(
                "# {}\n[Service]\nExecStart=/usr/bin/node {home}/openclaw/dist/index.js gateway --port 28999 --token {}\nEnvironment=HOME={home}\n\
                 Environment=\"ANTHROPIC_API_KEY={}\" PLAIN_THING={}\nX-Note={}\n",
                plain(&inline), plain(&one()), plain(&unit), plain(&one()), plain(&one()),
            ),
            0o644,
        );
        let profile = format!(
            "{{\"version\":1,\"profiles\":{{\"cloudflare-ai-gateway:default\":{{\"type\":\"api_key\",\"provider\":\"cloudflare-ai-gateway\",\"key\":{}}}}}}}",
            json(one())
        );
        machine.put(".openclaw/agents/main/agent/auth-profiles.json", &profile, 0o600);
        let log = format!(
            "boot {}\nauthorization: Bearer {}\n{{\"apiKey\":{}}}\nran with {home}/x as me\n",
            machine_known(&machine, &unit),
            plain(&one()),
            json(one())
        );
        machine.put("log.txt", &log, 0o600);
        let show = format!(
            "Id={UNIT}\nNames={UNIT}\nLoadState=loaded\nUnitFileState=enabled\nActiveState=failed\nSubState=failed\nResult=exit-code\nMainPID=0\nNRestarts=0\nFragmentPath={home}/.config/systemd/user/{UNIT}\nNeedDaemonReload=no"
        );
        machine.put("bin/systemctl", &format!("#!/bin/sh\ncase \"$*\" in *environment*) echo \"MANAGER_TOKEN={}\";; *) cat <<'END'\n{show}\nEND\n;; esac\n", plain(&one())), 0o755);
        machine.put("bin/loginctl", "#!/bin/sh\necho Linger=yes\n", 0o755);
        machine.put("bin/journalctl", &format!("#!/bin/sh\ncat {home}/log.txt\n"), 0o755);
        for (name, value) in [
            ("HOME", home.clone()),
            ("PATH", format!("{home}/bin:/usr/bin:/bin")),
            ("LANG", "C.UTF-8".to_owned()),
            ("CLOUDFLARE_AI_GATEWAY_API_KEY", one()),
            ("OPENCLAW_GATEWAY_TOKEN", one()),
            ("SOME_THING", one()),
        ] {
            machine.env.insert(name.to_owned(), value);
        }
        machine
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_openclaw-doctor"));
        command
            .args(args)
            .args(["--offline", "--timeout", "60", "--service-manager", "systemd"]);
        command.env_clear().envs(&self.env).current_dir(self.home.path());
        command
    }

    fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    fn out(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }
}

fn machine_known(_: &Machine, text: &str) -> String {
    plain(text)
}

const FORMATS: &[&[&str]] = &[
    &["--json"],
    &["-v"],
    &["--format", "markdown"],
    &["--format", "github"],
    &["--format", "junit"],
    &["--format", "prometheus"],
    &["env", "SOME_THING", "UNUSUAL_NAME", "--json"],
    &["explain", "CLOUDFLARE_AI_GATEWAY_API_KEY"],
];

#[test]
fn no_output_and_no_bundle_holds_a_secret() {
    let mut runner = TestRunner::new(Config {
        cases: 6,
        failure_persistence: None,
        max_shrink_iters: 4,
        ..Config::default()
    });
    let secret = prop_oneof!["[A-Za-z0-9+/_=-]{14,40}", "[!-~]{18,40}", "[a-zà-ü0-9]{18,30}"];
    let secret = (0_u32..1_000_000, secret).prop_map(|(number, text)| format!("z{number}q{text}7v"));
    runner
        .run(&proptest::collection::vec(secret, 24), |secrets| {
            let machine = Machine::new(&secrets);
            for args in FORMATS {
                let output = machine.run(args);
                assert!(
                    matches!(output.status.code(), Some(0 | 1 | 3)),
                    "{args:?} {:?}",
                    String::from_utf8_lossy(&output.stderr)
                );
                assert!(!output.stdout.is_empty(), "{args:?}");
                assert_clean(&format!("{args:?}"), &output.stdout, &secrets);
                assert_clean(&format!("{args:?} stderr"), &output.stderr, &secrets);
            }
            for kind in ["md", "json", "zip"] {
                let path = machine.out(&format!("out.{kind}"));
                let output = machine.run(&["--bundle", path.to_str().unwrap()]);
                let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
                let bytes = fs::read(&path).unwrap_or_else(|_| panic!("{stderr}"));
                assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
                assert_clean(kind, &bytes, &secrets);
                let text = String::from_utf8_lossy(&bytes);
                assert!(!text.contains(machine.home.path().to_str().unwrap()), "home in {kind}");
                assert!(!text.contains(ACCOUNT), "account in {kind}");
                assert!(text.contains("UNUSUAL_NAME"));
            }
            Ok(())
        })
        .unwrap();
}

fn quiet_machine() -> Machine {
    Machine::new(&[
        "z1-some-secret-value-77".to_owned(),
        "z2-other-secret-value-88".to_owned(),
    ])
}

#[test]
fn bundles_never_replace_a_file_or_follow_a_link() {
    let machine = quiet_machine();
    let (path, link, folder) = (machine.out("b.md"), machine.out("l.md"), machine.out("d.md"));
    fs::write(&path, "mine").unwrap();
    std::os::unix::fs::symlink(&path, &link).unwrap();
    fs::create_dir(&folder).unwrap();
    for (target, force, words) in [
        (&path, false, "--force"),
        (&link, true, "link"),
        (&folder, true, "not a regular file"),
        (&machine.out("none/b.md"), false, "no such directory"),
        (&machine.out("b.txt"), false, ".md, .json or .zip"),
    ] {
        let mut args = vec!["--json", "--bundle", target.to_str().unwrap()];
        args.extend(force.then_some("--force"));
        let output = machine.run(&args);
        assert_eq!(output.status.code(), Some(2), "{}", target.display());
        let error: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert!(error["error"]["message"].as_str().unwrap().contains(words), "{error}");
    }
    assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
    machine.run(&["--bundle", path.to_str().unwrap(), "--force"]);
    assert!(fs::read_to_string(&path).unwrap().starts_with("### Summary"));
    let page = machine.run(&["--bundle", "-"]);
    assert!(String::from_utf8(page.stdout).unwrap().starts_with("### Summary"));
    assert_eq!(machine.run(&["--bundle", "-", "--json"]).status.code(), Some(2));
}
