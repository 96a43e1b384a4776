//! Tests of the loading as a whole, without a disk: files are given, the trace is read.

use std::sync::Arc;

use super::*;
use crate::config::Reach;
use crate::model::snapshot::{OfferStatus, Stat};
use crate::product::rules;
use crate::secret::{FingerprintKey, WipedBytes};

const KEY: &str = "CLOUDFLARE_AI_GATEWAY_API_KEY";

/// A machine made of a few files; everything else does not exist.
struct Machine<'a> {
    version: &'a str,
    env: &'a [(&'a str, &'a str)],
    files: &'a [(&'a str, &'a str)],
}

fn file(text: &str, path: &str) -> FileAnswer {
    FileAnswer::Bytes {
        bytes: Arc::new(WipedBytes::new(text.as_bytes().to_vec())),
        stat: Stat {
            kind: crate::model::snapshot::FileKind::File,
            mode: 0o600,
            uid: 1000,
            size: text.len() as u64,
            mtime_ms: 0,
        },
        real_path: path.to_owned(),
        links: 1,
    }
}

fn load(machine: &Machine<'_>) -> (Finished, Vault) {
    let vault = Vault::new(FingerprintKey::from_bytes(vec![7]));
    let binding = |(name, value): &(&str, &str)| RawBinding {
        name: (*name).to_owned(),
        value: vault.seal(*value),
        source: Source::Process,
        place: None,
    };
    let start = Start {
        env: [("HOME", "/h")].iter().chain(machine.env).map(binding).collect(),
        overridden: Vec::new(),
        cwd: "/w".to_owned(),
        profile: None,
        port: None,
        os_home: None,
        linux: true,
        container: false,
        reach: Reach::default(),
        other_uid: None,
        ask_shell: false,
        elsewhere: false,
        named_config: false,
        rules: rules::for_version(Some(machine.version)),
    };
    let mut answers = Answers::default();
    for _ in 0..100 {
        match advance(&start, &answers, &vault) {
            Ok(finished) => return (finished, vault),
            Err(ask) => answer(*ask, machine, &mut answers),
        }
    }
    panic!("the loading asks for ever");
}

fn answer(ask: Ask, machine: &Machine<'_>, answers: &mut Answers) {
    let given = |path: &str| machine.files.iter().find(|(known, _)| *known == path);
    match ask {
        Ask::File(path) => {
            let found = given(&path).map_or(FileAnswer::Missing, |(path, text)| file(text, path));
            answers.add_file(path, found);
        }
        Ask::Exists(paths) => {
            for path in paths {
                let inside = format!("{path}/");
                let mut files = machine.files.iter();
                let exists = files.any(|(known, _)| *known == path || known.starts_with(&inside));
                answers.add_exists(path, exists);
            }
        }
        Ask::Commands(paths) => paths.into_iter().for_each(|path| answers.add_command(path, None)),
        Ask::Plugins(ask) => answers.add_plugins(ask, Vec::new()),
        Ask::Store(folder) => answers.add_store(folder, None),
        Ask::Lock(path, account) => answers.add_lock(path, account, None),
        Ask::Shell(ask) => answers.add_shell(ask.id, ShellAnswer::Failed("none here".to_owned())),
    }
}

/// The value of a name at the end, and the word of its source.
fn end(machine: &Machine<'_>, name: &str) -> Option<(String, &'static str)> {
    let (finished, _) = load(machine);
    let value = finished.env.get(name)?.expose().to_owned();
    Some((value, finished.trace.find(name).seen()?.source.word()))
}

const CONFIG: &str = "/h/.openclaw/openclaw.json";
const DOTENV: &str = "/h/.openclaw/.env";

