//! The secret that clients and daemon hold for the Gateway, as facts (facts/pings.md section 5).

use crate::checks::check::Case;
use crate::model::snapshot::{Binding, CredentialField, Located, Place, Source, Trace, ValueFacts};
use crate::product::rules;
use crate::resolve;

/// A secret one side holds.
#[derive(Debug, Clone)]
pub(crate) struct Held {
    /// What is known of it.
    pub(crate) value: ValueFacts,
    /// The config path or variable it comes from.
    pub(crate) subject: String,
    /// Where that is.
    pub(crate) place: Option<Place>,
    /// What the place is.
    pub(crate) source: Option<Source>,
}

impl Held {
    /// Its origin in words.
    pub(crate) fn words(&self, case: &Case<'_>) -> String {
        match (&self.place, self.source) {
            (Some(place), source) => {
                format!(
                    "{} ({})",
                    self.subject,
                    case.place(Some(place), source.unwrap_or(Source::ProviderConfig))
                )
            }
            (None, Some(source)) => format!("{} ({})", self.subject, case.place(None, source)),
            (None, None) => self.subject.clone(),
        }
    }
}

/// What a client started from this shell would use.
pub(crate) fn of_client(case: &Case<'_>) -> Option<Held> {
    let trace = case.snapshot.views.shell.get()?;
    held(case, trace, &|name| trace.get(name).cloned(), true)
}

/// What the daemon has: the running one, else the next start.
pub(crate) fn of_daemon(case: &Case<'_>) -> Option<Held> {
    let views = &case.snapshot.views;
    let Some(process) = resolve::process(case.snapshot) else {
        return of_next_start(case);
    };
    let trace = views.running.get()?;
    match process.witness.get() {
        // The witness shows the value, the loading shows where it comes from.
        Some(witness) => {
            let seen = |name: &str| {
                let binding = witness.bindings.iter().find(|binding| binding.name == name)?;
                let origin = trace.get(name).filter(|known| known.value.same_as(&binding.value));
                Some(origin.unwrap_or(binding).clone())
            };
            held(case, trace, &seen, false)
        }
        None => held(case, trace, &|name| trace.get(name).cloned(), false),
    }
}

/// What the daemon will have after its next start.
pub(crate) fn of_next_start(case: &Case<'_>) -> Option<Held> {
    let trace = case.snapshot.views.next_start.get()?;
    held(case, trace, &|name| trace.get(name).cloned(), false)
}

/// Tells whether clients here look for the Gateway on this machine.
pub(crate) fn is_local(case: &Case<'_>) -> bool {
    let shell = case.snapshot.views.shell.get();
    let url = shell
        .and_then(|trace| trace.get("OPENCLAW_GATEWAY_URL"))
        .is_some_and(|binding| !binding.value.is_blank());
    let remote = shell.is_some_and(|trace| {
        trace.config.gateway.mode.as_deref() == Some("remote") && trace.config.gateway.remote_url.is_some()
    });
    !url && !remote
}

type Lookup<'a> = &'a dyn Fn(&str) -> Option<Binding>;

fn held(case: &Case<'_>, trace: &Trace, lookup: Lookup<'_>, client: bool) -> Option<Held> {
    let gateway = &trace.config.gateway;
    let by_password = match gateway.auth_mode.as_deref() {
        Some("none") => return None,
        Some("password" | "trusted-proxy") => true,
        Some(_) => false,
        None => gateway.token.is_none() && gateway.password.is_some(),
    };
    let (own, name) = match by_password {
        true => (&gateway.password, "OPENCLAW_GATEWAY_PASSWORD"),
        false => (&gateway.token, "OPENCLAW_GATEWAY_TOKEN"),
    };
    let from_config = || own.as_ref().and_then(|field| of_field(field, trace, lookup));
    let from_variable = || {
        lookup(name)
            .filter(|binding| !binding.value.is_blank())
            .map(|binding| Held {
                value: binding.value,
                subject: name.to_owned(),
                place: binding.place,
                source: Some(binding.source),
            })
    };
    let further = gateway.remote_token.as_ref().filter(|_| client && !by_password);
    let from_remote = || further.and_then(|field| of_field(field, trace, lookup));
    let config_first = rules::for_version(case.snapshot.install.version.as_deref()).token_config_first;
    // A field that is given and leads nowhere ends the search, as in OpenClaw.
    match config_first {
        true if own.is_some() => from_config(),
        true => from_variable().or_else(from_remote),
        false => from_variable().or_else(from_config).or_else(from_remote),
    }
}

fn of_field(field: &Located<CredentialField>, trace: &Trace, lookup: Lookup<'_>) -> Option<Held> {
    let held = |value: ValueFacts| Held {
        value,
        subject: field.path.clone(),
        place: field.place.clone(),
        source: None,
    };
    match &field.value {
        CredentialField::Literal { value, .. } if value.is_blank() => None,
        CredentialField::Literal { value, from } => match from.first() {
            None => Some(held(value.clone())),
            // A whole reference has the facts of its variable; the side's own value counts.
            Some(name) => {
                let own = trace.get(name).is_some_and(|binding| binding.value.same_as(value));
                let seen = lookup(name)?;
                Some(held(if own { seen.value } else { value.clone() }))
            }
        },
        CredentialField::Ref { secret_ref } if secret_ref.source == "env" => lookup(&secret_ref.id)
            .filter(|binding| !binding.value.is_blank())
            .map(|binding| held(binding.value)),
        CredentialField::Ref { .. } | CredentialField::Unresolved { .. } => None,
    }
}
