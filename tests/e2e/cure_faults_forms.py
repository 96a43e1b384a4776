"""Still more of it: forms of lines, values, references and addresses, and what a unit can forbid. What is right is told to the editor."""
import json
import os

from cure_faults import Fault, both, dropped, env_file, gone, shell, token, value
from cure_faults_more import PATH, base, change, raw
from cure_machine import CONFIG, DOTENV, MODEL, PROVIDER, TOKEN_NAME, UNIT_FILE
from machine import KEY, PORT

HEADER = "cf-aig-authorization"


def dotenv(text, encoding="utf-8"):
    """The whole `.env`, in another form."""
    def make(m):
        m.write(DOTENV, "")
        with open(m.path(DOTENV), "wb") as file:
            file.write(text.format(key=KEY, good=m.good, name=TOKEN_NAME, token=m.token, bad=m.keys["anthropic_bad"]).encode(encoding))
    return make


def recoded(name, encoding, old="", new=""):
    """A file in another encoding."""
    def make(m):
        text = m.read(name).replace(old, new) if old else m.read(name)
        with open(m.path(name), "wb") as file:
            file.write(text.encode(encoding))
    return make


def linked(name, target):
    """The file is a link to another one, which an editor makes right in its place."""
    def make(m):
        m.write(target, m.read(name))
        m.write(f"healthy/{target.replace('/', '%')}", m.saved[name])
        m.remove(name)
        os.symlink(m.path(target), m.path(name))
    return make


def read_only(name):
    return lambda m: os.chmod(m.path(name), 0o400)


def kept(name, text):
    """A file in which the key stands, which nothing reads."""
    def make(m):
        m.without_key()
        m.write(name, text.format(key=KEY, good=m.good))
    return make


def included(text):
    """The providers are in a file that the config includes."""
    def make(m):
        m.change("models", "$include", to="./models.json5")
        m.change("models", "providers")
        right = json.dumps(json.loads(m.saved[CONFIG])["models"], indent=2)
        m.write("healthy/.openclaw%models.json5", right)
        if text is not None:
            m.write(".openclaw/models.json5", text(right))
    return make


def api_key(text):
    return change(*PATH, "apiKey", to=text)


def header(text, name=HEADER):
    return lambda m: m.provider("headers", to={name: text.format(good=m.good, token=m.token)})


def primary(text):
    return change("agents", "defaults", "model", "primary", to=text)


def written(name, *lines):
    """A drop-in that the manager was not told of, or that has another form."""
    def make(m):
        m.write(f"{os.path.dirname(UNIT_FILE)}/openclaw-gateway.service.d/{name}",
                "".join(line.format(good=m.good, bad=m.keys["anthropic_bad"]) + "\n" for line in lines))
    return make


def reload(m):
    m.systemctl("daemon-reload")


def unit(old, new):
    return lambda m: m.unit(old.format(home=m.home), new.format(home=m.home, good=m.good))


def squatter(m):
    """Another program of the same user holds the port."""
    m.systemctl("stop", "openclaw-gateway.service", check=False)
    m.write(f"{os.path.dirname(UNIT_FILE)}/squatter.service", f"[Service]\nExecStart=/usr/bin/env python3 -m http.server {PORT} --bind 127.0.0.1\n")
    m.systemctl("daemon-reload")
    m.systemctl("start", "squatter.service")


