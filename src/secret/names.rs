//! Which variable names are worth reporting in files that OpenClaw does not read itself.

use crate::secret::value::is_env_name;

/// Tells whether a name looks like that of a credential: `…KEY`, `…TOKEN`, `…SECRET`,
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

/// Tells whether a name is one that OpenClaw or its forerunners read.
pub fn is_openclaw(name: &str) -> bool {
    ["OPENCLAW_", "CLAWDBOT_", "MOLTBOT_"]
        .iter()
        .any(|prefix| name.starts_with(prefix))
}

/// Tells whether an assignment of this name is worth a line in the snapshot: a credential, a name
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
    fn names_asked_for_count() {
        let asked = ["PLAIN".to_owned()];
        assert!(is_of_interest("PLAIN", &asked) && !is_of_interest("PLAIN", &[]));
        assert!(is_of_interest("https_proxy", &[]) && is_of_interest("CLAWDBOT_X", &[]));
        assert!(!is_of_interest("bad name TOKEN", &[]));
    }
}
