//! The smallest snapshot, and parts to put into it.

use crate::base::fact::Fact;
use crate::model::snapshot::*;

pub(crate) fn sample() -> Snapshot {
    let unknown = || Fact::not_asked("a test");
    Snapshot {
        schema: SCHEMA,
        tool_version: String::new(),
        taken_at: 0,
        asked: Asked::default(),
        host: Host {
            home: "/home/me".to_owned(),
            uid: 501,
            ..Host::default()
        },
        install: Install::default(),
        services: ServiceFacts::default(),
        processes: ProcessFacts::default(),
        views: Views {
            shell: unknown(),
            next_start: unknown(),
            running: unknown(),
        },
        startup_files: Vec::new(),
        unread_files: Vec::new(),
        commented: Vec::new(),
        auth_profiles: Vec::new(),
        secret_store: Fact::Absent,
        permissions: Vec::new(),
        log_tail: Fact::not_asked("a test"),
        pings: PingFacts::default(),
        suppressions: Default::default(),
        cut_short: None,
    }
}

pub(crate) fn service(name: &str) -> Service {
    Service {
        name: name.to_owned(),
        scope: Scope::User,
        profile: None,
        legacy: false,
        nix: false,
        definition: None,
        drop_ins: Vec::new(),
        lost_sources: Vec::new(),
        state: Fact::not_asked("a test"),
        exec: ExecFacts::default(),
        working_dir: None,
        user: None,
        bindings: Vec::new(),
        overridden: Vec::new(),
        env_files: Vec::new(),
        managed_keys: Vec::new(),
        unknown: Vec::new(),
        blind: Vec::new(),
        odd_lines: Vec::new(),
        launchd: None,
        systemd: Default::default(),
    }
}

pub(crate) fn gateway(supervisor: Option<&str>, container: Option<&str>) -> GatewayProcess {
    GatewayProcess {
        pid: 1,
        found_by: FoundBy::Port,
        uid: 501,
        user: "me".to_owned(),
        started_ms: None,
        processor: None,
        unit: None,
        parent: None,
        supervisor: supervisor.map(str::to_owned),
        service_name: None,
        service_dir: None,
        supervisor_uid: None,
        program: None,
        script: None,
        cwd: None,
        arguments: Vec::new(),
        container: container.map(str::to_owned),
        contained: None,
        initial: Fact::not_asked("a test"),
        witness: Fact::not_asked("a test"),
        port: None,
    }
}

pub(crate) fn offered(name: &str, source: Source) -> Binding {
    Binding {
        name: name.to_owned(),
        value: ValueFacts {
            length: 3,
            fingerprint: "00000000".to_owned(),
            shape: None,
            flags: Vec::new(),
            reference: None,
            foreign: None,
            public: None,
        },
        source,
        place: None,
    }
}

pub(crate) fn trace(binding: Option<Binding>, has_dotenv: bool) -> Trace {
    let file = TracedFile {
        source: Source::DotenvState,
        facts: PathFacts {
            path: "/home/me/.openclaw/.env".to_owned(),
            role: String::new(),
            stat: Fact::Absent,
        },
        outcome: FileOutcome::Read { names: 1 },
        duplicates: Vec::new(),
        disagreements: Vec::new(),
    };
    Trace {
        rules: String::new(),
        doubts: Vec::new(),
        home: String::new(),
        state_dir: String::new(),
        config_path: String::new(),
        cwd: String::new(),
        profile: None,
        port: 18789,
        port_source: String::new(),
        offers: Vec::new(),
        environment: Layers::new(binding.into_iter().collect(), Vec::new()),
        files: if has_dotenv { vec![file] } else { Vec::new() },
        shell_import: ShellImport::default(),
        config: ConfigView::default(),
        config_file: None,
        expected_keys: Vec::new(),
    }
}
