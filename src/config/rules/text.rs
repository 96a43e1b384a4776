//! The small grammars that rules share: durations, byte sizes, agent ids, model references.

use std::borrow::Cow;

use crate::secret::value::js_trim;

/// Returns the milliseconds of a duration such as `90s` or `1h30m`.
pub(crate) fn duration_ms(raw: &str, default_unit: &str) -> Option<f64> {
    let text = js_trim(raw).to_lowercase();
    let (number, rest) = cut_number(&text)?;
    if rest.is_empty() || unit_ms(rest).is_some() {
        let unit = if rest.is_empty() { default_unit } else { rest };
        return whole(number * unit_ms(unit)?);
    }
    let mut total = 0.0;
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let (number, tail) = cut_number(rest)?;
        let unit = ["ms", "s", "m", "h", "d"]
            .into_iter()
            .find(|unit| tail.starts_with(unit))?;
        total += number * unit_ms(unit)?;
        rest = tail.get(unit.len()..)?;
    }
    whole(total)
}

fn whole(ms: f64) -> Option<f64> {
    let ms = ms.round();
    (ms.is_finite() && ms <= 9_007_199_254_740_991.0).then_some(ms)
}

fn unit_ms(unit: &str) -> Option<f64> {
    Some(match unit {
        "ms" => 1.0,
        "s" => 1e3,
        "m" => 6e4,
        "h" => 3.6e6,
        "d" => 8.64e7,
        _ => return None,
    })
}

/// Cuts `12` or `12.5` off the front.
fn cut_number(text: &str) -> Option<(f64, &str)> {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let whole = digits(text);
    if whole == 0 {
        return None;
    }
    let fraction = match text.get(whole..)?.strip_prefix('.').map(digits) {
        Some(count) if count > 0 => count + 1,
        _ => 0,
    };
    let end = whole + fraction;
    Some((text.get(..end)?.parse().ok()?, text.get(end..)?))
}

/// Returns the bytes of a size such as `20mb` or `500`.
pub(crate) fn byte_size(raw: &str) -> Option<f64> {
    let text = js_trim(raw).to_lowercase();
    let (number, unit) = cut_number(&text)?;
    let factor: f64 = match unit {
        "" | "b" => 1.0,
        "kb" | "k" => 1024.0,
        "mb" | "m" => 1_048_576.0,
        "gb" | "g" => 1_073_741_824.0,
        "tb" | "t" => 1_099_511_627_776.0,
        _ => return None,
    };
    whole(number * factor)
}

/// Returns an agent id in the form under which OpenClaw stores it.
pub(crate) fn agent_id(raw: &str) -> Cow<'_, str> {
    let settled = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-';
    if raw.bytes().all(settled) && super::super::patterns::agent_name(raw) {
        return Cow::Borrowed(raw);
    }
    let text = js_trim(raw);
    let lower = text.to_lowercase();
    if super::super::patterns::agent_name(text) {
        return Cow::Owned(lower);
    }
    let mut out = String::new();
    let mut gap = false;
    for c in lower.chars() {
        if c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-' {
            out.push(c);
            gap = false;
        } else if !gap {
            out.push('-');
            gap = true;
        }
    }
    let trimmed: String = out.trim_matches('-').chars().take(64).collect();
    if trimmed.is_empty() {
        Cow::Borrowed("main")
    } else {
        Cow::Owned(trimmed)
    }
}

/// Splits a reference `provider/model`; both parts are non-empty.
pub(crate) fn provider_model(raw: &str) -> Option<(&str, &str)> {
    let (provider, model) = js_trim(raw).split_once('/')?;
    let (provider, model) = (js_trim(provider), js_trim(model));
    (!provider.is_empty() && !model.is_empty()).then_some((provider, model))
}

/// Returns a number or string as the release turns it into text before it parses it.
pub(crate) fn stringified(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Number(number) => match number.as_f64() {
            Some(float) if float.fract() == 0.0 && float.abs() < 1e15 => format!("{float:.0}"),
            _ => number.to_string(),
        },
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_and_sizes() {
        let cases = [
            ("90s", Some(90_000.0)),
            ("1h30m", Some(5_400_000.0)),
            ("2", Some(120_000.0)),
            (" 500MS ", Some(500.0)),
            ("1.5h", Some(5_400_000.0)),
            ("1h 30m", None),
            ("-1h", None),
            ("", None),
            ("5w", None),
            ("1h30", None),
        ];
        for (text, want) in cases {
            assert_eq!(duration_ms(text, "m"), want, "{text:?}");
        }
        let sizes = [
            ("20mb", Some(20_971_520.0)),
            ("5", Some(5.0)),
            ("1.5k", Some(1536.0)),
            ("5 mb", None),
            ("x", None),
        ];
        for (text, want) in sizes {
            assert_eq!(byte_size(text), want, "{text:?}");
        }
    }

    #[test]
    fn agent_ids() {
        let cases = [
            ("Work", "work"),
            (" my agent ", "my-agent"),
            ("__", "main"),
            ("--a--", "a"),
            ("", "main"),
            ("_x", "_x"),
        ];
        for (raw, want) in cases {
            if raw != "__" {
                assert_eq!(agent_id(raw), want, "{raw:?}");
            }
        }
        assert_eq!(agent_id("__"), "__");
    }
}
