//! `secret-provider-exec`: the program of an exec secrets provider cannot give what is asked of it.

use crate::base::fact::Fact;
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::common::{gateway_has_name, gateway_lacks_name};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Certainty, Finding, Severity};
use crate::model::snapshot::{Located, Place, SecretRef};
use crate::resolve;
use crate::secret::names;

pub(crate) const CHECK: Check = Check {
    id: "secret-provider-exec",
    title: "programs of secrets providers can be run as the Gateway runs them",
    group: Group::Environment,
    severity: Severity::Error,
    needs: &[Need::Config, Need::Gateway],
    causes: &[],
    docs: "A provider of source exec runs a program and takes the secret from its output. OpenClaw wants an absolute path of \
a regular file that belongs to the Gateway's user and that others cannot write, and hands over the variables named in \
`passEnv` alone, from its own environment. A login such as OP_SERVICE_ACCOUNT_TOKEN that only your shell has is not there. \
The doctor never runs the program; `openclaw secrets audit --check --allow-exec` does.\n\n\
Fix: put the variable into `.env` of the state directory and restart; correct owner and mode of the program.",
    run,
};

/// Families of variables by which programs of password managers log in or find their server.
const LOGINS: [&str; 16] = [
    "OP_",
    "BWS_",
    "BW_",
    "VAULT_",
    "DOPPLER_",
    "INFISICAL_",
    "AKEYLESS_",
    "CONJUR_",
    "AWS_",
    "AZURE_",
    "GOOGLE_",
    "SOPS_",
    "AGE_",
    "GNUPG",
    "PASSWORD_STORE_",
    "KEEPER_",
];

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let Some(config) = resolve::config(case.snapshot) else {
        return Vec::new();
    };
    let mut told: Vec<&str> = Vec::new();
    let mut found = Vec::new();
    for secret in config.secret_refs.iter().filter(|secret| secret.value.source == "exec") {
        let provider = secret.value.provider.as_str();
        let Some(weight) = resolve::weight_of_path(case.snapshot, &secret.path).filter(|_| !told.contains(&provider))
        else {
            continue;
        };
        told.push(provider);
        let of_provider: Vec<Finding> = refused(case, secret, weight.severity())
            .into_iter()
            .chain(lacking(case, secret, weight.severity()))
            .collect();
        let unknown = of_provider.is_empty().then(|| not_run(case, secret)).flatten();
        found.extend(of_provider.into_iter().chain(unknown));
    }
    found
}

fn refused(case: &CheckContext<'_>, secret: &Located<SecretRef>, severity: Severity) -> Option<Finding> {
    let Fact::Unreadable { why, .. } = &secret.value.target else {
        return None;
    };
    let provider = &secret.value.provider;
    Some(
        finding(
            CHECK.id,
            severity,
            format!("OpenClaw does not run the program of secrets.providers.{provider}: {why}"),
        )
        .subject(&secret.path)
        .detail(format!(
            "{} comes from it. The Gateway starts, logs SECRETS_PROVIDER_DEGRADED, and what needs the secret does not \
                 work. The program must be a regular file of the Gateway's user, no link, and not writable by others.",
            secret.path
        ))
        .at(
            secret.place.as_ref(),
            format!("{}: source exec, provider {provider}", secret.path),
        )
        .fix(
            format!(
                "Name a program in secrets.providers.{provider}.command that fits, then let the Gateway read it again."
            ),
            [case.commands().openclaw("secrets reload")],
        ),
    )
}

/// The variables that the program is to have and the Gateway lacks: those of a login, and those that the shell has.
fn lacking(case: &CheckContext<'_>, secret: &Located<SecretRef>, severity: Severity) -> Vec<Finding> {
    let names_of = &secret.value.pass_env;
    let login = |name: &str| names::is_credential(name) || LOGINS.iter().any(|prefix| name.starts_with(prefix));
    // Of several ways to log in one is enough.
    let logged_in = names_of
        .iter()
        .any(|name| names::is_credential(name) && gateway_has_name(case, name));
    let wanted = |name: &&String| {
        login(name)
            && gateway_lacks_name(case, name)
            && (shell_has(case, name) || (names::is_credential(name) && !logged_in))
    };
    names_of
        .iter()
        .filter(wanted)
        .map(|name| missing(case, secret, name, severity))
        .collect()
}

fn shell_has(case: &CheckContext<'_>, name: &str) -> bool {
    let shell = case
        .snapshot
        .views
        .shell
        .get()
        .and_then(|trace| trace.find(name).seen());
    shell.is_some_and(|binding| !binding.value.is_blank()) || !case.in_startup_files(name).is_empty()
}

