//! Tells what happened: every offer of a value with what became of it, and the final state.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::answers::{Answers, Ask, FileAnswer, PluginAsk};
use super::config_view::ReadConfig;
use super::dotenv_files::DotenvFile;
use super::env::{Env, Slot};
use super::paths::{self, PathContext};
use super::shell_import::Import;
use super::{Finished, RawBinding, Start, port};
use crate::config;
use crate::model::snapshot::{
    Binding, Blind, ConfigState, DuplicateKey, FileOutcome, Layers, Offer, OfferStatus, Place, Source, Trace,
    TracedFile, ValueFacts, ValueFlag,
};
use crate::parse::dotenv::readers;
use crate::secret::{Secret, Vault};

/// All that a loading leaves behind.
pub(crate) struct TraceBuilder<'a> {
    pub(crate) start: &'a Start,
    pub(crate) answers: &'a Answers,
    pub(crate) vault: &'a Vault,
    pub(crate) path_context: PathContext<'a>,
    pub(crate) workspace: Option<DotenvFile>,
    pub(crate) trusted: Vec<DotenvFile>,
    pub(crate) left_behind: Vec<DotenvFile>,
    pub(crate) removed: BTreeMap<String, Slot>,
    pub(crate) config: Rc<ReadConfig>,
    pub(crate) import: Import,
}

impl TraceBuilder<'_> {
    /// Ends the loading.
    pub(crate) fn build(self, env: Env) -> Result<Finished, Box<Ask>> {
        let [home, state_dir, config_path] = paths::places(&env, self.path_context, &self.start.rules, self.answers)?;
        let (port, port_source) = port::port(self.start, &env, self.config.value.as_deref());
        let mut config = self.config.view.clone();
        config.plugins_found = self
            .answers
            .plugins(PluginAsk {
                state_dir: state_dir.clone(),
                load_paths: self.config.import_request().load_paths,
                bundled: false,
            })?
            .to_vec();
        let trace = Trace {
            rules: self.start.rules.name.clone(),
            doubts: self.doubts(),
            home,
            state_dir,
            config_path,
            cwd: self.start.cwd.clone(),
            profile: env.text("OPENCLAW_PROFILE").map(str::to_owned),
            port,
            port_source,
            offers: self.offers(&env),
            environment: Layers::new(self.effective(&env), self.blind()),
            files: self.files(),
            shell_import: self.import.facts.clone(),
            config,
            config_file: Some(self.config.file.clone()),
            expected_keys: self.import.expected.iter().cloned().collect(),
        };
        Ok(Finished {
            trace,
            env: env
                .into_inner()
                .into_iter()
                .map(|(name, slot)| (name, slot.value))
                .collect(),
            config: self.config.value.clone(),
            authored: self.config.authored.clone(),
        })
    }

    fn doubts(&self) -> Vec<String> {
        self.start.rules.doubts.clone()
    }

    /// Sources that could hold any name, and could not be read.
    fn blind(&self) -> Vec<Blind> {
        let layer = |source, what: &str| Blind {
            why: format!("{what} could not be read"),
            source: Some(source),
        };
        let files = self.workspace.iter().chain(&self.trusted);
        let mut blind: Vec<Blind> = files
            .filter(|file| matches!(file.outcome, FileOutcome::Unknown { .. }))
            .map(|file| layer(file.source, &file.facts.path))
            .collect();
        if let ConfigState::Unreadable { .. } | ConfigState::TooMuch { .. } = self.config.view.state {
            blind.push(layer(Source::ConfigEnv, &self.config.file.path));
        } else if let Some(part) = config::unread_include(&self.config.view.issues) {
            blind.push(Blind {
                why: part.message.clone(),
                source: Some(Source::ConfigEnv),
            });
        }
        if let crate::model::snapshot::ShellOutcome::Unknown { .. } = self.import.facts.outcome {
            blind.push(layer(Source::LoginShell, "the login shell"));
        }
        blind
    }

    fn effective(&self, env: &Env) -> Vec<Binding> {
        env.iter()
            .map(|(name, slot)| Binding {
                name: name.clone(),
                value: self.facts(name, &slot.value, slot.place.as_ref()),
                source: slot.source,
                place: slot.place.clone(),
            })
            .collect()
    }

    /// Facts of a value, with the flag that only the line it stands on can give.
    fn facts(&self, name: &str, value: &Secret, place: Option<&Place>) -> ValueFacts {
        let mut facts = self.vault.facts(name, value);
        let files = self.workspace.iter().chain(&self.trusted);
        let cut = place.is_some_and(|place| {
            files
                .filter(|file| file.facts.path == place.path)
                .flat_map(|file| file.at(place.line))
                .any(|line| line.cut_by_hash && line.name == name)
        });
        if cut {
            facts.flags.push(ValueFlag::CutByHash);
        }
        facts
    }

    /// Every offer in the order of the layers: service, process, workspace, trusted files, config, shell.
    fn offers(&self, env: &Env) -> Vec<Offer> {
        let offer_builder = OfferBuilder { trace: self, env };
        let mut offers = Vec::new();
        for (binding, why) in &self.start.overridden {
            offers.push(offer_builder.refused(binding, why));
        }
        for binding in &self.start.env {
            offers.push(offer_builder.offered(
                &binding.name,
                &binding.value,
                binding.source,
                binding.place.clone(),
                "process",
            ));
        }
        let files = self.workspace.iter().chain(&self.trusted);
        for file in files {
            for line in &file.lines {
                let place = Some(Place::line(file.facts.path.clone(), line.line));
                offers.push(match line.refused {
                    Some(rule) => {
                        offer_builder.told(&line.name, &line.value, file.source, place, refused_status(rule), rule)
                    }
                    None => offer_builder.offered(&line.name, &line.value, file.source, place, "first-wins"),
                });
            }
        }
        for file in &self.left_behind {
            let again = self.trusted.iter().any(|other| other.facts.path == file.facts.path);
            for line in file.entries().filter(|_| !again) {
                let place = Some(Place::line(file.facts.path.clone(), line.line));
                let rule = "selection-restart";
                offers.push(offer_builder.told(
                    &line.name,
                    &line.value,
                    file.source,
                    place,
                    OfferStatus::Ignored,
                    rule,
                ));
            }
        }
        for entry in &self.config.entries {
            let (source, place) = (Source::ConfigEnv, entry.place.clone());
            offers.push(match entry.refused {
                Some(rule) => offer_builder.told(&entry.name, &entry.value, source, place, refused_status(rule), rule),
                None if !self.config.starts => offer_builder.told(
                    &entry.name,
                    &entry.value,
                    source,
                    place,
                    OfferStatus::Ignored,
                    "config-refused",
                ),
                None => offer_builder.offered(&entry.name, &entry.value, source, place, "config-env"),
            });
        }
        for (name, value, refused) in &self.import.printed {
            let worth_telling = refused.is_none() || env.is_bound(name) || self.config.referenced.contains(name);
            if matches!(refused, Some("shell-not-expected" | "shellenv-off")) && !worth_telling {
                continue;
            }
            offers.push(match refused {
                Some(rule) => offer_builder.told(name, value, Source::LoginShell, None, refused_status(rule), rule),
                None => offer_builder.offered(name, value, Source::LoginShell, None, "login-shell"),
            });
        }
        offers
    }

    fn files(&self) -> Vec<TracedFile> {
        let files = self.workspace.iter().chain(&self.trusted).chain(&self.left_behind);
        let mut told: Vec<TracedFile> = Vec::new();
        for file in files {
            if told.iter().any(|other| other.facts.path == file.facts.path) {
                continue;
            }
            told.push(TracedFile {
                source: file.source,
                facts: file.facts.clone(),
                outcome: file.outcome.clone(),
                duplicates: duplicates(file),
                disagreements: match self.answers.file(&file.facts.path) {
                    Ok(FileAnswer::Bytes { bytes, .. }) if !file.lines.is_empty() => readers::disagreements(bytes),
                    _ => Vec::new(),
                },
            });
        }
        told
    }
}

