//! A unit file with its values masked: sections, directives, names of variables and values that cannot be a
//! secret stay.

use super::mask::{finish, is_known as known, variable};
use crate::redact::MaskedText;
use crate::redact::arguments::arguments;
use crate::redact::log_line;
use crate::secret::names::is_public_name;
use crate::secret::public::{self, WITHHELD, is_number, is_public};
use crate::secret::words::is_word;

/// Directives of systemd.unit(5), systemd.service(5), systemd.exec(5), systemd.kill(5) and
/// systemd.resource-control(5), sorted.
const DIRECTIVES: &str = include_str!("directives.txt");

/// Directives whose value may be a secret whatever it looks like.
const CLOSED: &[&str] = &[
    "Documentation",
    "SetCredential",
    "SetCredentialEncrypted",
    "StandardInputData",
    "StandardInputText",
    "LogExtraFields",
];

/// Sections that are shown by name.
const SECTIONS: &[&str] = &[
    "[Unit]",
    "[Service]",
    "[Install]",
    "[Socket]",
    "[Timer]",
    "[Path]",
    "[Container]",
    "[Mount]",
    "[Slice]",
];

/// Masks a unit file or drop-in.
pub fn mask(path: &str, text: &str, secrets: &[&str]) -> MaskedText {
    let mut shown = String::with_capacity(text.len());
    let mut continued: Option<String> = None;
    for line in text.lines() {
        let goes_on = line.trim_end().ends_with('\\');
        let directive = continued.take();
        shown.push_str(&match &directive {
            Some(_) if line.trim_start().starts_with(['#', ';']) => format!("# {WITHHELD}"),
            Some(name) => format!("  {}", value_of(name, line.trim())),
            None => first(line.trim()),
        });
        shown.push('\n');
        if goes_on {
            let name = line
                .split_once('=')
                .map(|(name, _)| name.trim())
                .filter(|name| is_directive(name));
            // A comment within a continued line does not end it.
            continued = directive.or(name.map(str::to_owned)).or_else(|| Some(String::new()));
        }
    }
    finish(path, &shown, secrets)
}

fn first(line: &str) -> String {
    if line.is_empty() || SECTIONS.contains(&line) {
        return line.to_owned();
    }
    if line.starts_with(['#', ';']) {
        return format!("# {WITHHELD}");
    }
    if line.starts_with('[') && line.ends_with(']') {
        return format!("[{WITHHELD}]");
    }
    match line.split_once('=') {
        Some((name, value)) if is_directive(name.trim()) => {
            format!("{}={}", name.trim(), value_of(name.trim(), value.trim()))
        }
        Some(_) => format!("{WITHHELD}={WITHHELD}"),
        None => WITHHELD.to_owned(),
    }
}

fn is_directive(name: &str) -> bool {
    DIRECTIVES.lines().any(|one| one == name)
}

fn value_of(directive: &str, value: &str) -> String {
    let (body, end) = value.strip_suffix('\\').map_or((value, ""), |body| (body.trim(), "\\"));
    let shown = match directive {
        _ if body.is_empty() => String::new(),
        "Environment" => assignments(body),
        "PassEnvironment" | "UnsetEnvironment" => names(body),
        "LoadCredential" | "LoadCredentialEncrypted" => WITHHELD.to_owned(),
        _ if directive.starts_with("Exec") && directive != "ExecSearchPath" => command(body),
        "Description" => log_line::masked(body, &[]),
        _ if directive.is_empty() || CLOSED.contains(&directive) => WITHHELD.to_owned(),
        _ => words(body),
    };
    match (shown.is_empty(), end) {
        (_, "") => shown,
        (true, end) => end.to_owned(),
        (false, end) => format!("{shown} {end}"),
    }
}

fn words(value: &str) -> String {
    let one = |word: &str| plain(word).unwrap_or_else(|| WITHHELD.to_owned());
    value.split_whitespace().map(one).collect::<Vec<_>>().join(" ")
}

/// A word of a value as it may be shown: public, a path, a size, a unit, a signal, a capability, a name of letters.
fn plain(word: &str) -> Option<String> {
    let (signs, bare) = word.split_at(word.len() - word.trim_start_matches(['-', '+', '~', '!', ':', '@']).len());
    if bare.contains("[withheld]") {
        return None;
    }
    let file = bare
        .split_once(':')
        .filter(|(kind, _)| matches!(*kind, "append" | "file" | "truncate"));
    if let Some((kind, rest)) = file {
        return Some(format!("{signs}{kind}:{}", public::path(rest, &known)?));
    }
    if let Some(path) = public::path(bare, &known) {
        return Some(format!("{signs}{path}"));
    }
    let upper = |part: &str| part.len() <= 16 && part.bytes().all(|byte| byte.is_ascii_uppercase());
    let capability =
        (bare.starts_with("CAP_") || bare.starts_with("AF_") || bare.starts_with("SIG")) && bare.split('_').all(upper);
    let unit = |text: &str| {
        let (name, kind) = text.rsplit_once('.')?;
        let kinds = [
            "service", "socket", "target", "slice", "timer", "mount", "path", "scope", "device",
        ];
        let name = name
            .split(['-', '@', '.', '_', ':'])
            .all(|part| is_word(part) || is_number(part) || name_like(part) || matches!(part, "%i" | "%I" | "%n"));
        (kinds.contains(&kind) && name && text.len() <= 80).then_some(())
    };
    let mode = bare.len() <= 5 && bare.bytes().all(|byte| byte.is_ascii_digit());
    let specifier = bare.len() == 2 && bare.starts_with('%');
    (is_public(bare, &known)
        || capability
        || unit(bare).is_some()
        || mode
        || specifier
        || name_like(bare)
        || spans(bare))
    .then(|| word.to_owned())
}

