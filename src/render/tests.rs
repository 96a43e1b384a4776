//! The formats for machines and pages, on the same made-up reports.

use super::samples::{self, CHECKS};
use super::theme::Theme;
use super::{checks_list, explain, render};
use crate::model::report::{Report, Severity};
use crate::render::format::Format;
use crate::render::format::Show;

const FORMATS: [Format; 6] = [
    Format::Human,
    Format::Json,
    Format::Markdown,
    Format::Github,
    Format::Junit,
    Format::Prometheus,
];

fn show(report: Report, format: Format) -> String {
    let show = Show {
        format,
        ..Show::default()
    };
    render(&report, &show, &Theme::plain(80), CHECKS, Some(38))
}

#[test]
fn github_annotations() {
    insta::assert_snapshot!(show(samples::shell_only(), Format::Github), @r###"
    ::error file=/home/me/.bashrc,line=14,title=key-only-in-shell%3A ~/.bashrc%3A14 exports it; this daemon never reads ~/.bashrc::A service starts without your shell, so every request to Cloudflare goes out without this key.%0Aalso causes: cloudflare-401%0Afix: Put the key where the Gateway reads it, then restart:
    ::warning title=service-linger%3A the service ends when you log out::systemd stops the user's services at the last logout.%0Afix: Keep your services running after logout:
    ::notice title=not checked::service-stopped: the user's manager does not answer
    openclaw doctor: The Gateway cannot see CLOUDFLARE_AI_GATEWAY_API_KEY. Your shell can.
    openclaw doctor: fix 1: Put the key where the Gateway reads it, then restart:
        $ printf 'CLOUDFLARE_AI_GATEWAY_API_KEY=%s\n' "$CLOUDFLARE_AI_GATEWAY_API_KEY" >> ~/.openclaw/.env && chmod 600 ~/.openclaw/.env
        $ openclaw gateway restart
    openclaw doctor: fix 2: Keep your services running after logout:
        $ loginctl enable-linger
    "###);
}

#[test]
fn junit_cases() {
    insta::assert_snapshot!(show(samples::shell_only(), Format::Junit), @r###"
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="openclaw-doctor" tests="8" failures="2" errors="0" skipped="1">
      <testsuite name="environment" tests="2" failures="1" errors="0" skipped="0" timestamp="2026-11-22T10:00:00">
        <testcase classname="openclaw-doctor.environment" name="key-only-in-shell" time="0">
          <failure message="~/.bashrc:14 exports it; this daemon never reads ~/.bashrc" type="key-only-in-shell">~/.bashrc:14 exports it; this daemon never reads ~/.bashrc&#10;A service starts without your shell, so every request to Cloudflare goes out without this key.&#10;~/.bashrc:14 exports it&#10;fix: Put the key where the Gateway reads it, then restart:&#10;  printf 'CLOUDFLARE_AI_GATEWAY_API_KEY=%s\n' &quot;$CLOUDFLARE_AI_GATEWAY_API_KEY&quot; &gt;&gt; ~/.openclaw/.env &amp;&amp; chmod 600 ~/.openclaw/.env&#10;  openclaw gateway restart</failure>
        </testcase>
        <testcase classname="openclaw-doctor.environment" name="key-stale" time="0"/>
      </testsuite>
      <testsuite name="values" tests="1" failures="0" errors="0" skipped="0" timestamp="2026-11-22T10:00:00">
        <testcase classname="openclaw-doctor.values" name="value-quoted" time="0"/>
      </testsuite>
      <testsuite name="config" tests="1" failures="0" errors="0" skipped="0" timestamp="2026-11-22T10:00:00">
        <testcase classname="openclaw-doctor.config" name="config-invalid" time="0"/>
      </testsuite>
      <testsuite name="service" tests="2" failures="0" errors="0" skipped="1" timestamp="2026-11-22T10:00:00">
        <testcase classname="openclaw-doctor.service" name="service-linger" time="0">
          <system-out>the service ends when you log out&#10;systemd stops the user's services at the last logout.&#10;fix: Keep your services running after logout:&#10;  loginctl enable-linger</system-out>
        </testcase>
        <testcase classname="openclaw-doctor.service" name="service-stopped" time="0">
          <skipped message="could not be checked: the user's manager does not answer"/>
        </testcase>
      </testsuite>
      <testsuite name="gateway" tests="1" failures="0" errors="0" skipped="0" timestamp="2026-11-22T10:00:00">
        <testcase classname="openclaw-doctor.gateway" name="gateway-refuses" time="0"/>
      </testsuite>
      <testsuite name="cloudflare" tests="1" failures="1" errors="0" skipped="0" timestamp="2026-11-22T10:00:00">
        <testcase classname="openclaw-doctor.cloudflare" name="cloudflare-401" time="0">
          <failure message="Cloudflare refuses the daemon's requests with 401" type="cloudflare-401">Cloudflare refuses the daemon's requests with 401&#10;caused by: key-only-in-shell</failure>
        </testcase>
      </testsuite>
    </testsuites>
    "###);
}

#[test]
fn prometheus_text() {
    insta::assert_snapshot!(show(samples::shell_only(), Format::Prometheus), @r###"
    # HELP openclaw_doctor_check Outcome of a check: 0 pass, 1 found, 2 unknown, 3 skipped
    # TYPE openclaw_doctor_check gauge
    openclaw_doctor_check{id="key-only-in-shell",group="environment"} 1
    openclaw_doctor_check{id="key-stale",group="environment"} 0
    openclaw_doctor_check{id="value-quoted",group="values"} 0
    openclaw_doctor_check{id="config-invalid",group="config"} 0
    openclaw_doctor_check{id="service-linger",group="service"} 1
    openclaw_doctor_check{id="service-stopped",group="service"} 2
    openclaw_doctor_check{id="gateway-refuses",group="gateway"} 0
    openclaw_doctor_check{id="cloudflare-401",group="cloudflare"} 1
    # HELP openclaw_doctor_key_visible Whether the running Gateway, or else its next start, has the key: 1 yes, 0 no, -1 unknown
    # TYPE openclaw_doctor_key_visible gauge
    openclaw_doctor_key_visible{name="CLOUDFLARE_AI_GATEWAY_API_KEY"} 0
    # HELP openclaw_doctor_key_verdict Verdict on a key: 1 for the one that applies
    # TYPE openclaw_doctor_key_verdict gauge
    openclaw_doctor_key_verdict{name="CLOUDFLARE_AI_GATEWAY_API_KEY",verdict="visible"} 0
    openclaw_doctor_key_verdict{name="CLOUDFLARE_AI_GATEWAY_API_KEY",verdict="missing"} 1
    openclaw_doctor_key_verdict{name="CLOUDFLARE_AI_GATEWAY_API_KEY",verdict="stale"} 0
    openclaw_doctor_key_verdict{name="CLOUDFLARE_AI_GATEWAY_API_KEY",verdict="different"} 0
    openclaw_doctor_key_verdict{name="CLOUDFLARE_AI_GATEWAY_API_KEY",verdict="blocked"} 0
    openclaw_doctor_key_verdict{name="CLOUDFLARE_AI_GATEWAY_API_KEY",verdict="unknown"} 0
    # HELP openclaw_doctor_findings Findings by severity
    # TYPE openclaw_doctor_findings gauge
    openclaw_doctor_findings{severity="error"} 2
    openclaw_doctor_findings{severity="warning"} 1
    openclaw_doctor_findings{severity="info"} 0
    # HELP openclaw_doctor_suppressed_findings Findings that a suppression file keeps from counting
    # TYPE openclaw_doctor_suppressed_findings gauge
    openclaw_doctor_suppressed_findings 0
    # HELP openclaw_doctor_outcome Outcome of the run: 1 for the one that applies
    # TYPE openclaw_doctor_outcome gauge
    openclaw_doctor_outcome{outcome="ok"} 0
    openclaw_doctor_outcome{outcome="warnings"} 0
    openclaw_doctor_outcome{outcome="errors"} 1
    openclaw_doctor_outcome{outcome="incomplete"} 0
    # HELP openclaw_doctor_last_run_timestamp_seconds When the machine was looked at
    # TYPE openclaw_doctor_last_run_timestamp_seconds gauge
    openclaw_doctor_last_run_timestamp_seconds 1795341600
    "###);
}

#[test]
fn markdown_for_an_issue() {
    insta::assert_snapshot!(show(samples::shell_only(), Format::Markdown), @r###"
    ### ✗ The Gateway cannot see CLOUDFLARE\_AI\_GATEWAY\_API\_KEY. Your shell can.

    openclaw doctor 0.2.0 · me · \~/.openclaw/openclaw.json · openclaw-gateway.service (systemd user) · pid 266, up 3 d · OpenClaw 2026.9.6 · 2026-11-22T10:00:00Z

    | `CLOUDFLARE_AI_GATEWAY_API_KEY` | your shell | next start | running now |
    |---|---|---|---|
    | `process environment` | &#35;9f31c2aa | – | – |
    | `~/.openclaw/.env` |  | – (no file) |  |
    | `login shell (shellEnv)` |  | off |  |
    | **effective** | &#35;9f31c2aa | missing | missing |

    1. error `key-only-in-shell`: \~/.bashrc:14 exports it; this daemon never reads \~/.bashrc
       A service starts without your shell, so every request to Cloudflare goes out without this key.
       - \~/.bashrc:14 exports it
       - also causes `cloudflare-401`: Cloudflare refuses the daemon's requests with 401

       **fix** Put the key where the Gateway reads it, then restart:

       ```sh
       printf 'CLOUDFLARE_AI_GATEWAY_API_KEY=%s\n' "$CLOUDFLARE_AI_GATEWAY_API_KEY" >> ~/.openclaw/.env && chmod 600 ~/.openclaw/.env
       openclaw gateway restart
       ```

    2. warning `service-linger`: the service ends when you log out
       systemd stops the user's services at the last logout.

       **fix** Keep your services running after logout:

       ```sh
       loginctl enable-linger
       ```


    | request | credential | answer |
    |---|---|---|
    | gateway GET /startupz | none | 200  openclaw: the Gateway is up |
    | gateway GET /startupz | the token of gateway.auth.token | 200  openclaw: the credential is accepted |
    | cloudflare POST /v1/messages | none | 401 2009 cloudflare: the gateway wants a credential |
    | cloudflare POST /v1/messages | the token of gateway.auth.token | none  network: not sent: the daemon has no credential |

    <details><summary>1 problem, 1 warning, 4 passed, 1 not checked, 0 skipped, 0 suppressed</summary>

    - not checked (the user's manager does not answer): `service-stopped`

    </details>
    "###);
}

#[test]
fn hostile_text_leaves_no_format() {
    for format in FORMATS {
        let shown = show(samples::hostile(), format);
        assert!(!shown.contains(['\u{1b}', '\u{202e}', '\0']), "{format:?} {shown}");
    }
    let github = show(samples::hostile(), Format::Github);
    assert!(!github.lines().any(|line| line.starts_with("::error::")), "{github}");
    let markdown = show(samples::hostile(), Format::Markdown);
    assert!(
        !markdown.contains("<b>") && !markdown.contains("|<") && !markdown.contains("@all"),
        "{markdown}"
    );
    let junit = show(samples::hostile(), Format::Junit);
    assert!(!junit.contains("<b>"), "{junit}");
}

#[test]
fn every_text_ends_with_one_line_feed() {
    for format in FORMATS {
        for sample in [samples::healthy, samples::shell_only, samples::incomplete] {
            let shown = show(sample(), format);
            assert!(shown.ends_with('\n') && !shown.ends_with("\n\n"), "{format:?}");
        }
    }
}

#[test]
fn prometheus_shows_no_fingerprint() {
    assert!(!show(samples::shell_only(), Format::Prometheus).contains("9f31c2aa"));
}

#[test]
fn folded_circles_end() {
    let mut report = samples::shell_only();
    report.findings[0].folded_under = Some("cloudflare-401".into());
    for format in FORMATS {
        assert!(show(report.clone(), format).contains("key-only-in-shell"), "{format:?}");
    }
}

#[test]
fn a_check_is_explained() {
    let topic = explain::Topic {
        id: "key-stale",
        title: "the process has the values its files have",
        group: "environment",
        severity: Severity::Warning,
        causes: &["cloudflare-401"],
        docs: "A process keeps the environment\nit was started with.\n\n# Fix\n\n    openclaw gateway restart\n",
        address: "https://example.com/docs/checks.md#key-stale",
    };
    insta::assert_snapshot!(explain::explain(&topic, &Theme::plain(40), Format::Human), @r###"
    key-stale   environment · warning
    Passes when: the process has the values its files have

    A process keeps the environment it was
    started with.

    Fix

        openclaw gateway restart

    explains: cloudflare-401

    more: https://example.com/docs/checks.md#key-stale
    "###);
    assert!(explain::explain(&topic, &Theme::plain(40), Format::Json).contains("\"severity\": \"warning\""));
}

#[test]
fn checks_are_listed_by_group() {
    insta::assert_snapshot!(checks_list::list(CHECKS, &Theme::plain(80), Format::Human), @r###"
    environment
      key-only-in-shell   keys of the shell reach the Gateway
      key-stale           the process has the values its files have

    values
      value-quoted        values have no stray quotes

    config
      config-invalid      the config is valid

    service
      service-linger      the user lingers
      service-stopped     the service runs

    gateway
      gateway-refuses     the Gateway answers

    cloudflare
      cloudflare-401      Cloudflare accepts the credential

    More about one: %doctor% explain <ID>
    "###);
    assert!(checks_list::list(CHECKS, &Theme::plain(80), Format::Json).contains("\"id\": \"key-stale\""));
}
