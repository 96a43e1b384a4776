//! What a job starts: its arguments in the three generations of the product
//! (facts/services.md sections 2.1 and 3.1).

use std::collections::BTreeMap;

/// Subcommands of `openclaw gateway` that are not the Gateway itself.
const OTHER_SUBCOMMANDS: &[&str] = &[
    "auth-token",
    "call",
    "diagnostics",
    "health",
    "install",
    "probe",
    "restart",
    "start",
    "status",
    "stop",
    "uninstall",
];
/// Product names, present and past, that a Gateway's command line shows.
const MARKERS: &[&str] = &["openclaw", "clawdbot", "moltbot"];
/// Ends of the paths of entry scripts.
const ENTRIES: &[&str] = &[
    "dist/index.js",
    "dist/entry.js",
    "dist/index.mjs",
    "dist/entry.mjs",
    "openclaw.mjs",
    "scripts/run-node.mjs",
    "src/entry.ts",
    "src/index.ts",
];

/// A command line, taken apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Launch {
    /// The environment wrapper, where one stands in front.
    pub wrapper: Option<String>,
    /// Whether a shell is given the wrapper, so that it need not be executable.
    pub wrapper_by_shell: bool,
    /// The environment file given to the wrapper.
    pub env_file: Option<String>,
    /// The program behind the wrapper; none where no word could be one.
    pub program: Option<String>,
    /// The words behind the wrapper.
    pub command: Vec<String>,
    /// OpenClaw's entry script.
    pub entry: Option<String>,
    /// Words after the entry script, or after the program where there is no script.
    pub arguments: Vec<String>,
    /// `--port`.
    pub port: Option<u16>,
    /// `--profile`.
    pub profile: Option<String>,
    /// Whether a shell command line stands between.
    pub shell_command: bool,
}

/// Takes a command line apart. `program` is the plist's `Program`, which is run instead of the
/// first argument where both are there.
pub fn launch(program: Option<&str>, arguments: &[String]) -> Launch {
    let mut words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match (program, words.first_mut()) {
        (Some(program), Some(first)) => *first = program,
        (Some(program), None) => words.push(program),
        (None, _) => {}
    }
    let mut launch = Launch::default();
    let mut rest = words.as_slice();
    let shell = rest.first().is_some_and(|word| is_shell(word));
    if shell && rest.get(1).is_some_and(|word| is_wrapper(word)) {
        rest = rest.get(1..).unwrap_or_default();
        launch.wrapper_by_shell = true;
    }
    if let Some(wrapper) = rest.first().filter(|word| is_wrapper(word)) {
        launch.wrapper = Some((*wrapper).to_owned());
        rest = rest.get(1..).unwrap_or_default();
        if let Some(file) = rest
            .first()
            .filter(|word| word.contains("/service-env/") || word.ends_with(".env"))
        {
            launch.env_file = Some((*file).to_owned());
            rest = rest.get(1..).unwrap_or_default();
        }
    } else if shell {
        launch.shell_command = true;
    }
    // Behind a wrapper that swallowed the rest of the line there may be no program at all.
    launch.command = rest.iter().map(|word| (*word).to_owned()).collect();
    let has_program = launch.wrapper.is_none() || rest.first().is_some_and(|word| word.contains('/'));
    if has_program {
        launch.program = rest.first().map(|word| (*word).to_owned());
        rest = rest.get(1..).unwrap_or_default();
    }
    if let Some(at) = rest.iter().position(|word| is_entry(word)) {
        launch.entry = rest.get(at).map(|word| (*word).to_owned());
        rest = rest.get(at + 1..).unwrap_or_default();
    }
    launch.arguments = rest.iter().map(|word| (*word).to_owned()).collect();
    launch.port = option(rest, "--port").and_then(|port| port.parse().ok());
    launch.profile = option(rest, "--profile").map(str::to_owned);
    launch
}

/// Returns whether a job runs a Gateway: by the product's markers in its environment, or by
/// `gateway` and a product name among its arguments. A job that merely calls `openclaw`
/// (`openclaw backup create`) is none, nor is `openclaw gateway status`.
pub fn is_gateway(program: Option<&str>, arguments: &[String], environment: &BTreeMap<&str, &str>) -> bool {
    let marked = |name: &str, value: &str| environment.get(name).is_some_and(|found| found.trim() == value);
    if environment
        .get("OPENCLAW_SERVICE_KIND")
        .is_some_and(|kind| kind.trim() == "node")
    {
        return false;
    }
    if marked("OPENCLAW_SERVICE_MARKER", "openclaw") && marked("OPENCLAW_SERVICE_KIND", "gateway") {
        return true;
    }
    let named = program
        .into_iter()
        .chain(arguments.iter().map(String::as_str))
        .any(|word| MARKERS.iter().any(|marker| word.to_lowercase().contains(marker)));
    named && runs_gateway(arguments)
}

fn runs_gateway(arguments: &[String]) -> bool {
    // In a shell command line the word stands inside one argument.
    let words: Vec<&str> = arguments.iter().flat_map(|word| word.split_whitespace()).collect();
    words
        .iter()
        .position(|word| *word == "gateway")
        .is_some_and(|at| !words.get(at + 1).is_some_and(|next| OTHER_SUBCOMMANDS.contains(next)))
}

fn is_shell(word: &str) -> bool {
    matches!(
        word.rsplit('/').next(),
        Some("sh" | "bash" | "zsh" | "dash" | "ksh" | "fish" | "env")
    )
}

/// The generated wrapper is told by its name; a mangled path still contains it.
fn is_wrapper(word: &str) -> bool {
    word.contains("env-wrapper")
}

fn is_entry(word: &str) -> bool {
    ENTRIES.iter().any(|end| word.ends_with(end))
}

fn option<'a>(words: &[&'a str], name: &str) -> Option<&'a str> {
    words.iter().enumerate().find_map(|(at, word)| {
        let rest = word.strip_prefix(name)?;
        if rest.is_empty() {
            words.get(at + 1).copied()
        } else {
            rest.strip_prefix('=')
        }
    })
}

#[cfg(test)]
mod tests;
