"""Starts the Gateways of ping_rows.py inside the sandbox and asks the doctor about each; one JSON line per look."""
import argparse
import concurrent.futures
import hashlib
import json
import os
import re
import ssl
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

sys.dont_write_bytecode = True
from machine import READY_SECONDS, Broken, say  # noqa: E402
from edge import Edge  # noqa: E402
from ping_rows import GATEWAYS, OTHER, SECRETS, SERVICE_ID, SERVICE_SECRET, TOKEN  # noqa: E402

FIRST_PORT = 18900
QUIET = 2.0  # seconds without a log line before a look
# Lines that a Gateway writes of itself, whoever looks.
OWN_WORDS = re.compile(r"event loop|eventLoop|heartbeat|memory|gc |model catalog|pricing|update|database-verify"
                       # Of a reverse proxy that it does not know: said once, of whoever comes through it.
                       r"|unattributable proxy-shaped traffic", re.I)
TRIES = 3  # a busy machine makes time-outs where there are none; every try is held against the rest of the table
SLACK = 8.0  # what a busy machine may add to a run


class Bench:
    """One Gateway: a profile with its own unit, state directory, port and log."""

    def __init__(self, row, number, chosen):
        self.row, self.port, self.chosen = row, FIRST_PORT + 10 * number, chosen
        self.home = os.environ["HOME"]
        self.state = f"{self.home}/.openclaw-{row.id}"
        self.unit = f"openclaw-gateway-{row.id}.service"
        self.log = f"{self.home}/logs/{row.id}.log"
        self.scheme, self.words, self.fingerprint_text, self.edge = "http", ["ping"], "", None
        for folder in (self.state, f"{self.home}/.config/systemd/user", f"{self.home}/logs"):
            os.makedirs(folder, mode=0o700, exist_ok=True)
        self.section = {"mode": "local", "port": self.port, "bind": "loopback", "auth": row.auth,
                        # Without its pages it has less to unpack when it starts.
                        "reload": {"mode": "off"}, "controlUi": {"enabled": False}, **row.gateway}
        if row.gateway.get("tls"):
            self.scheme = "https"
        self.config()
        self.write_unit()

    # -- the machine ---------------------------------------------------------------------
    def config(self, **changes):
        self.section.update(changes)
        with open(f"{self.state}/openclaw.json", "w", encoding="utf-8") as file:
            json.dump({"gateway": self.section, "logging": {"file": self.log}}, file)
        os.chmod(f"{self.state}/openclaw.json", 0o600)

    def write_unit(self):
        lines = {"HOME": self.home, "PATH": os.environ["PATH"], "OPENCLAW_STATE_DIR": self.state,
                 "OPENCLAW_CONFIG_PATH": f"{self.state}/openclaw.json", "OPENCLAW_PROFILE": self.row.id,
                 "OPENCLAW_GATEWAY_PORT": self.port, "OPENCLAW_SYSTEMD_UNIT": self.unit,
                 "OPENCLAW_SERVICE_MARKER": "openclaw", "OPENCLAW_SERVICE_KIND": "gateway", **self.row.env}
        environment = "".join(f"Environment={name}={value}\n" for name, value in lines.items())
        with open(f"{self.home}/.config/systemd/user/{self.unit}", "w", encoding="utf-8") as file:
            file.write(f"[Unit]\nDescription=OpenClaw Gateway (profile: {self.row.id})\n[Service]\n"
                       f"ExecStart={self.chosen.node} {self.chosen.package}/dist/index.js gateway --port {self.port}\n"
                       "Restart=always\nRestartSec=5\nRestartPreventExitStatus=78\nKillMode=mixed\n"
                       f"{environment}[Install]\nWantedBy=default.target\n")
        os.chmod(file.name, 0o600)

    def systemctl(self, *words):
        return subprocess.run(["systemctl", "--user", *words, self.unit], capture_output=True, text=True, timeout=400).stdout

    def start(self):
        self.systemctl("start")
        start = time.monotonic()
        while time.monotonic() - start < READY_SECONDS:
            if self.row.starts and self.ask("/readyz")[0] == 200:
                return time.monotonic() - start
            if not self.row.starts and "ActiveState=failed" in self.systemctl("show", "-p", "ActiveState"):
                return time.monotonic() - start
            time.sleep(0.25)
        raise Broken(f"{self.row.id} was not up after {READY_SECONDS} s\n{self.journal()[-2500:]}")

    def ask(self, path, secret=None, body=None):
        """(status, body) of a request of our own."""
        request = urllib.request.Request(f"{self.scheme}://127.0.0.1:{self.port}{path}", data=body)
        if body is not None:
            request.add_header("Content-Type", "application/json")
        if secret:
            request.add_header("Authorization", f"Bearer {secret}")
        context = ssl._create_unverified_context() if self.scheme == "https" else None
        try:
            with urllib.request.urlopen(request, timeout=15, context=context) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()
        except OSError:
            return 0, b""

    def journal(self):
        done = subprocess.run(["journalctl", "--user", "-u", self.unit, "-o", "cat", "--no-pager", "-q"],
                              capture_output=True, text=True)
        return done.stdout

    def lines(self):
        """What the Gateway wrote so far, to its log and to the journal."""
        try:
            with open(self.log, encoding="utf-8", errors="replace") as file:
                return file.read().splitlines() + self.journal().splitlines()
        except OSError:
            return self.journal().splitlines()

    def quiet(self):
        """Waits until the Gateway has nothing to say by itself; returns its lines."""
        lines, since, start = self.lines(), time.monotonic(), time.monotonic()
        while time.monotonic() - since < QUIET and time.monotonic() - start < 60:
            time.sleep(0.3)
            now = self.lines()
            if len(now) != len(lines):
                lines, since = now, time.monotonic()
        return lines

    def tree(self):
        """Files of the state directory with their text; journals of databases, and one made some time after a start, left out."""
        found = {}
        for folder, _, names in os.walk(self.state):
            for name in names:
                path = os.path.join(folder, name)
                if re.search(r"\.(sqlite|db)(-wal|-shm|-journal)$", name) or name == "openclaw-quarantine.sqlite":
                    continue
                try:
                    with open(path, "rb") as file:
                        found[path] = hashlib.sha256(file.read()).hexdigest()
                except OSError:
                    found[path] = "unreadable"
        return found

    # -- what happens before a look ------------------------------------------------------
    def full_report(self):
        self.words = []

    def bind_to_the_network(self):
        self.config(bind="lan")

    def ask_for_a_token(self):
        self.config(bind="loopback", auth={"mode": "token", "token": TOKEN})

    def turn_tls_off(self):
        self.config(tls={"enabled": False})

    def another_token(self):
        self.config(auth={**self.row.auth, "token": OTHER})

    def right_token(self):
        self.config(auth=self.row.auth)

    def fingerprint(self):
        with open(f"{self.state}/gateway/tls/gateway-cert.pem", encoding="utf-8") as file:
            self.fingerprint_text = hashlib.sha256(ssl.PEM_cert_to_DER_cert(file.read())).hexdigest()

    def wrong(self, times):
        return [self.ask("/tools/invoke", "wrong-on-purpose-by-the-bench", b"{}")[0] for _ in range(times)]

    def many_wrong_ones(self):
        """Until a refusal is held back for the full 5 s."""
        threads = [threading.Thread(target=self.wrong, args=(1,)) for _ in range(7)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def lock_out(self):
        got = self.wrong(4)
        if got[-1] != 429:
            raise Broken(f"the bench could not provoke a lock-out: {got}")

    def restart(self):
        self.systemctl("restart")
        self.start()

    def wait_for_the_end(self):
        start = time.monotonic()
        while self.ask("/tools/invoke", None, b"{}")[0] == 429 and time.monotonic() - start < 60:
            time.sleep(0.5)

    # -- the edge in front of it -----------------------------------------------------------
    def behind_edge(self, mode):
        if self.edge is None:
            os.makedirs(f"{self.home}/edge", mode=0o700, exist_ok=True)
            self.edge = Edge(f"{self.home}/edge", self.port)
        self.edge.mode = mode
        self.edge.seen.clear()

    def client_connects(self):
        """The product's own client, through the edge: its handshake carries what the doctor sends."""
        home = self.client_home(next(look for look in self.row.looks if look.before == "client_connects"))
        done = subprocess.run([self.chosen.node, f"{self.chosen.package}/dist/index.js", "gateway", "probe", "--json"],
                              env={**os.environ, "HOME": home}, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=240)
        seen = [headers for line, headers in self.edge.seen if line.startswith("GET /") and "upgrade" in headers]
        if not seen:
            raise Broken(f"the product's client did not come: {done.stdout[-800:]} {done.stderr[-800:]}")
        for headers in seen:
            if (headers.get("cf-access-client-id"), headers.get("cf-access-client-secret")) != (SERVICE_ID, SERVICE_SECRET):
                raise Broken(f"the product's client sent {sorted(headers)}")
        self.edge.seen.clear()

    def edge_complaints(self, look):
        """What the edge's log must not show."""
        secret = [any(text in json.dumps(headers) for text in SECRETS) for _, headers in self.edge.seen]
        wrong = ["the first request carries a secret"] if secret[:1] == [True] else []
        if any(TOKEN in json.dumps(headers) and "cf-access-client-id" not in headers for _, headers in self.edge.seen) \
                and look.edge.startswith("access"):
            wrong.append("the Gateway's token went out without the service token")
        return wrong

    # -- a look --------------------------------------------------------------------------
    def doctor(self, look):
        env = {name: value.format(port=self.port, edge=self.edge and self.edge.port) for name, value in look.env.items()}
        arguments = ["--profile", self.row.id]
        if look.client:
            env["HOME"], arguments = self.client_home(look), ["--service-manager", "none"]
        if look.edge:
            self.edge.seen.clear()
        start = time.monotonic()
        done = subprocess.run([self.chosen.doctor, "doctor", *self.words, "--json", *arguments], capture_output=True,
                              stdin=subprocess.DEVNULL, env={**os.environ, **env}, timeout=60)
        return done, time.monotonic() - start

    def client_home(self, look):
        """The home of a machine that only has a client."""
        home = f"{self.home}/clients/{self.row.id}"
        os.makedirs(f"{home}/.openclaw", mode=0o700, exist_ok=True)
        section = json.dumps(look.client).replace("{port}", str(self.port)).replace("{fingerprint}", self.fingerprint_text)
        if self.edge:
            section = section.replace("{edge}", str(self.edge.port)).replace("{edge_fingerprint}", self.edge.fingerprint)
        config = {"gateway": json.loads(section)}
        if '"exec"' in section:
            config["secrets"] = {"providers": {"vault": {"source": "exec", "command": "/usr/bin/false"}}}
        with open(f"{home}/.openclaw/openclaw.json", "w", encoding="utf-8") as file:
            json.dump(config, file)
        os.chmod(file.name, 0o600)
        return home

    def judge(self, look, done, seconds):
        wrong = [f"a secret leaked ({secret})" for secret in SECRETS if secret.encode() in done.stdout + done.stderr]
        try:
            report = json.loads(done.stdout)
        except ValueError:
            return wrong + [f"no report, exit {done.returncode}: {done.stderr.decode(errors='replace')[-400:]}"]
        told = [f"{'+' if ping['auth'] else '-'} {ping.get('status') or '-'} {ping.get('code') or '-'}"
                for ping in report["pings"] if ping["target"] == "gateway"]
        found = [one for one in report["findings"] if one["id"].startswith("gateway-") and not one["folded_under"]]
        ids = {one["id"] for one in found}
        if told != look.told:
            wrong.append(f"told {told}, not {look.told}")
        if ids != look.finds:
            wrong.append(f"found {sorted(ids)}, not {sorted(look.finds)}: {[one['title'] for one in found]}")
        if self.words and done.returncode != look.exit:
            wrong.append(f"exit {done.returncode}, not {look.exit}: {[(one['id'], one['severity']) for one in report['findings']]}")
        words = json.dumps(found, ensure_ascii=False)
        wrong += [f"no finding says {word!r}" for word in look.says if word not in words]
        if seconds > look.most_seconds + SLACK:
            wrong.append(f"took {seconds:.1f} s")
        return wrong + (self.edge_complaints(look) if look.edge else [])

    def play(self, look):
        if look.edge:
            self.behind_edge(look.edge)
        if look.before:
            getattr(self, look.before)()
        before, files = self.quiet(), self.tree()
        wrong, times = [], []
        for _ in range(look.runs):
            for left in reversed(range(TRIES)):
                done, seconds = self.doctor(look)
                times.append(round(seconds, 2))
                found = self.judge(look, done, seconds)
                late = any(word in text for text in found for word in ("'- - -'", "'+ - -'", "took ")) \
                    and not any("leaked" in text for text in found)
                if not (late and left):
                    break
            wrong += [text for text in found if text not in wrong]
        self.words = ["ping"]
        new = [line for line in self.quiet()[len(before):] if not OWN_WORDS.search(line)] if self.row.starts else []
        # The log comes before the journal, so a shift shows lines twice: look for what was not there at all.
        new = [line for line in new if line not in before]
        wrong += [f"the Gateway wrote: {line[:300]}" for line in new[:5]]
        after = self.tree()
        wrong += [f"its state changed: {path[len(self.state):]}" for path in sorted(files.keys() | after.keys())
                  if files.get(path) != after.get(path)][:5]
        return {"row": self.row.id, "text": look.text, "wrong": wrong, "runs": look.runs, "longest": max(times)}


def serve(row, number, chosen):
    bench = Bench(row, number, chosen)
    results = []
    try:
        subprocess.run(["systemctl", "--user", "daemon-reload"], check=True, timeout=120)
        seconds = bench.start()
        say(f"{row.id}: up after {seconds:.0f} s")
        for look in row.looks:
            results.append(bench.play(look))
            print(json.dumps(results[-1]), flush=True)
    except Broken as error:
        results.append({"row": row.id, "text": "", "wrong": [f"bench: {error}"]})
        print(json.dumps(results[-1]), flush=True)
    finally:
        bench.systemctl("stop")
        if bench.edge:
            bench.edge.stop()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--package", required=True)
    parser.add_argument("--node", required=True)
    parser.add_argument("--doctor", required=True)
    parser.add_argument("--jobs", type=int, default=3)
    parser.add_argument("--only", action="append")
    chosen = parser.parse_args()
    with open(f"{os.environ['HOME']}/.npmrc", "w", encoding="utf-8") as file:
        file.write("registry=http://127.0.0.1:9/\nfetch-retries=0\nupdate-notifier=false\n")
    rows = [(row, number) for number, row in enumerate(GATEWAYS) if not chosen.only or row.id in chosen.only]
    with concurrent.futures.ThreadPoolExecutor(chosen.jobs) as pool:
        for job in [pool.submit(serve, row, number, chosen) for row, number in rows]:
            job.result()


main()
