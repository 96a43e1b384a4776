//! Which command lines are a Gateway's (facts/services.md section 3.1).

/// Endings of the entry script, as the product knows them.
const ENTRIES: &[&str] = &[
    "dist/index.js",
    "dist/entry.js",
    "openclaw.mjs",
    "scripts/run-node.mjs",
    "src/entry.ts",
    "src/index.ts",
];

/// Words after `gateway` that make it a short-lived command of the CLI.
const COMMANDS: &[&str] = &[
    "auth-token",
    "call",
    "diagnostics",
    "discover",
    "health",
    "help",
    "install",
    "probe",
    "restart",
    "restart-handoff",
    "resume",
    "stability",
    "start",
    "status",
    "stop",
    "suspend",
    "uninstall",
    "usage-cost",
    "--help",
    "-h",
    "--version",
    "-V",
];

/// A command line that is a Gateway's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GatewayArgv<'a> {
    /// The entry script; none after the title was rewritten.
    pub entry: Option<&'a str>,
    /// What follows the entry script.
    pub args: &'a [String],
    /// Whether the path names OpenClaw; without it only a process that is known otherwise counts.
    pub names_openclaw: bool,
}

/// Returns whether these words are a Gateway's command line, and takes it apart.
pub fn gateway(words: &[String]) -> Option<GatewayArgv<'_>> {
    let first = words.first()?;
    if is_title(first) {
        return Some(GatewayArgv {
            entry: None,
            args: words.get(1..).unwrap_or_default(),
            names_openclaw: true,
        });
    }
    if let Some(entry) = pm2_title(first) {
        return Some(GatewayArgv {
            entry: Some(entry),
            args: words.get(1..).unwrap_or_default(),
            names_openclaw: entry.to_ascii_lowercase().contains("openclaw"),
        });
    }
    let (at, entry) = entry(words)?;
    let args = words.get(at + 1..).unwrap_or_default();
    is_gateway_run(args).then(|| GatewayArgv {
        entry: Some(entry),
        args,
        names_openclaw: entry.to_ascii_lowercase().contains("openclaw"),
    })
}

/// `openclaw-gateway`, alone or with a path; the title may be followed by blanks.
fn is_title(word: &str) -> bool {
    let word = word.trim_end();
    word == "openclaw-gateway" || word.ends_with("/openclaw-gateway")
}

/// Returns whether the title is the product's name alone: a Gateway in the foreground has it up to 2026.5 (seen on 2026.5.28),
/// and so does any other command, so that the port has to tell.
pub fn is_bare_title(words: &[String]) -> bool {
    matches!(words, [title] if title.trim_end() == "openclaw")
}

/// pm2 gives its processes the title `node SCRIPT`, one word without their arguments (ProcessContainerFork of pm2 6).
fn pm2_title(word: &str) -> Option<&str> {
    let script = word.strip_prefix("node ")?.trim_end();
    let is_entry = ENTRIES.iter().any(|entry| script.ends_with(entry));
    (is_entry && script.starts_with('/')).then_some(script)
}

fn entry(words: &[String]) -> Option<(usize, &str)> {
    let first = words.first()?;
    if first == "openclaw" || first.ends_with("/openclaw") {
        return Some((0, first));
    }
    if !is_runtime(first) {
        return None; // sudo, grep, an editor
    }
    words
        .iter()
        .enumerate()
        .skip(1)
        .take(16)
        .map(|(at, word)| (at, word.as_str()))
        .find(|(_, word)| {
            let word = word.replace('\\', "/");
            ENTRIES.iter().any(|entry| word.ends_with(entry)) || word.ends_with("/bin/openclaw")
        })
}

/// Node under one of its names, or another runtime for JavaScript.
pub fn is_runtime(word: &str) -> bool {
    let name = word.rsplit('/').next().unwrap_or_default();
    ["node", "bun", "deno", "tsx"]
        .iter()
        .any(|runtime| name.contains(runtime))
}

