//! The parts of a config that the report speaks of, without their secrets.

use serde_json::{Map, Value};

use super::marks::Marks;
use super::{marks, refs, targets, unset_model, uses};
use crate::config::cloudflare::address::without_odd_login;
use crate::config::document::Document;
use crate::config::references;
use crate::loader::answers::{Answers, Ask};
use crate::loader::template;
use crate::model::snapshot::{
    ConfigView, CredentialField, GatewayConfig, Located, ProviderConfig, ShellEnvConfig, Uses,
};
use crate::secret::Vault;
use crate::secret::public::WITHHELD;

/// Most names of `plugins.deny` that are kept.
const MOST_DENIED: usize = 500;

/// A config before and after `${VAR}`, and where its parts stand.
pub(super) struct Source<'a> {
    document: &'a Document,
    resolved: &'a Value,
    marks: &'a Marks,
    vault: &'a Vault,
}

/// Returns the facts of a config; state, issues and references are added by the caller.
pub(super) fn view(
    document: &Document,
    resolved: &Value,
    marks: &Marks,
    answers: &Answers,
    vault: &Vault,
    user_path: &dyn Fn(&str) -> String,
) -> Result<ConfigView, Box<Ask>> {
    let source = Source {
        document,
        resolved,
        marks,
        vault,
    };
    Ok(ConfigView {
        gateway: source.gateway(),
        providers: source.providers(),
        default_model: source.default_model(),
        shell_env: source.shell_env(),
        plugin_entries: source.plugin_entries(),
        plugins_enabled: source.get(&["plugins", "enabled"]).and_then(Value::as_bool),
        plugins_denied: source.plugins_denied(),
        auth_profiles: source.auth_profiles(),
        literals: source.literals(),
        secret_refs: targets::elsewhere(document, marks, answers, user_path)?,
        uses: Uses {
            unset_model: unset_model::of(resolved),
            ..uses::uses(document, resolved)
        },
        ..ConfigView::default()
    })
}

