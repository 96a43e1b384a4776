"""Runs inside the sandbox beside a real Gateway: times commands, and prints one JSON line per measurement."""
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import time

sys.dont_write_bytecode = True
from machine import KEY, UNIT, Machine, arguments, say  # noqa: E402

NODE_COMMANDS = ["doctor --lint --json", "doctor --non-interactive", "gateway status --json", "config validate --json"]
GATEWAYS = 50
NULL = os.open(os.devnull, os.O_RDWR)
QUIET = [(os.POSIX_SPAWN_DUP2, NULL, 0), (os.POSIX_SPAWN_DUP2, NULL, 1), (os.POSIX_SPAWN_DUP2, NULL, 2)]
TIME = shutil.which("time")


def once(command, env):
    """Wall seconds and processor seconds of one run; the latter count helpers, and do not count other work."""
    start = time.perf_counter()
    pid = os.posix_spawn(command[0], command, env, file_actions=QUIET)
    used = os.wait4(pid, 0)[2]
    return time.perf_counter() - start, used.ru_utime + used.ru_stime


def peak_kib(command, env):
    """Peak resident memory. GNU time forks from a small process; asking wait4 here would count this Python."""
    if not TIME:
        return None
    done = subprocess.run([TIME, "-f", "%M", *command], capture_output=True, text=True, env=env, stdin=subprocess.DEVNULL)
    last = (done.stderr.strip().splitlines() or [""])[-1]
    return int(last) if last.isdigit() else None


def sane(command, env, keys):
    """Ends the run unless the doctor gives a whole report: one that fails at once would look fast."""
    done = subprocess.run([*command, "--json"], capture_output=True, env=env, stdin=subprocess.DEVNULL)
    try:
        report = json.loads(done.stdout)
        whole = report["schema"].startswith("openclaw-doctor/report/") and len(report["keys"]) >= keys
    except (ValueError, KeyError):
        whole = False
    if not whole or done.returncode not in (0, 1, 3):
        sys.exit(f"no whole report (status {done.returncode}) from: {' '.join(command[:6])}\n"
                 f"{done.stderr.decode(errors='replace')[-800:]}")


def measure(name, command, n, env=None, keys=None):
    """Prints and returns the median. With `keys` the command is the doctor, and its report holds that many keys."""
    env = {**os.environ, **(env or {})}
    command = [shutil.which(command[0]) or command[0], *command[1:]]
    if keys is not None:
        sane(command, env, keys)
    once(command, env)  # warms the page cache
    runs = [once(command, env) for _ in range(n)]
    times = sorted(wall for wall, _ in runs)
    result = {"name": name, "ms": statistics.median(times) * 1000, "min_ms": times[0] * 1000, "n": n,
              "cpu_ms": statistics.median(cpu for _, cpu in runs) * 1000, "peak_kib": peak_kib(command, env)}
    print(json.dumps(result), flush=True)
    return result["ms"]


def sleepers(count):
    """Process ids of idle children; a killed parent takes them along with the sandbox."""
    pids = []
    for _ in range(count):
        pid = os.fork()
        if pid == 0:
            while True:
                signal.pause()
        pids.append(pid)
    return pids


def big_config(machine, size):
    """A valid config of about `size` bytes: many agents."""
    entry = {"name": "An agent of the benchmark", "workspace": "~/agents/agent-000000"}
    count = size // (len(json.dumps({"agent-000000": entry}, indent=6)) + 10)
    agents = {f"agent-{i:06}": {**entry, "workspace": f"~/agents/agent-{i:06}"} for i in range(count)}
    machine.config(agents={"ownership": "explicit", "entries": agents})
    return os.path.getsize(machine.path(".openclaw/openclaw.json"))


