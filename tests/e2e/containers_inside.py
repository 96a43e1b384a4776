"""The rows of tests/e2e/real_containers, as root inside the sandbox. One line for each, status 1 when any is wrong."""
import argparse
import concurrent.futures
import dataclasses
import http.server
import json
import os
import subprocess
import sys
import threading
import time

import containers_image
from containers_podman import ROOT, Container, plain, podman, prepare, write

KEY = "CLOUDFLARE_AI_GATEWAY_API_KEY"
OLD, NEW = "sk-ant-test-old-0000000000000001", "sk-ant-test-new-0000000000000002"
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclasses.dataclass
class Row:
    """How a container is made, and what is so."""
    id: str
    text: str
    make: list = dataclasses.field(default_factory=list)  # options of `podman create`
    files: dict = dataclasses.field(default_factory=dict)  # on the host
    dotenv: str = ""  # in the state directory
    shell: dict = dataclasses.field(default_factory=dict)  # of the asker on the host
    has: str = None  # value at exec, at every start
    child: str = None  # value of the worker
    finding: str = None  # told from the host
    commands: tuple = ()  # words that its commands have
    never: tuple = ()  # words that no command has
    follow: bool = False  # its commands are run as they stand, and then it is gone
    cgroup: bool = True
    network: str = "none"
    port: int = 0  # where it shares one with another program of the host


ROWS = [
    Row("run-e", "`-e` beats the .env of the state directory", ["-e", f"{KEY}={OLD}"], dotenv=f"{KEY}={NEW}\n",
        has=OLD, child=OLD, finding="env-shadowed-by-service", commands=("podman stop", "podman run as before"),
        never=("compose", "systemctl", ".env &&")),
    Row("env-file", "`--env-file` keeps quotes, and the value cannot be used", ["--env-file", f"{ROOT}/quoted.env"],
        {f"{ROOT}/quoted.env": f'{KEY}="{OLD}"\n'}, has=f'"{OLD}"', child=f'"{OLD}"', finding="value-unbalanced-quote",
        commands=("podman stop",), never=("compose", "systemctl")),
    Row("missing", "the host has the key and the container does not", shell={KEY: NEW}, has=None, child=None,
        finding="key-not-in-container", commands=("podman exec -i", "podman restart"), never=("compose", "systemctl"),
        follow=True),
    Row("compose", "made by Compose: the line of its env_file",
        ["--env-file", f"{ROOT}/project/claw.env", "--label", "com.docker.compose.service=claw",
         "--label", "com.docker.compose.project=project", "--label", f"com.docker.compose.project.working_dir={ROOT}/project",
         "--label", "com.docker.compose.project.config_files=compose.yaml"],
        {f"{ROOT}/project/claw.env": f"A=b\n{KEY}={OLD}\n", f"{ROOT}/project/compose.yaml":
         "services:\n  claw:\n    image: ghcr.io/example/claw\n    env_file: claw.env\n",
         "/root/openclaw/compose.yaml": f"services:\n  openclaw-other:\n    environment:\n      {KEY}: x\n"},
        dotenv=f"{KEY}={NEW}\n", has=OLD, child=OLD, finding="env-shadowed-by-service",
        commands=(f"+2 {ROOT}/project/claw.env", f"podman compose -f {ROOT}/project/compose.yaml up -d --force-recreate claw"),
        never=("/root/openclaw", "~/openclaw", "podman restart")),
    Row("quadlet", "a unit made from a .container file: its line, and the unit",
        ["-e", f"{KEY}={OLD}", "--label", "PODMAN_SYSTEMD_UNIT=claw.service"],
        {"/etc/containers/systemd/claw.container": f"[Container]\nImage=localhost/claw\nEnvironment={KEY}={OLD}\n",
         "/etc/containers/systemd/other.container": f"[Container]\nImage=localhost/openclaw\nEnvironment={KEY}=x\n"},
        dotenv=f"{KEY}={NEW}\n", has=OLD, child=OLD, finding="env-shadowed-by-service",
        commands=("+3 /etc/containers/systemd/claw.container", "systemctl daemon-reload && systemctl restart claw.service"),
        never=("other.container", "compose", "sudo ")),
    Row("no-cgroup", "a container without a group of its own", ["-e", f"{KEY}={OLD}"], has=OLD, child=OLD, cgroup=False),
    Row("mounted", "the key is in the .env of the mounted state directory alone", dotenv=f"{KEY}={NEW}\n", has=None, child=NEW,
        network="host"),
    Row("same-port", "another program has its port on the host, and is not asked with its token", ["-e", f"{KEY}={OLD}"],
        has=OLD, child=OLD, port=18777),
]


