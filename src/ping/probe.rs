//! Which free request stands for a model call of a provider, formed as OpenClaw's own client forms
//! its requests: path, place of the key and version headers follow the provider's `api`
//! (facts/field.md section 7; compared with the product by `tests/e2e/real_requests`).

use serde_json::Value;

use super::cloudflare_answer::CloudflareAnswer;
use super::cloudflare_reading::classify;
use super::reply::Reply;
use crate::config::cloudflare::ID;
use crate::config::cloudflare::address::{Address, List, Route, Wants, documented};

/// The formats of requests that are told apart, by `api` of a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Api {
    /// `anthropic-messages`.
    Anthropic,
    /// `openai-completions`, `openai-responses`.
    Openai,
    /// `google-generative-ai`.
    Google,
    /// Signed or otherwise made requests that are not imitated.
    Other,
}

impl Api {
    /// Reads `api`; without one the plugin's provider speaks Anthropic's format, every other OpenAI's.
    pub fn of(id: &str, api: Option<&str>) -> Api {
        match api {
            Some("anthropic-messages") => Api::Anthropic,
            Some("openai-completions" | "openai-responses") => Api::Openai,
            Some("google-generative-ai") => Api::Google,
            Some(_) => Api::Other,
            None if id.eq_ignore_ascii_case(ID) => Api::Anthropic,
            None => Api::Openai,
        }
    }
}

/// The free request to one provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Probe {
    /// The format.
    pub api: Api,
    /// Whether it goes to the REST endpoint of an account.
    pub rest: bool,
    /// Whether the segment after the gateway id is a documented one.
    pub(crate) documented: bool,
    /// The kind of key that the provider behind wants.
    pub(crate) wants: Wants,
    /// Whether the provider behind takes a key of its own alone, never a token of Cloudflare's.
    pub(crate) own_key: bool,
    /// What a 200 proves.
    pub(crate) list: List,
}

impl Probe {
    /// Chooses the request for a provider.
    pub fn of(id: &str, base_url: &str, api: Option<&str>) -> Probe {
        let address = Address::parse(base_url);
        let api = Api::of(id, api);
        let route = address.as_ref().map(Address::route);
        let rest = route == Some(Route::Rest);
        let unknown = address.is_none() || route == Some(Route::Other);
        // On a domain of one's own the plugin's provider is Anthropic still.
        let anthropic = api == Api::Anthropic && id.eq_ignore_ascii_case(ID) && unknown;
        let segment = match &address {
            Some(address) if !address.double_slash => match address.route() {
                Route::Gateway(segment) => segment,
                Route::Rest | Route::Other => None,
            },
            _ => None,
        };
        Probe {
            api,
            rest,
            documented: segment.is_some_and(|name| documented(name).is_some()),
            own_key: segment.is_some() && address.as_ref().is_some_and(Address::takes_own_key),
            wants: match &address {
                _ if anthropic => Wants::Anthropic,
                Some(address) => address.wants(),
                None => Wants::Any,
            },
            list: match address {
                _ if anthropic => List::Keyed,
                Some(address) => address.list(),
                None => List::Untold,
            },
        }
    }

