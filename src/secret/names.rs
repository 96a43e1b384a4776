//! Which variable names are worth reporting in files that OpenClaw does not read itself.

use crate::secret::value::is_env_name;
use crate::secret::words::{humps, is_word};

/// Returns whether a name looks like that of a credential: `…KEY`, `…TOKEN`, `…SECRET`,
/// `…PASSWORD`, `…AUTH`, as whole words at the end.
pub fn is_credential(name: &str) -> bool {
    const ENDINGS: &[&str] = &[
        "KEY",
        "KEYS",
        "APIKEY",
        "TOKEN",
        "SECRET",
        "PASSWORD",
        "PASSWD",
        "AUTH",
        "CREDENTIALS",
    ];
    let name = name.to_ascii_uppercase();
    let is_number = |word: &&str| word.bytes().all(|byte| byte.is_ascii_digit());
    let last = name
        .rsplit(['_', '-'])
        .find(|word| !is_number(word))
        .unwrap_or_default();
    ENDINGS.contains(&last)
        || ["TOKEN", "PASSWORD", "SECRET"]
            .iter()
            .any(|ending| last.ends_with(ending))
}

/// Returns whether the field of a config holds a credential: by its own name, or because it stands among headers.
pub(crate) fn is_credential_field(parent: &str, key: &str) -> bool {
    const WORDS: [&str; 9] = [
        "apikey",
        "api_key",
        "api-key",
        "password",
        "secret",
        "passphrase",
        "privatekey",
        "authorization",
        "token",
    ];
    if parent == "headers" {
        return true;
    }
    let part_is = |at: usize, word: &str| {
        let part = key.as_bytes().get(at..at + word.len());
        part.is_some_and(|part| part.eq_ignore_ascii_case(word.as_bytes()))
    };
    // Each of the words starts with one of these letters; a config may have a hundred thousand fields.
    let may_start = |byte: u8| matches!(byte.to_ascii_lowercase(), b'a' | b'p' | b's' | b't');
    let word_at = |(at, byte): (usize, u8)| {
        may_start(byte)
            && WORDS
                .iter()
                .any(|word| part_is(at, word) && (*word != "token" || at + 5 == key.len()))
    };
    let limit = ["maxtoken", "passwordfile"]
        .iter()
        .any(|name| key.eq_ignore_ascii_case(name));
    key.len() >= 5 && !limit && key.bytes().enumerate().any(word_at)
}

/// Returns whether a name is that of a secret, in any spelling: `apiKey`, `API_KEY`, `x-api-key`, `--token`, `passphrase`.
pub(crate) fn holds_secret(name: &str) -> bool {
    const ENDINGS: &[&str] = &[
        "accesskey",
        "apikey",
        "appsecret",
        "auth",
        "authorization",
        "bearer",
        "cookie",
        "credential",
        "credentials",
        "dsn",
        "hmac",
        "jwt",
        "key",
        "keys",
        "mnemonic",
        "otp",
        "pass",
        "passcode",
        "passphrase",
        "passwd",
        "password",
        "passwords",
        "pin",
        "privatekey",
        "pwd",
        "salt",
        "secret",
        "secrets",
        "seed",
        "sig",
        "sid",
        "signature",
        "token",
        "webhook",
    ];
    let last = name
        .split(|c: char| !c.is_alphanumeric())
        .rfind(|part| !part.is_empty() && !part.bytes().all(|byte| byte.is_ascii_digit()))
        .unwrap_or_default();
    if last.len() > 64 || !last.is_ascii() {
        return false;
    }
    let hump = humps(last).last().unwrap_or_default().to_ascii_lowercase();
    let last = last.to_ascii_lowercase();
    let joined = [
        "token",
        "password",
        "secret",
        "apikey",
        "passphrase",
        "passwd",
        "webhook",
    ];
    ENDINGS.contains(&hump.as_str()) || ENDINGS.contains(&last.as_str()) || joined.iter().any(|end| last.ends_with(end))
}

/// Returns whether a variable may be called by its name: a name of words, or the usual form of a credential's name.
/// A key pasted in the place of a name is neither.
pub(crate) fn is_public_name(name: &str, known: &dyn Fn(&str) -> bool) -> bool {
    if known(name) {
        return true;
    }
    let upper = name
        .bytes()
        .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
    let lower = name
        .bytes()
        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    let parts: Vec<&str> = name.split('_').filter(|p| !p.is_empty()).collect();
    let letters = |part: &&str| part.bytes().all(|b| b.is_ascii_alphabetic());
    // One word that no list has, and that says nothing of a key, is a password as well as a name.
    let longest = match parts.len() {
        1 if !upper => 0,
        1 if !is_credential(name) => 10,
        _ => 16,
    };
    // `KEY2`, not the digits of a key behind a letter or a word.
    let numbered = |part: &&str| {
        let bare = part.trim_end_matches(|c: char| c.is_ascii_digit());
        part.len() - bare.len() <= 2 && is_word(bare)
    };
    let number = |part: &&str| part.len() <= 2 && part.bytes().all(|b| b.is_ascii_digit());
    let word =
        |part: &&str| number(part) || is_word(part) || (letters(part) && part.len() <= longest) || numbered(part);
    name.len() <= 64
        && (upper || lower)
        && !parts.is_empty()
        && parts.iter().all(word)
        && (parts.len() > 1 || name.len() <= 16)
}

