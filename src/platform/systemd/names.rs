//! Names of Gateway units (facts/services.md section 1.1).

/// What a unit file's name says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitName {
    /// Profile in the name; none for the default unit and for names that carry none.
    pub profile: Option<String>,
    /// Whether it is the default name or that of a profile.
    pub usual: bool,
    /// Whether it is one of an older product name.
    pub legacy: bool,
}

const BASE: &str = "openclaw-gateway";

/// Reads a unit name; names of other products are neither usual nor legacy.
pub fn read(unit: &str) -> UnitName {
    let stem = unit.strip_suffix(".service").unwrap_or(unit);
    let legacy = ["clawdbot", "moltbot"].iter().any(|old| stem.starts_with(old));
    let profile = stem
        .strip_prefix(BASE)
        .and_then(|rest| rest.strip_prefix('-'))
        .filter(|profile| is_profile(profile));
    UnitName {
        profile: profile.map(str::to_owned),
        usual: stem == BASE || profile.is_some(),
        legacy,
    }
}

/// Returns whether the name alone makes it a Gateway unit.
pub fn is_gateway(unit: &str) -> bool {
    let name = read(unit);
    name.usual || (name.legacy && unit.contains("gateway")) || matches!(unit, "moltbot.service" | "clawdbot.service")
}

/// Returns whether the name of a vendor's unit is worth a look inside.
pub fn is_suspect(unit: &str) -> bool {
    ["claw", "molt", "gateway"].iter().any(|word| unit.contains(word))
}

/// Returns a profile without `default` and blanks (facts/env-resolution.md section 1).
pub fn profile(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty() && !text.eq_ignore_ascii_case("default")).then(|| text.to_owned())
}

/// Returns the unit of a profile.
pub fn unit_of(profile: Option<&str>) -> String {
    match profile {
        Some(profile) => format!("{BASE}-{profile}.service"),
        None => format!("{BASE}.service"),
    }
}

/// Returns a unit name with its suffix, where it can be a file name at all.
pub fn with_suffix(text: &str) -> Option<String> {
    let text = text.trim();
    let plain = text
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || matches!(c, ':' | '-' | '_' | '.' | '\\' | '@'));
    if text.is_empty() || !plain || text.len() > 240 || text.starts_with('-') {
        return None;
    }
    Some(match text.strip_suffix(".service") {
        Some(_) => text.to_owned(),
        None => format!("{text}.service"),
    })
}

/// Splits `name@instance.service`; the instance of a template is empty.
pub fn instance(unit: &str) -> Option<(&str, &str)> {
    unit.strip_suffix(".service").unwrap_or(unit).split_once('@')
}

fn is_profile(text: &str) -> bool {
    text.len() <= 64
        && text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read() {
        for (unit, profile, usual, legacy) in [
            ("openclaw-gateway.service", None, true, false),
            ("openclaw-gateway-Ops.service", Some("Ops"), true, false),
            ("openclaw-gateway-.service", None, false, false),
            ("clawdbot-gateway.service", None, false, true),
            ("moltbot.service", None, false, true),
            ("openclaw-node.service", None, false, false),
            ("my-claw.service", None, false, false),
        ] {
            let name = read(unit);
            assert_eq!(name.profile.as_deref(), profile, "{unit}");
            assert_eq!((name.usual, name.legacy), (usual, legacy), "{unit}");
        }
        assert!(is_gateway("clawdbot-gateway.service") && !is_gateway("openclaw-node.service"));
    }

    #[test]
    fn profiles_and_units() {
        assert_eq!(unit_of(None), "openclaw-gateway.service");
        assert_eq!(unit_of(Some("Ops")), "openclaw-gateway-Ops.service");
        assert_eq!(profile(" Default "), None);
        assert_eq!(profile("work").as_deref(), Some("work"));
        assert_eq!(with_suffix("x").as_deref(), Some("x.service"));
        assert_eq!(with_suffix("../x"), None);
        assert_eq!(with_suffix("--all"), None);
        assert_eq!(instance("a@b.service"), Some(("a", "b")));
    }
}
