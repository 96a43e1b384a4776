//! Which secret the Gateway asks its clients for, and what it refuses about that.

use serde_json::Value;

use super::{Around, filled, refuse};
use crate::config::problem::{Problem, get, text};
use crate::config::references;
use crate::config::secret_refs::is_ref;
use crate::secret::value::js_trim;

/// Where a secret of the Gateway comes from. It holds the secret's text, so it cannot be printed.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Credential<'a> {
    Missing,
    /// The text in the config, trimmed; it may be blank.
    Text(&'a str),
    /// A SecretRef or a variable without a value.
    Reference(&'a Value),
    /// The Gateway's environment.
    Environment,
    /// `gateway.remote`, which stands in for a missing token.
    Remote,
}

/// The Gateway's authentication, as its start resolves it.
pub(super) struct Auth<'a> {
    /// `gateway.auth.mode`.
    written: Option<&'a str>,
    /// The mode that counts.
    pub(super) mode: &'a str,
    token: Credential<'a>,
    password: Credential<'a>,
}

impl<'a> Auth<'a> {
    /// Resolves it from the config and the environment.
    pub(super) fn of(config: &'a Value, around: &Around<'_>) -> Self {
        let credential = |key: &str, variable: &str| {
            let value = get(config, &["gateway", "auth", key]);
            match value {
                Some(value @ Value::String(text)) if !references(text).is_empty() => Credential::Reference(value),
                Some(Value::String(text)) if !js_trim(text).is_empty() => Credential::Text(js_trim(text)),
                Some(value) if is_ref(value) => Credential::Reference(value),
                _ if (around.is_set)(variable) => Credential::Environment,
                Some(Value::String(_)) => Credential::Text(""),
                _ => Credential::Missing,
            }
        };
        let mut token = credential("token", "OPENCLAW_GATEWAY_TOKEN");
        if token == Credential::Missing && filled(get(config, &["gateway", "remote", "token"])).is_some() {
            token = Credential::Remote;
        }
        let password = credential("password", "OPENCLAW_GATEWAY_PASSWORD");
        let written = text(config, &["gateway", "auth", "mode"]);
        let by_secret = match password {
            Credential::Missing | Credential::Text("") => "token",
            _ => "password",
        };
        Auth {
            written,
            mode: written.unwrap_or(by_secret),
            token,
            password,
        }
    }

    /// Returns whether clients have to show a secret.
    pub(super) fn asks_for_a_secret(&self) -> bool {
        let known = |credential| !matches!(credential, Credential::Missing | Credential::Text(""));
        match self.mode {
            "token" => known(self.token),
            "password" => known(self.password),
            _ => false,
        }
    }

    /// The secret of the mode that counts, with its path.
    pub(super) fn active(&self) -> Option<(&'static str, Credential<'a>)> {
        match self.mode {
            "token" => Some(("token", self.token)),
            "password" => Some(("password", self.password)),
            _ => None,
        }
    }
}

/// Nobody says which of the two clients have to show.
pub(super) fn two_secrets(config: &Value, auth: &Auth<'_>) -> Option<Problem> {
    let given = |key| {
        let value = get(config, &["gateway", "auth", key]);
        filled(value).is_some() || value.is_some_and(is_ref)
    };
    if auth.written.is_some() || !given("token") || !given("password") {
        return None;
    }
    let words = "token and password are both set, and auth.mode does not say which counts";
    refuse(
        &["gateway", "auth", "mode"],
        words,
        "write mode: \"token\" or mode: \"password\"",
    )
}

/// A password is never made up.
pub(super) fn no_password(auth: &Auth<'_>) -> Option<Problem> {
    if auth.mode != "password" || !matches!(auth.password, Credential::Missing | Credential::Text("")) {
        return None;
    }
    let hint = "set gateway.auth.password, or OPENCLAW_GATEWAY_PASSWORD in the environment of the Gateway";
    refuse(
        &["gateway", "auth", "password"],
        "auth.mode is password, and neither the config nor the environment has one",
        hint,
    )
}

/// Published example values, and what is left where a program wrote no value.
pub(super) fn no_secret_by_name(config: &Value, auth: &Auth<'_>) -> Option<Problem> {
    const WRITTEN_BY_MISTAKE: [&str; 2] = ["undefined", "null"];
    const EXAMPLES: [(&str, &str); 3] = [
        ("token", "change-me-to-a-long-random-token"),
        ("token", "change-me-now"),
        ("password", "change-me-to-a-strong-password"),
    ];
    let (key, Credential::Text(secret)) = auth.active()? else {
        return None;
    };
    let blank = secret.is_empty() && key == "token" && get(config, &["gateway", "auth", key]).is_some();
    let what = if blank {
        "blank"
    } else if WRITTEN_BY_MISTAKE.contains(&secret) {
        "the word that a program writes where it has no value"
    } else if EXAMPLES.contains(&(key, secret)) {
        "a published example"
    } else if crate::secret::value::is_sentinel(secret) {
        "a mark that redaction leaves"
    } else {
        return None;
    };
    let words = format!("auth.{key} is {what}, which the Gateway takes for no {key}");
    refuse(
        &["gateway", "auth", key],
        words,
        format!("set a {key} of your own, such as from `openssl rand -hex 32`"),
    )
}

/// What `trusted-proxy` needs, and the token that it cannot stand beside.
pub(super) fn trusted_proxy(config: &Value, auth: &Auth<'_>) -> Option<Problem> {
    if auth.mode != "trusted-proxy" {
        return None;
    }
    let proxy = ["gateway", "auth", "trustedProxy"];
    if get(config, &proxy).is_none() {
        let words = "auth.mode is trusted-proxy, and auth.trustedProxy is missing";
        return refuse(
            &["gateway", "auth", "mode"],
            words,
            "add trustedProxy: { userHeader: … }",
        );
    }
    if filled(get(config, &["gateway", "auth", "trustedProxy", "userHeader"])).is_none() {
        return refuse(
            &proxy,
            "trustedProxy.userHeader is empty",
            "name the header with the user",
        );
    }
    if get(config, &["gateway", "trustedProxies"])
        .and_then(Value::as_array)
        .is_none_or(Vec::is_empty)
    {
        let words = "auth.mode is trusted-proxy, and gateway.trustedProxies names no proxy";
        return refuse(
            &["gateway", "auth", "mode"],
            words,
            "list the proxy's address in gateway.trustedProxies",
        );
    }
    let place = match auth.token {
        Credential::Text(secret) if !secret.is_empty() => "gateway.auth.token",
        Credential::Environment => "OPENCLAW_GATEWAY_TOKEN in the environment of the Gateway",
        Credential::Remote => "gateway.remote.token",
        _ => return None,
    };
    let words = "auth.mode is trusted-proxy, and there is a token too";
    refuse(&["gateway", "auth", "mode"], words, format!("remove {place}"))
}
