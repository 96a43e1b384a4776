//! Commands as they run where they are typed: with an editor that is there, without `sudo` where there is none, and through
//! a POSIX shell where the asker's own reads another language.

use super::{account, place};
use crate::model::snapshot::{Host, Snapshot};

/// What the checks write for "your editor".
const EDITOR: &str = "${EDITOR:-nano}";

/// Shells whose language is not POSIX.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dialect {
    Fish,
    Nushell,
    PowerShell,
    Csh,
    /// POSIX and no more: dash, busybox, ksh.
    Plain,
}

fn dialect(shell: &str) -> Option<Dialect> {
    match shell.rsplit('/').next().unwrap_or_default() {
        "fish" => Some(Dialect::Fish),
        "nu" | "elvish" | "xonsh" => Some(Dialect::Nushell),
        "pwsh" | "powershell" => Some(Dialect::PowerShell),
        "csh" | "tcsh" => Some(Dialect::Csh),
        "sh" | "dash" | "ash" | "busybox" | "ksh" | "ksh93" | "mksh" => Some(Dialect::Plain),
        _ => None,
    }
}

/// Returns a command as whoever asks has to type it here: as the right account, and in the words of this host.
pub(crate) fn typed(command: &str, snapshot: &Snapshot) -> String {
    let host = &snapshot.host;
    let told = match command.starts_with('#') {
        true => command.to_owned(),
        false => with_editor(&edited_by_root(command, host), host.editor.as_deref()),
    };
    let told = account::fit(&told, snapshot, |command, account| {
        place::fit(command, snapshot, account)
    });
    fit(&told, host)
}

/// Folders in which root alone writes.
const OF_ROOT: &[&str] = &["/etc/", "/usr/", "/lib/", "/run/systemd/", "/Library/"];

/// Somebody else edits a file of root by `sudoedit`, with the editor that is set.
fn edited_by_root(command: &str, host: &Host) -> String {
    let path = command
        .strip_prefix(EDITOR)
        .and_then(|rest| rest.split(' ').next_back());
    let file = path.filter(|path| host.uid != 0 && OF_ROOT.iter().any(|dir| path.starts_with(dir)));
    file.map_or_else(|| command.to_owned(), |file| format!("sudoedit {file}"))
}

/// Returns a command as it runs on this host.
fn fit(command: &str, host: &Host) -> String {
    if command.starts_with('#') {
        return command.to_owned();
    }
    let mut told = with_editor(command, host.editor.as_deref());
    // Who called `sudo` has it, and may type the command in a shell of root or in the own one.
    if host.uid == 0 && !account::is_by_sudo(host) {
        told = without_sudo(&told, &host.os);
    }
    if host.uid != 0 && host.has_sudo == Some(false) && !host.copied_home {
        let plain = without_sudo(&told, &host.os);
        if plain != told {
            return format!("# as root (no sudo here): {plain}");
        }
        if let Some(file) = told.strip_prefix("sudoedit ") {
            return format!(
                "# as root (no sudo here): {} {file}",
                host.editor.as_deref().unwrap_or("vi")
            );
        }
    }
    if let Some(told) = told.strip_prefix("unset ").and_then(|name| without(name, &host.shell)) {
        return told;
    }
    if let Some(told) = told.strip_prefix("export ").and_then(|set| with(set, host)) {
        return told;
    }
    match dialect(&host.shell) {
        Some(Dialect::Plain) => without_silent_read(&told),
        Some(dialect) if differs(&told, dialect) => through_bash(&told, dialect),
        _ => told,
    }
}

/// Takes a variable out of a shell that has no `unset`; another program cannot do that for it.
fn without(name: &str, shell: &str) -> Option<String> {
    let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let told = match shell.rsplit('/').next().unwrap_or_default() {
        "fish" => format!("set -e {name}"),
        "nu" => format!("hide-env {name}"),
        "elvish" => format!("unset-env {name}"),
        "xonsh" => format!("del ${name}"),
        "csh" | "tcsh" => format!("unsetenv {name}"),
        "pwsh" | "powershell" => format!("Remove-Item Env:{name}"),
        _ => return None,
    };
    plain.then_some(told)
}

/// Gives a variable to a shell that has no `export`; another program cannot do that for it.
fn with(set: &str, host: &Host) -> Option<String> {
    let (name, value) = set.split_once('=')?;
    let value = value.replace("$(id -u)", &host.uid.to_string());
    let plain = |text: &str| {
        text.bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'/' | b'.' | b'-'))
    };
    let told = match host.shell.rsplit('/').next().unwrap_or_default() {
        "fish" => format!("set -gx {name} {value}"),
        "nu" => format!("$env.{name} = \"{value}\""),
        "elvish" => format!("set-env {name} {value}"),
        "xonsh" => format!("${name} = \"{value}\""),
        "csh" | "tcsh" => format!("setenv {name} {value}"),
        "pwsh" | "powershell" => format!("$env:{name} = \"{value}\""),
        _ => return None,
    };
    (plain(name) && plain(&value)).then_some(told)
}

