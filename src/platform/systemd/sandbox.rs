//! What a service sees of the file system where directives change it (systemd.exec(5), "Sandboxing"; the order of mounts
//! compared with systemd 252).

use crate::model::snapshot::{Scope, Setting};

/// What a service sees at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen<'a> {
    /// What everybody sees.
    Same,
    /// The same, and may not write it.
    ReadOnly(&'a Setting),
    /// Nothing, or an empty directory.
    Hidden(&'a Setting),
    /// Something else, from another place.
    Replaced(&'a Setting),
}

/// Returns whether the manager can carry the directives out for sure. A user's manager needs a user namespace for it,
/// which `PrivateUsers=` asks for; without, systemd 252 goes on as if they were not there, and later releases may not.
pub fn is_carried_out(scope: Scope, settings: &[Setting]) -> bool {
    let private =
        |one: &Setting| one.name == "PrivateUsers" && matches!(one.value.as_str(), "yes" | "true" | "1" | "on");
    scope == Scope::System || settings.iter().any(private)
}

/// What stands first is carried out where several are about one path (systemd drops the others, but for read-only).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Mode {
    Inaccessible,
    Nothing,
    Other,
    Own,
    ReadOnly,
    Writable,
    Empty,
}

struct Mount<'a> {
    at: String,
    mode: Mode,
    setting: &'a Setting,
    read_only: bool,
}

/// Returns what a service with these settings sees at an absolute path.
pub fn seen<'a>(settings: &'a [Setting], path: &str) -> Seen<'a> {
    if let Some(root) = settings
        .iter()
        .find(|one| matches!(one.name.as_str(), "RootDirectory" | "RootImage"))
        && root.value != "/"
    {
        return Seen::Replaced(root);
    }
    let mounts: Vec<Mount<'a>> = settings
        .iter()
        .flat_map(mounts)
        .filter(|mount| is_below(path, &mount.at))
        .collect();
    // systemd drops everything below an inaccessible path.
    if let Some(closed) = mounts.iter().find(|mount| mount.mode == Mode::Inaccessible) {
        return Seen::Hidden(closed.setting);
    }
    let depth = mounts.iter().map(|mount| mount.at.len()).max();
    let same = || mounts.iter().filter(|mount| Some(mount.at.len()) == depth);
    let Some(nearest) = same().min_by_key(|mount| mount.mode) else {
        return Seen::Same;
    };
    let closed = same().find(|mount| mount.read_only || mount.mode == Mode::ReadOnly);
    match nearest.mode {
        Mode::Inaccessible | Mode::Nothing | Mode::Empty => Seen::Hidden(nearest.setting),
        Mode::Other => Seen::Replaced(nearest.setting),
        Mode::ReadOnly => Seen::ReadOnly(nearest.setting),
        Mode::Own | Mode::Writable => closed.map_or(Seen::Same, |mount| Seen::ReadOnly(mount.setting)),
    }
}

/// Returns the path of this machine that a service finds at `path`, where `BindPaths=` puts another one there.
pub fn in_its_place(settings: &[Setting], path: &str) -> Option<String> {
    let Seen::Replaced(by) = seen(settings, path) else {
        return None;
    };
    let words = by.value.split_whitespace().filter_map(source_and_target);
    let over = words
        .filter(|(_, to)| is_below(path, to))
        .max_by_key(|(_, to)| to.len());
    over.filter(|_| by.name.starts_with("Bind"))
        .map(|(from, to)| format!("{from}{}", path.get(to.len()..).unwrap_or_default()))
}

/// Returns whether any of the settings changes what is seen.
pub fn changes_the_view(settings: &[Setting]) -> bool {
    settings
        .iter()
        .any(|one| one.name.starts_with("Root") || !mounts(one).is_empty())
}