/// Returns whether a text is several words joined as names are, each in letters of one case: `TF_VAR_x`.
pub(crate) fn is_joined_name(name: &str) -> bool {
    let one_case = |part: &str| {
        let upper = part.bytes().all(|byte| byte.is_ascii_uppercase());
        part.len() <= 12 && (upper || part.bytes().all(|byte| byte.is_ascii_lowercase()))
    };
    name.contains('_') && name.len() <= 64 && name.split('_').all(one_case)
}

/// Returns whether a reference names a credential: `$UMMER2024` is a password, not a reference.
pub(crate) fn is_named(reference: &str) -> bool {
    let name = reference.trim_start_matches(['$', '{']).trim_end_matches('}');
    let upper = !name.bytes().any(|byte| byte.is_ascii_lowercase());
    upper && is_credential(name) && is_public_name(name, &|_| false)
}

/// Returns whether a name is one that OpenClaw or its forerunners read.
pub fn is_openclaw(name: &str) -> bool {
    ["OPENCLAW_", "CLAWDBOT_", "MOLTBOT_"]
        .iter()
        .any(|prefix| name.starts_with(prefix))
}

/// Returns whether a name belongs to the account of a cloud, whose settings are needed with its credentials.
pub fn is_of_cloud(name: &str) -> bool {
    ["AWS_", "GOOGLE_", "GCLOUD_", "CLOUD_ML_", "AZURE_", "ANTHROPIC_VERTEX_"]
        .iter()
        .any(|start| name.starts_with(start))
}

/// Returns whether an assignment of this name is worth a line in the snapshot: a credential, a name
/// of OpenClaw's, a proxy or certificate variable, or a name that was asked for.
pub fn is_of_interest(name: &str, asked: &[String]) -> bool {
    const NETWORK: &[&str] = &[
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "NO_PROXY",
        "NODE_EXTRA_CA_CERTS",
        "SSL_CERT_FILE",
    ];
    let upper = name.to_ascii_uppercase();
    is_env_name(name)
        && (is_credential(name)
            || is_openclaw(name)
            || NETWORK.contains(&upper.as_str())
            || is_of_cloud(name)
            || asked.iter().any(|key| key == name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_told_by_their_last_word() {
        for name in [
            "OPENAI_API_KEY",
            "FAL_KEY",
            "GH_TOKEN",
            "GHTOKEN",
            "MY_SECRET",
            "DB_PASSWORD",
            "BASIC_AUTH",
            "apikey",
            "token",
            "OPENAI_API_KEY_2",
        ] {
            assert!(is_credential(name), "{name}");
        }
        for name in [
            "PATH",
            "KEYBOARD",
            "MONKEY",
            "AUTHOR",
            "TOKENIZERS_PARALLELISM",
            "HOME",
            "",
        ] {
            assert!(!is_credential(name), "{name}");
        }
    }

    #[test]
    fn a_key_behind_a_word_is_no_name() {
        for name in ["KEY2", "S3_BUCKET", "API_KEY_12", "OPENAI_API_KEY"] {
            assert!(is_public_name(name, &|_| false), "{name}");
        }
        for name in [
            "A73519462088",
            "SUMMER2024",
            "WE73519462088",
            "MY_KEY_20240817",
            "summer1987",
        ] {
            assert!(!is_public_name(name, &|_| false), "{name}");
        }
    }

    #[test]
    fn names_asked_for_count() {
        let asked = ["PLAIN".to_owned()];
        assert!(is_of_interest("PLAIN", &asked) && !is_of_interest("PLAIN", &[]));
        assert!(is_of_interest("https_proxy", &[]) && is_of_interest("CLAWDBOT_X", &[]));
        assert!(!is_of_interest("bad name TOKEN", &[]));
    }

    #[test]
    fn joined_names_are_of_one_case_each() {
        for name in ["TF_VAR_x", "npm_config_REGISTRY", "_x"] {
            assert!(is_joined_name(name), "{name}");
        }
        for text in [
            "xoxb_1234",
            "hunter2pass77",
            "ghp_AbCdEf",
            "AKIAIOSFODNN_7EXAMPLE",
            "correcthorsebattery",
            "a_Zx8Cv7Bn6Mq",
        ] {
            assert!(!is_joined_name(text), "{text}");
        }
    }
}