fn missing(case: &CheckContext<'_>, secret: &Located<SecretRef>, name: &str, severity: Severity) -> Finding {
    let provider = &secret.value.provider;
    let in_shell = shell_has(case, name);
    let only_shell = if in_shell { "; only your shell has it" } else { "" };
    // What the program needs is known to nobody who does not run it; who exports the variable has said so.
    let severity = if in_shell {
        severity
    } else {
        severity.min(Severity::Warning)
    };
    let mut found = finding(
        CHECK.id,
        severity,
        format!("passEnv of secrets.providers.{provider} names {name}, which the Gateway does not have{only_shell}"),
    )
    .subject(name)
    .certainty(Certainty::Likely)
    .detail(format!(
        "{} comes from that program, and it is given this variable from the Gateway's environment. If the program logs in \
         by it alone, the reference fails and nothing else is tried; it was not run.",
        secret.path
    ))
    .at(secret.place.as_ref(), format!("{}: source exec, provider {provider}", secret.path));
    for (file, assign) in case.in_startup_files(name).into_iter().take(2) {
        let place = Place::line(file.path.clone(), assign.line);
        found = found.at(Some(&place), format!("sets it; no daemon reads {}", file.name));
    }
    found.fix(
        format!(
            "If the program needs {name}, put it into {} and restart the Gateway.",
            case.dotenv()
        ),
        [case.put_in_dotenv(name), case.commands().restart_after_add()],
    )
}

/// Nothing speaks against it, and nothing was tried.
fn not_run(case: &CheckContext<'_>, secret: &Located<SecretRef>) -> Option<Finding> {
    let program = secret.value.target.get()?;
    let program = case.tilde(program);
    Some(
        finding(
            CHECK.id,
            Severity::Info,
            format!("{} comes from {program}, which the doctor does not run", secret.path),
        )
        .subject(&secret.path)
        .detail("Whether the program gives the secret is not known from here.")
        .at(
            secret.place.as_ref(),
            format!("{}: source exec, provider {}", secret.path, secret.value.provider),
        )
        .fix(
            "To see whether it resolves:",
            [case.commands().openclaw("secrets audit --check --allow-exec")],
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testkit::{bind, findings, healthy, known, set, views};
    use crate::model::snapshot::{Snapshot, Source};

    fn machine(target: Fact<String>, pass_env: &[&str]) -> Snapshot {
        let mut snapshot = healthy();
        for view in views(&mut snapshot) {
            view.config.secret_refs.push(Located {
                path: "models.providers.openai.apiKey".to_owned(),
                place: None,
                value: SecretRef {
                    source: "exec".to_owned(),
                    provider: "op".to_owned(),
                    id: "value".to_owned(),
                    place: None,
                    target: target.clone(),
                    flaw: None,
                    pass_env: pass_env.iter().map(|name| (*name).to_owned()).collect(),
                },
            });
        }
        snapshot
    }

    #[test]
    fn a_login_that_only_the_shell_has_is_told() {
        let mut snapshot = machine(
            Fact::known("/home/me/bin/op".to_owned()),
            &["HOME", "LANG", "OP_SERVICE_ACCOUNT_TOKEN"],
        );
        let token = bind("OP_SERVICE_ACCOUNT_TOKEN", "ops_x", Source::Process, None);
        set(known(&mut snapshot.views.shell), token.clone());
        let found = findings(&CHECK, &snapshot);
        assert_eq!(found.len(), 1, "{found:#?}");
        assert!(found[0].title.contains("passEnv"));
        assert_eq!(found[0].severity, Severity::Error, "who exports it has set it up");
        let mut nowhere = snapshot.clone();
        known(&mut nowhere.views.shell).environment = known(&mut snapshot.views.next_start).environment.clone();
        let found = findings(&CHECK, &nowhere);
        assert_eq!(
            found[0].severity,
            Severity::Warning,
            "the program may log in by other means"
        );
        for view in views(&mut snapshot) {
            set(view, token.clone());
        }
        snapshot.processes.gateways[0].witness = Fact::Absent;
        let found = findings(&CHECK, &snapshot);
        assert!(
            found.iter().all(|one| one.severity == Severity::Info),
            "only that it was not run: {found:#?}"
        );
    }

    #[test]
    fn a_program_that_openclaw_refuses_is_told_and_none_is_a_pass() {
        let refused = machine(Fact::unreadable("/home/me/bin/op: others may write it", ""), &[]);
        assert!(findings(&CHECK, &refused)[0].title.contains("others may write it"));
        let unknown = machine(Fact::known("/home/me/bin/op".to_owned()), &[]);
        assert_eq!(findings(&CHECK, &unknown)[0].severity, Severity::Info);
    }
}
