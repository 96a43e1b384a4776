"""A stand-in for the Gateway: its command line, its port, nothing else. And the home it belongs to."""
import os
import socket
import subprocess
import time

KEY = "CLOUDFLARE_AI_GATEWAY_API_KEY"
VALUE = "made-up-elsewhere-key-0123456789abcdef"
PORT = 18789
PACKAGE = "/opt/elsewhere/lib/node_modules/openclaw"
NODE = "/opt/elsewhere/bin/node"
ENTRY = f"{PACKAGE}/dist/index.js"
# Python under the name of node: the command line is what counts.
PROGRAM = """import socket
server = socket.create_server(("127.0.0.1", %d), reuse_port=True)
while True:
    server.accept()[0].close()
""" % PORT
PARENT = """import subprocess, sys
sys.exit(subprocess.run(sys.argv[1:]).returncode)
"""
CONFIG = """{
  gateway: { mode: "local", port: %d, bind: "loopback", auth: { mode: "token", token: "made-up-gateway-token-0000" } },
  models: { providers: { "cloudflare-ai-gateway": {
    baseUrl: "https://gateway.ai.cloudflare.com/v1/acc00000000000000000000000000001/my-gateway/anthropic",
    api: "anthropic-messages",
    apiKey: "${%s}",
    models: [{ id: "claude-sonnet-4-6", name: "Sonnet" }],
  } } },
}
""" % (PORT, KEY)


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def plant():
    """The package, a node, and programs by the names of supervisors."""
    write(f"{PACKAGE}/package.json", '{"name": "openclaw", "version": "2026.9.6"}\n')
    write(ENTRY, PROGRAM)
    write("/opt/elsewhere/parent.py", PARENT)
    os.makedirs(os.path.dirname(NODE), exist_ok=True)
    os.symlink("/usr/bin/python3", NODE)


def config(home, uid):
    state = f"{home}/.openclaw"
    write(f"{state}/openclaw.json", CONFIG)
    os.chmod(state, 0o700)
    os.chmod(f"{state}/openclaw.json", 0o600)
    for path in (state, f"{state}/openclaw.json"):
        os.chown(path, uid, -1)


class Gateway:
    """Runs a command that ends in a Gateway while the block runs."""

    def __init__(self, command, user=None, env=None):
        self.command, self.user, self.env, self.process = command, user, env, None

    @staticmethod
    def command():
        return f"{NODE} {ENTRY} gateway --port {PORT}"

    @staticmethod
    def under(parent):
        """The command below a process of that name."""
        folder = "/opt/elsewhere/parents"
        os.makedirs(folder, exist_ok=True)
        program = f"{folder}/{parent}"
        if not os.path.lexists(program):
            os.symlink("/usr/bin/python3", program)
        return [program, "/opt/elsewhere/parent.py", *Gateway.command().split()]

    @staticmethod
    def listens():
        try:
            socket.create_connection(("127.0.0.1", PORT), timeout=1).close()
            return True
        except OSError:
            return False

    def __enter__(self):
        who = {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []} if self.user else {}
        self.process = subprocess.Popen(self.command, env=self.env, cwd="/", start_new_session=True, **who)
        self.wait(True)
        return self

    def __exit__(self, *_):
        os.killpg(self.process.pid, 9)
        self.process.wait()
        self.wait(False)

    def wait(self, up):
        end = time.monotonic() + 30
        while self.listens() != up:
            if time.monotonic() > end or (up and self.process.poll() is not None):
                raise RuntimeError(f"the stand-in did not {'start' if up else 'end'}")
            time.sleep(0.1)
