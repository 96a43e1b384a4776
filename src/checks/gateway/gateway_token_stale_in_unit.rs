//! `gateway-token-stale-in-unit`: the definition holds an older gateway token than the one configured.

use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::{FindingExt, finding};
use crate::checks::service::service_common::{edit, file_name};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{Binding, CredentialField, ManagerKind, Place, Service, Source, Trace, ValueFacts};
use crate::product::rules;

/// Returns what gives the Gateway its token in place of the definition, where the config itself does.
pub(crate) fn token_of_config(case: &CheckContext<'_>) -> Option<&'static str> {
    let config_first = rules::for_version(case.snapshot.install.version.as_deref()).token_config_first;
    let configured = configured(case.snapshot.views.next_start.get()?)?;
    (config_first && configured.in_config).then_some(configured.by)
}

pub(crate) const TOKEN: &str = "OPENCLAW_GATEWAY_TOKEN";

pub(crate) const CHECK: Check = Check {
    id: "gateway-token-stale-in-unit",
    title: "the service has no older gateway token",
    group: Group::Gateway,
    severity: Severity::Error,
    needs: &[Need::Service, Need::NextStart],
    causes: &[
        "gateway-token-mismatch",
        "secret-inline-in-unit",
        "env-shadowed-by-service",
        "service-env-stale",
    ],
    docs: "Older releases wrote the gateway token into the service definition. A token that is changed later in the \
config or in `.env` then loses against the old one there, and clients are refused: \"gateway token mismatch\". Newer \
releases ask the config first, so beside a token in the config the old copy does no harm.\n\n\
Fix: remove the line, and `openclaw gateway install --force`.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let Some((service, trace)) = case.service().zip(case.snapshot.views.next_start.get()) else {
        return Vec::new();
    };
    let Some(stale) = service
        .bindings
        .iter()
        .find(|binding| binding.name == TOKEN && is_definition(binding.source))
    else {
        return Vec::new();
    };
    let Some(configured) = configured(trace).filter(|one| !stale.value.is_blank() && !one.value.same_as(&stale.value))
    else {
        return Vec::new();
    };
    vec![found(case, service, trace, stale, &configured)]
}

fn is_definition(source: Source) -> bool {
    matches!(
        source,
        Source::Unit | Source::DropIn | Source::EnvironmentFile | Source::LaunchdPlist | Source::LaunchdEnvFile
    )
}

/// The token that the user configured, and where.
struct Configured<'a> {
    value: &'a ValueFacts,
    place: Option<&'a Place>,
    by: &'static str,
    in_config: bool,
}

fn configured(trace: &Trace) -> Option<Configured<'_>> {
    if let Some(token) = &trace.config.gateway.token
        && let CredentialField::Literal { value, from } = &token.value
        && from.is_empty()
    {
        return Some(Configured {
            value,
            place: token.place.as_ref(),
            by: "gateway.auth.token",
            in_config: true,
        });
    }
    let files = [
        Source::DotenvState,
        Source::DotenvConfigDir,
        Source::GatewayEnv,
        Source::ConfigEnv,
    ];
    let usable = |value: &Option<ValueFacts>| value.as_ref().is_some_and(|value| !value.is_blank());
    let offer = trace
        .offers
        .iter()
        .rfind(|offer| offer.name == TOKEN && files.contains(&offer.source) && usable(&offer.value))?;
    Some(Configured {
        value: offer.value.as_ref()?,
        place: offer.place.as_ref(),
        by: if offer.source == Source::ConfigEnv {
            "env.vars of the config"
        } else {
            ".env"
        },
        in_config: false,
    })
}

