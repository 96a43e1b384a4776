//! Unions: which branch was meant, and what to say when none fits.
//!
//! As in the release, a branch that fits but for its limits and rules speaks for the whole union;
//! otherwise the problem stands at the union itself. The best branch goes into the hint.

use serde_json::Value;

use super::check::{Checker, words};
use super::problem::Problem;
use super::rules::Hook;
use super::table::{Shape, Table};

impl Checker {
    /// Checks a value against branches of which one must fit.
    pub(super) fn plain(&mut self, branches: &[u32], value: &Value, hook: Option<&Hook>, out: &mut Vec<Problem>) {
        let mut tries: Vec<Vec<Problem>> = Vec::with_capacity(branches.len());
        for branch in branches {
            let mut found = Vec::new();
            self.value(*branch, value, hook, &mut found);
            if found.is_empty() {
                return;
            }
            tries.push(found);
        }
        let mut mild = tries.iter().filter(|found| !found.iter().any(|problem| problem.fatal));
        if let (Some(only), None) = (mild.next(), mild.next()) {
            out.extend(only.iter().cloned());
            return;
        }
        if let Some(problem) = binding(&self.path, &tries) {
            out.push(problem);
            return;
        }
        let forms: Vec<String> = branches.iter().map(|branch| words(self.table.node(*branch))).collect();
        let forms = flatten(self.table, branches).unwrap_or_else(|| forms.join(" or "));
        let mut problem = Problem::fatal(&self.path, "union", format!("none of the allowed forms fits: {forms}"));
        problem.hint = best(self.table, branches, &tries, value, &self.path);
        out.push(problem);
    }

    /// Checks a value against branches told apart by a constant member.
    pub(super) fn tagged(&mut self, branches: &[u32], value: &Value, hook: Option<&Hook>, out: &mut Vec<Problem>) {
        let Value::Object(map) = value else {
            out.push(Problem::fatal(&self.path, "type", "expected an object"));
            return;
        };
        let table = self.table;
        let Some(tag) = tag_of(table, branches) else {
            return self.plain(branches, value, hook, out);
        };
        let given = map.get(tag);
        let chosen = branches.iter().find(|branch| {
            given.is_some_and(|given| constants(table, **branch, tag).is_some_and(|all| all.contains(given)))
        });
        if let Some(branch) = chosen {
            let start = out.len();
            self.value(*branch, value, hook, out);
            if tag == "source" && !out.iter().skip(start).any(|problem| problem.fatal) {
                super::secret_refs::check_id(map, &self.path, table, out);
            }
            return;
        }
        let all: Vec<Value> = branches
            .iter()
            .filter_map(|branch| constants(table, *branch, tag))
            .flatten()
            .cloned()
            .collect();
        let mut path = self.path.clone();
        path.push(tag.to_owned());
        let words = format!("{tag} must be one of {}", super::near::list(&all));
        out.push(Problem::fatal(&path, "union", words));
    }
}

/// Names all constants and types of a union, nested unions included.
fn flatten(table: &'static Table, branches: &[u32]) -> Option<String> {
    let mut parts: Vec<String> = Vec::new();
    for branch in branches {
        let node = table.node(*branch);
        let part = match &node.shape {
            Shape::Union(inner) => flatten(table, inner)?,
            Shape::Tagged(_) if is_secret_ref(table, *branch) => "a SecretRef {source, provider, id}".to_owned(),
            _ => words(node),
        };
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    Some(parts.join(" or "))
}

/// Says what is wrong with the branch that the value comes closest to.
fn best(table: &Table, branches: &[u32], tries: &[Vec<Problem>], value: &Value, path: &[String]) -> Option<String> {
    let fits_type = |branch: &u32| match &table.node(*branch).shape {
        Shape::Object { .. } | Shape::Tagged(_) => value.is_object(),
        Shape::Array(_) => value.is_array(),
        _ => false,
    };
    let (_, found) = branches
        .iter()
        .zip(tries)
        .filter(|(branch, _)| fits_type(branch))
        .min_by_key(|(_, found)| found.iter().filter(|problem| problem.fatal).count())?;
    let first = found.iter().find(|problem| problem.fatal).or(found.first())?;
    let place = first.path.get(path.len()..).unwrap_or_default().join(".");
    let said = match place.as_str() {
        "" => first.message.clone(),
        place => format!("{place}: {}", first.message),
    };
    Some(match &first.hint {
        Some(hint) => format!("{said}; {hint}"),
        None => said,
    })
}

/// The release names the exact place for entries of `bindings` whose `type` says what they are.
fn binding(path: &[String], tries: &[Vec<Problem>]) -> Option<Problem> {
    let [section, _] = path else { return None };
    if section != "bindings" {
        return None;
    }
    let tag = |problem: &Problem| {
        problem.kind == "enum" && problem.path.len() == 3 && problem.path.last().is_some_and(|key| key == "type")
    };
    // Where every branch can be summed up as a list of constants, that list is what is reported.
    let complete = |found: &Vec<Problem>| {
        let listed = found.iter().any(|problem| problem.kind == "enum");
        listed
            && !found
                .iter()
                .any(|problem| matches!(problem.kind, "type" | "required" | "union"))
    };
    if tries.iter().all(complete) {
        return None;
    }
    let mut route_refused = false;
    let mut others = Vec::new();
    for (at, found) in tries.iter().enumerate() {
        // The first branch is the route; its constant decides.
        if at == 0 && found.iter().any(tag) {
            route_refused = true;
        } else {
            others.push(found);
        }
    }
    let [only] = others.as_slice() else { return None };
    let mut best: Option<&Problem> = None;
    for problem in *only {
        let unknown = problem.kind == "unknown_key";
        let better = best.is_none_or(|best| {
            let longer = problem.path.len() > best.path.len();
            longer || (problem.path.len() == best.path.len() && unknown && best.kind != "unknown_key")
        });
        if better {
            best = Some(problem);
        }
    }
    let best = best?;
    (route_refused && (best.path.len() > 2 || best.kind == "unknown_key")).then(|| best.clone())
}

/// Returns the member that is a constant in every branch.
fn tag_of(table: &'static Table, branches: &[u32]) -> Option<&'static str> {
    let Shape::Object { members, .. } = &table.node(*branches.first()?).shape else {
        return None;
    };
    members
        .iter()
        .map(|member| member.name)
        .find(|name| branches.iter().all(|branch| constants(table, *branch, name).is_some()))
}

fn constants<'t>(table: &'t Table, branch: u32, name: &str) -> Option<&'t Vec<Value>> {
    let Shape::Object { members, by_name, .. } = &table.node(branch).shape else {
        return None;
    };
    match &table.node(members.get(*by_name.get(name)?)?.node).shape {
        Shape::Consts(values) => Some(values),
        _ => None,
    }
}

/// Returns whether a node is the union of the SecretRef forms.
pub(super) fn is_secret_ref(table: &'static Table, id: u32) -> bool {
    matches!(&table.node(id).shape, Shape::Tagged(branches) if tag_of(table, branches) == Some("source"))
}
