//! JSON as it is written: indented, harmless to a terminal.

use serde::Serialize;

use super::text::is_risky;

/// Returns a value as indented JSON with a final line feed. Characters that could change how a
/// terminal shows the text are written as escapes; the value is the same.
pub fn pretty(value: &impl Serialize) -> String {
    // Only maps with keys that are not text, which no type here has, cannot be written.
    let text = serde_json::to_string_pretty(value).unwrap_or_else(|_| "null".to_owned());
    let mut safe = String::with_capacity(text.len() + 1);
    for sign in text.chars() {
        if is_risky(sign) && sign != '\n' {
            for unit in sign.encode_utf16(&mut [0; 2]) {
                safe.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            safe.push(sign);
        }
    }
    safe.push('\n');
    safe
}
