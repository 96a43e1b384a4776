//! `node-version-manager-path`: the service depends on a folder of nvm, fnm, volta and the like.

use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Certainty, Finding, Severity};
use crate::model::snapshot::{ProgramUse, Programs};
use crate::platform::node;
use crate::resolve;

pub(crate) const CHECK: Check = Check {
    id: "node-version-manager-path",
    title: "the service does not depend on a folder of a version manager",
    group: Group::Service,
    severity: Severity::Warning,
    needs: &[Need::Service, Need::Programs, Need::Definition],
    causes: &[],
    docs: "nvm, fnm, volta, asdf and mise keep every version of Node in a folder of its own. A service that names such a \
folder, in its command or in its PATH, starts until that version is removed. fnm also makes a folder for each shell, which \
is gone when the shell ends.\n\n\
A folder that is gone is a warning where the service finds no Node without it, because plugins and tools are started \
through that PATH. A folder that is there is only noted.\n\n\
Fix: make a Node outside of those folders the first one on your PATH (`/usr/bin/node`, Homebrew's `bin/node`), then \
`openclaw gateway install --force`.\n\n\
Example: `ExecStart=~/.nvm/versions/node/v24.16.0/bin/node …` and `Environment=PATH=~/.nvm/versions/node/v22.4.0/bin:…`.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let (Some(service), Some(programs)) = (case.service(), resolve::programs(case.snapshot)) else {
        return Vec::new();
    };
    // A program that is gone has a finding of its own.
    let program = service
        .exec
        .program
        .as_deref()
        .filter(|_| service.exec.program_exists != Some(false));
    let kept = program.and_then(|path| Some((path, node::version_manager(path)?)));
    if let Some((path, tool)) = kept.filter(|(path, _)| node::is_of_one_shell(path)) {
        return vec![of_one_shell(case, path, tool)];
    }
    let gone: Vec<(&str, &str)> = programs
        .vanished
        .iter()
        .filter_map(|folder| Some((folder.as_str(), node::version_manager(folder)?)))
        .collect();
    if let Some((_, tool)) = gone.first() {
        return vec![vanished(case, &gone, tool, finds_node(programs))];
    }
    kept.map(|(path, tool)| versioned(case, path, tool))
        .into_iter()
        .collect()
}

fn finds_node(programs: &Programs) -> bool {
    let mut found = programs.found.iter();
    found.any(|one| one.name == "node" && one.uses.contains(&ProgramUse::ServicePath))
}

fn of_one_shell(case: &CheckContext<'_>, path: &str, tool: &str) -> Finding {
    let shown = case.tilde(path);
    start(case, Severity::Warning, format!("The service starts {shown}, which ends with one shell"))
        .certainty(Certainty::Likely)
        .detail(format!(
            "{tool} made this folder for the shell that installed the service. When that shell ends, or at the next boot, the \
             folder is gone and the Gateway cannot start."
        ))
        .at(place(case), format!("names {shown}"))
}

fn vanished(case: &CheckContext<'_>, gone: &[(&str, &str)], tool: &str, finds_node: bool) -> Finding {
    let (severity, effect) = if finds_node {
        (
            Severity::Info,
            "The service still finds a Node in the rest of its PATH, perhaps of another version.",
        )
    } else {
        (
            Severity::Warning,
            "The rest of its PATH has no Node, so plugins and tools that the Gateway starts by name do not start.",
        )
    };
    let title = format!(
        "The PATH of {} names a folder of {tool} that is gone",
        case.gateway_name()
    );
    let mut finding = start(case, severity, title).detail(format!(
        "{tool} removes the folder together with the version in it. {effect}"
    ));
    for (folder, _) in gone.iter().take(4) {
        finding = finding.seen(format!("{} does not exist", case.tilde(folder)));
    }
    finding
}

fn versioned(case: &CheckContext<'_>, path: &str, tool: &str) -> Finding {
    let shown = case.tilde(path);
    let detail = if node::is_shim(path) {
        format!("This is a shim of {tool}, which picks a version by the folder it is started in.")
    } else {
        format!("It works until {tool} removes this version, as an upgrade may do.")
    };
    start(
        case,
        Severity::Info,
        format!("The service starts a Node of {tool}: {shown}"),
    )
    .detail(detail)
    .at(place(case), format!("names {shown}"))
}

fn start(case: &CheckContext<'_>, severity: Severity, title: String) -> Finding {
    finding(CHECK.id, severity, title).fix(
        "Make a Node outside of such folders the first one on your PATH, then regenerate the service definition.",
        [case.commands().reinstall()],
    )
}

fn place<'a>(case: &'a CheckContext<'_>) -> Option<&'a crate::model::snapshot::Place> {
    case.service().and_then(|service| service.exec.place.as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testkit::{findings, healthy, programs, words};
    use crate::model::snapshot::Snapshot;

    fn starts(path: &str) -> Snapshot {
        let mut snapshot = healthy();
        snapshot.services.services[0].exec.program = Some(path.to_owned());
        snapshot
    }

    #[test]
    fn each_dependency_has_its_weight() {
        let cases = [
            (
                "/run/user/1000/fnm_multishells/81_17/bin/node",
                Severity::Warning,
                "ends with one shell",
            ),
            (
                "/home/me/.nvm/versions/node/v24.16.0/bin/node",
                Severity::Info,
                "until nvm removes",
            ),
            ("/home/me/.asdf/shims/node", Severity::Info, "picks a version"),
        ];
        for (path, severity, part) in cases {
            let found = findings(&CHECK, &starts(path));
            assert_eq!(found[0].severity, severity, "{path}");
            let text = words(&found[0]);
            assert!(
                text.contains(part) && text.contains("openclaw gateway install --force"),
                "{text}"
            );
        }
        assert!(findings(&CHECK, &starts("/usr/bin/node")).is_empty());
    }

    #[test]
    fn a_folder_of_the_path_that_is_gone() {
        let mut snapshot = healthy();
        programs(&mut snapshot).vanished = vec!["/home/me/bin".to_owned(), "/home/me/.volta/bin".to_owned()];
        let found = findings(&CHECK, &snapshot);
        assert_eq!(found[0].severity, Severity::Info);
        assert!(words(&found[0]).contains("~/.volta/bin does not exist"));
        programs(&mut snapshot).found[0].uses = vec![ProgramUse::Service];
        assert_eq!(findings(&CHECK, &snapshot)[0].severity, Severity::Warning);
        programs(&mut snapshot).vanished.pop();
        assert!(findings(&CHECK, &snapshot).is_empty());
    }

    #[test]
    fn a_program_that_is_gone_is_left_to_its_own_check() {
        let mut snapshot = starts("/home/me/.nvm/versions/node/v24.16.0/bin/node");
        snapshot.services.services[0].exec.program_exists = Some(false);
        assert!(findings(&CHECK, &snapshot).is_empty());
    }
}
