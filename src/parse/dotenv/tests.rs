//! Tests of the `.env` dialect.

use super::*;

fn pairs(text: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    for entry in parse(text.as_bytes()) {
        found.retain(|(key, _)| *key != entry.key);
        found.push((entry.key, entry.value));
    }
    found
}

/// The OpenClaw column of facts/env-resolution.md section 3.2.
#[test]
fn the_recorded_table() {
    let table: &[(&str, &[(&str, &str)])] = &[
        ("K = abc", &[("K", "abc")]),
        ("   K=abc", &[("K", "abc")]),
        ("K=abc   ", &[("K", "abc")]),
        ("K=a b c", &[("K", "a b c")]),
        ("K=\"a b\"", &[("K", "a b")]),
        ("K='a b'", &[("K", "a b")]),
        ("K=`a b`", &[("K", "a b")]),
        ("K=\"a\\nb\"", &[("K", "a\nb")]),
        ("K=\"a\\rb\"", &[("K", "a\rb")]),
        ("K=\"a\\tb\"", &[("K", "a\\tb")]),
        ("K='a\\nb'", &[("K", "a\\nb")]),
        ("K=a\\nb", &[("K", "a\\nb")]),
        ("K=\"a\\\"b\"", &[("K", "a\\\"b")]),
        ("K=\"${Z:-d}x\"", &[("K", "${Z:-d}x")]),
        ("Z=zz\nK=${Z}x", &[("Z", "zz"), ("K", "${Z}x")]),
        ("K=abc#def", &[("K", "abc")]),
        ("K=abc #def", &[("K", "abc")]),
        ("K=\"abc#def\"", &[("K", "abc#def")]),
        ("K=\"abc\" # c", &[("K", "abc")]),
        ("K=#abc", &[("K", "")]),
        ("K= #abc", &[("K", "")]),
        ("# K=abc", &[]),
        ("export K=abc", &[("K", "abc")]),
        ("K: abc", &[("K", "abc")]),
        ("K:abc", &[]),
        ("K=", &[("K", "")]),
        ("K=   ", &[("K", "")]),
        ("K=\nL=x", &[("K", ""), ("L", "x")]),
        ("K", &[]),
        ("K=abc\r\nL=x\r\n", &[("K", "abc"), ("L", "x")]),
        ("K=abc\rL=x\r", &[("K", "abc"), ("L", "x")]),
        ("\u{feff}K=abc", &[("K", "abc")]),
        ("K=one\nK=two", &[("K", "two")]),
        ("K=\"a\nb\"", &[("K", "a\nb")]),
        ("K=`a\nb`", &[("K", "a\nb")]),
        ("K=\"abc\nL=x", &[("K", "\"abc"), ("L", "x")]),
        ("K='abc\nL=x", &[("K", "'abc"), ("L", "x")]),
        ("K=\"abc\"def", &[("K", "\"abc\"def")]),
        ("K=abc\"def\"", &[("K", "abc\"def\"")]),
        ("K=it's", &[("K", "it's")]),
        ("A-B=abc", &[("A-B", "abc")]),
        ("A B=abc", &[]),
        ("K={\"a\":\"b\"}", &[("K", "{\"a\":\"b\"}")]),
        ("K=https://u:p@h/x?y=1&z=2#f", &[("K", "https://u:p@h/x?y=1&z=2")]),
        ("K=abc\\\nL=x", &[("K", "abc\\"), ("L", "x")]),
        ("\"K\"=abc", &[]),
        ("K==abc", &[("K", "=abc")]),
        ("K=\u{a0}abc\u{a0}", &[("K", "abc")]),
        ("K=a L=b", &[("K", "a L=b")]),
        ("K=\"  a  \"", &[("K", "  a  ")]),
        ("K=\"a\\\nb\"", &[("K", "a\\\nb")]),
        ("K='it\\'s'", &[("K", "it\\'s")]),
        ("K: \"a b\"", &[("K", "a b")]),
        ("; K=abc\nL=x", &[("L", "x")]),
        ("K=\u{201c}abc\u{201d}", &[("K", "\u{201c}abc\u{201d}")]),
        ("K=\n'abc'", &[("K", "abc")]),
        ("K\n=abc", &[("K", "abc")]),
        ("export\nK=abc", &[("K", "abc")]),
        ("K:\nabc", &[("K", "abc")]),
        ("__proto__=x", &[]),
    ];
    for (text, wanted) in table {
        let wanted: Vec<(String, String)> = wanted
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect();
        assert_eq!(pairs(text), wanted, "{text:?}");
    }
}

#[test]
fn invalid_utf8_is_replaced() {
    let entries = parse(b"K=a\xe9b\nL=\0x");
    assert_eq!(entries[0].value, "a\u{fffd}b");
    assert_eq!(entries[1].value, "\0x");
}

#[test]
fn lines_and_cuts_are_told() {
    let found: Vec<(String, u32, bool)> = parse(b"A=1\n\n# c\nB=x#y\r\nC=\"q\nr\"\nD=v #c\nE=#w\n")
        .into_iter()
        .map(|entry| (entry.key, entry.line, entry.cut_by_hash))
        .collect();
    let wanted = [
        ("A", 1, false),
        ("B", 4, true),
        ("C", 5, false),
        ("D", 7, false),
        ("E", 8, true),
    ];
    assert_eq!(found, wanted.map(|(key, line, cut)| (key.to_owned(), line, cut)));
}

/// Texts on which a careless port is quadratic: it would not end within the time of a test run.
#[test]
fn hostile_texts_cost_linear_time() {
    for text in [
        "\n".repeat(1 << 20),
        format!("K{}X", "\n".repeat(1 << 20)),
        "NOEQ\n".repeat(200_000),
        "K=\"\\\"".repeat(200_000),
        format!("K=\"{}", "'a\n".repeat(300_000)),
        format!("K=\"{}\"", "'a\n".repeat(300_000)),
        "K='a\n".repeat(200_000),
        "export ".repeat(150_000),
        format!("K={}", " ".repeat(1 << 20)),
        "K=\n".repeat(300_000),
    ] {
        parse(text.as_bytes());
    }
}
