//! Start-up files of the user's shells: the reason why a terminal knows a key and a daemon does
//! not. Only names and lines are kept; literal values go to the vault, so that the leak scan
//! knows them.

use std::path::{Path, PathBuf};

use super::context::Context;
use super::ownership::By;
use crate::model::snapshot::{Assignment, StartupFile};
use crate::parse::rc::rc_file;
use crate::parse::rc::rc_file::{Contents, Dialect};
use crate::parse::rc_other::{self, Other};
use crate::secret::names;

/// Largest file that is read.
const CAP: u64 = 1 << 20;
/// Most assignments kept of one file.
const LIMIT: usize = 200;

/// Most files that are read, and how far a file that another one reads in is followed.
const MAX_FILES: usize = 96;
const MAX_DEPTH: u32 = 4;
/// Most entries of a folder that are looked at.
const MAX_ENTRIES: usize = 200;

/// How a file is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Language {
    Shell(Dialect),
    Other(Other),
}

const POSIX: Language = Language::Shell(Dialect::Posix);
const FISH: Language = Language::Shell(Dialect::Fish);
const PLAIN: Language = Language::Shell(Dialect::Plain);

/// Files below the home.
const OF_HOME: &[(&str, Language)] = &[
    (".bashrc", POSIX),
    (".bash_profile", POSIX),
    (".bash_login", POSIX),
    (".profile", POSIX),
    (".bash_aliases", POSIX),
    (".zshrc", POSIX),
    (".zshenv", POSIX),
    (".zprofile", POSIX),
    (".zlogin", POSIX),
    (".kshrc", POSIX),
    (".config/fish/config.fish", FISH),
    (".config/fish/fish_variables", Language::Other(Other::FishVariables)),
    (".config/nushell/env.nu", Language::Other(Other::Nushell)),
    (".config/nushell/config.nu", Language::Other(Other::Nushell)),
    (".config/powershell/profile.ps1", Language::Other(Other::PowerShell)),
    (
        ".config/powershell/Microsoft.PowerShell_profile.ps1",
        Language::Other(Other::PowerShell),
    ),
    (".cshrc", Language::Other(Other::Csh)),
    (".tcshrc", Language::Other(Other::Csh)),
    (".login", Language::Other(Other::Csh)),
    (".xprofile", POSIX),
    (".xsessionrc", POSIX),
    (".config/elvish/rc.elv", Language::Other(Other::Elvish)),
    (".elvish/rc.elv", Language::Other(Other::Elvish)),
    (".xonshrc", Language::Other(Other::Xonsh)),
    (".config/xonsh/rc.xsh", Language::Other(Other::Xonsh)),
    (".config/mise/config.toml", Language::Other(Other::Mise)),
    (".mise.toml", Language::Other(Other::Mise)),
    ("mise.toml", Language::Other(Other::Mise)),
    (".envrc", POSIX),
    (".pam_environment", Language::Shell(Dialect::Pam)),
];

/// Folders below the home, the end of the names that count, and the language.
const FOLDERS_OF_HOME: &[(&str, &str, Language)] = &[
    (".config/fish/conf.d", ".fish", FISH),
    (".bashrc.d", "", POSIX),
    (".zshrc.d", "", POSIX),
    (".profile.d", "", POSIX),
    (".oh-my-zsh/custom", ".zsh", POSIX),
    (".config/environment.d", ".conf", PLAIN),
];

/// Files in the folder that `ZDOTDIR` names.
const OF_ZSH: &[&str] = &[".zshenv", ".zprofile", ".zshrc", ".zlogin"];

/// Files in the working directory, which a hook of the shell reads.
const OF_CWD: &[(&str, Language)] = &[
    (".envrc", POSIX),
    (".mise.toml", Language::Other(Other::Mise)),
    ("mise.toml", Language::Other(Other::Mise)),
];

