//! Which texts of the vault must not leave, and which cannot be told from ordinary words.
//!
//! Every environment value goes into the vault, `EDITOR=vim` too. A scan that took each of them
//! for a secret would refuse nearly every report. So a value is searched for when it stood in a
//! credential's field or under a credential's name, or when it looks like a secret; and never when
//! it is a public value, a plain path, a number, or a reference to a variable.

use serde_json::Value;
use zeroize::Zeroizing;

use super::allowed::shown;
use super::mask::is_known;
use super::text_index::TextIndex;
use super::vocabulary::{self, Says};
use crate::model::snapshot::{Snapshot, ValueFlag};
use crate::secret::describe::describe;
use crate::secret::generated;
use crate::secret::names::is_named;
use crate::secret::public::is_public;
use crate::secret::value;
use crate::secret::{Secret, Vault};

/// Shortest text that is searched for.
pub(crate) const SHORTEST: usize = 6;
/// Shortest text under an ordinary name that can look like a secret.
const SHORTEST_ORDINARY: usize = 12;
/// Longest part of a secret that is searched for.
const LONGEST: usize = 4096;
/// How many are searched for.
const MOST: usize = 4000;

/// One text to search for.
pub(crate) struct Needle {
    pub(crate) text: Zeroizing<String>,
    /// Whether a half of it gives something away: half of a credential does, half of an address
    /// or a sentence in `NOTE` is a word that a report may hold.
    pub(crate) by_half: bool,
}

/// The texts to search for, and texts whose parts are no leak.
#[derive(Default)]
pub struct SecretPatterns {
    pub(crate) secrets: Vec<Needle>,
    allowed: TextIndex,
    says: Option<Says>,
}

impl std::fmt::Debug for SecretPatterns {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SecretPatterns({})", self.secrets.len())
    }
}

impl SecretPatterns {
    /// Returns what of a vault must not leave, and what of a snapshot may.
    pub fn new(vault: &Vault, snapshot: &Snapshot, says: Says) -> Self {
        let seen = serde_json::to_value(snapshot).unwrap_or_default();
        SecretPatterns::among(vault, shown(snapshot), &seen, says)
    }

    /// Returns what of a vault must not leave, beside the path of a config that may.
    pub fn for_config(vault: &Vault, path: &str, says: Says) -> Self {
        SecretPatterns::beside(vault, vec![Zeroizing::new(path.to_owned())], says)
    }

    fn beside(vault: &Vault, allowed: Vec<Zeroizing<String>>, says: Says) -> Self {
        SecretPatterns::among(vault, allowed, &Value::Null, says)
    }

    /// Takes in what of a text looks generated: it stands where nobody expects a secret.
    pub fn suspect(&mut self, text: &str) {
        self.note(text);
        let order_of = |one: &Needle| std::cmp::Reverse(one.text.len());
        self.secrets.sort_by_key(order_of);
    }

    fn among(vault: &Vault, allowed: Vec<Zeroizing<String>>, seen: &Value, says: Says) -> Self {
        let credentials = vault.credentials();
        // A value that is a credential's too is told by neither name.
        let told = |one: &Secret| !credentials.iter().any(|credential| credential.same_as(one));
        let public = vault.public().into_iter().filter(told);
        let public: Vec<_> = public.map(|one| Zeroizing::new(one.expose().to_owned())).collect();
        let mut secret_patterns = SecretPatterns {
            allowed: TextIndex::new(allowed.into_iter().chain(public).collect()),
            says: Some(says),
            ..SecretPatterns::default()
        };
        for secret in &credentials {
            secret_patterns.take(secret, SHORTEST);
        }
        for secret in vault.all() {
            secret_patterns.take(&secret, SHORTEST_ORDINARY);
        }
        secret_patterns
            .secrets
            .sort_by(|one, other| order(one).cmp(&order(other)));
        secret_patterns
            .secrets
            .dedup_by(|later, kept| later.text.as_str() == kept.text.as_str());
        let all = std::mem::take(&mut secret_patterns.secrets).into_iter();
        let searched = all.filter(|one| {
            let text = one.text.as_str();
            !(vocabulary::contains(text) || secret_patterns.excused(text) || is_public(text, &is_known))
        });
        secret_patterns.secrets = searched.take(MOST).collect();
        secret_patterns.note_all(seen);
        secret_patterns
    }

