//! `openclaw doctor config [FILE]`: the verdict on one file alone.

use std::borrow::Cow;
use std::collections::HashMap;
use std::rc::Rc;

use serde::Serialize;

use super::advice::CLIENT;
use super::document::{Document, read};
use super::excerpt::excerpt;
use super::include::{IncludeAnswer, IncludeSettings};
use super::plugins::PATH_MISSING;
use super::{
    GatewayStart, Look, START_REFUSED, STOCK_ENTRY, ValidateContext, Verdict, lock, own_vars, substitute, validate,
    written_path,
};
use crate::base::text::{capital, clean_page};
use crate::base::wrap::wrap;
use crate::model::snapshot::{ConfigCopy, ConfigIssue, ConfigState, ConfigView, Place, PluginSettings};
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
    /// Name and version of this document.
    pub schema: &'static str,
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
    /// Where the setting stands that ends a start, or should stand; where the text of the file was at hand.
    #[serde(skip)]
    pub ended_at: Option<Place>,
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

impl FileVerdict {
    /// Returns whether something is wrong: the file is invalid, or the Gateway that it is for does not start.
    pub fn is_refused(&self) -> bool {
        !self.valid || !self.starts() && !is_client(&self.warnings, |one| &one.kind)
    }

    /// Returns whether a Gateway starts with the file.
    pub fn starts(&self) -> bool {
        self.valid && !self.gateway_start.verdict.is_refused()
    }
}

/// Returns whether the machine is a client of another Gateway and needs none of its own.
fn is_client<T>(warnings: &[T], kind: impl Fn(&T) -> &str) -> bool {
    warnings.iter().any(|one| kind(one) == CLIENT)
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
    /// The same for people: names with dots in them are in brackets.
    #[serde(skip)]
    pub at: String,
    /// The same as a JSON Pointer.
    pub pointer: String,
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
            at: match issue.path.is_empty() {
                true => "<root>".to_owned(),
                false => written_path::of_issue(issue),
            },
            pointer: written_path::pointer(issue),
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
        nothing_behind: None,
        is_set: &|name| lookup(name).is_some(),
        container: outside.container,
        reach: &outside.reach,
    };
    let mut substituted = match substituted {
        Cow::Borrowed(_) => Rc::clone(&doc.value),
        Cow::Owned(value) => Rc::new(value),
    };
    let mut verdict = validate(&doc, &mut substituted, &ctx);
    if let Some(lock) = lock::by_environment(|name| lookup(name).as_deref() == Some("1")) {
        lock::hold(&mut verdict, &lock);
    }
    (doc, verdict)
}

/// Returns the JSON Schema of `--schema`, with the settings of these installed plugins.
pub fn json_schema(view: &ConfigView) -> String {
    let found = view.plugins_found.iter();
    let installed: Vec<PluginSettings> = found.filter_map(|plugin| plugin.settings.clone()).collect();
    crate::base::json::pretty(&super::editor::schema(&installed))
}

/// Returns the object of `--json`.
pub fn file_verdict(path: &str, verdict: &Verdict) -> FileVerdict {
    FileVerdict {
        schema: "openclaw-doctor/config/1",
        valid: verdict.valid,
        path: path.to_owned(),
        issues: verdict.issues.iter().map(Entry::from).collect(),
        warnings: verdict.warnings.iter().map(Entry::from).collect(),
        repairs: verdict.repairs.clone(),
        unchecked: verdict.unchecked.clone(),
        gateway_start: verdict.gateway_start.clone(),
        ended_at: None,
        copies: Vec::new(),
    }
}

/// How the page looks.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// Whether there are escape sequences for colour.
    pub color: bool,
    /// Columns.
    pub width: usize,
}

/// Returns the verdict on a config that was read, or of a bundle.
fn verdict_of(view: &ConfigView) -> Verdict {
    let unread = || {
        GatewayStart::unread(match &view.state {
            ConfigState::Unreadable { why } | ConfigState::TooMuch { why } => format!("the file cannot be read: {why}"),
            _ => "no such file; the Gateway does not start without one".to_owned(),
        })
    };
    let read = !matches!(
        view.state,
        ConfigState::Missing | ConfigState::Unreadable { .. } | ConfigState::TooMuch { .. }
    );
    Verdict {
        valid: read && view.issues.is_empty(),
        issues: view.issues.clone(),
        warnings: view.warnings.clone(),
        repairs: view.repairs.clone(),
        repaired: None,
        unchecked: view.unchecked.clone(),
        gateway_start: view.gateway_start.clone().unwrap_or_else(unread),
    }
}

/// Returns the object of `--json` for a config that the loading read; `doc` where the text of the file is at hand.
pub fn object(path: &str, doc: Option<&Document>, view: &ConfigView) -> FileVerdict {
    let told = file_verdict(path, &verdict_of(view));
    let ended_by = told.gateway_start.ended_by.as_deref();
    FileVerdict {
        ended_at: ended_by.and_then(|by| doc?.nearest_place(&by.split('.').collect::<Vec<_>>())),
        copies: view.copies.iter().map(Copy::from).collect(),
        ..told
    }
}

