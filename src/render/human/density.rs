//! How much of each part is shown, from everything to what fits a small screen.

/// How much of a text is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Length {
    Whole,
    FirstSentence,
    Nothing,
}

/// How much of a table is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rows {
    /// Every source that was looked at.
    All,
    /// Those with a copy, the usual dotenv file and the login shell.
    Telling,
    /// Those with a copy.
    Copies,
}

/// How the findings are shown that are only worth knowing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Notes {
    /// In a block each.
    Blocks,
    /// By their ids in one line, where there is something to fix.
    Line,
}

/// How much of the answers is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answers {
    /// Every answer, and why each check was not made.
    Every,
    /// One line for each side: what its answers amount to. Checks that were not made are counted.
    Sides,
}

/// How much of a page is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Density {
    /// Why it matters to the Gateway.
    pub(super) detail: Length,
    /// What the commands do; never nothing where there are no commands.
    pub(super) advice: Length,
    /// The lines of the file around a problem.
    pub(super) excerpt: bool,
    /// Places for each finding.
    pub(super) places: usize,
    /// Rows of a table.
    pub(super) rows: Rows,
    /// Tables of keys that something is wrong with.
    pub(super) tables: usize,
    /// Blank lines between blocks.
    pub(super) airy: bool,
    /// Findings that are only worth knowing.
    pub(super) notes: Notes,
    /// Answers of the Gateways.
    pub(super) answers: Answers,
    /// The answers and the counts follow the blocks without a blank line.
    pub(super) dense: bool,
    /// The only blank line is the one before the blocks, and keys that are as they should be are not named.
    pub(super) bare: bool,
}

impl Density {
    /// `-v`.
    pub(super) const EVERYTHING: Density = Density {
        detail: Length::Whole,
        advice: Length::Whole,
        excerpt: true,
        places: usize::MAX,
        rows: Rows::All,
        tables: usize::MAX,
        airy: true,
        notes: Notes::Blocks,
        answers: Answers::Every,
        dense: false,
        bare: false,
    };

    const FULL: Density = Density {
        places: 3,
        rows: Rows::Telling,
        tables: 3,
        ..Density::EVERYTHING
    };

    const SHORT: Density = Density {
        detail: Length::FirstSentence,
        advice: Length::FirstSentence,
        places: 2,
        tables: 2,
        airy: false,
        notes: Notes::Line,
        ..Density::FULL
    };

    /// The least that still names every cause and its fix.
    pub(super) const TIGHTEST: Density = Density {
        detail: Length::Nothing,
        advice: Length::Nothing,
        excerpt: false,
        places: 1,
        rows: Rows::Copies,
        tables: 1,
        airy: false,
        notes: Notes::Line,
        answers: Answers::Sides,
        dense: true,
        bare: false,
    };

    const TIGHT: Density = Density {
        detail: Length::FirstSentence,
        dense: false,
        ..Density::TIGHTEST
    };

    /// From the fullest to the tightest.
    pub(super) const LADDER: &'static [Density] = &[
        Density::FULL,
        Density {
            advice: Length::FirstSentence,
            ..Density::FULL
        },
        Density {
            notes: Notes::Line,
            ..Density::FULL
        },
        Density::SHORT,
        Density {
            places: 1,
            tables: 1,
            ..Density::SHORT
        },
        Density {
            places: 1,
            tables: 1,
            answers: Answers::Sides,
            ..Density::SHORT
        },
        Density {
            rows: Rows::Telling,
            ..Density::TIGHT
        },
        Density {
            advice: Length::FirstSentence,
            excerpt: true,
            ..Density::TIGHT
        },
        Density {
            excerpt: true,
            ..Density::TIGHT
        },
        Density::TIGHT,
        Density::TIGHTEST,
        // The fix names the files too.
        Density {
            places: 0,
            ..Density::TIGHTEST
        },
        Density {
            bare: true,
            ..Density::TIGHTEST
        },
        Density {
            places: 0,
            bare: true,
            ..Density::TIGHTEST
        },
        Density {
            places: 0,
            tables: 0,
            bare: true,
            ..Density::TIGHTEST
        },
    ];
}

/// Cuts a text to the length.
pub(super) fn cut(text: &str, length: Length) -> &str {
    match length {
        Length::Whole => text,
        Length::Nothing => "",
        Length::FirstSentence => first_sentence(text),
    }
}

/// Returns the text up to the first full stop that a new sentence follows.
fn first_sentence(text: &str) -> &str {
    let text = text.lines().next().unwrap_or_default();
    let ends = text.match_indices(". ").find(|(at, _)| {
        let after = text.get(at + 2..).unwrap_or_default();
        after.starts_with(|c: char| c.is_uppercase() || c == '`' || c == '%')
    });
    ends.and_then(|(at, _)| text.get(..=at)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_ends_before_a_capital() {
        let table = [
            ("One. Two.", "One."),
            ("See ~/.env. and more", "See ~/.env. and more"),
            ("One.\nTwo.", "One."),
            ("", ""),
            ("Version 2026.9. `x` y", "Version 2026.9."),
        ];
        for (text, expected) in table {
            assert_eq!(cut(text, Length::FirstSentence), expected);
        }
    }
}
