//! Directives that were meant to bring variables and do not: outside `[Service]`, misspelled, with a path that is not
//! absolute, or taken back by a later empty one (systemd.exec(5), systemd.syntax(7); compared with systemd 252).

use super::specifiers::Specifiers;
use crate::model::snapshot::{Assignment, PassedKind, PassedOver, Place};
use crate::parse::meant;
use crate::parse::systemd::unit::Assignment as Line;
use crate::parse::systemd::unit_quoting;
use crate::secret::value::is_env_name;

/// A directive that brings variables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Brings {
    /// `Environment=`: assignments.
    Assignments,
    /// `EnvironmentFile=`: a path.
    File,
    /// `PassEnvironment=`: names.
    Names,
}

/// Names that people give these directives and that systemd does not know.
const WRONG: &[(&str, Brings)] = &[
    ("env", Brings::Assignments),
    ("environ", Brings::Assignments),
    ("environments", Brings::Assignments),
    ("environmentvariable", Brings::Assignments),
    ("environmentvariables", Brings::Assignments),
    ("setenvironment", Brings::Assignments),
    ("envfile", Brings::File),
    ("env_file", Brings::File),
    ("environment_file", Brings::File),
    ("environmentfiles", Brings::File),
    ("environmentfilepath", Brings::File),
    ("passenvironments", Brings::Names),
    ("passenv", Brings::Names),
    ("importenvironment", Brings::Names),
];

/// Returns what a directive brings, by the name that systemd knows.
pub fn brings(key: &str) -> Option<Brings> {
    Some(match key {
        "Environment" => Brings::Assignments,
        "EnvironmentFile" => Brings::File,
        "PassEnvironment" => Brings::Names,
        _ => return None,
    })
}

/// Returns which directive a line means, rightly spelled or not.
pub fn meant(line: &Line) -> Option<(&'static str, Brings)> {
    match line.key.as_str() {
        "Environment" => Some(("Environment", Brings::Assignments)),
        "EnvironmentFile" => Some(("EnvironmentFile", Brings::File)),
        "PassEnvironment" => Some(("PassEnvironment", Brings::Names)),
        _ => misspelled(line),
    }
}

/// Returns what a directive was meant to be that systemd does not know; case counts there. A directive of any other
/// name counts where its value sets a credential (`SetEnv=OPENAI_API_KEY=…`): no directive of systemd takes that form
/// but the ones excepted.
pub fn misspelled(line: &Line) -> Option<(&'static str, Brings)> {
    let by_value = || {
        let excepted = [
            "UnsetEnvironment",
            "Environment",
            "ConditionEnvironment",
            "AssertEnvironment",
            "SetCredential",
            "SetCredentialEncrypted",
        ];
        let (name, _) = line.value.split_once('=')?;
        let sets = meant::name_in(&line.value).is_some_and(|found| found == name);
        let other = excepted.contains(&line.key.as_str()) || line.key.starts_with("Exec");
        (sets && !other).then_some(("Environment", Brings::Assignments))
    };
    misspelled_name(&line.key).or_else(by_value)
}

fn misspelled_name(key: &str) -> Option<(&'static str, Brings)> {
    if brings(key).is_some() || key == "UnsetEnvironment" {
        return None;
    }
    let lower = key.to_ascii_lowercase();
    let known = [
        ("Environment", Brings::Assignments),
        ("EnvironmentFile", Brings::File),
        ("PassEnvironment", Brings::Names),
    ];
    let right = |wanted: Brings| known.iter().find(|(_, brings)| *brings == wanted).copied();
    if let Some((_, wanted)) = WRONG.iter().find(|(wrong, _)| *wrong == lower) {
        return right(*wanted);
    }
    let near = |name: &str| strsim::osa_distance(&lower, &name.to_ascii_lowercase());
    known
        .into_iter()
        .filter(|(name, _)| near(name) <= 2)
        .min_by_key(|(name, _)| near(name))
}

