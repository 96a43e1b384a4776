//! What npm `json5`, which OpenClaw reads with, takes and the `json5` crate refuses.

use crate::parse::json5::spans::SpanIndex;

/// Digits of a hexadecimal number that the crate still counts.
const DIGITS: usize = 32;

/// Returns a text that means the same and that the crate takes, or `None` where nothing is to be done. The index is
/// that of the text.
pub fn readable(text: &str, index: &SpanIndex) -> Option<String> {
    let numbers = without_huge_hex(text, index);
    let surrogates = without_surrogates(numbers.as_deref().unwrap_or(text));
    surrogates.or(numbers)
}

/// Writes hexadecimal numbers of any length as the floating point numbers that JavaScript makes of them.
fn without_huge_hex(text: &str, index: &SpanIndex) -> Option<String> {
    let mut found: Vec<(usize, usize, f64)> = Vec::new();
    let mut open: Vec<usize> = index.root().into_iter().collect();
    while let Some(id) = open.pop() {
        let node = index.node(id)?;
        let (start, end) = (node.start as usize, node.end as usize);
        if let Some(number) = text.get(start..end).and_then(huge_hex) {
            found.push((start, end, number));
        }
        open.extend(index.children(id));
    }
    found.sort_by_key(|(start, ..)| *start);
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for (start, end, number) in &found {
        out.push_str(text.get(done..*start)?);
        out.push_str(&format!("{number:e}"));
        done = *end;
    }
    out.push_str(text.get(done..)?);
    (!found.is_empty()).then_some(out)
}

/// Returns the value of a hexadecimal number that is too long for the crate; one beyond all doubles counts as the
/// largest, which is too large for every setting too.
fn huge_hex(word: &str) -> Option<f64> {
    let (sign, digits) = match word.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, word.strip_prefix('+').unwrap_or(word)),
    };
    let digits = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X"))?;
    if digits.len() <= DIGITS {
        return None;
    }
    let number = digits.chars().try_fold(0.0_f64, |sum, digit| {
        Some(sum.mul_add(16.0, f64::from(digit.to_digit(16)?)))
    })?;
    Some(sign * number.min(f64::MAX))
}

/// Returns the text with lone surrogate escapes replaced by U+FFFD, or `None` if it has none.
fn without_surrogates(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let unit = |at: usize| {
        let hex = text.get(at..at + 6)?.strip_prefix("\\u")?;
        u16::from_str_radix(hex, 16).ok()
    };
    let mut out = String::new();
    let (mut done, mut at) = (0, 0);
    while at < bytes.len() {
        if bytes.get(at) != Some(&b'\\') {
            at += 1;
            continue;
        }
        match unit(at) {
            Some(0xd800..=0xdbff) if matches!(unit(at + 6), Some(0xdc00..=0xdfff)) => at += 12,
            Some(0xd800..=0xdfff) => {
                out.push_str(text.get(done..at)?);
                out.push_str("\\uFFFD");
                at += 6;
                done = at;
            }
            _ => at += 2,
        }
    }
    if out.is_empty() {
        return None;
    }
    out.push_str(text.get(done..)?);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<serde_json::Value> {
        let index = SpanIndex::build(text).unwrap();
        json5::from_str(&readable(text, &index)?).ok()
    }

    #[test]
    fn long_hexadecimal_numbers_are_numbers() {
        let long = format!("0x{}", "6".repeat(50));
        assert!(json5::from_str::<f64>(&long).is_err(), "the crate has learnt it");
        let value = read(&format!("{{a: [-{long}, 0x10, '{long}'], b: +{long} /* {long} */}}")).unwrap();
        let number = value["b"].as_f64().unwrap();
        assert!((6.4e59..6.5e59).contains(&number), "{number}");
        assert_eq!(value["a"][0].as_f64(), Some(-number));
        assert_eq!(
            (value["a"][1].as_u64(), value["a"][2].as_str()),
            (Some(16), Some(long.as_str()))
        );
        assert!(read(&format!("[0x{}]", "f".repeat(5000))).is_some());
    }

    #[test]
    fn lone_surrogates_are_characters() {
        assert_eq!(read(r"['\ud800']").unwrap()[0], "\u{fffd}");
        assert_eq!(read(r"['\ud83d\ude00']"), None);
        let both = format!(r"['\udc00', 0x{}]", "1".repeat(40));
        assert!(read(&both).is_some());
    }
}
