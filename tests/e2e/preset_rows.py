"""What the doctor has to say of each answer of the imitation: one row per preset, credential and network.

A row's `told` are the requests in their order: `-` without or `+` with a credential, HTTP status, machine code, layer.
`finds` are the ids about Cloudflare; `exit` is the status of `doctor ping`. Source: facts of the AI Gateway's answers,
as the header of tests/tools/fake-cloudflare.py names them.
"""
from dataclasses import dataclass, field

NO_AUTH = "- 401 2009 cloudflare"      # an authenticated gateway, asked without a token
NO_KEY = "- 401 authentication_error provider"   # an open gateway, asked without a key
GOOD = "+ 200 - provider"
BAD_KEY = "+ 401 authentication_error provider"
BAD_TOKEN = "+ 401 2009 cloudflare"
BAD_OPENAI = "+ 401 invalid_api_key provider"
BARE = "+ 401 invalid_request_error provider"     # the token alone, to a provider in OpenAI's format
NO_CREDENTIAL = "+ 400 2999 cloudflare"  # nothing to pay with: its code is not published, any unknown one will do


@dataclass
class Row:
    id: str
    gateway: str
    told: list
    finds: set = field(default_factory=set)
    exit: int = 0
    key: str = "anthropic_good"        # name of a key of the imitation, or `=TEXT`; None: none is set
    token: str = "Bearer {cf_good}"    # value of cf-aig-authorization; None: no such header
    headers: dict = field(default_factory=dict)
    shell_key: str = None              # the shell's key, where a service has the other one
    scenario: dict = None              # what the imitation is told about the gateway
    account: str = None
    path: str = "anthropic"            # what follows the gateway id; with a slash in front the whole path
    api: str = "anthropic-messages"
    provider: str = "cloudflare-ai-gateway"
    more: dict = None                  # further fields of the provider
    model: str = None                  # the default model, where it is not one that the imitation has
    of_model: str = None               # what the question about it is told, where that matters
    others: dict = None                # further providers, by id; their models are fallbacks
    default: str = None                # the default model, where it is of none of these
    fallbacks: tuple = None            # the fallbacks, where they are not those of the further providers
    host: str = "127.0.0.1"
    says: tuple = ()                   # words that the findings hold
    unsent: tuple = ()                 # what no header of a request may hold
    most_seconds: float = 9.0


def preset(name, *told, finds=(), exit=0, **more):
    return Row(name, name, list(told), set(finds), exit, **more)


