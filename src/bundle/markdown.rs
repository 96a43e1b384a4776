//! The bundle for an issue, in the order of OpenClaw's bug form, with the machine's facts filled in.

use super::page::Page;
use super::{facts, manifest};
use crate::base::fact::Fact;
use crate::base::text::markdown_inline as inline;
use crate::model::snapshot::{CredentialField, Snapshot};
use crate::redact::MaskedText;
use crate::render;
use crate::resolve;

/// Most signs that fit an issue.
const LIMIT: usize = 60_000;
/// What is left of it for the parts before the foot.
const BODY: usize = LIMIT - 10_000;

/// Most lines of a usual machine's page, and what the foot takes of them.
const LINES: usize = 200;
const FOOT: usize = 16;

/// The form's word for the last lines of the log.
const LOGS: &str = "Logs, screenshots, and evidence";

/// Rows of the ledger that are shown.
const ROWS: usize = 40;

/// A part of the page. Lines may be cut from the end; from the start where the end matters more.
struct Section {
    title: String,
    lines: Vec<String>,
    kind: Block,
    /// Rank of its heading: the form's own have three.
    level: usize,
    /// In which round it is cut; none for what must stay.
    round: Option<u8>,
    cut: usize,
}

#[derive(Clone, Copy, PartialEq)]
enum Block {
    Prose,
    Code,
    Tail,
}

/// Returns the page.
pub(super) fn page(page: &Page<'_>) -> String {
    let mut sections = sections(page);
    for round in 0..4 {
        for at in 0..sections.len() {
            let total: usize = sections.iter().map(Section::length).sum();
            let rows: usize = FOOT + sections.iter().map(Section::rows).sum::<usize>();
            let Some(section) = sections.get_mut(at).filter(|section| section.round == Some(round)) else {
                continue;
            };
            // The log gives way before the findings do, and neither for the sake of lines alone.
            let lines = if round < 2 { rows.saturating_sub(LINES) } else { 0 };
            section.shorten(total.saturating_sub(BODY), lines);
        }
    }
    let cut: Vec<String> = sections
        .iter()
        .filter(|section| section.cut > 0)
        .map(|section| format!("{} ({} lines)", section.title, section.cut))
        .collect();
    let mut text = String::new();
    for section in &sections {
        text.push_str(&section.text());
    }
    text.push_str(&foot(page, &sections, &cut));
    text
}

impl Section {
    fn new(title: &str, kind: Block, round: Option<u8>, text: &str) -> Self {
        Section {
            title: title.to_owned(),
            lines: text.lines().map(str::to_owned).collect(),
            kind,
            level: 3,
            round,
            cut: 0,
        }
    }

    fn length(&self) -> usize {
        self.title.len() + 40 + self.lines.iter().map(|line| line.chars().count() + 1).sum::<usize>()
    }

    /// Rows with the heading and the blank lines around it.
    fn rows(&self) -> usize {
        let fence = if self.kind == Block::Prose { 0 } else { 2 };
        self.lines.len() + 3 + fence
    }

    fn shorten(&mut self, mut excess: usize, mut rows: usize) {
        // The note that lines were cut takes two.
        rows += if rows > 0 { 2 } else { 0 };
        while (excess > 0 || rows > 0) && self.lines.len() > 10 {
            rows = rows.saturating_sub(1);
            let at = if self.kind == Block::Tail {
                0
            } else {
                self.lines.len() - 1
            };
            excess = excess.saturating_sub(self.lines.remove(at).chars().count() + 1);
            self.cut += 1;
        }
    }

    fn text(&self) -> String {
        let body = self.lines.join("\n");
        let note = match self.cut {
            0 => String::new(),
            cut => format!("*{cut} lines were cut here so that this fits an issue.*\n\n"),
        };
        if self.kind == Block::Prose {
            return format!("{} {}\n\n{body}\n\n{note}", "#".repeat(self.level), self.title);
        }
        let longest = body.split(|c| c != '`').map(str::len).max().unwrap_or(0);
        let fence = "`".repeat(longest.max(2) + 1);
        let heading = format!("{} {}", "#".repeat(self.level), self.title);
        format!("{heading}\n\n{fence}text\n{body}\n{fence}\n\n{note}")
    }
}

