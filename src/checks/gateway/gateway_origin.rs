//! Where clients of this shell got the Gateway's address from, and how a variable that misleads them is taken out.

use super::gateway_secrets::is_local;
use crate::base::text::shell_quote;
use crate::checks::check::CheckContext;
use crate::checks::common::assignment_place;
use crate::checks::finding::FindingExt;
use crate::model::report::Finding;
use crate::model::snapshot::{Binding, Place, Source};
use crate::remedy::prompt;

/// Names the Gateway's address before any config.
pub(crate) const URL: &str = "OPENCLAW_GATEWAY_URL";
const CONFIG_URL: &str = "gateway.remote.url";

/// A variable that clients of this shell have.
pub(crate) fn variable<'a>(case: &CheckContext<'a>, name: &str) -> Option<&'a Binding> {
    let shell = case.snapshot.views.shell.get()?;
    shell.find(name).seen().filter(|binding| !binding.value.is_blank())
}

/// The name that sends clients to a Gateway elsewhere.
pub(crate) fn address_subject(case: &CheckContext<'_>) -> &'static str {
    match variable(case, URL) {
        Some(_) => URL,
        None => CONFIG_URL,
    }
}

/// What clients used for the last request with a credential: a variable's name or a config path.
pub(crate) fn credential_subject(case: &CheckContext<'_>) -> Option<String> {
    let what = case.gateway_fact("credential")?;
    what.split(' ').next().map(str::to_owned)
}

/// Adds the place of the address.
pub(crate) fn at_address(case: &CheckContext<'_>, finding: Finding) -> Finding {
    let Some(binding) = variable(case, URL).filter(|_| !is_local(case)) else {
        return finding;
    };
    let from = match binding.source {
        Source::Process => "your shell".to_owned(),
        source => case.place(binding.place.as_ref(), source),
    };
    finding.at(
        binding.place.as_ref(),
        format!("clients here take the address from {URL} ({from})"),
    )
}

fn in_a_file(source: Source) -> bool {
    matches!(
        source,
        Source::DotenvWorkspace
            | Source::DotenvState
            | Source::DotenvConfigDir
            | Source::GatewayEnv
            | Source::ConfigEnv
            | Source::LoginShell
    )
}

/// What takes a variable from the clients of this shell: the line of the file that sets it, and the shell's own copy.
pub(crate) fn take_out(case: &CheckContext<'_>, name: &str) -> (String, Vec<String>) {
    let edit = |place: &Place| {
        let line = place.line.map_or(String::new(), |line| format!("+{line} "));
        format!("${{EDITOR:-nano}} {line}{}", shell_quote(&case.tilde(&place.path)))
    };
    let own = variable(case, name).filter(|binding| in_a_file(binding.source));
    if let Some(place) = own.and_then(|binding| binding.place.as_ref()) {
        return (
            format!("Take {name} out of {}", case.tilde(&place.path)),
            vec![edit(place)],
        );
    }
    let unset = format!("unset {name}");
    match case.in_startup_files(name).first() {
        Some((file, assign)) => {
            let place = assignment_place(file, assign);
            let text = format!("Take {name} out of {} and out of this shell", case.tilde(&place.path));
            (text, vec![edit(&place), unset])
        }
        None => (format!("Take {name} out of this shell"), vec![unset]),
    }
}

/// The command that gives the doctor a credential for one run.
pub(crate) fn hand_over(name: &str) -> String {
    format!("{}{name}=\"$TOKEN\" %doctor% ping", prompt::ask("TOKEN", name))
}