/// Files of the whole machine.
const OF_MACHINE: &[(&str, Language)] = &[
    ("/etc/profile", POSIX),
    ("/etc/bash.bashrc", POSIX),
    ("/etc/bashrc", POSIX),
    ("/etc/zshenv", POSIX),
    ("/etc/zsh/zshenv", POSIX),
    ("/etc/zsh/zshrc", POSIX),
    ("/etc/zshrc", POSIX),
    ("/etc/fish/config.fish", FISH),
    ("/etc/environment", PLAIN),
];

/// Folders of the whole machine.
const FOLDERS_OF_MACHINE: &[(&str, &str, Language)] =
    &[("/etc/profile.d", ".sh", POSIX), ("/etc/fish/conf.d", ".fish", FISH)];

/// Names below the home that a shell may execute.
pub(super) fn names_of_home() -> impl Iterator<Item = &'static str> {
    OF_HOME.iter().map(|(name, _)| *name)
}

/// Reads every start-up file that exists, and what it reads in. One that cannot be read is left out: it says nothing
/// about the Gateway, which reads none of them itself.
pub fn collect(ctx: &Context<'_>) -> Vec<StartupFile> {
    let mut reading = Reading {
        ctx,
        found: Vec::new(),
        seen: Vec::new(),
    };
    let home = ctx.home();
    for (name, language) in OF_HOME {
        reading.file(ctx.by, &home.join(name), *language, (false, 0));
    }
    for (folder, end, language) in FOLDERS_OF_HOME {
        reading.folder(ctx.by, &home.join(folder), end, *language, 0);
    }
    if let Some((folder, by)) = zdotdir(ctx) {
        for name in OF_ZSH {
            reading.file(by, &folder.join(name), POSIX, (false, 0));
        }
    }
    if !ctx.host.copied_home {
        let cwd = PathBuf::from(&ctx.host.cwd);
        for (name, language) in OF_CWD {
            reading.file(By::Asker, &cwd.join(name), *language, (false, 0));
        }
        for (path, language) in OF_MACHINE {
            reading.file(By::Asker, Path::new(path), *language, (false, 0));
        }
        for (folder, end, language) in FOLDERS_OF_MACHINE {
            reading.folder(By::Asker, Path::new(folder), end, *language, 0);
        }
    }
    reading.found
}

/// Where zsh has its files instead of the home: its own variable, else as `~/.zshenv` sets it.
fn zdotdir(ctx: &Context<'_>) -> Option<(PathBuf, By)> {
    let by_file = || {
        let file = ctx.by.read(&ctx.home().join(".zshenv"), CAP).ok()?;
        let text = String::from_utf8_lossy(&file.bytes).into_owned();
        let mut lines = text.lines().filter_map(|line| line.split_once("ZDOTDIR="));
        let (_, value) = lines.next()?;
        let word = value.split([';', ' ', '#']).next()?;
        Some((resolved(ctx, word.trim_matches(['"', '\'']))?, file.names))
    };
    let own = ctx.var("ZDOTDIR").map(|folder| (PathBuf::from(folder), By::Asker));
    let found = own.or_else(by_file)?;
    (found.0.is_absolute() && found.0 != ctx.home()).then_some(found)
}

/// A path as a start-up file writes it; none where it is put together from other things.
fn resolved(ctx: &Context<'_>, word: &str) -> Option<PathBuf> {
    let home = ctx.home();
    let starts = [
        ("~/", home.clone()),
        ("$HOME/", home.clone()),
        ("${HOME}/", home.clone()),
        ("${HOME:-~}/", home.clone()),
        ("$XDG_CONFIG_HOME/", home.join(".config")),
        ("${XDG_CONFIG_HOME:-$HOME/.config}/", home.join(".config")),
        (
            "$ZDOTDIR/",
            ctx.var("ZDOTDIR").map_or_else(|| home.clone(), PathBuf::from),
        ),
        ("$__fish_config_dir/", home.join(".config/fish")),
    ];
    let word = word.replace("\"/", "/");
    let below = starts
        .iter()
        .find_map(|(start, folder)| word.strip_prefix(start).map(|rest| folder.join(rest)));
    let path = below.or_else(|| match word.starts_with('/') {
        true => Some(PathBuf::from(&word)),
        false => {
            (word.starts_with('.') || word.starts_with(|c: char| c.is_ascii_alphanumeric())).then(|| home.join(&word))
        }
    })?;
    (!path.to_string_lossy().contains(['$', '`', '~'])).then_some(path)
}

