//! What is wrong with the command of a secrets provider.

use std::os::unix::fs::MetadataExt;
use std::path::Path;

use super::ownership::By;
use crate::loader::CommandFault;

/// Why OpenClaw refuses the command of a secrets provider: it must be a regular file of the
/// user, no link, and not writable by others (facts/config-validation.md section 2.2).
pub(super) fn command_fault(by: By, path: &Path, uid: u32) -> Option<CommandFault> {
    if by.stat(path).why_unknown().is_some() {
        return None;
    }
    let refused = |why: &str| Some(CommandFault::Refused(why.to_owned()));
    let facts = match std::fs::symlink_metadata(path) {
        Ok(facts) => facts,
        Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => return None,
        Err(_) => return refused("it does not exist"),
    };
    if facts.is_symlink() {
        refused("it is a link")
    } else if !facts.is_file() {
        refused("it is not a regular file")
    } else if facts.mode() & 0o022 != 0 {
        refused("others may write it")
    } else if facts.uid() != uid {
        refused("it belongs to another user")
    } else {
        (facts.mode() & 0o111 == 0).then_some(CommandFault::NotExecutable)
    }
}
