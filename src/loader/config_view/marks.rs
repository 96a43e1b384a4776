//! Where a config holds credentials and references, found in one walk and kept: a config may have
//! a hundred thousand values, and only a few of them matter to the environment.

use serde_json::Value;

use crate::base::fact::Fact;
use crate::config::Step;
use crate::config::document::Document;
use crate::config::member::Members;
use crate::model::snapshot::SecretRef;
use crate::product::names::is_key_marker;
use crate::secret::names::is_credential_field;
use crate::secret::value::js_trim;

/// A value that matters: a credential, a string with a `$`, or a SecretRef.
#[derive(Debug)]
pub(super) struct Mark {
    pub(super) path: Vec<String>,
    /// Whether the field is one of a credential.
    pub(super) credential: bool,
}

/// The marks of a document in its own order.
#[derive(Debug, Default)]
pub(crate) struct Marks(Vec<Mark>);

impl Marks {
    /// Walks a document as it is written.
    pub(super) fn of(document: &Document) -> Self {
        let mut marks = Marks::default();
        marks.below(&document.value, &mut Vec::new());
        marks
    }

    /// Returns every mark with the value there.
    pub(super) fn values<'d>(&'d self, document: &'d Document) -> impl Iterator<Item = (&'d Mark, &'d Value)> {
        let marks = self.0.iter();
        marks.filter_map(|mark| Some((mark, at(&document.value, &mark.path)?)))
    }

    fn below<'v>(&mut self, value: &'v Value, path: &mut Vec<Step<'v>>) {
        match value {
            Value::String(text) => {
                let credential = is_credential(path);
                if credential || text.contains('$') {
                    self.add(path, credential);
                }
            }
            Value::Object(map) => {
                if secret_ref(value).is_some() {
                    self.add(path, is_credential(path));
                }
                for (key, child) in map {
                    path.push(Step::Key(key));
                    self.below(child, path);
                    path.pop();
                }
            }
            Value::Array(items) => {
                for (at, child) in items.iter().enumerate() {
                    path.push(Step::At(at));
                    self.below(child, path);
                    path.pop();
                }
            }
            _ => {}
        }
    }

    fn add(&mut self, path: &[Step<'_>], credential: bool) {
        self.0.push(Mark {
            path: Step::owned(path),
            credential,
        });
    }
}

/// The variable whose bare name is the `apiKey` of a provider, where the release takes it for one.
pub(crate) fn named_variable<'t, S: AsRef<str>>(path: &[S], text: &'t str) -> Option<&'t str> {
    let [models, providers, _, field] = path else {
        return None;
    };
    let of_provider = (models.as_ref(), providers.as_ref(), field.as_ref()) == ("models", "providers", "apiKey");
    let name = js_trim(text);
    (of_provider && is_key_marker(name)).then_some(name)
}

fn at<'v>(value: &'v Value, path: &[String]) -> Option<&'v Value> {
    path.iter().try_fold(value, |value, step| match value {
        Value::Object(map) => map.member(step),
        Value::Array(items) => items.get(step.parse::<usize>().ok()?),
        _ => None,
    })
}

/// Returns whether the field at a path holds a credential.
fn is_credential(path: &[Step<'_>]) -> bool {
    // Elements have no name of their own, but may stand among headers.
    let key = |from_end: usize| path.iter().rev().nth(from_end).and_then(Step::key).unwrap_or_default();
    is_credential_field(key(1), key(0))
}

/// Reads a SecretRef object: exactly `source`, `id` and, optionally, `provider`.
pub(super) fn secret_ref(value: &Value) -> Option<SecretRef> {
    let map = value.as_object().filter(|map| (2..=3).contains(&map.len()))?;
    let text = |name: &str| map.member(name).and_then(Value::as_str);
    let source = text("source").filter(|source| ["env", "file", "exec", "store"].contains(source))?;
    let known = map
        .keys()
        .all(|key| ["source", "provider", "id"].contains(&key.as_str()));
    let id = text("id")?;
    known.then(|| SecretRef {
        source: source.to_owned(),
        provider: text("provider").unwrap_or("default").to_owned(),
        id: id.to_owned(),
        place: None,
        target: Fact::not_asked("a reference to a variable"),
        flaw: None,
        pass_env: Vec::new(),
    })
}
