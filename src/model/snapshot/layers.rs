//! A stack of sources of one environment, which is never read without the layers that could not be.

use serde::{Deserialize, Deserializer, Serialize};

use super::{Binding, Source};

/// The variables that a stack of sources gives, and its layers that could not be read.
///
/// What was read cannot be had without a word on what was not: [`Layers::find`] tells "unset" from "not known".
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Layers {
    /// The winner of each name among the layers that were read, by name. Bundles of version 0.1 have either name.
    #[serde(rename = "effective", alias = "bindings", deserialize_with = "by_name")]
    read: Vec<Binding>,
    /// The layers that were not read, the strongest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    blind: Vec<Blind>,
}

fn by_name<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Binding>, D::Error> {
    let mut read = Vec::<Binding>::deserialize(from)?;
    read.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(read)
}

/// A layer that could hold any name and could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "BlindForm")]
pub struct Blind {
    /// Which layer and why, as a sentence without its full stop.
    pub why: String,
    /// Its kind; None where its place in the stack is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
}

/// Both forms in which bundles have a blind layer.
#[derive(Deserialize)]
#[serde(untagged)]
enum BlindForm {
    /// Version 0.1.
    Words(String),
    Whole {
        why: String,
        #[serde(default)]
        source: Option<Source>,
    },
}

impl From<BlindForm> for Blind {
    fn from(form: BlindForm) -> Self {
        match form {
            BlindForm::Words(why) => Blind { why, source: None },
            BlindForm::Whole { why, source } => Blind { why, source },
        }
    }
}

impl Blind {
    /// Returns whether this layer could hold a value that wins over one from `source`.
    fn may_beat(&self, source: Source) -> bool {
        self.source.is_none_or(|own| strength(own) >= strength(source))
    }
}

/// What a stack gives for one name.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Found<'a> {
    /// The winner, whatever the unread layers hold.
    Sure(&'a Binding),
    /// The best of what was read; the layer that could not be read may hold a stronger one.
    Best(&'a Binding, &'a str),
    /// No layer has the name, and all were read.
    Unset,
    /// What was read has no such name; this could not be read.
    Unknown(&'a str),
}

impl<'a> Found<'a> {
    /// Returns what was read, as evidence that the name is there. None is no evidence that it is not: see
    /// [`Found::is_unset`].
    pub fn seen(self) -> Option<&'a Binding> {
        match self {
            Found::Sure(binding) | Found::Best(binding, _) => Some(binding),
            Found::Unset | Found::Unknown(_) => None,
        }
    }

    /// Returns whether it is known that no layer has the name.
    pub fn is_unset(self) -> bool {
        self == Found::Unset
    }

    /// Returns whether it is known that no layer has the name, or that the winner is blank.
    pub fn lacks(self) -> bool {
        match self {
            Found::Sure(binding) => binding.value.is_blank(),
            Found::Unset => true,
            Found::Best(..) | Found::Unknown(_) => false,
        }
    }
}

impl Layers {
    /// Returns the stack of these winners, in any order, and these unread layers.
    pub fn new(mut read: Vec<Binding>, blind: Vec<Blind>) -> Self {
        read.sort_by(|a, b| a.name.cmp(&b.name));
        Layers { read, blind }
    }

    /// Returns what the stack gives for `name`.
    pub fn find(&self, name: &str) -> Found<'_> {
        // An environment may have thousands of names, and every check looks some up.
        let at = self.read.binary_search_by(|binding| binding.name.as_str().cmp(name));
        match at.ok().and_then(|at| self.read.get(at)) {
            Some(binding) => match self.blind.iter().find(|blind| blind.may_beat(binding.source)) {
                Some(blind) => Found::Best(binding, &blind.why),
                None => Found::Sure(binding),
            },
            None => match self.blind.first() {
                Some(blind) => Found::Unknown(&blind.why),
                None => Found::Unset,
            },
        }
    }

    /// Returns the winners among what was read, for findings about the lines themselves; a name that is not among them may
    /// still be set.
    pub fn seen(&self) -> impl Iterator<Item = &Binding> {
        self.read.iter()
    }

    /// Returns why the first unread layer could not be read.
    pub fn blind(&self) -> Option<&str> {
        self.blind.first().map(|blind| blind.why.as_str())
    }

    /// Puts a winner in the place of the one of its name.
    #[cfg(test)]
    pub(crate) fn put(&mut self, binding: Binding) {
        self.take(&binding.name);
        self.read.push(binding);
        self.read.sort_by(|a, b| a.name.cmp(&b.name));
    }

    /// Takes a name away and returns its winner.
    #[cfg(test)]
    pub(crate) fn take(&mut self, name: &str) -> Option<Binding> {
        let at = self.read.iter().position(|one| one.name == name)?;
        Some(self.read.remove(at))
    }

    /// Adds a layer that could not be read.
    #[cfg(test)]
    pub(crate) fn lose(&mut self, why: &str, source: Option<Source>) {
        self.blind.push(Blind {
            why: why.to_owned(),
            source,
        });
    }
}

/// Returns how strong a source is in OpenClaw's loading: the first that has a name keeps it. The dotenv files count as one,
/// for which of them is first changed between releases.
fn strength(source: Source) -> u8 {
    match source {
        // Copied from whatever variable won.
        Source::Alias => 0,
        Source::LoginShell => 1,
        Source::ConfigEnv => 2,
        Source::DotenvWorkspace | Source::DotenvState | Source::DotenvConfigDir | Source::GatewayEnv => 3,
        _ => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testkit::bind;

    fn stack(of: &[(&str, Source)], blind: Option<Source>) -> Layers {
        let read = of
            .iter()
            .map(|(name, source)| bind(name, "value", *source, None))
            .collect();
        let blind = blind.map(|source| Blind {
            why: "it could not be read".to_owned(),
            source: Some(source),
        });
        Layers::new(read, blind.into_iter().collect())
    }

    #[test]
    fn unset_needs_every_layer() {
        assert_eq!(stack(&[], None).find("KEY"), Found::Unset);
        let half = stack(&[], Some(Source::LoginShell));
        assert_eq!(half.find("KEY"), Found::Unknown("it could not be read"));
        assert!(!half.find("KEY").is_unset());
    }

    #[test]
    fn only_a_layer_at_least_as_strong_makes_a_winner_doubtful() {
        let cases = [
            (Source::Unit, Source::DotenvState, false),
            (Source::DotenvState, Source::Unit, true),
            (Source::DotenvState, Source::DotenvWorkspace, true),
            (Source::DotenvState, Source::ConfigEnv, false),
            (Source::LoginShell, Source::ConfigEnv, true),
            (Source::Alias, Source::LoginShell, true),
        ];
        for (read, blind, doubtful) in cases {
            let layers = stack(&[("KEY", read)], Some(blind));
            let found = layers.find("KEY");
            assert_eq!(matches!(found, Found::Best(..)), doubtful, "{read:?} beside {blind:?}");
            assert!(found.seen().is_some());
        }
    }

    #[test]
    fn bundles_of_version_0_1_are_read() {
        for name in ["effective", "bindings"] {
            let text = format!("{{\"{name}\": [], \"blind\": [\"/home/me/.env could not be read\"]}}");
            let layers: Layers = serde_json::from_str(&text).unwrap();
            assert_eq!(layers.blind(), Some("/home/me/.env could not be read"));
            let again: Layers = serde_json::from_str(&serde_json::to_string(&layers).unwrap()).unwrap();
            assert_eq!(again, layers);
        }
    }
}
