//! What a report shows by its nature: homes, paths, names, addresses that the machine itself gives.

use zeroize::Zeroizing;

use super::mask::is_known;
use crate::config::cloudflare::address::without_login;
use crate::model::snapshot::Snapshot;
use crate::secret::generated;
use crate::secret::names::{is_joined_name, is_public_name};

/// Texts of a snapshot that a report shows by its nature.
pub(super) fn shown(snapshot: &Snapshot) -> Vec<Zeroizing<String>> {
    let host = &snapshot.host;
    // A secret in the place of a name is no excuse for itself.
    let made_up = |name: &String| generated::find(name).is_empty();
    // The folder that the doctor runs in is there; a home that is not there may be anything.
    let home = Some(&host.home).filter(|_| !host.home_missing);
    let below = |path: &str| {
        let mut own = home.into_iter().chain([&host.cwd]);
        own.find_map(|own| path.strip_prefix(own.as_str()).map(str::to_owned))
    };
    let here = |path: &String| made_up(&below(path).unwrap_or_else(|| path.clone()));
    let mut texts = vec![host.cwd.clone()];
    texts.extend(Some(host.home.clone()).filter(|home| !host.home_missing || here(home)));
    texts.extend([host.user.clone(), host.shell.clone()].into_iter().filter(made_up));
    // Who asks with a key in the place of its name has told nobody.
    let named = |name: &String| is_public_name(name, &is_known);
    let asked = snapshot.asked.keys.iter();
    texts.extend(asked.filter(|name| named(name) || is_joined_name(name)).cloned());
    texts.extend(snapshot.install.package_dir.clone());
    texts.extend(snapshot.install.cli_path.clone());
    if let Some(programs) = snapshot.install.programs.get() {
        for one in &programs.found {
            texts.push(one.path.clone());
            texts.extend(one.real.clone());
        }
        texts.extend(programs.vanished.iter().cloned());
        texts.extend(programs.running.as_ref().map(|running| running.dir.clone()));
    }
    let views = &snapshot.views;
    let traces = [views.shell.get(), views.next_start.get(), views.running.get()];
    for trace in traces.into_iter().flatten() {
        texts.extend(
            [trace.state_dir.clone(), trace.config_path.clone(), trace.cwd.clone()]
                .into_iter()
                .filter(here),
        );
        texts.extend(trace.offers.iter().map(|offer| offer.name.clone()).filter(named));
        texts.extend(
            trace
                .environment
                .seen()
                .map(|binding| binding.name.clone())
                .filter(named),
        );
        texts.extend(trace.profile.clone().filter(made_up));
        let providers = &trace.config.providers;
        texts.extend(
            providers
                .iter()
                .filter_map(|one| Some(without_login(&one.base_url.as_ref()?.value)))
                .filter(|url| url.contains('/') || made_up(url))
                .map(|url| generated::made_up_part(&url)),
        );
        texts.extend(providers.iter().map(|one| one.id.clone()).filter(made_up));
        texts.extend(
            trace
                .config
                .gateway
                .remote_url
                .as_deref()
                .map(|url| generated::made_up_part(&without_login(url))),
        );
        texts.extend(
            trace
                .config
                .default_model
                .as_ref()
                .map(|model| model.value.clone())
                .filter(made_up),
        );
    }
    for service in &snapshot.services.services {
        texts.extend(Some(service.name.clone()).filter(made_up));
        texts.extend(service.exec.program.clone());
        texts.extend(service.exec.entry.clone());
    }
    texts.sort();
    texts.dedup();
    texts.into_iter().map(Zeroizing::new).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_without_its_login() {
        assert_eq!(without_login("http://u:p/w@h/x?k=v"), "h/x");
    }
}