struct Reading<'a> {
    ctx: &'a Context<'a>,
    found: Vec<StartupFile>,
    seen: Vec<PathBuf>,
}

impl Reading<'_> {
    fn folder(&mut self, by: By, folder: &Path, end: &str, language: Language, depth: u32) {
        let Ok(entries) = by.entries(folder, MAX_ENTRIES) else {
            return;
        };
        let mut paths: Vec<PathBuf> = entries
            .into_iter()
            .filter(|entry| {
                let name = entry.name.to_string_lossy();
                name.ends_with(end) && !name.starts_with('.') && !name.ends_with('~')
            })
            .map(|entry| entry.path)
            .collect();
        paths.sort();
        for path in paths {
            self.file(by, &path, language, (false, depth));
        }
    }

    /// `exported`: whether whoever reads it in exports its plain assignments.
    fn file(&mut self, by: By, path: &Path, language: Language, (exported, depth): (bool, u32)) {
        if self.found.len() >= MAX_FILES || self.seen.iter().any(|known| known == path) {
            return;
        }
        let Ok(file) = by.read(path, CAP) else { return };
        self.seen.push(path.to_owned());
        let text = String::from_utf8_lossy(&file.bytes);
        let contents = match language {
            Language::Shell(dialect) => rc_file::parse(&text, dialect),
            Language::Other(other) => Contents {
                assigned: rc_other::parse(&text, other),
                ..Contents::default()
            },
        };
        let mut assigns = assignments(self.ctx, &contents, &self.ctx.request.keys);
        assigns.iter_mut().for_each(|one| one.exported |= exported);
        let Some(name) = path.file_name() else { return };
        let shown = path.to_string_lossy().into_owned();
        // A file that is only read in, or one of many in a folder, matters for what it sets.
        if depth == 0 && is_usual(&shown) || !assigns.is_empty() {
            self.found.push(StartupFile {
                name: name.to_string_lossy().into_owned(),
                path: shown,
                assigns,
                sources: sources(&contents),
            });
        }
        if depth >= MAX_DEPTH {
            return;
        }
        let inner: Vec<(String, bool)> = contents
            .sourced
            .iter()
            .map(|one| (one.path.to_owned(), one.exported || exported))
            .collect();
        for (word, exported) in inner {
            self.read_in(file.names, &word, language, (exported, depth + 1));
        }
    }

    fn read_in(&mut self, by: By, word: &str, language: Language, (exported, depth): (bool, u32)) {
        let Some(path) = resolved(self.ctx, word) else { return };
        match (path.file_name().and_then(|name| name.to_str()), path.parent()) {
            (Some(pattern), Some(folder)) if pattern.contains('*') => {
                let end = pattern.trim_start_matches('*');
                if !end.contains(['*', '?', '[']) {
                    self.folder(by, folder, end, language, depth);
                }
            }
            _ => self.file(by, &path, language, (exported, depth)),
        }
    }
}

/// The files that every report knows by name.
fn is_usual(path: &str) -> bool {
    let usual = [
        "/.bashrc",
        "/.bash_profile",
        "/.bash_login",
        "/.profile",
        "/.zshrc",
        "/.zshenv",
        "/.zprofile",
        "/.zlogin",
        "/.config/fish/config.fish",
        "/.pam_environment",
    ];
    usual.iter().any(|end| path.ends_with(end)) || matches!(path, "/etc/profile" | "/etc/environment")
}

/// Keeps the assignments of interest and seals their literal values.
pub(super) fn assignments(ctx: &Context<'_>, contents: &Contents<'_>, asked: &[String]) -> Vec<Assignment> {
    let of_interest = contents
        .assigned
        .iter()
        .filter(|found| names::is_of_interest(found.name, asked));
    of_interest
        .take(LIMIT)
        .map(|found| {
            // The name of a region or a profile is no secret, and may be a common word.
            let public = names::is_of_cloud(found.name) && !names::is_credential(found.name);
            if let Some(literal) = found.literal.filter(|_| !public) {
                ctx.vault.seal(literal);
            }
            Assignment {
                name: found.name.to_owned(),
                line: found.line,
                exported: found.exported,
            }
        })
        .collect()
}

