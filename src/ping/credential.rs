//! Whether a credential can be sent at all, and what its form says (facts/pings.md sections 5, 10).

use crate::model::snapshot::{ValueFacts, ValueFlag};
use crate::secret::value;

/// How the value of `cf-aig-authorization` is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenForm {
    /// `Bearer TOKEN`.
    Bearer,
    /// A token without the word before it.
    Bare,
    /// Something else: `Bearer: TOKEN`, `bearer Bearer TOKEN`, quotes.
    Malformed,
}

impl TokenForm {
    /// Reads the form of a header value.
    pub fn of(text: &str) -> TokenForm {
        let text = http_trim(text);
        let odd =
            |token: &str| token.is_empty() || token.contains([' ', '\t', '"', '\'', ':']) || token.contains("Bearer");
        match text.strip_prefix("Bearer ") {
            Some(token) if !odd(token) => TokenForm::Bearer,
            None if !odd(text) => TokenForm::Bare,
            _ => TokenForm::Malformed,
        }
    }

    /// Returns the word for the verdict's fact.
    pub fn as_str(self) -> &'static str {
        match self {
            TokenForm::Bearer => "bearer",
            TokenForm::Bare => "bare",
            TokenForm::Malformed => "malformed",
        }
    }
}

/// Trims as `fetch` does before it sends a header: blanks, tabs and line ends at both ends.
pub fn http_trim(text: &str) -> &str {
    text.trim_matches([' ', '\t', '\r', '\n'])
}

/// Returns whether a value stands for no secret: blank, a redaction mark, `undefined`, `null`, an
/// unexpanded reference. OpenClaw refuses these itself, so they are never sent.
pub fn is_no_secret(facts: &ValueFacts, text: &str) -> bool {
    let text = value::js_trim(text);
    facts.is_blank()
        || facts.has(ValueFlag::Sentinel)
        || facts.has(ValueFlag::LiteralReference)
        || facts.foreign.is_some()
        || matches!(text, "undefined" | "null")
}

/// Returns whether a value may not leave this machine, because it is certainly nobody's credential.
pub fn is_nobodys(facts: &ValueFacts, text: &str) -> bool {
    is_no_secret(facts, text) || value::is_stand_in(text)
}

/// Returns whether a header can carry the value: Latin-1 without control characters.
pub fn is_sendable(text: &str) -> bool {
    http_trim(text)
        .chars()
        .all(|c| c == '\t' || (c as u32 >= 0x20 && c as u32 <= 0xff && c as u32 != 0x7f))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::{FingerprintKey, Vault};

    #[test]
    fn forms_of_the_token_header() {
        for (text, wanted) in [
            ("Bearer abc", TokenForm::Bearer),
            (" Bearer abc\r\n", TokenForm::Bearer),
            ("abc", TokenForm::Bare),
            ("Bearer: abc", TokenForm::Malformed),
            ("bearer abc", TokenForm::Malformed),
            ("Bearer Bearer abc", TokenForm::Malformed),
            ("Bearer", TokenForm::Malformed),
            ("Bearer \"abc\"", TokenForm::Malformed),
            ("", TokenForm::Malformed),
        ] {
            assert_eq!(TokenForm::of(text), wanted, "{text}");
        }
    }

    #[test]
    fn placeholders_stay_here() {
        let vault = Vault::new(FingerprintKey::from_bytes(vec![1; 32]));
        let kept = |text: &str| is_nobodys(&vault.facts("x", &vault.seal(text)), text);
        for text in [
            "Bearer undefined",
            "Bearer null",
            "bearer NONE",
            "Bearer $CF_AIG_TOKEN",
            "Bearer ${CF_AIG_TOKEN}",
            "Bearer ...",
            "Bearer …",
            "Bearer <TOKEN>",
            "Bearer <your token>",
            "Bearer: <TOKEN>",
            "Bearer Bearer <TOKEN>",
            "Bearer",
            "Bearer \"YOUR_TOKEN_HERE\"",
            "Bearer op://vault/item/field",
            "Bearer {{ .token }}",
            "Bearer CF_AIG_TOKEN",
            "Bearer ***",
            "<your-token>",
            "your-api-key",
            "sk-ant-...",
            "changeme",
            "[object Object]",
            "op://vault/item",
        ] {
            assert!(kept(text), "{text}");
        }
        for text in [
            "Bearer cfut_0123456789abcdef0123456789abcdef01234567",
            "sk-ant-api03-T0doTodoDummy0123456789abcdefghijklmnop",
            "Bearerabc0123456789",
            "hunter2-of-somebody",
            "none-0123456789abcdef",
        ] {
            assert!(!kept(text), "{text}");
        }
    }

    #[test]
    fn what_headers_carry() {
        assert!(is_sendable("abc\r\n"));
        assert!(is_sendable("é"));
        assert!(!is_sendable("a\nb"));
        assert!(!is_sendable("a\u{2019}b"));
        assert!(!is_sendable("a\u{7f}b"));
    }
}
