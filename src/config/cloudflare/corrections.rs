//! The address to write instead of one that cannot work, with the ids that are known.

use super::address::{Address, HOST, documented, is_account_id};
use super::foreign::is_providers;
use super::lookalike;
use super::path_secret::{is_gateway_id, is_secret};
use super::placeholders::is_placeholder;

/// The ids in the path of another API, or of the dashboard: a gateway's follows the word `gateways`.
pub(super) fn ids_of(address: &Address) -> Address {
    let account = address.parts.iter().find(|text| is_account_id(text)).cloned();
    let mut parts = address.parts.iter().skip_while(|part| *part != "gateways").skip(1);
    let gateway = parts.next().filter(|id| is_gateway_id(id)).cloned();
    let account = account.or_else(|| gateway.as_ref().map(|_| "<account id>".to_owned()));
    Address {
        tls: true,
        host: HOST.to_owned(),
        parts: ["v1".to_owned()].into_iter().chain(account).chain(gateway).collect(),
        ..Address::default()
    }
}

/// The address with account id and gateway id exchanged; a provider segment that is documented stays.
pub(super) fn swapped(address: &Address, segment: &str) -> String {
    let mut turned = address.clone();
    turned.parts.swap(1, 2);
    let given = turned.segment().filter(|name| documented(name).is_some());
    corrected(&turned, given.unwrap_or(segment))
}

/// The address without its empty parts. One of them is an id that is missing: none is made of a part that is another one.
pub(super) fn emptied(address: &Address, segment: &str) -> String {
    let mut left: Vec<&String> = address.parts.iter().skip(usize::from(address.versioned())).collect();
    let is_segment = |part: &&String| documented(part).is_some() || part.starts_with("custom-");
    let account = left
        .first()
        .filter(|part| is_account_id(part))
        .map(|part| part.to_string());
    if account.is_some() {
        left.remove(0);
    }
    // A gateway may have the name of a provider, in front of the provider itself.
    let has_gateway = match (left.first(), left.get(1)) {
        (Some(first), None) => !is_segment(first),
        (Some(first), Some(second)) => !is_segment(first) || is_segment(second),
        (None, _) => false,
    };
    let gateway = has_gateway.then(|| left.remove(0).clone());
    let tail: Vec<&str> = left.iter().map(|part| part.as_str()).collect();
    let given = tail.join("/");
    let segment = match segment {
        "<provider>" if left.first().is_some_and(is_segment) => given.as_str(),
        segment => segment,
    };
    let whole = Address {
        parts: ["v1".to_owned()]
            .into_iter()
            .chain([
                account.unwrap_or("<account id>".to_owned()),
                gateway.unwrap_or("<gateway id>".to_owned()),
            ])
            .collect(),
        ..address.clone()
    };
    corrected(&whole, segment)
}

pub(super) fn origin(address: &Address, keep: bool) -> String {
    if !keep {
        return format!("https://{HOST}");
    }
    let scheme = if address.tls { "https" } else { "http" };
    let port = address.port.map_or(String::new(), |port| format!(":{port}"));
    let host = if address.host.contains(':') {
        format!("[{}]", address.host)
    } else {
        address.host.clone()
    };
    format!("{scheme}://{host}{port}")
}

/// The address with the ids that are known.
pub(super) fn corrected(address: &Address, segment: &str) -> String {
    let good = |id: Option<&str>, instead: &str| {
        let usable = |id: &&str| !is_placeholder(id) && (is_account_id(id) || !is_secret(id));
        id.filter(usable).unwrap_or(instead).to_owned()
    };
    // A loopback or company host in the right form stays as it is.
    let known = address.host == "cloudflare.com" || address.host.ends_with(".cloudflare.com");
    let keeps = !known
        && !is_providers(&address.host)
        && address.has_gateway_form()
        && lookalike::meant(&address.host).is_none();
    let account = address
        .account()
        .filter(|id| !address.is_own_host() || is_account_id(id));
    let (account, gateway) = (good(account, "<account id>"), good(address.gateway(), "<gateway id>"));
    format!("{}/v1/{account}/{gateway}/{segment}", origin(address, keeps))
}
