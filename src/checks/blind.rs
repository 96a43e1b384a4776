//! Layers that could not be read: where one of them could decide, a check that found nothing did not pass.

use super::check::{Check, Need};
use crate::base::fact::Fact;
use crate::config;
use crate::model::snapshot::{PartOf, PluginOrigin, Scope, Service, Snapshot, Trace};
use crate::resolve;

/// Returns why a check that found nothing is not answered: the first layer it needs that could not be read. None where
/// all it needs was read.
pub(super) fn to(check: &Check, snapshot: &Snapshot) -> Option<String> {
    if let Some(cut) = &snapshot.cut_short {
        return Some(cut.why.clone());
    }
    check.needs.iter().find_map(|need| match need {
        Need::NextStart | Need::Layers => next_start(snapshot),
        Need::Definition => hidden(snapshot).or_else(|| definition(snapshot)),
        Need::Service | Need::ServiceState => hidden(snapshot),
        Need::Places => snapshot.services.closed.first().cloned(),
        // What a worker of the running Gateway shows needs no layer.
        Need::Gateway | Need::Running => match resolve::process(snapshot) {
            Some(process) if process.witness.get().is_some() => None,
            _ => next_start(snapshot),
        },
        Need::Config => resolve::config(snapshot)
            .and_then(|config| config::unread_include(&config.issues))
            .map(|part| part.message.clone()),
        Need::Shell => of_trace(snapshot.views.shell.get()),
        Need::AuthProfiles => snapshot
            .auth_profiles
            .iter()
            .find_map(|store| store.profiles.why_unknown().map(str::to_owned)),
        Need::Plugins => resolve::config(snapshot)
            .into_iter()
            .flat_map(|config| &config.plugins_found)
            .find(|plugin| plugin.origin == PluginOrigin::Unreadable)
            .map(|plugin| format!("{} could not be read", plugin.path)),
        Need::Permissions => snapshot
            .permissions
            .iter()
            .find_map(|facts| Some(format!("{}: {}", facts.path, facts.stat.why_unknown()?))),
        _ => None,
    })
}

fn next_start(snapshot: &Snapshot) -> Option<String> {
    match resolve::service(snapshot) {
        Some(service) => service
            .blind
            .first()
            .map(|part| part.why.clone())
            .or_else(|| of_manager(snapshot, service))
            .or_else(|| of_trace(snapshot.views.next_start.get())),
        None => hidden(snapshot).or_else(|| of_trace(snapshot.views.shell.get())),
    }
}

/// Returns why there may be a service all the same: none was found, and one could be where nothing could be looked at.
pub(super) fn hidden(snapshot: &Snapshot) -> Option<String> {
    match resolve::service(snapshot) {
        Some(_) => None,
        None => snapshot.services.closed.first().cloned(),
    }
}

/// A file of variables says nothing of the program, the account or the other directives.
fn definition(snapshot: &Snapshot) -> Option<String> {
    let blind = &resolve::service(snapshot)?.blind;
    let part = blind.iter().find(|part| part.of == PartOf::Definition)?;
    Some(part.why.clone())
}

/// The environment of the user's manager goes to every service of the user, and could hold any name; system services do not
/// have it.
fn of_manager(snapshot: &Snapshot, service: &Service) -> Option<String> {
    match &snapshot.services.manager_env {
        Some(Fact::Unreadable { why, .. }) if service.scope == Scope::User => {
            Some(format!("the service manager's environment: {why}"))
        }
        _ => None,
    }
}

