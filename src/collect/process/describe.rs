//! One Gateway process in facts: environment, owner, age, unit, arguments, witness.

use super::find::Candidate;
use super::system::{Block, Look, Seen};
use super::{RawProcess, System, container, first, supervisor};
use crate::base::fact::Fact;
use crate::collect::context::Context;
use crate::collect::host;
use crate::loader::RawBinding;
use crate::model::snapshot::{Binding, GatewayProcess, Source, Witness};
use crate::parse::proc::environ;
use crate::parse::proc::gateway_argv;
use crate::parse::proc::gateway_argv::ChildKind;
use crate::redact;
use crate::redact::log_line;

/// Describes a process; none when it ended meanwhile.
pub(super) fn describe(
    ctx: &Context<'_>,
    system: &System,
    candidate: &Candidate,
    seen: &[Seen],
) -> Option<(GatewayProcess, RawProcess)> {
    let mut look = system.look(candidate.pid).or_else(|| system.look(candidate.pid))?;
    let contained = look
        .container
        .clone()
        .and_then(|kind| container::facts(system, &look, &kind));
    if let (Some(super::PID_NAMESPACE), Some(facts)) = (look.container.as_deref(), &contained) {
        look.container = Some(facts.engine.clone());
    }
    // An account of a container has another name here, or none.
    let user = match look.container.is_some() && look.uid != 0 && look.uid != ctx.host.uid {
        true => look.uid.to_string(),
        false => host::user_label(look.uid),
    };
    let (initial, raw_initial) = environment(ctx, system, candidate.pid, &look, &user)?;
    let (witness, raw_witness) = witness(ctx, system, candidate.pid, &look, seen);
    let variable = |name: &str| {
        let bindings = raw_initial.as_deref().unwrap_or_default();
        bindings.iter().find(|binding| binding.name == name)
    };
    let mut started = supervisor::started(
        look.ppid,
        look.unit.as_deref(),
        look.container.as_deref(),
        |name| variable(name).is_some(),
        |pid| system.parent(pid),
    );
    let known = initial.get().map(Vec::as_slice);
    if first::is_beside(
        ctx,
        system,
        (candidate.pid, &look),
        started.supervisor.as_deref(),
        known,
        |block| facts(ctx, &bindings(ctx, block, |_| true)),
    ) {
        started.supervisor = Some(first::BESIDE.to_owned());
    }
    let above = started.pid.and_then(|pid| system.look(pid));
    let supervisor_uid = above.as_ref().map(|look| look.uid);
    let scanner = above.as_ref().and_then(|look| system.look(look.ppid));
    let (service_name, service_dir) = service_of(above, scanner.as_ref(), &started);
    let argv = gateway_argv::gateway(&look.words);
    let args = argv.as_ref().map_or_else(Vec::new, |argv| argv.args.to_vec());
    let entry = argv.and_then(|argv| argv.entry).map(str::to_owned);
    let full = |entry: String| match &look.cwd {
        Some(cwd) if !entry.starts_with('/') => Some(format!(
            "{}/{}",
            cwd.trim_end_matches('/'),
            entry.trim_start_matches("./")
        )),
        _ => Some(entry).filter(|entry| entry.starts_with('/')),
    };
    let script = entry.and_then(full).or_else(|| {
        let worker = seen
            .iter()
            .find(|one| witness.get().is_some_and(|witness| witness.pid == one.pid))?;
        gateway_argv::worker(&worker.words).map(|(_, script)| script.to_owned())
    });
    let port = candidate
        .socket_port
        .or(candidate.lock_port)
        .or_else(|| gateway_argv::port(&args))
        .or_else(|| gateway_argv::port_of_variable(variable("OPENCLAW_GATEWAY_PORT")?.value.expose()));
    let process = GatewayProcess {
        pid: candidate.pid,
        found_by: candidate.found_by,
        uid: look.uid,
        user,
        started_ms: look.started_ms,
        processor: None,
        unit: look.unit,
        parent: started.parent,
        supervisor: started.supervisor,
        service_name,
        service_dir,
        supervisor_uid,
        program: look.program,
        script,
        cwd: look.cwd.clone(),
        arguments: masked(ctx, &args),
        container: look.container,
        contained,
        initial,
        witness,
        port,
    };
    let raw = RawProcess {
        initial: raw_initial,
        witness: raw_witness,
        cwd: look.cwd,
        args,
    };
    Some((process, raw))
}

