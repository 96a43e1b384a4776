//! The port the Gateway will listen on (facts/env-resolution.md section 1).

use serde_json::Value;

use super::Start;
use super::env::Env;

/// Returns the profile that decides the port: the environment's (section 1).
pub(crate) fn profile_port(profile: Option<&str>) -> u16 {
    match profile {
        None => 18789,
        Some(name) if name.eq_ignore_ascii_case("default") => 18789,
        Some(name) => {
            let hash = name.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
                (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
            });
            // At most 59 999.
            u16::try_from(20_000 + hash % 40_000).unwrap_or(u16::MAX)
        }
    }
}

/// Reads a port out of `N`, `host:N` or `[v6]:N`.
pub(crate) fn port_of(text: &str) -> Option<u16> {
    text.rsplit(':')
        .next()
        .and_then(|last| last.trim().parse().ok())
        .filter(|port| *port > 0)
}

/// Returns the port the Gateway will listen on, and what decides it.
pub(crate) fn port(start: &Start, env: &Env, config: Option<&Value>) -> (u16, String) {
    if let Some(port) = start.port {
        return (port, "--port".to_owned());
    }
    if let Some(port) = env.text("OPENCLAW_GATEWAY_PORT").and_then(port_of) {
        return (port, "OPENCLAW_GATEWAY_PORT".to_owned());
    }
    let configured = config
        .and_then(|config| config.pointer("/gateway/port"))
        .and_then(Value::as_f64);
    if let Some(port) = configured.filter(|port| (1.0..=65535.0).contains(port)) {
        return (port as u16, "gateway.port".to_owned());
    }
    let profile = env.text("OPENCLAW_PROFILE");
    let source = if profile.is_some() {
        "the profile"
    } else {
        "the default"
    };
    (profile_port(profile), source.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_of_profiles() {
        assert_eq!(profile_port(None), 18789);
        assert_eq!(profile_port(Some("default")), 18789);
        assert_eq!(profile_port(Some("work")), 41984);
    }

    #[test]
    fn ports_in_text() {
        for (text, port) in [
            ("18790", Some(18790)),
            ("host:1", Some(1)),
            ("[::1]:9", Some(9)),
            ("x", None),
            ("0", None),
        ] {
            assert_eq!(port_of(text), port, "{text}");
        }
    }
}
