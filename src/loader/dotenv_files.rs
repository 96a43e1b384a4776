//! The workspace `.env` and the trusted dotenv files (facts/env-resolution.md sections 3 and 4).

use std::collections::{BTreeMap, BTreeSet};

use super::MOST_NAMES;
use super::answers::{Answers, Ask, FileAnswer, PluginAsk};
use super::config_env::has_reference;
use super::dotenv_line::Line;
use super::env::{Env, Slot};
use super::paths::{self, PathContext};
use crate::base::fact::Fact;
use crate::model::snapshot::{FileOutcome, PathFacts, Place, Source, Stat};
use crate::parse::dotenv;
use crate::product::names;
use crate::product::rules::RuleSet;
use crate::secret::Vault;
use crate::secret::value::js_trim;

/// The largest `.env` that OpenClaw reads.
pub(crate) const MAX_BYTES: u64 = 1024 * 1024;

/// A parsed file: every line that is an entry, in order.
#[derive(Debug, Clone)]
pub(crate) struct DotenvFile {
    pub(crate) source: Source,
    pub(crate) facts: PathFacts,
    pub(crate) outcome: FileOutcome,
    pub(crate) lines: Vec<Line>,
}

impl DotenvFile {
    /// Returns the entries that count: of each name the last one, unless a rule refuses it.
    pub(crate) fn entries(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(|line| line.refused.is_none())
    }

    /// Returns the entries on a line: they are in the order of the file, which may have ten thousand.
    pub(crate) fn at(&self, line: Option<u32>) -> &[Line] {
        let before = |wanted: u32| self.lines.partition_point(|entry| entry.line < wanted);
        let found = line.and_then(|line| self.lines.get(before(line)..before(line + 1)));
        found.unwrap_or_default()
    }

    fn slot(&self, line: &Line, rule: &'static str) -> Slot {
        Slot {
            value: line.value.clone(),
            source: self.source,
            place: Some(Place::line(self.facts.path.clone(), line.line)),
            rule,
        }
    }
}

/// Who reads the file: decides whether a file the doctor may not read is ignored or unknown.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reader<'a> {
    pub(crate) answers: &'a Answers,
    pub(crate) vault: &'a Vault,
    pub(crate) rules: &'a RuleSet,
    pub(crate) other_uid: Option<u32>,
}

