//! Addresses of Cloudflare's AI services and what is documented about each provider segment
//! (facts/pings.md section 9, facts/field.md section 7).
//!
//! Three forms are documented: `https://gateway.ai.cloudflare.com/v1/<account>/<gateway>/<provider>`,
//! the same path on a domain of one's own, and the REST endpoint
//! `https://api.cloudflare.com/client/v4/accounts/<account>/ai`.

use reqwest::Url;

/// The host of all AI Gateways without a domain of their own.
pub(crate) const HOST: &str = "gateway.ai.cloudflare.com";
/// The host of the REST endpoint and of Workers AI.
pub(crate) const REST_HOST: &str = "api.cloudflare.com";

/// What kind of credential the provider behind an address wants as its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wants {
    /// An Anthropic key; a token of Cloudflare's is refused, unless Unified Billing pays.
    Anthropic,
    /// An OpenAI key, in the same way.
    Openai,
    /// A token of Cloudflare's is the key (Workers AI, the REST endpoint).
    Cloudflare,
    /// A key of its own, or what Cloudflare itself accepts: shapes prove nothing.
    Any,
}

/// What a 200 to the request for the list of models proves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum List {
    /// The provider lists models only for a good key.
    Keyed,
    /// The provider lists its models for everybody: nothing about the key.
    Public,
    /// Not documented; found out by asking without the key.
    Untold,
}

/// A provider segment that Cloudflare documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Segment {
    /// As it is written in the path.
    pub(crate) name: &'static str,
    /// The key that it wants.
    pub(crate) wants: Wants,
    /// What its list of models proves.
    pub(crate) list: List,
}

const fn segment(name: &'static str, wants: Wants, list: List) -> Segment {
    Segment { name, wants, list }
}

/// Provider segments of developers.cloudflare.com/ai-gateway/usage/providers (2026-11); `custom-<slug>` stands beside them.
const SEGMENTS: &[Segment] = &[
    segment("anthropic", Wants::Anthropic, List::Keyed),
    segment("openai", Wants::Openai, List::Keyed),
    segment("workers-ai", Wants::Cloudflare, List::Keyed),
    segment("compat", Wants::Any, List::Untold),
    segment("deepseek", Wants::Any, List::Keyed),
    segment("google-ai-studio", Wants::Any, List::Keyed),
    segment("google-vertex-ai", Wants::Any, List::Untold),
    segment("grok", Wants::Any, List::Keyed),
    segment("groq", Wants::Any, List::Keyed),
    segment("mistral", Wants::Any, List::Keyed),
    segment("cohere", Wants::Any, List::Keyed),
    segment("cerebras", Wants::Any, List::Keyed),
    segment("openrouter", Wants::Any, List::Public),
    segment("huggingface", Wants::Any, List::Public),
    segment("perplexity-ai", Wants::Any, List::Untold),
    segment("aws-bedrock", Wants::Any, List::Untold),
    segment("azure-openai", Wants::Any, List::Untold),
    segment("replicate", Wants::Any, List::Untold),
    segment("baseten", Wants::Any, List::Untold),
    segment("cartesia", Wants::Any, List::Untold),
    segment("deepgram", Wants::Any, List::Untold),
    segment("elevenlabs", Wants::Any, List::Untold),
    segment("fal", Wants::Any, List::Untold),
    segment("ideogram", Wants::Any, List::Untold),
    segment("parallel", Wants::Any, List::Untold),
];

/// Returns what is documented about a segment.
pub(crate) fn documented(name: &str) -> Option<&'static Segment> {
    SEGMENTS.iter().find(|segment| segment.name == name)
}

/// The parts of an address, as far as they are there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Address {
    /// Whether it is encrypted.
    pub(crate) tls: bool,
    /// Host in lower case, IPv6 without brackets.
    pub(crate) host: String,
    /// Port, where it is not the usual one.
    pub(crate) port: Option<u16>,
    /// What the text holds that no base URL may: a login, a query, a fragment.
    pub(crate) extra: Option<&'static str>,
    /// Whether the path has an empty part.
    pub(crate) double_slash: bool,
    /// Parts of the path as written, empty ones left out.
    pub(crate) parts: Vec<String>,
}

/// Which service an address leads to, by the form of its path and its host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Route<'a> {
    /// An AI Gateway; the segment after the gateway id, where one is there.
    Gateway(Option<&'a str>),
    /// The REST endpoint or Workers AI below an account.
    Rest,
    /// Neither: a domain of one's own, or no service of Cloudflare's.
    Other,
}

