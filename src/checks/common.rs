//! What several checks say or ask in the same way.

use crate::base::text::tilde;
use crate::checks::check::CheckContext;
use crate::model::report::{Certainty, Severity, ViewState};
use crate::model::snapshot::{
    Assignment, Offer, OfferStatus, Place, ShellOutcome, Source, StartupFile, Trace, ValueFacts, ValueFlag,
};
use crate::product::rules;
use crate::remedy::{Commands, Kind};
use crate::resolve::{self, ResolvedKey};

impl<'a> CheckContext<'a> {
    /// Shows a path with the home as `~`.
    pub(crate) fn tilde(&self, path: &str) -> String {
        tilde(path, &self.snapshot.host.home)
    }

    /// The state directory of the Gateway, home as `~`.
    pub(crate) fn state_dir(&self) -> String {
        let trace = resolve::start_trace(self.snapshot).or(resolve::gateway_trace(self.snapshot));
        self.tilde(trace.map_or("~/.openclaw", |trace| trace.state_dir.as_str()))
    }

    /// Where a key belongs that the Gateway is to read: its `.env`, home as `~`, or what stands for
    /// it where the Gateway is in a container.
    pub(crate) fn dotenv(&self) -> String {
        match self.commands().kind() {
            _ if self.commands().alone().is_some() => format!("{}/.env of the container", self.state_dir()),
            Kind::Docker | Kind::Podman => "the `.env` of its Compose project".to_owned(),
            Kind::Kubernetes => "the Secret of its pod".to_owned(),
            Kind::Hosted(platform) => platform.facts().place.to_owned(),
            _ => format!("{}/.env", self.state_dir()),
        }
    }

