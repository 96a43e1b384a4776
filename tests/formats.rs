//! Every format stays one whole document whatever fails: the reader, the disk, a helper, the
//! deadline, the command line.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

mod rig;

use std::fs::File;
use std::process::{Command, Stdio};

use rig::Machine;

const FORMATS: &[&str] = &["json", "junit", "github", "markdown", "prometheus", "human"];

/// Says what is wrong with a document of a format; none when nothing is.
fn fault(format: &str, text: &str) -> Option<String> {
    if text.contains(['\u{1b}', '\r', '\0']) || !text.ends_with('\n') {
        return Some("control characters, or no last line feed".to_owned());
    }
    match format {
        "json" => serde_json::from_str::<serde_json::Value>(text)
            .err()
            .map(|error| error.to_string()),
        "junit" => xml_fault(text),
        "github" => {
            let known = |line: &&str| {
                ["::error ", "::warning ", "::notice ", "openclaw doctor: ", "    $ "]
                    .iter()
                    .any(|start| line.starts_with(start))
            };
            text.lines().find(|line| !known(line)).map(str::to_owned)
        }
        "markdown" => (!text.starts_with("### ")
            || text.matches("```").count() % 2 == 1
            || text.matches("<details>").count() != text.matches("</details>").count())
        .then(|| "not whole".to_owned()),
        "prometheus" => {
            let sound = |line: &&str| {
                let number = line
                    .rsplit_once(' ')
                    .is_some_and(|(_, value)| value.parse::<f64>().is_ok());
                line.starts_with("# ") || number && line.starts_with("openclaw_doctor_")
            };
            text.lines().find(|line| !sound(line)).map(str::to_owned)
        }
        _ => None,
    }
}

/// Tags in pairs, attributes in quotes, no bare `&` or `<` in texts.
fn xml_fault(text: &str) -> Option<String> {
    let mut open: Vec<&str> = Vec::new();
    let Some(mut rest) = text.strip_prefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n") else {
        return Some("no declaration".to_owned());
    };
    while let Some((before, tag)) = rest.split_once('<') {
        let entity = |part: &str| {
            ["amp;", "lt;", "gt;", "quot;", "#10;"]
                .iter()
                .any(|name| part.starts_with(name))
        };
        let Some((tag, after)) = tag.split_once('>') else {
            return Some("a tag that does not end".to_owned());
        };
        if !before.split('&').skip(1).chain(tag.split('&').skip(1)).all(entity) || tag.matches('"').count() % 2 == 1 {
            return Some(tag.to_owned());
        }
        match tag.strip_prefix('/') {
            Some(name) if open.pop() != Some(name) => return Some(format!("</{name}> closes nothing")),
            None if !tag.ends_with('/') => open.push(tag.split(' ').next().unwrap()),
            _ => {}
        }
        rest = after;
    }
    (!open.is_empty() || !rest.trim().is_empty()).then(|| format!("left open: {open:?}"))
}

fn command(machine: &Machine, format: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_openclaw-doctor"));
    command.args(["--format", format, "--offline", "--service-manager", "systemd"]);
    command
        .env_clear()
        .envs(machine.env.iter().map(|(name, value)| (name, value)));
    command.current_dir(machine.path("cwd"));
    command
}

#[test]
fn a_reader_that_is_gone_is_a_quiet_end() {
    let machine = Machine::usual();
    for format in FORMATS {
        let mut child = command(&machine, format)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let ended = child.wait_with_output().unwrap();
        assert!(
            matches!(ended.status.code(), Some(0 | 1 | 3)),
            "{format} {:?}",
            ended.status
        );
        assert_eq!(String::from_utf8_lossy(&ended.stderr), "", "{format}");
    }
}