fn sections(page: &Page<'_>) -> Vec<Section> {
    let snapshot = page.snapshot;
    let prose = |title: &str, text: &str| Section::new(title, Block::Prose, None, text);
    let blank = |title: &str| prose(title, "<!-- please fill in -->");
    let unknown = |text: &Option<String>| text.as_deref().map_or("not found out".to_owned(), inline);
    let (verdict, findings) = render::markdown_parts(page.report, page.show, page.checks);
    let install = &snapshot.install;
    let host = &snapshot.host;
    let system = [
        page.extras.os_name.as_deref(),
        page.extras.kernel.as_deref(),
        Some(&host.os),
        Some(&host.arch),
    ];
    let system: Vec<&str> = system.into_iter().flatten().collect();
    let special: Vec<String> = [host.wsl.as_ref().map(|_| "WSL".to_owned()), host.container.clone()]
        .into_iter()
        .flatten()
        .collect();
    let part = |title: &str, kind: Block, round: Option<u8>, text: &str| {
        let part = Section::new(title, kind, round, text);
        Section { level: 4, ..part }
    };
    let mut all = vec![
        blank("Summary"),
        blank("Steps to reproduce"),
        blank("Expected behavior"),
        prose("Actual behavior", &verdict),
        part("Facts", Block::Prose, None, &facts::table(page)),
    ];
    if page.report.keys.iter().any(|key| !key.sources.is_empty()) {
        all.push(part(
            "Where each key comes from",
            Block::Prose,
            Some(2),
            &facts::keys(page),
        ));
    }
    all.extend([
        part("Findings and fixes", Block::Prose, Some(3), &findings),
        prose(
            "OpenClaw version",
            &format!(
                "{} (command line: {})",
                unknown(&install.version),
                unknown(&install.cli_version)
            ),
        ),
        prose(
            "Operating system",
            &inline([system.join(" · "), special.join(" · ")].join(" ").trim()),
        ),
        prose("Install method", &install_method(install.package_dir.as_deref())),
        prose("Model and provider chain", &chain(snapshot)),
    ]);
    let log = match &snapshot.log_tail {
        Fact::Known { value } => Section::new(LOGS, Block::Tail, Some(1), &value.join("\n")),
        other => prose(LOGS, &inline(other.why_unknown().unwrap_or("there is no log"))),
    };
    all.push(log);
    let files = page.extras.definitions.iter().map(|text| (text, numbered(text, false)));
    let config = page.extras.config.iter().map(|text| (text, numbered(text, true)));
    for (text, lines) in files.chain(config) {
        all.push(part(
            &format!("File {}", inline(&text.path)),
            Block::Code,
            Some(0),
            &lines,
        ));
    }
    if !page.extras.unreadable.is_empty() {
        let lines: Vec<String> = page
            .extras
            .unreadable
            .iter()
            .map(|line| format!("- {}", inline(line)))
            .collect();
        all.push(part(
            "Files that could not be read",
            Block::Prose,
            None,
            &lines.join("\n"),
        ));
    }
    all.push(blank("Impact and severity"));
    all.push(prose(
        "Additional information",
        "last known good version: <!-- please fill in -->  \nfirst known bad version: <!-- please fill in -->",
    ));
    all
}

/// Which parts there are, with their hashes, and what was withheld.
fn foot(page: &Page<'_>, sections: &[Section], cut: &[String]) -> String {
    let mut text = String::from("<details><summary>About this bundle</summary>\n\n");
    text.push_str(&format!(
        "openclaw doctor {}, {}. ",
        inline(&page.report.tool.version),
        inline(&page.report.taken_at)
    ));
    text.push_str("No secret is in it: values are shown as length and fingerprint, and the finished text was searched for every value known.\n");
    text.push_str(&match cut {
        [] => "Nothing was cut.\n\n".to_owned(),
        cut => format!("Cut to fit: {}.\n\n", cut.join(", ")),
    });
    let legend: Vec<String> = page
        .legend
        .iter()
        .map(|(what, shown)| format!("{} as {}", inline(what), inline(shown)))
        .collect();
    text.push_str(&format!("Shown in place of names: {}.\n\n", legend.join("; ")));
    let rows = page.ledger.rows();
    let mut told: Vec<String> = rows
        .iter()
        .take(ROWS)
        .map(|row| format!("{} {} ({})", row.count, inline(&row.rule), inline(&row.place)))
        .collect();
    if rows.len() > ROWS {
        told.push(format!("{} rows more", rows.len() - ROWS));
    }
    text.push_str(&format!("Withheld or replaced: {}.\n\n", told.join("; ")));
    let hashes: Vec<String> = sections
        .iter()
        .filter(|section| section.lines.len() > 1)
        .map(|section| format!("{} {}", section.title, manifest::sha256(&section.lines.join("\n"))))
        .collect();
    text.push_str(&format!("SHA-256: {}.\n\n</details>\n", hashes.join("; ")));
    text
}

