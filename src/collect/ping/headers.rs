//! The one place where the text of a credential goes into a request.

use reqwest::Proxy;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use zeroize::Zeroizing;

use crate::ping::cloudflare::Load;
use crate::ping::credential::{TokenForm, http_trim, is_no_secret, is_nobodys, is_sendable};
use crate::ping::proxy::{Route, route, sets_all_proxy};
use crate::ping::target::{Base, Candidate, CloudflareTarget, ProxyEnv};
use crate::secret::{Secret, Vault};

/// Names that belong to the connection and are never taken from a configuration.
const NOT_OURS_TO_SET: &[&str] = &[
    "connection",
    "content-length",
    "expect",
    "host",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// What keeps a request from being logged, cached, repeated or billed (facts/pings.md section 10).
const PROTECTIVE: &[(&str, &str)] = &[
    ("cf-aig-collect-log", "false"),
    ("cf-aig-skip-cache", "true"),
    ("cf-aig-max-attempts", "1"),
    ("cf-aig-no-wholesale", "true"),
];

/// What goes along with an OAuth token of Anthropic's.
const OAUTH: (&str, &str) = ("anthropic-beta", "claude-code-20250219,oauth-2025-04-20");

/// Name of the header with the AI Gateway's token.
pub(super) const TOKEN: &str = "cf-aig-authorization";

/// Returns whether a value is a secret at all, and if so whether a header can carry it. On this machine an example may be
/// the secret that a Gateway was given; it never goes further.
pub(super) fn state(vault: &Vault, name: &str, secret: &Secret, far: bool) -> State {
    let none = if far { is_nobodys } else { is_no_secret };
    if none(&vault.facts(name, secret), secret.expose()) {
        State::NoSecret
    } else if is_sendable(secret.expose()) {
        State::Sendable
    } else {
        State::Unsendable
    }
}

/// What may be done with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// It stands for nothing and is never sent.
    NoSecret,
    /// It can be sent.
    Sendable,
    /// No header can carry it.
    Unsendable,
}

fn value(secret: &Secret, prefix: &str) -> Option<HeaderValue> {
    // Header values are Latin-1 bytes, one for each character.
    let mut bytes = Zeroizing::new(Vec::with_capacity(prefix.len() + secret.len()));
    for c in prefix.chars().chain(http_trim(secret.expose()).chars()) {
        bytes.push(u8::try_from(c as u32).ok()?);
    }
    let mut value = HeaderValue::from_bytes(&bytes).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// Returns the headers of a request to a Gateway.
pub(super) fn gateway(candidate: Option<&Candidate>, edge: &[(String, Candidate)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, candidate) in edge {
        if let (Some(name), Some(value)) = (header_name(name), value(&candidate.secret, "")) {
            headers.insert(name, value);
        }
    }
    headers.insert("accept", HeaderValue::from_static("application/json"));
    if let Some(value) = candidate.and_then(|candidate| value(&candidate.secret, "Bearer ")) {
        headers.insert("authorization", value);
    }
    headers
}

/// Returns the headers of a request to Cloudflare.
pub(super) fn cloudflare(target: &CloudflareTarget, load: Load) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert("accept", HeaderValue::from_static("application/json"));
    let key = match load {
        Load::Everything | Load::KeyOnly | Load::VerifyUser | Load::VerifyAccount => target.api_key.as_ref(),
        Load::ShellKey => target.shell_key.as_ref(),
        Load::Nothing | Load::AccessOnly | Load::HeadersOnly => None,
    };
    let (place, prefix) = target.probe.key_header();
    let by_oauth = key.is_some_and(|key| place == "x-api-key" && is_oauth(&key.secret));
    let (place, prefix) = match by_oauth {
        true => ("authorization", "Bearer "),
        false => (place, prefix),
    };
    if let Some(value) = key.and_then(|key| value(&key.secret, prefix)) {
        headers.insert(place, value);
    }
    for (name, candidate) in target.headers.iter().filter(|(name, _)| goes_along(load, name)) {
        if load == Load::ShellKey && name.eq_ignore_ascii_case(place) {
            continue;
        }
        if let (Some(name), Some(value)) = (header_name(name), value(&candidate.secret, "")) {
            headers.insert(name, value);
        }
    }
    if target.bearer_too
        && let Some(value) = key.and_then(|key| value(&key.secret, "Bearer "))
    {
        headers.insert("authorization", value);
    }
    // Without it Anthropic takes no OAuth token. The agents' client adds it for the provider `anthropic` alone, and one of the
    // config's own goes out in its place (2026.9.6; tests/e2e/real_requests).
    if by_oauth && target.provider_id == "anthropic" && !headers.contains_key(OAUTH.0) {
        headers.insert(OAUTH.0, HeaderValue::from_static(OAUTH.1));
    }
    for (name, value) in target.probe.version_headers().iter().chain(PROTECTIVE) {
        headers.insert(*name, HeaderValue::from_static(value));
    }
    headers
}

