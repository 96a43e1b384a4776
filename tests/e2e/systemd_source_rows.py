"""The rows of systemd_sources, played inside the sandbox; one JSON line per row on stdout."""
import argparse
import json
import os
import pwd
import shutil
import subprocess
import sys
import time

KEY = "CLOUDFLARE_AI_GATEWAY_API_KEY"
VALUE = "k-planted-value-of-the-row-000001"
LINE = f"{KEY}={VALUE}\n"
UNIT = "openclaw-gateway.service"
SEEN = "/srv/seen/last"
NODE = "/opt/oc/bin/node"
ENTRY = "/opt/oc/lib/node_modules/openclaw/dist/index.js"
# Stands for a Gateway: says what it was given, and whether it sees its `.env`, then stays.
STAND_IN = f"""#!/bin/bash
out=/srv/seen/last
{{ printf '%s\\n' "{KEY}=${{{KEY}-}}"; printf 'dotenv=%s\\n' "$(cat "${{OPENCLAW_STATE_DIR:-$HOME/.openclaw}}/.env" 2>/dev/null)"; }} > "$out.new"
chmod 666 "$out.new"; mv "$out.new" "$out"
exec sleep 1000
"""
CONFIG = """{ gateway: { mode: "local", port: 18789 },
  models: { providers: { "cloudflare-ai-gateway": { baseUrl: "https://gateway.ai.cloudflare.com/v1/0123456789abcdef0123456789abcdef/gw/anthropic",
    api: "anthropic-messages", apiKey: "${CLOUDFLARE_AI_GATEWAY_API_KEY}", models: [{ id: "claude-sonnet-4-6", name: "S" }] } } } }
"""
CLI = """#!/bin/bash
case "$*" in
*"gateway restart"*) exec systemctl --user restart openclaw-gateway.service;;
*"gateway start"*) exec systemctl --user start openclaw-gateway.service;;
*"gateway install"*) cp /srv/seen/unit ~/.config/systemd/user/openclaw-gateway.service
  systemctl --user daemon-reload; exec systemctl --user restart openclaw-gateway.service;;
esac
exit 1
"""
SUDO = """#!/bin/bash
if [ "$1" = -u ]; then shift; name=$1; shift; [ "$1" != -H ] || shift; set -- runuser -u "$name" -- "$@"; fi
exec /usr/local/libexec/rootbash -p -c 'exec "$@"' sudo "$@"
"""


class Row:
    def __init__(self, name, text, said, finding=None, env="", service="", cured=True, **more):
        """`said`: what the doctor says of the next start; `finding`: the id with the fix; `cured`: the key is there after."""
        self.name, self.text, self.said, self.finding = name, text, said, finding
        self.env, self.service, self.cured, self.more = env, service, cured, more


