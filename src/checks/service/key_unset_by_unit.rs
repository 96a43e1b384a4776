//! `key-unset-by-unit`: `UnsetEnvironment=` takes a key away that another source gives.

use super::service_lines::{apply, at, lacking, passed_over, sed};
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{PassedKind, PassedOver, Place, Service};

pub(crate) const CHECK: Check = Check {
    id: "key-unset-by-unit",
    title: "the unit takes no needed key away",
    group: Group::Service,
    severity: Severity::Error,
    needs: &[Need::Systemd, Need::NextStart],
    causes: &[
        "managed-key-removed",
        "key-missing-everywhere",
        "key-only-in-shell",
        "config-ref-unset-in-daemon",
        "secret-ref-unresolved",
        "daemon-env-outdated",
        "cf-provider-key-missing",
        "cf-provider-key-rejected",
    ],
    docs: "`UnsetEnvironment=` is applied last: it takes a variable away that `Environment=`, an EnvironmentFile or the \
manager gives, in whichever file those are. What OpenClaw reads itself, such as the `.env` of the state directory, comes \
after that and is not touched.\n\n\
Fix: take the name out of the `UnsetEnvironment=` line, or put the key into the `.env` of the state directory.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let Some(service) = case.service() else {
        return Vec::new();
    };
    let unset = passed_over(case).iter().filter(|one| one.kind == PassedKind::Unset);
    unset
        .filter_map(|one| {
            let key = lacking(case, |name| one.names.iter().any(|known| known.name == name))?;
            Some(found(case, service, one, key.name()))
        })
        .collect()
}

fn found(case: &CheckContext<'_>, service: &Service, one: &PassedOver, key: &str) -> Finding {
    let line = one.place.line.unwrap_or(1);
    let place = at(case, &one.place);
    let mut finding = finding(
        CHECK.id,
        CHECK.severity,
        format!("UnsetEnvironment= in {place} takes {key} away"),
    )
    .subject(key)
    .detail(format!(
        "systemd applies it last, so {} starts without {key} although it is set.",
        service.name
    ))
    .at(Some(&one.place), one.what.clone());
    if let Some(file) = one.file.as_deref().filter(|file| file.starts_with('/')) {
        let line = one.names.first().map(|known| known.line).filter(|line| *line > 0);
        let set = line.map_or_else(|| Place::file(file), |line| Place::line(file, line));
        finding = finding.at(Some(&set), format!("sets {key}"));
    }
    // The word alone, with or without a value or quotes, on this line or those that `\` joins to it; and the line where
    // nothing else is on it.
    // `\x27` is the quote, and `[\]` the backslash, which fish too leaves alone in quotes.
    let script = format!(
        "{line}{{:a;/[\\]$/{{N;ba}};s/\\([=[:space:]]\\)[\"\\x27]\\{{0,1\\}}{key}\\(=[^\"\\x27[:space:]]*\\)\\{{0,1\\}}[\"\\x27]\\{{0,1\\}}\\([[:space:]]\\|$\\)/\\1\\3/;/^[^=]*=[[:space:]]*$/d}}"
    );
    finding.fix(
        format!("Take {key} out of that line."),
        [sed(case, service, &one.place.path, &script)]
            .into_iter()
            .chain(apply(case)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testkit::{KEY, UNIT_PATH, findings, healthy, lose_key, words};
    use crate::model::snapshot::{Assignment, Snapshot};

    fn unset(name: &str) -> Snapshot {
        let mut snapshot = healthy();
        lose_key(&mut snapshot, KEY);
        snapshot.services.services[0].systemd.passed_over.push(PassedOver {
            kind: PassedKind::Unset,
            place: Place::line(UNIT_PATH, 9),
            file: Some("/home/me/k.env".to_owned()),
            names: vec![Assignment {
                name: name.to_owned(),
                line: 2,
                exported: true,
            }],
            what: format!("`UnsetEnvironment={name}` takes it away, whoever sets it"),
        });
        snapshot
    }

    #[test]
    fn a_needed_key_that_is_taken_away_is_told_with_both_lines() {
        let text = words(&findings(&CHECK, &unset(KEY))[0]);
        assert!(
            text.contains("openclaw-gateway.service:9") && text.contains("/home/me/k.env"),
            "{text}"
        );
        assert!(text.contains("systemctl --user daemon-reload"), "{text}");
        assert!(text.contains("sed -i '9{:a;/[\\]$/{N;ba};s/"), "{text}");
    }

    #[test]
    fn other_names_and_keys_that_arrive_elsewhere_are_not() {
        assert!(findings(&CHECK, &unset("OTHER_KEY")).is_empty());
        let mut arrives = unset(KEY);
        arrives.views.next_start = healthy().views.next_start;
        assert!(findings(&CHECK, &arrives).is_empty());
    }
}
