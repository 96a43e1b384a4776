//! The parts that made-up reports are put together from.

use crate::base::fact::Fact;
use crate::model::report::{Cell, CellState, Evidence, KeyRow, KeySource, PingReport, SourceView};
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
    view: SourceView,
    status: OfferStatus,
    print: Option<&str>,
    path: Option<&str>,
    line: Option<u32>,
) -> KeySource {
    KeySource {
        profile: None,
        source,
        view,
        path: path.map(str::to_owned),
        line,
        fingerprint: print.map(str::to_owned),
        status,
        rule: "first-wins".into(),
    }
}

pub(super) fn ping(
    target: Side,
    auth: bool,
    status: Option<u16>,
    code: Option<&str>,
    layer: Layer,
    meaning: &str,
) -> PingReport {
    PingReport {
        provider: None,
        target,
        request: if target == Side::Gateway {
            "GET /startupz"
        } else {
            "POST /v1/messages"
        }
        .into(),
        auth,
        credential: auth.then(|| "the token of gateway.auth.token".into()),
        url: "http://127.0.0.1:18789/startupz".into(),
        status,
        code: code.map(str::to_owned),
        layer,
        meaning: meaning.into(),
        ms: 12,
    }
}

/// A row whose values all have one fingerprint.
pub(super) fn row(source: Source, line: Option<u32>, states: [CellState; 3]) -> KeyRow {
    let [shell, next_start, running] = states.map(|state| Cell {
        state,
        fingerprint: (state == CellState::Value).then(|| "9f31c2aa".into()),
        likely: false,
    });
    KeyRow {
        source: Some(source),
        path: (source == Source::DotenvState).then(|| "~/.openclaw/.env".into()),
        line,
        shell,
        next_start,
        running,
    }
}

pub(crate) fn snapshot() -> Snapshot {
    Snapshot {
        schema: SNAPSHOT_SCHEMA,
        tool_version: "0.2.0".into(),
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
        commented: Vec::new(),
        auth_profiles: Vec::new(),
        secret_store: Fact::Absent,
        permissions: Vec::new(),
        log_tail: Fact::Absent,
        pings: PingFacts::default(),
        suppressions: Default::default(),
        cut_short: None,
    }
}
