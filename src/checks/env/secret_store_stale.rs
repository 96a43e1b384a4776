//! `secret-store-stale`: a stored secret changed after the Gateway had read it.

use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Certainty, Finding, Severity};
use crate::resolve::{self, SLACK_MS, StoreState};

pub(crate) const CHECK: Check = Check {
    id: "secret-store-stale",
    title: "the running Gateway has the stored secrets as they are now",
    group: Group::Environment,
    severity: Severity::Warning,
    needs: &[Need::Config, Need::Running],
    causes: &[],
    docs: "The Gateway resolves references of source store when it starts and on `openclaw secrets reload`. An entry that a \
command of the CLI changed after that is not seen until one of the two. Whether a reload came since cannot be seen from \
outside.\n\nFix: openclaw secrets reload.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let (Some(config), Some(process)) = (resolve::config(case.snapshot), resolve::process(case.snapshot)) else {
        return Vec::new();
    };
    let Some(started) = process.started_ms else {
        return Vec::new();
    };
    let mut told: Vec<&str> = Vec::new();
    let mut found = Vec::new();
    for secret in &config.secret_refs {
        let StoreState::There(entry) = resolve::stored(case.snapshot, &secret.value) else {
            continue;
        };
        let stale = entry.outside_gateway && entry.updated_ms > started + SLACK_MS;
        if !stale
            || told.contains(&entry.name.as_str())
            || resolve::weight_of_path(case.snapshot, &secret.path).is_none()
        {
            continue;
        }
        told.push(&entry.name);
        found.push(
            finding(
                CHECK.id,
                CHECK.severity,
                format!("{} changed in the secret store after the Gateway started", entry.name),
            )
            .subject(&entry.name)
            .certainty(Certainty::Likely)
            .detail(format!(
                "{} refers to it. The Gateway goes on with the former value until it is told to read the store again.",
                secret.path
            ))
            .at(
                secret.place.as_ref(),
                format!("{}: source store, id {}", secret.path, entry.name),
            )
            .fix(
                "Let the Gateway read its secrets again.",
                [case.commands().openclaw("secrets reload")],
            ),
        );
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::fact::Fact;
    use crate::checks::testkit::{findings, healthy, value, views};
    use crate::model::snapshot::{Located, SecretRef, Snapshot, StoreEntry, StoreKind};

    /// The Gateway's token by reference, its entry written so long after the start.
    fn machine(after_ms: i64, outside_gateway: bool) -> Snapshot {
        let mut snapshot = healthy();
        let started = snapshot.processes.gateways[0].started_ms.unwrap();
        for view in views(&mut snapshot) {
            view.config.secret_refs.push(Located {
                path: "gateway.auth.token".to_owned(),
                place: None,
                value: SecretRef {
                    source: "store".to_owned(),
                    provider: "default".to_owned(),
                    id: "OPENCLAW_GATEWAY_TOKEN".to_owned(),
                    place: None,
                    target: Fact::known("the secret store".to_owned()),
                    flaw: None,
                    pass_env: Vec::new(),
                },
            });
        }
        snapshot.secret_store = Fact::known(vec![StoreEntry {
            name: "OPENCLAW_GATEWAY_TOKEN".to_owned(),
            kind: StoreKind::Secret,
            value: Some(value("", "stored-token")),
            updated_ms: started + after_ms,
            outside_gateway,
        }]);
        snapshot
    }

    #[test]
    fn a_command_that_wrote_after_the_start_is_told() {
        assert_eq!(findings(&CHECK, &machine(60_000, true)).len(), 1);
        assert!(findings(&CHECK, &machine(-60_000, true)).is_empty());
        assert!(
            findings(&CHECK, &machine(60_000, false)).is_empty(),
            "the Gateway knows what it wrote"
        );
    }

    #[test]
    fn entries_that_are_gone_are_no_value() {
        let unresolved = &super::super::secret_ref_unresolved::CHECK;
        let mut snapshot = machine(-60_000, true);
        assert!(findings(unresolved, &snapshot).is_empty());
        if let Fact::Known { value } = &mut snapshot.secret_store {
            value[0].value = None;
        }
        let found = findings(unresolved, &snapshot);
        assert!(
            found.len() == 1 && found[0].severity == Severity::Error && found[0].title.contains("deleted"),
            "{found:#?}"
        );
        snapshot.secret_store = Fact::Absent;
        assert!(findings(unresolved, &snapshot)[0].title.contains("no such entry"));
        snapshot.secret_store = Fact::unreadable("denied", "");
        assert!(
            findings(unresolved, &snapshot).is_empty(),
            "what could not be read is not gone"
        );
    }
}