#[test]
fn sources_win_in_their_order() {
    let gateway_env = "/h/.config/openclaw/gateway.env";
    let config = r#"{ gateway: { mode: "local" }, env: { vars: { MY_VAR: "config" } } }"#;
    let all = [
        (DOTENV, "MY_VAR=state"),
        (gateway_env, "MY_VAR=gateway"),
        (CONFIG, config),
        ("/w/.env", "MY_VAR=cwd"),
    ];
    for (files, env, wanted) in [
        (&all[..], &[("MY_VAR", "process")][..], ("process", "process")),
        (&all[..], &[], ("cwd", "dotenv-workspace")),
        (&all[..3], &[], ("state", "dotenv-state")),
        (&all[1..3], &[], ("gateway", "gateway-env")),
        (&all[2..3], &[], ("config", "config-env")),
    ] {
        let machine = Machine {
            version: "2026.9.6",
            env,
            files,
        };
        let (value, source) = end(&machine, "MY_VAR").unwrap();
        assert_eq!((value.as_str(), source), wanted);
    }
}

#[test]
fn an_empty_binding_hides_files_and_is_filled_by_the_config() {
    let config = format!("{{ gateway: {{ mode: 'local' }}, env: {{ vars: {{ {KEY}: 'c' }} }} }}");
    let files = [(DOTENV, "CLOUDFLARE_AI_GATEWAY_API_KEY=d"), (CONFIG, config.as_str())];
    let machine = |files| Machine {
        version: "2026.9.6",
        env: &[(KEY, "")],
        files,
    };
    assert_eq!(end(&machine(&files[..1]), KEY), Some((String::new(), "process")));
    assert_eq!(end(&machine(&files), KEY), Some(("c".to_owned(), "config-env")));
}

#[test]
fn a_repaired_config_brings_a_deleted_managed_key_back_from_the_workspace() {
    let env = [
        ("MY_VAR", "old"),
        ("OPENCLAW_SERVICE_MANAGED_ENV_KEYS", "MY_VAR"),
        ("INVOCATION_ID", "x"),
    ];
    let with = |config| {
        let files = [("/w/.env", "MY_VAR=cwd"), (CONFIG, config)];
        let machine = Machine {
            version: "2026.9.6",
            env: &env,
            files: &files,
        };
        end(&machine, "MY_VAR")
    };
    let flat = with("{ gateway: { mode: 'local' }, env: { OTHER: 'flat' } }");
    assert_eq!(flat, Some(("cwd".to_owned(), "dotenv-workspace")));
    assert_eq!(
        with("{ gateway: { mode: 'local' }, env: { vars: { OTHER: 'v' } } }"),
        None
    );
}

#[test]
fn managed_keys_are_replaced_or_deleted_under_systemd_alone() {
    let managed = ("OPENCLAW_SERVICE_MANAGED_ENV_KEYS", KEY);
    let unit = [(KEY, "old"), managed, ("INVOCATION_ID", "x")];
    let with = |env, files| Machine {
        version: "2026.9.6",
        env,
        files,
    };
    let dotenv = [(DOTENV, "CLOUDFLARE_AI_GATEWAY_API_KEY=new")];
    assert_eq!(
        end(&with(&unit, &dotenv), KEY),
        Some(("new".to_owned(), "dotenv-state"))
    );
    assert_eq!(end(&with(&unit, &[]), KEY), None);
    let (finished, _) = load(&with(&unit, &[]));
    let offer = finished.trace.offers_for(KEY).next().unwrap();
    assert_eq!(
        (offer.status, offer.rule.as_str()),
        (OfferStatus::Removed, "managed-removed")
    );
    // A reference of the config keeps it; without systemd's marks nothing is managed.
    let config = [(
        CONFIG,
        "{ gateway: { mode: 'local' }, models: { providers: { x: { apiKey: '${CLOUDFLARE_AI_GATEWAY_API_KEY}', baseUrl: 'http://127.0.0.1/v1', models: [] } } } }",
    )];
    assert_eq!(end(&with(&unit, &config), KEY), Some(("old".to_owned(), "process")));
    assert_eq!(end(&with(&unit[..2], &[]), KEY), Some(("old".to_owned(), "process")));
}

