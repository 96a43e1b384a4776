"""Faults of a machine with the real Gateway, each with the finding whose commands must mend it.

Each row starts in an empty home. `prepare` makes the fault; the Gateway is started before it, after it, or not at all.
The commands of the finding are then run as they stand, by bash, with what a person would type. Afterwards a Gateway is
ready, the finding is gone, and `value` is what the Gateway has for the key.
"""
import json
import os
from dataclasses import dataclass, field
from typing import Callable

from machine import KEY, PORT, STUB, UNIT

UNIT_FILE = f".config/systemd/user/{UNIT}"


@dataclass
class Row:
    id: str  # of the finding
    text: str
    prepare: Callable
    value: str | None = None
    exports: dict = field(default_factory=dict)
    typed: str = ""
    edit: str = ""  # what is done in the editor that a command opens, for sed -E
    start: str = "after"  # after | before | fails | none: when the Gateway is started; whether it can be


def provider(machine, api_key="${" + KEY + "}", **more):
    """A config whose provider needs the key."""
    # Without a model of its own the product would take one of another provider, whose key would be missing too.
    entry = {"baseUrl": "http://127.0.0.1:9/v1", "apiKey": api_key, "api": "anthropic-messages", "models": [{"id": "m", "name": "M"}]}
    machine.config(models={"providers": {"bench": entry}}, **more)


def needs(machine):
    provider(machine)


def rc_file(value):
    def prepare(machine):
        provider(machine)
        machine.shell_file(".bashrc", (KEY, f"'{value}'"))
    return prepare


def unfinished_dotenv(machine):
    rc_file("k-shell")(machine)
    machine.write(".openclaw/.env", "OTHER=1")


def outdated(machine):
    machine.dotenv("k-newer")


def dotenv_and(*lines):
    def prepare(machine):
        provider(machine)
        machine.dotenv("k-dotenv")
        machine.drop_in(*lines, plant="k-service")
    return prepare


def environment_file(machine):
    machine.write("my.env", f"OTHER=1\n{KEY}=k-service\n")
    dotenv_and("EnvironmentFile=%h/my.env")(machine)


def manager_and_dotenv(machine):
    provider(machine)
    machine.dotenv("k-dotenv")
    machine.manager("k-manager")


def manager_alone(machine):
    provider(machine)
    machine.manager("k-manager")


def managed_drop_in(machine):
    machine.drop_in(f"Environment={KEY}=k-service", f"Environment=OPENCLAW_SERVICE_MANAGED_ENV_KEYS={KEY}", plant="k-service")


def workspace(text):
    def prepare(machine):
        provider(machine, agents={"defaults": {"workspace": machine.path("project")}})
        machine.write("project/.env", text)
        machine.write(".openclaw/.env", "OTHER=1")
        machine.drop_in(f"WorkingDirectory={machine.path('project')}")
    return prepare


def unread(name, text):
    def prepare(machine):
        provider(machine)
        machine.write(name, text)
        machine.write(".openclaw/.env", "OTHER=1")
    return prepare


def shell_import(machine, *, plugin, file):
    more = {"plugins": {"entries": {STUB: {"enabled": True}}}} if plugin else {}
    if plugin:
        machine.stub_plugin()
    provider(machine, env={"shellEnv": {"enabled": True}}, **more)
    machine.shell_file(file, (KEY, "k-shell"))


def unit_edited(machine):
    machine.dotenv("k-dotenv")
    provider(machine)
    machine.write(UNIT_FILE, machine.read(UNIT_FILE).replace("[Service]", f"[Service]\nEnvironment=SOMETHING=1"))


def no_mode(machine):
    config = json.loads(machine.read(".openclaw/openclaw.json"))
    del config["gateway"]["mode"]
    machine.write(".openclaw/openclaw.json", json.dumps(config))


def stale_token(machine):
    machine.drop_in("Environment=OPENCLAW_GATEWAY_TOKEN=bench-old-token-000000", plant="bench-old-token-000000")