fn refused_status(rule: &str) -> OfferStatus {
    match rule {
        "last-line-wins" | "shellenv-off" | "not-a-name" | "config-repeated" | "bound-before" => OfferStatus::Ignored,
        _ => OfferStatus::Blocked,
    }
}

fn duplicates(file: &DotenvFile) -> Vec<DuplicateKey> {
    let mut by_name: BTreeMap<&str, Vec<(u32, &Secret)>> = BTreeMap::new();
    for line in file.lines.iter().filter(|line| line.refused != Some("not-a-name")) {
        by_name.entry(&line.name).or_default().push((line.line, &line.value));
    }
    by_name
        .into_iter()
        .filter(|(_, lines)| lines.len() > 1)
        .map(|(name, lines)| DuplicateKey {
            name: name.to_owned(),
            differ: lines
                .windows(2)
                .any(|pair| matches!(pair, [(_, a), (_, b)] if !a.same_as(b))),
            lines: lines.iter().map(|(line, _)| *line).collect(),
        })
        .collect()
}

struct OfferBuilder<'a> {
    trace: &'a TraceBuilder<'a>,
    env: &'a Env,
}

impl OfferBuilder<'_> {
    /// An offer whose fate follows from the final state.
    fn offered(&self, name: &str, value: &Secret, source: Source, place: Option<Place>, rule: &str) -> Offer {
        let (status, rule) = match self.env.slot(name) {
            Some(slot) if slot.source == source && slot.place == place => (OfferStatus::Wins, slot.rule),
            Some(slot) if slot.value.same_as(value) => (OfferStatus::Shadowed, rule),
            Some(slot) => (OfferStatus::Different, slot.rule),
            None if self.trace.removed.contains_key(name) => (OfferStatus::Removed, "managed-removed"),
            None => (OfferStatus::Ignored, rule),
        };
        self.told(name, value, source, place, status, rule)
    }

    fn told(
        &self,
        name: &str,
        value: &Secret,
        source: Source,
        place: Option<Place>,
        status: OfferStatus,
        rule: &str,
    ) -> Offer {
        Offer {
            name: name.to_owned(),
            source,
            value: Some(self.trace.facts(name, value, place.as_ref())),
            place,
            status,
            rule: rule.to_owned(),
        }
    }

    /// A value of the service definition that a later layer replaced.
    fn refused(&self, binding: &RawBinding, why: &str) -> Offer {
        let status = match self.env.slot(&binding.name) {
            _ if why != "replaced" => OfferStatus::Removed,
            Some(slot) if slot.value.same_as(&binding.value) => OfferStatus::Shadowed,
            _ => OfferStatus::Different,
        };
        let place = binding.place.clone();
        self.told(
            &binding.name,
            &binding.value,
            binding.source,
            place,
            status,
            &format!("service-{why}"),
        )
    }
}
