//! Advice beyond the release: what `config validate` accepts although the Gateway or the
//! provider then fails (facts/config-validation.md section 2.2).

use serde_json::Value;

use super::document::Document;
use super::problem::{Problem, Step, get, text};
use super::secret_refs;
use super::substitute::Missing;
use crate::secret::names::is_credential_field;

fn owned(path: &[&str]) -> Vec<String> {
    path.iter().map(|segment| (*segment).to_owned()).collect()
}

fn advise(path: &[&str], kind: &'static str, words: impl Into<String>, hint: impl Into<String>) -> Problem {
    Problem::mild(&owned(path), kind, words).hint(hint)
}

/// Returns the keys given twice: the earlier value is lost without a word.
pub(super) fn duplicates(doc: &Document) -> Vec<Problem> {
    let mut out = Vec::new();
    for duplicate in doc.duplicates() {
        let line = duplicate.lost.line.unwrap_or_default();
        let (kind, words) = if duplicate.section {
            (
                "duplicate-section",
                "this section is given twice; the earlier one is lost as a whole",
            )
        } else {
            ("duplicate-key", "this key is given twice; only the later one counts")
        };
        let hint = format!(
            "the earlier one is on line {line} of {}; merge the two",
            duplicate.lost.path
        );
        out.push(Problem::mild(&duplicate.path, kind, words).hint(hint));
    }
    out
}

/// Returns the references without a value.
pub(super) fn missing(written: &Value, missing: &[Missing]) -> Vec<Problem> {
    let _ = written;
    let each = missing.iter().map(|one| {
        let words = format!(
            "{} is not set or empty, so the text ${{{}}} stays as it is",
            one.name, one.name
        );
        Problem::mild(&one.path, "missing-env", words).hint(format!("set {} where the Gateway reads it", one.name))
    });
    each.collect()
}

/// Returns everything else.
pub(super) fn beyond(config: &Value, missing: &[Missing], is_set: &dyn Fn(&str) -> bool) -> Vec<Problem> {
    let mut out = Vec::new();
    mode(config, &mut out);
    auth(config, missing, is_set, &mut out);
    listener(config, &mut out);
    credentials(config, &mut Vec::new(), &mut out);
    out.extend(secret_refs::without_provider(config));
    out
}

/// Kind of the note that this machine is a client of another Gateway.
pub(crate) const CLIENT: &str = "gateway-mode-remote";

/// Kind of a credential that is a reference in a form that nobody expands.
pub(crate) const UNEXPANDED: &str = "unexpanded-reference";

fn mode(config: &Value, out: &mut Vec<Problem>) {
    match text(config, &["gateway", "mode"]) {
        None if get(config, &["gateway", "mode"]).is_none() => {
            let words = "gateway.mode is not set; a Gateway then starts only with --allow-unconfigured";
            out.push(advise(
                &["gateway"],
                "gateway-mode-missing",
                words,
                "add mode: \"local\" to gateway",
            ));
        }
        Some("remote") => {
            let words = "with mode \"remote\" this machine is a client of another Gateway, and none starts here";
            let hint = "write \"local\" if the Gateway is to run here";
            out.push(advise(&["gateway", "mode"], CLIENT, words, hint));
        }
        _ => {}
    }
}

fn auth(config: &Value, missing: &[Missing], is_set: &dyn Fn(&str) -> bool, out: &mut Vec<Problem>) {
    let filled = |path: &[&str]| match get(config, path) {
        Some(Value::String(text)) => !crate::secret::value::js_trim(text).is_empty(),
        Some(Value::Object(_)) => true,
        _ => false,
    };
    let token = ["gateway", "auth", "token"];
    for one in missing.iter().filter(|one| one.path == token) {
        let words = format!(
            "the token is made from {}, which has no value: the Gateway invents one at each start",
            one.name
        );
        out.push(advise(
            &token,
            "token-from-missing-variable",
            words,
            format!("set {}", one.name),
        ));
    }
    // A missing password is refused; a token is made up.
    if text(config, &["gateway", "auth", "mode"]) == Some("token")
        && !filled(&token)
        && !is_set("OPENCLAW_GATEWAY_TOKEN")
    {
        let words = "auth.mode is token, and auth.token is not set: the Gateway invents one at each start";
        let hint = "set gateway.auth.token, or OPENCLAW_GATEWAY_TOKEN in the environment of the Gateway";
        out.push(advise(&["gateway", "auth", "mode"], "auth-without-secret", words, hint));
    }
}

