//! Puts a bundle together: stand-ins first, then the parts, then the search for leaks.

use std::path::Path;

use serde_json::json;

use super::ledger::Ledger;
use super::manifest::{self, Part};
use super::page::Page;
use super::standins::StandIns;
use super::{SCHEMA, markdown, zip};
use crate::base::json::pretty;
use crate::base::text::clean_lines as sanitize_lines;
use crate::model::report::Report;
use crate::model::snapshot::Snapshot;
use crate::redact::Extras;
use crate::redact::leak_scan::Scanner;
use crate::redact::secret_patterns::SecretPatterns;
use crate::render::CheckMeta;
use crate::render::format::Show;

/// The form of a bundle, told by the file's ending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// For an issue.
    Markdown,
    /// One document that `--from` reads.
    Json,
    /// Both, as files of an archive.
    Zip,
}

impl Kind {
    /// Returns the kind of a path; `-` is Markdown.
    pub fn of(path: &Path) -> Result<Kind, String> {
        if path == Path::new("-") {
            return Ok(Kind::Markdown);
        }
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
        match ending.as_deref() {
            Some("md" | "markdown") => Ok(Kind::Markdown),
            Some("json") => Ok(Kind::Json),
            Some("zip") => Ok(Kind::Zip),
            _ => Err("--bundle takes a file that ends in .md, .json or .zip, or - for standard output".to_owned()),
        }
    }
}

/// What a bundle is made of.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// The machine.
    pub snapshot: &'a Snapshot,
    /// Masked texts.
    pub extras: &'a Extras,
    /// How a report is shown.
    pub show: &'a Show,
    /// All checks.
    pub checks: &'a [CheckMeta<'a>],
    /// How many secrets were withheld in texts of the machine.
    pub withheld: usize,
}

/// Makes the bytes of a bundle, or says why there are none. `judge` makes the report of a snapshot.
pub fn make(
    kind: Kind,
    source: Source<'_>,
    judge: impl Fn(&Snapshot) -> Report,
    secret_patterns: &SecretPatterns,
) -> Result<Vec<u8>, String> {
    let scanner = Scanner::new(secret_patterns);
    let mut ledger = Ledger::default();
    // A stand-in could hide a part of a secret that slipped in, so the search comes before them too.
    let mut machine = serde_json::to_value(source.extras).map_err(|error| error.to_string())?;
    ledger.count("secret found at the end", "machine", scanner.mask_value(&mut machine));
    let mut own: Extras = serde_json::from_value(machine).map_err(|error| error.to_string())?;
    own.host_name.clone_from(&source.extras.host_name);
    let mut standins = StandIns::new(source.snapshot, source.extras.host_name.as_deref());
    ledger.count("known secret in a text", "snapshot", source.withheld);
    let snapshot = standins.snapshot(source.snapshot, &mut ledger)?;
    let extras = masked(&own, &mut standins, &mut ledger);
    let mut snapshot_value = serde_json::to_value(&snapshot).map_err(|error| error.to_string())?;
    // A stand-in may have put together what was apart.
    let count = scanner.mask_value(&mut snapshot_value);
    ledger.count("secret found at the end", "snapshot", count);
    ledger.values(&snapshot_value);
    let marks = snapshot
        .log_tail
        .get()
        .into_iter()
        .flatten()
        .map(|line| line.matches("[withheld]").count())
        .sum();
    ledger.count("secret in a line", "snapshot: log_tail", marks);
    let report = judge(&snapshot);
    let page = Page {
        snapshot: &snapshot,
        extras: &extras,
        report: &report,
        ledger: &ledger,
        legend: &standins.legend(),
        show: source.show,
        checks: source.checks,
    };
    let parts = [
        ("report.json", seal_json(&scanner, pretty(&report))),
        ("machine.json", seal_json(&scanner, pretty(&extras))),
        ("snapshot.json", pretty(&snapshot_value)),
    ];
    let manifest: Vec<Part> = parts.iter().map(|(name, text)| manifest::entry(name, text)).collect();
    let head = json!({
        "schema": SCHEMA,
        "tool": { "version": snapshot.tool_version },
        "taken_at": report.taken_at,
        "stand_ins": standins.legend().iter().map(|(what, shown)| json!({ "for": what, "shown_as": shown })).collect::<Vec<_>>(),
        "ledger": ledger.rows(),
    });
    let finished: Vec<(String, String)> = match kind {
        Kind::Markdown => vec![("bundle.md".to_owned(), markdown::page(&page))],
        Kind::Json => {
            let mut document = head;
            document["manifest"] = json!(manifest);
            document["report"] = json!(report);
            document["machine"] = json!(extras);
            document["snapshot"] = snapshot_value;
            vec![("bundle.json".to_owned(), pretty(&document))]
        }
        Kind::Zip => {
            let text = markdown::page(&page);
            let mut manifest = manifest;
            manifest.insert(0, manifest::entry("report.md", &text));
            let mut document = head;
            document["manifest"] = json!(manifest);
            let rest = parts.into_iter().map(|(name, text)| (name.to_owned(), text));
            let ends = [
                ("report.md".to_owned(), text),
                ("manifest.json".to_owned(), pretty(&document)),
            ];
            ends.into_iter().chain(rest).collect()
        }
    };
    let sealed = finished.into_iter().map(|(name, text)| {
        let text = match name.ends_with(".json") {
            true => seal_json(&scanner, text),
            false => scanner.seal(text, sanitize_lines).0,
        };
        (name, text)
    });
    let finished: Vec<(String, String)> = sealed.collect();
    match kind {
        Kind::Zip => zip::write(&finished),
        _ => Ok(finished
            .into_iter()
            .next()
            .map(|(_, text)| text.into_bytes())
            .unwrap_or_default()),
    }
}

/// A JSON document as it may leave: what was still in it is withheld, and it stays a document. What is found in the
/// words and signs of the format alone gives nothing away.
pub(crate) fn seal_json(scanner: &Scanner<'_>, text: String) -> String {
    if scanner.find("", &text).is_none() {
        return text;
    }
    match serde_json::from_str::<serde_json::Value>(&text) {
        Ok(mut value) => {
            scanner.mask_value(&mut value);
            pretty(&value)
        }
        Err(_) => scanner.seal(text, str::to_owned).0,
    }
}

/// The extras with stand-ins, counted.
fn masked(extras: &Extras, standins: &mut StandIns, ledger: &mut Ledger) -> Extras {
    let mut extras = extras.clone();
    let texts = extras.definitions.iter_mut().chain(&mut extras.config);
    for text in texts {
        text.path = standins.text(&text.path, "machine", ledger);
        for (rule, count) in &text.withheld {
            ledger.count(rule, &text.path, *count);
        }
        for line in &mut text.lines {
            *line = standins.text(line, &text.path, ledger);
        }
    }
    for line in extras
        .unreadable
        .iter_mut()
        .chain(&mut extras.os_name)
        .chain(&mut extras.kernel)
        .chain(&mut extras.systemd)
    {
        *line = standins.text(line, "machine", ledger);
    }
    extras
}
