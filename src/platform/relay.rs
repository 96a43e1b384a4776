//! Programs that pass a port on to something else: a container, a virtual machine, a tunnel, a reverse proxy.

/// Their names, or how those begin; the kernel keeps 15 bytes of a name.
const RELAYS: &[&str] = &[
    "docker-proxy",
    "dockerd",
    "com.docker",
    "Docker",
    "vpnkit",
    "rootlessport",
    "rootlesskit",
    "containers-root",
    "pasta",
    "passt",
    "slirp4netns",
    "netavark",
    "conmon",
    "gvproxy",
    "vfkit",
    "limactl",
    "colima",
    "OrbStack",
    "qemu",
    "wslrelay",
    "wslhost",
    "svchost",
    "lxd",
    "incusd",
    "kubectl",
    "kube-proxy",
    "k3s",
    "ssh",
    "sshd",
    "autossh",
    "mosh",
    "tailscaled",
    "cloudflared",
    "ngrok",
    "frpc",
    "frps",
    "chisel",
    "rathole",
    "boringproxy",
    "wireproxy",
    "socat",
    "ncat",
    "rinetd",
    "redir",
    "simpleproxy",
    "systemd-socket-",
    "haproxy",
    "nginx",
    "caddy",
    "traefik",
    "envoy",
    "apache2",
    "httpd",
    "lighttpd",
    "pomerium",
    "stunnel",
    "sniproxy",
    "mitmproxy",
    "mitmdump",
    "xinetd",
    "launchd",
    "inetd",
];

/// Returns whether a listener of this name may stand before a Gateway elsewhere. What answers on the port decides.
pub fn is_relay(command: &str) -> bool {
    let name = command.rsplit('/').next().unwrap_or(command);
    RELAYS.iter().any(|relay| {
        name.strip_prefix(relay).is_some_and(|rest| {
            rest.is_empty() || rest.starts_with(['.', '-', ':', ' ', '_', '3', '4']) || relay.len() > 9
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relays_are_told_by_name() {
        for name in [
            "pasta.avx2",
            "pasta",
            "docker-proxy",
            "rootlessport",
            "slirp4netns",
            "containers-root",
            "com.docker.backend",
            "nginx: worker",
            "/usr/bin/socat",
            "systemd-socket-proxyd",
            "caddy",
            "qemu-system-x86",
        ] {
            assert!(is_relay(name), "{name}");
        }
        for name in ["python3", "node", "pastafari", "postgres", "sshguard", "nginxify", ""] {
            assert!(!is_relay(name), "{name}");
        }
    }
}
