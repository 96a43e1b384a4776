//! Reads the texts that a bundle carries beside the snapshot, and masks them at once.

use std::path::Path;

use super::ownership::By;
use super::{programs, start_env};
use crate::model::snapshot::{ManagerKind, Snapshot};
use crate::redact::SecretPatterns;
use crate::redact::vocabulary::Says;
use crate::redact::{Extras, MaskedText};
use crate::resolve;
use crate::secret::Vault;

/// Largest text that is read: to mask one takes twenty times its size, and of a config a bundle shows some sixty kilobytes.
const CAP: u64 = 512 << 10;
/// How many drop-ins are read.
const DROP_INS: usize = 32;

/// Reads what belongs to the service and the config of a snapshot.
pub fn collect(snapshot: &Snapshot, vault: &Vault, says: Says) -> Extras {
    let accounts = resolve::process(snapshot).map(|process| process.uid);
    let by = By::of_owner(Path::new(&snapshot.host.home)).of_gateway(accounts);
    let secret_patterns = SecretPatterns::new(vault, snapshot, says);
    let secrets = secret_patterns.texts();
    let mut extras = Extras {
        os_name: os_name(),
        kernel: first_line("/proc/sys/kernel/osrelease"),
        systemd: systemd(),
        host_name: first_line("/proc/sys/kernel/hostname").or_else(uname),
        ..Extras::default()
    };
    if let Some(service) = resolve::service(snapshot) {
        let mask = match snapshot.services.manager {
            ManagerKind::Launchd => crate::redact::mask_plist,
            _ => crate::redact::mask_unit,
        };
        let files = service.definition.iter().chain(service.drop_ins.iter().take(DROP_INS));
        let by = start_env::by_of_files(by, service);
        for file in files {
            let masked = masked(by, &file.path, &secrets, &mut extras.unreadable, mask);
            extras.definitions.extend(masked);
        }
        let node = service
            .exec
            .program
            .as_deref()
            .map(|program| programs::of_node(by, program));
        extras.node = node.and_then(|version| Some(format!("v{}", version.get()?)));
    }
    if let Some(trace) = resolve::gateway_trace(snapshot) {
        extras.config = masked(
            by,
            &trace.config_path,
            &secrets,
            &mut extras.unreadable,
            crate::redact::mask_config,
        );
    }
    extras
}

fn masked(
    by: By,
    path: &str,
    secrets: &[&str],
    unreadable: &mut Vec<String>,
    mask: fn(&str, &str, &[&str]) -> MaskedText,
) -> Option<MaskedText> {
    match by.read(Path::new(path), CAP) {
        Ok(file) => Some(mask(path, &String::from_utf8_lossy(&file.bytes), secrets)),
        Err(why) => {
            unreadable.push(format!("{path}: {why}"));
            None
        }
    }
}

/// The version of systemd, by the name of the library that its programs share. Nothing is run for it.
fn systemd() -> Option<String> {
    let folders = ["/usr/lib/systemd", "/lib/systemd", "/usr/lib64/systemd"].map(Path::new);
    let multiarch = [
        format!("/usr/lib/{}-linux-gnu/systemd", std::env::consts::ARCH),
        format!("/lib/{}-linux-gnu/systemd", std::env::consts::ARCH),
    ];
    let folders = folders.into_iter().chain(multiarch.iter().map(Path::new));
    folders
        .filter_map(|folder| By::Asker.entries(folder, 4096).ok())
        .flatten()
        .find_map(|entry| {
            let name = entry.name.into_string().ok()?;
            let version = name.strip_prefix("libsystemd-shared-")?.strip_suffix(".so")?;
            let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '~' | '+');
            (version.len() <= 40 && version.chars().all(plain)).then(|| version.to_owned())
        })
}

fn first_line(path: &str) -> Option<String> {
    let file = By::Asker.read(Path::new(path), 4096).ok()?;
    let text = String::from_utf8_lossy(&file.bytes).lines().next()?.trim().to_owned();
    (!text.is_empty()).then_some(text)
}

fn uname() -> Option<String> {
    let name = rustix::system::uname().nodename().to_string_lossy().into_owned();
    (!name.is_empty()).then_some(name)
}

/// The name of the system as its own files give it.
fn os_name() -> Option<String> {
    let text =
        |path: &str| Some(String::from_utf8_lossy(&By::Asker.read(Path::new(path), 64 << 10).ok()?.bytes).into_owned());
    if let Some(release) = text("/etc/os-release").or_else(|| text("/usr/lib/os-release")) {
        let name = release.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="))?;
        return Some(name.trim().trim_matches(['"', '\'']).chars().take(80).collect());
    }
    let plist = text("/System/Library/CoreServices/SystemVersion.plist")?;
    let (_, rest) = plist.split_once("<key>ProductVersion</key>")?;
    let (_, rest) = rest.split_once("<string>")?;
    let (version, _) = rest.split_once("</string>")?;
    Some(format!("macOS {}", version.chars().take(20).collect::<String>()))
}
