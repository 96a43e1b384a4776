//! The lock file of a state directory: `<state>/tmp/openclaw-<uid>/gateway.state.lock`.

use serde::Deserialize;

/// What the Gateway writes into its lock file (facts/services.md section 3.1).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LockFile {
    /// Process that holds the lock.
    pub pid: u32,
    /// Port it was told to use.
    #[serde(default)]
    pub port: Option<u16>,
    /// Start of that process in clock ticks since boot; shows a pid that was used again.
    #[serde(default)]
    pub start_time: Option<u64>,
    /// Missing or `gateway` for a Gateway; anything else is a command that holds the state.
    #[serde(default)]
    pub role: Option<String>,
    /// Its config file.
    #[serde(default)]
    pub config_path: Option<String>,
}

impl LockFile {
    /// Returns whether the holder is a Gateway.
    pub fn is_gateway(&self) -> bool {
        self.role.as_deref().is_none_or(|role| role == "gateway")
    }
}

/// Reads the JSON value at the head; what follows is blank padding.
pub fn parse(bytes: &[u8]) -> Option<LockFile> {
    serde_json::Deserializer::from_slice(bytes).into_iter().next()?.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_and_unknown_fields_do_not_matter() {
        let text = "{ \"pid\": 153, \"ownerId\": \"x\", \"port\": 18820, \"startTime\": 271108 }\t\t   \t";
        let lock = parse(text.as_bytes()).unwrap();
        assert_eq!(
            (lock.pid, lock.port, lock.start_time),
            (153, Some(18820), Some(271_108))
        );
        assert!(lock.is_gateway());
    }

    #[test]
    fn other_holders_are_no_gateway() {
        assert!(!parse(br#"{"pid":1,"role":"cli"}"#).unwrap().is_gateway());
        assert!(parse(br#"{"pid":1,"role":"gateway"}"#).unwrap().is_gateway());
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["", "{", "[]", "{\"pid\":-1}", "{\"pid\":\"x\"}", "\0\0\0"] {
            assert_eq!(parse(text.as_bytes()), None, "{text}");
        }
    }
}