fn listener(config: &Value, out: &mut Vec<Problem>) {
    let proxies = get(config, &["gateway", "trustedProxies"]).and_then(Value::as_array);
    for (at, proxy) in proxies.into_iter().flatten().enumerate() {
        let address = proxy
            .as_str()
            .map(|proxy| proxy.split('/').next().unwrap_or_default())
            .unwrap_or_default();
        if crate::secret::value::js_trim(address)
            .parse::<std::net::IpAddr>()
            .is_err()
        {
            let at = at.to_string();
            let words = "not an IP address or range, so it never matches a proxy";
            out.push(advise(
                &["gateway", "trustedProxies", &at],
                "trusted-proxy-nonsense",
                words,
                "write an IP address or CIDR range",
            ));
        }
    }
    own_proxy(config, out);
    for key in ["maxAttempts", "windowMs", "lockoutMs"] {
        let path = ["gateway", "auth", "rateLimit", key];
        if get(config, &path)
            .and_then(Value::as_f64)
            .is_some_and(|number| number < 0.0)
        {
            out.push(advise(
                &path,
                "negative-limit",
                "a limit cannot be negative",
                "write a number from 0 up",
            ));
        }
    }
}

/// A proxy on the Gateway's own machine is trusted only where that is said.
fn own_proxy(config: &Value, out: &mut Vec<Problem>) {
    let allow = ["gateway", "auth", "trustedProxy", "allowLoopback"];
    let trusts = text(config, &["gateway", "auth", "mode"]) == Some("trusted-proxy");
    if !trusts || get(config, &allow) == Some(&Value::Bool(true)) {
        return;
    }
    let proxies = get(config, &["gateway", "trustedProxies"]).and_then(Value::as_array);
    let own = |proxy: &Value| {
        let address = proxy
            .as_str()
            .and_then(|proxy| proxy.split('/').next())
            .map(crate::secret::value::js_trim);
        address
            .and_then(|address| address.parse::<std::net::IpAddr>().ok())
            .is_some_and(|address| address.is_loopback())
    };
    let Some(at) = proxies.and_then(|all| all.iter().position(own)) else {
        return;
    };
    let words = "requests of a proxy on this machine are refused: auth.trustedProxy.allowLoopback is not set";
    let path = ["gateway", "trustedProxies", &at.to_string()];
    let hint = "write allowLoopback: true in gateway.auth.trustedProxy if the proxy is on this machine";
    out.push(advise(&path, "proxy-on-loopback", words, hint));
}

/// Literals in credential fields that redaction left behind, or that no reader expands.
fn credentials<'v>(value: &'v Value, path: &mut Vec<Step<'v>>, out: &mut Vec<Problem>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                path.push(Step::Key(key));
                credentials(value, path, out);
                path.pop();
            }
        }
        Value::Array(items) => {
            for (at, value) in items.iter().enumerate() {
                path.push(Step::At(at));
                credentials(value, path, out);
                path.pop();
            }
        }
        Value::String(text) => {
            let key = |from_end: usize| match path.iter().rev().nth(from_end) {
                Some(Step::Key(key)) => *key,
                _ => "",
            };
            if is_credential_field(key(1), key(0)) {
                credential(text, &Step::owned(path), out);
            }
        }
        _ => {}
    }
}

fn credential(text: &str, path: &[String], out: &mut Vec<Problem>) {
    let trimmed = crate::secret::value::js_trim(text);
    if crate::secret::value::is_sentinel(trimmed) {
        let words = "this is the mark that redaction leaves, not the credential";
        out.push(Problem::mild(path, "redaction-sentinel", words).hint("put the real value, or \"${NAME}\", here"));
    } else if unexpanded(trimmed) {
        let words = "nobody expands this: OpenClaw replaces only ${NAME} with upper-case letters, digits and _";
        out.push(Problem::mild(path, UNEXPANDED, words).hint("write \"${NAME}\""));
    }
}

fn unexpanded(text: &str) -> bool {
    let braces = text.strip_prefix("${").is_some_and(|rest| rest.ends_with('}'));
    let percent = text.len() > 2 && text.starts_with('%') && text.ends_with('%');
    let command = text.starts_with("$(");
    (braces && super::substitute::references(text).is_empty()) || percent || command
}
