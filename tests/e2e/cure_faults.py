"""What can be wrong with a machine, and what only looks so: where keys, files and the shell are. The truth is asked, not told."""
import json
import os
from dataclasses import dataclass
from typing import Callable

from cure_machine import CONFIG, DOTENV, MODEL, PROVIDER, TOKEN, TOKEN_NAME
from machine import KEY, UNIT


@dataclass
class Fault:
    id: str
    text: str
    make: Callable
    hot: bool = False  # made while a healthy Gateway runs
    start: bool = True  # whether it is started afterwards


def in_rc(name, form="export {key}={value}"):
    def make(m):
        m.without_key()
        m.write(name, form.format(key=KEY, value=m.good) + "\n")
        m.exports[KEY] = m.good
    return make


def elsewhere(name):
    """The key in a file that nothing reads."""
    def make(m):
        m.without_key()
        m.write(name, f"{KEY}={m.good}\n")
    return make


def value(text):
    return lambda m: m.lines(key=text.format(good=m.good, bad=m.keys["anthropic_bad"], cf=m.token))


def token(text):
    return lambda m: m.lines(token=text.format(good=m.token, bad=m.keys["cf_bad"]))


def replaced(kind):
    """Something else in the place of the `.env`."""
    def make(m):
        path = m.path(DOTENV)
        if kind == "mode":
            return os.chmod(path, 0)
        os.remove(path)
        if kind == "folder":
            os.mkdir(path)
        elif kind == "fifo":
            os.mkfifo(path)
        else:
            os.symlink("/nowhere/keys.env", path)
    return make


def renamed(name):
    return lambda m: m.without_key(f"{name}={m.good}")


def moved(name):
    return lambda m: os.rename(m.path(DOTENV), m.path(name))


def manager(**values):
    def make(m):
        for name, text in values.items():
            m.systemctl("set-environment", f"{name}={text.format(bad=m.keys['anthropic_bad'], good=m.good)}")
    return make


def dropped(*lines):
    return lambda m: m.dropped(*(line.format(good=m.good, bad=m.keys["anthropic_bad"], home=m.home) for line in lines))


def env_file(text, line="EnvironmentFile=%h/my.env"):
    def make(m):
        m.write("my.env", text.format(good=m.good, bad=m.keys["anthropic_bad"]))
        m.dropped(line)
    return make


def both(*makes):
    return lambda m: [make(m) for make in makes] and None


def shell(**exports):
    return lambda m: m.exports.update({name: text.format(good=m.good, bad=m.keys["anthropic_bad"]) for name, text in exports.items()})


def none(m):
    """The healthy machine."""


gone = lambda m: m.without_key()  # noqa: E731

