"""The imitation of Cloudflare, and a home from which the doctor asks it."""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
TOOL = os.path.join(os.path.dirname(HERE), "tools", "fake-cloudflare.py")
KEY = "CLOUDFLARE_AI_GATEWAY_API_KEY"
CREDENTIALS = ("cf-access-client-id", "cf-access-client-secret", "x-api-key", "x-goog-api-key", "authorization", "cf-aig-authorization", "proxy-authorization", "cookie")
MOST = 4  # requests of one run
# What costs nothing.
FREE = ("/v1/models?limit=1", "/models", "/models?pageSize=1", "/models/search?per_page=1", "/tokens/verify")
PROVIDER = "cloudflare-ai-gateway"
CLOSED_PORT = 9  # nothing listens there: the part of a report that is not about Cloudflare stays the same everywhere


class Fake:
    """One running imitation."""

    def __init__(self, *options):
        self.folder = tempfile.mkdtemp(prefix="openclaw-fake-")
        self.process = subprocess.Popen([sys.executable, TOOL, "--decoy", "--hang", "20", *options],
                                        env={**os.environ, "TMPDIR": self.folder}, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        told = json.loads(self.process.stdout.readline() or "{}")
        if not told:
            raise RuntimeError(f"{TOOL} {' '.join(options)} did not start (is openssl installed?)")
        self.__dict__.update(told)

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=10)
        shutil.rmtree(self.folder, ignore_errors=True)

    def control(self, path, method="GET", body=None):
        """Asks the imitation itself; only where it speaks plain HTTP."""
        request = urllib.request.Request(f"{self.url}/__fake__/{path}", method=method,
                                         data=None if body is None else json.dumps(body).encode())
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.loads(answer.read())

    def log_file(self):
        return os.path.join(self.folder, "log")