LINES = [
    Fault("line-utf16", "UTF-16", dotenv("\ufeff{key}={good}\n{name}={token}\n", "utf-16-le")),
    Fault("line-single", "in single quotes", value("'{good}'")),
    Fault("line-equals", "blanks around the =", dotenv("{key} = {good}\n{name} = {token}\n")),
    Fault("line-colon", "a colon", dotenv("{key}: {good}\n{name}: {token}\n")),
    Fault("line-set", "set before it", dotenv("set {key}={good}\n{name}={token}\n")),
    Fault("line-fish", "set -gx before it", dotenv("set -gx {key} {good}\n{name}={token}\n")),
    Fault("line-json", "JSON", dotenv('{{"{key}": "{good}", "{name}": "{token}"}}\n')),
    Fault("line-two", "two on one line", dotenv("{key}={good} {name}={token}\n")),
    Fault("line-mac", "a carriage return alone", dotenv("{key}={good}\r{name}={token}\r")),
    Fault("line-end", "no line feed at the end", dotenv("{key}={good}\n{name}={token}")),
    Fault("line-conflict", "marks of a merge", dotenv("<<<<<<< HEAD\n{key}={good}\n=======\n{key}={bad}\n>>>>>>> main\n{name}={token}\n")),
    Fault("form-blanks", "blanks behind it", value("{good}  ")),
    Fault("form-remark", "a remark behind it", value("{good} # mine")),
    Fault("form-quoted-blank", "a blank in the quotes", value('"{good} "')),
    Fault("form-curly", "curly quotes", value("\u201c{good}\u201d")),
    Fault("form-semicolon", "a semicolon behind it", value("{good};")),
    Fault("form-name", "its name twice", value(KEY + "={good}")),
    Fault("form-expand", "${…} in the .env", lambda m: m.write(DOTENV, f"REAL={m.good}\n{KEY}=${{REAL}}\n{TOKEN_NAME}={m.token}\n")),
    Fault("form-nbsp", "a no-break space behind it", value("{good}\u00a0")),
    Fault("form-zero", "a zero-width space in it", value("{good}\u200b")),
    Fault("form-backslash", "a backslash behind it", value("{good}\\")),
    Fault("form-double", "pasted twice", value("{good}{good}")),
    Fault("token-quoted", "Bearer in quotes", token('"Bearer {good}"')),
    Fault("token-anthropic", "the provider's key", lambda m: m.lines(token=m.good)),
    Fault("swapped", "key and token in each other's place", lambda m: m.lines(key=m.token, token=m.good)),
    Fault("old-read-only", "an old key in a file that is read-only", both(value("{bad}"), read_only(DOTENV))),
    Fault("gone-read-only", "no key in a file that is read-only", both(gone, read_only(DOTENV))),
    Fault("old-linked", "an old key behind a link", both(value("{bad}"), linked(DOTENV, "dotfiles/env"))),
    Fault("linked", "the .env is a link", linked(DOTENV, "dotfiles/env")),
    Fault("key-workspace", "in the workspace's .env", kept(".openclaw/workspace/.env", "{key}={good}\n")),
    Fault("key-envrc", "in an .envrc", kept(".envrc", "export {key}={good}\n")),
    Fault("key-no-export", "in ~/.bashrc without export", kept(".bashrc", "{key}={good}\n")),
    Fault("key-example", "in .env.example", kept(".openclaw/.env.example", "{key}={good}\n")),
    Fault("key-credentials", "in credentials/.env", kept(".openclaw/credentials/.env", "{key}={good}\n")),
]

REFERENCES = [
    Fault("vars-good", "in env.vars", both(gone, lambda m: m.change("env", "vars", to={KEY: m.good}))),
    Fault("vars-old", "an old one in env.vars", both(gone, lambda m: m.change("env", "vars", to={KEY: m.keys["anthropic_bad"]}))),
    Fault("vars-both", "an old one in env.vars, a good one in .env", lambda m: m.change("env", "vars", to={KEY: m.keys["anthropic_bad"]})),
    Fault("shellenv-profile", "shellEnv and ~/.profile", both(
        gone, change("env", "shellEnv", to={"enabled": True}), lambda m: m.write(".profile", f"export {KEY}={m.good}\n"))),
    Fault("ref-dollar", "$NAME", api_key(f"${KEY}")),
    Fault("ref-open", "${NAME", api_key("${" + KEY)),
    Fault("ref-braces", "{{NAME}}", api_key("{{" + KEY + "}}")),
    Fault("ref-default", "${NAME:-x}", api_key("${" + KEY + ":-none}")),
    Fault("ref-percent", "%NAME%", api_key(f"%{KEY}%")),
    Fault("ref-escaped", "$${NAME}", api_key("$${" + KEY + "}")),
    Fault("ref-bearer", "Bearer ${NAME}", api_key("Bearer ${" + KEY + "}")),
    Fault("ref-blank", "a blank behind it", api_key("${" + KEY + "} ")),
    Fault("ref-object", "an env reference", api_key({"source": "env", "provider": "default", "id": KEY})),
    Fault("ref-object-typo", "an env reference to another name", api_key({"source": "env", "provider": "default", "id": KEY + "S"})),
    Fault("ref-token", "the token's name", api_key("${" + TOKEN_NAME + "}")),
    Fault("header-typo", "a letter too many", header("Bearer ${{CF_AIG_TOKEN}}", "cf-aig-authorisation")),
    Fault("header-underscore", "underscores", header("Bearer ${{CF_AIG_TOKEN}}", "cf_aig_authorization")),
    Fault("header-glued", "no blank behind Bearer", header("Bearer${{CF_AIG_TOKEN}}")),
    Fault("header-lower", "bearer", header("bearer ${{CF_AIG_TOKEN}}")),
    Fault("header-literal", "the token itself", header("Bearer {token}")),
    Fault("header-ref-typo", "a name that is not set", header("Bearer ${{CF_AIG_TOKN}}")),
    Fault("header-key", "the provider's key", header("Bearer ${{" + KEY + "}}")),
    Fault("header-empty", "nothing behind Bearer", header("Bearer ")),
    Fault("header-x-api-key", "an x-api-key of its own", lambda m: m.provider("headers", to={
        HEADER: "Bearer ${CF_AIG_TOKEN}", "x-api-key": m.keys["anthropic_bad"]})),
    Fault("header-more", "another header beside", lambda m: m.provider("headers", to={
        HEADER: "Bearer ${CF_AIG_TOKEN}", "cf-aig-cache-ttl": "60"})),
]

