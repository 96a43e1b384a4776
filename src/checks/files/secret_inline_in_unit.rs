//! `secret-inline-in-unit`: a secret in plain text in a unit or plist.

use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::{FindingExt, finding};
use crate::checks::gateway::gateway_token_stale_in_unit::{TOKEN, token_of_config};
use crate::checks::service::service_common::{edit, file_name};
use crate::checks::service::service_lines::{apply, own_unit};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{Binding, ManagerKind, Service, Source, ValueFlag};
use crate::remedy::manager::is_transient;
use crate::secret::names;

/// Names that look like credentials and hold a path or a switch.
const NO_SECRETS: &[&str] = &["GOOGLE_APPLICATION_CREDENTIALS", "OPENCLAW_SERVICE_MANAGED_ENV_KEYS"];
/// Shorter values are switches such as `none`, not secrets.
const SHORTEST: usize = 8;

pub(crate) const CHECK: Check = Check {
    id: "secret-inline-in-unit",
    title: "the service definition contains no secret",
    group: Group::Files,
    severity: Severity::Warning,
    needs: &[Need::Service, Need::Definition],
    causes: &[],
    docs: "A value in `Environment=` of a unit or in EnvironmentVariables of a plist can be seen by everybody who can \
read the file or ask the manager (`systemctl show -p Environment` needs no rights for system units), is copied into \
backups, and stays there when the key is changed elsewhere.\n\n\
Fix: put it into the `.env` of the state directory (mode 600), remove the line, and restart the service; under launchd \
regenerate the definition.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let Some(service) = case.service() else {
        return Vec::new();
    };
    let overridden = service.overridden.iter().map(|overridden| &overridden.binding);
    let mut seen: Vec<&str> = Vec::new();
    let mut found = Vec::new();
    for binding in service
        .bindings
        .iter()
        .chain(overridden)
        .filter(|binding| is_inline_secret(binding))
    {
        if !seen.contains(&binding.name.as_str()) {
            seen.push(&binding.name);
            found.push(told(case, service, binding));
        }
    }
    found
}

fn is_inline_secret(binding: &Binding) -> bool {
    let value = &binding.value;
    let no_secret = [
        ValueFlag::LiteralReference,
        ValueFlag::CommandSubstitution,
        ValueFlag::BareVariableName,
        ValueFlag::Placeholder,
        ValueFlag::Sentinel,
    ];
    matches!(binding.source, Source::Unit | Source::DropIn | Source::LaunchdPlist)
        && names::is_credential(&binding.name)
        && !NO_SECRETS.contains(&binding.name.as_str())
        && value.public.is_none()
        && value.foreign.is_none()
        && !value.is_blank()
        && value.length >= SHORTEST
        && !no_secret.into_iter().any(|flag| value.has(flag))
}

