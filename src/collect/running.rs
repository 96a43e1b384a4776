//! The loading of the process that is examined, with the files as that process sees them.

use super::context::{Context, RawService};
use super::loading::Loading;
use super::process::ProcessCollection;
use super::start_env;
use crate::loader::Finished;
use crate::model::snapshot::Service;
use crate::product::rules::RuleSet;

/// What is examined.
pub(super) struct Examined<'a> {
    pub(super) processes: &'a ProcessCollection,
    pub(super) service: Option<&'a Service>,
    pub(super) raw: Option<&'a RawService>,
}

/// Loads as the process did; none where its environment could not be read. `loading` is that of this machine's files.
pub(super) async fn load(
    ctx: &Context<'_>,
    examined: &Examined<'_>,
    rules: &RuleSet,
    package_dir: Option<String>,
    loading: &mut Loading<'_>,
) -> Option<Result<Finished, String>> {
    let Examined {
        processes,
        service,
        raw,
    } = examined;
    let start = start_env::running(ctx, processes, *service, *raw, rules)?;
    let process = processes.facts.examined.and_then(|at| processes.facts.gateways.get(at));
    if let Some(process) = process.filter(|process| process.container.is_some()) {
        let script = process.script.as_deref();
        return Some(Loading::of_container(ctx, process.pid, script).run(&start).await);
    }
    let hides = service
        .filter(|service| start_env::is_of(process, service))
        .and_then(start_env::hides);
    Some(match hides {
        Some(hides) => Loading::behind(ctx, package_dir, hides).run(&start).await,
        None => loading.run(&start).await,
    })
}
