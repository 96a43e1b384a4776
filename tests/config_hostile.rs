//! Hostile configs: every text is answered, quickly and without a crash.

use openclaw_doctor::config::document::read;
use openclaw_doctor::config::include::{IncludeAnswer, IncludeSettings};
use openclaw_doctor::config::standalone::{Outside, run};
use openclaw_doctor::parse::json5::spans::SpanIndex;
use proptest::prelude::*;

/// Judges `bytes` as the config, or as the file that a config includes; returns the exit code.
fn judged(bytes: &[u8], included: bool) -> u8 {
    let mut include = |path: &str| match included {
        true => IncludeAnswer::Text {
            real_path: path.to_owned(),
            bytes: bytes.to_vec(),
        },
        false => IncludeAnswer::Missing,
    };
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
        manifests: Vec::new(),
        path_exists: None,
        exec_problem: None,
        container: false,
        reach: Default::default(),
    };
    let text: &[u8] = if included { b"{$include: './part.json5'}" } else { bytes };
    let (shown, code) = run("/c/openclaw.json", text, false, &mut outside);
    assert!(!shown.is_empty());
    let (json, same) = run("/c/openclaw.json", text, true, &mut outside);
    let object = serde_json::from_str::<serde_json::Value>(&json);
    assert_eq!(code, same);
    assert!(object.is_ok());
    let invalid = u8::from(object.is_ok_and(|object| object["valid"] == false));
    assert!(code >= invalid, "no Gateway starts with an invalid file");
    invalid
}

fn answer(bytes: &[u8]) -> u8 {
    judged(bytes, false)
}

/// Each text with its exit code, as the config itself and as an included file.
#[test]
fn large_and_deep_texts() {
    let deep = |open: &str, close: &str, n: usize| open.repeat(n) + "1" + &close.repeat(n);
    let members = |n: usize, member: fn(usize) -> String| (0..n).map(member).collect::<String>();
    // The same bytes in every run, and no period that a scanner could fall into.
    let mut state = 1_u32;
    let noise: Vec<u8> = std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    })
    .take(1_000_000)
    .collect();
    let cases: Vec<(Vec<u8>, u8)> = vec![
        ("[".repeat(100_000).into(), 1),
        (deep("[", "]", 100_000).into(), 1),
        (deep("{a:", "}", 50_000).into(), 1),
        (deep("{a:", "}", 250).into(), 1),
        (",".repeat(10_000_000).into(), 1),
        (format!("[1{}]", ",".repeat(1_000_000)).into(), 1),
        (format!("{{a: \"{}\"}}", "x".repeat(1_000_000)).into(), 1),
        (
            format!("{{env: {{vars: {{A: \"{}\"}}}}}}", "x".repeat(1_000_000)).into(),
            0,
        ),
        (noise, 1),
        ("/*".repeat(200_000).into(), 1),
        ("\"\\".repeat(100_000).into(), 1),
        (format!("{{{}}}", "a:1,".repeat(50_000)).into(), 1),
        (
            format!("{{gateway:{{{}}}}}", members(20_000, |n| format!("k{n}:1,"))).into(),
            1,
        ),
        (
            format!(
                "{{env:{{vars:{{{}}}}}}}",
                members(20_000, |n| format!("K{n}:'${{M{n}}}',"))
            )
            .into(),
            0,
        ),
        (
            format!("{{plugins:{{allow:[{}]}}}}", "'openai',".repeat(50_000)).into(),
            0,
        ),
    ];
    for (at, (text, code)) in cases.iter().enumerate() {
        assert_eq!(judged(text, false), *code, "case {at}");
        assert_eq!(judged(text, true), *code, "case {at}, included");
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