    fn note_all(&mut self, seen: &Value) {
        match seen {
            Value::String(text) => self.note(text),
            Value::Array(items) => items.iter().for_each(|item| self.note_all(item)),
            // systemd makes an id for each start, and an engine one for each container.
            Value::Object(members) if members.get("name").is_some_and(|name| name == "INVOCATION_ID") => {}
            Value::Object(members) => members
                .iter()
                .filter(|(key, _)| *key != "container")
                .for_each(|(key, item)| {
                    self.note(key);
                    self.note_all(item);
                }),
            _ => {}
        }
    }

    fn note(&mut self, text: &str) {
        for token in generated::find(text) {
            let known = || self.secrets.iter().any(|one| one.text.as_str() == token);
            if self.secrets.len() < MOST && !vocabulary::contains(token) && !self.excused(token) && !known() {
                self.secrets.push(Needle {
                    text: Zeroizing::new(token.to_owned()),
                    by_half: true,
                });
            }
        }
    }

    fn take(&mut self, secret: &Secret, least: usize) {
        let text = value::js_trim(secret.expose());
        let credential = least == SHORTEST;
        for part in parts(own_part(text)) {
            if part.len() >= least && !is_ordinary(part) && (credential || looks_secret(part)) {
                self.secrets.push(Needle {
                    text: Zeroizing::new(head(part).to_owned()),
                    by_half: credential || is_opaque(part),
                });
            }
        }
    }

    /// Returns the secrets as texts, longest first, for masking.
    pub(crate) fn texts(&self) -> Vec<&str> {
        self.secrets.iter().map(|one| one.text.as_str()).collect()
    }

    /// Returns whether a text is part of what may be shown.
    pub(crate) fn excused(&self, text: &str) -> bool {
        self.says.is_some_and(|says| says(text)) || self.allowed.contains(text)
    }
}

/// Longest first; of equal texts the one that is searched for by half too.
fn order(needle: &Needle) -> (std::cmp::Reverse<usize>, &str, bool) {
    (
        std::cmp::Reverse(needle.text.len()),
        needle.text.as_str(),
        !needle.by_half,
    )
}

fn head(text: &str) -> &str {
    let mut end = text.len().min(LONGEST);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

/// What a person made up of a text that begins with a reference: the `none` of `${MOONSHOT_API_KEY:-none}`.
fn own_part(text: &str) -> &str {
    let rest = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
    let split = rest.and_then(|rest| rest.split_once([':', '-', '+', '=', '?', '|']));
    match split.filter(|(name, _)| is_named(name)) {
        Some((_, default)) => default.trim_start_matches([':', '-', '+', '=', '?', '|', ' ']),
        None => text,
    }
}

/// The value itself, what follows its scheme, the login of a URL, and the lines of a key file.
fn parts(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    match text.split_once("://").filter(|(scheme, _)| scheme.len() < 12) {
        Some((_, rest)) => {
            let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
            let login = rest.get(..end).and_then(|authority| authority.rsplit_once('@'));
            if let Some((userinfo, _)) = login {
                parts.push(text);
                parts.push(userinfo);
                parts.extend(userinfo.split_once(':').map(|(_, password)| password));
            } else if rest.contains(['?', '#']) {
                parts.push(text);
            }
            parts.extend(rest.split_once('?').map(|(_, query)| query));
        }
        None => parts.push(text),
    }
    let scheme = |word: &str| {
        ["bearer", "basic", "token"]
            .iter()
            .any(|known| word.eq_ignore_ascii_case(known))
    };
    parts.extend(
        text.split_once(' ')
            .filter(|(word, _)| scheme(word))
            .map(|(_, rest)| rest.trim()),
    );
    if text.contains('\n') {
        parts.extend(
            text.lines()
                .map(str::trim)
                .filter(|line| line.len() >= 16 && !line.starts_with("--"))
                .take(64),
        );
    }
    parts
}

/// Returns whether a text is one that a report may hold whatever it is bound to.
fn is_ordinary(text: &str) -> bool {
    let facts = describe("", text, String::new());
    let harmless = [
        ValueFlag::Sentinel,
        ValueFlag::Placeholder,
        ValueFlag::BareVariableName,
        ValueFlag::CommandSubstitution,
    ];
    let longest = if text.contains(['.', ':']) { 21 } else { 9 };
    let number = text.len() <= longest && text.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ':' | '-'));
    number
        || facts.reference.as_deref().is_some_and(is_named)
        || harmless.iter().any(|flag| facts.has(*flag))
        || is_path_list(text)
        || is_armor(text)
}

