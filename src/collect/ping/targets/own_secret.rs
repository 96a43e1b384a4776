//! The secrets of the OpenClaw Gateway itself, which open this machine and are nobody else's business: where one of them
//! stands in a place that goes to Cloudflare, it is not sent there.

use super::credential::{self, Found};
use super::side::{Known, Side};
use crate::ping::credential::http_trim;
use crate::ping::target::Candidate;
use crate::secret::{Secret, Vault};

/// A secret of so many characters stands in a longer text by no accident.
const SURE: usize = 8;

/// Takes what is the Gateway's own secret out of what would be sent, the key of the asker's shell among it; returns the
/// place of the first such, and the candidate in words.
pub(super) fn withhold(
    daemon: &Side,
    known: &Known<'_>,
    key: &mut Option<Candidate>,
    headers: &mut Vec<(String, Candidate)>,
    shell_key: &mut Option<(String, &'static str, Candidate)>,
) -> Option<(String, String)> {
    let own = secrets(daemon, known);
    let is_own = |candidate: &Candidate| {
        let text = &candidate.secret;
        let alone = alone(text, known.vault);
        let inside = |secret: &Secret| secret.expose().len() >= SURE && text.expose().contains(secret.expose());
        own.iter().any(|secret| secret.same_as(&alone) || inside(secret))
    };
    let mut found = None;
    shell_key.take_if(|(.., candidate)| is_own(candidate));
    headers.retain(|(name, candidate)| {
        let own = is_own(candidate);
        if own && found.is_none() {
            found = Some((name.trim().to_lowercase(), candidate.what.clone()));
        }
        !own
    });
    if let Some(candidate) = key.take_if(|candidate| is_own(candidate)) {
        found = found.or(Some(("apiKey".to_owned(), candidate.what)));
    }
    found
}

/// Token and password of the Gateway, by its config and its variables, in both environments.
fn secrets(daemon: &Side, known: &Known<'_>) -> Vec<Secret> {
    const FIELDS: [[&str; 3]; 4] = [
        ["gateway", "auth", "token"],
        ["gateway", "auth", "password"],
        ["gateway", "remote", "token"],
        ["gateway", "remote", "password"],
    ];
    const NAMES: [&str; 4] = [
        "OPENCLAW_GATEWAY_TOKEN",
        "OPENCLAW_GATEWAY_PASSWORD",
        "CLAWDBOT_GATEWAY_TOKEN",
        "CLAWDBOT_GATEWAY_PASSWORD",
    ];
    let client = Side::client(known);
    let mut secrets = Vec::new();
    for side in [Some(daemon), client.as_ref()].into_iter().flatten() {
        let by_config = FIELDS
            .iter()
            .filter_map(|path| match credential::field(side, path, known) {
                Found::Value { secret, .. } => Some(secret),
                _ => None,
            });
        secrets.extend(by_config);
        secrets.extend(NAMES.iter().filter_map(|name| side.var(name)).cloned());
    }
    secrets.into_iter().map(|secret| alone(&secret, known.vault)).collect()
}

/// A value without the word before it and blanks around.
fn alone(secret: &Secret, vault: &Vault) -> Secret {
    let text = http_trim(secret.expose());
    let bare = match text.split_once([' ', '\t']) {
        Some((word, rest)) if word.eq_ignore_ascii_case("bearer") => http_trim(rest),
        _ => text,
    };
    vault.seal(bare)
}
