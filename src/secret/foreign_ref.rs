//! Values that are no key but point at one: references of password managers, encrypted texts, templates. No reader of
//! OpenClaw resolves them (facts/field.md section 5).

use serde::{Deserialize, Serialize};

use super::value::{is_env_name, js_trim};

/// A value that stands for another one, which some tool would put in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ForeignRef {
    /// `op://…`, also in `{{ … }}`.
    OnePassword,
    /// `ENC[AES256_GCM,…]`.
    Sops,
    /// `encrypted:…` of dotenvx.
    Dotenvx,
    /// `bws://…`, `bw://…`.
    Bitwarden,
    /// `vault:…`, `vault://…`.
    Vault,
    /// `sm://…`, `gcp-sm://…`, `projects/…/secrets/…`.
    GoogleSecretManager,
    /// `arn:aws:secretsmanager:…`, `aws-sm://…`, `ssm://…`.
    AwsSecrets,
    /// `@Microsoft.KeyVault(…)`, `akv://…`.
    AzureKeyVault,
    /// `doppler://…`, `pass:…/…`, `keychain:…` and others; in a variable of a key any scheme but the web's.
    OtherVault,
    /// `ref+…://…` of vals.
    Vals,
    /// An age or PGP message, a value of EJSON.
    Encrypted,
    /// `$ANSIBLE_VAULT;…`.
    AnsibleVault,
    /// `{{ … }}`.
    Template,
    /// `env:NAME`, `env://NAME`, `$env:NAME`.
    EnvPrefix,
    /// `secretref-env:NAME`: as the key of a provider OpenClaw takes it for none and reads the provider's own variable.
    EnvMarker,
    /// `file:PATH`, `file://PATH`.
    FilePrefix,
    /// `%NAME%`.
    Percent,
    /// `${NAME:-default}`, `${tool.path}` and other forms that a shell or a tool of its own knows.
    ShellForm,
}

/// Prefixes that say which tool would resolve the value; compared in lower case.
const PREFIXES: &[(&str, ForeignRef)] = &[
    ("op://", ForeignRef::OnePassword),
    ("enc[", ForeignRef::Sops),
    ("encrypted:", ForeignRef::Dotenvx),
    ("bws://", ForeignRef::Bitwarden),
    ("bw://", ForeignRef::Bitwarden),
    ("bitwarden://", ForeignRef::Bitwarden),
    ("vault:", ForeignRef::Vault),
    ("sm://", ForeignRef::GoogleSecretManager),
    ("gsm://", ForeignRef::GoogleSecretManager),
    ("gcp-sm://", ForeignRef::GoogleSecretManager),
    ("gcpsecretmanager://", ForeignRef::GoogleSecretManager),
    ("arn:aws:secretsmanager:", ForeignRef::AwsSecrets),
    ("arn:aws:ssm:", ForeignRef::AwsSecrets),
    ("aws-sm://", ForeignRef::AwsSecrets),
    ("awssm://", ForeignRef::AwsSecrets),
    ("secretsmanager://", ForeignRef::AwsSecrets),
    ("{{resolve:", ForeignRef::AwsSecrets),
    ("ssm://", ForeignRef::AwsSecrets),
    ("ssm:/", ForeignRef::AwsSecrets),
    ("@microsoft.keyvault(", ForeignRef::AzureKeyVault),
    ("akv://", ForeignRef::AzureKeyVault),
    ("azurekeyvault://", ForeignRef::AzureKeyVault),
    ("keyvault://", ForeignRef::AzureKeyVault),
    ("keychain:", ForeignRef::OtherVault),
    ("keyring:", ForeignRef::OtherVault),
    ("ej[", ForeignRef::Encrypted),
    ("ref+", ForeignRef::Vals),
    ("-----begin age encrypted file-----", ForeignRef::Encrypted),
    ("-----begin pgp message-----", ForeignRef::Encrypted),
    ("age-encryption.org/", ForeignRef::Encrypted),
    ("$ansible_vault;", ForeignRef::AnsibleVault),
    ("env://", ForeignRef::EnvPrefix),
    ("secretref-env:", ForeignRef::EnvMarker),
    ("file:", ForeignRef::FilePrefix),
];