KEYS = [
    Fault("healthy", "nothing", none),
    Fault("key-nowhere", "the line is gone", gone),
    Fault("key-commented", "a remark", lambda m: m.without_key(f"# {KEY}={m.good}")),
    Fault("dotenv-gone", "no .env at all", lambda m: m.remove(DOTENV)),
    Fault("key-bashrc", "exported in ~/.bashrc", in_rc(".bashrc")),
    Fault("key-profile", "exported in ~/.profile", in_rc(".profile")),
    Fault("key-zshrc", "exported in ~/.zshrc", in_rc(".zshrc")),
    Fault("key-fish", "set by fish", in_rc(".config/fish/config.fish", "set -gx {key} {value}")),
    Fault("key-shell-only", "typed into this shell", both(gone, lambda m: m.exports.update({KEY: m.good}))),
    Fault("key-env-local", ".env.local", elsewhere(".openclaw/.env.local")),
    Fault("key-env-txt", ".env.txt", elsewhere(".openclaw/.env.txt")),
    Fault("key-env-home", "~/.env", elsewhere(".env")),
    Fault("key-env-config", "~/.config/openclaw/.env", elsewhere(".config/openclaw/.env")),
    Fault("env-moved", "the .env has the name env", moved(".openclaw/env")),
    Fault("env-upper", "the .env has the name .ENV", moved(".openclaw/.ENV")),
    Fault("name-apikey", "…_APIKEY", renamed("CLOUDFLARE_AI_GATEWAY_APIKEY")),
    Fault("name-lower", "in lower case", renamed(KEY.lower())),
    Fault("name-typo", "a letter too few", renamed("CLOUDFLARE_AI_GATWAY_API_KEY")),
    Fault("name-other", "CLOUDFLARE_API_KEY", renamed("CLOUDFLARE_API_KEY")),
    Fault("token-gone", "no cf-aig token", lambda m: m.write(DOTENV, f"{KEY}={m.good}\n")),
    Fault("value-empty", "empty", value("")),
    Fault("value-placeholder", "an example", value("your-api-key-here")),
    Fault("value-angle", "an example in brackets", value("<your key>")),
    Fault("value-reference", "$(cat …)", value("$(cat /run/key)")),
    Fault("value-op", "op://", value("op://vault/item/key")),
    Fault("value-quote", "one quote", value('"{good}')),
    Fault("value-old", "revoked", value("{bad}")),
    Fault("value-cf", "the token of Cloudflare", value("{cf}")),
    Fault("value-short", "cut off", value("sk-ant-api03-")),
    Fault("value-bearer", "Bearer before it", value("Bearer {good}")),
    Fault("value-hash", "a # cuts it", value("abc#{good}")),
    Fault("value-blank", "a blank in it", value("{good} old")),
    Fault("value-quoted", "in quotes", value('"{good}"')),
    Fault("value-export", "export before it", lambda m: m.write(DOTENV, f"export {KEY}={m.good}\nexport {TOKEN_NAME}={m.token}\n")),
    Fault("value-crlf", "CRLF", lambda m: m.write(DOTENV, m.read(DOTENV).replace("\n", "\r\n"))),
    Fault("value-bom", "a byte-order mark", lambda m: m.write(DOTENV, "\ufeff" + m.read(DOTENV))),
    Fault("token-old", "a cf-aig token that is revoked", token("{bad}")),
    Fault("token-empty", "an empty cf-aig token", token("")),
    Fault("token-placeholder", "an example", token("your-token-here")),
    Fault("token-bearer", "Bearer twice", token("Bearer {good}")),
    Fault("twice-same", "two lines, the same", lambda m: m.lines(f"{KEY}={m.good}")),
    Fault("twice-good-last", "the good one is last", lambda m: m.write(DOTENV, f"{KEY}={m.keys['anthropic_bad']}\n" + m.read(DOTENV))),
    Fault("twice-good-first", "the good one is first", lambda m: m.lines(f"{KEY}={m.keys['anthropic_bad']}")),
    Fault("dotenv-mode", "mode 000", replaced("mode")),
    Fault("dotenv-folder", "a folder", replaced("folder")),
    Fault("dotenv-fifo", "a FIFO", replaced("fifo")),
    Fault("dotenv-dangling", "a link to nowhere", replaced("link")),
    Fault("dotenv-open", "readable by all", lambda m: os.chmod(m.path(DOTENV), 0o644)),
    Fault("more-keys", "other keys beside", lambda m: m.lines("OPENAI_API_KEY=sk-other", "# a remark", "LOG=1")),
    Fault("backups", "backups beside", both(lambda m: m.write(DOTENV + ".bak", f"{KEY}=old\n"),
                                           lambda m: m.write(CONFIG + ".bak", "{}"))),
    Fault("rc-too", "in ~/.bashrc too, an older one", lambda m: m.write(".bashrc", f"export {KEY}={m.keys['anthropic_bad']}\n")),
    Fault("shell-older", "an older one in this shell", shell(**{KEY: "{bad}"})),
]

HOT = [
    Fault("hot-line-gone", "the line was deleted", gone, hot=True),
    Fault("hot-value-old", "another value, not yet started with", value("{bad}"), hot=True),
    Fault("hot-placeholder", "a placeholder, not yet started with", value("your-api-key-here"), hot=True),
    Fault("hot-dotenv-gone", "the .env was deleted", lambda m: m.remove(DOTENV), hot=True),
    Fault("hot-remark", "a remark was added", lambda m: m.lines("# a remark"), hot=True),
    Fault("hot-stopped", "stopped by hand", lambda m: m.systemctl("stop", UNIT), hot=True),
    Fault("hot-cut", "the config was cut off", lambda m: m.write(CONFIG, m.read(CONFIG)[:300]), hot=True),
    Fault("hot-token", "the Gateway's token was changed in this shell", shell(OPENCLAW_GATEWAY_TOKEN="another-token-0123456789"), hot=True),
    Fault("never-started", "never started", none, start=False),
]

SHELL = [
    Fault("shell-url", "OPENCLAW_GATEWAY_URL to a dead port", shell(OPENCLAW_GATEWAY_URL="ws://127.0.0.1:9")),
    Fault("shell-port", "OPENCLAW_GATEWAY_PORT to a dead port", shell(OPENCLAW_GATEWAY_PORT="18999")),
    Fault("shell-state", "OPENCLAW_STATE_DIR", shell(OPENCLAW_STATE_DIR="/tmp/other-state")),
    Fault("shell-profile", "OPENCLAW_PROFILE", shell(OPENCLAW_PROFILE="work")),
    Fault("shell-token", "an older OPENCLAW_GATEWAY_TOKEN", shell(OPENCLAW_GATEWAY_TOKEN="an-older-token-000000")),
    Fault("shell-proxy", "HTTPS_PROXY to nowhere", shell(HTTPS_PROXY="http://127.0.0.1:9")),
    Fault("shell-good", "the good key in this shell", shell(**{KEY: "{good}"})),
]

from cure_faults_more import CONFIGS, SERVICES  # noqa: E402
from cure_faults_forms import ADDRESSES, LINES, REFERENCES, UNITS  # noqa: E402

FAULTS = [*KEYS, *HOT, *SHELL, *SERVICES, *CONFIGS, *LINES, *REFERENCES, *ADDRESSES, *UNITS]
