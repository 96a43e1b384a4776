"""More rows of preset_rows.py: keys in each other's place, placeholders, addresses, models, fallbacks."""
import fake
from fake import KEY
from preset_rows import (ACCESS, BAD_KEY, BAD_OPENAI, BAD_TOKEN, BARE, GOOD, MALFORMED, NO_AUTH, NO_CREDENTIAL, NO_KEY, OPENAI, REJECTED, REST,
                         UNPROVED, Row, by_api, rest)

OF_NOBODY = "sk-ant-api03-of-nobody-0123456789"
AUTH = {"mode": "header", "headerName": "x-api-key", "value": OF_NOBODY}


def at_model(headers):
    """Headers of the default model."""
    return {"models": [{"id": "claude-sonnet-4-6", "name": "S", "headers": headers}]}


def of_second(*told):
    return ["second: " + words for words in told]


def second(path, key):
    """A further provider behind the same gateway, whose model is the fallback."""
    key = {"apiKey": key} if key else {}
    return {"second": {"api": OPENAI, "path": path, "models": [{"id": "m-2", "name": "M"}], **key,
                       "headers": {"cf-aig-authorization": "Bearer {cf_good}"}}}


MORE = [
    # Key and token in each other's place, the same one in both, and examples left as they were.
    Row("swapped", "auth", [NO_AUTH, BAD_TOKEN], {"cf-token-in-provider-slot"}, 1, key="cf_good", token="Bearer {anthropic_good}"),
    Row("key-in-both", "auth", [NO_AUTH, BAD_TOKEN], {"cf-token-in-provider-slot"}, 1, token="Bearer {anthropic_good}"),
    # A placeholder stays on this machine.
    *(Row(f"placeholder-{name}", "auth", [NO_AUTH, BAD_TOKEN], {"cf-aig-header-malformed"}, 1, token=f"Bearer {text}",
          says=("placeholder",), unsent=("aig-authorization",))
      for name, text in (("docs", "<cloudflare-ai-gateway-token>"), ("yours", "YOUR_CF_AIG_TOKEN"), ("braces", "{{CF_AIG_TOKEN}}"),
                         ("undefined", "undefined"), ("null", "null"), ("variable", "$CF_AIG_TOKEN"), ("dots", "..."), ("token", "<TOKEN>"),
                         ("list", "[your token]"), ("stars", "***"))),
    *(Row(f"placeholder-{name}", "auth", [NO_AUTH, BAD_TOKEN], set(), 1, token=f"Bearer {text}", unsent=("aig-authorization",))
      for name, text in (("template", "{{{{ .token }}}}"), ("reference", "op://vault/cloudflare/token"))),
    *(Row(f"key-placeholder-{name}", "auth", [NO_AUTH, NO_CREDENTIAL], set(), 1, key=f"={text}", unsent=("x-api-key", text))
      for name, text in (("yours", "your-api-key"), ("angle", "<ANTHROPIC_API_KEY>"), ("dots", "sk-ant-..."), ("reference", "op://vault/item/key"))),
    Row("key-placeholder-literal", "auth", [NO_AUTH, NO_CREDENTIAL], {"cf-provider-key-missing"}, 1, key=None, more={"apiKey": "your-api-key"},
        unsent=("x-api-key",), says=("placeholder",)),
    Row("key-placeholder-literal-open", "open", [NO_KEY], {"cf-provider-key-missing"}, 1, key=None, token=None, more={"apiKey": "<key>"},
        says=("placeholder",)),
    Row("key-placeholder-open", "open", [NO_KEY], set(), 1, key="=changeme", token=None),
    # A stored key gives way to what OpenClaw sends, and be it a placeholder.
    Row("byok-placeholder", "byok", [NO_AUTH, GOOD], {"cf-byok-header-conflict"}, 1, key="=dummy", unsent=("x-api-key", "dummy"),
        says=("is a placeholder and takes its place",)),
    Row("byok-placeholder-literal", "byok", [NO_AUTH, GOOD], {"cf-byok-header-conflict"}, 1, key=None, more={"apiKey": "your-api-key"},
        unsent=("x-api-key",), says=("is a placeholder and takes its place",)),
    # The api of another provider's block at this address: the address and its key stay.
    by_api("api-of-anthropic", "groq", "other_good", NO_AUTH, finds=MALFORMED, exit=1, api="anthropic-messages", provider="second",
           says=(".api openai-completions",)),
    # A key among the headers is a key of ours, not one stored at Cloudflare.
    Row("key-in-header", "auth", [NO_AUTH, GOOD], key=None, headers={"x-api-key": "{anthropic_good}"}),
    Row("key-in-header-open", "open", [NO_KEY, GOOD], key=None, token=None, headers={"X-Api-Key": "{anthropic_good}"}),
    Row("key-in-header-bad", "auth", [NO_AUTH, BAD_KEY, NO_CREDENTIAL], REJECTED, 1, key=None, headers={"x-api-key": "{anthropic_bad}"},
        says=("headers.x-api-key",)),
    Row("key-in-header-wins", "auth", [NO_AUTH, BAD_KEY, NO_CREDENTIAL], REJECTED, 1, headers={"x-api-key": "{anthropic_bad}"},
        says=("headers.x-api-key",)),
    Row("key-in-header-and-stored", "byok", [NO_AUTH, BAD_KEY, GOOD], {"cf-byok-header-conflict"}, 1, key=None,
        headers={"x-api-key": "{anthropic_bad}"}, says=("header x-api-key",)),
    # A placeholder in a header of a key is what OpenClaw sends, whatever apiKey is: no other key is tested in its stead.
    *(Row(f"header-placeholder-{name}", preset, [first], {"cf-provider-key-missing"}, 1, headers={header: text}, unsent=("sk-ant", text),
          says=("is a placeholder, not a key", "config unset"))
      for name, preset, first, header, text in (
          ("angle", "auth", NO_AUTH, "x-api-key", "<your-key>"), ("stored", "byok", NO_AUTH, "X-Api-Key", "your-api-key"),
          ("bearer", "auth", NO_AUTH, "Authorization", "Bearer <your-anthropic-key>"))),
    Row("header-placeholder-alone", "byok", [NO_AUTH], {"cf-provider-key-missing"}, 1, key=None, headers={"x-api-key": "<your-key>"},
        says=("config set",)),
    by_api("header-placeholder", "openai", "openai_good", NO_AUTH, finds={"cf-provider-key-missing"}, exit=1,
           headers={"Authorization": "Bearer <your-openai-key>"}, unsent=("sk-proj",)),
    rest("gateway-header", "cf_good", GOOD, finds=UNPROVED, headers={"cf-aig-gateway-id": "no-such"}, says=("neither through the AI Gateway",)),
    # One variable in two places: the header gets one of its own.
    Row("shared-token", "auth", [NO_AUTH, BAD_KEY, NO_CREDENTIAL], {"cf-token-in-provider-slot"}, 1, key="cf_good", token="Bearer ${{" + KEY + "}}",
        says=("Copy the token, which", "Bearer ${CF_AIG_TOKEN}")),
    Row("shared-key", "auth", [NO_AUTH, BAD_TOKEN], {"cf-token-in-provider-slot"}, 1, token="Bearer ${{" + KEY + "}}",
        says=("Bearer ${CF_AIG_TOKEN}",)),
    by_api("key-in-header", "openai", None, NO_AUTH, GOOD, headers={"authorization": "Bearer {openai_good}"}),
    # An older token of Cloudflare's in both places has no form of its own; who refused tells which place is wrong.
    Row("both-the-same-legacy", "auth", [NO_AUTH, BAD_KEY, NO_CREDENTIAL], {"cf-token-in-provider-slot"}, 1, key="cf_legacy_good",
        token="Bearer {cf_legacy_good}", says=("Anthropic's key belongs there",)),
    by_api("both-the-same-legacy", "deepseek", "cf_legacy_good", NO_AUTH, BARE, BARE, finds={"cf-token-in-provider-slot"}, exit=1,
           token="Bearer {cf_legacy_good}", says=("the provider's key belongs there",)),
    Row("byok-and-cloudflare-token", "byok", [NO_AUTH, BAD_KEY, GOOD], {"cf-byok-header-conflict"}, 1, key="cf_good", says=("Cloudflare user token",)),
    Row("byok-and-other-token", "byok", [NO_AUTH, BAD_KEY, GOOD], {"cf-byok-header-conflict"}, 1, key="cf_bad"),
    # A key was sent, and not where the list of models looks for it.
    by_api("openai-format-of-anthropic", "anthropic/v1", "anthropic_good", NO_AUTH, BAD_KEY, finds=UNPROVED, says=("where api puts it",)),
    rest("google-format", "cf_good", "+ 400 9106 cloudflare", finds=UNPROVED, exit=1, api="google-generative-ai", says=("does not see the key",)),
    # The id `default` is known in every spelling: the token that would create it is not sent.
    Row("default-escaped", "open", ["- 400 2001 cloudflare"], {"cf-gateway-not-found"}, 0, path="/v1/{account}/%64efault/anthropic"),
    # Access in front: its service token goes first and alone.
    Row("access-and-token", "access-token", ["- 302 - cloudflare", NO_AUTH, GOOD],
        headers={**ACCESS, "CF-Access-Client-Secret": "{access_good}"}),
    Row("access-and-bad-key", "access-token", ["- 302 - cloudflare", NO_AUTH, BAD_KEY, NO_CREDENTIAL], REJECTED, 1,
        key="anthropic_bad", headers={**ACCESS, "CF-Access-Client-Secret": "{access_good}"}),
    Row("access-token-refused", "access-token", ["- 302 - cloudflare", "- 302 - cloudflare"], {"cf-access-login"}, 1,
        headers={**ACCESS, "CF-Access-Client-Secret": "{access_bad}"}, says=("refuses the service token",)),
    Row("access-half-a-token", "access-token", ["- 302 - cloudflare"], {"cf-access-login"}, 1, headers=ACCESS,
        says=("only CF-Access-Client-Id",)),
    # On a domain of one's own the path is the provider's.
    Row("own-domain", "auth", [NO_KEY, GOOD], path="/", token=None),
    # A list that answers proves nothing about the base of model calls at the API of an account.
    rest("base-without-version", "cf_good", finds=MALFORMED, exit=1, path="", says=("lacks /v1",)),
    *(by_api(f"rest-base-{name}", REST + end, "cf_good", "- 401 10000 cloudflare", finds=MALFORMED, exit=1, token=None,
             says=(words,))
      for name, end, words in (("doubled-version", "/v1/v1", "has /v1 twice"), ("run", "/run", "ends in /run"))),
    # The default model is asked for by its id, after everything else passed.
    Row("model-known", "auth", [NO_AUTH, GOOD], of_model="200 - provider"),
    Row("model-unknown", "auth", [NO_AUTH, GOOD], {"cf-model-ref-wrong"}, 1, model="claude-sonet-4-6", of_model="404 model_not_found provider",
        says=("does not know the default model claude-sonet-4-6",)),
    Row("model-unknown-open", "open", [NO_KEY, GOOD], {"cf-model-ref-wrong"}, 1, token=None, model="claude-none", of_model="404 model_not_found provider"),
    by_api("model-known", "openai", "openai_good", NO_AUTH, GOOD, of_model="200 - provider"),
    by_api("model-unknown", "openai", "openai_good", NO_AUTH, GOOD, finds={"cf-model-ref-wrong"}, exit=1, model="gpt-none",
           of_model="404 model_not_found provider"),
    Row("model-of-a-path", "auth", [NO_AUTH, GOOD], model="maker/claude", of_model=""),
    by_api("model-of-another", "deepseek", "other_good", NO_AUTH, GOOD, model="gpt-none", of_model=""),
    # A placeholder in a header of the default model; the token's header at the one model is enough.
    Row("header-placeholder-at-model", "auth", [NO_AUTH], {"cf-provider-key-missing"}, 1, unsent=("sk-ant", "your-key"),
        more={"models": [{"id": "claude-sonnet-4-6", "name": "S", "headers": {"x-api-key": "<your-key>"}}]},
        says=("models.0.headers.x-api-key is a placeholder", "config unset")),
    # A key that is written in the config goes into a variable of its own provider, never into another one's.
    by_api("literal-key-rejected", "openai", None, NO_AUTH, BAD_OPENAI, BARE, finds=REJECTED, exit=1, provider="second",
           more={"apiKey": "sk-proj-of-nobody-0123456789abcdefghij"}, says=("${SECOND_API_KEY}",)),
    # On a domain of one's own the header tells, whatever the provider is called.
    Row("own-domain-own-name", "auth", [NO_KEY, GOOD], path="/", provider="corp"),
    # A fallback behind the gateway is asked as the default model's provider is; its trouble is no more than a warning.
    Row("fallback-good", "auth", [NO_AUTH, GOOD, *of_second(NO_AUTH, GOOD)], others=second("deepseek", "{other_good}")),
    Row("fallback-refused", "auth", [NO_AUTH, GOOD, *of_second(NO_AUTH, BAD_OPENAI, BARE)], REJECTED,
        says=("This is the answer to requests as second sends them. agents.defaults.model.fallbacks.0 uses it",),
        others=second("openai", "sk-proj-of-nobody-0123456789abcdefghij")),
    Row("fallback-and-default-refused", "auth", [NO_AUTH, BAD_KEY, NO_CREDENTIAL, *of_second(NO_AUTH, BAD_OPENAI, BARE)], REJECTED, 1,
        key="anthropic_bad", says=("models.providers.second.apiKey", KEY), others=second("openai", "sk-proj-of-nobody-0123456789abcdefghij")),
    Row("fallback-without-a-key", "auth", [NO_AUTH, GOOD, *of_second(NO_AUTH, BARE)], {"cf-provider-key-missing"},
        others=second("openai", None), says=("models.providers.second",)),
    Row("fallbacks-not-all-asked", "auth", [NO_AUTH, GOOD, *(f"{name}: {told}" for name in ("a", "b", "c") for told in (NO_AUTH, GOOD))],
        UNPROVED, says=("The key of d was not tested", "d/m-2"),
        others={name: second(path, "{other_good}")["second"] for name, path in
                {"a": "deepseek", "b": "groq", "c": "mistral/v1", "d": "grok"}.items()}),
    # An id may have a dot; the default model is of it all the same.
    by_api("id-with-a-dot", "openai", None, NO_AUTH, BAD_OPENAI, BARE, finds=REJECTED, exit=1, provider="z.ai",
           more={"apiKey": "sk-proj-of-nobody-0123456789abcdefghij"}, says=('"severity": "error"',)),
    # A name that Node takes for none: it sends nothing.
    *(Row(f"header-name-{number}", "auth", ["- 401 2009 cloudflare"], {"cf-credential-unsendable"}, 1, token=None,
          headers={name: "Bearer {cf_good}"}, says=("No request can have a header of this name",))
      for number, name in enumerate(("cf-aig-authorization ", "cf-aig-authorization\t", "", "x y", "x:"))),
    *(Row(f"header-name-{number}", "auth", ["- 401 2009 cloudflare"], {"cf-aig-header-malformed"}, 1, token=None,
          headers={name: "Bearer {cf_good}"}) for number, name in ((5, "cf aig authorization"), (6, "cf-aig-authorization:"))),
    # The model that comes next is asked first, and what nobody uses is no more than a note.
    Row("default-elsewhere", "auth", [NO_AUTH, BAD_KEY, NO_CREDENTIAL, *of_second(NO_AUTH, GOOD)], REJECTED, 1, key="anthropic_bad", default="other/m",
        says=('"severity": "warning"',), fallbacks=(fake.PROVIDER + "/claude-sonnet-4-6", "second/m-2"), others=second("deepseek", "{other_good}")),
    Row("fallback-before-fallback", "auth", [NO_AUTH, GOOD, f"{fake.PROVIDER}: {NO_AUTH}", f"{fake.PROVIDER}: {BAD_KEY}",
                                             f"{fake.PROVIDER}: {NO_CREDENTIAL}"], REJECTED, 1, key="anthropic_bad", default="other/m",
        says=('"severity": "warning"',), fallbacks=("second/m-2", fake.PROVIDER + "/claude-sonnet-4-6"), others=second("deepseek", "{other_good}")),
    Row("nobody-uses-it", "auth", [NO_AUTH, BAD_KEY, NO_CREDENTIAL], REJECTED, 1, key="anthropic_bad", default="other/m", fallbacks=(),
        says=('"severity": "warning"',)),
    # Each fault of an address is told once.
    Row("doubled-version", "auth", ["- 400 2001 cloudflare"], MALFORMED, 1, path="/v1/v1/{account}/auth/anthropic",
        says=("has /v1 twice",)),
    Row("login-in-url", "auth", [], MALFORMED, 1, host="someone:secret-word-0123@127.0.0.1", says=("a user name or password",)),
    Row("query-in-url", "auth", [], MALFORMED, 1, path="anthropic?x=1", says=("contains a query",)),
    Row("fragment-in-url", "auth", [], MALFORMED, 1, path="anthropic#x", says=("contains a fragment",)),
    Row("unset-account", "auth", [], {"key-missing-everywhere"}, 1, path="/v1/${{CF_ACCOUNT}}/auth/anthropic"),
    by_api("placeholder-provider", "{provider}", "openai_good", NO_AUTH,
           finds=MALFORMED, exit=1, says=("placeholder for the provider",)),
    Row("token-underscores", "auth", [NO_AUTH, BAD_TOKEN], {"cf-aig-header-malformed"}, 1, token=None,
        headers={"cf_aig_authorization": "Bearer {cf_good}"}, says=("cf_aig_authorization is not the header",)),
    Row("double-slash", "auth", ["- 400 2008 cloudflare"], {"cf-base-url-malformed"}, 1, path="/v1/{account}/auth//anthropic"),
    # An empty header in the place of the key: OpenClaw makes no request, or one without a key.
    *(by_api(f"empty-header-{name}", path, key, NO_AUTH, finds={"cf-provider-key-missing"}, exit=1, api=api, headers=headers, more=more,
             says=("is empty", "config unset"))
      for name, path, key, api, headers, more in (
          ("completions", "openai", "openai_good", OPENAI, {"authorization": ""}, None),
          ("responses", "openai", "openai_good", "openai-responses", {"Authorization": "  "}, None),
          ("anthropic", "anthropic", "anthropic_good", "anthropic-messages", {"x-api-key": ""}, None),
          ("google", "google-ai-studio/v1beta", "google_good", "google-generative-ai", {"x-goog-api-key": ""}, None))),
    Row("empty-header-at-model", "auth", [NO_AUTH], {"cf-provider-key-missing"}, 1, more=at_model({"x-api-key": ""}), says=("is empty", "models.0.headers")),
    # Another empty header takes nothing's place.
    Row("empty-header-elsewhere", "auth", [NO_AUTH, GOOD], headers={"authorization": ""}),
    # The name of a variable in the place of a reference is told once.
    Row("bare-name", "auth", [NO_AUTH, NO_CREDENTIAL], {"cf-provider-key-missing"}, 1, key=None, more={"apiKey": "MY_OWN_KEY"}, provider="second",
        says=("${MY_OWN_KEY}",)),
    Row("bare-name-known", "auth", [NO_AUTH, GOOD], {"cf-config-advice"}, more={"apiKey": KEY}, says=('"severity": "info"',)),
    # What follows a provider's segment: a version that OpenClaw does not append, a model, another format.
    *(by_api(f"version-{name}", path, key, NO_AUTH, *told, finds=finds, exit=1, says=(says,), api=api)
      for name, path, key, api, told, finds, says in (
          ("mistral", "mistral", "other_good", OPENAI, ("+ 404 - unknown",), {"cf-base-url-malformed"}, "lacks /v1 after /mistral"),
          ("google", "google-ai-studio", "google_good", "google-generative-ai", ("+ 404 - unknown",),
           {"cf-base-url-malformed"}, "lacks /v1beta after /google-ai-studio"),
          ("google-openai", "google-ai-studio/v1beta", "google_good", OPENAI, (), {"cf-base-url-malformed"}, "lacks /openai"),
          ("workers-model", "workers-ai/@cf/meta/llama-3", "cf_good", OPENAI, (), {"cf-base-url-malformed"}, "names a model after /workers-ai"))),
    # An answer ends the suspicion; without one of the known forms a 404 is a hint.
    by_api("version-answered", "mistral", "other_good", NO_AUTH, GOOD, gateway="scripted",
           scenario={"sequence": [{"auth": True}, {"status": 200, "body": {"object": "list", "data": [{"id": "m", "object": "model"}]}}]}),
    by_api("list-not-there", "groq/openai/v1", "other_good", NO_AUTH, "+ 404 - unknown", gateway="scripted", finds={"cf-key-not-proved"},
           scenario={"sequence": [{"auth": True}, {"status": 404, "body": {"message": "no Route matched with those values"}}]},
           says=('"severity": "warning"', "may be wrong")),
    # What can be the name of a gateway is one until Cloudflare says otherwise, and OpenClaw trims the address.
    *(Row(f"named-{name}", name, [NO_AUTH, GOOD], scenario={"auth": True}) for name in ("gateway", "gateway_name", "replace-bot")),
    Row("named-like-a-provider", "groq", [NO_AUTH, BAD_TOKEN], {"cf-aig-token-rejected"}, 1, token="Bearer {cf_bad}", scenario={"auth": True}),
    Row("named-and-refused", "gateway", [NO_AUTH, BAD_TOKEN], {"cf-aig-token-rejected"}, 1, token="Bearer {cf_bad}", scenario={"auth": True}),
    Row("named-and-missing", "your-gateway", ["- 400 2001 cloudflare", "+ 400 2001 cloudflare"], {"cf-gateway-not-found"}, 1),
    *(Row(f"space-behind-{name}", "auth", [NO_AUTH, told], finds, code, key=key, path="anthropic" + space)
      for name, space, told, finds, code, key in (("good", " ", GOOD, set(), 0, "anthropic_good"),
                                                  ("tab", "\t", GOOD, set(), 0, "anthropic_good"))),
    # Of several places of a credential the one that wins is named, and the fix acts there.
    *(Row(f"key-{name}", "auth", [NO_AUTH, BAD_KEY, NO_CREDENTIAL], REJECTED, 1, more=more,
          says=(f"cloudflare-ai-gateway.{place} (401)", f"config unset models.providers.cloudflare-ai-gateway.{unset}"))
      for name, place, unset, more in (
          ("in-request-auth", "request.auth.value", "request.auth", {"request": {"auth": AUTH}}),
          ("in-request-headers", "request.headers.x-api-key", "request.headers.x-api-key", {"request": {"headers": {"x-api-key": OF_NOBODY}}}),
          ("at-model", "models.0.headers.x-api-key", "models.0.headers.x-api-key", at_model({"x-api-key": OF_NOBODY})))),
    Row("key-in-request-auth-and-header", "auth", [NO_AUTH, BAD_KEY, NO_CREDENTIAL], REJECTED, 1, more={"request": {"auth": AUTH}},
        headers={"x-api-key": "{anthropic_good}"}, says=("request.auth.value (401)", "so that models.providers.cloudflare-ai-gateway.headers")),
    by_api("authorization-over-key", "openai", "openai_good", NO_AUTH, BAD_OPENAI, BARE, finds={"cf-token-in-provider-slot"}, exit=1,
           provider="second", headers={"Authorization": "Bearer {cf_good}"},
           says=("headers.Authorization contains the AI Gateway's token", "config unset models.providers.second.headers.Authorization")),
    by_api("google-header-over-key", "google-ai-studio/v1beta", "google_good", NO_AUTH, "+ 400 INVALID_ARGUMENT provider", "+ 403 PERMISSION_DENIED provider",
           finds=REJECTED, exit=1, api="google-generative-ai", headers={"x-goog-api-key": "of-nobody-0123456789"},
           says=("config unset models.providers.cloudflare-ai-gateway.headers.x-goog-api-key",)),
    Row("token-at-model-bare", "auth", [NO_AUTH, BAD_TOKEN], {"cf-aig-header-malformed"}, 1,
        more=at_model({"cf-aig-authorization": "bare-token-of-nobody-0123456789"}),
        says=("models.0.headers.cf-aig-authorization is not of the form", "the word Bearer before the token is missing")),
    Row("token-at-model-placeholder", "auth", [NO_AUTH, BAD_TOKEN], {"cf-aig-header-malformed"}, 1, unsent=("your-token",),
        more=at_model({"cf-aig-authorization": "Bearer <your-token>"}),
        says=("config unset models.providers.cloudflare-ai-gateway.models.0.headers.cf-aig-authorization",)),
    Row("token-by-reference-bare", "auth", [NO_AUTH, BAD_TOKEN], {"cf-aig-header-malformed"}, 1, key="cf_good", token=None, provider="second",
        more={"apiKey": OF_NOBODY, "headers": {"cf-aig-authorization": {"source": "env", "provider": "default", "id": KEY}}},
        says=("the word Bearer before the token is missing", "Bearer ${" + KEY + "}")),
    # A code of several meanings with a text that is none of them.
    Row("credit-or-not", "broke", [NO_AUTH, "+ 402 2021 cloudflare"], {"cf-answer-not-understood"}, scenario={"sequence": [
        {"auth": True}, {"status": 402, "body": {"success": False, "result": [], "messages": [], "name": "AiGatewayError",
                                                 "error": [{"code": 2021, "message": "Something new"}]}}]}),
    # An answer of the provider's own ends what the form alone suspects.
    by_api("openai-format-answered", "anthropic", "anthropic_good", NO_AUTH, GOOD, finds={"cf-config-advice"}, gateway="scripted",
           scenario={"sequence": [{"auth": True}, {"status": 200, "body": {"object": "list", "data": [{"id": "m", "object": "model"}]}}]}),
]
