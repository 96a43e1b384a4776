//! What of a config text may be shown: keys of the schema or of plain words, and values that their place makes public. The
//! rest is hidden by position, whatever it looks like; of a text that does not parse, all but its signs and the schema's keys.

use std::collections::HashSet;
use std::sync::OnceLock;

use serde_json::Value;

use super::table::{Open, Shape, Table};
use crate::parse::json5::spans::{Kind, SpanIndex};
use crate::secret::names::{holds_secret, is_public_name};
use crate::secret::public::{is_number, is_public, path};
use crate::secret::words::{humps, is_word};

/// Sections whose texts may be secrets under any key.
const CLOSED: &[&str] = &["args", "auth", "edgeAuth", "env", "headers", "params", "query", "vars"];

/// Returns the byte ranges between two offsets not to be shown, in order. `index` is none for a text that does not parse.
pub(crate) fn hidden(text: &str, index: Option<&SpanIndex>, start: usize, end: usize) -> Vec<(usize, usize)> {
    let mut shown = Vec::new();
    match index.and_then(|index| Some((index, index.root()?))) {
        Some((index, root)) if !index.too_deep => {
            let mut walk = Walk {
                text,
                index,
                start,
                end,
                shown: &mut shown,
            };
            walk.node(root, &mut Vec::new(), &[Table::core().root]);
        }
        _ => known_keys(text, start, end, &mut shown),
    }
    shown.sort_unstable();
    rest(text, start, end, &shown)
}

fn rest(text: &str, start: usize, end: usize, shown: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let mut out: Vec<(usize, usize)> = Vec::new();
    let mut next = shown.iter().peekable();
    for (at, sign) in text
        .char_indices()
        .skip_while(|(at, _)| *at < start)
        .take_while(|(at, _)| *at < end)
    {
        while next.peek().is_some_and(|range| range.1 <= at) {
            next.next();
        }
        let inside = next.peek().is_some_and(|range| range.0 <= at);
        if inside || is_sign(sign) {
            continue;
        }
        let stop = at + sign.len_utf8();
        match out.last_mut() {
            Some(last) if last.1 == at => last.1 = stop,
            _ => out.push((at, stop)),
        }
    }
    out
}

fn is_sign(c: char) -> bool {
    matches!(
        c,
        ' ' | '\t' | '\r' | '\n' | '{' | '}' | '[' | ']' | ',' | ':' | '"' | '\''
    )
}

struct Walk<'t, 's> {
    text: &'t str,
    index: &'t SpanIndex,
    start: usize,
    end: usize,
    shown: &'s mut Vec<(usize, usize)>,
}

impl Walk<'_, '_> {
    /// `nodes` are what the schema may have at a path, none where it knows nothing.
    fn node(&mut self, id: usize, path: &mut Vec<String>, nodes: &[u32]) {
        let Some(node) = self.index.node(id) else { return };
        let (from, to) = (node.start as usize, node.end as usize);
        if from >= self.end || to <= self.start {
            return;
        }
        match node.kind {
            Kind::Object => {
                self.shown
                    .extend(super::shown_ref::public_parts(self.text, self.index, id));
                for child in self.index.children(id) {
                    let Some(span) = self.index.node(child) else { continue };
                    if span.key_start as usize >= self.end {
                        break;
                    }
                    if span.end as usize <= self.start {
                        continue;
                    }
                    let key = self.index.key(self.text, child);
                    self.key(child, &key, path, nodes);
                    let below = members(nodes, &key);
                    path.push(key);
                    self.node(child, path, &below);
                    path.pop();
                }
            }
            Kind::Array => {
                let below = elements(nodes);
                for child in self.index.children(id) {
                    self.node(child, path, &below);
                }
            }
            Kind::Scalar => self.scalar((from, to), path, nodes),
        }
    }

    fn key(&mut self, child: usize, key: &str, path: &[String], nodes: &[u32]) {
        let Some(node) = self.index.node(child) else { return };
        let variables = path.last().is_some_and(|last| matches!(last.as_str(), "env" | "vars"));
        let known = |name: &str| Table::core().has_channel(name) || Table::core().has_plugin(name);
        let shown = is_member(nodes, key)
            || if variables {
                is_public_name(key, &known)
            } else {
                is_public(key, &known) || is_plain_key(key)
            };
        let written = self
            .text
            .get(node.key_start as usize..node.key_end as usize)
            .unwrap_or_default();
        // A key with escapes in it is written otherwise than it is read.
        if shown && written.trim_matches(['"', '\'']) == key {
            self.shown.push((node.key_start as usize, node.key_end as usize));
        }
    }