fn mounts(setting: &Setting) -> Vec<Mount<'_>> {
    let value = setting.value.trim();
    let yes = matches!(value, "yes" | "true" | "1" | "on");
    let mount = |at: &str, mode: Mode| Mount {
        at: at.trim_end_matches('/').to_owned(),
        mode,
        setting,
        read_only: false,
    };
    let all = |mode: Mode, places: &[&str]| places.iter().map(|place| mount(place, mode)).collect();
    let homes = ["/home", "/root", "/run/user"];
    match setting.name.as_str() {
        "ProtectHome" if yes => all(Mode::Inaccessible, &homes),
        "ProtectHome" if value == "tmpfs" => all(Mode::Empty, &homes),
        "ProtectHome" if value == "read-only" => all(Mode::ReadOnly, &homes),
        "ProtectSystem" if yes => all(Mode::ReadOnly, &["/usr", "/boot", "/efi"]),
        "ProtectSystem" if value == "full" => all(Mode::ReadOnly, &["/usr", "/boot", "/efi", "/etc"]),
        // Homes stay writable: they are the business of ProtectHome=.
        "ProtectSystem" if value == "strict" => std::iter::once(mount("", Mode::ReadOnly))
            .chain(all(
                Mode::Writable,
                &["/dev", "/proc", "/sys", "/home", "/root", "/run/user"],
            ))
            .collect(),
        "PrivateTmp" if yes || value == "disconnected" => all(Mode::Empty, &["/tmp", "/var/tmp"]),
        "InaccessiblePaths" | "InaccessibleDirectories" => listed(setting, Mode::Inaccessible),
        "ReadOnlyPaths" | "ReadOnlyDirectories" => listed(setting, Mode::ReadOnly),
        "ReadWritePaths" | "ReadWriteDirectories" => listed(setting, Mode::Writable),
        "TemporaryFileSystem" => listed(setting, Mode::Empty),
        "BindPaths" | "BindReadOnlyPaths" => bound(setting),
        "StateDirectory" => made(setting, "/var/lib"),
        "CacheDirectory" => made(setting, "/var/cache"),
        "LogsDirectory" => made(setting, "/var/log"),
        "RuntimeDirectory" => made(setting, "/run"),
        _ => Vec::new(),
    }
}

/// A list of paths; `-` before one passes over a missing one, `+` counts it from the root of the service.
fn listed(setting: &Setting, mode: Mode) -> Vec<Mount<'_>> {
    let words = setting.value.split_whitespace();
    words
        .map(|word| word.trim_matches('"').trim_start_matches(['-', '+']))
        .map(|word| word.split(':').next().unwrap_or_default())
        .filter(|path| path.starts_with('/'))
        .map(|path| Mount {
            at: path.trim_end_matches('/').to_owned(),
            mode,
            setting,
            read_only: false,
        })
        .collect()
}

fn source_and_target(word: &str) -> Option<(&str, &str)> {
    let mut parts = word.trim_matches('"').split(':');
    let from = parts.next()?.trim_start_matches(['-', '+']);
    let to = parts.next().filter(|to| !to.is_empty()).unwrap_or(from);
    to.starts_with('/')
        .then(|| (from.trim_end_matches('/'), to.trim_end_matches('/')))
}

/// `SOURCE[:TARGET[:OPTIONS]]`.
fn bound(setting: &Setting) -> Vec<Mount<'_>> {
    let words = setting.value.split_whitespace();
    words
        .filter_map(|word| {
            let (from, to) = source_and_target(word)?;
            Some(Mount {
                at: to.to_owned(),
                mode: if from == to {
                    Mode::Own
                } else if from == "/dev/null" {
                    Mode::Nothing
                } else {
                    Mode::Other
                },
                setting,
                read_only: setting.name == "BindReadOnlyPaths",
            })
        })
        .collect()
}

fn made<'a>(setting: &'a Setting, above: &str) -> Vec<Mount<'a>> {
    let words = setting.value.split_whitespace();
    words
        .map(|word| word.split(':').next().unwrap_or_default())
        .filter(|name| !name.is_empty() && !name.starts_with('/'))
        .map(|name| Mount {
            at: format!("{above}/{name}"),
            mode: Mode::Writable,
            setting,
            read_only: false,
        })
        .collect()
}

