//! References to models of the provider, the default model first.

use serde_json::Value;

use super::super::problem::{Problem, get, text};
use super::ID;
use super::base_url::model_ids;

const KIND: &str = "cf-model-ref-wrong";

/// Checks the default model; tells whether the config refers to a model of the provider at all.
pub(super) fn check(config: &Value, out: &mut Vec<Problem>) -> bool {
    let base = ["agents", "defaults", "model"];
    let (path, given) = match get(config, &base) {
        Some(Value::String(given)) => (base.to_vec(), given.as_str()),
        Some(other) => match text(other, &["primary"]) {
            Some(given) => ([&base[..], &["primary"]].concat(), given),
            None => return false,
        },
        None => return false,
    };
    let say = |words: String, hint: String| {
        let path: Vec<String> = path.iter().map(|segment| (*segment).to_owned()).collect();
        Problem::mild(&path, KIND, words).hint(hint)
    };
    let entry = get(config, &["models", "providers", ID]);
    let ids = entry.map(model_ids).unwrap_or_default();
    let trimmed = crate::secret::value::js_trim(given);
    let Some((provider, model)) = trimmed.split_once('/') else {
        if ids.contains(&trimmed) {
            let words = format!("{trimmed} has no provider in front, so it is not looked for in {ID}");
            out.push(say(words, format!("write \"{ID}/{trimmed}\"")));
        }
        return false;
    };
    if provider != ID {
        if super::misspelt(provider) {
            out.push(say(
                format!("{provider} is not a provider id"),
                format!("write \"{ID}/{model}\""),
            ));
        }
        return false;
    }
    let bare = model.rsplit('/').next().unwrap_or(model);
    if ids.is_empty() {
        if model.starts_with("anthropic/") {
            let words = "the address names the provider already, so write the model without anthropic/".to_owned();
            out.push(say(words, format!("write \"{ID}/{bare}\"")));
        }
    } else if !ids.contains(&model) {
        let near = super::super::near::name(bare, &ids);
        let hint = match near {
            Some(near) => format!("did you mean \"{ID}/{near}\"?"),
            None => {
                format!("add {{id: \"{model}\", name: …}} to models.providers.{ID}.models, or name one that is there")
            }
        };
        out.push(say(format!("{model} is not among the models of {ID}"), hint));
    }
    true
}