/// Returns whether a key is an OAuth token of Anthropic's, which OpenClaw sends as `Authorization: Bearer` instead of
/// `x-api-key` (seen on 2026.9.6).
pub(super) fn is_oauth(key: &Secret) -> bool {
    key.expose().contains("sk-ant-oat")
}

/// Returns whether a configured header goes along with a request: those of Access, which only let it pass, with all but the first.
pub(super) fn goes_along(load: Load, name: &str) -> bool {
    match load {
        Load::Everything | Load::ShellKey => true,
        Load::HeadersOnly => !is_key(name),
        Load::KeyOnly => is_access(name) || is_key(name),
        Load::AccessOnly | Load::VerifyUser | Load::VerifyAccount => is_access(name),
        Load::Nothing => false,
    }
}

/// Returns whether a configured header carries a provider's key.
pub(super) fn is_key(name: &str) -> bool {
    let name = name.trim().to_ascii_lowercase();
    matches!(
        name.as_str(),
        "authorization" | "x-api-key" | "x-goog-api-key" | "api-key"
    )
}

/// Returns whether a header belongs to a service token of Cloudflare Access.
pub(super) fn is_access(name: &str) -> bool {
    name.trim().to_ascii_lowercase().starts_with("cf-access-")
}

/// Returns what a header's value is described under: nothing for a documented name, which everybody knows; any other may
/// be a key in the place of a name.
pub(super) fn shown_name(name: &str) -> &str {
    const PUBLIC: [&str; 5] = ["cf-aig-", "cf-access-", "anthropic-", "openai-", "x-goog-"];
    let lower = name.trim().to_ascii_lowercase();
    match is_key(name) || PUBLIC.iter().any(|start| lower.starts_with(start)) {
        true => "",
        false => name,
    }
}

/// Returns a configured header's name where it may be sent.
pub(super) fn header_name(name: &str) -> Option<HeaderName> {
    let name = HeaderName::from_bytes(name.trim().as_bytes()).ok()?;
    let ours = NOT_OURS_TO_SET.contains(&name.as_str()) || name.as_str().starts_with("proxy-");
    (!ours).then_some(name)
}

/// Returns whether OpenClaw's client takes a header's name: with a blank, or with none of its letters, it makes no request at
/// all (seen on 2026.9.6).
pub(super) fn is_name(name: &str) -> bool {
    HeaderName::from_bytes(name.as_bytes()).is_ok()
}

/// Returns how the token header is written.
pub(super) fn token_form(candidate: &Candidate) -> TokenForm {
    TokenForm::of(candidate.secret.expose())
}

/// Returns whether key and token are the same text, `Bearer` aside.
pub(super) fn same_value(key: &Candidate, token: &Candidate) -> bool {
    let token = http_trim(token.secret.expose());
    http_trim(key.secret.expose()) == token.strip_prefix("Bearer ").unwrap_or(token).trim()
}

/// Returns the token without the word before it, for its shape.
pub(super) fn token_alone(vault: &Vault, token: &Candidate) -> Secret {
    let text = http_trim(token.secret.expose());
    let end = text.rsplit([' ', '\t']).next().unwrap_or(text);
    vault.seal(end)
}

/// The way that the daemon's variables give.
#[derive(Debug)]
pub(super) enum Way {
    /// No proxy.
    Direct,
    /// A proxy is set and does not apply.
    Bypassed,
    /// A proxy is set and the target is plain http, which is never sent through one.
    NotForHttp,
    /// Through this proxy.
    Through(Box<Proxy>),
    /// The proxy's address cannot be used.
    Unusable,
}

/// Returns the address of a proxy on this machine's loopback that would be given a login.
pub(super) fn local_login(env: &ProxyEnv, base: &Base) -> Option<Base> {
    let vars: Vec<(&str, &str)> = env
        .vars
        .iter()
        .map(|(name, value)| (name.as_str(), value.expose()))
        .collect();
    let Route::Through(address) = planned(env, &vars, base) else {
        return None;
    };
    let url = reqwest::Url::parse(&with_scheme(address)).ok()?;
    let has_login = !url.username().is_empty() || url.password().is_some();
    let port = url.port_or_known_default()?;
    let there = Base::parse(&format!("{}://{}:{port}", url.scheme(), url.host_str()?)).ok()?;
    (has_login && there.is_loopback()).then_some(there)
}

