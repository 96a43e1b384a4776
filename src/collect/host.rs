//! The machine and the user: names, home, container, WSL. Small files only, no command is run.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::ownership::By;
use super::request::Request;
use crate::model::snapshot::{HomeOwner, Host};
use crate::parse::proc::{passwd, stat as proc_stat};
use crate::platform::hosted;
use crate::secret::Secret;
use crate::secret::value::js_trim;

/// Largest user list that is read.
const PASSWD_CAP: u64 = 4 << 20;
/// Largest small file of `/proc`.
const PROC_CAP: u64 = 256 << 10;

/// Proxy and certificate variables that reach a terminal but often not a daemon.
pub const NETWORK_NAMES: &[&str] = &[
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "no_proxy",
    "NODE_EXTRA_CA_CERTS",
    "SSL_CERT_FILE",
];

/// Describes the machine and the user. `env` is the doctor's own environment.
pub fn collect(request: &Request, env: &BTreeMap<String, Secret>) -> Host {
    let mut host = outline(request, env);
    fill_in(&mut host, env);
    host
}

fn variable<'a>(env: &'a BTreeMap<String, Secret>, name: &str) -> Option<&'a str> {
    let value = env.get(name).map(|value| js_trim(value.expose()));
    value.filter(|text| !text.is_empty())
}

/// Adds what lies in the home and on PATH: either may be on a mount that does not answer.
pub(super) fn fill_in(host: &mut Host, env: &BTreeMap<String, Secret>) {
    let home = Path::new(&host.home);
    host.home_missing = By::Asker.stat(home).is_absent();
    host.home_owner = home_owner(home, host.uid);
    host.editor = editor(&|name| variable(env, name));
    host.has_sudo = Some(has_sudo(host.uid, &|name| variable(env, name)));
}

/// An account without a login shell is nobody's session: nobody types a password for it.
fn has_sudo<'a>(uid: u32, var: &impl Fn(&str) -> Option<&'a str>) -> bool {
    let list = passwd_text().unwrap_or_default();
    let shell = passwd::by_uid(&list, uid).map(|user| user.shell.to_owned());
    let closed = shell.is_some_and(|shell| shell.ends_with("/nologin") || shell.ends_with("/false"));
    !closed && which::which_in("sudo", var("PATH"), "/").is_ok()
}

/// Describes the machine and the user as far as the kernel, `/etc` and the environment tell.
pub(super) fn outline(request: &Request, env: &BTreeMap<String, Secret>) -> Host {
    let var = |name: &str| variable(env, name);
    let uid = rustix::process::geteuid().as_raw();
    let cwd = std::env::current_dir().unwrap_or_else(|_| PathBuf::from("/"));
    let home = request
        .home
        .clone()
        .or_else(|| var("HOME").map(PathBuf::from))
        .or_else(|| home_of(uid).map(PathBuf::from))
        .map_or_else(|| cwd.clone(), |home| cwd.join(home));
    Host {
        os: std::env::consts::OS.to_owned(),
        arch: std::env::consts::ARCH.to_owned(),
        user: user_name(uid)
            .or_else(|| var("USER").or(var("LOGNAME")).map(str::to_owned))
            .unwrap_or_else(|| uid.to_string()),
        uid,
        home_owner: None,
        home: plain(&home),
        cwd: plain(&cwd),
        shell: var("SHELL").unwrap_or_default().to_owned(),
        editor: None,
        has_sudo: None,
        sudo_user: var("SUDO_USER").map(str::to_owned),
        systemd_booted: Path::new("/run/systemd/system").is_dir(),
        first_process: text("/proc/1/comm").map(|name| name.trim_end().to_owned()),
        wsl: wsl(&var),
        container: container(&var),
        network_names: NETWORK_NAMES
            .iter()
            .filter(|name| env.get(**name).is_some_and(|value| !value.is_blank()))
            .map(|name| (*name).to_owned())
            .collect(),
        copied_home: false,
        home_asked: request.home.is_some(),
        home_missing: false,
        skipped_folders: Vec::new(),
    }
}

/// The owner of a home that is not the asker's: `sudo -E`, `sudo -u` and `su -m` keep HOME.
fn home_owner(home: &Path, asker: u32) -> Option<HomeOwner> {
    let uid = By::Asker.stat(home).get()?.uid;
    // A home that belongs to root, such as that of an account of the system, says nothing about who uses it.
    let is_own = home_of(asker).is_some_and(|own| Path::new(&own) == home);
    (uid != asker && uid != 0 && !is_own).then(|| HomeOwner {
        uid,
        name: user_label(uid),
    })
}

/// Editors in the order in which they are looked for.
const EDITORS: &[&str] = &["nano", "vim", "vi", "micro", "hx", "emacs", "ed"];

/// A value with anything but a plain command in it is not repeated.
fn editor<'a>(var: &impl Fn(&str) -> Option<&'a str>) -> Option<String> {
    let plain = |text: &&str| {
        text.len() <= 60
            && text
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_' | '.' | ' '))
    };
    let chosen = var("VISUAL").or(var("EDITOR")).filter(plain).map(str::to_owned);
    chosen.or_else(|| {
        let there = |name: &&&str| which::which_in(name, var("PATH"), "/").is_ok();
        EDITORS.iter().find(there).map(|name| (*name).to_owned())
    })
}

/// Returns whether Nix writes a service definition: the file lies in its store, or the service tells
/// OpenClaw so (OpenClaw's docs, install/nix).
pub fn is_of_nix(definition: &Path, mode: Option<&str>) -> bool {
    let in_store = || std::fs::canonicalize(definition).is_ok_and(|real| real.starts_with("/nix/store"));
    mode == Some("1") || in_store()
}

