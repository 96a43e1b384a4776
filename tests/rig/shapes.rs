//! The shapes in which a secret must not come out, and the search for them.
#![allow(dead_code, clippy::unwrap_used)]

/// A secret as it can stand in a line of a file without quotes.
pub(crate) fn plain(secret: &str) -> String {
    secret
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '+'))
        .collect()
}

fn base64(text: &[u8]) -> String {
    const SIGNS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bits: Vec<u8> = text
        .iter()
        .flat_map(|byte| (0..8).rev().map(move |at| byte >> at & 1))
        .collect();
    let digits = bits
        .chunks_exact(6)
        .map(|six| SIGNS[six.iter().fold(0, |value, bit| value << 1 | usize::from(*bit))] as char);
    digits.collect()
}

/// The encodings of the issue, made here and not by the program under test.
pub(crate) fn encodings(secret: &str) -> Vec<String> {
    let bytes = secret.as_bytes();
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let percent: String = bytes
        .iter()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() {
                (*byte as char).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect();
    let json = serde_json::to_string(secret).unwrap();
    let mut all = vec![
        secret.to_owned(),
        hex.to_uppercase(),
        hex,
        percent.to_lowercase(),
        percent,
    ];
    all.push(json.trim_matches('"').to_owned());
    all.push(secret.replace('\'', "'\\''"));
    all.push(secret.chars().rev().collect());
    all.push(secret.trim().to_owned());
    all.push(secret.trim_matches(['"', '\'', '`']).to_owned());
    for skip in 0..3 {
        // Whole triples from each alignment.
        let rest = bytes.get((3 - skip) % 3..).unwrap_or_default();
        let whole = base64(&rest[..rest.len() / 3 * 3]);
        all.push(whole.replace('+', "-").replace('/', "_"));
        all.push(whole);
    }
    if secret.is_ascii() && secret.len() >= 16 {
        let (first, second) = secret.split_at(secret.len() / 2);
        all.extend([first, second].map(|half| half.chars().rev().collect()));
        all.extend([first.to_owned(), second.to_owned()]);
    }
    all.retain(|text| text.len() >= 8);
    all
}

/// Fails where a text holds one of the secrets in any shape.
pub(crate) fn assert_clean(what: &str, bytes: &[u8], secrets: &[String]) {
    let text = String::from_utf8_lossy(bytes);
    for (at, secret) in secrets.iter().enumerate() {
        for text_of in [secret.clone(), plain(secret)] {
            for encoding in encodings(&text_of) {
                let Some(place) = text.find(&encoding) else { continue };
                let line = text.get(..place).unwrap_or_default().lines().count();
                panic!(
                    "{what} holds secret {at} in line {line}: {}",
                    text.lines().nth(line.saturating_sub(1)).unwrap_or_default()
                );
            }
        }
    }
}
