//! Tests of the comparison.

use super::*;
use crate::render::samples;
use crate::render::theme::Theme;

#[test]
fn a_report_equals_itself() {
    let report = samples::shell_only();
    let mut later = report.clone();
    later.taken_at = "2026-11-23T10:00:00Z".to_owned();
    later.examined.pid = Some(9);
    later.keys[0].views.shell.fingerprint = Some("aaaaaaaa".to_owned());
    let difference = compare(&report, &later);
    assert!(difference.same, "{difference:?}");
    assert!(
        show(&difference, &Theme::plain(80), crate::render::format::Format::Human).contains("nothing of note changed")
    );
}

/// A bundle says `user` and `~` where the report of the same machine has names.
#[test]
fn a_bundle_of_the_machine_is_no_change() {
    let mut report = samples::shell_only();
    report.examined.home = "/home/alex".to_owned();
    report.examined.user = "alex".to_owned();
    report.examined.state_dir = "/home/alex/.openclaw".to_owned();
    report.examined.config = "/home/alex/.openclaw/openclaw.json".to_owned();
    report.findings[0].subject = Some("/home/alex/.openclaw/.env".to_owned());
    let mut bundle = report.clone();
    bundle.examined.home = "~".to_owned();
    bundle.examined.user = "user".to_owned();
    bundle.examined.state_dir = "~/.openclaw".to_owned();
    bundle.examined.config = "~/.openclaw/openclaw.json".to_owned();
    bundle.findings[0].subject = Some("~/.openclaw/.env".to_owned());
    for (one, other) in [(&report, &bundle), (&bundle, &report)] {
        let difference = compare(one, other);
        assert!(difference.same, "{difference:?}");
    }
    bundle.examined.config = "~/other.json".to_owned();
    assert!(!compare(&report, &bundle).same);
}

#[test]
fn a_fix_shows() {
    let before = samples::shell_only();
    let after = samples::healthy();
    let difference = compare(&before, &after);
    assert!(!difference.same);
    let gone: Vec<&str> = difference.gone.iter().map(|finding| finding.id.as_str()).collect();
    assert_eq!(gone, ["key-only-in-shell", "cloudflare-401", "service-linger"]);
    assert!(difference.new.is_empty());
    assert_eq!(difference.keys.len(), 1);
    assert_eq!(
        difference.keys[0].before.as_deref(),
        Some("missing, shell set (value A from process), next start unset, running unset")
    );
    assert!(
        difference
            .checks
            .iter()
            .any(|change| change.what == "key-only-in-shell")
    );
    let back = compare(&after, &before);
    assert_eq!(back.new.len(), 3);
    let text = show(&difference, &Theme::plain(80), crate::render::format::Format::Human);
    assert!(
        text.contains("✓ key-only-in-shell CLOUDFLARE_AI_GATEWAY_API_KEY"),
        "{text}"
    );
    let json = show(&difference, &Theme::plain(80), crate::render::format::Format::Json);
    assert!(json.starts_with("{\n  \"schema\": \"openclaw-doctor/diff/1\""));
}
