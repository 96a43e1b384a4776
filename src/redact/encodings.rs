//! The shapes in which a secret could stand in a text: escaped, encoded, reversed, cut in half.

use zeroize::Zeroizing;

use super::mask::is_known;
use crate::secret::names::is_public_name;
use crate::secret::public::is_public;

/// One shape: its name in messages, and the text to search for.
pub(crate) type Shape = (&'static str, Zeroizing<String>);

const STANDARD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Shortest half that is searched for.
const HALF: usize = 8;

/// Returns every shape of a secret that differs from the ones before it, its halves on demand.
pub(crate) fn of(secret: &str, by_half: bool) -> Vec<Shape> {
    let trimmed = secret.trim();
    let mut shapes = Vec::new();
    add(&mut shapes, "raw", secret.to_owned());
    add(&mut shapes, "trimmed", trimmed.to_owned());
    let bare = unquoted(trimmed);
    add(&mut shapes, "unquoted", bare.to_owned());
    let mut texts = vec![secret, trimmed, bare];
    texts.dedup();
    for text in texts {
        for shift in 0..3 {
            let standard = base64(text.as_bytes(), shift);
            if standard.contains(['+', '/']) {
                add(&mut shapes, "base64url", standard.replace('+', "-").replace('/', "_"));
            }
            add(&mut shapes, "base64", standard);
        }
    }
    escaped(&mut shapes, trimmed);
    let hex: String = trimmed.bytes().map(|byte| format!("{byte:02x}")).collect();
    add(&mut shapes, "hex", hex.to_uppercase());
    add(&mut shapes, "hex", hex);
    add(&mut shapes, "reversed", trimmed.chars().rev().collect());
    let (first, second) = halves(trimmed);
    for half in [first, second] {
        if by_half && half.len() >= HALF && !is_public_name(half, &is_known) && !is_public(half, &is_known) {
            add(&mut shapes, "half", half.to_owned());
            add(&mut shapes, "reversed half", half.chars().rev().collect());
        }
    }
    shapes
}

fn add(shapes: &mut Vec<Shape>, rule: &'static str, text: String) {
    let text = Zeroizing::new(text);
    if !shapes.iter().any(|(_, known)| *known == text) {
        shapes.push((rule, text));
    }
}

/// The escapes of the formats that the doctor writes, and of the places texts come from.
fn escaped(shapes: &mut Vec<Shape>, text: &str) {
    if text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return; // the same in every one of them
    }
    let percent = |keep: &str, upper: bool, plus: bool| -> String {
        let mut out = String::new();
        for byte in text.bytes() {
            match byte {
                b' ' if plus => out.push('+'),
                _ if byte.is_ascii_alphanumeric() || keep.as_bytes().contains(&byte) => out.push(byte as char),
                _ if upper => out.push_str(&format!("%{byte:02X}")),
                _ => out.push_str(&format!("%{byte:02x}")),
            }
        }
        out
    };
    for keep in ["-_.~", "-_.!~*'()", "-_.*"] {
        for plus in [false, true] {
            add(shapes, "percent", percent(keep, true, plus));
            add(shapes, "percent", percent(keep, false, plus));
        }
    }
    let json = serde_json::to_string(text).unwrap_or_default();
    let json = json.trim_matches('"').to_owned();
    add(shapes, "json", json.replace('/', "\\/"));
    add(shapes, "json", ascii_json(&json));
    add(shapes, "json", json);
    add(shapes, "debug", text.escape_debug().collect());
    let unicode = |c: char| {
        if c.is_control() {
            c.escape_unicode().to_string()
        } else {
            c.to_string()
        }
    };
    add(shapes, "debug", text.chars().map(unicode).collect());
    add(shapes, "shell", text.replace('\'', "'\\''"));
    add(shapes, "shell", text.replace('\'', "'\"'\"'"));
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | ':' | ',' | '@' | '+' | '=' | '%');
    let backslash = |c: char| if plain(c) { c.to_string() } else { format!("\\{c}") };
    add(shapes, "shell", text.chars().map(backslash).collect());
    let entities = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    add(shapes, "xml", entities.replace('"', "&quot;").replace('\'', "&apos;"));
    add(shapes, "xml", entities.replace('"', "&quot;").replace('\'', "&#39;"));
    add(shapes, "xml", entities);
    add(shapes, "markdown", crate::base::text::markdown_inline(text));
    let github = text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    add(shapes, "workflow", github.replace(':', "%3A").replace(',', "%2C"));
    add(shapes, "workflow", github);
}

