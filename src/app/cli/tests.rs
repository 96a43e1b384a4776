//! Command lines and what they come to.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use super::{Parsed, Stop, check_topics, parse, typed_color};
use crate::app::exit::Exit;
use crate::app::handover::Reason;
use crate::app::plan::{Action, ColorChoice, Plan};
use crate::collect::request::{ManagerChoice, SuppressionsFrom};
use crate::model::report::Severity;
use crate::render::format::{Format, Part};
use crate::render::samples::CHECKS;

fn words(line: &str) -> Vec<OsString> {
    line.split_whitespace().map(OsString::from).collect()
}

fn planned(line: &str) -> Plan {
    match parse(&words(line), true) {
        Ok(Parsed::Run(plan)) => *plan,
        other => panic!("{line}: {other:?}"),
    }
}

fn stopped(line: &str) -> Stop {
    match parse(&words(line), true) {
        Err(stop) => stop,
        other => panic!("{line}: {other:?}"),
    }
}

#[test]
fn nothing_typed_is_the_default_plan() {
    assert_eq!(format!("{:?}", planned("")), format!("{:?}", Plan::default()));
    let Ok(Parsed::Run(two_words)) = parse(&words("doctor"), false) else {
        panic!("not ours")
    };
    assert_eq!(format!("{two_words:?}"), format!("{:?}", Plan::default()));
}

#[test]
fn every_option_has_its_meaning() {
    type Holds = fn(&Plan) -> bool;
    let table: &[(&str, Holds)] = &[
        ("--key A --key B_1 --key A", |p| p.request.keys == ["A", "B_1"]),
        ("--profile work", |p| p.request.profile.as_deref() == Some("work")),
        ("--home /h", |p| p.request.home == Some(PathBuf::from("/h"))),
        ("--service-manager launchd", |p| {
            p.request.manager == ManagerChoice::Launchd
        }),
        ("--shell", |p| p.request.ask_shell),
        ("--only a,b --only c", |p| p.checks.only == ["a", "b", "c"]),
        ("--skip a", |p| p.checks.skip == ["a"]),
        ("--suppressions f", |p| {
            p.request.suppressions == SuppressionsFrom::File("f".into())
        }),
        ("--suppressions none", |p| {
            p.request.suppressions == SuppressionsFrom::Nowhere
        }),
        ("--fail-on never", |p| p.show.fail_on.is_none()),
        ("--fail-on warning", |p| p.show.fail_on == Some(Severity::Warning)),
        ("--offline", |p| p.request.offline),
        ("--timeout 2.5", |p| p.request.timeout == Duration::from_millis(2500)),
        ("--wait", |p| p.wait == Some(Duration::from_secs(60))),
        ("--wait 5", |p| p.wait == Some(Duration::from_secs(5))),
        ("--wait 5 ping", |p| p.wait == Some(Duration::from_secs(5))),
        ("--wait=5", |p| p.wait == Some(Duration::from_secs(5))),
        ("--wait env A", |p| {
            p.wait.is_some() && p.show.part == Part::Keys && p.request.keys == ["A"]
        }),
        ("--json", |p| p.show.format == Format::Json),
        ("--json --format json", |p| p.show.format == Format::Json),
        ("--format prometheus", |p| p.show.format == Format::Prometheus),
        ("--color always", |p| p.color == ColorChoice::Always),
        ("--no-color", |p| p.color == ColorChoice::Never),
        ("-v", |p| p.show.verbose),
        ("-q", |p| p.show.quiet),
        ("--bundle b.json --force", |p| {
            p.force && p.bundle == Some(PathBuf::from("b.json"))
        }),
        ("--from sample", |p| p.from.as_deref() == Some("sample")),
        ("--fingerprint-key k", |p| {
            p.request.fingerprint_key == Some(PathBuf::from("k"))
        }),
    ];
    for (line, holds) in table {
        assert!(holds(&planned(line)), "{line}");
    }
}

