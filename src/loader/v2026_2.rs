//! The loading of the releases before the selection loop, 2026.2 to 2026.6 (facts/env-resolution.md section 10): no filter for the
//! workspace file, one global `.env`, config values straight into the process, then the shell.

use std::collections::BTreeMap;

use super::answers::{Answers, Ask};
use super::config_env::{self, Weaker};
use super::config_view::{self, Reading};
use super::dotenv_files::{self, Reader};
use super::paths::PathContext;
use super::shell_import;
use super::trace_builder::TraceBuilder;
use super::{Finished, Start, entry, v2026_9};
use crate::secret::Vault;

/// Runs the loading with the answers known so far.
pub(crate) fn load(start: &Start, answers: &Answers, vault: &Vault) -> Result<Finished, Box<Ask>> {
    let path_context = PathContext {
        os_home: start.os_home.as_deref(),
        cwd: &start.cwd,
    };
    let reader = Reader {
        answers,
        vault,
        rules: &start.rules,
        other_uid: start.other_uid,
    };
    let mut env = v2026_9::initial(start);
    entry::normalise_aliases(&mut env);
    if let Some(profile) = &start.profile {
        entry::apply_profile(&mut env, profile, path_context, vault);
    }
    let workspace = dotenv_files::load_workspace(&mut env, reader, path_context)?;
    let trusted = dotenv_files::load_trusted(&mut env, reader, path_context, &Default::default(), false)?;
    entry::normalise_aliases(&mut env);
    let reading = Reading {
        env: &env,
        path_context,
        start,
        answers,
        vault,
    };
    let config = config_view::read(reading, &Weaker::new())?;
    if config.starts {
        config_env::fill(&mut env, &config.entries);
    }
    let planned = env.clone();
    let mut import_request = config.import_request();
    import_request.ask_anyway = start.ask_shell;
    let import = shell_import::run(
        &mut env,
        &planned,
        &import_request,
        &start.rules,
        path_context,
        answers,
        vault,
    )?;
    if start.rules.alias_after_config {
        entry::normalise_aliases(&mut env);
    }
    TraceBuilder {
        start,
        answers,
        vault,
        path_context,
        workspace: Some(workspace),
        trusted: trusted.files,
        left_behind: Vec::new(),
        removed: BTreeMap::new(),
        config,
        import,
    }
    .build(env)
}
