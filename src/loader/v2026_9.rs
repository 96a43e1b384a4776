//! The loading of current releases (facts/env-resolution.md sections 2, 3 and 7): the selection
//! loop, twice, then the final config with the login shell below it.

use std::collections::{BTreeMap, BTreeSet};

use super::answers::{Answers, Ask};
use super::config_env::{self, Weaker};
use super::config_view::{self, ReadConfig, Reading};
use super::dotenv_files::{self, DotenvFile, Reader, TrustedLoad};
use super::env::{Env, Slot};
use super::paths::PathContext;
use super::shell_import::{self, Import};
use super::trace_builder::TraceBuilder;
use super::{Finished, Start, entry, managed};
use crate::model::snapshot::ConfigState;
use crate::product::names;
use crate::secret::Vault;

/// More rounds than any real selection takes; a circle of selectors ends here.
const MAX_ROUNDS: usize = 12;

/// A change of the environment that can be undone.
struct Change {
    before: Env,
    after: Env,
}

struct Run<'a> {
    start: &'a Start,
    answers: &'a Answers,
    vault: &'a Vault,
    env: Env,
    /// The provisional layer of config values.
    applied: Option<Change>,
    selected_by_config: bool,
    /// Whether start-up rewrites the selected config.
    repairs: bool,
    /// Files whose values were dropped because a selector in them led elsewhere.
    left_behind: BTreeMap<String, DotenvFile>,
    trusted: TrustedLoad,
    removed: BTreeMap<String, Slot>,
}

/// Runs the loading with the answers known so far.
pub(crate) fn load(start: &Start, answers: &Answers, vault: &Vault) -> Result<Finished, Box<Ask>> {
    let mut run = Run {
        start,
        answers,
        vault,
        env: initial(start),
        applied: None,
        selected_by_config: false,
        repairs: false,
        left_behind: BTreeMap::new(),
        trusted: TrustedLoad::default(),
        removed: BTreeMap::new(),
    };
    run.enter();
    let (reader, path_context) = (run.reader(), run.path_context());
    let workspace = dotenv_files::load_workspace(&mut run.env, reader, path_context)?;
    let before = run.env.clone();
    run.select(None)?;
    let selected = Change {
        before,
        after: run.env.clone(),
    };
    entry::normalise_aliases(&mut run.env);
    run.select(Some(&selected))?;
    run.reload()?;
    run.finish(workspace)
}

/// The environment at exec.
pub(crate) fn initial(start: &Start) -> Env {
    let mut env = Env::default();
    for binding in &start.env {
        let slot = Slot {
            value: binding.value.clone(),
            source: binding.source,
            place: binding.place.clone(),
            rule: "process",
        };
        env.set(&binding.name, slot);
    }
    env
}

