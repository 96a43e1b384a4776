"""What the running Gateway really has: its environ, its worker's environ, and its live `process.env`."""
import json
import os
import signal
import subprocess
import time

from machine import Broken, UNIT

WORKER = "/dist/process/spawn-broker/worker.js"
# Asks through node's own inspector; node brings the WebSocket client.
ASK = """
const [key] = process.argv.slice(1);
const [target] = await (await fetch('http://127.0.0.1:9229/json')).json();
const socket = new WebSocket(target.webSocketDebuggerUrl);
await new Promise((ok, no) => { socket.onopen = ok; socket.onerror = no; });
socket.send(JSON.stringify({ id: 1, method: 'Runtime.evaluate',
  params: { expression: `JSON.stringify(process.env[${JSON.stringify(key)}] ?? null)`, returnByValue: true } }));
const answer = await new Promise((ok) => { socket.onmessage = (m) => ok(JSON.parse(m.data)); });
console.log(answer.result.result.value);
socket.close();
"""


def environ(pid):
    """Environment at exec of a process, as a dictionary."""
    with open(f"/proc/{pid}/environ", "rb") as file:
        pairs = [entry.partition(b"=") for entry in file.read().split(b"\0") if b"=" in entry]
    return {key.decode("utf-8", "replace"): value.decode("utf-8", "replace") for key, _, value in pairs}


def children(pid):
    """Pids of all descendants."""
    parents = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat") as file:
                parents.setdefault(int(file.read().rpartition(")")[2].split()[1]), []).append(int(name))
        except OSError:
            continue
    found, todo = [], [pid]
    while todo:
        below = parents.get(todo.pop(), [])
        found += below
        todo += below
    return found


def worker(pid, patience=60):
    """Pid of the Gateway's spawn-broker worker."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        for child in children(pid):
            try:
                with open(f"/proc/{child}/cmdline", "rb") as file:
                    if WORKER.encode() in file.read():
                        return child
            except OSError:
                continue
        time.sleep(0.25)
    raise Broken(f"no worker below process {pid} after {patience} s")


def live(machine, pid, key):
    """The key in the live `process.env`, asked through the inspector; None when it is not bound."""
    os.kill(pid, signal.SIGUSR1)  # our own Gateway: opens the inspector on loopback
    for _ in range(20):
        done = subprocess.run([machine.node, "--input-type=module", "-e", ASK, key],
                              capture_output=True, text=True, timeout=30)
        if done.returncode == 0:
            return json.loads(done.stdout)
        time.sleep(0.5)
    raise Broken(f"the inspector did not answer: {done.stderr[-300:]}")


def watched(machine, key, patience=60):
    """The key in the live `process.env`, as the module watch-env.mjs writes it on any release."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        try:
            if os.stat(machine.watch).st_mtime > time.time() - 5:
                with open(machine.watch, encoding="utf-8") as file:
                    return json.load(file)["env"].get(key)
        except OSError:
            pass
        time.sleep(0.25)
    raise Broken(f"the Gateway wrote no environment for {patience} s\n{machine.log_tail()}")


def main_pid(machine):
    if machine.foreground:
        return machine.foreground.pid
    return int(machine.systemctl("show", UNIT, "-p", "MainPID", "--value") or 0)


def observe(machine, key):
    """{main, child, live} for one key; `live` is the truth, the other two are what can be seen from outside."""
    pid = main_pid(machine)
    if not pid:
        raise Broken(f"the Gateway does not run\n{machine.log_tail()}")
    if machine.preload:
        return {"main": environ(pid).get(key), "child": None, "live": watched(machine, key)}
    seen = {"main": environ(pid).get(key), "child": environ(worker(pid)).get(key)}
    seen["live"] = live(machine, pid, key)
    return seen
