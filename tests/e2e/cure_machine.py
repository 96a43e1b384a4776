"""A healthy onboarded machine whose model requests go to the stand-in, what the truth about it is, and its person."""
import http.client
import json
import os
import ssl
import subprocess
import time
import urllib.error
import urllib.request

from machine import KEY, PORT, UNIT, Machine

CLOUD = "gateway.ai.cloudflare.com"
TOKEN_NAME = "CF_AIG_TOKEN"
TOKEN = "cure-gateway-token-0123456789abcdef"
MODEL = "claude-sonnet-4-6"
PROVIDER = "cloudflare-ai-gateway"
CONFIG = ".openclaw/openclaw.json"
DOTENV = ".openclaw/.env"
UNIT_FILE = f".config/systemd/user/{UNIT}"
START = 100  # seconds that a start may take on a loaded machine


class Cured(Machine):
    """The machine, with the stand-in's account and keys."""

    def __init__(self, package, node, stand_in):
        self.keys, self.account, self.ca = stand_in["keys"], stand_in["account"], stand_in["ca"]
        super().__init__(package, node)
        self.good, self.token = self.keys["anthropic_good"], self.keys["cf_good"]
        self.base = f"https://{CLOUD}/v1/{self.account}/auth/anthropic"
        self.exports = {"NODE_EXTRA_CA_CERTS": self.ca}
        self.typed = self.good
        self.saved = {}

    # -- the healthy state -----------------------------------------------------------------
    def healthy(self):
        self.write(CONFIG, json.dumps({
            "gateway": {"mode": "local", "port": PORT, "bind": "loopback", "auth": {"mode": "token", "token": TOKEN},
                        "http": {"endpoints": {"chatCompletions": {"enabled": True}}}},
            "models": {"providers": {PROVIDER: {
                "baseUrl": self.base, "api": "anthropic-messages", "apiKey": "${%s}" % KEY,
                "headers": {"cf-aig-authorization": "Bearer ${%s}" % TOKEN_NAME},
                "models": [{"id": MODEL, "name": "Sonnet"}]}}},
            "agents": {"defaults": {"model": {"primary": f"{PROVIDER}/{MODEL}"}}}}, indent=2) + "\n")
        self.lines()
        self.write_unit()
        self.write(UNIT_FILE, self.read(UNIT_FILE).replace("[Install]", f"Environment=NODE_EXTRA_CA_CERTS={self.ca}\n\n[Install]"))
        self.systemctl("daemon-reload")
        self.systemctl("enable", UNIT)
        self.write("bin/openclaw", f'#!/bin/sh\nexec {self.node} {self.package}/openclaw.mjs "$@"\n', 0o755)
        self.saved = {name: self.read(name) for name in (CONFIG, DOTENV, UNIT_FILE)}
        for name, text in self.saved.items():
            self.write(f"healthy/{name.replace('/', '%')}", text)
        # Who opens a file in an editor makes it what it should be.
        self.write("bin/editor", f"""#!/bin/sh
for file; do :; done
good={self.home}/healthy/$(printf %s "${{file#{self.home}/}}" | tr / %)
if [ -f "$good" ]; then cat "$good" > "$file"
elif [ -f "$file" ]; then : > "$file"; fi
""", 0o755)

    def lines(self, *more, key=None, token=None):
        """The `.env`."""
        self.write(DOTENV, "\n".join([f"{KEY}={self.good if key is None else key}",
                                      f"{TOKEN_NAME}={self.token if token is None else token}", *more]) + "\n")

    def without_key(self, *more):
        self.write(DOTENV, "\n".join([f"{TOKEN_NAME}={self.token}", *more]) + "\n")

    def change(self, *path, to=None):
        """Sets a value of the config; None removes it."""
        config = json.loads(self.read(CONFIG))
        at = config
        for step in path[:-1]:
            at = at.setdefault(step, {}) if isinstance(step, str) else at[step]
        at.pop(path[-1], None) if to is None else at.__setitem__(path[-1], to)
        self.write(CONFIG, json.dumps(config, indent=2) + "\n")

    def provider(self, name, to=None):
        self.change("models", "providers", PROVIDER, name, to=to)

    def dropped(self, *lines, name="20-more.conf"):
        """A drop-in of the unit."""
        self.write(f".config/systemd/user/{UNIT}.d/{name}", "\n".join(("[Service]",) + lines) + "\n")
        self.systemctl("daemon-reload")

    def unit(self, old, new):
        self.write(UNIT_FILE, self.read(UNIT_FILE).replace(old, new))
        self.systemctl("daemon-reload")

    # -- its person ------------------------------------------------------------------------
    def shell(self):
        return {**os.environ, **self.exports, "PATH": f"{self.path('bin')}:{os.environ['PATH']}", "EDITOR": self.path("bin/editor")}

    def follow(self, commands, limit=240):
        """Runs commands as one pastes them into the terminal, which keeps its environment; the status and the last words."""
        exported = self.path("exported")
        script = "\n".join(commands) + f"\nstatus=$?\nenv -0 > {exported}\nexit $status\n"
        try:
            done = subprocess.run(["bash", "-c", script], input="".join(map(self.answers, commands)) + f"{self.typed}\n" * 2, capture_output=True, text=True,
                                  env=self.shell(), timeout=limit)
        except subprocess.TimeoutExpired:
            return "it did not end"
        with open(exported, encoding="utf-8") as file:
            env = dict(entry.split("=", 1) for entry in file.read().split("\0") if "=" in entry)
        own = {name: value for name, value in env.items() if os.environ.get(name) != value}
        self.exports = {name: value for name, value in own.items() if name not in ("PATH", "EDITOR", "_", "SHLVL", "PWD", "OLDPWD")}
        return "" if done.returncode == 0 else f"status {done.returncode}: {(done.stdout + done.stderr)[-400:]}"

    def answers(self, command):
        """What its person types where a command reads a line."""
        typed = self.token if TOKEN_NAME in command else self.typed
        return f"{typed}\n" * command.count("read -rs")

    # -- the truth -------------------------------------------------------------------------
    def up(self, limit=START):
        """Whether it is ready; gives up early where it has failed or loops."""
        end = time.monotonic() + limit
        while time.monotonic() < end:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/readyz", timeout=5) as answer:
                    if answer.status == 200:
                        return True
            except (urllib.error.URLError, OSError):
                pass
            show = self.systemctl("show", UNIT, "-p", "ActiveState,SubState,NRestarts", check=False)
            if "ActiveState=failed" in show or "ActiveState=inactive" in show or "SubState=auto-restart" in show:
                return False
            if "NRestarts=0" not in show:
                return False
            time.sleep(0.5)
        return False

    def truth(self, again=0):
        """None when one turn reaches the stand-in and a client of this user is let in; else what went wrong."""
        if not self.up():
            return f"not ready: {self.last_line()}"
        wrong = self.turn()
        if wrong and "timed out" in wrong:
            wrong = self.turn()  # a machine with much to do is slow
        while wrong and again:
            time.sleep(12)  # a key that was refused is set aside for a minute
            again -= 1
            wrong = self.turn()
        return wrong or self.client()

    def turn(self):
        before = len(self.seen())
        body = json.dumps({"model": "openclaw", "messages": [{"role": "user", "content": "ping"}]}).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{PORT}/v1/chat/completions", data=body, method="POST", headers={
            "authorization": f"Bearer {self.secret()}", "content-type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=90) as answer:
                said = answer.read().decode(errors="replace")
        except urllib.error.HTTPError as error:
            return f"turn: {error.code} {error.read()[:300].decode(errors='replace')}"
        except OSError as error:
            return f"turn: {error}"
        reached = [one for one in self.seen()[before:] if one.get("billable")]
        return None if reached and "pong" in said else f"turn: the model was not reached: {said[:300]}"

    def secret(self):
        """The Gateway's own secret, as its config has it now."""
        try:
            auth = json.loads(self.read(CONFIG))["gateway"]["auth"]
            return auth.get("token") or auth.get("password") or TOKEN
        except (ValueError, KeyError, OSError):
            return TOKEN

    def client(self):
        try:
            done = subprocess.run(["openclaw", "health"], capture_output=True, text=True, env=self.shell(), timeout=90,
                                  stdin=subprocess.DEVNULL)
        except subprocess.TimeoutExpired:
            return "client: no answer"
        return None if done.returncode == 0 else f"client: {(done.stdout + done.stderr)[-300:]}"

    def seen(self):
        """What the stand-in was asked."""
        connection = http.client.HTTPSConnection(CLOUD, timeout=10, context=ssl._create_unverified_context())
        connection.request("GET", "/__fake__/log")
        return json.loads(connection.getresponse().read())

    def last_line(self):
        return (self.log_tail().strip().splitlines() or ["no log"])[-1][:200]
