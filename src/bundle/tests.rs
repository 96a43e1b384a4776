//! Tests of the whole bundle: what is written is read, and nothing leaves that must not.

use proptest::prelude::*;

use super::*;
use crate::app::judge::judge;
use crate::app::plan::Plan;
use crate::app::sample;
use crate::model::report::Report;
use crate::model::snapshot::Snapshot;
use crate::redact::{Extras, Scanner, SecretPatterns, encodings, mask_config, mask_plist, mask_unit};
use crate::render;
use crate::render::format::Show;
use crate::render::json::v1;
use crate::render::theme::Theme;
use crate::secret::{FingerprintKey, Vault};

fn vault() -> Vault {
    Vault::new(FingerprintKey::from_bytes(vec![3; 32]))
}

fn report_of(snapshot: &Snapshot) -> Report {
    judge(snapshot, &Plan::default())
}

fn source<'a>(snapshot: &'a Snapshot, extras: &'a Extras, show: &'a Show) -> Source<'a> {
    Source {
        snapshot,
        extras,
        show,
        checks: &[],
        withheld: 0,
    }
}

fn made(kind: Kind, snapshot: &Snapshot, extras: &Extras, vault: &Vault) -> Result<Vec<u8>, String> {
    let secret_patterns = SecretPatterns::new(vault, snapshot, crate::checks::says);
    make(
        kind,
        source(snapshot, extras, &Show::default()),
        report_of,
        &secret_patterns,
    )
}

#[test]
fn a_replayed_bundle_gives_the_same_report() {
    let mut snapshot = sample::snapshot();
    snapshot.host.home = "/home/alice".to_owned();
    snapshot.host.user = "alice".to_owned();
    let mut standins = standins::StandIns::new(&snapshot, None);
    let stand_in = standins.snapshot(&snapshot, &mut ledger::Ledger::default()).unwrap();
    for kind in [Kind::Json, Kind::Zip] {
        let bytes = made(kind, &snapshot, &sample::extras(), &vault()).unwrap();
        let loaded = load(&bytes).unwrap();
        assert_eq!(loaded.changed, None);
        let (live, replayed) = (report_of(&stand_in), report_of(&loaded.snapshot));
        assert_eq!(v1::document(&live), v1::document(&replayed));
        let human = |report| render::render(report, &Show::default(), &Theme::plain(80), &[], None);
        assert_eq!(human(&live), human(&replayed));
        // A bundle of a replay is the bundle.
        let again = made(kind, &loaded.snapshot, &loaded.extras.unwrap(), &vault()).unwrap();
        assert_eq!(load(&again).unwrap().snapshot, loaded.snapshot);
    }
}

#[test]
fn other_schemas_and_other_files_are_refused_in_one_line() {
    let table = [
        (
            "{\"schema\":2}",
            "schema 2; this doctor reads schema 1: take a newer doctor",
        ),
        ("{\"schema\":0}", "take the doctor that wrote it"),
        ("{\"schema\":1}", "lacks a field"),
        (
            "{\"schema\":\"openclaw-doctor/bundle/2\"}",
            "openclaw-doctor/bundle/2; this doctor reads",
        ),
        ("{\"schema\":\"openclaw-doctor/bundle/1\"}", "has no snapshot"),
        ("{\"schema\":\"openclaw-doctor/report/1\"}", "cannot be read"),
        ("{\"schema\":", "cut or broken"),
        ("# Summary", "nor a bundle (--bundle) of openclaw doctor"),
        ("", "empty: what should have written it wrote nothing"),
        ("\n", "wrote nothing"),
        (
            "Welcome!\n{\n  \"schema\": \"openclaw-doctor/report/1\"",
            "other text is in front of",
        ),
        (
            "{\"schema\":\"openclaw-doctor/error/1\",\"error\":{\"message\":\"no such\\npid\"}}",
            "ended with an error: no such\\u{a}pid",
        ),
        ("PK\u{3}\u{4}", "cut or broken"),
    ];
    for (text, expected) in table {
        let why = load(text.as_bytes()).unwrap_err();
        assert!(why.contains(expected) && !why.contains('\n'), "{text}: {why}");
    }
    assert!(load(&[0xff, 0xfe]).is_err());
}

#[test]
fn a_bundle_that_was_edited_is_read_and_said_to_be() {
    let bytes = made(Kind::Json, &sample::snapshot(), &Extras::default(), &vault()).unwrap();
    let text = String::from_utf8(bytes)
        .unwrap()
        .replace("claude-sonnet-4-6", "claude-sonnet-4-7");
    assert!(load(text.as_bytes()).unwrap().changed.is_some());
}

