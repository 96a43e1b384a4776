"""Podman inside the sandbox, and one container with the real Gateway in it."""
import os
import re
import subprocess
import time

from truth import children, environ

ROOT = "/opt/containers"
CONFIG = """{ gateway: { mode: "local", port: %d, auth: { mode: "token", token: "made-up-token-of-nobody" } },
 models: { providers: { "cloudflare-ai-gateway": { baseUrl: "https://gateway.ai.cloudflare.com/v1/0123456789abcdef0123456789abcdef/g/anthropic",
 api: "anthropic-messages", apiKey: "${%s}", models: [{ id: "claude-sonnet-4-6", name: "S" }] } } },
 agents: { defaults: { model: { primary: "cloudflare-ai-gateway/claude-sonnet-4-6" } } } }
"""


def write(path, text, owner=None, mode=0o644):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(path, mode)
    if owner is not None:
        os.chown(path, owner, owner)
    return path


def root(name):
    """A small root, one for each container: they write to their /tmp."""
    top = f"{ROOT}/root/{name}"
    for folder in ("etc", "home/node", "tmp", "run", "app", "usr", "dev", "proc", "sys", "var", "node_modules", "opt/node", "opt/doctor"):
        os.makedirs(f"{top}/{folder}", exist_ok=True)
    for name in ("bin", "lib", "lib64", "sbin"):
        os.symlink(f"usr/{name}", f"{top}/{name}")
    os.chmod(f"{top}/tmp", 0o1777)
    os.chown(f"{top}/home/node", 1000, 1000)
    write(f"{top}/etc/passwd", "root:x:0:0:root:/root:/bin/sh\nnode:x:1000:1000:node:/home/node:/bin/sh\n")
    write(f"{top}/etc/group", "root:x:0:\nnode:x:1000:\n")
    return top


def prepare():
    """A Podman that works without controllers of cgroups."""
    write("/etc/containers/containers.conf",
          '[containers]\ndefault_sysctls = []\n[engine]\ncgroup_manager = "cgroupfs"\nevents_logger = "none"\nruntime = "crun"\n')
    write("/etc/containers/storage.conf",
          f'[storage]\ndriver = "vfs"\ngraphroot = "{ROOT}/store"\nrunroot = "/run/containers/storage"\n')


def podman(*words, **how):
    done = subprocess.run(["podman", *words], capture_output=True, text=True, timeout=60, **how)
    if done.returncode != 0:
        raise RuntimeError(f"podman {' '.join(words[:2])}: {done.stderr.strip()[-300:]}")
    return done.stdout.strip()


class Container:
    """The layout of the official image: /app, uid 1000, a small init as pid 1."""

    def __init__(self, name, key, port, package, node, doctor, network="none", cgroup=True):
        self.name, self.key, self.port, self.cgroup = name, key, port, cgroup
        self.state = f"{ROOT}/state/{name}"
        write(f"{self.state}/openclaw.json", CONFIG % (port, key), 1000, 0o600)
        os.chmod(self.state, 0o700)
        os.chown(self.state, 1000, 1000)
        modules, bin_folder = os.path.dirname(package), os.path.dirname(node)
        self.options = [
            "--name", name, "--init", "--init-path", "/usr/bin/catatonit", "--cgroups=disabled", "--pids-limit", "0",
            "--ulimit", "nofile=1024:1024", "--ulimit", "nproc=4096:4096", "--network", network, "--workdir", "/app",
            "--user", "1000:1000", "-v", "/usr:/usr:ro", "-v", f"{package}:/app:ro", "-v", f"{modules}:/node_modules:ro",
            "-v", f"{bin_folder}:/opt/node:ro", "-v", f"{os.path.dirname(doctor)}:/opt/doctor:ro",
            "-v", f"{self.state}:/home/node/.openclaw", "-e", "HOME=/home/node", "-e", "PATH=/opt/node:/usr/bin:/bin",
            "-e", "npm_config_registry=http://127.0.0.1:9/", "-e", "npm_config_fetch_retries=0"]

    def dotenv(self, text):
        write(f"{self.state}/.env", text, 1000, 0o600)

    def create(self, more):
        self.id = podman("create", *self.options, *more, "--rootfs", root(self.name),
                         "node", "dist/index.js", "gateway", "--bind", "lan", "--port", str(self.port))

    def start(self, verb="start"):
        """Without controllers Podman cannot make the group itself; it starts in one of the usual name."""
        group = f"/sys/fs/cgroup/machine.slice/libpod-{self.id}.scope"
        os.makedirs(group, exist_ok=True)

        def enter():
            if self.cgroup:
                with open(f"{group}/cgroup.procs", "w") as file:
                    file.write("0")
        podman(verb, self.name, preexec_fn=enter)

    def gateway(self):
        """Its process, as the host counts: the child of the small init."""
        first = int(podman("inspect", "--format", "{{.State.Pid}}", self.name))
        for _ in range(100):
            for pid in children(first) if first else []:
                try:
                    with open(f"/proc/{pid}/cmdline", "rb") as file:
                        words = file.read().decode("utf-8", "replace").split("\0")
                except OSError:
                    continue
                if "gateway" in words or words[0].startswith("openclaw"):
                    return pid
            time.sleep(0.1)
        raise RuntimeError(f"{self.name}: no Gateway below process {first}")

    def ready(self, patience=150):
        end = time.monotonic() + patience
        while time.monotonic() < end:
            pid = self.gateway()
            for child in children(pid):
                try:
                    with open(f"/proc/{child}/cmdline", "rb") as file:
                        if b"spawn-broker/worker" in file.read():
                            return pid, child
                except OSError:
                    continue
            time.sleep(0.5)
        log = subprocess.run(["podman", "logs", self.name], capture_output=True, text=True)
        raise RuntimeError(f"{self.name}: no worker after {patience} s\n{log.stderr[-600:]}{log.stdout[-600:]}")

    def has(self, pid):
        """The value in the environment at exec."""
        return environ(pid).get(self.key)

    def remove(self):
        subprocess.run(["podman", "rm", "-f", "-t", "0", self.name], capture_output=True, timeout=60)


def plain(text):
    """Words of a report for people, whatever its lines are broken to."""
    return re.sub(r"\s+", " ", text)
