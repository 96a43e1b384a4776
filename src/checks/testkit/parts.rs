//! The parts of the healthy machine: service, process, loading, config.

use super::{KEY, NOW, PID, PORT, UID, UNIT, UNIT_PATH, bind, set, value};
use crate::base::fact::Fact;
use crate::model::snapshot::*;

/// A path with its mode, owned by the user.
pub(crate) fn path(path: &str, role: &str, kind: FileKind, mode: u32) -> PathFacts {
    PathFacts {
        path: path.to_owned(),
        role: role.to_owned(),
        stat: Fact::known(Stat {
            kind,
            mode,
            uid: UID,
            size: 100,
            mtime_ms: (NOW - 3 * 86_400) * 1000,
        }),
    }
}

/// A service of this user that runs.
pub(crate) fn service(name: &str) -> Service {
    Service {
        name: name.to_owned(),
        scope: Scope::User,
        profile: None,
        legacy: false,
        nix: false,
        definition: Some(path(
            &format!("/home/me/.config/systemd/user/{name}"),
            "service definition",
            FileKind::File,
            0o600,
        )),
        drop_ins: Vec::new(),
        lost_sources: Vec::new(),
        state: Fact::known(ServiceState {
            load: "loaded".to_owned(),
            active: "active".to_owned(),
            sub: "running".to_owned(),
            result: "success".to_owned(),
            enabled: "enabled".to_owned(),
            main_pid: Some(PID),
            restarts: 0,
            exit_status: Some(0),
            killed: false,
            condition_unmet: false,
            needs_reload: false,
            started_ms: Some((NOW - 3600) * 1000),
        }),
        exec: ExecFacts {
            program: Some("/usr/bin/node".to_owned()),
            program_exists: Some(true),
            entry: Some("/usr/lib/node_modules/openclaw/dist/index.js".to_owned()),
            entry_exists: Some(true),
            port: Some(PORT),
            profile: None,
            overrides: Vec::new(),
            shell_wrapped: false,
            links: Vec::new(),
            settled: Vec::new(),
            doubtful: Vec::new(),
            place: Some(Place::line(UNIT_PATH, 7)),
        },
        working_dir: None,
        user: None,
        bindings: vec![
            bind("HOME", "/home/me", Source::Unit, Some(Place::line(UNIT_PATH, 15))),
            bind(
                "OPENCLAW_GATEWAY_PORT",
                "18789",
                Source::Unit,
                Some(Place::line(UNIT_PATH, 16)),
            ),
        ],
        overridden: Vec::new(),
        env_files: vec![EnvFile {
            path: "/home/me/.openclaw/gateway.systemd.env".to_owned(),
            place: Some(Place::line(UNIT_PATH, 14)),
            optional: true,
            generated: true,
            files: vec![PathFacts {
                path: "/home/me/.openclaw/gateway.systemd.env".to_owned(),
                role: "environment file".to_owned(),
                stat: Fact::Absent,
            }],
            names: Vec::new(),
            odd_lines: Vec::new(),
            access: Default::default(),
        }],
        managed_keys: Vec::new(),
        unknown: Vec::new(),
        blind: Vec::new(),
        odd_lines: Vec::new(),
        launchd: None,
        systemd: Default::default(),
    }
}

/// One Node and one OpenClaw, which everybody uses.
pub(crate) fn programs() -> Programs {
    let everybody = [
        ProgramUse::Service,
        ProgramUse::Process,
        ProgramUse::ServicePath,
        ProgramUse::ShellPath,
    ];
    let one = |name: &str, path: &str, uses: &[ProgramUse], version: &str| Program {
        name: name.to_owned(),
        path: path.to_owned(),
        real: None,
        uses: uses.to_vec(),
        version: Fact::known(version.to_owned()),
        is_doctor: false,
    };
    Programs {
        found: vec![
            one("node", "/usr/bin/node", &everybody, "24.16.0"),
            one("openclaw", "/usr/bin/openclaw", &everybody[2..], "2026.9.6"),
        ],
        node_range: Some(">=24.16.0 <25 || >=26.1.0".to_owned()),
        vanished: Vec::new(),
        running: Some(RunningPackage {
            dir: "/usr/lib/node_modules/openclaw".to_owned(),
            version: Some("2026.9.6".to_owned()),
            written_ms: Some((NOW - 86_400) * 1000),
        }),
    }
}

