//! Files near the state directory that look like env files but that nothing reads
//! (facts/user-pain.md row 25).

use std::path::{Path, PathBuf};

use super::context::Context;
use super::ownership::By;
use super::startup_files;
use crate::model::snapshot::UnreadFile;
use crate::parse::rc::rc_file;
use crate::parse::rc::rc_file::Dialect;

/// Largest file that is read.
const CAP: u64 = 1 << 20;
/// Most files of `/etc/openclaw`.
const LIMIT: usize = 32;

/// Below the state directory.
const OF_STATE: &[&str] = &[
    "openclaw.env",
    "env",
    ".env.local",
    ".env.production",
    ".env.txt",
    ".ENV",
    ".Env",
    ".evn",
    "_env",
    "env.txt",
    "secrets.env",
    "credentials.env",
    "providers.env",
    "gateway.env",
    "keys.env",
    "config/.env",
    "workspace/.env",
    "credentials/.env",
];

/// Below the home.
const OF_HOME: &[&str] = &[
    ".env",
    ".config/openclaw/.env",
    ".config/openclaw/openclaw.env",
    ".config/openclaw/env",
    "openclaw/.env",
    ".openclaw.env",
    ".openclaw/.env",
    ".clawdbot/.env",
    ".moltbot/.env",
];

/// Of the machine, besides `/etc/openclaw/*.env`.
const OF_MACHINE: &[&str] = &[
    "/etc/default/openclaw",
    "/etc/default/openclaw-gateway",
    "/etc/openclaw/.env",
    "/etc/openclaw.env",
    "/etc/default/openclaw.env",
    "/etc/sysconfig/openclaw",
];

/// Returns the files that assign credentials (or one of `names`) although nothing reads them.
/// `read` lists the paths that the Gateway or its service does read.
pub fn collect(ctx: &Context<'_>, by: By, state_dir: &str, read: &[(String, By)], names: &[String]) -> Vec<UnreadFile> {
    let read: Vec<PathBuf> = read.iter().map(|(path, _)| real(Path::new(path))).collect();
    let asked: Vec<String> = names.iter().chain(&ctx.request.keys).cloned().collect();
    let mut seen: Vec<PathBuf> = Vec::new();
    let mut files = Vec::new();
    // Nearly none is there, and to look costs less than to resolve its links.
    let there = candidates(ctx, state_dir).into_iter().filter(|path| by.is_file(path));
    for path in there {
        let is_link_or_file = real(&path);
        if read.contains(&is_link_or_file) || read.contains(&path) || seen.contains(&is_link_or_file) {
            continue;
        }
        seen.push(is_link_or_file);
        let Ok(file) = by.read(&path, CAP) else { continue };
        let text = String::from_utf8_lossy(&file.bytes);
        let contents = rc_file::parse(&text, Dialect::Plain);
        let assigns = startup_files::assignments(ctx, &contents, &asked);
        if !assigns.is_empty() {
            files.push(UnreadFile {
                path: path.to_string_lossy().into_owned(),
                assigns,
            });
        }
    }
    files
}

fn candidates(ctx: &Context<'_>, state_dir: &str) -> Vec<PathBuf> {
    let home = ctx.home();
    let state = Path::new(state_dir);
    let of_state = OF_STATE.iter().map(|name| state.join(name));
    let of_home = OF_HOME.iter().map(|name| home.join(name));
    let of_machine = OF_MACHINE.iter().map(PathBuf::from);
    let etc = env_files(Path::new("/etc/openclaw"));
    of_state
        .chain(of_home)
        .chain(of_machine)
        .chain(etc)
        .chain(compose(ctx))
        .collect()
}

/// The `.env` of a Compose project is read by Compose, not by OpenClaw.
fn compose(ctx: &Context<'_>) -> Option<PathBuf> {
    const FILES: &[&str] = &[
        "docker-compose.yml",
        "docker-compose.yaml",
        "compose.yml",
        "compose.yaml",
    ];
    let cwd = Path::new(&ctx.host.cwd);
    FILES
        .iter()
        .any(|name| cwd.join(name).is_file())
        .then(|| cwd.join(".env"))
}

fn env_files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = By::Asker.entries(folder, 1000) else {
        return Vec::new();
    };
    let paths = entries.into_iter().map(|entry| entry.path);
    let mut files: Vec<PathBuf> = paths
        .filter(|path| path.extension().is_some_and(|end| end == "env"))
        .collect();
    files.sort();
    files.truncate(LIMIT);
    files
}

fn real(path: &Path) -> PathBuf {
    std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect::testkit::{Bench, put};

    #[test]
    fn only_files_with_credentials_that_nothing_reads_are_listed() {
        let home = tempfile::tempdir().unwrap();
        let state = home.path().join(".openclaw");
        put(&state.join(".env"), "OPENAI_API_KEY=read-one\n");
        put(&state.join("openclaw.env"), "# x\nOPENAI_API_KEY=lost-one\n");
        put(&state.join("env"), "COLOUR=blue\n");
        put(&home.path().join(".env"), "COLOUR=blue\nMY_PLAIN=1\n");
        put(&home.path().join(".clawdbot/.env"), "export GROQ_API_KEY=old\n");
        let bench = Bench::new(home.path());
        let text = |path: PathBuf| path.to_string_lossy().into_owned();
        let found = collect(
            &bench.context(),
            By::Asker,
            &text(state.clone()),
            &[(text(state.join(".env")), By::Asker)],
            &["MY_PLAIN".to_owned()],
        );
        let paths: Vec<&str> = found.iter().map(|file| file.path.as_str()).collect();
        let expected = [
            state.join("openclaw.env"),
            home.path().join(".env"),
            home.path().join(".clawdbot/.env"),
        ];
        assert_eq!(paths, expected.map(text));
        assert_eq!(found[0].assigns[0].line, 2);
    }
}
