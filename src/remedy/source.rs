//! Correcting a value where the process is given it: at its supervisor, its container, its shell. What stands there beats
//! every `.env`, so nothing below it would help.

use super::kind::Intent;
use super::{Commands, Kind, prompt, quote};
use crate::model::snapshot::{Assignment, DefinitionFile, DefinitionRole, Link, LinkKind};
use crate::platform::hosted::Platform;

impl<'a> Commands<'a> {
    /// Returns how a value is corrected or removed that the running process was started with: a sentence, and the
    /// commands up to and including the restart.
    pub fn at_source(&self, name: &str, intent: Intent) -> (String, Vec<String>) {
        let verb = intent.verb();
        if let Some((file, assign)) = self.definition_of(name) {
            return self.in_definition(name, intent, file, assign);
        }
        match self.kind {
            Kind::Pm2 => (
                format!("pm2 keeps the {name} it was given at the first start. Give it the right value once"),
                vec![self.pm2_value(name)],
            ),
            Kind::Supervisord => (
                format!("{verb} {name} in `environment=` of its [program:…] section"),
                vec![
                    format!(
                        "{}grep -rls openclaw /etc/supervisor /etc/supervisord.conf",
                        self.sudo()
                    ),
                    self.reload_definition(None),
                ],
            ),
            Kind::Runit | Kind::S6 => (
                format!(
                    "{verb} {name} in the `run` script of its service directory, or in the env dir that this script names"
                ),
                vec![self.restart()],
            ),
            Kind::Docker | Kind::Podman if self.alone().is_some() => self.in_engine(name, intent),
            Kind::Docker | Kind::Podman | Kind::InsideContainer => (
                format!(
                    "{}{verb} {name} in `environment:` or the `env_file:` of its Compose service; a container made by \
                     `{} run` has to be made again with the right `-e`",
                    if self.is_inside() { "On the host: " } else { "" },
                    self.container_tool(),
                ),
                vec![self.restart()],
            ),
            Kind::Kubernetes => (
                format!("{verb} {name} in the Secret or the `env:` of its Deployment"),
                vec![self.put_in_dotenv(name, ""), self.restart()],
            ),
            Kind::Hosted(platform) => (
                format!("{verb} {name} in {}", platform.facts().place),
                vec![match platform {
                    Platform::Fly => self.put_in_dotenv(name, ""),
                    _ => self.restart(),
                }],
            ),
            _ => match crate::resolve::open_link(self.snapshot, name) {
                Some(link) => self.in_wrapper(name, intent, link),
                None => self.in_shell(name, intent),
            },
        }
    }

    fn in_wrapper(&self, name: &str, intent: Intent, link: &Link) -> (String, Vec<String>) {
        let program = self.tilde(&link.program);
        let line = link
            .assigns
            .iter()
            .find(|assign| assign.name == name)
            .map(|assign| assign.line);
        let open = |line: Option<u32>, file: &str| match line {
            Some(line) => format!("${{EDITOR:-nano}} +{line} {}", quote(file)),
            None => format!("${{EDITOR:-nano}} {}", quote(file)),
        };
        // A script is opened itself; of another program, the definition that says what it runs.
        let definition = crate::resolve::service(self.snapshot).and_then(|service| service.exec.place.as_ref());
        let (open, of) = match (link.kind, definition) {
            (LinkKind::Script, _) => (Some(open(line, &program)), program.clone()),
            (_, Some(place)) => {
                let file = self.tilde(&place.path);
                (Some(open(place.line, &file)), format!("what {program} runs"))
            }
            _ => (None, format!("what {program} runs")),
        };
        (
            format!("{} {name} in {of}, whose value beats every .env", intent.verb()),
            open.into_iter().chain([self.restart()]).collect(),
        )
    }

    /// A container keeps the variables that it was made with.
    fn in_engine(&self, name: &str, intent: Intent) -> (String, Vec<String>) {
        let word = self.alone().map_or("", |alone| alone.word());
        let verb = intent.verb();
        let said = match intent {
            Intent::Correct => "with the right one",
            Intent::Remove => "without it",
        };
        (
            format!("{verb} {name} where the container {word} was given it: create it again {said}"),
            self.alone()
                .map(|alone| alone.remake(name, intent))
                .into_iter()
                .collect(),
        )
    }

    /// The file that gives the examined process this variable, where one was found.
    fn definition_of(&self, name: &str) -> Option<(&'a DefinitionFile, &'a Assignment)> {
        let role = |file: &&DefinitionFile| match self.kind {
            Kind::Pm2 => file.role == DefinitionRole::Ecosystem,
            Kind::Supervisord => file.role == DefinitionRole::Supervisord,
            Kind::Runit | Kind::S6 => matches!(file.role, DefinitionRole::RunScript | DefinitionRole::EnvDir),
            Kind::Docker | Kind::Podman => matches!(file.role, DefinitionRole::Compose | DefinitionRole::Quadlet),
            _ => false,
        };
        // Of a container made alone only its own unit speaks; the Compose projects beside it are those of others.
        let own = |file: &&DefinitionFile| self.alone().is_none_or(|alone| alone.is_defined_by(file));
        let files = self.snapshot.processes.definitions.iter().filter(role).filter(own);
        files
            .flat_map(|file| file.assigns.iter().map(move |assign| (file, assign)))
            .find(|(_, assign)| assign.name == name)
    }