PRESETS = [
    preset("open", NO_KEY, GOOD),
    preset("auth", NO_AUTH, GOOD),
    preset("byok", NO_AUTH, GOOD),
    preset("byok-bad", NO_AUTH, GOOD),
    preset("byok-only", NO_AUTH, GOOD),
    preset("no-credits", NO_AUTH, GOOD),
    preset("default", NO_AUTH, GOOD),
    preset("guard", NO_KEY, GOOD),
    preset("2009-as-400", "- 400 2009 cloudflare", GOOD),
    preset("2009-bare", NO_AUTH, GOOD),
    preset("slow", NO_KEY, GOOD),
    # Not offered is not broken: nothing is claimed.
    preset("models-404", NO_KEY, "+ 404 - unknown", finds={"cf-key-not-proved"}),
    preset("rate", "- 429 2003 cloudflare", finds={"cf-rate-limited"}, says=("rate",)),
    preset("spend", "- 429 2041 cloudflare", finds={"cf-rate-limited"}, says=("spend",)),
    preset("provider-rate", "- 429 rate_limit_error provider", finds={"cf-rate-limited"}),
    preset("upstream-fail", "- 400 2005 cloudflare", finds={"cf-provider-trouble"}),
    preset("overloaded", "- 529 overloaded_error provider", finds={"cf-provider-trouble"}),
    preset("provider-500", "- 500 api_error provider", finds={"cf-provider-trouble"}),
    preset("cf-1101", "- 500 - cloudflare", finds={"cf-provider-trouble"}, says=("Cloudflare itself",)),
    preset("cf-520", "- 520 - cloudflare", finds={"cf-provider-trouble"}, says=("Cloudflare itself",)),
    preset("permission", "- 403 permission_error provider", finds={"cf-provider-permission"}, exit=1),
    preset("billing", "- 400 invalid_request_error provider", finds={"cf-credits"}, exit=1),
    preset("region", "- 403 forbidden provider", finds={"cf-region-blocked"}, exit=1),
    preset("cf-1010", "- 403 - cloudflare", finds={"cf-waf-blocked"}, exit=1),
    preset("challenge", "- 403 - cloudflare", finds={"cf-waf-blocked"}, exit=1),
    preset("captive", "- 200 - network", finds={"cf-captive-portal"}),
    preset("captive-302", "- 302 - network", finds={"cf-captive-portal"}),
    preset("redirect", "- 307 - unknown", finds={"cf-captive-portal"}, says=("sends the request elsewhere",)),
    preset("hang", "- - - network", finds={"cf-timeout"}, most_seconds=6.5),
    preset("reset", "- - - network", finds={"cf-unreachable"}),
    # Who answers stayed open, so nothing else is called well and no key was sent: incomplete.
    preset("truncated", "- 200 - unknown", finds={"cf-answer-not-understood"}, exit=3),
    preset("badjson", "- 200 - unknown", finds={"cf-answer-not-understood"}, exit=3),
    preset("empty", "- 200 - unknown", finds={"cf-answer-not-understood"}, exit=3),
    preset("huge", "- 200 - unknown", finds={"cf-answer-not-understood"}, exit=3),
    # What does not say who refused, or says it with a status that does not belong to it, proves nothing.
    *(preset(f"{name}-401", NO_AUTH, "+ 401 - unknown", finds={"cf-answer-not-understood"}, says=("answered 401",))
      for name in ("bare", "page", "hollow")),
    # The form is the provider's, the code is not known.
    preset("archived-401", NO_AUTH, BARE, finds={"cf-answer-not-understood"}, says=("answered 401",)),
    preset("errors-200", NO_AUTH, "+ 200 - unknown", finds={"cf-answer-not-understood"}),
    preset("2009-as-500", NO_AUTH, "+ 500 2009 cloudflare", finds={"cf-answer-not-understood"}, says=("500 with code 2009",)),
    preset("2009-as-200", NO_AUTH, "+ 200 2009 cloudflare", finds={"cf-answer-not-understood"}),
    preset("2018-as-403", NO_AUTH, "+ 403 2018 cloudflare", finds={"cf-answer-not-understood"}, says=("403 with code 2018",)),
    preset("ip-401", NO_AUTH, "+ 401 ip_not_authorized provider", finds={"cf-provider-permission"}, exit=1, says=("only from other addresses",)),
    preset("organization-401", NO_AUTH, "+ 401 mismatched_organization provider", finds={"cf-provider-permission"}, exit=1,
           says=("organization",)),
    preset("long-list", NO_AUTH, GOOD),
    preset("retry-date", NO_AUTH, "+ 429 rate_limit_error provider", finds={"cf-rate-limited"}, says=("Retry in 168 h",)),
    # Rules, limits and bills of Cloudflare's: one code has several meanings, the words beside it tell.
    preset("spend-unpriced", NO_AUTH, "+ 403 2040 cloudflare", finds={"cf-policy-refused"}, says=("without a model",)),
    preset("policy-denied", NO_AUTH, "+ 403 policy cloudflare", finds={"cf-policy-refused"}, exit=1),
    preset("policy-spend", NO_AUTH, "+ 429 policy cloudflare", finds={"cf-rate-limited"}, says=("spending",)),
    preset("unified-rate", NO_AUTH, "+ 429 2018 cloudflare", finds={"cf-rate-limited"}, says=("Unified Billing",)),
    preset("unified-credit", NO_AUTH, "+ 402 2021 cloudflare", finds={"cf-credits"}, exit=1),
    preset("unified-not-sold", NO_AUTH, "+ 402 2021 cloudflare", finds={"cf-policy-refused"}, says=("does not sell",)),
    preset("unified-limit", NO_AUTH, "+ 402 2021 cloudflare", finds={"cf-rate-limited"}, says=("passes by itself",)),
    preset("no-credit-2049", NO_AUTH, "+ 402 2049 cloudflare", finds={"cf-credits"}, exit=1, says=("2049",)),
    preset("withdrawn-2047", NO_AUTH, "+ 400 2047 cloudflare", finds={"cf-answer-not-understood"}, says=("400 with code 2047",)),
    preset("feature-2036", NO_AUTH, "+ 403 2036 cloudflare", finds={"cf-answer-not-understood"}, says=("403 with code 2036",)),
    preset("route-2002", NO_AUTH, "+ 400 2002 cloudflare", finds={"cf-answer-not-understood"}, says=("dynamic routes",)),
    preset("unknown-code", NO_AUTH, "+ 403 2777 cloudflare", finds={"cf-answer-not-understood"}, says=("2777",)),
    preset("unknown-body", NO_AUTH, "+ 418 - unknown", finds={"cf-answer-not-understood"}, says=("418",)),
    preset("guard-request", NO_AUTH, "+ 424 2016 cloudflare", finds={"cf-policy-refused"}, says=("guardrails",)),
    preset("guard-response", NO_AUTH, "+ 424 2017 cloudflare", finds={"cf-policy-refused"}),
    preset("dlp-request", NO_AUTH, "+ 400 2029 cloudflare", finds={"cf-policy-refused"}, says=("data loss",)),
    preset("dlp-response", NO_AUTH, "+ 400 2030 cloudflare", finds={"cf-policy-refused"}),
    preset("own-credential", NO_AUTH, "+ 503 2009 cloudflare", finds={"cf-provider-trouble"}, says=("own credential",)),
    preset("api-10000", NO_AUTH, "+ 401 10000 cloudflare", finds={"cf-aig-token-rejected"}, exit=1),
    preset("model-7003", NO_AUTH, "+ 404 - unknown", finds={"cf-key-not-proved"}),
    preset("workers-5007", NO_AUTH, "+ 400 5007 cloudflare", finds={"cf-answer-not-understood"}),
    preset("allocation", NO_AUTH, "+ 429 3036 cloudflare", finds={"cf-rate-limited"}, says=("00:00 UTC",)),
    # Pages of the edge: a login, a limit, a name that leads nowhere, a wall.
    preset("access-302", "- 302 - cloudflare", finds={"cf-access-login"}, exit=1),
    preset("access-403", "- 403 - cloudflare", finds={"cf-access-login"}, exit=1),
    preset("zone-rate", "- 429 1015 cloudflare", finds={"cf-rate-limited"}),
    preset("zone-rate-json", "- 429 1015 cloudflare", finds={"cf-rate-limited"}),
    preset("edge-other", "- 403 1106 cloudflare", finds={"cf-answer-not-understood"}, exit=3),
    preset("worker-limit", "- 429 1027 cloudflare", finds={"cf-rate-limited"}, says=("Worker",)),
    preset("edge-busy", "- 503 - cloudflare", finds={"cf-provider-trouble"}),
    preset("edge-502", "- 502 - cloudflare", finds={"cf-provider-trouble"}),
    preset("edge-526", "- 526 - cloudflare", finds={"cf-provider-trouble"}, exit=1, says=("has no valid certificate (526)", "a domain of your own")),
    preset("edge-525", "- 525 - cloudflare", finds={"cf-provider-trouble"}, exit=1, says=("TLS handshake",)),
    preset("edge-521", "- 521 - cloudflare", finds={"cf-provider-trouble"}, says=("refuses the connection",)),
    preset("html-200", "- 200 - unknown", finds={"cf-answer-not-understood"}, exit=3),
    preset("wall-german", "- 403 - cloudflare", finds={"cf-waf-blocked"}, exit=1),
    preset("wall-plain", "- 403 - cloudflare", finds={"cf-waf-blocked"}, exit=1),
    preset("access-german", "- 403 - cloudflare", finds={"cf-access-login"}, exit=1),
    preset("access-token", "- 302 - cloudflare", finds={"cf-access-login"}, exit=1),
    # Said of the doctor's request alone, which is no chat, or names no provider in a body.
    preset("chat-format", NO_AUTH, "+ 400 - unknown", finds={"cf-key-not-proved"}),
    preset("no-such-provider", NO_AUTH, "+ 400 2008 cloudflare", finds={"cf-answer-not-understood"}),
    preset("limit-unknown", NO_AUTH, "+ 429 2099 cloudflare", finds={"cf-rate-limited"}),
    *(preset(f"dns-{code}", f"- {status} {code} cloudflare", finds={"cf-edge-name-failed"}, exit=1, says=(str(code),))
      for code, status in ((1000, 403), (1001, 409), (1002, 403), (1003, 403), (1004, 403), (1014, 409), (1016, 530),
                           (1018, 409), (1033, 530))),
    *(preset(f"wall-{code}", "- 403 - cloudflare", finds={"cf-waf-blocked"}, exit=1)
      for code in (1006, 1007, 1008, 1009, 1012, 1020)),
    preset("echo", NO_KEY, BAD_KEY, finds={"cf-provider-key-rejected"}, exit=1),
]

