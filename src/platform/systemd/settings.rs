//! Directives beside the environment that decide how a service starts and what it sees (systemd.exec(5)).

use super::specifiers::Specifiers;
use crate::model::snapshot::{Place, Setting};
use crate::parse::systemd::unit::Assignment;
use crate::parse::systemd::unit_quoting;

/// Longest value that is kept.
const MAX_VALUE: usize = 1000;
/// More lines than any unit has that was not made to have them.
const MAX_SETTINGS: usize = 300;

/// Directives of which each line adds to the ones before.
const LISTS: &[&str] = &[
    "InaccessiblePaths",
    "InaccessibleDirectories",
    "ReadOnlyPaths",
    "ReadOnlyDirectories",
    "ReadWritePaths",
    "ReadWriteDirectories",
    "TemporaryFileSystem",
    "BindPaths",
    "BindReadOnlyPaths",
    "StateDirectory",
    "RuntimeDirectory",
    "CacheDirectory",
    "LogsDirectory",
    "ConfigurationDirectory",
    "SupplementaryGroups",
];

/// Directives of which the last line counts, with values that anybody may see.
const SCALARS: &[&str] = &[
    "ProtectHome",
    "ProtectSystem",
    "RootDirectory",
    "RootImage",
    "PrivateTmp",
    "PrivateUsers",
    "User",
    "Group",
    "DynamicUser",
    "WorkingDirectory",
    "PAMName",
    "UMask",
    "Type",
];

/// Directives of which only the line is kept: their values may carry more than is needed.
const LINES: &[&str] = &[
    "ExecStartPre",
    "ExecCondition",
    "LoadCredential",
    "LoadCredentialEncrypted",
    "SetCredential",
    "SetCredentialEncrypted",
    "ImportCredential",
    "StandardInput",
    "StandardOutput",
    "StandardError",
    "SystemCallFilter",
    "RestrictAddressFamilies",
    "RestrictNamespaces",
    "CapabilityBoundingSet",
    "AmbientCapabilities",
    "NoNewPrivileges",
    "SecureBits",
    "Personality",
    "SELinuxContext",
    "AppArmorProfile",
    "SmackProcessLabel",
    "KeyringMode",
    "NetworkNamespacePath",
    "PrivateNetwork",
    "PrivateDevices",
    "NUMAPolicy",
    "NUMAMask",
    "CPUAffinity",
    "CPUSchedulingPolicy",
    "CPUSchedulingPriority",
    "IOSchedulingClass",
    "OOMScoreAdjust",
    "Nice",
    "TimerSlackNSec",
    "TTYPath",
    "MemoryMax",
    "MemoryHigh",
    "MemoryLimit",
    "CPUQuota",
    "CPUWeight",
    "TasksMax",
    "IOWeight",
    "Slice",
    "ExecStartPost",
    "ExecReload",
    "ExecStop",
    "ExecStopPost",
];

/// Conditions about paths, whose values anybody may see.
const OF_PATHS: &[&str] = &[
    "PathExists",
    "PathExistsGlob",
    "PathIsDirectory",
    "PathIsSymbolicLink",
    "PathIsMountPoint",
    "PathIsReadWrite",
    "DirectoryNotEmpty",
    "FileNotEmpty",
    "FileIsExecutable",
];

/// Returns whether a directive of `[Unit]` decides whether the unit is started.
pub fn is_condition(name: &str) -> bool {
    name.starts_with("Condition") || name.starts_with("Assert")
}

/// Takes a condition of `[Unit]` into the list.
pub fn take_condition(settings: &mut Vec<Setting>, line: &Assignment, place: Place, specifiers: &Specifiers) {
    let name = line.key.as_str();
    if line.value.is_empty() {
        // It takes all conditions away, or all assertions, whichever it is.
        let head = if name.starts_with("Assert") {
            "Assert"
        } else {
            "Condition"
        };
        settings.retain(|known| !known.name.starts_with(head));
    }
    if !is_condition(name) || line.value.is_empty() || settings.len() >= MAX_SETTINGS {
        return;
    }
    let what = name.trim_start_matches("Condition").trim_start_matches("Assert");
    let value = match OF_PATHS.contains(&what) {
        true => text_of(line, specifiers),
        false => String::new(),
    };
    settings.push(Setting {
        name: name.to_owned(),
        value,
        place,
    });
}

fn text_of(line: &Assignment, specifiers: &Specifiers) -> String {
    let text = unit_quoting::specifiers(&line.value, |letter| specifiers.resolve(letter)).text;
    text.chars().filter(|c| !c.is_control()).take(MAX_VALUE).collect()
}

/// Takes a directive of `[Service]` into the list; others are left alone.
pub fn take(settings: &mut Vec<Setting>, line: &Assignment, place: Place, specifiers: &Specifiers) {
    let name = line.key.as_str();
    let (list, scalar) = (LISTS.contains(&name), SCALARS.contains(&name));
    let kept = list || scalar || LINES.contains(&name) || name.starts_with("Limit");
    if !kept {
        return;
    }
    if scalar || line.value.is_empty() {
        settings.retain(|known| known.name != name);
    }
    if line.value.is_empty() || settings.len() >= MAX_SETTINGS {
        return;
    }
    let value = if list || scalar {
        text_of(line, specifiers)
    } else {
        String::new()
    };
    settings.push(Setting {
        name: name.to_owned(),
        value,
        place,
    });
}

#[cfg(test)]
mod tests {
    use super::super::definition::tests::here;
    use super::*;
    use crate::parse::systemd::unit;

    #[test]
    fn lists_grow_scalars_are_replaced_and_commands_keep_only_their_line() {
        let text = "[Service]\nInaccessiblePaths=/a\nInaccessiblePaths=-%h/b\nProtectHome=yes\nProtectHome=no\n\
                    ReadOnlyPaths=/x\nReadOnlyPaths=\nExecStartPre=/bin/echo secret\nExecStart=/x\nLimitNOFILE=5\n";
        let mut settings = Vec::new();
        for line in unit::parse(text.as_bytes()).section("Service") {
            take(&mut settings, line, Place::line("/u", line.line), &here());
        }
        let got: Vec<_> = settings
            .iter()
            .map(|one| (one.name.as_str(), one.value.as_str()))
            .collect();
        let expected = [
            ("InaccessiblePaths", "/a"),
            ("InaccessiblePaths", "-/home/me/b"),
            ("ProtectHome", "no"),
            ("ExecStartPre", ""),
            ("LimitNOFILE", ""),
        ];
        assert_eq!(got, expected);
    }
}
