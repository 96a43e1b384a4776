//! Orders to supervisors, as the account that may give them.

use crate::checks::testkit::healthy;
use crate::model::snapshot::Snapshot;
use crate::remedy::Commands;

fn under(supervisor: &str, dir: Option<&str>, owner: Option<u32>) -> Snapshot {
    let mut snapshot = healthy();
    snapshot.services.services.clear();
    snapshot.services.examined = None;
    let process = &mut snapshot.processes.gateways[0];
    process.unit = None;
    process.supervisor = Some(supervisor.to_owned());
    process.service_dir = dir.map(str::to_owned);
    process.supervisor_uid = owner;
    snapshot
}

#[test]
fn orders_are_given_as_the_account_of_the_supervisor_and_to_the_right_one() {
    let own = healthy().host.uid;
    for (supervisor, dir, owner, restart, update) in [
        (
            "supervisord",
            Some("/etc/supervisor.conf"),
            Some(0),
            "sudo supervisorctl -c /etc/supervisor.conf restart openclaw-gateway",
            "sudo supervisorctl -c /etc/supervisor.conf update",
        ),
        (
            "supervisord",
            Some("/etc/supervisor/supervisord.conf"),
            Some(0),
            "sudo supervisorctl restart openclaw-gateway",
            "sudo supervisorctl update",
        ),
        (
            "supervisord",
            Some("/home/me/my sup.conf"),
            Some(own),
            "supervisorctl -c ~/'my sup.conf' restart openclaw-gateway",
            "supervisorctl -c ~/'my sup.conf' update",
        ),
        (
            "supervisord",
            Some("/etc/supervisor.conf"),
            Some(own),
            "supervisorctl -c /etc/supervisor.conf restart openclaw-gateway",
            "supervisorctl -c /etc/supervisor.conf update",
        ),
        (
            "runit",
            Some("/etc/service/openclaw"),
            Some(0),
            "sudo sv restart /etc/service/openclaw",
            "sudo sv restart /etc/service/openclaw",
        ),
        (
            "s6",
            Some("/srv/s6/openclaw"),
            Some(0),
            "sudo s6-svc -r /srv/s6/openclaw",
            "sudo s6-svc -r /srv/s6/openclaw",
        ),
        // A supervisor that stands in `/` tells no folder.
        (
            "runit",
            Some("/"),
            Some(own),
            "sv restart openclaw-gateway",
            "sv restart openclaw-gateway",
        ),
        (
            "s6",
            Some("/home/me/sv/openclaw"),
            Some(own),
            "s6-svc -r ~/sv/openclaw",
            "s6-svc -r ~/sv/openclaw",
        ),
    ] {
        let snapshot = under(supervisor, dir, owner);
        let commands = Commands::for_machine(&snapshot);
        assert_eq!(
            (commands.restart(), commands.reload_definition(None)),
            (restart.to_owned(), update.to_owned())
        );
    }
}