/// A Gateway process of this user that listens.
pub(crate) fn gateway(pid: u32) -> GatewayProcess {
    GatewayProcess {
        pid,
        found_by: FoundBy::Manager,
        uid: UID,
        user: "me".to_owned(),
        started_ms: Some((NOW - 3600) * 1000),
        processor: None,
        unit: Some(UNIT.to_owned()),
        parent: Some("systemd".to_owned()),
        supervisor: None,
        service_name: None,
        service_dir: None,
        supervisor_uid: None,
        program: None,
        script: None,
        cwd: Some("/home/me".to_owned()),
        arguments: vec!["gateway".to_owned(), "--port".to_owned(), "18789".to_owned()],
        container: None,
        contained: None,
        initial: Fact::known(vec![bind("HOME", "/home/me", Source::Unit, None)]),
        witness: Fact::known(Witness {
            pid: pid + 1,
            kind: "spawn-broker".to_owned(),
            bindings: vec![
                bind(KEY, "sk-ant-api03-fine", Source::Process, None),
                bind("HOME", "/home/me", Source::Unit, None),
            ],
        }),
        port: Some(PORT),
    }
}

/// A loading in which the key comes from `.env`.
pub(crate) fn trace() -> Trace {
    let config = "/home/me/.openclaw/openclaw.json";
    let dotenv = "/home/me/.openclaw/.env";
    let mut trace = Trace {
        rules: "2026.9.6".to_owned(),
        doubts: Vec::new(),
        home: "/home/me".to_owned(),
        state_dir: "/home/me/.openclaw".to_owned(),
        config_path: config.to_owned(),
        cwd: "/home/me".to_owned(),
        profile: None,
        port: PORT,
        port_source: "gateway.port".to_owned(),
        offers: Vec::new(),
        environment: Layers::default(),
        files: vec![TracedFile {
            source: Source::DotenvState,
            facts: path(dotenv, ".env", FileKind::File, 0o600),
            outcome: FileOutcome::Read { names: 1 },
            duplicates: Vec::new(),
            disagreements: Vec::new(),
        }],
        shell_import: ShellImport::default(),
        config: config_view(config),
        config_file: Some(path(config, "config", FileKind::File, 0o600)),
        expected_keys: Vec::new(),
    };
    set(
        &mut trace,
        bind(
            KEY,
            "sk-ant-api03-fine",
            Source::DotenvState,
            Some(Place::line(dotenv, 1)),
        ),
    );
    set(&mut trace, bind("HOME", "/home/me", Source::Process, None));
    trace
}

fn config_view(path: &str) -> ConfigView {
    let at = |line| Some(Place::at(path, line, 3));
    ConfigView {
        state: ConfigState::Valid,
        refs: vec![ConfigRef {
            name: KEY.to_owned(),
            path: "models.providers.cloudflare-ai-gateway.apiKey".to_owned(),
            place: at(3),
            form: RefForm::Whole,
            resolved: true,
            credential: true,
        }],
        gateway: GatewayConfig {
            mode: Some("local".to_owned()),
            port: Some(Located {
                path: "gateway.port".to_owned(),
                place: at(2),
                value: PORT,
            }),
            bind: Some("loopback".to_owned()),
            auth_mode: Some("token".to_owned()),
            token: Some(Located {
                path: "gateway.auth.token".to_owned(),
                place: at(2),
                value: CredentialField::Literal {
                    value: value("OPENCLAW_GATEWAY_TOKEN", "gateway-token-of-the-config"),
                    from: Vec::new(),
                },
            }),
            place: at(2),
            ..GatewayConfig::default()
        },
        providers: vec![ProviderConfig {
            id: "cloudflare-ai-gateway".to_owned(),
            place: at(3),
            base_url: Some(Located {
                path: "models.providers.cloudflare-ai-gateway.baseUrl".to_owned(),
                place: at(3),
                value: "https://gateway.ai.cloudflare.com/v1/0123456789abcdef0123456789abcdef/my-gw/anthropic"
                    .to_owned(),
            }),
            api: Some("anthropic-messages".to_owned()),
            auth: None,
            api_key: Some(Located {
                path: "models.providers.cloudflare-ai-gateway.apiKey".to_owned(),
                place: at(3),
                value: CredentialField::Literal {
                    value: value(KEY, "sk-ant-api03-fine"),
                    from: vec![KEY.to_owned()],
                },
            }),
            headers: Vec::new(),
            model_headers: Vec::new(),
            models: vec!["claude-sonnet-4-6".to_owned()],
        }],
        default_model: Some(Located {
            path: "agents.defaults.model.primary".to_owned(),
            place: at(4),
            value: "cloudflare-ai-gateway/claude-sonnet-4-6".to_owned(),
        }),
        plugin_entries: vec![("cloudflare-ai-gateway".to_owned(), Some(true))],
        plugins_found: vec![PluginFact {
            id: "cloudflare-ai-gateway".to_owned(),
            origin: PluginOrigin::Extension,
            path: "/home/me/.openclaw/extensions/cloudflare-ai-gateway".to_owned(),
            version: Some("2026.9.6".to_owned()),
            env_vars: vec![KEY.to_owned()],
            providers: vec![("cloudflare-ai-gateway".to_owned(), vec![KEY.to_owned()])],
            settings: None,
        }],
        ..ConfigView::default()
    }
}
