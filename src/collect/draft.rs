//! What a look has found so far, for the report of one that does not come to its end.

use std::sync::{Arc, Mutex, PoisonError};

use super::request::Request;
use crate::base::fact::Fact;
use crate::model::snapshot::{
    Asked, CutShort, Host, Install, PingFacts, SCHEMA, ServiceFacts, Snapshot, Suppressions, Views,
};

/// Shared between the look and whoever waits for it.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft(Arc<Mutex<Option<Snapshot>>>);

impl Draft {
    /// Keeps what is known now.
    pub(super) fn keep(&self, snapshot: &Snapshot) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(snapshot.clone());
    }

    /// Returns what was kept last.
    pub(super) fn take(&self) -> Option<Snapshot> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Returns why a look ends before everything was read: it was still at work, or it waited for an answer.
pub(super) fn time_was_up(request: &Request, busy: Option<bool>) -> String {
    let cause = match busy {
        Some(true) => "there is more to read; give it more with --timeout",
        _ => "something on this machine does not answer, such as a dead mount",
    };
    format!("{}: {cause}", out_of_time(request))
}

/// The part of it that is known before.
pub(super) fn out_of_time(request: &Request) -> String {
    format!("time was up after {} s", request.timeout.as_secs_f32())
}

/// Returns the snapshot of a machine of which nothing is known yet, and why.
pub(super) fn empty(why: String, asked: Asked, host: Host) -> Snapshot {
    let open = || Fact::unreadable(why.clone(), "");
    Snapshot {
        schema: SCHEMA,
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        taken_at: super::clock::now(),
        asked,
        host,
        install: Install::default(),
        services: ServiceFacts {
            why_none: Some(why.clone()),
            ..ServiceFacts::default()
        },
        processes: Default::default(),
        views: Views {
            shell: Fact::unreadable(why.clone(), ""),
            next_start: Fact::unreadable(why.clone(), ""),
            running: Fact::unreadable(why.clone(), ""),
        },
        startup_files: Vec::new(),
        unread_files: Vec::new(),
        commented: Vec::new(),
        auth_profiles: Vec::new(),
        secret_store: open(),
        permissions: Vec::new(),
        log_tail: Fact::unreadable(why.clone(), ""),
        pings: PingFacts {
            why_none: Some(why.clone()),
            ..PingFacts::default()
        },
        suppressions: Suppressions::default(),
        cut_short: Some(CutShort { why, judged: false }),
    }
}
