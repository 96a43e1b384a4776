"""The Gateways that the pings are held against, and what the doctor has to say of each.

`told` are the requests to the Gateway in their order: `-` without or `+` with a credential, HTTP status, machine code.
`finds` are the ids of the group `gateway`, consequences of others left out; `exit` is the status of `doctor ping`.
"""
from dataclasses import dataclass, field

TOKEN, OTHER, PASSWORD = "ping-bench-token-0123456789", "ping-bench-other-token-98765", "ping-bench-password-0123456789"
# A service token of the edge in front of a Gateway, and the one of last year.
SERVICE_ID, SERVICE_SECRET, LAST_YEARS = "0123456789abcdef.access", "ping-bench-service-0123456789", "ping-bench-service-of-last-year"
SECRETS = (TOKEN, OTHER, PASSWORD, SERVICE_SECRET, LAST_YEARS)
PAGES = ["- 200 -", "- 200 -"]
REFUSED, ACCEPTED, MISTAKEN = "- 401 unauthorized", "+ 400 invalid_request", "+ 401 unauthorized"
LOCKED = "- 429 rate_limited"
HEALTHY = PAGES + [REFUSED, ACCEPTED]
LOCKABLE = {"maxAttempts": 3, "windowMs": 60000, "lockoutMs": 15000, "exemptLoopback": False}
PROXIED = {"mode": "trusted-proxy", "trustedProxy": {"userHeader": "x-bench-user"}}


@dataclass
class Look:
    """One or several runs of the doctor."""
    text: str
    told: list
    finds: set = field(default_factory=set)
    exit: int = 0
    runs: int = 1
    env: dict = field(default_factory=dict)
    says: tuple = ()
    before: str = None     # name of a method of Bench
    client: dict = None    # `gateway` section of a machine that has no Gateway of its own
    edge: str = None       # mode of the edge in front of the Gateway, which then is behind {edge}
    most_seconds: float = 8.0


@dataclass
class Gateway:
    id: str
    auth: dict
    looks: list
    gateway: dict = field(default_factory=dict)  # more of the section
    env: dict = field(default_factory=dict)      # of the unit
    starts: bool = True


def remote(**section):
    return {"mode": "remote", "remote": section}


def behind(**section):
    """A client of the Gateway behind the edge."""
    return remote(**{"url": "wss://127.0.0.1:{edge}", "token": TOKEN, "tlsFingerprint": "{edge_fingerprint}", **section})


def service(secret):
    return {"CF-Access-Client-Id": SERVICE_ID, "CF-Access-Client-Secret": secret}


EXEC = {"source": "exec", "provider": "vault", "id": "gateway"}
LOGIN, PAST = "- 302 -", ["- 200 -", REFUSED, ACCEPTED]
UNREACHABLE = {"gateway-remote-unreachable"}

