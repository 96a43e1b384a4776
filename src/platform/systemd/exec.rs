//! What an `ExecStart=` line starts (facts/services.md sections 1.2 and 3.1).

use super::names;
use crate::model::snapshot::Adds;
use crate::parse::proc::gateway_argv;
use crate::parse::systemd::unit_quoting;
use crate::platform::launch::{self, Chain, Files};

/// The parts of a command line that matter. No `Debug`: arguments may carry a secret.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Exec {
    /// First word, as written.
    pub program: Option<String>,
    /// OpenClaw's entry script.
    pub entry: Option<String>,
    /// Arguments after the entry script.
    pub args: Vec<String>,
    /// `--port`.
    pub port: Option<u16>,
    /// `--profile`, or `dev` for `--dev` before `gateway`.
    pub profile: Option<String>,
    /// The programs before it, and what they change.
    pub chain: Chain,
}

impl Exec {
    /// Returns whether a program before OpenClaw may set more than can be seen.
    pub fn shell_wrapped(&self) -> bool {
        self.chain.links.iter().any(|link| link.adds == Adds::Unknown)
    }
}

/// Reads a command line. `resolve` gives the text of a specifier, `lookup` that of a variable, `files` what the programs
/// before OpenClaw are.
pub fn read(
    line: &str,
    resolve: impl Fn(char) -> Option<String>,
    lookup: impl Fn(&str) -> Option<String>,
    files: &mut dyn Files,
) -> Exec {
    let mut words = unit_quoting::words(line.trim_start_matches(['-', ':', '+', '!', '@'])).words;
    for word in &mut words {
        *word = unit_quoting::specifiers(word, &resolve).text;
    }
    if let Some(end) = words.iter().position(|word| word == ";") {
        words.truncate(end);
    }
    let renamed = line
        .chars()
        .take_while(|c| matches!(c, '-' | ':' | '+' | '!' | '@'))
        .any(|c| c == '@');
    if renamed && words.len() > 1 {
        words.remove(1);
    }
    let mut words = words.into_iter();
    let Some(program) = words.next() else {
        return Exec::default();
    };
    let args: Vec<String> = words.flat_map(|word| expanded(word, &lookup)).collect();
    let words: Vec<String> = std::iter::once(program.clone()).chain(args).collect();
    let mut exec = Exec {
        chain: launch::follow(&words, files),
        ..Exec::default()
    };
    let searched = &exec.chain.command;
    let entry = searched
        .iter()
        .position(|word| is_entry(word))
        .or_else(|| gateway_argv::script(searched));
    // Behind a wrapper that could not be followed its own arguments are what is known.
    let after = entry.unwrap_or_default() + 1;
    if entry.is_some() || searched.iter().skip(1).any(|word| word == "gateway") {
        exec.entry = entry
            .and_then(|at| searched.get(at))
            .map(|word| word.trim_end_matches(';').to_owned());
        exec.args = searched.iter().skip(after).cloned().collect();
        read_args(&mut exec);
    }
    exec.program = Some(program);
    exec
}

fn read_args(exec: &mut Exec) {
    let gateway = exec.args.iter().position(|word| word == "gateway");
    let mut port = None;
    let mut profile = None;
    for (at, word) in exec.args.iter().enumerate() {
        let next = exec.args.get(at + 1).map(String::as_str);
        let value = |flag: &str| match word.strip_prefix(flag) {
            Some("") => next,
            Some(rest) => rest.strip_prefix('='),
            None => None,
        };
        if let Some(text) = value("--port") {
            port = text.parse().ok();
        }
        if let Some(text) = value("--profile") {
            profile = Some(text.to_owned());
        }
        if word == "--dev" && gateway.is_none_or(|gateway| at < gateway) {
            profile = Some("dev".to_owned());
        }
    }
    exec.port = port;
    exec.profile = profile.and_then(|text| names::profile(&text));
}

/// Returns whether a raw `ExecStart=` line starts a Gateway, whatever its unit is called.
pub fn starts_gateway(line: &str) -> bool {
    let lower = line.to_ascii_lowercase();
    let gateway = lower
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_' && c != '/' && c != '.')
        .any(|word| word == "gateway" || base_name(word) == "openclaw-gateway");
    gateway && (lower.contains("openclaw") || lower.contains("clawdbot") || lower.contains("moltbot"))
}

/// Returns whether a word is OpenClaw's entry script (facts/services.md section 3.1).
pub fn is_entry(word: &str) -> bool {
    let word = word.trim_end_matches(';');
    let script = [
        "dist/index.js",
        "dist/entry.js",
        "openclaw.mjs",
        "scripts/run-node.mjs",
        "src/entry.ts",
        "src/index.ts",
    ]
    .iter()
    .any(|end| word == *end || word.strip_suffix(end).is_some_and(|head| head.ends_with('/')));
    script
        || matches!(
            base_name(word),
            "openclaw" | "clawdbot" | "moltbot" | "openclaw-gateway"
        )
}

fn base_name(word: &str) -> &str {
    word.rsplit('/').next().unwrap_or(word)
}

/// Expands `${X}` anywhere and `$X` as a whole word, as systemd does for arguments.
fn expanded(word: String, lookup: &impl Fn(&str) -> Option<String>) -> Vec<String> {
    if let Some(name) = word
        .strip_prefix('$')
        .filter(|name| crate::secret::value::is_env_name(name))
    {
        let value = lookup(name).unwrap_or_default();
        return value.split_whitespace().map(str::to_owned).collect();
    }
    let mut out = String::new();
    let mut rest = word.as_str();
    while let Some((before, after)) = rest.split_once("${") {
        out.push_str(before);
        match after
            .split_once('}')
            .filter(|(name, _)| crate::secret::value::is_env_name(name))
        {
            Some((name, tail)) => {
                out.push_str(&lookup(name).unwrap_or_default());
                rest = tail;
            }
            None => {
                out.push_str("${");
                rest = after;
            }
        }
    }
    out.push_str(rest);
    vec![out.replace("$$", "$")]
}

#[cfg(test)]
#[path = "exec_tests.rs"]
mod tests;
