//! Where systemd looks for units and drop-ins, strongest first (property `UnitPath`;
//! facts/services.md sections 1.1 and 1.4).

use crate::model::snapshot::Scope;

/// The directories of a user that the search path is built from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserDirs {
    /// Home directory.
    pub home: String,
    /// `$XDG_CONFIG_HOME`, where it is set.
    pub config_home: Option<String>,
    /// `$XDG_DATA_HOME`, where it is set.
    pub data_home: Option<String>,
    /// `$XDG_RUNTIME_DIR`, where it is set.
    pub runtime: Option<String>,
}

/// Returns the directories of a scope, strongest first. The user's own default places come even
/// when `$XDG_CONFIG_HOME` names others: OpenClaw's installer writes to them regardless.
pub fn unit_dirs(scope: Scope, user: &UserDirs) -> Vec<String> {
    let mut dirs: Vec<String> = Vec::new();
    let mut add = |dir: String| {
        if !dirs.contains(&dir) {
            dirs.push(dir);
        }
    };
    match scope {
        Scope::User => {
            let default_config = format!("{}/.config", user.home);
            let default_data = format!("{}/.local/share", user.home);
            let config = user.config_home.as_ref().unwrap_or(&default_config);
            let data = user.data_home.as_ref().unwrap_or(&default_data);
            let runtime = |part: &str| user.runtime.as_ref().map(|dir| format!("{dir}/systemd/{part}"));
            add(format!("{config}/systemd/user.control"));
            add(format!("{default_config}/systemd/user.control"));
            ["user.control", "transient", "generator.early"]
                .into_iter()
                .filter_map(runtime)
                .for_each(&mut add);
            add(format!("{config}/systemd/user"));
            add(format!("{default_config}/systemd/user"));
            add("/etc/xdg/systemd/user".to_owned());
            add("/etc/systemd/user".to_owned());
            ["user"].into_iter().filter_map(runtime).for_each(&mut add);
            add("/run/systemd/user".to_owned());
            ["generator"].into_iter().filter_map(runtime).for_each(&mut add);
            add(format!("{data}/systemd/user"));
            add(format!("{default_data}/systemd/user"));
            for dir in ["/usr/local/share", "/usr/share", "/usr/local/lib", "/usr/lib", "/lib"] {
                add(format!("{dir}/systemd/user"));
            }
            ["generator.late"].into_iter().filter_map(runtime).for_each(&mut add);
        }
        Scope::System => {
            for dir in [
                "/etc/systemd/system.control",
                "/run/systemd/system.control",
                "/run/systemd/transient",
                "/run/systemd/generator.early",
                "/etc/systemd/system",
                "/etc/systemd/system.attached",
                "/run/systemd/system",
                "/run/systemd/system.attached",
                "/run/systemd/generator",
                "/usr/local/lib/systemd/system",
                "/usr/lib/systemd/system",
                "/lib/systemd/system",
                "/run/systemd/generator.late",
            ] {
                add(dir.to_owned());
            }
        }
    }
    dirs
}

/// Returns whether a directory belongs to the distribution's packages.
pub fn is_vendor(dir: &str) -> bool {
    dir.starts_with("/usr/lib/") || dir.starts_with("/lib/") || dir.starts_with("/usr/share/")
}

/// Returns the names of drop-in directories that belong to one unit, most exact first: its own,
/// that of its template, then one for each dash in its name. `service.d` comes after all of these.
pub fn drop_in_names(unit: &str) -> Vec<String> {
    let Some(stem) = unit.strip_suffix(".service") else {
        return vec![format!("{unit}.d")];
    };
    let mut names = vec![format!("{unit}.d")];
    let mut prefix = stem;
    if let Some((template, instance)) = stem.split_once('@') {
        if !instance.is_empty() {
            names.push(format!("{template}@.service.d"));
        }
        prefix = template;
    }
    let mut end = prefix.trim_end_matches('-').len();
    while let Some(dash) = prefix
        .get(..end)
        .and_then(|head| head.rfind('-'))
        .filter(|dash| *dash > 0)
    {
        if let Some(head) = prefix.get(..=dash) {
            names.push(format!("{head}.service.d"));
        }
        end = dash;
    }
    names
}

/// The name of the drop-in directory of all services.
pub const TYPE_WIDE: &str = "service.d";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drop_in_names_follow_the_dashes() {
        for (unit, expected) in [
            ("a.service", vec!["a.service.d"]),
            (
                "openclaw-gateway-work.service",
                vec![
                    "openclaw-gateway-work.service.d",
                    "openclaw-gateway-.service.d",
                    "openclaw-.service.d",
                ],
            ),
            (
                "oc-x@me.service",
                vec!["oc-x@me.service.d", "oc-x@.service.d", "oc-.service.d"],
            ),
        ] {
            assert_eq!(drop_in_names(unit), expected, "{unit}");
        }
    }

    #[test]
    fn a_users_own_places_come_first_and_once() {
        let user = UserDirs {
            home: "/home/me".into(),
            config_home: Some("/cfg".into()),
            runtime: Some("/run/user/7".into()),
            ..UserDirs::default()
        };
        let dirs = unit_dirs(Scope::User, &user);
        assert_eq!(dirs.first().map(String::as_str), Some("/cfg/systemd/user.control"));
        for dir in [
            "/cfg/systemd/user",
            "/home/me/.config/systemd/user",
            "/home/me/.local/share/systemd/user",
            "/run/user/7/systemd/transient",
            "/etc/systemd/user",
        ] {
            assert_eq!(dirs.iter().filter(|one| *one == dir).count(), 1, "{dir}");
        }
    }
}
