//! `/proc/<pid>/stat`, `status` and `cgroup`: parent, start, owner, unit, container.

/// What is used of `/proc/<pid>/stat`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProcStat {
    /// The name in parentheses, at most 15 bytes.
    pub comm: String,
    /// `R`, `S`, `Z`, …
    pub state: char,
    /// Process id of the parent.
    pub ppid: u32,
    /// Session.
    pub session: u32,
    /// Field 22: start in clock ticks since boot (facts/services.md section 3.1).
    pub start_ticks: u64,
}

/// Reads a `stat` line. The name may itself hold blanks and parentheses, so the last `)` ends it.
pub fn stat(text: &str) -> Option<ProcStat> {
    let (head, tail) = text.rsplit_once(')')?;
    let comm = head.split_once('(')?.1.to_owned();
    let mut fields = tail.split_ascii_whitespace();
    let state = fields.next()?.chars().next()?;
    let ppid = fields.next()?.parse().ok()?;
    let session = fields.nth(1)?.parse().ok()?;
    // After the session, field 6, field 22 is the 16th.
    let start_ticks = fields.nth(15)?.parse().ok()?;
    Some(ProcStat {
        comm,
        state,
        ppid,
        session,
        start_ticks,
    })
}

/// Returns the processor time of all threads, in milliseconds: fields 14 and 15 of a `stat` line, in ticks of 10 ms.
pub fn used_ms(text: &str) -> Option<u64> {
    let (_, tail) = text.rsplit_once(')')?;
    // The first field behind the name is the third.
    let mut fields = tail.split_ascii_whitespace().skip(11);
    let (user, kernel): (u64, u64) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    Some(user.saturating_add(kernel).saturating_mul(10))
}

/// Returns what a thread used of the processor and waited for it, in milliseconds, from its `schedstat`: both in
/// nanoseconds.
pub fn wanted_ms(text: &str) -> Option<u64> {
    let mut fields = text.split_ascii_whitespace();
    let (used, waited): (u64, u64) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    Some(used.saturating_add(waited) / 1_000_000)
}

/// Returns the effective uid from `/proc/<pid>/status`.
pub fn effective_uid(status: &str) -> Option<u32> {
    field(status, "Uid:")?.split_ascii_whitespace().nth(1)?.parse().ok()
}

/// Returns how many pid namespaces deep the process is, as `/proc/<pid>/status` lists its ids.
pub fn namespace_depth(status: &str) -> usize {
    field(status, "NSpid:").map_or(1, |ids| ids.split_ascii_whitespace().count())
}

fn field<'a>(status: &'a str, name: &str) -> Option<&'a str> {
    status.lines().find_map(|line| line.strip_prefix(name))
}

/// Returns the systemd service a process belongs to by its `/proc/<pid>/cgroup`.
///
/// The innermost `.service` counts; a scope inside of it (a terminal, a login session) means that
/// somebody else started the process, and `user@1000.service` is the manager, not the unit.
pub fn service_unit(cgroup: &str) -> Option<String> {
    let path = cgroup
        .lines()
        .find_map(|line| line.strip_prefix("0::").filter(|path| *path != "/"))
        .or_else(|| {
            cgroup
                .lines()
                .find_map(|line| line.split_once(":name=systemd:").map(|(_, path)| path))
        })?;
    let unit = path
        .rsplit('/')
        .find(|part| part.ends_with(".service") || part.ends_with(".scope"))?;
    (unit.ends_with(".service") && !unit.starts_with("user@")).then(|| unit.to_owned())
}

/// Returns the kind of container that a cgroup path names (facts/services.md section 3.2).
pub fn container(cgroup: &str) -> Option<&'static str> {
    const MARKS: &[(&str, &str)] = &[
        ("kubepods", "kubernetes"),
        ("libpod-", "podman"),
        ("/libpod", "podman"),
        ("docker", "docker"),
        ("containerd", "containerd"),
        ("/lxc", "lxc"),
        ("lxc.payload", "lxc"),
    ];
    // docker.service and containerd.service themselves run on the host.
    let inside = |line: &&str| !line.ends_with("/docker.service") && !line.ends_with("/containerd.service");
    let lines: Vec<&str> = cgroup.lines().filter(inside).collect();
    MARKS
        .iter()
        .find(|(mark, _)| lines.iter().any(|line| line.contains(mark)))
        .map(|(_, kind)| *kind)
}

