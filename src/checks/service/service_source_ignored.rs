//! `service-source-ignored`: systemd passes over a line or file that was meant to hand variables to the Gateway.

use super::service_lines::{apply, at, edit_by_hand, lacking, passed_over, sed, sudo};
use crate::base::text::shell_quote;
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{PassedKind, PassedOver, Place, Service};

pub(crate) const CHECK: Check = Check {
    id: "service-source-ignored",
    title: "systemd reads every source of variables of the service",
    group: Group::Service,
    severity: Severity::Error,
    needs: &[Need::Systemd, Need::Service, Need::Definition],
    causes: &[
        "key-missing-everywhere",
        "key-only-in-shell",
        "key-in-unread-file",
        "config-ref-unset-in-daemon",
        "secret-ref-unresolved",
        "daemon-env-outdated",
        "cf-provider-key-missing",
        "cf-provider-key-rejected",
        "gateway-no-credential",
    ],
    docs: "systemd logs a line that it does not understand once, goes on without it, and starts the Gateway without the \
variable: `export K=V` or `K: V` in an EnvironmentFile; a path there with `~`, `$HOME` or quotes; a directive before or \
outside `[Service]`, or with a slip in its name; a file beside the drop-ins whose name does not end in `.conf`.\n\n\
Fix: correct the line as shown, then `daemon-reload` and restart.\n\n\
Example: `EnvironmentFile=~/.secrets.env` is ignored, `EnvironmentFile=%h/.secrets.env` is read.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let Some(service) = case.service() else {
        return Vec::new();
    };
    let mut found: Vec<Finding> = Vec::new();
    for one in passed_over(case).iter().filter(|one| concerns(&one.kind)) {
        let Some(finding) = judged(case, service, one) else {
            continue;
        };
        // Several keys of one file have one cause.
        if !found.iter().any(|known| known.evidence == finding.evidence) {
            found.push(finding);
        }
    }
    found
}

fn concerns(kind: &PassedKind) -> bool {
    !matches!(
        kind,
        PassedKind::Unset | PassedKind::Launcher { .. } | PassedKind::EnvironmentD
    )
}

fn judged(case: &CheckContext<'_>, service: &Service, one: &PassedOver) -> Option<Finding> {
    let names = |name: &str| one.names.iter().any(|known| known.name == name);
    if let Some(key) = lacking(case, names) {
        return Some(found(case, service, one, Severity::Error, key.name()));
    }
    let on_purpose = matches!(one.kind, PassedKind::Reset | PassedKind::DropIn);
    let trace = case.snapshot.views.next_start.get()?;
    let lost = one.names.iter().find(|known| trace.find(&known.name).lacks())?;
    (!on_purpose).then(|| found(case, service, one, Severity::Warning, &lost.name))
}

fn found(case: &CheckContext<'_>, service: &Service, one: &PassedOver, severity: Severity, key: &str) -> Finding {
    let place = at(case, &one.place);
    let title = match &one.kind {
        PassedKind::Reset => format!("{place} takes {key} back before the Gateway starts"),
        PassedKind::DropIn => format!(
            "systemd does not read {}, which sets {key}",
            case.tilde(&one.place.path)
        ),
        _ => format!("systemd ignores {place}, which should give the Gateway {key}"),
    };
    let mut finding = finding(CHECK.id, severity, title)
        .subject(key)
        .detail(format!("{}, so {} starts without {key}.", one.what, service.name))
        .at(Some(&one.place), one.what.clone());
    if let Some(file) = &one.file {
        let line = one.names.iter().find(|known| known.name == key).map(|known| known.line);
        let there = line
            .filter(|line| *line > 0)
            .map_or_else(|| Place::file(file.clone()), |line| Place::line(file.clone(), line));
        finding = finding.at(Some(&there), format!("sets {key}, and is not read"));
    }
    let (text, commands) = remedy(case, service, one, key);
    finding.fix(text, commands)
}

