//! Each check of the Gateway's answers: what makes it fire, and what it must not fire on.

use crate::checks::cloudflare::cf_tests::{check, for_config, machine, one, verdict};
use crate::checks::runner::Filter;
use crate::checks::testkit::{bind, findings, known, set, stop, value};
use crate::model::report::{CheckOutcome, Severity};
use crate::model::snapshot::*;
use crate::ping::verdict::Word;

/// A healthy machine with a token in the config, and what the Gateway said.
pub(super) fn gateway(word: Word, facts: &[(&str, &str)]) -> Snapshot {
    let mut snapshot = machine();
    for_config(&mut snapshot, |config| {
        config.gateway.auth_mode = Some("token".to_owned());
        config.gateway.token = Some(Located {
            path: "gateway.auth.token".to_owned(),
            place: None,
            value: CredentialField::Literal {
                value: value("", "one-token"),
                from: Vec::new(),
            },
        });
    });
    snapshot.pings.gateway = Some(verdict(word, facts));
    snapshot
}

#[test]
fn clients_and_gateway_disagree() {
    let restart = "openclaw gateway restart";
    one(
        "gateway-token-mismatch",
        &gateway(Word::AuthMismatch, &[]),
        Some("gateway.auth.token"),
        &["1008", "restart", restart],
    );
    one(
        "gateway-token-mismatch",
        &gateway(Word::DaemonSecretAccepted, &[]),
        Some("gateway.auth.token"),
        &["1008", restart],
    );
    assert!(findings(check("gateway-token-mismatch"), &gateway(Word::Healthy, &[])).is_empty());
    // Without an answer the sources alone show it.
    let mut silent = gateway(Word::NothingListening, &[]);
    assert!(findings(check("gateway-token-mismatch"), &silent).is_empty());
    if let Some(token) = &mut known(&mut silent.views.running).config.gateway.token {
        token.value = CredentialField::Literal {
            value: value("", "another-token"),
            from: Vec::new(),
        };
    }
    one(
        "gateway-token-mismatch",
        &silent,
        Some("gateway.auth.token"),
        &["1008", "gateway.auth.token"],
    );
}

#[test]
fn nothing_is_compared_where_an_unread_layer_may_decide() {
    const TOKEN: &str = "OPENCLAW_GATEWAY_TOKEN";
    let mut silent = gateway(Word::NothingListening, &[]);
    for_config(&mut silent, |config| config.gateway.token = None);
    set(
        known(&mut silent.views.shell),
        bind(TOKEN, "one-token", Source::Process, None),
    );
    set(
        known(&mut silent.views.running),
        bind(TOKEN, "another-token", Source::DotenvState, None),
    );
    silent.processes.gateways[0].witness = crate::base::fact::Fact::Absent;
    one("gateway-token-mismatch", &silent, Some(TOKEN), &["1008"]);
    // A weaker layer changes nothing, a stronger one may hold the same token.
    let running = |snapshot: &mut Snapshot, source| {
        known(&mut snapshot.views.running)
            .environment
            .lose("it could not be read", Some(source));
        findings(check("gateway-token-mismatch"), snapshot).len()
    };
    assert_eq!(running(&mut silent.clone(), Source::LoginShell), 1);
    assert_eq!(running(&mut silent, Source::DotenvWorkspace), 0);
}

#[test]
fn words_of_the_gateway() {
    for (id, word, wanted) in [
        ("gateway-no-credential", Word::NoCredential, "1008"),
        ("gateway-credential-unsendable", Word::CredentialUnsendable, "header"),
        ("gateway-not-ready", Word::NotReady, "not ready"),
        ("gateway-locked-out", Word::LockedOut, "429"),
        (
            "gateway-proxy-attribution",
            Word::ProxyAttribution,
            "gateway.trustedProxies",
        ),
        ("gateway-scheme-mismatch", Word::SchemeMismatch, "TLS"),
        ("gateway-tls-pin", Word::TlsPinMismatch, "certificate"),
    ] {
        one(id, &gateway(word, &[]), None, &[wanted]);
        assert!(
            findings(check(id), &gateway(Word::Healthy, &[("clients_have", "yes")])).is_empty(),
            "{id}"
        );
    }
}

