//! Paths of the config in words. The product joins the names with dots; where a name has a dot itself, as ids of
//! models do, that path can be read in two ways.

use crate::model::snapshot::ConfigIssue;

/// Returns whether a name can stand between dots.
fn is_plain(name: &str) -> bool {
    !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || ".[]\"'".contains(c))
}

/// Returns the names of a path that cannot be read back from dots; none of any other.
pub(super) fn parts(path: &[String]) -> Vec<String> {
    match path.iter().all(|name| is_plain(name)) {
        true => Vec::new(),
        false => path.to_vec(),
    }
}

/// Returns a path for people: `agents.defaults.models["a/b-1.5"].alias`.
pub(super) fn written<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let mut text = String::new();
    for name in names {
        if !is_plain(name) {
            text.push_str(&format!("[{}]", serde_json::Value::from(name)));
        } else {
            text.push_str(if text.is_empty() { "" } else { "." });
            text.push_str(name);
        }
    }
    text
}

/// Returns the names of an issue's path.
fn names(issue: &ConfigIssue) -> Vec<&str> {
    match issue.parts.is_empty() {
        true => issue.path.split('.').filter(|name| !name.is_empty()).collect(),
        false => issue.parts.iter().map(String::as_str).collect(),
    }
}

/// Returns where an issue is, for people; empty for the whole file.
pub(crate) fn of_issue(issue: &ConfigIssue) -> String {
    written(names(issue))
}

/// The same of a key there.
pub(crate) fn of_key(issue: &ConfigIssue, key: &str) -> String {
    written(names(issue).into_iter().chain([key]))
}

/// Returns where an issue is as a JSON Pointer (RFC 6901).
pub(super) fn pointer(issue: &ConfigIssue) -> String {
    let escaped = names(issue)
        .into_iter()
        .map(|name| name.replace('~', "~0").replace('/', "~1"));
    escaped.map(|name| format!("/{name}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_paths_are_written_alike() {
        let table: &[(&[&str], &str, &str)] = &[
            (&[], "", ""),
            (&["gateway", "port"], "gateway.port", "/gateway/port"),
            (&["a", "b/c", "d"], "a.b/c.d", "/a/b~1c/d"),
            (&["a", "b", "c"], "a.b.c", "/a/b/c"),
            (&["a", "b.c"], "a[\"b.c\"]", "/a/b.c"),
            (&["a.b", "c"], "[\"a.b\"].c", "/a.b/c"),
            (&["a", "b.c/d~e", "f"], "a[\"b.c/d~e\"].f", "/a/b.c~1d~0e/f"),
            (&["a", ""], "a[\"\"]", "/a/"),
            (&["a", "b[0]"], "a[\"b[0]\"]", "/a/b[0]"),
            (&["a", "b\"].c"], "a[\"b\\\"].c\"]", "/a/b\"].c"),
            (&["list", "0", "id"], "list.0.id", "/list/0/id"),
        ];
        for (path, words, at) in table {
            let path: Vec<String> = path.iter().map(|name| (*name).to_owned()).collect();
            let issue = ConfigIssue {
                path: path.join("."),
                parts: parts(&path),
                ..ConfigIssue::default()
            };
            assert_eq!(
                (of_issue(&issue), pointer(&issue)),
                ((*words).to_owned(), (*at).to_owned()),
                "{path:?}"
            );
        }
        let issue = ConfigIssue {
            path: "env".to_owned(),
            ..ConfigIssue::default()
        };
        assert_eq!(of_key(&issue, "A.B"), "env[\"A.B\"]");
    }
}