/// Returns where the script of a runtime stands whose words go on with `gateway`, whatever it is called: what a service starts
/// is its entry even where nothing is left of the package.
pub fn script(words: &[String]) -> Option<usize> {
    /// Options of Node whose value is a word of its own.
    const VALUED: &[&str] = &[
        "-r",
        "--require",
        "--import",
        "--loader",
        "--experimental-loader",
        "-C",
        "--conditions",
    ];
    words.first().filter(|first| is_runtime(first))?;
    let mut at = 1;
    while words.get(at)?.starts_with('-') {
        at += 1 + usize::from(VALUED.contains(&words.get(at)?.as_str()));
    }
    let is_script = [".js", ".mjs", ".cjs", ".ts"]
        .iter()
        .any(|end| words[at].ends_with(end));
    (is_script && words[at + 1..].iter().any(|word| word == "gateway")).then_some(at)
}

/// Returns whether a program has one of the product's names.
pub fn is_product(name: &str) -> bool {
    matches!(name, "openclaw" | "clawdbot" | "moltbot" | "openclaw-gateway")
}

/// `[options] gateway [run] [options]`, and no other command of `gateway`.
fn is_gateway_run(args: &[String]) -> bool {
    let Some(at) = args.iter().position(|arg| arg == "gateway") else {
        return false;
    };
    let before = args.get(..at).unwrap_or_default();
    let mut after_option = false;
    for word in before {
        let option = word.starts_with('-');
        if !option && !after_option {
            return false; // an argument of another command
        }
        after_option = option && !word.contains('=');
    }
    let after = args.get(at + 1..).unwrap_or_default();
    let direct = after.first().is_none_or(|word| word == "run" || word.starts_with('-'));
    direct && !after.iter().any(|word| COMMANDS.contains(&word.as_str()))
}

/// Options of a Gateway that take the place of settings of the config (`openclaw gateway run --help`, 2026.9.6).
const OVERRIDES: [&str; 7] = [
    "--allow-unconfigured",
    "--auth",
    "--bind",
    "--password",
    "--password-file",
    "--tailscale",
    "--token",
];

/// Returns which of these stand among the arguments, without their values.
pub fn overrides(args: &[String]) -> Vec<String> {
    let given = |name: &&str| {
        args.iter().any(|word| {
            word.strip_prefix(*name)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('='))
        })
    };
    OVERRIDES
        .iter()
        .filter(|name| given(name))
        .map(|name| (*name).to_owned())
        .collect()
}

/// Returns the port that `--port` names.
pub fn port(args: &[String]) -> Option<u16> {
    option(args, "--port").and_then(|text| text.trim().parse().ok())
}

/// Returns the value of an option, written `--name value` or `--name=value`.
pub fn option<'a>(args: &'a [String], name: &str) -> Option<&'a str> {
    args.iter().enumerate().find_map(|(at, word)| {
        if word == name {
            return args.get(at + 1).map(String::as_str);
        }
        word.strip_prefix(name)?.strip_prefix('=')
    })
}

/// Returns the port in `OPENCLAW_GATEWAY_PORT`: `N`, `host:N` or `[v6]:N`
/// (facts/env-resolution.md section 1).
pub fn port_of_variable(text: &str) -> Option<u16> {
    let text = text.trim();
    text.parse().ok().or_else(|| text.rsplit_once(':')?.1.parse().ok())
}

/// The kind of child whose environment shows the live one (facts/env-resolution.md section 8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChildKind {
    /// Started with the whole environment at the end of the start.
    SpawnBroker,
    /// May be an early one, so it counts only with `OPENCLAW_GATEWAY_PORT`.
    SqliteReadonly,
}

impl ChildKind {
    /// Returns the word of the snapshot.
    pub fn word(self) -> &'static str {
        match self {
            ChildKind::SpawnBroker => "spawn-broker",
            ChildKind::SqliteReadonly => "sqlite-readonly",
        }
    }
}

/// Returns whether a command line is that of a child worth reading.
pub fn child(words: &[String]) -> Option<ChildKind> {
    worker(words).map(|(kind, _)| kind)
}

