//! Lines as OpenClaw writes them, as people edit them, and random text.

use proptest::prelude::*;

use super::*;

fn pairs(text: &str) -> Vec<(String, String, u32, bool)> {
    parse(text)
        .vars
        .iter()
        .map(|one| {
            (
                one.var.name.clone(),
                one.var.value.to_string(),
                one.var.line.unwrap(),
                one.exported,
            )
        })
        .collect()
}

#[test]
fn assignments() {
    let cases: &[(&str, &str, &str, u32, bool)] = &[
        ("export K='v'\n", "K", "v", 1, true),
        ("export K='it'\\''s'\n", "K", "it's", 1, true),
        ("export K=''\n", "K", "", 1, true),
        (
            "# c\n\nexport K='a\nb $X `c` \"d\"'\n",
            "K",
            "a\nb $X `c` \"d\"",
            3,
            true,
        ),
        ("export K=\"a \\\"b\\\" \\$c \\d\"\n", "K", "a \"b\" $c \\d", 1, true),
        ("export K=bare # note\n", "K", "bare", 1, true),
        ("export K=a#b\n", "K", "a#b", 1, true),
        ("export\tK=a\\ b\n", "K", "a b", 1, true),
        ("export K='v'; echo\n", "K", "v", 1, true),
        ("K='v'\n", "K", "v", 1, false),
        ("K='v'\nexport K\n", "K", "v", 1, true),
        ("set -a\nK='v'\n", "K", "v", 2, true),
        ("export K='v'", "K", "v", 1, true),
        ("export K='v'\r\n", "K", "v\r", 1, true),
    ];
    for (text, name, value, line, exported) in cases {
        let wanted = (name.to_string(), value.to_string(), *line, *exported);
        assert_eq!(pairs(text).first(), Some(&wanted), "{text:?}");
    }
    assert_eq!(pairs("export A=1 B='2'\nexport A='3'\n").len(), 3);
    assert_eq!(pairs("export A=1\nunset A\n").len(), 0);
}

#[test]
fn header_is_exact() {
    assert!(parse(&format!("{HEADER}\nexport A='1'\n")).header);
    for text in [
        "",
        "export A='1'\n",
        &format!("{HEADER} \n"),
        &format!("\n{HEADER}\n"),
        &format!("{HEADER}\r\n"),
    ] {
        assert!(!parse(text).header);
    }
}

#[test]
fn other_lines_are_reported() {
    let cases = [
        ("export K=$(cat key)\n", 1, Some("K")),
        ("export K=\"$OTHER\"\n", 1, Some("K")),
        ("export A='1'\n. ~/other.env\n", 2, None),
        ("export A='1'\nexport B='open\n", 2, None),
        ("export 1A=x\n", 1, None),
        ("K = v\n", 1, None),
    ];
    for (text, line, name) in cases {
        let odd = parse(text).odd;
        let found = odd.first().map(|one| (one.line, one.name.as_deref()));
        assert_eq!(found, Some((line, name)), "{text:?}");
    }
}

proptest! {
    #[test]
    fn nothing_makes_it_fail(text in any::<String>()) {
        let _ = parse(&text);
    }

    #[test]
    fn what_openclaw_writes_is_read_back(values in prop::collection::vec("[^\0]*", 1..5)) {
        let mut text = format!("{HEADER}\n");
        for value in &values {
            text.push_str(&format!("export K='{}'\n", value.replace('\'', "'\\''")));
        }
        let read: Vec<String> = parse(&text).vars.iter().map(|one| one.var.value.to_string()).collect();
        prop_assert_eq!(read, values);
    }
}
