//! The parts that made-up reports are put together from.

use crate::base::fact::Fact;
use crate::model::report::{Evidence, KeySource, PingReport};
use crate::model::snapshot::{SCHEMA as SNAPSHOT_SCHEMA, *};

pub(super) fn evidence(path: Option<&str>, line: Option<u32>, note: &str) -> Evidence {
    Evidence {
        path: path.map(str::to_owned),
        line,
        column: None,
        note: note.into(),
    }
}

pub(super) fn source(
    source: Source,
    view: &str,
    status: &str,
    print: Option<&str>,
    path: Option<&str>,
    line: Option<u32>,
) -> KeySource {
    KeySource {
        source,
        view: view.into(),
        path: path.map(str::to_owned),
        line,
        fingerprint: print.map(str::to_owned),
        status: status.into(),
        rule: "first-wins".into(),
    }
}

pub(super) fn ping(
    target: &str,
    auth: bool,
    status: Option<u16>,
    code: Option<&str>,
    layer: &str,
    meaning: &str,
) -> PingReport {
    PingReport {
        target: target.into(),
        request: if target == "gateway" {
            "GET /startupz"
        } else {
            "POST /v1/messages"
        }
        .into(),
        auth,
        url: "http://127.0.0.1:18789/startupz".into(),
        status,
        code: code.map(str::to_owned),
        layer: layer.into(),
        meaning: meaning.into(),
        ms: 12,
    }
}

pub(super) fn gateway() -> GatewayProcess {
    GatewayProcess {
        pid: 266,
        found_by: FoundBy::Manager,
        uid: 1000,
        user: "me".into(),
        started_ms: None,
        unit: None,
        parent: None,
        supervisor: None,
        service_name: None,
        service_dir: None,
        program: None,
        script: None,
        cwd: None,
        arguments: Vec::new(),
        container: None,
        initial: Fact::known(Vec::new()),
        witness: Fact::known(Witness {
            pid: 291,
            kind: "spawn-broker".into(),
            bindings: Vec::new(),
        }),
        port: Some(18789),
    }
}

pub(super) fn trace(dotenv: FileOutcome) -> Trace {
    Trace {
        rules: "2026.9.6".into(),
        doubts: Vec::new(),
        home: "/home/me".into(),
        state_dir: "/home/me/.openclaw".into(),
        config_path: "/home/me/.openclaw/openclaw.json".into(),
        cwd: "/home/me".into(),
        profile: None,
        port: 18789,
        port_source: "default".into(),
        offers: Vec::new(),
        effective: Vec::new(),
        files: vec![TracedFile {
            source: Source::DotenvState,
            facts: PathFacts {
                path: "/home/me/.openclaw/.env".into(),
                role: "env file".into(),
                stat: Fact::Absent,
            },
            outcome: dotenv,
            duplicates: Vec::new(),
            disagreements: Vec::new(),
        }],
        shell_import: ShellImport::default(),
        config: ConfigView::default(),
        config_file: None,
        blind: Vec::new(),
        expected_keys: Vec::new(),
    }
}

pub(super) fn snapshot() -> Snapshot {
    Snapshot {
        schema: SNAPSHOT_SCHEMA,
        tool_version: "0.1.0".into(),
        taken_at: 1_795_341_600,
        asked: Asked::default(),
        host: Host {
            home: "/home/me".into(),
            ..Host::default()
        },
        install: Install::default(),
        services: ServiceFacts::default(),
        processes: ProcessFacts::default(),
        views: Views {
            shell: Fact::Absent,
            next_start: Fact::Absent,
            running: Fact::not_asked("test"),
        },
        startup_files: Vec::new(),
        unread_files: Vec::new(),
        auth_profiles: Vec::new(),
        secret_store: Fact::Absent,
        permissions: Vec::new(),
        log_tail: Fact::Absent,
        pings: PingFacts::default(),
        suppressions: Default::default(),
        cut_short: None,
    }
}