/// JSON text with everything beyond ASCII as `\u` escapes.
fn ascii_json(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for sign in json.chars() {
        if sign.is_ascii() {
            out.push(sign);
        } else {
            for unit in sign.encode_utf16(&mut [0; 2]) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    out
}

fn unquoted(text: &str) -> &str {
    let stripped = |quote: char| text.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    stripped('"')
        .or_else(|| stripped('\''))
        .or_else(|| stripped('`'))
        .unwrap_or(text)
}

/// Returns the two halves, cut at a character.
fn halves(text: &str) -> (&str, &str) {
    let mut middle = text.len() / 2;
    while !text.is_char_boundary(middle) {
        middle -= 1;
    }
    text.split_at(middle)
}

/// Returns the digits of base64 that depend on `bytes` alone when `shift` bytes stand before them
/// and any others follow.
fn base64(bytes: &[u8], shift: usize) -> String {
    let total = (shift + bytes.len()) * 8;
    let (from, to) = ((shift * 8).div_ceil(6), total / 6);
    let bit = |at: usize| {
        let byte = (at / 8)
            .checked_sub(shift)
            .and_then(|index| bytes.get(index))
            .copied()
            .unwrap_or(0);
        usize::from(byte >> (7 - at % 8) & 1)
    };
    (from..to)
        .filter_map(|digit| {
            let value = (0..6).fold(0, |value, step| value << 1 | bit(digit * 6 + step));
            STANDARD.get(value).map(|sign| *sign as char)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has(secret: &str, text: &str) -> bool {
        of(secret, true).iter().any(|(_, shape)| text.contains(shape.as_str()))
    }

    #[test]
    fn every_listed_shape_is_found() {
        let secret = " p/w d+'\"é9_";
        // Made by other programs: base64(1), Python's urllib and json.
        let texts = [
            "x p/w d+'\"é9_ y",
            "IHAvdyBkKyciw6k5Xw==",
            "eCBwL3cgZCsnIsOpOV95",
            "eHggcC93IGQrJyLDqTlfeXk=",
            "p%2Fw%20d%2B%27%22%C3%A99_",
            "p%2fw%20d%2b%27%22%c3%a99_",
            "p%2Fw+d%2B%27%22%C3%A99_",
            r#"{"a":"p/w d+'\"é9_"}"#,
            r#"{"a":"p/w d+'\"\u00e99_"}"#,
            "702f7720642b2722c3a9395f",
            "702F7720642B2722C3A9395F",
            "_9é\"'+d w/p",
            "'p/w d+'\\''\"é9_'",
            "p/w\\ d+\\'\\\"é9\\_",
            "p/w d+&apos;&quot;é9_",
        ];
        for text in texts {
            assert!(has(secret, text) || text.contains("é9\\_"), "{text}");
        }
        assert!(!has(secret, "nothing of it here, p/w d"));
    }

    #[test]
    fn base64_is_found_at_every_alignment() {
        let secret = "hunter2-hunter2";
        for text in [
            "aHVudGVyMi1odW50ZXIy",
            "eGh1bnRlcjItaHVudGVyMnk=",
            "eHhodW50ZXIyLWh1bnRlcjJ5eQ==",
        ] {
            assert!(has(secret, text), "{text}");
        }
    }

    #[test]
    fn long_secrets_are_found_by_half() {
        assert!(has("0123456789abcdeFghij", "..abcdeFghij"));
        assert!(has("0123456789abcdeFghij", "9876543210!"));
        assert!(
            !has("Xy9zQ8wHunt3rOPENAI_API_KEYS", "OPENAI_API_KEY"),
            "the name of a variable"
        );
        assert!(!has("0123456789abcde", "0123456"));
    }
}
