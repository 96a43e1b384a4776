//! What a starting Gateway refuses although the file validates.
//!
//! The class is that of facts/config-validation.md section 2.2 ("Looser"); each rule was measured on the real Gateway
//! 2026.9.6, and tests/e2e/real_starts measures all of them again.

mod auth;
mod hooks;
mod listener;
mod secrets;
mod version;

use std::net::Ipv4Addr;

use serde_json::Value;

use super::problem::{Problem, get, text};
use crate::product::rules::Release;
use crate::secret::value::js_trim;

/// Kind of these problems.
pub(crate) const KIND: &str = "start-refused";

/// Where a Gateway may listen; none where it is not known.
#[derive(Debug, Clone, Default)]
pub struct Reach {
    /// The port that its command line or its environment gives, in place of the config's.
    pub port: Option<u16>,
    /// The lowest port that its account may listen on.
    pub lowest_port: Option<u16>,
    /// The machine's own IPv4 addresses.
    pub addresses: Option<Vec<Ipv4Addr>>,
    /// Whether it finds the program `tailscale`.
    pub tailscale: Option<bool>,
}

/// Why nothing is behind a SecretRef that is not one to a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gone {
    /// Its file is not there.
    File,
    /// Its file is there, and OpenClaw refuses it, or nothing of use is where the id points.
    InFile,
    /// The secret store has no live entry of this name.
    Entry,
    /// OpenClaw refuses its program, or it is not there.
    Program,
}

/// Says why nothing is behind the SecretRef at a path, given dotted.
pub type NothingBehind<'a> = dyn Fn(&str) -> Option<Gone> + 'a;

/// What the rules ask of the Gateway's surroundings.
pub(super) struct Around<'a> {
    /// Whether its environment gives a variable a value.
    pub(super) is_set: &'a dyn Fn(&str) -> bool,
    /// Whether it runs in a container.
    pub(super) container: bool,
    /// Whether a path of the config (`~` allowed) exists; `None` when nobody looked.
    pub(super) path_exists: Option<&'a dyn Fn(&str) -> bool>,
    /// Says why nothing is behind the SecretRef at a path; `None` when nobody looked.
    pub(super) nothing_behind: Option<&'a NothingBehind<'a>>,
    /// The installed release, where known.
    pub(super) release: Option<Release>,
    /// State directory.
    pub(super) state_dir: &'a str,
    /// Where it may listen.
    pub(super) reach: &'a Reach,
}

/// Returns why a Gateway with this config ends when it is started, in the order in which it looks. Without
/// `gateway.mode: "local"` none starts anyway, and nothing more is said.
pub(super) fn run(config: &Value, around: &Around<'_>) -> Vec<Problem> {
    if text(config, &["gateway", "mode"]) != Some("local") {
        return Vec::new();
    }
    let auth = auth::Auth::of(config, around);
    let single = [
        version::written_by_a_newer(config, around),
        auth::no_password(&auth),
        listener::open_without_auth(config, &auth, around),
        auth::two_secrets(config, &auth),
        secrets::unresolved(config, &auth, around),
        auth::no_secret_by_name(config, &auth),
        listener::custom_host(config),
        listener::foreign_host(config, around),
        hooks::refused(config, around),
        auth::trusted_proxy(config, &auth),
        listener::funnel(config, &auth, around),
        listener::tls_files(config, around),
        listener::low_port(config, around),
        listener::tailscale_program(config, around),
    ];
    single
        .into_iter()
        .flatten()
        .chain(secrets::unknown_providers(config))
        .collect()
}

/// Returns the paths that the rules look at on the machine, as the config writes them.
pub(crate) fn looked_at(config: &Value, state_dir: &str) -> Vec<String> {
    let secrets = ["token", "password"].into_iter().filter_map(|key| {
        let value = get(config, &["gateway", "auth", key])?;
        secrets::file_of(config, value)
    });
    listener::tls_paths(config, state_dir)
        .into_iter()
        .chain(secrets)
        .collect()
}

fn filled(value: Option<&Value>) -> Option<&str> {
    value
        .and_then(Value::as_str)
        .map(js_trim)
        .filter(|text| !text.is_empty())
}

fn refuse(path: &[&str], words: impl Into<String>, hint: impl Into<String>) -> Option<Problem> {
    let path: Vec<String> = path.iter().map(|segment| (*segment).to_owned()).collect();
    Some(Problem::mild(&path, KIND, words).hint(hint))
}
