"""Plays random faults inside the sandbox: one JSON line a machine on stdout (see cure)."""
import json
import os
import random
import subprocess
import sys
import time

sys.dont_write_bytecode = True
from cure_faults import FAULTS  # noqa: E402
from cure_machine import Cured  # noqa: E402
from machine import UNIT, Broken, arguments  # noqa: E402

SETTLE = 3.0  # seconds after a Gateway is ready, until its workers are there
STEPS = 3


def empty_home(machine):
    """The home as the first machine found it, and a service manager that knows nothing of the last one."""
    machine.systemctl("disable", "--now", UNIT, check=False)
    machine.systemctl("kill", "--signal=KILL", UNIT, check=False)
    machine.systemctl("unmask", UNIT, check=False)
    machine.systemctl("reset-failed", UNIT, check=False)
    known = [line.partition("=")[0] for line in machine.systemctl("show-environment").splitlines()]
    more = {name for name in known if name.startswith(("CLOUDFLARE_", "CF_", "OPENCLAW_", "NODE_", "HTTPS_", "ANTHROPIC_"))}
    for name in sorted(more):
        machine.systemctl("unset-environment", name)
    for folder, folders, names in os.walk(machine.home):
        for name in folders:
            os.path.islink(os.path.join(folder, name)) or os.chmod(os.path.join(folder, name), 0o700)
    machine.remove(*os.listdir(machine.home))
    machine.systemctl("daemon-reload")


def ask(doctor, machine):
    """(exit status, report)."""
    done = subprocess.run([doctor, "doctor", "--json"], capture_output=True, stdin=subprocess.DEVNULL, env=machine.shell(),
                          timeout=60, cwd=machine.home)
    try:
        return done.returncode, json.loads(done.stdout)
    except ValueError:
        raise Broken(f"no report: {done.stderr.decode(errors='replace')[-500:]}") from None


def blocks(report, severity="error"):
    """Findings that are no consequence of another one, in the order in which they are printed."""
    return [one for one in report["findings"] if one["severity"] == severity and not one["folded_under"]]


def names(report):
    return [f"{one['severity'][0]}:{one['id']}" for one in report["findings"] if one["severity"] != "info" and not one["folded_under"]]


def cure(machine, doctor, report, result):
    """Follows the first block, asks again, follows the next one. Whether it was cured."""
    for step in range(1, STEPS + 1):
        first = (blocks(report) or blocks(report, "warning") or [None])[0]
        commands = (first or {}).get("remedy", {}).get("commands") if first and first.get("remedy") else None
        if not commands:
            return False
        said = machine.follow(commands)
        result["followed"].append({"id": first["id"], "commands": commands, "said": said})
        truth = machine.truth(again=4 if "turn:" in str(result["truth"]) else 1)
        result["steps"] = step
        if truth is None:
            return True
        result["after"] = truth
        _, report = ask(doctor, machine)
        result["told"].append(names(report))
    return False


def play(machine, doctor, fault):
    result = {"fault": fault.id, "text": fault.text, "followed": [], "told": [], "steps": 0, "verdict": ""}
    machine.healthy()
    if fault.hot:
        machine.restart()
        if not machine.up():
            raise Broken(f"a healthy Gateway did not start: {machine.log_tail()[-600:]}")
        time.sleep(SETTLE)
        time.sleep(2)  # a change has to be seen as later than the start
    fault.make(machine)
    if not fault.hot and fault.start:
        machine.systemctl("restart", UNIT, check=False)
    result["truth"] = truth = machine.truth() if fault.start or fault.hot else "it was never started"
    if truth is None:
        time.sleep(SETTLE)
    status, report = ask(doctor, machine)
    result["told"].append(names(report))
    alarms = [one["id"] for one in report["findings"] if one["severity"] == "error"]
    if truth is None:
        result["verdict"] = "false alarm" if alarms else "quiet"
        return result
    if status == 0 and not alarms:
        result["verdict"] = "wrong all-clear"
    cured = cure(machine, doctor, report, result)
    if cured:
        time.sleep(SETTLE)
        _, report = ask(doctor, machine)
        result["left"] = [one["id"] for one in report["findings"] if one["severity"] == "error"]
    if not result["verdict"]:
        result["verdict"] = "cured" if cured else "not cured"
    return result


def main():
    parser = arguments()
    parser.add_argument("--n", type=int, required=True)
    parser.add_argument("--seed", required=True)
    parser.add_argument("--stand-in", required=True)
    parser.add_argument("--seconds", type=int, required=True)
    parser.add_argument("--only", action="append")
    chosen = parser.parse_args()
    with open(chosen.stand_in, encoding="utf-8") as file:
        stand_in = json.load(file)
    choice = random.Random(chosen.seed)
    faults = [fault for fault in FAULTS if not chosen.only or fault.id in chosen.only]
    # No fault twice before every one was there once.
    order = []
    while len(order) < chosen.n:
        order += choice.sample(faults, len(faults))
    first = time.monotonic()
    for fault in order[:chosen.n]:
        began = time.monotonic()
        if began - first > chosen.seconds:
            break
        try:
            machine = Cured(chosen.package, chosen.node, stand_in)
            result = play(machine, chosen.doctor, fault)
        except (Broken, OSError, subprocess.TimeoutExpired) as error:
            result = {"fault": fault.id, "text": fault.text, "verdict": "bench", "truth": str(error)[-800:], "told": [], "followed": []}
        print(json.dumps({**result, "seconds": round(time.monotonic() - began, 1)}), flush=True)
        empty_home(machine)


if __name__ == "__main__":
    main()