#[test]
fn a_selector_in_a_dotenv_starts_the_loading_again() {
    let files = [
        (DOTENV, "OPENCLAW_STATE_DIR=/other\nMY_VAR=first"),
        ("/other/.env", "MY_VAR=second"),
        ("/other/openclaw.json", "{ gateway: { mode: 'local' } }"),
    ];
    let machine = Machine {
        version: "2026.9.6",
        env: &[],
        files: &files,
    };
    let (finished, _) = load(&machine);
    assert_eq!(finished.trace.state_dir, "/other");
    assert_eq!(finished.env.get("MY_VAR").map(|value| value.expose()), Some("second"));
    let rules: Vec<&str> = finished
        .trace
        .offers_for("MY_VAR")
        .map(|offer| offer.rule.as_str())
        .collect();
    assert!(rules.contains(&"selection-restart"), "{rules:?}");
}

#[test]
fn a_workspace_may_not_set_a_credential() {
    let files = [("/w/.env", "CLOUDFLARE_AI_GATEWAY_API_KEY=w")];
    let machine = |version| Machine {
        version,
        env: &[],
        files: &files,
    };
    assert_eq!(end(&machine("2026.9.6"), KEY), None);
    let (finished, _) = load(&machine("2026.9.6"));
    assert_eq!(
        finished.trace.offers_for(KEY).next().map(|offer| offer.status),
        Some(OfferStatus::Blocked)
    );
    // The 2026.2 releases had no filter (facts/env-resolution.md section 10).
    assert_eq!(
        end(&machine("2026.2.26"), KEY),
        Some(("w".to_owned(), "dotenv-workspace"))
    );
}

#[test]
fn february_had_one_global_file_and_the_flat_layout() {
    let config = format!("{{ gateway: {{ mode: 'local' }}, env: {{ {KEY}: 'flat', vars: {{ {KEY}: 'vars' }} }} }}");
    let files = [
        ("/h/.config/openclaw/gateway.env", "MY_VAR=gateway"),
        (CONFIG, config.as_str()),
    ];
    let machine = |version| Machine {
        version,
        env: &[],
        files: &files,
    };
    assert_eq!(end(&machine("2026.2.26"), KEY), Some(("flat".to_owned(), "config-env")));
    assert_eq!(end(&machine("2026.2.26"), "MY_VAR"), None);
    // Now a start moves the flat one away, and env.vars wins.
    assert_eq!(end(&machine("2026.9.6"), KEY), Some(("vars".to_owned(), "config-env")));
    assert_eq!(
        end(&machine("2026.9.6"), "MY_VAR"),
        Some(("gateway".to_owned(), "gateway-env"))
    );
}

#[test]
fn a_blank_entry_of_env_vars_still_takes_the_flat_ones_place() {
    let config = "{ gateway: { mode: 'local' }, env: { MY_VAR: 'flat', vars: { MY_VAR: ' ' } } }";
    let files = [(CONFIG, config)];
    let machine = |version| Machine {
        version,
        env: &[],
        files: &files,
    };
    assert_eq!(
        end(&machine("2026.2.26"), "MY_VAR"),
        Some(("flat".to_owned(), "config-env"))
    );
    assert_eq!(end(&machine("2026.9.6"), "MY_VAR"), None);
}

#[test]
fn an_alias_in_the_config_is_not_copied_on_every_release() {
    let config = "{ gateway: { mode: 'local' }, env: { vars: { Z_AI_API_KEY: 'k-config' } } }";
    let files = [(CONFIG, config)];
    let machine = |version| Machine {
        version,
        env: &[],
        files: &files,
    };
    assert_eq!(end(&machine("2026.5.28"), "ZAI_API_KEY"), None);
    assert!(end(&machine("2026.5.28"), "Z_AI_API_KEY").is_some());
    for version in ["2026.2.26", "2026.7.35", "2026.9.6"] {
        let copied = end(&machine(version), "ZAI_API_KEY");
        assert_eq!(copied.map(|copy| copy.0), Some("k-config".to_owned()), "{version}");
    }
    // From a file it is copied on every release.
    let files = [("/h/.openclaw/.env", "Z_AI_API_KEY=k-file")];
    for version in ["2026.2.26", "2026.5.28", "2026.9.6"] {
        let machine = Machine {
            version,
            env: &[],
            files: &files,
        };
        assert_eq!(
            end(&machine, "ZAI_API_KEY").map(|copy| copy.0),
            Some("k-file".to_owned()),
            "{version}"
        );
    }
}

