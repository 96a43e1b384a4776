"""The rows of tests/e2e/elsewhere, as root inside the sandbox. One line for each, status 1 when any is wrong."""
import argparse
import json
import os
import pwd
import secrets
import subprocess
import sys
import time

from elsewhere_gateway import KEY, PACKAGE, PORT, VALUE, Gateway, config, plant

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
WAIT = 30  # seconds until something that was started is there


def until(what, test):
    end = time.monotonic() + WAIT
    while time.monotonic() < end:
        if test():
            return
        time.sleep(0.1)
    sys.exit(f"{what}: not after {WAIT} s")


def user(name, *groups):
    """An ordinary user with an own home."""
    subprocess.run(["useradd", "-m", "-s", "/bin/bash", name], check=True)
    found = pwd.getpwnam(name)
    config(found.pw_dir, found.pw_uid)
    return found


class Doctor:
    """Starts the doctor and keeps what it said for the complaints."""

    def __init__(self, binary):
        self.binary, self.report, self.human = binary, {}, ""

    def ask(self, who, *arguments, inside=(), env=None):
        """The JSON and the human report as a user sees them."""
        base = {"HOME": who.pw_dir, "USER": who.pw_name, "LOGNAME": who.pw_name, "SHELL": "/bin/bash", "PATH": PATH,
                "LANG": "C.UTF-8", KEY: VALUE, **(env or {})}

        def run(*more):
            command = [*inside, self.binary, "doctor", "--offline", *more, *arguments]
            # setpriv rather than su: no PAM session, so no bus of that user either.
            drop = ["setpriv", f"--reuid={who.pw_uid}", f"--regid={who.pw_gid}", "--clear-groups"]
            return subprocess.run(command if inside or who.pw_uid == 0 else drop + command, env=base, cwd="/",
                                  capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60)

        done = run("--json")
        self.report = json.loads(done.stdout)
        self.report["exit"] = done.returncode
        human = run("--color", "never")
        self.human = " ".join(human.stdout.split())  # lines are broken to the width of the terminal
        leaked = [text for text in (done.stdout, done.stderr, human.stdout, human.stderr) if VALUE in text]
        return ["the key leaked"] if leaked else []

    # -- what a report says ----------------------------------------------------------------------
    def finding(self, name):
        return next((one for one in self.report["findings"] if one["id"] == name), None)

    def commands(self):
        return [command for one in self.report["findings"] if one.get("remedy") for command in one["remedy"]["commands"]]

    def view(self, which):
        key = next((one for one in self.report["keys"] if one["name"] == KEY), None)
        return key["views"][which] if key else {}

    def why(self, check):
        return next((one.get("why") or "" for one in self.report["checks"] if one["id"] == check), "")


def wants(complaints, what, is_so, seen):
    if not is_so:
        complaints.append(f"{what}; seen: {seen}")


# -- the rows ------------------------------------------------------------------------------------
def foreign(doctor, alex):
    """A Gateway of bob's user manager, asked about by alex and by root."""
    bob = user("bob")
    subprocess.run(["loginctl", "enable-linger", "bob"], check=True)
    until("bob's manager", lambda: os.path.exists(f"/run/user/{bob.pw_uid}/systemd/private"))
    unit = f"{bob.pw_dir}/.config/systemd/user/openclaw-gateway.service"
    os.makedirs(os.path.dirname(unit))
    with open(unit, "w", encoding="utf-8") as file:
        file.write(f"[Service]\nEnvironment={KEY}={VALUE}\nExecStart={Gateway.command()}\n")
    subprocess.run(["chown", "-R", "bob:bob", bob.pw_dir], check=True)
    manager = ["systemctl", "--user", "-M", "bob@"]
    subprocess.run([*manager, "start", "openclaw-gateway.service"], check=True)
    until("bob's Gateway", Gateway.listens)
    try:
        wrong = doctor.ask(alex)
        found = doctor.finding("daemon-runs-as-other-user") or {}
        wants(wrong, "the other user is an error", found.get("severity") == "error", doctor.report["findings"])
        wants(wrong, "the command asks as bob", any(("sudo -iu bob " in one or "runuser -u bob " in one) and one.endswith("doctor") for one in doctor.commands()), doctor.commands())
        running = doctor.view("running")
        wants(wrong, "what bob's Gateway has is unknown, not missing", running.get("state") == "unknown", running)
        wants(wrong, "the reason names bob", "bob" in running.get("evidence", ""), running)
        wants(wrong, "the report for people says so", "user bob" in doctor.human, doctor.human[:600])
        wants(wrong, "no all-clear", doctor.report["outcome"] not in ("ok", "warnings"), doctor.report["outcome"])
        # Root sees through: the value in the environment of the process.
        wrong += doctor.ask(pwd.getpwnam("root"), env={"SUDO_USER": "bob", "HOME": bob.pw_dir})
        running = doctor.view("running")
        wants(wrong, "root by sudo of bob sees the key", running.get("state") == "set", running)
        return wrong
    finally:
        subprocess.run([*manager, "stop", "openclaw-gateway.service"], check=True)
        until("the end of bob's Gateway", lambda: not Gateway.listens())


