//! `service-profile-mismatch`: the service runs another profile than the one examined.

use super::service_common::profile;
use crate::base::text::shell_quote;
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::Trace;

pub(crate) const CHECK: Check = Check {
    id: "service-profile-mismatch",
    title: "the service runs the profile that was asked about",
    group: Group::Service,
    severity: Severity::Error,
    needs: &[Need::Shell, Need::Layers],
    causes: &[
        "state-dir-mismatch",
        "gateway-port-mismatch",
        "gateway-token-mismatch",
        "key-only-in-shell",
    ],
    docs: "A profile has its own state directory, config, port and service: ~/.openclaw-NAME for `--profile NAME`. \
Commands typed without it work on another config than the service that runs, so keys and settings seem to be \
ignored.\n\n\
Fix: put `--profile NAME` before the subcommand, or install a service for the profile you mean.\n\n\
Example: the service openclaw-gateway-work.service runs, and ~/.openclaw/openclaw.json is edited.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let Some(shell) = case.snapshot.views.shell.get() else {
        return Vec::new();
    };
    let gateway = case.gateway_traces().next().filter(|_| case.has_daemon());
    let of_service = case.service().map(|service| service.profile.as_deref());
    let Some(runs) = of_service
        .or(gateway.map(|trace| trace.profile.as_deref()))
        .map(profile)
    else {
        return Vec::new();
    };
    let asked = profile(case.snapshot.asked.profile.as_deref().or(shell.profile.as_deref()));
    if runs == asked {
        return Vec::new();
    }
    // OPENCLAW_PROFILE alone moves neither state nor config, and variables may point both at one
    // place; the name of the service differs all the same (facts/env-resolution.md section 1).
    let same_place = gateway.is_some_and(|trace| {
        trace.state_dir == shell.state_dir && trace.config_path == shell.config_path && trace.port == shell.port
    });
    if same_place {
        vec![other_name(case, runs, asked)]
    } else {
        vec![found(case, shell, gateway, runs, asked)]
    }
}

fn named(profile: Option<&str>) -> String {
    profile.map_or("the default profile".to_owned(), |name| format!("profile {name}"))
}

/// One place under two names: keys and settings are shared, commands for the service miss it.
fn other_name(case: &CheckContext<'_>, runs: Option<&str>, asked: Option<&str>) -> Finding {
    let name = case.gateway_name();
    let option = shell_quote(runs.unwrap_or("default"));
    finding(
        CHECK.id,
        Severity::Warning,
        format!("{name} runs {}, and this shell uses {}", named(runs), named(asked)),
    )
    .detail(format!(
        "Both use {}, so keys and settings are shared; but commands such as `openclaw gateway restart` look for the \
         service of {} here and do not find {name}.",
        case.state_dir(),
        named(asked)
    ))
    .seen(format!("service: {}; this shell: {}", named(runs), named(asked)))
    .fix(
        format!("Name the profile of the service, `--profile {option}`, or take OPENCLAW_PROFILE out of this shell."),
        [
            "unset OPENCLAW_PROFILE".to_owned(),
            format!("%doctor% --profile {option}"),
        ],
    )
    .confirm(format!("%doctor% --profile {option}"))
}

fn found(
    case: &CheckContext<'_>,
    shell: &Trace,
    gateway: Option<&Trace>,
    runs: Option<&str>,
    asked: Option<&str>,
) -> Finding {
    let gateway_name = case.gateway_name();
    let dir = gateway.map_or_else(|| usual_dir(runs), |trace| case.tilde(&trace.state_dir));
    let own = case.tilde(&shell.state_dir);
    let option = |name: Option<&str>| shell_quote(name.unwrap_or("default"));
    let install = asked.map_or("openclaw gateway install".to_owned(), |name| {
        format!("openclaw --profile {} gateway install", shell_quote(name))
    });
    let mut finding = finding(
        CHECK.id,
        CHECK.severity,
        format!(
            "{gateway_name} runs {}, and {} was asked about",
            named(runs),
            named(asked)
        ),
    )
    .detail(format!(
        "That Gateway reads {dir}; this shell works on {own}. What is set in {own} does not reach it, and there is no \
         service for {}.",
        named(asked)
    ))
    .seen(format!("state directory of the Gateway: {dir}; of this shell: {own}"));
    if let Some(place) = case.service().and_then(|service| service.exec.place.as_ref()) {
        finding = finding.at(Some(place), format!("starts {}", named(runs)));
    }
    if asked.is_some() && case.snapshot.asked.profile.is_none() {
        finding = finding.seen("OPENCLAW_PROFILE is set in this shell");
    }
    finding
        .fix(
            format!(
                "To look at the Gateway that runs, name its profile. To have one for {}, install it with `{install}`.",
                named(asked)
            ),
            [format!("%doctor% --profile {}", option(runs))],
        )
        .confirm(format!("%doctor% --profile {}", option(runs)))
}

fn usual_dir(profile: Option<&str>) -> String {
    profile.map_or("~/.openclaw".to_owned(), |name| format!("~/.openclaw-{name}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testkit::{findings, healthy, known, words};
    use crate::model::snapshot::Snapshot;

    fn work() -> Snapshot {
        let mut snapshot = healthy();
        snapshot.services.services[0].profile = Some("work".to_owned());
        for view in [&mut snapshot.views.next_start, &mut snapshot.views.running] {
            let trace = known(view);
            trace.profile = Some("work".to_owned());
            trace.state_dir = "/home/me/.openclaw-work".to_owned();
        }
        snapshot
    }

    #[test]
    fn another_profile_is_named_with_its_directory() {
        let mut snapshot = work();
        let text = words(&findings(&CHECK, &snapshot)[0]);
        assert!(
            text.contains("~/.openclaw-work") && text.contains("%doctor% --profile work"),
            "{text}"
        );
        // As the fix asks.
        snapshot.asked.profile = Some("work".to_owned());
        assert!(findings(&CHECK, &snapshot).is_empty());
    }

    #[test]
    fn one_place_under_two_names_is_a_warning() {
        let mut snapshot = healthy();
        snapshot.services.services[0].profile = Some("Default".to_owned());
        assert!(findings(&CHECK, &snapshot).is_empty());
        snapshot.services.services[0].profile = Some("work".to_owned());
        assert_eq!(findings(&CHECK, &snapshot)[0].severity, Severity::Warning);
    }
}