impl Reader<'_> {
    /// Reads and parses one file.
    pub(crate) fn read(&self, path: &str, source: Source, role: &str) -> Result<DotenvFile, Box<Ask>> {
        let empty = |fact, outcome| DotenvFile {
            source,
            facts: PathFacts {
                path: path.to_owned(),
                role: role.to_owned(),
                stat: fact,
            },
            outcome,
            lines: Vec::new(),
        };
        let (bytes, stat) = match self.answers.file(path)? {
            FileAnswer::Bytes { bytes, stat, .. } => (bytes, stat),
            FileAnswer::Missing => return Ok(empty(Fact::Absent, FileOutcome::Missing)),
            FileAnswer::Ignored(why) => {
                let outcome = FileOutcome::Ignored { why: why.clone() };
                return Ok(empty(Fact::unreadable(why.clone(), ""), outcome));
            }
            FileAnswer::Denied => {
                let why = "this user may not read it".to_owned();
                let fact = Fact::unreadable(why.clone(), format!("sudo ls -l {path}"));
                let outcome = match self.other_uid {
                    Some(_) => FileOutcome::Unknown { why },
                    None => FileOutcome::Ignored { why },
                };
                return Ok(empty(fact, outcome));
            }
        };
        if let Some(why) = self.not_for_the_gateway(stat) {
            return Ok(empty(Fact::known(stat.clone()), FileOutcome::Ignored { why }));
        }
        // What an editor or a shell of Windows writes; OpenClaw reads UTF-8 and finds no name in it.
        if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
            let why = "it is in UTF-16, and OpenClaw reads UTF-8".to_owned();
            return Ok(empty(Fact::known(stat.clone()), FileOutcome::Ignored { why }));
        }
        let lines = self.lines_of(path, bytes);
        if lines.len() > MOST_NAMES {
            let why = format!("it has more than {MOST_NAMES} variables, the most that the doctor takes from one file");
            return Ok(empty(Fact::known(stat.clone()), FileOutcome::Unknown { why }));
        }
        let names: BTreeSet<&str> = lines
            .iter()
            .filter(|line| line.refused.is_none())
            .map(|line| line.name.as_str())
            .collect();
        Ok(DotenvFile {
            outcome: FileOutcome::Read { names: names.len() },
            lines,
            ..empty(Fact::known(stat.clone()), FileOutcome::Missing)
        })
    }

    /// Why OpenClaw ignores a file that the doctor can read.
    fn not_for_the_gateway(&self, stat: &Stat) -> Option<String> {
        if self.rules.layered_dotenv && stat.size > MAX_BYTES {
            return Some(format!(
                "it has {} bytes; OpenClaw reads at most {MAX_BYTES}",
                stat.size
            ));
        }
        let uid = self.other_uid.filter(|uid| *uid != 0)?;
        let readable = if stat.uid == uid {
            stat.mode & 0o400
        } else {
            stat.mode & 0o044
        };
        (readable == 0).then(|| format!("the Gateway's user (uid {uid}) may not read it"))
    }

    fn lines_of(&self, path: &str, bytes: &[u8]) -> Vec<Line> {
        let key = (path.to_owned(), self.rules.layered_dotenv);
        let mut known = self.answers.dotenvs.borrow_mut();
        known.entry(key).or_insert_with(|| self.lines(bytes).into()).to_vec()
    }

    fn lines(&self, bytes: &[u8]) -> Vec<Line> {
        let mut last: BTreeMap<String, usize> = BTreeMap::new();
        let mut lines: Vec<Line> = Vec::new();
        for entry in dotenv::parse(bytes) {
            let portable = names::portable(&entry.key).map(str::to_owned);
            let refused = (portable.is_none() && self.rules.layered_dotenv).then_some("not-a-name");
            let name = portable.unwrap_or(entry.key);
            let earlier = last.insert(name.clone(), lines.len());
            if let Some(line) = earlier.and_then(|at| lines.get_mut(at)) {
                line.refused = line.refused.or(Some("last-line-wins"));
            }
            lines.push(Line {
                name,
                value: self.vault.seal(entry.value),
                line: entry.line,
                cut_by_hash: entry.cut_by_hash,
                refused,
            });
        }
        if lines.len() > MOST_NAMES {
            // None is taken, and what they hold is searched for in every output all the same.
            for line in &lines {
                self.vault.facts(&line.name, &line.value);
            }
            lines.truncate(MOST_NAMES + 1);
        }
        lines
    }
}

/// Loads the workspace `.env`: only unbound names, and only those that no rule blocks.
pub(crate) fn load_workspace(
    env: &mut Env,
    reader: Reader<'_>,
    path_context: PathContext<'_>,
) -> Result<DotenvFile, Box<Ask>> {
    let path = paths::below(path_context.cwd, ".env");
    let mut file = reader.read(&path, Source::DotenvWorkspace, "workspace .env")?;
    if reader.rules.workspace_filter {
        let state_dir = paths::state_dir(env, path_context, reader.rules, reader.answers)?;
        block_workspace_names(&mut file, env, reader, state_dir)?;
    }
    for line in file.entries() {
        if !env.is_bound(&line.name) {
            env.set(&line.name, file.slot(line, "workspace"));
        }
    }
    Ok(file)
}

fn block_workspace_names(
    file: &mut DotenvFile,
    env: &Env,
    reader: Reader<'_>,
    state_dir: String,
) -> Result<(), Box<Ask>> {
    for line in file.lines.iter_mut().filter(|line| line.refused.is_none()) {
        line.refused = names::workspace_block(&line.name, reader.rules);
    }
    // Manifests are read only where a name is left that they might block.
    if !file.entries().any(|line| !env.is_bound(&line.name)) {
        return Ok(());
    }
    let plugins = reader.answers.plugins(PluginAsk {
        state_dir,
        load_paths: Vec::new(),
        bundled: true,
    })?;
    let declared: BTreeSet<String> = plugins
        .iter()
        .flat_map(|plugin| plugin.providers.iter())
        .flat_map(|(_, names)| names.iter().map(|name| name.to_uppercase()))
        .collect();
    for line in file.lines.iter_mut().filter(|line| line.refused.is_none()) {
        if declared.contains(&line.name.to_uppercase()) {
            line.refused = Some("workspace-provider-key");
        }
    }
    Ok(())
}