def inside(doctor, _alex):
    """The doctor in a container, beside the Gateway."""
    root = pwd.getpwnam("root")
    config(root.pw_dir, 0)
    wrong = []
    for marker, kind in (("/.dockerenv", "docker"), ("/run/.containerenv", "podman")):
        # Its own /run has neither systemd nor a bus; its own /proc only its own processes.
        make = "mount -t tmpfs tmpfs /run; touch " + marker
        gateway = f"{Gateway.command()} & for i in $(seq 200); do grep -q ':496[0-9A-F] 0*:0000 0A' /proc/net/tcp && break; sleep 0.1; done"
        shell = f"{make}; {KEY}={VALUE} {gateway}; \"$@\"; status=$?; kill %1; exit $status"
        namespaces = ["unshare", "--mount", "--pid", "--fork", "--mount-proc", "bash", "-c", shell, "inside"]
        try:
            wrong += doctor.ask(root, inside=namespaces)
        finally:
            os.path.exists("/.dockerenv") and os.remove("/.dockerenv")
        why = doctor.why("unit-runtime-missing")
        wants(wrong, f"the service checks of {kind} are left out with a reason", f"a {kind} container has no service manager" in why, why)
        wants(wrong, "the page counts what is skipped", " skipped" in doctor.human, doctor.human)
        running = doctor.view("running")
        wants(wrong, "the Gateway beside it is seen", running.get("state") == "set", running)
        words = " ".join(doctor.commands())
        wants(wrong, "no service manager is asked for", "systemctl" not in words and "gateway install" not in words, words)
    return wrong


def container(doctor, _alex):
    """A container's Gateway seen from the host, without the key, then with it in the container's own .env."""
    root = pwd.getpwnam("root")
    config(root.pw_dir, 0)
    wrong = []
    for name, tool in ((f"docker-{secrets.token_hex(32)}.scope", "docker"), (f"libpod-{secrets.token_hex(32)}.scope", "podman")):
        for has_key in (False, True):
            home = "/home/node"
            line = f"echo {KEY}={VALUE} > {home}/.openclaw/.env;" if has_key else ""
            # The container's files are its own: the host has no /home/node.
            shell = (f"mount -t tmpfs tmpfs /home && mkdir -p {home}/.openclaw && cp {root.pw_dir}/.openclaw/openclaw.json {home}/.openclaw/;"
                     f"{line} exec env -i HOME={home} PATH={PATH} {Gateway.command()}")
            scope = ["systemd-run", "--scope", "--quiet", f"--unit={name}", "unshare", "--mount", "--pid", "--fork",
                     "--mount-proc", "bash", "-c", shell]
            with Gateway(scope):
                wrong += doctor.ask(root)
            subprocess.run(["systemctl", "stop", name], capture_output=True)
            running, words = doctor.view("running"), doctor.commands()
            state = "set" if has_key else "unset"
            wants(wrong, f"{tool}: the key is {state}", running.get("state") == state, running)
            if not has_key:
                wants(wrong, f"{tool}: the host's copy is told apart", doctor.finding("key-not-in-container"),
                      [one["id"] for one in doctor.report["findings"]])
                restart = [word for word in words if word.startswith(f"{tool} compose up -d")]
                wants(wrong, f"{tool}: the commands are those of Compose", restart, words)
                wants(wrong, f"{tool}: the key goes into Compose's own .env",
                      any(word.endswith(">> .env && chmod 600 .env") for word in words), words)
            wants(wrong, f"{tool}: no command of a service", not any("gateway restart" in word for word in words), words)
    return wrong


def supervised(doctor, alex):
    """pm2, supervisord and runit by their processes."""
    wrong = []
    for parent, env, restart in (("PM2 v5.4.2: God", {"pm_id": "0"}, "pm2 restart 0 --update-env"),
                                 ("supervisord", {"SUPERVISOR_PROCESS_NAME": "gw"}, "supervisorctl restart gw"),
                                 # runsv is told its service as its argument; the stand-in has its script there.
                                 ("runsv", {}, "sv restart parent.py")):
        with Gateway(Gateway.under(parent), user=alex, env={"HOME": alex.pw_dir, "PATH": PATH, **env}):
            wrong += doctor.ask(alex)
        words = doctor.commands()
        wants(wrong, f"{parent}: the command fits", restart in words, words)
        wants(wrong, f"{parent}: no command of a service", "openclaw gateway restart" not in words, words)
    return wrong


ROWS = {"foreign": foreign, "inside": inside, "container": container, "supervised": supervised}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--doctor", required=True)
    parser.add_argument("--only", choices=ROWS)
    chosen = parser.parse_args()
    plant()
    alex, failed = user("alex"), 0
    for name, row in ROWS.items():
        if chosen.only in (None, name):
            start = time.monotonic()
            doctor = Doctor(chosen.doctor)
            wrong = row(doctor, alex)
            failed += bool(wrong)
            print(f"{'FAIL' if wrong else 'ok  '} {name:10} ({time.monotonic() - start:.1f} s) {row.__doc__}", flush=True)
            for line in wrong:
                print(f"       {line}", flush=True)
    return 1 if failed else 0


sys.exit(main())
