//! `openclaw doctor config [FILE]`: reads one config as a command typed here would.

use std::path::Path;
use std::rc::Rc;

use super::context::Context;
use super::loading::Loading;
use super::ownership::By;
use super::request::Request;
use super::runtime_entry::{self, Session};
use super::{clock, config_copies, host, install, start_env};
use crate::config::document::Document;
use crate::loader::RawBinding;
use crate::model::snapshot::{ConfigView, Source};
use crate::product::rules;
use crate::redact::SecretPatterns;

/// A config as it was read.
#[derive(Debug)]
pub struct ConfigFile {
    /// Its path.
    pub path: String,
    /// Its text with positions; none where it could not be read.
    pub document: Option<Rc<Document>>,
    /// What it says, and the verdict on it.
    pub view: ConfigView,
    /// What must not be printed.
    pub secret_patterns: SecretPatterns,
}

/// Reads `file`, or the config that a command typed here selects. With `elsewhere` nothing of this machine is looked at that
/// the config names: variables, files, addresses, programs.
pub fn read(request: &Request, file: Option<&Path>, elsewhere: bool) -> Result<ConfigFile, String> {
    let session = Session::open(request)?;
    let host = host::collect(request, &session.env);
    let ctx = Context {
        request,
        vault: &session.vault,
        env: &session.env,
        host: &host,
        by: By::of_owner(Path::new(&host.home)),
        deadline: clock::deadline(request.timeout),
        memo: Default::default(),
    };
    let install = install::collect(&ctx, None);
    let mut start = start_env::by_hand(&ctx, &rules::for_version(install.version.as_deref()));
    start.elsewhere = elsewhere;
    // A verdict on a file needs no login shell.
    let mut set = |name: &str, value: String| {
        start.env.retain(|binding| binding.name != name);
        start.env.push(RawBinding {
            name: name.to_owned(),
            value: ctx.vault.seal(value),
            source: Source::Process,
            place: None,
        });
    };
    set("OPENCLAW_DEFER_SHELL_ENV_FALLBACK", "1".to_owned());
    if let Some(file) = file {
        let absolute = Path::new(&host.cwd).join(file);
        start.named_config = !is_where_one_is_read(&absolute, &ctx);
        set("OPENCLAW_CONFIG_PATH", absolute.to_string_lossy().into_owned());
    }
    let mut loading = Loading::new(&ctx, install.package_dir);
    let finished = runtime_entry::runtime()?.block_on(loading.run(&start))?;
    let path = finished.trace.config_path;
    let mut view = finished.trace.config;
    view.copies = config_copies::collect(ctx.by, &path);
    Ok(ConfigFile {
        secret_patterns: SecretPatterns::for_config(&session.vault, &path, request.says),
        document: loading.document(&path),
        view,
        path,
    })
}

/// Returns whether a file lies where a Gateway of this account reads its config: others were named to be judged wherever
/// they lie.
fn is_where_one_is_read(file: &Path, ctx: &Context<'_>) -> bool {
    let chosen = ctx.env.get("OPENCLAW_CONFIG_PATH");
    let in_state_dir = file.parent().and_then(Path::file_name).and_then(|name| name.to_str());
    in_state_dir.is_some_and(|name| name.starts_with(".openclaw"))
        || chosen.is_some_and(|chosen| ctx.vault.seal(file.to_string_lossy()).same_as(chosen))
}