/// `1h30min`, `5min20s`.
fn spans(text: &str) -> bool {
    let mut rest = text;
    let mut count = 0;
    while !rest.is_empty() {
        let unit = rest.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(rest.len());
        let end = unit
            + rest
                .get(unit..)
                .and_then(|tail| tail.find(|c: char| !c.is_ascii_alphabetic()))
                .unwrap_or(rest.len() - unit);
        if !is_number(rest.get(..end).unwrap_or_default()) || count == 4 {
            return false;
        }
        (rest, count) = (rest.get(end..).unwrap_or_default(), count + 1);
    }
    count > 0
}

/// A short name of small letters, as users, groups and slices have.
fn name_like(text: &str) -> bool {
    let letters = text.trim_end_matches(|c: char| c.is_ascii_digit());
    !letters.is_empty()
        && text.len() <= 12
        && text.len() - letters.len() <= 2
        && letters.bytes().all(|byte| byte.is_ascii_lowercase())
}

fn names(value: &str) -> String {
    let one = |word: &str| {
        if is_public_name(word, &known) {
            word.to_owned()
        } else {
            WITHHELD.to_owned()
        }
    };
    value.split_whitespace().map(one).collect::<Vec<_>>().join(" ")
}

/// A command line. What is quoted, expanded or chained is not taken apart.
fn command(value: &str) -> String {
    let bare = value.trim_start_matches(['-', '+', '!', '@', ':', '|']);
    let signs = value.get(..value.len() - bare.len()).unwrap_or_default();
    let all: Vec<&str> = bare.split_whitespace().collect();
    let quoted = all
        .iter()
        .position(|word| word.contains(['"', '\'', '`', '$', ';', '\\', '&', '|']))
        .unwrap_or(all.len());
    let mut shown = arguments(all.get(..quoted).unwrap_or_default(), &known);
    if quoted < all.len() {
        shown.push(WITHHELD.to_owned());
    }
    format!("{signs}{}", shown.join(" "))
}

/// `NAME=value` words: names that may be shown, and values of public names that cannot be a secret.
fn assignments(value: &str) -> String {
    let parts = shlex::split(value).unwrap_or_default();
    let one = |part: &String| match part.split_once('=') {
        Some((name, text)) if is_public_name(name, &known) => {
            format!("{name}={}", variable(name, text).unwrap_or_else(|| WITHHELD.to_owned()))
        }
        _ => WITHHELD.to_owned(),
    };
    if parts.is_empty() {
        WITHHELD.to_owned()
    } else {
        parts.iter().map(one).collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_public_values_stay() {
        let unit = "# made by x, token abc\n[Unit]\nDescription=OpenClaw Gateway (v2026.9.6)\nAfter=network-online.target\n[Service]\n\
                    ExecStart=/usr/bin/node /opt/o/dist/index.js gateway --port 18789 --token s3cr3t\n\
                    Environment=HOME=/home/me \"KEY=a b\" PATH=/bin NODE_OPTIONS=\nEnvironment=A=1 \\\n  B=two\nX-Note=hunter2\n\
                    EnvironmentFile=-/home/me/.openclaw/gateway.env\nExecStartPre=/bin/sh -c 'export K=v'\nRestart=always\nnonsense hunter2\n\
                    OOMPolicy=continue\nMemoryMax=2G\nTimeoutStopSec=1min 30s\nKillSignal=SIGTERM\nUMask=0077\n\
                    RestrictAddressFamilies=AF_INET AF_UNIX\nStandardOutput=append:/home/me/gateway.log\nUnsetEnvironment=hunter7Xy=8 FOO\n";
        let masked = mask("u", unit, &[]);
        let expected = [
            "# [withheld]",
            "[Unit]",
            "Description=OpenClaw Gateway (v2026.9.6)",
            "After=network-online.target",
            "[Service]",
            "ExecStart=/usr/bin/node /opt/o/dist/index.js gateway --port 18789 --token [withheld]",
            "Environment=HOME=/home/me KEY=[withheld] PATH=/bin NODE_OPTIONS=",
            "Environment=A=[withheld] \\",
            "  B=[withheld]",
            "[withheld]=[withheld]",
            "EnvironmentFile=-/home/me/.openclaw/gateway.env",
            "ExecStartPre=/bin/sh -c [withheld]",
            "Restart=always",
            "[withheld]",
            "OOMPolicy=continue",
            "MemoryMax=2G",
            "TimeoutStopSec=1min 30s",
            "KillSignal=SIGTERM",
            "UMask=0077",
            "RestrictAddressFamilies=AF_INET AF_UNIX",
            "StandardOutput=append:/home/me/gateway.log",
            "UnsetEnvironment=[withheld] FOO",
        ];
        assert_eq!(masked.lines, expected);
    }
}
