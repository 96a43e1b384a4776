//! `managed-key-not-exported`: the service lists the key as managed, but exports no value.

use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::common::{lacks, next_start_has};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{ManagerKind, OfferStatus, Service};
use crate::resolve::{self, ResolvedKey};

pub(crate) const CHECK: Check = Check {
    id: "managed-key-not-exported",
    title: "every managed key has a value behind it",
    group: Group::Environment,
    severity: Severity::Error,
    needs: &[Need::Service, Need::Gateway, Need::Definition],
    causes: &[
        "config-ref-unset-in-daemon",
        "key-missing-everywhere",
        "secret-ref-unresolved",
    ],
    docs: "`openclaw gateway install` lists in OPENCLAW_SERVICE_MANAGED_ENV_KEYS the names it takes care of. A name \
that is listed, with no value in the service's environment file and none in `.env`, is a promise without a value: the \
Gateway starts without the key.\n\nFix: put the key into `.env`, then `openclaw gateway install --force`.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let Some(service) = resolve::service(case.snapshot) else {
        return Vec::new();
    };
    case.needed()
        .filter(|key| {
            service
                .managed_keys
                .iter()
                .any(|name| *name == key.name().to_uppercase())
        })
        .filter(|key| lacks(case, key) && !next_start_has(key))
        // Handed over and deleted is another story.
        .filter(|key| {
            !case
                .offers(key.name())
                .iter()
                .any(|offer| offer.status == OfferStatus::Removed)
        })
        .map(|key| found(case, service, key))
        .collect()
}

fn found(case: &CheckContext<'_>, service: &Service, key: &ResolvedKey) -> Finding {
    let name = key.name();
    let launchd = case.snapshot.services.manager == ManagerKind::Launchd;
    let list = service
        .bindings
        .iter()
        .find(|binding| binding.name == "OPENCLAW_SERVICE_MANAGED_ENV_KEYS");
    let mut finding = finding(
        CHECK.id,
        key.severity(),
        format!("{} declares {name} as managed but gives it no value", service.name),
    )
    .subject(name)
    .certainty(key.report.certainty)
    .detail(format!(
        "OPENCLAW_SERVICE_MANAGED_ENV_KEYS names {name}; neither the service nor {} has it, so the Gateway starts \
         without the key.",
        case.dotenv()
    ))
    .at(
        list.and_then(|binding| binding.place.as_ref()),
        "OPENCLAW_SERVICE_MANAGED_ENV_KEYS lists it",
    );
    for file in &service.env_files {
        let at = crate::model::snapshot::Place::file(file.path.clone());
        finding = finding.at(Some(&at), format!("has no line for {name}"));
    }
    let reinstall = case.commands().openclaw("gateway install --force");
    let last = if launchd { None } else { Some(case.commands().restart()) };
    finding.fix(
        format!(
            "Put the key into {}, then regenerate the service environment.",
            case.dotenv()
        ),
        [case.put_in_dotenv(name), reinstall].into_iter().chain(last),
    )
}
