//! Tests of the span index.

use super::*;

fn place(text: &str, path: &[&str]) -> Option<(u32, u32)> {
    let index = SpanIndex::build(text).unwrap();
    let mut at = index.root()?;
    for segment in path {
        at = index.child(text, at, segment)?;
    }
    Some(position(text, index.node(at)?.start as usize))
}

#[test]
fn finds_values() {
    let text = "// c\n{ a: {'b': [1, \"x\", {\"c\\u0064\": null}],}, \"a.b\": +.5, }\n";
    type Case = (&'static [&'static str], Option<(u32, u32)>);
    let cases: &[Case] = &[
        (&[], Some((2, 1))),
        (&["a"], Some((2, 6))),
        (&["a", "b", "1"], Some((2, 16))),
        (&["a", "b", "2", "cd"], Some((2, 33))),
        (&["a.b"], Some((2, 50))),
        (&["a", "x"], None),
        (&["a", "b", "3"], None),
        (&["a", "b", "x"], None),
    ];
    for (path, want) in cases {
        assert_eq!(place(text, path), *want, "{path:?}");
    }
}

/// Large containers are looked up through a table; it must say what the search says.
#[test]
fn large_containers() {
    let members: String = (0..40).map(|n| format!("\nk{n}: [{n}],")).collect();
    let text = format!("{{{members}\n'k\\u0033': 'last', __proto__: 1}}");
    for (name, line) in [("k0", Some(2)), ("k17", Some(19)), ("k3", Some(42)), ("k40", None)] {
        assert_eq!(place(&text, &[name]).map(|at| at.0), line, "{name}");
    }
    let list = format!("[{}]", "\n1,".repeat(40));
    for (name, line) in [
        ("0", Some(2)),
        ("39", Some(41)),
        ("40", None),
        ("x", None),
        ("-1", None),
    ] {
        assert_eq!(place(&list, &[name]).map(|at| at.0), line, "{name}");
    }
}

#[test]
fn last_duplicate_counts() {
    let text = "{a: 1, b: {x: 1, 'x': 2}, \"\\u0061\": 3}";
    assert_eq!(place(text, &["a"]), Some((1, 37)));
    let index = SpanIndex::build(text).unwrap();
    let found: Vec<(String, String)> = index
        .duplicates
        .iter()
        .map(|d| (index.key(text, d.lost), index.key(text, d.kept)))
        .collect();
    assert_eq!(found, [("x".into(), "x".into()), ("a".into(), "a".into())]);
}

/// Lines and columns as npm json5 2.2.3 gives them (facts/config-validation.md section 3).
#[test]
fn faults_as_npm_json5() {
    use Expected as E;
    let cases = [
        ("", 1, 1, E::Value),
        ("{a:1", 1, 5, E::CommaOrBrace),
        ("{\n  a: \"x\n}", 3, 0, E::Rest),
        ("{a:1 b:2}", 1, 6, E::CommaOrBrace),
        ("{a:1,,}", 1, 6, E::Key),
        ("[1,,2]", 1, 4, E::Value),
        ("{foo-bar: 1}", 1, 5, E::Colon),
        ("{a = 1}", 1, 4, E::Colon),
        ("# x\n{}", 1, 1, E::Value),
        ("{a: True}", 1, 5, E::Value),
        ("{a: tru}", 1, 8, E::Rest),
        ("{a: 01}", 1, 6, E::CommaOrBrace),
        ("{} {}", 1, 4, E::Nothing),
        ("{a: 1 /* x", 1, 11, E::Rest),
        ("{a: `x`}", 1, 5, E::Value),
        ("{a: \"\\1\"}", 1, 7, E::Rest),
        ("{a: -x}", 1, 6, E::Rest),
        ("{\"a\": 1", 1, 8, E::CommaOrBrace),
    ];
    for (text, line, column, expected) in cases {
        let fault = SpanIndex::build(text).unwrap_err();
        assert_eq!(
            (fault.line, fault.column, fault.expected),
            (line, column, expected),
            "{text:?}"
        );
    }
}

#[test]
fn accepts_the_dialect() {
    for text in [
        "\u{feff}{}",
        "{a:0x1F,b:-0,c:5.,d:.5,e:1e+4,f:Infinity,g:-NaN,h:'\\x41\\0\\\n',}",
        "{if: 1, $a_1: [1,], \u{e9}t\u{e9}: '\u{2028}', \\u0061b: \"\t\"}",
        "\"s\"",
        "{\ra:1}// end",
    ] {
        assert!(SpanIndex::build(text).is_ok(), "{text:?}");
        assert!(json5::from_str::<serde_json::Value>(text).is_ok(), "{text:?}");
    }
}

#[test]
fn deep_and_long_texts_are_answered() {
    let deep = "[".repeat(100_000);
    assert_eq!(SpanIndex::build(&deep).unwrap_err().kind, FaultKind::End);
    let closed = deep.clone() + &"]".repeat(100_000);
    assert!(SpanIndex::build(&closed).unwrap().too_deep);
    assert!(SpanIndex::build(&",".repeat(1_000_000)).is_err());
}