#[test]
fn markdown_fits_an_issue_and_says_what_was_cut() {
    let mut extras = sample::extras();
    let config = extras.config.as_mut().unwrap();
    config.lines = vec!["  a: \"[withheld]\", // ````".to_owned(); 5000];
    let bytes = made(Kind::Markdown, &sample::snapshot(), &extras, &vault()).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.chars().count() <= 60_000, "{}", text.chars().count());
    assert!(text.contains("lines were cut here") && text.contains("Cut to fit: File"));
    let titles = [
        "Summary",
        "Steps to reproduce",
        "Expected behavior",
        "Actual behavior",
        "OpenClaw version",
        "Operating system",
        "Install method",
        "Logs, screenshots, and evidence",
        "Impact and severity",
        "Additional information",
    ];
    let places: Vec<usize> = titles
        .iter()
        .map(|title| text.find(&format!("### {title}\n")).unwrap())
        .collect();
    assert!(places.is_sorted());
    assert!(text.contains("\n`````text\n"));
}

/// The form's own headings are all there is of their rank, and the page of a usual machine is short.
#[test]
fn the_headings_of_the_bug_form_stay_intact() {
    let mut extras = sample::extras();
    let config = extras.config.as_mut().unwrap();
    config.lines = (0..150).map(|at| format!("    \"key{at}\": 1,")).collect();
    let text = String::from_utf8(made(Kind::Markdown, &sample::snapshot(), &extras, &vault()).unwrap()).unwrap();
    let headings: Vec<&str> = text.lines().filter(|line| line.starts_with("### ")).collect();
    assert_eq!(headings.len(), 11, "{headings:?}");
    assert!(text.lines().count() <= 200, "{} lines", text.lines().count());
    for part in [
        "#### Facts",
        "| launch chain |",
        "| linger |",
        "| service manager | systemd",
        " bytes |",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains("- passed") && text.contains(" passed, "));
}

/// Ways in which a redaction could be broken: each puts a secret into the snapshot or the texts.
fn broken(secret: &str) -> Vec<(&'static str, Snapshot, Extras)> {
    let whole = || (sample::snapshot(), sample::extras());
    let mut all = Vec::new();
    let (mut snapshot, extras) = whole();
    snapshot.log_tail = crate::base::fact::Fact::known(vec![format!("failed with {secret}.")]);
    all.push(("log", snapshot, extras));
    let (snapshot, mut extras) = whole();
    extras
        .config
        .as_mut()
        .unwrap()
        .lines
        .push(format!("apiKey: \"{secret}\""));
    all.push(("config", snapshot, extras));
    let (snapshot, mut extras) = whole();
    extras.definitions[0]
        .lines
        .push(format!("Environment=\"A_KEY={secret}\""));
    all.push(("unit", snapshot, extras));
    let (mut snapshot, extras) = whole();
    if let crate::base::fact::Fact::Known { value } = &mut snapshot.views.shell {
        let mut binding = value.find("HOME").seen().unwrap().clone();
        binding.value.public = Some(secret.to_owned());
        value.environment.put(binding);
    }
    all.push(("public value", snapshot, extras));
    let (mut snapshot, extras) = whole();
    snapshot.suppressions.rules.push(crate::model::snapshot::Suppression {
        id: "linger-disabled".to_owned(),
        subject: None,
        reason: format!("because of {secret}"),
        line: 1,
    });
    all.push(("suppression", snapshot, extras));
    let (mut snapshot, extras) = whole();
    snapshot.pings.gateway = Some(crate::model::snapshot::PingVerdict {
        detail: format!("the server said {secret}"),
        ..crate::ping::verdict::Word::AuthMismatch.verdict(Vec::new())
    });
    all.push(("answer", snapshot, extras));
    let (mut snapshot, extras) = whole();
    for view in [&mut snapshot.views.running, &mut snapshot.views.next_start] {
        if let crate::base::fact::Fact::Known { value } = view {
            let url = value.config.providers[0].base_url.as_mut().unwrap();
            url.value = format!("https://user:{secret}@gw.example/v1");
        }
    }
    all.push(("address", snapshot, extras));
    all
}

