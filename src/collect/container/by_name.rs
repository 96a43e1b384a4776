//! The Gateway in a container of a name: by the processes of this machine, else by what an engine says.

use super::{LIMIT, engine_env, inspect};
use crate::collect::process::named::{self, Inside};
use crate::collect::run::{self, Ran};
use crate::collect::{runtime_entry, tools};
use crate::platform::container::{self, Inspected};

/// Returns the process of the Gateway in the container of this name or id; an error says for people why there is none.
pub fn resolve(name: &str) -> Result<u32, String> {
    if !container::is_name(name) {
        return Err("--container takes the name or the id of a container".to_owned());
    }
    let answer = |inside| match inside {
        Inside::Gateway(pid) => Some(Ok(pid)),
        Inside::NoGateway => Some(Err(format!(
            "no Gateway is running in the container {name}, or it cannot be seen from here"
        ))),
        Inside::Several(ids) => Some(Err(format!(
            "{} containers are called {name}; give the id of one: {}",
            ids.len(),
            ids.iter()
                .map(|id| id.chars().take(12).collect::<String>())
                .collect::<Vec<_>>()
                .join(", ")
        ))),
        Inside::NotSeen => None,
    };
    // An id may be that of a container whose engine is not here; with a Gateway the matter is settled.
    let by_process = named::gateway_in(name);
    let is_settled = by_process != Inside::NoGateway || !container::is_id(name);
    if let Some(found) = answer(by_process).filter(|_| is_settled) {
        return found;
    }
    let path = std::env::var("PATH").unwrap_or_else(|_| "/usr/bin:/bin".to_owned());
    let mut env = engine_env(|name| std::env::var(name).ok());
    env.push(("PATH".to_owned(), tools::safe_path(&path)));
    let runtime = runtime_entry::runtime()?;
    let mut asked = Vec::new();
    for engine in container::ENGINES {
        let Some(tool) = tools::find(engine, &path, &mut Default::default()) else {
            continue;
        };
        let cmd = inspect(tool, name, env.clone(), LIMIT);
        match runtime.block_on(run::run(&cmd)) {
            Ran::Done(output) if output.status == Some(0) => {
                let Some(found) = container::inspected(engine, &output.text()) else {
                    asked.push(format!("the answer of `{engine} inspect` could not be read"));
                    continue;
                };
                return found_by_engine(name, engine, &found, |id| answer(named::gateway_of_id(id)));
            }
            Ran::Done(output) => asked.push(format!("`{engine} inspect`: {}", output.complaint())),
            Ran::TimedOut => asked.push(format!("`{engine} inspect` did not answer")),
            Ran::Missing | Ran::Failed(_) => {}
        }
    }
    let looked = match asked.is_empty() {
        true => "neither Podman's monitor processes nor a cgroup names it, and no `docker` or `nerdctl` is here to ask"
            .to_owned(),
        false => asked.join("; "),
    };
    Err(format!("no running container {name} was found ({looked})"))
}

/// The engine may be that of another machine, whose process ids mean nothing here: the id has to be in a cgroup of this one.
fn found_by_engine(
    name: &str,
    engine: &str,
    found: &Inspected,
    gateway_of: impl Fn(&str) -> Option<Result<u32, String>>,
) -> Result<u32, String> {
    let Some(id) = found.facts.id.as_deref().filter(|_| found.pid.is_some()) else {
        return Err(format!("the container {name} is not running ({engine})"));
    };
    gateway_of(id).unwrap_or_else(|| {
        Err(format!(
            "no process of the container {name} ({engine}) was seen on this machine"
        ))
    })
}