    /// The loading of the Gateway as it is next started.
    pub(crate) fn start_trace(&self) -> Option<&'a Trace> {
        resolve::start_trace(self.snapshot)
    }

    /// The same, where the login-shell import is on and the shell answered.
    pub(crate) fn start_with_shell_import(&self) -> Option<&'a Trace> {
        let answered =
            |trace: &&Trace| trace.shell_import.enabled && trace.shell_import.outcome == ShellOutcome::Answered;
        self.start_trace().filter(answered)
    }

    /// How certain a statement is that rests on the rules of the installed release: proved where they were checked on it.
    pub(crate) fn certainty_of_rules(&self) -> Certainty {
        match rules::for_version(self.snapshot.install.version.as_deref())
            .doubts
            .is_empty()
        {
            true => Certainty::Proved,
            false => Certainty::Likely,
        }
    }

    /// Both loadings of the Gateway: of the next start and of the running process.
    pub(crate) fn gateway_traces(&self) -> impl Iterator<Item = &'a Trace> + use<'a> {
        let views = &self.snapshot.views;
        let by_hand = if self.has_daemon() { None } else { views.shell.get() };
        [views.next_start.get(), views.running.get(), by_hand]
            .into_iter()
            .flatten()
    }

    /// What the Gateway's sources offer for a name, each place once.
    pub(crate) fn offers(&self, name: &str) -> Vec<&'a Offer> {
        let mut found: Vec<&'a Offer> = Vec::new();
        for trace in self.gateway_traces() {
            for offer in trace.offers.iter().filter(|offer| offer.name == name) {
                if !found
                    .iter()
                    .any(|known| (known.source, &known.place) == (offer.source, &offer.place))
                {
                    found.push(offer);
                }
            }
        }
        found
    }

    /// A place in words, home as `~`.
    pub(crate) fn place(&self, place: Option<&Place>, source: Source) -> String {
        match place {
            Some(Place {
                path, line: Some(line), ..
            }) => format!("{}:{line}", self.tilde(path)),
            Some(place) => self.tilde(&place.path),
            None => match source {
                Source::Manager => "the environment of the user's service manager".to_owned(),
                Source::Process | Source::Container | Source::Supervisor => {
                    "the environment it was started with".to_owned()
                }
                Source::LoginShell => "the login shell".to_owned(),
                other => other.word().to_owned(),
            },
        }
    }

    /// The commands that fit this machine.
    pub(crate) fn commands(&self) -> Commands<'a> {
        Commands::for_machine(self.snapshot)
    }

    /// The command that puts a key where the Gateway reads it.
    pub(crate) fn put_in_dotenv(&self, key: &str) -> String {
        // What Cloudflare or a provider has just refused is not copied.
        if self.is_refused_in_shell(key) {
            return self.put_typed_in_dotenv(key);
        }
        self.commands().put_in_dotenv(key, &self.state_dir())
    }

    /// Whether the next start gives the Gateway another value of a key than the running one has, and one that can be a key.
    pub(crate) fn has_new_value(&self, key: &ResolvedKey) -> bool {
        let views = &key.report.views;
        let known = views.running.state != ViewState::Unknown && views.next_start.state != ViewState::Unknown;
        let next = key.next_start.as_ref().filter(|next| is_sound(next));
        known
            && resolve::own_process(self.snapshot).is_some()
            && key
                .running
                .as_ref()
                .zip(next)
                .is_some_and(|(now, next)| !now.same_as(next))
    }

    /// The same where the value that the shell has is known to be wrong.
    pub(crate) fn put_typed_in_dotenv(&self, key: &str) -> String {
        crate::remedy::dotenv::put_typed(self.snapshot, self.commands().kind(), key, &self.state_dir())
    }

    /// The command that copies a key's line from another file to where the Gateway reads it.
    pub(crate) fn carry_to_dotenv(&self, keys: &[&str], from: &Place) -> Vec<String> {
        let from = self.tilde(&from.path);
        self.commands().carry_to_dotenv(keys, &from, &self.state_dir())
    }

    /// What the Gateway is, for sentences: the service's name, else the process.
    pub(crate) fn gateway_name(&self) -> String {
        if let Some(service) = resolve::service(self.snapshot) {
            return service.name.clone();
        }
        match resolve::process(self.snapshot) {
            Some(process) => format!("the Gateway (pid {})", process.pid),
            None => "a Gateway started here".to_owned(),
        }
    }

    /// Who starts the Gateway, for sentences.
    pub(crate) fn manager_name(&self) -> &'static str {
        use crate::model::snapshot::ManagerKind;
        match self.commands().kind() {
            Kind::Pm2 => return "pm2",
            Kind::Supervisord => return "supervisord",
            Kind::Runit => return "runit",
            Kind::S6 => return "s6",
            Kind::Docker | Kind::Podman | Kind::Kubernetes => return "the manager of its container",
            _ => {}
        }
        match self.snapshot.services.manager {
            ManagerKind::Systemd => "systemd",
            ManagerKind::Launchd => "launchd",
            ManagerKind::None => "its manager",
        }
    }

    /// Returns whether the examined Gateway is in a container that is seen from its host: what the asker's shell and home have
    /// is not compared with it.
    pub(crate) fn is_contained(&self) -> bool {
        resolve::process(self.snapshot).is_some_and(|process| process.container.is_some())
    }

    /// Returns whether there is anything but the shell: a service or a running process.
    pub(crate) fn has_daemon(&self) -> bool {
        resolve::service(self.snapshot).is_some() || resolve::process(self.snapshot).is_some()
    }

    /// The keys something needs.
    pub(crate) fn needed(&self) -> impl Iterator<Item = &'a ResolvedKey> + use<'a> {
        self.resolved.keys.iter().filter(|key| key.is_needed())
    }

    /// Assignments of a name in start-up files, exported ones first.
    pub(crate) fn in_startup_files(&self, name: &str) -> Vec<(&'a StartupFile, &'a Assignment)> {
        let mut found: Vec<(&'a StartupFile, &'a Assignment)> = self
            .snapshot
            .startup_files
            .iter()
            .flat_map(|file| file.assigns.iter().map(move |assign| (file, assign)))
            .filter(|(_, assign)| assign.name == name)
            .collect();
        found.sort_by_key(|(_, assign)| !assign.exported);
        found
    }
}

/// What the Gateway has of a key: the running process first, else the next start, else a start by hand.
pub(crate) fn gateway_state(case: &CheckContext<'_>, key: &ResolvedKey) -> ViewState {
    let views = &key.report.views;
    if resolve::process(case.snapshot).is_some() && views.running.state != ViewState::Unknown {
        views.running.state
    } else if resolve::has_next_start(case.snapshot) && !resolve::is_unseen(case.snapshot) {
        views.next_start.state
    } else if resolve::process(case.snapshot).is_some() || resolve::is_unseen(case.snapshot) {
        ViewState::Unknown
    } else {
        views.shell.state
    }
}

/// The value the Gateway has.
pub(crate) fn gateway_value<'a>(case: &CheckContext<'_>, key: &'a ResolvedKey) -> Option<&'a ValueFacts> {
    let views = &key.report.views;
    if resolve::process(case.snapshot).is_some() && views.running.state != ViewState::Unknown {
        key.running.as_ref()
    } else if resolve::has_next_start(case.snapshot) {
        key.next_start.as_ref()
    } else {
        key.shell.as_ref()
    }
}

/// Returns whether a value can be a key: not blank, and without a fault that shows.
pub(crate) fn is_sound(value: &ValueFacts) -> bool {
    !value.is_blank() && value.foreign.is_none() && value.flags.iter().all(|flag| *flag == ValueFlag::Hash)
}

