//! Command lines of many kinds, and what is told of them.

use std::collections::BTreeMap;

use super::*;

/// A machine of a few files.
#[derive(Default)]
struct Fake {
    scripts: BTreeMap<&'static str, &'static str>,
    dirs: BTreeMap<&'static str, Vec<(&'static str, &'static str)>>,
    bash_env: Option<&'static str>,
}

impl Files for Fake {
    fn program(&mut self, path: &str) -> Program {
        self.scripts
            .get(path)
            .map_or(Program::Unseen, |text| Program::Script((*text).to_owned()))
    }

    fn bash_env(&self) -> Option<String> {
        self.bash_env.map(str::to_owned)
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
        ("taskset -c 0", "taskset"),
        ("taskset 0x1", "taskset"),
        ("setpriv --reuid 1000 --clear-groups", "setpriv"),
        ("setpriv --reset-env", "setpriv+"),
        ("doppler run -- env -i A=b", "doppler run+ > env+"),
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
            "bash -c > bash -c+",
        ),
        (format!("zsh -c '{NODE}'"), "zsh -lc?"),
        (format!("bash -c 'exec \"$0\" \"$@\"' {NODE}"), "bash -c"),
        (format!("sh -c 'exec env $(cat /f | xargs) {NODE}'"), "sh -c > env?"),
        (format!("zsh -f -c '{NODE}'"), "zsh -c"),
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
        (fetches, "/w+"),
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

/// What becomes of `K`, which the service gives as `old`, and of any other name.
fn outcome(text: &str) -> String {
    let mut files = Fake::default();
    let text: &'static str = format!("#!/bin/sh\n{text}\n").leak();
    files.scripts.insert("/w", text);
    let found = chain("/w gateway", &mut files);
    let mut state = "old".to_owned();
    let mut open = "";
    for change in &found.changes {
        match change {
            Change::Set { name, value, .. } if name == "K" => state = value.clone(),
            Change::Remove(name) if name == "K" => state = "none".to_owned(),
            Change::Doubt(name) if name == "K" => state = "?".to_owned(),
            Change::Clear(_) => (state, open) = ("none".to_owned(), ""),
            Change::Anything => (state, open) = ("?".to_owned(), " open"),
            _ => {}
        }
    }
    format!("{state}{open}")
}

#[test]
fn only_what_runs_for_certain_is_known() {
    let start = "exec node /p/openclaw.mjs \"$@\"";
    let cases = [
        ("export K=v", "v"),
        ("K=v; export K", "v"),
        ("readonly K=v; export K", "v"),
        ("declare -x K=v", "v"),
        ("set -a; K=v; set +a", "v"),
        ("set -o allexport; K=v", "v"),
        ("set -euo pipefail; export K; K=v", "v"),
        ("set -euo pipefail; K=v", "?"),
        ("K=v true", "old"),
        (": '\nexport K=v\n'", "old"),
        ("if [ \"$P\" = 1 ]; then export K=v; else export K=w; fi", "?"),
        ("[ -e /x ] && export K=v", "?"),
        ("[ -e /x ] || export K=v", "?"),
        ("case $P in\n a|b) export K=v;;\n *) :;;\nesac", "?"),
        ("case $P in a) :;; esac; export K=v", "v"),
        ("load() {\n export K=v\n}", "?"),
        ("load() {\n export K=v\n}\nload", "?"),
        ("for x in 1 2; do export K=$x; done", "?"),
        ("while read -r x; do export K=v; done < f", "? open"),
        ("cat >/dev/null <<X\nexport K=v\nX", "? open"),
        (": <<X\nexport K=v\nX", "old"),
        ("( export K=v )", "?"),
        ("export K=v | :", "?"),
        ("export K=v &", "?"),
        ("K=v", "?"),
        ("export -n K", "none"),
        ("unset K", "none"),
        ("[ -e /x ] && unset K", "?"),
        ("export K=\"$(cat /x)\"", "?"),
        ("export K=\"${K:-v}\"", "?"),
        ("L=v\nexport K=\"$L\"", "$L"),
        (". /x", "? open"),
        (". /x; export K=v", "v open"),
        ("export K=v; . /x", "? open"),
        ("if true; then . /x; fi\nexport K=v", "v open"),
        ("eval $(x)", "? open"),
        ("export $(cat /x)", "? open"),
        ("read K", "? open"),
        ("[[ -f /x && -n $K ]] && cd /", "old"),
    ];
    for (text, wanted) in cases {
        assert_eq!(outcome(&format!("{text}\n{start}")), wanted, "{text}");
    }
    let whole = [
        (format!("cd / && export K=v && {start}"), "v"),
        (format!("cd / || export K=v && {start}"), "?"),
        (format!("[ -e /x ] && export K=v && {start}\n{start}"), "?"),
        (format!("K=v {start}"), "v"),
        (format!("if [ -e /x ]; then {start}; fi\nexport K=v\n{start}"), "?"),
        (format!("{start}\nexport K=v"), "old"),
        (
            "export K=v\nwhile :; do node /p/openclaw.mjs gateway; done".to_owned(),
            "v",
        ),
        ("env -i HOME=$HOME node /p/openclaw.mjs gateway".to_owned(), "none"),
        ("env -i K=$K node /p/openclaw.mjs gateway".to_owned(), "$K"),
        (
            "main() { export K=v; exec node /p/openclaw.mjs \"$@\"; }\nmain \"$@\"".to_owned(),
            "?",
        ),
    ];
    for (text, wanted) in whole {
        assert_eq!(outcome(&text), wanted, "{text}");
    }
}

#[test]
fn every_bash_reads_what_bash_env_names() {
    let told_with = |line: &str| {
        let mut files = Fake {
            bash_env: Some("/h/.env"),
            ..Fake::default()
        };
        files.scripts.insert("/w", "#!/bin/bash\nexec openclaw \"$@\"\n");
        files.scripts.insert("/s", "#!/bin/sh\nexec openclaw \"$@\"\n");
        told(&chain(line, &mut files))
    };
    assert_eq!(told_with(&format!("bash -c 'exec {NODE}'")), "bash -c > /h/.env?");
    assert_eq!(told_with("/w gateway"), "/h/.env? > /w");
    assert_eq!(told_with("/s gateway"), "/s");
    assert_eq!(told_with(&format!("env -i bash -c 'exec {NODE}'")), "env+ > bash -c");
}

#[test]
fn names_are_put_in_where_nothing_else_is() {
    let known = |name: &str| (name == "A").then_some("1");
    assert_eq!(put_in("$A/${A}x", known).as_deref(), Some("1/1x"));
    for text in ["$B", "$(a)", "${A:-b}", "`a`", "a$"] {
        assert_eq!(put_in(text, known), None, "{text}");
    }
}

#[test]
fn the_account_of_the_command_is_told() {
    let cases = [
        ("su - claw -c 'exec NODE'", Some("claw")),
        ("runuser -l claw -c 'exec NODE'", Some("claw")),
        ("runuser -u claw -- NODE", Some("claw")),
        ("setpriv --reuid=claw --reset-env NODE", Some("claw")),
        ("setpriv --reuid claw --clear-groups NODE", Some("claw")),
        ("sudo -u claw -E NODE", Some("claw")),
        ("sudo NODE", Some("root")),
        ("gosu claw:claw NODE", Some("claw")),
        ("chpst -u claw:claw NODE", Some("claw")),
        ("nice NODE", None),
    ];
    for (line, wanted) in cases {
        let found = chain(&line.replace("NODE", NODE), &mut Fake::default());
        assert_eq!(found.account.as_deref(), wanted, "{line}");
    }
    let found = chain(
        "podman run --rm --name gw image node dist/index.js gateway",
        &mut Fake::default(),
    );
    assert_eq!(found.elsewhere.as_deref(), Some("podman"));
}