fn found(
    case: &CheckContext<'_>,
    service: &Service,
    trace: &Trace,
    stale: &Binding,
    configured: &Configured<'_>,
) -> Finding {
    let config_first = rules::for_version(case.snapshot.install.version.as_deref()).token_config_first;
    // A managed name is taken from `.env` whatever the service hands over.
    let overridden = trace
        .find(TOKEN)
        .seen()
        .is_some_and(|now| !now.value.same_as(&stale.value));
    let harmless = if configured.in_config { config_first } else { overridden };
    let path = stale
        .place
        .as_ref()
        .map_or(service.name.as_str(), |place| place.path.as_str());
    let (severity, consequence) = if harmless {
        (
            Severity::Info,
            format!(
                "The Gateway takes the one of {}; the old copy does no harm.",
                configured.by
            ),
        )
    } else {
        (
            CHECK.severity,
            format!(
                "The Gateway of {} takes the one it is handed over, so clients that use {} are refused.",
                service.name, configured.by
            ),
        )
    };
    let apply = match (stale.source, case.snapshot.services.manager) {
        (_, ManagerKind::Systemd) => case.daemon_reload(),
        _ => None,
    };
    let generated = stale.source == Source::LaunchdEnvFile;
    let commands = (!generated).then(|| edit(&case.tilde(path))).into_iter().chain(apply);
    let commands: Vec<String> = commands
        .chain([case.commands().reinstall(), case.commands().restart()])
        .collect();
    let line = match stale.place.as_ref().and_then(|place| place.line) {
        Some(line) => format!("line {line} of {}", case.tilde(path)),
        None => format!("{TOKEN} from {}", case.tilde(path)),
    };
    finding(
        CHECK.id,
        severity,
        format!("{} has another {TOKEN} than {}", file_name(path), configured.by),
    )
    .subject(TOKEN)
    .certainty(case.certainty_of_rules())
    .detail(consequence)
    .at(
        stale.place.as_ref(),
        format!(
            "{TOKEN} (#{}), handed over by {}",
            stale.value.fingerprint, service.name
        ),
    )
    .at(
        configured.place,
        format!("{} (#{})", configured.by, configured.value.fingerprint),
    )
    .fix(
        if generated {
            "Regenerate the service's files; they then have the current token.".to_owned()
        } else {
            format!("Remove {line}, and regenerate the definition.")
        },
        commands,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testkit::{UNIT_PATH, bind, findings, healthy, known, set, words};
    use crate::model::snapshot::{Offer, OfferStatus, Snapshot};

    fn with_old_token(in_config: bool) -> Snapshot {
        let mut snapshot = healthy();
        let old = bind(TOKEN, "an-older-token", Source::Unit, Some(Place::line(UNIT_PATH, 21)));
        snapshot.services.services[0].bindings.push(old.clone());
        let trace = known(&mut snapshot.views.next_start);
        set(trace, old);
        if !in_config {
            trace.config.gateway.token = None;
            let value = crate::checks::testkit::value(TOKEN, "the-token-of-today");
            trace.offers.push(Offer {
                name: TOKEN.to_owned(),
                source: Source::DotenvState,
                place: Some(Place::line("/home/me/.openclaw/.env", 2)),
                value: Some(value),
                status: OfferStatus::Different,
                rule: "first".to_owned(),
            });
        }
        snapshot
    }

    #[test]
    fn an_old_token_that_wins_is_an_error() {
        let mut snapshot = with_old_token(false);
        let found = findings(&CHECK, &snapshot);
        assert_eq!(
            (found[0].severity, found[0].subject.as_deref()),
            (Severity::Error, Some(TOKEN))
        );
        let text = words(&found[0]);
        for part in ["openclaw-gateway.service", "gateway install --force", ".env"] {
            assert!(text.contains(part), "{part}: {text}");
        }
        snapshot.services.services[0].bindings.pop();
        assert!(findings(&CHECK, &snapshot).is_empty());
    }

    #[test]
    fn beside_a_token_in_the_config_the_release_decides() {
        let mut snapshot = with_old_token(true);
        assert_eq!(findings(&CHECK, &snapshot)[0].severity, Severity::Info);
        snapshot.install.version = Some("2026.2.26".to_owned());
        assert_eq!(findings(&CHECK, &snapshot)[0].severity, Severity::Error);
    }
}
