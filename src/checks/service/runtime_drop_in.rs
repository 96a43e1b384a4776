//! `runtime-drop-in`: the key comes from a drop-in that ends with the next boot.

use super::service_lines::{apply, own_unit, sudo};
use crate::base::text::shell_quote;
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{Place, Scope, Service, Source};

pub(crate) const CHECK: Check = Check {
    id: "runtime-drop-in",
    title: "no needed key comes from a drop-in that a reboot removes",
    group: Group::Service,
    severity: Severity::Warning,
    needs: &[Need::Systemd, Need::NextStart],
    causes: &[],
    docs: "`systemctl edit --runtime` and `set-property --runtime` write below /run, which is empty after a boot. A key \
that is set there works until then.\n\nFix: copy the drop-in to the directory that stays.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let (Some(service), Some(trace)) = (case.service(), case.snapshot.views.next_start.get()) else {
        return Vec::new();
    };
    let mut found: Vec<Finding> = Vec::new();
    for key in case.needed() {
        let Some(binding) = trace.find(key.name()).seen() else {
            continue;
        };
        let of_unit = matches!(binding.source, Source::DropIn | Source::Unit);
        let Some(place) = binding
            .place
            .as_ref()
            .filter(|place| of_unit && place.path.starts_with("/run/"))
        else {
            continue;
        };
        let stays = match service.scope {
            Scope::User => format!("~/.config/systemd/user/{}.d", service.name),
            Scope::System => format!("/etc/systemd/system/{}.d", service.name),
        };
        let sudo = match service.scope {
            Scope::User => "",
            Scope::System => sudo(case, service, "/etc/systemd/system/x"),
        };
        // systemd-run made the unit itself: it is gone with its file, and ends when it stops.
        if place.path.contains("/systemd/transient/") {
            found.push(transient(service, key.name(), place));
            continue;
        }
        let (from, to) = (shell_quote(&place.path), shell_quote(&stays));
        found.push(
            finding(
                CHECK.id,
                CHECK.severity,
                format!("{} is set in a drop-in that a reboot removes", key.name()),
            )
            .subject(key.name())
            .detail(format!(
                "/run is empty after a boot; {} then starts without {}.",
                service.name,
                key.name()
            ))
            .at(Some(place), "sets it until the next boot")
            .fix(
                format!("Move the drop-in to {stays}."),
                [format!(
                    "{sudo}mkdir -p {to} && {sudo}cp -p {from} {to}/ && {sudo}rm {from}"
                )]
                .into_iter()
                .chain(apply(case)),
            ),
        );
    }
    found
}

fn transient(service: &Service, key: &str, place: &Place) -> Finding {
    let (text, command) = own_unit(service);
    finding(
        CHECK.id,
        CHECK.severity,
        format!("{key} is set in a unit that systemd-run made"),
    )
    .subject(key)
    .detail(format!(
        "{} ends for good when it stops, and {key} with it. Do not delete its file: it is all there is of the service.",
        service.name
    ))
    .at(Some(place), "sets it as long as the unit runs")
    .fix(text, [command])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testkit::{KEY, bind, findings, healthy, known, set, words};

    #[test]
    fn the_unit_of_systemd_run_is_never_deleted() {
        let mut snapshot = healthy();
        let path = "/run/user/1000/systemd/transient/openclaw-gateway.service";
        let binding = bind(KEY, "k", Source::Unit, Some(Place::line(path, 7)));
        set(known(&mut snapshot.views.next_start), binding);
        let found = findings(&CHECK, &snapshot);
        let text = words(&found[0]);
        assert!(text.contains("systemd-run") && !text.contains("rm "), "{text}");
    }

    #[test]
    fn a_key_from_below_run_is_told() {
        let mut snapshot = healthy();
        assert!(findings(&CHECK, &snapshot).is_empty());
        let path = "/run/user/1000/systemd/user/openclaw-gateway.service.d/override.conf";
        let binding = bind(KEY, "k", Source::DropIn, Some(Place::line(path, 2)));
        set(known(&mut snapshot.views.next_start), binding);
        let text = words(&findings(&CHECK, &snapshot)[0]);
        assert!(
            text.contains("~/.config/systemd/user/openclaw-gateway.service.d"),
            "{text}"
        );
    }
}
