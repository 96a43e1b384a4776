//! What one answer of whoever listens on the Gateway's port means (facts/pings.md sections 1, 2, 7, 8).

use serde_json::Value;

use super::edge_page::EdgePage;
use super::reply::Reply;

/// What is asked of a Gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// `GET /startupz`.
    Startup,
    /// `GET /healthz`.
    Health,
    /// `GET /readyz`.
    Ready,
    /// `POST /tools/invoke` with `{}`, with the candidate of that index or without a credential.
    Invoke(Option<usize>),
}

impl Ask {
    /// Returns method and path.
    pub fn request(self) -> (&'static str, &'static str) {
        match self {
            Ask::Startup => ("GET", "/startupz"),
            Ask::Health => ("GET", "/healthz"),
            Ask::Ready => ("GET", "/readyz"),
            Ask::Invoke(_) => ("POST", "/tools/invoke"),
        }
    }
}

/// What an answer means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GatewayAnswer {
    /// It is up, and of this version where it says so.
    Started(Option<String>),
    /// It is starting.
    Starting,
    /// It is stopping.
    Draining,
    /// The body of `/healthz`.
    Live,
    /// It is ready.
    Ready,
    /// It is not ready: known names of what is failing.
    NotReady(Vec<String>),
    /// The call was let in: "tools.invoke requires name".
    LetIn,
    /// The call was rejected: no valid credential, in exactly OpenClaw's words.
    Refused,
    /// Locked out.
    LockedOut,
    /// A reverse proxy in between is not configured.
    Attribution,
    /// OpenClaw's web page.
    ControlUi,
    /// Another web page with status 200.
    Page,
    /// `404 Not Found` as plain text, which OpenClaw without its web page says too.
    PlainNotFound,
    /// It sends elsewhere.
    Redirect,
    /// A page of Cloudflare's edge in front of it.
    Edge(EdgePage),
    /// It speaks TLS and says so in plain HTTP.
    WantsTls,
    /// Something that OpenClaw does not say.
    Strange,
}

impl GatewayAnswer {
    /// Returns whether nobody but OpenClaw answers like this.
    pub fn is_openclaw(&self) -> bool {
        !matches!(
            self,
            GatewayAnswer::ControlUi
                | GatewayAnswer::Page
                | GatewayAnswer::PlainNotFound
                | GatewayAnswer::Redirect
                | GatewayAnswer::Edge(_)
                | GatewayAnswer::WantsTls
                | GatewayAnswer::Strange
        )
    }

    /// Returns whether an old release may have given it to a page it does not have.
    pub fn may_be_old_release(&self) -> bool {
        matches!(
            self,
            GatewayAnswer::ControlUi | GatewayAnswer::Page | GatewayAnswer::PlainNotFound
        )
    }

    /// Returns whether Cloudflare's edge in front of the Gateway gave it, by its own mark, and may let a caller pass who shows
    /// its headers. A page or a redirect of anybody else gets none of them.
    pub fn may_want_edge(&self) -> bool {
        use EdgePage as E;
        matches!(self, GatewayAnswer::Edge(E::Access | E::Firewall | E::Other(_)))
    }

    /// Returns what it means, in words.
    pub fn meaning(&self) -> &'static str {
        match self {
            GatewayAnswer::Started(_) => "the Gateway is up",
            GatewayAnswer::Starting => "the Gateway is starting",
            GatewayAnswer::Draining => "the Gateway is stopping",
            GatewayAnswer::Live => "the Gateway is alive",
            GatewayAnswer::Ready => "the Gateway is ready",
            GatewayAnswer::NotReady(_) => "the Gateway is not ready",
            GatewayAnswer::LetIn => "accepted",
            GatewayAnswer::Refused => "rejected: no valid credential",
            GatewayAnswer::LockedOut => "locked out after too many wrong credentials",
            GatewayAnswer::Attribution => "refused: a reverse proxy in between is not configured",
            GatewayAnswer::ControlUi => "OpenClaw's web page, not the answer asked for",
            GatewayAnswer::Page => "a web page, not the answer asked for",
            GatewayAnswer::PlainNotFound => "no such page",
            GatewayAnswer::Redirect => "sends elsewhere; not followed",
            GatewayAnswer::Edge(page) => page.meaning(),
            GatewayAnswer::WantsTls => "the server speaks TLS, plain HTTP was used",
            GatewayAnswer::Strange => "not an answer of OpenClaw",
        }
    }

    /// Returns the machine code, of our own list.
    pub fn code(&self) -> Option<&'static str> {
        match self {
            GatewayAnswer::Refused => Some("unauthorized"),
            GatewayAnswer::LetIn => Some("invalid_request"),
            GatewayAnswer::LockedOut => Some("rate_limited"),
            GatewayAnswer::Attribution => Some("proxy_attribution_required"),
            GatewayAnswer::Starting => Some("starting"),
            GatewayAnswer::Draining => Some("draining"),
            _ => None,
        }
    }
}