ADDRESSES = [
    Fault("url-http", "http", lambda m: m.provider("baseUrl", to=m.base.replace("https:", "http:"))),
    Fault("url-scheme", "no scheme", lambda m: m.provider("baseUrl", to=m.base.removeprefix("https://"))),
    Fault("url-blank", "a blank behind it", base("{base} ")),
    Fault("url-upper", "the host in upper case", lambda m: m.provider("baseUrl", to=m.base.replace("gateway.ai.cloudflare.com", "Gateway.AI.Cloudflare.com"))),
    Fault("url-segment-upper", "/Anthropic", lambda m: m.provider("baseUrl", to=m.base.replace("/anthropic", "/Anthropic"))),
    Fault("url-443", "the port", lambda m: m.provider("baseUrl", to=m.base.replace(".com/", ".com:443/"))),
    Fault("url-double", "two slashes", lambda m: m.provider("baseUrl", to=m.base.replace("/auth/", "/auth//"))),
    Fault("url-swapped", "account and gateway swapped", base("https://gateway.ai.cloudflare.com/v1/auth/{account}/anthropic")),
    Fault("url-no-gateway", "no gateway", base("https://gateway.ai.cloudflare.com/v1/{account}/anthropic")),
    Fault("url-query", "a query behind it", base("{base}?x=1")),
    Fault("url-empty", "empty", base("")),
    Fault("url-compat", "/compat", base("https://gateway.ai.cloudflare.com/v1/{account}/auth/compat")),
    Fault("api-gone", "no api", change(*PATH, "api")),
    Fault("model-typo", "a letter missing", both(change(*PATH, "models", to=[{"id": "claude-sonet-4-6", "name": "S"}]),
                                                 primary(f"{PROVIDER}/claude-sonet-4-6"))),
    Fault("model-dotted", "4.6", both(change(*PATH, "models", to=[{"id": "claude-sonnet-4.6", "name": "S"}]),
                                      primary(f"{PROVIDER}/claude-sonnet-4.6"))),
    Fault("model-prefixed", "anthropic/ before it", primary(f"{PROVIDER}/anthropic/{MODEL}")),
    Fault("model-string", "a string", change("agents", "defaults", "model", to=f"{PROVIDER}/{MODEL}")),
    Fault("model-upper", "in upper case", primary(f"{PROVIDER}/{MODEL.upper()}")),
    Fault("model-unset", "no model", change("agents", "defaults", "model")),
    Fault("provider-typo", "a provider with another name", raw(f'"{PROVIDER}": {{', '"cloudflare-ai-gatway": {')),
    Fault("models-typo", "model in models' place", raw('"models": {\n    "providers"', '"model": {\n    "providers"')),
    Fault("json-bom", "a byte-order mark", recoded(CONFIG, "utf-8-sig")),
    Fault("json-utf16", "UTF-16", recoded(CONFIG, "utf-16")),
    Fault("json-crlf", "CRLF", recoded(CONFIG, "utf-8", "\n", "\r\n")),
    Fault("json-curly", "curly quotes", recoded(CONFIG, "utf-8", '"mode": "local"', "\u201cmode\u201d: \u201clocal\u201d")),
    Fault("json-twice", "a key twice", raw('"mode": "local",', '"mode": "local",\n    "mode": "remote",')),
    Fault("json-linked", "the config is a link", linked(CONFIG, "dotfiles/openclaw.json")),
    Fault("json-read-only", "the config is read-only", read_only(CONFIG)),
    Fault("include-good", "an include", included(lambda right: right)),
    Fault("include-gone", "an include that is gone", included(None)),
    Fault("include-cut", "an include that is cut off", included(lambda right: right[:120])),
    Fault("plugins-off", "plugins switched off", change("plugins", to={"enabled": False})),
    Fault("plugins-deny", "its plugin is denied", change("plugins", to={"deny": ["cloudflare-ai-gateway"]})),
    Fault("plugins-allow", "another plugin is allowed", change("plugins", to={"allow": ["telegram"]})),
    Fault("bind-address", "0.0.0.0", change("gateway", "bind", to="0.0.0.0")),
    Fault("mode-upper", "Local", change("gateway", "mode", to="Local")),
    Fault("auth-ref", "a token that is not set", change("gateway", "auth", to={"mode": "token", "token": "${OPENCLAW_GATEWAY_TOKEN}"})),
]

