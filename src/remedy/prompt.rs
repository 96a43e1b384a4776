//! What a command reads from the terminal. Nothing that is typed is shown, so each prompt says what it wants.

use crate::config::cloudflare::address::{Address, Wants, is_aig};
use crate::config::cloudflare::{ID, TOKEN_HEADER, key_variable};
use crate::model::snapshot::{CredentialField, Located, ProviderConfig, Snapshot};
use crate::resolve;

/// How each prompt begins.
const PROMPT: &str = "printf \"Paste ";
/// How it ends.
const END: &str = ": \" >&2 && ";

/// Returns the beginning of a command that reads a value without an echo into a variable of the shell; an empty line ends
/// the command there.
pub(crate) fn ask(variable: &str, what: &str) -> String {
    // Every shell that the command is quoted for leaves these alone.
    let plain = |sign: &char| sign.is_ascii_alphanumeric() || " _-.,()".contains(*sign);
    let what: String = what.chars().filter(plain).collect();
    format!("{PROMPT}{what}{END}read -rs {variable} && [ -n \"${variable}\" ] && ")
}

/// Returns what a command asks for, in the order of its prompts.
pub(crate) fn asked(command: &str) -> Vec<&str> {
    let prompts = command.split(PROMPT).skip(1);
    prompts
        .filter_map(|rest| rest.split_once(END))
        .map(|(what, _)| what)
        .collect()
}

/// Returns what a prompt calls the value of a variable: by its name, and of the two secrets of an AI Gateway by which it is.
pub(super) fn name_of(snapshot: &Snapshot, key: &str) -> String {
    let providers = resolve::config(snapshot)
        .map(|config| config.providers.as_slice())
        .unwrap_or_default();
    let kind = match providers.iter().find(|provider| is_key_of(provider, key)) {
        Some(provider) => key_kind(provider),
        None if key == resolve::CLOUDFLARE_KEY => Some("key of Anthropic"),
        None if key.starts_with("CF_AIG_TOKEN") || providers.iter().any(|one| is_token_of(one, key)) => {
            Some("Cloudflare token of the AI Gateway")
        }
        None => None,
    };
    kind.map_or(key.to_owned(), |kind| format!("{key} ({kind})"))
}

/// Which key a provider behind an AI Gateway wants; other providers have one secret, and its name says it.
fn key_kind(provider: &ProviderConfig) -> Option<&'static str> {
    let url = provider.base_url.as_ref().map(|url| url.value.as_str());
    if !is_aig(&provider.id, url) && !provider.headers.iter().any(|(name, _)| name == TOKEN_HEADER) {
        return None;
    }
    let Some(address) = url.and_then(Address::parse) else {
        return (provider.id == ID).then_some("key of Anthropic");
    };
    Some(match address.wants() {
        Wants::Anthropic => "key of Anthropic",
        Wants::Openai => "key of OpenAI",
        Wants::Cloudflare => "Cloudflare API token",
        Wants::Any => "key of the provider behind the AI Gateway",
    })
}

fn is_key_of(provider: &ProviderConfig, key: &str) -> bool {
    let by_name = provider.id == ID && key == resolve::CLOUDFLARE_KEY;
    let field = provider.api_key.as_ref();
    by_name || field.is_some_and(|field| reads(field, key)) || key == key_variable(&provider.id)
}

fn is_token_of(provider: &ProviderConfig, key: &str) -> bool {
    let mut headers = provider.headers.iter();
    headers.any(|(name, field)| name == TOKEN_HEADER && reads(field, key))
}

fn reads(field: &Located<CredentialField>, key: &str) -> bool {
    match &field.value {
        CredentialField::Literal { from, .. } => from.iter().any(|name| name == key),
        CredentialField::Unresolved { name } => name == key,
        CredentialField::Ref { secret_ref } => secret_ref.source == "env" && secret_ref.id == key,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A prompt that is quoted for another shell is still read as one.
    #[test]
    fn what_a_command_asks_for_is_read_from_it() {
        let one = format!("{}put", ask("KEY", "A_KEY (key of O'Brien)"));
        let two = format!("{one} && {}put", ask("KEY", "B_KEY"));
        for (shell, editor) in [
            ("/bin/bash", None),
            ("/usr/bin/fish", None),
            ("/bin/dash", Some("vi")),
            ("/bin/tcsh", None),
        ] {
            let mut snapshot = crate::remedy::tests::sample::sample();
            snapshot.host.shell = shell.to_owned();
            snapshot.host.editor = editor.map(str::to_owned);
            let typed = crate::remedy::shell::typed(&one, &snapshot);
            assert_eq!(asked(&typed), ["A_KEY (key of OBrien)"], "{typed}");
            assert!(typed.contains("[ -n \"$KEY\" ] && put"), "{typed}");
        }
        assert_eq!(asked(&two), ["A_KEY (key of OBrien)", "B_KEY"]);
        assert_eq!(asked("printf 'K=%s' \"$K\""), [""; 0]);
    }
}
