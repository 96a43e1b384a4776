//! Which TCP sockets listen on this machine: asked of the kernel by netlink, else read from `/proc/net`.

use rustix::net::{AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, netlink};

use super::procfs::{Failure, ProcFs};
use crate::parse::proc::inet_diag;
use crate::parse::proc::inet_diag::Part;
use crate::parse::proc::net as proc_net;
use crate::parse::proc::net::Listener;

/// How much of a table in `/proc/net` is read; listening sockets come first.
const TABLE_CAP: usize = 16 << 20;
/// How many datagrams of an answer are read: far more than any machine's listening sockets fill.
const DATAGRAMS: usize = 4096;

/// The families, each with its table.
const FAMILIES: [(u8, &str); 2] = [(inet_diag::INET, "net/tcp"), (inet_diag::INET6, "net/tcp6")];

/// Returns all listening sockets.
pub(super) fn listening(proc_fs: &ProcFs) -> Vec<Listener> {
    FAMILIES
        .into_iter()
        .flat_map(|(family, table)| by_netlink(family).unwrap_or_else(|| by_table(proc_fs, table)))
        .collect()
}

/// Returns the owners of the local listeners on a port; none where a list is not complete.
pub(super) fn owners(proc_fs: &ProcFs, port: u16) -> Option<Vec<u32>> {
    let mut found = Vec::new();
    for (family, table) in FAMILIES {
        found.extend(match by_netlink(family) {
            Some(listeners) => listeners,
            None => whole_table(proc_fs, table)?,
        });
    }
    let of_port = found.iter().filter(|one| one.port == port && one.local);
    Some(of_port.map(|one| one.uid).collect())
}

/// None where the kernel cannot be asked this way, as in some containers.
fn by_netlink(family: u8) -> Option<Vec<Listener>> {
    let kernel = rustix::net::socket_with(
        AddressFamily::NETLINK,
        SocketType::RAW,
        SocketFlags::CLOEXEC,
        Some(netlink::SOCK_DIAG),
    )
    .ok()?;
    rustix::net::send(&kernel, &inet_diag::request(family), SendFlags::DONTWAIT).ok()?;
    let mut buffer = vec![0_u8; 16 << 10];
    let mut listeners = Vec::new();
    for _ in 0..DATAGRAMS {
        // The kernel has answered by the time the request is sent, so there is nothing to wait for.
        let (filled, length) = rustix::net::recv(&kernel, &mut *buffer, RecvFlags::DONTWAIT | RecvFlags::TRUNC).ok()?;
        if length > filled {
            return None;
        }
        match inet_diag::answer(buffer.get(..filled)?, &mut listeners) {
            Part::More => {}
            Part::Done => return Some(listeners),
            Part::Failed => return None,
        }
    }
    None
}

/// Reads a table of sockets up to the first one that does not listen.
fn by_table(proc_fs: &ProcFs, table: &str) -> Vec<Listener> {
    let mut listeners = Vec::new();
    let _ = read_table(proc_fs, table, &mut listeners);
    listeners
}

/// None where the table cannot be read; a kernel without IPv6 has none.
fn whole_table(proc_fs: &ProcFs, table: &str) -> Option<Vec<Listener>> {
    let mut listeners = Vec::new();
    match read_table(proc_fs, table, &mut listeners) {
        Ok(()) => Some(listeners),
        Err(Failure::Gone) if table == "net/tcp6" => Some(listeners),
        Err(_) => None,
    }
}

fn read_table(proc_fs: &ProcFs, table: &str, listeners: &mut Vec<Listener>) -> Result<(), Failure> {
    proc_fs.lines(table, TABLE_CAP, |text| match proc_net::line(text) {
        proc_net::Line::Listening(found) => {
            listeners.push(found);
            true
        }
        proc_net::Line::Unusable => true,
        proc_net::Line::Other => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn netlink_and_table_agree() {
        let own = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = own.local_addr().unwrap().port();
        let proc_fs = ProcFs::open().unwrap();
        let of_port =
            |found: Vec<Listener>| -> Vec<Listener> { found.into_iter().filter(|one| one.port == port).collect() };
        let table = of_port(by_table(&proc_fs, "net/tcp"));
        assert_eq!(table.len(), 1);
        if let Some(found) = by_netlink(inet_diag::INET) {
            assert_eq!(of_port(found), table);
        }
        assert_eq!(of_port(listening(&proc_fs)), table);
    }
}
