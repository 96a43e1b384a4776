//! A command line made fit to be shown, by position.

use super::mask::is_known;
use crate::model::snapshot::Link;
use crate::secret::names::{holds_secret, is_public_name};
use crate::secret::public::{self, WITHHELD, is_number};
use crate::secret::words::is_word;

/// Options of the Gateway and of Node whose value is one of few words.
const CHOICES: &[(&str, &[&str])] = &[
    ("--auth", &["none", "token", "password", "trusted-proxy"]),
    ("--bind", &["loopback", "lan", "tailnet", "auto", "custom"]),
    ("--tailscale", &["off", "serve", "funnel"]),
    ("--ws-log", &["auto", "full", "compact"]),
    (
        "--log-level",
        &["silent", "fatal", "error", "warn", "info", "debug", "trace"],
    ),
];

/// Options whose value is a small number.
const NUMBERS: &[&str] = &[
    "--port",
    "--max-old-space-size",
    "--max-semi-space-size",
    "--stack-size",
    "--timeout",
    "-p",
];

/// Options without a value.
const FLAGS: &[&str] = &[
    "--allow-unconfigured",
    "--compact",
    "--dev",
    "--enable-source-maps",
    "--expose-gc",
    "--force",
    "--foreground",
    "--no-color",
    "--no-deprecation",
    "--no-warnings",
    "--raw-stream",
    "--reset",
    "--trace-warnings",
    "--verbose",
    "--use-system-ca",
];

/// Returns the words of a command as they may be shown: the program and what it runs, options by their names, and only
/// those values that cannot be a secret.
pub fn arguments(words: &[&str], known: &dyn Fn(&str) -> bool) -> Vec<String> {
    let mut shown = Vec::with_capacity(words.len().min(64));
    let (mut command, mut after) = (false, None::<&str>);
    for (at, word) in words.iter().take(64).enumerate() {
        let option = after.take();
        shown.push(match option {
            _ if word.is_empty() => String::new(),
            Some(option) if !word.starts_with("--") => value(option, word),
            _ if word.starts_with('-') => {
                let (name, own) = word
                    .split_once('=')
                    .map_or((*word, None), |(name, value)| (name, Some(value)));
                let name_shown = is_option(name);
                match own {
                    Some(text) if name_shown => format!("{name}={}", value(name, text)),
                    Some(_) => WITHHELD.to_owned(),
                    None => {
                        after = (!FLAGS.contains(&name) && !matches!(name, "-" | "--")).then_some(name);
                        if name_shown {
                            name.to_owned()
                        } else {
                            WITHHELD.to_owned()
                        }
                    }
                }
            }
            _ if word.contains('=') => assignment(word, known),
            _ if command => bare(word, true),
            _ => {
                command = *word == "gateway";
                let path = public::path(word, known).or_else(|| {
                    (at == 0 && word.starts_with('/'))
                        .then(|| rooted(word, known))
                        .flatten()
                });
                path.unwrap_or_else(|| bare(word, false))
            }
        });
    }
    shown
}

/// Returns the program of a command as it may be told where commands are made of it: a path as it is, a name of letters;
/// of a whole command line in its place the first word.
pub fn program(word: &str, known: &dyn Fn(&str) -> bool) -> String {
    let letters = |part: &str| part.len() <= 20 && part.bytes().all(|byte| byte.is_ascii_lowercase());
    if word.starts_with(['/', '~', '.', '%']) {
        return match word.split_once(char::is_whitespace) {
            Some((first, _)) => public::path(word, known).unwrap_or_else(|| format!("{first} {WITHHELD}")),
            None => word.to_owned(),
        };
    }
    if word.contains('=') {
        return assignment(word, known);
    }
    let named = public::is_public(word, known) || word.split(['-', '_', '.']).all(letters);
    if named { word.to_owned() } else { WITHHELD.to_owned() }
}