/// Describes a directive that does not count; `what` says why, and the names are those that it would have set.
pub fn directive(
    kind: PassedKind,
    line: &Line,
    brings: Brings,
    place: Place,
    specifiers: &Specifiers,
    what: String,
) -> PassedOver {
    let number = place.line.unwrap_or_default();
    let names = match brings {
        Brings::Assignments => assigned(&line.value),
        Brings::Names => line
            .value
            .split_whitespace()
            .filter(|word| is_env_name(word))
            .map(str::to_owned)
            .collect(),
        Brings::File => Vec::new(),
    };
    PassedOver {
        kind,
        file: (brings == Brings::File)
            .then(|| meant_path(&line.value, specifiers))
            .flatten(),
        names: names.into_iter().map(|name| assignment(name, number)).collect(),
        place,
        what,
    }
}

/// Returns the names that the words of an `Environment=` set, or were meant to set.
pub fn assigned(value: &str) -> Vec<String> {
    let words = unit_quoting::words(value).words;
    let mut names: Vec<String> = words
        .iter()
        .filter_map(|word| word.split_once('='))
        .map(|(name, _)| name.trim().to_owned())
        .filter(|name| is_env_name(name))
        .collect();
    names.extend(meant::name_in(value).map(str::to_owned));
    names.sort();
    names.dedup();
    names
}

/// Returns a name with its line.
pub fn assignment(name: String, line: u32) -> Assignment {
    Assignment {
        name,
        line,
        exported: true,
    }
}

/// Returns the file that a path of an `EnvironmentFile=` was meant to name: without quotes, `~` and `$HOME` as the home.
pub fn meant_path(value: &str, specifiers: &Specifiers) -> Option<String> {
    let resolve = |letter| specifiers.resolve(letter);
    let text = unit_quoting::specifiers(value.trim(), resolve).text;
    let text = text.trim_matches(['"', '\'']);
    let text = text.strip_prefix('-').unwrap_or(text).trim_matches(['"', '\'']);
    let text = text.strip_prefix("file://").unwrap_or(text);
    let home = &specifiers.home;
    let below = ["~/", "$HOME/", "${HOME}/", "./"]
        .iter()
        .find_map(|start| text.strip_prefix(start));
    let config = ["$XDG_CONFIG_HOME/", "${XDG_CONFIG_HOME}/"]
        .iter()
        .find_map(|start| text.strip_prefix(start));
    let path = match (text.starts_with('/'), below, config) {
        (true, ..) => text.to_owned(),
        (_, Some(rest), _) => format!("{home}/{rest}"),
        (_, _, Some(rest)) => format!("{home}/.config/{rest}"),
        _ => format!("{home}/{text}"),
    };
    let plain = !path.contains(['$', '%', '*', '?', '[', '\0']) && !path.split('/').any(|part| part == "..");
    (plain && text.len() > 1 && path.len() < 4096).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::super::definition::tests::here;
    use super::*;

    #[test]
    fn paths_are_read_as_they_were_meant() {
        for (value, path) in [
            ("~/.secrets.env", "/home/me/.secrets.env"),
            ("-~/x.env", "/home/me/x.env"),
            ("$HOME/x.env", "/home/me/x.env"),
            ("-${HOME}/x.env", "/home/me/x.env"),
            ("\"/home/me/x.env\"", "/home/me/x.env"),
            ("'-/home/me/x.env'", "/home/me/x.env"),
            ("\"%h/x.env\"", "/home/me/x.env"),
            (".secrets.env", "/home/me/.secrets.env"),
            ("file:///etc/x.env", "/etc/x.env"),
        ] {
            assert_eq!(meant_path(value, &here()).as_deref(), Some(path), "{value}");
        }
        for value in ["$SECRETS/x.env", "../../etc/shadow", "", "~/*.env"] {
            assert_eq!(meant_path(value, &here()), None, "{value}");
        }
    }

    #[test]
    fn slips_in_the_name_are_seen() {
        for (key, right) in [
            ("Enviroment", "Environment"),
            ("environment", "Environment"),
            ("EnvironmentFiles", "EnvironmentFile"),
            ("EnvironmentFIle", "EnvironmentFile"),
            ("EnvFile", "EnvironmentFile"),
        ] {
            assert_eq!(misspelled_name(key).map(|(name, _)| name), Some(right), "{key}");
        }
        for key in [
            "Environment",
            "UnsetEnvironment",
            "ExecStart",
            "User",
            "Type",
            "PassEnvironment",
        ] {
            assert_eq!(misspelled_name(key), None, "{key}");
        }
    }
}
