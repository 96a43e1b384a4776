//! What one run reads once although several parts ask for it: manifests, and the rows of a state database.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::auth_profiles::state_db::{self, StateRows};
use super::manifest::{self, Manifest};
use super::ownership::By;
use super::tools;
use crate::model::snapshot::SkippedFolder;

/// Answers by what was read, and on whose word.
type Known<T> = RefCell<BTreeMap<(By, PathBuf), T>>;

/// The answers so far.
#[derive(Debug, Default)]
pub struct Memo {
    manifests: Known<Option<Rc<Manifest>>>,
    state_rows: Known<Rc<StateRows>>,
    skipped: RefCell<BTreeMap<String, SkippedFolder>>,
}

impl Memo {
    /// Finds a helper program on a PATH, and keeps in mind which folders were skipped.
    pub(super) fn tool(&self, name: &str, path: &str) -> Option<PathBuf> {
        tools::find(name, path, &mut self.skipped.borrow_mut())
    }

    /// Returns the folders of PATH that were skipped, each once.
    pub(super) fn skipped(&self) -> Vec<SkippedFolder> {
        self.skipped.borrow().values().cloned().collect()
    }

    /// Returns what is used of the `package.json` in a folder.
    pub(super) fn manifest(&self, by: By, dir: &Path) -> Option<Rc<Manifest>> {
        once(&self.manifests, by, dir, || manifest::read(by, dir).map(Rc::new))
    }

    /// Returns the rows of the state database of a state directory.
    pub(super) fn state_rows(&self, by: By, state_dir: &Path) -> Rc<StateRows> {
        once(&self.state_rows, by, state_dir, || {
            Rc::new(state_db::read(by, state_dir))
        })
    }
}

fn once<T: Clone>(known: &Known<T>, by: By, at: &Path, read: impl FnOnce() -> T) -> T {
    let at = (by, at.to_owned());
    if let Some(known) = known.borrow().get(&at) {
        return known.clone();
    }
    let new = read();
    known.borrow_mut().insert(at, new.clone());
    new
}
