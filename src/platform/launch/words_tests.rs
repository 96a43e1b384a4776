//! Texts of scripts, and which commands run for certain.

use super::*;

/// Commands in one line: `?` before what may not run.
fn told(text: &str) -> String {
    let shown = |command: Command| {
        let words: Vec<String> = command.words.into_iter().map(|word| word.text).collect();
        let sure = match (command.top, command.joined) {
            (true, Joined::First) => "",
            (true, Joined::And) => "&",
            _ => "?",
        };
        format!("{sure}{}", words.join("_"))
    };
    let commands: Vec<String> = split(text).commands.into_iter().map(shown).collect();
    commands.join(" ")
}

#[test]
fn commands_are_split_as_a_shell_would() {
    let cases = [
        ("a 'b c'; d\\\n e # f\ng", "a_b c d_e g"),
        ("export K=\"$(cat x; y)\" && exec z \"$@\"", "export_K=$( &exec_z_$@"),
        ("K=$(cat x; y) z", "K=$(_z"),
        ("K=\"$(cat \"a b\")\" z", "K=$(_z"),
        ("K=`cat x; y` z", "K=`cat x; y_z"),
        ("a >log 2>&1 b &>/dev/null; c < in <<<word d", "a_b c_d"),
        ("exec >log 2>&1\nb", "exec b"),
        ("a && b || c; d", "a &b ?c d"),
        ("a &&\nb\nc", "a &b c"),
        ("a | b; c & d", "?a ?b ?c d"),
        ("if a; then b; else c; fi; d", "?a ?b ?c d"),
        ("while :; do a; done\nb", "?: ?a b"),
        ("for x in 1 2; do a; done; b", "?a b"),
        ("case $x in a|b) c;; (d) e ;;\n*) f\nesac; g", "?c ?e ?f g"),
        ("f() { a; }; b\nfunction g {\nc\n}\nd", "?a b ?c d"),
        ("( a; b ); c", "?a ?b c"),
        ("{ a; }; b", "?a b"),
        ("cat <<X\na\nX\nb", "cat b"),
        ("cat <<-'X' >f\na\n\tX\nb <<Y", "cat b"),
        ("[[ -f a && -f b ]] && c; d", "[[_-f_a_&&_-f_b_]] &c d"),
        (". <(a b); c", "._$( c"),
        ("", ""),
        ("'open", "open"),
    ];
    for (text, wanted) in cases {
        assert_eq!(told(text), wanted, "{text}");
    }
}

#[test]
fn what_a_shell_puts_in_is_marked() {
    let found = split("a \"$b\" '$c' d$");
    let expands = found.commands[0].words.iter().map(|word| word.expands);
    assert!(expands.eq([false, true, false, true]));
    assert!(split("f () { a; }").functions.contains("f"));
}