/// The first or last line of a key file.
fn is_armor(text: &str) -> bool {
    let inner = text.strip_prefix("-----").and_then(|rest| rest.strip_suffix("-----"));
    inner.is_some_and(|inner| inner.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b' '))
}

/// A path of plain words, or several of them with colons between.
fn is_path_list(text: &str) -> bool {
    text.split(':').all(|path| {
        let rest = path.strip_prefix('~').unwrap_or(path);
        rest.starts_with('/')
            && rest
                .split('/')
                .all(|word| word.chars().all(is_file_char) && !is_mixed(word))
    })
}

fn is_file_char(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '@' | '+' | ' ' | ',')
}

/// A longer word of capitals, small letters and digits, as file names seldom are.
fn is_mixed(word: &str) -> bool {
    let any = |kind: fn(&char) -> bool| word.chars().any(|c| kind(&c));
    word.len() >= 10 && any(char::is_ascii_digit) && any(char::is_ascii_uppercase) && any(char::is_ascii_lowercase)
}

/// Letters and digits, or many signs without a blank: what a value of an ordinary name must be
/// before it counts as a secret.
fn looks_secret(text: &str) -> bool {
    let letters = text.chars().any(char::is_alphabetic);
    let digits = text.chars().any(|c| c.is_ascii_digit());
    letters && digits || (text.len() >= 20 && !text.contains(char::is_whitespace))
}

/// One word without the signs that lists, paths and assignments are made with.
fn is_opaque(text: &str) -> bool {
    !text.contains(|c: char| c.is_whitespace() || matches!(c, '/' | ':' | '=' | ',' | ';'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_values_are_not_searched_for() {
        let ordinary = [
            "/usr/bin/vim",
            "/usr/local/share:/usr/share",
            "~/keys/service-account.json",
            "18789",
            "1.2.3.4:80",
            "${CLOUDFLARE_AI_GATEWAY_API_KEY}",
            "OPENAI_API_KEY",
            "your-api-key",
            "-----BEGIN PRIVATE KEY-----",
        ];
        for text in ordinary {
            assert!(is_ordinary(text), "{text}");
        }
        for text in ["/aB3dE5fG7hI9", "zq9FAKEunusualvalue42zq9", "hunter2", "0123456789012"] {
            assert!(!is_ordinary(text), "{text}");
        }
        assert!(!looks_secret("xfce-session-x"));
        assert!(looks_secret("zq9FAKEunusualvalue42zq9"));
        assert!(is_opaque("zq9FAKEunusualvalue42zq9") && !is_opaque("unix:path=/run/user/1000/bus"));
    }

    #[test]
    fn logins_and_tokens_are_searched_for_by_themselves() {
        assert_eq!(parts("http://u:pw@h:1/x"), ["http://u:pw@h:1/x", "u:pw", "pw"]);
        assert_eq!(parts("http://h:1/x"), Vec::<&str>::new());
        assert_eq!(parts("Bearer abc"), ["Bearer abc", "abc"]);
        assert_eq!(own_part("${MOONSHOT_API_KEY:-none}"), "none");
        assert_eq!(own_part("${A_TOKEN:-hunter2hunter2}"), "hunter2hunter2");
        assert_eq!(own_part("${A_TOKEN-}"), "");
        for whole in [
            "${hunter2-hunter2}",
            "${A_TOKEN}",
            "x${A_TOKEN:-none}",
            "${A_TOKEN:-none}x",
        ] {
            assert_eq!(own_part(whole), whole);
        }
    }
}
