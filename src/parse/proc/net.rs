//! `/proc/net/tcp` and `/proc/net/tcp6`: who listens on a port.

/// A listening socket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listener {
    /// Its port.
    pub port: u16,
    /// Owner of the socket, readable whoever asks.
    pub uid: u32,
    /// Inode, to be found again as `socket:[inode]` in `/proc/<pid>/fd`.
    pub inode: u64,
    /// Whether a request to 127.0.0.1 or ::1 reaches it.
    pub local: bool,
}

/// What a line of the table is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// A listening socket.
    Listening(Listener),
    /// A socket in another state; the kernel lists these after the listening ones.
    Other,
    /// The heading, or nothing that could be read.
    Unusable,
}

/// Reads one line (facts/services.md section 3.1: state `0A`, local address in hex).
pub fn line(text: &str) -> Line {
    let mut fields = text.split_ascii_whitespace();
    let (Some(_), Some(local), Some(_), Some(state)) = (fields.next(), fields.next(), fields.next(), fields.next())
    else {
        return Line::Unusable;
    };
    if !local.contains(':') || state.len() != 2 {
        return Line::Unusable;
    }
    if state != "0A" {
        return Line::Other;
    }
    listener(local, fields).map_or(Line::Unusable, Line::Listening)
}

fn listener<'a>(local: &str, mut rest: impl Iterator<Item = &'a str>) -> Option<Listener> {
    let (address, port) = local.rsplit_once(':')?;
    let uid = rest.nth(3)?.parse().ok()?;
    let inode = rest.nth(1)?.parse().ok()?;
    Some(Listener {
        port: u16::from_str_radix(port, 16).ok()?,
        uid,
        inode,
        local: is_local(address),
    })
}

/// Any address, or loopback; words are in host order, which is little-endian wherever Linux runs
/// OpenClaw (x86-64, arm64).
fn is_local(address: &str) -> bool {
    let any = address.bytes().all(|digit| digit == b'0');
    let loopback_v4 = address.len() == 8 && address.ends_with("7F");
    let loopback_v6 = address == "00000000000000000000000001000000";
    let mapped = address.len() == 32 && address.starts_with("0000000000000000FFFF0000") && address.ends_with("7F");
    any || loopback_v4 || loopback_v6 || mapped
}

#[cfg(test)]
mod tests {
    use super::*;

    const V4: &str = "   0: 0100007F:4965 00000000:0000 0A 00000000:00000000 00:00000000 00000000  4242        0 98765 1 0 100 0 0 10 0";
    const V6: &str = "   1: 00000000000000000000000001000000:4984 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 11 1 0";

    #[test]
    fn listening_lines_are_read() {
        let expected = Listener {
            port: 18789,
            uid: 4242,
            inode: 98765,
            local: true,
        };
        assert_eq!(line(V4), Line::Listening(expected));
        let Line::Listening(six) = line(V6) else {
            panic!("not read")
        };
        assert_eq!((six.port, six.uid, six.inode, six.local), (18820, 0, 11, true));
    }

    #[test]
    fn other_lines_are_told_apart() {
        assert_eq!(line(&V4.replace(" 0A ", " 01 ")), Line::Other);
        assert_eq!(
            line("  sl  local_address rem_address   st tx_queue rx_queue"),
            Line::Unusable
        );
        assert_eq!(line(""), Line::Unusable);
        assert_eq!(line("0: 0100007F:zzzz 0:0 0A a b c d e f"), Line::Unusable);
        let Line::Listening(far) = line(&V4.replace("0100007F", "0101A8C0")) else {
            panic!("not read")
        };
        assert!(!far.local);
    }
}
