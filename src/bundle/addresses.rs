//! Finds mail addresses, network addresses and long ids in a text.

use std::net::{Ipv4Addr, Ipv6Addr};

/// Endings of unit names: `name@instance.service` is no mail address.
const UNITS: &[&str] = &[
    "service", "socket", "target", "slice", "timer", "mount", "scope", "device", "path", "invalid",
];

/// Replaces mail addresses.
pub(super) fn mails(text: &str, mut with: impl FnMut(&str) -> String) -> String {
    let local = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '+');
    let domain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('@') {
        let (before, after) = rest.split_at(at);
        let after = after.get(1..).unwrap_or_default();
        let start = before.rfind(|c| !local(c)).map_or(0, |last| last + width(before, last));
        let end = after.find(|c| !domain(c)).unwrap_or(after.len());
        let (name, host) = (
            before.get(start..).unwrap_or_default(),
            after.get(..end).unwrap_or_default(),
        );
        let host = host.trim_end_matches(['.', '-']);
        let last = host.rsplit('.').next().unwrap_or_default();
        let real = !name.is_empty()
            && host.contains('.')
            && last.len() >= 2
            && last.bytes().all(|byte| byte.is_ascii_alphabetic())
            && !UNITS.contains(&last);
        if real {
            out.push_str(before.get(..start).unwrap_or_default());
            out.push_str(&with(&format!("{name}@{host}")));
            rest = after.get(host.len()..).unwrap_or_default();
        } else {
            out.push_str(before);
            out.push('@');
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

fn width(text: &str, at: usize) -> usize {
    text.get(at..)
        .and_then(|rest| rest.chars().next())
        .map_or(1, char::len_utf8)
}

/// Replaces IPv4 and IPv6 addresses other than loopback and "any"; the closure is told whether it
/// is IPv6.
pub(super) fn internet(text: &str, mut with: impl FnMut(&str, bool) -> String) -> String {
    if !text.contains(['.', ':']) {
        return text.to_owned();
    }
    let part = |c: char| c.is_ascii_hexdigit() || matches!(c, '.' | ':');
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(part) {
        let (before, after) = rest.split_at(at);
        out.push_str(before);
        let end = after.find(|c| !part(c)).unwrap_or(after.len());
        let (word, tail) = after.split_at(end);
        let joined = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
        let alone = !out.ends_with(joined) && !tail.starts_with(joined);
        out.push_str(&if alone {
            address(word, &mut with)
        } else {
            word.to_owned()
        });
        rest = tail;
    }
    out.push_str(rest);
    out
}

/// A word of hex digits, dots and colons: an address, with a port or a full stop after it.
fn address(word: &str, with: &mut impl FnMut(&str, bool) -> String) -> String {
    let bare = word.trim_end_matches([':', '.']);
    let tail = word.get(bare.len()..).unwrap_or_default();
    if let Ok(six) = bare.parse::<Ipv6Addr>() {
        let plain = six.is_loopback() || six.is_unspecified();
        return if plain {
            word.to_owned()
        } else {
            format!("{}{tail}", with(bare, true))
        };
    }
    let (host, port) = bare.split_once(':').map_or((bare, ""), |(host, _)| {
        (host, bare.get(host.len()..).unwrap_or_default())
    });
    match host.parse::<Ipv4Addr>() {
        Ok(four) if !four.is_loopback() && !four.is_unspecified() => format!("{}{port}{tail}", with(host, false)),
        _ => word.to_owned(),
    }
}

/// Replaces runs of exactly 32 hex digits, the form of Cloudflare's account ids.
pub(super) fn ids(text: &str, mut with: impl FnMut(&str) -> String) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_ascii_alphanumeric()) {
        let (before, after) = rest.split_at(at);
        out.push_str(before);
        let end = after.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(after.len());
        let (word, tail) = after.split_at(end);
        let known = word.starts_with("acc000000000");
        if word.len() == 32 && !known && word.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            out.push_str(&with(word));
        } else {
            out.push_str(word);
        }
        rest = tail;
    }
    out.push_str(rest);
    out
}

/// Replaces the ids of chats, rooms and people in the config paths of channels, such as
/// `channels.telegram.groups.-1001234567890.agent`: names of that form are nobody's setting.
pub(super) fn chats(text: &str, mut with: impl FnMut(&str) -> String) -> String {
    const SECTION: &str = "channels.";
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(SECTION) {
        let (before, after) = rest.split_at(at + SECTION.len());
        out.push_str(before);
        let end = after.find(|c: char| c.is_whitespace() || matches!(c, '`' | ',' | ';' | ')'));
        let (path, tail) = after.split_at(end.unwrap_or(after.len()));
        let part = |part: &str| {
            let bare = part.trim_matches(|c| matches!(c, '"' | '\'' | '[' | ']' | ':'));
            let digits = bare.trim_start_matches(['-', '+']);
            let number = digits.split_once('@').map_or(digits, |(number, _)| number);
            let is_id = number.len() >= 5 && number.bytes().all(|byte| byte.is_ascii_digit());
            if is_id {
                part.replacen(bare, &with(bare), 1)
            } else {
                part.to_owned()
            }
        };
        let parts: Vec<String> = path.split('.').map(part).collect();
        out.push_str(&parts.join("."));
        rest = tail;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_found() {
        let mail = |text| mails(text, |_| "M".to_owned());
        assert_eq!(mail("to me.x+y@mail.example.org."), "to M.");
        assert_eq!(mail("é@a.de x@b.io, <c@d.com>"), "é@a.de M, <M>");
        for text in [
            "openclaw@alice.service",
            "openclaw@2026.9.6",
            "@openclaw/core",
            "u:p@127.0.0.1:1",
            "a@b",
        ] {
            assert_eq!(mail(text), text);
        }
        let net = |text| internet(text, |_, six| if six { "6".to_owned() } else { "4".to_owned() });
        assert_eq!(net("http://10.1.2.3:80/ at 192.168.0.9."), "http://4:80/ at 4.");
        assert_eq!(net("[fe80::1]:80 and 2001:4860::8888"), "[6]:80 and 6");
        for text in [
            "127.0.0.1:18789",
            "0.0.0.0",
            "::1",
            "[::]:1",
            "2026.9.6",
            "10:20:30",
            "v1.2.3.4-x",
            "std::env",
        ] {
            assert_eq!(net(text), text);
        }
        let chat = |text| chats(text, |_| "C".to_owned());
        assert_eq!(
            chat("channels.telegram.groups.-1001234567890.agent is"),
            "channels.telegram.groups.C.agent is"
        );
        assert_eq!(
            chat("`channels.discord.guilds.\"123456789012345678\".x`, channels.signal.+4915112345678: a"),
            "`channels.discord.guilds.\"C\".x`, channels.signal.C: a"
        );
        for text in [
            "channels.telegram.accounts.0.x",
            "gateway.port 18789",
            "channels.slack.v12345",
        ] {
            assert_eq!(chat(text), text);
        }
        let id = |text| ids(text, |_| "A".to_owned());
        assert_eq!(id("/v1/0123456789abcdef0123456789ABCDEF/gw"), "/v1/A/gw");
        assert_eq!(
            id("0123456789abcdef0123456789abcdef0"),
            "0123456789abcdef0123456789abcdef0"
        );
    }
}
