//! `unit-not-loaded`: the unit file is there, and systemd does not have it, or cannot use it.

use super::service_common::state;
use crate::base::text::shell_quote;
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{Place, Scope, Service};

pub(crate) const CHECK: Check = Check {
    id: "unit-not-loaded",
    title: "systemd has loaded the unit",
    group: Group::Service,
    severity: Severity::Error,
    needs: &[Need::Systemd, Need::ServiceState],
    causes: &["service-not-running", "gateway-silent", "unit-changed-not-reloaded"],
    docs: "A unit file written after systemd started is not known to it (LoadState=not-found) until a daemon-reload; one \
in a directory that the manager does not search never is, such as ~/.config/systemd/user where XDG_CONFIG_HOME of the \
manager names another place. A unit with a directive that systemd refuses is LoadState=bad-setting or error.\n\n\
Fix: `systemctl --user daemon-reload`, then start it; for a refused unit, `systemd-analyze verify FILE` names the line.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let Some((service, state)) = case.service().and_then(|service| Some((service, state(service)?))) else {
        return Vec::new();
    };
    let there = service
        .definition
        .as_ref()
        .filter(|definition| definition.stat.get().is_some());
    match (state.load.as_str(), there) {
        ("not-found", Some(definition)) => vec![not_found(case, service, &definition.path)],
        ("bad-setting" | "error", Some(definition)) => vec![refused(case, service, &state.load, &definition.path)],
        _ => Vec::new(),
    }
}

fn not_found(case: &CheckContext<'_>, service: &Service, path: &str) -> Finding {
    let elsewhere = searched_elsewhere(case, service, path);
    let link = elsewhere
        .is_some()
        .then(|| format!("systemctl --user link {}", shell_quote(&case.tilde(path))));
    let mut finding = finding(
        CHECK.id,
        CHECK.severity,
        format!("systemd does not know {} (LoadState=not-found)", service.name),
    )
    .detail(format!(
        "The unit file is there, but the manager has not read it, so {} cannot be started.",
        service.name
    ))
    .at(Some(&Place::file(path)), "LoadState=not-found");
    if let Some(dir) = &elsewhere {
        finding = finding.seen(format!(
            "the manager has XDG_CONFIG_HOME={dir} and searches {dir}/systemd/user"
        ));
    }
    finding.fix(
        "Let systemd read its units again, then start the Gateway.",
        link.into_iter()
            .chain(case.daemon_reload())
            .chain([case.commands().start()]),
    )
}

/// The folder that the user's manager searches in the place of ~/.config, where it is another one.
fn searched_elsewhere(case: &CheckContext<'_>, service: &Service, path: &str) -> Option<String> {
    let block = case.snapshot.services.manager_env.as_ref()?.get()?;
    let config = block
        .iter()
        .find(|binding| binding.name == "XDG_CONFIG_HOME")?
        .value
        .public
        .clone()?;
    let here = path.starts_with(&format!("{config}/"));
    (service.scope == Scope::User && !here && config.starts_with('/') && path.contains("/.config/")).then_some(config)
}

fn refused(case: &CheckContext<'_>, service: &Service, load: &str, path: &str) -> Finding {
    let user = if service.scope == Scope::User { "--user " } else { "" };
    let mut finding = finding(
        CHECK.id,
        CHECK.severity,
        format!("systemd refuses {} (LoadState={load})", service.name),
    )
    .detail("A directive in it cannot be used, so the service cannot be started.")
    .at(Some(&Place::file(path)), format!("LoadState={load}"));
    for odd in service.odd_lines.iter().take(3) {
        finding = finding.at(Some(&odd.place), odd.what.clone());
    }
    finding.fix(
        "Correct what `verify` names, then let systemd read the unit again.",
        [format!(
            "systemd-analyze {user}verify {}",
            shell_quote(&case.tilde(path))
        )]
        .into_iter()
        .chain(case.daemon_reload())
        .chain([case.commands().start()]),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testkit::{findings, healthy, state as answer, stop, words};

    #[test]
    fn units_that_systemd_does_not_have_are_told() {
        let mut snapshot = healthy();
        assert!(findings(&CHECK, &snapshot).is_empty());
        stop(&mut snapshot);
        for (load, part) in [
            ("not-found", "daemon-reload"),
            ("bad-setting", "systemd-analyze --user verify"),
        ] {
            answer(&mut snapshot).load = load.to_owned();
            let text = words(&findings(&CHECK, &snapshot)[0]);
            assert!(text.contains(part) && text.contains(load), "{text}");
        }
    }
}
