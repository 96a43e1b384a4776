//! Children of large containers by name, so that many look-ups in one object cost little.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::OnceLock;

use super::{Kind, SpanIndex};

/// Containers with at most this many children are searched one by one.
pub(crate) const FEW: usize = 16;

/// Hash of the name and node of each child, sorted; elements have their number for a hash.
type Sorted = Vec<(u64, u32)>;

/// The large containers of a text; their tables are made at the first look-up.
#[derive(Debug, Clone, Default)]
pub(crate) struct Large {
    pub(crate) ids: Vec<u32>,
    tables: OnceLock<HashMap<u32, Sorted>>,
}

impl Large {
    /// Returns the children that may have a name, in the order of the text; `None` for containers
    /// that are not large.
    pub(crate) fn candidates<'i>(
        &'i self,
        index: &SpanIndex,
        text: &str,
        id: usize,
        name: &str,
    ) -> Option<impl Iterator<Item = usize> + use<'i>> {
        if self.ids.is_empty() {
            return None;
        }
        let tables = self.tables.get_or_init(|| {
            let table = |id: &u32| (*id, sorted(index, text, *id as usize));
            self.ids.iter().map(table).collect()
        });
        let table = tables.get(&(id as u32))?;
        let wanted = match index.node(id)?.kind {
            // No element has this number: a list ends long before it.
            Kind::Array => name.parse().unwrap_or(u64::MAX),
            _ => hash(name),
        };
        let first = table.partition_point(|(hash, _)| *hash < wanted);
        let found = table.get(first..)?.iter().take_while(move |(hash, _)| *hash == wanted);
        Some(found.map(|(_, node)| *node as usize))
    }
}

fn sorted(index: &SpanIndex, text: &str, id: usize) -> Sorted {
    let array = index.node(id).is_some_and(|node| node.kind == Kind::Array);
    let key = |at: usize, child: usize| {
        if array {
            at as u64
        } else {
            hash(&index.key(text, child))
        }
    };
    let children = index.children(id).enumerate();
    let mut table: Sorted = children.map(|(at, child)| (key(at, child), child as u32)).collect();
    table.sort_unstable();
    table
}

fn hash(name: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
    hasher.finish()
}
