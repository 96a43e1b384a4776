//! Containers as their engines and their monitor processes describe them.

use std::collections::BTreeMap;

use crate::model::snapshot::ContainerFacts;
use crate::parse::proc::gateway_argv::option;
use crate::parse::proc::stat;

/// Engines whose `inspect` is asked for a container by name; Podman's containers are found by their monitor processes.
pub const ENGINES: &[&str] = &["docker", "nerdctl"];

/// What `inspect` is asked for: nothing that may hold a secret but the labels, of which a few known ones are kept.
pub const FORMAT: &str = "{{.Id}}{{\"\\n\"}}{{.Name}}{{\"\\n\"}}{{.State.Pid}}{{\"\\n\"}}{{.State.Running}}{{\"\\n\"}}{{json .Config.Labels}}";

/// What the monitor process of a Podman container says about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Monitor<'a> {
    /// Its id.
    pub id: &'a str,
    /// Its name.
    pub name: &'a str,
}

/// Reads the command line of a conmon. One that was started for a command inside a container says nothing of the container.
pub fn monitor(words: &[String]) -> Option<Monitor<'_>> {
    let program = words.first()?.rsplit('/').next()?;
    let of_command = words
        .iter()
        .any(|word| word == "-e" || word == "--exec" || word.starts_with("--exec-"));
    (program == "conmon" && !of_command).then_some(())?;
    let given = |short, long| option(words, short).or_else(|| option(words, long));
    Some(Monitor {
        id: given("-c", "--cid")?,
        name: given("-n", "--name")?,
    })
}

/// Returns whether an engine takes this as the name or the id of a container; anything else could be an option to it.
pub fn is_name(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    text.starts_with(|c: char| c.is_ascii_alphanumeric()) && text.len() <= 253 && text.chars().all(plain)
}

/// Returns whether a container of this id and name is the one asked for: by its name, or by the begin of its id.
pub fn is_called(asked: &str, id: &str, name: &str) -> bool {
    asked == name || is_id(asked) && id.starts_with(asked)
}

/// Returns whether a word is a container's id, or as much of it as engines show.
pub fn is_id(word: &str) -> bool {
    (12..=64).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

/// What an engine's `inspect` answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspected {
    /// Its first process; none while it does not run.
    pub pid: Option<u32>,
    /// What is known of it.
    pub facts: ContainerFacts,
}

/// Reads an answer to [`FORMAT`].
pub fn inspected(engine: &str, text: &str) -> Option<Inspected> {
    let mut lines = text.lines();
    let id = lines.next()?.trim();
    let name = lines.next()?.trim().trim_start_matches('/');
    let pid: u32 = lines.next()?.trim().parse().ok()?;
    let running = lines.next()?.trim() == "true";
    let labels: Option<BTreeMap<String, String>> = serde_json::from_str(lines.next().unwrap_or("null")).ok()?;
    let labels = labels.unwrap_or_default();
    let label = |name: &str| {
        labels
            .get(name)
            .map(|value| plain(value))
            .filter(|value| !value.is_empty())
    };
    let folder = label("com.docker.compose.project.working_dir");
    let files = label("com.docker.compose.project.config_files").unwrap_or_default();
    let full = |file: &str| match &folder {
        Some(folder) if !file.starts_with('/') => format!("{folder}/{file}"),
        _ => file.to_owned(),
    };
    Some(Inspected {
        pid: Some(pid).filter(|pid| running && *pid > 0),
        facts: ContainerFacts {
            engine: engine.to_owned(),
            id: Some(id.to_owned()).filter(|id| is_id(id)),
            name: Some(name.to_owned()).filter(|name| is_name(name)),
            asked: true,
            compose_service: label("com.docker.compose.service"),
            compose_files: files
                .split(',')
                .map(str::trim)
                .filter(|file| !file.is_empty())
                .map(full)
                .collect(),
            unit: label("PODMAN_SYSTEMD_UNIT"),
            port_of_another: false,
            owner: None,
        },
    })
}

fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(4096).collect()
}

/// Returns how the container is called in a sentence: `the container gw (Podman)`.
pub fn called(kind: &str, facts: Option<&ContainerFacts>) -> String {
    let engine = match facts.map_or(kind, |facts| facts.engine.as_str()) {
        "docker" => "Docker",
        "podman" => "Podman",
        "kubernetes" => "Kubernetes",
        other => other,
    };
    match facts.and_then(word) {
        Some(word) => format!("the container {word} ({engine})"),
        None => format!("a container ({engine})"),
    }
}

/// Returns whether this process is in a container and process 1 is outside of it, and in none: the host's processes are to be seen
/// from the container. `marked` where the root has an engine's marker file; the two texts are `/proc/PID/cgroup`.
pub fn is_beside(marked: bool, own: &str, first: &str) -> bool {
    let named = stat::container(own).is_some();
    // A path outside of this process's own cgroup namespace.
    let outside = first
        .lines()
        .any(|line| line.rsplit(':').next().is_some_and(|path| path.starts_with("/..")));
    (marked && outside || named) && stat::container(first).is_none()
}

