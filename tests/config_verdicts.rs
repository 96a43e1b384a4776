//! Verdicts on whole configs: text in, valid or not, paths, and what a Gateway does.

use openclaw_doctor::config::document::Document;
use openclaw_doctor::config::include::{IncludeAnswer, IncludeSettings};
use openclaw_doctor::config::standalone::{Outside, judge_file, run};
use openclaw_doctor::config::{Start, Verdict};
use openclaw_doctor::model::snapshot::ConfigIssue;
use openclaw_doctor::product::rules::Release;

const FILE: &str = "/home/me/.openclaw/openclaw.json";

struct Machine<'a> {
    env: &'a [(&'a str, &'a str)],
    files: &'a [(&'a str, &'a str)],
    release: Option<&'a str>,
}

const BARE: Machine<'static> = Machine {
    env: &[],
    files: &[],
    release: None,
};

fn with<T>(machine: &Machine<'_>, act: impl FnOnce(&mut Outside<'_>) -> T) -> T {
    let env = |name: &str| machine.env.iter().find(|one| one.0 == name).map(|one| one.1.to_owned());
    let mut include = |path: &str| match machine.files.iter().find(|one| one.0 == path) {
        Some((path, text)) => IncludeAnswer::Text {
            real_path: (*path).to_owned(),
            bytes: text.as_bytes().to_vec(),
        },
        None => IncludeAnswer::Missing,
    };
    act(&mut Outside {
        env: &env,
        blocked: &|name| name == "HOME",
        include: &mut include,
        settings: IncludeSettings {
            config_dir: "/home/me/.openclaw".to_owned(),
            home: "/home/me".to_owned(),
            ..IncludeSettings::default()
        },
        state_dir: "/home/me/.openclaw".to_owned(),
        release: machine.release.and_then(Release::parse),
        plugins: Vec::new(),
        manifests: Vec::new(),
        path_exists: None,
        exec_problem: None,
        container: false,
        reach: Default::default(),
    })
}

fn judge(machine: &Machine<'_>, text: &str) -> (Document, Verdict) {
    with(machine, |outside| judge_file(FILE, text.as_bytes(), outside))
}

fn paths(verdict: &Verdict) -> Vec<&str> {
    verdict.issues.iter().map(|issue| issue.path.as_str()).collect()
}

#[test]
fn verdicts() {
    let cases: &[(&str, &[&str])] = &[
        ("{}", &[]),
        ("{gateway: {port: '1'}}", &["gateway.port"]),
        ("{gateway: {port: 1.5}}", &["gateway.port"]),
        ("{gateway: {prot: 1}}", &["gateway"]),
        ("{gateway: {__proto__: 1}}", &[]),
        ("{mcp: {servers: {__proto__: {}}}}", &["mcp.servers.__proto__"]),
        ("{env: {KEY: 'x'}}", &["env"]),
        (
            "{models: {providers: {x: {}}}}",
            &["models.providers.x.baseUrl", "models.providers.x.models"],
        ),
        ("{models: {providers: {'Cloudflare-AI-Gateway': {}}}}", &[]),
        (
            "{models: {providers: {openai: {models: [{id: 'a'}]}}}}",
            &["models.providers.openai.models.0.name"],
        ),
        (
            "{models: {providers: {openai: {apiKey: {source: 'env', id: 'A'}}}}}",
            &["models.providers.openai.apiKey"],
        ),
        (
            "{models: {providers: {openai: {apiKey: {source: 'env', provider: 'p', id: 'a'}}}}}",
            &["models.providers.openai.apiKey.id"],
        ),
        ("{gateway: {publicOrigin: 'http://x.org'}}", &["gateway.publicOrigin"]),
        ("{agents: {entries: {a: {}, b: {}}}}", &["agents.ownership"]),
        ("{agents: {entries: {a: {default: true}, b: {}}}}", &[]),
        ("{agents: {list: [{id: 'a'}]}}", &[]),
        (
            "{agents: {defaults: {model: 'google/gemini-1.5-pro'}}}",
            &["agents.defaults.model"],
        ),
        ("{channels: {nope: {}}}", &["channels.nope"]),
        ("{channels: {nope: {}}, plugins: {allow: ['nope']}}", &[]),
        (
            "{session: {maintenance: {pruneAfter: 0}}}",
            &["session.maintenance.pruneAfter"],
        ),
        ("{session: {maintenance: {archiveDashboardAfter: 0}}}", &[]),
        ("{tools: {allow: ['a'], alsoAllow: ['b']}}", &["tools"]),
        ("[]", &[""]),
        ("{a: 1", &[""]),
    ];
    for (text, want) in cases {
        let (_, verdict) = judge(&BARE, text);
        assert_eq!(paths(&verdict), *want, "{text}");
        assert_eq!(verdict.valid, want.is_empty(), "{text}");
    }
}

