"""Random machines: a home, a working directory, an environment and a command line, made from a seed.

The same seed gives the same machine. Few names are spread over many sources, so that they collide; every value names
its source, and none is a secret. Login shells are really run: their start-up files only export and print.
"""
import json
import os
import random

PROVIDERS = ["CLOUDFLARE_AI_GATEWAY_API_KEY", "OPENAI_API_KEY", "ANTHROPIC_API_KEY", "OPENROUTER_API_KEY",
             "ZAI_API_KEY", "Z_AI_API_KEY", "TELEGRAM_BOT_TOKEN", "OPENCLAW_GATEWAY_TOKEN"]
FREE = ["PLAIN_NAME", "lower_name", "Mixed_Name", "_LEADING"]
# Names that a workspace .env may not set, on some release or on all.
LEADS_ELSEWHERE = ["OPENCLAW_ANYTHING", "SOME_BASE_URL", "SOME_ENDPOINT", "AWS_PROFILE", "DISABLE_TLS_CHECK",
                   "GH_TOKEN", "HTTP_PROXY", "openai_api_key"]
# Names that the config may not set, on some release or on all.
STEERS_HOST = ["LD_PRELOAD", "BASH_ENV", "GIT_DIR", "HTTPS_PROXY", "NPM_CONFIG_SOMETHING", "AWS_ACCESS_KEY_ID",
               "XDG_CONFIG_DIRS", "DATABASE_URL", "GITHUB_TOKEN"]
NO_NAMES = ["A-B", "A.B", "1X"]
NAMES = PROVIDERS + FREE + LEADS_ELSEWHERE + STEERS_HOST
MARKERS = ["OPENCLAW_SYSTEMD_UNIT", "INVOCATION_ID", "SYSTEMD_EXEC_PID", "JOURNAL_STREAM"]
LINES = ["{k}={v}", "{k}={v}", "{k}={v}", '{k}="{v}"', "{k}='{v}'", "{k}=`{v}`", "export {k}={v}", "  {k} = {v}  ",
         "{k}: {v}", "{k}={v} # note", '{k}="{v}" # note', '{k}="{v}\\nmore"', '{k}="{v}\nmore"', '{k}="{v}', "{k}",
         "{k}=", '{k}=""', "#{k}={v}", "{k}=\n'{v}'", "set {k}={v}", "{k}=\u00a0{v}"]
# systemd's own name for the config; LD_PRELOAD and BASH_ENV would act on the shells and on node before it reads them.
NOT_AT_EXEC = {"LD_PRELOAD", "BASH_ENV", "GIT_DIR"}