    fn scalar(&mut self, (from, to): (usize, usize), path: &[String], nodes: &[u32]) {
        let literal = self.text.get(from..to).unwrap_or_default();
        let key = path.last().map(String::as_str).unwrap_or_default();
        let secret = holds_secret(key) && key != "auth";
        let closed = path.iter().any(|key| CLOSED.contains(&key.as_str()));
        let quoted = literal.starts_with(['"', '\'']);
        if !quoted {
            let small = literal.bytes().all(|byte| byte.is_ascii_digit()) && literal.len() <= 7;
            let number = small && !secret && !closed && (literal.len() <= 5 || has_number(nodes));
            if matches!(literal, "true" | "false" | "null")
                || number
                || is_number(literal) && has_number(nodes) && !secret
            {
                self.shown.push((from, to));
            }
            return;
        }
        let inner = literal.get(1..literal.len().saturating_sub(1)).unwrap_or_default();
        // Whose login a stored profile is.
        let provider = key == "provider" && path.first().is_some_and(|first| first == "auth");
        let login = provider && super::is_built_in_provider(inner);
        if login || is_constant(nodes, inner) || !secret && !closed && is_public_value(key, inner, nodes) {
            self.shown.push((from, to));
            return;
        }
        for (at, name) in references(inner) {
            let begin = from + 1 + at;
            if is_public_name(name, &|_| false) {
                self.shown.push((begin, begin + name.len() + 3));
            }
        }
    }
}

/// `${NAME}` with capitals, as OpenClaw replaces it: offset of the `$`, and the name.
fn references(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.match_indices("${").filter_map(|(at, _)| {
        let (name, _) = text.get(at + 2..)?.split_once('}')?;
        let upper = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
        (!name.is_empty() && name.bytes().all(upper)).then_some((at, name))
    })
}

/// A text that its place makes public: one word of a setting the schema knows, a model, a version, a path, an address.
fn is_public_value(key: &str, text: &str, nodes: &[u32]) -> bool {
    let described = flat(nodes)
        .iter()
        .any(|id| !matches!(Table::core().node(*id).shape, Shape::Any));
    if !described || text.contains(char::is_whitespace) {
        return text.is_empty();
    }
    let letters = text.len() <= 16 && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    let setting = matches!(key, "mode" | "bind" | "api" | "source" | "provider") && letters;
    let none = |_: &str| false;
    text.is_empty()
        || setting
        || is_public(text, &none)
        || path(text, &none).is_some_and(|shown| shown == text)
        || is_address(key, text)
}

/// An address without login and query, whose path has public parts and account ids alone.
fn is_address(key: &str, text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once("://").filter(|_| matches!(key, "baseUrl" | "url")) else {
        return false;
    };
    let id = |part: &str| part.len() == 32 && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    let flat: Vec<&str> = rest.split('/').map(|part| if id(part) { "id" } else { part }).collect();
    let address = format!("{scheme}://{}", flat.join("/"));
    crate::secret::public::url(&address, &|_| false).is_some_and(|shown| shown == address)
}

/// A key of letters, as settings are called: `prot`, `apiUrl`, `maxConcurrentRuns`. One that is misspelt must be seen.
pub(super) fn is_plain_key(key: &str) -> bool {
    let parts = || key.split(['-', '_', '.', '/']);
    let small = |part: &str| part.bytes().filter(u8::is_ascii_lowercase).count();
    let word = |hump: &str| is_word(hump) || ((3..=12).contains(&hump.len()) && small(hump) + 1 >= hump.len());
    let joined = |part: &str| humps(part).all(word);
    let plain = |part: &str| {
        part.bytes().all(|byte| byte.is_ascii_alphabetic())
            && (is_word(part) || part.len() <= 16 && small(part) * 4 >= part.len() * 3 || joined(part))
    };
    key.len() <= 40 && parts().all(|part| is_number(part) || plain(part))
}

fn flat(nodes: &[u32]) -> Vec<u32> {
    let mut out = Vec::new();
    let mut open: Vec<u32> = nodes.to_vec();
    while let Some(id) = open.pop() {
        match &Table::core().node(id).shape {
            Shape::Union(ids) | Shape::Tagged(ids) if out.len() < 64 => open.extend(ids),
            _ => out.push(id),
        }
    }
    out
}

pub(super) fn members(nodes: &[u32], key: &str) -> Vec<u32> {
    let below = flat(nodes)
        .into_iter()
        .filter_map(|id| match &Table::core().node(id).shape {
            Shape::Object {
                members, by_name, open, ..
            } => match (by_name.get(key).and_then(|at| members.get(*at)), open) {
                (Some(member), _) => Some(member.node),
                (None, Open::Of(id)) => Some(*id),
                _ => None,
            },
            _ => None,
        });
    below.collect()
}

pub(super) fn is_member(nodes: &[u32], key: &str) -> bool {
    flat(nodes)
        .iter()
        .any(|id| matches!(&Table::core().node(*id).shape, Shape::Object { by_name, .. } if by_name.get(key).is_some()))
}

pub(super) fn elements(nodes: &[u32]) -> Vec<u32> {
    let below = flat(nodes)
        .into_iter()
        .flat_map(|id| match &Table::core().node(id).shape {
            Shape::Array(Some(id)) => vec![*id],
            Shape::Tuple(ids) => ids.clone(),
            _ => Vec::new(),
        });
    below.collect()
}

