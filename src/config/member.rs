//! Members of objects by name. Most objects of a config are small, and there comparing the few
//! keys costs a tenth of hashing one: a config with thousands of agents is asked a million times.

use serde_json::{Map, Value};

/// Up to so many members the keys are compared.
const FEW: usize = 8;

/// Something that may have members.
pub(crate) trait Members {
    /// Returns the member of that name.
    fn member(&self, name: &str) -> Option<&Value>;
}

impl Members for Map<String, Value> {
    fn member(&self, name: &str) -> Option<&Value> {
        if self.len() > FEW {
            return self.get(name);
        }
        self.iter().find(|(key, _)| *key == name).map(|(_, value)| value)
    }
}

impl Members for Value {
    fn member(&self, name: &str) -> Option<&Value> {
        self.as_object()?.member(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_and_large_objects_answer_alike() {
        for size in [0, 1, FEW, FEW + 1, 100] {
            let map: Map<String, Value> = (0..size).map(|at| (format!("k{at}"), at.into())).collect();
            for at in 0..size + 2 {
                let name = format!("k{at}");
                assert_eq!(map.member(&name), map.get(&name));
            }
            assert_eq!(Value::Object(map).member(""), None);
        }
        assert_eq!(Value::Null.member("k"), None);
    }
}
