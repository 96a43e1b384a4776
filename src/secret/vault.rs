//! Secrets that cannot be printed, and the vault that holds every one seen in a run.
//!
//! A [`Secret`] has no `Display`, its `Debug` shows the length alone, and it is wiped from
//! memory when the last copy goes. What leaves this module about a value are
//! [`ValueFacts`](crate::secret::facts::ValueFacts): length, fingerprint, shape and flags.

use std::borrow::Borrow;
use std::collections::HashSet;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::{Zeroize, Zeroizing};

use crate::secret::describe::describe;
use crate::secret::facts::ValueFacts;
use crate::secret::generated;
use crate::secret::names;
use crate::secret::value;

/// The text of one value read from this machine; cheap to copy, impossible to print.
#[derive(Clone)]
pub struct Secret(Arc<Zeroizing<String>>);

impl Secret {
    /// Returns the raw text. The tidy test lists the files that may call this.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Returns the length in bytes.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns whether the value has no bytes at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns whether nothing is left after trimming as JavaScript does
    /// (facts/env-resolution.md, head: "blank").
    pub fn is_blank(&self) -> bool {
        value::js_trim(&self.0).is_empty()
    }

    /// Returns whether both hold the same text.
    pub fn same_as(&self, other: &Secret) -> bool {
        self.0.as_str() == other.0.as_str()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({} bytes)", self.0.len())
    }
}

/// The contents of a file that may hold secrets: wiped when it goes, and not printable.
pub struct WipedBytes(Vec<u8>);

impl WipedBytes {
    /// Takes the contents over.
    pub fn new(bytes: Vec<u8>) -> Self {
        WipedBytes(bytes)
    }
}

impl std::ops::Deref for WipedBytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for WipedBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WipedBytes({} bytes)", self.0.len())
    }
}

impl Drop for WipedBytes {
    fn drop(&mut self) {
        // What is beyond a vector's end is wiped as one block, its elements one by one: for a file of some
        // megabytes that was a tenth of the whole run.
        self.0.clear();
        self.0.zeroize();
    }
}

/// Holds every secret of a run and the key under which fingerprints are made.
#[derive(Debug)]
pub struct Vault {
    /// Keyed once: a run makes some hundred fingerprints. None only if HMAC refused its key, which it
    /// does for no length.
    mac: Option<Hmac<Sha256>>,
    kept: Mutex<HashSet<Kept>>,
    /// Values that were bound to a public name: they may be shown.
    public: Mutex<HashSet<Kept>>,
    /// Values that were bound to the name of a credential, or stood in the field of one.
    credentials: Mutex<HashSet<Kept>>,
}

/// A secret that is kept once, however often it is read: a file of ten thousand lines is read for every view.
struct Kept(Secret);

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Borrow<str> for Kept {
    fn borrow(&self) -> &str {
        self.0.expose()
    }
}

impl std::hash::Hash for Kept {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.expose().hash(state);
    }
}

impl PartialEq for Kept {
    fn eq(&self, other: &Self) -> bool {
        self.0.same_as(&other.0)
    }
}

impl Eq for Kept {}

/// The key of the fingerprints: random for a run, or the bytes of the user's own file.
pub struct FingerprintKey(Zeroizing<Vec<u8>>);

impl FingerprintKey {
    /// Returns a key made of the given bytes.
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        FingerprintKey(Zeroizing::new(bytes))
    }
}

impl fmt::Debug for FingerprintKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FingerprintKey")
    }
}

impl Vault {
    /// Returns an empty vault whose fingerprints are made under `key`.
    pub fn new(key: FingerprintKey) -> Self {
        Vault {
            mac: Hmac::new_from_slice(&key.0).ok(),
            kept: Mutex::default(),
            public: Mutex::default(),
            credentials: Mutex::default(),
        }
    }

    /// Takes a value in; the vault remembers it for the leak scan.
    pub fn seal(&self, text: impl Into<String>) -> Secret {
        let text = Zeroizing::new(text.into());
        let known = || self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(Kept(secret)) = known().get(text.as_str()) {
            return secret.clone();
        }
        let secret = Secret(Arc::new(text));
        remember(&self.kept, &secret);
        secret
    }

    /// Takes bytes in as Node reads them: UTF-8, invalid parts replaced.
    pub fn seal_bytes(&self, bytes: &[u8]) -> Secret {
        self.seal(String::from_utf8_lossy(bytes).into_owned())
    }

    /// Takes in a text that may be a secret for where it stands, whatever it looks like.
    pub fn withhold(&self, text: &str) {
        remember(&self.credentials, &Secret(Arc::new(Zeroizing::new(text.to_owned()))));
    }

    /// Returns what may be known of a value bound to `name`: length, fingerprint, shape,
    /// flags, and the text itself only where the name is on the public list.
    pub fn facts(&self, name: &str, secret: &Secret) -> ValueFacts {
        if value::is_public(name) {
            if may_be_told(name, secret.expose()) {
                remember(&self.public, secret);
            }
        } else if name.is_empty() || name.contains('.') || names::is_credential(name) {
            // Literals of the config are described without a name, or by their path.
            remember(&self.credentials, secret);
        }
        let named = !name.is_empty() && !name.contains('.');
        if named && !names::is_public_name(name, &|_| false) {
            // A key that was pasted in the place of a name is called by nobody.
            self.withhold(name);
        }
        let mut facts = describe(name, secret.expose(), self.fingerprint(secret));
        facts.reference = facts.reference.filter(|reference| names::is_named(reference));
        facts
    }

    /// Returns the first 8 hex digits of HMAC-SHA-256 over the value (design section 4.3).
    pub fn fingerprint(&self, secret: &Secret) -> String {
        self.fingerprint_bytes(secret.expose().as_bytes())
    }

    fn fingerprint_bytes(&self, bytes: &[u8]) -> String {
        let Some(mut mac) = self.mac.clone() else {
            return String::new();
        };
        mac.update(bytes);
        let tag = mac.finalize().into_bytes();
        tag.iter().take(4).map(|byte| format!("{byte:02x}")).collect()
    }

    /// Returns copies of all secrets seen, for the leak scan.
    pub fn all(&self) -> Vec<Secret> {
        all_of(&self.kept)
    }

    /// Returns the values that were bound to a public name.
    pub fn public(&self) -> Vec<Secret> {
        all_of(&self.public)
    }

    /// Returns the values that were bound to a credential's name or stood in its field.
    pub fn credentials(&self) -> Vec<Secret> {
        all_of(&self.credentials)
    }
}

/// Whether the value of a public name allows what is equal to it or a part of it: what a person made up does, a list of
/// folders, and the id that systemd makes for each start. A key can stand in the place of a folder too.
fn may_be_told(name: &str, text: &str) -> bool {
    let id = name == "INVOCATION_ID" && text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let folders = name == "PATH" && text.starts_with('/');
    id || folders || generated::find(text).is_empty()
}

fn remember(list: &Mutex<HashSet<Kept>>, secret: &Secret) {
    if !secret.is_empty() {
        let mut list = list.lock().unwrap_or_else(PoisonError::into_inner);
        list.insert(Kept(secret.clone()));
    }
}

fn all_of(list: &Mutex<HashSet<Kept>>) -> Vec<Secret> {
    let list = list.lock().unwrap_or_else(PoisonError::into_inner);
    list.iter().map(|Kept(secret)| secret.clone()).collect()
}
