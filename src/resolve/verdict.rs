//! The verdict on a key.

use crate::model::report::{Certainty, KeyViews, Verdict, View, ViewState};
use crate::model::snapshot::{Offer, OfferStatus, ValueFacts};

/// The values behind the three views.
pub(super) struct Values<'a> {
    pub(super) shell: Option<&'a ValueFacts>,
    pub(super) next_start: Option<&'a ValueFacts>,
    pub(super) running: Option<&'a ValueFacts>,
}

fn usable(value: Option<&ValueFacts>) -> bool {
    value.is_some_and(|value| !value.is_blank())
}

fn differ(a: Option<&ValueFacts>, b: Option<&ValueFacts>) -> bool {
    matches!((a, b), (Some(a), Some(b)) if !a.same_as(b))
}

/// Judges a key. `has_service` and `has_process` say whether there is anything but the shell.
pub(super) fn judge(
    views: &KeyViews,
    values: &Values<'_>,
    offers: &[&Offer],
    has_service: bool,
    has_process: bool,
) -> (Verdict, Certainty) {
    let (gateway, value): (&View, Option<&ValueFacts>) = if has_process {
        (&views.running, values.running)
    } else if has_service {
        (&views.next_start, values.next_start)
    } else {
        (&views.shell, values.shell)
    };
    if gateway.state == ViewState::Unknown {
        return (Verdict::Unknown, Certainty::Likely);
    }
    let verdict = if usable(value) {
        if has_process && differ(values.running, values.next_start) {
            Verdict::Stale
        } else if (has_process || has_service) && differ(value, values.shell) && usable(values.shell) {
            Verdict::Different
        } else {
            Verdict::Visible
        }
    } else if has_process && has_service && usable(values.next_start) {
        Verdict::Stale
    } else if gateway.state == ViewState::Removed
        || offers
            .iter()
            .any(|offer| matches!(offer.status, OfferStatus::Blocked | OfferStatus::Removed))
    {
        Verdict::Blocked
    } else {
        Verdict::Missing
    };
    (verdict, gateway.certainty)
}
