//! Hostile configs: every text is answered, quickly and without a crash.

use openclaw_doctor::config::document::{IncludeAnswer, IncludeSettings, read};
use openclaw_doctor::config::standalone::{Outside, run};
use openclaw_doctor::parse::json5_spans::SpanIndex;
use proptest::prelude::*;

fn answer(bytes: &[u8]) -> u8 {
    let mut include = |_: &str| IncludeAnswer::Missing;
    let mut outside = Outside {
        env: &|_| None,
        blocked: &|_| false,
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
    };
    for json in [true, false] {
        let _ = run("/c/openclaw.json", bytes, json, &mut outside);
    }
    run("/c/openclaw.json", bytes, true, &mut outside).1
}

#[test]
fn large_and_deep_texts() {
    let deep = |open: &str, close: &str, n: usize| open.repeat(n) + "1" + &close.repeat(n);
    let cases = [
        "[".repeat(100_000),
        deep("[", "]", 100_000),
        deep("{a:", "}", 50_000),
        deep("{a:", "}", 250),
        ",".repeat(2_000_000),
        format!("{{a: \"{}\"}}", "x".repeat(1_000_000)),
        "/*".repeat(200_000),
        "\"\\".repeat(100_000),
        format!("{{{}}}", "a:1,".repeat(50_000)),
        format!(
            "{{gateway:{{{}}}}}",
            (0..20_000).map(|n| format!("k{n}:1,")).collect::<String>()
        ),
    ];
    for text in &cases {
        let _ = answer(text.as_bytes());
    }
}

/// Pieces that make texts which are nearly JSON5.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("{".to_owned()),
        Just("}".to_owned()),
        Just("[".to_owned()),
        Just("]".to_owned()),
        Just(",".to_owned()),
        Just(":".to_owned()),
        Just("\n".to_owned()),
        Just("// c\n".to_owned()),
        Just("/* c */".to_owned()),
        Just("gateway".to_owned()),
        Just("'x'".to_owned()),
        Just("\"\\u00e9\\\n\"".to_owned()),
        Just("-.5e+3".to_owned()),
        Just("0x1F".to_owned()),
        Just("true".to_owned()),
        Just("$include".to_owned()),
        Just("\u{2028}".to_owned()),
        Just("\u{feff}".to_owned()),
        "[ -~]{0,4}",
        any::<char>().prop_map(|c| c.to_string()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn any_bytes_are_answered(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = answer(&bytes);
    }

    #[test]
    fn nearly_json5_is_answered(parts in proptest::collection::vec(piece(), 0..40)) {
        let _ = answer(parts.concat().as_bytes());
    }

    /// The scanner and the json5 crate must not drift apart: what the scanner takes, the crate
    /// takes (lone surrogates aside), and what it refuses, the crate refuses.
    #[test]
    fn scanner_and_crate_agree(parts in proptest::collection::vec(piece(), 0..12)) {
        let text = parts.concat();
        let ours = SpanIndex::build(&text).is_ok();
        let theirs = json5::from_str::<serde_json::Value>(&text).is_ok();
        prop_assert_eq!(ours, theirs, "{:?}", text);
    }

    /// Every value has a place, and its text at that place parses to the value.
    #[test]
    fn places_point_at_values(names in proptest::collection::vec("[a-z]{1,3}", 1..6), number in any::<i32>()) {
        let mut text = format!("{number}");
        for name in names.iter().rev() {
            text = format!("{{\n \"{name}\" : {text} , }}");
        }
        let doc = read("/c/x.json", text.as_bytes(), &IncludeSettings::default(), &mut |_| None).unwrap();
        let path: Vec<&str> = names.iter().map(String::as_str).collect();
        let place = doc.place(&path).unwrap();
        let line = text.lines().nth(place.line.unwrap() as usize - 1).unwrap();
        let rest: String = line.chars().skip(place.column.unwrap() as usize - 1).collect();
        prop_assert!(rest.starts_with(&number.to_string()), "{}", rest);
    }
}
