//! Rules of `secrets`.

use std::net::IpAddr;

use serde_json::Value;

use super::super::problem::At;
use super::Rule;

pub(super) const RULES: &[(&str, Rule)] = &[
    ("secrets.providers.*.command", command),
    ("secrets.providers.*.trustedDirs.*", trusted_dir),
    ("secrets.egressProxy.allowedHosts.*", host),
    ("secrets.egressProxy.bypassHosts.*", host),
];

fn command(value: &Value, at: &mut At<'_>) {
    let command = value.as_str().unwrap_or_default();
    if !exec_command_is_safe(command) {
        at.refuse(
            &[],
            "the command must be one plain path: no shell characters, quotes or line ends",
        );
    }
    if !absolute(command) {
        at.refuse(&[], "the command must be an absolute path");
    }
}

fn trusted_dir(value: &Value, at: &mut At<'_>) {
    if value.as_str().is_some_and(|dir| !dir.is_empty() && !absolute(dir)) {
        at.refuse(&[], "the directory must be an absolute path");
    }
}

fn absolute(path: &str) -> bool {
    let drive = matches!(path.as_bytes(), [letter, b':', b'/' | b'\\', ..] if letter.is_ascii_alphabetic());
    let share = path.strip_prefix("\\\\").is_some_and(|rest| {
        rest.split_once('\\')
            .is_some_and(|(server, share)| !server.is_empty() && !share.is_empty() && !share.starts_with('\\'))
    });
    path.starts_with('/') || drive || share
}

/// Returns whether a text can be run without a shell seeing more than a path in it.
fn exec_command_is_safe(command: &str) -> bool {
    let text = crate::secret::value::js_trim(command);
    if text.is_empty() || text.contains(['\0', '\r', '\n', ';', '&', '|', '`', '$', '<', '>', '"', '\'']) {
        return false;
    }
    let path_like = text.starts_with(['.', '~']) || text.contains(['/', '\\']);
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"._+-".contains(&b);
    path_like || (!text.starts_with('-') && text.bytes().all(plain))
}

fn host(value: &Value, at: &mut At<'_>) {
    if !exact_host(value.as_str().unwrap_or_default()) {
        at.refuse(&[], "expected one exact host name: no wildcard, scheme, path or port");
    }
}

/// Returns whether a text is one host name or IP address and nothing more.
pub(crate) fn exact_host(text: &str) -> bool {
    let lower = crate::secret::value::js_trim(text).to_lowercase();
    let host = lower.trim_end_matches('.');
    let inner = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(host);
    if inner.parse::<IpAddr>().is_ok() {
        return true;
    }
    if inner.is_empty() || inner.contains(['*', ':', '/', '?', '#', '@']) || inner.contains(char::is_whitespace) {
        return false;
    }
    let label = |label: &str| {
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        let edges = !label.starts_with('-') && !label.ends_with('-');
        !label.is_empty() && label.len() <= 63 && edges && label.bytes().all(plain)
    };
    let url = reqwest::Url::parse(&format!("http://{inner}/")).ok();
    let ascii = url.as_ref().and_then(|url| url.host_str());
    ascii.is_some_and(|ascii| ascii.len() <= 253 && ascii.split('.').all(label))
}