class Home:
    """A temporary home with a config whose provider is the imitation."""

    def __init__(self):
        self.path = tempfile.mkdtemp(prefix="openclaw-presets-")
        os.makedirs(f"{self.path}/.openclaw", mode=0o700)
        os.makedirs(f"{self.path}/bin")
        self.planted = set()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.path, ignore_errors=True)

    def write(self, name, text, mode=0o600):
        path = f"{self.path}/{name}"
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(path, mode)

    def config(self, base_url, headers, api_key="${%s}" % KEY, port=CLOSED_PORT, api="anthropic-messages", provider_id=PROVIDER,
               more=None, model="claude-sonnet-4-6", others=None, default=None, fallbacks=None):
        provider = {"baseUrl": base_url, "api": api, "headers": headers, "models": [{"id": model, "name": "A model"}]}
        if api_key is not None:
            provider["apiKey"] = api_key
        provider.update(more or {})
        config = {"gateway": {"mode": "local", "port": port, "bind": "loopback",
                              "auth": {"mode": "token", "token": "presets-own-gateway-token-01"}},
                  "models": {"providers": {provider_id: provider}},
                  "agents": {"defaults": {"model": {"primary": default or f"{provider_id}/{model}"}}}}
        config["models"]["providers"].update(others or {})
        if fallbacks is None:
            fallbacks = [f"{name}/{other['models'][0]['id']}" for name, other in (others or {}).items()]
        if fallbacks:
            config["agents"]["defaults"]["model"]["fallbacks"] = list(fallbacks)
        self.planted.add("presets-own-gateway-token-01")
        self.write(".openclaw/openclaw.json", json.dumps(config, indent=2) + "\n")

    def plugin(self):
        """The provider's plugin, which an installed OpenClaw would have."""
        folder = ".openclaw/extensions/cloudflare-ai-gateway"
        manifest = {"id": "cloudflare-ai-gateway", "name": "Cloudflare AI Gateway", "version": "1.0.0",
                    "providers": ["cloudflare-ai-gateway"],
                    "configSchema": {"type": "object", "additionalProperties": False, "properties": {}},
                    "setup": {"providers": [{"id": "cloudflare-ai-gateway", "envVars": [KEY]}]}}
        self.write(f"{folder}/package.json", json.dumps({
            "name": "cloudflare-ai-gateway", "version": "1.0.0", "type": "module",
            "openclaw": {"extensions": ["./index.js"]}}), 0o644)
        self.write(f"{folder}/openclaw.plugin.json", json.dumps(manifest), 0o644)
        self.write(f"{folder}/index.js", "export default {};\n", 0o644)

    def service(self, port, **daemon):
        """An installed user unit that is not started, with this environment, and a manager that tells of it."""
        lines = "".join(f'Environment="{name}={value}"\n' for name, value in daemon.items())
        self.write("pkg/openclaw/package.json", '{"name":"openclaw","version":"2026.9.6"}\n', 0o644)
        self.write("pkg/openclaw/dist/index.js", "", 0o644)
        self.write(".config/systemd/user/openclaw-gateway.service",
                   f"[Service]\nExecStart=/bin/sh {self.path}/pkg/openclaw/dist/index.js gateway --port {port}\n"
                   f"{lines}Environment=OPENCLAW_SERVICE_MARKER=openclaw\n", 0o644)
        show = ("Id=openclaw-gateway.service\nLoadState=loaded\nActiveState=inactive\nSubState=dead\nMainPID=0\n"
                "NRestarts=0\nNeedDaemonReload=no\nUnitFileState=enabled\nExecMainStatus=0\n")
        self.write("show", show)
        self.write("bin/systemctl", "#!/bin/sh\ncase \"$*\" in *show-environment*) echo LANG=C.UTF-8 ;; "
                                    f"*) /bin/cat {self.path}/show ;; esac\n", 0o755)
        self.write("bin/loginctl", "#!/bin/sh\necho Linger=yes\n", 0o755)
        self.write("bin/journalctl", "#!/bin/sh\nexit 0\n", 0o755)

    def run(self, doctor, *words, manager="none", **env):
        """(exit status, stdout, stderr, seconds) of the doctor."""
        start = time.monotonic()
        done = subprocess.run([doctor, "doctor", *words, "--service-manager", manager],
                              env={"HOME": self.path, "PATH": f"{self.path}/bin:/usr/bin:/bin", "LANG": "C.UTF-8",
                                   "SHELL": "/bin/sh", **env},
                              cwd=self.path, stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
        return done.returncode, done.stdout, done.stderr, time.monotonic() - start


def is_about_model(path):
    """Whether a request asks for one model by its id, the free question after everything else passed."""
    return bool(re.search(r"/models/(?!search)[A-Za-z0-9._:-]+$", path))


def of_model(report):
    """What the question about the default model was told."""
    return [f"{ping.get('status') or '-'} {ping.get('code') or '-'} {ping['layer']}" for ping in report["pings"]
            if ping["target"] == "cloudflare" and is_about_model(ping["request"])]


def told(report):
    """What each request to Cloudflare was told, one word group each: `+ 401 2009 cloudflare`, behind the provider where it
    is not that of the default model. One about a model is left out."""
    return [f"{ping['provider'] + ': ' if 'provider' in ping else ''}{'+' if ping['auth'] else '-'} {ping.get('status') or '-'} {ping.get('code') or '-'} {ping['layer']}"
            for ping in report["pings"] if ping["target"] == "cloudflare" and not is_about_model(ping["request"])]


def findings(report):
    """Ids of what was found about Cloudflare, the way there and the key; consequences of another finding left out."""
    return {one["id"] for one in report["findings"]
            if re.match(r"cf-|key-|proxy-|ca-bundle", one["id"]) and not one["folded_under"]}


def by_provider(log, several):
    """The requests to each provider; several ones lie side by side below one gateway, by the segment behind it."""
    groups = {}
    for one in log:
        if one["role"] == "gateway":
            groups.setdefault(one["path"].split("/")[4:5][0] if several else "", []).append(one)
    return list(groups.values())


def complaints(log, secrets, several=False):
    """What the imitation's log must not show, whatever the preset (facts: order, budget, no bill, no stray secret)."""
    wrong = []
    for asked in by_provider(log, several):
        wrong += of_provider(asked, secrets)
    wrong += [f"the {one['role']} saw a secret" for one in log if one["role"] != "gateway" and holds(one, secrets)]
    wrong += ["a redirect was followed" for one in log if one["role"] == "decoy"]
    return wrong


def of_provider(asked, secrets):
    wrong = []
    if len(asked) > MOST:
        wrong.append(f"{len(asked)} requests, {MOST} at most")
    for number, one in enumerate(asked):
        headers = one["headers"]
        if one["billable"] or one["method"] != "GET" or not (one["path"].endswith(FREE) or is_about_model(one["path"]) and number == len(asked) - 1):
            wrong.append(f"request {number}: {one['method']} {one['path']} billable={one['billable']}")
        carried = sorted(name for name in CREDENTIALS if name in headers)
        if number == 0 and (carried or holds(one, secrets)):
            wrong.append(f"the first request carries {carried or 'a secret'}")
        wrong += [f"request {number}: several values of {name}" for name in carried if not isinstance(headers[name], str)]
        for name, value in (("cf-aig-collect-log", "false"), ("cf-aig-skip-cache", "true"),
                            ("cf-aig-max-attempts", "1"), ("cf-aig-no-wholesale", "true")):
            if headers.get(name) != value:
                wrong.append(f"request {number}: {name} is {headers.get(name)}")
        if holds({"path": one["path"], "body": one["body"]}, secrets):
            wrong.append(f"request {number}: a secret outside of the headers")
    return wrong


def holds(record, secrets):
    text = json.dumps(record)
    return bool(record.get("secrets_seen")) or any(secret in text for secret in secrets)
