//! What every collector is given.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::memo::Memo;
use super::ownership::By;
use super::request::Request;
use super::tools;
use crate::loader::RawBinding;
use crate::model::snapshot::{Host, Scope, ServiceFacts};
use crate::secret::{Secret, Vault};

/// The request, the vault, the doctor's own environment, and the moment by which all must be done.
#[derive(Debug)]
pub struct Context<'a> {
    /// What was asked for.
    pub request: &'a Request,
    /// Where every value goes that is read.
    pub vault: &'a Vault,
    /// The doctor's own environment.
    pub env: &'a BTreeMap<String, Secret>,
    /// The machine and the user.
    pub host: &'a Host,
    /// On whose word the paths of this home are read.
    pub by: By,
    /// When the run must be over.
    pub deadline: Instant,
    /// What was read once and may be asked for again.
    pub memo: Memo,
}

impl Context<'_> {
    /// Returns a variable of the doctor's own environment that is not blank.
    pub fn var(&self, name: &str) -> Option<&str> {
        self.env.get(name).filter(|value| !value.is_blank()).map(Secret::expose)
    }

    /// Finds a helper program on the doctor's own PATH; the ones that others could have written are not found.
    pub(super) fn tool(&self, name: &str) -> Option<PathBuf> {
        self.memo.tool(name, self.var("PATH").unwrap_or("/usr/bin:/bin"))
    }

    /// Returns the doctor's own PATH without the folders in which others could put a program.
    pub(super) fn safe_path(&self) -> Option<String> {
        self.var("PATH").map(tools::safe_path)
    }

    /// Returns the home directory to examine.
    pub fn home(&self) -> PathBuf {
        PathBuf::from(&self.host.home)
    }

    /// Returns the home to put in the place of the one that definitions name, where a copied home of
    /// another machine is examined.
    pub fn moved_to(&self) -> Option<&str> {
        self.host.copied_home.then_some(self.host.home.as_str())
    }

    /// Returns `limit`, or what is left until the deadline where that is less.
    pub fn within(&self, limit: Duration) -> Duration {
        limit.min(self.deadline.saturating_duration_since(Instant::now()))
    }
}

/// What a service collector finds: facts, and beside them the texts that facts cannot hold.
#[derive(Debug, Default)]
pub struct ServiceCollection {
    /// The facts.
    pub facts: ServiceFacts,
    /// For each service, in the same order.
    pub raw: Vec<RawService>,
}

/// The texts that belong to one service.
#[derive(Debug)]
pub struct RawService {
    /// User or system.
    pub scope: Scope,
    /// The environment at exec: all layers applied, the winner of each name.
    pub env: Vec<RawBinding>,
    /// Values that a later layer replaced, reset or removed, oldest first, with the reason.
    pub overridden: Vec<(RawBinding, String)>,
    /// Working directory of the process.
    pub cwd: String,
    /// Arguments after the entry script.
    pub args: Vec<String>,
}