/// Returns what is printed for people; `doc` where the text of the file is at hand.
pub fn page(path: &str, doc: Option<&Document>, view: &ConfigView, style: Style) -> String {
    let mut text = human(path, doc, &verdict_of(view), style);
    for copy in &view.copies {
        let line = format!("{}: {}; {}", copy.role, copy.path, copy.compared());
        wrapped(&mut text, &line, "  ", style);
    }
    clean_page(&text, style.color)
}

/// Returns what is printed for a file, and the exit code.
pub fn run(path: &str, bytes: &[u8], json: bool, outside: &mut Outside<'_>) -> (String, u8) {
    let (doc, verdict) = judge_file(path, bytes, outside);
    let told = file_verdict(path, &verdict);
    let code = u8::from(told.is_refused());
    if json {
        return (crate::base::json::pretty(&told), code);
    }
    let style = Style {
        color: false,
        width: 120,
    };
    (clean_page(&human(path, Some(&doc), &verdict, style), false), code)
}

/// Adds a line, broken where the page ends; what follows the break is indented.
fn wrapped(out: &mut String, text: &str, indent: &str, style: Style) {
    for (at, line) in wrap(text, style.width.saturating_sub(indent.len()))
        .into_iter()
        .enumerate()
    {
        out.push_str(if at == 0 { "" } else { indent });
        out.push_str(&line);
        out.push('\n');
    }
}

fn painted(word: &str, code: &str, style: Style) -> String {
    match style.color {
        true => format!("\u{1b}[{code}m{word}\u{1b}[0m"),
        false => word.to_owned(),
    }
}

const RED: &str = "1;31";
const YELLOW: &str = "1;33";
const GREEN: &str = "1;32";

/// Problems whose lines are shown, and problems that are told: of thousands nobody reads on.
const SHOWN: usize = 20;
const TOLD: usize = 100;

fn human(path: &str, doc: Option<&Document>, verdict: &Verdict, style: Style) -> String {
    let mut out = String::new();
    for (at, issue) in verdict.issues.iter().take(TOLD).enumerate() {
        let lines = doc.filter(|_| at < SHOWN);
        let lines = lines.map_or(String::new(), |doc| excerpt(doc, issue, style.color, style.width));
        if lines.is_empty() {
            told(&mut out, "error", RED, path, issue, style);
        } else {
            out.push_str(&lines);
            out.push_str("\n\n");
        }
    }
    let more = verdict.issues.len().saturating_sub(TOLD);
    if more > 0 {
        let words = format!("{more} more problems; --json has them all");
        wrapped(&mut out, &words, "", style);
    }
    for warning in verdict.warnings.iter().take(TOLD) {
        let (word, color) = match warning.kind.as_str() {
            STOCK_ENTRY => ("note", GREEN),
            START_REFUSED => ("error", RED),
            _ => ("warning", YELLOW),
        };
        told(&mut out, word, color, path, warning, style);
    }
    if !verdict.unchecked.is_empty() {
        let list = verdict.unchecked.join(", ");
        let why = match verdict.warnings.iter().any(|warning| warning.kind == PATH_MISSING) {
            true => "a path of plugins is missing",
            false => "the plugins with their schemas are not installed",
        };
        let words = format!("not checked, because {why}: {list}");
        wrapped(&mut out, &words, "  ", style);
    }
    wrapped(&mut out, &sum(path, verdict, style), "", style);
    out
}

/// One problem in a line, with what to write instead below.
fn told(out: &mut String, word: &str, color: &str, path: &str, issue: &ConfigIssue, style: Style) {
    let place = issue.place.as_ref();
    let file = place.map_or(path, |place| place.path.as_str());
    let line = place.and_then(|place| place.line);
    let line = line.map_or(String::new(), |line| format!(":{line}"));
    let at = match issue.path.is_empty() {
        true => "the file".to_owned(),
        false => written_path::of_issue(issue),
    };
    let words = format!("{}: {file}{line}: {at}: {}", painted(word, color, style), issue.message);
    wrapped(out, &words, "  ", style);
    for line in wrap(issue.hint.as_deref().unwrap_or_default(), style.width.saturating_sub(2)) {
        out.push_str(&format!("  {line}\n"));
    }
}

/// The verdict in a sentence or two.
fn sum(path: &str, verdict: &Verdict, style: Style) -> String {
    let refused = verdict.gateway_start.verdict.is_refused() && !is_client(&verdict.warnings, |one| &one.kind);
    let (word, color) = match (verdict.valid, verdict.unchecked.is_empty()) {
        (true, true) => ("valid", GREEN),
        (true, false) => ("valid as far as checked", GREEN),
        (false, _) => ("not valid", RED),
    };
    let word = painted(word, if refused { RED } else { color }, style);
    let why = &verdict.gateway_start.why;
    // Where nothing else is to be said, that it starts goes without saying.
    match verdict.valid {
        true if verdict.gateway_start.outcome == "starts" => format!("{path} is {word}."),
        true if refused => format!("{path} is {word}, but {why}"),
        _ => format!("{path} is {word}. {}", capital(why)),
    }
}