class Asked:
    """A report, and what was printed."""

    def __init__(self, command, env=None):
        base = {"HOME": "/root", "USER": "root", "PATH": PATH, "LANG": "C.UTF-8", "SHELL": "/bin/bash", **(env or {})}
        run = lambda *more: subprocess.run([*command, *more], env=base, cwd="/", capture_output=True, text=True,
                                           stdin=subprocess.DEVNULL, timeout=60)
        done, human = run("--json"), run("--color", "never")
        self.report, self.human, self.exit = json.loads(done.stdout), plain(human.stdout), done.returncode
        self.printed = done.stdout + done.stderr + human.stdout + human.stderr
        self.pid = self.report.get("examined", {}).get("pid")

    def view(self, which):
        key = next((one for one in self.report["keys"] if one["name"] == KEY), None)
        return key["views"][which] if key else {}

    def finding(self, name):
        return next((one for one in self.report["findings"] if one["id"] == name), None)

    def ids(self):
        return [one["id"] for one in self.report["findings"]]


class Stranger(http.server.ThreadingHTTPServer):
    """A program of root's on a port of the host; keeps what it was asked for."""

    def __init__(self, port):
        got = self.got = []

        class Answer(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                got.append(self.path)
                self.send_response(401)
                self.end_headers()

            def log_message(self, *_):
                pass

        super().__init__(("127.0.0.1", port), Answer)
        threading.Thread(target=self.serve_forever, daemon=True).start()


def play(row, port, chosen):
    """What went wrong, in lines."""
    wrong = []

    def wants(what, is_so, seen):
        if not is_so:
            wrong.append(f"{what}; seen: {seen}")

    stranger = Stranger(row.port) if row.port else None
    box = Container(f"claw-{row.id}", KEY, row.port or port, chosen.package, chosen.node, chosen.doctor, row.network, row.cgroup)
    try:
        for path, text in row.files.items():
            write(path, text)
        if row.dotenv:
            box.dotenv(row.dotenv)
        box.create(row.make)
        box.start()
        pid, worker = box.ready()
        wants("bench: value at exec", box.has(pid) == row.has, box.has(pid))
        wants("bench: value of the worker", box.has(worker) == row.child, box.has(worker))
        state = "unset" if row.child is None else "set"
        host = Asked([chosen.doctor, "--offline", "--container", box.name], row.shell)
        wants("the process is the container's Gateway", host.pid == pid, f"{host.pid}, not {pid}: {host.printed[:400]}")
        wants("the first lines name it", f"the container {box.name} (Podman)" in host.human[:300], host.human[:300])
        wants("the release is known", host.report["examined"]["openclaw_version"], host.report["examined"])
        for which in ("running", "next_start"):
            wants(f"from the host: {which} is {state}", host.view(which).get("state") == state, host.view(which))
        prints = {host.view(which).get("fingerprint") for which in ("running", "next_start")}
        wants("the next start has the value of this one", len(prints) == 1, prints)
        by_id = Asked([chosen.doctor, "--offline", "--container", box.id[:12]], row.shell)
        wants("it is found by its id", by_id.pid == pid, by_id.printed[:300])
        inside = Asked(["podman", "exec", box.name, "/opt/doctor/" + os.path.basename(chosen.doctor), "--offline"])
        wants(f"from inside: {state}", inside.view("running").get("state") == state, inside.view("running"))
        words = [word for one in inside.report["findings"] for word in (one.get("remedy") or {}).get("commands", [])]
        outside = [word for word in words if not word.startswith("# ") and any(tool in word for tool in ("podman", "systemctl", "sudo"))]
        wants("from inside no command is one of the host", not outside, outside)
        alex = Asked(["runuser", "-u", "alex", "--", chosen.doctor, "--offline", "--container", box.name], {"HOME": "/home/alex"})
        wants("another user knows nothing of it", alex.view("running").get("state") in ("unknown", None), alex.view("running"))
        wants("another user gets no all-clear", alex.report.get("outcome") not in ("ok", "warnings"), alex.report.get("outcome"))
        bare = Asked(["runuser", "-u", "alex", "--", chosen.doctor, "--offline"], {"HOME": "/home/alex"})
        wants("who has no OpenClaw is told of the container", "in a container" in bare.human and "--container claw-" in bare.human
              and "sudo" in bare.human, bare.human[:500])
        if row.finding:
            found = host.finding(row.finding) or {}
            commands = (found.get("remedy") or {}).get("commands", [])
            wants(f"{row.finding} is told", found, host.ids())
            for word in row.commands:
                wants(f"its commands have `{word}`", any(word in command for command in commands), commands)
            for word in row.never:
                wants(f"its commands do not have `{word}`", not any(word in command for command in commands), commands)
        else:
            wants("nothing is wrong", not [one for one in host.report["findings"] if one["severity"] == "error"], host.ids())
        leaks = [asked for asked in (host, by_id, inside, alex, bare) if OLD in asked.printed or NEW in asked.printed]
        wants("no value is printed", not leaks, [asked.human[:200] for asked in leaks])
        if row.follow and not wrong:
            for command in commands:
                done = subprocess.run(["bash", "-c", command], env={"HOME": "/root", "PATH": PATH, **row.shell}, cwd="/root",
                                      input=NEW + "\n", capture_output=True, text=True, timeout=90)
                wants(command, done.returncode == 0, done.stderr[-300:])
            pid, worker = box.ready()
            wants("the fix brought the key", box.has(worker) == NEW, box.has(worker))
            after = Asked([chosen.doctor, "--offline", "--container", box.name], row.shell)
            wants(f"{row.finding} is gone", not after.finding(row.finding), after.ids())
        elif not row.follow:
            box.start("restart")
            again = box.gateway()
            wants("the next start had what was said", again != pid and box.has(again) == row.has, box.has(again))
        if stranger:
            online = Asked([chosen.doctor, "--only", "gateway", "--container", box.name])
            wants("nobody is asked in its place", not stranger.got, stranger.got)
            wants("no finding about the other program", "gateway-port-foreign" not in online.ids(), online.ids())
    except (RuntimeError, ValueError, KeyError, OSError, subprocess.SubprocessError) as error:
        wrong.append(f"{type(error).__name__}: {error}")
    finally:
        box.remove()
    return wrong


def usage(doctor):
    """Names that lead nowhere are errors of usage."""
    wrong = []
    for name in ("nobody", "--all", "a b", "0123456789ab"):
        done = subprocess.run([doctor, "--json", "--offline", f"--container={name}"], capture_output=True, text=True,
                              env={"HOME": "/root", "PATH": PATH}, stdin=subprocess.DEVNULL, timeout=60)
        said = json.loads(done.stdout).get("error", {}).get("kind")
        if done.returncode != 2 or said != "usage":
            wrong.append(f"{name}: exit {done.returncode}, {done.stdout[:200]}")
    return wrong


def main():
    parser = argparse.ArgumentParser()
    for name in ("--doctor", "--package", "--node"):
        parser.add_argument(name, required=True)
    parser.add_argument("--only", action="append", default=[])
    chosen = parser.parse_args()
    prepare()
    subprocess.run(["useradd", "-m", "alex"], check=True)
    podman("info", "--format", "{{.Host.OCIRuntime.Name}}")
    rows = [row for row in ROWS if row.id in (chosen.only or [row.id])]
    failed = 0
    began = time.monotonic()

    def line(name, text, wrong):
        nonlocal failed
        failed += bool(wrong)
        print(f"{'FAIL' if wrong else 'ok  '} {name:10} ({time.monotonic() - began:.0f} s) {text}", flush=True)
        for one in wrong:
            print(f"       {one}", flush=True)

    line("names", usage.__doc__, usage(chosen.doctor))
    # Two at a time: a start takes most of a core.
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        jobs = {pool.submit(play, row, 18800 + at, chosen): row for at, row in enumerate(rows)}
        for job in concurrent.futures.as_completed(jobs):
            line(jobs[job].id, jobs[job].text, job.result())
    # Afterwards: its host has a Gateway of its own.
    if "image" in (chosen.only or ["image"]):
        line("image", containers_image.__doc__, containers_image.play(chosen, KEY, OLD, NEW))
    return 1 if failed else 0


sys.exit(main())
