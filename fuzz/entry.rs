//! What the fuzz targets call, and what has to hold for every input. `tests/fuzz_corpus.rs` calls
//! the same with the recorded inputs.

use openclaw_doctor::config::include::{IncludeAnswer, IncludeSettings};
use openclaw_doctor::config::standalone::{Outside, run};
use openclaw_doctor::parse::dotenv::readers;
use openclaw_doctor::parse::json5::spans::{Kind, SpanIndex, position};
use openclaw_doctor::parse::json5::{hints as json5_hints, repairs as json5_repairs};
use openclaw_doctor::parse::launchd::{launchctl_misc, launchctl_print, plist_file};
use openclaw_doctor::parse::proc::{
    environ, gateway_argv, inet_diag, lock_file, net as proc_net, passwd, stat as proc_stat,
};
use openclaw_doctor::parse::rc::rc_file::Dialect;
use openclaw_doctor::parse::rc::{rc_file, sh_exports};
use openclaw_doctor::parse::systemd::{
    env_file as environment_file, environment_d, show, unit as unit_file, unit_quoting,
};
use openclaw_doctor::parse::{auth_profiles, dotenv as dotenv_file, plugin_manifest, semver, suppress};
use openclaw_doctor::redact::arguments;
use openclaw_doctor::redact::log_line;
use openclaw_doctor::redact::{mask_config, mask_plist, mask_unit};

/// A whole config that includes itself under other names: judged, shown, and never a crash.
pub(crate) fn config(data: &[u8]) {
    let mut left = 8;
    let mut include = |path: &str| {
        left -= 1;
        match left {
            0.. => IncludeAnswer::Text {
                real_path: path.to_owned(),
                bytes: data.to_vec(),
            },
            _ => IncludeAnswer::Missing,
        }
    };
    let mut outside = Outside {
        env: &|name| (name.len() % 2 == 0).then(|| "value".to_owned()),
        blocked: &|name| name == "HOME",
        include: &mut include,
        settings: IncludeSettings {
            config_dir: "/c".to_owned(),
            home: "/h".to_owned(),
            ..IncludeSettings::default()
        },
        state_dir: "/c".to_owned(),
        release: None,
        plugins: Vec::new(),
        manifests: Vec::new(),
        path_exists: None,
        exec_problem: None,
        container: false,
        reach: Default::default(),
    };
    let (text, code) = run("/c/openclaw.json", data, true, &mut outside);
    let object: serde_json::Value = serde_json::from_str(&text).expect("the verdict is JSON");
    let valid = object.get("valid").and_then(serde_json::Value::as_bool);
    let issues = object
        .get("issues")
        .and_then(serde_json::Value::as_array)
        .map_or(0, Vec::len);
    assert!(
        code == 1 || valid == Some(true),
        "a start with an invalid file is refused"
    );
    assert_eq!(
        valid,
        Some(issues == 0),
        "invalid says why, valid has nothing against it"
    );
    let (shown, _) = run("/c/openclaw.json", data, false, &mut outside);
    assert!(!shown.contains('\u{1b}'), "a file's escape sequences reach no terminal");
}

/// The index accepts what the json5 crate accepts, and every node lies inside its parent.
pub(crate) fn span_index(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let index = match SpanIndex::build(&text) {
        Ok(index) => index,
        Err(fault) => {
            assert!(fault.offset <= text.len() && fault.line >= 1);
            assert!(!json5_hints::message(&fault).is_empty());
            let _ = json5_hints::hint(&text, &fault);
            assert!(
                json5::from_str::<serde_json::Value>(&text).is_err(),
                "the crate takes it"
            );
            return;
        }
    };
    if index.too_deep {
        return;
    }
    let accepted = |text: &str| json5::from_str::<serde_json::Value>(text).is_ok();
    let repaired = || json5_repairs::readable(&text, &index);
    assert!(
        accepted(&text) || repaired().is_some_and(|text| accepted(&text)),
        "the crate refuses it"
    );
    let mut open = vec![0];
    while let Some(id) = open.pop() {
        let node = index.node(id).expect("a child is a node");
        assert!(node.start <= node.end && node.end as usize <= text.len());
        let (line, column) = position(&text, node.start as usize);
        assert!(line >= 1 && column >= 1);
        for (at, child) in index.children(id).enumerate() {
            let inner = index.node(child).expect("a child is a node");
            assert!(node.start < inner.start && inner.end < node.end, "a child lies inside");
            let name = match node.kind {
                Kind::Array => at.to_string(),
                _ => index.key(&text, child),
            };
            let found = index.child(&text, id, &name).expect("a child is found by its name");
            assert!(found >= child, "the last of a name counts");
            open.push(child);
        }
    }
}

/// A `.env` file: every entry stands on a line of the file, in order.
pub(crate) fn dotenv(data: &[u8]) {
    let entries = dotenv_file::parse(data);
    let lines = 1 + data.iter().filter(|byte| matches!(byte, b'\n' | b'\r')).count();
    assert!(
        entries
            .iter()
            .all(|entry| entry.line as usize <= lines && !entry.key.is_empty())
    );
    assert!(entries.is_sorted_by_key(|entry| entry.line));
}

/// An `EnvironmentFile=`: names are names, and nothing is longer than the file.
pub(crate) fn env_file(data: &[u8]) {
    let Ok(text) = environment_file::parse(data) else {
        return;
    };
    for entry in &text.entries {
        assert!(!entry.name.is_empty() && !entry.name.contains('='));
        assert!(entry.name.len() + entry.value.len() < data.len());
    }
}

