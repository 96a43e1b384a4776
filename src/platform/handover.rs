//! Who gives a Gateway without a service manager its environment again at the next start.

use crate::model::snapshot::{GatewayProcess, Host, Service, Source};

/// Supervisors that start a process with what they gave it the first time.
const AGAIN: &[&str] = &["pm2", "supervisord", "runit", "s6", "circus", "systemd", "launchd"];
/// What ends with the terminal it was started in.
const BY_HAND: &[&str] = &["shell", "tmux", "screen", "ssh", "cron", "nodemon", "exec"];

/// Returns the source that stands for the environment of a process at its next start; none where the examined service
/// starts it, and where somebody started it by hand.
pub fn source(host: &Host, service: Option<&Service>, process: &GatewayProcess) -> Option<Source> {
    let main = service.and_then(|service| service.state.get()?.main_pid);
    let of_service = service.is_some_and(|service| process.unit.as_deref() == Some(service.name.as_str()));
    if of_service || main == Some(process.pid) {
        return None;
    }
    let supervisor = process.supervisor.as_deref().unwrap_or_default();
    if process.container.as_deref().is_some_and(|kind| kind != "pid namespace") {
        return Some(Source::Container);
    }
    if AGAIN.contains(&supervisor) {
        return Some(Source::Supervisor);
    }
    let contained = host.container.is_some() && !BY_HAND.contains(&supervisor);
    contained.then_some(Source::Container)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testkit::gateway;

    #[test]
    fn supervisors_and_containers_give_it_again_and_terminals_do_not() {
        let cases = [
            (Some("pm2"), None, None, Some(Source::Supervisor)),
            (Some("s6"), None, Some("docker"), Some(Source::Supervisor)),
            (Some("runit"), None, None, Some(Source::Supervisor)),
            (Some("docker"), Some("docker"), None, Some(Source::Container)),
            (None, None, Some("docker"), Some(Source::Container)),
            (None, None, Some("kubernetes"), Some(Source::Container)),
            (Some("tmux"), None, None, None),
            (Some("shell"), None, Some("docker"), None),
            (Some("exec"), None, Some("docker"), None),
            (None, None, None, None),
        ];
        for (supervisor, container, inside, wanted) in cases {
            let mut process = gateway(7);
            process.unit = None;
            process.supervisor = supervisor.map(str::to_owned);
            process.container = container.map(str::to_owned);
            let host = Host {
                container: inside.map(str::to_owned),
                ..Host::default()
            };
            assert_eq!(source(&host, None, &process), wanted, "{supervisor:?} {inside:?}");
        }
    }
}
