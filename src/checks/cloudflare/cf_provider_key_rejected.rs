//! `cf-provider-key-rejected`: Cloudflare lets the request through, the provider refuses the key.

use super::cf_common::{answer_finding, field};
use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::finding::FindingExt;
use crate::checks::values::value_common::correct_in_gateway;
use crate::model::report::{Finding, Severity};
use crate::ping::verdict::{Reach, Word};

pub(crate) const CHECK: Check = Check {
    id: "cf-provider-key-rejected",
    title: "the provider accepts the Gateway's key",
    group: Group::Cloudflare,
    severity: Severity::Error,
    needs: &[Need::CloudflareAnswer(Reach::Key)],
    causes: &[],
    docs: "The request passed Cloudflare, and the provider behind it answered 401: the key that the Gateway sends is wrong, \
revoked, or of a kind that cannot work there. The AI Gateway's own token is not the trouble. The doctor asked with the key \
that the Gateway has, which need not be the one in your shell; where the shell's is accepted, that is said.\n\n\
Fix: put a valid key where the Gateway reads it, and restart it.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    match case.cloudflare() {
        Some(word @ (Word::ProviderKeyRejected | Word::KeyShapeWrong)) => vec![found(case, word)],
        Some(Word::OnlyShellKeyAccepted) if case.cloudflare_fact("key") == Some("configured") => {
            vec![found(case, Word::OnlyShellKeyAccepted)]
        }
        _ => Vec::new(),
    }
}

fn found(case: &CheckContext<'_>, word: Word) -> Finding {
    let id = case.cloudflare_fact("provider").unwrap_or("cloudflare-ai-gateway");
    let (from, name) = (
        case.cloudflare_fact("key_from"),
        case.cloudflare_fact("key_name").unwrap_or_default(),
    );
    let variable = Some(name).filter(|name| from == Some("variable") && !name.is_empty());
    let path = field(id, "apiKey");
    let key = match (variable, from) {
        (Some(name), _) => name.to_owned(),
        (None, Some("profile")) => format!("The key of the stored profile for {id}"),
        _ => path.clone(),
    };
    let rest = case.asks_account_api();
    let title = match word {
        Word::OnlyShellKeyAccepted => {
            format!("Your shell's key is accepted, the Gateway's is not: {key} (401 of the provider)")
        }
        _ if rest => format!("Cloudflare's API refuses the token that the Gateway sends: {key} (401)"),
        _ => format!("The provider refuses the key that the Gateway sends: {key} (401)"),
    };
    let shape = case
        .cloudflare_fact("key_shape")
        .filter(|_| word == Word::KeyShapeWrong)
        .map_or(String::new(), |shape| {
            let due = if rest {
                "an API token of Cloudflare is due"
            } else {
                "the provider wants an API key of its own"
            };
            format!(" It looks like: {shape}; {due}.")
        });
    let who = case.gateway_name();
    let detail = match rest {
        true => format!(
            "This endpoint takes an API token of Cloudflare as its key. The one that {who} has is wrong, expired or revoked.{shape}"
        ),
        false => format!(
            "Cloudflare let the request through, so address, ids and the AI Gateway's token are good. The provider behind it \
             answers 401 to the key that {who} has.{shape}"
        ),
    };
    let finding = answer_finding(case, &CHECK, CHECK.severity, title)
        .subject(variable.map_or(path.clone(), str::to_owned))
        .detail(detail);
    match (variable, from) {
        (Some(name), _) => {
            let (text, commands) = correct_in_gateway(
                case,
                name,
                if rest {
                    "Put a valid API token of Cloudflare there."
                } else {
                    "Put a valid key of the provider there."
                },
            );
            finding.fix(text, commands)
        }
        (None, Some("profile")) => finding
            .at(
                Some(&crate::model::snapshot::Place::file(name)),
                "contains the profile, which wins over every variable",
            )
            .fix(
                "Renew the stored profile, or remove it so that the variable counts, and restart.",
                [
                    case.commands().openclaw(&format!("models auth login --provider {id}")),
                    case.commands().restart(),
                ],
            ),
        _ => finding.fix(
            format!(
                "Put a valid key into {} and refer to it from {path}, then restart.",
                case.dotenv()
            ),
            [
                case.put_in_dotenv("CLOUDFLARE_AI_GATEWAY_API_KEY"),
                case.config_set(&path, "${CLOUDFLARE_AI_GATEWAY_API_KEY}"),
                case.commands().restart(),
            ],
        ),
    }
}
