//! Files of variables that exist only while the service runs, or are made at its start: absent while it is stopped,
//! they prove nothing (facts/field.md section 4).

use crate::base::fact::Fact;
use crate::model::snapshot::EnvFile;
use crate::platform::systemd::definition::Definition;

/// Places that are empty after a boot.
const VOLATILE: &[&str] = &["/run/", "/var/run/", "/tmp/", "/dev/shm/"];

/// Programs of an `ExecStartPre=` that make no file of variables.
const HARMLESS: &[&str] = &[
    "sleep",
    "mkdir",
    "true",
    "false",
    "test",
    "[",
    "rm",
    "chown",
    "chmod",
    "rmdir",
    "echo",
    "ls",
    "wait-online",
    "systemctl",
    "pkill",
    "kill",
    "fuser",
    "ping",
    "nc",
    "curl-ready",
    "node-check",
    "id",
    "whoami",
    "stat",
    "logger",
];

/// Says what makes a file that is not there, where something does at the start of the service.
pub(super) fn maker(file: &EnvFile, definition: &Definition, active: bool, home: &str) -> Option<String> {
    let gone = !file.files.is_empty() && file.files.iter().all(|facts| matches!(facts.stat, Fact::Absent));
    if !(gone || file.files.is_empty()) || file.generated {
        return None;
    }
    let path = file.path.as_str();
    let pre = definition.exec_pre.iter().find(|line| makes(line, path));
    if pre.is_some() {
        return Some("an `ExecStartPre=` makes it at each start".to_owned());
    }
    // A home outlasts a boot wherever it is.
    let at_home = home.len() > 1 && std::path::Path::new(path).starts_with(home);
    if active || at_home || !VOLATILE.iter().any(|place| path.starts_with(place)) {
        return None;
    }
    let by_manager = |name: &str| definition.settings.iter().any(|one| one.name == name);
    let credential = path.contains("/credentials/") && (by_manager("LoadCredential") || by_manager("SetCredential"));
    Some(if credential {
        "systemd puts it there for the time that the service runs".to_owned()
    } else {
        "its directory is empty after each boot, and whatever fills it may do so later".to_owned()
    })
}

/// Whether a command line names the file, or runs something that may write it.
fn makes(line: &str, path: &str) -> bool {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    if line.contains(path) {
        return true;
    }
    let words: Vec<&str> = line
        .trim_start_matches(['-', ':', '+', '!', '@'])
        .split_whitespace()
        .collect();
    let program = words
        .first()
        .map_or("", |word| word.rsplit('/').next().unwrap_or_default());
    let inner = |word: &&str| HARMLESS.contains(&word.trim_matches(['"', '\'']));
    match program {
        "sh" | "bash" | "dash" | "env" => {
            !words.iter().skip(1).any(inner) || (folder.len() > 1 && line.contains(folder))
        }
        "install" | "ln" | "cp" => line.contains(path),
        _ => !HARMLESS.contains(&program),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_that_writes_something_may_make_the_file() {
        for (line, expected) in [
            ("/home/me/.local/bin/render-secrets", true),
            ("-/usr/bin/vault-agent -exit-after-auth", true),
            ("/bin/sh -c 'sops -d x > /run/oc/env'", true),
            ("/bin/sleep 5", false),
            ("/usr/bin/mkdir -p /home/me/x", false),
            ("/bin/sh -c 'sleep 3'", false),
            ("/usr/bin/install -m 600 /etc/a /run/oc/env", true),
            ("/usr/bin/install -d /var/log/oc", false),
        ] {
            assert_eq!(makes(line, "/run/oc/env"), expected, "{line}");
        }
    }
}