fn told(case: &CheckContext<'_>, service: &Service, binding: &Binding) -> Finding {
    let name = &binding.name;
    let place = binding.place.as_ref();
    let path = place.map_or(service.name.as_str(), |place| place.path.as_str());
    let line = match place.and_then(|place| place.line) {
        Some(line) => format!("line {line} of {}", case.tilde(path)),
        None => case.tilde(path),
    };
    let file = service
        .definition
        .iter()
        .chain(&service.drop_ins)
        .find(|file| file.path == path);
    let mode = file.and_then(|file| file.stat.get()).map(|stat| stat.mode & 0o7777);
    let open = match mode {
        Some(mode) if mode & 0o044 != 0 => format!(" Others may read the file (mode {mode:04o})."),
        _ => String::new(),
    };
    let has_copy = case.start_trace().is_some_and(|trace| {
        trace
            .offers_for(name)
            .any(|offer| offer.source == Source::DotenvState && offer.value.is_some())
    });
    // What the Gateway has from elsewhere is not pasted again: which of two values would be right is told by another check.
    let of_config = token_of_config(case).filter(|_| name == TOKEN);
    let put = (!has_copy && of_config.is_none()).then(|| case.put_in_dotenv(name));
    let words = match (of_config, has_copy) {
        (Some(by), _) => format!("Remove {line}, and restart the Gateway: it takes the token of {by}."),
        (None, true) => format!("Remove {line}, and restart the Gateway: {} sets it too.", case.dotenv()),
        (None, false) => format!(
            "Put {name} into {} (mode 600), remove {line}, and restart the Gateway.",
            case.dotenv()
        ),
    };
    let (words, commands) = match case.snapshot.services.manager {
        ManagerKind::Systemd if is_transient(service) => {
            let (words, command) = own_unit(service);
            (words.to_owned(), vec![command])
        }
        // An install would write the unit anew, without the other lines that somebody put there.
        ManagerKind::Systemd => {
            let first = put.into_iter().chain([edit(&case.tilde(path))]);
            (words, first.chain(apply(case)).collect())
        }
        _ => {
            let rest = [edit(&case.tilde(path)), case.commands().reinstall()];
            (words, put.into_iter().chain(rest).collect::<Vec<_>>())
        }
    };
    finding(
        CHECK.id,
        CHECK.severity,
        format!("{} contains {name} in plain text", file_name(path)),
    )
    .subject(name)
    .detail(format!(
        "Anyone who can read the definition of {} or ask the service manager can read the secret, and this copy goes \
             stale when you rotate the key.{open}",
        service.name
    ))
    .at(
        place,
        format!("gives {name} its value (#{})", binding.value.fingerprint),
    )
    .fix(words, commands)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testkit::{KEY, UNIT_PATH, bind, findings, healthy, words};
    use crate::model::snapshot::FileKind;
    use crate::model::snapshot::{Place, Snapshot};

    fn with(name: &str, text: &str, source: Source) -> Snapshot {
        let mut snapshot = healthy();
        let place = Some(Place::line(UNIT_PATH, 20));
        snapshot.services.services[0]
            .bindings
            .push(bind(name, text, source, place));
        snapshot
    }

    #[test]
    fn a_literal_key_is_told_with_its_line() {
        let mut snapshot = with(KEY, "sk-ant-api03-fine", Source::Unit);
        if let Some(definition) = &mut snapshot.services.services[0].definition {
            definition.stat = crate::checks::testkit::path("", "", FileKind::File, 0o644).stat;
        }
        let found = findings(&CHECK, &snapshot);
        assert_eq!(
            (found[0].subject.as_deref(), found[0].evidence[0].line),
            (Some(KEY), Some(20))
        );
        let text = words(&found[0]);
        for part in [
            "openclaw-gateway.service",
            "~/.openclaw/.env",
            "mode 0644",
            "systemctl --user daemon-reload",
            "gateway restart",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert!(!text.contains("sk-ant") && !text.contains("install"), "{text}");
    }

    #[test]
    fn the_unit_of_systemd_run_is_neither_edited_nor_installed_over() {
        let mut snapshot = with(KEY, "sk-ant-api03-fine", Source::Unit);
        let path = "/run/user/1000/systemd/transient/openclaw-gateway.service";
        let service = &mut snapshot.services.services[0];
        service.bindings.last_mut().unwrap().place = Some(Place::line(path, 7));
        service.definition.as_mut().unwrap().path = path.to_owned();
        let commands = findings(&CHECK, &snapshot)[0]
            .remedy
            .clone()
            .unwrap()
            .commands
            .join("\n");
        assert!(
            !commands.contains("EDITOR") && !commands.contains("install"),
            "{commands}"
        );
        assert!(
            commands.contains("systemctl --user cat openclaw-gateway.service"),
            "{commands}"
        );
    }

    #[test]
    fn references_switches_and_files_are_no_inline_secrets() {
        for (name, text, source) in [
            (KEY, "sk-ant-api03-fine", Source::EnvironmentFile),
            (KEY, "${CLOUDFLARE_AI_GATEWAY_API_KEY}", Source::Unit),
            (KEY, "", Source::Unit),
            ("BASIC_AUTH", "none", Source::Unit),
            (
                "OPENCLAW_SERVICE_MANAGED_ENV_KEYS",
                "OPENAI_API_KEY,OTHER_KEY",
                Source::Unit,
            ),
            ("EDITOR_THEME", "something-long", Source::Unit),
        ] {
            assert!(findings(&CHECK, &with(name, text, source)).is_empty(), "{name}={text}");
        }
    }
}
