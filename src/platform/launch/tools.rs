//! Programs that are known to stand before OpenClaw.

use super::{Chain, Change, Files, base_name};
use crate::model::snapshot::{Adds, LinkKind};
use crate::secret::value::is_env_name;

/// A known program.
pub(super) struct Tool {
    /// As it is named in the report.
    shown: String,
    kind: LinkKind,
    adds: Adds,
    /// Short and long options that take the next word.
    valued: &'static [&'static str],
    /// Words that are no option and stand before the command.
    operands: usize,
}

/// Programs that hand the environment on as it is: name, options with a value, operands.
const RUNNERS: &[(&str, &[&str], usize)] = &[
    ("nice", &["-n", "--adjustment"], 0),
    ("ionice", &["-c", "-n", "-p", "--class", "--classdata"], 0),
    ("chrt", &["-T", "-P", "-D"], 1),
    ("taskset", &[], 1),
    ("stdbuf", &["-i", "-o", "-e"], 0),
    ("nohup", &[], 0),
    ("setsid", &[], 0),
    ("time", &["-f", "-o"], 0),
    ("timeout", &["-s", "-k", "--signal", "--kill-after"], 1),
    ("tini", &["-p", "-e"], 0),
    ("tini-static", &["-p", "-e"], 0),
    ("docker-init", &["-p", "-e"], 0),
    ("dumb-init", &["-r", "--rewrite"], 0),
    ("catatonit", &["-g"], 0),
    ("prlimit", &[], 0),
    ("numactl", &["-N", "-m", "-C"], 0),
    ("setarch", &[], 1),
    ("arch", &["-e"], 0),
    ("caffeinate", &["-t", "-w"], 0),
    ("systemd-inhibit", &["--what", "--who", "--why", "--mode"], 0),
    ("systemd-cat", &["-t", "-p", "--identifier", "--priority"], 0),
    ("unbuffer", &[], 0),
    ("chronic", &[], 0),
    ("flock", &["-w", "-E", "--timeout"], 1),
    ("gosu", &[], 1),
    ("su-exec", &[], 1),
    ("setuidgid", &[], 1),
    ("s6-setuidgid", &[], 1),
    ("capsh", &[], 0),
    ("softlimit", &["-m", "-d", "-s", "-l", "-a", "-o", "-p", "-c", "-f"], 0),
    ("npx", &["-p", "--package"], 0),
    ("bunx", &[], 0),
    ("volta", &["--node"], 1),
    ("fnm", &["--using"], 1),
    ("asdf", &[], 1),
    ("nvm-exec", &[], 0),
    ("corepack", &[], 0),
    ("exec", &[], 0),
];

/// Programs that fetch variables from elsewhere, with the word that makes them run a command.
const SECRET_TOOLS: &[(&str, &[&str])] = &[
    ("op", &["run"]),
    ("doppler", &["run"]),
    ("dotenvx", &["run"]),
    ("dotenv", &[]),
    ("dotenv-cli", &[]),
    ("env-cmd", &[]),
    ("sops", &["exec-env", "exec-file"]),
    ("bws", &["run"]),
    ("infisical", &["run"]),
    ("phase", &["run"]),
    ("teller", &["run"]),
    ("chamber", &["exec"]),
    ("aws-vault", &["exec"]),
    ("vault", &["agent"]),
    ("vault-env", &[]),
    ("envconsul", &[]),
    ("summon", &[]),
    ("berglas", &["exec"]),
    ("varlock", &["run"]),
    ("fnox", &["exec", "run"]),
    ("gopass", &["env"]),
    ("direnv", &["exec"]),
    ("mise", &["exec", "x", "run"]),
    ("rtx", &["exec", "x"]),
    ("devbox", &["run"]),
    ("nix-shell", &[]),
    ("nix", &["develop", "shell", "run"]),
    ("npm", &["run", "start", "run-script"]),
    ("pnpm", &["run", "start"]),
    ("yarn", &["run", "start"]),
    ("akeyless", &["run"]),
    ("keepassxc-run", &[]),
    ("secretspec", &["run"]),
    ("systemd-creds", &[]),
];

/// Programs whose command runs with the environment of something else.
const ELSEWHERE: &[&str] = &[
    "systemd-run",
    "flatpak",
    "flatpak-spawn",
    "docker",
    "podman",
    "nerdctl",
    "distrobox",
    "distrobox-enter",
    "toolbox",
    "machinectl",
    "lxc-attach",
    "lxc",
    "incus",
    "ssh",
    "proot",
    "bwrap",
    "firejail",
    "chroot",
    "snap",
    "conda",
    "micromamba",
];

