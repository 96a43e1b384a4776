//! `--from`: a snapshot taken elsewhere or before, in place of this machine.

use std::path::Path;

use crate::app::plan::Plan;
use crate::app::sample;
use crate::bundle::{self, Loaded};
use crate::collect::read;
use crate::model::snapshot::Snapshot;
use crate::redact::Extras;

/// Largest bundle that is read.
pub(crate) const LARGEST: u64 = 64 << 20;

/// What a replay starts from.
#[derive(Debug)]
pub(crate) struct Replay {
    /// The machine, with what is asked for now.
    pub(crate) snapshot: Snapshot,
    /// Masked texts of the bundle.
    pub(crate) extras: Extras,
    /// What the reader of the report should know.
    pub(crate) note: Option<String>,
}

/// Reads a bundle, or the sample that is part of the program.
pub(crate) fn open(from: &str, plan: &Plan) -> Result<Replay, String> {
    let loaded = if from == "sample" {
        Loaded {
            snapshot: sample::snapshot(),
            extras: Some(sample::extras()),
            changed: None,
        }
    } else {
        let file = read::read(Path::new(from), LARGEST).map_err(|error| format!("--from {from}: {error}"))?;
        if from.ends_with(".md") {
            return Err(format!(
                "--from {from}: a .md bundle is for people; --bundle FILE.json or FILE.zip can be replayed"
            ));
        }
        bundle::load(&file.bytes).map_err(|why| format!("--from {from}: {why}"))?
    };
    let mut snapshot = loaded.snapshot;
    if !plan.request.keys.is_empty() {
        snapshot.asked.keys.clone_from(&plan.request.keys);
    }
    Ok(Replay {
        snapshot,
        extras: loaded.extras.unwrap_or_default(),
        note: loaded.changed.map(|why| format!("note: {from}: {why}\n")),
    })
}