    fn in_definition(
        &self,
        name: &str,
        intent: Intent,
        file: &DefinitionFile,
        assign: &Assignment,
    ) -> (String, Vec<String>) {
        let path = self.tilde(&file.path);
        let quoted = quote(&path);
        let restart = match intent {
            Intent::Correct => self.reload_definition(Some(file)),
            Intent::Remove => self.reload_without(file),
        };
        if file.role == DefinitionRole::EnvDir {
            let change = match intent {
                Intent::Correct => self.in_env_dir(name, &file.path),
                Intent::Remove => format!("{}rm {quoted}", self.sudo()),
            };
            return (
                format!("{} {path}, which gives it", intent.verb()),
                vec![change, restart],
            );
        }
        let roots = file.path.starts_with("/etc/") && !self.sudo().is_empty();
        let open = match roots {
            true => format!("sudoedit {quoted}"),
            false => format!("${{EDITOR:-nano}} +{} {quoted}", assign.line),
        };
        (
            format!("{} {name} in {path}:{}, which gives it", intent.verb(), assign.line),
            vec![open, restart],
        )
    }

    /// Returns the command that brings an edit of a definition to the Gateway.
    pub fn reload_definition(&self, file: Option<&DefinitionFile>) -> String {
        match (self.kind, file) {
            (Kind::Pm2, Some(file)) => format!("pm2 restart {} --update-env", quote(&self.tilde(&file.path))),
            (Kind::Supervisord, _) => format!("{} update", self.supervisorctl()),
            (Kind::Docker | Kind::Podman, Some(file)) if file.role == DefinitionRole::Quadlet => {
                let unit = quote(&quadlet_unit(file).unwrap_or_default());
                let owner = self.process().and_then(|process| process.contained.as_ref()?.owner);
                match owner.map_or(file.path.starts_with("/etc/"), |owner| owner == 0) {
                    true => format!("sudo systemctl daemon-reload && sudo systemctl restart {unit}"),
                    false => format!("systemctl --user daemon-reload && systemctl --user restart {unit}"),
                }
            }
            _ => self.restart(),
        }
    }

    /// Returns the command after a variable went out of a definition: pm2 adds to what it keeps and takes nothing away; only a
    /// new entry forgets a variable.
    pub fn reload_without(&self, file: &DefinitionFile) -> String {
        match self.kind {
            Kind::Pm2 => format!(
                "pm2 delete {} && pm2 start {} && pm2 save",
                self.supervised_name(),
                quote(&self.tilde(&file.path))
            ),
            _ => self.reload_definition(Some(file)),
        }
    }

    /// Returns the command that writes a file of an env dir.
    pub fn in_env_dir(&self, name: &str, path: &str) -> String {
        let (read, quoted) = (self.ask(name), quote(&self.tilde(path)));
        match self.sudo() {
            "" => format!("{read}printf '%s\\n' \"$KEY\" > {quoted}"),
            _ => format!("{read}printf '%s\\n' \"$KEY\" | sudo tee {quoted} >/dev/null"),
        }
    }

    /// A value typed in once, handed to pm2, which keeps it.
    fn pm2_value(&self, name: &str) -> String {
        format!(
            "{}env {name}=\"$KEY\" pm2 restart {} --update-env && pm2 save",
            self.ask(name),
            self.supervised_name()
        )
    }

    fn ask(&self, name: &str) -> String {
        prompt::ask("KEY", &prompt::name_of(self.snapshot, name))
    }

    /// A Gateway started in a terminal has the value of that shell.
    fn in_shell(&self, name: &str, intent: Intent) -> (String, Vec<String>) {
        let files = self.snapshot.startup_files.iter();
        let place = files
            .flat_map(|file| file.assigns.iter().map(move |assign| (file, assign)))
            .find(|(_, assign)| assign.name == name);
        match place {
            Some((file, assign)) => {
                let path = self.tilde(&file.path);
                (
                    format!(
                        "{} {name} in {path}:{}, then start the Gateway from a new shell",
                        intent.verb(),
                        assign.line
                    ),
                    vec![
                        format!("${{EDITOR:-nano}} +{} {}", assign.line, quote(&path)),
                        self.restart(),
                    ],
                )
            }
            None => (
                format!(
                    "{} {name} in the shell that starts the Gateway, and start it again from there",
                    intent.verb()
                ),
                vec![format!("unset {name}"), self.restart()],
            ),
        }
    }
}

/// The unit that is made from a quadlet, or from the quadlet that hands a file of variables over.
pub(super) fn quadlet_unit(file: &DefinitionFile) -> Option<String> {
    if let Some(unit) = file.service.as_deref().filter(|name| name.ends_with(".service")) {
        return Some(unit.to_owned());
    }
    let stem = file.path.rsplit('/').next()?.strip_suffix(".container")?;
    Some(format!("{stem}.service"))
}

#[cfg(test)]
#[path = "source_tests.rs"]
mod tests;