UNITS = [
    Fault("not-reloaded", "a drop-in that was not loaded", both(gone, written("20-more.conf", "[Service]", f"Environment={KEY}={{good}}"))),
    Fault("no-section", "a drop-in without [Service]", both(gone, written("20-more.conf", f"Environment={KEY}={{good}}"), reload)),
    Fault("no-conf", "a drop-in that is no .conf", both(gone, written("20-more.txt", "[Service]", f"Environment={KEY}={{good}}"), reload)),
    Fault("dropin-blanks", "blanks around the =", both(gone, dropped(f"Environment={KEY} = {{good}}"))),
    Fault("dropin-quoted", "in quotes", both(gone, dropped(f'Environment="{KEY}={{good}}"'))),
    Fault("dropin-home", "another HOME", dropped("Environment=HOME={home}/elsewhere")),
    Fault("dropin-config", "OPENCLAW_CONFIG_PATH to nowhere", dropped("Environment=OPENCLAW_CONFIG_PATH={home}/nowhere.json")),
    Fault("dropin-profile", "a profile", dropped("Environment=OPENCLAW_PROFILE=work")),
    Fault("dropin-proxy-lower", "https_proxy to nowhere", dropped("Environment=https_proxy=http://127.0.0.1:9")),
    Fault("dropin-no-proxy", "a proxy that is not used", dropped("Environment=HTTPS_PROXY=http://127.0.0.1:9 NO_PROXY=*")),
    Fault("dropin-heap", "a heap by NODE_OPTIONS", dropped("Environment=NODE_OPTIONS=--max-old-space-size=40")),
    Fault("dropin-require", "a module that is gone", dropped("Environment=NODE_OPTIONS=--require=/nowhere/hook.js")),
    Fault("dropin-pre", "ExecStartPre that fails", dropped("ExecStartPre=/bin/false")),
    Fault("dropin-exec", "a second ExecStart", dropped("ExecStart=/bin/true")),
    Fault("dropin-condition", "a condition that is not met", written("20-more.conf", "[Unit]", "ConditionPathExists=/nowhere")),
    Fault("dropin-requires", "a unit that is not there", written("20-more.conf", "[Unit]", "Requires=nowhere.service")),
    Fault("dropin-notify", "Type=notify", dropped("Type=notify")),
    Fault("dropin-path", "a PATH without Node", dropped("Environment=PATH=/nowhere")),
    Fault("dropin-tmp", "PrivateTmp", dropped("PrivateTmp=yes")),
    Fault("dropin-memory", "too little memory", dropped("MemoryMax=60M")),
    Fault("envfile-blanks", "blanks around the =", both(gone, env_file(f"{KEY} = {{good}}\n"))),
    Fault("envfile-colon", "a colon", both(gone, env_file(f"{KEY}: {{good}}\n"))),
    Fault("envfile-quoted", "a path in quotes", both(gone, env_file(f"{KEY}={{good}}\n", 'EnvironmentFile="%h/my.env"'))),
    Fault("envfile-home", "a path with $HOME", both(gone, env_file(f"{KEY}={{good}}\n", "EnvironmentFile=$HOME/my.env"))),
    Fault("envfile-mode", "a file that may not be read", both(env_file(f"{KEY}={{good}}\n"), lambda m: os.chmod(m.path("my.env"), 0))),
    Fault("envfile-dotenv", "the .env itself", dropped("EnvironmentFile=%h/.openclaw/.env")),
    Fault("unit-in-unit", "an old key in the unit", unit("[Install]", f"Environment={KEY}=sk-ant-api03-old\n\n[Install]")),
    Fault("unit-no-port", "no --port", unit(f" --port {PORT}", "")),
    Fault("unit-words", "a typo in its command", unit(" gateway --port", " gatway --port")),
    Fault("unit-broken", "a line that is none", unit("Restart=always", "Restart always")),
    Fault("unit-empty", "an empty unit", lambda m: (m.write(UNIT_FILE, ""), m.systemctl("daemon-reload")) and None),
    Fault("port-held", "another program holds the port", squatter, start=False),
    Fault("shell-config", "OPENCLAW_CONFIG_PATH in this shell", shell(OPENCLAW_CONFIG_PATH="/tmp/nowhere.json")),
    Fault("shell-home", "OPENCLAW_HOME in this shell", shell(OPENCLAW_HOME="/tmp/nowhere")),
    Fault("shell-node", "NODE_OPTIONS in this shell", shell(NODE_OPTIONS="--no-such-option")),
]