CREDENTIALS = [
    Row("key-bad", "auth", [NO_AUTH, BAD_KEY, NO_CREDENTIAL], {"cf-provider-key-rejected"}, 1, key="anthropic_bad"),
    Row("key-bad-open", "open", [NO_KEY, BAD_KEY], {"cf-provider-key-rejected"}, 1, key="anthropic_bad", token=None),
    # The local Gateway answers and its process cannot be seen: that it lacks the key is not known.
    Row("key-missing-open", "open", [NO_KEY], {"cf-provider-key-missing"}, 1, key=None, token=None),
    Row("key-missing", "auth", [NO_AUTH, NO_CREDENTIAL], {"cf-key-not-proved"}, 0, key=None),
    Row("token-missing", "auth", [NO_AUTH, BAD_TOKEN], {"cf-aig-token-missing"}, 1, token=None),
    Row("token-missing-key-bad", "auth", [NO_AUTH, BAD_TOKEN], {"cf-aig-token-missing"}, 1, key="anthropic_bad", token=None),
    Row("token-bad", "auth", [NO_AUTH, BAD_TOKEN], {"cf-aig-token-rejected"}, 1, token="Bearer {cf_bad}"),
    Row("token-other-account", "auth", [NO_AUTH, BAD_TOKEN], {"cf-aig-token-rejected"}, 1, token="Bearer {cf_other_account}"),
    Row("token-colon", "auth", [NO_AUTH, BAD_TOKEN], {"cf-aig-header-malformed"}, 1, token="Bearer: {cf_good}"),
    Row("token-bare", "auth", [NO_AUTH, BAD_TOKEN], {"cf-aig-header-malformed"}, 1, token="{cf_good}"),
    Row("token-twice", "auth", [NO_AUTH, BAD_TOKEN], {"cf-aig-header-malformed"}, 1, token="Bearer Bearer {cf_good}"),
    Row("token-of-account", "auth", [NO_AUTH, GOOD], token="Bearer {cf_account_good}"),
    Row("token-legacy", "auth", [NO_AUTH, GOOD], token="Bearer {cf_legacy_good}"),
    # Cloudflare accepts, and OpenClaw still wants some key of its own before it sends anything.
    Row("byok-alone", "byok", [NO_AUTH, GOOD], set(), 0, key=None),
    Row("byok-and-bad-key", "byok", [NO_AUTH, BAD_KEY, GOOD], {"cf-byok-header-conflict"}, 1, key="anthropic_bad"),
    Row("byok-stored-bad", "byok-bad", [NO_AUTH, BAD_KEY], {"cf-byok-key-rejected"}, 1, key=None),
    Row("byok-alias", "auth", [NO_AUTH, "+ 400 2040 cloudflare"], {"cf-byok-key-rejected"}, 1,
        headers={"cf-aig-byok-alias": "nobody"}, says=("alias",)),
    # OpenClaw sends a login of Claude as `Authorization: Bearer`, and for its provider `anthropic` with the header that such
    # tokens need. That an endpoint takes none at all proves nothing.
    Row("oauth-as-key", "open", [NO_KEY, BAD_KEY], {"cf-key-not-proved"}, key="anthropic_oauth", token=None, unsent=("oauth-2025-04-20",)),
    Row("oauth-of-anthropic", "open", [NO_KEY, GOOD], key="anthropic_oauth", token=None, provider="anthropic"),
    *(Row(f"oauth-{name}", "auth", [NO_AUTH, BAD_KEY, NO_CREDENTIAL], {"cf-provider-key-rejected"}, 1, key=f"anthropic_oauth_{name}",
          provider="anthropic") for name in ("revoked", "expired", "bad")),
    Row("oauth-not-taken", "no-oauth", [NO_KEY, BAD_KEY], {"cf-key-not-proved"}, key="anthropic_oauth", token=None,
        scenario={"no_oauth": True}, provider="anthropic", says=("to OAuth tokens",)),
    Row("oauth-other-beta", "open", [NO_KEY, BAD_KEY], {"cf-key-not-proved"}, key="anthropic_oauth", token=None, provider="anthropic",
        headers={"anthropic-beta": "mine-2020-01-01"}, unsent=("oauth-2025-04-20",)),
    Row("cloudflare-token-as-key", "auth", [NO_AUTH, BAD_KEY, NO_CREDENTIAL], {"cf-token-in-provider-slot"}, 1, key="cf_bad"),
    Row("both-the-same", "auth", [NO_AUTH, BAD_KEY, NO_CREDENTIAL], {"cf-token-in-provider-slot"}, 1, key="cf_good"),
    Row("no-credit", "broke", [NO_AUTH, "+ 402 2021 cloudflare"], {"cf-credits"}, 1, scenario={"sequence": [
        {"auth": True}, {"status": 402, "body": {"success": False, "result": [], "messages": [], "name": "AiGatewayError",
                                                 "error": [{"code": 2021, "message": "Insufficient balance"}]}}]}),
    Row("unknown-gateway", "nobody-has-this", ["- 400 2001 cloudflare", "+ 400 2001 cloudflare"], {"cf-gateway-not-found"}, 1),
    Row("unknown-account", "auth", ["- 400 2001 cloudflare", "+ 400 2001 cloudflare"], {"cf-gateway-not-found"}, 1,
        account="fedcba9876543210fedcba9876543210"),
    # The first token sent to `default` would create it.
    Row("default-not-there", "default", ["- 400 2001 cloudflare"], {"cf-gateway-not-found"}, 0,
        scenario={"accounts": ["fedcba9876543210fedcba9876543210"]}),
    Row("path-without-provider", "open", ["- 400 2008 cloudflare"], {"cf-base-url-malformed"}, 1, path="nonsense"),
    # This address leads here too, and is none of loopback: the key stays at home.
    Row("plain-http-elsewhere", "open", [NO_KEY], {"cf-base-url-malformed"}, 1,
        host="0.0.0.0", says=("not encrypted",)),
    Row("shell-key-better", "auth", [NO_AUTH, BAD_KEY, NO_CREDENTIAL, GOOD], {"cf-provider-key-rejected"}, 1,
        key="anthropic_bad", shell_key="anthropic_good", says=("Your shell's key is accepted, the Gateway's is not",)),
    Row("shell-key-no-better", "auth", [NO_AUTH, BAD_KEY, NO_CREDENTIAL, BAD_KEY], {"cf-provider-key-rejected"}, 1,
        key="anthropic_bad", shell_key="anthropic_oauth_bad"),
    # The status is that of the service, which does not run.
    Row("shell-key-not-needed", "auth", [NO_AUTH, GOOD], set(), 1, key="anthropic_good", shell_key="anthropic_bad"),
]

