//! Texts that no person made up: a key that stands where a name, a path or a word belongs looks like this.

use super::words::{humps, is_word, rare_pairs};

/// Shortest run of letters and digits that is judged.
const SHORTEST: usize = 10;

/// Returns the runs of letters, digits, and the signs that keys are joined with, that look generated, each once.
/// Digits alone are not among them: chats and accounts are named by numbers.
pub(crate) fn find(text: &str) -> Vec<&str> {
    let mut found: Vec<&str> = Vec::new();
    let sign = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '+' | '=');
    for token in text.split(|c: char| !sign(c)) {
        let token = token.trim_matches(|c: char| !c.is_ascii_alphanumeric());
        if token.len() >= SHORTEST && is_generated(token) && !found.contains(&token) {
            found.push(token);
        }
    }
    found
}

/// Returns an address up to its first part that looks generated: a key that stands in a path or a host name is no part of
/// what may be told. The id of a Cloudflare account is.
pub(crate) fn made_up_part(url: &str) -> String {
    let account = |token: &str| token.len() == 32 && token.bytes().all(|byte| byte.is_ascii_hexdigit());
    let first = find(url).into_iter().find(|token| !account(token));
    let end = first.and_then(|token| url.find(token)).unwrap_or(url.len());
    url.get(..end).unwrap_or_default().to_owned()
}

/// Returns whether one of the runs that a token is joined of looks generated.
fn is_generated(token: &str) -> bool {
    token
        .split(|c: char| !c.is_ascii_alphanumeric())
        .any(|run| run.len() >= SHORTEST && is_mixed(run))
}

/// Letters with digits between them, capitals where no word begins, or letters that no word has beside each other.
fn is_mixed(run: &str) -> bool {
    let digit: Vec<bool> = run.bytes().map(|byte| byte.is_ascii_digit()).collect();
    let turns = digit.windows(2).filter(|pair| pair.first() != pair.last()).count();
    // What begins with a capital and is no word.
    let odd: Vec<&str> = humps(run).filter(|hump| hump.len() == 1 || !is_word(hump)).collect();
    let signs: usize = odd.iter().map(|hump| hump.len()).sum();
    let cased = run.bytes().any(|byte| byte.is_ascii_lowercase()) && run.bytes().any(|byte| byte.is_ascii_uppercase());
    if turns >= 3
        || (turns == 2 && (run.len() >= 14 || is_torn(run)))
        || (cased && signs >= 8 && odd.len() * 4 >= signs)
    {
        return true;
    }
    let rare = unlike_words(run);
    // Words of one to three letters each, some of them no word: chance makes many of those.
    let choppy = cased && odd.len() >= 2 && humps(run).count() * 3 >= run.len();
    choppy
        || rare >= 3
        || (turns >= 1 && rare >= 2)
        || (cased && signs >= 8 && rare >= 1)
        || (cased && signs >= 10 && odd.len() * 5 >= signs)
}

/// How many pairs of letters there are that words hardly have, in what is no word.
fn unlike_words(run: &str) -> usize {
    let letters = run
        .split(|c: char| !c.is_ascii_alphabetic())
        .filter(|part| !is_word(part));
    let parts = letters.flat_map(humps).filter(|hump| !is_word(hump));
    parts.map(rare_pairs).sum()
}

/// Capitals on one side of a digit and small letters on another.
fn is_torn(run: &str) -> bool {
    let parts = || run.split(|c: char| c.is_ascii_digit()).filter(|part| part.len() >= 2);
    parts().any(|part| part.bytes().all(|byte| byte.is_ascii_uppercase()))
        && parts().any(|part| part.bytes().all(|byte| byte.is_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_in_addresses_end_what_may_be_told() {
        for (url, told) in [
            ("https://h.example/Tn84bWq3ZrK5/v1", "https://h.example/"),
            ("wss://MyKE9m9iMfw05Q.h.example", "wss://"),
            (
                "https://gateway.ai.cloudflare.com/v1/0123456789abcdef0123456789abcdef/main",
                "",
            ),
            ("https://llm.example.com/openai/v1", ""),
        ] {
            assert_eq!(made_up_part(url), if told.is_empty() { url } else { told });
        }
    }

    #[test]
    fn keys_are_told_from_names() {
        for key in [
            "sk-ant-api03-Zx8Cv7Bn6MqQwErTy",
            "FAKE_68AKUXNJJGZU60XVQXCE",
            "4258ef046efee8f29b9b12888fdebeef",
            "Hkm1x72EsS-UQUAkNX7LH",
            "xOqLbRtMwZyKp",
            "RmkxJ1wTCz-Qu2DejoWhW",
            "JSCcvuAhbKlGOfWlnol",
            "sOHMLLipQUVGRZg",
            "otUYXS6ljs-FnKycXzj4n",
            "CVUX62bauazvc",
            "mGYZjetIIf-Gd88fkQEYY",
            "F2utIjFrpATUK",
            "K9suLORjf9TceFSORFBILx76RTEI",
            "rrmhipFudQur6",
            "VFFTuMNUsOPS",
            "KDB4PHRTSDLB",
            "hqzkwjvtrpxmbdgc",
        ] {
            assert_eq!(find(&format!("the file ./{key}.json is not there")), [key]);
        }
        for name in [
            "claude-sonnet-4-6",
            "llama-3.3-70b-instruct-fp8-fast",
            "text-embedding-3-small",
            "claude-3-5-sonnet-20241022",
            "-1001234567890",
            "CLOUDFLARE_AI_GATEWAY_API_KEY",
            "allowUnconfiguredGatewayAuthToken",
            "toDoListOfMyOwn",
            "getXYOfAPINow",
            "Qwen2Instruct",
            "openclaw-gateway@work2.service",
            "gateway.systemd.env",
            "2026-11-22T14:10:12.851Z",
            "/home/me/.openclaw/agents/main2/auth-profiles.json",
            "x86_64-unknown-linux-gnu",
            "org.freedesktop.systemd1",
            "NODE_EXTRA_CA_CERTS",
            "channels.googlechat.accounts.work.trustedAuthservIds",
            "envelopeTimezone",
            "Mixtral-8x7B-Instruct-v0.1",
            "postgresql",
        ] {
            assert!(find(name).is_empty(), "{name}");
        }
    }
    /// Of keys of twelve signs and more that chance makes, hardly one is taken for a name.
    #[test]
    fn what_chance_makes_is_no_name() {
        let signs = [
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
            "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
            "0123456789abcdef",
        ];
        // A generator of the kind that every C library has: the same keys in every run.
        let mut state = 20_261_130_u64;
        let mut dice = move |sides: usize| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(state >> 33).unwrap_or_default() % sides
        };
        for (most, least, signs) in [
            (10, 12, signs[0]),
            (80, 12, signs[1]),
            (4, 16, signs[1]),
            (1, 32, signs[2]),
        ] {
            let mut missed = Vec::new();
            for _ in 0..4000 {
                let key: String = (0..least + dice(6))
                    .filter_map(|_| signs.chars().nth(dice(signs.len())))
                    .collect();
                if find(&key).is_empty() && !key.bytes().all(|byte| byte.is_ascii_digit()) {
                    missed.push(key);
                }
            }
            assert!(missed.len() <= most, "{}: {missed:?}", missed.len());
        }
    }
}
