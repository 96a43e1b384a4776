//! A value as facts.

use super::facts::ValueFacts;
use super::{foreign_ref, value};

/// Describes a value under its fingerprint.
pub(crate) fn describe(name: &str, text: &str, fingerprint: String) -> ValueFacts {
    ValueFacts {
        length: text.len(),
        fingerprint,
        shape: value::shape(text),
        flags: value::flags(text),
        reference: value::literal_reference(text).map(str::to_owned),
        foreign: foreign_ref::of_variable(name, text),
        public: value::is_public(name).then(|| text.to_owned()),
    }
}
