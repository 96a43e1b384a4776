//! Whether a config can be replaced where it lies: OpenClaw writes a new file beside it and renames that onto it, so the
//! folder counts and the mode of the file does not.

use std::path::Path;

use rustix::fs::{Access, StatVfsMountFlags};

use super::{host, ownership};
use crate::model::snapshot::{ConfigLock, Setting};
use crate::platform::systemd::sandbox::{self, Seen};

/// Returns whether directives of its unit make the folder read-only for the service.
pub(super) fn by_unit(hides: &[Setting], path: &str) -> Option<ConfigLock> {
    let folder = Path::new(path).parent()?.to_string_lossy().into_owned();
    matches!(sandbox::seen(hides, &folder), Seen::ReadOnly(_)).then_some(ConfigLock::ReadOnlyFolder { folder })
}

/// Returns what keeps an account from replacing a file, none where nothing does or nobody could look. `other` is the
/// account where it is not the doctor's own; `at` is where the doctor finds `path`.
pub(super) fn of(at: &Path, path: &str, other: Option<u32>) -> Option<ConfigLock> {
    let folder = at.parent()?;
    let shown = || {
        Path::new(path)
            .parent()
            .map_or(String::new(), |dir| dir.to_string_lossy().into_owned())
    };
    let is_read_only =
        |path: &Path| rustix::fs::statvfs(path).is_ok_and(|system| system.f_flag.contains(StatVfsMountFlags::RDONLY));
    let (mounted, fixed) = attributes(at);
    if mounted {
        return Some(ConfigLock::Mounted {
            read_only: is_read_only(at),
        });
    }
    if is_read_only(folder) {
        return Some(ConfigLock::ReadOnlyFolder { folder: shown() });
    }
    if fixed {
        return Some(ConfigLock::Immutable { path: path.to_owned() });
    }
    if attributes(folder).1 {
        return Some(ConfigLock::Immutable { path: shown() });
    }
    let closed = match other {
        None => rustix::fs::access(folder, Access::WRITE_OK | Access::EXEC_OK)
            .is_err_and(|error| error == rustix::io::Errno::ACCESS),
        Some(uid) => ownership::follow(folder).is_ok_and(|way| !way.is_writable_by(uid, host::groups_of)),
    };
    closed.then(|| ConfigLock::ClosedFolder { folder: shown() })
}

/// Returns whether something is mounted at a path itself, and whether it is immutable.
#[cfg(target_os = "linux")]
fn attributes(path: &Path) -> (bool, bool) {
    use rustix::fs::{AtFlags, CWD, StatxAttributes, StatxFlags, statx};
    match statx(CWD, path, AtFlags::SYMLINK_NOFOLLOW, StatxFlags::TYPE) {
        Ok(found) => {
            let has = |one: StatxAttributes| found.stx_attributes.contains(one);
            (has(StatxAttributes::MOUNT_ROOT), has(StatxAttributes::IMMUTABLE))
        }
        Err(_) => (false, false),
    }
}

#[cfg(not(target_os = "linux"))]
fn attributes(_: &Path) -> (bool, bool) {
    (false, false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect::testkit::put;
    use crate::model::snapshot::Place;
    use std::os::unix::fs::PermissionsExt;

    /// Of another account the modes decide; a file of mode 400 is replaced like any other.
    #[test]
    fn the_folder_decides() {
        let root = tempfile::tempdir().unwrap();
        let file = root.path().join("etc/openclaw.json");
        put(&file, "{}");
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o400)).unwrap();
        let path = file.to_string_lossy().into_owned();
        assert_eq!(of(&file, &path, None), None);
        let folder = root.path().join("etc").to_string_lossy().into_owned();
        let nobody = 65_533;
        for (mode, open) in [(0o755, false), (0o775, false), (0o777, true), (0o775, false)] {
            std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(mode)).unwrap();
            let wanted = (!open).then(|| ConfigLock::ClosedFolder { folder: folder.clone() });
            assert_eq!(of(&file, &path, Some(nobody)), wanted, "{mode:o}");
            assert_eq!(of(&file, &path, Some(0)), None);
        }
    }

    #[test]
    fn a_unit_may_make_the_folder_read_only() {
        let path = "/home/me/.openclaw/openclaw.json";
        for (name, value, locked) in [
            ("ProtectHome", "read-only", true),
            ("ReadOnlyPaths", "/home/me/.openclaw", true),
            ("ReadOnlyPaths", "/home/me/other", false),
            ("ProtectSystem", "strict", false),
        ] {
            let setting = Setting {
                name: name.to_owned(),
                value: value.to_owned(),
                place: Place::file("/etc/systemd/system/x.service".to_owned()),
            };
            assert_eq!(by_unit(&[setting], path).is_some(), locked, "{name}={value}");
        }
    }
}
