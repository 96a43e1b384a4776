//! Whether a text is a part of one of many: asked about thousands of texts for each of thousands of secrets.

use zeroize::Zeroizing;

/// Length of the runs that are filed; a shorter text is looked for without the table.
const RUN: usize = 6;
/// Bits of the table that rules texts out.
const BITS: usize = 1 << 20;

/// The texts, and a table of every run of six bytes in them.
#[derive(Default)]
pub(crate) struct TextIndex {
    texts: Vec<Zeroizing<String>>,
    bits: Vec<u64>,
}

impl TextIndex {
    /// Returns the texts, each once.
    pub(crate) fn new(mut texts: Vec<Zeroizing<String>>) -> Self {
        texts.sort_by(|one, other| one.as_str().cmp(other));
        texts.dedup();
        let mut bits = vec![0_u64; BITS / 64];
        for slot in texts.iter().flat_map(|text| slots(text)) {
            if let Some(word) = bits.get_mut(slot / 64) {
                *word |= 1 << (slot % 64);
            }
        }
        TextIndex { texts, bits }
    }

    /// Returns the index of texts that are no secret.
    pub(crate) fn of<'a>(texts: impl Iterator<Item = &'a str>) -> Self {
        TextIndex::new(texts.map(|text| Zeroizing::new(text.to_owned())).collect())
    }

    /// Returns whether a text is part of one of them.
    pub(crate) fn contains(&self, text: &str) -> bool {
        let seen = |slot: usize| {
            self.bits
                .get(slot / 64)
                .is_some_and(|word| word >> (slot % 64) & 1 == 1)
        };
        slots(text).all(seen) && self.texts.iter().any(|known| known.contains(text))
    }
}

fn slots(text: &str) -> impl Iterator<Item = usize> {
    text.as_bytes().windows(RUN).map(|window| {
        let number = window.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        (number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 44) as usize
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_any_length_are_found() {
        let texts = ["/home/alice/keys", "OPENAI_API_KEY", "abc"];
        let index = TextIndex::of(texts.into_iter());
        for text in ["alice/key", "OPENAI_API_KEY", "abc", "bc", ""] {
            assert!(index.contains(text), "{text}");
        }
        for text in ["alice/keyz", "KEYOPENAI", "abcd", "zz", "/keysOPENAI"] {
            assert!(!index.contains(text), "{text}");
        }
    }
}
