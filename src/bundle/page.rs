//! What a bundle for an issue is made of.

use super::ledger::Ledger;
use crate::model::report::Report;
use crate::model::snapshot::Snapshot;
use crate::redact::Extras;
use crate::render::CheckMeta;
use crate::render::format::Show;

/// What the page shows; everything has its stand-ins already.
pub(super) struct Page<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) extras: &'a Extras,
    pub(super) report: &'a Report,
    pub(super) ledger: &'a Ledger,
    pub(super) legend: &'a [(String, String)],
    pub(super) show: &'a Show,
    pub(super) checks: &'a [CheckMeta<'a>],
}