class Machine:
    """One machine in a folder: `env`, `arguments`, `names` to compare, `cwd`."""

    def __init__(self, seed, folder, shells=True):
        self.random = random.Random(seed)
        self.folder, self.seed, self.shells = folder, seed, shells
        self.home, self.cwd = os.path.join(folder, "home"), os.path.join(folder, "cwd")
        self.state = ".openclaw"
        self.arguments, self.env, self.count = ["gateway", "run"], {"HOME": self.home}, 0
        self.focus = self.random.sample(PROVIDERS, 2) + self.random.sample(FREE, 1)
        os.makedirs(self.home)
        os.makedirs(self.cwd)
        self.selectors()
        self.at_exec()
        self.dotenv_files()
        self.config()
        if self.asks_shell:
            self.shell()
        self.names = sorted(set(NAMES))

    def chance(self, share):
        return self.random.random() < share

    def value(self, source):
        self.count += 1
        text = f"{source}{self.count}"
        return self.random.choice([text, f"sk-{text}", f"{text} b", f"{text}#b", f"{text}=", text, f"{text}-x",
                                   f"${{{self.random.choice(NAMES)}}}-{text}" if self.chance(.3) else text,
                                   self.random.choice(["", "  ", text])])

    def some(self, extra=()):
        return self.random.choice(self.focus * 3 + self.random.sample(NAMES, 4) + list(extra))

    def write(self, name, text, mode=0o644):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        os.chmod(path, mode)

    def selectors(self):
        kind = self.random.choices(
            ["plain", "state", "home", "config", "profile", "old"], [70, 8, 6, 5, 6, 5])[0]
        self.config_name = None
        if kind == "state":
            self.env["OPENCLAW_STATE_DIR"], self.state = self.random.choice(["~/alt", f"{self.home}/alt"]), "alt"
        elif kind == "home":
            self.env["OPENCLAW_HOME"], self.state = f"{self.home}/other", "other/.openclaw"
        elif kind == "config":
            self.env["OPENCLAW_CONFIG_PATH"] = self.random.choice(["~/cfg/my.json", f"{self.home}/cfg/my.json"])
            self.config_name = "home/cfg/my.json"
        elif kind == "profile":
            self.arguments, self.state = ["--profile", "work", "gateway", "run"], ".openclaw-work"
        elif kind == "old":
            self.state = ".clawdbot"

    def at_exec(self):
        for name in self.focus:
            if self.chance(.3):
                self.env[name] = self.value("exec")
        other = self.random.choice(NAMES)
        if self.chance(.3) and other not in NOT_AT_EXEC:
            self.env[other] = self.value("exec")
        if self.chance(.25):
            managed = self.random.sample(PROVIDERS, self.random.randint(1, 3)) + self.focus[:1]
            self.env["OPENCLAW_SERVICE_MANAGED_ENV_KEYS"] = self.random.choice([",", ", "]).join(managed)
            for name in managed:
                if self.chance(.7):
                    self.env[name] = self.value("unit")
            if self.chance(.85):
                self.env[self.random.choice(MARKERS)] = "openclaw-gateway.service"

    def dotenv(self, source, extra, most):
        lines = []
        for _ in range(self.random.randint(1, most)):
            form = self.random.choice(LINES)
            lines.append(form.format(k=self.some(extra), v=self.value(source)))
        end = self.random.choice(["\n", "\n", "\n", "\r\n", "\r"])
        start = "\ufeff" if self.chance(.06) else ""
        return start + end.join(lines) + (end if self.chance(.8) else "")

    def dotenv_files(self):
        if self.chance(.75):
            name = f"home/{self.state}/.env"
            self.write(name, self.dotenv("state", STEERS_HOST[:3] + NO_NAMES, 7))
            path = os.path.join(self.folder, name)
            if self.chance(.06):
                os.rename(path, f"{self.home}/real.env")
                os.symlink(f"{self.home}/real.env", path)
            elif self.chance(.03):
                self.write(name, "X=1\n#" + "x" * (1 << 20))
        if self.chance(.35):
            self.write("home/.config/openclaw/gateway.env", self.dotenv("gateway", [], 5))
        if self.chance(.5):
            self.write("cwd/.env", self.dotenv("workspace", LEADS_ELSEWHERE * 2, 8))

    def config(self):
        token = self.random.choice(["tok-123456789", "tok-123456789", "${OPENCLAW_GATEWAY_TOKEN}"])
        config = {"gateway": {"mode": "local", "bind": "loopback", "auth": {"mode": "token", "token": token}}}
        env = {}
        if self.chance(.6):
            forms = ["{v}"] * 7 + ["${{{n}}}", "a${{{n}}}b$${{{n}}}", "${n}"]
            env["vars"] = {self.some(STEERS_HOST + NO_NAMES): self.random.choice(forms).format(
                v=self.value("config"), n=self.random.choice(NAMES)) for _ in range(self.random.randint(1, 5))}
        if self.chance(.15):
            env[self.random.choice(self.focus)] = self.value("flat")
        self.asks_shell = self.shells and self.chance(.3)
        if self.asks_shell and self.chance(.7):
            env["shellEnv"] = self.random.choice([{"enabled": True}, {"enabled": True, "timeoutMs": 30000},
                                                  {"enabled": False}])
        if env:
            config["env"] = env
        name = self.config_name or f"home/{self.state}/openclaw.json"
        self.write(name, ("// note\n" if self.chance(.2) else "") + json.dumps(config, indent=1), 0o600)

    def shell(self):
        if self.chance(.5):
            self.env["OPENCLAW_LOAD_SHELL_ENV"] = self.random.choice(["1", "true", " TRUE ", "yes", "on", "0", "no", ""])
        if self.chance(.8):
            self.env["SHELL"] = self.random.choice(["/bin/bash", "/bin/bash", "/bin/sh", "/bin/dash", "/no/shell", ""])
        for name in self.random.sample([".profile", ".bash_profile", ".bash_login", ".bashrc"], self.random.randint(1, 3)):
            text = "".join(f"export {self.random.choice(self.focus + PROVIDERS)}='{self.value('shell')}'\n"
                           for _ in range(self.random.randint(1, 4)))
            text += self.random.choice(["", "", "echo hello\n", "printf 'X=1\\0Y=2'\n", "false\n"])
            if name == ".bashrc" and self.chance(.5):
                text = "case $- in *i*) ;; *) return;; esac\n" + text
            elif name == ".bash_profile" and self.chance(.5):
                text += "[ -f ~/.bashrc ] && . ~/.bashrc\n"
            self.write(f"home/{name}", text)