#[test]
fn a_credential_that_was_withheld_is_no_missing_one() {
    let withheld = gateway(Word::NoCredential, &[("clients_have", "yes"), ("withheld", "yes")]);
    let found = one(
        "gateway-no-credential",
        &withheld,
        None,
        &["lock-out", "openclaw gateway restart"],
    );
    assert_eq!(found.severity, Severity::Info);
}

#[test]
fn a_gateway_without_authentication() {
    let mut open = gateway(Word::AuthOff, &[]);
    for_config(&mut open, |config| config.gateway.bind = Some("lan".to_owned()));
    assert_eq!(
        one("gateway-auth-off-exposed", &open, None, &["lan"]).severity,
        Severity::Error
    );
    let expected = one(
        "gateway-auth-off-exposed",
        &gateway(Word::AuthOff, &[]),
        None,
        &["Restart"],
    );
    assert_eq!(expected.severity, Severity::Warning);
    let mut meant = gateway(Word::AuthOff, &[]);
    for_config(&mut meant, |config| {
        config.gateway.auth_mode = Some("none".to_owned());
        config.gateway.token = None;
    });
    assert!(findings(check("gateway-auth-off-exposed"), &meant).is_empty());
}

#[test]
fn a_silent_gateway_is_old_enough_to_answer() {
    let silent = |age_s: i64| {
        let mut snapshot = gateway(Word::NothingListening, &[]);
        let taken = snapshot.taken_at;
        snapshot.processes.gateways[0].started_ms = Some((taken - age_s) * 1000);
        snapshot
    };
    one("gateway-silent", &silent(600), None, &["10 min"]);
    assert!(findings(check("gateway-silent"), &silent(20)).is_empty());
}

#[test]
fn nobody_answers_and_no_process_is_seen() {
    for (word, wanted) in [
        (Word::NothingListening, "nothing listens"),
        (Word::Timeout, "does not answer"),
        (Word::ConnectionLost, "does not answer"),
    ] {
        let mut snapshot = gateway(word, &[]);
        stop(&mut snapshot);
        snapshot.services.examined = None;
        let found = one("gateway-silent", &snapshot, None, &[wanted]);
        assert_eq!(found.severity, Severity::Warning);
    }
    // Where the service is stopped, that comes first and this under it.
    let mut stopped = gateway(Word::NothingListening, &[]);
    stop(&mut stopped);
    let resolved = crate::resolve::resolve(&stopped);
    let filter = Filter::default();
    let found = crate::checks::runner::run(crate::checks::ALL, &stopped, &resolved, &filter).findings;
    let silent = found.iter().find(|finding| finding.id == "gateway-silent").unwrap();
    assert_eq!(silent.severity, Severity::Error);
    assert_eq!(silent.folded_under.as_deref(), Some("service-not-running"));
}

#[test]
fn a_stranger_whose_process_is_hidden() {
    let mut snapshot = gateway(Word::Foreign, &[("server", "nginx")]);
    stop(&mut snapshot);
    one(
        "gateway-port-foreign",
        &snapshot,
        Some("gateway.port"),
        &["nginx", "token or password was not sent"],
    );
    snapshot.pings.gateway = Some(verdict(Word::NothingListening, &[]));
    assert!(findings(check("gateway-port-foreign"), &snapshot).is_empty());
}

#[test]
fn a_certificate_that_cannot_be_compared() {
    for word in [Word::TlsUnknownIssuer, Word::TlsExpired, Word::TlsOther] {
        let found = one(
            "gateway-tls-pin",
            &gateway(word, &[]),
            Some("gateway.tls"),
            &["not readable here"],
        );
        assert_eq!(found.severity, Severity::Warning);
    }
}

