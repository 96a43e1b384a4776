"""Random machines full of random secrets: each source that the doctor reads holds some, in many spellings.

An ordinary machine holds them where values belong. A hostile one also has them where names, paths, labels, versions and
words belong, in files that are broken. The same seed gives the same machine.
"""
import base64
import json
import os
import random
import string

ALNUM = string.ascii_letters + string.digits
KEY = "CLOUDFLARE_AI_GATEWAY_API_KEY"
NAMES = [KEY, "OPENAI_API_KEY", "ANTHROPIC_API_KEY", "OPENCLAW_GATEWAY_TOKEN", "TELEGRAM_BOT_TOKEN", "GROQ_API_KEY",
         "DATABASE_URL", "AWS_SECRET_ACCESS_KEY", "SMTP_PASS", "MY_THING", "FOO", "npm_config_x", "GOOGLE_CREDS_JSON"]
LOG = ["[auth] %s", "(%s)", '{"k":"%s"}', "refused: %s", "key %s, retry", "GET /x?sig=%s 200", "token '%s' rejected",
       "Authorization: Bearer %s", "set-cookie: sid=%s; path=/", "login with %s failed", "%s", "at %s:12:5", "--token %s",
       "https://hooks.slack.com/services/T00/B00/%s", "bot%s/getMe", "user:%s@host.example", "password=%s&x=1",
       '{\\"apiKey\\":\\"%s\\"}', "passphrase for %s?", "<%s>", "a,%s,b", "x=%s;y=2", "`%s`", "\u201c%s\u201d", "$%s", "#%s"]
DIRECTIVES = ["Description=%s", "Documentation=https://h.example/%s", "WorkingDirectory=/srv/%s", "User=%s", "Group=%s",
              "EnvironmentFile=-/srv/%s", "EnvironmentFile=%s", "After=%s.service", "X-Note=%s", "SyslogIdentifier=%s",
              "ExecStartPre=/bin/sh -c 'login %s'", "ExecReload=/bin/kill %s", "SetCredential=k:%s", "LogExtraFields=A=%s",
              "PassEnvironment=%s", "UnsetEnvironment=%s", "%s", "%s=1", "[%s]", "# %s", "; %s", "Slice=%s", "Alias=%s.service",
              "RuntimeDirectory=%s", "StandardOutput=append:/srv/%s.log", "ConditionPathExists=/srv/%s", "Environment=%s",
              "Environment=%s=1", 'Environment="A=b %s', "LoadCredential=k:/srv/%s", "ProtectHome=%s", "Type=%s",
              "Restart=%s", "TimeoutStopSec=%s", "PIDFile=/run/%s", "RootDirectory=/srv/%s", "PAMName=%s", "UMask=%s"]
STRAYS = ["bad line %s", "-- %s", "%s", "%s=1", "export %s", "%s: x", "set %s", "=%s", "'%s", "A B=%s", "1A=%s"]


