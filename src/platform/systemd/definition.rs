//! A unit file and its drop-ins merged into what systemd acts on.
//!
//! Order and resets as in facts/services.md section 1.4: lists grow over the files in order, an
//! empty assignment clears what came before, scalars are replaced.

use super::passed::{self, Brings};
use super::settings;
use super::specifiers::Specifiers;
use crate::loader::RawBinding;
use crate::model::snapshot::{OddLine, PassedKind, PassedOver, Place, Setting, Source};
use crate::parse::systemd::unit::{Assignment, UnitText};
use crate::parse::systemd::unit_quoting;
use crate::parse::systemd::unit_quoting::{Resolved, Words};
use crate::secret::Vault;
use crate::secret::value::is_env_name;

/// One file of a definition.
pub struct Part {
    /// Absolute path.
    pub path: String,
    /// Whether it is a drop-in.
    pub drop_in: bool,
    /// Its text.
    pub text: UnitText,
}

/// A file named by `EnvironmentFile=`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvFileRef {
    /// Absolute path or pattern, specifiers resolved.
    pub path: String,
    /// Whether systemd goes on without it.
    pub optional: bool,
    /// Where it is named.
    pub place: Place,
}

/// What a unit and its drop-ins come to. No `Debug`: command lines may carry a secret.
#[derive(Default)]
pub struct Definition {
    /// `ExecStart=` lines that count, specifiers not yet resolved.
    pub exec: Vec<(String, Place)>,
    /// `Environment=` bindings since the last reset, in order.
    pub env: Vec<RawBinding>,
    /// Bindings that an empty `Environment=` took away.
    pub reset: Vec<RawBinding>,
    /// `EnvironmentFile=` in order.
    pub env_files: Vec<EnvFileRef>,
    /// `PassEnvironment=` names.
    pub pass: Vec<String>,
    /// `UnsetEnvironment=`: names, or `NAME=value`, with the line.
    pub unset: Vec<(String, Place)>,
    /// `User=`.
    pub user: Option<String>,
    /// `WorkingDirectory=`, specifiers resolved.
    pub working_dir: Option<String>,
    /// `ExecStartPre=` lines.
    pub exec_pre: Vec<String>,
    /// Directives beside the environment.
    pub settings: Vec<Setting>,
    /// Sources of variables that do not count.
    pub passed: Vec<PassedOver>,
    /// Lines systemd ignores or refuses.
    pub odd: Vec<OddLine>,
    /// What could not be understood, in words.
    pub unknown: Vec<String>,
}

/// Keys that do nothing outside `[Service]`; elsewhere they are a slip worth a word.
const SERVICE_KEYS: &[&str] = &[
    "Environment",
    "EnvironmentFile",
    "PassEnvironment",
    "UnsetEnvironment",
    "ExecStart",
];

/// Merges the files in the order given: the unit, then its drop-ins by file name.
pub fn merge(parts: &[Part], specifiers: &Specifiers, vault: &Vault) -> Definition {
    let mut merged = Definition::default();
    for part in parts {
        let source = if part.drop_in { Source::DropIn } else { Source::Unit };
        for (line, why) in &part.text.odd {
            merged.odd(Place::line(&part.path, *line), None, why.clone());
        }
        for one in part.text.no_equals.iter().filter(|one| one.section == "Service") {
            if let Some((right, brings)) = passed::meant(one) {
                let what = format!("there is no `=` after `{right}`; systemd ignores the line");
                merged.slip(
                    one,
                    (right, brings),
                    what,
                    Place::line(&part.path, one.line),
                    specifiers,
                );
            }
        }
        for one in &part.text.assignments {
            let place = Place::line(&part.path, one.line);
            if one.section == "Service" {
                settings::take(&mut merged.settings, one, place.clone(), specifiers);
                merged.note_slip(one, &place, specifiers);
                merged.take(one, place, source, specifiers, vault);
                continue;
            }
            if one.section == "Unit" && settings::is_condition(&one.key) {
                settings::take_condition(&mut merged.settings, one, place, specifiers);
                continue;
            }
            // Sections that begin with `X-` are meant for other programs.
            if let Some(brings) = passed::brings(&one.key).filter(|_| !one.section.starts_with("X-")) {
                let what = match one.section.as_str() {
                    "" => format!("`{}=` is before any section; systemd ignores it", one.key),
                    section => format!("`{}=` is in [{section}]; systemd reads it only in [Service]", one.key),
                };
                let kind = PassedKind::Section {
                    name: one.section.clone(),
                };
                merged.pass(passed::directive(kind, one, brings, place.clone(), specifiers, what));
            }
            if !one.section.is_empty() && SERVICE_KEYS.contains(&one.key.as_str()) {
                let what = format!(
                    "`{}=` is in [{}]; systemd reads it only in [Service]",
                    one.key, one.section
                );
                merged.odd(place, None, what);
            }
        }
    }
    merged
}

