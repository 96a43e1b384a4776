//! Made-up reports for the tests of the renderers.

mod parts;

use crate::checks::finding::finding;
pub(crate) use parts::snapshot;
use parts::{evidence, ping, row, source};

use super::CheckMeta;
use crate::model::report::{SCHEMA, *};
use crate::model::snapshot::*;

pub(crate) const KEY: &str = "CLOUDFLARE_AI_GATEWAY_API_KEY";

pub(crate) const CHECKS: &[CheckMeta<'static>] = &[
    meta(
        "key-only-in-shell",
        "keys of the shell reach the Gateway",
        "environment",
    ),
    meta("key-stale", "the process has the values its files have", "environment"),
    meta("value-quoted", "values have no stray quotes", "values"),
    meta("config-invalid", "the config is valid", "config"),
    meta("service-linger", "the user lingers", "service"),
    meta("service-stopped", "the service runs", "service"),
    meta("gateway-refuses", "the Gateway answers", "gateway"),
    meta("cloudflare-401", "Cloudflare accepts the credential", "cloudflare"),
];

const fn meta(id: &'static str, title: &'static str, group: &'static str) -> CheckMeta<'static> {
    CheckMeta { id, title, group }
}

/// A report in which everything is well.
pub(crate) fn healthy() -> Report {
    let view = |certainty| View {
        state: ViewState::Set,
        fingerprint: Some("9f31c2aa".into()),
        source: Some(Source::DotenvState),
        certainty,
        evidence: "~/.openclaw/.env:3".into(),
    };
    let print = || row(Source::DotenvState, Some(3), [CellState::Value; 3]);
    Report {
        schema: SCHEMA.into(),
        tool: Tool {
            version: "0.2.0".into(),
        },
        taken_at: "2026-11-22T10:00:00Z".into(),
        examined: Examined {
            user: "me".into(),
            home: "/home/me".into(),
            principals: Vec::new(),
            state_dir: "~/.openclaw".into(),
            config: "/home/me/.openclaw/openclaw.json".into(),
            service: Some(ExaminedService {
                name: "openclaw-gateway.service".into(),
                kind: "systemd user".into(),
                path: Some("~/.config/systemd/user/openclaw-gateway.service".into()),
                state: "active (running)".into(),
            }),
            pid: Some(266),
            up_seconds: Some(260_000),
            worker_pid: None,
            config_unknown: None,
            not_known: Vec::new(),
            copied_home: false,
            openclaw_version: Some("2026.9.6".into()),
            rules: "2026.9.6".into(),
            doubts: Vec::new(),
            predicted: Vec::new(),
            others: Vec::new(),
        },
        outcome: Outcome::Ok,
        keys: vec![KeyReport {
            name: KEY.into(),
            needed_by: vec!["models.providers.cloudflare-ai-gateway".into()],
            weight: Some(Weight::Must),
            verdict: Verdict::Visible,
            certainty: Certainty::Proved,
            views: KeyViews {
                shell: view(Certainty::Proved),
                next_start: view(Certainty::Proved),
                running: view(Certainty::Proved),
            },
            sources: vec![source(
                Source::DotenvState,
                SourceView::Both,
                OfferStatus::Wins,
                Some("9f31c2aa"),
                Some("~/.openclaw/.env"),
                Some(3),
            )],
            table: vec![print(), last([CellState::Value; 3])],
        }],
        suppressed: 0,
        findings: Vec::new(),
        checks: CHECKS
            .iter()
            .map(|check| CheckReport {
                id: check.id.into(),
                outcome: CheckOutcome::Pass,
                why: None,
            })
            .collect(),
        pings: vec![
            ping(
                Side::Gateway,
                false,
                Some(200),
                None,
                Layer::Openclaw,
                "the Gateway is up",
            ),
            ping(
                Side::Gateway,
                true,
                Some(200),
                None,
                Layer::Openclaw,
                "the credential is accepted",
            ),
            ping(
                Side::Cloudflare,
                false,
                Some(401),
                Some("2009"),
                Layer::Cloudflare,
                "the gateway wants a credential",
            ),
            ping(
                Side::Cloudflare,
                true,
                Some(200),
                None,
                Layer::Provider,
                "the provider answered",
            ),
        ],
        answers: vec![PingSummary {
            provider: None,
            target: Side::Gateway,
            word: Some("healthy".into()),
            meaning: "The Gateway is up and ready.".into(),
            not_asked: Vec::new(),
        }],
        programs: Vec::new(),
    }
}

fn last(states: [CellState; 3]) -> KeyRow {
    KeyRow {
        source: None,
        path: None,
        ..row(Source::Process, None, states)
    }
}

/// The story of the design: the key is in the shell alone.
pub(crate) fn shell_only() -> Report {
    use CellState as S;
    let mut report = healthy();
    report.examined.worker_pid = Some(291);
    report.outcome = Outcome::Errors;
    let key = &mut report.keys[0];
    key.verdict = Verdict::Missing;
    key.sources = vec![source(
        Source::Process,
        SourceView::Shell,
        OfferStatus::Wins,
        Some("9f31c2aa"),
        None,
        None,
    )];
    key.table = vec![
        row(Source::Process, None, [S::Value, S::Nothing, S::Nothing]),
        row(Source::DotenvState, None, [S::Blank, S::NoFile, S::Blank]),
        row(Source::ConfigEnv, None, [S::Blank, S::Nothing, S::Blank]),
        row(Source::LoginShell, None, [S::Blank, S::Off, S::Blank]),
        last([S::Value, S::Missing, S::Missing]),
    ];
    key.views.shell.source = Some(Source::Process);
    for view in [&mut key.views.next_start, &mut key.views.running] {
        view.state = ViewState::Unset;
        view.fingerprint = None;
        view.source = None;
    }
    let mut first = finding(
        "key-only-in-shell",
        Severity::Error,
        "~/.bashrc:14 exports it; this daemon never reads ~/.bashrc",
    );
    first.subject = Some(KEY.into());
    first.detail =
        "A service starts without your shell, so every request to Cloudflare goes out without this key.".into();
    first.evidence = vec![evidence(Some("/home/me/.bashrc"), Some(14), "exports it")];
    first.remedy = Some(Remedy {
        text: "Put the key where the Gateway reads it, then restart:".into(),
        commands: vec![
            format!("printf '{KEY}=%s\\n' \"${KEY}\" >> ~/.openclaw/.env && chmod 600 ~/.openclaw/.env"),
            "openclaw gateway restart".into(),
        ],
        confirm: Some("openclaw doctor --wait".into()),
    });
    let mut second = finding(
        "cloudflare-401",
        Severity::Error,
        "Cloudflare refuses the daemon's requests with 401",
    );
    second.folded_under = Some("key-only-in-shell".into());
    let mut third = finding("service-linger", Severity::Warning, "the service ends when you log out");
    third.certainty = Certainty::Likely;
    third.detail = "systemd stops the user's services at the last logout.".into();
    third.remedy = Some(Remedy {
        text: "Keep your services running after logout:".into(),
        commands: vec!["loginctl enable-linger".into()],
        confirm: Some("openclaw doctor".into()),
    });
    report.findings = vec![first, second, third];
    for check in &mut report.checks {
        match check.id.as_str() {
            "key-only-in-shell" | "cloudflare-401" | "service-linger" => check.outcome = CheckOutcome::Found,
            "service-stopped" => {
                check.outcome = CheckOutcome::Unknown;
                check.why = Some("the user's manager does not answer".into());
            }
            _ => {}
        }
    }
    report.pings[3] = ping(
        Side::Cloudflare,
        true,
        None,
        None,
        Layer::Network,
        "not sent: the daemon has no credential",
    );
    report
}

/// The process has an older value than its files.
pub(crate) fn stale() -> Report {
    let mut report = healthy();
    report.outcome = Outcome::Warnings;
    let key = &mut report.keys[0];
    key.verdict = Verdict::Stale;
    key.views.running.fingerprint = Some("00aa11bb".into());
    for row in &mut key.table {
        row.running.fingerprint = Some("00aa11bb".into());
    }
    let mut found = finding(
        "key-stale",
        Severity::Warning,
        "~/.openclaw/.env was changed after the Gateway started",
    );
    found.remedy = Some(Remedy {
        text: "Restart the Gateway:".into(),
        commands: vec!["openclaw gateway restart".into()],
        confirm: Some("openclaw doctor".into()),
    });
    report.findings = vec![found];
    report.pings.clear();
    report
}

/// The process could not be read, and no service is known.
pub(crate) fn incomplete() -> Report {
    let mut report = healthy();
    report.outcome = Outcome::Incomplete;
    report.examined.service = None;
    report.examined.doubts =
        vec!["OpenClaw 2026.10.1 is newer than 2026.9.6, the newest release the rules were checked on".into()];
    let key = &mut report.keys[0];
    key.verdict = Verdict::Unknown;
    for view in [&mut key.views.next_start, &mut key.views.running] {
        view.state = ViewState::Unknown;
        view.fingerprint = None;
        view.source = None;
        view.certainty = Certainty::Likely;
        view.evidence = String::new();
    }
    key.table = vec![
        row(
            Source::DotenvState,
            Some(3),
            [CellState::Value, CellState::Blank, CellState::Blank],
        ),
        last([CellState::Value, CellState::NoService, CellState::Unknown]),
    ];
    key.views.running.evidence =
        "this user may not read /proc/266/environ; as root: tr '\\0' '\\n' < /proc/266/environ".into();
    for check in report.checks.iter_mut().take(2) {
        check.outcome = CheckOutcome::Unknown;
        check.why = Some("this user may not read /proc/266/environ".into());
    }
    for check in report.checks.iter_mut().skip(6) {
        check.outcome = CheckOutcome::Skipped;
        check.why = Some("--offline".into());
    }
    report.pings.clear();
    report
}

/// Texts as an attacker would write them, everywhere.
pub(crate) fn hostile() -> Report {
    let mut report = shell_only();
    let bad = "\u{1b}[2J\u{202e}x\n::error::owned|<b>@all\u{0}";
    report.findings[0].title = bad.into();
    report.findings[0].evidence[0].path = Some(format!("/home/me/{bad}"));
    report.findings[0].evidence[0].note = bad.into();
    report.findings[1].title = bad.into();
    report.keys[0].views.running.evidence = bad.into();
    report.keys[0].sources[0].source = Source::DotenvWorkspace;
    report.keys[0].sources[0].path = Some(bad.into());
    report.examined.user = bad.into();
    report.checks[5].why = Some(bad.into());
    report.pings[0].meaning = bad.into();
    report.keys[0].table[1].path = Some(bad.into());
    report
}
