"""Runs one group of rows inside the sandbox; one JSON line per row on stdout."""
import argparse
import json
import os
import sys
import time

sys.dont_write_bytecode = True
import truth  # noqa: E402
from doctor import Doctor, as_seen, judge  # noqa: E402
from machine import KEY, PORT, UNIT, Broken, Machine, say  # noqa: E402
from rows import GROUPS  # noqa: E402


def start(machine, row):
    """Starts the Gateway as the row says; seconds until it was ready."""
    if row.start == "none":
        return 0.0
    began = time.monotonic()
    if row.start == "install":
        machine.install()
    elif row.start == "foreground":
        machine.run_in_foreground(**row.exports)
    else:
        machine.restart()
    machine.wait_ready()
    return time.monotonic() - began


def predicted(row):
    """(view, value) that tells the next start before it happens."""
    which = "shell" if row.start == "foreground" else "next_start"
    return which, row.next_child if row.start == "none" else row.child


def play(machine, doctor, row):
    """One row: prepare, predict, start, observe, ask."""
    if machine.preload:
        return play_as_seen(machine, doctor, row)
    result = {"row": row.id, "text": row.text, "wrong": []}
    wrong = result["wrong"]
    row.prepare(machine)
    # `gateway install` is itself a change of the definition, so there is nothing to predict from before it.
    if doctor and row.start != "install":
        which, value = predicted(row)
        views, complaints = doctor.views(KEY, row.exports)
        wrong += complaints + judge(views, which, row.state, value, row.source)
        result["predicted"] = views and views.get(which)
    result["seconds"] = round(start(machine, row), 1)
    seen = truth.observe(machine, KEY)
    result["seen"] = seen
    for name, wanted in (("main", row.main), ("child", row.child), ("live", row.child)):
        if seen[name] != wanted:
            wrong.append(f"the Gateway itself: {name} is {seen[name]}, the table says {wanted}")
    wrong += row.also(machine) if row.also else []
    if doctor:
        views, complaints = doctor.views(KEY)
        wrong += complaints + judge(views, "running", row.state, seen["live"])
        if row.start == "install":
            wrong += judge(views, "next_start", row.state, row.child, row.source)
        result["running"] = views and views.get("running")
    return result


def unit_text(machine):
    """The lines of the unit that `gateway install` wrote, without what is of this machine."""
    text = machine.read(f".config/systemd/user/{UNIT}")
    for path, word in ((machine.package, "PACKAGE"), (machine.node, "NODE"), (os.path.dirname(machine.node), "NODE_DIR"),
                       (machine.home, "HOME"), (str(PORT), "PORT")):
        text = text.replace(path, word)
    return text.splitlines()


def play_as_seen(machine, doctor, row):
    """One row on a release of which nothing is known: what the doctor says before and after the start against what is."""
    result = {"row": row.id, "text": row.text, "wrong": []}
    row.prepare(machine)
    which, told = predicted(row)[0], None
    if row.start not in ("install", "none"):
        told, complaints = doctor.views(KEY, row.exports)
        result["wrong"] += complaints
        result["predicted"] = told and told.get(which)
    if row.start != "none":
        machine.remove(".watch.json")
    result["seconds"] = round(start(machine, row), 1)
    result["seen"] = truth.observe(machine, KEY)
    live = result["seen"]["live"]
    result["wrong"] += as_seen(told, which, live)
    views, complaints = doctor.views(KEY)
    result["wrong"] += complaints + as_seen(views, "running", live)
    result["running"] = views and views.get("running")
    if row.start == "install":
        result["wrong"] += as_seen(views, "next_start", live)
        result["unit"] = unit_text(machine)
    return result


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--group", choices=GROUPS, required=True)
    parser.add_argument("--package", required=True)
    parser.add_argument("--node", required=True)
    parser.add_argument("--doctor")
    parser.add_argument("--as-seen", action="store_true")
    chosen = parser.parse_args()
    machine = Machine(chosen.package, chosen.node)
    doctor = Doctor(chosen.doctor, machine) if chosen.doctor else None
    if chosen.as_seen:
        machine.any_answer, machine.watch = True, machine.path(".watch.json")
        module = os.path.join(os.path.dirname(os.path.abspath(__file__)), "watch-env.mjs")
        machine.preload = f"file://{module}?out={machine.watch}&port={PORT}"
        machine.drop_in()
    for row in GROUPS[chosen.group]:
        try:
            result = play(machine, doctor, row)
        except Broken as error:
            result = {"row": row.id, "text": row.text, "wrong": [f"bench: {error}"], "broken": True}
        print(json.dumps(result), flush=True)
        if result.get("broken"):
            break
    machine.stop()
    if doctor:
        say(f"{chosen.group}: doctor calls took {min(doctor.times) * 1000:.0f} to {max(doctor.times) * 1000:.0f} ms")


main()
