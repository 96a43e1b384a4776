//! `/proc/net/fib_trie`: which IPv4 addresses are this machine's own.

use std::net::Ipv4Addr;

/// Returns the addresses, each once.
pub fn local(text: &str) -> Vec<Ipv4Addr> {
    let mut out: Vec<Ipv4Addr> = Vec::new();
    let mut last = None;
    for line in text.lines() {
        let line = line.trim_start();
        if let Some(address) = line.strip_prefix("|-- ") {
            last = address.trim().parse().ok();
        } else if line.starts_with("/32 host LOCAL")
            && let Some(address) = last.filter(|address| !out.contains(address))
        {
            out.push(address);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_addresses_are_found() {
        let text = "Main:\n  +-- 0.0.0.0/0 3 0 5\n     |-- 0.0.0.0\n        /0 universe UNICAST\n     +-- 127.0.0.0/8 2 0 2\n        |-- 127.0.0.1\n           /32 host LOCAL\n        |-- 127.255.255.255\n           /32 link BROADCAST\n     |-- 192.168.7.2\n        /32 host LOCAL\nLocal:\n     |-- 192.168.7.2\n        /32 host LOCAL\n";
        assert_eq!(local(text), [Ipv4Addr::LOCALHOST, Ipv4Addr::new(192, 168, 7, 2)]);
        assert!(local("nonsense\n/32 host LOCAL").is_empty());
    }
}
