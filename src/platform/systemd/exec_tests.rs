//! Command lines and what is told of them.

use super::*;
use proptest::prelude::*;

struct Expect {
    program: &'static str,
    entry: Option<&'static str>,
    port: Option<u16>,
    profile: Option<&'static str>,
    wrapped: bool,
}

fn check(line: &str, expected: &Expect) {
    let resolve = |letter| (letter == 'h').then(|| "/home/me".to_owned());
    let lookup = |name: &str| (name == "PORT").then(|| "4242".to_owned());
    let exec = read(line, resolve, lookup, &mut Nothing);
    assert_eq!(exec.program.as_deref(), Some(expected.program), "{line}");
    assert_eq!(exec.entry.as_deref(), expected.entry, "{line}");
    assert_eq!(
        (exec.port, exec.profile.as_deref()),
        (expected.port, expected.profile),
        "{line}"
    );
    assert_eq!(exec.shell_wrapped(), expected.wrapped, "{line}");
}

const PLAIN: Expect = Expect {
    program: "/usr/bin/node",
    entry: Some("/p/openclaw/dist/index.js"),
    port: None,
    profile: None,
    wrapped: false,
};

#[test]
fn command_lines_are_read() {
    let entry = PLAIN.entry.unwrap_or_default();
    let port = |port| Expect {
        port: Some(port),
        ..PLAIN
    };
    check(
        &format!("/usr/bin/node --max-old-space-size=8192 {entry} gateway --port 18789"),
        &port(18789),
    );
    check(&format!("-/usr/bin/node {entry} gateway --port=1"), &port(1));
    check(
        &format!("@/usr/bin/node name {entry} gateway --port ${{PORT}}"),
        &port(4242),
    );
    check(
        &format!("/usr/bin/node {entry} gateway --port $PORT ; /bin/true --port 9"),
        &port(4242),
    );
    check(
        &format!("/usr/bin/node {entry} --profile Ops gateway"),
        &Expect {
            profile: Some("Ops"),
            ..PLAIN
        },
    );
    check(&format!("/usr/bin/node {entry} --profile=default gateway"), &PLAIN);
    check(
        &format!("/usr/bin/node {entry} --dev gateway"),
        &Expect {
            profile: Some("dev"),
            ..PLAIN
        },
    );
    check(&format!("/usr/bin/node {entry} gateway run --dev"), &PLAIN);
    check(
        &format!("/bin/sh -c '. /x/win.sh; exec /usr/bin/node {entry} gateway --port 7'"),
        &Expect {
            program: "/bin/sh",
            wrapped: true,
            ..port(7)
        },
    );
    check(
        &format!("/usr/bin/env A=1 node {entry} gateway"),
        &Expect {
            program: "/usr/bin/env",
            ..PLAIN
        },
    );
    check(
        "%h/.local/bin/openclaw gateway --port 5",
        &Expect {
            program: "/home/me/.local/bin/openclaw",
            entry: Some("/home/me/.local/bin/openclaw"),
            port: Some(5),
            ..PLAIN
        },
    );
    check(
        "/home/me/wrap gateway --port 9",
        &Expect {
            program: "/home/me/wrap",
            entry: None,
            port: Some(9),
            wrapped: true,
            ..PLAIN
        },
    );
    // Whatever the script is called, it is what Node starts.
    for line in [
        "/usr/bin/node --max-old-space-size=8192 /opt/gone/index.js gateway --port 9",
        "/usr/bin/node -r /opt/hook.js /opt/gone/index.js gateway --port 9",
    ] {
        check(
            line,
            &Expect {
                program: "/usr/bin/node",
                entry: Some("/opt/gone/index.js"),
                port: Some(9),
                ..PLAIN
            },
        );
    }
    check(
        "/bin/sleep 5",
        &Expect {
            program: "/bin/sleep",
            entry: None,
            wrapped: true,
            ..PLAIN
        },
    );
}

#[test]
fn gateways_are_recognised() {
    for (line, expected) in [
        ("/usr/bin/node /p/openclaw/dist/index.js gateway --port 1", true),
        ("/usr/local/bin/openclaw gateway", true),
        ("/bin/bash -lc 'exec clawdbot gateway'", true),
        ("/usr/bin/node /p/openclaw/dist/index.js node run", false),
        ("/usr/bin/kong gateway", false),
        ("/opt/openclaw-tools/api-gateway-proxy", false),
    ] {
        assert_eq!(starts_gateway(line), expected, "{line}");
    }
}

proptest! {
    #[test]
    fn every_line_has_an_answer(line in "\\PC{0,60}|[-a-z/ @;$\\{\\}'\"\\\\=%]{0,60}") {
        let exec = read(&line, |_| None, |_| Some("x y".to_owned()), &mut Nothing);
        prop_assert!(exec.entry.is_none() || exec.program.is_some());
    }
}

/// No file can be seen.
struct Nothing;

impl Files for Nothing {
    fn program(&mut self, _: &str) -> launch::Program {
        launch::Program::Unseen
    }

    fn env_dir(&mut self, _: &str) -> Option<Vec<(String, String)>> {
        None
    }

    fn bash_env(&self) -> Option<String> {
        None
    }
}
