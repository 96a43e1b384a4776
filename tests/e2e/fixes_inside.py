"""Plays the rows of fix_rows.py inside the sandbox; one JSON line per row on stdout."""
import argparse
import json
import os
import shutil
import subprocess
import sys
import time

sys.dont_write_bytecode = True
from doctor import FINGERPRINT_KEY, fingerprint  # noqa: E402
from fix_rows import ROWS  # noqa: E402
from machine import KEY, PORT, UNIT, Broken, Machine  # noqa: E402

LIMIT = 240  # seconds for the commands of one finding


def empty_home(machine):
    """The home as the first row found it."""
    for unit in (UNIT, "clawdbot-gateway.service"):
        machine.systemctl("disable", "--now", unit, check=False)
        machine.systemctl("reset-failed", unit, check=False)
    names = machine.systemctl("show-environment").splitlines()
    for name in (KEY, "OPENCLAW_GATEWAY_TOKEN"):
        if any(line.startswith(name + "=") for line in names):
            machine.systemctl("unset-environment", name)
    for name in os.listdir(machine.home):
        machine.remove(name)
    machine.systemctl("daemon-reload")


def with_cli(machine):
    """`openclaw` on PATH, as npm puts it there."""
    machine.write("bin/openclaw", f'#!/bin/sh\nexec {machine.node} {machine.package}/openclaw.mjs "$@"\n', 0o755)


def start(machine, can):
    if can:
        machine.restart()
        machine.wait_ready()
    else:
        machine.systemctl("start", UNIT, check=False)
        time.sleep(8)


def ask(doctor, machine, env):
    done = subprocess.run([doctor, "doctor", "--json", "--fingerprint-key", machine.path("fingerprint.key"), "--wait=60"],
                          capture_output=True, stdin=subprocess.DEVNULL, env=env, timeout=120)
    return json.loads(done.stdout)


def look(doctor, machine, env):
    done = subprocess.run([doctor, "doctor", "--json", "--fingerprint-key", machine.path("fingerprint.key")],
                          capture_output=True, stdin=subprocess.DEVNULL, env=env, timeout=60)
    try:
        return json.loads(done.stdout)
    except ValueError:
        raise Broken(f"no report: {done.stderr[-500:]}") from None


def run_commands(machine, commands, row, env):
    """As one would paste them into a terminal; returns what is exported afterwards, and complaints."""
    after = machine.path("exported")
    script = "set -e\n" + "\n".join(commands) + f"\nenv -0 > {after}\n"
    done = subprocess.run(["bash", "-c", script], input=(row.typed + "\n") * 3, capture_output=True, text=True, env=env, timeout=LIMIT)
    wrong = []
    if done.returncode != 0:
        wrong.append(f"the commands ended with {done.returncode}: {(done.stdout + done.stderr)[-600:]}")
    try:
        with open(after, encoding="utf-8") as file:
            env = dict(entry.split("=", 1) for entry in file.read().split("\0") if "=" in entry)
        os.remove(after)
    except OSError:
        pass
    return env, wrong


def play(machine, doctor, row):
    result = {"row": row.id, "text": row.text, "wrong": []}
    wrong = result["wrong"]
    with_cli(machine)
    machine.write_unit()
    machine.write("fingerprint.key", FINGERPRINT_KEY.decode())
    if row.start in ("before", "both"):
        machine.dotenv("k-older")
        provider = __import__("fix_rows").provider
        provider(machine)
        start(machine, True)
        time.sleep(3)
    row.prepare(machine)
    if row.start in ("after", "fails"):
        start(machine, row.start == "after")
    env = {**os.environ, **row.exports, "PATH": f"{machine.path('bin')}:{os.environ['PATH']}"}
    report = look(doctor, machine, env)
    ids = [finding["id"] for finding in report["findings"]]
    result["before"] = ids
    finding = next((finding for finding in report["findings"] if finding["id"] == row.id), None)
    if not finding:
        wrong.append(f"not told; told are {ids}")
        return result
    commands = finding["remedy"]["commands"] if finding["remedy"] else []
    result["commands"] = commands
    env, complaints = run_commands(machine, commands, row, env)
    wrong += complaints
    try:
        machine.wait_ready()
    except Broken as error:
        wrong.append(str(error)[:1500])
    time.sleep(2)
    report = look(doctor, machine, env)
    result["after"] = [finding["id"] for finding in report["findings"]]
    if row.id in result["after"]:
        wrong.append(f"{row.id} is told still")
    result["outcome"] = report["outcome"]
    if row.value:
        view = next((key["views"]["running"] for key in report["keys"] if key["name"] == KEY), {})
        if view.get("state") != "set" or view.get("fingerprint") != fingerprint(row.value):
            wrong.append(f"the Gateway has {view}, should be {fingerprint(row.value)}")
    return result


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--package", required=True)
    parser.add_argument("--node", required=True)
    parser.add_argument("--doctor", required=True)
    parser.add_argument("--part", type=int, default=0)
    parser.add_argument("--parts", type=int, default=1)
    parser.add_argument("--only", action="append")
    chosen = parser.parse_args()
    rows = [row for row in ROWS if not chosen.only or row.id in chosen.only][chosen.part::chosen.parts]
    for row in rows:
        machine = Machine(chosen.package, chosen.node)
        began = time.monotonic()
        try:
            result = play(machine, chosen.doctor, row)
        except (Broken, subprocess.TimeoutExpired) as error:
            result = {"row": row.id, "text": row.text, "wrong": [f"bench: {error}"]}
        result["seconds"] = round(time.monotonic() - began, 1)
        print(json.dumps(result), flush=True)
        empty_home(machine)


main()
