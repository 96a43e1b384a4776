//! Lines of start-up files and what is in them.

use super::*;

fn names(text: &str, dialect: Dialect) -> Vec<(String, u32, bool, Option<String>)> {
    let parts = |found: &Assigned<'_>| {
        (
            found.name.to_owned(),
            found.line,
            found.exported,
            found.literal.map(str::to_owned),
        )
    };
    parse(text, dialect).assigned.iter().map(parts).collect()
}

#[test]
fn assignments_of_shells() {
    type Expected<'a> = &'a [(&'a str, bool, Option<&'a str>)];
    let cases: &[(&str, Expected<'_>)] = &[
        ("export A=1", &[("A", true, Some("1"))]),
        (
            "export A=\"x y\" B='z'",
            &[("A", true, Some("x y")), ("B", true, Some("z"))],
        ),
        ("export A B", &[("A", true, None), ("B", true, None)]),
        ("A=1", &[("A", false, Some("1"))]),
        ("A=1; export A", &[("A", false, Some("1")), ("A", true, None)]),
        ("A=1 B=2", &[("A", false, Some("1")), ("B", false, Some("2"))]),
        ("A=1 command", &[]),
        ("typeset -x A=1", &[("A", true, Some("1"))]),
        ("declare -gx A=1", &[("A", true, Some("1"))]),
        ("readonly A=1", &[("A", false, Some("1"))]),
        ("export -n A", &[("A", false, None)]),
        ("# export A=1", &[]),
        ("  export A=1 # note; export B=2", &[("A", true, Some("1"))]),
        ("export A=a#b", &[("A", true, Some("a#b"))]),
        ("export A=\"$(pass show x)\"", &[("A", true, None)]),
        ("export A='$x'", &[("A", true, Some("$x"))]),
        ("[ -f x ] && export A=1", &[("A", true, Some("1"))]),
        ("if true; then export A=1; fi", &[("A", true, Some("1"))]),
        ("export A=\"a;b\"", &[("A", true, Some("a;b"))]),
        ("alias x='export A=1'", &[]),
        ("echo A=1", &[]),
        ("export 1A=1", &[]),
        ("export A=\"unclosed", &[("A", true, Some("\"unclosed"))]),
        ("", &[]),
    ];
    for (line, expected) in cases {
        let found = names(line, Dialect::Posix);
        let expected: Vec<_> = expected
            .iter()
            .map(|(name, exported, literal)| ((*name).to_owned(), 1, *exported, literal.map(str::to_owned)))
            .collect();
        assert_eq!(found, expected, "{line}");
    }
}

#[test]
fn assignments_of_other_dialects() {
    let one = |name: &str, exported: bool, text: &str| vec![(name.to_owned(), 1, exported, Some(text.to_owned()))];
    assert_eq!(names("set -gx A 1", Dialect::Fish), one("A", true, "1"));
    assert_eq!(
        names("set --global --export A 'x y'", Dialect::Fish),
        one("A", true, "x y")
    );
    assert_eq!(names("set A 1", Dialect::Fish), one("A", false, "1"));
    assert_eq!(names("set -e A", Dialect::Fish), vec![]);
    assert_eq!(names("export A=1", Dialect::Fish), one("A", true, "1"));
    assert_eq!(names("A=1", Dialect::Plain), one("A", true, "1"));
    assert_eq!(names("export A=1", Dialect::Plain), one("A", true, "1"));
    assert_eq!(names("A=a b;c", Dialect::Plain), one("A", true, "a b;c"));
    assert_eq!(names("A DEFAULT=1", Dialect::Pam), one("A", true, "1"));
    assert_eq!(names("A=1", Dialect::Pam), one("A", true, "1"));
    assert_eq!(names("just words", Dialect::Plain), vec![]);
}

#[test]
fn lines_are_counted_and_sources_found() {
    let text = "# first\n. ~/.bashrc\n\nexport A=1\n[ -r \"$HOME/.env\" ] && source \"$HOME/.env\"\n. /etc/bash.bashrc\nsource $other\n";
    let contents = parse(text, Dialect::Posix);
    assert_eq!(contents.sources, [".bashrc", ".env", "bash.bashrc"]);
    assert_eq!(contents.assigned[0].line, 4);
}

#[test]
fn nothing_makes_it_fail() {
    for text in [
        "\\",
        "'",
        "\"\\",
        "a=\u{0}",
        "é=1; \u{2028}",
        "export",
        ". ",
        "set",
        "&&&&;;;;",
        "export =",
    ] {
        for dialect in [Dialect::Posix, Dialect::Fish, Dialect::Plain, Dialect::Pam] {
            let _ = parse(text, dialect);
        }
    }
}
