//! Files beside shells' own that set variables of a terminal: fish's universal variables, nushell, PowerShell, csh,
//! elvish, xonsh, mise. Names, lines and literal texts only; nothing is expanded or run.

use crate::parse::rc::rc_file::Assigned;
use crate::secret::value::is_env_name;

/// The language of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Other {
    /// `SETUVAR --export NAME:value`.
    FishVariables,
    /// `$env.NAME = "value"`.
    Nushell,
    /// `$env:NAME = "value"`.
    PowerShell,
    /// `setenv NAME value`.
    Csh,
    /// `set-env NAME value` or `set E:NAME = value`.
    Elvish,
    /// `$NAME = "value"`.
    Xonsh,
    /// `NAME = "value"` below `[env]`.
    Mise,
}

/// Returns the variables that a file sets.
pub fn parse(text: &str, language: Other) -> Vec<Assigned<'_>> {
    let mut in_env = false;
    let mut found = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.starts_with('[') {
            in_env = matches!(line.trim_matches(['[', ']']).trim(), "env");
        }
        let pair = match language {
            Other::FishVariables => line
                .strip_prefix("SETUVAR ")
                .filter(|rest| rest.contains("--export"))
                .and_then(|rest| {
                    rest.rsplit_once("--")
                        .map_or(Some(rest), |(_, tail)| tail.split_once(' ').map(|(_, rest)| rest))
                })
                .and_then(|rest| rest.split_once(':')),
            Other::Nushell => line.strip_prefix("$env.").and_then(|rest| rest.split_once('=')),
            Other::PowerShell => line
                .get(..5)
                .filter(|start| start.eq_ignore_ascii_case("$env:"))
                .and_then(|_| line.get(5..)?.split_once('=')),
            Other::Csh => line
                .strip_prefix("setenv ")
                .and_then(|rest| rest.trim().split_once([' ', '\t'])),
            Other::Elvish => line
                .strip_prefix("set-env ")
                .and_then(|rest| rest.trim().split_once([' ', '\t']))
                .or_else(|| line.strip_prefix("set E:")?.split_once('=')),
            Other::Xonsh => line.strip_prefix('$').and_then(|rest| rest.split_once('=')),
            Other::Mise if in_env => line.split_once('='),
            Other::Mise => None,
        };
        let Some((name, value)) = pair.map(|(name, value)| (name.trim(), value.trim())) else {
            continue;
        };
        if is_env_name(name) && name.len() <= 256 {
            let text = value.trim_matches(['"', '\'']);
            found.push(Assigned {
                name,
                line: u32::try_from(at).unwrap_or(u32::MAX).saturating_add(1),
                exported: true,
                literal: Some(text).filter(|text| !text.is_empty() && !text.contains(['$', '`', '('])),
            });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_is_read() {
        for (language, text) in [
            (
                Other::FishVariables,
                "# x\nSETUVAR --export A_KEY:v1\nSETUVAR fish_key:x\n",
            ),
            (Other::FishVariables, "VERSION: 3.0\nSETUVAR --export --path A_KEY:v1\n"),
            (Other::Nushell, "\n$env.A_KEY = \"v1\"\n"),
            (Other::PowerShell, "\n$Env:A_KEY = 'v1'\n"),
            (Other::Csh, "set x = 1\nsetenv A_KEY v1\n"),
            (Other::Elvish, "\nset-env A_KEY v1\n"),
            (Other::Elvish, "use str\nset E:A_KEY = 'v1'\n"),
            (Other::Xonsh, "import x\n$A_KEY = 'v1'\n"),
            (Other::Mise, "[env]\nA_KEY = \"v1\"\n[tools]\nB_KEY = \"v2\"\n"),
        ] {
            let got: Vec<_> = parse(text, language)
                .iter()
                .map(|one| (one.name, one.line, one.literal))
                .collect();
            assert_eq!(got, [("A_KEY", 2, Some("v1"))], "{text}");
        }
        assert!(parse("[tools]\nA_KEY = \"v\"\n", Other::Mise).is_empty());
    }
}
