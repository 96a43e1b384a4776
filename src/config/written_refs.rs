//! Lists with `${VAR}` in them that a start would have to rewrite. It puts each reference back at its place; where it cannot
//! tell the place, it writes nothing and ends (the product's config/env-preserve: "Config write would reorder or modify an
//! array containing environment references").

use serde_json::Value;

use super::problem::Problem;
use super::substitute::references;

/// Returns the lists of `authored` that cannot be written again as `next`; `resolved` is `authored` with values in place of
/// references.
pub(super) fn lost(authored: &Value, resolved: &Value, next: &Value) -> Vec<Problem> {
    let mut out = Vec::new();
    walk(authored, resolved, next, &mut Vec::new(), &mut out);
    out
}

fn walk(authored: &Value, resolved: &Value, next: &Value, path: &mut Vec<String>, out: &mut Vec<Problem>) {
    match (authored, resolved, next) {
        (Value::Object(authored), Value::Object(resolved), Value::Object(next)) => {
            for (key, value) in authored {
                if let (Some(resolved), Some(next)) = (resolved.get(key), next.get(key)) {
                    path.push(key.clone());
                    walk(value, resolved, next, path, out);
                    path.pop();
                }
            }
        }
        (Value::Array(authored), Value::Array(resolved), Value::Array(next))
            if next != resolved && authored.len() == resolved.len() =>
        {
            let list = List {
                authored,
                resolved,
                next,
            };
            if !(list.only_shorter() || list.every_place_is_known()) {
                let words = "this list has ${…} in it and would have to change; the start refuses to write it \
                             (\"Config write would reorder or modify an array containing environment references\")";
                out.push(Problem::mild(path, "legacy", words));
            }
        }
        _ => {}
    }
}

fn has_reference(value: &Value) -> bool {
    match value {
        Value::String(text) => !references(text).is_empty(),
        Value::Array(items) => items.iter().any(has_reference),
        Value::Object(map) => map.values().any(has_reference),
        _ => false,
    }
}

struct List<'a> {
    authored: &'a [Value],
    resolved: &'a [Value],
    next: &'a [Value],
}

impl List<'_> {
    fn same(&self, next: usize, at: usize) -> bool {
        let next = self.next.get(next);
        next.is_some() && (next == self.authored.get(at) || next == self.resolved.get(at))
    }

    /// Returns whether items were taken out and nothing else.
    fn only_shorter(&self) -> bool {
        let mut at = 0;
        let found = (0..self.next.len()).all(|next| {
            let place = (at..self.authored.len()).find(|place| self.same(next, *place));
            at = place.map_or(at, |place| place + 1);
            place.is_some()
        });
        found && self.next.len() < self.authored.len()
    }

    fn every_place_is_known(&self) -> bool {
        let with_references = self.authored.iter().enumerate().filter(|(_, item)| has_reference(item));
        let mut with_references = with_references.map(|(at, item)| match self.by_name(item) {
            Named::Once => true,
            Named::Lost => false,
            Named::Not => self.by_place(at, item),
        });
        with_references.all(|known| known)
    }

    /// By `id` or `agentId`, where only one item has it.
    fn by_name(&self, item: &Value) -> Named {
        for key in ["id", "agentId"] {
            let Some(name) = item.get(key).filter(|name| name.is_string() && !has_reference(name)) else {
                continue;
            };
            let count = |items: &[Value]| items.iter().filter(|one| one.get(key) == Some(name)).count();
            if count(self.authored) == 1 {
                return if count(self.next) == 1 {
                    Named::Once
                } else {
                    Named::Lost
                };
            }
        }
        Named::Not
    }

    fn by_place(&self, at: usize, item: &Value) -> bool {
        let others = |ok: &dyn Fn(usize) -> bool| (0..self.authored.len()).filter(|one| *one != at).all(ok);
        let same_length = self.next.len() == self.authored.len();
        if self.same(at, at) {
            let aligned = same_length || (0..at).all(|one| self.same(one, one));
            let twice =
                (0..self.next.len()).any(|one| one != at && self.same(one, at)) || !others(&|one| !self.same(at, one));
            return aligned && !twice;
        }
        if item.is_object() || item.is_array() {
            return same_length && (self.authored.len() == 1 || others(&|one| self.same(one, one)));
        }
        (0..self.next.len()).all(|one| one == at || !self.same(one, at))
    }
}

enum Named {
    Once,
    Lost,
    Not,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_list_is_lost_where_the_place_of_a_reference_is_not_known() {
        let bound = json!({"agentId": "main", "match": {"peer": {"id": "${A}"}}});
        let added = json!({"agentId": "main", "match": {"channel": "telegram"}});
        let other = json!({"agentId": "b", "match": {"channel": "telegram"}});
        for (authored, next, is_lost) in [
            (json!([bound]), json!([bound]), false),
            (json!([bound]), json!([bound, added]), true),
            (json!([bound]), json!([bound, other]), false),
            (json!([other]), json!([other, added]), false),
            (json!(["spawn_task", "${A}"]), json!(["sessions_spawn", "${A}"]), false),
            (json!(["${A}", "b"]), json!(["${A}", "b", "c"]), false),
            (json!(["b", "${A}"]), json!(["x", "b", "${A}"]), true),
            (json!(["b", "${A}"]), json!(["${A}"]), false),
            (json!(["b", "${A}"]), json!(["b"]), false),
            (json!([1, 2]), json!([2, 1]), false),
        ] {
            let (authored, next) = (json!({"k": {"list": authored}}), json!({"k": {"list": next}}));
            let found = lost(&authored, &authored, &next);
            assert_eq!(!found.is_empty(), is_lost, "{authored} {next}");
            assert!(found.iter().all(|one| one.path == ["k", "list"]));
        }
    }
}