fn of_trace(trace: Option<&Trace>) -> Option<String> {
    trace?.environment.blind().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::runner::{Filter, run};
    use crate::checks::testkit::healthy;
    use crate::model::report::CheckOutcome;
    use crate::model::snapshot::{ConfigState, PluginFact};

    /// The checks that still pass on a healthy machine of which something could not be read.
    fn passing(change: impl Fn(&mut Snapshot)) -> Vec<String> {
        let mut snapshot = healthy();
        change(&mut snapshot);
        let resolved = resolve::resolve(&snapshot);
        let done = run(crate::checks::ALL, &snapshot, &resolved, &Filter::default());
        let passed = done
            .checks
            .into_iter()
            .filter(|check| check.outcome == CheckOutcome::Pass);
        passed.map(|check| check.id).collect()
    }

    /// What each of these looks at is not in a service's definition, nor in its environment. A check that is new and
    /// passes beside an unreadable drop-in has to be put here, with a reason, or to need the definition.
    const OF_SOMETHING_ELSE: &[(&str, &[&str])] = &[
        (
            "the config file, which was read and is named",
            &[
                "config-syntax-error",
                "config-unreadable",
                "config-legacy-env-block",
                "config-unknown-key",
                "config-invalid",
                "config-mode-missing",
                "config-start-refused",
                "config-advice",
                "model-unknown",
                "plugin-needed",
                "cf-plugin-missing",
                "cf-base-url-malformed",
                "cf-config-advice",
                "cf-model-ref-wrong",
                "cf-token-in-provider-slot",
                "cf-aig-header-malformed",
                "cf-provider-key-missing",
                "provider-key-missing",
            ],
        ),
        ("the stores", &["auth-profile-shadows-env", "auth-profile-unusable"]),
        (
            "folders, files and their modes",
            &[
                "home-missing",
                "path-folder-open",
                "secret-file-permissions",
                "suppression-without-effect",
            ],
        ),
        (
            "what the manager says of its state",
            &[
                "unit-not-loaded",
                "unit-changed-not-reloaded",
                "service-crash-loop",
                "service-not-running",
                "linger-disabled",
                "user-bus-unavailable",
                "unit-masked",
            ],
        ),
        (
            "whether there is a service or a process at all",
            &[
                "gateway-not-installed",
                "not-onboarded",
                "wsl-systemd-off",
                "duplicate-supervisors",
                "gateway-starting",
            ],
        ),
    ];

    #[test]
    fn no_check_passes_where_an_unreadable_drop_in_could_decide() {
        let passed = passing(|snapshot| {
            snapshot.services.services[0].blind =
                vec![PartOf::Definition.unread("/etc/x.conf could not be read: not permitted")];
            snapshot.processes.gateways.clear();
            snapshot.processes.examined = None;
        });
        let apart = |id: &String| OF_SOMETHING_ELSE.iter().any(|(_, ids)| ids.contains(&id.as_str()));
        let wrong: Vec<&String> = passed.iter().filter(|id| !apart(id)).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
        // The list holds no more than it has to.
        for id in OF_SOMETHING_ELSE.iter().flat_map(|(_, ids)| *ids) {
            assert!(passed.iter().any(|passed| passed == id), "{id}");
        }
    }

    #[test]
    fn an_unreadable_file_of_variables_leaves_what_is_not_about_variables() {
        let file = "/x/k.env, named by EnvironmentFile=, was not read: not permitted";
        let passed = passing(|snapshot| snapshot.services.services[0].blind = vec![PartOf::Variables.unread(file)]);
        let has = |id: &str| passed.iter().any(|passed| passed == id);
        assert!(has("unit-runtime-missing") && has("secret-inline-in-unit"));
        for id in [
            "compat-env-file-conflict",
            "dotenv-duplicate-key",
            "service-profile-mismatch",
            "legacy-env-name",
        ] {
            assert!(!has(id), "{id}");
        }
    }

    #[test]
    fn an_unreadable_config_leaves_no_check_of_it() {
        let passed = passing(|snapshot| {
            for trace in crate::checks::testkit::views(snapshot) {
                trace.config.state = ConfigState::Unreadable {
                    why: "not permitted".to_owned(),
                };
            }
        });
        let of_config = |id: &&String| id.starts_with("config-") || id.starts_with("cf-") || *id == "plugin-needed";
        let wrong: Vec<&String> = passed.iter().filter(of_config).collect();
        assert!(wrong.iter().all(|id| *id == "config-missing"), "{wrong:?}");
    }

    #[test]
    fn a_closed_plugin_leaves_no_check_of_plugins() {
        let passed = passing(|snapshot| {
            for trace in crate::checks::testkit::views(snapshot) {
                trace.config.plugins_found.push(PluginFact {
                    id: String::new(),
                    origin: PluginOrigin::Unreadable,
                    path: "/x/extensions/p/openclaw.plugin.json".to_owned(),
                    version: None,
                    env_vars: Vec::new(),
                    providers: Vec::new(),
                    settings: None,
                });
            }
        });
        for id in ["plugin-needed", "cf-plugin-missing"] {
            assert!(!passed.iter().any(|passed| passed == id), "{id}");
        }
    }

    #[test]
    fn the_users_manager_counts_for_services_of_the_user_alone() {
        let mut snapshot = healthy();
        snapshot.services.manager_env = Some(Fact::unreadable("it ended with status 1", ""));
        assert!(next_start(&snapshot).is_some_and(|why| why.contains("status 1")));
        snapshot.services.services[0].scope = Scope::System;
        assert_eq!(next_start(&snapshot), None);
    }
}
