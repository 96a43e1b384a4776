//! How many values were withheld or replaced, by rule and place; never a text.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One row of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Row {
    /// Part or file of the bundle.
    pub(super) place: String,
    /// Why it was withheld or replaced.
    pub(super) rule: String,
    /// How often.
    pub(super) count: usize,
}

/// Counts by place and rule.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Ledger(BTreeMap<(String, String), usize>);

impl Ledger {
    /// Counts.
    pub(super) fn count(&mut self, rule: &str, place: &str, times: usize) {
        if times > 0 {
            *self.0.entry((place.to_owned(), rule.to_owned())).or_default() += times;
        }
    }

    /// Counts the values of a snapshot of which only facts are kept, by section.
    pub(super) fn values(&mut self, snapshot: &Value) {
        for (section, value) in snapshot.as_object().into_iter().flatten() {
            match value {
                Value::Object(members) if section == "views" => {
                    for (name, view) in members {
                        self.count(
                            "value kept as facts",
                            &format!("snapshot: {section}.{name}"),
                            facts_in(view),
                        );
                    }
                }
                _ => self.count("value kept as facts", &format!("snapshot: {section}"), facts_in(value)),
            }
        }
    }

    /// Returns the rows in order.
    pub(super) fn rows(&self) -> Vec<Row> {
        let row = |((place, rule), count): (&(String, String), &usize)| Row {
            place: place.clone(),
            rule: rule.clone(),
            count: *count,
        };
        self.0.iter().map(row).collect()
    }
}

/// Values described by length and fingerprint alone.
fn facts_in(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.iter().map(facts_in).sum(),
        Value::Object(members) => {
            let facts = members.contains_key("fingerprint") && members.contains_key("length");
            let here = usize::from(facts && !members.contains_key("public"));
            here + members.values().map(facts_in).sum::<usize>()
        }
        _ => 0,
    }
}
