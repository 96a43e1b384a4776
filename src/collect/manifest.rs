//! What is used of a `package.json`.

use std::path::Path;

use super::ownership::By;

/// Largest `package.json` that is read.
const CAP: u64 = 1 << 20;

/// What is used of a `package.json`; OpenClaw's own has some thousand lines.
#[derive(Debug, Default, serde::Deserialize)]
pub(super) struct Manifest {
    #[serde(default)]
    name: Word,
    #[serde(default)]
    version: Word,
    #[serde(default)]
    engines: Engines,
}

impl Manifest {
    /// The name of the package.
    pub(super) fn name(&self) -> Option<&str> {
        self.name.get()
    }

    /// Its version.
    pub(super) fn version(&self) -> Option<&str> {
        self.version.get()
    }

    /// The range of Node versions that the package accepts.
    pub(super) fn node_range(&self) -> Option<&str> {
        match &self.engines {
            Engines::Object { node } => node.get(),
            Engines::Other(_) => None,
        }
    }
}

#[derive(Debug, serde::Deserialize)]
#[serde(untagged)]
enum Engines {
    Object {
        #[serde(default)]
        node: Word,
    },
    Other(serde::de::IgnoredAny),
}

impl Default for Engines {
    fn default() -> Self {
        Engines::Other(serde::de::IgnoredAny)
    }
}

/// A text, or something that is none.
#[derive(Debug, serde::Deserialize)]
#[serde(untagged)]
enum Word {
    Text(String),
    Other(serde::de::IgnoredAny),
}

impl Word {
    fn get(&self) -> Option<&str> {
        match self {
            Word::Text(text) => Some(text),
            Word::Other(_) => None,
        }
    }
}

impl Default for Word {
    fn default() -> Self {
        Word::Other(serde::de::IgnoredAny)
    }
}

/// Reads the manifest of a package; [`Memo::manifest`] does it once.
pub(super) fn read(by: By, dir: &Path) -> Option<Manifest> {
    let file = by.read(&dir.join("package.json"), CAP).ok()?;
    serde_json::from_slice(&file.bytes).ok()
}