def user_rows():
    drop = f"~/.config/systemd/user/{UNIT}.d"
    source = "service-source-ignored"
    secrets = {"~/.secrets.env": LINE}

    def drop_in(text, name="env.conf", folder=drop):
        return {f"{folder}/{name}": text}

    def file(path):
        return drop_in(f"[Service]\nEnvironmentFile={path}\n")
    return [
        Row("plain", "a file by its absolute path", "set", files={**secrets, **file("%h/.secrets.env")}),
        Row("export-line", "export in the file", "unset", source, files={"~/.secrets.env": "export " + LINE, **file("%h/.secrets.env")}),
        Row("tilde-path", "EnvironmentFile=~/…", "unset", source, files={**secrets, **file("~/.secrets.env")}),
        Row("home-path", "EnvironmentFile=$HOME/…", "unset", source, files={**secrets, **file("-$HOME/.secrets.env")}),
        Row("quoted-path", "quotes around the path", "unset", source, files={**secrets, **file('"%h/.secrets.env"')}),
        Row("no-section", "drop-in without [Service]", "unset", source,
            files={**secrets, **drop_in("EnvironmentFile=%h/.secrets.env\n")}),
        Row("wrong-section", "drop-in with [Unit]", "unset", source,
            files={**secrets, **drop_in("[Unit]\nEnvironmentFile=%h/.secrets.env\n")}),
        Row("lower-section", "drop-in with [service]", "unset", source,
            files={**secrets, **drop_in("[service]\nEnvironmentFile=%h/.secrets.env\n")}),
        Row("misspelled", "Enviroment=", "unset", source, files=drop_in(f"[Service]\nEnviroment={LINE}")),
        Row("lower-directive", "environmentfile=", "unset", source,
            files={**secrets, **drop_in("[Service]\nenvironmentfile=%h/.secrets.env\n")}),
        Row("no-conf", "drop-in without .conf", "unset", source,
            files={**secrets, **drop_in("[Service]\nEnvironmentFile=%h/.secrets.env\n", "env")}),
        Row("wrong-folder", "drop-in folder without .service", "unset", source,
            files={**secrets, **drop_in("[Service]\nEnvironmentFile=%h/.secrets.env\n", folder="~/.config/systemd/user/openclaw-gateway.d")}),
        Row("comment-joins", "a comment that ends in \\", "unset", None,
            files={"~/.secrets.env": "# old key \\\n" + LINE, **file("%h/.secrets.env")}),
        Row("unset", "UnsetEnvironment=", "removed", "key-unset-by-unit", got="unset",
            files={**secrets, **drop_in(f"[Service]\nEnvironmentFile=%h/.secrets.env\nUnsetEnvironment=FOO {KEY} BAR\n")}),
        Row("unset-dotenv", "UnsetEnvironment= and .env", "set",
            files={"~/.openclaw/.env": LINE, **drop_in(f"[Service]\nUnsetEnvironment={KEY}\n")}),
        Row("unreadable", "a file of root, required", "unset", "env-file-unreadable", starts=False, root=("~/secrets/ai.env",),
            files={"~/secrets/ai.env": LINE, **file("%h/secrets/ai.env")}),
        Row("unreadable-optional", "a file of root, optional", "unset", "env-file-unreadable", root=("~/secrets/ai.env",),
            files={"~/secrets/ai.env": LINE, **file("-%h/secrets/ai.env")}),
        Row("environment-d", "environment.d after the manager's start", "unset", "environment-d-not-loaded", late=True,
            files={"~/.config/environment.d/90-oc.conf": LINE}),
        # systemd 252 goes on without what its user manager cannot do.
        Row("protect-home", "ProtectHome=yes in a user unit", "set", files={"~/.openclaw/.env": LINE,
            **drop_in("[Service]\nProtectHome=yes\n")}),
        Row("protect-home-private", "the same with PrivateUsers=yes", "unset", "service-sandbox-hides",
            files={"~/.openclaw/.env": LINE, **drop_in("[Service]\nPrivateUsers=yes\nProtectHome=yes\n")}),
        Row("inaccessible", "InaccessiblePaths= with PrivateUsers=yes", "unset", "service-sandbox-hides",
            files={"~/.openclaw/.env": LINE, **drop_in("[Service]\nPrivateUsers=yes\nInaccessiblePaths=%h/.openclaw\n")}),
        Row("chdir", "WorkingDirectory= that is gone", "set", "start-step-failed", starts=False,
            files={"~/.openclaw/.env": LINE, **drop_in("[Service]\nWorkingDirectory=%h/gone\n")}),
        Row("masked", "a masked unit", "set", "unit-masked", starts=False, mask=True, files={"~/.openclaw/.env": LINE}),
        Row("runtime", "a drop-in below /run", "set", "runtime-drop-in",
            files=drop_in(f"[Service]\nEnvironment={LINE}", folder=f"/run/user/4242/systemd/user/{UNIT}.d")),
        Row("made-at-start", "a file that ExecStartPre= makes", "unknown", got="set",
            files=drop_in("[Service]\nExecStartPre=/bin/sh -c 'echo " + LINE.strip() + " > %t/oc.env'\nEnvironmentFile=-%t/oc.env\n")),
        Row("pinned", "a drop-in pins a program that is gone", "set", "unit-runtime-missing", starts=False, runs_fix=False,
            files={"~/.openclaw/.env": LINE, **drop_in(f"[Service]\nExecStart=\nExecStart=/opt/gone/node {ENTRY} gateway\n")}),
    ]


