//! `service-not-loaded`: the LaunchAgent exists, but is not loaded or is disabled.

use super::service_common::{is_not_loaded, launchd_domain};
use crate::base::text::shell_quote;
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{LaunchdFacts, Place, Scope, Service};

pub(crate) const CHECK: Check = Check {
    id: "service-not-loaded",
    title: "the LaunchAgent is loaded and enabled",
    group: Group::Service,
    severity: Severity::Error,
    needs: &[Need::Launchd, Need::ServiceState],
    causes: &["service-not-running", "gateway-silent"],
    docs: "launchd starts a job only while it is loaded (bootstrapped) into the user's domain and its label is not \
marked disabled. A restart that raced with the unload, or an update, can leave the plist on disk without a job.\n\n\
Fix: `launchctl enable gui/UID/LABEL`, then `launchctl bootstrap gui/UID PLIST`.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let Some((service, launchd)) = case
        .service()
        .and_then(|service| Some((service, service.launchd.as_ref()?)))
    else {
        return Vec::new();
    };
    if is_not_loaded(service) || launchd.disabled {
        vec![found(case, service, launchd)]
    } else {
        Vec::new()
    }
}

fn found(case: &CheckContext<'_>, service: &Service, launchd: &LaunchdFacts) -> Finding {
    let name = &service.name;
    let runs = case.process().is_some();
    // A Gateway that runs anyway serves until it ends or the user logs out.
    let severity = if runs { Severity::Warning } else { CHECK.severity };
    let so = match (is_not_loaded(service), launchd.disabled) {
        (true, true) => "is disabled and not loaded",
        (true, false) => "is not loaded",
        _ => "is marked disabled",
    };
    let consequence = if runs {
        "launchd will not start the Gateway again"
    } else {
        "launchd does not start the Gateway"
    };
    let marker = if launchd.disable_marker {
        " The file disable-launchagent in the state directory also tells OpenClaw's Mac app to leave launchd alone."
    } else {
        ""
    };
    let path = service.definition.as_ref().map_or_else(
        || format!("~/Library/LaunchAgents/{name}.plist"),
        |definition| definition.path.clone(),
    );
    let domain = launchd_domain(case.snapshot, service);
    let sudo = if service.scope == Scope::System { "sudo " } else { "" };
    let mut commands = vec![format!(
        "{sudo}launchctl enable {}",
        shell_quote(&format!("{domain}/{name}"))
    )];
    if is_not_loaded(service) {
        commands.push(format!(
            "{sudo}launchctl bootstrap {domain} {}",
            shell_quote(&case.tilde(&path))
        ));
    }
    finding(CHECK.id, severity, format!("{name} {so}"))
        .detail(format!("The plist is there, but {consequence}.{marker}"))
        .at(
            Some(&Place::file(path)),
            format!("launchd has no running job {name} in {domain}"),
        )
        .fix("Enable the label and load the job; it then starts by itself.", commands)
        .confirm("%doctor% --wait")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::fact::Fact;
    use crate::checks::testkit::{findings, healthy, mac, state, stop, words};
    use crate::model::snapshot::Snapshot;

    fn unloaded(disabled: bool) -> Snapshot {
        let mut snapshot = healthy();
        mac(&mut snapshot);
        stop(&mut snapshot);
        state(&mut snapshot).load = "not-found".to_owned();
        let launchd = snapshot.services.services[0].launchd.as_mut().unwrap();
        (launchd.loaded, launchd.disabled) = (false, disabled);
        snapshot
    }

    #[test]
    fn a_plist_without_a_job_is_told() {
        for disabled in [false, true] {
            let text = words(&findings(&CHECK, &unloaded(disabled))[0]);
            for part in [
                "launchctl enable gui/1000/ai.openclaw.gateway",
                "launchctl bootstrap gui/1000 /home/me/Library/LaunchAgents/ai.openclaw.gateway.plist",
            ] {
                assert!(text.replace("~/", "/home/me/").contains(part), "{part}: {text}");
            }
            assert_eq!(text.contains("disabled"), disabled);
        }
    }

    #[test]
    fn what_launchd_did_not_say_is_not_claimed() {
        let mut snapshot = unloaded(false);
        snapshot.services.services[0].state = Fact::unreadable("no GUI session", "");
        assert!(findings(&CHECK, &snapshot).is_empty());
    }
}