class Secrets:
    """Hands out secrets and keeps the random parts of each."""

    def __init__(self, dice):
        self.dice, self.parts, self.count = dice, [], 0

    def run(self, signs, low, high=None):
        part = "".join(self.dice.choice(signs) for _ in range(self.dice.randint(low, high or low)))
        self.parts.append(part)
        return part

    def encoded(self, size):
        part = base64.b64encode(self.dice.randbytes(size)).decode()
        self.parts.append(part.rstrip("="))
        return part

    def plain(self, letters=False):
        """One that needs no quotes anywhere."""
        self.count += 1
        kinds = [lambda: self.run(ALNUM, 12, 40), lambda: self.run("0123456789abcdef", 32),
                 lambda: "sk-ant-api03-" + self.run(ALNUM, 40), lambda: "ghp_" + self.run(ALNUM, 36),
                 lambda: self.run(string.digits, 11, 16), lambda: self.run(ALNUM, 10) + "-" + self.run(ALNUM, 10),
                 lambda: "xoxb-" + self.run(string.digits, 11) + "-" + self.run(ALNUM, 24),
                 lambda: "FAKE_" + self.run(string.ascii_uppercase + string.digits, 20)]
        if letters:
            kinds += [lambda: self.run(string.ascii_lowercase, 24), lambda: self.run(string.ascii_uppercase, 18)]
        return self.dice.choice(kinds)()

    def name(self):
        """One where a name belongs: of digits alone it cannot be told from the number of a chat."""
        size, count = len(self.parts), self.count
        while True:
            text = self.plain()
            if not text.isdigit():
                return text
            del self.parts[size:]
            self.count = count

    def line(self):
        """One on a single line, with signs that mean something to parsers."""
        if self.dice.random() < .5:
            return self.plain(True)
        self.count += 1
        kinds = [lambda: self.run(ALNUM, 10) + self.dice.choice("+/=@!#%&*$") + self.run(ALNUM, 10),
                 lambda: self.encoded(30), lambda: self.run(ALNUM, 12) + " " + self.run(ALNUM, 12),
                 lambda: self.run(ALNUM, 10) + "\u00e9" + self.run(ALNUM, 10) + "\u65e5",
                 lambda: "`" + self.run(ALNUM, 10) + "#" + self.run(ALNUM, 10),
                 lambda: "${" + self.run(ALNUM, 14) + "}", lambda: "$" + self.run(ALNUM, 12)]
        return self.dice.choice(kinds)()

    def any(self):
        if self.dice.random() < .85:
            return self.line()
        self.count += 1
        kinds = [lambda: self.run(ALNUM, 12) + "\n" + self.run(ALNUM, 16),
                 lambda: "-----BEGIN PRIVATE KEY-----\n%s\n%s\n-----END PRIVATE KEY-----" % (self.encoded(48), self.encoded(48)),
                 lambda: json.dumps({"type": "service_account", "private_key": self.encoded(48), "x": self.run(ALNUM, 12)}),
                 lambda: '"' + self.run(ALNUM, 10) + "'" + self.run(ALNUM, 10), lambda: self.run(ALNUM, 12) + "\\n" + self.run(ALNUM, 12)]
        return self.dice.choice(kinds)()


def quoted(text):
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$").replace("`", "\\`")


