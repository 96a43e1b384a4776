//! What `%h`, `%i`, … stand for in a unit (systemd.unit(5), Specifiers; facts/services.md section 1.4).

use super::names;
use crate::model::snapshot::Scope;

/// The texts that specifiers of one unit stand for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Specifiers {
    /// Unit name with suffix.
    pub unit: String,
    /// Whose manager.
    pub scope: Scope,
    /// Name of the user the manager runs as.
    pub user: String,
    /// Its number.
    pub uid: u32,
    /// Its home.
    pub home: String,
    /// Its shell, where known.
    pub shell: Option<String>,
    /// `$XDG_RUNTIME_DIR` of a user's manager, where known.
    pub runtime: Option<String>,
    /// `$XDG_CONFIG_HOME` of a user's manager, where set.
    pub config_home: Option<String>,
    /// Host name, where known.
    pub host: Option<String>,
}

impl Specifiers {
    /// Returns what a letter stands for; none where it is not known here.
    pub fn resolve(&self, letter: char) -> Option<String> {
        let stem = self.unit.strip_suffix(".service").unwrap_or(&self.unit);
        let (prefix, instance) = names::instance(&self.unit).unwrap_or((stem, ""));
        let system = self.scope == Scope::System;
        let config = || {
            self.config_home
                .clone()
                .unwrap_or_else(|| format!("{}/.config", self.home))
        };
        Some(match letter {
            'n' => self.unit.clone(),
            'N' => stem.to_owned(),
            'p' => prefix.to_owned(),
            'P' => unescape(prefix),
            'i' => instance.to_owned(),
            'I' => unescape(instance),
            'j' => prefix.rsplit('-').next().unwrap_or(prefix).to_owned(),
            'J' => unescape(prefix.rsplit('-').next().unwrap_or(prefix)),
            'u' => self.user.clone(),
            'U' => self.uid.to_string(),
            'h' => self.home.clone(),
            's' => self.shell.clone()?,
            't' if system => "/run".to_owned(),
            't' => self.runtime.clone()?,
            'E' if system => "/etc".to_owned(),
            'E' | 'S' if !system => config(),
            'S' => "/var/lib".to_owned(),
            'C' if system => "/var/cache".to_owned(),
            'C' => format!("{}/.cache", self.home),
            'L' if system => "/var/log".to_owned(),
            'L' => format!("{}/log", config()),
            'T' => "/tmp".to_owned(),
            'V' => "/var/tmp".to_owned(),
            'H' => self.host.clone()?,
            'l' => self.host.as_deref()?.split('.').next().unwrap_or_default().to_owned(),
            _ => return None,
        })
    }
}

/// Undoes the escaping of unit names: `-` is `/`, `\xNN` a byte.
fn unescape(text: &str) -> String {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let code = rest
            .strip_prefix("\\x")
            .and_then(|tail| tail.get(..2))
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        let used = match (c, code) {
            (_, Some(byte)) => {
                out.push(byte);
                4
            }
            ('-', _) => {
                out.push(b'/');
                1
            }
            _ => {
                out.extend_from_slice(c.to_string().as_bytes());
                c.len_utf8()
            }
        };
        rest = rest.get(used..).unwrap_or_default();
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_resolved() {
        let mut here = Specifiers {
            unit: "openclaw-gateway@a-b\\x2dc.service".into(),
            scope: Scope::User,
            user: "me".into(),
            uid: 7,
            home: "/home/me".into(),
            shell: None,
            runtime: Some("/run/user/7".into()),
            config_home: None,
            host: Some("box.example".into()),
        };
        for (letter, expected) in [
            ('n', Some("openclaw-gateway@a-b\\x2dc.service")),
            ('p', Some("openclaw-gateway")),
            ('j', Some("gateway")),
            ('i', Some("a-b\\x2dc")),
            ('I', Some("a/b-c")),
            ('u', Some("me")),
            ('U', Some("7")),
            ('h', Some("/home/me")),
            ('t', Some("/run/user/7")),
            ('E', Some("/home/me/.config")),
            ('l', Some("box")),
            ('s', None),
            ('b', None),
        ] {
            assert_eq!(here.resolve(letter).as_deref(), expected, "%{letter}");
        }
        here.scope = Scope::System;
        assert_eq!(here.resolve('t').as_deref(), Some("/run"));
        assert_eq!(here.resolve('S').as_deref(), Some("/var/lib"));
    }
}
