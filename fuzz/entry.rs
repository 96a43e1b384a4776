//! What the fuzz targets call, and what has to hold for every input. `tests/fuzz_corpus.rs` calls
//! the same with the recorded inputs.

use openclaw_doctor::config::document::{IncludeAnswer, IncludeSettings};
use openclaw_doctor::config::standalone::{Outside, run};
use openclaw_doctor::parse::dotenv as dotenv_file;
use openclaw_doctor::parse::json5::spans::{Kind, SpanIndex, position};
use openclaw_doctor::parse::json5::{hints as json5_hints, repairs as json5_repairs};
use openclaw_doctor::parse::launchd::{launchctl_misc, launchctl_print};
use openclaw_doctor::parse::systemd::{env_file as environment_file, unit as unit_file, unit_quoting};

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
        path_exists: None,
        exec_problem: None,
        container: false,
    };
    let (text, code) = run("/c/openclaw.json", data, true, &mut outside);
    let object: serde_json::Value = serde_json::from_str(&text).expect("the verdict is JSON");
    let valid = object.get("valid").and_then(serde_json::Value::as_bool);
    let issues = object
        .get("issues")
        .and_then(serde_json::Value::as_array)
        .map_or(0, Vec::len);
    assert_eq!(valid, Some(code == 0));
    assert_eq!(code == 0, issues == 0, "invalid says why, valid has nothing against it");
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