impl Source<'_> {
    pub(super) fn get(&self, path: &[&str]) -> Option<&Value> {
        path.iter().try_fold(self.resolved, into)
    }

    pub(super) fn text(&self, path: &[&str]) -> Option<String> {
        self.get(path).and_then(Value::as_str).map(str::to_owned)
    }

    pub(super) fn map(&self, path: &[&str]) -> Option<&Map<String, Value>> {
        self.get(path).and_then(Value::as_object)
    }

    fn located<T>(&self, path: &[&str], value: T) -> Located<T> {
        Located {
            path: path.join("."),
            place: self.document.place(path),
            value,
        }
    }

    pub(super) fn credential(&self, path: &[&str]) -> Option<Located<CredentialField>> {
        let resolved = self.get(path)?;
        let authored = path.iter().try_fold(&*self.document.value, into)?;
        if let Some(mut secret_ref) = marks::secret_ref(authored) {
            secret_ref.place = self.document.place(path);
            return Some(self.located(path, CredentialField::Ref { secret_ref }));
        }
        let (authored, text) = (authored.as_str()?, resolved.as_str()?);
        let names = references(authored);
        let named = marks::named_variable(path, authored);
        let field = match (template::whole_reference(authored).or(named), names.first()) {
            // `$NAME`, or the bare name of a known variable: read by the Gateway when it is needed, like a SecretRef.
            (Some(name), None) => CredentialField::Ref {
                secret_ref: crate::model::snapshot::SecretRef {
                    source: "env".to_owned(),
                    provider: "default".to_owned(),
                    id: name.to_owned(),
                    place: self.document.place(path),
                    target: crate::base::fact::Fact::not_asked("a reference to a variable"),
                    flaw: None,
                    pass_env: Vec::new(),
                },
            },
            _ => match references(text).into_iter().find(|name| names.contains(name)) {
                Some(name) => CredentialField::Unresolved { name },
                None => CredentialField::Literal {
                    value: self.vault.facts(&path.join("."), &self.vault.seal(text)),
                    from: names,
                },
            },
        };
        Some(self.located(path, field))
    }

    fn gateway(&self) -> GatewayConfig {
        let port = self.get(&["gateway", "port"]).and_then(Value::as_f64);
        GatewayConfig {
            mode: self.text(&["gateway", "mode"]),
            port: port
                .filter(|port| (1.0..=65535.0).contains(port))
                .map(|port| self.located(&["gateway", "port"], port as u16)),
            bind: self.text(&["gateway", "bind"]),
            auth_mode: self.text(&["gateway", "auth", "mode"]),
            token: self.credential(&["gateway", "auth", "token"]),
            password: self.credential(&["gateway", "auth", "password"]),
            remote_token: self.credential(&["gateway", "remote", "token"]),
            remote_url: self
                .text(&["gateway", "remote", "url"])
                .map(|url| public_url(&url, self.vault)),
            tls: self.get(&["gateway", "tls", "enabled"]).and_then(Value::as_bool) == Some(true),
            place: self.document.place(&["gateway"]),
        }
    }

    fn providers(&self) -> Vec<ProviderConfig> {
        let Some(map) = self.map(&["models", "providers"]) else {
            return Vec::new();
        };
        map.keys()
            .filter(|id| *id != "__proto__")
            .map(|id| {
                let at = |field: &'static str| ["models", "providers", id.as_str(), field];
                let models = self.get(&at("models")).and_then(Value::as_array);
                ProviderConfig {
                    id: id.clone(),
                    place: self.document.place(&["models", "providers", id]),
                    base_url: self
                        .text(&at("baseUrl"))
                        .map(|url| self.located(&at("baseUrl"), public_url(&url, self.vault))),
                    api: self.text(&at("api")),
                    auth: self.text(&at("auth")),
                    api_key: self.credential(&at("apiKey")),
                    headers: self.headers(id),
                    model_headers: self.model_headers(id),
                    models: models
                        .into_iter()
                        .flatten()
                        .filter_map(|model| model.get("id").and_then(Value::as_str).map(str::to_owned))
                        .collect(),
                }
            })
            .collect()
    }

    fn default_model(&self) -> Option<Located<String>> {
        let whole = ["agents", "defaults", "model"];
        let primary = ["agents", "defaults", "model", "primary"];
        match self.text(&whole) {
            Some(text) => Some(self.located(&whole, text)),
            None => self.text(&primary).map(|text| self.located(&primary, text)),
        }
    }

    fn shell_env(&self) -> ShellEnvConfig {
        let timeout = self.get(&["env", "shellEnv", "timeoutMs"]).and_then(Value::as_f64);
        ShellEnvConfig {
            enabled: self.get(&["env", "shellEnv", "enabled"]).and_then(Value::as_bool),
            timeout_ms: timeout.filter(|ms| *ms >= 0.0).map(|ms| ms as u64),
            place: self.document.place(&["env", "shellEnv"]),
        }
    }

    fn plugin_entries(&self) -> Vec<(String, Option<bool>)> {
        let entries = self.map(&["plugins", "entries"]);
        entries
            .into_iter()
            .flatten()
            .map(|(id, entry)| (id.clone(), entry.get("enabled").and_then(Value::as_bool)))
            .collect()
    }

    fn plugins_denied(&self) -> Vec<String> {
        let ids = self.get(&["plugins", "deny"]).and_then(Value::as_array);
        let ids = ids.into_iter().flatten().filter_map(Value::as_str);
        ids.map(|id| crate::secret::value::js_trim(id).to_owned())
            .take(MOST_DENIED)
            .collect()
    }

    fn auth_profiles(&self) -> Vec<(String, String, String)> {
        let text = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let profiles = self.map(&["auth", "profiles"]);
        profiles
            .into_iter()
            .flatten()
            .map(|(id, profile)| (id.clone(), text(profile, "provider"), text(profile, "mode")))
            .collect()
    }

    /// Credential fields without a reference in them.
    fn literals(&self) -> Vec<Located<crate::model::snapshot::ValueFacts>> {
        let mut literals = Vec::new();
        for (mark, value) in self.marks.values(self.document) {
            let Some(text) = value.as_str().filter(|_| mark.credential) else {
                continue;
            };
            let is_name =
                template::whole_reference(text).is_some() || marks::named_variable(&mark.path, text).is_some();
            if references(text).is_empty() && !is_name {
                literals.push(Located {
                    place: refs::place(self.document, &mark.path),
                    path: mark.path.join("."),
                    value: self.vault.facts("", &self.vault.seal(text)),
                });
            }
        }
        literals
    }
}

