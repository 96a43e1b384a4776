//! Snapshots of the report as people see it.

use crate::model::report::Report;
use crate::render::format::{Part, Show};
use crate::render::samples::{self, CHECKS};
use crate::render::theme::Theme;
use crate::render::{render, width};

fn show(report: Report, how: &Show, theme: &Theme) -> String {
    render(&report, how, theme, CHECKS, Some(38))
}

fn plain(sample: Report, width: usize) -> String {
    show(sample, &Show::default(), &Theme::plain(width))
}

#[test]
fn a_key_only_in_the_shell_at_80() {
    insta::assert_snapshot!(plain(samples::shell_only(), 80), @r###"
    openclaw doctor 0.2.0 · read-only
    me · ~/.openclaw/openclaw.json · openclaw-gateway.service (systemd user) ·
      pid 266, up 3 d · OpenClaw 2026.9.6
    ✗ The Gateway cannot see CLOUDFLARE_AI_GATEWAY_API_KEY. Your shell can.
    keys        ✗ CLOUDFLARE_AI_GATEWAY_API_KEY is missing

    1 ✗ key-only-in-shell   ~/.bashrc:14 exports it; this daemon never reads
        ~/.bashrc
        fix   printf 'CLOUDFLARE_AI_GATEWAY_API_KEY=%s\n' \
                "$CLOUDFLARE_AI_GATEWAY_API_KEY" >> ~/.openclaw/.env \
                && chmod 600 ~/.openclaw/.env
              openclaw gateway restart
        also  causes cloudflare-401
    2 ! service-linger   the service ends when you log out (likely)
        fix   loginctl enable-linger

    gateway     ✓ every answer is as it should be
    cloudflare  ✓ 401 2009 from Cloudflare without a credential
                ✗ not sent: the daemon has no credential, with the token of
                  gateway.auth.token
    ✗ 1 problem to fix, 1 warning · 4 checks passed · 1 not checked · 38 ms ·
      start with 1; then: openclaw doctor --wait
    "###);
}

#[test]
fn a_key_only_in_the_shell_at_120_in_ascii() {
    let theme = Theme {
        unicode: false,
        ..Theme::plain(120)
    };
    insta::assert_snapshot!(show(samples::shell_only(), &Show::default(), &theme), @r###"
    openclaw doctor 0.2.0 | read-only
    me | ~/.openclaw/openclaw.json | openclaw-gateway.service (systemd user) | pid 266, up 3 d | OpenClaw 2026.9.6

    x The Gateway cannot see CLOUDFLARE_AI_GATEWAY_API_KEY. Your shell can.

      CLOUDFLARE_AI_GATEWAY_API_KEY   your shell   next start   running now
      process environment             #9f31c2aa    -            -
      effective                       #9f31c2aa    missing      missing (worker pid 291)

    1 x key-only-in-shell   ~/.bashrc:14 exports it; this daemon never reads ~/.bashrc
        fix   printf 'CLOUDFLARE_AI_GATEWAY_API_KEY=%s\n' "$CLOUDFLARE_AI_GATEWAY_API_KEY" >> ~/.openclaw/.env \
                && chmod 600 ~/.openclaw/.env
              openclaw gateway restart
        also  causes cloudflare-401
    2 ! service-linger   the service ends when you log out (likely)
        fix   loginctl enable-linger

    gateway     + every answer is as it should be
    cloudflare  + 401 2009 from Cloudflare without a credential
                x not sent: the daemon has no credential, with the token of gateway.auth.token
    x 1 problem to fix, 1 warning | 4 checks passed | 1 not checked | 38 ms | start with 1; then: openclaw doctor --wait
    "###);
}

#[test]
fn all_is_well() {
    insta::assert_snapshot!(plain(samples::healthy(), 80), @r###"
    openclaw doctor 0.2.0 · read-only
    me · ~/.openclaw/openclaw.json · openclaw-gateway.service (systemd user) ·
      pid 266, up 3 d · OpenClaw 2026.9.6

    ✓ The Gateway sees CLOUDFLARE_AI_GATEWAY_API_KEY.

    keys        ✓ CLOUDFLARE_AI_GATEWAY_API_KEY #9f31c2aa from ~/.openclaw/.env:3

    gateway     ✓ up   ✓ the credential is accepted
    cloudflare  ✓ 401 2009 from Cloudflare without a credential
                ✓ 200 with the token of gateway.auth.token

    ✓ passed: environment 2, values 1, config 1, service 2, gateway 1, cloudflare 1

    ✓ 0 problems to fix, 0 warnings · 8 checks passed · 38 ms
    "###);
}

#[test]
fn a_stale_key() {
    insta::assert_snapshot!(plain(samples::stale(), 80), @r###"
    openclaw doctor 0.2.0 · read-only
    me · ~/.openclaw/openclaw.json · openclaw-gateway.service (systemd user) ·
      pid 266, up 3 d · OpenClaw 2026.9.6

    ! The running Gateway has an older value of CLOUDFLARE_AI_GATEWAY_API_KEY than
      its next start would have.

      CLOUDFLARE_AI_GATEWAY_API_KEY   your shell   next start   running now
      ~/.openclaw/.env:3              #9f31c2aa    #9f31c2aa    #00aa11bb
      effective                       #9f31c2aa    #9f31c2aa    #00aa11bb

    1 ! key-stale   ~/.openclaw/.env was changed after the Gateway started
        fix   Restart the Gateway:
              openclaw gateway restart

    gateway     ✓ The Gateway is up and ready.

    ! 0 problems to fix, 1 warning · 8 checks passed · 38 ms · start with 1;
      then: openclaw doctor
    "###);
}

#[test]
fn what_could_not_be_read_is_said() {
    insta::assert_snapshot!(plain(samples::incomplete(), 80), @r###"
    openclaw doctor 0.2.0 · read-only
    me · ~/.openclaw/openclaw.json · no service · pid 266, up 3 d ·
      OpenClaw 2026.9.6
    rules: OpenClaw 2026.10.1 is newer than 2026.9.6, the newest release the rules
    were checked on

    ? It is not known whether the Gateway sees CLOUDFLARE_AI_GATEWAY_API_KEY.

      CLOUDFLARE_AI_GATEWAY_API_KEY   your shell   next start   running now
      ~/.openclaw/.env:3              #9f31c2aa
      effective                       #9f31c2aa    no service   ?
      ? running now: this user may not read /proc/266/environ; as root: tr '\0'
      '\n' < /proc/266/environ

    gateway     ✓ The Gateway is up and ready.

    ✓ passed: values 1, config 1, service 2
    ? key-only-in-shell, key-stale not checked: this user may not read
      /proc/266/environ

    ? 0 problems to fix, 0 warnings · 4 checks passed · 2 not checked · 2 skipped ·
      38 ms
    "###);
}

#[test]
fn a_narrow_window_gets_no_columns() {
    let how = Show {
        part: Part::Keys,
        ..Show::default()
    };
    insta::assert_snapshot!(show(samples::shell_only(), &how, &Theme::plain(40)), @r###"
    openclaw doctor 0.2.0 · read-only
    me · ~/.openclaw/openclaw.json ·
      openclaw-gateway.service (systemd
      user) · pid 266, up 3 d ·
      OpenClaw 2026.9.6

      CLOUDFLARE_AI_GATEWAY_API_KEY
      process environment
        your shell  #9f31c2aa
        next start  –
        running now –
      ~/.openclaw/.env
        next start  – (no file)
      login shell (shellEnv)
        next start  off
      effective
        your shell  #9f31c2aa
        next start  missing
        running now missing
    "###);
}

#[test]
fn verbose_names_passing_checks_and_requests() {
    let how = Show {
        verbose: true,
        ..Show::default()
    };
    insta::assert_snapshot!(show(samples::healthy(), &how, &Theme::plain(80)), @r###"
    openclaw doctor 0.2.0 · read-only
    me · ~/.openclaw/openclaw.json · openclaw-gateway.service (systemd user) ·
      pid 266, up 3 d · OpenClaw 2026.9.6

    ✓ The Gateway sees CLOUDFLARE_AI_GATEWAY_API_KEY.

      CLOUDFLARE_AI_GATEWAY_API_KEY   your shell   next start   running now
      ~/.openclaw/.env:3              #9f31c2aa    #9f31c2aa    #9f31c2aa
      effective                       #9f31c2aa    #9f31c2aa    #9f31c2aa

    gateway     ✓ up   ✓ the credential is accepted
    cloudflare  ✓ 401 2009 from Cloudflare without a credential
                ✓ 200 with the token of gateway.auth.token

    Requests
      gateway  GET /startupz, without a credential
        http://127.0.0.1:18789/startupz
        200 from OpenClaw: the Gateway is up (12 ms)
      gateway  GET /startupz, with the token of gateway.auth.token
        http://127.0.0.1:18789/startupz
        200 from OpenClaw: the credential is accepted (12 ms)
      cloudflare  POST /v1/messages, without a credential
        http://127.0.0.1:18789/startupz
        401 from Cloudflare: the gateway wants a credential (12 ms)
      cloudflare  POST /v1/messages, with the token of gateway.auth.token
        http://127.0.0.1:18789/startupz
        200 from the provider: the provider answered (12 ms)

    ✓ environment  2 passed
        ✓ key-only-in-shell   keys of the shell reach the Gateway
        ✓ key-stale   the process has the values its files have
    ✓ values       1 passed
        ✓ value-quoted   values have no stray quotes
    ✓ config       1 passed
        ✓ config-invalid   the config is valid
    ✓ service      2 passed
        ✓ service-linger   the user lingers
        ✓ service-stopped   the service runs
    ✓ gateway      1 passed
        ✓ gateway-refuses   the Gateway answers
    ✓ cloudflare   1 passed
        ✓ cloudflare-401   Cloudflare accepts the credential

    ✓ 0 problems to fix, 0 warnings · 8 checks passed · 38 ms
    "###);
}

#[test]
fn quiet_is_problems_and_fixes() {
    let how = Show {
        quiet: true,
        ..Show::default()
    };
    insta::assert_snapshot!(show(samples::stale(), &how, &Theme::plain(80)), @r###"
    ! The running Gateway has an older value of CLOUDFLARE_AI_GATEWAY_API_KEY than
      its next start would have.

    1 ! key-stale   ~/.openclaw/.env was changed after the Gateway started
        fix   Restart the Gateway:
              openclaw gateway restart
    "###);
    assert_eq!(show(samples::healthy(), &how, &Theme::plain(80)), "");
}

#[test]
fn hostile_text_is_neutralised() {
    for width in [40, 80, 120] {
        let shown = plain(samples::hostile(), width);
        assert!(!shown.contains(['\u{1b}', '\u{202e}', '\0']), "{shown}");
        assert!(shown.contains("\\u{1b}[2J\\u{202e}x"), "{shown}");
    }
}

#[test]
fn colour_changes_nothing_but_colour() {
    for sample in [
        samples::shell_only,
        samples::healthy,
        samples::stale,
        samples::incomplete,
    ] {
        let theme = Theme {
            color: true,
            ..Theme::plain(80)
        };
        let coloured = show(sample(), &Show::default(), &theme);
        assert!(coloured.contains("\u{1b}["));
        assert_eq!(anstream::adapter::strip_str(&coloured).to_string(), plain(sample(), 80));
    }
}

#[test]
fn lines_fit_the_window_but_commands_stay_whole() {
    for sample in [
        samples::shell_only,
        samples::healthy,
        samples::stale,
        samples::incomplete,
    ] {
        for columns in [60, 80, 120] {
            for line in plain(sample(), columns)
                .lines()
                .filter(|line| !line.starts_with("       "))
            {
                assert!(width::columns(line) <= columns, "{columns}: {line}");
            }
        }
    }
}

#[test]
fn cause_and_fix_stand_on_the_first_screen() {
    let shown = plain(samples::shell_only(), 80);
    let screen: Vec<&str> = shown.lines().take(24).collect();
    assert!(screen.iter().any(|line| line.contains("cannot see")));
    assert!(screen.iter().any(|line| line.contains("key-only-in-shell")));
}

#[test]
fn a_replay_has_no_time() {
    let report = samples::healthy();
    let shown = render(&report, &Show::default(), &Theme::plain(80), CHECKS, None);
    assert!(shown.ends_with("0 warnings · 8 checks passed\n"), "{shown}");
}

#[test]
fn a_fix_that_an_earlier_one_includes_is_not_said_again() {
    let mut report = samples::shell_only();
    let mut third = samples::stale().findings.remove(0);
    third.severity = crate::model::report::Severity::Warning;
    report.findings.push(third);
    let shown = plain(report, 80);
    assert!(shown.contains("fix   as in 1"), "{shown}");
    assert!(!shown.contains("Restart the Gateway:"), "{shown}");
}