/// The words and commands that make the source count.
fn remedy(case: &CheckContext<'_>, service: &Service, one: &PassedOver, key: &str) -> (String, Vec<String>) {
    let path = one.place.path.as_str();
    let line = one.place.line.unwrap_or(1);
    let with = |text: &str, command: String| {
        (
            text.to_owned(),
            [command].into_iter().chain(apply(case)).collect::<Vec<_>>(),
        )
    };
    if service.nix || path.starts_with("/nix/store") {
        return (
            "Correct it in the Nix configuration.".to_owned(),
            vec![case.commands().reinstall()],
        );
    }
    match &one.kind {
        PassedKind::Export => {
            let script = format!("{line}s/^[[:space:]]*export[[:space:]]*//");
            let (text, mut commands) = with(
                "Take the word `export` out of the line.",
                sed(case, service, path, &script),
            );
            commands.retain(|command| !command.contains("daemon-reload"));
            (text, commands)
        }
        PassedKind::Line => {
            let text = format!("Write the line as `{key}=…`, without `export`, `:` or quotes around the name.");
            (text, vec![edit_by_hand(case, service, path), case.commands().restart()])
        }
        PassedKind::Path { optional } => match &one.file {
            Some(file) if plain(file) => with(
                "Name the file by its absolute path.",
                sed(
                    case,
                    service,
                    path,
                    &format!("{line}s|=.*|={}{file}|", if *optional { "-" } else { "" }),
                ),
            ),
            _ => with("Name the file by its absolute path.", edit_by_hand(case, service, path)),
        },
        PassedKind::Section { name } if name.is_empty() => with(
            "Put `[Service]` at the top of the file.",
            sed(case, service, path, "1i [Service]"),
        ),
        PassedKind::Section { name } => {
            let close = if plain(name) {
                format!("\n{line}a [{name}]")
            } else {
                String::new()
            };
            with(
                "Put the line into a `[Service]` section.",
                sed(case, service, path, &format!("{line}i [Service]{close}")),
            )
        }
        PassedKind::Directive { right } => with(
            "Correct the name of the directive.",
            sed(case, service, path, &format!("{line}s/^[^=]*=/{right}=/")),
        ),
        PassedKind::DropIn if !path.ends_with(".conf") => {
            let sudo = sudo(case, service, path);
            let (from, to) = (case.tilde(path), format!("{}.conf", case.tilde(path)));
            with(
                "Give the file a name that ends in `.conf`.",
                format!("{sudo}mv {} {}", shell_quote(&from), shell_quote(&to)),
            )
        }
        PassedKind::DropIn => {
            let sudo = sudo(case, service, path);
            let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
            let (above, _) = folder.rsplit_once('/').unwrap_or(("", folder));
            let right = case.tilde(&format!("{above}/{}.d", service.name));
            with(
                "Move the file to the directory that systemd reads.",
                format!(
                    "{sudo}mkdir -p {0} && {sudo}mv {1} {2}",
                    shell_quote(&right),
                    shell_quote(&case.tilde(path)),
                    shell_quote(&format!("{right}/{name}"))
                ),
            )
        }
        _ => (
            format!(
                "Write the assignment as `Environment=\"{key}=…\"`, or put the key into {}.",
                case.dotenv()
            ),
            vec![case.put_in_dotenv(key), case.commands().restart_after_add()],
        ),
    }
}

/// Text that means itself in a `sed` script.
fn plain(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_alphanumeric() || "/._-@+ ".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testkit::{KEY, UNIT_PATH, findings, healthy, lose_key, words};
    use crate::model::snapshot::{Assignment, Snapshot};

    fn with(kind: PassedKind, what: &str, file: Option<&str>, path: &str) -> Snapshot {
        let mut snapshot = healthy();
        lose_key(&mut snapshot, KEY);
        snapshot.services.services[0].systemd.passed_over.push(PassedOver {
            kind,
            place: Place::line(path, 3),
            file: file.map(str::to_owned),
            names: vec![Assignment {
                name: KEY.to_owned(),
                line: 7,
                exported: true,
            }],
            what: what.to_owned(),
        });
        snapshot
    }

    #[test]
    fn each_kind_has_its_command() {
        let folder = "/home/me/.config/systemd/user/openclaw-gateway.service.d";
        let drop_in = format!("{folder}/env.conf");
        let file = Some("/home/me/.secrets.env");
        let section = |name: &str| PassedKind::Section { name: name.to_owned() };
        for (kind, what, file, path, command) in [
            (
                PassedKind::Export,
                "systemd does not know `export` and ignores the line",
                None,
                "/home/me/.secrets.env",
                "sed -i '3s/^[[:space:]]*export[[:space:]]*//' ~/.secrets.env",
            ),
            (
                PassedKind::Path { optional: false },
                "no /",
                file,
                &drop_in,
                "sed -i '3s|=.*|=/home/me/.secrets.env|'",
            ),
            (
                section(""),
                "before any section",
                file,
                &drop_in,
                "sed -i '1i [Service]'",
            ),
            (
                section("Unit"),
                "in [Unit]",
                file,
                UNIT_PATH,
                "sed -i '3i [Service]\n3a [Unit]'",
            ),
            (
                PassedKind::Directive {
                    right: "EnvironmentFile".to_owned(),
                },
                "not known",
                file,
                &drop_in,
                "sed -i '3s/^[^=]*=/EnvironmentFile=/'",
            ),
            (PassedKind::DropIn, "no .conf", file, &format!("{folder}/env"), "mv "),
            (PassedKind::Reset, "taken back", file, &drop_in, "/.env"),
        ] {
            let found = findings(&CHECK, &with(kind, what, file, path));
            assert_eq!(found.len(), 1, "{what}");
            assert_eq!(
                (found[0].severity, found[0].subject.as_deref()),
                (Severity::Error, Some(KEY))
            );
            let said = words(&found[0]);
            assert!(said.contains(command), "{command}: {said}");
        }
    }

    #[test]
    fn what_arrives_all_the_same_or_was_taken_back_on_purpose_is_no_finding() {
        let mut arrives = with(PassedKind::Line, "x", None, "/home/me/x");
        arrives.views.next_start = healthy().views.next_start;
        assert!(findings(&CHECK, &arrives).is_empty());
        let mut other = with(PassedKind::Reset, "x", None, UNIT_PATH);
        other.services.services[0].systemd.passed_over[0].names[0].name = "OTHER_TOKEN".to_owned();
        assert!(findings(&CHECK, &other).is_empty());
        other.services.services[0].systemd.passed_over[0].kind = PassedKind::Line;
        assert_eq!(findings(&CHECK, &other)[0].severity, Severity::Warning);
    }
}
