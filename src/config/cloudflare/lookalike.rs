//! Hosts that are one of Cloudflare's names but for a slip. Whoever registered such a name waits for keys: nothing that
//! answers there is a proof of anything.

use strsim::osa_distance;

use super::address::{HOST, REST_HOST};

/// The name that everything of Cloudflare's API is below.
const OWNER: &str = "cloudflare";
/// Ends that somebody types, or registers, in place of `.com`.
const ENDS: [&str; 8] = ["com", "net", "org", "io", "ai", "dev", "app", "info"];

/// Returns the host that is meant, where `host` is one of Cloudflare's but for a slip.
pub(crate) fn meant(host: &str) -> Option<&'static str> {
    let host = host.trim_end_matches('.');
    if host == HOST || host == REST_HOST || host.ends_with(".cloudflare.com") && !near(host) {
        return None;
    }
    if osa_distance(host, REST_HOST) <= 2 {
        return Some(REST_HOST);
    }
    let is_api = host.starts_with("api.");
    let slip = near(host) || continued(host) || other_owner(host);
    slip.then_some(if is_api { REST_HOST } else { HOST })
}

fn near(host: &str) -> bool {
    osa_distance(host, HOST) <= 3 || osa_distance(host, REST_HOST) <= 2
}

/// A true name with more behind it, which makes it somebody else's: `gateway.ai.cloudflare.com.example.net`.
fn continued(host: &str) -> bool {
    [HOST, REST_HOST]
        .iter()
        .any(|name| host.strip_prefix(name).is_some_and(|rest| rest.starts_with('.')))
}

/// The owner's name or its end is a slip of `cloudflare.com`, or has letters of another alphabet.
fn other_owner(host: &str) -> bool {
    let mut labels = host.rsplit('.');
    let (Some(end), Some(owner)) = (labels.next(), labels.next()) else {
        return false;
    };
    let like_com = ENDS.contains(&end) || osa_distance(end, "com") <= 1;
    let slip = match osa_distance(owner, OWNER) {
        0 => end != "com",
        1 | 2 => true,
        _ => owner.starts_with("xn--") && (host.starts_with("gateway.ai.") || host.starts_with("api.xn--c")),
    };
    like_com && slip
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_of_the_names() {
        for (host, wanted) in [
            (HOST, None),
            (REST_HOST, None),
            ("gateway.ai.cloudfare.com", Some(HOST)),
            ("gateway-ai.cloudflare.com", Some(HOST)),
            ("gatway.ai.cloudflare.com", Some(HOST)),
            ("gateway.ai.cloudflare.co", Some(HOST)),
            ("gateway.ai.cloudflare.net", Some(HOST)),
            // Below the true name nobody else answers.
            ("ai-gateway.cloudflare.com", None),
            ("ai.gateway.cloudfare.com", Some(HOST)),
            ("gateway.ai.cloudflare.com.example.net", Some(HOST)),
            ("gateway.ai.xn--cludflare-6fg.com", Some(HOST)),
            ("api.cloudfare.com", Some(REST_HOST)),
            ("api.cloudflare.co", Some(REST_HOST)),
            ("apicloudflare.com", Some(REST_HOST)),
            ("api.cloudflare.com.example.net", Some(REST_HOST)),
            ("dash.cloudflare.com", None),
            ("cloudflare.com", None),
            // Of a company's own, and of nobody who registers names.
            ("ai.example.com", None),
            ("cloudflare.example.com", None),
            ("gateway.ai.example.com", None),
            ("cloudflare.internal", None),
            ("cloudflare.lan", None),
            ("cloudflare-ai.example.workers.dev", None),
            ("localhost", None),
            ("127.0.0.1", None),
        ] {
            assert_eq!(meant(host), wanted, "{host}");
        }
    }
}