/// Reads an answer.
pub fn classify(ask: Ask, reply: &Reply) -> GatewayAnswer {
    if let Some(page) = EdgePage::of(reply) {
        return GatewayAnswer::Edge(page);
    }
    if reply.is_redirect() {
        return GatewayAnswer::Redirect;
    }
    if let Some(body) = reply.json() {
        return from_json(ask, reply.status, &body);
    }
    match reply.status {
        400 if reply.mentions("http request to an https server")
            || reply.mentions("http request was sent to https port") =>
        {
            GatewayAnswer::WantsTls
        }
        200 if reply.mentions("data-openclaw-control-ui-build-id") || reply.mentions("<title>openclaw control") => {
            GatewayAnswer::ControlUi
        }
        200 if reply.is_html() => GatewayAnswer::Page,
        404 if reply.body.trim_ascii() == b"Not Found" => GatewayAnswer::PlainNotFound,
        // Cloudflare in front, or the proxy behind it, that reaches no Gateway.
        502..=504 if reply.hints.cf_ray => GatewayAnswer::Edge(EdgePage::Failing),
        _ => GatewayAnswer::Strange,
    }
}

fn from_json(ask: Ask, status: u16, body: &Value) -> GatewayAnswer {
    let kind = text_at(body, "/error/type");
    match (ask, status, kind) {
        (_, 403, "proxy_attribution_required") => GatewayAnswer::Attribution,
        (_, 429, "rate_limited") => GatewayAnswer::LockedOut,
        (Ask::Startup, _, _) => startup(status, body),
        (Ask::Health, 200, _) if is_live(body) => GatewayAnswer::Live,
        (Ask::Ready, 200, _) if body.get("ready") == Some(&Value::Bool(true)) => GatewayAnswer::Ready,
        (Ask::Ready, 503, _) if body.get("ready") == Some(&Value::Bool(false)) => {
            GatewayAnswer::NotReady(failing(body))
        }
        (Ask::Invoke(_), 401, "unauthorized") if text_at(body, "/error/message") == "Unauthorized" => {
            GatewayAnswer::Refused
        }
        (Ask::Invoke(_), 400, _) if text_at(body, "/error/message").starts_with("tools.invoke requires") => {
            GatewayAnswer::LetIn
        }
        _ => GatewayAnswer::Strange,
    }
}

fn startup(status: u16, body: &Value) -> GatewayAnswer {
    match (status, text_at(body, "/status")) {
        (200, "started") if body.get("ok") == Some(&Value::Bool(true)) => {
            GatewayAnswer::Started(body.get("version").and_then(Value::as_str).and_then(version))
        }
        (503, "starting") => GatewayAnswer::Starting,
        (503, "draining") => GatewayAnswer::Draining,
        _ => GatewayAnswer::Strange,
    }
}

fn is_live(body: &Value) -> bool {
    body.get("ok") == Some(&Value::Bool(true)) && text_at(body, "/status") == "live"
}

fn text_at<'a>(body: &'a Value, pointer: &str) -> &'a str {
    body.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

/// Returns the text where it can only be a version: digits and dots, with a short word behind.
fn version(text: &str) -> Option<String> {
    let (numbers, rest) = text.split_once('-').unwrap_or((text, ""));
    let dotted = numbers.split('.').count() >= 2
        && numbers
            .split('.')
            .all(|part| (1..=4).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit()));
    let mild = rest.len() <= 16
        && rest
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'.');
    (dotted && mild && text.len() <= 32).then(|| text.to_owned())
}

/// What `/readyz` names by itself, and the channels that ship with OpenClaw.
const KNOWN_FAILING: &[&str] = &[
    "startup-sidecars",
    "gateway-draining",
    "plugin-reload",
    "state-database",
    "internal",
    "discord",
    "feishu",
    "googlechat",
    "imessage",
    "irc",
    "line",
    "matrix",
    "mattermost",
    "msteams",
    "nextcloud-talk",
    "nostr",
    "signal",
    "slack",
    "sms",
    "telegram",
    "tlon",
    "twitch",
    "whatsapp",
    "zalo",
];

fn failing(body: &Value) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in body.get("failing").and_then(Value::as_array).into_iter().flatten() {
        let name = name.as_str().unwrap_or_default();
        let known = KNOWN_FAILING.iter().find(|known| **known == name);
        let name = match known {
            Some(known) => (*known).to_owned(),
            None if name.starts_with("agent-database:") => "an agent's database".to_owned(),
            None => "something else".to_owned(),
        };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::super::reply::Hints;
    use super::*;

    #[test]
    fn a_page_of_a_proxy_behind_cloudflare_is_no_other_program() {
        for (status, cf_ray, body, expected) in [
            (
                502,
                true,
                "<html><h1>502 Bad Gateway</h1>nginx",
                GatewayAnswer::Edge(EdgePage::Failing),
            ),
            (504, true, "", GatewayAnswer::Edge(EdgePage::Failing)),
            (
                502,
                false,
                "<html><h1>502 Bad Gateway</h1>nginx",
                GatewayAnswer::Strange,
            ),
            (500, true, "oops", GatewayAnswer::Strange),
            (503, true, r#"{"status":"starting"}"#, GatewayAnswer::Starting),
        ] {
            let reply = Reply {
                status,
                hints: Hints {
                    cf_ray,
                    ..Hints::default()
                },
                body: body.as_bytes().to_vec(),
                cut: false,
                capped: false,
            };
            assert_eq!(classify(Ask::Startup, &reply), expected, "{status} {body}");
        }
    }
}
