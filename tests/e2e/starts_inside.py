"""Starts a Gateway with every config of the files named with --rows, inside the sandbox; one JSON line per row."""
import concurrent.futures
import json
import os
import shutil
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request

sys.dont_write_bytecode = True
from machine import arguments  # noqa: E402

FIRST_PORT = 19100
PATIENCE = 240  # seconds until a Gateway is ready or has ended
ANY = ssl._create_unverified_context()


def write(path, text):
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(path, 0o600)


def ready(port, scheme):
    try:
        with urllib.request.urlopen(f"{scheme}://127.0.0.1:{port}/readyz", timeout=2, context=ANY if scheme == "https" else None) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


def outcome(process, port, scheme):
    """"ready", the exit status, or why neither came."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if process.poll() is not None:
            return process.returncode
        if ready(port, scheme):
            return "ready"
        time.sleep(0.3)
    return f"neither ready nor ended after {PATIENCE} s"


def locked(kind, home, file):
    """Keeps the Gateway from writing the config; what starts a program so that it finds it that way."""
    if kind in ("folder", "closed"):
        os.makedirs(f"{home}/etc")
        shutil.copy(file, f"{home}/etc/openclaw.json")
    if kind == "closed":
        os.chmod(f"{home}/etc", 0o555)
    mounts = {"file": f"mount --bind {file} {file}",
              "folder": f"mount --bind {home}/etc {home}/etc && mount -o remount,bind,ro {home}/etc"}
    return ["unshare", "-Urm", "sh", "-c", f'{mounts[kind]} && exec "$@"', "-"] if kind in mounts else []


def play(chosen, number, row):
    home, port = f"{os.environ['HOME']}/start-{number}", FIRST_PORT + 10 * number
    config = dict(row["config"])
    config["gateway"] = {"port": port, **config["gateway"]}
    port = config["gateway"]["port"]
    file = f"{home}/.openclaw/openclaw.json"
    write(file, json.dumps(config))
    before = locked(row.get("lock"), home, file)
    write(f"{home}/.npmrc", "registry=http://127.0.0.1:9/\nfetch-retries=0\nupdate-notifier=false\n")
    # As npm puts it there; the doctor finds the installed release by it.
    os.makedirs(f"{home}/bin")
    os.symlink(f"{chosen.package}/openclaw.mjs", f"{home}/bin/openclaw")
    env = {"HOME": home, "PATH": f"{home}/bin:{os.environ['PATH']}", **row.get("env", {})}
    if row.get("lock") in ("folder", "closed"):
        file = env["OPENCLAW_CONFIG_PATH"] = f"{home}/etc/openclaw.json"
    doctor = subprocess.run([*before, chosen.doctor, "doctor", "config", file, "--json", "--offline"], env=env, capture_output=True,
                            stdin=subprocess.DEVNULL, timeout=60)
    verdict = json.loads(doctor.stdout)["gateway_start"]
    scheme = "https" if config["gateway"].get("tls", {}).get("enabled") else "http"
    # Marked as a service, it leaves the look for a cause of its own failure to others.
    with open(f"{home}/log", "wb") as log:
        process = subprocess.Popen([*before, chosen.node, f"{chosen.package}/openclaw.mjs", "gateway", "run"], cwd=home, stdin=subprocess.DEVNULL,
                                   env={**env, "OPENCLAW_SERVICE_MARKER": "openclaw"}, stdout=log, stderr=log)
        seen = outcome(process, port, scheme)
        process.kill()
        process.wait()
    with open(f"{home}/log", encoding="utf-8", errors="replace") as log:
        said = log.read()
    with open(file, encoding="utf-8") as written:
        changed = written.read() != json.dumps(config)
    wrong = by_outcome(row, verdict, seen, said, changed) if "outcome" in row else by_refusal(row, verdict, seen, said)
    return {"row": row["name"], "seen": seen, "why": verdict["why"], "wrong": wrong}


def by_refusal(row, verdict, seen, said):
    """What is wrong with a row of start_refusals.jsonl."""
    wrong = []
    wanted = "ends" if row["refused"] else "ready"
    if (seen == "ready") != (wanted == "ready") or isinstance(seen, str) and seen != "ready":
        wrong.append(f"the Gateway: {seen}, the table says {wanted}: {said[-500:]}")
    if (verdict["verdict"] == "refused") != (seen != "ready"):
        wrong.append(f"the doctor says {verdict['verdict']} ({verdict['why']}), the Gateway: {seen}")
    return wrong


def by_outcome(row, verdict, seen, said, changed):
    """What is wrong with a row of starts.jsonl."""
    # What the Gateway does, and whether it rewrites the file on the way.
    does = {"starts": ("ready", False), "migrated": ("ready", True), "deferred": ("ready", False), "exit-78": (78, False),
            "exit-1": (1, False)}
    wanted = does.get(row["outcome"], (seen if seen in (1, 78) else "the end", False))
    wrong = []
    if (seen, changed) != wanted:
        wrong.append(f"the Gateway: {seen}, file {'' if changed else 'not '}rewritten; the table says {row['outcome']}: {said[-500:]}")
    if (verdict["outcome"], verdict.get("ended_by")) != (row["outcome"], row["by"]):
        wrong.append(f"the doctor says {verdict['outcome']} by {verdict.get('ended_by')}, the table {row['outcome']} by {row['by']}")
    if row.get("log") and row["log"] not in said:
        wrong.append(f"the Gateway does not say {row['log']!r}: {said[-800:]}")
    return wrong


def main():
    parser = arguments()
    parser.add_argument("--jobs", type=int, required=True)
    parser.add_argument("--rows", required=True, action="append")
    parser.add_argument("--part", default="0/1")
    parser.add_argument("--only", default="")
    chosen = parser.parse_args()
    rows = []
    for name in chosen.rows:
        with open(name, encoding="utf-8") as file:
            rows += [json.loads(line) for line in file]
    # Where this machine is a container for OpenClaw, that is part of what happens here.
    contained = any(os.path.exists(path) for path in ("/.dockerenv", "/run/.containerenv"))
    rows = [row for row in rows if contained or not row.get("container")]
    rows = [row for row in rows if chosen.only in row["name"]]
    first, step = map(int, chosen.part.split("/"))
    rows = rows[first::step]
    print(json.dumps({"rows": len(rows)}), flush=True)
    with concurrent.futures.ThreadPoolExecutor(chosen.jobs) as pool:
        jobs = [pool.submit(play, chosen, number, row) for number, row in enumerate(rows)]
        for job in concurrent.futures.as_completed(jobs):
            print(json.dumps(job.result()), flush=True)


main()