impl Address {
    /// Reads an address; none where it is no http(s) URL.
    pub(crate) fn parse(text: &str) -> Option<Address> {
        let text = text.trim();
        if let Some(without) = without_odd_login(text) {
            let extra = Some("a user name or password");
            return Some(Address {
                extra,
                ..Address::parse(&without)?
            });
        }
        let url = Url::parse(text).ok()?;
        let tls = match url.scheme() {
            "http" | "ws" => false,
            "https" | "wss" => true,
            _ => return None,
        };
        let extra = if !url.username().is_empty() || url.password().is_some() {
            Some("a user name or password")
        } else if url.query().is_some() {
            Some("a query")
        } else {
            url.fragment().map(|_| "a fragment")
        };
        // Placeholders may hold characters that a URL escapes; they are read as they are written.
        let after = text.split_once("://")?.1.split(['?', '#']).next()?;
        let path = after.split_once('/').map_or("", |(_, path)| path).trim_end_matches('/');
        Some(Address {
            tls,
            host: url.host_str()?.trim_matches(['[', ']']).to_ascii_lowercase(),
            port: url.port(),
            extra,
            double_slash: path.contains("//"),
            parts: path.split('/').filter(|part| !part.is_empty()).map(decoded).collect(),
        })
    }

    /// Returns the address without what no base URL may hold.
    pub(crate) fn plain(&self) -> String {
        let scheme = if self.tls { "https" } else { "http" };
        let port = self.port.map_or(String::new(), |port| format!(":{port}"));
        let host = match self.host.contains(':') {
            true => format!("[{}]", self.host),
            false => self.host.clone(),
        };
        format!("{scheme}://{host}{port}/{}", self.parts.join("/"))
    }

    fn part(&self, at: usize) -> Option<&str> {
        self.parts.get(at).map(String::as_str)
    }

    /// Returns whether it is on Cloudflare's own host for AI Gateways.
    pub(crate) fn is_own_host(&self) -> bool {
        self.host == HOST
    }

    /// Returns whether the path begins with `/v1`, as that of an AI Gateway does.
    pub(crate) fn versioned(&self) -> bool {
        self.part(0) == Some("v1")
    }

    /// Returns the address with one `/v1` where the path has two of them in front of the account or at its end.
    pub(crate) fn without_doubled_version(&self) -> Option<Address> {
        let is_v1 = |at: usize| self.part(at) == Some("v1");
        let last = self.parts.len().checked_sub(1)?;
        let in_front = is_v1(0) && is_v1(1) && self.parts.len() > 2;
        let at_end = last > 0 && is_v1(last) && is_v1(last - 1);
        let at = match (in_front, at_end) {
            (true, _) => 0,
            (false, true) => last,
            _ => return None,
        };
        let mut once = self.clone();
        once.parts.remove(at);
        Some(once)
    }

    fn offset(&self) -> usize {
        usize::from(self.versioned())
    }

    /// Returns the account id of the path of an AI Gateway.
    pub(crate) fn account(&self) -> Option<&str> {
        self.part(self.offset())
    }

    /// Returns the gateway id.
    pub(crate) fn gateway(&self) -> Option<&str> {
        self.part(self.offset() + 1)
    }

    /// Returns the provider segment, such as `anthropic`.
    pub(crate) fn segment(&self) -> Option<&str> {
        self.part(self.offset() + 2)
    }

    /// Returns what follows the provider segment.
    pub(crate) fn rest(&self) -> &[String] {
        self.parts.get(self.offset() + 3..).unwrap_or_default()
    }

    /// Returns whether the path has the form of an AI Gateway's, on whatever host.
    pub(crate) fn has_gateway_form(&self) -> bool {
        self.versioned() && self.account().is_some_and(is_account_id) && self.gateway().is_some()
    }

    /// Returns the account and what follows `ai`, where the path is that of the REST endpoint.
    pub(crate) fn rest_form(&self) -> Option<(&str, &[String])> {
        let known = self.part(0) == Some("client") && self.part(1) == Some("v4") && self.part(2) == Some("accounts");
        (known && self.part(4) == Some("ai"))
            .then(|| Some((self.part(3)?, self.parts.get(5..).unwrap_or_default())))
            .flatten()
    }

    /// Returns whether it is on the host of Cloudflare's API.
    pub(crate) fn is_api_host(&self) -> bool {
        self.host == REST_HOST
    }

    /// Returns whether the provider behind it takes a key of its own alone, never a token of Cloudflare's.
    pub(crate) fn takes_own_key(&self) -> bool {
        match self.route() {
            Route::Gateway(Some(name)) => {
                documented(name).is_some_and(|segment| segment.wants != Wants::Cloudflare && segment.name != "compat")
            }
            Route::Gateway(None) | Route::Rest | Route::Other => false,
        }
    }

