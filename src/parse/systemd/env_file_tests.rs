//! Cases of facts/services.md section 1.4 and facts/env-resolution.md section 3.2, systemd column.

use super::*;
use proptest::prelude::*;

fn check(text: &str, expected: &[(&str, &str, u32)], odd: &[u32]) {
    let parsed = parse(text.as_bytes()).map_err(|why| why.words()).unwrap_or_default();
    let got: Vec<_> = parsed
        .entries
        .iter()
        .map(|one| (one.name.as_str(), one.value.as_str(), one.line))
        .collect();
    assert_eq!(got, expected, "{text:?}");
    let lines: Vec<_> = parsed.odd.iter().map(|(line, ..)| *line).collect();
    assert_eq!(lines, odd, "{text:?}");
}

fn one(text: &str, value: &str) {
    let parsed = parse(text.as_bytes()).map_err(|why| why.words()).unwrap_or_default();
    let got: Vec<_> = parsed
        .entries
        .iter()
        .map(|one| (one.name.as_str(), one.value.as_str()))
        .collect();
    assert_eq!(got, [("K", value)], "{text:?}");
}

#[test]
fn one_value() {
    for (text, value) in [
        ("K=abc", "abc"),
        ("K = abc", "abc"),
        ("   K=abc", "abc"),
        ("K=abc   ", "abc"),
        ("K=a b c", "a b c"),
        ("K=\"a b\"", "a b"),
        ("K='a b'", "a b"),
        ("K=`a b`", "`a b`"),
        ("K=\"a\\nb\"", "a\\nb"),
        ("K=a\\nb", "anb"),
        ("K=\"a\\\"b\"", "a\"b"),
        ("K=\"a\\\\b\"", "a\\b"),
        ("K=\"a$HOME_X\"", "a$HOME_X"),
        ("K=abc#def", "abc#def"),
        ("K=abc #def", "abc #def"),
        ("K=\"abc\" # c", "abc# c"),
        ("K=#abc", "#abc"),
        ("K=", ""),
        ("K=   ", ""),
        ("K=\"a\nb\"", "a\nb"),
        ("K=\"abc\nL=x\n", "abc\nL=x\n"),
        ("K='abc\nL=x\n", "abc\nL=x\n"),
        ("K=\"abc\"def", "abcdef"),
        ("K=abc\"def\"", "abc\"def\""),
        ("K=it's", "it's"),
        ("K={\"a\":\"b\"}", "{\"a\":\"b\"}"),
        ("K=abc\\\nL=x", "abcL=x"),
        ("K=a\\b", "ab"),
        ("K=a\\ b", "a b"),
        ("K==abc", "=abc"),
        ("K=\u{a0}abc\u{a0}", "\u{a0}abc\u{a0}"),
        ("K=a L=b", "a L=b"),
        ("K=\"  a  \"", "  a  "),
        ("K=\"a\\\nb\"", "ab"),
        ("K='it\\'s'", "it\\s'"),
        ("K=\"k \\$x \\\"q\\\" \\`b\\` \\\\s\"", "k $x \"q\" `b` \\s"),
    ] {
        one(text, value);
    }
}

#[test]
fn lines_and_odd_lines() {
    check("# K=abc\n; K=abc\nL=x", &[("L", "x", 3)], &[]);
    check("export K=abc\nL=x\n", &[("L", "x", 2)], &[1]);
    check("K: abc\n", &[], &[1]);
    check("K\nL=x", &[("L", "x", 2)], &[1]);
    check("K=one\nK=two\n", &[("K", "one", 1), ("K", "two", 2)], &[]);
    check("K=abc\r\nL=x\r\n", &[("K", "abc", 1), ("L", "x", 2)], &[]);
    check("K=abc\rL=x\r", &[("K", "abc", 1), ("L", "x", 2)], &[]);
    check("\u{feff}K=abc", &[], &[1]);
    check("A-B=abc\nA.B=abc\n1K=abc\nA B=abc\n\"K\"=abc", &[], &[1, 2, 3, 4, 5]);
    check("K=\"a\nb\"\nL=x", &[("K", "a\nb", 1), ("L", "x", 3)], &[]);
    check("# c \\\nK=1\nL=2", &[("L", "2", 3)], &[]);
    check("K=a\\b\n", &[("K", "ab", 1)], &[1]);
    check("K='abc\nL=x", &[("K", "abc\nL=x", 1)], &[1]);
}

#[test]
fn a_line_that_is_taken_in_is_named() {
    let named = |text: &str| {
        let odd = parse(text.as_bytes()).map(|text| text.odd).unwrap_or_default();
        odd.into_iter()
            .filter_map(|(line, name, _)| Some((line, name?)))
            .collect::<Vec<_>>()
    };
    let key = || "OPENAI_API_KEY".to_owned();
    for (text, line) in [
        ("export OPENAI_API_KEY=x", 1),
        ("OPENAI_API_KEY: x", 1),
        ("- OPENAI_API_KEY=x", 1),
        ("# c \\\nOPENAI_API_KEY=x\n", 2),
        ("A=b\\\nOPENAI_API_KEY=x\n", 1),
        ("A=\"b\\\nOPENAI_API_KEY=x\"\n", 1),
    ] {
        assert_eq!(named(text), [(line, key())], "{text:?}");
    }
    assert!(named("A='b\nOPENAI_API_KEY=x\n").contains(&(1, key())));
    assert!(named("A=\"-----BEGIN\nabc\n\"\nB=2\n").is_empty());
}

#[test]
fn whole_files_are_refused() {
    assert!(parse(b"K=a\0b") == Err(Refused::Nul));
    assert!(parse(b"A=1\nK=a\xe9b") == Err(Refused::NotUtf8 { line: 2 }));
    assert!(parse("K=\u{ffff}".as_bytes()) == Err(Refused::NotUtf8 { line: 1 }));
    // What is not part of a name or value is not looked at.
    assert!(parse(b"# \xe9\nK=1").is_ok());
}

#[test]
fn an_odd_line_never_shows_a_value() {
    let parsed = parse(b"export SECRET=hunter2\nhunter2 x=1\nhunter2\n").unwrap_or_default();
    for (_, name, what) in &parsed.odd {
        assert!(!what.contains("hunter2"));
        assert!(name.as_deref().is_none_or(|name| name == "SECRET"));
    }
}

proptest! {
    #[test]
    fn every_byte_string_has_an_answer(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        if let Ok(parsed) = parse(&bytes) {
            prop_assert!(parsed.entries.iter().all(|one| is_env_name(&one.name)));
        }
    }

    #[test]
    fn likely_text_has_an_answer(text in "[A-Z= \\\\\"'#;\n\r\txé$`]{0,60}") {
        if let Ok(parsed) = parse(text.as_bytes()) {
            prop_assert!(parsed.entries.iter().all(|one| one.value.len() <= text.len()));
        }
    }
}
