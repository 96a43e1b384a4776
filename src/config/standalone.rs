//! `openclaw doctor config [FILE]`: the verdict on one file alone.

use std::borrow::Cow;
use std::collections::HashMap;
use std::rc::Rc;

use serde::Serialize;

use super::document::{Document, read};
use super::include::{IncludeAnswer, IncludeSettings};
use super::{GatewayStart, Look, ValidateContext, Verdict, excerpt, own_vars, substitute, validate};
use crate::model::snapshot::{ConfigCopy, ConfigIssue, ConfigState, ConfigView, PluginSettings};
use crate::product::rules::Release;

/// What the judge may ask of the machine; the caller looks, the judge does not.
pub struct Outside<'a> {
    /// The environment with everything of the `.env` files in it, before the config's own `env.vars`.
    pub env: &'a dyn Fn(&str) -> Option<String>,
    /// Names that `env.vars` may not set.
    pub blocked: &'a dyn Fn(&str) -> bool,
    /// Reads an included file.
    pub include: &'a mut dyn FnMut(&str) -> IncludeAnswer,
    /// Where includes may lie.
    pub settings: IncludeSettings,
    /// State directory.
    pub state_dir: String,
    /// Installed release.
    pub release: Option<Release>,
    /// Ids of plugins on disk.
    pub plugins: Vec<String>,
    /// What their manifests say of settings.
    pub manifests: Vec<PluginSettings>,
    /// See [`ValidateContext::path_exists`].
    pub path_exists: Option<&'a dyn Fn(&str) -> bool>,
    /// See [`ValidateContext::exec_problem`].
    pub exec_problem: Option<&'a Look<'a>>,
    /// See [`ValidateContext::container`].
    pub container: bool,
    /// See [`ValidateContext::reach`].
    pub reach: super::Reach,
}

/// The JSON object of `--json`.
#[derive(Debug, Serialize)]
pub struct FileVerdict {
    /// Whether `openclaw config validate` accepts the file.
    pub valid: bool,
    /// The file.
    pub path: String,
    /// Why not.
    pub issues: Vec<Entry>,
    /// Warnings and advice.
    pub warnings: Vec<Entry>,
    /// Changes made when the Gateway starts.
    pub repairs: Vec<String>,
    /// Sections that were not checked: their schemas come with plugins.
    pub unchecked: Vec<String>,
    /// What a starting Gateway does.
    pub gateway_start: GatewayStart,
    /// Copies that lie beside the file, the newest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub copies: Vec<Copy>,
}

/// A copy of the config.
#[derive(Debug, Serialize)]
pub struct Copy {
    /// Its path.
    pub path: String,
    /// What it is, in words.
    pub role: String,
    /// Last change, milliseconds since 1970.
    pub modified_ms: Option<i64>,
    /// Keys in which it differs, never values; none where it could not be compared.
    pub differs: Option<Vec<String>>,
}

impl From<&ConfigCopy> for Copy {
    fn from(copy: &ConfigCopy) -> Self {
        Copy {
            path: copy.path.clone(),
            role: copy.role.clone(),
            modified_ms: copy.stat.get().map(|stat| stat.mtime_ms),
            differs: copy.differs.get().cloned(),
        }
    }
}

/// One problem in it.
#[derive(Debug, Serialize)]
pub struct Entry {
    /// Dotted path; `<root>` for the whole file.
    pub path: String,
    /// File, where it is an included one or the root.
    pub file: Option<String>,
    /// Line, from 1.
    pub line: Option<u32>,
    /// Column, from 1.
    pub column: Option<u32>,
    /// Kind.
    pub kind: String,
    /// What is so.
    pub message: String,
    /// What to write instead.
    pub hint: Option<String>,
    /// Names of unknown keys.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<String>,
}

impl From<&ConfigIssue> for Entry {
    fn from(issue: &ConfigIssue) -> Self {
        let place = issue.place.as_ref();
        Entry {
            path: if issue.path.is_empty() {
                "<root>".to_owned()
            } else {
                issue.path.clone()
            },
            file: place.map(|place| place.path.clone()),
            line: place.and_then(|place| place.line),
            column: place.and_then(|place| place.column),
            kind: issue.kind.clone(),
            message: issue.message.clone(),
            hint: issue.hint.clone(),
            keys: issue.keys.clone(),
        }
    }
}

/// Judges one file: reads it with its includes, replaces `${VAR}`, validates.
pub fn judge_file(path: &str, bytes: &[u8], outside: &mut Outside<'_>) -> (Document, Verdict) {
    let include = &mut outside.include;
    let doc = match read(path, bytes, &outside.settings, &mut |path| Some(include(path))) {
        Ok(doc) => doc,
        // Every question is answered at once above, so nothing can be left open.
        Err(_) => return judge_file(path, b"{", outside),
    };
    let own: HashMap<String, String> = own_vars(&doc.value, outside.blocked).into_iter().collect();
    let env = outside.env;
    let lookup = |name: &str| {
        let set = env(name).filter(|value| !crate::secret::value::js_trim(value).is_empty());
        set.or_else(|| own.get(name).cloned())
    };
    let (substituted, missing) = substitute(&doc.value, &lookup);
    let ctx = ValidateContext {
        release: outside.release,
        home: &outside.settings.home,
        state_dir: &outside.state_dir,
        plugins: &outside.plugins,
        manifests: &outside.manifests,
        missing: &missing,
        path_exists: outside.path_exists,
        exec_problem: outside.exec_problem,
        is_set: &|name| lookup(name).is_some(),
        container: outside.container,
        reach: &outside.reach,
    };
    let mut substituted = match substituted {
        Cow::Borrowed(_) => Rc::clone(&doc.value),
        Cow::Owned(value) => Rc::new(value),
    };
    let verdict = validate(&doc, &mut substituted, &ctx);
    (doc, verdict)
}

