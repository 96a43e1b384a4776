//! Labels of Gateway jobs (facts/services.md section 2.1).

/// Label of the default profile.
pub const DEFAULT_LABEL: &str = "ai.openclaw.gateway";

/// Returns the label a profile gets: lower case; `default` and blank mean none.
pub fn for_profile(profile: Option<&str>) -> String {
    let name = profile.map(str::trim).unwrap_or_default().to_lowercase();
    if name.is_empty() || name == "default" {
        DEFAULT_LABEL.to_owned()
    } else {
        format!("ai.openclaw.{name}")
    }
}

/// Returns the profile that a label names, where it names one.
pub fn profile_of(label: &str) -> Option<&str> {
    ["ai.openclaw.", "bot.molt."]
        .iter()
        .find_map(|prefix| label.strip_prefix(prefix))
        .filter(|rest| !rest.is_empty() && !matches!(*rest, "gateway" | "node" | "mac"))
}

/// Returns whether `OPENCLAW_LAUNCHD_LABEL` may have this value.
pub fn is_valid(label: &str) -> bool {
    !label.is_empty()
        && label
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'))
}

/// Returns whether a label is one of an older product name.
pub fn is_legacy(label: &str) -> bool {
    let lower = label.to_lowercase();
    lower.contains("clawdbot")
        || lower.contains("moltbot")
        || lower.starts_with("bot.molt.")
        || lower.starts_with("com.openclaw.")
}

/// Returns whether a loaded job of this label is worth asking about, although no plist names it.
pub fn is_ours(label: &str) -> bool {
    (label.starts_with("ai.openclaw.") && label != "ai.openclaw.node") || is_legacy(label)
}

/// Returns the label to examine: the override (where it is valid), else the profile's.
pub fn wanted(override_label: Option<&str>, profile: Option<&str>) -> String {
    override_label
        .map(str::trim)
        .filter(|label| is_valid(label))
        .map_or_else(|| for_profile(profile), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_and_profiles() {
        let cases = [
            (None, "ai.openclaw.gateway", None),
            (Some(""), "ai.openclaw.gateway", None),
            (Some("Default"), "ai.openclaw.gateway", None),
            (Some("Ops"), "ai.openclaw.ops", Some("ops")),
        ];
        for (profile, label, back) in cases {
            assert_eq!(for_profile(profile), label);
            assert_eq!(profile_of(label), back);
        }
        assert_eq!(profile_of("ai.openclaw.node"), None);
        assert_eq!(wanted(Some("my.label"), Some("ops")), "my.label");
        assert_eq!(wanted(Some("not valid"), Some("ops")), "ai.openclaw.ops");
    }

    #[test]
    fn older_names() {
        for label in [
            "com.clawdbot.gateway",
            "bot.molt.gateway",
            "bot.molt.ops",
            "com.openclaw.gateway",
        ] {
            assert!(is_legacy(label) && is_ours(label), "{label}");
        }
        for label in ["ai.openclaw.gateway", "ai.openclaw.ops"] {
            assert!(!is_legacy(label) && is_ours(label), "{label}");
        }
        for label in ["com.example.openclaw-backup", "homebrew.mxcl.node", "ai.openclaw.node"] {
            assert!(!is_ours(label), "{label}");
        }
    }
}
