//! Supervisors that are no service manager: what gives them orders, and what they call the Gateway.

use super::{Commands, Kind, USUAL_NAME, quote};
use crate::model::snapshot::{DefinitionFile, DefinitionRole};

/// Configs that supervisorctl finds without being told.
const FOUND_BY_ITSELF: &[&str] = &["/etc/supervisord.conf", "/etc/supervisor/supervisord.conf"];

impl Commands<'_> {
    /// Supervisors take orders from their own account and from root. Where there is root already, or no sudo, there is no such
    /// word.
    pub(super) fn sudo(&self) -> &'static str {
        let process = self.process;
        let by_place = match self.kind {
            Kind::Supervisord => process
                .and_then(|one| one.service_dir.as_deref())
                .is_some_and(|path| path.starts_with("/etc/")),
            _ => process.is_some_and(|one| one.service_dir.is_none()),
        };
        let owner = process.and_then(|one| one.supervisor_uid);
        let foreign = owner.map_or(by_place, |owner| owner != self.snapshot.host.uid);
        if foreign && self.snapshot.host.uid != 0 && !self.is_inside() {
            "sudo "
        } else {
            ""
        }
    }

    /// The head of an order to supervisord, which is asked by the file that it was started with.
    pub(super) fn supervisorctl(&self) -> String {
        let config = self.process.and_then(|one| one.service_dir.as_deref());
        let option = config
            .filter(|path| !FOUND_BY_ITSELF.contains(path))
            .map_or_else(String::new, |path| format!(" -c {}", quote(&self.tilde(path))));
        format!("{}supervisorctl{option}", self.sudo())
    }

    /// The directory of a runit or s6 service, else its name.
    pub(super) fn service_dir(&self) -> String {
        // A supervisor stands in the folder of its service; one that stands in `/` tells nothing.
        let process = self.process;
        let tells = |dir: &&str| !dir.trim_matches('/').is_empty();
        let dir = process.and_then(|one| one.service_dir.as_deref().filter(tells));
        let run = |file: &&DefinitionFile| file.role == DefinitionRole::RunScript;
        let script = self.snapshot.processes.definitions.iter().find(run);
        let found = script.and_then(|file| file.path.strip_suffix("/run").filter(tells));
        let name = process.and_then(|one| one.service_name.as_deref());
        match (dir.or(found), self.kind, process) {
            (Some(known), ..) => quote(&self.tilde(known)),
            // s6 takes a path alone. The supervisor that is the Gateway's parent stands in it.
            (None, Kind::S6, Some(process)) => format!(
                "\"$({}readlink /proc/$(ps -o ppid= -p {} | tr -d ' ')/cwd)\"",
                self.sudo(),
                process.pid
            ),
            _ => name.map_or_else(|| USUAL_NAME.to_owned(), |name| quote(&self.tilde(name))),
        }
    }

    /// What pm2 and supervisord call the Gateway: both tell it to their processes.
    pub(super) fn supervised_name(&self) -> String {
        let told = |name: &str| {
            let bindings = self.process?.initial.get()?;
            let value = bindings.iter().find(|one| one.name == name)?.value.public.as_deref()?;
            let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
            let fits =
                value.len() <= 64 && value.starts_with(|c: char| c.is_ascii_alphanumeric()) && value.chars().all(plain);
            fits.then(|| value.to_owned())
        };
        let found = match self.kind {
            Kind::Pm2 => told("pm_id"),
            Kind::Supervisord => told("SUPERVISOR_PROCESS_NAME").map(|name| match told("SUPERVISOR_GROUP_NAME") {
                Some(group) if group != name => format!("{group}:{name}"),
                _ => name,
            }),
            _ => None,
        };
        found.unwrap_or_else(|| USUAL_NAME.to_owned())
    }
}

#[cfg(test)]
#[path = "supervisor_tests.rs"]
mod tests;