class Machine:
    def __init__(self, seed, folder, hostile):
        self.dice, self.folder, self.hostile = random.Random(seed), folder, hostile
        self.some = Secrets(self.dice)
        self.home = os.path.join(folder, "home")
        self.manager = self.dice.choice(["systemd", "systemd", "systemd", "launchd", "none"])
        self.env = {"HOME": self.home, "PATH": os.path.join(folder, "bin") + ":/usr/bin:/bin", "USER": "tester", "LANG": "C.UTF-8"}
        self.gateway = None
        self.logged = []
        os.makedirs(os.path.join(folder, "cwd"))
        os.makedirs(os.path.join(folder, "bin"))
        self.variables()
        self.files()
        self.config()
        self.stores()
        if self.manager == "launchd":
            self.launchd()
        else:
            self.systemd()
        self.process()
        self.logs()

    def chance(self, share):
        return self.dice.random() < share

    def known(self, text):
        """A secret that a log line may repeat."""
        self.logged.append(text)
        return text

    def put(self, name, text, mode=0o600):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8", errors="surrogatepass") as file:
            file.write(text)
        os.chmod(path, mode)

    def tool(self, name, text):
        self.put("bin/" + name, "#!/bin/sh\n" + text + "\n", 0o755)

    def variables(self):
        for name in self.dice.sample(NAMES, 7):
            self.env[name] = self.known(self.some.any()).replace("\0", "")
        self.env["HTTPS_PROXY"] = "http://user:%s@proxy.invalid:3128" % self.some.plain()
        if self.hostile:
            self.env["X_" + self.some.plain().replace("-", "_")] = "1"
            self.env[self.dice.choice(["TERM", "TZ", "EDITOR", "SHELL", "USER", "LANG", "OPENCLAW_PROFILE", "XDG_CONFIG_HOME",
                                       "NODE_OPTIONS", "SUDO_USER"])] = self.some.name()

    def assignments(self, count):
        forms = ["%s=%s", "export %s='%s'", '%s="%s"', "  %s = %s # c", "%s: %s", "%s=`%s`", "#%s=%s"]
        return [self.dice.choice(forms) % (self.dice.choice(NAMES), self.known(self.some.any())) for _ in range(count)]

    def files(self):
        lines = self.assignments(7)
        if self.hostile:
            lines += [self.dice.choice(STRAYS) % (self.some.line() if self.chance(.5) else self.some.name()) for _ in range(3)]
        self.dice.shuffle(lines)
        self.put("home/.openclaw/.env", "\n".join(lines) + "\n")
        self.put("cwd/.env", "\n".join(self.assignments(2)) + "\n")
        self.put("home/.config/openclaw/gateway.env", "\n".join(self.assignments(2)) + "\n")
        self.put("home/.bashrc", 'export %s="%s"\nalias x=\'curl -H "Authorization: Bearer %s"\'\n'
                 % (KEY, quoted(self.some.any()), self.some.plain()))
        self.put("home/.profile", "OPENAI_API_KEY='%s'; export OPENAI_API_KEY\n" % self.some.plain())
        self.put("home/.zshrc", "export GROQ_API_KEY=%s\n" % self.some.plain())
        self.put("home/.config/environment.d/10.conf", "ANTHROPIC_API_KEY=%s\n" % self.some.plain())

    def config(self):
        some, plain = lambda: self.known(self.some.any()), self.some.plain
        config = {
            "gateway": {"mode": "local", "port": 28791, "auth": {"mode": "token", "token": some(), "password": some()},
                        "remote": {"url": "wss://u:%s@gw.example/" % plain(), "token": some()}},
            "env": {"vars": {"OTHER_API_KEY": some(), "PLAIN": some()}, "shellEnv": {"enabled": self.chance(.3)}},
            "models": {"providers": {
                "cloudflare-ai-gateway": {
                    "baseUrl": "https://gateway.ai.cloudflare.com/v1/%032x/gw/anthropic" % self.dice.getrandbits(128),
                    "api": "anthropic-messages", "apiKey": self.dice.choice(["${%s}" % KEY, some()]),
                    "headers": {"cf-aig-authorization": "Bearer " + plain(), "X-Own": some()},
                    "models": [{"id": "claude-sonnet-4-6", "name": "Sonnet"}]},
                "x": {"baseUrl": "https://u:%s@h.example/v1?k=%s" % (plain(), plain()), "api": "openai-completions",
                      "apiKey": {"source": "env", "provider": "default", "id": "OPENAI_API_KEY"}, "models": []}}},
            "agents": {"defaults": {"model": {"primary": "cloudflare-ai-gateway/claude-sonnet-4-6"}}},
            "channels": {"telegram": {"enabled": True, "botToken": some(), "webhookSecret": some()},
                         "slack": {"botToken": some(), "appToken": some(), "signingSecret": some()}, "discord": {"token": some()}},
            "hooks": {"enabled": True, "token": some(), "path": "/hooks"},
            "mcp": {"servers": {"s": {"command": "npx", "args": ["-y", "srv", "--api-key", some()], "env": {"SRV_TOKEN": some()}},
                                "t": {"url": "https://h.example/mcp?key=%s" % plain(), "headers": {"Authorization": "Bearer " + plain()}}}},
            "skills": {"entries": {"s": {"apiKey": some(), "env": {"SK_TOKEN": some()}}}},
        }
        if self.hostile:
            plain = self.some.name
            config[self.dice.choice(["talk", "auth", plain()])] = {"apiKey": some(), plain(): {plain(): some()}}
            config["gateway"][self.dice.choice(["bind", "mode", "customBindHost", "port", plain()])] = plain()
            config["models"]["providers"][plain()] = {"baseUrl": plain(), "apiKey": "${%s}" % plain(), "api": plain(), "models": plain()}
            config["agents"]["defaults"]["model"]["primary"] = self.dice.choice([plain(), "x/" + plain(), "cloudflare-ai-gateway/" + plain()])
            config["env"]["vars"][plain()] = some()
            config["secrets"] = {"providers": {plain(): {"source": plain(), "path": "/srv/" + plain()}}}
            config["gateway"]["auth"]["mode"] = plain()
            config["plugins"] = {"load": {"paths": ["/srv/" + plain()]}, "entries": {plain(): {"enabled": plain(), "config": {"k": plain()}}}}
            if self.chance(.4):
                config["$include"] = "./" + plain()
        text = json.dumps(config, indent=2, ensure_ascii=self.chance(.5))
        if self.hostile and self.chance(.5):
            at = self.dice.randrange(len(text))
            text = text[:at] + self.dice.choice(["", '"', "'", "#", "=", ",", "}", "\\", "/*", "//", "`"]) + text[at + self.dice.randrange(2):]
        self.put("home/.openclaw/openclaw.json", text)

    def stores(self):
        some = lambda: self.known(self.some.any())
        profiles = {"cloudflare-ai-gateway:default": {"type": "api_key", "provider": "cloudflare-ai-gateway", "key": some()},
                    "openai:o": {"type": "oauth", "provider": "openai", "access": some(), "refresh": some()},
                    "z:t": {"type": "token", "provider": "z", "token": some()}}
        if self.hostile:
            name = self.some.name
            profiles[name()] = {"type": name(), "provider": name(), "key": some(), "email": name()}
        self.put("home/.openclaw/agents/main/agent/auth-profiles.json", json.dumps({"version": 1, "profiles": profiles}))

    def systemd(self):
        plain = self.some.plain
        lines = ["[Unit]", "Description=OpenClaw Gateway", "[Service]",
                 "ExecStart=/bin/sh %s/pkg/openclaw/dist/index.js gateway --port 28791%s"
                 % (self.folder, self.dice.choice(["", " --token " + plain(), " --password=" + plain()])),
                 "Environment=OPENCLAW_SERVICE_MARKER=openclaw", "EnvironmentFile=-%h/extra.env",
                 "EnvironmentFile=-%h/.openclaw/gateway.systemd.env", "Environment=%s=%s" % (KEY, self.known(plain())),
                 "Environment=\"OPENCLAW_GATEWAY_TOKEN=%s\" 'B_SECRET=%s'" % (plain(), plain())]
        if self.hostile:
            lines += [one % self.some.name() for one in self.dice.sample(DIRECTIVES, 8)]
            if self.chance(.3):
                lines.append("ExecStart=\nExecStart=" + self.dice.choice(["%s", "A_KEY=%s node x.js gateway", "/bin/sh -c 'K=%s exec node'",
                                                                           "/opt/node %s", "'/usr/bin/node x.js --token %s'"]) % plain())
        self.put("home/.config/systemd/user/openclaw-gateway.service", "\n".join(lines) + "\n", 0o644)
        self.put("home/.config/systemd/user/openclaw-gateway.service.d/10-x.conf",
                 "[Service]\nEnvironment=OPENAI_API_KEY=%s\nEnvironment=A=%s\n" % (plain(), plain()), 0o644)
        self.put("home/extra.env", "\n".join(self.assignments(3)) + "\n")
        self.put("home/.openclaw/gateway.systemd.env", "%s=%s\nY_TOKEN=%s\n" % (KEY, plain(), plain()))
        show = ("Id=openclaw-gateway.service\nLoadState=loaded\nActiveState=%s\nSubState=dead\nMainPID=0\nNRestarts=2\nResult=exit-code\n"
                "NeedDaemonReload=no\nUnitFileState=enabled\nExecMainStatus=1\n" % self.dice.choice(["failed", "inactive"]))
        if self.hostile:
            show += "Result=%s\nSubState=%s\nExecMainStatus=%s\nEnvironment=A=%s\n" % (plain(), plain(), plain(), plain())
        self.put("show", show)
        self.put("environment", "%s=%s\nANOTHER=%s\nLANG=C\n%s" % (KEY, plain(), plain(), plain() + "=1\n" if self.hostile else ""))
        self.tool("systemctl", 'case "$*" in *show-environment*) cat %s/environment;; *show*) cat %s/show;; *) exit 0;; esac'
                  % (self.folder, self.folder))
        self.tool("journalctl", "cat %s/log" % self.folder)
        self.tool("loginctl", "echo Linger=yes")

    def launchd(self):
        plain = self.some.plain
        string_of = lambda text: "<string>%s</string>" % text.replace("&", "&amp;").replace("<", "&lt;")
        odd = ""
        if self.hostile:
            odd = "".join(self.dice.sample([
                "<key>%s</key><true/>" % plain(), "<key>Nice</key><integer>%s</integer>" % self.some.run(string.digits, 12),
                "<key>X</key><data>%s</data>" % plain(), "<!-- %s -->" % plain(), "<key>Y</key><string><![CDATA[%s]]></string>" % plain(),
                '<string a="%s"/>' % plain(), "<%s/>" % plain(), "<key>UserName</key>" + string_of(plain()),
                "<key>StandardOutPath</key>" + string_of("/srv/" + plain()), "<key>WorkingDirectory</key>" + string_of(plain()),
                "%s" % plain(), "<key>ProcessType</key>" + string_of(plain()), "<key>KeepAlive</key><dict><key>%s</key><true/></dict>" % plain()], 5))
        words = ["/bin/sh", self.folder + "/pkg/openclaw/dist/index.js", "gateway", "--port", "28791", "--token", plain()]
        if self.hostile and self.chance(.3):
            words[0] = self.dice.choice(["/usr/bin/node x.js --token " + plain(), plain(), "A_KEY=" + plain()])
        self.put("home/Library/LaunchAgents/ai.openclaw.gateway.plist",
                 '<?xml version="1.0"?>\n<plist version="1.0"><dict>\n<key>Label</key>%s\n<key>ProgramArguments</key><array>%s</array>\n'
                 "<key>EnvironmentVariables</key><dict><key>%s</key>%s<key>MY_THING</key>%s%s</dict>\n%s</dict></plist>\n"
                 % (string_of("ai.openclaw.gateway"), "".join(map(string_of, words)), KEY, string_of(self.known(plain())),
                    string_of(plain()), "<key>%s</key>%s" % (plain(), string_of("x")) if self.hostile else "", odd), 0o644)
        self.put("print", "gui/501/ai.openclaw.gateway = {\n\tstate = %s\n\tprogram = /bin/sh\n\targuments = {\n\t\t/bin/sh\n\t\t--token\n\t\t%s\n\t}\n"
                 "\tenvironment = {\n\t\t%s => %s\n\t\tB_SECRET => %s\n\t}\n\tlast exit code = %s\n}\n"
                 % (plain() if self.hostile else "not running", plain(), KEY, plain(), plain(), plain() if self.hostile else "1"))
        self.tool("launchctl", 'case "$1" in print) cat %s/print;; getenv) test "$2" = FOO && echo %s;; list) echo "-\t0\tai.openclaw.gateway";; esac'
                  % (self.folder, plain()))

    def process(self):
        if self.chance(.4):
            self.gateway = (["node", self.folder + "/pkg/openclaw/dist/index.js", "gateway", "--token", self.some.plain()],
                            {"HOME": self.home, KEY: self.some.plain(), "OPENCLAW_GATEWAY_TOKEN": self.some.plain(), "A": self.some.plain()})

    def logs(self):
        lines = []
        for _ in range(24):
            text = self.dice.choice(self.logged) if self.chance(.5) else self.some.line()
            lines.append(self.dice.choice(LOG) % text.replace("\n", "\\n"))
        self.put("log", "\n".join(lines[:12]) + "\nlast line ordinary\n")
        self.put("home/.openclaw/logs/gateway.log", "\n".join(lines[12:]) + "\n")
        self.put("home/Library/Logs/openclaw/gateway.log", "\n".join(lines[6:18]) + "\n")
        self.put("pkg/openclaw/package.json", '{"name":"openclaw","version":"%s"}' % (
            self.some.name() if self.hostile and self.chance(.3) else "2026.9.6"), 0o644)
        self.put("pkg/openclaw/dist/index.js", "", 0o644)