#[test]
fn a_full_disk_is_said_once_and_is_no_success() {
    let machine = Machine::usual();
    for format in FORMATS {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let ended = command(&machine, format).stdout(full).output().unwrap();
        assert_eq!(ended.status.code(), Some(70), "{format}");
        assert_eq!(String::from_utf8_lossy(&ended.stderr).lines().count(), 1, "{format}");
    }
    for page in [
        &["checks"][..],
        &["man"],
        &["completions", "bash"],
        &["explain", "linger-disabled"],
        &["--help"],
    ] {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let ended = Command::new(env!("CARGO_BIN_EXE_openclaw-doctor"))
            .args(page)
            .stdout(full)
            .output()
            .unwrap();
        assert_eq!(ended.status.code(), Some(70), "{page:?}");
    }
}

#[test]
fn a_helper_that_dies_hangs_or_floods_costs_no_document() {
    for (what, script) in [
        ("killed", "kill -9 $$"),
        ("hangs", "exec /bin/sleep 30"),
        ("floods", "while :; do echo y y y y y y y y; done"),
        ("silent", "exit 1"),
    ] {
        let machine = Machine::usual();
        for tool in ["systemctl", "journalctl", "loginctl"] {
            machine.tool(tool, script);
        }
        std::thread::scope(|side| {
            for format in FORMATS {
                let machine = &machine;
                side.spawn(move || {
                    let output = command(machine, format).args(["--timeout", "1"]).output().unwrap();
                    assert!(matches!(output.status.code(), Some(0 | 1 | 3)), "{what} {format}");
                    let text = String::from_utf8(output.stdout).unwrap();
                    assert_eq!(fault(format, &text), None, "{what} {format}: {text}");
                });
            }
        });
        let path = machine.path("b.json");
        let ran = machine.doctor(&[
            "--offline",
            "--quiet",
            "--timeout",
            "2",
            "--bundle",
            path.to_str().unwrap(),
        ]);
        assert!(path.exists(), "{what}: {}", ran.err());
    }
}

#[test]
fn a_deadline_that_is_over_before_anything_was_read_costs_no_document() {
    let machine = Machine::usual();
    machine.tool("systemctl", "exec /bin/sleep 30");
    for format in FORMATS {
        let output = command(&machine, format).args(["--timeout", "0.001"]).output().unwrap();
        assert!(matches!(output.status.code(), Some(0 | 1 | 3)), "{format}");
        let text = String::from_utf8(output.stdout).unwrap();
        assert_eq!(fault(format, &text), None, "{format}: {text}");
    }
}

#[test]
fn what_is_refused_is_a_document_too() {
    let machine = Machine::usual();
    for format in ["json", "junit", "github", "markdown"] {
        for wrong in [
            &["--only", "nonsense"][..],
            &["--nope"],
            &["--wait", "--from", "sample"],
            &["--from", "/nonexistent/b.json"],
            &["--suppressions", "/nonexistent/s"],
            &["--bundle", "/nonexistent/b.json"],
        ] {
            let output = command(&machine, format).args(wrong).output().unwrap();
            assert_eq!(output.status.code(), Some(2), "{format} {wrong:?}");
            let text = String::from_utf8(output.stdout).unwrap();
            assert_eq!(fault(format, &text), None, "{format} {wrong:?}: {text}");
            assert!(!output.stderr.is_empty(), "{format} {wrong:?}");
        }
    }
}