#[test]
fn what_the_gateway_does() {
    let cases = [
        ("{gateway: {mode: 'local'}}", Start::Starts),
        ("{}", Start::Refused),
        ("{gateway: {mode: 'remote'}}", Start::Refused),
        ("{gateway: {mode: 'local', foo: 1}}", Start::Refused),
        (
            "{gateway: {mode: 'local', bind: '0.0.0.0', auth: {token: 'x'}}}",
            Start::AutoMigrated,
        ),
        ("{gateway: {mode: 'local', bind: '0.0.0.0'}}", Start::Refused),
        ("{gateway: {mode: 'local'}, env: {KEY: 'x'}}", Start::AutoMigrated),
        ("{gateway: {mode: 'local'}, env: {KEY: 1}}", Start::Refused),
        ("{gateway: {mode: 'local', webchat: {}}}", Start::AutoMigrated),
        ("{gateway: {mode: 'local', auth: {token: '${NONE}'}}}", Start::Degraded),
        ("{gateway: {mode: 'local',}", Start::Refused),
    ];
    for (text, want) in cases {
        let (_, verdict) = judge(&BARE, text);
        assert_eq!(
            verdict.gateway_start.verdict, want,
            "{text}: {}",
            verdict.gateway_start.why
        );
    }
}

#[test]
fn includes_are_merged_with_their_places() {
    let files = [
        (
            "/home/me/.openclaw/a.json5",
            "{\n  gateway: {port: 'x', trustedProxies: ['10.0.0.1']}}",
        ),
        (
            "/home/me/.openclaw/sub/b.json5",
            "{\n\n  gateway: {bind: 'nope', trustedProxies: ['10.0.0.2']}}",
        ),
    ];
    let machine = Machine { files: &files, ..BARE };
    let (doc, verdict) = judge(
        &machine,
        "{$include: ['./a.json5', 'sub/b.json5'], gateway: {mode: 'local'}}",
    );
    assert!(doc.includes);
    assert_eq!(doc.value["gateway"]["trustedProxies"].as_array().map(Vec::len), Some(2));
    let found: Vec<(&str, &str, u32)> = verdict
        .issues
        .iter()
        .filter_map(|issue| {
            let place = issue.place.as_ref()?;
            Some((issue.path.as_str(), place.path.rsplit('/').next()?, place.line?))
        })
        .collect();
    assert_eq!(found, [("gateway.port", "a.json5", 2), ("gateway.bind", "b.json5", 3)]);
}

#[test]
fn includes_that_are_refused() {
    let files = [
        ("/home/me/.openclaw/loop.json5", "{$include: './loop.json5'}"),
        ("/home/me/.openclaw/bad.json5", "{\n a: }"),
        ("/home/me/.openclaw/list.json5", "[1]"),
    ];
    let machine = Machine { files: &files, ..BARE };
    let cases = [
        ("{$include: './none.json5'}", "include-missing"),
        ("{$include: '../out.json5'}", "include-escape"),
        ("{$include: '/etc/passwd'}", "include-escape"),
        ("{$include: './loop.json5'}", "include-cycle"),
        ("{$include: './bad.json5'}", "include-parse"),
        ("{$include: 5}", "include-value"),
        ("{$include: [5]}", "include-value"),
        ("{$include: './list.json5', a: 1}", "include-sibling"),
    ];
    for (text, kind) in cases {
        let (_, verdict) = judge(&machine, text);
        let kinds: Vec<&str> = verdict.issues.iter().map(|issue| issue.kind.as_str()).collect();
        assert_eq!(kinds, [kind], "{text}");
    }
}