impl<'a> Run<'a> {
    fn path_context(&self) -> PathContext<'a> {
        PathContext {
            os_home: self.start.os_home.as_deref(),
            cwd: &self.start.cwd,
        }
    }

    fn reader(&self) -> Reader<'a> {
        Reader {
            answers: self.answers,
            vault: self.vault,
            rules: &self.start.rules,
            other_uid: self.start.other_uid,
        }
    }

    fn reading(&self) -> Reading<'_> {
        Reading {
            env: &self.env,
            path_context: self.path_context(),
            start: self.start,
            answers: self.answers,
            vault: self.vault,
        }
    }

    /// Step 1: markers, aliases, `--profile`.
    fn enter(&mut self) {
        entry::mark(&mut self.env, self.vault);
        entry::normalise_aliases(&mut self.env);
        if let Some(profile) = &self.start.profile {
            let path_context = self.path_context();
            entry::apply_profile(&mut self.env, profile, path_context, self.vault);
        }
    }

    fn normalise_state_dir(&mut self) {
        let (path_context, vault) = (self.path_context(), self.vault);
        entry::normalise_state_dir(&mut self.env, path_context, vault);
    }

    /// Names that the service manages: counted under systemd only (section 7).
    fn managed(&self) -> BTreeSet<String> {
        managed::managed_keys(&self.env, self.start.linux && self.start.rules.managed_keys)
    }

    fn load_trusted(&mut self) -> Result<(), Box<Ask>> {
        self.normalise_state_dir();
        let managed = self.managed();
        let (reader, path_context) = (self.reader(), self.path_context());
        self.trusted =
            dotenv_files::load_trusted(&mut self.env, reader, path_context, &managed, self.selected_by_config)?;
        self.normalise_state_dir();
        entry::normalise_aliases(&mut self.env);
        Ok(())
    }

    /// Step 3: trusted files and config until no selection key changes any more.
    fn select(&mut self, superseded: Option<&Change>) -> Result<(), Box<Ask>> {
        if let Some(change) = superseded {
            self.undo_applied();
            self.undo(change);
        }
        for _ in 0..MAX_ROUNDS {
            let before = self.env.clone();
            self.load_trusted()?;
            if !self.env.selects_as(&before) {
                self.keep_selectors_of_state_file(&before);
                self.start_again(&before, superseded);
                continue;
            }
            let config = config_view::read(self.reading(), &Weaker::new())?;
            self.remove_unbacked(&config);
            let before_config = self.env.clone();
            self.repairs = config.view.state == ConfigState::Repaired;
            self.apply_provisionally(&config);
            if !self.env.selects_as(&before_config) {
                self.selected_by_config = true;
                self.start_again(&before, superseded);
                continue;
            }
            return Ok(());
        }
        Ok(())
    }

    /// Selectors of `gateway.env` do not survive when the state directory's file chose as well.
    fn keep_selectors_of_state_file(&mut self, before: &Env) {
        let is_selector = |name: &&String| names::lists().selection.contains(name.to_uppercase().as_str());
        if !self.trusted.by_state.iter().any(|name| is_selector(&name)) {
            return;
        }
        let fallback: BTreeSet<String> = self
            .trusted
            .by_gateway
            .iter()
            .filter(is_selector)
            .map(|name| name.to_uppercase())
            .collect();
        let after = self.env.clone();
        self.env.undo(before, &after, |name| {
            names::lists().selection.contains(name) && !fallback.contains(name)
        });
    }

    fn start_again(&mut self, before: &Env, superseded: Option<&Change>) {
        for file in self.trusted.files.drain(..) {
            self.left_behind.insert(file.facts.path.clone(), file);
        }
        let this_pass = Change {
            before: before.clone(),
            after: self.env.clone(),
        };
        self.undo(&this_pass);
        if let Some(change) = superseded {
            self.undo(change);
        }
    }

    fn undo(&mut self, change: &Change) {
        self.env.undo(&change.before, &change.after, |name| {
            names::lists().selection.contains(name)
        });
    }

    fn undo_applied(&mut self) {
        if let Some(change) = self.applied.take() {
            self.undo(&change);
        }
    }

    /// Deletes managed names that no trusted file has and the config does not refer to (section 7).
    fn remove_unbacked(&mut self, config: &ReadConfig) {
        let managed = self.managed();
        let preserved: BTreeSet<String> = config.referenced.iter().map(|name| name.to_uppercase()).collect();
        let gone: Vec<String> = self
            .env
            .names()
            .filter(|name| {
                let upper = name.to_uppercase();
                managed.contains(&upper) && !self.trusted.present.contains(&upper) && !preserved.contains(&upper)
            })
            .cloned()
            .collect();
        for name in gone {
            if let Some(slot) = self.env.remove(&name) {
                self.removed.insert(name, slot);
            }
        }
    }

    fn apply_provisionally(&mut self, config: &ReadConfig) {
        self.undo_applied();
        if !config.starts {
            return;
        }
        let before = self.env.clone();
        config_env::apply(&mut self.env, &config.entries, &Weaker::new());
        self.normalise_state_dir();
        entry::normalise_aliases(&mut self.env);
        self.applied = Some(Change {
            before,
            after: self.env.clone(),
        });
    }

    /// Step 5: the trusted files once more, after the migrations.
    ///
    /// A start that repairs the config reads the workspace file again as well, so that a managed name which was
    /// deleted comes back from there (2026.9.6, run: the same config without a repair leaves it deleted).
    fn reload(&mut self) -> Result<(), Box<Ask>> {
        if self.repairs {
            let (reader, path_context) = (self.reader(), self.path_context());
            dotenv_files::load_workspace(&mut self.env, reader, path_context)?;
        }
        let before = self.env.clone();
        let files = std::mem::take(&mut self.trusted);
        self.load_trusted()?;
        if !self.env.selects_as(&before) {
            // The product refuses to start here; what was selected before stays.
            self.env = before;
            self.trusted = files;
        }
        Ok(())
    }

    /// Step 6: final config, login shell below it, config values for good.
    fn finish(mut self, workspace: DotenvFile) -> Result<Finished, Box<Ask>> {
        self.normalise_state_dir();
        self.undo_applied();
        let mut config = config_view::read(self.reading(), &Weaker::new())?;
        let import = self.import(&config)?;
        if !import.applied.is_empty() {
            config = config_view::read(self.reading(), &import.applied)?;
        }
        if config.starts {
            config_env::apply(&mut self.env, &config.entries, &import.applied);
            self.normalise_state_dir();
            entry::normalise_aliases(&mut self.env);
        }
        for name in self.env.names().cloned().collect::<Vec<_>>() {
            self.removed.remove(&name);
        }
        TraceBuilder {
            start: self.start,
            answers: self.answers,
            vault: self.vault,
            path_context: self.path_context(),
            workspace: Some(workspace),
            trusted: self.trusted.files,
            left_behind: self.left_behind.into_values().collect(),
            removed: self.removed,
            config,
            import,
        }
        .build(self.env)
    }

    fn import(&mut self, config: &ReadConfig) -> Result<Import, Box<Ask>> {
        let mut planned = self.env.clone();
        let mut import_request = shell_import::ImportRequest::default();
        if config.starts {
            config_env::apply(&mut planned, &config.entries, &Weaker::new());
            import_request = config.import_request();
        }
        import_request.ask_anyway = self.start.ask_shell;
        let (path_context, answers, vault) = (self.path_context(), self.answers, self.vault);
        shell_import::run(
            &mut self.env,
            &planned,
            &import_request,
            &self.start.rules,
            path_context,
            answers,
            vault,
        )
    }
}
