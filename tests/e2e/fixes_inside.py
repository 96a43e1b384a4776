"""Plays rows of fix_rows.py inside the sandbox; one JSON line per row on stdout."""
import json
import os
import subprocess
import sys
import time

sys.dont_write_bytecode = True
from doctor import FINGERPRINT_KEY, fingerprint  # noqa: E402
from fix_rows import ROWS, provider  # noqa: E402
from machine import KEY, UNIT, Broken, Machine, arguments  # noqa: E402

LIMIT = 300  # seconds for the commands of one finding
SETTLE = 3.0  # seconds after a Gateway is ready, until its workers are there


def empty_home(machine):
    """The home as the first row found it, and a service manager that knows nothing of the last one."""
    for unit in (UNIT, "clawdbot-gateway.service"):
        machine.systemctl("disable", "--now", unit, check=False)
        machine.systemctl("reset-failed", unit, check=False)
    known = [line.partition("=")[0] for line in machine.systemctl("show-environment").splitlines()]
    for name in {KEY, "OPENCLAW_GATEWAY_TOKEN"} & set(known):
        machine.systemctl("unset-environment", name)
    machine.remove(*os.listdir(machine.home))
    machine.systemctl("daemon-reload")


def tools(machine, row):
    """`openclaw` on PATH, as npm puts it there, and an editor that does what the row's person does."""
    machine.write("bin/openclaw", f'#!/bin/sh\nexec {machine.node} {machine.package}/openclaw.mjs "$@"\n', 0o755)
    machine.write("bin/editor", f'#!/bin/sh\nfor file; do :; done\nexec sed -i -E \'{row.edit}\' "$file"\n', 0o755)
    return {**os.environ, **row.exports, "PATH": f"{machine.path('bin')}:{os.environ['PATH']}",
            "EDITOR": machine.path("bin/editor") if row.edit else "false"}


def look(doctor, machine, env):
    done = subprocess.run([doctor, "doctor", "--json", "--fingerprint-key", machine.path("fingerprint.key")],
                          capture_output=True, stdin=subprocess.DEVNULL, env=env, timeout=60)
    try:
        return json.loads(done.stdout)
    except ValueError:
        raise Broken(f"no report: {done.stderr.decode(errors='replace')[-500:]}") from None


def follow(machine, commands, row, env):
    """Runs commands as one pastes them into a terminal. Returns the environment of that shell afterwards, and complaints."""
    exported = machine.path("exported")
    script = "\n".join(commands) + f"\nstatus=$?\nenv -0 > {exported}\nexit $status\n"
    done = subprocess.run(["bash", "-c", script], input=f"{row.typed}\n" * 3, capture_output=True, text=True, env=env, timeout=LIMIT)
    with open(exported, encoding="utf-8") as file:
        env = dict(entry.split("=", 1) for entry in file.read().split("\0") if "=" in entry)
    if done.returncode == 0:
        return env, []
    return env, [f"the last command ended with {done.returncode}: {(done.stdout + done.stderr)[-600:]}"]


def stage(machine, row):
    machine.write_unit()
    machine.write("fingerprint.key", FINGERPRINT_KEY.decode())
    if row.start == "before":
        provider(machine)
        machine.dotenv("k-older")
        machine.restart()
        machine.wait_ready()
        time.sleep(SETTLE)
    row.prepare(machine)
    if row.start == "after":
        machine.restart()
        machine.wait_ready()
        time.sleep(SETTLE)
    elif row.start == "fails":
        machine.systemctl("start", UNIT, check=False)
        time.sleep(3 * SETTLE)


def play(machine, doctor, row):
    """One row: make the fault, ask, do what is said, ask again."""
    env = tools(machine, row)
    stage(machine, row)
    report = look(doctor, machine, env)
    told = [finding["id"] for finding in report["findings"]]
    finding = next((finding for finding in report["findings"] if finding["id"] == row.id), None)
    if not finding or not finding["remedy"]:
        return [f"not told, or without a remedy; told are {told}"], []
    commands = finding["remedy"]["commands"]
    env, wrong = follow(machine, commands, row, env)
    machine.wait_ready()
    time.sleep(SETTLE)
    report = look(doctor, machine, env)
    left = [finding["id"] for finding in report["findings"]]
    if row.id in left or report["outcome"] == "errors":
        wrong.append(f"told afterwards: {left}")
    if row.value:
        view = next((key["views"]["running"] for key in report["keys"] if key["name"] == KEY), {})
        if view.get("state") != "set" or view.get("fingerprint") != fingerprint(row.value):
            wrong.append(f"the Gateway has {view}, should have {fingerprint(row.value)}")
    return wrong, commands


def main():
    parser = arguments()
    parser.add_argument("--part", type=int, required=True)
    parser.add_argument("--parts", type=int, required=True)
    parser.add_argument("--only", action="append")
    chosen = parser.parse_args()
    rows = [row for row in ROWS if not chosen.only or row.id in chosen.only][chosen.part::chosen.parts]
    for row in rows:
        machine = Machine(chosen.package, chosen.node)
        began, commands = time.monotonic(), []
        try:
            wrong, commands = play(machine, chosen.doctor, row)
        except (Broken, OSError, subprocess.TimeoutExpired) as error:
            wrong = [f"bench: {error}"]
        print(json.dumps({"row": row.id, "text": row.text, "wrong": wrong, "commands": commands,
                          "seconds": round(time.monotonic() - began, 1)}), flush=True)
        empty_home(machine)


main()
