//! Who started a process: parent, and the kind of supervisor where one is known
//! (facts/services.md section 3.2).

/// Names of parents and what they are.
const PARENTS: &[(&str, &str)] = &[
    ("PM2", "pm2"),
    ("pm2", "pm2"),
    ("supervisord", "supervisord"),
    ("runsv", "runit"),
    ("s6-supervise", "s6"),
    ("circusd", "circus"),
    ("tmux", "tmux"),
    ("screen", "screen"),
    ("SCREEN", "screen"),
    ("containerd-shim", "container"),
    ("conmon", "podman"),
    ("docker-init", "docker"),
    ("crond", "cron"),
    ("cron", "cron"),
    ("nodemon", "nodemon"),
    ("sshd", "ssh"),
];

/// Names of shells; a shell is named only where nothing else is found above it.
const SHELLS: &[&str] = &[
    "sh", "bash", "zsh", "fish", "dash", "ksh", "ash", "tcsh", "nu", "login", "su", "sudo",
];

/// How many ancestors are looked at.
const DEPTH: usize = 8;

/// What is known about who started a process.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Started {
    /// Name of the parent.
    pub(super) parent: Option<String>,
    /// The kind of supervisor.
    pub(super) supervisor: Option<String>,
    /// Its process, where it is an ancestor.
    pub(super) pid: Option<u32>,
}

/// Those whose children are services, whatever unit the supervisor itself belongs to.
const OF_SERVICES: &[&str] = &["pm2", "supervisord", "runit", "s6", "circus"];

/// Looks up from a process. `parent_of` gives name and parent of a pid; `bound` tells whether a
/// variable is in the environment of the process.
pub(super) fn started(
    ppid: u32,
    unit: Option<&str>,
    container: Option<&str>,
    bound: impl Fn(&str) -> bool,
    parent_of: impl Fn(u32) -> Option<(String, u32)>,
) -> Started {
    let (mut names, mut pids) = (Vec::new(), Vec::new());
    let mut next = ppid;
    while next > 0 && names.len() < DEPTH {
        let Some((name, above)) = parent_of(next) else { break };
        names.push(name);
        pids.push(next);
        next = if above == next { 0 } else { above };
    }
    let nearest = names.iter().zip(&pids).find_map(|(name, pid)| {
        let known = |(start, _): &&(&str, &str)| name.starts_with(start);
        PARENTS.iter().find(known).map(|(_, kind)| (*kind, *pid))
    });
    let from_parents = nearest.map(|(kind, _)| kind);
    let login_shell = |name: &&String| SHELLS.contains(&name.trim_start_matches('-'));
    let supervisor = if let Some(kind) = container.filter(|kind| *kind != super::PID_NAMESPACE) {
        Some(kind)
    } else if bound("pm_id") || bound("PM2_HOME") && from_parents == Some("pm2") {
        Some("pm2")
    } else if bound("SUPERVISOR_ENABLED") && bound("SUPERVISOR_PROCESS_NAME") {
        Some("supervisord")
    } else if from_parents.is_some_and(|kind| OF_SERVICES.contains(&kind)) {
        from_parents
    } else if unit.is_some() {
        Some("systemd")
    } else if from_parents.is_some() {
        from_parents
    } else if names.first().is_some_and(|name| name == "launchd") {
        Some("launchd")
    } else {
        names.first().filter(login_shell).map(|_| "shell")
    };
    Started {
        parent: names.into_iter().next(),
        pid: nearest.filter(|(kind, _)| supervisor == Some(kind)).map(|(_, pid)| pid),
        supervisor: supervisor.map(str::to_owned),
    }
}

/// Returns the directory of a service by the command line of what started its supervisor: `runsvdir DIR`, `s6-svscan DIR`.
/// Where the supervisor itself stands is open to its own account alone.
pub(super) fn scanned(words: &[String], name: &str) -> Option<String> {
    let program = words.first()?.rsplit('/').next()?;
    matches!(program, "runsvdir" | "s6-svscan").then_some(())?;
    let dir = words.iter().skip(1).rev().find(|word| word.starts_with('/'))?;
    Some(format!("{}/{name}", dir.trim_end_matches('/')))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(chain: &[&str], unit: Option<&str>, variables: &[&str]) -> Option<String> {
        let parent_of = |pid: u32| {
            let name = chain.get(pid as usize - 10)?;
            Some(((*name).to_owned(), pid + 1))
        };
        started(10, unit, None, |name| variables.contains(&name), parent_of).supervisor
    }

    #[test]
    fn supervisors_are_named() {
        let none: &[&str] = &[];
        type Case<'a> = (&'a [&'a str], Option<&'a str>, &'a [&'a str], Option<&'a str>);
        let cases: &[Case<'_>] = &[
            (&["PM2 v5.3.0: God", "systemd"], None, none, Some("pm2")),
            (&["systemd"], None, &["pm_id"], Some("pm2")),
            (&["systemd"], Some("openclaw-gateway.service"), none, Some("systemd")),
            (
                &["supervisord", "systemd"],
                Some("supervisor.service"),
                none,
                Some("supervisord"),
            ),
            (&["runsv", "runsvdir"], Some("runit.service"), none, Some("runit")),
            (&["s6-supervise", "s6-svscan"], None, none, Some("s6")),
            (&["bash", "sshd", "runsv"], None, none, Some("ssh")),
            (
                &["python3"],
                None,
                &["SUPERVISOR_ENABLED", "SUPERVISOR_PROCESS_NAME"],
                Some("supervisord"),
            ),
            (&["supervisord", "systemd"], None, none, Some("supervisord")),
            (&["bash", "tmux: server", "systemd"], None, none, Some("tmux")),
            (&["-bash", "login"], None, none, Some("shell")),
            (&["launchd"], None, none, Some("launchd")),
            (&["python3"], None, &["PM2_HOME"], None),
            (&[], None, none, None),
        ];
        for (chain, unit, variables, expected) in cases {
            assert_eq!(judge(chain, *unit, variables).as_deref(), *expected, "{chain:?}");
        }
    }

    #[test]
    fn the_scanner_tells_where_its_services_are() {
        for (line, expected) in [
            ("runsvdir -P /etc/service log:", Some("/etc/service/claw")),
            ("/usr/bin/s6-svscan -c 500 /srv/s6/", Some("/srv/s6/claw")),
            ("s6-svscan", None),
            ("runsvdir service", None),
            ("/sbin/init /etc/service", None),
        ] {
            let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
            assert_eq!(scanned(&words, "claw").as_deref(), expected, "{line}");
        }
    }

    #[test]
    fn circles_end() {
        let found = started(5, None, None, |_| false, |pid| Some(("a".to_owned(), 11 - pid)));
        assert_eq!(found.parent.as_deref(), Some("a"));
    }
}