def root_rows():
    at = "/etc/systemd/system"
    hidden = {"/home/alice/.openclaw/.env": LINE, "/home/alice/.openclaw/openclaw.json": CONFIG}
    return [
        Row("nologin", "User= with nologin", "set", service="User=svc", owner="svc", files={"/var/lib/svc/.openclaw/.env": LINE,
            "/var/lib/svc/.openclaw/openclaw.json": CONFIG}),
        Row("template", "a template instance", "set", unit="openclaw@.service", instance="openclaw@alice.service", service="User=%i",
            owner="alice", files=hidden),
        Row("unknown-user", "User= that nobody knows", "unknown", "start-step-failed", service="User=nobody-here", starts=False, cured=False,
            runs_fix=False, files={}),
        Row("system-protect-home", "ProtectHome=yes", "unset", "service-sandbox-hides", service="User=alice\nProtectHome=yes",
            owner="alice", files=hidden),
        Row("system-tmpfs-bind", "ProtectHome=tmpfs with BindPaths=", "set", owner="alice",
            service="User=alice\nProtectHome=tmpfs\nBindPaths=/home/alice/.openclaw", files=hidden),
        Row("system-bind-below", "BindPaths= below ProtectHome=yes", "unset", "service-sandbox-hides", owner="alice",
            service="User=alice\nProtectHome=yes\nBindPaths=/home/alice/.openclaw", files=hidden),
        Row("system-strict", "ProtectSystem=strict leaves homes alone", "set", owner="alice",
            service="User=alice\nProtectSystem=strict\nReadWritePaths=/srv/seen", files=hidden),
        Row("system-tmpfs", "TemporaryFileSystem=", "unset", "service-sandbox-hides", owner="alice",
            service="User=alice\nTemporaryFileSystem=/home", files=hidden),
        Row("root-only-file", "a file of root for a system service", "set", service=f"User=alice\nEnvironmentFile=/etc/oc.env",
            owner="alice", root=("/etc/oc.env",), files={"/etc/oc.env": LINE, "/home/alice/.openclaw/openclaw.json": CONFIG}),
        Row("etc-environment", "/etc/environment and a system service", "unset", None, service="User=alice", owner="alice",
            files={"/etc/environment": LINE, "/home/alice/.openclaw/openclaw.json": CONFIG}),
        Row("system-no-section", "drop-in without [Service]", "unset", "service-source-ignored", service="User=alice", owner="alice",
            files={f"{at}/{UNIT}.d/env.conf": "Environment=" + LINE, "/home/alice/.openclaw/openclaw.json": CONFIG}),
        Row("credential", "LoadCredential= of a file that is gone", "set", "start-step-failed", starts=False, cured=False,
            runs_fix=False, service="User=alice\nLoadCredential=x:/etc/gone", owner="alice", files=hidden),
        Row("dynamic", "DynamicUser=", "unknown", service="DynamicUser=yes\nStateDirectory=oc\nEnvironment=HOME=/var/lib/oc\n"
            "ReadWritePaths=/srv/seen",
            files={}, got="unset"),
    ]


class Machine:
    def __init__(self, doctor):
        self.doctor, self.home = doctor, os.path.expanduser("~")
        self.root = os.geteuid() == 0
        self.systemctl = ["systemctl"] if self.root else ["systemctl", "--user"]

    def sudo(self, *words):
        return subprocess.run([*([] if self.root else ["sudo"]), *words], check=True, capture_output=True)

    def path(self, name):
        return name.replace("~", self.home, 1)

    def write(self, name, text):
        path = self.path(name)
        if not self.root and not path.startswith((self.home, "/run/user", "/srv/seen")):
            self.sudo("mkdir", "-p", os.path.dirname(path))
            subprocess.run(["sudo", "tee", path], input=text, text=True, check=True, stdout=subprocess.DEVNULL)
            return
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def install(self):
        """The stand-ins, once."""
        for name, text in ((NODE, STAND_IN), (ENTRY, ""), ("/usr/local/bin/openclaw", CLI)):
            if self.root:
                self.write(name, text)
                os.chmod(name, 0o755)
            else:
                self.sudo("mkdir", "-p", os.path.dirname(name))
                subprocess.run(["sudo", "tee", name], input=text, text=True, check=True, stdout=subprocess.DEVNULL)
                self.sudo("chmod", "755", name)
        version = '{"name":"openclaw","version":"2026.9.6"}'
        package = os.path.dirname(os.path.dirname(ENTRY)) + "/package.json"
        self.write(package, version)
        for path in ("/opt", "/opt/oc", "/opt/oc/lib", os.path.dirname(package)):
            self.sudo("chmod", "755", path)

    def stage(self, row):
        unit = row.more.get("unit", UNIT)
        folder = "/etc/systemd/system" if self.root else "~/.config/systemd/user"
        text = f"[Service]\n{row.service}\nExecStart={NODE} {ENTRY} gateway --port 18789\n{row.env}[Install]\nWantedBy=default.target\n"
        if not self.root:
            self.write("~/.openclaw/openclaw.json", CONFIG)
            self.write("/srv/seen/unit", text)
        late = row.more.get("late")
        self.write(f"{folder}/{unit}", text)
        if late:
            self.reload()
        for name, content in row.more.get("files", {}).items():
            self.write(name, content)
        if not late:
            self.reload()
        for name in row.more.get("root", ()):
            self.sudo("chown", "root:root", self.path(name))
            self.sudo("chmod", "600", self.path(name))
        if "instance" in row.more:
            subprocess.run([*self.systemctl, "enable", row.more["instance"]], check=True, capture_output=True)
        owner = row.more.get("owner")
        if owner:
            home = pwd.getpwnam(owner).pw_dir
            os.makedirs(home, exist_ok=True)
            subprocess.run(["chown", "-R", f"{owner}:", home], check=True)
        if row.more.get("mask"):
            os.remove(self.path(f"{folder}/{unit}"))
            os.symlink("/dev/null", self.path(f"{folder}/{unit}"))
            self.reload()

    def reload(self):
        subprocess.run([*self.systemctl, "daemon-reload"], check=True, capture_output=True)

    def report(self):
        done = subprocess.run([self.doctor, "doctor", "--json", "--offline", "--key", KEY], capture_output=True, timeout=60,
                              stdin=subprocess.DEVNULL)
        if VALUE.encode() in done.stdout + done.stderr:
            raise RuntimeError("the value leaked")
        return json.loads(done.stdout)

    def start(self, row, verb="restart"):
        """What the service got: `set`, `unset`, or `failed`."""
        unit = row.more.get("instance", UNIT)
        subprocess.run(["rm", "-f", SEEN], check=True)
        subprocess.run([*self.systemctl, verb, unit], capture_output=True, timeout=30)
        return self.got(row)

    def got(self, row):
        unit = row.more.get("instance", UNIT)
        for _ in range(40):
            if os.path.exists(SEEN):
                with open(SEEN, encoding="utf-8") as file:
                    return "set" if VALUE in file.read() else "unset"
            state = subprocess.run([*self.systemctl, "show", "-p", "ActiveState", "--value", unit], capture_output=True, text=True)
            if state.stdout.strip() == "failed":
                break
            time.sleep(0.05)
        return "failed"

    def clean(self, row):
        unit = row.more.get("instance", UNIT)
        subprocess.run([*self.systemctl, "stop", unit], capture_output=True)
        folder = "/etc/systemd/system" if self.root else self.path("~/.config/systemd/user")
        self.sudo("rm", "-rf", f"{folder}/{row.more.get('unit', UNIT)}", f"{folder}/{UNIT}.d", f"{folder}/openclaw-gateway.d")
        for name in row.more.get("files", {}):
            self.sudo("rm", "-rf", self.path(name))
        shutil.rmtree(self.path("~/.openclaw"), ignore_errors=True)
        self.reload()
        subprocess.run([*self.systemctl, "unset-environment", KEY], capture_output=True)
        subprocess.run([*self.systemctl, "reset-failed"], capture_output=True)