#[test]
fn the_judges_of_this_file_see_what_is_broken() {
    for (format, text) in [
        ("json", "{\"a\":1}{}\n"),
        ("junit", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<a><b></a>\n"),
        (
            "junit",
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<a t=\"x & y\"/>\n",
        ),
        ("github", "::error title=x::y\nstray\n"),
        ("markdown", "### x\n```sh\n"),
        ("prometheus", "openclaw_doctor_x many\n"),
    ] {
        assert!(fault(format, text).is_some(), "{text}");
    }
}

/// (config, options, exit code, what the output begins with)
const VERDICTS: &[(&str, &[&str], i32, &str)] = &[
    ("{gateway:{mode:'local',prot:1}}", &[], 1, "::error file="),
    (
        "{gateway:{mode:'local',prot:1}}",
        &["--fail-on", "never"],
        0,
        "::error file=",
    ),
    ("{gateway:{mode:'local'", &[], 1, "::error file="),
    // Valid, and refused at the start.
    ("{}", &[], 1, "::warning file="),
    (
        "{gateway:{mode:'local',bind:'loopback'}}",
        &["--fail-on", "warning"],
        0,
        "openclaw doctor: ",
    ),
];

#[test]
fn a_config_is_judged_in_a_workflow() {
    for (config, options, code, start) in VERDICTS {
        let machine = Machine::usual();
        let path = machine.path("ours.json");
        std::fs::write(&path, config).unwrap();
        let ended = Command::new(env!("CARGO_BIN_EXE_openclaw-doctor"))
            .args(["config", path.to_str().unwrap(), "--format", "github"])
            .args(*options)
            .env("HOME", machine.path("."))
            .output()
            .unwrap();
        let text = String::from_utf8(ended.stdout).unwrap();
        assert_eq!(ended.status.code(), Some(*code), "{config} {options:?}: {text}");
        assert!(text.starts_with(start), "{config} {options:?}: {text}");
        let errors = text.lines().filter(|line| line.starts_with("::error ")).count();
        assert_eq!(errors > 0, *code == 1 || options == &["--fail-on", "never"], "{text}");
    }
}

/// A start that is refused although the file validates: the line of the setting, or where it is missing that of what is around it.
#[test]
fn a_refused_start_is_annotated_at_its_line() {
    for (config, line) in [
        ("{\n\n}", "line=1,"),
        ("{\n  gateway: {\n    bind: 'loopback',\n  },\n}", "line=2,"),
        (
            "{\n  gateway: {\n    mode: 'local',\n    bind: 'lan',\n    auth: { mode: 'none' },\n  },\n}",
            "line=5,",
        ),
        (
            "{\n  gateway: {\n    mode: 'local',\n    bind: 'custom',\n    auth: { mode: 'token', token: 'made-up' },\n  },\n}",
            "line=4,",
        ),
        (
            "{\n  gateway: { mode: 'local' },\n  hooks: {\n    enabled: true,\n  },\n}",
            "line=3,",
        ),
    ] {
        let machine = Machine::usual();
        machine.put("ours.json", config);
        let path = machine.path("ours.json");
        let ended = machine.doctor(&["config", "--elsewhere", path.to_str().unwrap(), "--format", "github"]);
        let text = String::from_utf8(ended.stdout).unwrap();
        let errors: Vec<&str> = text.lines().filter(|line| line.starts_with("::error ")).collect();
        assert_eq!((ended.code, errors.len()), (Some(1), 1), "{config}: {text}");
        assert!(errors[0].contains(line), "{config}: {text}");
    }
}

#[test]
fn the_verdict_on_a_config_comes_in_every_format() {
    for (config, options, code, _) in VERDICTS {
        for (format, bad, good) in [
            ("markdown", "### ✗ ", "### ✓ "),
            ("junit", "<failure ", "failures=\"0\""),
            (
                "prometheus",
                "openclaw_doctor_config_starts 0",
                "openclaw_doctor_config_starts 1",
            ),
        ] {
            let machine = Machine::usual();
            machine.put("ours.json", config);
            let path = machine.path("ours.json");
            let file = path.to_str().unwrap();
            let ended = machine.doctor(&[&["config", file, "--format", format], *options].concat());
            let text = String::from_utf8(ended.stdout.clone()).unwrap();
            assert_eq!(ended.code, Some(*code), "{config} {options:?}: {text}");
            assert_eq!(fault(format, &text), None, "{text}");
            // A failure of a test is one only where it counts.
            let told_bad = *code == 1 || config.contains("prot") && format != "junit";
            assert!(
                text.contains(if told_bad { bad } else { good }),
                "{config} {options:?} {format}: {text}"
            );
        }
    }
}
