//! What follows from a snapshot for each key: three views, the ladder of its copies, a verdict.
//!
//! Total functions of the snapshot; resolve only reads traces and never loads anything itself.

pub mod examined;
pub(crate) mod start;

mod asked;
mod keys;
mod launch;
mod needs;
pub(crate) mod profiles;
mod programs;
mod provider_headers;
mod seen;
mod stored;
mod table;
mod verdict;
mod views;

pub(crate) use asked::{not_asked, uses_of};
pub(crate) use launch::{changed_definition, given_by_link, login_shell, open_link, own_process, unsettled_link};
pub(crate) use needs::{
    CLOUDFLARE_KEY, CLOUDFLARE_PROVIDER, built_in_model, has_profile, is_local, key_of_provider, stock, stock_provider,
    variables, weight_of_path,
};
pub use programs::{gateway_node, node_and_range, programs};
pub(crate) use provider_headers::{model_of, places_of_header};
pub(crate) use stored::{StoreState, entry as store_entry, stored};
pub(crate) use views::SLACK_MS;

use crate::model::report::{KeyReport, Severity, Weight};
use crate::model::snapshot::{ConfigView, FileAccess, PassedOver, Service, Side, Snapshot, Trace, ValueFacts};
use crate::platform::relay;

/// What follows from a snapshot.
#[derive(Debug, Clone, PartialEq)]
pub struct Resolved {
    /// The verdict on each key, in the order they are shown.
    pub keys: Vec<ResolvedKey>,
}

/// One key with the facts that checks need beside the report's own.
#[derive(Debug, Clone, PartialEq)]
pub struct ResolvedKey {
    /// As it is reported.
    pub report: KeyReport,
    /// The value in the shell's view.
    pub shell: Option<ValueFacts>,
    /// The value at the next start.
    pub next_start: Option<ValueFacts>,
    /// The value in the running process.
    pub running: Option<ValueFacts>,
}

impl ResolvedKey {
    /// Returns the name of the variable.
    pub fn name(&self) -> &str {
        &self.report.name
    }

    /// Returns whether something needs it.
    pub fn is_needed(&self) -> bool {
        self.report.weight.is_some()
    }

    /// Returns how bad it is when the Gateway lacks it or has it wrong; a key that nothing needs is a warning.
    pub fn severity(&self) -> Severity {
        self.report.weight.map_or(Severity::Warning, Weight::severity)
    }
}

/// Returns whether something answers for the credential of a provider, a variable that the Gateway has included.
pub(crate) fn is_answered(snapshot: &Snapshot, provider: &str) -> bool {
    let Some(config) = config(snapshot) else { return false };
    match needs::answer_of_provider(config, snapshot, provider) {
        needs::Answer::Given => true,
        needs::Answer::Entry | needs::Answer::Unknown => false,
        needs::Answer::Variables(names) => names.iter().any(|name| {
            gateway_view(snapshot, name).is_some_and(|(_, value)| value.is_some_and(|value| !value.is_blank()))
        }),
    }
}

/// Returns whether nothing but an `apiKey` in its entry could give a provider its credential, and it has none.
pub(crate) fn lacks_key_in_entry(snapshot: &Snapshot, provider: &str) -> bool {
    config(snapshot).is_some_and(|config| needs::answer_of_provider(config, snapshot, provider) == needs::Answer::Entry)
}

/// Resolves a snapshot.
pub fn resolve(snapshot: &Snapshot) -> Resolved {
    Resolved {
        keys: keys::names(snapshot)
            .into_iter()
            .map(|need| keys::resolve(snapshot, need))
            .collect(),
    }
}

/// Returns the service that is examined.
pub fn service(snapshot: &Snapshot) -> Option<&Service> {
    snapshot
        .services
        .examined
        .and_then(|at| snapshot.services.services.get(at))
}

/// Returns the Gateway process that is examined.
pub fn process(snapshot: &Snapshot) -> Option<&crate::model::snapshot::GatewayProcess> {
    snapshot
        .processes
        .examined
        .and_then(|at| snapshot.processes.gateways.get(at))
}

/// Returns whether a source of the examined service that does not reach it sets a name, or may set it.
pub fn passed_over(snapshot: &Snapshot, name: &str) -> bool {
    let Some(service) = service(snapshot) else { return false };
    let sets = |one: &PassedOver| one.names.iter().any(|known| known.name == name);
    let closed = |file: &crate::model::snapshot::EnvFile| file.access != FileAccess::Usual;
    service.systemd.passed_over.iter().any(sets) || service.env_files.iter().any(closed)
}