/// Returns what commands call a container: its name, else the begin of its id.
pub fn word(facts: &ContainerFacts) -> Option<&str> {
    let short = || facts.id.as_deref().and_then(|id| id.get(..12));
    facts.name.as_deref().or_else(short)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    #[test]
    fn a_monitor_names_its_container_and_one_of_a_command_does_not() {
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let of = |text: &str| monitor(&words(text)).map(|one| (one.id.to_owned(), one.name.to_owned()));
        let gw = Some(("ab".to_owned(), "gw".to_owned()));
        for (line, wanted) in [
            (
                "/usr/bin/conmon --api-version 1 -c ab -u ab -r /usr/bin/crun -n gw --exit-dir /run",
                gw.clone(),
            ),
            ("/usr/libexec/podman/conmon --cid ab --name gw", gw.clone()),
            ("conmon --cid=ab --name=gw", gw),
            (
                "/usr/bin/conmon --api-version 1 -c ab -n gw --exec-attach -e --exec-process-spec /x",
                None,
            ),
            ("/usr/bin/conmon -c ab -n gw -e", None),
            ("/usr/bin/conmon -c ab", None),
            ("/usr/bin/node -c ab -n gw", None),
            ("vi conmon -c ab -n gw", None),
        ] {
            assert_eq!(of(line), wanted, "{line}");
        }
    }

    #[test]
    fn a_container_with_the_processes_of_its_host_is_beside_it() {
        let docker = format!("0::/system.slice/docker-{ID}.scope\n");
        let pod = format!("0::/../cri-containerd-{ID}.scope\n");
        let old = format!("12:cpu:/docker/{ID}\n1:name=systemd:/docker/{ID}\n");
        for (marked, own, first, beside) in [
            // `--pid=host`, with a cgroup namespace of its own, and without one.
            (true, "0::/\n", "0::/../../init.scope\n", true),
            (true, &docker, "0::/init.scope\n", true),
            (false, &docker, "0::/init.scope\n", true),
            (true, &old, "12:cpu:/\n1:name=systemd:/init.scope\n", true),
            // Processes of its own, a systemd among them.
            (true, "0::/\n", "0::/\n", false),
            (true, "0::/system.slice/x.service\n", "0::/init.scope\n", false),
            (true, &docker, &docker, false),
            (true, &docker, &format!("{}/init.scope\n", docker.trim_end()), false),
            // The processes of another container: a pod that shares them, `--pid=container:NAME`.
            (true, "0::/\n", &pod, false),
            (false, &pod, &pod, false),
            // No container; a service of the machine.
            (false, "0::/system.slice/x.service\n", "0::/init.scope\n", false),
            (false, "0::/user.slice\n", "0::/../init.scope\n", false),
            (false, "", "", false),
        ] {
            assert_eq!(is_beside(marked, own, first), beside, "{own:?} {first:?}");
        }
    }

    #[test]
    fn names_are_those_an_engine_takes() {
        for good in ["gw", "openclaw-openclaw-gateway-1", "a.b_c", "0123456789ab"] {
            assert!(is_name(good), "{good}");
        }
        for bad in ["", "--all", "-f", "a b", "a/b", "a;b", "ä", "$(x)", ".hidden", "a\nb"] {
            assert!(!is_name(bad), "{bad}");
        }
        assert!(is_called("gw", ID, "gw") && is_called(&ID[..12], ID, "gw") && is_called(ID, ID, "gw"));
        for other in ["g", "gw2", "0123", "f23456789abc"] {
            assert!(!is_called(other, ID, "gw"), "{other}");
        }
    }

    #[test]
    fn labels_say_who_made_it_and_no_other_label_is_kept() {
        let labels = r#"{"com.docker.compose.service":"gateway","com.docker.compose.project.working_dir":"/srv/oc","com.docker.compose.project.config_files":"compose.yaml,/srv/oc/extra.yaml","secret":"sk-ant-x"}"#;
        let made = inspected("docker", &format!("{ID}\n/oc-gateway-1\n42\ntrue\n{labels}\n")).unwrap();
        assert_eq!((made.pid, made.facts.name.as_deref()), (Some(42), Some("oc-gateway-1")));
        assert_eq!(made.facts.compose_service.as_deref(), Some("gateway"));
        assert_eq!(made.facts.compose_files, ["/srv/oc/compose.yaml", "/srv/oc/extra.yaml"]);
        assert!(!format!("{made:?}").contains("sk-ant"));
        let unit = inspected(
            "podman",
            &format!("{ID}\ngw\n42\ntrue\n{{\"PODMAN_SYSTEMD_UNIT\":\"gw.service\"}}"),
        );
        assert_eq!(unit.unwrap().facts.unit.as_deref(), Some("gw.service"));
        for (text, pid) in [
            ("42\ntrue\nnull", Some(42)),
            ("0\nfalse\n{}", None),
            ("42\nfalse\nnull", None),
        ] {
            assert_eq!(
                inspected("podman", &format!("{ID}\ngw\n{text}")).unwrap().pid,
                pid,
                "{text}"
            );
        }
        for broken in ["", "x", "a\nb\nc\nd\ne", "a\nb\n7\ntrue\n[1]"] {
            assert_eq!(inspected("docker", broken), None, "{broken}");
        }
    }

    #[test]
    fn it_is_called_by_its_name_else_its_id_else_by_its_engine() {
        let mut facts = ContainerFacts {
            engine: "podman".to_owned(),
            id: Some(ID.to_owned()),
            name: Some("gw".to_owned()),
            ..ContainerFacts::default()
        };
        assert_eq!(called("podman", Some(&facts)), "the container gw (Podman)");
        facts.name = None;
        assert_eq!(called("podman", Some(&facts)), "the container 0123456789ab (Podman)");
        assert_eq!(called("docker", None), "a container (Docker)");
    }
}