OPENAI, REST = "openai-completions", "/client/v4/accounts/{account}/ai"


def by_api(name, path, key, *told, finds=(), exit=0, api=OPENAI, gateway="auth", **more):
    return Row(f"api-{name}", gateway, list(told), set(finds), exit, key=key, path=path, api=api, **more)


# Each provider in the format of its `api`: place of the key, path, what the list proves.
CREDENTIALS += [
    by_api("openai", "openai", "openai_good", NO_AUTH, GOOD),
    by_api("openai-responses", "openai", "openai_good", NO_AUTH, GOOD, api="openai-responses"),
    by_api("openai-bad", "openai", "other_good", NO_AUTH, BAD_OPENAI, BARE, finds={"cf-provider-key-rejected"}, exit=1),
    by_api("openai-token-in-slot", "openai", "cf_good", NO_AUTH, BAD_OPENAI, BARE, finds={"cf-token-in-provider-slot"}, exit=1,
           says=("OpenAI's key belongs there",)),
    by_api("deepseek", "deepseek", "other_good", NO_AUTH, GOOD),
    by_api("deepseek-bad", "deepseek", "openai_good", NO_AUTH, BARE, BARE, finds={"cf-provider-key-rejected"}, exit=1),
    by_api("groq", "groq", "other_good", NO_AUTH, GOOD),
    by_api("mistral", "mistral/v1", "other_good", NO_AUTH, GOOD),
    by_api("compat", "compat", "openai_good", NO_AUTH, GOOD, BARE),
    by_api("openrouter", "openrouter/v1", "other_good", NO_AUTH, GOOD, GOOD, finds={"cf-key-not-proved"}, says=("infer model run",)),
    by_api("openrouter-revoked", "openrouter/v1", "anthropic_bad", NO_AUTH, GOOD, GOOD, finds={"cf-key-not-proved"}),
    by_api("perplexity", "perplexity-ai", "other_good", NO_AUTH, "+ 404 - unknown", finds={"cf-key-not-proved"}),
    by_api("google", "google-ai-studio/v1beta", "google_good", NO_AUTH, GOOD, api="google-generative-ai"),
    by_api("google-bad", "google-ai-studio/v1beta", "other_good", NO_AUTH, "+ 400 INVALID_ARGUMENT provider",
           "+ 403 PERMISSION_DENIED provider", finds={"cf-provider-key-rejected"}, exit=1, api="google-generative-ai",
           says=("(400)",)),
    by_api("workers-ai", "workers-ai/v1", "cf_good", NO_AUTH, GOOD),
    by_api("workers-ai-no-header", "workers-ai/v1", "cf_good", NO_AUTH, BAD_TOKEN, finds={"cf-aig-token-missing"}, exit=1, token=None),
    by_api("signed", "aws-bedrock", "other_good", NO_AUTH, finds={"cf-key-not-proved"}, api="bedrock-converse-stream"),
    # The same token as key and as header, as Cloudflare's own pages show it: right where it is the key, wrong elsewhere.
    by_api("workers-ai-both-the-same", "workers-ai/v1", "cf_good", NO_AUTH, GOOD, token="Bearer {cf_good}"),
    by_api("openai-both-the-same", "openai", "cf_good", NO_AUTH, BAD_OPENAI, BARE, finds={"cf-token-in-provider-slot"}, exit=1,
           token="Bearer {cf_good}", says=("OpenAI's key belongs there",)),
    by_api("grok", "grok", "other_good", NO_AUTH, GOOD),
    by_api("cerebras", "cerebras", "other_good", NO_AUTH, GOOD),
    by_api("cohere", "cohere/compatibility/v1", "other_good", NO_AUTH, "+ 404 - unknown", finds={"cf-key-not-proved"}),
    by_api("compat-token", "compat", "cf_good", NO_AUTH, NO_CREDENTIAL, finds={"cf-key-not-proved"},
           says=("cf-aig-no-wholesale", "infer model run")),
    by_api("custom-slug-not-there", "custom-other/v1", "other_good", NO_AUTH, "+ 400 2008 cloudflare",
           finds={"cf-base-url-malformed"}, exit=1),
    by_api("huggingface", "huggingface/v1", "other_good", NO_AUTH, GOOD, GOOD, finds={"cf-key-not-proved"}),
    by_api("replicate", "replicate/v1", "other_good", NO_AUTH, GOOD, "+ 401 - provider"),
    by_api("custom-slug", "custom-my-own/v1", "other_good", NO_AUTH, GOOD, BARE),
    by_api("custom-slug-bad", "custom-my-own/v1", "anthropic_bad", NO_AUTH, BAD_OPENAI, BARE, finds={"cf-provider-key-rejected"}, exit=1),
    by_api("rest", REST + "/v1", "cf_good", "- 400 9106 cloudflare", GOOD, token=None),
]