    /// Returns the path below the base, or below the account's `ai` for the REST endpoint, where the
    /// list of Workers AI's models is what needs a token and costs nothing.
    pub fn path(self) -> &'static str {
        match self.api {
            _ if self.rest => "/models/search",
            Api::Anthropic => "/v1/models",
            Api::Openai | Api::Google | Api::Other => "/models",
        }
    }

    /// Returns whether one model can be asked for by its id, for free: Anthropic and OpenAI document `GET …/models/<id>`.
    pub(crate) fn tells_models(self) -> bool {
        let known = matches!(
            (self.api, self.wants),
            (Api::Anthropic, Wants::Anthropic) | (Api::Openai, Wants::Openai)
        );
        known && !self.rest
    }

    /// Reads whether the provider knows a model; none where the answer is neither of the two documented ones.
    pub(crate) fn knows_model(self, reply: &Reply) -> Option<bool> {
        let body = reply.json()?;
        let text = |place: &str| body.pointer(place).and_then(Value::as_str).unwrap_or_default();
        if reply.is_success() {
            return (!text("/id").is_empty()).then_some(true);
        }
        let unknown = match self.api {
            Api::Anthropic => text("/error/type") == "not_found_error" && text("/error/message").contains("model"),
            _ => text("/error/code") == "model_not_found",
        };
        (reply.status == 404 && unknown).then_some(false)
    }

    /// Returns the query.
    pub fn query(self) -> &'static str {
        match self.api {
            _ if self.rest => "?per_page=1",
            Api::Anthropic => "?limit=1",
            Api::Google => "?pageSize=1",
            Api::Openai | Api::Other => "",
        }
    }

    /// Returns the path of the base under which the request goes.
    pub fn base_path(self, path: &str) -> &str {
        // The client of OpenClaw drops a /v1 at the end of the base of Anthropic's API (seen on 2026.9.6).
        if self.rest || self.api == Api::Anthropic {
            path.strip_suffix("/v1").unwrap_or(path)
        } else {
            path
        }
    }

    /// Reads an answer. A documented segment is right, whatever the list of models is told there; where a list is documented
    /// too, such an answer is strange.
    pub fn read(self, reply: &Reply) -> CloudflareAnswer {
        match classify(reply, self.rest) {
            CloudflareAnswer::NoSuchProvider if self.documented => match self.list {
                List::Untold => CloudflareAnswer::NotOffered,
                List::Keyed | List::Public => CloudflareAnswer::GatewayOther(2008),
            },
            answer => answer,
        }
    }

    /// Returns whether the provider is known to say of a missing key something else than of a wrong one.
    pub fn tells_missing(self) -> bool {
        self.rest || self.api == Api::Google || matches!(self.wants, Wants::Anthropic | Wants::Openai)
    }

    /// Returns the header that the key goes into, and what precedes it there.
    pub fn key_header(self) -> (&'static str, &'static str) {
        match self.api {
            Api::Anthropic => ("x-api-key", ""),
            Api::Google => ("x-goog-api-key", ""),
            Api::Openai | Api::Other => ("authorization", "Bearer "),
        }
    }

    /// Returns the headers of the format's version.
    pub fn version_headers(self) -> &'static [(&'static str, &'static str)] {
        match self.api {
            Api::Anthropic => &[("anthropic-version", "2023-06-01")],
            Api::Openai | Api::Google | Api::Other => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACC: &str = "0123456789abcdef0123456789abcdef";

    #[test]
    fn what_a_provider_says_of_a_model() {
        let gateway = format!("https://gateway.ai.cloudflare.com/v1/{ACC}/gw");
        let anthropic = Probe::of(ID, &format!("{gateway}/anthropic"), None);
        let openai = Probe::of("a", &format!("{gateway}/openai"), Some("openai-completions"));
        let other = Probe::of("a", &format!("{gateway}/deepseek"), Some("openai-completions"));
        assert!(anthropic.tells_models() && openai.tells_models() && !other.tells_models());
        for (probe, status, body, wanted) in [
            (anthropic, 200, r#"{"type":"model","id":"m"}"#, Some(true)),
            (
                anthropic,
                404,
                r#"{"type":"error","error":{"type":"not_found_error","message":"model: m"}}"#,
                Some(false),
            ),
            (
                anthropic,
                404,
                r#"{"type":"error","error":{"type":"not_found_error","message":"Not Found"}}"#,
                None,
            ),
            (anthropic, 404, "Not Found", None),
            (
                anthropic,
                400,
                r#"{"error":{"type":"not_found_error","message":"model: m"}}"#,
                None,
            ),
            (
                anthropic,
                429,
                r#"{"error":{"type":"rate_limit_error","message":"model"}}"#,
                None,
            ),
            (anthropic, 200, r#"{"data":[]}"#, None),
            (openai, 200, r#"{"id":"m","object":"model"}"#, Some(true)),
            (
                openai,
                404,
                r#"{"error":{"code":"model_not_found","message":"The model 'm' does not exist"}}"#,
                Some(false),
            ),
            (openai, 404, r#"{"error":{"message":"Not Found"}}"#, None),
        ] {
            let reply = Reply {
                status,
                body: body.as_bytes().to_vec(),
                ..Reply::default()
            };
            assert_eq!(probe.knows_model(&reply), wanted, "{status} {body}");
        }
    }

    #[test]
    fn requests_by_api_and_address() {
        let gateway = format!("https://gateway.ai.cloudflare.com/v1/{ACC}/gw");
        let rest = format!("https://api.cloudflare.com/client/v4/accounts/{ACC}/ai");
        for (id, base, api, path, key) in [
            (ID, format!("{gateway}/anthropic"), None, "/v1/models", "x-api-key"),
            (
                "a",
                format!("{gateway}/deepseek"),
                Some("openai-completions"),
                "/models",
                "authorization",
            ),
            (
                "a",
                format!("{gateway}/openai"),
                Some("openai-responses"),
                "/models",
                "authorization",
            ),
            (
                "a",
                format!("{gateway}/google-ai-studio/v1beta"),
                Some("google-generative-ai"),
                "/models",
                "x-goog-api-key",
            ),
            (
                "a",
                format!("{rest}/v1"),
                Some("openai-completions"),
                "/models/search",
                "authorization",
            ),
            (
                ID,
                rest.clone(),
                Some("anthropic-messages"),
                "/models/search",
                "x-api-key",
            ),
        ] {
            let probe = Probe::of(id, &base, api);
            assert_eq!((probe.path(), probe.key_header().0), (path, key), "{base}");
        }
        let workers = Probe::of("a", &format!("{rest}/v1"), Some("openai-completions"));
        assert_eq!(
            workers.base_path("/client/v4/accounts/x/ai/v1"),
            "/client/v4/accounts/x/ai"
        );
        let doubled = Probe::of(ID, &format!("{gateway}/anthropic/v1"), None);
        assert_eq!(doubled.base_path("/v1/a/g/anthropic/v1"), "/v1/a/g/anthropic");
        assert_eq!(Api::of("a", Some("bedrock-converse-stream")), Api::Other);
    }
}
