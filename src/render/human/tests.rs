//! Snapshots of the report as people see it.

use crate::app::plan::{Action, Plan};
use crate::base::fact::Fact;
use crate::model::report::Report;
use crate::model::snapshot::Snapshot;
use crate::render::samples::{self, CHECKS};
use crate::render::theme::Theme;
use crate::render::{render, width};

fn show((report, snapshot): (Report, Snapshot), plan: &Plan, theme: &Theme) -> String {
    render(&report, &snapshot, plan, theme, CHECKS, Some(38))
}

fn plain(sample: (Report, Snapshot), width: usize) -> String {
    show(sample, &Plan::default(), &Theme::plain(width))
}

#[test]
fn a_key_only_in_the_shell_at_80() {
    insta::assert_snapshot!(plain(samples::shell_only(), 80), @r###"
    openclaw doctor 0.1.0 · read-only
    examined: me · ~/.openclaw/openclaw.json · openclaw-gateway.service (systemd
      user, active) · pid 266, up 3 d · OpenClaw 2026.9.6

    ✗ The Gateway cannot see CLOUDFLARE_AI_GATEWAY_API_KEY. Your shell can.

    Environment
      ✗ key-only-in-shell   ~/.bashrc:14 exports it; this daemon never reads
        ~/.bashrc
          A service starts without your shell, so every request to Cloudflare goes
          out without this key.
          ↳ cloudflare-401, a consequence
    Service
      ! service-linger   the service ends when you log out (likely)
          systemd stops the user's services at the last logout.

    Fix it
      1. Put the key where the Gateway reads it, then restart:
           printf 'CLOUDFLARE_AI_GATEWAY_API_KEY=%s\n' "$CLOUDFLARE_AI_GATEWAY_API_KEY" >> ~/.openclaw/.env && chmod 600 ~/.openclaw/.env
           openclaw gateway restart
         confirm: openclaw doctor --wait
      2. Keep your services running after logout:
           loginctl enable-linger
         confirm: openclaw doctor

      CLOUDFLARE_AI_GATEWAY_API_KEY   your shell   next start    running now
      process environment             #9f31c2aa    –             –
      ~/.openclaw/.env                             – (no file)
      config env.vars                              –
      login shell (shellEnv)                       off
      effective                       #9f31c2aa    missing       missing
      running now: seen in worker pid 291

    Answers       without credential         with credential
      gateway     200 from openclaw          200 from openclaw
      cloudflare  401 2009 from cloudflare   not sent: the daemon has no credential

    ✓ passed: Environment 1, Values 1, Config 1, Gateway 1
    ? service-stopped: could not be checked, the user's manager does not answer
    2 errors · 1 warning · 4 passed · 1 not checked · 38 ms
    "###);
}

#[test]
fn a_key_only_in_the_shell_at_120_in_ascii() {
    let theme = Theme {
        unicode: false,
        ..Theme::plain(120)
    };
    insta::assert_snapshot!(show(samples::shell_only(), &Plan::default(), &theme), @r###"
    openclaw doctor 0.1.0 | read-only
    examined: me | ~/.openclaw/openclaw.json | openclaw-gateway.service (systemd user, active) | pid 266, up 3 d |
      OpenClaw 2026.9.6

    x The Gateway cannot see CLOUDFLARE_AI_GATEWAY_API_KEY. Your shell can.

    Environment
      x key-only-in-shell   ~/.bashrc:14 exports it; this daemon never reads ~/.bashrc
          A service starts without your shell, so every request to Cloudflare goes out without this key.
          > cloudflare-401, a consequence
    Service
      ! service-linger   the service ends when you log out (likely)
          systemd stops the user's services at the last logout.

    Fix it
      1. Put the key where the Gateway reads it, then restart:
           printf 'CLOUDFLARE_AI_GATEWAY_API_KEY=%s\n' "$CLOUDFLARE_AI_GATEWAY_API_KEY" >> ~/.openclaw/.env && chmod 600 ~/.openclaw/.env
           openclaw gateway restart
         confirm: openclaw doctor --wait
      2. Keep your services running after logout:
           loginctl enable-linger
         confirm: openclaw doctor

      CLOUDFLARE_AI_GATEWAY_API_KEY   your shell   next start    running now
      process environment             #9f31c2aa    -             -
      ~/.openclaw/.env                             - (no file)
      config env.vars                              -
      login shell (shellEnv)                       off
      effective                       #9f31c2aa    missing       missing (seen in worker pid 291)

    Answers       without credential         with credential
      gateway     200 from openclaw          200 from openclaw
      cloudflare  401 2009 from cloudflare   not sent: the daemon has no credential

    + passed: Environment 1, Values 1, Config 1, Gateway 1
    ? service-stopped: could not be checked, the user's manager does not answer
    2 errors | 1 warning | 4 passed | 1 not checked | 38 ms
    "###);
}

#[test]
fn all_is_well() {
    insta::assert_snapshot!(plain(samples::healthy(), 80), @r###"
    openclaw doctor 0.1.0 · read-only
    examined: me · ~/.openclaw/openclaw.json · openclaw-gateway.service (systemd
      user, active) · pid 266, up 3 d · OpenClaw 2026.9.6

    ✓ The Gateway sees CLOUDFLARE_AI_GATEWAY_API_KEY.

      CLOUDFLARE_AI_GATEWAY_API_KEY   your shell   next start   running now
      ~/.openclaw/.env:3              #9f31c2aa    #9f31c2aa    #9f31c2aa
      effective                       #9f31c2aa    #9f31c2aa    #9f31c2aa

    Answers       without credential         with credential
      gateway     200 from openclaw          200 from openclaw
      cloudflare  401 2009 from cloudflare   200 from provider

    ✓ Environment  2 passed
    ✓ Values       1 passed
    ✓ Config       1 passed
    ✓ Service      2 passed
    ✓ Gateway      1 passed
    ✓ Cloudflare   1 passed
    0 errors · 0 warnings · 8 passed · 0 not checked · 38 ms
    "###);
}

#[test]
fn a_stale_key() {
    insta::assert_snapshot!(plain(samples::stale(), 80), @r###"
    openclaw doctor 0.1.0 · read-only
    examined: me · ~/.openclaw/openclaw.json · openclaw-gateway.service (systemd
      user, active) · pid 266, up 3 d · OpenClaw 2026.9.6

    ! The running Gateway has an older value of CLOUDFLARE_AI_GATEWAY_API_KEY than
      its next start would have.

    Environment
      ! key-stale   ~/.openclaw/.env was changed after the Gateway started

    Fix it
      1. Restart the Gateway:
           openclaw gateway restart
         confirm: openclaw doctor

      CLOUDFLARE_AI_GATEWAY_API_KEY   your shell   next start   running now
      process environment                          –
      ~/.openclaw/.env:3              #9f31c2aa    #9f31c2aa    #00aa11bb
      config env.vars                              –
      login shell (shellEnv)                       off
      effective                       #9f31c2aa    #9f31c2aa    #00aa11bb

    ✓ passed: Environment 2, Values 1, Config 1, Service 2, Gateway 1, Cloudflare 1
    0 errors · 1 warning · 8 passed · 0 not checked · 38 ms
    "###);
}

#[test]
fn what_could_not_be_read_is_said() {
    insta::assert_snapshot!(plain(samples::incomplete(), 80), @r###"
    openclaw doctor 0.1.0 · read-only
    examined: me · ~/.openclaw/openclaw.json · no service · pid 266, up 3 d ·
      OpenClaw 2026.9.6
    rules: OpenClaw 2026.10.1 is newer than 2026.9.6, the newest release the rules
    were checked on

    ? Whether the Gateway sees CLOUDFLARE_AI_GATEWAY_API_KEY could not be found out.

      CLOUDFLARE_AI_GATEWAY_API_KEY   your shell   next start   running now
      ~/.openclaw/.env:3              #9f31c2aa    #9f31c2aa
      effective                       #9f31c2aa    no service   ?
      ? running now: this user may not read /proc/266/environ; as root: tr '\0'
      '\n' < /proc/266/environ

    ✓ Values       1 passed
    ✓ Config       1 passed
    ✓ Service      2 passed
    ? key-only-in-shell, key-stale: could not be checked, this user may not read
      /proc/266/environ
    – 2 checks left out: --offline
    0 errors · 0 warnings · 4 passed · 2 not checked · 2 left out · 38 ms
    "###);
}

#[test]
fn a_narrow_window_gets_no_columns() {
    let plan = Plan {
        action: Action::Env,
        ..Plan::default()
    };
    insta::assert_snapshot!(show(samples::shell_only(), &plan, &Theme::plain(40)), @r###"
    openclaw doctor 0.1.0 · read-only
    examined: me ·
      ~/.openclaw/openclaw.json ·
      openclaw-gateway.service (systemd
      user, active) · pid 266, up 3 d ·
      OpenClaw 2026.9.6

      CLOUDFLARE_AI_GATEWAY_API_KEY
      process environment
        your shell  #9f31c2aa
        next start  –
        running now –
      ~/.openclaw/.env
        next start  – (no file)
      config env.vars
        next start  –
      login shell (shellEnv)
        next start  off
      effective
        your shell  #9f31c2aa
        next start  missing
        running now missing
      running now: seen in worker pid 291
    "###);
}

#[test]
fn verbose_names_passing_checks_and_requests() {
    let plan = Plan {
        verbose: true,
        ..Plan::default()
    };
    insta::assert_snapshot!(show(samples::healthy(), &plan, &Theme::plain(80)), @r###"
    openclaw doctor 0.1.0 · read-only
    examined: me · ~/.openclaw/openclaw.json · openclaw-gateway.service (systemd
      user, active) · pid 266, up 3 d · OpenClaw 2026.9.6

    ✓ The Gateway sees CLOUDFLARE_AI_GATEWAY_API_KEY.

      CLOUDFLARE_AI_GATEWAY_API_KEY   your shell   next start   running now
      process environment                          –
      ~/.openclaw/.env:3              #9f31c2aa    #9f31c2aa    #9f31c2aa
      config env.vars                              –
      login shell (shellEnv)                       off
      effective                       #9f31c2aa    #9f31c2aa    #9f31c2aa

    Answers
      gateway  GET /startupz, without credential
        http://127.0.0.1:18789/startupz
        200 from openclaw: the Gateway is up (12 ms)
      gateway  GET /startupz, with credential
        http://127.0.0.1:18789/startupz
        200 from openclaw: the credential is accepted (12 ms)
      cloudflare  POST /v1/messages, without credential
        http://127.0.0.1:18789/startupz
        401 2009 from cloudflare: the gateway wants a credential (12 ms)
      cloudflare  POST /v1/messages, with credential
        http://127.0.0.1:18789/startupz
        200 from provider: the provider answered (12 ms)

    ✓ Environment  2 passed
        ✓ key-only-in-shell   keys of the shell reach the Gateway
        ✓ key-stale   the process has the values its files have
    ✓ Values       1 passed
        ✓ value-quoted   values have no stray quotes
    ✓ Config       1 passed
        ✓ config-invalid   the config is valid
    ✓ Service      2 passed
        ✓ service-linger   the user lingers
        ✓ service-stopped   the service runs
    ✓ Gateway      1 passed
        ✓ gateway-refuses   the Gateway answers
    ✓ Cloudflare   1 passed
        ✓ cloudflare-401   Cloudflare accepts the credential
    0 errors · 0 warnings · 8 passed · 0 not checked · 38 ms
    "###);
}

#[test]
fn quiet_is_problems_and_fixes() {
    let plan = Plan {
        quiet: true,
        ..Plan::default()
    };
    insta::assert_snapshot!(show(samples::stale(), &plan, &Theme::plain(80)), @r###"
    ! The running Gateway has an older value of CLOUDFLARE_AI_GATEWAY_API_KEY than
      its next start would have.

    Environment
      ! key-stale   ~/.openclaw/.env was changed after the Gateway started

    Fix it
      1. Restart the Gateway:
           openclaw gateway restart
         confirm: openclaw doctor
    "###);
    assert_eq!(show(samples::healthy(), &plan, &Theme::plain(80)), "");
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
        let coloured = show(sample(), &Plan::default(), &theme);
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
    let (report, snapshot) = samples::healthy();
    let shown = render(&report, &snapshot, &Plan::default(), &Theme::plain(80), CHECKS, None);
    assert!(shown.ends_with("8 passed · 0 not checked\n"), "{shown}");
}

#[test]
fn a_command_is_named_once_and_restarts_come_last() {
    let (mut report, mut snapshot) = samples::shell_only();
    let mut third = samples::stale().0.findings.remove(0);
    third.severity = crate::model::report::Severity::Error;
    report.findings.insert(0, third);
    snapshot.views.running = Fact::Absent;
    let shown = plain((report, snapshot), 80);
    assert_eq!(shown.matches("openclaw gateway restart").count(), 1, "{shown}");
    assert!(!shown.contains("Restart the Gateway:"), "{shown}");
}