/// Returns which kind of reference a whole value is. A scheme in front of `Bearer` counts as well.
pub(crate) fn kind(text: &str) -> Option<ForeignRef> {
    let trimmed = js_trim(text).trim_matches(['"', '\'']);
    let word = trimmed.get(..7).filter(|head| head.eq_ignore_ascii_case("bearer "));
    let value = js_trim(word.map_or(trimmed, |_| trimmed.get(7..).unwrap_or_default()));
    let head: String = value.chars().take(40).collect::<String>().to_ascii_lowercase();
    let by_prefix = PREFIXES
        .iter()
        .find(|(prefix, _)| head.starts_with(prefix) && value.len() > prefix.len());
    if let Some((prefix, kind)) = by_prefix {
        // `ref+` alone may begin a key; a reference of vals goes on with a scheme.
        return (*prefix != "ref+" || head.contains("://")).then_some(*kind);
    }
    if head
        .split_once("://")
        .is_some_and(|(scheme, _)| VAULTS.contains(&scheme))
    {
        return Some(ForeignRef::OtherVault);
    }
    // `pass:word` may be a login; the stores of passwords have folders.
    if ["conjur:", "gopass:", "pass:"]
        .iter()
        .any(|tool| head.starts_with(tool))
        && value.contains('/')
    {
        return Some(ForeignRef::OtherVault);
    }
    let inside = |open: &str, close: &str| value.strip_prefix(open)?.strip_suffix(close);
    if let Some(template) = inside("${{", "}}").or_else(|| inside("{{", "}}")) {
        return Some(if template.contains("op://") {
            ForeignRef::OnePassword
        } else {
            ForeignRef::Template
        });
    }
    if inside("<%", "%>").is_some() {
        return Some(ForeignRef::Template);
    }
    if inside("%", "%").is_some_and(is_env_name) {
        return Some(ForeignRef::Percent);
    }
    let name = |text: &str| is_env_name(text) && !text.chars().any(|c| c.is_ascii_lowercase());
    if value.strip_prefix("env:").is_some_and(name) || head.starts_with("$env:") {
        return Some(ForeignRef::EnvPrefix);
    }
    // `${NAME:-default}`, `${doppler.project.KEY}`; `${NAME}` itself is told apart elsewhere.
    let shell = inside("${", "}").is_some_and(|inner| !is_env_name(inner));
    if shell || (value.len() > 2 && inside("`", "`").is_some_and(|inner| !inner.contains('`'))) {
        return Some(ForeignRef::ShellForm);
    }
    let is_google = value.starts_with("projects/") && value.contains("/secrets/");
    is_google.then_some(ForeignRef::GoogleSecretManager)
}

/// Schemes of secret managers that have no kind of their own.
const VAULTS: &[&str] = &[
    "akeyless",
    "conjur",
    "dashlane",
    "dl",
    "doppler",
    "gopass",
    "infisical",
    "keepass",
    "keepassxc",
    "keeper",
    "keychain",
    "keyring",
    "lastpass",
    "lpass",
    "pass",
    "phase",
    "secret",
    "secrets",
];

/// Returns the reference in a variable: that of any scheme where the name is one of a key, for no key begins with one.
/// Other variables hold addresses of services, which have schemes of all kinds.
pub(crate) fn of_variable(name: &str, text: &str) -> Option<ForeignRef> {
    let of_a_key = ["_KEY", "_TOKEN", "_SECRET", "_PASSWORD"];
    let any = || {
        let is_key = of_a_key.iter().any(|end| name.to_ascii_uppercase().ends_with(end));
        let (scheme, rest) = js_trim(text).split_once("://")?;
        let of_web = ["http", "https", "ws", "wss"].contains(&scheme.to_ascii_lowercase().as_str());
        (is_key && is_scheme(scheme) && !rest.is_empty() && !of_web).then_some(ForeignRef::OtherVault)
    };
    kind(text).or_else(any)
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "+-._".contains(c))
}

