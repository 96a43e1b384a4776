//! Containers seen from their host: those of a Compose project, and those that somebody made alone.

use super::{Commands, Intent, Kind, USUAL_NAME, quote};
use crate::model::snapshot::{ContainerFacts, DefinitionFile, DefinitionRole, GatewayProcess, Snapshot};
use crate::platform::container;

/// A container that no Compose project made, as its engine says; commands name it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Alone<'a> {
    facts: &'a ContainerFacts,
    process: &'a GatewayProcess,
    word: &'a str,
}

/// Returns the container of the examined Gateway where it was made without Compose.
pub(crate) fn alone(snapshot: &Snapshot) -> Option<Alone<'_>> {
    let processes = &snapshot.processes;
    let process = processes.gateways.get(processes.examined?)?;
    let facts = process.contained.as_ref()?;
    let is_alone = facts.asked && facts.compose_service.is_none() && facts.compose_files.is_empty();
    let word = container::word(facts).filter(|_| is_alone)?;
    Some(Alone { facts, process, word })
}

impl<'a> Alone<'a> {
    /// What commands call it.
    pub(crate) fn word(self) -> &'a str {
        self.word
    }

    fn engine(self) -> &'a str {
        &self.facts.engine
    }

    /// The unit that starts it is what starts it again: Podman removes the container of a quadlet when it ends.
    fn by_unit(self, verb: &str) -> Option<String> {
        let unit = quote(self.facts.unit.as_deref()?);
        let head = match self.facts.owner {
            Some(0) => "sudo systemctl",
            _ => "systemctl --user",
        };
        Some(format!("{head} {verb} {unit}"))
    }

    pub(super) fn restart(self) -> String {
        self.by_unit("restart")
            .unwrap_or_else(|| format!("{} restart {}", self.engine(), self.word))
    }

    pub(super) fn start(self) -> String {
        self.by_unit("start")
            .unwrap_or_else(|| format!("{} start {}", self.engine(), self.word))
    }

    pub(super) fn status(self) -> String {
        self.by_unit("status")
            .unwrap_or_else(|| format!("{} ps --all --filter name={}", self.engine(), self.word))
    }

    pub(super) fn logs(self) -> String {
        format!("{} logs --tail 50 {}", self.engine(), self.word)
    }

    /// A command of the CLI inside it. The image may have no `openclaw` on PATH; the package it runs is known.
    pub(super) fn openclaw(self, words: &str) -> String {
        let package = self
            .process
            .script
            .as_deref()
            .and_then(|script| script.split_once("/dist/"));
        let program = match package {
            Some((dir, _)) => format!("node {}", quote(&format!("{dir}/dist/index.js"))),
            None => "openclaw".to_owned(),
        };
        format!("{} exec {} {program} {words}", self.engine(), self.word)
    }

    /// The command that adds what comes on its standard input to a file inside, after a `sed` script where lines are to go
    /// first. The account and the folder are those of the Gateway, whatever the host calls them.
    pub(super) fn append(self, file: &str, sed: Option<&str>) -> String {
        let file = quote(file);
        let first = sed.map_or_else(String::new, |script| format!("sed -i {} {file}; ", quote(script)));
        let script = format!("umask 077; {first}cat >> {file}");
        format!("{} exec -i {} sh -c {}", self.engine(), self.word, quote(&script))
    }

    /// How it is given another value: it keeps what it was made with. The old one is put aside, for what it holds outside of
    /// volumes goes with it.
    pub(super) fn remake(self, name: &str, intent: Intent) -> String {
        let (engine, word) = (self.engine(), self.word);
        let change = match intent {
            Intent::Correct => format!("with the right -e {name} or --env-file"),
            Intent::Remove => format!("without {name}"),
        };
        format!(
            "# {engine} stop {word}, {engine} rename {word} {word}-old (what is on no volume stays in it), then {engine} run as \
             before {change}"
        )
    }

    /// Whether a definition is that of its unit.
    pub(super) fn is_defined_by(self, file: &DefinitionFile) -> bool {
        file.role == DefinitionRole::Quadlet
            && self.facts.unit.is_some()
            && super::source::quadlet_unit(file).as_deref() == self.facts.unit.as_deref()
    }
}

impl<'a> Commands<'a> {
    /// The container that is examined from its host, where no Compose project made it.
    pub(crate) fn alone(&self) -> Option<Alone<'a>> {
        let contained = matches!(self.kind, Kind::Docker | Kind::Podman);
        alone(self.snapshot).filter(|_| contained)
    }

    fn facts(&self) -> Option<&'a ContainerFacts> {
        self.process?.contained.as_ref()
    }

    /// The head of a Compose command, with the file where it was found.
    pub(super) fn compose(&self) -> String {
        let tool = self.container_tool();
        let labelled = self
            .facts()
            .map(|facts| facts.compose_files.as_slice())
            .unwrap_or_default();
        let found = self.compose_file().filter(|_| !self.is_inside()).map(|file| &file.path);
        let files = match labelled.is_empty() {
            true => found.into_iter().collect::<Vec<_>>(),
            false => labelled.iter().collect(),
        };
        let given: String = files
            .iter()
            .map(|file| format!(" -f {}", quote(&self.tilde(file))))
            .collect();
        format!("{tool} compose{given}")
    }

    fn compose_file(&self) -> Option<&'a DefinitionFile> {
        let mut files = self.snapshot.processes.definitions.iter();
        files.find(|file| file.role == DefinitionRole::Compose)
    }

    pub(super) fn compose_service(&self) -> &'a str {
        let labelled = self.facts().and_then(|facts| facts.compose_service.as_deref());
        let named = || self.compose_file().and_then(|file| file.service.as_deref());
        // A label of an image and a line of a file may hold anything; what a shell would read otherwise is not typed.
        let given = labelled.or_else(named).filter(|name| container::is_name(name));
        given.unwrap_or(USUAL_NAME)
    }

    /// The program that runs the container.
    pub(super) fn container_tool(&self) -> &'a str {
        let inside_podman = self.snapshot.host.container.as_deref() == Some("podman");
        match (self.kind, self.facts()) {
            (Kind::Docker | Kind::Podman, Some(facts)) => &facts.engine,
            (Kind::Podman, None) => "podman",
            (Kind::InsideContainer, _) if inside_podman => "podman",
            _ => "docker",
        }
    }
}

#[cfg(test)]
#[path = "container_tests.rs"]
mod tests;