/// Finds a known program by its name and first word.
pub(super) fn find(name: &str, args: &[String]) -> Option<Tool> {
    let tool = |shown: String, kind, adds, valued, operands| Tool {
        shown,
        kind,
        adds,
        valued,
        operands,
    };
    if let Some((name, valued, operands)) = RUNNERS.iter().find(|(known, ..)| *known == name) {
        return Some(tool(
            (*name).to_owned(),
            LinkKind::Runner,
            Adds::Nothing,
            valued,
            *operands,
        ));
    }
    if let Some((name, verbs)) = SECRET_TOOLS.iter().find(|(known, _)| *known == name) {
        let verb = args.iter().find(|word| verbs.contains(&word.as_str()));
        let shown = verb.map_or((*name).to_owned(), |verb| format!("{name} {verb}"));
        return Some(tool(shown, LinkKind::SecretTool, Adds::Unknown, &[], usize::MAX));
    }
    let owned = name.to_owned();
    match name {
        "setpriv" => {
            let reset = args.iter().any(|word| word == "--reset-env");
            let adds = if reset { Adds::Known } else { Adds::Nothing };
            let valued = &[
                "--reuid",
                "--regid",
                "--groups",
                "--inh-caps",
                "--ambient-caps",
                "--bounding-set",
                "--securebits",
            ];
            Some(tool(owned, LinkKind::Runner, adds, valued, 0))
        }
        "sudo" | "doas" => {
            let valued = &[
                "-u", "-g", "-h", "-p", "-C", "-D", "-R", "-T", "-r", "-t", "-U", "--user", "--group", "--chdir",
            ];
            Some(tool(owned, LinkKind::Account, Adds::Unknown, valued, 0))
        }
        "su" | "runuser" => Some(tool(owned, LinkKind::Account, Adds::Unknown, &[], usize::MAX)),
        "envdir" | "s6-envdir" | "chpst" | "with-contenv" => {
            Some(tool(owned, LinkKind::EnvDir, Adds::Unknown, &[], usize::MAX))
        }
        _ if ELSEWHERE.contains(&name) => Some(tool(owned, LinkKind::Elsewhere, Adds::Unknown, &[], usize::MAX)),
        _ => None,
    }
}

/// Adds the link and returns the command behind it.
pub(super) fn apply(chain: &mut Chain, tool: &Tool, args: &[String], files: &mut dyn Files) -> Option<Vec<String>> {
    if FOREIGN.contains(&tool.shown.as_str()) {
        chain.elsewhere = Some(tool.shown.clone());
    }
    if let Some(name) = account_of(&tool.shown, args) {
        chain.account = Some(name);
    }
    // These give the account's own home; others keep the one they find.
    if matches!(tool.shown.as_str(), "su" | "gosu" | "su-exec") {
        chain.changes.push(Change::Remove("HOME".to_owned()));
    }
    match tool.kind {
        LinkKind::EnvDir => return env_dir(chain, &tool.shown, args, files),
        LinkKind::Account if matches!(tool.shown.as_str(), "su" | "runuser") => {
            return account(chain, &tool.shown, args);
        }
        _ => {}
    }
    if forgets(&tool.shown, args) {
        chain.clear(tool.shown.clone());
    }
    chain.add(tool.kind, tool.shown.clone(), tool.adds);
    if tool.operands == usize::MAX {
        return behind(args);
    }
    let mut at = 0;
    let mut operands = tool.operands;
    while let Some(word) = args.get(at) {
        let option = word.starts_with(['-', '+']) && word.len() > 1;
        if word == "--" {
            at += 1;
            break;
        }
        if option {
            at += 1 + usize::from(tool.valued.contains(&word.as_str()));
        } else if let Some((name, value)) = word.split_once('=').filter(|(name, _)| is_env_name(name)) {
            // `sudo NAME=VALUE command`.
            chain.set(name, value);
            at += 1;
        } else if operands > 0 {
            operands -= 1;
            at += 1;
        } else {
            break;
        }
    }
    rest(args, at)
}

/// Of these the files are others than those of this machine.
const FOREIGN: &[&str] = &[
    "docker",
    "podman",
    "nerdctl",
    "distrobox",
    "distrobox-enter",
    "machinectl",
    "lxc-attach",
    "lxc",
    "incus",
    "ssh",
    "proot",
    "chroot",
    "snap",
];

/// Returns the account that a program changes to.
fn account_of(name: &str, args: &[String]) -> Option<String> {
    let option = |long: &str, short: &str| {
        args.iter()
            .take_while(|word| *word != "--")
            .enumerate()
            .find_map(|(at, word)| {
                let next = || args.get(at + 1).cloned();
                match word.strip_prefix(long) {
                    Some("") => next(),
                    Some(rest) => rest.strip_prefix('=').map(str::to_owned),
                    None if !short.is_empty() && word == short => next(),
                    None => None,
                }
            })
    };
    let operand = || args.iter().find(|word| !word.starts_with('-')).cloned();
    let found = match name {
        "sudo" | "doas" => option("--user", "-u").or_else(|| Some("root".to_owned())),
        "setpriv" => option("--reuid", ""),
        "runuser" => option("--user", "-u").or_else(operand),
        "su" | "gosu" | "su-exec" | "setuidgid" | "s6-setuidgid" => operand(),
        "chpst" => option("-u", ""),
        _ => None,
    }?;
    Some(found.split(':').next().unwrap_or_default().to_owned()).filter(|name| !name.is_empty())
}

