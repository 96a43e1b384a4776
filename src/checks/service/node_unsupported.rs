//! `node-unsupported`: the installed OpenClaw does not support the Node that starts the Gateway.

use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Certainty, Finding, Severity};
use crate::model::snapshot::{Program, ProgramUse};
use crate::parse::semver;
use crate::resolve;

pub(crate) const CHECK: Check = Check {
    id: "node-unsupported",
    title: "this OpenClaw supports the Node that starts the Gateway",
    group: Group::Service,
    severity: Severity::Error,
    needs: &[Need::Node, Need::Definition],
    causes: &["service-crash-loop", "service-not-running", "gateway-silent"],
    docs: "Every release of OpenClaw names the Node it needs in its package.json (`engines.node`). npm installs it on an \
older Node all the same; the Gateway then refuses to start, or runs without the guarantee of the release.\n\n\
The doctor runs no Node. It reads the version from the headers beside the program, from the manifest of the npm package \
`node`, from Debian's list of packages, or from the path. Where none of them tells, this check is not decided.\n\n\
Fix: install a Node that the release supports, then `openclaw gateway install --force`, which writes its path into the \
service.\n\n\
Example: `ExecStart=/usr/bin/node …` is Node 20.19.2 of the distribution, and the release needs `>=24.16.0 <25 || >=26.1.0`.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let node = resolve::node_and_range(case.snapshot);
    let Some((node, version, range)) = node.get() else {
        return Vec::new();
    };
    let allowed = semver::version(version).and_then(|version| semver::allows(range, version));
    match allowed {
        Some(false) => vec![found(case, node, version, range)],
        Some(true) | None => Vec::new(),
    }
}

fn found(case: &CheckContext<'_>, node: &Program, version: &str, range: &str) -> Finding {
    let release = case.snapshot.install.version.as_deref().unwrap_or("installed here");
    let runs = node.uses.contains(&ProgramUse::Process) && case.process().is_some();
    // A patched build passes the start-up test of the product although its number is too low.
    let (severity, effect) = if runs {
        (
            Severity::Warning,
            "The Gateway runs with it all the same; the release does not vouch for that.",
        )
    } else {
        (
            CHECK.severity,
            "The Gateway tests its Node when it starts and refuses one like this.",
        )
    };
    let mut finding = finding(
        CHECK.id,
        severity,
        format!(
            "{} is Node {version}, which OpenClaw {release} does not support",
            case.tilde(&node.path)
        ),
    )
    .certainty(Certainty::Likely)
    .detail(format!("OpenClaw {release} needs Node {range}. {effect}"))
    .fix(
        "Install a Node that the release supports, so that it comes first on your PATH. Then start the Gateway with it.",
        [case.commands().reinstall()],
    );
    if let Some(dir) = &case.snapshot.install.package_dir {
        finding = finding.seen(format!("{}/package.json: engines.node {range}", case.tilde(dir)));
    }
    if node.uses.contains(&ProgramUse::Service) {
        let place = case.service().and_then(|service| service.exec.place.as_ref());
        finding = finding.at(place, format!("names {}", case.tilde(&node.path)));
    }
    finding
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::fact::Fact;
    use crate::checks::testkit::{findings, healthy, programs, stop, words};
    use crate::model::snapshot::Snapshot;

    fn with(version: Fact<String>) -> Snapshot {
        let mut snapshot = healthy();
        programs(&mut snapshot).found[0].version = version;
        snapshot
    }

    #[test]
    fn a_node_below_the_range_is_named_with_the_range() {
        let mut snapshot = with(Fact::known("20.19.2".to_owned()));
        let found = findings(&CHECK, &snapshot);
        assert_eq!(found[0].severity, Severity::Warning);
        stop(&mut snapshot);
        programs(&mut snapshot).found[0].uses = vec![ProgramUse::Service];
        let found = findings(&CHECK, &snapshot);
        assert_eq!(found[0].severity, Severity::Error);
        let text = words(&found[0]);
        for part in [
            "20.19.2",
            ">=24.16.0 <25 || >=26.1.0",
            "openclaw gateway install --force",
            "/usr/bin/node",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        // What the fix writes.
        programs(&mut snapshot).found[0].version = Fact::known("24.16.0".to_owned());
        assert!(findings(&CHECK, &snapshot).is_empty());
    }

    #[test]
    fn without_a_service_the_node_of_the_path_counts() {
        let mut snapshot = with(Fact::known("22.1.0".to_owned()));
        snapshot.services.services.clear();
        snapshot.services.examined = None;
        stop(&mut snapshot);
        programs(&mut snapshot).found[0].uses = vec![ProgramUse::ShellPath];
        assert_eq!(findings(&CHECK, &snapshot).len(), 1);
        programs(&mut snapshot).found[0].uses = vec![ProgramUse::ServicePath];
        assert!(findings(&CHECK, &snapshot).is_empty());
    }

    #[test]
    fn what_cannot_be_told_is_not_judged() {
        let snapshot = with(Fact::unreadable("no file beside it tells its version", ""));
        assert!(findings(&CHECK, &snapshot).is_empty());
        assert!(
            resolve::node_and_range(&snapshot)
                .why_unknown()
                .unwrap()
                .contains("/usr/bin/node")
        );
        let mut snapshot = with(Fact::known("20.0.0".to_owned()));
        programs(&mut snapshot).node_range = Some("lts".to_owned());
        assert!(findings(&CHECK, &snapshot).is_empty());
    }
}