impl Definition {
    fn take(&mut self, one: &Assignment, place: Place, source: Source, specifiers: &Specifiers, vault: &Vault) {
        let value = one.value.as_str();
        let resolve = |letter| specifiers.resolve(letter);
        match one.key.as_str() {
            "ExecStartPre" if value.is_empty() => self.exec_pre.clear(),
            "ExecStartPre" => self.exec_pre.push(value.to_owned()),
            "ExecStart" if value.is_empty() => self.exec.clear(),
            "ExecStart" => self.exec.push((value.to_owned(), place)),
            "Environment" if value.is_empty() => self.reset_env(&place),
            "Environment" => self.environment(value, &place, source, specifiers, vault),
            "EnvironmentFile" if value.is_empty() => self.reset_files(&place),
            "EnvironmentFile" => self.env_file(value, place, specifiers),
            "PassEnvironment" if value.is_empty() => self.pass.clear(),
            "PassEnvironment" => grow(&mut self.pass, names(value, specifiers)),
            "UnsetEnvironment" if value.is_empty() => self.unset.clear(),
            "UnsetEnvironment" => grow(
                &mut self.unset,
                names(value, specifiers)
                    .into_iter()
                    .map(|name| (name, place.clone()))
                    .collect(),
            ),
            "User" => self.user = Some(unit_quoting::specifiers(value, resolve).text).filter(|user| !user.is_empty()),
            "WorkingDirectory" => {
                let path = unit_quoting::specifiers(value.strip_prefix('-').unwrap_or(value), resolve).text;
                self.working_dir = Some(path).filter(|path| path.starts_with(['/', '~']));
            }
            _ => {}
        }
    }

    /// A directive of a name that systemd does not know.
    fn note_slip(&mut self, one: &Assignment, place: &Place, specifiers: &Specifiers) {
        if passed::brings(&one.key).is_some() {
            return;
        }
        if let Some(meant) = passed::misspelled(one) {
            let (right, key) = (meant.0, &one.key);
            let what = format!("systemd does not know `{key}=` and ignores the line; `{right}=` is meant");
            return self.slip(one, meant, what, place.clone(), specifiers);
        }
        if let Some((key, rest)) = one.key.split_once([':', ' ', '\t']) {
            // `Environment: NAME=value`.
            let line = Assignment {
                key: key.to_owned(),
                value: format!("{}={}", rest.trim(), one.value),
                ..one.clone()
            };
            if let Some(meant) = passed::meant(&line) {
                let what = format!("`{key}` is not followed by `=`; systemd ignores the line");
                self.slip(&line, meant, what, place.clone(), specifiers);
            }
        }
    }

    fn slip(
        &mut self,
        one: &Assignment,
        (right, brings): (&str, Brings),
        what: String,
        place: Place,
        specifiers: &Specifiers,
    ) {
        let kind = PassedKind::Directive {
            right: right.to_owned(),
        };
        self.pass(passed::directive(kind, one, brings, place, specifiers, what));
    }

    fn reset_env(&mut self, place: &Place) {
        let gone = std::mem::take(&mut self.env);
        for one in &gone {
            let line = one.place.as_ref().and_then(|place| place.line).unwrap_or_default();
            self.pass(PassedOver {
                kind: PassedKind::Reset,
                place: place.clone(),
                file: one.place.as_ref().map(|place| place.path.clone()),
                names: vec![passed::assignment(one.name.clone(), line)],
                what: "an empty `Environment=` takes back every assignment before it".to_owned(),
            });
        }
        self.reset.extend(gone);
    }

    fn reset_files(&mut self, place: &Place) {
        for file in std::mem::take(&mut self.env_files) {
            self.pass(PassedOver {
                kind: PassedKind::Reset,
                place: place.clone(),
                file: Some(file.path),
                names: Vec::new(),
                what: "an empty `EnvironmentFile=` takes back every one before it".to_owned(),
            });
        }
    }

    fn pass(&mut self, passed: PassedOver) {
        const MAX_PASSED: usize = 100;
        if self.passed.len() < MAX_PASSED {
            self.passed.push(passed);
        }
    }

