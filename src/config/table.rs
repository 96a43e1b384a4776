//! The core schema of one release as a compact table: reading it (facts/config-validation.md
//! section 6). The file is written by `scripts/config-table`, whose head describes the format.
//! Nodes are made when they are asked for: a config touches some dozen of two thousand.

mod older;

use std::collections::HashMap;
use std::sync::OnceLock;

use serde_json::Value;

use super::patterns::{self, Predicate};
use crate::product::rules::Release;

/// The release of the newest table.
pub(super) const RELEASE: &str = "2026.9.6";
const TEXT: &str = include_str!("table/core-2026.9.6.txt");

/// What other keys an object takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Open {
    /// None.
    Closed,
    /// Any, with any value.
    Any,
    /// Any, with values of this node.
    Of(u32),
}

/// The type of a node.
#[derive(Debug, Clone)]
pub(super) enum Shape {
    Any,
    String,
    Number,
    Integer,
    Bool,
    Null,
    Consts(Vec<Value>),
    Object {
        members: Vec<Member>,
        by_name: Names,
        keys: Option<u32>,
        open: Open,
    },
    Array(Option<u32>),
    Tuple(Vec<u32>),
    Union(Vec<u32>),
    /// A union whose branches are told apart by a constant.
    Tagged(Vec<u32>),
}

/// A named member of an object.
#[derive(Debug, Clone)]
pub(super) struct Member {
    pub(super) name: &'static str,
    pub(super) required: bool,
    pub(super) node: u32,
}

/// Where the members of an object stand, by name, sorted.
#[derive(Debug, Clone)]
pub(super) struct Names(Vec<(&'static str, usize)>);

impl Names {
    fn of(members: &[Member]) -> Names {
        let mut names: Vec<_> = members
            .iter()
            .enumerate()
            .map(|(at, member)| (member.name, at))
            .collect();
        // Of two members with one name the later counts.
        names.sort_by_key(|(name, at)| (*name, std::cmp::Reverse(*at)));
        names.dedup_by_key(|(name, _)| *name);
        Names(names)
    }

    /// Returns the place of a member.
    pub(super) fn get(&self, name: &str) -> Option<&usize> {
        let found = self.0.binary_search_by(|(known, _)| (*known).cmp(name)).ok()?;
        self.0.get(found).map(|(_, at)| at)
    }
}

/// Limits of a value.
#[derive(Debug, Clone, Default)]
pub(super) struct Limits {
    pub(super) min: Option<f64>,
    pub(super) above: Option<f64>,
    pub(super) max: Option<f64>,
    pub(super) below: Option<f64>,
    pub(super) len: (Option<usize>, Option<usize>),
    pub(super) patterns: Vec<Predicate>,
}

/// One node.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) shape: Shape,
    pub(super) limits: Limits,
}

/// The whole table.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) release: Option<Release>,
    pub(super) channels: Vec<&'static str>,
    pub(super) plugins: Vec<&'static str>,
    pub(super) root: u32,
    lines: Vec<Line>,
    /// One per line, made at its first use.
    nodes: Vec<OnceLock<Box<Node>>>,
    /// Lines of the definitions, by name.
    defs: HashMap<&'static str, u32>,
}

impl Table {
    /// Returns the table of the newest release.
    pub(super) fn core() -> &'static Table {
        static TABLE: OnceLock<Table> = OnceLock::new();
        TABLE.get_or_init(|| Table::read(TEXT.lines(), Release::parse(RELEASE)))
    }

    /// Returns a node; ids come from the table itself.
    pub(super) fn node(&self, id: u32) -> &Node {
        static ANY: Node = Node {
            shape: Shape::Any,
            limits: Limits {
                min: None,
                above: None,
                max: None,
                below: None,
                len: (None, None),
                patterns: Vec::new(),
            },
        };
        match self.nodes.get(id as usize).zip(self.lines.get(id as usize)) {
            Some((node, line)) => node.get_or_init(|| Box::new(node_of(line.rest, &self.children(id)))),
            None => &ANY,
        }
    }

    /// Returns the name of the definition that a node is, if it is one.
    pub(super) fn definition(&self, id: u32) -> Option<&'static str> {
        let named = self.defs.iter().find(|(_, at)| **at == id);
        named.map(|(name, _)| *name)
    }

    /// Returns how many nodes there are; their ids begin at 0.
    pub(super) fn len(&self) -> u32 {
        self.nodes.len() as u32
    }

    /// Returns the constants at a path of keys, `*` for members without a name and elements.
    pub(super) fn constants(&self, path: &[&str]) -> &[Value] {
        let mut at = self.root;
        for segment in path {
            at = match &self.node(at).shape {
                Shape::Object {
                    members, by_name, open, ..
                } => match (by_name.get(segment).and_then(|at| members.get(*at)), open) {
                    (Some(member), _) => member.node,
                    (None, Open::Of(id)) => *id,
                    _ => return &[],
                },
                Shape::Array(Some(id)) => *id,
                _ => return &[],
            };
        }
        match &self.node(at).shape {
            Shape::Consts(values) => values,
            _ => &[],
        }
    }

    /// Returns whether the release's schema knows a channel.
    pub(super) fn has_channel(&self, id: &str) -> bool {
        self.channels.contains(&id)
    }

    /// Returns whether the package brings a plugin along.
    pub(super) fn has_plugin(&self, id: &str) -> bool {
        self.plugins.contains(&id)
    }
}