/// Puts the editor in; one that takes no `+LINE` opens the file at its top.
fn with_editor(command: &str, editor: Option<&str>) -> String {
    let Some(editor) = editor else {
        return command.to_owned();
    };
    let told = command.replace(EDITOR, editor);
    let name = editor
        .split(' ')
        .next()
        .unwrap_or_default()
        .rsplit('/')
        .next()
        .unwrap_or_default();
    if matches!(
        name,
        "nano" | "vi" | "vim" | "nvim" | "emacs" | "micro" | "joe" | "pico" | "mg" | "kak"
    ) {
        return told;
    }
    let lined = |word: &&str| {
        !word
            .strip_prefix('+')
            .is_some_and(|line| line.bytes().all(|byte| byte.is_ascii_digit()))
    };
    told.split(' ').filter(lined).collect::<Vec<_>>().join(" ")
}

/// Where a command begins in a line of several.
const BEFORE: &[&str] = &["&& ", "|| ", "; ", "| ", "$(", "{ "];

/// Root needs no `sudo`, which may not be there; as another account `runuser` does the same, and not on macOS.
fn without_sudo(command: &str, os: &str) -> String {
    let mut told = String::with_capacity(command.len());
    let mut rest = command;
    while let Some(at) = rest.find("sudo ") {
        let (before, tail) = rest.split_at(at);
        told.push_str(before);
        let after = tail.strip_prefix("sudo ").unwrap_or_default();
        let begins = told.is_empty() || BEFORE.iter().any(|mark| told.ends_with(mark));
        let (head, next) = match begins.then(|| in_its_place(after, os)).flatten() {
            Some((head, next)) => (head, next),
            None => ("sudo ".to_owned(), after),
        };
        told.push_str(&head);
        rest = next;
    }
    told + rest
}

/// What root types in the place of `sudo`, and what follows.
fn in_its_place<'a>(after: &'a str, os: &str) -> Option<(String, &'a str)> {
    if !after.starts_with('-') {
        return Some((String::new(), after));
    }
    let named = after.strip_prefix("-iu ").or_else(|| after.strip_prefix("-u "))?;
    let (name, next) = named.split_once(' ').filter(|_| os == "linux")?;
    let next = next.strip_prefix("-H ").unwrap_or(next);
    (!next.starts_with('-')).then(|| (format!("runuser -u {name} -- "), next))
}

/// `read -s` is no part of POSIX: dash ends with "Illegal option", ksh writes the line into its history.
fn without_silent_read(command: &str) -> String {
    let Some((before, rest)) = command.split_once("read -rs ") else {
        return command.to_owned();
    };
    let Some((name, after)) = rest.split_once(" && ") else {
        return command.to_owned();
    };
    format!("{before}{{ stty -echo; read -r {name}; stty echo; }} && {after}")
}

/// Whether a command says something else in that shell, or nothing.
fn differs(command: &str, dialect: Dialect) -> bool {
    let has = |marks: &[&str]| marks.iter().any(|mark| command.contains(mark));
    match dialect {
        Dialect::Fish => has(&["read -rs", "{ ", "${", "`", "set -a"]),
        Dialect::Csh => has(&["read -rs", "$(", "2>", "{ ", "export ", "unset "]),
        Dialect::Plain => false,
        Dialect::Nushell | Dialect::PowerShell => has(&["$", ">", "|", "&&", ";", "{ ", "'", "unset ", "export "]),
    }
}

