//! The suppression file: which one, whether it may be trusted, and what it says.

use std::path::{Path, PathBuf};

use super::context::Context;
use super::ownership::By;
use super::read;
use super::request::SuppressionsFrom;
use crate::model::snapshot::{Snapshot, Suppressions};
use crate::parse::suppress;
use crate::redact::SecretPatterns;
use crate::redact::log_line;

/// Largest file that is read.
const CAP: u64 = 64 << 10;

/// Refuses a file that was named and cannot be read; none when nothing is wrong.
pub fn refusal(from: &SuppressionsFrom) -> Option<String> {
    let SuppressionsFrom::File(path) = from else {
        return None;
    };
    let why = By::Asker.read(path, CAP).err()?;
    Some(format!("--suppressions {}: {why}", path.display()))
}

/// Reads the file of the command line, or the user's own. Known secrets do not come through.
pub fn collect(ctx: &Context<'_>, snapshot: &Snapshot) -> Suppressions {
    let (path, named) = match &ctx.request.suppressions {
        SuppressionsFrom::Nowhere => return Suppressions::default(),
        SuppressionsFrom::File(path) => (path.clone(), true),
        SuppressionsFrom::Usual => (usual(ctx), false),
    };
    let of = |why: Option<String>| Suppressions {
        path: path.to_string_lossy().into_owned(),
        not_applied: why,
        ..Suppressions::default()
    };
    let by = match named {
        true => By::Asker,
        false => ctx.by,
    };
    let file = match by.read(&path, CAP) {
        Ok(file) => file,
        Err(read::ReadError::Missing) => return Suppressions::default(),
        Err(why) => return of(Some(why.to_string())),
    };
    // Whoever can write this file can hide findings from its owner. A file that was named on the
    // command line is the caller's choice.
    let (mode, uid) = (file.stat.mode, file.stat.uid);
    if !named && mode & 0o002 != 0 {
        return of(Some(format!(
            "every user of this machine may write it (mode {mode:04o})"
        )));
    }
    if !named && uid != ctx.host.uid && uid != 0 {
        return of(Some(format!("it belongs to another user (uid {uid})")));
    }
    let Ok(text) = std::str::from_utf8(&file.bytes) else {
        return of(Some("it is not UTF-8 text".to_owned()));
    };
    let (mut rules, complaints) = suppress::parse(text);
    if !rules.is_empty() {
        let secret_patterns = SecretPatterns::new(ctx.vault, snapshot, ctx.request.says);
        let secrets = secret_patterns.texts();
        for rule in &mut rules {
            rule.id = log_line::masked(&rule.id, &secrets);
            rule.reason = log_line::masked(&rule.reason, &secrets);
            rule.subject = rule
                .subject
                .as_deref()
                .map(|subject| log_line::masked(subject, &secrets));
        }
    }
    Suppressions {
        rules,
        complaints,
        ..of(None)
    }
}

/// The user's own file. Another home has its own.
fn usual(ctx: &Context<'_>) -> PathBuf {
    let configured = ctx
        .var("XDG_CONFIG_HOME")
        .map(Path::new)
        .filter(|path| path.is_absolute() && ctx.request.home.is_none());
    let folder = configured.map_or_else(|| ctx.home().join(".config"), Path::to_path_buf);
    folder.join("openclaw-doctor/suppress")
}
