//! `env-shadowed-by-service`: a value handed over by the service beats a different one in `.env`.

use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::common::{Hiding, hiding, proved_good};
use crate::checks::finding::{FindingExt, finding};
use crate::checks::service::service_common::take_out;
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{Offer, Source};

pub(crate) const CHECK: Check = Check {
    id: "env-shadowed-by-service",
    title: "the service sets no value that hides another one",
    group: Group::Environment,
    severity: Severity::Error,
    needs: &[Need::NextStart],
    causes: &["cf-provider-key-rejected"],
    docs: "What the service sets when it starts (unit, drop-in, EnvironmentFile) is bound before OpenClaw reads \
`.env`, and a bound name is never replaced, unless it is listed in OPENCLAW_SERVICE_MANAGED_ENV_KEYS. An old line there \
beats every edit of `.env`, and survives `gateway install`.\n\n\
Fix: delete the line that is not wanted, then restart the Gateway.",
    run,
};

/// Sources with a check of their own.
fn has_own_check(source: Source) -> bool {
    matches!(
        source,
        Source::Manager | Source::LaunchctlSetenv | Source::LaunchdEnvFile
    )
}

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    hiding(case, |source| source.is_service() && !has_own_check(source))
        .iter()
        // The Gateway's own token has its check too.
        .filter(|hiding| !hiding.key.name().starts_with("OPENCLAW_GATEWAY_"))
        .map(|hiding| found(case, hiding))
        .collect()
}

fn found(case: &CheckContext<'_>, hiding: &Hiding<'_>) -> Finding {
    let &Hiding { key, winner, hidden } = hiding;
    let name = key.name();
    let weak = case.place(hidden.place.as_ref(), hidden.source);
    // What wins is accepted: then the hidden copy is what is old.
    let works = proved_good(case, name) == Some(true);
    let severity = if works { Severity::Info } else { key.severity() };
    let file = winner
        .place
        .as_ref()
        .map(|place| case.tilde(&place.path))
        .unwrap_or_default();
    let (text, commands) = take_out(case, name, winner.source, &file);
    let whose = match winner.source {
        Source::Container => "the container's".to_owned(),
        Source::Supervisor => format!("{}'s", case.manager_name()),
        _ => "the service's".to_owned(),
    };
    let mut commands = commands;
    let restart = case.commands().restart();
    if !matches!(winner.source, Source::Container | Source::Supervisor) {
        commands.push(restart);
    }
    let finding = finding(
        CHECK.id,
        severity,
        format!("{name}: {whose} value hides that of {weak}"),
    )
    .subject(name)
    .certainty(key.report.certainty)
    .detail("What the Gateway is started with is bound before OpenClaw reads any .env.")
    .at(winner.place.as_ref(), format!("wins (#{})", fingerprint(winner)))
    .at(hidden.place.as_ref(), format!("hidden (#{})", fingerprint(hidden)));
    if works {
        return finding.seen("Cloudflare accepts the value that wins").fix::<String>(
            format!("None is needed. The copy in {weak} is not used; correct it or delete it."),
            [],
        );
    }
    finding.fix(format!("{text}; then {weak} counts."), commands)
}

fn fingerprint(offer: &Offer) -> &str {
    offer.value.as_ref().map_or("", |value| value.fingerprint.as_str())
}
