//! A fact about the machine that cannot be silently missing.
//!
//! "Could not look" is never "absent" and never counts as a pass: every reader of a
//! [`Fact`] has to say what it does in each of the four cases.

use serde::{Deserialize, Serialize};

/// What is known about one question put to the machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "snake_case")]
pub enum Fact<T> {
    /// The answer.
    Known {
        /// The answer itself.
        value: T,
    },
    /// The question was asked and the thing does not exist.
    Absent,
    /// The question was asked and could not be answered.
    Unreadable {
        /// Why not, in words for people.
        why: String,
        /// The command that would show it; empty when there is none.
        how_to_see: String,
    },
    /// The question was not asked.
    NotAsked {
        /// Why not, in words for people.
        why: String,
    },
}

impl<T> Fact<T> {
    /// Returns a known fact.
    pub fn known(value: T) -> Self {
        Fact::Known { value }
    }

    /// Returns a fact that could not be read.
    pub fn unreadable(why: impl Into<String>, how_to_see: impl Into<String>) -> Self {
        Fact::Unreadable {
            why: why.into(),
            how_to_see: how_to_see.into(),
        }
    }

    /// Returns a fact that was not asked for.
    pub fn not_asked(why: impl Into<String>) -> Self {
        Fact::NotAsked { why: why.into() }
    }

    /// Returns the value where it is known.
    pub fn get(&self) -> Option<&T> {
        match self {
            Fact::Known { value } => Some(value),
            _ => None,
        }
    }

    /// Returns whether the thing is known not to exist.
    pub fn is_absent(&self) -> bool {
        matches!(self, Fact::Absent)
    }

    /// Returns why the fact is not known, unless it is known or known to be absent.
    pub fn why_unknown(&self) -> Option<&str> {
        match self {
            Fact::Known { .. } | Fact::Absent => None,
            Fact::Unreadable { why, .. } | Fact::NotAsked { why } => Some(why),
        }
    }

    /// Changes the value where it is known.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Fact<U> {
        match self {
            Fact::Known { value } => Fact::Known { value: change(value) },
            Fact::Absent => Fact::Absent,
            Fact::Unreadable { why, how_to_see } => Fact::Unreadable { why, how_to_see },
            Fact::NotAsked { why } => Fact::NotAsked { why },
        }
    }

    /// Borrows the value where it is known.
    pub fn as_ref(&self) -> Fact<&T> {
        match self {
            Fact::Known { value } => Fact::Known { value },
            Fact::Absent => Fact::Absent,
            Fact::Unreadable { why, how_to_see } => Fact::Unreadable {
                why: why.clone(),
                how_to_see: how_to_see.clone(),
            },
            Fact::NotAsked { why } => Fact::NotAsked { why: why.clone() },
        }
    }
}