def token_variable(machine, text):
    """The config takes the token from a variable."""
    gateway = {"mode": "local", "port": PORT, "bind": "loopback", "auth": {"mode": "token", "token": "${OPENCLAW_GATEWAY_TOKEN}"}}
    machine.write(".openclaw/openclaw.json", json.dumps({"gateway": gateway}))
    machine.write(".openclaw/.env", text)


def manager_token(machine):
    token_variable(machine, "OPENCLAW_GATEWAY_TOKEN=bench-token-of-dotenv-1\n")
    machine.systemctl("set-environment", "OPENCLAW_GATEWAY_TOKEN=bench-token-of-manager")


def open_dotenv(machine):
    provider(machine)
    machine.dotenv("k-dotenv")
    os.chmod(machine.path(".openclaw/.env"), 0o644)
    os.chmod(machine.path(".openclaw/openclaw.json"), 0o644)


def twice(machine):
    provider(machine)
    machine.write(".openclaw/.env", f"{KEY}=k-first\nOTHER=1\n{KEY}=k-last\n")


def no_environment_file(machine):
    provider(machine)
    machine.dotenv("k-dotenv")
    machine.drop_in("EnvironmentFile=%h/nowhere.env")


def no_runtime(machine):
    machine.write(UNIT_FILE, machine.read(UNIT_FILE).replace(f"ExecStart={machine.node}", "ExecStart=/opt/gone/node"))
    machine.systemctl("daemon-reload")


def other_state(machine):
    machine.drop_in("Environment=OPENCLAW_STATE_DIR=%h/elsewhere")
    machine.write("elsewhere/openclaw.json", machine.read(".openclaw/openclaw.json"))


def other_port(machine):
    machine.write(UNIT_FILE, machine.read(UNIT_FILE).replace(str(PORT), str(PORT + 1)))
    machine.systemctl("daemon-reload")


def inline(machine):
    provider(machine)
    machine.write(UNIT_FILE, machine.read(UNIT_FILE).replace("[Service]", f"[Service]\nEnvironment={KEY}=sk-ant-api03-bench-0123456789"), 0o644)
    machine.systemctl("daemon-reload")


def secret_ref(machine):
    provider(machine, {"source": "env", "provider": "default", "id": KEY})


def with_key(machine):
    provider(machine)
    machine.dotenv("k-dotenv")


def legacy_name(machine):
    machine.write(".openclaw/.env", "CLAWDBOT_GATEWAY_TOKEN=bench-token-of-old-name\n")


def legacy_unit(machine):
    text = machine.read(UNIT_FILE)
    machine.write(".config/systemd/user/clawdbot-gateway.service", text)
    machine.systemctl("daemon-reload")
    machine.systemctl("enable", "clawdbot-gateway.service")


def gateway_of(**section):
    """A config with this gateway section alone."""
    def prepare(machine):
        machine.write(".openclaw/openclaw.json", json.dumps({"gateway": {"mode": "local", "port": PORT, **section}}))
    return prepare