#[test]
fn a_release_between_the_checked_ones_leaves_a_doubt() {
    let machine = |version| Machine {
        version,
        env: &[],
        files: &[],
    };
    assert!(load(&machine("2026.9.6")).0.trace.doubts.is_empty());
    assert_eq!(load(&machine("2026.6.20")).0.trace.doubts.len(), 1);
}

/// PowerShell writes UTF-16; OpenClaw finds no name in it.
#[test]
fn a_dotenv_in_utf_16_is_ignored() {
    for (mark, ignored) in [([0xff, 0xfe], true), ([0xfe, 0xff], true), ([b'A', b'='], false)] {
        let mut answers = Answers::default();
        let mut bytes = mark.to_vec();
        bytes.extend_from_slice(b"K=1\n");
        let FileAnswer::Bytes {
            stat, real_path, links, ..
        } = file("", "/h/.env")
        else {
            unreachable!()
        };
        let bytes = Arc::new(WipedBytes::new(bytes));
        answers.add_file(
            "/h/.env".to_owned(),
            FileAnswer::Bytes {
                bytes,
                stat,
                real_path,
                links,
            },
        );
        let vault = Vault::new(FingerprintKey::from_bytes(vec![7]));
        let rules = rules::for_version(Some("2026.9.6"));
        let reader = dotenv_files::Reader {
            answers: &answers,
            vault: &vault,
            rules: &rules,
            other_uid: None,
        };
        let read = reader
            .read("/h/.env", Source::DotenvState, ".env")
            .unwrap_or_else(|_| panic!("it was answered"));
        let told =
            matches!(&read.outcome, crate::model::snapshot::FileOutcome::Ignored { why } if why.contains("UTF-16"));
        assert_eq!(told, ignored, "{:?}", read.outcome);
        assert_eq!(read.lines.is_empty(), ignored);
    }
}

/// Of several places of one header the strongest comes first; what `request.auth` makes replaces every `Authorization`.
#[test]
fn headers_of_a_provider_stand_in_their_order() {
    let config = r#"{ models: { providers: { p: {
        headers: { Authorization: "a", "x-k": "b", "X-K": "c" },
        request: { headers: { "x-k": "d" }, auth: { mode: "header", headerName: "X-Own", value: "e" } },
        models: [{ id: "m" }, { id: "n", headers: { "x-k": "f" } }] } } } }"#;
    let machine = Machine {
        version: "2026.9.6",
        env: &[],
        files: &[(CONFIG, config)],
    };
    let (finished, _) = load(&machine);
    let provider = &finished.trace.config.providers[0];
    let told: Vec<(&str, &str)> = provider
        .headers
        .iter()
        .map(|(name, field)| (name.as_str(), field.path.trim_start_matches("models.providers.p.")))
        .collect();
    assert_eq!(
        told,
        [
            ("x-own", "request.auth.value"),
            ("x-k", "request.headers.x-k"),
            ("x-k", "headers.X-K")
        ]
    );
    let places = |model| -> Vec<String> {
        let found = crate::resolve::places_of_header(provider, model, "x-k");
        found
            .iter()
            .map(|field| field.path.replace("models.providers.p.", ""))
            .collect()
    };
    assert_eq!(places(Some("m")), ["request.headers.x-k", "headers.X-K"]);
    assert_eq!(
        places(Some("n")),
        ["request.headers.x-k", "models.1.headers.x-k", "headers.X-K"]
    );
}