#[test]
fn variables_come_from_the_environment_and_the_file() {
    let machine = Machine {
        env: &[("MODE", "local"), ("EMPTY", "")],
        ..BARE
    };
    let (_, verdict) = judge(
        &machine,
        "{gateway: {mode: '${MODE}', bind: '${BIND}'}, env: {vars: {BIND: 'lan'}}}",
    );
    assert!(verdict.valid, "{:?}", verdict.issues);
    let (_, verdict) = judge(&machine, "{gateway: {mode: '${EMPTY}'}}");
    assert_eq!(paths(&verdict), ["gateway.mode"]);
    assert!(verdict.warnings.iter().any(|warning| warning.kind == "missing-env"));
}

#[test]
fn an_unknown_key_is_refused_on_every_release_and_names_whose_settings_say_so() {
    // A release with a table of its own needs no other to be named.
    for (release, by) in [
        ("2026.10.1", Some("2026.9.6")),
        ("2026.9.5", None),
        ("2026.9.3", Some("2026.8.2")),
        ("2026.5.28", None),
        ("2026.4.15", Some("2026.2.26")),
        ("2026.2.26", None),
    ] {
        let machine = Machine {
            release: Some(release),
            ..BARE
        };
        for (text, at) in [
            ("{gateway: {prot: 1}}", "gateway"),
            ("{modells: {}}", ""),
            ("{env: {vars: {}, shellEnv: {on: true}}}", "env.shellEnv"),
        ] {
            let (_, verdict) = judge(&machine, text);
            assert_eq!(paths(&verdict), [at], "{release} {text}");
            let message = &verdict.issues[0].message;
            assert_eq!(message.contains(" is installed"), by.is_some(), "{message}");
            assert!(
                by.is_none_or(|by| message.contains(by) && message.contains(release)),
                "{message}"
            );
        }
        let (_, verdict) = judge(&machine, "{gateway: {port: 'x'}}");
        assert!(!verdict.valid, "{release}");
    }
    let (_, verdict) = judge(&BARE, "{gateway: {prot: 1}}");
    assert!(!verdict.issues[0].message.contains("2026.9.6"), "{:?}", verdict.issues);
}

/// `cron.skipMissedJobs` came between 2026.8.2 and 2026.9.5.
#[test]
fn a_key_of_a_later_release_is_told_as_new() {
    for (release, issues, warnings) in [
        ("2026.8.2", 1, 0),
        ("2026.9.3", 0, 1),
        ("2026.9.5", 0, 0),
        ("2026.10.1", 0, 0),
    ] {
        let machine = Machine {
            release: Some(release),
            ..BARE
        };
        let (_, verdict) = judge(&machine, "{cron: {skipMissedJobs: true}}");
        let new = |all: &[ConfigIssue]| {
            let told = all
                .iter()
                .filter(|one| one.message.contains("new in OpenClaw 2026.9.5"));
            told.count()
        };
        assert_eq!(
            (new(&verdict.issues), new(&verdict.warnings)),
            (issues, warnings),
            "{release}"
        );
        assert_eq!(verdict.valid, issues == 0, "{release}");
    }
}

#[test]
fn names_directly_under_env_are_judged_by_the_installed_release() {
    let text = "{env: {MY_VAR: 'x', Other: 'y'}}";
    for (release, valid) in [
        ("2026.5.28", true),
        ("2026.7.35", true),
        ("2026.8.2", false),
        ("2026.9.5", false),
        ("2026.9.6", false),
    ] {
        let machine = Machine {
            release: Some(release),
            ..BARE
        };
        assert_eq!(judge(&machine, text).1.valid, valid, "{release}");
        assert!(!judge(&machine, "{env: {MY_VAR: 5}}").1.valid, "{release}");
        assert!(
            !judge(&machine, "{env: {MY_VAR: 'x'}, gatway: {}}").1.valid,
            "{release}"
        );
    }
}

