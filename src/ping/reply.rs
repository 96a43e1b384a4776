//! An HTTP answer as the pings see it: status, a few hints of the headers, a capped body.

use serde_json::Value;

use super::date::{parse_http_date, parse_retry_after};

/// The most bytes of a body that are read (facts/pings.md section 0).
pub const BODY_CAP: usize = 64 * 1024;

/// One answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// What the headers say.
    pub hints: Hints,
    /// The first [`BODY_CAP`] bytes at most.
    pub body: Vec<u8>,
    /// Whether the body was longer than the cap or ended before its announced length.
    pub cut: bool,
    /// Whether it was longer than the cap, and good as far as it was read.
    pub capped: bool,
}

/// What the headers of an answer say, in yes and no and in words of our own lists.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hints {
    /// `cf-ray`: it came by way of Cloudflare.
    pub cf_ray: bool,
    /// `cf-aig-…`: it came from an AI Gateway.
    pub cf_aig: bool,
    /// `request-id: req_…`: Anthropic answered.
    pub provider_id: bool,
    /// `cf-mitigated`: a challenge of Cloudflare's firewall.
    pub mitigated: bool,
    /// `cf-access-…`, or a redirect to or a challenge of `cloudflareaccess.com`.
    pub access: bool,
    /// `cf-aig-dlp`: a rule against the loss of data matched.
    pub dlp: bool,
    /// `proxy-authenticate`, or `via` of a forward proxy.
    pub proxy: bool,
    /// Which program answered, by our own list.
    pub server: Option<&'static str>,
    /// `retry-after` in seconds.
    pub retry_after: Option<u64>,
    /// `retry-after` as a date, in seconds since 1970, where the answer has no date of its own.
    pub retry_at: Option<i64>,
    /// `date` in seconds since 1970.
    pub date: Option<i64>,
}

/// Programs that are named where the `server` header begins with or holds their mark.
const SERVERS: &[(&str, &str)] = &[
    ("openresty", "OpenResty"),
    ("nginx", "nginx"),
    ("apache", "Apache"),
    ("caddy", "Caddy"),
    ("cloudflare", "Cloudflare"),
    ("simplehttp", "Python's http.server"),
    ("basehttp", "Python's http.server"),
    ("werkzeug", "Werkzeug (Flask)"),
    ("gunicorn", "Gunicorn"),
    ("uvicorn", "Uvicorn"),
    ("hypercorn", "Hypercorn"),
    ("envoy", "Envoy"),
    ("traefik", "Traefik"),
    ("squid", "Squid"),
    ("microsoft-iis", "IIS"),
    ("jetty", "Jetty"),
    ("lighttpd", "lighttpd"),
    ("kestrel", "Kestrel"),
    ("puma", "Puma"),
];

impl Hints {
    /// Reads the headers; names in lower case.
    pub fn read<'a>(headers: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Hints {
        let mut hints = Hints::default();
        let mut retry_after = None;
        for (name, value) in headers {
            let value = std::str::from_utf8(value).unwrap_or_default();
            match name {
                "cf-ray" => hints.cf_ray = true,
                "cf-mitigated" => hints.mitigated = true,
                "cf-access-domain" | "cf-access-aud" => hints.access = true,
                "location" => hints.access |= leads_to_access(value),
                "www-authenticate" => hints.access |= value.to_ascii_lowercase().contains("cloudflare-access"),
                "request-id" => hints.provider_id |= value.starts_with("req_"),
                "proxy-authenticate" => hints.proxy = true,
                "server" => hints.server = server(value),
                "date" => hints.date = parse_http_date(value),
                "retry-after" => retry_after = Some(value),
                _ if name.starts_with("cf-aig-") => {
                    hints.cf_aig = true;
                    hints.dlp |= name == "cf-aig-dlp";
                }
                _ => {}
            }
        }
        hints.retry_after = retry_after.and_then(|text| parse_retry_after(text, hints.date));
        hints.retry_at = retry_after
            .filter(|_| hints.date.is_none())
            .and_then(|text| parse_http_date(text.trim()));
        hints
    }
}

/// Returns whether a redirect leads to the login of Cloudflare Access.
fn leads_to_access(location: &str) -> bool {
    let host = location.split_once("://").map_or("", |(_, rest)| rest);
    let host = host
        .split(['/', '?', ':'])
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    host.ends_with(".cloudflareaccess.com") || location.contains("/cdn-cgi/access/")
}

fn server(value: &str) -> Option<&'static str> {
    let lower: String = value.chars().take(80).collect::<String>().to_ascii_lowercase();
    SERVERS
        .iter()
        .find(|(mark, _)| lower.contains(mark))
        .map(|(_, name)| *name)
}

impl Reply {
    /// Returns the body as JSON; none where it was cut or is something else.
    pub fn json(&self) -> Option<Value> {
        if self.cut {
            return None;
        }
        // serde_json bounds the depth itself; the cap bounds the size.
        serde_json::from_slice(&self.body).ok()
    }

    /// Returns whether the body is a web page.
    pub fn is_html(&self) -> bool {
        let start: Vec<u8> = self
            .body
            .iter()
            .skip_while(|byte| byte.is_ascii_whitespace())
            .take(15)
            .map(u8::to_ascii_lowercase)
            .collect();
        start.starts_with(b"<!doctype html")
            || start.starts_with(b"<html")
            || start.starts_with(b"<h1")
            || start.starts_with(b"<head")
    }

    /// Returns whether the body holds `text`, which must be ASCII in lower case.
    pub fn mentions(&self, text: &str) -> bool {
        let needle = text.as_bytes();
        !needle.is_empty()
            && self
                .body
                .windows(needle.len())
                .any(|window| window.eq_ignore_ascii_case(needle))
    }

    /// Returns whether the status is one of success.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Returns whether the answer sends elsewhere.
    pub fn is_redirect(&self) -> bool {
        matches!(self.status, 301 | 302 | 303 | 307 | 308)
    }
}
