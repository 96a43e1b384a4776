//! The secret that clients and daemon hold for the Gateway, as facts (facts/pings.md section 5).

use crate::checks::check::CheckContext;
use crate::model::snapshot::{Binding, CredentialField, Found, Located, Place, Source, Trace, ValueFacts};
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
    pub(crate) fn words(&self, case: &CheckContext<'_>) -> String {
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
pub(crate) fn of_client(case: &CheckContext<'_>) -> Option<Held> {
    let trace = case.snapshot.views.shell.get()?;
    held(case, trace, &|name| sure(trace, name), true).ok()?
}

/// What the daemon has: the running one, else the next start.
pub(crate) fn of_daemon(case: &CheckContext<'_>) -> Option<Held> {
    let views = &case.snapshot.views;
    let Some(process) = resolve::process(case.snapshot) else {
        return of_next_start(case);
    };
    let trace = views.running.get()?;
    match process.witness.get() {
        // The witness shows the value, the loading shows where it comes from.
        Some(witness) => {
            let seen = |name: &str| {
                let binding = witness.bindings.iter().find(|binding| binding.name == name);
                let same = |known: &&Binding, seen: &Binding| known.value.same_as(&seen.value);
                let origin = |seen| {
                    trace
                        .find(name)
                        .seen()
                        .filter(|known| same(known, seen))
                        .unwrap_or(seen)
                };
                Ok(binding.map(|seen| origin(seen).clone()))
            };
            held(case, trace, &seen, false).ok()?
        }
        None => held(case, trace, &|name| sure(trace, name), false).ok()?,
    }
}

/// What the daemon will have after its next start.
pub(crate) fn of_next_start(case: &CheckContext<'_>) -> Option<Held> {
    let trace = case.snapshot.views.next_start.get()?;
    held(case, trace, &|name| sure(trace, name), false).ok()?
}

/// Returns whether clients here look for the Gateway on this machine.
pub(crate) fn is_local(case: &CheckContext<'_>) -> bool {
    !resolve::asks_by_address(case.snapshot)
}

/// A layer that could not be read may decide which secret is used: then nothing is compared.
struct NotKnown;

type Lookup<'a> = &'a dyn Fn(&str) -> Result<Option<Binding>, NotKnown>;

fn sure(trace: &Trace, name: &str) -> Result<Option<Binding>, NotKnown> {
    match trace.find(name) {
        Found::Sure(binding) => Ok(Some(binding.clone())),
        Found::Unset => Ok(None),
        Found::Best(..) | Found::Unknown(_) => Err(NotKnown),
    }
}

fn held(case: &CheckContext<'_>, trace: &Trace, lookup: Lookup<'_>, client: bool) -> Result<Option<Held>, NotKnown> {
    let gateway = &trace.config.gateway;
    let by_password = match gateway.auth_mode.as_deref() {
        Some("none") => return Ok(None),
        Some("password" | "trusted-proxy") => true,
        Some(_) => false,
        None => gateway.token.is_none() && gateway.password.is_some(),
    };
    let (own, name) = match by_password {
        true => (&gateway.password, "OPENCLAW_GATEWAY_PASSWORD"),
        false => (&gateway.token, "OPENCLAW_GATEWAY_TOKEN"),
    };
    let of = |field: Option<&Located<CredentialField>>| field.map_or(Ok(None), |field| of_field(field, trace, lookup));
    let from_config = || of(own.as_ref());
    let from_variable = || {
        let binding = lookup(name)?.filter(|binding| !binding.value.is_blank());
        Ok(binding.map(|binding| Held {
            value: binding.value,
            subject: name.to_owned(),
            place: binding.place,
            source: Some(binding.source),
        }))
    };
    let from_remote = || of(gateway.remote_token.as_ref().filter(|_| client && !by_password));
    let or = |first: Option<Held>, next: &dyn Fn() -> Result<Option<Held>, NotKnown>| {
        first.map_or_else(next, |held| Ok(Some(held)))
    };
    let config_first = rules::for_version(case.snapshot.install.version.as_deref()).token_config_first;
    // A field that is given and leads nowhere ends the search, as in OpenClaw.
    match config_first {
        true if own.is_some() => from_config(),
        true => or(from_variable()?, &from_remote),
        false => or(or(from_variable()?, &from_config)?, &from_remote),
    }
}

fn of_field(field: &Located<CredentialField>, trace: &Trace, lookup: Lookup<'_>) -> Result<Option<Held>, NotKnown> {
    let held = |value: ValueFacts| Held {
        value,
        subject: field.path.clone(),
        place: field.place.clone(),
        source: None,
    };
    let found = match &field.value {
        CredentialField::Literal { value, .. } if value.is_blank() => None,
        CredentialField::Literal { value, from } => match from.first() {
            None => Some(held(value.clone())),
            // A whole reference has the facts of its variable; the side's own value counts.
            Some(name) => {
                let own = trace.find(name).seen();
                let own = own.is_some_and(|binding| binding.value.same_as(value));
                lookup(name)?.map(|seen| held(if own { seen.value } else { value.clone() }))
            }
        },
        CredentialField::Ref { secret_ref } if secret_ref.source == "env" => lookup(&secret_ref.id)?
            .filter(|binding| !binding.value.is_blank())
            .map(|binding| held(binding.value)),
        CredentialField::Ref { .. } | CredentialField::Unresolved { .. } => None,
    };
    Ok(found)
}