/// Returns whether a program that changes the account begins with an empty environment.
fn forgets(name: &str, args: &[String]) -> bool {
    let own = args.iter().take_while(|word| *word != "--" && !word.contains('/'));
    let mut has = own.map(String::as_str);
    match name {
        "setpriv" => has.any(|word| word == "--reset-env"),
        "sudo" => !has.any(|word| {
            word == "--preserve-env"
                || word == "-E"
                || word.starts_with('-') && !word.starts_with("--") && word.ends_with('E')
        }),
        "doas" => true,
        _ => false,
    }
}

fn rest(args: &[String], at: usize) -> Option<Vec<String>> {
    args.get(at..).filter(|rest| !rest.is_empty()).map(<[String]>::to_vec)
}

/// The command behind options that are not known: after `--`, else from the first word that looks like Node, a shell or
/// OpenClaw; a command in one word is split.
fn behind(args: &[String]) -> Option<Vec<String>> {
    if let Some(at) = args.iter().position(|word| word == "--") {
        return rest(args, at + 1);
    }
    let begins = |word: &String| {
        let name = base_name(word);
        crate::parse::proc::gateway_argv::is_runtime(word)
            || crate::parse::proc::gateway_argv::is_product(name)
            || crate::platform::systemd::exec::is_entry(word)
            || super::words::is_shell(name)
    };
    if let Some(at) = args.iter().position(begins) {
        return rest(args, at);
    }
    let text = args
        .iter()
        .find(|word| word.contains(' ') && word.contains("gateway"))?;
    shlex::split(text)
}

/// `envdir DIR command`, `chpst -e DIR command`, `with-contenv command`.
fn env_dir(chain: &mut Chain, name: &str, args: &[String], files: &mut dyn Files) -> Option<Vec<String>> {
    let (mut dir, mut at, mut shown) = (None, 0, name.to_owned());
    if name == "with-contenv" {
        dir = Some("/run/s6/container_environment".to_owned());
    }
    while let Some(word) = args.get(at) {
        let next = args.get(at + 1).cloned();
        match (name, word.as_str()) {
            ("chpst", "-e") => {
                dir = next;
                shown = "chpst -e".to_owned();
                at += 2;
            }
            (
                "chpst",
                "-u" | "-U" | "-b" | "-/" | "-n" | "-l" | "-L" | "-m" | "-d" | "-o" | "-p" | "-f" | "-c" | "-s" | "-r"
                | "-t",
            ) => at += 2,
            (_, word) if word.starts_with('-') => at += 1,
            ("envdir" | "s6-envdir", _) if dir.is_none() => {
                dir = Some(word.clone());
                at += 1;
            }
            _ => break,
        }
    }
    match dir {
        // Without a directory it changes the account or a limit only.
        None => chain.add(LinkKind::Runner, shown, Adds::Nothing),
        Some(dir) => match files.env_dir(&dir) {
            Some(found) => {
                for (name, value) in found {
                    let file = dir
                        .starts_with('/')
                        .then(|| format!("{}/{name}", dir.trim_end_matches('/')));
                    chain.set_by(name, value, file);
                }
                chain.add(LinkKind::EnvDir, format!("{shown} {dir}"), Adds::Known);
            }
            None => chain.add(LinkKind::EnvDir, format!("{shown} {dir}"), Adds::Unknown),
        },
    }
    rest(args, at)
}

/// `su [-l] USER -c TEXT`, `runuser -u USER -- command`.
fn account(chain: &mut Chain, name: &str, args: &[String]) -> Option<Vec<String>> {
    let kept = name == "runuser" && args.iter().any(|word| word == "-u" || word.starts_with("--user"));
    let login = args.iter().any(|word| matches!(word.as_str(), "-" | "-l" | "--login"));
    let adds = if kept && !login { Adds::Nothing } else { Adds::Unknown };
    let kind = if login { LinkKind::LoginShell } else { LinkKind::Account };
    if login {
        chain.clear(format!("{name} -l"));
    }
    chain.add(kind, if login { format!("{name} -l") } else { name.to_owned() }, adds);
    let text = args
        .iter()
        .position(|word| word == "-c" || word == "--command")
        .and_then(|at| args.get(at + 1));
    match text {
        Some(text) => super::script::inline(chain, "sh", text, &[]),
        None => behind(args).or_else(|| {
            let at = args.iter().position(|word| word == "-u")? + 2;
            rest(args, at)
        }),
    }
}
