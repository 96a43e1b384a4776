//! `manager-env-leftover`: a value imported into the user manager overrides the configured one.

use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::common::{Hiding, hiding, leftover_severity};
use crate::checks::finding::{FindingExt, finding};
use crate::checks::service::service_common::take_out;
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::Source;

pub(crate) const CHECK: Check = Check {
    id: "manager-env-leftover",
    title: "the user manager has no value that hides a configured one",
    group: Group::Environment,
    severity: Severity::Warning,
    needs: &[Need::Systemd, Need::NextStart],
    causes: &["cf-provider-key-rejected", "gateway-token-mismatch"],
    docs: "`systemctl --user set-environment` and `import-environment` (desktop logins use it too) put a value into \
the user's service manager. Every user service started later inherits it, before OpenClaw reads `.env`, until the \
manager ends.\n\nFix: `systemctl --user unset-environment NAME`, then restart the Gateway. Where a file of environment.d sets it, its line \
goes first: the manager reads it again at every reload. `systemctl --user \
show-environment` lists what is there.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    hiding(case, |source| source == Source::Manager)
        .iter()
        .map(|hiding| found(case, hiding))
        .collect()
}

fn found(case: &CheckContext<'_>, hiding: &Hiding<'_>) -> Finding {
    let &Hiding { key, winner, hidden } = hiding;
    let name = key.name();
    let configured = case.place(hidden.place.as_ref(), hidden.source);
    let file = winner
        .place
        .as_ref()
        .map(|place| case.tilde(&place.path))
        .unwrap_or_default();
    let (how, unset) = take_out(case, name, Source::Manager, &file);
    finding(
        CHECK.id,
        leftover_severity(name),
        format!("{name}: the user manager has another value, and it wins"),
    )
    .subject(name)
    .certainty(key.report.certainty)
    .detail(format!(
        "`systemctl --user show-environment` lists {name}. A user service inherits that block, so the Gateway \
             never uses {configured}."
    ))
    .at(winner.place.as_ref(), "inherited by every user service")
    .at(hidden.place.as_ref(), "hidden by it")
    .fix(
        format!("{how}; then {configured} counts."),
        unset.into_iter().chain([case.commands().restart()]),
    )
    .confirm("systemctl --user show-environment | cut -d= -f1")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testkit::{KEY, bind, findings, healthy, known, set};
    use crate::model::snapshot::{Offer, OfferStatus, Place};

    /// A file of environment.d is read again at every reload: its line goes before the manager's value.
    #[test]
    fn the_line_of_environment_d_goes_first() {
        let file = "/home/me/.config/environment.d/50.conf";
        for (path, first) in [
            (file, "sed -i 's/^[[:space:]]*"),
            ("/etc/environment", "sudo sed -i "),
            (
                "systemctl --user show-environment",
                "systemctl --user unset-environment",
            ),
        ] {
            let mut snapshot = healthy();
            let trace = known(&mut snapshot.views.next_start);
            let place = Some(Place::line(path, 1));
            let binding = bind(KEY, "sk-ant-api03-older", Source::Manager, place.clone());
            for offer in trace.offers.iter_mut().filter(|offer| offer.name == KEY) {
                offer.status = OfferStatus::Different;
            }
            trace.offers.push(Offer {
                name: KEY.to_owned(),
                source: Source::Manager,
                place,
                value: Some(binding.value.clone()),
                status: OfferStatus::Wins,
                rule: String::new(),
            });
            set(trace, binding);
            let found = findings(&CHECK, &snapshot);
            assert_eq!(found.len(), 1, "{path}");
            let commands = found[0].remedy.as_ref().expect("a fix").commands.clone();
            assert!(commands[0].starts_with(first), "{commands:?}");
            assert!(
                commands
                    .iter()
                    .any(|one| one == &format!("systemctl --user unset-environment {KEY}"))
            );
        }
    }
}