#[test]
fn hints_name_what_was_meant() {
    let cases = [
        (
            "{models: {providers: {openai: {baseURL: 'x'}}}}",
            "did you mean baseUrl?",
        ),
        (
            "{models: {providers: {openai: {auth: 'api_key'}}}}",
            "did you mean \"api-key\"?",
        ),
        ("{env: {A: 'x'}}", "env.vars"),
        ("{gateway: {port: '18789'}}", "without quotes"),
        ("{gateway: {bind: '0.0.0.0'}}", "\"lan\""),
        (
            "{models: {providers: {'cloudflare-ai-gatway': {}}}}",
            "cloudflare-ai-gateway",
        ),
        ("{\n  a: 1\n  b: 2}", "comma is missing after line 2"),
        ("{a: \u{201c}x\u{201d}}", "typographic"),
        ("{# x\n}", "//"),
        ("{a: True}", "lower case"),
        ("{a = 1}", "write :"),
        ("{foo-bar: 1}", "quotes"),
        ("{\n  a: {\n    b: 1\n", "line 2, column 6 is not closed"),
    ];
    for (text, want) in cases {
        let (_, verdict) = judge(&BARE, text);
        let hint = verdict
            .issues
            .first()
            .and_then(|issue| issue.hint.clone())
            .unwrap_or_default();
        assert!(hint.contains(want), "{text}: {hint}");
    }
}

#[test]
fn advice_beyond_the_release() {
    let cases = [
        ("{}", "gateway-mode-missing"),
        ("{gateway: {auth: {mode: 'token'}}}", "auth-without-secret"),
        ("{gateway: {mode: 'local', bind: 'custom'}}", "start-refused"),
        ("{gateway: {auth: {token: '${NONE}'}}}", "token-from-missing-variable"),
        ("{gateway: {auth: {token: '***'}}}", "redaction-sentinel"),
        ("{a: {}, gateway: {}, gateway: {}}", "duplicate-section"),
        (
            "{models: {providers: {openai: {apiKey: {source: 'file', provider: 'p', id: 'value'}}}}}",
            "secret-provider-unknown",
        ),
        (
            "{models: {providers: {openai: {apiKey: '${lower}'}}}}",
            "unexpanded-reference",
        ),
    ];
    for (text, kind) in cases {
        let (_, verdict) = judge(&BARE, text);
        assert!(
            verdict.warnings.iter().any(|warning| warning.kind == kind),
            "{text}: {:?}",
            verdict.warnings
        );
    }
}

#[test]
fn the_command_prints_one_object_or_words() {
    let text = "{\n  gateway: {auth: {token: 'very-secret-value'}, port: 'x'}\n}";
    let (out, code) = with(&BARE, |outside| run(FILE, text.as_bytes(), true, outside));
    let object: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        (code, &object["valid"], &object["issues"][0]["line"]),
        (1, &false.into(), &2.into())
    );
    let (words, _) = with(&BARE, |outside| run(FILE, text.as_bytes(), false, outside));
    assert!(words.contains("expected a whole number"), "{words}");
    assert!(
        !out.contains("very-secret") && !words.contains("very-secret"),
        "{words}"
    );
}

/// Keys and values of a file reach a terminal through messages, paths and excerpts.
#[test]
fn nothing_in_a_file_moves_the_cursor() {
    let text = "{'\\u001b[31mX': 1, gateway: {mode: 'local', 'a\\u202eb': 2, auth: {'c\\u009b1m': {}}}, \
                channels: {'\\u001b[5m': {}}, plugins: {entries: {'q\\u001b]0;t\\u0007': {}}}, \
                models: {providers: {'p\\u200f': {baseUrl: 1}}}}\n";
    let risky =
        |c: &char| c.is_control() && *c != '\n' || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}');
    for json in [false, true] {
        let (shown, code) = with(&BARE, |outside| run(FILE, text.as_bytes(), json, outside));
        assert_eq!(code, 1);
        assert_eq!(shown.chars().find(risky), None, "{shown}");
    }
}