/// Returns whether something starts the Gateway again: a service, or what supervises the running process.
pub(crate) fn has_next_start(snapshot: &Snapshot) -> bool {
    service(snapshot).is_some() || snapshot.views.next_start.get().is_some()
}

/// Returns whether a Gateway answers on the port that cannot be seen: in a container, a virtual machine, another
/// user's. Nothing is then known of its environment.
pub(crate) fn is_unseen(snapshot: &Snapshot) -> bool {
    if process(snapshot).is_some() {
        return false;
    }
    match &snapshot.pings.gateway {
        Some(verdict) => crate::ping::verdict::Word::parse(&verdict.word).is_some_and(|word| word.is_openclaw()),
        None => is_relayed(snapshot),
    }
}

/// Returns whether clients of this shell are sent to a Gateway by its address, on this machine or, as through a tunnel, another.
pub(crate) fn asks_by_address(snapshot: &Snapshot) -> bool {
    let Some(shell) = snapshot.views.shell.get() else {
        return false;
    };
    let url = shell.find("OPENCLAW_GATEWAY_URL").seen();
    let gateway = &shell.config.gateway;
    url.is_some_and(|binding| !binding.value.is_blank())
        || gateway.mode.as_deref() == Some("remote") && gateway.remote_url.is_some()
}

/// Returns whether nothing shows who the Gateway on this machine is that answers: no process, no service and no forwarder in
/// front of a container. What it has is not known then, whatever this shell has.
pub(crate) fn is_unseen_here(snapshot: &Snapshot) -> bool {
    let asked = snapshot
        .pings
        .answers
        .iter()
        .filter(|answer| answer.target == Side::Gateway);
    let mut hosts = asked.filter_map(|answer| crate::ping::target::Base::parse(&answer.url).ok());
    let meant_here = !asks_by_address(snapshot) && hosts.any(|base| base.is_loopback());
    is_unseen(snapshot) && service(snapshot).is_none() && !is_relayed(snapshot) && meant_here
}

/// Returns whether the examined Gateway is in a container that the asker may not look into: the files of this machine say
/// nothing of it.
pub(crate) fn is_walled_off(snapshot: &Snapshot) -> bool {
    process(snapshot).is_some_and(|process| process.container.is_some()) && snapshot.views.running.get().is_none()
}

/// Returns whether a forwarder holds the Gateway's port, as in front of a container.
pub(crate) fn is_relayed(snapshot: &Snapshot) -> bool {
    let owner = snapshot.processes.port_owner.as_ref();
    owner.is_some_and(|owner| !owner.is_gateway && owner.command.as_deref().is_some_and(relay::is_relay))
}

/// Returns the loading that tells most of the Gateway: of the running process, else of the next
/// start, else of a Gateway started by hand.
pub fn gateway_trace(snapshot: &Snapshot) -> Option<&Trace> {
    let views = &snapshot.views;
    views.running.get().or(views.next_start.get()).or(views.shell.get())
}

/// Returns the loading of the service's next start; without a service, that of a start by hand.
pub fn start_trace(snapshot: &Snapshot) -> Option<&Trace> {
    match (&snapshot.views.next_start.get(), service(snapshot)) {
        (Some(trace), _) => Some(trace),
        (None, Some(_)) => None,
        (None, None) => snapshot.views.shell.get(),
    }
}

/// Returns the config as the Gateway reads it.
pub fn config(snapshot: &Snapshot) -> Option<&ConfigView> {
    start_trace(snapshot)
        .or(gateway_trace(snapshot))
        .map(|trace| &trace.config)
}

/// Returns what the Gateway has of any name: the running process where that can be seen, else the
/// next start, else a start by hand. None where nothing was looked at.
pub fn gateway_view(snapshot: &Snapshot, name: &str) -> Option<(crate::model::report::ViewState, Option<ValueFacts>)> {
    use crate::model::report::ViewState;
    let seen = views::running(snapshot, name);
    if process(snapshot).is_some() && seen.view.state != ViewState::Unknown {
        return Some((seen.view.state, seen.value));
    }
    let seen = match (has_next_start(snapshot), process(snapshot)) {
        (true, _) => views::next_start(snapshot, name),
        (false, Some(_)) => return Some((ViewState::Unknown, None)),
        (false, None) if is_unseen(snapshot) => return Some((ViewState::Unknown, None)),
        (false, None) => views::by_trace(&snapshot.views.shell, name, &[]),
    };
    Some((seen.view.state, seen.value))
}