pub(super) fn is_constant(nodes: &[u32], text: &str) -> bool {
    flat(nodes).iter().any(|id| match &Table::core().node(*id).shape {
        Shape::Consts(values) => values
            .iter()
            .any(|value| matches!(value, Value::String(one) if one == text)),
        _ => false,
    })
}

/// Whether the schema has nothing but fixed words here.
pub(super) fn only_constants(nodes: &[u32]) -> bool {
    let all = flat(nodes);
    !all.is_empty()
        && all
            .iter()
            .all(|id| matches!(Table::core().node(*id).shape, Shape::Consts(_)))
}

fn has_number(nodes: &[u32]) -> bool {
    flat(nodes)
        .iter()
        .any(|id| matches!(Table::core().node(*id).shape, Shape::Number | Shape::Integer))
}

fn known_keys(text: &str, start: usize, end: usize, shown: &mut Vec<(usize, usize)>) {
    let part = text.get(start..end).unwrap_or_default();
    let mut at = 0;
    while let Some(begin) = part
        .get(at..)
        .and_then(|rest| rest.find(|c| !is_sign(c)))
        .map(|found| at + found)
    {
        let rest = part.get(begin..).unwrap_or_default();
        let stop = begin + rest.find(is_sign).unwrap_or(rest.len());
        let word = part.get(begin..stop).unwrap_or_default();
        let before = text
            .get(..start + begin)
            .unwrap_or_default()
            .trim_end_matches(['"', '\'']);
        let opens = before.trim_end_matches([' ', '\t']);
        let after = part
            .get(stop..)
            .unwrap_or_default()
            .trim_start_matches(['"', '\''])
            .trim_start_matches([' ', '\t']);
        if opens.is_empty() || opens.ends_with(['{', ',', '\n']) {
            let key = after.starts_with(':') && all_names().contains(word);
            if key {
                shown.push((start + begin, start + stop));
            }
        }
        at = stop;
    }
}

fn all_names() -> &'static HashSet<&'static str> {
    static NAMES: OnceLock<HashSet<&str>> = OnceLock::new();
    NAMES.get_or_init(|| {
        let table = Table::core();
        let mut names: HashSet<&str> = HashSet::new();
        for id in 0..table.len() {
            if let Shape::Object { members, .. } = &table.node(id).shape {
                names.extend(members.iter().map(|member| member.name));
            }
        }
        names.extend(table.channels.iter().chain(&table.plugins));
        names
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let index = SpanIndex::build(text).ok();
        let mut out = text.to_owned();
        for (from, to) in hidden(text, index.as_ref(), 0, text.len()).into_iter().rev() {
            out.replace_range(from..to, "•");
        }
        out
    }

    #[test]
    fn values_are_shown_by_their_place() {
        let cases = [
            (
                r#"{ gateway: { port: 18789, mode: "local", auth: { mode: "token", token: "loopback" } } }"#,
                r#"{ gateway: { port: 18789, mode: "local", auth: { mode: "token", token: "•" } } }"#,
            ),
            (
                r#"{ gateway: { auth: { password: 12345 }, prot: 1 } }"#,
                r#"{ gateway: { auth: { password: • }, prot: 1 } }"#,
            ),
            (
                r#"{ models: { providers: { x: { apiKey: "${X_API_KEY}", baseUrl: "https://u:p@h/v1" } } } }"#,
                r#"{ models: { providers: { x: { apiKey: "${X_API_KEY}", baseUrl: "•:•:•" } } } }"#,
            ),
            (
                r#"{ plugins: { entries: { p: { config: { pwd: "gateway", n: 1 } } } } }"#,
                r#"{ plugins: { entries: { p: { config: { pwd: "•", n: 1 } } } } }"#,
            ),
            (
                "{ gateway: { mode: 'local' } } // token gateway",
                "{ gateway: { mode: 'local' } } • • •",
            ),
            (
                r#"{ env: { Xy9zQ8wHunt3r: "a", vars: { MY_KEY: "local" } } }"#,
                r#"{ env: { •: "•", vars: { MY_KEY: "•" } } }"#,
            ),
            (
                r#"{ agents: { defaults: { model: { primary: "cloudflare-ai-gateway/claude-sonnet-4-6" } } } }"#,
                r#"{ agents: { defaults: { model: { primary: "cloudflare-ai-gateway/claude-sonnet-4-6" } } } }"#,
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(shown(text), expected);
        }
    }

    #[test]
    fn of_a_broken_text_only_signs_and_keys_are_shown() {
        let cases = [
            (
                "{ gateway: { mode: \"local\"\n token \"hunter2\" } }",
                "{ gateway: { mode: \"•\"\n • \"•\" } }",
            ),
            ("{ gateway: { token: 'it's local' } ", "{ gateway: { token: '•'• •' } "),
            ("gateway:\n  port: 18789\n  - gateway\n", "gateway:\n  port: •\n  • •\n"),
            ("{ token => \"x\", hunter: 1, mode = local", "{ • • \"•\", •: •, • • •"),
        ];
        for (text, expected) in cases {
            assert_eq!(shown(text), expected);
        }
    }
}