/// The programs of a launch chain as they may be told; behind one stands the word that says what it does.
pub fn links(links: &[Link]) -> Vec<Link> {
    let shown = |link: &Link| {
        let mut words = link.program.splitn(2, ' ');
        let mut told = program(words.next().unwrap_or_default(), &is_known);
        if let Some(rest) = words.next() {
            told = format!("{told} {rest}");
        }
        Link {
            program: told,
            ..link.clone()
        }
    };
    links.iter().map(shown).collect()
}

/// The program may lie below any folder of plain words.
fn rooted(word: &str, known: &dyn Fn(&str) -> bool) -> Option<String> {
    let shown = public::path(&format!("/opt{word}"), known)?;
    shown.strip_prefix("/opt").map(str::to_owned)
}

fn is_option(name: &str) -> bool {
    let bare = name.trim_start_matches('-');
    name.len() <= 40
        && (bare.len() <= 2 && bare.bytes().all(|byte| byte.is_ascii_alphabetic()) || bare.split('-').all(is_word))
}

/// The value of an option.
fn value(option: &str, text: &str) -> String {
    let choice = CHOICES
        .iter()
        .any(|(name, words)| *name == option && words.contains(&text));
    let number =
        is_number(text) && (NUMBERS.contains(&option) || !holds_secret(option) && option.starts_with("--max-"));
    if choice || number || text.is_empty() {
        text.to_owned()
    } else {
        WITHHELD.to_owned()
    }
}

/// `NAME=value` before a command.
fn assignment(word: &str, known: &dyn Fn(&str) -> bool) -> String {
    match word.split_once('=') {
        Some((name, "")) if is_public_name(name, known) => format!("{name}="),
        Some((name, _)) if is_public_name(name, known) => format!("{name}={WITHHELD}"),
        _ => WITHHELD.to_owned(),
    }
}

/// A word by itself: before the command a program's name, after it one of the Gateway's own words.
fn bare(word: &str, command: bool) -> String {
    const PROGRAMS: &[&str] = &[
        "node", "bun", "openclaw", "gateway", "env", "exec", "sh", "bash", "zsh", "npx", "npm", "pnpm", "run", "start",
        "daemon",
    ];
    let file = || {
        !command
            && word.len() <= 64
            && word.ends_with(".js") | word.ends_with(".mjs")
            && word
                .split(['/', '.', '-', '_'])
                .all(|part| part.is_empty() || is_word(part))
    };
    if PROGRAMS.contains(&word) && (!command || matches!(word, "run" | "start" | "gateway" | "daemon")) || file() {
        word.to_owned()
    } else {
        WITHHELD.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::arguments;

    #[test]
    fn only_values_that_cannot_be_a_secret_stay() {
        let cases = [
            (
                "/usr/bin/node /usr/lib/node_modules/openclaw/dist/index.js gateway --port 18789",
                "/usr/bin/node /usr/lib/node_modules/openclaw/dist/index.js gateway --port 18789",
            ),
            (
                "node x.js gateway --token abc --auth token --bind lan",
                "node x.js gateway --token [withheld] --auth token --bind lan",
            ),
            (
                "node x.js gateway --foo-bar /secret --auth ab secret --password=q",
                "node x.js gateway [withheld] [withheld] --auth [withheld] [withheld] --password=[withheld]",
            ),
            (
                "/usr/bin/env OPENAI_API_KEY=abc A= /bin/sh",
                "/usr/bin/env OPENAI_API_KEY=[withheld] A= /bin/sh",
            ),
            ("/bin/sh -c export", "/bin/sh -c [withheld]"),
            (
                "node --max-old-space-size=4096 --enable-source-maps index.js gateway run",
                "node --max-old-space-size=4096 --enable-source-maps index.js gateway run",
            ),
            ("openclaw gateway --token --port 1", "openclaw gateway --token --port 1"),
        ];
        for (line, expected) in cases {
            let words: Vec<&str> = line.split(' ').collect();
            assert_eq!(arguments(&words, &|_| false).join(" "), expected);
        }
    }
}