impl ForeignRef {
    /// Returns what it is, in words, and how it begins.
    pub(crate) fn words(self) -> &'static str {
        match self {
            ForeignRef::OnePassword => "a 1Password reference (op://…)",
            ForeignRef::Sops => "a value encrypted by SOPS (ENC[…])",
            ForeignRef::Dotenvx => "a value encrypted by dotenvx (encrypted:…)",
            ForeignRef::Bitwarden => "a Bitwarden reference",
            ForeignRef::Vault => "a Vault reference (vault:…)",
            ForeignRef::GoogleSecretManager => "a reference to Google Secret Manager",
            ForeignRef::AwsSecrets => "a reference to AWS Secrets Manager or Parameter Store",
            ForeignRef::AzureKeyVault => "a reference to Azure Key Vault",
            ForeignRef::OtherVault => "a reference to a secret manager",
            ForeignRef::Vals => "a reference of vals (ref+…)",
            ForeignRef::Encrypted => "an encrypted text (age, PGP or EJSON)",
            ForeignRef::AnsibleVault => "a text encrypted by Ansible Vault",
            ForeignRef::Template => "a template ({{ … }} or ${{ … }})",
            ForeignRef::EnvPrefix => "a reference to a variable (env:…)",
            ForeignRef::EnvMarker => "a marker of a variable (secretref-env:…)",
            ForeignRef::FilePrefix => "a reference to a file (file:…)",
            ForeignRef::Percent => "a Windows variable (%NAME%)",
            ForeignRef::ShellForm => "text that only a shell or another tool would expand",
        }
    }

    /// Returns who would resolve it, as the end of a sentence.
    pub(crate) fn resolver(self) -> &'static str {
        match self {
            ForeignRef::OnePassword => "`op run` or `op inject` resolves it, or a SecretRef of source exec",
            ForeignRef::Sops => "`sops exec-env` or `sops decrypt` does, or a SecretRef of source exec",
            ForeignRef::Dotenvx => "`dotenvx run` does",
            ForeignRef::Bitwarden => "`bws run` does, or a SecretRef of source exec",
            ForeignRef::Vault => "a Vault agent does, or a SecretRef of source exec",
            ForeignRef::GoogleSecretManager => "`gcloud secrets versions access` does",
            ForeignRef::AwsSecrets => "the AWS command line does",
            ForeignRef::AzureKeyVault => "Azure's own hosting does, on its services alone",
            ForeignRef::OtherVault => "the manager's own command does",
            ForeignRef::Vals => "`vals exec` does",
            ForeignRef::Encrypted => "`age`, `gpg` or `ejson` decrypts it",
            ForeignRef::AnsibleVault => "`ansible-vault` decrypts it",
            ForeignRef::Template => "the tool that the template is for has to write the file",
            ForeignRef::EnvPrefix | ForeignRef::EnvMarker => {
                "in the config `${NAME}` or a SecretRef of source env does that"
            }
            ForeignRef::FilePrefix => "in the config a SecretRef of source file does that",
            ForeignRef::Percent => "only Windows expands it",
            ForeignRef::ShellForm => "a `.env` and systemd expand nothing",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_told_from_keys() {
        for (text, kind_of_it) in [
            ("op://OpenClaw/Cloudflare/credential", ForeignRef::OnePassword),
            ("{{ op://vault/item/field }}", ForeignRef::OnePassword),
            ("Bearer op://vault/item/field", ForeignRef::OnePassword),
            ("ENC[AES256_GCM,data:Zm9v,iv:AA==,tag:BB==,type:str]", ForeignRef::Sops),
            ("encrypted:BDQ3rTQ", ForeignRef::Dotenvx),
            ("bws://0b2e", ForeignRef::Bitwarden),
            ("vault:secret/data/openclaw#key", ForeignRef::Vault),
            ("sm://project/name", ForeignRef::GoogleSecretManager),
            ("projects/p/secrets/s/versions/latest", ForeignRef::GoogleSecretManager),
            ("arn:aws:secretsmanager:eu-west-1:1:secret:x", ForeignRef::AwsSecrets),
            ("@Microsoft.KeyVault(SecretUri=https://x)", ForeignRef::AzureKeyVault),
            ("infisical://x", ForeignRef::OtherVault),
            ("phase://app/KEY", ForeignRef::OtherVault),
            ("keepassxc://db/entry", ForeignRef::OtherVault),
            ("pass:openclaw/cf", ForeignRef::OtherVault),
            ("EJ[1:abc=:def=:ghi=]", ForeignRef::Encrypted),
            ("${{ secrets.OPENAI_API_KEY }}", ForeignRef::Template),
            ("ref+vault://secret/x", ForeignRef::Vals),
            ("-----BEGIN AGE ENCRYPTED FILE-----\nx", ForeignRef::Encrypted),
            ("-----BEGIN PGP MESSAGE-----", ForeignRef::Encrypted),
            ("$ANSIBLE_VAULT;1.1;AES256", ForeignRef::AnsibleVault),
            ("{{ vault_openai_key }}", ForeignRef::Template),
            ("env:OPENAI_API_KEY", ForeignRef::EnvPrefix),
            ("$env:OPENAI_API_KEY", ForeignRef::EnvPrefix),
            ("file:/run/secrets/key", ForeignRef::FilePrefix),
            ("%OPENAI_API_KEY%", ForeignRef::Percent),
            ("${KEY:-}", ForeignRef::ShellForm),
            ("${doppler.proj.cfg.KEY}", ForeignRef::ShellForm),
            ("${env:KEY}", ForeignRef::ShellForm),
            ("${ KEY }", ForeignRef::ShellForm),
            ("${A}${B}", ForeignRef::ShellForm),
            ("secretref-env:MY_KEY", ForeignRef::EnvMarker),
            ("`pass show openai`", ForeignRef::ShellForm),
        ] {
            // A header of a whole message is one word longer than its prefix.
            let text = if text.ends_with("-----") {
                format!("{text}x")
            } else {
                text.to_owned()
            };
            assert_eq!(kind(&text), Some(kind_of_it), "{text}");
        }
        for text in [
            "",
            "sk-ant-api03-abc",
            "123456789:AAFakeTelegram",
            "xoxb-1-2",
            "${NAME}",
            "$NAME",
            "op:x",
            "ref+key",
            "https://user@host/",
            "postgres://user@host/db",
            "mongodb+srv://user@host/db",
            "12://x",
            "tgram://bot/chat",
            "sqlite+aiosqlite:///x.db",
            "pass:word",
            "env:lower-case",
            "vault:",
            "Bearer sk-1",
            "%41%20",
            "AIzaSy",
            "{\"type\":\"service_account\"}",
        ] {
            assert_eq!(kind(text), None, "{text}");
        }
    }

    #[test]
    fn a_scheme_is_a_reference_where_a_key_belongs() {
        for (name, text, is) in [
            ("OPENAI_API_KEY", "tool://vault/openai", true),
            ("Telegram_Bot_Token", "my-vault://x", true),
            ("OPENAI_API_KEY", "https://example.org/", false),
            ("OPENAI_API_KEY", "tool://", false),
            ("OPENAI_API_KEY", "sk-ant-api03-x", false),
            ("APPRISE_URL", "tgram://bot/chat", false),
            ("DATABASE_URL", "cockroach://u@h/d", false),
            ("DATABASE_URL", "op://vault/db/url", true),
        ] {
            assert_eq!(of_variable(name, text).is_some(), is, "{name}={text}");
        }
    }
}
