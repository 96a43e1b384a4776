//! A unit file with its values masked: names of variables stay, and directives that are known to
//! hold no secret.

use super::mask::{Tally, is_plain_word, is_token};
use crate::redact::MaskedText;
use crate::secret::value;

/// Directives whose value is shown.
const SHOWN: &[&str] = &[
    "After",
    "Alias",
    "Before",
    "BindsTo",
    "Conflicts",
    "EnvironmentFile",
    "Group",
    "KillMode",
    "KillSignal",
    "LimitNOFILE",
    "MemoryMax",
    "NoNewPrivileges",
    "OOMScoreAdjust",
    "PartOf",
    "PassEnvironment",
    "PrivateTmp",
    "ProtectHome",
    "ProtectSystem",
    "Requires",
    "Restart",
    "RestartForceExitStatus",
    "RestartPreventExitStatus",
    "RestartSec",
    "StartLimitBurst",
    "StartLimitIntervalSec",
    "SuccessExitStatus",
    "TimeoutStartSec",
    "TimeoutStopSec",
    "Type",
    "UMask",
    "UnsetEnvironment",
    "User",
    "WantedBy",
    "Wants",
    "WorkingDirectory",
];

/// Masks a unit file or drop-in.
pub(crate) fn mask(path: &str, text: &str, secrets: &[&str]) -> MaskedText {
    let mut tally = Tally::default();
    let mut shown = String::with_capacity(text.len());
    let mut continued: Option<String> = None;
    for line in text.lines() {
        let goes_on = line.trim_end().ends_with('\\');
        let directive = continued.take();
        shown.push_str(&match &directive {
            Some(name) => format!("  {}", value_of(name, line.trim(), &mut tally)),
            None => first(line, &mut tally),
        });
        shown.push('\n');
        if goes_on {
            let name = line.split_once('=').map(|(name, _)| name.trim().to_owned());
            continued = directive.or(name).or_else(|| Some(String::new()));
        }
    }
    tally.text(path, &shown, secrets)
}

fn first(line: &str, tally: &mut Tally) -> String {
    let trimmed = line.trim();
    if trimmed.is_empty() || (trimmed.starts_with('[') && trimmed.ends_with(']') && trimmed.len() < 40) {
        return trimmed.to_owned();
    }
    if trimmed.starts_with(['#', ';']) {
        return format!("# {}", tally.withhold("comment"));
    }
    match trimmed.split_once('=') {
        Some((name, value)) if is_directive(name.trim()) => {
            format!("{}={}", name.trim(), value_of(name.trim(), value.trim(), tally))
        }
        _ => tally.withhold("unknown line").to_owned(),
    }
}

fn is_directive(name: &str) -> bool {
    name.len() <= 40 && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}

fn value_of(directive: &str, value: &str, tally: &mut Tally) -> String {
    match directive {
        "Environment" => assignments(value, tally),
        _ if directive.starts_with("Exec") => command(value, tally),
        "Description" if value.starts_with("OpenClaw Gateway") && value.len() < 80 => words(value, tally),
        _ if SHOWN.contains(&directive) => words(value, tally),
        _ if value.is_empty() => String::new(),
        _ => tally.withhold("directive").to_owned(),
    }
}

fn words(value: &str, tally: &mut Tally) -> String {
    let word = |word: &str| {
        let plain = word.len() <= 200 && !is_token(word) && !word.contains(['"', '\'', '$', '`']);
        if plain {
            word.to_owned()
        } else {
            tally.withhold("word").to_owned()
        }
    };
    value.split_whitespace().map(word).collect::<Vec<_>>().join(" ")
}

/// Command lines: what is not plainly a path, an option or a known word is masked.
fn command(value: &str, tally: &mut Tally) -> String {
    let bare = value.trim_end_matches('\\').trim();
    if bare.contains(['"', '\'', '`', '$', ';']) {
        let head = bare.split_whitespace().next().filter(|word| is_plain_word(word));
        return format!("{} {}", head.unwrap_or_default(), tally.withhold("command line"))
            .trim()
            .to_owned();
    }
    let mut after_secret_option = false;
    let mut shown = Vec::new();
    for word in bare.split_whitespace() {
        let option = word.trim_start_matches(['-', '+', '!', '@', ':']);
        if !after_secret_option && (is_plain_word(word) || (shown.is_empty() && is_plain_word(option))) {
            shown.push(word.to_owned());
        } else {
            shown.push(tally.withhold("argument").to_owned());
        }
        after_secret_option = word.starts_with("--") && crate::secret::names::is_credential(option);
    }
    if value.ends_with('\\') {
        shown.push("\\".to_owned());
    }
    shown.join(" ")
}

/// `NAME=value` words: the value is shown only under a public name.
fn assignments(value: &str, tally: &mut Tally) -> String {
    let bare = value.trim_end_matches('\\').trim();
    let parts = shlex::split(bare).unwrap_or_default();
    let mut shown: Vec<String> = parts
        .iter()
        .map(|part| match part.split_once('=') {
            Some((name, text)) if value::is_env_name(name) => {
                let public = value::is_public(name) && !is_token(text) && !text.contains(char::is_whitespace);
                format!(
                    "{name}={}",
                    if public {
                        text
                    } else {
                        tally.withhold("environment value")
                    }
                )
            }
            _ => tally.withhold("environment value").to_owned(),
        })
        .collect();
    if shown.is_empty() && !bare.is_empty() {
        shown.push(tally.withhold("environment value").to_owned());
    }
    if value.ends_with('\\') {
        shown.push("\\".to_owned());
    }
    shown.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_and_values_go() {
        let unit = "# made by x, token abc\n[Service]\nExecStart=/usr/bin/node /opt/o/index.js gateway --port 18789 --token s3cr3t\n\
                    Environment=HOME=/home/me \"KEY=a b\" PATH=/bin\nEnvironment=A=1 \\\n  B=two\nX-Note=hunter2\n\
                    EnvironmentFile=-/home/me/.openclaw/gateway.env\nExecStartPre=/bin/sh -c 'export K=v'\nRestart=always\nnonsense hunter2\n";
        let masked = mask("u", unit, &[]);
        let expected = [
            "# [withheld]",
            "[Service]",
            "ExecStart=/usr/bin/node /opt/o/index.js gateway --port 18789 --token [withheld]",
            "Environment=HOME=/home/me KEY=[withheld] PATH=/bin",
            "Environment=A=[withheld] \\",
            "  B=[withheld]",
            "X-Note=[withheld]",
            "EnvironmentFile=-/home/me/.openclaw/gateway.env",
            "ExecStartPre=/bin/sh [withheld]",
            "Restart=always",
            "[withheld]",
        ];
        assert_eq!(masked.lines, expected);
        assert_eq!(masked.withheld.iter().map(|(_, count)| count).sum::<usize>(), 8);
    }
}
