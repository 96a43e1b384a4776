//! Lines of logs: what is withheld, and what stays.

use super::*;

/// No six characters of the secret in a row are shown.
fn leaks(shown: &str, secret: &str) -> bool {
    (0..secret.len() - 5).any(|at| shown.contains(&secret[at..at + 6]))
}

#[test]
fn a_secret_that_nobody_knows_is_withheld_in_every_shape() {
    let shapes = include_str!("log_shapes.txt");
    assert!(shapes.lines().count() >= 60);
    for secret in [
        "Xy9zQ8wHunt3r",
        "zebrapurplemonkeydishwasher",
        "hunter2pass77",
        "8f14e45fceea167a",
        "1234567890",
    ] {
        for shape in shapes.lines() {
            let shown = masked(&shape.replace("SECRET", secret), &[]);
            assert!(!leaks(&shown, secret), "{shape}\n{shown}");
        }
    }
}

#[test]
fn the_value_of_a_named_secret_goes_even_when_it_is_a_word() {
    let cases = [
        ("OPENAI_API_KEY=gateway next", "OPENAI_API_KEY=[withheld] next"),
        ("token: loopback", "token: [withheld]"),
        ("token 'gateway' rejected", "token '[withheld]' rejected"),
        (
            "{\"password\": \"read only\", \"port\": 1}",
            "{\"password\": \"[withheld]\", \"port\": 1}",
        ),
        ("Authorization: Bearer gateway", "Authorization: Bearer [withheld]"),
        ("run --token gateway --port 1", "run --token [withheld] --port 1"),
        (
            "{\"apiKey\":\"a,b\\\"c]d\",\"x\":1}",
            "{\"apiKey\":\"[withheld]\",\"x\":1}",
        ),
        ("key is my-secret-1 here", "key is [withheld] here"),
        ("token: 🔑🔑🔑🔑🔑🔑", "token: [withheld]"),
        ("run --token !@#%^*()_+ --port 1", "run --token [withheld] --port 1"),
        ("{\"password\":\"€€€€£££\"}", "{\"password\":\"[withheld]\"}"),
        ("Authorization: Bearer 🔑🔑🔑🔑", "Authorization: Bearer [withheld]"),
        (
            "login with password 🔑🔑🔑🔑 failed",
            "login with password [withheld] failed",
        ),
        ("error at 🔑🔑🔑🔑🔑", "error at [withheld]"),
        ("reading /🔑🔑🔑🔑🔑/x", "reading /[withheld]/x"),
        ("🦞 ready ───── ████░░ → ok…", "🦞 ready ───── ████░░ → ok…"),
        ("password: ********", "password: ********"),
        (
            "login with password super.secret.value failed",
            "login with password [withheld] failed",
        ),
        (
            "login with password mySuperPassword failed",
            "login with password [withheld] failed",
        ),
        (
            "login with password 1987-06-05 failed",
            "login with password [withheld] failed",
        ),
        (
            "login with password 84729 failed",
            "login with password [withheld] failed",
        ),
        (
            "login with password /opt/openclaw/door failed",
            "login with password [withheld] failed",
        ),
        ("token mySuperDoor.open rejected", "token [withheld] rejected"),
        (
            "the password is not set, password file missing",
            "the password is not set, password file missing",
        ),
        (
            "token 12 of OPENAI_API_KEY, token gateway.auth.token",
            "token 12 of OPENAI_API_KEY, token gateway.auth.token",
        ),
    ];
    for (line, expected) in cases {
        assert_eq!(masked(line, &["my-secret-1"]), expected, "{line}");
    }
}

#[test]
fn ordinary_lines_stay() {
    for line in include_str!("log_ordinary.txt").lines() {
        assert_eq!(masked(line, &[]), line);
    }
}

#[test]
fn controls_go_and_lines_are_bounded() {
    assert_eq!(masked("\u{1b}[31mred\u{1b}[0m\u{7}\u{202e}x", &[]), "[withheld]");
    assert_eq!(masked("\u{1b}[31mread\u{1b}[0m\u{7}\u{202e}ing", &[]), "reading");
    assert_eq!(masked(&"at ".repeat(1000), &[]).chars().count(), LINE_LIMIT + 1);
    for line in ["\u{1b}[", "=", "::::", "\"", "Bearer", "Bearer ", "sk-", "é=é", "\u{1}"] {
        let _ = masked(line, &[]);
    }
}

/// What a secret is made of does not matter where its position tells it.
#[test]
fn secrets_of_signs_alone_go_from_broken_configs_and_units() {
    for secret in ["🔑🔑🔑🔑🔑🔑", "€€€€£££¥¥", "!@%^*()_+"] {
        for text in [
            format!("{{gateway:{{auth:{{token:\"{secret}\"}}"),
            format!("{{gateway:{{auth:{{token \"{secret}\"}}}}}}"),
            format!("{{env:{{vars:{{A_KEY:\"{secret}\" B:1"),
        ] {
            let shown = crate::redact::mask_config("/x/openclaw.json", &text, &[])
                .lines
                .join("\n");
            assert!(!shown.contains(secret), "{text}\n{}", shown);
        }
        let unit = format!(
            "[Service]\nEnvironment=A_TOKEN={secret}\nEnvironment=\"B_KEY={secret}\"\nExecStart=/x --token {secret}\n"
        );
        let shown = crate::redact::mask_unit("/x/a.service", &unit, &[]).lines.join("\n");
        assert!(!shown.contains(secret), "{}", shown);
    }
}