#[test]
fn subcommands_take_options_on_both_sides() {
    let table: &[(&str, Part, Action)] = &[
        ("env", Part::Keys, Action::Report),
        (
            "config",
            Part::Whole,
            Action::Config {
                file: None,
                elsewhere: false,
            },
        ),
        (
            "config x.json",
            Part::Whole,
            Action::Config {
                file: Some("x.json".into()),
                elsewhere: false,
            },
        ),
        ("ping", Part::Pings, Action::Report),
        (
            "explain key-stale",
            Part::Whole,
            Action::Explain {
                topic: "key-stale".into(),
            },
        ),
        (
            "diff a b",
            Part::Whole,
            Action::Diff {
                before: "a".into(),
                after: "b".into(),
            },
        ),
        ("checks", Part::Whole, Action::Checks),
    ];
    for (line, part, action) in table {
        for line in [
            format!("--json --profile env {line}"),
            format!("{line} --json --profile env"),
        ] {
            let plan = planned(&line);
            assert_eq!(
                (
                    &plan.action,
                    plan.show.part,
                    plan.show.format,
                    plan.request.profile.as_deref()
                ),
                (action, *part, Format::Json, Some("env")),
                "{line}"
            );
        }
    }
    assert_eq!(planned("--key A env --key B C").request.keys, ["A", "B", "C"]);
    assert_eq!(
        planned("completions zsh").action,
        Action::Completions {
            shell: "zsh".into(),
            beside_node: false
        }
    );
}

#[test]
fn nonsense_is_a_usage_error() {
    for line in [
        "--timeout 0",
        "--timeout -1",
        "--timeout nan",
        "--timeout inf",
        "--timeout x",
        "--timeout 1e300",
        "--wait=0",
        "--json --format junit",
        "-v -q",
        "--offline --wait",
        "ping --offline",
        "--from f --shell",
        "--from f --home h",
        "--from f --suppressions s",
        "--from f --wait",
        "--force",
        "--bundle b checks",
        "checks --format junit",
        "man --json",
        "--nope",
        "nope",
        "explain",
        "completions tcsh",
        "--color sometimes",
        "--fail-on fatal",
        "--fix",
        "--lint",
        "--force",
    ] {
        let stop = stopped(line);
        assert_eq!(stop.exit, Exit::Usage, "{line}");
        assert!(!stop.stderr.is_empty(), "{line}");
        let asked = ["--json", "--format junit"].iter().any(|format| line.contains(format));
        assert_eq!(stop.stdout.is_empty(), !asked, "{line}");
    }
}

#[test]
fn a_usage_error_with_json_is_one_document() {
    for line in [
        "--json --nope",
        "--nope --json",
        "--format json --nope",
        "--format=json nope",
        "--json explain",
    ] {
        let document: serde_json::Value = serde_json::from_str(&stopped(line).stdout).unwrap();
        assert_eq!(document["error"]["kind"], "usage", "{line}");
        assert_eq!(document["error"]["exit_code"], 2, "{line}");
    }
    assert_eq!(stopped("explain -- --json x").stdout, "");
}

#[test]
fn a_value_typed_with_its_name_is_not_repeated() {
    for line in ["--key KEY=sk-s3cret", "env KEY=sk-s3cret", "--json env sk-s3cret"] {
        let stop = stopped(line);
        assert!(!format!("{stop:?}").contains("s3cret"), "{line}");
    }
}

#[test]
fn help_and_version_go_to_standard_output() {
    for line in ["-h", "--help", "help", "env --help", "-V", "--version"] {
        let stop = stopped(line);
        assert_eq!((stop.exit, stop.stderr.as_str()), (Exit::Ok, ""), "{line}");
    }
    let help = anstream::adapter::strip_str(&stopped("--help").stdout).to_string();
    for (exit, meaning) in crate::app::exit::TABLE {
        assert!(help.contains(&format!("{:>3}  {meaning}", exit.code())), "{meaning}");
    }
}

#[test]
fn help_of_a_subcommand_lists_its_own_options() {
    for (line, own) in [
        ("env --help", "Variables to show"),
        ("config --help", "--schema"),
        ("ping --help", "--help"),
    ] {
        let help = anstream::adapter::strip_str(&stopped(line).stdout).to_string();
        assert!(
            help.contains(own) && help.contains("Options of every subcommand:"),
            "{line}: {help}"
        );
        assert!(
            !help.contains("--fail-on") && help.lines().count() < 24,
            "{line}: {help}"
        );
    }
    assert!(stopped("--help").stdout.contains("--fail-on"));
    let parsed = super::parse(&["env".into(), "--timeout".into(), "3".into(), "A_KEY".into()], true);
    assert!(parsed.is_ok());
}

#[test]
fn help_says_what_the_pings_were_never_tried_against() {
    for line in ["--help", "ping --help", "help ping"] {
        let help = anstream::adapter::strip_str(&stopped(line).stdout).to_string();
        assert!(help.contains("never against Cloudflare itself"), "{line}: {help}");
    }
    assert!(super::docs::man().contains("never against"));
}

