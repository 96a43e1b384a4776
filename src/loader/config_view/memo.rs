//! Configs already read, so that a large one is judged once for all views.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use serde_json::Value;

use super::marks::{self, Marks};
use crate::config::document::Document;
use crate::config::references;
use crate::loader::config_env::{ConfigEntry, Weaker};
use crate::loader::entry::alias_group;
use crate::loader::env::Env;
use crate::loader::{Start, template};
use crate::model::snapshot::{ConfigLock, ConfigView, PathFacts};
use crate::product::rules::Release;
use crate::secret::Secret;

/// All that the reading of one document depends on.
#[derive(Debug)]
pub(crate) struct Key {
    document: Rc<Document>,
    rules: (String, Option<Release>),
    home: String,
    state_dir: String,
    /// The names that the document sets or refers to, with what the environment has for them.
    names: Rc<BTreeSet<String>>,
    pub(super) marks: Rc<Marks>,
    values: Vec<Option<Secret>>,
    weaker: Weaker,
    /// Where the Gateway may listen, where the document makes that matter.
    around: Option<String>,
    container: bool,
    /// What keeps the Gateway from writing the file.
    pub(super) lock: Option<ConfigLock>,
}

/// Returns what of the machine decides about a start with this document: most look at nothing of it.
fn around(document: &Document, start: &Start, env: &Env) -> Option<String> {
    let word = |pointer: &str| document.value.pointer(pointer).and_then(Value::as_str);
    let written = document.value.pointer("/gateway/port").and_then(Value::as_u64);
    let given = env.text("OPENCLAW_GATEWAY_PORT");
    let low = [
        written,
        start.port.map(u64::from),
        given.and_then(|port| port.trim().parse().ok()),
    ];
    let published = word("/gateway/tailscale/mode").is_some_and(|mode| mode != "off");
    let matters = published || word("/gateway/bind") == Some("custom") || low.iter().flatten().any(|port| *port < 1024);
    matters.then(|| {
        format!(
            "{:?} {:?} {given:?} {:?}",
            start.reach,
            start.port,
            env.text("PATH").filter(|_| published)
        )
    })
}

impl Key {
    fn same(&self, other: &Key) -> bool {
        let secret = |a: &Option<Secret>, b: &Option<Secret>| match (a, b) {
            (Some(a), Some(b)) => a.same_as(b),
            (None, None) => true,
            _ => false,
        };
        let weaker = |(a, b): ((&String, &Secret), (&String, &Secret))| a.0 == b.0 && a.1.same_as(b.1);
        Rc::ptr_eq(&self.document, &other.document)
            && (&self.rules, &self.home, &self.state_dir) == (&other.rules, &other.home, &other.state_dir)
            && self.values.iter().zip(&other.values).all(|(a, b)| secret(a, b))
            && (&self.around, self.container, &self.lock) == (&other.around, other.container, &other.lock)
            && self.weaker.len() == other.weaker.len()
            && self.weaker.iter().zip(&other.weaker).all(weaker)
    }
}

/// A config read in one environment.
#[derive(Debug)]
pub(crate) struct ReadConfig {
    pub(crate) view: ConfigView,
    pub(crate) file: PathFacts,
    /// The value with `${VAR}` replaced.
    pub(crate) value: Option<Rc<Value>>,
    /// The config as it is written.
    pub(crate) authored: Option<Rc<Document>>,
    pub(crate) entries: Vec<ConfigEntry>,
    /// Names the config refers to as a whole string or by SecretRef (section 7).
    pub(crate) referenced: BTreeSet<String>,
    /// Whether the Gateway goes on with it: valid as it is, or after its own repair.
    pub(crate) starts: bool,
}

/// The configs read so far.
#[derive(Debug, Default)]
pub(crate) struct Reads(RefCell<Vec<(Key, Rc<ReadConfig>)>>);

impl Reads {
    /// Returns what was read under the same circumstances.
    pub(crate) fn find(&self, key: &Key) -> Option<Rc<ReadConfig>> {
        let known = self.0.borrow();
        let same = known.iter().find(|(other, _)| key.same(other));
        same.map(|(_, read)| Rc::clone(read))
    }

    /// Returns all that the reading of a document depends on.
    pub(super) fn key(
        &self,
        document: &Rc<Document>,
        start: &Start,
        home: String,
        state_dir: &str,
        env: &Env,
        weaker: &Weaker,
    ) -> Key {
        let (names, marks) = self.names(document);
        Key {
            document: Rc::clone(document),
            rules: (start.rules.name.clone(), start.rules.release),
            home,
            state_dir: state_dir.to_owned(),
            values: names.iter().map(|name| env.get(name).cloned()).collect(),
            names,
            marks,
            weaker: weaker.clone(),
            around: around(document, start, env),
            container: start.container,
            lock: None,
        }
    }

    /// Keeps what was read.
    pub(crate) fn keep(&self, key: Key, read: ReadConfig) -> Rc<ReadConfig> {
        let read = Rc::new(read);
        self.0.borrow_mut().push((key, Rc::clone(&read)));
        read
    }

    fn names(&self, document: &Rc<Document>) -> (Rc<BTreeSet<String>>, Rc<Marks>) {
        let known = self.0.borrow();
        let same = known.iter().find(|(key, _)| Rc::ptr_eq(&key.document, document));
        if let Some((key, _)) = same {
            return (Rc::clone(&key.names), Rc::clone(&key.marks));
        }
        let marks = Marks::of(document);
        (Rc::new(names(document, &marks)), Rc::new(marks))
    }
}

/// Names that a document sets or refers to in any form, with their aliases.
fn names(document: &Document, marks: &Marks) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut add = |name: &str| {
        let group = alias_group(crate::secret::value::js_trim(name));
        names.extend(group.into_iter().map(str::to_owned));
    };
    // The Gateway's own secrets decide whether it starts.
    ["OPENCLAW_GATEWAY_TOKEN", "OPENCLAW_GATEWAY_PASSWORD"]
        .into_iter()
        .for_each(&mut add);
    let env = document.value.get("env");
    for section in [env, env.and_then(|env| env.get("vars"))] {
        let members = section.and_then(Value::as_object).into_iter().flatten();
        let texts = members.filter(|(_, value)| value.is_string());
        texts.for_each(|(name, _)| add(name));
    }
    for (mark, value) in marks.values(document) {
        match value.as_str() {
            Some(text) => {
                marks::named_variable(&mark.path, text).into_iter().for_each(&mut add);
                references(text).iter().for_each(|name| add(name));
                template::whole_reference(text).into_iter().for_each(&mut add);
            }
            None => marks::secret_ref(value).iter().for_each(|found| add(&found.id)),
        }
    }
    names
}
