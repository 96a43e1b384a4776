//! The question about the default model.

use super::cloudflare::{BAD, KEY, RAY, Side, play, provider_error, run, with};
use super::fact;
use super::server::{Give, http};

/// Asked for last, with what the daemon sends, and only where everything passed.
#[test]
fn the_default_model_is_asked_for_by_its_id() {
    let asked = |key: &'static str, found: Give| {
        let found = std::sync::Mutex::new(Some(found));
        run(
            move |seen| match seen.line.contains("/models/") {
                true => found.lock().unwrap().take().unwrap(),
                false => play(Side::default())(seen),
            },
            move |target, vault| {
                with((Some(key), None, None))(target, vault);
                target.model = Some("claude-x".to_owned());
            },
        )
    };
    let known = || http(200, RAY, r#"{"type":"model","id":"claude-x"}"#);
    let (ran, seen) = asked(KEY, known());
    assert_eq!((fact(&ran.1, "model"), seen.len()), (Some("known"), 3));
    let last = seen.last().unwrap();
    assert!(last.line.ends_with("/anthropic/v1/models/claude-x"), "{}", last.line);
    assert_eq!(
        (last.header("x-api-key"), last.header("cf-aig-no-wholesale")),
        (Some(KEY), Some("true"))
    );
    let unknown = provider_error(404, "not_found_error", "model: claude-x");
    let (ran, _) = asked(KEY, unknown);
    assert_eq!(
        (ran.1.word.as_str(), fact(&ran.1, "model")),
        ("ok-auth-off", Some("unknown"))
    );
    let (ran, seen) = asked(KEY, http(404, RAY, "Not Found"));
    assert_eq!(
        (ran.1.word.as_str(), fact(&ran.1, "model"), seen.len()),
        ("ok-auth-off", None, 3)
    );
    let (ran, seen) = asked(BAD, known());
    assert_eq!((fact(&ran.1, "model"), seen.len()), (None, 2));
}
