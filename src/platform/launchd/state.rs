//! What launchd's words about a job mean, in the terms shared with systemd.

use crate::model::snapshot::ServiceState;
use crate::parse::launchd::launchctl_misc::ListedJob;
use crate::parse::launchd::launchctl_print::{LastExit, PrintedJob};

const SIGTERM: i32 = 15;

/// Returns the state of a job that `launchctl print` describes.
pub fn of_printed(job: &PrintedJob) -> ServiceState {
    let (exit_status, result) = match &job.last_exit {
        LastExit::Unknown | LastExit::Never => (None, ""),
        LastExit::Code(0) => (Some(0), "success"),
        LastExit::Code(code) => (Some(*code), "exit-code"),
        LastExit::Signal { number, .. } => (number.map(|number| number.saturating_add(128)), "signal"),
    };
    ServiceState {
        load: "loaded".to_owned(),
        active: active(job.pid, &job.state, exit_status).to_owned(),
        // launchd's own words; what else stands there is none of them.
        sub: if job
            .state
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || matches!(byte, b' ' | b'-'))
        {
            job.state.clone()
        } else {
            String::new()
        },
        result: result.to_owned(),
        main_pid: job.pid,
        restarts: job.runs.unwrap_or_default().saturating_sub(1),
        exit_status,
        ..ServiceState::default()
    }
}

/// Returns the state of a job that only `launchctl list` describes.
pub fn of_listed(job: &ListedJob) -> ServiceState {
    let exit_status = job.last_exit.map(|code| {
        // The table shows a signal as a negative number.
        if code < 0 {
            code.saturating_neg().saturating_add(128)
        } else {
            code
        }
    });
    ServiceState {
        load: "loaded".to_owned(),
        active: active(job.pid, "", exit_status).to_owned(),
        sub: if job.pid.is_some() { "running" } else { "not running" }.to_owned(),
        main_pid: job.pid,
        exit_status,
        ..ServiceState::default()
    }
}

/// Returns the state of a job that is not loaded.
pub fn not_loaded() -> ServiceState {
    ServiceState {
        load: "not-found".to_owned(),
        active: "inactive".to_owned(),
        ..ServiceState::default()
    }
}

fn active(pid: Option<u32>, state: &str, exit_status: Option<i32>) -> &'static str {
    if pid.is_some() {
        return "active";
    }
    if state.contains("spawn") {
        return "activating";
    }
    match exit_status {
        None | Some(0) => "inactive",
        // launchd stops a job by SIGTERM.
        Some(code) if code == 128 + SIGTERM => "inactive",
        Some(_) => "failed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states() {
        let signal = |number| LastExit::Signal {
            name: "X".to_owned(),
            number: Some(number),
        };
        let cases = [
            (Some(1), "running", LastExit::Never, 1, "active", 0, None),
            (Some(1), "running", signal(15), 103, "active", 102, Some(143)),
            (None, "not running", LastExit::Code(78), 3, "failed", 2, Some(78)),
            (None, "not running", LastExit::Code(0), 1, "inactive", 0, Some(0)),
            (None, "not running", signal(15), 1, "inactive", 0, Some(143)),
            (None, "not running", signal(9), 1, "failed", 0, Some(137)),
            (None, "not running", LastExit::Never, 0, "inactive", 0, None),
            (
                None,
                "spawn scheduled",
                LastExit::Code(1),
                9962,
                "activating",
                9961,
                Some(1),
            ),
        ];
        for (pid, state, last_exit, runs, active, restarts, exit_status) in cases {
            let found = of_printed(&PrintedJob {
                pid,
                state: state.to_owned(),
                last_exit,
                runs: Some(runs),
                ..PrintedJob::default()
            });
            assert_eq!(
                (found.active.as_str(), found.restarts, found.exit_status),
                (active, restarts, exit_status)
            );
            assert_eq!(found.sub, state);
        }
    }

    #[test]
    fn states_of_a_listed_job() {
        for (pid, last_exit, active, exit_status) in [
            (Some(3), Some(0), "active", Some(0)),
            (None, Some(-9), "failed", Some(137)),
            (None, None, "inactive", None),
        ] {
            let found = of_listed(&ListedJob {
                label: "x".to_owned(),
                pid,
                last_exit,
            });
            assert_eq!((found.active.as_str(), found.exit_status), (active, exit_status));
        }
    }
}
