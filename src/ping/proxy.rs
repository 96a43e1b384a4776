//! Which proxy OpenClaw's model calls take, by the daemon's variables (facts/pings.md section 11).

use std::net::{IpAddr, Ipv4Addr};

/// What the variables say about one target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route<'a> {
    /// No proxy is set.
    Direct,
    /// A proxy is set, and `NO_PROXY` excludes the target.
    Bypassed,
    /// Through this proxy.
    Through(&'a str),
}

/// Decides for an https target. Lower case beats upper case, an empty lower-case value hides the
/// upper one, https falls back to `http_proxy`, and `ALL_PROXY` is not used at all.
pub fn route<'a>(vars: &[(&str, &'a str)], host: &str, port: u16) -> Route<'a> {
    let both = |lower: &str, upper: &str| var(vars, lower).or_else(|| var(vars, upper));
    let proxy = both("https_proxy", "HTTPS_PROXY")
        .filter(|value| !value.trim().is_empty())
        .or_else(|| both("http_proxy", "HTTP_PROXY").filter(|value| !value.trim().is_empty()));
    let Some(proxy) = proxy else { return Route::Direct };
    let excluded = both("no_proxy", "NO_PROXY").unwrap_or_default();
    if excludes(excluded, host, port) {
        Route::Bypassed
    } else {
        Route::Through(proxy.trim())
    }
}

/// Returns whether `ALL_PROXY` is set, which other programs use and OpenClaw does not.
pub fn sets_all_proxy(vars: &[(&str, &str)]) -> bool {
    ["all_proxy", "ALL_PROXY"]
        .iter()
        .any(|name| var(vars, name).is_some_and(|value| !value.trim().is_empty()))
}

fn var<'a>(vars: &[(&str, &'a str)], name: &str) -> Option<&'a str> {
    vars.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
}

fn excludes(list: &str, host: &str, port: u16) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    list.split([',', ' ', '\t', '\n'])
        .filter(|entry| !entry.is_empty())
        .any(|entry| matches(&entry.to_ascii_lowercase(), &host, port))
}

fn matches(entry: &str, host: &str, port: u16) -> bool {
    if entry == "*" {
        return true;
    }
    let (name, wanted) = split_port(entry);
    if wanted.is_some_and(|wanted| wanted != port) {
        return false;
    }
    if let Some((network, bits)) = name.split_once('/') {
        return in_network(host, network, bits);
    }
    let bare = name.trim_start_matches("*.").trim_start_matches('.');
    let bare = bare.trim_start_matches('[').trim_end_matches(']');
    !bare.is_empty()
        && (host == bare
            || host
                .strip_suffix(bare)
                .is_some_and(|head| head.ends_with('.') && !is_address(host)))
}

fn split_port(entry: &str) -> (&str, Option<u16>) {
    match entry.rsplit_once(':') {
        Some((name, port)) if name.ends_with(']') || !name.contains(':') => {
            port.parse().map_or((entry, None), |port| (name, Some(port)))
        }
        _ => (entry, None),
    }
}

fn is_address(host: &str) -> bool {
    host.parse::<IpAddr>().is_ok()
}

fn in_network(host: &str, network: &str, bits: &str) -> bool {
    let (Ok(host), Ok(network), Ok(bits)) = (
        host.parse::<Ipv4Addr>(),
        network.parse::<Ipv4Addr>(),
        bits.parse::<u32>(),
    ) else {
        return false;
    };
    if bits > 32 {
        return false;
    }
    let mask = u32::MAX.checked_shl(32 - bits).unwrap_or(0);
    host.to_bits() & mask == network.to_bits() & mask
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn which_variable_wins() {
        let host = "gateway.ai.cloudflare.com";
        for (vars, wanted) in [
            (vec![], Route::Direct),
            (vec![("HTTPS_PROXY", "http://u:1")], Route::Through("http://u:1")),
            (
                vec![("HTTPS_PROXY", "http://u:1"), ("https_proxy", "http://l:1")],
                Route::Through("http://l:1"),
            ),
            (vec![("HTTPS_PROXY", "http://u:1"), ("https_proxy", "")], Route::Direct),
            (vec![("HTTP_PROXY", "http://h:1")], Route::Through("http://h:1")),
            (vec![("ALL_PROXY", "http://a:1")], Route::Direct),
            (
                vec![("HTTPS_PROXY", "http://u:1"), ("NO_PROXY", "cloudflare.com")],
                Route::Bypassed,
            ),
            (
                vec![
                    ("HTTPS_PROXY", "http://u:1"),
                    ("NO_PROXY", "cloudflare.com"),
                    ("no_proxy", "other.example"),
                ],
                Route::Through("http://u:1"),
            ),
        ] {
            assert_eq!(route(&vars, host, 443), wanted, "{vars:?}");
        }
        assert!(sets_all_proxy(&[("all_proxy", "x")]));
        assert!(!sets_all_proxy(&[("ALL_PROXY", " ")]));
    }

    #[test]
    fn who_is_excluded() {
        for (list, host, port, wanted) in [
            ("*", "a.example", 443, true),
            ("a.example", "a.example", 443, true),
            ("A.Example", "a.example", 443, true),
            (".example", "a.example", 443, true),
            ("*.example", "a.example", 443, true),
            ("ample", "a.example", 443, false),
            ("a.example:443", "a.example", 443, true),
            ("a.example:8443", "a.example", 443, false),
            ("x, b.example c.example", "c.example", 443, true),
            ("10.0.0.0/8", "10.1.2.3", 443, true),
            ("10.0.0.0/8", "11.1.2.3", 443, false),
            ("0.0.0.0/0", "11.1.2.3", 443, true),
            ("10.0.0.0/99", "10.1.2.3", 443, false),
            ("::1", "::1", 443, true),
            ("[::1]:443", "::1", 443, true),
            ("2.3", "10.1.2.3", 443, false),
            ("", "a.example", 443, false),
            (":", "a.example", 443, false),
        ] {
            assert_eq!(excludes(list, host, port), wanted, "{list} {host}");
        }
    }
}
