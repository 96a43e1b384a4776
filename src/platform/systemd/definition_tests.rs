//! Tables of units with drop-ins, and what they come to.

use super::*;
use crate::model::snapshot::Scope;
use crate::parse::systemd::unit;
use crate::secret::FingerprintKey;

pub(crate) fn here() -> Specifiers {
    Specifiers {
        unit: "openclaw-gateway.service".into(),
        scope: Scope::User,
        user: "me".into(),
        uid: 7,
        home: "/home/me".into(),
        shell: None,
        runtime: None,
        config_home: None,
        host: None,
    }
}

fn merged(texts: &[&str]) -> Definition {
    let vault = Vault::new(FingerprintKey::from_bytes(vec![1]));
    let parts: Vec<Part> = texts
        .iter()
        .enumerate()
        .map(|(at, text)| Part {
            path: format!("/u{at}"),
            drop_in: at > 0,
            text: unit::parse(format!("[Service]\n{text}").as_bytes()),
        })
        .collect();
    merge(&parts, &here(), &vault)
}

fn check_env(texts: &[&str], expected: &[(&str, &str, &str, u32)]) {
    let definition = merged(texts);
    let got: Vec<_> = definition
        .env
        .iter()
        .map(|one| {
            let place = one.place.as_ref();
            let path = place.map(|place| place.path.as_str()).unwrap_or_default();
            let line = place.and_then(|place| place.line).unwrap_or_default();
            (one.name.as_str(), one.value.expose(), path, line)
        })
        .collect();
    assert_eq!(got, expected, "{texts:?}");
}

#[test]
fn environment_lines_are_merged() {
    check_env(&["Environment=A=1 B=2"], &[("A", "1", "/u0", 2), ("B", "2", "/u0", 2)]);
    check_env(
        &["Environment=A=1", "Environment=A=2"],
        &[("A", "1", "/u0", 2), ("A", "2", "/u1", 2)],
    );
    check_env(
        &["Environment=A=1", "Environment=\nEnvironment=B=2"],
        &[("B", "2", "/u1", 3)],
    );
    check_env(
        &["Environment=\"A=a b\" P=%h/x%%"],
        &[("A", "a b", "/u0", 2), ("P", "/home/me/x%", "/u0", 2)],
    );
    check_env(&["Environment=A=1 \"B=2"], &[("A", "1", "/u0", 2)]);
    check_env(&["Environment=1A=1 =x noequals B=2"], &[("B", "2", "/u0", 2)]);
}

#[test]
fn resets_are_remembered() {
    let definition = merged(&[
        "Environment=A=1\nEnvironmentFile=/a\nExecStart=/x",
        "Environment=\nEnvironmentFile=\nExecStart=\nExecStart=/y",
    ]);
    assert_eq!(definition.reset.len(), 1);
    assert!(definition.env_files.is_empty());
    let exec: Vec<_> = definition
        .exec
        .iter()
        .map(|(line, place)| (line.as_str(), place.path.as_str()))
        .collect();
    assert_eq!(exec, [("/y", "/u1")]);
}

#[test]
fn environment_files_are_named() {
    let definition =
        merged(&["EnvironmentFile=-%h/my env\nEnvironmentFile=/b*.env\nEnvironmentFile=\"/c\"\nEnvironmentFile=rel"]);
    let got: Vec<_> = definition
        .env_files
        .iter()
        .map(|one| (one.path.as_str(), one.optional))
        .collect();
    assert_eq!(got, [("/home/me/my env", true), ("/b*.env", false)]);
    assert_eq!(definition.odd.len(), 2);
}

#[test]
fn odd_lines_name_their_place_and_no_value() {
    let definition =
        merged(&["Environment=hunter2\n[Unit]\nEnvironment=A=hunter2\n[Service]\nEnvironment=A=\"hunter2"]);
    let lines: Vec<_> = definition.odd.iter().filter_map(|one| one.place.line).collect();
    assert_eq!(lines, [2, 4, 6]);
    assert!(
        definition
            .odd
            .iter()
            .all(|one| !one.what.contains("hunter2") && one.name.is_none())
    );
}

#[test]
fn scalars_are_replaced() {
    let definition = merged(&[
        "User=a\nWorkingDirectory=-%h\nUnsetEnvironment=A B=1",
        "User=b\nPassEnvironment=X Y",
    ]);
    assert_eq!(definition.user.as_deref(), Some("b"));
    assert_eq!(definition.working_dir.as_deref(), Some("/home/me"));
    let unset: Vec<_> = definition.unset.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(unset, ["A", "B=1"]);
    assert_eq!(definition.pass, ["X", "Y"]);
}

#[test]
fn lines_that_mean_a_variable_are_told() {
    for (line, right, name, file) in [
        ("SetEnv=OPENAI_API_KEY=v", "Environment", Some("OPENAI_API_KEY"), None),
        ("Export=OPENAI_API_KEY=v", "Environment", Some("OPENAI_API_KEY"), None),
        (
            "Environment: OPENAI_API_KEY=v",
            "Environment",
            Some("OPENAI_API_KEY"),
            None,
        ),
        (
            "Environment OPENAI_API_KEY=v",
            "Environment",
            Some("OPENAI_API_KEY"),
            None,
        ),
        ("EnvironmentFile: /etc/keys", "EnvironmentFile", None, Some("/etc/keys")),
        ("EnvironmentFile /etc/keys", "EnvironmentFile", None, Some("/etc/keys")),
        ("EnvFile: /etc/keys", "EnvironmentFile", None, Some("/etc/keys")),
        ("Environment File=/etc/keys", "EnvironmentFile", None, Some("/etc/keys")),
    ] {
        let passed = merged(&[line]).passed;
        let [one] = passed.as_slice() else {
            panic!("{line}: {}", passed.len())
        };
        let kind = PassedKind::Directive {
            right: right.to_owned(),
        };
        assert_eq!(one.kind, kind, "{line}");
        assert_eq!(one.names.first().map(|one| one.name.as_str()), name, "{line}");
        assert_eq!(one.file.as_deref(), file, "{line}");
    }
    for line in [
        "UnsetEnvironment=OPENAI_API_KEY=v",
        "ExecStartPre=OPENAI_API_KEY=v node",
        "BindPaths=/a:/b",
        "SetCredential=OPENAI_API_KEY:v",
        "Description: words",
    ] {
        assert!(merged(&[line]).passed.is_empty(), "{line}");
    }
}