/// How the package came here, by its path.
fn install_method(package: Option<&str>) -> String {
    let Some(path) = package else {
        return "not found out".to_owned();
    };
    let table = [
        ("/.pnpm/", "pnpm"),
        ("/pnpm/", "pnpm"),
        ("/.bun/", "bun"),
        ("/homebrew/", "Homebrew's npm"),
        ("/Cellar/", "Homebrew"),
        ("/nix/store/", "Nix"),
        ("/.nvm/", "npm under nvm"),
        ("/.volta/", "npm under Volta"),
        ("/.fnm/", "npm under fnm"),
        ("/_npx/", "npx"),
        ("/node_modules/", "npm"),
    ];
    let word = table
        .iter()
        .find(|(part, _)| path.contains(part))
        .map_or("a checkout or a copy", |(_, word)| *word);
    format!("{word}: {}", inline(path))
}

fn chain(snapshot: &Snapshot) -> String {
    let Some(config) = resolve::gateway_trace(snapshot).map(|trace| &trace.config) else {
        return "no config was read".to_owned();
    };
    let model = config
        .default_model
        .as_ref()
        .map_or("none", |model| model.value.as_str());
    let mut text = format!("default model: {}\n", inline(model));
    for provider in config.providers.iter().take(30) {
        let key = match provider.api_key.as_ref().map(|key| &key.value) {
            None => "no apiKey".to_owned(),
            Some(CredentialField::Literal { from, .. }) if from.is_empty() => "literal apiKey".to_owned(),
            Some(CredentialField::Literal { from, .. }) => format!("apiKey from {}", from.join(", ")),
            Some(CredentialField::Unresolved { name }) => format!("apiKey wants {name}, which is unset"),
            Some(CredentialField::Ref { secret_ref }) => format!("apiKey by reference ({})", secret_ref.source),
        };
        let url = provider
            .base_url
            .as_ref()
            .map_or("no baseUrl", |url| url.value.as_str());
        let headers: Vec<&str> = provider.headers.iter().map(|(name, _)| name.as_str()).collect();
        let headers = match headers.as_slice() {
            [] => "no headers".to_owned(),
            some => format!("headers: {}", some.join(", ")),
        };
        let line = format!(
            "{}: {} · {url} · {key} · {headers}",
            provider.id,
            provider.api.as_deref().unwrap_or("no api"),
        );
        text.push_str(&format!("- {}\n", inline(&line)));
    }
    text
}

/// The lines with their numbers. In a config, lines of brackets alone go with the line before them, so that a page has room
/// for the settings; the numbers stay those of the file.
fn numbered(text: &MaskedText, config: bool) -> String {
    const WIDEST: usize = 100;
    let mut lines: Vec<String> = Vec::new();
    let mut open = false;
    for (at, line) in text.lines.iter().enumerate() {
        let bare = line.trim();
        let closes = !bare.is_empty() && bare.chars().all(|c| matches!(c, '}' | ']' | ','));
        let deep = line.starts_with("    ");
        match lines.last_mut().filter(|_| config && deep && (closes || open)) {
            Some(last) if last.chars().count() + bare.chars().count() < WIDEST => {
                last.push(' ');
                last.push_str(bare);
            }
            _ if bare.is_empty() => {}
            _ => lines.push(format!("{:>4}  {line}", at + 1)),
        }
        open = bare.ends_with(['{', '[']);
    }
    if text.cut > 0 {
        lines.push(format!("      … {} lines more", text.cut));
    }
    lines.join("\n")
}