fn through_bash(command: &str, dialect: Dialect) -> String {
    let quoted = match dialect {
        Dialect::Fish => format!("'{}'", command.replace('\\', "\\\\").replace('\'', "\\'")),
        Dialect::PowerShell => format!("'{}'", command.replace('\'', "''")),
        Dialect::Nushell if command.contains('\'') => format!("r#'{command}'#"),
        Dialect::Nushell => format!("'{command}'"),
        Dialect::Csh => format!("'{}'", command.replace('\'', "'\\''").replace('!', "\\!")),
        Dialect::Plain => crate::base::text::shell_quote(command),
    };
    format!("bash -c {quoted}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(shell: &str, editor: Option<&str>, uid: u32) -> Host {
        Host {
            shell: shell.to_owned(),
            editor: editor.map(str::to_owned),
            uid,
            ..Host::default()
        }
    }

    #[test]
    fn posix_shells_get_what_is_written() {
        for shell in ["/bin/bash", "/bin/zsh", ""] {
            let command = "read -rs KEY && printf 'K=%s\\n' \"$KEY\" >> ~/.env";
            assert_eq!(fit(command, &host(shell, None, 501)), command);
        }
    }

    #[test]
    fn a_variable_is_taken_out_in_the_shells_own_words() {
        for (shell, wanted) in [
            ("/bin/bash", "unset K"),
            ("/usr/bin/fish", "set -e K"),
            ("/usr/bin/nu", "hide-env K"),
            ("/usr/bin/pwsh", "Remove-Item Env:K"),
            ("/bin/tcsh", "unsetenv K"),
        ] {
            assert_eq!(fit("unset K", &host(shell, None, 501)), wanted);
        }
    }

    #[test]
    fn a_variable_is_given_in_the_shells_own_words() {
        let command = "export XDG_RUNTIME_DIR=/run/user/$(id -u)";
        for (shell, wanted) in [
            ("/bin/zsh", command),
            ("/usr/bin/fish", "set -gx XDG_RUNTIME_DIR /run/user/501"),
            ("/usr/bin/nu", "$env.XDG_RUNTIME_DIR = \"/run/user/501\""),
            ("/usr/bin/elvish", "set-env XDG_RUNTIME_DIR /run/user/501"),
            ("/usr/bin/pwsh", "$env:XDG_RUNTIME_DIR = \"/run/user/501\""),
            ("/bin/tcsh", "setenv XDG_RUNTIME_DIR /run/user/501"),
        ] {
            assert_eq!(fit(command, &host(shell, None, 501)), wanted);
        }
    }

    #[test]
    fn other_shells_run_it_through_bash() {
        let command = "read -rs KEY && printf 'K=%s\\n' \"$KEY\" >> ~/.env";
        let cases = [
            (
                "/usr/bin/fish",
                "bash -c 'read -rs KEY && printf \\'K=%s\\\\n\\' \"$KEY\" >> ~/.env'",
            ),
            (
                "/usr/bin/nu",
                "bash -c r#'read -rs KEY && printf 'K=%s\\n' \"$KEY\" >> ~/.env'#",
            ),
            (
                "/opt/pwsh",
                "bash -c 'read -rs KEY && printf ''K=%s\\n'' \"$KEY\" >> ~/.env'",
            ),
            (
                "/bin/sh",
                "{ stty -echo; read -r KEY; stty echo; } && printf 'K=%s\\n' \"$KEY\" >> ~/.env",
            ),
        ];
        for (shell, wanted) in cases {
            assert_eq!(fit(command, &host(shell, None, 501)), wanted);
            assert_eq!(
                fit("openclaw gateway restart", &host(shell, None, 501)),
                "openclaw gateway restart"
            );
        }
        assert_eq!(
            fit(
                "systemctl --user daemon-reload && true",
                &host("/usr/bin/fish", None, 1)
            ),
            "systemctl --user daemon-reload && true"
        );
    }

    #[test]
    fn root_types_no_sudo() {
        let linux = Host {
            os: "linux".to_owned(),
            ..host("", None, 0)
        };
        for (command, wanted) in [
            ("sudo chown me ~/x", "chown me ~/x"),
            ("sudo loginctl enable-linger me", "loginctl enable-linger me"),
            ("sudo kill 7", "kill 7"),
            ("sudo nixos-rebuild switch", "nixos-rebuild switch"),
            (
                "sudo install -o me -m 600 a b && sudo chown me b",
                "install -o me -m 600 a b && chown me b",
            ),
            ("printf x | sudo tee /etc/x", "printf x | tee /etc/x"),
            ("sudo %doctor% --container gw", "%doctor% --container gw"),
            ("sudo -iu bob %doctor%", "runuser -u bob -- %doctor%"),
            (
                "sudo -u bob -H env HOME=/var/b %doctor%",
                "runuser -u bob -- env HOME=/var/b %doctor%",
            ),
            // Not a command: an argument, a path, an option that nothing else knows.
            ("apt install sudo nano", "apt install sudo nano"),
            ("cat /etc/sudo x", "cat /etc/sudo x"),
            ("sudo -E make", "sudo -E make"),
        ] {
            assert_eq!(fit(command, &linux), wanted);
            assert_eq!(fit(command, &host("", None, 501)), command);
        }
        assert_eq!(fit("sudo -iu bob x", &host("", None, 0)), "sudo -iu bob x");
    }

    #[test]
    fn the_editor_that_is_there_is_named() {
        let command = "${EDITOR:-nano} +7 ~/x.conf";
        assert_eq!(fit(command, &host("", None, 1)), command);
        assert_eq!(fit(command, &host("", Some("vi"), 1)), "vi +7 ~/x.conf");
        assert_eq!(fit(command, &host("/usr/bin/fish", Some("vim"), 1)), "vim +7 ~/x.conf");
        assert_eq!(fit(command, &host("", Some("code --wait"), 1)), "code --wait ~/x.conf");
        assert_eq!(
            fit(
                "sudo systemctl restart a && sudo systemctl status a",
                &host("", None, 0)
            ),
            "systemctl restart a && systemctl status a"
        );
        assert_eq!(
            fit(
                "# on the host: docker compose up -d ${EDITOR:-nano}",
                &host("", Some("vi"), 0)
            ),
            "# on the host: docker compose up -d ${EDITOR:-nano}"
        );
    }
}
