//! Arbitrary input to the parsers of the machine's files: none may panic, loop, or grow its output.

use proptest::prelude::*;

use super::{auth_profiles, plugin_manifest, sqlite_wal};
use crate::parse::proc::{environ, gateway_argv, lock_file, net as proc_net, passwd, stat as proc_stat};
use crate::parse::rc::rc_file;
use crate::parse::rc::rc_file::Dialect;
use crate::redact::log_line;

/// Text made of the pieces that these parsers treat specially.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("export "),
        Just("set -gx "),
        Just("="),
        Just("\""),
        Just("'"),
        Just("\\"),
        Just("#"),
        Just("$"),
        Just(";"),
        Just("\n"),
        Just(" "),
        Just("API_KEY"),
        Just("Bearer "),
        Just("sk-"),
        Just(". ~/"),
        Just("é"),
        Just("\u{1b}["),
        Just(")"),
        Just("("),
        Just(":"),
        Just("0A"),
        Just("gateway"),
        Just("dist/index.js"),
        Just("{"),
        Just("}"),
        Just("\"profiles\""),
        Just("\u{0}"),
        Just("99999999999999999999"),
    ];
    prop::collection::vec(piece, 0..60).prop_map(|parts| parts.concat())
}

fn read_everything(text: &str) {
    for dialect in [Dialect::Posix, Dialect::Fish, Dialect::Plain, Dialect::Pam] {
        let contents = rc_file::parse(text, dialect);
        assert!(contents.assigned.len() <= text.len());
    }
    assert!(log_line::masked(text, &["sk-A", "API_KEY"]).chars().count() <= 301);
    let _ = proc_net::line(text);
    let _ = (
        proc_stat::stat(text),
        proc_stat::effective_uid(text),
        proc_stat::namespace_depth(text),
    );
    let _ = (proc_stat::service_unit(text), proc_stat::container(text));
    let _ = passwd::by_uid(text, 0);
    let _ = (
        lock_file::parse(text.as_bytes()),
        plugin_manifest::manifest(text),
        plugin_manifest::package(text),
    );
    let _ = environ::entries(text.as_bytes());
    let words = environ::words(text.as_bytes());
    let _ = (
        gateway_argv::gateway(&words),
        gateway_argv::child(&words),
        gateway_argv::port(&words),
    );
    let _ = gateway_argv::port_of_variable(text);
    if let Ok(value) = serde_json::from_str(text) {
        let _ = auth_profiles::profiles(&value).map(|profiles| profiles.len());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_text_is_survived(text in any::<String>()) {
        read_everything(&text);
    }

    #[test]
    fn texts_of_special_pieces_are_survived(text in pieces()) {
        read_everything(&text);
    }

    #[test]
    fn a_known_secret_never_stays(before in pieces(), after in pieces()) {
        let shown = log_line::masked(&format!("{before} vErY-sEcReT {after}"), &["vErY-sEcReT"]);
        prop_assert!(!shown.contains("vErY-sEcReT"));
    }

    #[test]
    fn logs_of_databases_are_bounded(
        database in prop::collection::vec(any::<u8>(), 0..2000),
        mut wal in prop::collection::vec(any::<u8>(), 0..4000),
        genuine in any::<bool>(),
    ) {
        if genuine && wal.len() >= 32 {
            wal[..12].copy_from_slice(&[0x37, 0x7f, 0x06, 0x83, 0, 0, 0, 0, 0, 0, 2, 0]);
        }
        use std::io::Read;
        let read_at = |buffer: &mut [u8], at: u64| database.get(at as usize..).unwrap_or_default().read(buffer);
        let joined = sqlite_wal::Joined::new(read_at, database.len() as u64, &wal);
        let size = joined.size();
        let mut bytes = Vec::new();
        joined.take(1 << 20).read_to_end(&mut bytes).unwrap();
        prop_assert_eq!(bytes.len() as u64, size.min(1 << 20));
    }
}