fn is_below(path: &str, above: &str) -> bool {
    path.strip_prefix(above)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::snapshot::Place;

    fn check(settings: &[(&str, &str)], path: &str, expected: &str) {
        let settings: Vec<Setting> = settings
            .iter()
            .map(|(name, value)| Setting {
                name: (*name).to_owned(),
                value: (*value).to_owned(),
                place: Place::line("/u", 1),
            })
            .collect();
        let word = match seen(&settings, path) {
            Seen::Same => "same".to_owned(),
            Seen::ReadOnly(by) => format!("read-only by {}", by.name),
            Seen::Hidden(by) => format!("hidden by {}", by.name),
            Seen::Replaced(by) => format!("replaced by {}", by.name),
        };
        let shown: Vec<_> = settings
            .iter()
            .map(|one| format!("{}={}", one.name, one.value))
            .collect();
        assert_eq!(word, expected, "{shown:?}");
    }

    #[test]
    fn homes() {
        let state = "/home/me/.openclaw";
        check(&[], state, "same");
        check(&[("ProtectHome", "yes")], state, "hidden by ProtectHome");
        check(
            &[("ProtectHome", "true"), ("BindPaths", state)],
            state,
            "hidden by ProtectHome",
        );
        check(&[("ProtectHome", "tmpfs")], state, "hidden by ProtectHome");
        check(&[("ProtectHome", "tmpfs"), ("BindPaths", state)], state, "same");
        check(&[("ProtectHome", "read-only")], state, "read-only by ProtectHome");
        check(
            &[("ProtectHome", "read-only"), ("ReadWritePaths", state)],
            state,
            "same",
        );
        check(&[("ProtectHome", "no"), ("ProtectSystem", "strict")], state, "same");
        check(&[("ProtectHome", "yes")], "/var/lib/openclaw", "same");
        check(&[("ProtectHome", "yes")], "/homes/me", "same");
    }

    #[test]
    fn what_is_bound_over_a_file_is_read_in_its_place() {
        let one = |value: &str| {
            [Setting {
                name: "BindReadOnlyPaths".to_owned(),
                value: value.to_owned(),
                place: Place::line("/u", 1),
            }]
        };
        let env = "/home/me/.openclaw/.env";
        for (value, expected) in [
            ("-/srv/k.env:/home/me/.openclaw/.env", Some("/srv/k.env")),
            ("/srv/x /srv/oc/:/home/me/.openclaw:rbind", Some("/srv/oc/.env")),
            ("/home/me/.openclaw", None),
            ("/dev/null:/home/me/.openclaw/.env", None),
            ("/srv/k.env:/home/me/.openclaw/.env2", None),
        ] {
            assert_eq!(in_its_place(&one(value), env).as_deref(), expected, "{value}");
        }
    }

    #[test]
    fn other_places() {
        let state = "/var/lib/openclaw/.openclaw";
        check(&[("ProtectSystem", "strict")], state, "read-only by ProtectSystem");
        check(
            &[("ProtectSystem", "strict"), ("StateDirectory", "openclaw")],
            state,
            "same",
        );
        check(
            &[("ProtectSystem", "strict"), ("ReadWritePaths", "-/var/lib/openclaw")],
            state,
            "same",
        );
        check(
            &[("InaccessiblePaths", "-/srv /var/lib")],
            state,
            "hidden by InaccessiblePaths",
        );
        check(
            &[("TemporaryFileSystem", "/var:ro")],
            state,
            "hidden by TemporaryFileSystem",
        );
        check(
            &[("BindPaths", "/other:/var/lib/openclaw")],
            state,
            "replaced by BindPaths",
        );
        check(
            &[("BindReadOnlyPaths", "/var/lib/openclaw")],
            state,
            "read-only by BindReadOnlyPaths",
        );
        check(
            &[("BindReadOnlyPaths", "/dev/null:/var/lib/openclaw/.openclaw/.env")],
            "/var/lib/openclaw/.openclaw/.env",
            "hidden by BindReadOnlyPaths",
        );
        check(&[("TemporaryFileSystem", state), ("BindPaths", state)], state, "same");
        check(
            &[("TemporaryFileSystem", state), ("BindReadOnlyPaths", state)],
            state,
            "read-only by BindReadOnlyPaths",
        );
        check(
            &[("BindPaths", state), ("ReadOnlyPaths", state)],
            state,
            "read-only by ReadOnlyPaths",
        );
        check(&[("RootDirectory", "/srv/x")], state, "replaced by RootDirectory");
        check(&[("PrivateTmp", "yes")], "/tmp/openclaw", "hidden by PrivateTmp");
    }
}
