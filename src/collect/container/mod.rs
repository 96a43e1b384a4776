//! Containers by name, and what their engines say about them. An engine is asked to `inspect` one container, nothing else.

use std::time::Duration;

use super::context::Context;
use super::loading::{self, Below};
use super::run::{self, Cmd, Ran};
use crate::model::snapshot::{ContainerFacts, GatewayProcess};
use crate::platform::container;

#[cfg(target_os = "linux")]
mod by_name;

#[cfg(target_os = "linux")]
pub use by_name::resolve;

/// How long an engine may take.
const LIMIT: Duration = Duration::from_secs(3);
/// What of an answer is read.
const CAP: usize = 256 << 10;
/// Variables that tell an engine's client where its engine is.
const VARIABLES: &[&str] = &["HOME", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME"];
const DOCKER_HOST: &str = "DOCKER_HOST";

/// Returns what an engine's client is given of an environment. A context or an address may lead to another machine, whose
/// containers are not meant and which nobody wants asked: Docker is asked at a socket of this one.
fn engine_env(var: impl Fn(&str) -> Option<String>) -> Vec<(String, String)> {
    let own = var(DOCKER_HOST).filter(|given| given.starts_with("unix://"));
    let rootless = || {
        let socket = format!("{}/docker.sock", var("XDG_RUNTIME_DIR")?);
        std::path::Path::new(&socket)
            .symlink_metadata()
            .is_ok()
            .then(|| format!("unix://{socket}"))
    };
    let host = own
        .or_else(rootless)
        .unwrap_or_else(|| "unix:///var/run/docker.sock".to_owned());
    VARIABLES
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), var(name)?)))
        .chain([(DOCKER_HOST.to_owned(), host)])
        .collect()
}

/// Elsewhere containers run in a virtual machine, whose processes do not show.
#[cfg(not(target_os = "linux"))]
pub fn resolve(name: &str) -> Result<u32, String> {
    Err(format!(
        "--container needs Linux: here the container {name} is in a virtual machine; run the doctor inside it (`docker exec`)"
    ))
}

/// Returns a state directory as it is reached from here, below the root of its container. An error says why what is in it
/// cannot be known.
pub(super) fn state_dir(process: Option<&GatewayProcess>, state_dir: &str) -> Result<String, String> {
    let Some(process) = process.filter(|process| process.container.is_some()) else {
        return Ok(state_dir.to_owned());
    };
    let root = std::path::PathBuf::from(format!("/proc/{}/root", process.pid));
    match loading::below(&root, state_dir) {
        Below::Found(path) => Ok(path.to_string_lossy().into_owned()),
        Below::Missing => Ok("/nonexistent".to_owned()),
        Below::Closed => Err("it lies in a container, behind a link or where you may not look".to_owned()),
    }
}

fn inspect(tool: std::path::PathBuf, name: &str, env: Vec<(String, String)>, limit: Duration) -> Cmd {
    let words = ["inspect", "--type", "container", "--format", container::FORMAT, name];
    Cmd {
        args: words.iter().map(|word| (*word).to_owned()).collect(),
        env,
        cap: CAP,
        ..Cmd::new(tool, limit)
    }
}

/// Adds what the engine knows of a container: its name, its Compose project, its unit. An engine of another account is not
/// asked, for it answers for that account alone; Podman would even make folders for an asker who never used it.
pub(super) async fn fill_in(ctx: &Context<'_>, facts: &mut ContainerFacts) {
    let own = match facts.engine.as_str() {
        "podman" => facts.owner == Some(ctx.host.uid),
        _ => true,
    };
    let Some(word) = container::word(facts).filter(|_| own).map(str::to_owned) else {
        return;
    };
    let Some(tool) = ctx.tool(&facts.engine) else { return };
    let mut env = engine_env(|name| ctx.var(name).map(str::to_owned));
    env.extend(ctx.safe_path().map(|path| ("PATH".to_owned(), path)));
    let cmd = inspect(tool, &word, env, ctx.within(LIMIT));
    let Ran::Done(output) = run::run(&cmd).await else {
        return;
    };
    let answer = container::inspected(&facts.engine, &output.text()).filter(|_| output.status == Some(0));
    // A container of the same name on another machine is not this one.
    if let Some(answer) = answer.filter(|answer| facts.id.is_none() || answer.facts.id == facts.id) {
        *facts = ContainerFacts {
            owner: facts.owner,
            port_of_another: facts.port_of_another,
            ..answer.facts
        };
    }
}

#[cfg(target_os = "linux")]
#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testkit::healthy;

    #[test]
    fn an_engine_of_another_machine_is_not_asked() {
        for (given, host) in [
            (None, "unix:///var/run/docker.sock"),
            (Some("tcp://build.example.org:2376"), "unix:///var/run/docker.sock"),
            (Some("ssh://me@build.example.org"), "unix:///var/run/docker.sock"),
            (Some("unix:///run/user/7/docker.sock"), "unix:///run/user/7/docker.sock"),
        ] {
            let env = engine_env(|name| match name {
                DOCKER_HOST => given.map(str::to_owned),
                "DOCKER_CONTEXT" => Some("remote".to_owned()),
                _ => None,
            });
            assert_eq!(env, [(DOCKER_HOST.to_owned(), host.to_owned())], "{given:?}");
        }
    }

    /// Behind a link nothing is known: what lies there is not the same as nothing.
    #[test]
    fn the_state_directory_of_a_container() {
        let place = tempfile::tempdir().unwrap();
        let place = place.path().canonicalize().unwrap();
        std::fs::create_dir(place.join("state")).unwrap();
        std::os::unix::fs::symlink("state", place.join("link")).unwrap();
        let mut process = healthy().processes.gateways[0].clone();
        process.pid = std::process::id();
        let at = |process: &GatewayProcess, name: &str| state_dir(Some(process), &place.join(name).to_string_lossy());
        assert_eq!(
            at(&process, "link"),
            Ok(place.join("link").to_string_lossy().into_owned())
        );
        process.container = Some("docker".to_owned());
        let inside = format!("/proc/{}/root{}", process.pid, place.join("state").display());
        assert_eq!(at(&process, "state"), Ok(inside));
        assert_eq!(at(&process, "gone"), Ok("/nonexistent".to_owned()));
        assert!(at(&process, "link").is_err());
    }
}
