//! `unit-masked`: the unit is masked, so nothing can start it.

use super::service_common::{state, systemctl};
use crate::base::text::shell_quote;
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{Place, Scope};

pub(crate) const CHECK: Check = Check {
    id: "unit-masked",
    title: "the unit is not masked",
    group: Group::Service,
    severity: Severity::Error,
    needs: &[Need::Systemd, Need::Service],
    causes: &[
        "service-not-running",
        "gateway-silent",
        "unit-changed-not-reloaded",
        "key-missing-everywhere",
        "key-only-in-shell",
    ],
    docs: "`systemctl mask` puts a link to /dev/null in the place of a unit. systemd then refuses every start, also those \
by `openclaw gateway start`, and says \"Unit is masked\".\n\nFix: `systemctl --user unmask NAME`, then start it; where the \
link took the place of the unit file itself, install the service again.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let Some(service) = case.service() else {
        return Vec::new();
    };
    let said = state(service).is_some_and(|state| state.load == "masked" || state.enabled.starts_with("masked"));
    if !said && !service.systemd.masked {
        return Vec::new();
    }
    let name = shell_quote(&service.name);
    let path = service.definition.as_ref().map(|definition| definition.path.as_str());
    let unmask = match path {
        Some(path) if path.starts_with("/etc/systemd/user/") => format!("sudo systemctl --global unmask {name}"),
        Some(path) if path.starts_with("/run/") => format!("{} unmask --runtime {name}", systemctl(service.scope)),
        _ => format!("{} unmask {name}", systemctl(service.scope)),
    };
    // The link is where `openclaw gateway install` puts the unit: without it there is none.
    let replaced = service.systemd.masked && path.is_some_and(|path| path.contains("/.config/systemd/user/"));
    let own = service.scope == Scope::User && replaced;
    let start = if own {
        case.commands().openclaw("gateway install")
    } else {
        case.commands().start()
    };
    let mut finding = finding(CHECK.id, CHECK.severity, format!("{} is masked", service.name))
        .detail("systemd refuses every start of a masked unit.");
    if let Some(path) = path {
        finding = finding.at(Some(&Place::file(path)), "the unit is masked");
    }
    vec![finding.fix(
        if own {
            "Unmask it and install the service again."
        } else {
            "Unmask it, then start it."
        },
        [unmask].into_iter().chain(case.daemon_reload()).chain([start]),
    )]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testkit::{findings, healthy, state as answer, stop, words};

    #[test]
    fn a_masked_unit_is_told_by_the_manager_or_by_its_file() {
        let mut snapshot = healthy();
        assert!(findings(&CHECK, &snapshot).is_empty());
        stop(&mut snapshot);
        answer(&mut snapshot).load = "masked".to_owned();
        assert!(words(&findings(&CHECK, &snapshot)[0]).contains("systemctl --user unmask openclaw-gateway.service"));
        answer(&mut snapshot).load = "loaded".to_owned();
        snapshot.services.services[0].systemd.masked = true;
        assert!(words(&findings(&CHECK, &snapshot)[0]).contains("openclaw gateway install"));
    }
}