/// Returns the id of the container that a cgroup path names: 64 hex digits.
pub fn container_id(cgroup: &str) -> Option<&str> {
    let is_hex = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
    cgroup.split(|c: char| !is_hex(c)).find(|part| part.len() == 64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_may_hold_parentheses_and_blanks() {
        let line = "42 (a) b (c) S 7 1 2 0 -1 0 0 0 0 0 31 11 0 0 20 0 1 0 271108 0 0";
        let read = stat(line).unwrap();
        assert_eq!(read.comm, "a) b (c");
        assert_eq!(
            (read.state, read.ppid, read.session, read.start_ticks),
            ('S', 7, 2, 271_108)
        );
        assert_eq!(used_ms(line), Some(420));
    }

    #[test]
    fn use_of_the_processor_counts_the_wait_for_it() {
        for (text, wanted) in [
            ("1500000000 500000000 12\n", Some(2000)),
            ("0 0 0\n", Some(0)),
            ("", None),
            ("12\n", None),
            ("a b c\n", None),
        ] {
            assert_eq!(wanted_ms(text), wanted, "{text}");
        }
    }

    #[test]
    fn broken_lines_are_refused() {
        for line in ["", "42", "42 (x", "42 (x)", "42 (x) S", "42 (x) S y", "42 (x) S 1 2 3"] {
            assert_eq!(stat(line), None, "{line}");
        }
    }

    #[test]
    fn owner_and_depth_come_from_status() {
        let status = "Name:\tnode\nUid:\t1000\t1001\t1002\t1003\nNSpid:\t300\t7\n";
        assert_eq!(effective_uid(status), Some(1001));
        assert_eq!(namespace_depth(status), 2);
        assert_eq!(effective_uid("Name:\tnode\n"), None);
        assert_eq!(namespace_depth(""), 1);
    }

    #[test]
    fn units_are_told_from_scopes_and_managers() {
        let cases = [
            (
                "0::/user.slice/user-1000.slice/user@1000.service/app.slice/openclaw-gateway.service\n",
                Some("openclaw-gateway.service"),
            ),
            ("0::/system.slice/openclaw.service/sub\n", Some("openclaw.service")),
            ("0::/user.slice/user-1000.slice/session-3.scope\n", None),
            (
                "0::/user.slice/user-1000.slice/user@1000.service/app.slice/tmux-1.scope\n",
                None,
            ),
            ("0::/user.slice/user-1000.slice/user@1000.service/init.scope\n", None),
            ("0::/user.slice/user-1000.slice/user@1000.service\n", None),
            (
                "12:pids:/a\n1:name=systemd:/system.slice/x.service\n0::/\n",
                Some("x.service"),
            ),
            ("0::/\n", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(service_unit(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn ids_of_containers_are_read_from_every_spelling() {
        let id = "0123456789abcdef".repeat(4);
        for line in [
            format!("0::/machine.slice/libpod-{id}.scope"),
            format!("0::/machine.slice/libpod-{id}.scope/container"),
            format!("0::/system.slice/openclaw.service/libpod-payload-{id}"),
            format!("0::/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-{id}.scope"),
            format!("0::/system.slice/docker-{id}.scope"),
            format!("12:pids:/docker/{id}"),
            format!("0::/kubepods.slice/kubepods-pod1.slice/cri-containerd-{id}.scope"),
            format!("0::/default/{id}"),
        ] {
            assert_eq!(container_id(&line), Some(id.as_str()), "{line}");
        }
        for line in ["0::/docker/0123", "0::/", &format!("0::/docker/{id}0")] {
            assert_eq!(container_id(line), None, "{line}");
        }
    }

    #[test]
    fn containers_are_recognised() {
        let cases = [
            ("0::/system.slice/docker-0123.scope\n", Some("docker")),
            ("0::/machine.slice/libpod-0123.scope\n", Some("podman")),
            ("0::/kubepods/burstable/pod1/x\n", Some("kubernetes")),
            ("0::/system.slice/docker.service\n", None),
            ("0::/user.slice\n", None),
        ];
        for (text, expected) in cases {
            assert_eq!(container(text), expected, "{text}");
        }
    }
}
