//! What all services of one look share.

use super::reach::Target;
use crate::platform::systemd::assemble::Account;
use crate::secret::Vault;

/// What all services share.
pub(super) struct Shared<'a> {
    /// Where values go.
    pub(super) vault: &'a Vault,
    /// The user examined.
    pub(super) target: &'a Target,
    /// Root of the file tree, empty but in tests.
    pub(super) root: &'a str,
    /// What takes the place of the home that definitions name.
    pub(super) moved_to: Option<&'a str>,
    /// The user id that the doctor runs as.
    pub(super) asker: u32,
    /// Host name.
    pub(super) host: Option<String>,
    /// Accounts of `User=` that are not in `/etc/passwd`, from the name service.
    pub(super) accounts: Vec<Account>,
}