/// A URL without userinfo, query and fragment; what is left out goes to the vault. A password may
/// hold any character, also those that end an authority, so the login is looked for first.
pub(crate) fn public_url(url: &str, vault: &Vault) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        if !may_be_host(url) {
            // A key that was pasted in the place of an address.
            vault.seal(url);
            return WITHHELD.to_owned();
        }
        return match url.rsplit_once('@') {
            Some((userinfo, after)) => {
                vault.seal(userinfo);
                up_to_query(after, vault)
            }
            None => up_to_query(url, vault),
        };
    };
    let end = rest.find(['/', '\\', '?', '#']).unwrap_or(rest.len());
    let (authority, after) = rest.split_at(end);
    let odd_port = authority
        .split_once(':')
        .is_some_and(|(_, port)| port.parse::<u16>().is_err());
    // A password may begin with digits, which then look like a port.
    let raw_login =
        after.contains('@') && (odd_port || after.starts_with(['?', '#', '\\'])) || without_odd_login(url).is_some();
    let last_at = if raw_login {
        rest.rfind('@')
    } else {
        authority.rfind('@')
    };
    let public = match last_at {
        Some(at) => {
            let (userinfo, host) = rest.split_at(at);
            vault.seal(userinfo);
            if let Some((_, password)) = userinfo.split_once(':') {
                vault.seal(password);
            }
            host.trim_start_matches('@')
        }
        None => rest,
    };
    format!("{scheme}://{}", up_to_query(public, vault))
}

/// Whether a text without a scheme begins like an address, or says that one belongs there.
fn may_be_host(text: &str) -> bool {
    let after_login = text.rsplit_once('@').map_or(text, |(_, after)| after);
    let host = after_login.split(['/', ':', '?', '#']).next().unwrap_or_default();
    let plain = host
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'));
    let named = host == "localhost" || (plain && host.contains('.'));
    text.is_empty() || named || text.contains(['<', '{', '[']) || text.starts_with(['/', ':'])
}

fn up_to_query(text: &str, vault: &Vault) -> String {
    let cut = text.find(['?', '#']).unwrap_or(text.len());
    let (kept, dropped) = text.split_at(cut);
    vault.seal(dropped);
    kept.to_owned()
}

/// One step into a value: a key, or the index in a list.
fn into<'v>(value: &'v Value, step: &&str) -> Option<&'v Value> {
    match value {
        Value::Array(list) => list.get(step.parse::<usize>().ok()?),
        other => other.get(step),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::FingerprintKey;

    #[test]
    fn logins_and_queries_are_left_out() {
        let vault = Vault::new(FingerprintKey::from_bytes(vec![1]));
        for (url, public) in [
            ("https://h/v1/a", "https://h/v1/a"),
            ("https://u:p@h:8/v1", "https://h:8/v1"),
            ("https://u:p/w@h/v1", "https://h/v1"),
            ("https://u:p?w#x@h/v1", "https://h/v1"),
            ("https://t?oken@h/v1", "https://h/v1"),
            ("https://h/v1?key=x", "https://h/v1"),
            ("https://h:8/@cf/x", "https://h:8/@cf/x"),
            ("https://user:68/dnp>r@gw.example/v1", "https://gw.example/v1"),
            ("https://user:1/@h.example:8/v1", "https://h.example:8/v1"),
            ("https://u/x@h.example/v1", "https://h.example/v1"),
            ("u:p@h.example/v1", "h.example/v1"),
            ("gateway.ai.cloudflare.com/v1/a", "gateway.ai.cloudflare.com/v1/a"),
            ("127.0.0.1:8080/v1", "127.0.0.1:8080/v1"),
            ("localhost:8080", "localhost:8080"),
            ("<your gateway>", "<your gateway>"),
            ("${BASE_URL}", "${BASE_URL}"),
            ("sk-ant-api/*3-o5CmwgUHSCcGapbYQ", WITHHELD),
            ("u:p@sk-ant-api", WITHHELD),
            ("correct horse battery", WITHHELD),
        ] {
            assert_eq!(public_url(url, &vault), public, "{url}");
        }
    }
}