/// What the supervisor calls the service, and where it is defined: the directory of runit's and s6's supervisor, the
/// config file of supervisord.
fn service_of(
    above: Option<Look>,
    scanner: Option<&Look>,
    started: &supervisor::Started,
) -> (Option<String>, Option<String>) {
    let Some(look) = above else {
        return (None, None);
    };
    match started.supervisor.as_deref() {
        Some("runit" | "s6") => {
            let name = look.words.get(1).map(|word| word.trim_end_matches('/').to_owned());
            let name = name.map(|word| word.rsplit('/').next().unwrap_or_default().to_owned());
            let name = name.filter(|name| !name.is_empty());
            let dir = look
                .cwd
                .or_else(|| supervisor::scanned(&scanner?.words, name.as_deref()?));
            (name, dir)
        }
        Some("supervisord") => {
            let file = gateway_argv::option(&look.words, "-c").or(gateway_argv::option(&look.words, "--configuration"));
            let full = file.map(|file| match &look.cwd {
                Some(cwd) if !file.starts_with('/') => format!("{cwd}/{file}"),
                _ => file.to_owned(),
            });
            (None, full)
        }
        _ => (None, None),
    }
}

type Environment = (Fact<Vec<Binding>>, Option<Vec<RawBinding>>);

/// Reads the environment at exec; none when the process ended.
fn environment(ctx: &Context<'_>, system: &System, pid: u32, look: &Look, user: &str) -> Option<Environment> {
    let block = match system.environment(pid) {
        Block::Gone => system.environment(pid),
        other => other,
    };
    let unreadable = match block {
        Block::Bytes(bytes) => {
            let raw = bindings(ctx, &bytes, |_| true);
            return Some((Fact::known(facts(ctx, &raw)), Some(raw)));
        }
        Block::Gone => return None,
        Block::Denied => denied(pid, look.uid, user, ctx.host.uid),
        Block::Unknown(_) if look.uid != ctx.host.uid => denied(pid, look.uid, user, ctx.host.uid),
        Block::Unknown(why) => Fact::unreadable(format!("process {pid}: {why}"), String::new()),
    };
    Some((unreadable, None))
}

fn denied<T>(pid: u32, uid: u32, user: &str, own_uid: u32) -> Fact<T> {
    if uid == own_uid {
        let why = format!("process {pid} hides its environment even from its own user");
        return Fact::unreadable(why, "sudo %doctor%");
    }
    let why = format!("process {pid} belongs to user {user}; its environment cannot be read");
    // A user without a name is only a number, which `sudo -u` would take for a name.
    let login = Some(user).filter(|name| uid != 0 && name.parse::<u32>().is_err());
    let quoted = login.and_then(|name| shlex::try_quote(name).ok());
    let how = quoted.map_or_else(
        || "sudo %doctor%".to_owned(),
        |name| format!("sudo -iu {name} %doctor%"),
    );
    Fact::unreadable(why, how)
}

