//! What an `ExecStart=` line starts (facts/services.md sections 1.2 and 3.1).

use super::names;
use crate::parse::systemd::unit_quoting;

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
    /// Whether a shell command line, `env` or a wrapper of the user's own stands between.
    pub shell_wrapped: bool,
}

/// Shells whose `-c` text may set more than can be seen.
const SHELLS: &[&str] = &["sh", "bash", "dash", "zsh", "ksh", "ash", "fish", "busybox"];

/// Reads a command line. `resolve` gives the text of a specifier, `lookup` that of a variable.
pub fn read(line: &str, resolve: impl Fn(char) -> Option<String>, lookup: impl Fn(&str) -> Option<String>) -> Exec {
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
    let base = base_name(&program);
    let script = SHELLS
        .contains(&base)
        .then(|| args.iter().position(|word| is_command_flag(word)))
        .flatten()
        .and_then(|at| args.get(at + 1));
    let mut exec = Exec {
        shell_wrapped: script.is_some() || base == "env",
        ..Exec::default()
    };
    // Inside a shell's text quoting is the shell's.
    let inner =
        script.map(|text| shlex::split(text).unwrap_or_else(|| text.split_whitespace().map(str::to_owned).collect()));
    let searched: Vec<String> = match inner {
        Some(words) => words,
        None => std::iter::once(program.clone()).chain(args).collect(),
    };
    if let Some(at) = searched.iter().position(|word| is_entry(word)) {
        exec.entry = searched.get(at).map(|word| word.trim_end_matches(';').to_owned());
        exec.args = searched.into_iter().skip(at + 1).collect();
        read_args(&mut exec);
    } else if searched.iter().skip(1).any(|word| word == "gateway") {
        // A wrapper of the user's own (`gateway install --wrapper`).
        exec.shell_wrapped = true;
        exec.args = searched.into_iter().skip(1).collect();
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

/// Tells whether a raw `ExecStart=` line starts a Gateway, whatever its unit is called.
pub fn starts_gateway(line: &str) -> bool {
    let lower = line.to_ascii_lowercase();
    let gateway = lower
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_' && c != '/' && c != '.')
        .any(|word| word == "gateway" || base_name(word) == "openclaw-gateway");
    gateway && (lower.contains("openclaw") || lower.contains("clawdbot") || lower.contains("moltbot"))
}

/// Tells whether a word is OpenClaw's entry script (facts/services.md section 3.1).
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

/// `-c`, `-lc`, `-ic`: a flag word of letters that ends in `c`.
fn is_command_flag(word: &str) -> bool {
    word.strip_prefix('-')
        .is_some_and(|flags| flags.ends_with('c') && flags.chars().all(|c| c.is_ascii_alphabetic()))
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