fn sources(contents: &Contents<'_>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for source in &contents.sources {
        if names.len() < LIMIT && !names.iter().any(|name| name == source) {
            names.push(source.chars().filter(|c| !c.is_control()).take(200).collect());
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect::testkit::{Bench, put};

    #[test]
    fn names_lines_and_sources_are_kept_and_values_sealed() {
        let home = tempfile::tempdir().unwrap();
        put(
            &home.path().join(".bashrc"),
            "PS1=x\nexport CLOUDFLARE_AI_GATEWAY_API_KEY=rc-value-1\nexport EDITOR=vi\n",
        );
        put(
            &home.path().join(".profile"),
            ". ~/.bashrc\n. \"$HOME/.bashrc\"\nexport https_proxy=http://p:1\n",
        );
        put(
            &home.path().join(".config/fish/config.fish"),
            "set -gx GROQ_API_KEY fish-value\n",
        );
        let bench = Bench::new(home.path());
        let files = collect(&bench.context());
        let of = |name: &str| files.iter().find(|file| file.name == name).unwrap();
        assert_eq!(of(".bashrc").assigns.len(), 1);
        assert_eq!(
            (of(".bashrc").assigns[0].line, of(".bashrc").assigns[0].exported),
            (2, true)
        );
        assert_eq!(of(".profile").sources, [".bashrc"]);
        assert_eq!(of(".profile").assigns[0].name, "https_proxy");
        assert_eq!(of("config.fish").assigns[0].name, "GROQ_API_KEY");
        let sealed = bench.vault.all();
        assert!(sealed.iter().any(|secret| secret.expose() == "rc-value-1"));
        assert!(!format!("{files:?}").contains("rc-value-1"));
    }

    #[test]
    fn files_that_others_read_in_are_read_too() {
        let home = tempfile::tempdir().unwrap();
        let file = |name: &str, text: &str| put(&home.path().join(name), text);
        file(
            ".bashrc",
            "[ -f ~/.secrets ] && . ~/.secrets\nfor f in ~/.bashrc.d/*; do . \"$f\"; done\n",
        );
        file(".secrets", "set -a\n. \"$HOME/keys.env\"\nset +a\n. ~/.secrets\n");
        file("keys.env", "OPENAI_API_KEY=v-one\n");
        file(".bashrc.d/10-keys", "export GROQ_API_KEY=v-two\n");
        file(".config/fish/conf.d/keys.fish", "set -gx FAL_KEY v-three\n");
        file(".config/fish/fish_variables", "SETUVAR --export XAI_API_KEY:v-four\n");
        file(".config/zsh/.zshrc", "export MISTRAL_API_KEY=v-five\n");
        file(".zshenv", "export ZDOTDIR=$HOME/.config/zsh\n");
        file(".envrc", "dotenv ~/proj.env\n");
        file("proj.env", "COHERE_API_KEY=v-six\n");
        let bench = Bench::new(home.path());
        let files = collect(&bench.context());
        // Those of the machine, which depend on what is installed, are not asked about.
        let of_home = files.iter().filter(|file| !file.path.starts_with("/etc/"));
        let mut found: Vec<(&str, &str, bool)> = of_home
            .flat_map(|file| {
                file.assigns
                    .iter()
                    .map(|one| (one.name.as_str(), file.name.as_str(), one.exported))
            })
            .collect();
        found.sort_unstable();
        let expected = [
            ("COHERE_API_KEY", "proj.env", true),
            ("FAL_KEY", "keys.fish", true),
            ("GROQ_API_KEY", "10-keys", true),
            ("MISTRAL_API_KEY", ".zshrc", true),
            ("OPENAI_API_KEY", "keys.env", true),
            ("XAI_API_KEY", "fish_variables", true),
        ];
        assert_eq!(found, expected);
    }
}