/// Finds the child that was started with the live environment
/// (facts/env-resolution.md section 8): the spawn broker, else a late SQLite reader.
fn witness(
    ctx: &Context<'_>,
    system: &System,
    pid: u32,
    gateway: &Look,
    seen: &[Seen],
) -> (Fact<Witness>, Option<Vec<RawBinding>>) {
    if ctx.host.os != "linux" {
        return (Fact::not_asked("Gateways have no such child on this system"), None);
    }
    let mut children: Vec<(ChildKind, Look, u32)> = seen
        .iter()
        .filter_map(|process| Some((gateway_argv::child(&process.words)?, process.pid)))
        .filter_map(|(kind, child)| Some((kind, system.look(child).filter(|look| look.ppid == pid)?, child)))
        .collect();
    // The best kind first; of two brokers the younger one shows the later environment.
    children.sort_by_key(|(kind, look, child)| (*kind, std::cmp::Reverse(look.start_ticks), *child));
    let mut hidden = None;
    for (kind, look, child) in children.iter().take(8) {
        match system.environment(*child) {
            Block::Bytes(bytes) => {
                let late = |raw: &[RawBinding]| raw.iter().any(|binding| binding.name == "OPENCLAW_GATEWAY_PORT");
                let raw = bindings(ctx, &bytes, |name| !name.starts_with("NODE_CHANNEL_"));
                if *kind == ChildKind::SpawnBroker || late(&raw) {
                    let witness = Witness {
                        pid: *child,
                        kind: kind.word().to_owned(),
                        bindings: facts(ctx, &raw),
                    };
                    return (Fact::known(witness), Some(raw));
                }
            }
            Block::Gone => {}
            Block::Denied => {
                hidden = hidden.or_else(|| Some(denied(*child, look.uid, &host::user_label(look.uid), ctx.host.uid)));
            }
            Block::Unknown(why) => {
                hidden = hidden.or_else(|| Some(Fact::unreadable(format!("process {child}: {why}"), String::new())));
            }
        }
    }
    let foreign = gateway.uid != ctx.host.uid && ctx.host.uid != 0;
    let absent = || {
        if foreign {
            // With hidepid the children of another user's process do not show at all.
            return denied(pid, gateway.uid, &host::user_label(gateway.uid), ctx.host.uid);
        }
        Fact::Absent
    };
    (hidden.unwrap_or_else(absent), None)
}

fn bindings(ctx: &Context<'_>, block: &[u8], wanted: impl Fn(&str) -> bool) -> Vec<RawBinding> {
    environ::entries(block)
        .into_iter()
        .filter(|(name, _)| wanted(name))
        .map(|(name, value)| RawBinding {
            name,
            value: ctx.vault.seal_bytes(value),
            source: Source::Process,
            place: None,
        })
        .collect()
}

fn facts(ctx: &Context<'_>, raw: &[RawBinding]) -> Vec<Binding> {
    raw.iter()
        .map(|binding| Binding {
            name: binding.name.clone(),
            value: ctx.vault.facts(&binding.name, &binding.value),
            source: binding.source,
            place: binding.place.clone(),
        })
        .collect()
}

/// Arguments for people: what is not public by its place is withheld, and remembered as a secret.
fn masked(ctx: &Context<'_>, args: &[String]) -> Vec<String> {
    let words: Vec<&str> = args.iter().take(64).map(String::as_str).collect();
    let shown = redact::arguments(&words, &redact::is_known);
    for (word, shown) in words.iter().zip(&shown).filter(|(word, shown)| *word != shown) {
        let value = word
            .split_once('=')
            .filter(|_| shown.ends_with(&format!("={}", log_line::WITHHELD)));
        ctx.vault.seal(value.map_or(*word, |(_, value)| value));
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_users_process_says_whose_it_is_and_how_to_see_it() {
        let cases = [
            ((1000, "bob", 4242), "belongs to user bob", "sudo -iu bob %doctor%"),
            ((0, "root", 4242), "belongs to user root", "sudo %doctor%"),
            ((77, "77", 4242), "belongs to user 77", "sudo %doctor%"),
            ((4242, "alex", 4242), "even from its own user", "sudo %doctor%"),
        ];
        for ((uid, user, own), reason, command) in cases {
            let Fact::Unreadable { why, how_to_see } = denied::<()>(1234, uid, user, own) else {
                panic!("not unreadable");
            };
            assert!(why.starts_with("process 1234 ") && why.contains(reason), "{why}");
            assert_eq!(how_to_see, command);
        }
    }
}
