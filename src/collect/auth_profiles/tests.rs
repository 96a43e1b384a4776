//! Stores of all kinds; a database that is being written stays as it is, byte for byte.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;

use rusqlite::Connection;

use super::*;
use crate::collect::testkit::{Bench, put};

const STORE: &str = r#"{"version":1,"profiles":{"cloudflare-ai-gateway:manual":{"type":"api_key","provider":"cloudflare-ai-gateway","key":"KEY"}}}"#;

fn write_state(connection: &Connection, key: &str) {
    connection
        .execute_batch("CREATE TABLE IF NOT EXISTS config_machine_state(state_key TEXT PRIMARY KEY, value_json TEXT, updated_at_ms INTEGER)")
        .unwrap();
    let text = STORE.replace("KEY", key);
    connection
        .execute(
            "INSERT OR REPLACE INTO config_machine_state VALUES('authProfiles.store', ?1, 0)",
            [text],
        )
        .unwrap();
}

fn state_db(root: &Path) -> PathBuf {
    let path = root.join("state/openclaw.sqlite");
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    path
}

/// Names, bytes and times of all files below a folder, and the folder's own time.
fn picture(folder: &Path) -> BTreeMap<PathBuf, (Vec<u8>, std::time::SystemTime)> {
    let mut all = BTreeMap::new();
    all.insert(
        folder.to_owned(),
        (Vec::new(), std::fs::metadata(folder).unwrap().modified().unwrap()),
    );
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let modified = std::fs::metadata(&path).unwrap().modified().unwrap();
        all.insert(path.clone(), (std::fs::read(&path).unwrap(), modified));
    }
    all
}

fn only_key(root: &Path) -> (Vec<AuthProfileStore>, Vec<String>) {
    let bench = Bench::new(root);
    let (stores, secrets) = collect_with_secrets(&bench.context(), root.to_str().unwrap(), By::Asker);
    let keys = secrets.keys.iter().map(|(_, _, key)| key.expose().to_owned()).collect();
    (stores, keys)
}

#[test]
fn a_database_in_use_is_read_with_its_log_and_left_alone() {
    let root = tempfile::tempdir().unwrap();
    let path = state_db(root.path());
    let writer = Connection::open(&path).unwrap();
    writer.pragma_update(None, "journal_mode", "WAL").unwrap();
    write_state(&writer, "first");
    writer.pragma_update(None, "wal_checkpoint", "TRUNCATE").unwrap();
    // More than one page of old and new, so that the log holds several frames and commits.
    for round in 0..40 {
        write_state(&writer, &format!("round-{round}-{}", "x".repeat(3000)));
    }
    write_state(&writer, "newest-key");
    let folder = path.parent().unwrap();
    let before = picture(folder);
    assert!(before.len() > 3, "the log is there");
    let (stores, keys) = only_key(root.path());
    assert_eq!(keys, ["newest-key"]);
    assert_eq!(picture(folder), before);
    let profile = &stores[0].profiles.get().unwrap()[0];
    assert_eq!(
        (profile.provider.as_str(), profile.key.as_ref().unwrap().length),
        ("cloudflare-ai-gateway", 10)
    );
    assert!(!format!("{stores:?}").contains("newest-key"));

    // A change that is not committed does not count, and the writer is not disturbed.
    writer.execute_batch("BEGIN IMMEDIATE").unwrap();
    write_state(&writer, "not-yet");
    assert_eq!(only_key(root.path()).1, ["newest-key"]);
    writer.execute_batch("COMMIT").unwrap();
    assert_eq!(only_key(root.path()).1, ["not-yet"]);
}

#[test]
fn a_database_at_rest_is_read_and_left_alone() {
    for mode in ["WAL", "DELETE"] {
        let root = tempfile::tempdir().unwrap();
        let path = state_db(root.path());
        let writer = Connection::open(&path).unwrap();
        writer.pragma_update(None, "journal_mode", mode).unwrap();
        write_state(&writer, "resting");
        drop(writer);
        let folder = path.parent().unwrap();
        let before = picture(folder);
        assert_eq!(before.len(), 2, "no log is left");
        assert_eq!(only_key(root.path()).1, ["resting"]);
        assert_eq!(picture(folder), before);
    }
}

#[test]
fn agents_have_stores_of_two_kinds() {
    let root = tempfile::tempdir().unwrap();
    let agent = root.path().join("agents/main/agent");
    put(&agent.join("auth-profiles.json"), STORE.replace("KEY", "json-key"));
    let writer = Connection::open(agent.join("openclaw-agent.sqlite")).unwrap();
    writer
        .execute_batch("CREATE TABLE auth_profile_store(store_key TEXT, store_json TEXT)")
        .unwrap();
    writer
        .execute(
            "INSERT INTO auth_profile_store VALUES('primary', ?1)",
            [STORE.replace("KEY", "db-key")],
        )
        .unwrap();
    let (stores, keys) = only_key(root.path());
    assert_eq!(keys, ["db-key", "json-key"]);
    let kinds: Vec<_> = stores
        .iter()
        .map(|store| (store.kind.as_str(), store.agent.as_deref()))
        .collect();
    assert_eq!(kinds, [("agent-db", Some("main")), ("json", Some("main"))]);
}

#[test]
fn what_cannot_be_read_is_said() {
    let root = tempfile::tempdir().unwrap();
    assert!(only_key(root.path()).0.is_empty());
    let path = state_db(root.path());
    put(
        &path,
        "this is no database, but it is long enough to be looked at as if it were one".repeat(20),
    );
    assert!(only_key(root.path()).0[0].profiles.why_unknown().is_some());
    put(&path, "");
    assert_eq!(only_key(root.path()).0[0].profiles, Fact::known(Vec::new()));
    std::fs::remove_file(&path).unwrap();
    std::fs::create_dir(&path).unwrap();
    assert!(only_key(root.path()).0[0].profiles.why_unknown().is_some());
    put(&root.path().join("agents/a/agent/auth-profiles.json"), "{not json");
    assert!(only_key(root.path()).0[1].profiles.why_unknown().is_some());
}

#[test]
fn a_folder_without_permission_is_unreadable() {
    if rustix::process::geteuid().is_root() {
        return; // root may read everything
    }
    let root = tempfile::tempdir().unwrap();
    let path = state_db(root.path());
    write_state(&Connection::open(&path).unwrap(), "hidden");
    let lock = |mode| std::fs::set_permissions(path.parent().unwrap(), PermissionsExt::from_mode(mode)).unwrap();
    lock(0o000);
    let stores = only_key(root.path()).0;
    lock(0o700);
    assert!(stores[0].profiles.why_unknown().is_some());
}

#[test]
fn a_secret_in_the_place_of_a_name_is_no_name() {
    for plain in [
        "openai:default",
        "anthropic:OPENAI_API_KEY",
        "WORK",
        "z:t",
        "openai:me@example.com",
        "OPENAI:DEFAULT",
    ] {
        assert_eq!(super::named(plain), plain);
    }
    for odd in [
        "FAKE_43HJLWIHVBKSLVNDSPWL",
        "QQHJLWIHVBKSLVNDSPWL",
        "openai:FAKE_QQHJLWIHVBKSLVNDSPWL",
        "x:9FHJ-LWIH-VBKS-LVND",
    ] {
        assert_eq!(super::named(odd), crate::secret::public::WITHHELD, "{odd}");
    }
}
