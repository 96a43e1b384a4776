"""The machine inside the sandbox: a home, a systemd user unit, and the real OpenClaw Gateway.

Everything here runs as an ordinary user in a throw-away home; nothing outlives the sandbox.
"""
import argparse
import json
import os
import shutil
import subprocess
import time
import urllib.error
import urllib.request

PORT = 18820
UNIT = "openclaw-gateway.service"
# The key of the rows; BENCH_KEY names another one, for releases that do not start with this one and without its plugin.
KEY = os.environ.get("BENCH_KEY") or "CLOUDFLARE_AI_GATEWAY_API_KEY"
READY_SECONDS = 180
STUB = "bench-stub"


class Broken(Exception):
    """The bench itself could not do its work (not a verdict on the doctor)."""


def arguments():
    """A parser of what every script inside the sandbox is given."""
    parser = argparse.ArgumentParser()
    for name in ("--package", "--node", "--doctor"):
        parser.add_argument(name, required=True)
    return parser


def say(text):
    """Progress for people; stdout belongs to the results."""
    os.write(2, (text + "\n").encode())


class Machine:
    def __init__(self, package, node):
        self.home = os.environ["HOME"]
        self.state = f"{self.home}/.openclaw"
        self.units = f"{self.home}/.config/systemd/user"
        self.package, self.node = package, node
        self.foreground = None
        self.planted = set()  # every value ever written, for the leak scan
        self.any_answer = False  # whether any answer of the port counts as ready: old releases have no health pages
        self.preload = None  # a module that is loaded before the Gateway
        for folder in (self.state, self.units):
            os.makedirs(folder, mode=0o700, exist_ok=True)
        # Without this the Gateway spends a minute on looking up the provider package.
        self.write(".npmrc", "registry=http://127.0.0.1:9/\nfetch-retries=0\nupdate-notifier=false\n")
        self.config()

    # -- files -----------------------------------------------------------------------------
    def path(self, name):
        return f"{self.home}/{name}"

    def write(self, name, text, mode=0o600):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as out:
            out.write(text)
        os.chmod(path, mode)

    def remove(self, *names):
        for name in names:
            path = self.path(name)
            shutil.rmtree(path) if os.path.isdir(path) else os.path.lexists(path) and os.remove(path)

    def read(self, name):
        with open(self.path(name), encoding="utf-8") as file:
            return file.read()

    def config(self, **more):
        token = "bench-gateway-token-0123456789"
        gateway = {"mode": "local", "port": PORT, "bind": "loopback", "auth": {"mode": "token", "token": token}}
        self.planted.add(token)
        self.write(".openclaw/openclaw.json", json.dumps({"gateway": gateway, **more}, indent=2) + "\n")

    def dotenv(self, value):
        """Puts the key into the state directory's `.env`; None removes the file."""
        if value is None:
            return self.remove(".openclaw/.env")
        self.planted.add(value)
        self.write(".openclaw/.env", f"{KEY}={value}\n")

    def drop_in(self, *lines, plant=None):
        """Replaces the only drop-in; without lines there is none."""
        self.remove(f".config/systemd/user/{UNIT}.d")
        if plant:
            self.planted.add(plant)
        if lines:
            self.write(f".config/systemd/user/{UNIT}.d/10-key.conf", "\n".join(("[Service]",) + lines) + "\n")
        if self.preload:
            self.write(f".config/systemd/user/{UNIT}.d/zz-preload.conf",
                       f'[Service]\nEnvironment="NODE_OPTIONS=--import={self.preload}"\n')
        self.systemctl("daemon-reload")

    def shell_file(self, name, *exports):
        """Writes exports to a start-up file of the shell."""
        self.planted.update(value for _, value in exports)
        self.write(name, "".join(f"export {key}={value}\n" for key, value in exports))

    def manager(self, value):
        """Sets the key in the user manager; None unsets it."""
        if value is None:
            return self.systemctl("unset-environment", KEY)
        self.planted.add(value)
        self.systemctl("set-environment", f"{KEY}={value}")

    def stub_plugin(self):
        """A plugin whose manifest declares the key: what the login-shell import goes by."""
        folder = f".openclaw/extensions/{STUB}"
        package = {"name": STUB, "version": "1.0.0", "type": "module", "openclaw": {"extensions": ["./index.js"]}}
        manifest = {"id": STUB, "name": "Bench stub", "version": "1.0.0", "providers": [STUB],
                    "configSchema": {"type": "object", "additionalProperties": False, "properties": {}},
                    "setup": {"providers": [{"id": STUB, "envVars": [KEY]}]}}
        self.write(f"{folder}/package.json", json.dumps(package), 0o644)
        self.write(f"{folder}/openclaw.plugin.json", json.dumps(manifest), 0o644)
        self.write(f"{folder}/index.js", f"export default {{ id: '{STUB}', name: 'Bench stub', register() {{}} }};\n", 0o644)

    # -- the service -----------------------------------------------------------------------
    def systemctl(self, *words, check=True):
        done = subprocess.run(["systemctl", "--user", *words], capture_output=True, text=True, timeout=400)
        if check and done.returncode != 0:
            raise Broken(f"systemctl --user {' '.join(words)}: {done.stderr.strip()}")
        return done.stdout.strip()

    def write_unit(self):
        """The unit as `gateway install` writes it when no key is managed."""
        path = f"{os.path.dirname(self.node)}:/usr/local/bin:/usr/bin:/bin"
        self.write(f".config/systemd/user/{UNIT}", f"""[Unit]
Description=OpenClaw Gateway
After=network-online.target
Wants=network-online.target
StartLimitBurst=10
StartLimitIntervalSec=300

[Service]
ExecStart={self.node} --max-old-space-size=8192 {self.package}/dist/index.js gateway --port {PORT}
Restart=always
RestartSec=5
RestartPreventExitStatus=78
TimeoutStopSec=330
TimeoutStartSec=30
SuccessExitStatus=0 143
OOMPolicy=continue
KillMode=mixed
Environment=HOME={self.home}
Environment=TMPDIR=/tmp
Environment=PATH={path}
Environment=NODE_OPTIONS=
Environment=OPENCLAW_GATEWAY_PORT={PORT}
Environment=OPENCLAW_SYSTEMD_UNIT={UNIT}
Environment="OPENCLAW_WINDOWS_TASK_NAME=OpenClaw Gateway"
Environment=OPENCLAW_WINDOWS_TASK_HIDDEN_LAUNCHER=1
Environment=OPENCLAW_SERVICE_MARKER=openclaw
Environment=OPENCLAW_SERVICE_KIND=gateway

[Install]
WantedBy=default.target
""")
        self.systemctl("daemon-reload")
        self.systemctl("enable", UNIT)

    def cli(self, *words, timeout=300):
        """Runs the real OpenClaw CLI."""
        command = [self.node, f"{self.package}/openclaw.mjs", *words]
        return subprocess.run(command, capture_output=True, text=True, timeout=timeout, stdin=subprocess.DEVNULL)

    def install(self):
        """`openclaw gateway install --force`, which also (re)starts the service."""
        done = self.cli("gateway", "install", "--force")
        if done.returncode != 0:
            raise Broken(f"gateway install: {(done.stdout + done.stderr)[-1500:]}")

    def restart(self):
        self.systemctl("reset-failed", UNIT, check=False)
        self.systemctl("restart", UNIT)

    def stop(self):
        self.systemctl("stop", UNIT, check=False)
        if self.foreground:
            self.foreground.terminate()
            self.foreground.wait(timeout=60)
            self.foreground = None

    def run_in_foreground(self, **exports):
        """`openclaw gateway run` as from a terminal, with exports."""
        self.planted.update(exports.values())
        if self.preload:
            exports["NODE_OPTIONS"] = f"--import={self.preload}"
        log = open(self.path("foreground.log"), "ab")
        self.foreground = subprocess.Popen([self.node, f"{self.package}/openclaw.mjs", "gateway", "run"],
                                           env={**os.environ, **exports}, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def wait_ready(self):
        """Seconds until `/readyz` answers 200."""
        start = time.monotonic()
        while time.monotonic() - start < READY_SECONDS:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/readyz", timeout=5) as answer:
                    if answer.status == 200:
                        return time.monotonic() - start
            except urllib.error.HTTPError:
                if self.any_answer:
                    return time.monotonic() - start
            except (urllib.error.URLError, OSError):
                pass
            time.sleep(0.25)
        raise Broken(f"the Gateway was not ready after {READY_SECONDS} s\n{self.log_tail()}")

    def log_tail(self):
        done = subprocess.run(["journalctl", "--user", "-u", UNIT, "-n", "40", "-o", "cat", "--no-pager"],
                              capture_output=True, text=True)
        return done.stdout[-3000:]