/// A unit file, and the words of each value.
pub(crate) fn unit(data: &[u8]) {
    let text = unit_file::parse(data);
    for one in &text.assignments {
        assert!(one.key.len() + one.value.len() < data.len());
        let words = unit_quoting::words(&one.value);
        assert!(words.words.len() <= one.value.len());
        let resolved = unit_quoting::specifiers(&one.value, |letter| (letter == 'h').then(|| "/h".to_owned()));
        let _ = resolved;
    }
}

/// Everything that `launchctl` prints.
pub(crate) fn launchctl(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Some(job) = launchctl_print::parse(&text) {
        assert!(job.target.contains('/'));
    }
    let _ = launchctl_print::refusal(Some(1), &text);
    let _ = launchctl_misc::disabled(&text);
    let _ = launchctl_misc::listed(&text);
    let _ = launchctl_misc::table(&text);
    let _ = launchctl_misc::getenv(&text);
}

/// Secrets that are planted: mixed signs, hex digits, digits, with signs inside. One of letters alone is not among
/// them: where a name, a host or a folder may stand it cannot be told from one.
const SECRETS: &[&str] = &["Xy9zQ8wHunt3r", "8f14e45fceea167a", "73519462088", "aB3/x9+Qz7=="];

/// Plants a secret where the input has a `\u{1}`, or at the place that its first byte tells, and checks that no six
/// signs of it come out. The first byte also chooses the secret.
fn planted(data: &[u8], mask: impl Fn(&str) -> String) {
    let Some((first, rest)) = data.split_first() else {
        return;
    };
    let text = String::from_utf8_lossy(rest);
    let secret = SECRETS[*first as usize % SECRETS.len()];
    let parts: Vec<&str> = (0..secret.len() - 5).map(|at| &secret[at..at + 6]).collect();
    if text.len() > 4000 || parts.iter().any(|part| text.contains(part)) {
        return;
    }
    let text = if text.contains('\u{1}') {
        text.replace('\u{1}', secret)
    } else {
        let at = text
            .char_indices()
            .map(|(at, _)| at)
            .nth(*first as usize / SECRETS.len())
            .unwrap_or(text.len());
        format!("{}{secret}{}", &text[..at], &text[at..])
    };
    let shown = mask(&text);
    for part in parts {
        assert!(!shown.contains(part), "{part} of the secret comes out: {shown}");
    }
}

/// A config, broken or not: no secret comes out of the mask.
pub(crate) fn mask_of_config(data: &[u8]) {
    planted(data, |text| mask_config("c", text, &[]).lines.join("\n"));
}

/// A unit file.
pub(crate) fn mask_of_unit(data: &[u8]) {
    planted(data, |text| mask_unit("u", text, &[]).lines.join("\n"));
}

/// A property list.
pub(crate) fn mask_of_plist(data: &[u8]) {
    planted(data, |text| mask_plist("p", text, &[]).lines.join("\n"));
}

/// A line of a log, and the words of a command.
pub(crate) fn mask_of_line(data: &[u8]) {
    planted(data, |text| log_line::masked(text, &[]));
    planted(data, |text| {
        arguments(&text.split(' ').collect::<Vec<_>>(), &|_| false).join(" ")
    });
}

/// Start-up files of shells, and what they export.
pub(crate) fn rc(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    for dialect in [Dialect::Posix, Dialect::Fish, Dialect::Plain, Dialect::Pam] {
        assert!(rc_file::parse(&text, dialect).assigned.len() <= text.len());
    }
    let _ = sh_exports::parse(&text);
    let _ = environment_d::parse(data, &mut std::collections::BTreeMap::new());
    let _ = readers::disagreements(data);
}

/// What the kernel and the managers say of processes and sockets.
pub(crate) fn system(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let words = environ::words(data);
    assert!(words.len() <= data.len() && environ::entries(data).len() <= data.len());
    let _ = (
        gateway_argv::gateway(&words),
        gateway_argv::child(&words),
        gateway_argv::worker(&words),
    );
    let _ = (
        gateway_argv::port(&words),
        gateway_argv::overrides(&words),
        gateway_argv::port_of_variable(&text),
    );
    let _ = (
        proc_net::line(&text),
        proc_stat::stat(&text),
        proc_stat::effective_uid(&text),
    );
    let _ = (
        proc_stat::namespace_depth(&text),
        proc_stat::service_unit(&text),
        proc_stat::container(&text),
    );
    let _ = (
        passwd::by_uid(&text, 0),
        passwd::by_name(&text, "me"),
        lock_file::parse(data),
    );
    let _ = inet_diag::answer(data, &mut Vec::new());
    let _ = (show::blocks(&text), show::timestamp_ms(&text), show::environment(&text));
}

/// Property lists, stores, manifests, versions, suppressions.
pub(crate) fn files(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let _ = plist_file::parse(data);
    let _ = (plugin_manifest::manifest(&text), plugin_manifest::package(&text));
    if let Ok(value) = serde_json::from_str(&text) {
        let _ = auth_profiles::profiles(&value).map(|profiles| profiles.len());
    }
    if let Some(version) = semver::version(&text) {
        let _ = semver::allows(&text, version);
    }
    if let Some((range, version)) = text.split_once('\n') {
        let _ = semver::version(version).and_then(|version| semver::allows(range, version));
    }
    let _ = suppress::parse(&text);
}