    /// Returns which service it leads to.
    pub(crate) fn route(&self) -> Route<'_> {
        if self.rest_form().is_some() {
            Route::Rest
        } else if self.is_own_host() || self.has_gateway_form() {
            Route::Gateway(self.segment())
        } else {
            Route::Other
        }
    }

    /// Returns the kind of key that the provider behind it wants.
    pub(crate) fn wants(&self) -> Wants {
        match self.route() {
            Route::Rest => Wants::Cloudflare,
            Route::Gateway(Some(name)) => documented(name).map_or(Wants::Any, |segment| segment.wants),
            Route::Gateway(None) | Route::Other => Wants::Any,
        }
    }

    /// Returns what a list of models from there proves.
    pub(crate) fn list(&self) -> List {
        match self.route() {
            Route::Rest => List::Keyed,
            Route::Gateway(Some(name)) => documented(name).map_or(List::Untold, |segment| segment.list),
            Route::Gateway(None) | Route::Other => List::Untold,
        }
    }
}

/// Returns an address without a login whose password has a `/`, `?` or `#`: a reader of URLs ends the host there, and takes
/// the rest of the password for a path, which nothing may show.
pub(crate) fn without_odd_login(text: &str) -> Option<String> {
    let (scheme, rest) = text.split_once("://")?;
    let (login, after) = rest.rsplit_once('@')?;
    let host = after.split(['/', '?', '#']).next()?;
    let is_host = host.contains('.') || host.starts_with('[') || host.split(':').next() == Some("localhost");
    let end = login.find(['/', '?', '#'])?;
    // An account may be written as a mail address: then a host stands in front of it, and `user:31` is none.
    let first = login.get(..end).unwrap_or_default();
    let is_user = first.contains(':') || !first.contains('.');
    (is_host && is_user).then(|| format!("{scheme}://{after}"))
}

/// Reads `%64` and the like for letters, digits, `-`, `_` and `.`; everything else stays as it is written.
pub(crate) fn decoded(part: &str) -> String {
    let mut out = String::new();
    let mut rest = part;
    while let Some((before, after)) = rest.split_once('%') {
        out.push_str(before);
        let byte = after.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match (byte, after.get(2..)) {
            (Some(byte), Some(tail)) if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.') => {
                out.push(char::from(byte));
                rest = tail;
            }
            _ => {
                out.push('%');
                rest = after;
            }
        }
    }
    out + rest
}

/// Returns whether a text has the form of a Cloudflare account id: 32 hex digits.
pub(crate) fn is_account_id(text: &str) -> bool {
    text.len() == 32 && text.chars().all(|c| c.is_ascii_hexdigit())
}

/// Returns whether a provider of this id and address goes through Cloudflare.
pub(crate) fn is_aig(id: &str, base_url: Option<&str>) -> bool {
    id.eq_ignore_ascii_case(super::ID)
        || base_url
            .and_then(Address::parse)
            .is_some_and(|address| address.route() != Route::Other || address.is_api_host())
        || base_url.is_some_and(|url| without_scheme(url).is_some())
}

/// Returns an address as it may be shown. A login that stayed in by mistake is no excuse; the `@` of a model of Workers AI,
/// behind one of Cloudflare's hosts, ends no login.
pub(crate) fn without_login(url: &str) -> String {
    let ours = [HOST, REST_HOST]
        .iter()
        .any(|host| url.starts_with(&format!("https://{host}/")));
    let login = url.rsplit_once('@').filter(|_| !(ours && url.contains("/@cf/")));
    let rest = login.map_or(url, |(_, host)| host);
    let end = rest.find(['?', '#']).unwrap_or(rest.len());
    rest.get(..end).unwrap_or_default().to_owned()
}

/// Returns the address with its scheme, where a text is one of Cloudflare's hosts and a path without it, as it is copied from
/// the bar of a browser.
pub(crate) fn without_scheme(text: &str) -> Option<String> {
    let rest = text.trim();
    let rest = rest
        .strip_prefix("https:")
        .map_or(rest, |rest| rest.trim_start_matches('/'));
    let host = rest.split('/').next()?;
    let ours = [HOST, REST_HOST].iter().any(|known| host.eq_ignore_ascii_case(known));
    let whole = format!("https://{rest}");
    (ours && whole != text.trim()).then_some(whole)
}

#[cfg(test)]
#[path = "address_tests.rs"]
mod tests;
