"""More of it: the service and its manager, the config and Cloudflare."""
import json
import os

from cure_faults import Fault, both, dropped, env_file, gone, manager, value
from cure_machine import CONFIG, DOTENV, MODEL, PROVIDER, TOKEN, UNIT_FILE
from machine import KEY, PORT, UNIT


def base(text):
    return lambda m: m.provider("baseUrl", to=text.format(base=m.base, account=m.account))


def change(*path, to=None):
    return lambda m: m.change(*path, to=to)


def raw(old, new):
    return lambda m: m.write(CONFIG, m.read(CONFIG).replace(old, new))


def environment_d(text):
    """An environment.d line that the user manager has read."""
    def make(m):
        m.write(".config/environment.d/50-openclaw.conf", f"{KEY}={text.format(bad=m.keys['anthropic_bad'], good=m.good)}\n")
        m.systemctl("daemon-reload")
    return make


def legacy_profiles(m):
    profile = {"type": "api_key", "provider": "anthropic", "key": m.good}
    m.write(".openclaw/agents/main/agent/auth-profiles.json", json.dumps({"version": 1, "profiles": {"anthropic:default": profile}}))


SERVICES = [
    Fault("dropin-old", "a drop-in with an old key", dropped(f"Environment={KEY}={{bad}}")),
    Fault("dropin-empty", "a drop-in with an empty key", dropped(f"Environment={KEY}=")),
    Fault("dropin-same", "a drop-in with the same key", dropped(f"Environment={KEY}={{good}}")),
    Fault("dropin-good", "the good key only in a drop-in", both(gone, dropped(f"Environment={KEY}={{good}}"))),
    Fault("dropin-good-env-old", "good in the drop-in, old in .env", both(value("{bad}"), dropped(f"Environment={KEY}={{good}}"))),
    Fault("dropin-unset", "UnsetEnvironment", both(gone, dropped(f"Environment={KEY}={{good}}", f"UnsetEnvironment={KEY}"))),
    Fault("dropin-other", "a drop-in about something else", dropped("Nice=5")),
    Fault("dropin-proxy", "HTTPS_PROXY to nowhere", dropped("Environment=HTTPS_PROXY=http://127.0.0.1:9")),
    Fault("dropin-node-options", "NODE_OPTIONS that Node refuses", dropped("Environment=NODE_OPTIONS=--no-such-option")),
    Fault("dropin-ca", "NODE_EXTRA_CA_CERTS to nowhere", dropped("Environment=NODE_EXTRA_CA_CERTS=/nowhere/ca.pem")),
    Fault("dropin-port", "another port", dropped("Environment=OPENCLAW_GATEWAY_PORT=18999")),
    Fault("dropin-token", "an older Gateway token", dropped("Environment=OPENCLAW_GATEWAY_TOKEN=an-older-token-000000")),
    Fault("dropin-state", "another state directory", dropped("Environment=OPENCLAW_STATE_DIR={home}/elsewhere")),
    Fault("dropin-workdir", "a directory that is gone", dropped("WorkingDirectory=/nowhere")),
    Fault("envfile-old", "an environment file with an old key", env_file(f"{KEY}={{bad}}\n")),
    Fault("envfile-good", "the good key only in an environment file", both(gone, env_file(f"{KEY}={{good}}\n"))),
    Fault("envfile-remark", "a remark behind the value", both(gone, env_file(f"{KEY}={{good}} # mine\n"))),
    Fault("envfile-export", "export in an environment file", both(gone, env_file(f"export {KEY}={{good}}\n"))),
    Fault("envfile-gone", "an environment file that is gone", dropped("EnvironmentFile=%h/nowhere.env")),
    Fault("envfile-optional", "an optional one that is gone", dropped("EnvironmentFile=-%h/nowhere.env")),
    Fault("envfile-tilde", "a path with ~", both(gone, env_file(f"{KEY}={{good}}\n", "EnvironmentFile=~/my.env"))),
    Fault("manager-old", "an old key in the manager", manager(**{KEY: "{bad}"})),
    Fault("manager-good", "the good key only in the manager", both(gone, manager(**{KEY: "{good}"}))),
    Fault("environment-d-old", "an old key in environment.d", environment_d("{bad}")),
    Fault("environment-d-good", "the good key only in environment.d", both(gone, environment_d("{good}"))),
    Fault("unit-no-node", "the node of the unit is gone", lambda m: m.unit(f"ExecStart={m.node}", "ExecStart=/opt/gone/node")),
    Fault("unit-no-entry", "the entry of the unit is gone", lambda m: m.unit(f"{m.package}/dist/index.js", "/opt/gone/index.js")),
    Fault("unit-port", "another port in the unit", lambda m: m.unit(f"--port {PORT}", "--port 18999")),
    Fault("unit-heap", "too small a heap", lambda m: m.unit("--max-old-space-size=8192", "--max-old-space-size=40")),
    Fault("unit-masked", "masked", lambda m: (m.remove(UNIT_FILE), m.systemctl("mask", UNIT)) and None),
    Fault("unit-disabled", "not enabled", lambda m: m.systemctl("disable", UNIT) and None),
    Fault("legacy-profiles", "a left-over auth-profiles.json", legacy_profiles),
    Fault("npmrc", "an .npmrc of the user", lambda m: m.write(".npmrc", m.read(".npmrc") + "fund=false\n")),
]

