//! Finds the next `openclaw` on PATH that is not a doctor, and becomes it.
//!
//! Arguments, environment, working directory and signals stay as they are. So no variable can
//! guard against a wrapper that calls the doctor again; an inherited file descriptor does: before
//! handing over, this executable is opened and left open across `exec`. `circle` reads these
//! traces, and those of ancestors whose children do not inherit them. One thing is not kept: where
//! the caller ignored SIGPIPE, Rust's runtime has put the default back. Node sets its own.

mod circle;

use std::ffi::OsString;
use std::fs::{File, Metadata};
use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Found in every doctor of every version, so that two of them never call each other in turns.
const MARK: &[u8] = b"openclaw-doctor:this-executable-is-the-rust-doctor:4d1f6c";

/// Largest executable that is searched for the mark.
const LARGEST: u64 = 256 * 1024 * 1024;

/// Returns the program that takes over these arguments, or why there is none, in words for people.
pub fn target(args: &[OsString]) -> Result<PathBuf, String> {
    let own = std::env::current_exe().and_then(std::fs::metadata).ok();
    if own.as_ref().is_some_and(|own| circle::closed(own, args)) {
        return Err("the `openclaw` it was handed over to leads back here".to_owned());
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    // `which` expands a leading `~` in PATH, which no exec does (facts/dependencies.md section 7).
    let list: Vec<PathBuf> = std::env::split_paths(&path)
        .filter(|dir| !dir.starts_with("~") && !anybody_may_write(dir))
        .collect();
    let list = std::env::join_paths(list).unwrap_or_default();
    let cwd = std::env::current_dir().unwrap_or_else(|_| PathBuf::from("/"));
    which::which_in_all("openclaw", Some(list), cwd)
        .into_iter()
        .flatten()
        .find(|candidate| !anybody_may_write(candidate) && !is_doctor(candidate, own.as_ref()))
        .ok_or_else(|| "no other `openclaw` is on PATH (what anybody may write to is passed over)".to_owned())
}

/// Becomes `target`; returns only when that fails, with the reason.
pub fn exec(target: &Path, args: &[OsString]) -> String {
    let guard = std::env::current_exe().and_then(File::open);
    if let Ok(guard) = &guard {
        // Without it a circle is not noticed, which is no reason to refuse the command.
        let _ = rustix::io::fcntl_setfd(guard, rustix::io::FdFlags::empty());
    }
    let error = Command::new(target).args(args).exec();
    format!("{} cannot be started: {error}", target.display())
}

/// Returns whether every account may write there, `/tmp` included. Folders of a group or of another account stay: the shell
/// would have run the same program, and package managers share them (`staff`, `admin`).
fn anybody_may_write(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|facts| facts.mode() & 0o002 != 0)
}

fn is_doctor(candidate: &Path, own: Option<&Metadata>) -> bool {
    let Ok(facts) = std::fs::metadata(candidate) else {
        return true;
    };
    own.is_some_and(|own| same_file(own, &facts)) || has_mark(candidate, &facts)
}

fn same_file(one: &Metadata, other: &Metadata) -> bool {
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

/// Returns whether a native executable is a doctor, a copy or another version. Scripts are not
/// searched: the Node CLI may well mention the doctor in its text.
fn has_mark(candidate: &Path, facts: &Metadata) -> bool {
    if !facts.is_file() || facts.len() > LARGEST {
        return false;
    }
    let Ok(mut file) = File::open(candidate) else {
        return false;
    };
    let mut magic = [0_u8; 4];
    if file.read_exact(&mut magic).is_err() || !is_native(magic) {
        return false;
    }
    // Hidden from the optimizer, which could otherwise take the mark to pieces.
    let mark = std::hint::black_box(MARK);
    let mut kept: Vec<u8> = Vec::new();
    let mut chunk = vec![0_u8; 1 << 16];
    loop {
        match file.read(&mut chunk) {
            Ok(0) | Err(_) => return false,
            Ok(count) => kept.extend_from_slice(chunk.get(..count).unwrap_or_default()),
        }
        if contains(&kept, mark) {
            return true;
        }
        // The mark may lie across two chunks.
        kept.drain(..kept.len().saturating_sub(mark.len()));
    }
}

fn contains(text: &[u8], mark: &[u8]) -> bool {
    let Some((first, _)) = mark.split_first() else {
        return true;
    };
    let mut rest = text;
    while let Some(at) = rest.iter().position(|byte| byte == first) {
        rest = rest.get(at..).unwrap_or_default();
        if rest.starts_with(mark) {
            return true;
        }
        rest = rest.get(1..).unwrap_or_default();
    }
    false
}

fn is_native(magic: [u8; 4]) -> bool {
    const MACH: [[u8; 4]; 3] = [
        [0xcf, 0xfa, 0xed, 0xfe],
        [0xca, 0xfe, 0xba, 0xbe],
        [0xca, 0xfe, 0xba, 0xbf],
    ];
    magic == *b"\x7fELF" || MACH.contains(&magic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_found_anywhere() {
        assert!(contains(b"xxoopenclaw", b"openclaw"));
        assert!(contains(b"openclaw", b"openclaw"));
        assert!(!contains(b"openclaopencla", b"openclaw"));
        assert!(!contains(b"", b"o"));
    }

    #[test]
    fn scripts_are_not_native() {
        assert!(!is_native(*b"#!/u"));
        assert!(is_native(*b"\x7fELF"));
    }
}