GONE = f"/{KEY}/d"
ROWS = [
    Row("key-only-in-shell", "exported by ~/.bashrc, with a # in it", rc_file("k#shell"), "k#shell", {KEY: "k#shell"}),
    Row("key-only-in-shell", "a .env without a last line end", unfinished_dotenv, "k-shell", {KEY: "k-shell"}),
    Row("key-missing-everywhere", "typed in", needs, "k-ty#ped", typed="k-ty#ped"),
    Row("secret-ref-unresolved", "a SecretRef to a missing variable", secret_ref, "k-typed", typed="k-typed", start="fails"),
    Row("daemon-env-outdated", ".env changed after the start", outdated, "k-newer", start="before"),
    Row("env-shadowed-by-service", "drop-in", dotenv_and(f"Environment={KEY}=k-service"), "k-dotenv", edit=GONE),
    Row("env-shadowed-by-service", "EnvironmentFile", environment_file, "k-dotenv"),
    Row("manager-env-leftover", "set-environment and .env", manager_and_dotenv, "k-dotenv"),
    Row("manager-env-leftover", "the Gateway's own token", manager_token),
    Row("key-only-in-manager-env", "set-environment alone", manager_alone, "k-typed", typed="k-typed"),
    Row("managed-key-removed", "a managed key in a drop-in", managed_drop_in, "k-typed", typed="k-typed"),
    Row("key-only-in-workspace-env", "plain", workspace(f"{KEY}=k-project\n"), "k-project"),
    Row("key-only-in-workspace-env", "with export and blanks", workspace(f"  export {KEY} = k-project\n"), "k-project"),
    Row("key-in-unread-file", "beside lines that look alike",
        unread(".openclaw/.env.local", f"X_{KEY}=no\n# {KEY}=no\n{KEY}=k-unread\n"), "k-unread"),
    Row("shellenv-rc-not-read", "in ~/.bashrc alone", lambda m: shell_import(m, plugin=True, file=".bashrc"), "k-shell", {KEY: "k-shell"}),
    Row("shellenv-key-not-expected", "no plugin declares it", lambda m: shell_import(m, plugin=False, file=".profile"), "k-shell",
        {KEY: "k-shell"}),
    Row("unit-changed-not-reloaded", "a line added", unit_edited, "k-dotenv", start="before"),
    Row("service-not-running", "never started", with_key, "k-dotenv", start="none"),
    Row("config-mode-missing", "exit 78", no_mode, start="fails"),
    Row("config-start-refused", "no secret, and open to all", gateway_of(bind="lan", auth={"mode": "none"}), start="fails"),
    Row("config-start-refused", "a password that is nowhere", gateway_of(bind="loopback", auth={"mode": "password"}),
        typed="bench-typed-password", start="fails"),
    Row("config-start-refused", "token and password, no mode", gateway_of(bind="loopback", auth={"token": "bench-token-1", "password": "bench-password-1"}),
        start="fails"),
    Row("config-start-refused", "custom without an address", gateway_of(bind="custom", auth={"mode": "token", "token": "bench-token-1"}), start="fails"),
    Row("gateway-token-stale-in-unit", "drop-in", stale_token, edit="/OPENCLAW_GATEWAY_TOKEN/d"),
    Row("secret-file-permissions", "readable by all", open_dotenv, "k-dotenv"),
    Row("dotenv-duplicate-key", "two lines", twice, "k-last"),
    Row("env-file-missing", "not optional", no_environment_file, "k-dotenv", start="fails", edit="/nowhere/d"),
    Row("unit-runtime-missing", "node is gone", no_runtime, start="fails"),
    Row("state-dir-mismatch", "drop-in", other_state, edit="/OPENCLAW_STATE_DIR/d"),
    Row("state-dir-mismatch", "a variable of the shell", with_key, "k-dotenv", {"OPENCLAW_STATE_DIR": "/tmp/another"}),
    Row("state-dir-mismatch", "a variable of the shell, and a drop-in", other_state, exports={"OPENCLAW_STATE_DIR": "/tmp/another"}),
    Row("gateway-port-mismatch", "unit and config", other_port, start="none"),
    Row("secret-inline-in-unit", "in a readable unit", inline, "k-typed", typed="k-typed", edit=GONE),
    Row("proxy-only-in-shell", "HTTPS_PROXY", with_key, "k-dotenv", {"HTTPS_PROXY": "http://127.0.0.1:9"}),
    Row("legacy-env-name", "CLAWDBOT_ in .env", legacy_name),
    Row("duplicate-supervisors", "an old unit beside", legacy_unit),
    Row("config-ref-unset-in-daemon", "the token's own variable", lambda m: token_variable(m, ""), typed="bench-typed-token-123456",
        start="fails"),
]
