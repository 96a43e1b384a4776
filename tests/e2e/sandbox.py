"""Starts Python files of this folder inside the systemd sandbox, with OpenClaw and the doctor visible there."""
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
SANDBOX = os.path.join(os.path.dirname(HERE), "tools", "systemd-sandbox")
SKIPPED = 77
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# The kept folders may lie below /root, which the ordinary user inside must be able to pass through.
PREPARE = 'chmod 711 "$SANDBOX_ROOT/root"\n'


def openclaw():
    """(package folder, node) from OPENCLAW_PKG_DIR and OPENCLAW_NODE; ends with a clear line when they are missing."""
    package = os.environ.get("OPENCLAW_PKG_DIR", "")
    if not os.path.isfile(os.path.join(package, "dist", "index.js")):
        sys.exit("set OPENCLAW_PKG_DIR to the folder of the npm package openclaw (…/node_modules/openclaw)")
    package = os.path.realpath(package)
    beside = os.path.join(os.path.dirname(package), "node", "bin", "node")
    node = os.environ.get("OPENCLAW_NODE") or (beside if os.path.exists(beside) else shutil.which("node"))
    if not node:
        sys.exit("no node: set OPENCLAW_NODE, or install the npm package `node` beside openclaw")
    return package, os.path.realpath(node)


def can_run():
    """None, or the sandbox's own line on why it cannot work on this machine."""
    done = subprocess.run([SANDBOX, "check"], capture_output=True, text=True)
    return None if done.returncode == 0 else (done.stderr.strip() or f"status {done.returncode}")


class Stage:
    """A folder with copies that the sandbox may show; removed at the end."""

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="openclaw-e2e-")
        os.chmod(self.folder, 0o755)
        self.code = os.path.join(self.folder, "e2e")
        shutil.copytree(HERE, self.code, ignore=shutil.ignore_patterns("__pycache__"))
        with open(os.path.join(self.folder, "prepare"), "w", encoding="utf-8") as file:
            file.write(PREPARE)
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder, ignore_errors=True)

    def add(self, path):
        """Copies a file in; returns its name inside the sandbox."""
        target = os.path.join(self.folder, os.path.basename(path))
        shutil.copy(path, target)
        os.chmod(target, 0o755)
        return target

    def start(self, script, *arguments, package, node, **how):
        """Starts a script of this folder in a fresh sandbox, as an ordinary user."""
        keep = [self.folder, os.path.dirname(package), os.path.dirname(os.path.dirname(node))]
        command = [SANDBOX, "run", "--user", "tester", "--timeout", "60", "--prepare",
                   os.path.join(self.folder, "prepare")]
        for folder in keep:
            command += ["--keep", folder]
        if "BENCH_KEY" in os.environ:
            command += ["--setenv", f"BENCH_KEY={os.environ['BENCH_KEY']}"]
        path = f"{os.path.dirname(node)}:{PATH}"
        command += ["--setenv", f"PATH={path}", "--", "python3", os.path.join(self.code, script),
                    "--package", package, "--node", node, *arguments]
        return subprocess.Popen(command, cwd="/", env={**os.environ, "PATH": PATH}, stdin=subprocess.DEVNULL, **how)


class Lines:
    """The JSON lines that a script of this folder prints inside a sandbox, as it prints them; `status` when it is over."""

    def __init__(self, stage, script, arguments, package, node, limit):
        self.job = stage.start(script, *arguments, package=package, node=node, stdout=subprocess.PIPE, text=True)
        self.limit, self.status = limit, None
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.stopper(signal.getsignal(number)))

    def stopper(self, earlier):
        """Ends this sandbox, which takes everything inside along, and those that were started before it."""
        def stop(number, frame):
            self.job.terminate()
            if callable(earlier) and earlier is not signal.default_int_handler:
                earlier(number, frame)
            sys.exit(128 + number)
        return stop

    def __iter__(self):
        watch = threading.Timer(self.limit, self.job.send_signal, (signal.SIGTERM,))
        watch.start()
        try:
            for line in self.job.stdout:
                yield json.loads(line)
            self.status = self.job.wait()
        finally:
            watch.cancel()
        if self.status != 0:
            print(f"FAIL: the sandbox ended with status {self.status}")