/// A line of the table: the words of one node, and what it is called by the node above.
#[derive(Debug)]
struct Line {
    depth: usize,
    label: &'static str,
    rest: &'static str,
}

impl Table {
    fn read(lines: impl Iterator<Item = &'static str>, release: Option<Release>) -> Table {
        let mut table = Table {
            release,
            channels: Vec::new(),
            plugins: Vec::new(),
            root: 0,
            lines: Vec::with_capacity(2000),
            nodes: Vec::new(),
            defs: HashMap::new(),
        };
        let words = |rest: &'static str| rest.split(' ').filter(|word| !word.is_empty()).collect();
        for line in lines.filter(|line| !line.starts_with('#')) {
            let unindented = line.trim_start_matches(' ');
            let depth = line.len() - unindented.len();
            let (label, mut rest) = cut_label(unindented);
            let at = table.lines.len() as u32;
            match (depth, label) {
                (0, "channels") => table.channels = words(rest),
                (0, "plugins") => table.plugins = words(rest),
                (0, "def") => {
                    let (name, type_words) = rest.split_once(' ').unwrap_or((rest, ""));
                    table.defs.insert(name, at);
                    rest = type_words;
                }
                (0, _) => table.root = at,
                _ => {}
            }
            table.lines.push(Line { depth, label, rest });
        }
        table.nodes.resize_with(table.lines.len(), OnceLock::new);
        table
    }

    /// Returns labels and ids of the nodes one deeper.
    fn children(&self, id: u32) -> Vec<(&'static str, u32)> {
        let below = self.lines.get(id as usize..).unwrap_or_default();
        let Some((own, below)) = below.split_first() else {
            return Vec::new();
        };
        (id + 1..)
            .zip(below)
            .take_while(|(_, line)| line.depth > own.depth)
            .filter(|(_, line)| line.depth == own.depth + 1)
            .map(|(at, line)| match line.rest.strip_prefix('@') {
                Some(name) => (line.label, self.defs.get(name).copied().unwrap_or(u32::MAX)),
                None => (line.label, at),
            })
            .collect()
    }
}

/// Makes a node of its words and its children.
fn node_of(words: &'static str, children: &[(&'static str, u32)]) -> Node {
    let (kind, limits) = words.split_once(' ').unwrap_or((words, ""));
    let ids = || children.iter().map(|(_, id)| *id).collect::<Vec<_>>();
    let shape = match kind {
        "s" => Shape::String,
        "n" => Shape::Number,
        "i" => Shape::Integer,
        "b" => Shape::Bool,
        "z" => Shape::Null,
        "{" => object(children, Open::Closed),
        "{*" => object(children, Open::Any),
        "{~" => {
            let of = children.iter().find(|(label, _)| *label == "*");
            object(children, of.map_or(Open::Any, |(_, id)| Open::Of(*id)))
        }
        "[" if children.first().is_some_and(|(label, _)| *label == "[0]") => Shape::Tuple(ids()),
        "[" => Shape::Array(children.first().map(|(_, id)| *id)),
        "|" => Shape::Union(ids()),
        "^" => Shape::Tagged(ids()),
        _ => match words.strip_prefix('=').map(serde_json::from_str) {
            Some(Ok(values)) => Shape::Consts(values),
            _ => Shape::Any,
        },
    };
    let limits = match shape {
        Shape::Consts(_) => Limits::default(),
        _ => read_limits(limits),
    };
    Node { shape, limits }
}

