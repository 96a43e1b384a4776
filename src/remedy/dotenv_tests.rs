//! The commands that write a `.env`, run by a shell; what they wrote is read as OpenClaw reads it.
#![expect(
    clippy::disallowed_methods,
    reason = "the test is the user: it runs the command and reads the file"
)]

use crate::base::fact::Fact;
use crate::model::snapshot::{Offer, OfferStatus, Snapshot, Source};
use crate::remedy::Commands;
use crate::remedy::tests::sample::{offered, sample, trace};

/// A machine whose `.env` has a line of K.
fn with_line() -> Snapshot {
    let mut snapshot = sample();
    let binding = offered("K", Source::DotenvState);
    let mut seen = trace(Some(binding.clone()), true);
    seen.offers.push(Offer {
        name: binding.name,
        source: binding.source,
        place: None,
        value: Some(binding.value),
        status: OfferStatus::Wins,
        rule: String::new(),
    });
    snapshot.views.next_start = Fact::known(seen);
    snapshot
}

/// What a line has goes to another variable, in whatever form it is written, and nothing happens where nothing is typed in.
#[test]
fn a_value_moves_to_another_variable() {
    for (old, typed, wanted) in [
        ("K=old\n", "new", &[("T", "old"), ("K", "new")][..]),
        (
            "A=1\n  export K = 'o#ld'\nKK=2",
            "new",
            &[("A", "1"), ("T", "o#ld"), ("KK", "2"), ("K", "new")],
        ),
        (
            "K: old\nMY_K=3\n",
            "n'e&w",
            &[("T", "old"), ("MY_K", "3"), ("K", "n'e&w")],
        ),
        ("K=old\n", "", &[("K", "old")]),
    ] {
        let state = tempfile::tempdir().unwrap();
        std::fs::write(state.path().join(".env"), old).unwrap();
        let snapshot = with_line();
        let kind = Commands::for_machine(&snapshot).kind();
        let put = super::put_and_move(&snapshot, kind, "K", "T", &state.path().display().to_string()).unwrap();
        let typed_in = state.path().join("typed");
        std::fs::write(&typed_in, format!("{typed}\n")).unwrap();
        let status = std::process::Command::new("bash")
            .args(["-c", &put])
            .stdin(std::fs::File::open(typed_in).unwrap())
            .status()
            .unwrap();
        assert_eq!(status.success(), !typed.is_empty(), "{put}");
        let entries = crate::parse::dotenv::parse(&std::fs::read(state.path().join(".env")).unwrap());
        let read: Vec<(&str, &str)> = entries
            .iter()
            .map(|entry| (entry.key.as_str(), entry.value.as_str()))
            .collect();
        assert_eq!(read, wanted, "{put}");
    }
    let snapshot = sample();
    let kind = Commands::for_machine(&snapshot).kind();
    assert_eq!(super::put_and_move(&snapshot, kind, "K", "T", "~/.openclaw"), None);
}

/// A line that is there is replaced, whatever its form, and kept where nothing is typed in.
#[test]
fn a_line_of_the_key_is_replaced() {
    for (old, typed, kept) in [
        ("K=old\n", "new", false),
        ("A=1\n  export K = old\nB=2", "new", false),
        ("K=\n", "new", false),
        ("K=old\n", "", true),
    ] {
        let home = tempfile::tempdir().unwrap();
        let state = home.path().join("state");
        std::fs::create_dir(&state).unwrap();
        std::fs::write(state.join(".env"), old).unwrap();
        let put = Commands::for_machine(&with_line()).put_in_dotenv("K", &state.display().to_string());
        let input = home.path().join("typed");
        std::fs::write(&input, format!("{typed}\n")).unwrap();
        let status = std::process::Command::new("bash")
            .args(["-c", &put])
            .stdin(std::fs::File::open(input).unwrap())
            .status()
            .unwrap();
        assert_eq!(status.success(), !kept, "{put}");
        let text = std::fs::read(state.join(".env")).unwrap();
        let entries = crate::parse::dotenv::parse(&text);
        let of_key = entries.iter().filter(|entry| entry.key == "K");
        let values: Vec<&str> = of_key.map(|entry| entry.value.as_str()).collect();
        assert_eq!(values, [if kept { "old" } else { "new" }], "{put}");
        assert_eq!(old.contains("B=2"), entries.iter().any(|entry| entry.key == "B"));
    }
}

#[test]
fn what_is_put_into_dotenv_arrives_whole() {
    for (own, value) in [
        (true, "plain-value"),
        (true, "pass#word"),
        (true, "a b # c"),
        (false, "typed#in"),
    ] {
        let home = tempfile::tempdir().unwrap();
        let state = home.path().join("state");
        std::fs::create_dir(&state).unwrap();
        let mut snapshot = sample();
        let mut binding = offered("K", Source::Process);
        binding.value = crate::secret::describe::describe("K", value, "00000000".to_owned());
        snapshot.views.shell = Fact::known(trace(own.then_some(binding), false));
        let put = Commands::for_machine(&snapshot).put_in_dotenv("K", &state.display().to_string());
        let typed = home.path().join("typed");
        std::fs::write(&typed, format!("{value}\n")).unwrap();
        let status = std::process::Command::new("bash")
            .args(["-c", &put])
            .env("K", value)
            .stdin(std::fs::File::open(typed).unwrap())
            .status()
            .unwrap();
        assert!(status.success(), "{put}");
        let entries = crate::parse::dotenv::parse(&std::fs::read(state.join(".env")).unwrap());
        let read: Vec<&str> = entries.iter().map(|entry| entry.value.as_str()).collect();
        assert_eq!(read, [value], "{put}");
    }
}

/// A file that is closed to writing is opened first: else the old line would go, and the new one not come.
#[test]
fn a_read_only_file_is_opened_first() {
    use crate::model::snapshot::{FileKind, FileOutcome, PathFacts, Stat, TracedFile};
    for (mode, uid, opened) in [(0o400, 1000, true), (0o600, 1000, false), (0o400, 0, false)] {
        let mut snapshot = sample();
        snapshot.host.uid = 1000;
        let mut seen = trace(None, true);
        seen.files = vec![TracedFile {
            source: Source::DotenvState,
            facts: PathFacts {
                path: "/home/me/.openclaw/.env".to_owned(),
                role: ".env".to_owned(),
                stat: Fact::known(Stat {
                    kind: FileKind::File,
                    mode,
                    uid,
                    size: 9,
                    mtime_ms: 0,
                }),
            },
            outcome: FileOutcome::Read { names: 1 },
            duplicates: Vec::new(),
            disagreements: Vec::new(),
        }];
        snapshot.views.next_start = Fact::known(seen);
        let commands = Commands::for_machine(&snapshot);
        let carried = commands.carry_to_dotenv(&["K"], "~/.env", "~/.openclaw").join("\n");
        for command in [commands.put_in_dotenv("K", "~/.openclaw"), carried] {
            assert_eq!(command.contains("chmod u+w ~/.openclaw/.env && "), opened, "{command}");
        }
    }
}
