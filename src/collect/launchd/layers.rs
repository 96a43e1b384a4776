//! Collects the layers of a job's environment, every value into the vault.

use std::path::Path;

use crate::collect::context::Context;
use crate::collect::copied;
use crate::collect::read::ReadError;
use crate::loader::RawBinding;
use crate::model::snapshot::{EnvFile, OddLine, PartOf, Place, Scope, Source, UnreadPart};
use crate::parse::launchd::launchctl_print::PrintedJob;
use crate::parse::launchd::plist_file::LaunchdPlist;
use crate::parse::rc::sh_exports;
use crate::platform::launchd::environment::source_of_inherited;
use crate::platform::launchd::launch::Launch;
use crate::platform::launchd::wrapper::WrapperFacts;
use crate::secret::RawVar;

const MAX_ENV_FILE: u64 = 1024 * 1024;
const DEFAULT_PATH: &str = "/usr/bin:/bin:/usr/sbin:/sbin";

/// Returns what launchd sets for every job: read from `launchctl print` where it says so,
/// predicted otherwise.
pub(super) fn launchd_own(
    ctx: &Context<'_>,
    label: &str,
    scope: Scope,
    user: Option<&str>,
    printed: Option<&PrintedJob>,
) -> Vec<RawBinding> {
    let host = ctx.host;
    let is_me = scope == Scope::User || user == Some(host.user.as_str());
    let home = if is_me {
        host.home.as_str()
    } else if user == Some("root") {
        "/var/root"
    } else {
        ""
    };
    let shell = if is_me { host.shell.as_str() } else { "" };
    let name = user.unwrap_or(&host.user);
    let predicted = [
        ("HOME", home),
        ("LOGNAME", name),
        ("PATH", DEFAULT_PATH),
        ("SHELL", shell),
        ("USER", name),
        ("XPC_SERVICE_NAME", label),
    ];
    let mut layer: Vec<RawBinding> = predicted
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| raw(ctx, &RawVar::new(name, value), Source::SystemManager, None))
        .collect();
    for variable in printed.into_iter().flat_map(|job| &job.default_environment) {
        layer.retain(|one| one.name != variable.name);
        layer.push(raw(ctx, variable, Source::SystemManager, None));
    }
    layer
}

/// Returns the variables of the domain.
pub(super) fn inherited(ctx: &Context<'_>, variables: &[RawVar]) -> Vec<RawBinding> {
    variables
        .iter()
        .map(|variable| {
            let place = Place::file(format!("launchctl getenv {}", variable.name));
            raw(ctx, variable, source_of_inherited(&variable.name), Some(place))
        })
        .collect()
}

/// Returns the plist's own variables.
pub(super) fn plist(ctx: &Context<'_>, plist: &LaunchdPlist, path: &str) -> Vec<RawBinding> {
    plist
        .environment_variables
        .iter()
        .map(|variable| {
            let place = Place {
                line: variable.line,
                ..Place::file(path)
            };
            raw(ctx, variable, Source::LaunchdPlist, Some(place))
        })
        .collect()
}

/// Returns a loaded job's own variables, for one whose plist is gone.
pub(super) fn loaded(ctx: &Context<'_>, job: &PrintedJob) -> Vec<RawBinding> {
    let place = Place::file(format!("launchctl print {}", job.target));
    job.environment
        .iter()
        .map(|variable| raw(ctx, variable, Source::LaunchdPlist, Some(place.clone())))
        .collect()
}

/// What the environment file of a job gives.
#[derive(Debug, Default)]
pub(super) struct FileLayer {
    /// Its bindings.
    pub(super) bindings: Vec<RawBinding>,
    /// The file as a fact; none where the job names none.
    pub(super) facts: Option<EnvFile>,
    /// Whether it begins with the header.
    pub(super) header: Option<bool>,
    /// What could not be told, in words.
    pub(super) unknown: Vec<String>,
    /// That of it which is a whole layer.
    pub(super) blind: Vec<UnreadPart>,
}

/// Reads the environment file that the job's arguments name.
pub(super) fn env_file(
    ctx: &Context<'_>,
    launch: &Launch,
    wrapper: WrapperFacts,
    named_at: Option<Place>,
) -> FileLayer {
    let Some(path) = launch.env_file.as_deref() else {
        return FileLayer::default();
    };
    let mut layer = FileLayer::default();
    let mut facts = EnvFile {
        path: path.to_owned(),
        place: named_at,
        optional: false,
        generated: path.contains("/service-env/"),
        files: vec![ctx.by.path_facts(Path::new(path), "service environment file")],
        names: Vec::new(),
        odd_lines: Vec::new(),
        access: Default::default(),
    };
    match ctx.by.read(Path::new(path), MAX_ENV_FILE) {
        Ok(file) => {
            let text = zeroize::Zeroizing::new(String::from_utf8_lossy(&file.bytes).into_owned());
            let text = match ctx.moved_to() {
                Some(home) => zeroize::Zeroizing::new(copied::moved(&text, home)),
                None => text,
            };
            let parsed = sh_exports::parse(&text);
            layer.header = Some(parsed.header);
            for odd in parsed.odd {
                let name = odd.name.clone().unwrap_or_else(|| "a line".to_owned());
                layer.unknown.push(format!("{path}:{}: {name}: {}", odd.line, odd.what));
                facts.odd_lines.push(OddLine {
                    place: Place::line(path, odd.line),
                    name: odd.name,
                    what: odd.what,
                });
            }
            for one in parsed.vars {
                let line = one.var.line.unwrap_or(1);
                let place = Place::line(path, line);
                if one.exported || wrapper.exports_all {
                    facts.names.push(one.var.name.clone());
                    layer
                        .bindings
                        .push(raw(ctx, &one.var, Source::LaunchdEnvFile, Some(place)));
                } else {
                    facts.odd_lines.push(OddLine {
                        place,
                        name: Some(one.var.name.clone()),
                        what: "it is assigned without `export`, so the Gateway does not get it".to_owned(),
                    });
                }
            }
        }
        // A missing file is a fact of its own, in `files`.
        Err(ReadError::Missing) => {}
        Err(error) => {
            let why = format!("{path} could not be read: {error}");
            layer.blind.push(PartOf::Variables.unread(why.clone()));
            layer.unknown.push(why);
        }
    }
    layer.facts = Some(facts);
    layer
}

fn raw(ctx: &Context<'_>, variable: &RawVar, source: Source, place: Option<Place>) -> RawBinding {
    RawBinding {
        name: variable.name.clone(),
        value: ctx.vault.seal(variable.value.as_str()),
        source,
        place,
    }
}
