//! Which releases have a rule of the config: the first and the last checked release in which it was seen. Measured by
//! `tests/oracle/configs --rules` on each of them; a release between two takes the answer of the one below it.

use super::rules::Release;

/// A stretch of checked releases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    first: Release,
    last: Release,
}

impl Span {
    /// All of them.
    pub(crate) const ALWAYS: Span = Span::from(2026, 2, 26);
    /// Not on 2026.2.26.
    pub(crate) const FROM_5_28: Span = Span::from(2026, 5, 28);
    /// Not on 2026.5.28.
    pub(crate) const FROM_7_35: Span = Span::from(2026, 7, 35);
    /// Not on 2026.7.35.
    pub(crate) const FROM_8_2: Span = Span::from(2026, 8, 2);
    /// Not on 2026.8.2.
    pub(crate) const FROM_9_5: Span = Span::from(2026, 9, 5);
    /// On 2026.2.26 alone.
    pub(crate) const ONLY_2_26: Span = Span::ALWAYS.to(2026, 2, 26);

    const fn from(year: u32, month: u32, patch: u32) -> Self {
        let last = Release::new(u32::MAX, 0, 0);
        let first = Release::new(year, month, patch);
        Span { first, last }
    }

    const fn to(self, year: u32, month: u32, patch: u32) -> Self {
        let last = Release::new(year, month, patch);
        Span { last, ..self }
    }

    /// Returns whether a checked release has the rule.
    pub(crate) fn has(self, checked: Release) -> bool {
        self.first <= checked && checked <= self.last
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_has_its_ends() {
        for (span, release, has) in [
            (Span::ALWAYS, "2027.1.1", true),
            (Span::FROM_8_2, "2026.7.35", false),
            (Span::FROM_8_2, "2026.8.2", true),
            (Span::ONLY_2_26, "2026.2.26", true),
            (Span::ONLY_2_26, "2026.5.28", false),
        ] {
            let release = Release::parse(release).unwrap();
            assert_eq!(span.has(release), has, "{span:?} {release}");
        }
    }
}
