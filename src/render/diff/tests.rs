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
