//! Where the Gateway listens: addresses, Tailscale, TLS.

use std::net::Ipv4Addr;

use serde_json::Value;

use super::auth::Auth;
use super::{Around, filled, refuse};
use crate::config::problem::{Problem, get, text};
use crate::secret::value::js_trim;

/// Paths of the certificate and its key, and of the authority where one is named. Empty where TLS is off.
pub(super) fn tls_paths(config: &Value, state_dir: &str) -> Vec<String> {
    let pair = tls_pair(config, state_dir).into_iter().flatten();
    pair.chain(tls_authority(config).map(str::to_owned)).collect()
}

fn tls(config: &Value) -> Option<&Value> {
    get(config, &["gateway", "tls"]).filter(|tls| tls.get("enabled") == Some(&Value::Bool(true)))
}

fn tls_authority(config: &Value) -> Option<&str> {
    filled(tls(config)?.get("caPath"))
}

/// The certificate and its key; the release's own where the config names none.
fn tls_pair(config: &Value, state_dir: &str) -> Option<[String; 2]> {
    let tls = tls(config)?;
    let path = |key: &str, own: &str| match filled(tls.get(key)) {
        Some(path) => path.to_owned(),
        None => format!("{state_dir}/gateway/tls/{own}"),
    };
    Some([path("certPath", "gateway-cert.pem"), path("keyPath", "gateway-key.pem")])
}

/// Without a secret the Gateway listens on this machine alone.
pub(super) fn open_without_auth(config: &Value, auth: &Auth<'_>, around: &Around<'_>) -> Option<Problem> {
    if auth.asks_for_a_secret() || auth.mode == "trusted-proxy" {
        return None;
    }
    let bind = text(config, &["gateway", "bind"]);
    let published = matches!(
        text(config, &["gateway", "tailscale", "mode"]),
        Some("serve" | "funnel")
    );
    let custom = text(config, &["gateway", "customBindHost"]).and_then(|host| js_trim(host).parse::<Ipv4Addr>().ok());
    let where_to = match bind {
        Some("lan") => "with bind lan",
        Some("custom") if custom.is_some_and(|host| !host.is_loopback()) => "with this customBindHost",
        Some("auto") if around.container => "in a container, with bind auto",
        None if around.container && !published => "in a container, where no bind is set,",
        _ => return None,
    };
    let words = format!("it asks for no secret, and {where_to} other machines can reach it");
    let hint = "set gateway.auth.mode to token with a gateway.auth.token, or gateway.bind to loopback";
    refuse(&["gateway", "auth"], words, hint)
}

/// A public Gateway asks for a password.
pub(super) fn funnel(config: &Value, auth: &Auth<'_>, around: &Around<'_>) -> Option<Problem> {
    if text(config, &["gateway", "tailscale", "mode"]) != Some("funnel") || auth.mode == "password" {
        return None;
    }
    let path = ["gateway", "tailscale", "mode"];
    // Without the program serve ends the start as well.
    if around.reach.tailscale == Some(false) {
        let words = "tailscale funnel needs the program tailscale, which is not on the Gateway's PATH, and a password";
        let hint = "write mode: \"off\"; or install Tailscale, and write mode: \"serve\" or set gateway.auth.mode to password \
                    with a password";
        return refuse(&path, words, hint);
    }
    let words = "tailscale funnel makes the Gateway public, which it does with a password alone";
    let hint = "write mode: \"serve\" for your tailnet alone, or set gateway.auth.mode to password with a password";
    refuse(&path, words, hint)
}

/// `bind: "custom"` needs an IPv4 address.
pub(super) fn custom_host(config: &Value) -> Option<Problem> {
    if text(config, &["gateway", "bind"]) != Some("custom") {
        return None;
    }
    let host = js_trim(text(config, &["gateway", "customBindHost"]).unwrap_or_default());
    if host.parse::<Ipv4Addr>().is_ok() {
        return None;
    }
    let words = "bind is custom, and customBindHost is not an IPv4 address";
    refuse(&["gateway", "bind"], words, "set gateway.customBindHost")
}

/// An address that this machine does not have.
pub(super) fn foreign_host(config: &Value, around: &Around<'_>) -> Option<Problem> {
    if text(config, &["gateway", "bind"]) != Some("custom") {
        return None;
    }
    let own = around.reach.addresses.as_ref()?;
    let host: Ipv4Addr = js_trim(text(config, &["gateway", "customBindHost"])?).parse().ok()?;
    if host.is_loopback() || host.is_unspecified() || own.contains(&host) {
        return None;
    }
    let words = "bind is custom, and customBindHost is not an address of this machine";
    let list: Vec<String> = own
        .iter()
        .filter(|one| !one.is_loopback())
        .take(4)
        .map(Ipv4Addr::to_string)
        .collect();
    let hint = match list.is_empty() {
        true => "set gateway.bind to loopback, or to lan for all addresses".to_owned(),
        false => format!(
            "this machine has {}; set gateway.customBindHost to one, or gateway.bind to lan",
            list.join(", ")
        ),
    };
    refuse(&["gateway", "customBindHost"], words, hint)
}

/// A port that only root may listen on.
pub(super) fn low_port(config: &Value, around: &Around<'_>) -> Option<Problem> {
    let lowest = around.reach.lowest_port?;
    let written = get(config, &["gateway", "port"]).and_then(Value::as_u64);
    let port = around.reach.port.map(u64::from).or(written)?;
    if port >= u64::from(lowest) {
        return None;
    }
    let words = format!("port {port} is below {lowest}, where only root may listen");
    let hint = match around.reach.port {
        Some(_) => "give it another port: OPENCLAW_GATEWAY_PORT or --port takes the place of gateway.port".to_owned(),
        None => format!("write a port from {lowest} up, such as 18789, and let a proxy listen on {port}"),
    };
    refuse(&["gateway", "port"], words, hint)
}

/// The program that publishes the Gateway.
pub(super) fn tailscale_program(config: &Value, around: &Around<'_>) -> Option<Problem> {
    let path = ["gateway", "tailscale", "mode"];
    let mode = text(config, &path).filter(|mode| matches!(*mode, "serve" | "funnel"))?;
    if around.reach.tailscale != Some(false) {
        return None;
    }
    let words = format!("tailscale.mode is {mode}, and there is no program tailscale on its PATH");
    refuse(&path, words, "install Tailscale and log in, or write mode: \"off\"")
}

/// The files of TLS; both are made where neither is there.
pub(super) fn tls_files(config: &Value, around: &Around<'_>) -> Option<Problem> {
    let look = around.path_exists?;
    let [cert, key] = tls_pair(config, around.state_dir)?;
    let makes = get(config, &["gateway", "tls", "autoGenerate"]) != Some(&Value::Bool(false));
    // The paths are not repeated: somebody may have put a key itself there.
    let words = match (look(&cert), look(&key)) {
        (false, false) if !makes => "TLS is on without autoGenerate, and neither certificate nor key is there",
        (true, true) | (false, false) => {
            tls_authority(config).filter(|path| !look(path))?;
            "TLS is on, and the file of caPath is missing"
        }
        (true, false) => "TLS is on, and the file of keyPath is missing",
        (false, true) => "TLS is on, and the file of certPath is missing",
    };
    refuse(
        &["gateway", "tls"],
        words,
        "set certPath and keyPath to files that are there",
    )
}