fn object(children: &[(&'static str, u32)], open: Open) -> Shape {
    let mut members = Vec::new();
    let mut keys = None;
    for (label, node) in children {
        match *label {
            "*" => {}
            "@key" => keys = Some(*node),
            name => members.push(Member {
                name: name.strip_suffix('!').unwrap_or(name),
                required: name.ends_with('!'),
                node: *node,
            }),
        }
    }
    Shape::Object {
        by_name: Names::of(&members),
        members,
        keys,
        open,
    }
}

/// Cuts the label off a line; labels that are no plain words are quoted without escapes.
fn cut_label(line: &'static str) -> (&'static str, &'static str) {
    match line.strip_prefix('"').and_then(|rest| rest.split_once('"')) {
        Some((label, rest)) => (label, rest.trim_start_matches(' ')),
        None => line.split_once(' ').unwrap_or((line, "")),
    }
}

fn read_limits(words: &'static str) -> Limits {
    let mut limits = Limits::default();
    let mut rest = words;
    while !rest.is_empty() {
        if let Some(pattern) = rest.strip_prefix('~') {
            let mut stream = serde_json::Deserializer::from_str(pattern).into_iter::<String>();
            let Some(Ok(text)) = stream.next() else { break };
            let used = stream.byte_offset();
            limits.patterns.extend(patterns::by_source(&text));
            rest = pattern.get(used..).unwrap_or_default().trim_start_matches(' ');
            continue;
        }
        let (word, tail) = rest.split_once(' ').unwrap_or((rest, ""));
        rest = tail;
        let number = |from: usize| word.get(from..).and_then(|text| text.parse::<f64>().ok());
        let count = |text: &str| text.parse::<usize>().ok();
        if let Some(name) = word.strip_prefix("format=") {
            limits.patterns.extend(patterns::by_format(name));
        } else if let Some(limit) = word.strip_prefix("len>=").or_else(|| word.strip_prefix("items>=")) {
            limits.len.0 = count(limit);
        } else if let Some(limit) = word.strip_prefix("len<=").or_else(|| word.strip_prefix("items<=")) {
            limits.len.1 = count(limit);
        } else if word.starts_with(">=") {
            limits.min = number(2);
        } else if word.starts_with("<=") {
            limits.max = number(2);
        } else if word.starts_with('>') {
            limits.above = number(1);
        } else if word.starts_with('<') {
            limits.below = number(1);
        }
    }
    limits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_read() {
        let table = Table::core();
        assert!(TEXT.contains(RELEASE) && table.release.is_some());
        assert!(table.has_channel("telegram") && table.has_plugin("openai"));
        let Shape::Object { members, open, .. } = &table.node(table.root).shape else {
            panic!("the root is no object");
        };
        assert_eq!(*open, Open::Closed);
        assert!(members.len() > 40);
    }

    /// A type that is not known here would silently accept everything.
    #[test]
    fn every_type_is_known() {
        let table = Table::core();
        let nodes = table.lines.iter().zip(0..).filter(|(line, _)| {
            let is_head = line.depth == 0 && matches!(line.label, "channels" | "plugins");
            !is_head && !line.rest.starts_with('@')
        });
        for (line, id) in nodes {
            let is_any = matches!(table.node(id).shape, Shape::Any);
            assert_eq!(
                is_any,
                line.rest.split(' ').next() == Some("any"),
                "{} {}",
                line.label,
                line.rest
            );
        }
        for (_, target) in (0..table.lines.len() as u32).flat_map(|id| table.children(id)) {
            assert!((target as usize) < table.lines.len());
        }
    }

    /// A pattern that is not known here would silently accept everything.
    #[test]
    fn every_pattern_is_known() {
        for line in TEXT.lines() {
            for part in line.split(" ~").skip(1) {
                let mut stream = serde_json::Deserializer::from_str(part).into_iter::<String>();
                let source = stream.next().unwrap().unwrap();
                assert!(patterns::by_source(&source).is_some(), "{source}");
            }
            if let Some((_, format)) = line.split_once("format=") {
                let name = format.split(' ').next().unwrap();
                assert!(patterns::by_format(name).is_some(), "{name}");
            }
        }
    }
}