    fn environment(&mut self, value: &str, place: &Place, source: Source, specifiers: &Specifiers, vault: &Vault) {
        let Words { words, cut } = unit_quoting::words(value);
        for word in words {
            let Resolved { text: word, open, bad } =
                unit_quoting::specifiers(&word, |letter| specifiers.resolve(letter));
            let assigned = word.split_once('=').filter(|(name, _)| is_env_name(name));
            let Some((name, value)) = assigned else {
                let what = "a word is not of the form NAME=value; systemd ignores it";
                self.odd(place.clone(), None, what.to_owned());
                self.pass_words(value, place, what);
                continue;
            };
            let refused = match bad {
                Some(letter) => Some(format!("`%{letter}` is not a specifier (a plain `%` is written `%%`)")),
                None => value.contains('\u{fffd}').then(|| "the value is not UTF-8".to_owned()),
            };
            if let Some(why) = refused {
                let what = format!("{why}; systemd ignores the assignment");
                self.pass_words(&format!("{name}="), place, &what);
                self.odd(place.clone(), Some(name.to_owned()), what);
                continue;
            }
            for letter in open {
                let what = format!("the doctor does not resolve `%{letter}`, so the value shown may differ");
                self.odd(place.clone(), Some(name.to_owned()), what);
            }
            self.env.push(RawBinding {
                name: name.to_owned(),
                value: vault.seal(value),
                source,
                place: Some(place.clone()),
            });
        }
        if let Some(cut) = cut {
            let what = format!("{}; systemd ignores the rest of the line", cut.words());
            self.pass_words(value, place, &what);
            self.odd(place.clone(), None, what);
        }
    }

    /// Names of a line of which systemd ignores a part; those that arrive all the same are set.
    fn pass_words(&mut self, value: &str, place: &Place, what: &str) {
        let cut = value.split(['"', '\'', ' ']).filter_map(|word| word.split_once('='));
        let mut names: Vec<String> = cut
            .map(|(name, _)| name.to_owned())
            .filter(|name| is_env_name(name))
            .collect();
        names.extend(passed::assigned(value));
        names.sort();
        names.dedup();
        if self.passed.iter().any(|known| known.place == *place) || names.is_empty() {
            return;
        }
        let line = place.line.unwrap_or_default();
        self.pass(PassedOver {
            kind: PassedKind::Assignment,
            place: place.clone(),
            file: None,
            names: names.into_iter().map(|name| passed::assignment(name, line)).collect(),
            what: what.to_owned(),
        });
    }

    fn env_file(&mut self, value: &str, place: Place, specifiers: &Specifiers) {
        let Resolved { text: path, open, bad } = unit_quoting::specifiers(value, |letter| specifiers.resolve(letter));
        let (path, optional) = match path.strip_prefix('-') {
            Some(path) => (path.to_owned(), true),
            None => (path, false),
        };
        if let Some(letter) = open.first() {
            self.unknown.push(format!(
                "`EnvironmentFile=` uses `%{letter}`, which the doctor does not resolve"
            ));
        } else if path.starts_with('/') && bad.is_none() {
            self.env_files.push(EnvFileRef { path, optional, place });
        } else {
            let what = match bad {
                Some(_) => "a `%` in the path of the EnvironmentFile begins no specifier; systemd ignores the line",
                None => {
                    "the path of the EnvironmentFile does not begin with `/` (quotes do not belong here); systemd \
                     ignores the line"
                }
            };
            let line = Assignment {
                section: String::new(),
                key: String::new(),
                value: value.to_owned(),
                line: place.line.unwrap_or_default(),
            };
            let bare = value.trim_start_matches(['"', '\'']);
            let kind = PassedKind::Path {
                optional: bare.starts_with('-'),
            };
            self.pass(passed::directive(
                kind,
                &line,
                Brings::File,
                place.clone(),
                specifiers,
                what.to_owned(),
            ));
            self.odd(place, None, what.to_owned());
        }
    }

    fn odd(&mut self, place: Place, name: Option<String>, what: String) {
        const MAX_ODD: usize = 100;
        if self.odd.len() < MAX_ODD {
            self.odd.push(OddLine { place, name, what });
        }
    }
}

/// Adds to a list of names up to a bound that no honest unit comes near.
fn grow<T>(list: &mut Vec<T>, more: Vec<T>) {
    const MAX_NAMES: usize = 1000;
    let room = MAX_NAMES.saturating_sub(list.len());
    list.extend(more.into_iter().take(room));
}

fn names(value: &str, specifiers: &Specifiers) -> Vec<String> {
    let words = unit_quoting::words(value).words.into_iter();
    let resolved = words.map(|word| unit_quoting::specifiers(&word, |letter| specifiers.resolve(letter)).text);
    resolved
        .filter(|word| is_env_name(word.split('=').next().unwrap_or_default()))
        .collect()
}

#[cfg(test)]
#[path = "definition_tests.rs"]
pub(super) mod tests;