#[test]
fn what_was_not_reached_is_not_called_well() {
    let snapshot = gateway(Word::NothingListening, &[]);
    let resolved = crate::resolve::resolve(&snapshot);
    let filter = Filter::default();
    let diagnosis = crate::checks::runner::run(crate::checks::ALL, &snapshot, &resolved, &filter);
    for id in [
        "gateway-auth-off-exposed",
        "gateway-locked-out",
        "gateway-no-credential",
    ] {
        let report = diagnosis.checks.iter().find(|report| report.id == id).unwrap();
        assert_eq!(report.outcome, CheckOutcome::Unknown, "{id}");
        assert!(report.why.as_deref().unwrap_or_default().contains("listening"), "{id}");
    }
}

/// A check that fires on a word must not be kept from it by what it needs.
#[test]
fn every_check_is_let_at_its_words() {
    for word in Word::ALL {
        let mut snapshot = gateway(*word, &[("clients_have", "no")]);
        snapshot.pings.cloudflare = Some(verdict(*word, &[("provider", "cloudflare-ai-gateway")]));
        let resolved = crate::resolve::resolve(&snapshot);
        let filter = Filter::default();
        let diagnosis = crate::checks::runner::run(crate::checks::ALL, &snapshot, &resolved, &filter);
        for report in &diagnosis.checks {
            let fires = !findings(check(&report.id), &snapshot).is_empty();
            let kept = report.outcome == CheckOutcome::Unknown;
            assert!(!(fires && kept), "{} on {}: {:?}", report.id, word.as_str(), report.why);
        }
    }
}

#[test]
fn a_remote_gateway() {
    let mut snapshot = gateway(Word::Dns, &[]);
    for_config(&mut snapshot, |config| {
        config.gateway.mode = Some("remote".to_owned());
        config.gateway.remote_url = Some("wss://gw.example.com".to_owned());
    });
    one(
        "gateway-remote-unreachable",
        &snapshot,
        Some("gateway.remote.url"),
        &["does not resolve"],
    );
    assert!(findings(check("gateway-remote-unreachable"), &gateway(Word::Timeout, &[])).is_empty());
    let why = "gateway.remote.url cannot be used: it is not a URL";
    snapshot.pings.gateway = Some(verdict(Word::BadAddress, &[("why_not_tried", why)]));
    one(
        "gateway-remote-unreachable",
        &snapshot,
        Some("gateway.remote.url"),
        &[why],
    );
}

#[test]
fn a_token_handed_over_for_the_check() {
    let ask = &[
        ("unresolved", "gateway.auth.token (SecretRef of source exec)"),
        ("clients_have", "unknown"),
    ];
    let words = &["OPENCLAW_GATEWAY_TOKEN=", "%doctor% ping", "source exec"];
    one("gateway-no-credential", &gateway(Word::NoCredential, ask), None, words);
    let given = [
        ask[0],
        ("handed_over", "yes"),
        ("credential", "OPENCLAW_GATEWAY_TOKEN of your shell"),
    ];
    for (word, severity) in [
        (Word::AuthMismatch, Severity::Warning),
        (Word::DaemonSecretAccepted, Severity::Info),
    ] {
        let found = findings(check("gateway-token-mismatch"), &gateway(word, &given));
        assert_eq!(found.first().map(|found| found.severity), Some(severity));
    }
    assert!(findings(check("gateway-token-mismatch"), &gateway(Word::Healthy, &given)).is_empty());
}

/// Where the shell's variable alone is out of step, a restart changes nothing.
#[test]
fn a_stale_token_in_the_shell() {
    let mut snapshot = gateway(Word::DaemonSecretAccepted, &[]);
    for_config(&mut snapshot, |config| config.gateway.token = None);
    for (view, text, source) in [
        (&mut snapshot.views.shell, "older-token", Source::Process),
        (&mut snapshot.views.next_start, "newer-token", Source::DotenvState),
        (&mut snapshot.views.running, "newer-token", Source::DotenvState),
    ] {
        set(known(view), bind("OPENCLAW_GATEWAY_TOKEN", text, source, None));
    }
    let found = findings(check("gateway-token-mismatch"), &snapshot);
    let remedy = found.first().and_then(|found| found.remedy.as_ref()).unwrap();
    assert_eq!(remedy.commands, ["unset OPENCLAW_GATEWAY_TOKEN"], "{}", remedy.text);
}