/// Returns the login name of a user id, where `/etc/passwd` has one.
pub fn user_name(uid: u32) -> Option<String> {
    let list = passwd_text()?;
    passwd::by_uid(&list, uid).map(|user| user.name.to_owned())
}

/// Returns the name of a user id, or the number where there is no name.
pub fn user_label(uid: u32) -> String {
    user_name(uid).unwrap_or_else(|| uid.to_string())
}

/// Returns the first group of a user id, where `/etc/passwd` has one.
pub fn gid_of(uid: u32) -> Option<u32> {
    let list = passwd_text()?;
    passwd::by_uid(&list, uid).map(|user| user.gid)
}

/// Returns the user id of a login name, where `/etc/passwd` has one.
pub fn uid_of(name: &str) -> Option<u32> {
    let list = passwd_text()?;
    passwd::by_name(&list, name).map(|user| user.uid)
}

/// Returns the home directory of a user id, where `/etc/passwd` has one.
pub fn home_of(uid: u32) -> Option<String> {
    let list = passwd_text()?;
    passwd::by_uid(&list, uid)
        .map(|user| user.home.to_owned())
        .filter(|home| !home.is_empty())
}

/// Returns the groups of an account by `/etc/passwd` and `/etc/group`.
pub(super) fn groups_of(uid: u32) -> Vec<u32> {
    let list = passwd_text().unwrap_or_default();
    let group_list = text_of("/etc/group").unwrap_or_default();
    let account = passwd::by_uid(&list, uid);
    let own = account.as_ref().map(|user| user.gid);
    let of_group = |line: &str| {
        let mut fields = line.split(':');
        let gid = fields.nth(2)?.parse().ok()?;
        let name = account.as_ref()?.name;
        fields.next()?.split(',').any(|member| member == name).then_some(gid)
    };
    own.into_iter().chain(group_list.lines().filter_map(of_group)).collect()
}

fn passwd_text() -> Option<String> {
    text_of("/etc/passwd")
}

fn text_of(list: &str) -> Option<String> {
    let file = By::Asker.read(Path::new(list), PASSWD_CAP).ok()?;
    Some(String::from_utf8_lossy(&file.bytes).into_owned())
}

/// The kernel says `microsoft` or `WSL` in its release (facts/services.md section 3.2).
fn wsl<'a>(var: &impl Fn(&str) -> Option<&'a str>) -> Option<String> {
    let release = ["/proc/sys/kernel/osrelease", "/proc/version"]
        .iter()
        .filter_map(|path| text(path))
        .find(|text| {
            let text = text.to_ascii_lowercase();
            text.contains("microsoft") || text.contains("wsl")
        })
        .map(|text| text.trim_end().chars().take(200).collect());
    release.or_else(|| var("WSL_DISTRO_NAME").map(str::to_owned))
}

/// The product's own test, and more: variables of orchestrators, marker files, the cgroup of process 1, `container=`.
fn container<'a>(var: &impl Fn(&str) -> Option<&'a str>) -> Option<String> {
    // A pod's runtime leaves marker files or none; its variables are there with every runtime.
    let kind = if var("KUBERNETES_SERVICE_HOST").is_some() {
        "kubernetes"
    } else if let Some(word) = hosted::word(|name| var(name).is_some()).filter(|_| !booted()) {
        word
    } else if Path::new("/.dockerenv").exists() {
        "docker"
    } else if Path::new("/run/.containerenv").exists() {
        "podman"
    } else if let Some(kind) = text("/proc/1/cgroup").as_deref().and_then(proc_stat::container) {
        kind
    } else {
        match var("container") {
            Some(kind @ ("podman" | "docker" | "lxc" | "systemd-nspawn")) => kind,
            Some("oci") => "podman",
            _ => return None,
        }
    };
    Some(kind.to_owned())
}

/// A platform's variables on a machine of its own come from its command line tool (`railway run`).
fn booted() -> bool {
    cfg!(target_os = "macos") || text("/proc/1/comm").is_some_and(|name| name.trim() == "systemd")
}

fn text(path: &str) -> Option<String> {
    let file = By::Asker.read(Path::new(path), PROC_CAP).ok()?;
    Some(String::from_utf8_lossy(&file.bytes).into_owned())
}

/// The path as text, without a slash at the end.
fn plain(path: &Path) -> String {
    let text = path.to_string_lossy();
    let short = text.trim_end_matches('/');
    if short.is_empty() {
        "/".to_owned()
    } else {
        short.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect::testkit::vault;

    fn env(pairs: &[(&str, &str)]) -> BTreeMap<String, Secret> {
        let vault = vault();
        pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), vault.seal(*value)))
            .collect()
    }

    #[test]
    fn home_is_the_option_then_the_variable_then_the_user_list() {
        let mut request = Request::default();
        assert_eq!(collect(&request, &env(&[("HOME", "/h/x/")])).home, "/h/x");
        let listed = home_of(rustix::process::geteuid().as_raw());
        if let Some(listed) = listed {
            assert_eq!(collect(&request, &env(&[("HOME", " ")])).home, listed);
        }
        request.home = Some(PathBuf::from("/other"));
        assert_eq!(collect(&request, &env(&[("HOME", "/h/x")])).home, "/other");
    }

    #[test]
    fn variables_of_the_network_are_named_when_set() {
        let host = collect(
            &Request::default(),
            &env(&[
                ("https_proxy", "http://p:1"),
                ("NO_PROXY", ""),
                ("WSL_DISTRO_NAME", "Debian"),
            ]),
        );
        assert_eq!(host.network_names, ["https_proxy"]);
        assert!(host.wsl.is_some());
        assert!(!host.user.is_empty());
    }
}
