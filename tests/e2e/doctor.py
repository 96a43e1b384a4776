"""Asks the doctor, and compares its answer with the Gateway's truth."""
import hashlib
import hmac
import json
import os
import subprocess
import time

import truth

FINGERPRINT_KEY = b"real-gateway-fingerprint-key-000"
ACCEPTED = (0, 1, 3)  # judged; errors found; something could not be read


def fingerprint(value):
    """First 8 hex digits of HMAC-SHA-256 under FINGERPRINT_KEY, as the doctor documents it."""
    return hmac.new(FINGERPRINT_KEY, value.encode(), hashlib.sha256).hexdigest()[:8]


def tree(home):
    """What a reader must leave as it is: every name below the home with time, size and mode."""
    found = {}
    for folder, folders, names in os.walk(home):
        for path in [folder, *(os.path.join(folder, name) for name in folders + names)]:
            facts = os.lstat(path)
            found[path] = (facts.st_mtime_ns, facts.st_size, facts.st_mode)
    return found


class Doctor:
    def __init__(self, binary, machine):
        self.command, self.machine, self.times = binary, machine, []
        machine.write("fingerprint.key", FINGERPRINT_KEY.decode())

    def views(self, key, exports=None):
        """({shell, next_start, running}, complaints) of one key."""
        # Only while no Gateway runs: a running one writes into its state directory all the time.
        before = None if truth.main_pid(self.machine) else tree(self.machine.home)
        start = time.monotonic()
        done = subprocess.run([self.command, "doctor", "env", key, "--json", "--offline", "--fingerprint-key",
                               self.machine.path("fingerprint.key")], capture_output=True, stdin=subprocess.DEVNULL,
                              env={**os.environ, **(exports or {})}, timeout=60)
        self.times.append(time.monotonic() - start)
        wrong = [] if done.returncode in ACCEPTED else [f"exit status {done.returncode}"]
        wrong += [f"a planted value leaked ({value})" for value in sorted(self.machine.planted)
                  if value.encode() in done.stdout + done.stderr]
        if before is not None:
            after = tree(self.machine.home)
            wrong += [f"the doctor touched {path}" for path in sorted(before.keys() | after.keys())
                      if before.get(path) != after.get(path)]
        try:
            report = json.loads(done.stdout)
            return next(entry for entry in report["keys"] if entry["name"] == key)["views"], wrong
        except (ValueError, KeyError, StopIteration) as error:
            return None, wrong + [f"no usable report ({error!r}): {done.stderr.decode(errors='replace')[-400:]}"]


def as_seen(views, which, live):
    """Complaints about one view against the live value, on a release of which nothing else is known."""
    view = (views or {}).get(which) or {}
    state = view.get("state")
    if not views or state == "unknown":
        return [f"{which}: unknown ({view.get('evidence')})"] if views else []
    if live is None:
        right = state in ("unset", "removed")
    else:
        right = state == "set" and view.get("fingerprint") == fingerprint(live)
    proved = ", proved" if view.get("certainty") == "proved" else ""
    return [] if right else [f"{which}: says {state}{proved} ({view.get('evidence')}), the Gateway has {live}"]


def judge(views, which, state, value, source=None):
    """Complaints about one view against what is so."""
    if views is None:
        return []
    view, wrong = views.get(which) or {}, []
    if view.get("state") != state:
        wrong.append(f"{which}: says {view.get('state')}, is {state} ({view.get('evidence')})")
    wanted = None if value is None else fingerprint(value)
    if state == "set" and view.get("fingerprint") != wanted:
        wrong.append(f"{which}: fingerprint {view.get('fingerprint')}, should be {wanted}")
    if source and view.get("state") == "set" and view.get("source") != source:
        wrong.append(f"{which}: source {view.get('source')}, should be {source}")
    return wrong
