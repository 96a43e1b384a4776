//! The paths that the views and the services name, each with the word on which it is looked at.

use super::context::Context;
use super::ownership::By;
use super::start_env;
use crate::model::snapshot::{AuthProfileStore, PathFacts, Service, ServiceFacts, Source, Views};

/// Files that the Gateway (on the first word) or its service reads.
pub(super) fn read(views: &Views, by: By, service: Option<&Service>, by_unit: By) -> Vec<(String, By)> {
    let traces = [views.shell.get(), views.next_start.get(), views.running.get()];
    let traced = traces
        .into_iter()
        .flatten()
        .flat_map(|trace| &trace.files)
        .map(|file| (file.facts.path.clone(), by));
    let env_files = service
        .into_iter()
        .flat_map(|service| &service.env_files)
        .flat_map(|file| &file.files);
    traced
        .chain(env_files.map(|file| (file.path.clone(), by_unit)))
        .collect()
}

/// Files and directories that hold secrets, with their role and the word on which they are looked at.
pub(super) fn with_secrets(
    views: &Views,
    by: By,
    ctx: &Context<'_>,
    services: &ServiceFacts,
    stores: &[AuthProfileStore],
) -> Vec<(String, &'static str, By)> {
    let mut paths: Vec<(String, &'static str, By)> = Vec::new();
    for trace in [views.next_start.get(), views.running.get(), views.shell.get()]
        .into_iter()
        .flatten()
    {
        paths.push((trace.state_dir.clone(), "state dir", by));
        paths.push((trace.config_path.clone(), "config", by));
        let trusted = trace.files.iter().filter(|file| file.source != Source::DotenvWorkspace);
        paths.extend(trusted.map(|file| (file.facts.path.clone(), ".env", by)));
    }
    for service in &services.services {
        let by = start_env::by_of_unit(ctx, service);
        let files = service.env_files.iter().flat_map(|file| &file.files);
        paths.extend(files.map(|file: &PathFacts| (file.path.clone(), "service env file", by)));
    }
    paths.extend(stores.iter().map(|store| (store.path.clone(), "auth profiles", by)));
    let mut seen = std::collections::BTreeSet::new();
    paths.retain(|(path, ..)| seen.insert(path.clone()));
    paths
}