PATH = ("models", "providers", PROVIDER)
CONFIGS = [
    Fault("config-remark", "a remark", raw("{\n", "{\n  // mine\n")),
    Fault("config-comma", "a comma is missing", raw('"mode": "local",', '"mode": "local"')),
    Fault("config-cut", "cut off", lambda m: m.write(CONFIG, m.read(CONFIG)[:400])),
    Fault("config-empty", "empty", lambda m: m.write(CONFIG, "")),
    Fault("config-gone", "no config", lambda m: m.remove(CONFIG)),
    Fault("config-mode000", "mode 000", lambda m: os.chmod(m.path(CONFIG), 0)),
    Fault("config-unknown", "an unknown key", change("gateway", "binds", to="loopback")),
    Fault("config-top", "an unknown section", change("gatway", to={})),
    Fault("config-type", "a port in quotes", change("gateway", "port", to="eighteen")),
    Fault("config-no-mode", "no gateway.mode", change("gateway", "mode")),
    Fault("config-remote", "gateway.mode remote", change("gateway", "mode", to="remote")),
    Fault("config-lan-none", "lan without auth", both(change("gateway", "bind", to="lan"), change("gateway", "auth", to={"mode": "none"}))),
    Fault("config-password", "mode password without one", change("gateway", "auth", to={"mode": "password"})),
    Fault("config-port", "another port in the config", change("gateway", "port", to=18999)),
    Fault("config-telegram", "an unknown key of a channel", change("channels", "telegram", to={"enabled": False, "botTokn": "1"})),
    Fault("config-stream-mode", "an old key of a channel", change("channels", "telegram", to={"enabled": False, "streamMode": "partial"})),
    Fault("ref-typo", "${…_APIKEY}", change(*PATH, "apiKey", to="${CLOUDFLARE_AI_GATEWAY_APIKEY}")),
    Fault("ref-bare", "the bare name", change(*PATH, "apiKey", to=KEY)),
    Fault("ref-gone", "no apiKey", change(*PATH, "apiKey")),
    Fault("ref-literal", "the key itself", lambda m: m.provider("apiKey", to=m.good)),
    Fault("header-gone", "no header", change(*PATH, "headers")),
    Fault("header-bare", "a header without Bearer", change(*PATH, "headers", to={"cf-aig-authorization": "${CF_AIG_TOKEN}"})),
    Fault("header-name", "authorization in its place", change(*PATH, "headers", to={"authorization": "Bearer ${CF_AIG_TOKEN}"})),
    Fault("header-upper", "in upper case", change(*PATH, "headers", to={"CF-AIG-Authorization": "Bearer ${CF_AIG_TOKEN}"})),
    Fault("url-slash", "a slash at the end", base("{base}/")),
    Fault("url-v1", "/v1 at the end", base("{base}/v1")),
    Fault("url-messages", "the endpoint at the end", base("{base}/v1/messages")),
    Fault("url-no-segment", "no /anthropic", base("https://gateway.ai.cloudflare.com/v1/{account}/auth")),
    Fault("url-openai", "/openai in its place", base("https://gateway.ai.cloudflare.com/v1/{account}/auth/openai")),
    Fault("url-placeholder", "a placeholder", base("https://gateway.ai.cloudflare.com/v1/<account_id>/auth/anthropic")),
    Fault("url-gateway", "another gateway", base("https://gateway.ai.cloudflare.com/v1/{account}/nowhere/anthropic")),
    Fault("url-account", "another account", base("https://gateway.ai.cloudflare.com/v1/fedcba9876543210fedcba9876543210/auth/anthropic")),
    Fault("url-no-v1", "no /v1", base("https://gateway.ai.cloudflare.com/{account}/auth/anthropic")),
    Fault("url-host", "a typo in the host", base("https://gateway.ai.cloudfare.com/v1/{account}/auth/anthropic")),
    Fault("url-dash", "the dashboard's address", base("https://dash.cloudflare.com/{account}/ai/ai-gateway/gateways/auth")),
    Fault("api-openai", "openai-completions on /anthropic", change(*PATH, "api", to="openai-completions")),
    Fault("api-typo", "anthropic as api", change(*PATH, "api", to="anthropic")),
    Fault("model-ref", "a model that the provider lacks", change("agents", "defaults", "model", "primary", to=f"{PROVIDER}/claude-nowhere")),
    Fault("model-gone", "a model that does not exist", both(
        change(*PATH, "models", to=[{"id": "claude-nowhere", "name": "N"}]),
        change("agents", "defaults", "model", "primary", to=f"{PROVIDER}/claude-nowhere"))),
    Fault("model-bare", "without its provider", change("agents", "defaults", "model", "primary", to=MODEL)),
    Fault("model-provider", "a provider that is not there", change("agents", "defaults", "model", "primary", to=f"cloudflare/{MODEL}")),
    Fault("config-more", "another provider beside", change("models", "providers", "other", to={
        "baseUrl": "http://127.0.0.1:9/v1", "api": "openai-completions", "apiKey": "none", "models": []})),
]