/// What loading the trusted files did.
#[derive(Debug, Default)]
pub(crate) struct TrustedLoad {
    pub(crate) files: Vec<DotenvFile>,
    /// Names bound from the state directory's or config directory's file.
    pub(crate) by_state: Vec<String>,
    /// Names bound from `gateway.env`.
    pub(crate) by_gateway: Vec<String>,
    /// Upper-case names that any of the files has.
    pub(crate) present: BTreeSet<String>,
}

/// Loads the trusted files. `managed` are upper-case names whose values they override;
/// `filtered` applies the rules of config values to them (step 3, target selected by config).
pub(crate) fn load_trusted(
    env: &mut Env,
    reader: Reader<'_>,
    path_context: PathContext<'_>,
    managed: &BTreeSet<String>,
    filtered: bool,
) -> Result<TrustedLoad, Box<Ask>> {
    let mut load = TrustedLoad {
        files: trusted_files(env, reader, path_context)?,
        ..TrustedLoad::default()
    };
    if filtered {
        let dropped = |line: &Line| {
            js_trim(line.value.expose()).is_empty()
                || !names::config_may_set(&line.name, reader.rules)
                || has_reference(line.value.expose())
        };
        for line in load.files.iter_mut().flat_map(|file| file.lines.iter_mut()) {
            if line.refused.is_none() && dropped(line) {
                line.refused = Some("selected-by-config");
            }
        }
    }
    let bound_before: BTreeSet<String> = env.names().cloned().collect();
    let mut seen: BTreeSet<String> = BTreeSet::new();
    for file in &load.files {
        for line in file.entries() {
            let upper = line.name.to_uppercase();
            load.present.insert(upper.clone());
            let overrides = managed.contains(&upper);
            if bound_before.contains(&line.name) && !overrides {
                continue;
            }
            let first = seen.insert(if overrides { upper.clone() } else { line.name.clone() });
            if !first {
                continue;
            }
            if overrides {
                for name in bound_before.iter().filter(|name| name.to_uppercase() == upper) {
                    env.set(name, file.slot(line, "managed-override"));
                }
            }
            if overrides || !env.is_bound(&line.name) {
                let rule = if overrides { "managed-override" } else { "trusted-file" };
                env.set(&line.name, file.slot(line, rule));
                let list = match file.source {
                    Source::GatewayEnv => &mut load.by_gateway,
                    _ => &mut load.by_state,
                };
                list.push(line.name.clone());
            }
        }
    }
    Ok(load)
}

fn trusted_files(env: &Env, reader: Reader<'_>, path_context: PathContext<'_>) -> Result<Vec<DotenvFile>, Box<Ask>> {
    let home = paths::home(env, path_context);
    let config_dir = paths::config_dir(env, path_context);
    if !reader.rules.layered_dotenv {
        // 2026.2.x knew one file only: that of the config directory (section 10).
        return Ok(vec![reader.read(
            &format!("{config_dir}/.env"),
            Source::DotenvState,
            "state .env",
        )?]);
    }
    let state_dir = paths::state_dir(env, path_context, reader.rules, reader.answers)?;
    let state_path = paths::below(&state_dir, ".env");
    let mut files = vec![reader.read(&state_path, Source::DotenvState, "state .env")?];
    if config_dir != state_dir {
        let path = paths::below(&config_dir, ".env");
        files.push(reader.read(&path, Source::DotenvConfigDir, "config dir .env")?);
    }
    let own_state = env.is_bound("OPENCLAW_STATE_DIR") && state_path != paths::below(&home, ".openclaw/.env");
    if !own_state {
        let path = paths::below(&home, ".config/openclaw/gateway.env");
        files.push(reader.read(&path, Source::GatewayEnv, "gateway.env")?);
    }
    Ok(files)
}
