//! Command lines of many kinds, and what is told of them.

use std::collections::BTreeMap;

use super::*;

/// A machine of a few files.
#[derive(Default)]
struct Fake {
    scripts: BTreeMap<&'static str, &'static str>,
    dirs: BTreeMap<&'static str, Vec<(&'static str, &'static str)>>,
}

impl Files for Fake {
    fn program(&mut self, path: &str) -> Program {
        self.scripts
            .get(path)
            .map_or(Program::Unseen, |text| Program::Script((*text).to_owned()))
    }

    fn env_dir(&mut self, path: &str) -> Option<Vec<(String, String)>> {
        let found = self.dirs.get(path)?;
        Some(
            found
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
        )
    }
}

fn chain(line: &str, files: &mut Fake) -> Chain {
    follow(&shlex::split(line).unwrap(), files)
}

/// Programs and what they add, in one line.
fn told(chain: &Chain) -> String {
    let links = chain.links.iter().map(|link| {
        let adds = match link.adds {
            Adds::Nothing => "",
            Adds::Known => "+",
            Adds::Unknown => "?",
        };
        format!("{}{adds}", link.program)
    });
    links.collect::<Vec<_>>().join(" > ")
}

const NODE: &str = "/usr/bin/node /p/openclaw/dist/index.js gateway";

#[test]
fn programs_before_openclaw_are_named() {
    let cases = [
        ("", ""),
        ("env K=v", "env+"),
        ("env -u K", "env+"),
        ("/usr/bin/env", "env"),
        ("nice -n 5", "nice"),
        ("ionice -c 3 nice -10", "ionice > nice"),
        ("tini --", "tini"),
        ("dumb-init", "dumb-init"),
        ("timeout -k 5 100", "timeout"),
        ("setpriv --reuid 1000 --clear-groups", "setpriv"),
        ("gosu node", "gosu"),
        ("chpst -u node:node", "chpst"),
        ("op run --env-file=/h/.env --", "op run?"),
        ("doppler run -p x --", "doppler run?"),
        ("dotenvx run -f .env --", "dotenvx run?"),
        ("bws run --", "bws run?"),
        ("infisical run --env=prod --", "infisical run?"),
        ("with-contenv", "with-contenv /run/s6/container_environment?"),
        ("envdir /etc/gone", "envdir /etc/gone?"),
        ("sudo -u claw -E", "sudo?"),
        ("runuser -u claw --", "runuser"),
        ("systemd-run --user --scope", "systemd-run?"),
        ("flatpak run org.x", "flatpak?"),
        ("direnv exec /srv/claw", "direnv exec?"),
        ("mise exec --", "mise exec?"),
        ("/opt/unknown-launcher --x", "/opt/unknown-launcher?"),
    ];
    for (head, wanted) in cases {
        let found = chain(&format!("{head} {NODE}"), &mut Fake::default());
        assert_eq!(told(&found), wanted, "{head}");
        if !head.contains("launcher") {
            assert_eq!(found.command.last().map(String::as_str), Some("gateway"), "{head}");
        }
    }
}

#[test]
fn shells_are_told_by_what_they_read() {
    let cases = [
        (format!("/bin/sh -c 'exec {NODE}'"), "sh -c"),
        (format!("/bin/bash -lc 'exec {NODE}'"), "bash -lc?"),
        (format!("/bin/bash --login -c '{NODE}'"), "bash -lc?"),
        (format!("/bin/zsh -ic '{NODE}'"), "zsh -lc?"),
        (format!("fish -c '{NODE}'"), "fish -lc?"),
        (format!("bash -c '. /etc/claw.env; exec {NODE}'"), "bash -c > bash -c?"),
        (format!("bash -c 'export K=v; exec {NODE}'"), "bash -c > bash -c+"),
        (
            format!("bash -c 'K=\"$(cat /run/k)\" exec {NODE}'"),
            "bash -c > bash -c?",
        ),
        (format!("bash -c 'cd /srv && umask 077 && {NODE}'"), "bash -c"),
        (format!("su - claw -c '{NODE}'"), "su -l?"),
        (format!("sops exec-env /s.yaml '{NODE}'"), "sops exec-env?"),
    ];
    for (line, wanted) in cases {
        let found = chain(&line, &mut Fake::default());
        assert_eq!(told(&found), wanted, "{line}");
        assert_eq!(
            found.command.first().map(String::as_str),
            Some("/usr/bin/node"),
            "{line}"
        );
    }
}

#[test]
fn scripts_are_read_and_never_taken_for_more_than_they_show() {
    let fetches = "#!/bin/sh\nexport K=\"$(cat /run/secrets/k)\"\nexec openclaw \"$@\"\n";
    let plain = "#!/usr/bin/env bash\n# comment\nset -euo pipefail\ncd /srv\nexport PATH=\"/opt/bin:$PATH\"\nexec node /p/openclaw.mjs \"$@\"\n";
    let literal = "#!/bin/sh\nexport K=value\nexec openclaw \"$@\"\n";
    let nested = "#!/bin/sh\nexec doppler run -- openclaw \"$@\"\n";
    let sources = "#!/bin/bash\nset -a\n. ~/.secrets\nset +a\nexec openclaw \"$@\"\n";
    let python = "#!/usr/bin/python3\nimport os\n";
    let shim = "#!/bin/sh\nbasedir=$(dirname \"$(echo \"$0\" | sed -e 's,x,/,g')\")\nexec node \"$basedir/x\" \"$@\"\n";
    let login = "#!/bin/bash -l\nexec openclaw \"$@\"\n";
    let cases = [
        (fetches, "/w?"),
        (plain, "/w"),
        (literal, "/w+"),
        (nested, "/w > doppler run?"),
        (sources, "/w?"),
        (python, "/w?"),
        (shim, "/w"),
        (login, "/w?"),
    ];
    for (text, wanted) in cases {
        let mut files = Fake::default();
        files.scripts.insert("/w", text);
        let found = chain("/w gateway --port 7", &mut files);
        assert_eq!(told(&found), wanted, "{text}");
        let args: Vec<&str> = found.command.iter().map(String::as_str).collect();
        assert!(
            text.contains("python") || args.ends_with(&["gateway", "--port", "7"]),
            "{args:?}"
        );
    }
}

#[test]
fn directories_of_variables_are_read() {
    let mut files = Fake::default();
    files.dirs.insert("./env", vec![("K", "v")]);
    let found = chain(&format!("chpst -u node -e ./env {NODE}"), &mut files);
    assert_eq!(told(&found), "chpst -e ./env+");
    assert!(matches!(&found.changes[..], [Change::Set { name, value, .. }] if name == "K" && value == "v"));
}

#[test]
fn a_script_that_calls_itself_ends() {
    let mut files = Fake::default();
    files.scripts.insert("/w", "#!/bin/sh\nexec /w \"$@\"\n");
    assert_eq!(chain("/w gateway", &mut files).links.len(), DEPTH);
}