/// Returns whether the running Gateway has a sound value that its next start would lose.
pub(crate) fn works_until_restart(case: &CheckContext<'_>, key: &ResolvedKey) -> bool {
    resolve::own_process(case.snapshot).is_some()
        && key.running.as_ref().is_some_and(is_sound)
        && key.report.views.next_start.state != ViewState::Unknown
        && !key.next_start.as_ref().is_some_and(is_sound)
}

/// What Cloudflare said of the value that the Gateway has for a variable, where it was asked with it.
pub(crate) fn proved_good(case: &CheckContext<'_>, name: &str) -> Option<bool> {
    use crate::ping::verdict::Word;
    if case.asked_key_variable() != Some(name) {
        return None;
    }
    match case.cloudflare()? {
        word if word.is_good() => Some(true),
        Word::ProviderKeyRejected | Word::KeyShapeWrong => Some(false),
        _ => None,
    }
}

/// Returns whether the Gateway is known to lack a key: not bound, or removed.
pub(crate) fn lacks(case: &CheckContext<'_>, key: &ResolvedKey) -> bool {
    matches!(gateway_state(case, key), ViewState::Unset | ViewState::Removed)
}

/// Returns whether a restart alone would give the Gateway the key.
pub(crate) fn next_start_has(key: &ResolvedKey) -> bool {
    key.next_start.as_ref().is_some_and(|value| !value.is_blank())
}

/// Returns whether the user's shell has the key by itself, not through a file the Gateway reads too.
pub(crate) fn shell_has(key: &ResolvedKey) -> bool {
    let own = matches!(
        key.report.views.shell.source,
        Some(Source::Process | Source::LoginShell | Source::Alias)
    );
    own && key.shell.as_ref().is_some_and(|value| !value.is_blank())
}

/// The place of a start-up file's assignment.
pub(crate) fn assignment_place(file: &StartupFile, assign: &Assignment) -> Place {
    Place::line(file.path.clone(), assign.line)
}

/// A key whose value at the next start hides another one that a file or the config holds.
pub(crate) struct Hiding<'a> {
    pub(crate) key: &'a ResolvedKey,
    pub(crate) winner: &'a Offer,
    pub(crate) hidden: &'a Offer,
}

/// Finds the keys that are won at the next start by a source that `is_it` accepts, and of which something
/// else is configured.
pub(crate) fn hiding<'a>(case: &'a CheckContext<'_>, is_it: impl Fn(Source) -> bool) -> Vec<Hiding<'a>> {
    let Some(trace) = case.snapshot.views.next_start.get() else {
        return Vec::new();
    };
    let known = |key: &&ResolvedKey| key.report.views.next_start.state != ViewState::Unknown;
    let found = case.resolved.keys.iter().filter(known).filter_map(|key| {
        let (winner, hidden) = weaker_copy(trace, key.name())?;
        is_it(winner.source).then_some(Hiding { key, winner, hidden })
    });
    found.collect()
}

fn weaker_copy<'a>(trace: &'a Trace, name: &str) -> Option<(&'a Offer, &'a Offer)> {
    let winner = trace.offers_for(name).find(|offer| offer.status == OfferStatus::Wins)?;
    let hidden = edited_copies(trace, name).find(|offer| offer.status == OfferStatus::Different)?;
    Some((winner, hidden))
}

/// The values that people edit, and that give way to whatever the process is started with.
pub(crate) fn edited_copies<'a>(trace: &'a Trace, name: &str) -> impl Iterator<Item = &'a Offer> + use<'a> {
    let name = name.to_owned();
    trace
        .offers
        .iter()
        .filter(move |offer| offer.name == name)
        .filter(|offer| {
            matches!(
                offer.source,
                Source::DotenvState | Source::DotenvConfigDir | Source::GatewayEnv | Source::ConfigEnv
            ) && offer.value.as_ref().is_some_and(|value| !value.is_blank())
        })
}

/// How bad a leftover value in the service manager is. With an old provider key the Gateway may still
/// work; with an old secret of its own it refuses every client that reads the configured one.
pub(crate) fn leftover_severity(name: &str) -> Severity {
    match name {
        "OPENCLAW_GATEWAY_TOKEN" | "OPENCLAW_GATEWAY_PASSWORD" => Severity::Error,
        _ => Severity::Warning,
    }
}

/// Returns whether the Gateway is known to lack a name or to have it empty: the running process where
/// it can be seen, else the next start.
pub(crate) fn gateway_lacks_name(case: &CheckContext<'_>, name: &str) -> bool {
    resolve::gateway_view(case.snapshot, name)
        .is_some_and(|(state, value)| state != ViewState::Unknown && value.is_none_or(|value| value.is_blank()))
}

/// Returns whether the Gateway is known to have a name with a value.
pub(crate) fn gateway_has_name(case: &CheckContext<'_>, name: &str) -> bool {
    resolve::gateway_view(case.snapshot, name).is_some_and(|(_, value)| value.is_some_and(|value| !value.is_blank()))
}