def rest(name, key, *told, finds=(), exit=0, path="/v1", **more):
    """The REST endpoint of an account, whose key is Cloudflare's own token."""
    return by_api(f"rest-{name}", REST + path, key, NO_TOKEN, *told, finds=finds, exit=exit, token=None, **more)


def answers(status, body):
    """What the REST endpoint answers to a request with a token."""
    return {"status": status, "body": body}


def errors(code, message):
    return {"success": False, "result": None, "messages": [], "errors": [{"code": code, "message": message}]}


NO_TOKEN, NO_LIST, REFUSED = "- 400 9106 cloudflare", "+ 403 10000 cloudflare", "+ 401 10000 cloudflare"
INVALID = "+ 401 1000 cloudflare"   # of Cloudflare's own check of tokens
REJECTED, UNPROVED, MALFORMED = {"cf-provider-key-rejected"}, {"cf-key-not-proved"}, {"cf-base-url-malformed"}
ACCESS = {"CF-Access-Client-Id": "{access_id}"}
CREDENTIALS += [
    rest("bad", "cf_bad", REFUSED, INVALID, finds=REJECTED, exit=1, says=("Cloudflare's API refuses the token",)),
    rest("account-token", "cf_account_good", GOOD),
    rest("legacy-token", "cf_legacy_good", GOOD),
    rest("expired", "cf_expired", REFUSED, "+ 200 1000 cloudflare", finds=REJECTED, exit=1),
    rest("unknown-form", "other_good", REFUSED, INVALID, INVALID, finds=REJECTED, exit=1),
    rest("anthropic-key", "anthropic_good", REFUSED, finds=REJECTED, exit=1, says=("an API token of Cloudflare is due",)),
    # The right to list models is another one than the right to call them.
    rest("no-list", "cf_no_list", NO_LIST, GOOD, finds=UNPROVED, says=("a right of its own",)),
    rest("no-list-account", "cf_account_no_list", NO_LIST, GOOD, finds=UNPROVED),
    rest("no-list-legacy", "cf_legacy_no_list", NO_LIST, INVALID, GOOD, finds=UNPROVED),
    rest("other-account", "cf_good", "+ 401 10000 cloudflare", GOOD, finds=UNPROVED, says=("another account",), account="fedcba9876543210fedcba9876543210"),
    by_api("rest-account-malformed", REST + "/v1", "cf_good", *["- 404 7003 cloudflare", "+ 404 7003 cloudflare"],
           finds={"cf-gateway-not-found"}, exit=1, token=None, account="not-an-account", says=("no account",)),
    # In Anthropic's format OpenClaw sends the key where the endpoint is not documented to look.
    rest("messages", "cf_good", "+ 400 9106 cloudflare", finds=UNPROVED, api="anthropic-messages", says=("x-api-key", "authHeader")),
    rest("messages-base", "cf_good", "+ 400 9106 cloudflare", finds=UNPROVED, api="anthropic-messages", path=""),
    rest("messages-bearer", "cf_good", GOOD, finds=UNPROVED, says=("neither through the AI Gateway",), api="anthropic-messages", more={"authHeader": True}),
    # The doctor's request goes to no provider, so that no stored key was refused.
    rest("stored-key", "cf_good", "+ 401 2009 cloudflare", finds={"cf-answer-not-understood"}, gateway="rest",
         scenario=answers(401, errors(2009, "Unauthorized")), says=("401 with code 2009",)),
    rest("own-credential", "cf_good", "+ 503 2009 cloudflare", finds={"cf-provider-trouble"}, gateway="rest",
         scenario=answers(503, errors(2009, "Unauthorized")), says=("own credential",)),
    rest("no-credit", "cf_good", "+ 402 2049 cloudflare", finds={"cf-credits"}, exit=1, gateway="rest",
         scenario=answers(402, errors(2049, "Insufficient credits"))),
    rest("new-code", "cf_good", "+ 400 8888 cloudflare", finds={"cf-answer-not-understood"}, gateway="rest",
         scenario=answers(400, errors(8888, "Something new")), says=("8888",)),
    rest("model-5007", "cf_good", "+ 400 5007 cloudflare", finds={"cf-answer-not-understood"}, gateway="rest",
         scenario=answers(400, errors(5007, "No such model"))),
    rest("location", "cf_good", "+ 403 9109 cloudflare", finds={"cf-provider-permission"}, exit=1, gateway="rest",
         scenario=answers(403, errors(9109, "Cannot use the access token from location: 192.0.2.1")), says=("only from other addresses",)),
    rest("many-failures", "cf_good", "+ 429 9109 cloudflare", finds={"cf-rate-limited"}, gateway="rest",
         scenario=answers(429, errors(9109, "Max auth failures reached, please wait")), says=("too many wrong tokens",)),
    rest("limit", "cf_good", "+ 429 971 cloudflare", finds={"cf-rate-limited"}, gateway="rest",
         scenario=answers(429, errors(971, "Please wait and consider throttling your request speed"))),
    # Providers that refuse in words of their own; several say the same of a missing and of a wrong key.
    *(by_api(f"{name}-bad", path, "openai_good", NO_AUTH, f"+ {refusal} provider", f"+ 401 {bare} provider", finds=REJECTED, exit=1)
      for name, path, refusal, bare in (
          ("deepseek", "deepseek", "401 invalid_request_error", "invalid_request_error"),
          ("groq", "groq", "401 invalid_api_key", "invalid_api_key"), ("mistral", "mistral/v1", "401 -", "-"),
          ("grok", "grok", "400 -", "-"), ("cerebras", "cerebras", "401 wrong_api_key", "wrong_api_key"),
          ("replicate", "replicate/v1", "401 -", "-"))),
    by_api("compat-bad", "compat", "other_good", NO_AUTH, BAD_OPENAI, BARE, finds=REJECTED, exit=1),
    *(Row(f"{name}-open-without-key", "open", [f"- 401 {code} provider"], {"cf-provider-key-missing"}, 1, key=None, token=None,
          path=path, api=OPENAI)
      for name, path, code in (("deepseek", "deepseek", "invalid_request_error"), ("groq", "groq", "invalid_api_key"),
                               ("openai", "openai", "invalid_request_error"), ("mistral", "mistral/v1", "-"))),
    by_api("openai-restricted", "openai", "openai_restricted", NO_AUTH, "+ 401 invalid_request_error provider", finds=UNPROVED,
           says=("a right of its own",)),
    by_api("openai-wrong-kind", "openai", "anthropic_good", NO_AUTH, BAD_OPENAI, BARE, finds=REJECTED, exit=1, says=("It looks like",)),
    by_api("of-another-name", "openai", "openai_good", NO_AUTH, GOOD, provider="my-models"),
]