fn planned<'a>(env: &'a ProxyEnv, vars: &[(&'a str, &'a str)], base: &Base) -> Route<'a> {
    let managed = env.managed.as_ref().map(|(_, address)| address.expose().trim());
    match managed {
        Some(_) if base.is_loopback() => Route::Bypassed,
        Some(address) => Route::Through(address),
        None => route(vars, &base.host, base.port),
    }
}

/// Decides the way to a target, and whether `ALL_PROXY` is set in vain.
pub(super) fn way(env: &ProxyEnv, base: &Base) -> (Way, bool) {
    let vars: Vec<(&str, &str)> = env
        .vars
        .iter()
        .map(|(name, value)| (name.as_str(), value.expose()))
        .collect();
    let way = match planned(env, &vars, base) {
        Route::Direct => Way::Direct,
        Route::Bypassed => Way::Bypassed,
        Route::Through(_) if !base.tls => Way::NotForHttp,
        Route::Through(address) => proxy(address).map_or(Way::Unusable, |proxy| Way::Through(Box::new(proxy))),
    };
    (way, sets_all_proxy(&vars))
}

fn with_scheme(address: &str) -> Zeroizing<String> {
    Zeroizing::new(match address.contains("://") {
        true => address.to_owned(),
        false => format!("http://{address}"),
    })
}

fn proxy(address: &str) -> Option<Proxy> {
    let with_scheme = with_scheme(address);
    let plain = with_scheme.starts_with("http://") || with_scheme.starts_with("https://");
    plain.then(|| Proxy::all(with_scheme.as_str()).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::FingerprintKey;

    /// On this machine an example may be the secret that a Gateway was given; further it goes to nobody.
    #[test]
    fn an_example_goes_to_this_machine_alone() {
        let vault = Vault::new(FingerprintKey::from_bytes(vec![1; 32]));
        for text in ["<your-token>", "changeme", "Bearer undefined"] {
            let secret = vault.seal(text);
            assert_eq!(state(&vault, "x", &secret, false), State::Sendable, "{text}");
            assert_eq!(state(&vault, "x", &secret, true), State::NoSecret, "{text}");
        }
    }

    #[test]
    fn a_login_for_a_proxy_on_this_machine_is_known() {
        let vault = Vault::new(FingerprintKey::from_bytes(vec![1; 32]));
        let base = Base::parse("https://gateway.ai.cloudflare.com").unwrap();
        for (proxy, port) in [
            ("http://bob:pw@127.0.0.1:3128", Some(3128)),
            ("bob:pw@localhost:3128", Some(3128)),
            ("http://bob@[::1]", Some(80)),
            ("http://127.0.0.1:3128", None),
            ("http://bob:pw@proxy.example:3128", None),
        ] {
            let env = ProxyEnv {
                vars: vec![("https_proxy".to_owned(), vault.seal(proxy))],
                managed: None,
            };
            assert_eq!(local_login(&env, &base).map(|there| there.port), port, "{proxy}");
        }
    }

    #[test]
    fn openclaws_own_proxy_beats_the_variables() {
        let vault = Vault::new(FingerprintKey::from_bytes(vec![1; 32]));
        let env = |managed: Option<&str>| ProxyEnv {
            vars: vec![("no_proxy".to_owned(), vault.seal("*"))],
            managed: managed.map(|url| ("proxy.proxyUrl", vault.seal(url))),
        };
        let base = |url: &str| Base::parse(url).unwrap();
        let far = base("https://gateway.ai.cloudflare.com/v1");
        assert!(matches!(way(&env(Some("http://127.0.0.1:9")), &far).0, Way::Through(_)));
        assert!(matches!(way(&env(Some("nonsense://x")), &far).0, Way::Unusable));
        assert!(matches!(way(&env(None), &far).0, Way::Direct));
        let near = base("https://127.0.0.1:8443/v1");
        assert!(matches!(way(&env(Some("http://127.0.0.1:9")), &near).0, Way::Bypassed));
        let plain = base("http://llm.example.com/v1");
        assert!(matches!(
            way(&env(Some("http://127.0.0.1:9")), &plain).0,
            Way::NotForHttp
        ));
    }
}
