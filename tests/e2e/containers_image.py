"""The image of packaging/container beside a Gateway of its host, made and started by the commands of docs/containers.md."""
import json
import os
import re
import subprocess
import time

from containers_podman import CONFIG, ROOT, plain, write
from truth import children, environ

HOME, PORT = "/home/sam", 18860
UNIT = """[Service]
Environment=HOME={home} PATH={bin}:/usr/bin:/bin {key}={value} npm_config_registry=http://127.0.0.1:9/ npm_config_fetch_retries=0
ExecStart={node} {package}/dist/index.js gateway --port {port}
[Install]
WantedBy=default.target
"""
# Findings about what is there on the host and not in the image.
MISSED = ("config-missing", "home-missing", "unit-runtime-missing", "gateway-not-installed", "not-onboarded", "linger-disabled",
          "user-bus-unavailable", "service-not-loaded", "unit-not-loaded", "state-dir-mismatch", "node-unsupported")
# Podman in the place of Docker. crun may not make the group of the container here:
# without controllers it would have to load a program of the kernel's for that.
AROUND = 'docker() { podman "$@"; }\n'


def prepare():
    write("/opt/crun", '#!/bin/sh\nexec /usr/bin/crun --cgroup-manager=disabled "$@"\n', mode=0o755)
    write("/opt/image.conf", '[containers]\ndefault_sysctls = []\npids_limit = 0\ndefault_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]\n'
          '[engine]\ncgroup_manager = "cgroupfs"\nevents_logger = "none"\nruntime = "crun"\n[engine.runtimes]\ncrun = ["/opt/crun"]\n')


def commands(page):
    """Those of the section: the build, the run with home and account, the run with `--pid`."""
    with open(page, encoding="utf-8") as file:
        section = re.split(r"^## ", file.read(), flags=re.MULTILINE)
    text = next(part for part in section if part.startswith("As a container beside it"))
    whole = text.replace("\\\n", " ")
    lines = [line.strip() for line in whole.splitlines() if line.startswith("    docker ")]
    return [re.sub(" +", " ", line) for line in lines]


class Image:
    """Built from the Containerfile, with the doctor that is tried."""

    def __init__(self, doctor, stage):
        self.doctor, self.stage = doctor, stage
        self.build, self.usual, self.by_pid = commands(f"{stage}/containers.md")
        # A program that is not static finds its libraries in the image no more.
        linked = b"/ld-linux" in subprocess.run(["ldd", doctor], capture_output=True).stdout
        folders = ["/lib64", f"/lib/{os.uname().machine}-linux-gnu"]
        self.libraries = " ".join(f"-v {os.path.realpath(one)}:{one}:ro" for one in folders) if linked else ""

    def shell(self, line):
        return subprocess.run(["bash", "-c", AROUND + line], cwd="/", capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=120,
                              env={"HOME": HOME, "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "CONTAINERS_CONF": "/opt/image.conf"})

    def make(self):
        context = f"{ROOT}/context"
        os.makedirs(context, exist_ok=True)
        subprocess.run(["cp", self.doctor, f"{context}/openclaw-doctor"], check=True)
        write(f"{context}/sbom.cdx.json", "{}")
        line = self.build.replace("target/static", context).replace("packaging/container", self.stage)
        done = self.shell(line)
        if done.returncode != 0:
            raise RuntimeError(f"{line}: {done.stderr[-400:]}")

    def ask(self, line, *more):
        """The report of one of the documented commands, and all that it printed."""
        mounted = line.replace(" openclaw-doctor", f" {self.libraries} openclaw-doctor", 1)
        done = self.shell(" ".join([mounted, "--json", *more]))
        try:
            return json.loads(done.stdout), done.stdout + done.stderr
        except ValueError:
            raise RuntimeError(f"{line}: status {done.returncode}, {done.stderr[-400:]}") from None


def service(key, value, package, node):
    """A Gateway of sam's under their own manager; returns its process."""
    if not os.path.isdir(HOME):
        subprocess.run(["useradd", "-m", "sam"], check=True)
    uid = int(subprocess.run(["id", "-u", "sam"], check=True, capture_output=True, text=True).stdout)
    write(f"{HOME}/.openclaw/openclaw.json", CONFIG % (PORT, key), uid, 0o600)
    write(f"{HOME}/.config/systemd/user/openclaw-gateway.service",
          UNIT.format(home=HOME, bin=os.path.dirname(node), key=key, value=value, node=node, package=package, port=PORT), uid, 0o600)
    subprocess.run(["chown", "-R", "sam:", HOME], check=True)
    os.chmod(f"{HOME}/.openclaw", 0o700)
    subprocess.run(["loginctl", "enable-linger", "sam"], check=True)
    manager = ["runuser", "-u", "sam", "--", "env", f"XDG_RUNTIME_DIR=/run/user/{uid}", "systemctl", "--user"]
    for _ in range(100):
        if os.path.exists(f"/run/user/{uid}/bus"):
            break
        time.sleep(0.2)
    subprocess.run([*manager, "enable", "--now", "openclaw-gateway"], check=True, capture_output=True)
    for _ in range(300):
        asked = subprocess.run([*manager, "show", "-P", "MainPID", "openclaw-gateway"], capture_output=True, text=True)
        pid = int(asked.stdout.strip() or 0)
        if pid and any(environ(child).get(key) for child in children(pid)):
            return pid
        time.sleep(0.5)
    raise RuntimeError("the Gateway of the host did not start")


def play(chosen, key, old, new):
    """What went wrong, in lines."""
    wrong = []

    def wants(what, is_so, seen):
        if not is_so:
            wrong.append(f"{what}; seen: {seen}")

    try:
        prepare()
        image = Image(chosen.doctor, os.path.dirname(chosen.doctor))
        image.make()
        pid = service(key, old, chosen.package, chosen.node)
        write(f"{HOME}/.openclaw/.env", f"{key}={new}\n", os.stat(f"{HOME}/.openclaw").st_uid, 0o600)
        for line in (image.usual, image.by_pid.replace(" PID", f" {pid}")):
            report, printed = image.ask(line)
            view = next((one["views"] for one in report.get("keys", []) if one["name"] == key), {})
            found = {one["id"]: (one.get("remedy") or {}).get("commands", []) for one in report.get("findings", [])}
            wants("it finds the Gateway", report.get("examined", {}).get("pid") == pid, printed[:600])
            for which in ("running", "next_start"):
                wants(f"{which}: the key is set", view.get(which, {}).get("state") == "set", view)
            wants("the line of the unit that wins is told", "env-shadowed-by-service" in found, found)
            words = [word for word in found.get("env-shadowed-by-service", []) if "podman" in word or "docker" in word]
            wants("its commands are those of the service", not words, words)
            wants("no file of the host is missed", not [one for one in found if one in MISSED], list(found))
            wants("no all-clear", report.get("outcome") not in ("ok", "warnings"), report.get("outcome"))
            wants("no value is printed", old not in printed and new not in printed, plain(printed)[:200])
        # What it lacks is said, and nothing else.
        report, printed = image.ask(image.usual.replace("--cap-add SYS_PTRACE", ""))
        wants("without the right it says which", "SYS_PTRACE" in report.get("error", {}).get("message", ""), printed[:400])
    except (RuntimeError, ValueError, KeyError, OSError, subprocess.SubprocessError) as error:
        wrong.append(f"{type(error).__name__}: {error}")
    return wrong
