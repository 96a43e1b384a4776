//! Commands as they run where they are typed: with an editor that is there, without `sudo` where there is none, and through
//! a POSIX shell where the asker's own reads another language.

use crate::model::snapshot::Host;

/// What the checks write for "your editor".
const EDITOR: &str = "${EDITOR:-nano}";

/// Shells whose language is not POSIX.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dialect {
    Fish,
    Nushell,
    PowerShell,
    Csh,
}

fn dialect(shell: &str) -> Option<Dialect> {
    match shell.rsplit('/').next().unwrap_or_default() {
        "fish" => Some(Dialect::Fish),
        "nu" | "elvish" | "xonsh" => Some(Dialect::Nushell),
        "pwsh" | "powershell" => Some(Dialect::PowerShell),
        "csh" | "tcsh" => Some(Dialect::Csh),
        _ => None,
    }
}

/// Returns a command as it runs on this host.
pub(crate) fn fit(command: &str, host: &Host) -> String {
    if command.starts_with('#') {
        return command.to_owned();
    }
    let mut told = with_editor(command, host.editor.as_deref());
    if host.uid == 0 {
        told = without_sudo(&told);
    }
    if let Some(told) = told.strip_prefix("unset ").and_then(|name| without(name, &host.shell)) {
        return told;
    }
    match dialect(&host.shell) {
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

/// Root needs no `sudo`, and a container has none.
fn without_sudo(command: &str) -> String {
    let mut told = command.to_owned();
    for word in [
        "sudo systemctl ",
        "sudo journalctl ",
        "sudo launchctl ",
        "sudo openclaw ",
        "sudo supervisorctl ",
        "sudo sv ",
        "sudo s6-svc ",
        "sudo ss ",
    ] {
        told = told.replace(word, word.trim_start_matches("sudo "));
    }
    told
}

/// Whether a command says something else in that shell, or nothing.
fn differs(command: &str, dialect: Dialect) -> bool {
    let has = |marks: &[&str]| marks.iter().any(|mark| command.contains(mark));
    match dialect {
        Dialect::Fish => has(&["read -rs", "{ ", "${", "`", "set -a"]),
        Dialect::Csh => has(&["read -rs", "$(", "2>", "{ ", "export ", "unset "]),
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
        for shell in ["/bin/bash", "/bin/zsh", "/bin/sh", ""] {
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
            fit("sudo -iu bob openclaw doctor", &host("", None, 0)),
            "sudo -iu bob openclaw doctor"
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
