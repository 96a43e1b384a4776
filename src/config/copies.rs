//! Copies that OpenClaw keeps beside its config, and which keys of them differ
//! (facts/config-validation.md section 2.5). Keys alone: a value may be a secret.

use serde_json::Value;

use super::parsed;

/// Differing keys that are named.
const NAMED: usize = 12;

/// Returns what kind of copy a file beside the config is, by the part of its name after the config's own.
pub fn role(suffix: &str) -> Option<&'static str> {
    let numbered = |rest: &str| rest.is_empty() || rest.starts_with('.');
    if suffix == ".last-good" {
        Some("last good copy")
    } else if suffix.strip_prefix(".bak").is_some_and(numbered) {
        Some("previous version")
    } else if suffix.strip_prefix(".rejected").is_some_and(numbered) {
        Some("rejected change")
    } else if suffix.strip_prefix(".clobbered").is_some_and(numbered) {
        Some("overwritten file")
    } else {
        None
    }
}

/// Returns the dotted paths of the keys in which a copy differs from the config, both as they are
/// written; an error says why they cannot be compared.
pub fn differing(config: &[u8], copy: &[u8]) -> Result<Vec<String>, &'static str> {
    let value = |bytes: &[u8]| parsed::parse("", bytes).ok().map(|(value, _)| value);
    let copy = value(copy).ok_or("it is not JSON5")?;
    let config = value(config).ok_or("the config itself cannot be read")?;
    let mut out = Vec::new();
    walk(&config, &copy, &mut Vec::new(), &mut out);
    let more = out.len().saturating_sub(NAMED);
    out.truncate(NAMED);
    if more > 0 {
        out.push(format!("and {more} more"));
    }
    Ok(out)
}

fn walk(config: &Value, copy: &Value, path: &mut Vec<String>, out: &mut Vec<String>) {
    let (Value::Object(ours), Value::Object(theirs)) = (config, copy) else {
        if config != copy {
            let place = if path.is_empty() {
                "<root>".to_owned()
            } else {
                path.join(".")
            };
            out.push(place);
        }
        return;
    };
    let added = theirs.iter().filter(|(key, _)| !ours.contains_key(*key));
    let pairs = ours.iter().map(|(key, value)| (key, value, theirs.get(key)));
    for (key, value, other) in pairs.chain(added.map(|(key, value)| (key, value, None))) {
        path.push(key.clone());
        match other {
            Some(other) => walk(value, other, path, out),
            None => out.push(path.join(".")),
        }
        path.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles() {
        for (suffix, found) in [
            (".last-good", Some("last good copy")),
            (".bak", Some("previous version")),
            (".bak.3", Some("previous version")),
            (".rejected.2026-11-01T10-00-00Z", Some("rejected change")),
            (".clobbered.1", Some("overwritten file")),
            (".swp", None),
            (".bakery", None),
            ("", None),
        ] {
            assert_eq!(role(suffix), found, "{suffix}");
        }
    }

    #[test]
    fn keys_and_never_values() {
        let config = b"{gateway: {mode: 'local', port: 1, auth: {token: 'secret-a'}}, // c\n x: [1]}";
        let copy = b"{\"gateway\": {\"port\": 1, \"auth\": {\"token\": \"secret-b\"}, \"bind\": \"lan\"}, \"x\": [1]}";
        assert_eq!(
            differing(config, copy).unwrap(),
            ["gateway.mode", "gateway.auth.token", "gateway.bind"]
        );
        assert_eq!(differing(config, config).unwrap(), [""; 0]);
        assert_eq!(differing(config, b"{"), Err("it is not JSON5"));
        assert_eq!(differing(b"{", copy), Err("the config itself cannot be read"));
        assert_eq!(differing(b"{}", b"[]").unwrap(), ["<root>"]);
        let many: String = (0..30).map(|n| format!("k{n}: 1,")).collect();
        let found = differing(b"{}", format!("{{{many}}}").as_bytes()).unwrap();
        assert_eq!(
            (found.len(), found.last().map(String::as_str)),
            (13, Some("and 18 more"))
        );
    }
}
