"""The table: where the key is, and what the real Gateway makes of it.

A row changes the machine left by the row before it in its group; each group starts in a fresh home.
`main` and `child` are the key in the environ of the Gateway and of its worker, `live` in the Gateway's own
`process.env`, `state` what a doctor has to say, `source` where the next start takes the value from.
"""
import os
from dataclasses import dataclass, field
from typing import Callable

from machine import KEY, STUB, UNIT


@dataclass
class Row:
    id: str
    text: str
    prepare: Callable
    main: str | None = None
    child: str | None = None
    state: str = "unset"
    source: str | None = None
    start: str = "restart"  # restart | install | none | foreground
    also: Callable | None = None  # further facts of this row: returns a list of complaints
    next_child: str | None = None  # what the next start will have, where it differs from now
    exports: dict = field(default_factory=dict)


def unit_line(machine):
    """Complaints about what a real install left behind (row ii-b)."""
    unit = machine.read(f".config/systemd/user/{UNIT}")
    wanted = f"Environment=OPENCLAW_SERVICE_MANAGED_ENV_KEYS={KEY}\n"
    wrong = [] if wanted in unit else ["the installed unit has no managed-keys line"]
    wrong += ["the installed unit holds the value"] if "k-from-dotenv" in unit else []
    wrong += ["gateway.systemd.env appeared"] if "gateway.systemd.env" in unit else []
    return wrong


def other_key_imported(machine):
    """Complaints when OPENAI_API_KEY, which stands beside the key, was not imported (row v')."""
    from truth import environ, main_pid, worker
    found = environ(worker(main_pid(machine))).get("OPENAI_API_KEY")
    return [] if found == "k-openai-bashrc" else ["OPENAI_API_KEY beside it was not imported"]


def shell_env(machine, **more):
    machine.config(env={"shellEnv": {"enabled": True}}, **more)


def install_with_dotenv(machine):
    machine.write_unit()
    machine.dotenv("k-from-dotenv")


def without_copy(machine):
    """The finding's own fix where the installer has copied `.env` (2026.4.15 to 7.35); nothing elsewhere."""
    name = ".openclaw/gateway.systemd.env"
    if os.path.exists(machine.path(name)):
        machine.write(name, machine.read(name).replace(f"{KEY}=", f"# {KEY}="))


def environment_file(machine):
    machine.planted.add("k-from-file")
    machine.write("my.env", f"{KEY}=k-from-file\n")
    machine.drop_in("EnvironmentFile=%h/my.env")


def manager_only(machine):
    machine.drop_in()
    machine.remove("my.env")
    machine.manager("k-from-manager")


def bashrc_only(machine):
    machine.manager(None)
    machine.shell_file(".bashrc", (KEY, "k-bashrc"))


def with_drop_in(value):
    def prepare(machine):
        machine.drop_in(f"Environment={KEY}={value}", plant=value)
    return prepare


def unmanaged_manager(machine):
    machine.drop_in()
    machine.manager("k-manager")


def bashrc_by_profile(machine):
    machine.manager(None)
    machine.dotenv(None)
    shell_env(machine)
    machine.shell_file(".bashrc", (KEY, "k-bashrc"), ("OPENAI_API_KEY", "k-openai-bashrc"))
    machine.write(".profile", ". ~/.bashrc\n")


def profile_by_variable(machine):
    machine.config()
    machine.remove(".bashrc")
    machine.shell_file(".profile", (KEY, "k-profile"))
    machine.drop_in("Environment=OPENCLAW_LOAD_SHELL_ENV=1")


def profile_with_plugin(machine):
    machine.drop_in()
    machine.stub_plugin()
    shell_env(machine, plugins={"entries": {STUB: {"enabled": True}}})


def nothing_but_a_shell(machine):
    machine.stop()
    machine.systemctl("disable", UNIT)
    machine.remove(f".config/systemd/user/{UNIT}", ".profile", f".openclaw/extensions/{STUB}")
    machine.systemctl("daemon-reload")
    machine.config()


MANAGED = [
    Row("ii-b", ".env, then a real `gateway install --force`", install_with_dotenv, child="k-from-dotenv",
        state="set", source="dotenv-state", start="install", also=unit_line),
    Row("vi", ".env changed after the start, no restart", lambda m: m.dotenv("k-changed-after-start"),
        child="k-from-dotenv", state="set", source="dotenv-state", start="none", next_child="k-changed-after-start"),
    Row("vi-b", "the same after a restart", lambda m: None, child="k-changed-after-start", state="set",
        source="dotenv-state"),
    Row("vi-c", "the installer's copy of it made a remark, where there is one", without_copy, child="k-changed-after-start",
        state="set", source="dotenv-state"),
    Row("iii-a", "drop-in Environment= and .env", with_drop_in("k-from-dropin"), main="k-from-dropin",
        child="k-changed-after-start", state="set", source="dotenv-state"),
    Row("iii-b", "drop-in Environment= only", lambda m: m.dotenv(None), main="k-from-dropin", state="removed"),
    Row("iii-c", "drop-in EnvironmentFile= only", environment_file, main="k-from-file", state="removed"),
    Row("iv", "set-environment only", manager_only, main="k-from-manager", state="removed"),
    Row("v-a", "~/.bashrc only, shellEnv off", bashrc_only),
    Row("v-b", "~/.bashrc only, no ~/.profile, shellEnv on", shell_env),
]
UNMANAGED = [
    Row("i", "nowhere", lambda m: m.write_unit()),
    Row("ii-a", ".env written after the install", lambda m: m.dotenv("k-from-dotenv"), child="k-from-dotenv",
        state="set", source="dotenv-state"),
    Row("iii'", "drop-in Environment= and .env", with_drop_in("k-dropin"), main="k-dropin", child="k-dropin",
        state="set", source="drop-in"),
    Row("iv'", "set-environment and .env", unmanaged_manager, main="k-manager", child="k-manager", state="set",
        source="manager"),
    Row("v'", "~/.bashrc sourced by ~/.profile, shellEnv on", bashrc_by_profile, also=other_key_imported),
    Row("v''", "~/.bashrc only, no ~/.profile, shellEnv on", lambda m: m.remove(".profile")),
    Row("v'''", "~/.profile, drop-in OPENCLAW_LOAD_SHELL_ENV=1", profile_by_variable),
    Row("v6", "~/.profile, shellEnv on, a plugin declares the key", profile_with_plugin, child="k-profile",
        state="set", source="login-shell"),
    Row("fg", "exported in the shell, `openclaw gateway run`", nothing_but_a_shell, main="k-shell", child="k-shell",
        state="set", source="process", start="foreground", exports={KEY: "k-shell"}),
]
GROUPS = {"managed": MANAGED, "unmanaged": UNMANAGED}