def view(report):
    keys = [key for key in report["keys"] if key["name"] == KEY]
    return keys[0]["views"]["next_start"]["state"] if keys else "missing"


def found(report, name):
    return next((one for one in report["findings"] if one["id"] == name), None)


def play(machine, row):
    wrong = []
    machine.stage(row)
    said = view(machine.report())
    expected = row.more.get("got") or ("failed" if row.more.get("starts") is False else row.said)
    got = machine.start(row)
    if said != row.said:
        wrong.append(f"the doctor says {said}, the table {row.said}")
    if got != expected:
        wrong.append(f"systemd gave {got}, the table says {expected}")
    report = machine.report()
    ids = [one["id"] for one in report["findings"] if one["severity"] == "error"]
    if row.finding is None and row.said != "unset" and row.more.get("got") is None:
        wrong += [f"false alarm: {name}" for name in ids if name.startswith(("service-", "env-file", "key-", "unit-"))]
    if row.finding:
        finding = found(report, row.finding)
        if not finding:
            wrong.append(f"no {row.finding}: {ids}")
        elif row.more.get("runs_fix", True):
            wrong += follow(machine, row, finding)
    return {"row": row.name, "text": row.text, "said": said, "got": got, "wrong": wrong}


def follow(machine, row, finding):
    """Runs the commands as they stand."""
    wrong = []
    subprocess.run(["rm", "-f", SEEN], check=True)
    for command in finding["remedy"]["commands"]:
        done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60,
                              env={**os.environ, "EDITOR": "true"})
        if done.returncode:
            wrong.append(f"`{command}`: status {done.returncode}: {done.stderr.strip()[-200:]}")
    if row.cured and machine.got(row) != "set":
        wrong.append(f"after {finding['remedy']['commands']} the service has {machine.got(row)}")
    if found(machine.report(), row.finding):
        wrong.append(f"{row.finding} is still there after {finding['remedy']['commands']}")
    return wrong


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--doctor", required=True)
    parser.add_argument("--only", action="append", default=[])
    chosen = parser.parse_args()
    machine = Machine(chosen.doctor)
    os.makedirs(machine.path("~/bin"), exist_ok=True)
    with open(machine.path("~/bin/sudo"), "w", encoding="utf-8") as file:
        file.write(SUDO)
    os.chmod(machine.path("~/bin/sudo"), 0o755)
    os.environ["PATH"] = machine.path("~/bin") + ":" + os.environ["PATH"]
    machine.install()
    for row in root_rows() if machine.root else user_rows():
        if chosen.only and row.name not in chosen.only:
            continue
        try:
            result = play(machine, row)
        except (subprocess.SubprocessError, OSError, ValueError, RuntimeError) as error:
            result = {"row": row.name, "text": row.text, "said": "-", "got": "-", "wrong": [repr(error)[:300]]}
        print(json.dumps(result), flush=True)
        machine.clean(row)


main()
