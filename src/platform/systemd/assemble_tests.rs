//! Which layer wins.

use super::*;
use crate::parse::systemd::unit;
use crate::platform::systemd::definition::{Part, merge};
use crate::platform::systemd::specifiers::Specifiers;
use crate::secret::FingerprintKey;

struct Case {
    manager: &'static str,
    unit: &'static str,
    drop_in: &'static str,
    files: &'static str,
}

const NOTHING: Case = Case {
    manager: "",
    unit: "",
    drop_in: "",
    files: "",
};

/// The winner of K and the reasons of the overridden ones, as `source=value`, `why:value`.
fn check(case: &Case, winner: Option<&str>, overridden: &[&str]) {
    let vault = Vault::new(FingerprintKey::from_bytes(vec![1]));
    let specifiers = Specifiers {
        unit: "x.service".into(),
        scope: Scope::User,
        user: "me".into(),
        uid: 7,
        home: "/h".into(),
        shell: None,
        runtime: None,
        config_home: None,
        host: None,
    };
    let part = |path: &str, text: &str| Part {
        path: path.to_owned(),
        drop_in: path == "/d",
        text: unit::parse(format!("[Service]\n{text}").as_bytes()),
    };
    let definition = merge(&[part("/u", case.unit), part("/d", case.drop_in)], &specifiers, &vault);
    let bind = |text: &str, source| {
        text.split_whitespace()
            .filter_map(|word| word.split_once('='))
            .map(|(name, value)| RawBinding {
                name: name.to_owned(),
                value: vault.seal(value),
                source,
                place: None,
            })
            .collect::<Vec<_>>()
    };
    let manager = bind(case.manager, Source::Manager);
    let account = Account {
        name: "me".into(),
        uid: 7,
        home: "/h".into(),
        shell: Some("/bin/sh".into()),
    };
    let layers = Layers {
        scope: Scope::User,
        manager: &manager,
        account: Some(&account),
        definition: &definition,
        files: bind(case.files, Source::EnvironmentFile),
    };
    let done = assemble(layers, &vault);
    assert!(done.env.is_sorted_by(|a, b| a.name < b.name));
    assert!(
        done.env
            .iter()
            .any(|one| one.name == "INVOCATION_ID" && !one.value.is_blank())
    );
    let found = done.env.iter().find(|one| one.name == "K");
    let found = found.map(|one| format!("{}={}", one.source.word(), one.value.expose()));
    assert_eq!(found.as_deref(), winner);
    let lost: Vec<_> = done
        .overridden
        .iter()
        .filter(|(one, _)| one.name == "K")
        .map(|(one, why)| format!("{why}:{}", one.value.expose()))
        .collect();
    assert_eq!(lost, overridden);
}

#[test]
fn later_layers_win() {
    check(&NOTHING, None, &[]);
    check(
        &Case {
            manager: "K=m",
            ..NOTHING
        },
        Some("manager=m"),
        &[],
    );
    let case = Case {
        manager: "K=m",
        unit: "Environment=K=u\nEnvironment=K=v",
        drop_in: "Environment=K=d",
        files: "K=f K=g",
    };
    let all = ["replaced:m", "replaced:u", "replaced:v", "replaced:d", "replaced:f"];
    check(&case, Some("environment-file=g"), &all);
}

#[test]
fn an_empty_assignment_resets() {
    let case = Case {
        manager: "K=m",
        unit: "Environment=K=u",
        drop_in: "Environment=",
        files: "",
    };
    check(&case, Some("manager=m"), &["reset:u"]);
}

#[test]
fn unset_is_applied_last() {
    let unset = |drop_in| Case {
        files: "K=f",
        drop_in,
        ..NOTHING
    };
    check(&unset("UnsetEnvironment=K"), None, &["unset:f"]);
    check(&unset("UnsetEnvironment=K=f"), None, &["unset:f"]);
    check(&unset("UnsetEnvironment=K=other"), Some("environment-file=f"), &[]);
    check(
        &unset("UnsetEnvironment=K\nUnsetEnvironment="),
        Some("environment-file=f"),
        &[],
    );
}