GATEWAYS = [
    Gateway("token", {"mode": "token", "token": TOKEN}, [
        Look("auth token, twenty in a row", HEALTHY, runs=20),
        Look("the full report", HEALTHY, before="full_report"),
        Look("an old variable of the shell does not count", HEALTHY, env={"OPENCLAW_GATEWAY_TOKEN": OTHER}),
        Look("by OPENCLAW_GATEWAY_URL", HEALTHY,
             env={"OPENCLAW_GATEWAY_URL": "ws://127.0.0.1:{port}", "OPENCLAW_GATEWAY_TOKEN": TOKEN}),
        Look("by OPENCLAW_GATEWAY_URL without a credential", PAGES + [REFUSED], {"gateway-no-credential"},
             env={"OPENCLAW_GATEWAY_URL": "ws://127.0.0.1:{port}"}),
        Look("remote mode through a tunnel", HEALTHY, client=remote(url="ws://127.0.0.1:{port}", token=TOKEN)),
        Look("remote mode, wrong token", PAGES + [REFUSED, MISTAKEN], {"gateway-token-mismatch"}, 1,
             client=remote(url="ws://127.0.0.1:{port}", token=OTHER), says=("gateway.remote.token",)),
        # What only an exec provider gives is handed over for the check. OpenClaw refuses this provider: its program belongs to
        # root, which is an error of its own.
        Look("a token that an exec provider gives: not asked with", PAGES + [REFUSED], {"gateway-no-credential"}, 1,
             client=remote(url="ws://127.0.0.1:{port}", token=EXEC), says=("OPENCLAW_GATEWAY_TOKEN=",)),
        Look("and handed over in the shell", HEALTHY, exit=1, client=remote(url="ws://127.0.0.1:{port}", token=EXEC),
             env={"OPENCLAW_GATEWAY_TOKEN": TOKEN}),
        Look("and a wrong one handed over", PAGES + [REFUSED, MISTAKEN], {"gateway-token-mismatch"}, 1,
             client=remote(url="ws://127.0.0.1:{port}", token=EXEC), env={"OPENCLAW_GATEWAY_TOKEN": OTHER}),
        Look("proxies of the environment are not used", HEALTHY,
             env={name: "http://127.0.0.1:9" for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY")}),
    ]),
    Gateway("password", {"mode": "password", "password": PASSWORD}, [Look("auth password", HEALTHY)]),
    Gateway("none", {"mode": "none"}, [
        Look("auth off on loopback", PAGES + ["- 400 invalid_request"]),
        # A Gateway that is up does not learn of it, and the next start would refuse: see the row `open`.
        Look("auth off, and the config now binds to the network", PAGES + ["- 400 invalid_request"],
             {"gateway-auth-off-exposed"}, 1, before="bind_to_the_network", says=("gateway.bind is lan",)),
        Look("the config now asks for a token", PAGES + ["- 400 invalid_request"], {"gateway-auth-off-exposed"}, 0,
             before="ask_for_a_token", says=("accepts requests without one",)),
    ]),
    Gateway("open", {"mode": "none"}, [
        Look("auth off on the network: the Gateway refuses to start", ["- - -"], set(), 1),
    ], gateway={"bind": "lan"}, starts=False),
    Gateway("proxy", PROXIED, [
        Look("trusted-proxy without a password", PAGES + [REFUSED], {"gateway-no-credential"},
             says=("cannot be asked with a credential",)),
    ], gateway={"trustedProxies": ["10.9.9.9"]}),
    Gateway("proxypw", {**PROXIED, "password": PASSWORD}, [Look("trusted-proxy with a password", HEALTHY)],
            gateway={"trustedProxies": ["10.9.9.9"]}),
    Gateway("tls", {"mode": "token", "token": TOKEN}, [
        Look("TLS with its own certificate", HEALTHY),
        Look("remote mode with the right fingerprint", HEALTHY, before="fingerprint",
             client=remote(url="wss://127.0.0.1:{port}", token=TOKEN, tlsFingerprint="{fingerprint}")),
        Look("remote mode with a wrong fingerprint", ["- - -"], {"gateway-tls-pin"}, 1,
             client=remote(url="wss://127.0.0.1:{port}", token=TOKEN, tlsFingerprint="ab" * 32)),
        Look("remote mode without a fingerprint", ["- - -"], {"gateway-remote-unreachable"},
             client=remote(url="wss://127.0.0.1:{port}", token=TOKEN), says=("certificate",)),
        Look("the config turned TLS off", ["- - -"], {"gateway-scheme-mismatch"}, 1, before="turn_tls_off"),
    ], gateway={"tls": {"enabled": True}}),
    Gateway("edge", {"mode": "token", "token": TOKEN}, [
        Look("Access, and no service token", [LOGIN], UNREACHABLE, edge="access", client=behind(),
             says=("Access asks for a login", "edgeAuth")),
        Look("Access, and its service token", [LOGIN, *PAST], edge="access", client=behind(edgeAuth=service(SERVICE_SECRET))),
        Look("the same by OPENCLAW_GATEWAY_URL", [LOGIN, *PAST], edge="access",
             client=behind(edgeAuth=service(SERVICE_SECRET)),
             env={"OPENCLAW_GATEWAY_URL": "wss://127.0.0.1:{edge}", "OPENCLAW_GATEWAY_TOKEN": TOKEN}),
        Look("the product's client sends the same", [LOGIN, *PAST], edge="access", before="client_connects",
             client=behind(edgeAuth=service(SERVICE_SECRET))),
        Look("its service token by a variable", [LOGIN, *PAST], edge="access",
             client=behind(edgeAuth=service("${SERVICE_SECRET}")), env={"SERVICE_SECRET": SERVICE_SECRET}),
        Look("by a variable that is not set", [LOGIN], UNREACHABLE, 1, edge="access",
             client=behind(edgeAuth=service("${SERVICE_SECRET}")), says=("has no value",)),
        Look("by an exec provider", [LOGIN], UNREACHABLE, 1, edge="access", client=behind(edgeAuth=service(EXEC)),
             says=("without its service token",)),
        Look("Access that says so with 403", ["- 403 -", *PAST], edge="access-403", client=behind(edgeAuth=service(SERVICE_SECRET))),
        Look("the service token of last year", [LOGIN, LOGIN], UNREACHABLE, edge="access", client=behind(edgeAuth=service(LAST_YEARS)),
             says=("refuses the service token",)),
        Look("Access passed, wrong token behind it", [LOGIN, "- 200 -", REFUSED, MISTAKEN], {"gateway-token-mismatch"}, 1,
             edge="access", client=behind(edgeAuth=service(SERVICE_SECRET), token=OTHER)),
        Look("a firewall", ["- 403 -"], UNREACHABLE, edge="firewall", client=behind(), says=("firewall",)),
        Look("a tunnel that is down", ["- 530 -"], UNREACHABLE, edge="tunnel", client=behind(edgeAuth=service(SERVICE_SECRET)),
             says=("1033", "cloudflared")),
        Look("nothing behind the edge", ["- 502 -"], UNREACHABLE, edge="bad-gateway", client=behind(), says=("reaches nothing",)),
        Look("a redirect to somebody else", [LOGIN], UNREACHABLE, edge="elsewhere",
             client=behind(edgeAuth=service(SERVICE_SECRET))),
        Look("a reverse proxy that the Gateway does not know", ["- 403 proxy_attribution_required"], {"gateway-proxy-attribution"}, 1,
             edge="forwarded", client=behind()),
        Look("another certificate than the pinned one", ["- - -"], {"gateway-tls-pin"}, 1, edge="access",
             client=behind(edgeAuth=service(SERVICE_SECRET), tlsFingerprint="ab" * 32)),
    ]),
    Gateway("env", {"mode": "token"}, [
        Look("the unit's token, which clients here lack", HEALTHY, {"gateway-no-credential"}),
        Look("wrong client token", ["- 200 -", REFUSED, MISTAKEN, ACCEPTED], {"gateway-token-mismatch"}, 1,
             env={"OPENCLAW_GATEWAY_TOKEN": OTHER}),
        Look("wrong client token, and refusals are held back", ["- 200 -", REFUSED, MISTAKEN, ACCEPTED],
             {"gateway-token-mismatch"}, 1, env={"OPENCLAW_GATEWAY_TOKEN": OTHER}, before="many_wrong_ones", most_seconds=11),
    ], env={"OPENCLAW_GATEWAY_TOKEN": TOKEN}),
    Gateway("envlock", {"mode": "token", "rateLimit": LOCKABLE}, [
        Look("wrong client token where a refusal counts, twenty in a row", PAGES + [REFUSED, ACCEPTED],
             {"gateway-token-mismatch"}, 1, runs=20, env={"OPENCLAW_GATEWAY_TOKEN": OTHER}),
        Look("the right one is still accepted", HEALTHY, env={"OPENCLAW_GATEWAY_TOKEN": TOKEN}),
    ], env={"OPENCLAW_GATEWAY_TOKEN": TOKEN}),
    Gateway("lock", {"mode": "token", "token": TOKEN, "rateLimit": LOCKABLE}, [
        Look("the right token where a refusal counts, twenty in a row", HEALTHY, runs=20),
        # The Gateway may hold an older token than the config of today, and here a wrong one would count.
        Look("the config was edited after the start: no credential is sent, twenty in a row", PAGES + [REFUSED],
             {"gateway-no-credential"}, runs=20, before="another_token", says=("lock-out",)),
        Look("and none after it was edited back", PAGES + [REFUSED], {"gateway-no-credential"}, before="right_token"),
        Look("locked out by somebody else: nothing more is sent", PAGES + [LOCKED], {"gateway-locked-out"}, 1,
             before="lock_out", runs=3, says=("opens again in",)),
        Look("the lock ends", PAGES + [REFUSED], {"gateway-no-credential"}, before="wait_for_the_end"),
        Look("after a restart all is well again", HEALTHY, before="restart"),
    ]),
]