#[test]
fn under_the_shared_name_only_doctor_is_ours() {
    let over = |reason: Reason| Some(reason);
    let flag = |name: &str| over(Reason::Flag(name.into()));
    let command = |name: &str| over(Reason::Command(name.into()));
    let table: &[(&str, Option<Reason>)] = &[
        ("doctor", None),
        ("doctor --json --offline", None),
        ("--profile work doctor", None),
        ("--json doctor env A", None),
        ("doctor --only a --skip b", None),
        ("doctor --force --bundle b", None),
        ("", over(Reason::NoCommand)),
        ("--help", over(Reason::Help)),
        ("-V", over(Reason::Version)),
        ("--no-color --version", over(Reason::Version)),
        ("gateway status --json", command("gateway")),
        ("--profile doctor gateway", command("gateway")),
        ("--container box doctor", flag("--container")),
        ("--container=box doctor", flag("--container")),
        ("--container box gateway status", command("gateway")),
        ("doctor --container box --fix", flag("--fix")),
        ("--dev doctor", flag("--dev")),
        ("--dev gateway doctor", command("gateway")),
        ("-- doctor", over(Reason::NoCommand)),
        ("doctor --fix", flag("--fix")),
        ("doctor --repair --yes", flag("--repair")),
        ("doctor --lint --json --severity-min=warning", flag("--lint")),
        ("doctor --session-sqlite dry-run", flag("--session-sqlite")),
        ("doctor --session-sqlite-agent=x", flag("--session-sqlite-agent")),
        ("doctor --state-sqlite compact", flag("--state-sqlite")),
        ("doctor --force", flag("--force")),
        ("doctor --deep", flag("--deep")),
        ("doctor --no-workspace-suggestions", flag("--no-workspace-suggestions")),
    ];
    for (line, expected) in table {
        let reason = match parse(&words(line), false) {
            Ok(Parsed::HandOver(reason)) => Some(reason),
            Ok(Parsed::Run(_)) => None,
            Err(stop) => panic!("{line}: {stop:?}"),
        };
        assert_eq!(reason, *expected, "{line}");
    }
}

#[test]
fn unknown_topics_get_a_suggestion() {
    let plan = |line| planned(line);
    assert!(check_topics(&plan("--only key-stale,config --skip service"), CHECKS).is_ok());
    let stop = check_topics(&plan("--only key-stael"), CHECKS).unwrap_err();
    assert!(stop.stderr.contains("'key-stale'"), "{}", stop.stderr);
    assert!(
        check_topics(&plan("--json --skip zzz"), CHECKS)
            .unwrap_err()
            .stdout
            .contains("usage")
    );
}

#[test]
fn names_that_are_not_text_do_not_stop_it() {
    use std::os::unix::ffi::OsStringExt;
    let args = vec![OsString::from("--home"), OsString::from_vec(vec![b'/', 0xff])];
    assert!(matches!(parse(&args, true), Ok(Parsed::Run(_))));
    assert!(matches!(
        parse(&[OsString::from_vec(vec![0xff])], false),
        Ok(Parsed::HandOver(_))
    ));
}

#[test]
fn colour_is_known_before_the_line_is_read() {
    let table = [
        ("--nope --color never", ColorChoice::Never),
        ("--color=always", ColorChoice::Always),
        ("x", ColorChoice::Auto),
    ];
    for (line, expected) in table {
        assert_eq!(typed_color(&words(line)), expected, "{line}");
    }
}

#[test]
fn documents_are_made_of_the_definition() {
    assert!(super::docs::man().contains("CLOUDFLARE") || super::docs::man().contains("openclaw"));
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        assert!(
            super::completions::completions(shell, CHECKS, true).is_some_and(|script| {
                // Ids for `explain`, ids and groups for `--only` and `--skip`; not in elvish.
                let words = |word: &str| shell == "elvish" || script.matches(word).count() >= 2;
                script.contains("openclaw-doctor") && words("key-stale") && words("cloudflare-401")
            }),
            "{shell}"
        );
    }
    assert_eq!(super::completions::completions("tcsh", CHECKS, true), None);
    super::docs::command(true).debug_assert();
}

#[test]
fn the_bash_script_reaches_every_subcommand() {
    let script = super::completions::completions("bash", CHECKS, false).unwrap();
    let assigned = script
        .lines()
        .filter_map(|line| line.trim().strip_prefix("cmd=\"")?.strip_suffix('"'));
    let assigned: Vec<&str> = assigned.filter(|name| !name.is_empty()).collect();
    assert!(assigned.len() > 9, "{assigned:?}");
    for name in assigned {
        let label = format!("{name})");
        assert!(script.lines().any(|line| line.trim() == label), "{name}");
    }
}
