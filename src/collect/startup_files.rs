//! Start-up files of the user's shells: the reason why a terminal knows a key and a daemon does
//! not. Only names and lines are kept; literal values go to the vault, so that the leak scan
//! knows them.

use std::path::PathBuf;

use super::context::Context;
use super::read;
use crate::model::snapshot::{Assignment, StartupFile};
use crate::parse::rc::rc_file;
use crate::parse::rc::rc_file::{Contents, Dialect};
use crate::secret::names;

/// Largest file that is read.
const CAP: u64 = 1 << 20;
/// Most assignments kept of one file.
const LIMIT: usize = 200;

/// Files below the home.
const OF_HOME: &[(&str, Dialect)] = &[
    (".bashrc", Dialect::Posix),
    (".bash_profile", Dialect::Posix),
    (".bash_login", Dialect::Posix),
    (".profile", Dialect::Posix),
    (".zshrc", Dialect::Posix),
    (".zshenv", Dialect::Posix),
    (".zprofile", Dialect::Posix),
    (".zlogin", Dialect::Posix),
    (".config/fish/config.fish", Dialect::Fish),
    (".pam_environment", Dialect::Pam),
];

/// Files of the whole machine.
const OF_MACHINE: &[(&str, Dialect)] = &[("/etc/profile", Dialect::Posix), ("/etc/environment", Dialect::Plain)];

/// Names below the home that a shell may execute.
pub(super) fn names_of_home() -> impl Iterator<Item = &'static str> {
    OF_HOME.iter().map(|(name, _)| *name)
}

/// Reads every start-up file that exists. One that cannot be read is left out: it says nothing
/// about the Gateway, which reads none of them itself.
pub fn collect(ctx: &Context<'_>) -> Vec<StartupFile> {
    let home = ctx.home();
    let of_home = OF_HOME.iter().map(|(name, dialect)| (home.join(name), *dialect));
    let of_machine = OF_MACHINE.iter().map(|(path, dialect)| (PathBuf::from(path), *dialect));
    of_home
        .chain(of_machine)
        .filter_map(|(path, dialect)| {
            let file = read::read(&path, CAP).ok()?;
            let text = String::from_utf8_lossy(&file.bytes);
            let contents = rc_file::parse(&text, dialect);
            Some(StartupFile {
                name: path.file_name()?.to_string_lossy().into_owned(),
                path: path.to_string_lossy().into_owned(),
                assigns: assignments(ctx, &contents, &ctx.plan.keys),
                sources: sources(&contents),
            })
        })
        .collect()
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
            if let Some(literal) = found.literal {
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
}
