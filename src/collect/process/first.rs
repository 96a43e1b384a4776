//! Whether the doctor's own container starts a Gateway, or somebody did beside what the container runs.
//!
//! `docker exec`, and `nohup` in a shell of it, give the Gateway variables that no start of the container gives again.

use super::System;
use super::system::{Block, Look};
use crate::collect::context::Context;
use crate::model::snapshot::Binding;

/// What such a Gateway's supervisor is called.
pub(super) const BESIDE: &str = "exec";

/// Supervisors that a process seems to have whose parent ended, too: the container's first process takes it over.
const UNSURE: &[&str] = &["docker", "podman", "container"];

/// A Gateway that began within this time of the container, in milliseconds, is taken for the container's.
const AT_ONCE: i64 = 5_000;
/// What begins nothing but units, so that it needs no such time.
const SYSTEMD: &str = "systemd";

/// First processes that start nothing in a session of its own; systemd's services have their units. Of others, such as
/// dumb-init and scripts in other languages, it is not known.
const PLAIN: &[&str] = &[
    "ash",
    "bash",
    "busybox",
    "cat",
    "catatonit",
    "dash",
    "docker-init",
    "init",
    "MainThread",
    "node",
    "openclaw",
    "openclaw-gatewa",
    "sh",
    "sleep",
    "systemd",
    "tail",
    "tini",
    "tini-static",
    "zsh",
];

/// What shells, logins and engines add to an environment.
const ADDED: &[&str] = &[
    "_",
    "COLORTERM",
    "HOME",
    "HOSTNAME",
    "LANG",
    "LOGNAME",
    "LS_COLORS",
    "MAIL",
    "OLDPWD",
    "PATH",
    "PWD",
    "SHELL",
    "SHLVL",
    "TERM",
    "USER",
];

/// Returns whether a Gateway in the doctor's own container was started beside it, as far as that can be seen. `told` reads an
/// environment block.
pub(super) fn is_beside(
    ctx: &Context<'_>,
    system: &System,
    (pid, look): (u32, &Look),
    supervisor: Option<&str>,
    initial: Option<&[Binding]>,
    told: impl Fn(&[u8]) -> Vec<Binding>,
) -> bool {
    let own = ctx.host.container.is_some() && look.container.is_none() && look.unit.is_none() && pid != 1;
    if !own || supervisor.is_some_and(|word| !UNSURE.contains(&word)) {
        return false;
    }
    let Some((first, (name, _))) = system.look(1).zip(system.parent(1)) else {
        return false;
    };
    // Where containers share their processes, the first one starts another container than this.
    if first.above || look.above || look.session == first.session || !PLAIN.contains(&name.as_str()) {
        return false;
    }
    let at_once = first.started_ms.zip(look.started_ms);
    if name != SYSTEMD && at_once.is_none_or(|(first, own)| own - first < AT_ONCE) {
        return false;
    }
    let given = match system.environment(1) {
        Block::Bytes(bytes) => initial.map(|initial| is_given(initial, &told(&bytes))),
        Block::Gone | Block::Denied | Block::Unknown(_) => None,
    };
    given != Some(true)
}

/// Returns whether another environment has all that this one has and that could matter.
fn is_given(initial: &[Binding], first: &[Binding]) -> bool {
    let has = |wanted: &Binding| {
        let mut found = first.iter().filter(|one| one.name == wanted.name);
        found.any(|one| one.value.same_as(&wanted.value))
    };
    initial
        .iter()
        .filter(|one| !ADDED.contains(&one.name.as_str()) && !one.name.starts_with("XDG_"))
        .all(has)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testkit::bind;
    use crate::model::snapshot::Source;

    #[test]
    fn what_a_shell_adds_is_no_difference() {
        let of = |pairs: &[(&str, &str)]| -> Vec<Binding> {
            let bound = pairs
                .iter()
                .map(|(name, value)| bind(name, value, Source::Process, None));
            bound.collect()
        };
        let first = of(&[("PATH", "/bin"), ("A_KEY", "x"), ("B", "1")]);
        for (initial, given) in [
            (of(&[("PATH", "/usr/bin"), ("A_KEY", "x"), ("SHLVL", "1")]), true),
            (of(&[]), true),
            (of(&[("A_KEY", "y")]), false),
            (of(&[("A_KEY", "x"), ("C_KEY", "x")]), false),
        ] {
            assert_eq!(is_given(&initial, &first), given, "{initial:?}");
        }
    }
}
