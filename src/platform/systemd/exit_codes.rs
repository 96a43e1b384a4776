//! The exit codes by which systemd says that a start failed before the program ran (systemd.exec(5), "Process exit codes").

/// A step of a start, and the directives that decide it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// systemd's word for it, as in its log ("Failed at step CHDIR").
    pub word: &'static str,
    /// What could not be done, in words.
    pub what: &'static str,
    /// Directives that may be at fault, most likely first.
    pub directives: &'static [&'static str],
}

/// A command beside the program that ended with an error: systemd says so in `Result`, and has no code for it.
pub const CONTROL: Step = Step {
    word: "CONTROL",
    what: "a command that belongs to the start ended with an error",
    directives: &["ExecStartPre", "ExecStartPost", "ExecCondition"],
};

/// Directives that change what the service sees of the file system.
const MOUNTS: &[&str] = &[
    "BindPaths",
    "BindReadOnlyPaths",
    "ReadWritePaths",
    "ReadOnlyPaths",
    "InaccessiblePaths",
    "TemporaryFileSystem",
    "RootDirectory",
    "RootImage",
    "ProtectHome",
    "ProtectSystem",
    "PrivateTmp",
    "PrivateUsers",
    "WorkingDirectory",
];

/// Returns the step that an exit code of systemd stands for.
pub fn step(code: i32) -> Option<Step> {
    let (word, what, directives): (&str, &str, &[&str]) = match code {
        200 => (
            "CHDIR",
            "the working directory could not be entered",
            &["WorkingDirectory"],
        ),
        201 => ("NICE", "the priority could not be set", &["Nice"]),
        202 => ("FDS", "the file descriptors could not be handed over", &[]),
        203 => ("EXEC", "the program could not be run", &[]),
        204 => ("MEMORY", "there was no memory", &[]),
        205 => ("LIMITS", "a resource limit could not be set", &["Limit*"]),
        206 => ("OOM_ADJUST", "the OOM score could not be set", &["OOMScoreAdjust"]),
        208 => (
            "STDIN",
            "standard input could not be set up",
            &["StandardInput", "TTYPath"],
        ),
        209 => ("STDOUT", "standard output could not be set up", &["StandardOutput"]),
        210 => ("CHROOT", "the root directory could not be changed", &["RootDirectory"]),
        211 => ("IOPRIO", "the I/O priority could not be set", &["IOSchedulingClass"]),
        212 => ("TIMERSLACK", "the timer slack could not be set", &["TimerSlackNSec"]),
        213 => ("SECUREBITS", "the secure bits could not be set", &["SecureBits"]),
        214 => (
            "SETSCHEDULER",
            "the scheduler could not be set",
            &["CPUSchedulingPolicy", "CPUSchedulingPriority"],
        ),
        215 => ("CPUAFFINITY", "the CPU affinity could not be set", &["CPUAffinity"]),
        216 => (
            "GROUP",
            "the group could not be found or set",
            &["Group", "SupplementaryGroups", "User"],
        ),
        217 => ("USER", "the user could not be found or set", &["User", "DynamicUser"]),
        218 => (
            "CAPABILITIES",
            "the capabilities could not be set",
            &["CapabilityBoundingSet", "AmbientCapabilities"],
        ),
        219 => ("CGROUP", "the control group could not be set up", &[]),
        220 => ("SETSID", "no session could be made", &[]),
        222 => ("STDERR", "standard error could not be set up", &["StandardError"]),
        224 => ("PAM", "the PAM session could not be opened", &["PAMName"]),
        225 => (
            "NETWORK",
            "the network namespace could not be set up",
            &["PrivateNetwork", "NetworkNamespacePath"],
        ),
        226 => ("NAMESPACE", "the view of the file system could not be set up", MOUNTS),
        227 => (
            "NO_NEW_PRIVILEGES",
            "the no-new-privileges flag could not be set",
            &["NoNewPrivileges"],
        ),
        228 => (
            "SECCOMP",
            "the system call filter could not be set",
            &["SystemCallFilter"],
        ),
        229 => (
            "SELINUX_CONTEXT",
            "the SELinux context could not be set",
            &["SELinuxContext"],
        ),
        230 => ("PERSONALITY", "the personality could not be set", &["Personality"]),
        231 => (
            "APPARMOR_PROFILE",
            "the AppArmor profile could not be set",
            &["AppArmorProfile"],
        ),
        232 => (
            "ADDRESS_FAMILIES",
            "the address families could not be limited",
            &["RestrictAddressFamilies"],
        ),
        233 => (
            "RUNTIME_DIRECTORY",
            "the runtime directory could not be made",
            &["RuntimeDirectory"],
        ),
        235 => ("CHOWN", "the owner of a socket could not be set", &[]),
        236 => (
            "SMACK_PROCESS_LABEL",
            "the SMACK label could not be set",
            &["SmackProcessLabel"],
        ),
        237 => ("KEYRING", "the kernel keyring could not be set up", &["KeyringMode"]),
        238 => (
            "STATE_DIRECTORY",
            "the state directory of systemd could not be made",
            &["StateDirectory"],
        ),
        239 => (
            "CACHE_DIRECTORY",
            "the cache directory could not be made",
            &["CacheDirectory"],
        ),
        240 => (
            "LOGS_DIRECTORY",
            "the log directory could not be made",
            &["LogsDirectory"],
        ),
        241 => (
            "CONFIGURATION_DIRECTORY",
            "the configuration directory could not be made",
            &["ConfigurationDirectory"],
        ),
        242 => (
            "NUMA_POLICY",
            "the NUMA policy could not be set",
            &["NUMAPolicy", "NUMAMask"],
        ),
        243 => (
            "CREDENTIALS",
            "a credential could not be loaded",
            &[
                "LoadCredential",
                "LoadCredentialEncrypted",
                "SetCredential",
                "SetCredentialEncrypted",
                "ImportCredential",
            ],
        ),
        _ => return None,
    };
    Some(Step { word, what, directives })
}

impl Step {
    /// Returns whether a directive may be at fault.
    pub fn is_about(&self, name: &str) -> bool {
        self.directives.iter().any(|one| match one.strip_suffix('*') {
            Some(start) => name.starts_with(start),
            None => *one == name,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_systemd_name_their_directives() {
        for (code, name) in [
            (200, "WorkingDirectory"),
            (205, "LimitNOFILE"),
            (216, "SupplementaryGroups"),
            (217, "User"),
            (226, "BindPaths"),
            (238, "StateDirectory"),
            (243, "LoadCredential"),
        ] {
            assert!(step(code).is_some_and(|step| step.is_about(name)), "{code}");
        }
        for code in [0, 1, 78, 127, 137, 143, 199, 255] {
            assert_eq!(step(code), None, "{code}");
        }
    }
}
