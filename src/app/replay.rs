//! `--from`: a snapshot taken elsewhere or before, in place of this machine.

use std::io::Read;
use std::path::Path;

use crate::app::plan::Plan;
use crate::app::sample;
use crate::bundle::{self, Loaded};
use crate::collect::ownership::By;
use crate::model::report::Report;
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

/// What `--from` named.
#[derive(Debug)]
pub(crate) enum Opened {
    /// A bundle: judged again.
    Machine(Box<Replay>),
    /// A report: shown as it is.
    Report(Box<Report>),
}

/// Reads a file to replay, or standard input where its name is `-`.
pub(crate) fn bytes(from: &Path) -> Result<Vec<u8>, String> {
    if from != Path::new("-") {
        return By::Asker
            .read(from, LARGEST)
            .map(|file| file.bytes)
            .map_err(|error| error.to_string());
    }
    let mut bytes = Vec::new();
    let mut input = std::io::stdin().lock().take(LARGEST + 1);
    input.read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    match bytes.len() as u64 > LARGEST {
        true => Err(format!("it has more than {LARGEST} bytes")),
        false => Ok(bytes),
    }
}

/// What is said of a bundle in Markdown.
pub(crate) const FOR_PEOPLE: &str = "a .md bundle is for people; --bundle FILE.json or FILE.zip can be replayed";

/// Reads a bundle, or the sample that is part of the program.
pub(crate) fn open(from: &str, plan: &Plan) -> Result<Opened, String> {
    let loaded = if from == "sample" {
        Loaded {
            snapshot: sample::snapshot(),
            extras: Some(sample::extras()),
            changed: None,
        }
    } else {
        let bytes = bytes(Path::new(from)).map_err(|why| format!("--from {from}: {why}"))?;
        if from.ends_with(".md") {
            return Err(format!("--from {from}: {FOR_PEOPLE}"));
        }
        if let Some(report) = bundle::load_report(&bytes) {
            return Ok(Opened::Report(Box::new(report)));
        }
        bundle::load(&bytes).map_err(|why| format!("--from {from}: {why}"))?
    };
    let mut snapshot = loaded.snapshot;
    if !plan.request.keys.is_empty() {
        snapshot.asked.keys.clone_from(&plan.request.keys);
    }
    Ok(Opened::Machine(Box::new(Replay {
        snapshot,
        extras: loaded.extras.unwrap_or_default(),
        note: loaded.changed.map(|why| format!("note: {from}: {why}\n")),
    })))
}