/// Returns the kind of such a child and the script it runs, which is one of the Gateway's package.
pub fn worker(words: &[String]) -> Option<(ChildKind, &str)> {
    words.iter().skip(1).take(16).find_map(|word| {
        if word.ends_with("/dist/process/spawn-broker/worker.js") {
            Some((ChildKind::SpawnBroker, word.as_str()))
        } else if word.ends_with("/sqlite-readonly-location.worker.js") {
            Some((ChildKind::SqliteReadonly, word.as_str()))
        } else {
            None
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        line.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn a_bare_title_is_the_name_alone() {
        for (words, bare) in [
            (&["openclaw"][..], true),
            (&["openclaw          "], true),
            (&["openclaw", "status"], false),
            (&["openclaw-gateway"], false),
            (&["/usr/bin/openclaw"], false),
            (&[], false),
        ] {
            let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
            assert_eq!(is_bare_title(&words), bare, "{words:?}");
        }
    }

    #[test]
    fn gateways_are_recognised() {
        let lines = [
            "/usr/bin/node --max-old-space-size=8192 /usr/lib/node_modules/openclaw/dist/index.js gateway --port 18789",
            "node /x/openclaw/openclaw.mjs gateway run",
            "node /x/openclaw/dist/entry.js --profile work gateway --port=1",
            "openclaw gateway run --verbose",
            "node /home/me/.npm-global/bin/openclaw gateway",
            "openclaw-gateway",
        ];
        let pm2 = ["node /x/openclaw/openclaw.mjs".to_owned()];
        assert!(gateway(&pm2).is_some_and(|found| found.names_openclaw && found.args.is_empty()));
        assert_eq!(gateway(&["node /x/shop/server.js".to_owned()]), None);
        for line in lines {
            let words = words(line);
            assert!(gateway(&words).is_some_and(|found| found.names_openclaw), "{line}");
        }
    }

    #[test]
    fn other_commands_are_not() {
        let lines = [
            "node /x/openclaw/dist/index.js gateway status",
            "node /x/openclaw/dist/index.js gateway install --port 1",
            "node /x/openclaw/dist/index.js gateway --json status",
            "node /x/openclaw/dist/index.js agent --message gateway",
            "node /x/openclaw/dist/index.js agent gateway",
            "openclaw doctor",
            "openclaw gateway restart",
            "sudo /usr/bin/openclaw gateway run",
            "openclaw gateway --help",
            "openclaw",
            "vim /x/openclaw/dist/index.js",
            "grep gateway /x/openclaw/dist/index.js",
            "",
        ];
        for line in lines {
            assert_eq!(gateway(&words(line)), None, "{line}");
        }
        let foreign = words("node /srv/shop/dist/index.js gateway");
        assert!(gateway(&foreign).is_some_and(|found| !found.names_openclaw));
        assert_eq!(gateway(&[]), None);
    }

    #[test]
    fn ports_are_read() {
        assert_eq!(port(&words("gateway --port 18789")), Some(18789));
        assert_eq!(port(&words("gateway --port=7")), Some(7));
        assert_eq!(port(&words("gateway --port")), None);
        let cases = [
            ("18789", Some(18789)),
            (" 1 ", Some(1)),
            ("h:2", Some(2)),
            ("[::1]:3", Some(3)),
            ("x", None),
        ];
        for (text, expected) in cases {
            assert_eq!(port_of_variable(text), expected, "{text}");
        }
    }

    #[test]
    fn children_are_recognised() {
        let broker = words("node /x/openclaw/dist/process/spawn-broker/worker.js");
        let sqlite = words("node /x/openclaw/dist/infra/sqlite-readonly-location.worker.js --a session");
        assert_eq!(child(&broker), Some(ChildKind::SpawnBroker));
        assert_eq!(child(&sqlite), Some(ChildKind::SqliteReadonly));
        assert_eq!(child(&words("node worker.js")), None);
    }
}
