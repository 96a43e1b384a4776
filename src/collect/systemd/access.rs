//! Whether another account may read a file, by the owners and modes on the way to it.

use std::os::unix::fs::MetadataExt;
use std::path::Path;

use crate::collect::host;

/// Returns whether an account may read a file; none where a group or an access list may decide it.
pub(super) fn may_read(path: &Path, uid: u32) -> Option<bool> {
    if uid == 0 {
        return Some(true);
    }
    let real = std::fs::canonicalize(path).ok()?;
    let gid = host::gid_of(uid);
    let mut sure = true;
    for (at, part) in real.ancestors().enumerate() {
        let facts = std::fs::symlink_metadata(part).ok()?;
        let wanted = if at == 0 { 0o4 } else { 0o1 };
        let bits = |shift: u32| (facts.mode() >> shift) & wanted != 0;
        let allowed = if facts.uid() == uid {
            bits(6)
        } else if gid == Some(facts.gid()) {
            bits(3)
        } else {
            // Another group of the account may open it.
            sure &= !bits(3) || bits(0);
            bits(0)
        };
        if !allowed {
            return sure.then_some(false);
        }
    }
    Some(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn owner_and_mode_decide() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("f");
        std::fs::write(&file, "").unwrap();
        let mode = |path: &Path, mode: u32| std::fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
        mode(dir.path(), 0o755);
        for (bits, expected) in [(0o644, Some(true)), (0o600, Some(false)), (0o640, None)] {
            mode(&file, bits);
            assert_eq!(may_read(&file, 54_321), expected, "{bits:o}");
        }
        mode(&file, 0o644);
        mode(dir.path(), 0o700);
        assert_eq!(may_read(&file, 54_321), Some(false));
        assert_eq!(may_read(&dir.path().join("gone"), 54_321), None);
        assert_eq!(may_read(&file, 0), Some(true));
    }
}