/// Returns the JSON Schema of `--schema`, with the settings of these installed plugins.
pub fn json_schema(view: &ConfigView) -> String {
    let installed: Vec<PluginSettings> = view
        .plugins_found
        .iter()
        .filter_map(|plugin| plugin.settings.clone())
        .collect();
    crate::base::json::pretty(&super::editor::schema(&installed))
}

/// Returns the object of `--json`.
pub fn file_verdict(path: &str, verdict: &Verdict) -> FileVerdict {
    FileVerdict {
        valid: verdict.valid,
        path: path.to_owned(),
        issues: verdict.issues.iter().map(Entry::from).collect(),
        warnings: verdict.warnings.iter().map(Entry::from).collect(),
        repairs: verdict.repairs.clone(),
        unchecked: verdict.unchecked.clone(),
        gateway_start: verdict.gateway_start.clone(),
        copies: Vec::new(),
    }
}

/// Returns what is printed for a config that the loading read, and the exit code: 0 where a Gateway starts with it, 1
/// where it is invalid or the start is refused.
pub fn page(path: &str, doc: Option<&Document>, view: &ConfigView, json: bool) -> (String, u8) {
    let unread = || {
        GatewayStart::unread(match &view.state {
            ConfigState::Unreadable { why } => format!("the file cannot be read: {why}"),
            _ => "no such file; the Gateway does not start without one".to_owned(),
        })
    };
    let read = doc.is_some();
    let verdict = Verdict {
        valid: read && view.issues.is_empty(),
        issues: view.issues.clone(),
        warnings: view.warnings.clone(),
        repairs: view.repairs.clone(),
        repaired: None,
        unchecked: view.unchecked.clone(),
        gateway_start: view.gateway_start.clone().unwrap_or_else(unread),
    };
    let code = u8::from(!verdict.valid || verdict.gateway_start.verdict.is_refused());
    if json {
        let object = FileVerdict {
            copies: view.copies.iter().map(Copy::from).collect(),
            ..file_verdict(path, &verdict)
        };
        return (crate::base::json::pretty(&object), code);
    }
    let mut text = match doc {
        Some(doc) => human(path, doc, &verdict),
        None => format!("{path} is not valid: {}\n", verdict.gateway_start.why),
    };
    for copy in &view.copies {
        text.push_str(&format!("{}: {}; {}\n", copy.role, copy.path, copy.compared()));
    }
    (crate::base::text::clean_lines(&text), code)
}

/// Returns what is printed for a file, and the exit code, as [`page`] does.
pub fn run(path: &str, bytes: &[u8], json: bool, outside: &mut Outside<'_>) -> (String, u8) {
    let (doc, verdict) = judge_file(path, bytes, outside);
    let code = u8::from(!verdict.valid || verdict.gateway_start.verdict.is_refused());
    if json {
        return (crate::base::json::pretty(&file_verdict(path, &verdict)), code);
    }
    (crate::base::text::clean_lines(&human(path, &doc, &verdict)), code)
}

fn human(path: &str, doc: &Document, verdict: &Verdict) -> String {
    let mut out = String::new();
    for issue in &verdict.issues {
        let lines = excerpt(doc, issue);
        if lines.is_empty() {
            out.push_str(&format!("error: {}: {}\n", issue.path, issue.message));
        } else {
            out.push_str(&lines);
            out.push_str("\n\n");
        }
    }
    for warning in &verdict.warnings {
        let line = warning
            .place
            .as_ref()
            .and_then(|place| place.line)
            .map_or(String::new(), |line| format!(":{line}"));
        let at = if warning.path.is_empty() {
            "the file"
        } else {
            &warning.path
        };
        out.push_str(&format!("warning: {path}{line}: {at}: {}\n", warning.message));
        if let Some(hint) = &warning.hint {
            out.push_str(&format!("  {hint}\n"));
        }
    }
    if !verdict.unchecked.is_empty() {
        let list = verdict.unchecked.join(", ");
        out.push_str(&format!(
            "not checked, because the plugins with their schemas are not installed: {list}\n"
        ));
    }
    let word = match (verdict.valid, verdict.unchecked.is_empty()) {
        (true, true) => "valid",
        (true, false) => "valid as far as checked",
        (false, _) => "not valid",
    };
    let but = match verdict.valid && verdict.gateway_start.verdict.is_refused() {
        true => ", but",
        false => ".",
    };
    // Where nothing else is to be said, that it starts goes without saying.
    match verdict.valid && verdict.gateway_start.outcome == "starts" {
        true => out.push_str(&format!("{path} is {word}.\n")),
        false => out.push_str(&format!("{path} is {word}{but} {}\n", verdict.gateway_start.why)),
    }
    let by = verdict.gateway_start.ended_by.as_deref().unwrap_or_default();
    if verdict.valid && verdict.gateway_start.verdict.is_refused() && by.starts_with("gateway.auth") {
        out.push_str(
            "Judged with this shell's variables and .env; `%doctor%` also looks at those that only the service sets.\n",
        );
    }
    out
}