# (row, options of the imitation, variables): {ca}, {proxy_port} are those of the imitation. With a proxy the true host
# name is asked; every CONNECT lands on the imitation.
TRUST = {"NODE_EXTRA_CA_CERTS": "{ca}"}
TUNNEL = {**TRUST, "HTTPS_PROXY": "http://127.0.0.1:{proxy_port}"}


def network(name, options, variables, *told, finds=(), exit=0, host="127.0.0.1:{port}", **more):
    return Row(name, "auth", list(told), set(finds), exit, **more), options, variables, host


NAMED = "gateway.ai.cloudflare.com"
NETWORKS = [
    network("tls-ok", ["--tls", "ok"], TRUST, NO_AUTH, GOOD),
    network("tls-ok-without-ca", ["--tls", "ok"], {}, "- - - network", finds={"cf-tls-untrusted"}, exit=1),
    network("tls-unknown-ca", ["--tls", "unknown-ca"], {}, "- - - network", finds={"cf-tls-untrusted"}, exit=1),
    network("tls-self-signed", ["--tls", "self-signed"], {}, "- - - network", finds={"cf-tls-untrusted"}, exit=1),
    network("tls-expired", ["--tls", "expired"], TRUST, "- - - network", finds={"cf-tls-invalid"}, exit=1, says=("expired",)),
    network("tls-not-yet", ["--tls", "not-yet"], TRUST, "- - - network", finds={"cf-tls-invalid"}, exit=1, says=("not valid yet",)),
    network("tls-wrong-host", ["--tls", "wrong-host"], TRUST, "- - - network", finds={"cf-tls-invalid"}, exit=1, says=("name",)),
    network("tls-asked-of-plain", [], {}, "- - - network", finds={"cf-tls-invalid"}, exit=1),
    network("proxy-tunnel", ["--tls", "ok", "--proxy", "tunnel"], TUNNEL, NO_AUTH, GOOD, host=NAMED),
    network("proxy-lower-case", ["--tls", "ok", "--proxy", "tunnel"],
            {**TRUST, "HTTPS_PROXY": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:{proxy_port}"},
            NO_AUTH, GOOD, host=NAMED),
    network("proxy-by-http-variable", ["--tls", "ok", "--proxy", "tunnel"],
            {**TRUST, "HTTP_PROXY": "http://127.0.0.1:{proxy_port}"}, NO_AUTH, GOOD, host=NAMED),
    network("proxy-of-openclaw", ["--tls", "ok", "--proxy", "tunnel"],
            {**TRUST, "OPENCLAW_PROXY_URL": "http://127.0.0.1:{proxy_port}", "NO_PROXY": "*"}, NO_AUTH, GOOD, host=NAMED),
    network("proxy-excluded", ["--tls", "ok", "--proxy", "tunnel"],
            {**TRUST, "HTTPS_PROXY": "http://127.0.0.1:9", "NO_PROXY": "127.0.0.1"}, NO_AUTH, GOOD),
    network("all-proxy-ignored", ["--tls", "ok"], {**TRUST, "ALL_PROXY": "http://127.0.0.1:9"}, NO_AUTH, GOOD),
    network("proxy-407", ["--tls", "ok", "--proxy", "407"], TUNNEL, "- - - proxy", finds={"cf-proxy-refused"}, exit=1,
            host=NAMED, says=("407",)),
    network("proxy-403", ["--tls", "ok", "--proxy", "403"], TUNNEL, "- - - proxy", finds={"cf-proxy-refused"}, exit=1, host=NAMED),
    network("proxy-502", ["--tls", "ok", "--proxy", "502"], TUNNEL, "- - - proxy", finds={"cf-proxy-refused"}, exit=1, host=NAMED),
    network("proxy-hang", ["--tls", "ok", "--proxy", "hang"], TUNNEL, "- - - proxy", finds={"cf-timeout"}, host=NAMED,
            most_seconds=6.5),
    network("proxy-dead", ["--tls", "ok"], {**TRUST, "HTTPS_PROXY": "http://127.0.0.1:9"}, "- - - proxy",
            finds={"cf-proxy-refused"}, exit=1, host=NAMED, says=("cannot be reached",)),
    network("clock-ahead", ["--date", "Tue, 01 Jan 2019 00:00:00 GMT"], {}, NO_AUTH, GOOD, finds={"cf-clock-skew"},
            says=("ahead",)),
    network("clock-behind", ["--date", "Tue, 01 Jan 2095 00:00:00 GMT"], {}, NO_AUTH, GOOD, finds={"cf-clock-skew"},
            says=("behind",)),
]