fn secret() -> impl Strategy<Value = String> {
    let word = "[A-Za-z0-9+/_=.~-]{12,40}";
    let odd = "[ -~]{16,40}";
    let wide = "[a-zà-ü0-9]{14,30}";
    (prop_oneof![word, odd, wide], "[0-9][a-z]").prop_map(|(text, end)| format!("k{text}{end}"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 20, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_broken_redaction_left_is_withheld(secret in secret()) {
        let vault = vault();
        let sealed = vault.seal(secret.clone());
        vault.facts("MY_API_KEY", &sealed);
        let secret_patterns = SecretPatterns::new(&vault, &sample::snapshot(), crate::checks::says);
        let scanner = Scanner::new(&secret_patterns);
        // Over all secrets every fault meets every kind of bundle.
        for (at, (what, snapshot, extras)) in broken(&secret).into_iter().enumerate() {
            let kind = [Kind::Json, Kind::Zip, Kind::Markdown][(at + secret.len()) % 3];
            let bytes = made(kind, &snapshot, &extras, &vault);
            let text = bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
            let Ok(text) = text else {
                return Err(TestCaseError::fail(format!("{what} in {kind:?} was refused: {secret}")));
            };
            prop_assert!(!text.contains(&secret), "{what} in {kind:?}");
            prop_assert!(kind == Kind::Zip || scanner.find("", &text).is_none(), "{what} in {kind:?}");
            prop_assert!(kind != Kind::Json || serde_json::from_str::<serde_json::Value>(&text).is_ok());
        }
    }

    #[test]
    fn every_shape_is_found_wherever_it_stands(secret in secret(), before in "[ -~\n]{0,20}", after in "[ -~\n]{0,20}") {
        let vault = vault();
        vault.facts("MY_TOKEN", &vault.seal(secret.clone()));
        let snapshot = sample::snapshot();
        let secret_patterns = SecretPatterns::new(&vault, &snapshot, crate::checks::says);
        let scanner = Scanner::new(&secret_patterns);
        for (rule, shape) in encodings::of(secret.trim(), true) {
            let text = format!("{before}{}{after}", shape.as_str());
            prop_assert!(scanner.find("text", &text).is_some(), "{rule}");
        }
        // Broken over two lines, as a page would.
        let (first, second) = secret.trim().split_at(secret.trim().char_indices().nth(7).unwrap().0);
        let split = format!("{first}\n    {second}");
        prop_assert!(secret.contains(' ') || scanner.find("text", &split).is_some());
    }

    #[test]
    fn texts_of_every_kind_are_masked(secret in "[A-Za-z0-9]{10,30}[0-9][a-z]") {
        let unit = format!("[Service]\nEnvironment=K={secret} \"L=a {secret}\"\nExecStart=/bin/x --token {secret}\nX={secret}\n# {secret}\n");
        let config = format!("{{ a: '{secret}', // {secret}\n b: \"{secret}\", c: {secret}, url: 'http://u:{secret}@h/' }}");
        let plist = format!("<dict><key>EnvironmentVariables</key><dict><key>A</key><string>{secret}</string></dict>\
            <key>B</key><string>{secret}</string><!-- {secret} --></dict>");
        for masked in [mask_unit("p", &unit, &[]), mask_config("p", &config, &[]), mask_plist("p", &plist, &[])] {
            prop_assert!(!masked.lines.join("\n").contains(&secret), "{:?}", masked.lines);
        }
    }
}

#[test]
fn masks_never_fail() {
    for text in [
        "",
        "\\",
        "=",
        "Environment=",
        "Environment='",
        "a=\\\n\\\n",
        "<",
        "<string>",
        "<key>",
        "<!--",
        "<dict></dict></dict>",
    ] {
        let _ = (
            mask_unit("p", text, &[]),
            mask_config("p", text, &[]),
            mask_plist("p", text, &[]),
        );
    }
}

#[test]
fn two_hundred_secrets_are_searched_for_quickly() {
    let vault = vault();
    for number in 0..200 {
        vault.facts(
            "A_KEY",
            &vault.seal(format!("secret-value-{number:04}-{}", "x".repeat(number % 60))),
        );
    }
    let snapshot = sample::snapshot();
    let secret_patterns = SecretPatterns::new(&vault, &snapshot, crate::checks::says);
    let text = made(Kind::Json, &snapshot, &sample::extras(), &vault).unwrap();
    let text = String::from_utf8(text).unwrap().repeat(3);
    let watch = crate::collect::clock::Watch::start();
    let scanner = Scanner::new(&secret_patterns);
    assert_eq!(scanner.find("text", &text), None);
    // Far below this in a release build; the bound only tells a pass over the text from 200.
    assert!(watch.elapsed_ms() < 5000, "{} ms", watch.elapsed_ms());
}
