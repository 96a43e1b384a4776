//! What the backup that a reinstall leaves has and the definition lacks.
//!
//! `gateway install --force` writes the unit anew; a hand-added `EnvironmentFile=` or variable
//! then lives on only in `<unit>.bak` (facts/services.md section 1.1; facts/user-pain.md).

use super::definition::Definition;
use crate::secret::value::is_env_name;

/// A source that is lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lost {
    /// A file of variables.
    File(String),
    /// A variable.
    Variable(String),
}

/// How many lost sources are told.
const MAX_LOST: usize = 100;

/// Compares the backup with the definition. `still_set` tells whether a name reaches the service
/// today in another way.
pub fn compare(backup: &Definition, now: &Definition, still_set: impl Fn(&str) -> bool) -> Vec<Lost> {
    let mut lost: Vec<Lost> = Vec::new();
    let mut add = |one: Lost| {
        if lost.len() < MAX_LOST && !lost.contains(&one) {
            lost.push(one);
        }
    };
    for file in &backup.env_files {
        let kept = now.env_files.iter().any(|other| other.path == file.path);
        if !kept && !is_generated(&file.path) {
            add(Lost::File(file.path.clone()));
        }
    }
    for binding in &backup.env {
        if !is_openclaws_own(&binding.name) && !still_set(&binding.name) && is_env_name(&binding.name) {
            add(Lost::Variable(binding.name.clone()));
        }
    }
    lost
}

/// Returns whether OpenClaw's installer makes this file itself.
pub fn is_generated(path: &str) -> bool {
    path.ends_with("/gateway.systemd.env")
}

/// Names that OpenClaw's installer writes (facts/services.md section 1.2).
fn is_openclaws_own(name: &str) -> bool {
    const OWN: &[&str] = &[
        "HOME",
        "PATH",
        "TMPDIR",
        "NODE_OPTIONS",
        "NODE_EXTRA_CA_CERTS",
        "NODE_USE_SYSTEM_CA",
    ];
    OWN.contains(&name) || (name.starts_with("OPENCLAW_") && !name.ends_with("_TOKEN") && !name.ends_with("_PASSWORD"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::snapshot::Scope;
    use crate::parse::systemd::unit;
    use crate::platform::systemd::definition::{Part, merge};
    use crate::platform::systemd::specifiers::Specifiers;
    use crate::secret::{FingerprintKey, Vault};

    #[test]
    fn only_what_is_gone_is_lost() {
        let read = |text: &str| {
            let specifiers = Specifiers {
                unit: "x.service".into(),
                scope: Scope::User,
                user: "me".into(),
                uid: 7,
                home: "/h".into(),
                shell: None,
                runtime: None,
                config_home: None,
                host: None,
            };
            let part = Part {
                path: "/u".into(),
                drop_in: false,
                text: unit::parse(format!("[Service]\n{text}").as_bytes()),
            };
            merge(&[part], &specifiers, &Vault::new(FingerprintKey::from_bytes(vec![1])))
        };
        let backup = read(
            "EnvironmentFile=%h/secrets/kimi.env\nEnvironmentFile=-/h/.openclaw/gateway.systemd.env\n\
             EnvironmentFile=/kept.env\nEnvironment=HOME=/h A=1 B=2\nEnvironment=OPENCLAW_GATEWAY_PORT=1 A=2",
        );
        let now = read("EnvironmentFile=-/kept.env");
        let lost = compare(&backup, &now, |name| name == "B");
        assert_eq!(
            lost,
            [Lost::File("/h/secrets/kimi.env".into()), Lost::Variable("A".into())]
        );
    }
}