def many_gateways(machine):
    """Gateways of other profiles: a unit, a state directory and a running process each; the process is a stand-in."""
    names = [f"openclaw-gateway-bench{i:02}.service" for i in range(GATEWAYS)]
    for at, name in enumerate(names):
        machine.write(f".openclaw-bench{at:02}/openclaw.json", json.dumps({"gateway": {"mode": "local", "port": 19000 + at}}))
        machine.write(f".config/systemd/user/{name}", f"""[Service]
ExecStart=/bin/bash -c 'exec -a openclaw-gateway sleep 3600'
Environment=OPENCLAW_PROFILE=bench{at:02} OPENCLAW_GATEWAY_PORT={19000 + at} OPENCLAW_SERVICE_MARKER=openclaw
Environment=OPENCLAW_SYSTEMD_UNIT={name} OPENCLAW_SERVICE_KIND=gateway
""")
    machine.systemctl("daemon-reload")
    machine.systemctl("start", *names)
    return names


def hung_systemctl(machine):
    """A folder that holds a systemctl which never answers."""
    machine.write("hung/systemctl", "#!/bin/sh\nexec sleep 600\n", 0o755)
    return {"PATH": f"{machine.path('hung')}:{os.environ['PATH']}"}


def growth(machine, doctor, n):
    """Small case and large case of each, with the Gateway stopped so that it does not follow the changes."""
    machine.stop()
    machine.dotenv("k-from-dotenv")
    machine.config()
    measure("small config", [doctor, "doctor", "--offline"], n, keys=0)
    say(f"config of {big_config(machine, 2_000_000)} bytes")
    measure("2 MB config", [doctor, "doctor", "--offline"], n, keys=0)
    measure("doctor config, 2 MB", [doctor, "doctor", "config", "--offline"], n)
    machine.config()
    names = [f"BENCH_{i:03}_API_KEY" for i in range(200)]
    for what, some in (("1 key", names[:1]), ("200 keys", names)):
        machine.write(".openclaw/.env", "".join(f"{name}=k-{name.lower()}\n" for name in some))
        measure(what, [doctor, "doctor", "env", *some, "--offline"], n, keys=len(some))


def main():
    parser = arguments()
    parser.add_argument("--n", type=int, required=True)
    parser.add_argument("--cli", type=int, required=True, help="runs of the Node CLI's commands; 0 leaves them out")
    chosen = parser.parse_args()
    doctor, n = chosen.doctor, chosen.n
    machine = Machine(chosen.package, chosen.node)
    machine.write_unit()
    machine.dotenv("k-from-dotenv")
    machine.restart()
    say(f"the Gateway was ready after {machine.wait_ready():.0f} s")
    time.sleep(5)  # its start-up work ends after readiness
    measure("true", ["true"], n)
    measure("--version", [doctor, "--version"], n)
    measure("systemctl show", ["systemctl", "--user", "show", UNIT], n)
    measure("doctor --offline", [doctor, "doctor", "--offline"], n, keys=0)
    measure("doctor with pings", [doctor, "doctor"], n, keys=0)
    measure("doctor env", [doctor, "doctor", "env", KEY, "--offline"], n, keys=1)
    measure("doctor config", [doctor, "doctor", "config", "--offline"], n)
    measure("hung systemctl, --timeout 2", [doctor, "doctor", "--offline", "--timeout", "2"], 1, hung_systemctl(machine),
            keys=0)
    if chosen.cli:
        cli = [chosen.node, f"{chosen.package}/openclaw.mjs"]
        for words in NODE_COMMANDS:
            measure(f"openclaw {words}", [*cli, *words.split()], chosen.cli)
    pids = sleepers(10_000)
    measure("10 000 processes", [doctor, "doctor", "--offline"], n, keys=0)
    measure("systemctl show, 10 000 processes", ["systemctl", "--user", "show", UNIT], n)
    if shutil.which("pgrep"):
        # What one would type instead to look at every command line.
        measure("pgrep -f, 10 000 processes", ["pgrep", "-f", "no-such-gateway"], n)
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    for pid in pids:
        os.waitpid(pid, 0)
    names = many_gateways(machine)
    measure("50 Gateways", [doctor, "doctor", "--offline"], n, keys=0)
    machine.systemctl("stop", *names, check=False)
    machine.remove(*(f".config/systemd/user/{name}" for name in names))
    machine.systemctl("daemon-reload")
    growth(machine, doctor, n)


main()
