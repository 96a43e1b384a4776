//! `value-placeholder`: the value is an example from a tutorial.

use super::value_common::{Suspect, about, correct, suspects};
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{Located, ValueFacts, ValueFlag};
use crate::resolve;

pub(crate) const CHECK: Check = Check {
    id: "value-placeholder",
    title: "no needed key is an example value",
    group: Group::Values,
    severity: Severity::Error,
    needs: &[Need::Gateway],
    causes: &["cf-provider-key-rejected"],
    docs: "Texts such as `your-api-key`, `<key>` or `xxxx` come from a tutorial and were never replaced. A value that \
is the name of a variable (`CLOUDFLARE_AI_GATEWAY_API_KEY`) is sent literally as well.\n\nFix: write the real key.",
    run,
};

fn bad(value: &ValueFacts) -> bool {
    value.has(ValueFlag::Placeholder) || value.has(ValueFlag::BareVariableName)
}

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let suspects = suspects(case, bad);
    let of_keys = suspects.iter().map(|suspect| {
        let what = what(suspect.value);
        if matches!(suspect.name(), "OPENCLAW_GATEWAY_TOKEN" | "OPENCLAW_GATEWAY_PASSWORD") {
            return of_gateway(case, suspect, what);
        }
        let title = format!("{} is {what}, not a key", suspect.name());
        about(case, CHECK.id, suspect, title, &format!("looks like {what}"))
            .detail("The Gateway sends it as it is, and the provider refuses it.")
            .fix_by(correct(case, suspect, "Write the real key."))
    });
    let config = resolve::config(case.snapshot);
    let literals = config.into_iter().flat_map(|config| &config.literals);
    of_keys
        .chain(literals.filter_map(|literal| of_config(case, literal)))
        .collect()
}

/// The Gateway's own secret is compared and sent to nobody: it works, for whoever guesses it.
fn of_gateway(case: &CheckContext<'_>, suspect: &Suspect<'_>, what: &str) -> Finding {
    let title = format!("{} is {what}, which anybody can guess", suspect.name());
    let mut found = about(case, CHECK.id, suspect, title, &format!("looks like {what}"))
        .detail("The Gateway lets in whoever shows it.")
        .fix_by(correct(
            case,
            suspect,
            "Write a random text of your own, here and at the clients.",
        ));
    found.severity = found.severity.min(Severity::Warning);
    found
}

fn what(value: &ValueFacts) -> &'static str {
    match value.has(ValueFlag::Placeholder) {
        true => "an example value",
        false => "the name of a variable",
    }
}

/// A text in the config where a key is due. A server of one's own may take any text for a key, and what goes through
/// Cloudflare is told by its checks.
fn of_config(case: &CheckContext<'_>, literal: &Located<ValueFacts>) -> Option<Finding> {
    let (path, value) = (&literal.path, &literal.value);
    if !bad(value) {
        return None;
    }
    let steps: Vec<&str> = path.split('.').collect();
    let by = match steps.as_slice() {
        ["models", "providers", id, "apiKey"] if is_checked(case, id, value) => "the provider",
        ["channels", _, "botToken" | "appToken" | "token"]
        | ["channels", _, "accounts", _, "botToken" | "appToken" | "token"] => "the service behind the channel",
        _ => return None,
    };
    let weight = resolve::weight_of_path(case.snapshot, path)?;
    let what = what(value);
    let edit = literal.place.as_ref().map(|place| case.edit_at(place));
    let found = finding(CHECK.id, weight.severity(), format!("{path} is {what}, not a key"))
        .subject(path)
        .detail(format!("OpenClaw sends the text as it is, and {by} refuses it."))
        .at(literal.place.as_ref(), format!("looks like {what}"));
    Some(found.fix(
        "Write the real key, or `${NAME}` with the variable in the Gateway's .env; then restart.",
        edit.into_iter().chain([case.commands().restart()]),
    ))
}

fn is_checked(case: &CheckContext<'_>, id: &str, value: &ValueFacts) -> bool {
    let config = resolve::config(case.snapshot);
    let entry = config.and_then(|config| config.providers.iter().find(|entry| entry.id == id));
    let local = entry
        .and_then(|entry| entry.base_url.as_ref())
        .is_some_and(|url| resolve::is_local(&url.value));
    let cloudflare = case.aig_providers().into_iter().any(|provider| provider.id == id);
    let stock = resolve::stock_provider(id).is_some_and(|stock| !stock.local);
    !local && !cloudflare && (stock || !value.has(ValueFlag::Placeholder))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testkit::{findings, healthy, value, views};

    #[test]
    fn example_values_of_the_config_are_told() {
        for (path, text, told) in [
            ("models.providers.openai.apiKey", "sk-your-key-here", true),
            ("models.providers.custom.apiKey", "MY_LLM_KEY", true),
            ("channels.telegram.botToken", "YOUR_BOT_TOKEN", true),
            ("channels.discord.accounts.two.token", "<DISCORD_BOT_TOKEN>", true),
            // A server of one's own may take any text.
            ("models.providers.custom.apiKey", "none", false),
            ("models.providers.ollama.apiKey", "your-key", false),
            ("gateway.auth.token", "changeme", false),
            ("models.providers.openai.apiKey", "sk-proj-Aq9Zt4Lm7Rw2Xc5Vb8Nj", false),
        ] {
            let mut snapshot = healthy();
            for view in views(&mut snapshot) {
                view.config.literals = vec![Located {
                    path: path.to_owned(),
                    place: None,
                    value: value("", text),
                }];
            }
            assert_eq!(!findings(&CHECK, &snapshot).is_empty(), told, "{path} {text}");
        }
    }
}
