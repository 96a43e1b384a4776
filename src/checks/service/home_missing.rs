//! `home-missing`: the home directory that was to be examined does not exist.

use crate::checks::check::{Check, CheckContext, Group};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::Place;

pub(crate) const CHECK: Check = Check {
    id: "home-missing",
    title: "the home directory exists",
    group: Group::Service,
    severity: Severity::Error,
    needs: &[],
    causes: &[
        "gateway-not-installed",
        "not-onboarded",
        "config-missing",
        "key-only-in-shell",
        "key-missing-everywhere",
        "gateway-silent",
    ],
    docs: "The doctor looks for OpenClaw's files below a home directory: the one of `--home`, else HOME. That directory \
does not exist, so there is nothing to examine.\n\n\
It happens with a typing error in `--home`, and in containers and cron jobs that have a HOME of their own.\n\n\
Fix: name the home directory of the account that the Gateway runs as.\n\n\
Example: `%doctor% --home /home/openclaw`",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let host = &case.snapshot.host;
    // The Gateway of a container has its home there.
    if !host.home_missing || case.is_contained() {
        return Vec::new();
    }
    vec![
        finding(
            CHECK.id,
            CHECK.severity,
            format!("The home directory {} does not exist", host.home),
        )
        .detail("There is nothing to examine: config, `.env` and service of OpenClaw are below the home directory.")
        .at(Some(&Place::file(host.home.clone())), "does not exist")
        .fix(
            "Name the home directory of the account that the Gateway runs as.",
            ["%doctor% --home DIR"],
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testkit::{findings, healthy, words};

    #[test]
    fn the_home_of_a_container_is_in_it() {
        let mut snapshot = healthy();
        snapshot.host.home_missing = true;
        snapshot.processes.gateways[0].container = Some("podman".to_owned());
        assert!(findings(&CHECK, &snapshot).is_empty());
    }

    #[test]
    fn a_home_that_is_not_there_is_named() {
        let mut snapshot = healthy();
        assert!(findings(&CHECK, &snapshot).is_empty());
        snapshot.host.home_missing = true;
        let text = words(&findings(&CHECK, &snapshot)[0]);
        assert!(
            text.contains("/home/me does not exist") && text.contains("--home DIR"),
            "{text}"
        );
    }
}
