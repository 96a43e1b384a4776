//! The machine that `--from sample` shows: a recorded snapshot that is part of the program.
//! `tests/cases/record` makes it and says how it was made.

use crate::bundle::load;
use crate::model::snapshot::Snapshot;
use crate::redact::Extras;

/// The recorded bundle.
const RECORDED: &str = include_str!("sample/bundle.json");

/// Returns the snapshot.
#[expect(clippy::expect_used, reason = "a test reads the same text that is compiled in")]
pub(crate) fn snapshot() -> Snapshot {
    load(RECORDED.as_bytes()).expect("the sample is a bundle").snapshot
}

/// Returns the masked texts.
pub(crate) fn extras() -> Extras {
    load(RECORDED.as_bytes())
        .ok()
        .and_then(|loaded| loaded.extras)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_is_whole() {
        let loaded = load(RECORDED.as_bytes()).unwrap();
        assert_eq!(loaded.changed, None);
        assert_eq!(loaded.snapshot.host.user, "me");
        assert!(extras().config.is_some());
    }
}
