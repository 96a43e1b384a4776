//! Which Node and which OpenClaw are the Gateway's.

use crate::base::fact::Fact;
use crate::model::snapshot::{Program, ProgramUse, Programs, Snapshot};

/// The programs in reach, where they were looked for.
pub fn programs(snapshot: &Snapshot) -> Option<&Programs> {
    snapshot.install.programs.get()
}

/// The Node that the Gateway is started with: by the service, else by hand. None where a service
/// starts something else, such as a shell or another runtime.
pub fn gateway_node(snapshot: &Snapshot) -> Option<&Program> {
    let found = &programs(snapshot)?.found;
    let node_of = |by: ProgramUse| found.iter().find(|one| one.name == "node" && one.uses.contains(&by));
    if super::service(snapshot).is_some() {
        return node_of(ProgramUse::Service);
    }
    match super::process(snapshot) {
        Some(_) => node_of(ProgramUse::Process),
        None => node_of(ProgramUse::ShellPath),
    }
}

/// The version of that Node and the range the package names; a fact, since both can be missing.
pub fn node_and_range(snapshot: &Snapshot) -> Fact<(&Program, &str, &str)> {
    let programs = match &snapshot.install.programs {
        Fact::Known { value } => value,
        other => return Fact::not_asked(other.why_unknown().unwrap_or("the programs are not known")),
    };
    let Some(range) = programs.node_range.as_deref() else {
        return Fact::not_asked("no package of OpenClaw was found that says which Node it needs");
    };
    let Some(node) = gateway_node(snapshot) else {
        return Fact::not_asked("no Node was found that the Gateway is started with");
    };
    match &node.version {
        Fact::Known { value } => Fact::known((node, value, range)),
        other => {
            let why = other.why_unknown().unwrap_or("nothing tells its version");
            Fact::unreadable(
                format!("the version of {}: {why}", node.path),
                format!("{} --version", node.path),
            )
        }
    }
}
