//! The bundle for an issue, in the order of OpenClaw's bug form, with the machine's facts filled in.

use super::ledger::Ledger;
use super::manifest;
use crate::base::text::markdown_inline as inline;
use crate::model::report::{KeyReport, Report};
use crate::model::snapshot::{CredentialField, ManagerKind, Snapshot};
use crate::redact::{Extras, MaskedText};
use crate::render::format::{Format, Part, Show};
use crate::render::theme::Theme;
use crate::render::{self, CheckMeta};
use crate::resolve;

/// Most signs that fit an issue.
const LIMIT: usize = 60_000;
/// What is left of it for the parts before the foot.
const BODY: usize = LIMIT - 10_000;

/// The form's word for the last lines of the log.
const LOGS: &str = "Logs, screenshots, and evidence";

/// Rows of the ledger that are shown.
const ROWS: usize = 40;

/// What the page shows; everything has its stand-ins already.
pub(super) struct Page<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) extras: &'a Extras,
    pub(super) report: &'a Report,
    pub(super) ledger: &'a Ledger,
    pub(super) legend: &'a [(String, String)],
    pub(super) show: &'a Show,
    pub(super) checks: &'a [CheckMeta<'a>],
}

/// A part of the page. Lines may be cut from the end; from the start where the end matters more.
struct Section {
    title: String,
    lines: Vec<String>,
    kind: Block,
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
            let Some(section) = sections.get_mut(at).filter(|section| section.round == Some(round)) else {
                continue;
            };
            if total > BODY {
                section.shorten(total - (BODY));
            }
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
            round,
            cut: 0,
        }
    }

    fn length(&self) -> usize {
        self.title.len() + 40 + self.lines.iter().map(|line| line.chars().count() + 1).sum::<usize>()
    }

    fn shorten(&mut self, mut excess: usize) {
        while excess > 0 && self.lines.len() > 10 {
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
            return format!("### {}\n\n{body}\n\n{note}", self.title);
        }
        let longest = body.split(|c| c != '`').map(str::len).max().unwrap_or(0);
        let fence = "`".repeat(longest.max(2) + 1);
        format!("### {}\n\n{fence}text\n{body}\n{fence}\n\n{note}", self.title)
    }
}

fn sections(page: &Page<'_>) -> Vec<Section> {
    let snapshot = page.snapshot;
    let prose = |title: &str, text: &str| Section::new(title, Block::Prose, None, text);
    let blank = |title: &str| prose(title, "<!-- please fill in -->");
    let unknown = |text: &Option<String>| text.as_deref().map_or("not found out".to_owned(), inline);
    let show = Show {
        part: Part::Whole,
        format: Format::Markdown,
        verbose: true,
        quiet: false,
        ..page.show.clone()
    };
    let findings = render::render(page.report, &show, &Theme::plain(80), page.checks, None);
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
    let mut all = vec![
        blank("Summary"),
        blank("Steps to reproduce"),
        blank("Expected behavior"),
        Section::new("Actual behavior", Block::Prose, Some(3), &findings),
        prose(
            "OpenClaw version",
            &format!(
                "service: {}  \ncommand line: {}",
                unknown(&install.version),
                unknown(&install.cli_version)
            ),
        ),
        prose(
            "Operating system",
            &inline([system.join(" · "), special.join(" · ")].join(" ").trim()),
        ),
        prose("Install method", &install_method(install.package_dir.as_deref())),
        prose(
            "Node",
            &format!("{} ({})", unknown(&page.extras.node), unknown(&program(snapshot))),
        ),
        prose("Programs found", &programs(page)),
        prose("Model and provider chain", &chain(snapshot)),
        prose("Service", &service(snapshot)),
        Section::new(
            "Where each key comes from",
            Block::Prose,
            Some(2),
            &keys(&page.report.keys),
        ),
    ];
    for text in page.extras.definitions.iter().chain(&page.extras.config) {
        all.push(Section::new(
            &format!("File {}", inline(&text.path)),
            Block::Code,
            Some(0),
            &numbered(text),
        ));
    }
    if !page.extras.unreadable.is_empty() {
        let lines: Vec<String> = page
            .extras
            .unreadable
            .iter()
            .map(|line| format!("- {}", inline(line)))
            .collect();
        all.push(prose("Files that could not be read", &lines.join("\n")));
    }
    all.push(match &snapshot.log_tail {
        crate::base::fact::Fact::Known { value } => Section::new(LOGS, Block::Tail, Some(1), &value.join("\n")),
        other => prose(LOGS, &inline(other.why_unknown().unwrap_or("there is no log"))),
    });
    all.push(blank("Impact and severity"));
    all.push(prose(
        "Additional information",
        "last known good version: <!-- please fill in -->  \nfirst known bad version: <!-- please fill in -->",
    ));
    all
}

fn programs(page: &Page<'_>) -> String {
    let rows = render::program_rows(&page.report.programs);
    if rows.is_empty() {
        return "not looked for".to_owned();
    }
    let lines = rows
        .iter()
        .map(|[name, path, version, uses]| format!("- {name} {}: {}, {uses}", inline(path), inline(version)));
    lines.collect::<Vec<_>>().join("\n")
}

/// Which parts there are, with their hashes, and what was withheld.
fn foot(page: &Page<'_>, sections: &[Section], cut: &[String]) -> String {
    let mut text = String::from("<details><summary>About this bundle</summary>\n\n");
    text.push_str(&format!(
        "openclaw doctor {}, {}. ",
        inline(&page.report.tool.version),
        inline(&page.report.taken_at)
    ));
    text.push_str("No secret is in it: values are shown as length and fingerprint, and the finished text was searched for every value known.\n\n");
    text.push_str(&match cut {
        [] => "Nothing was cut.\n\n".to_owned(),
        cut => format!("Cut to fit: {}.\n\n", cut.join(", ")),
    });
    for (what, shown) in page.legend {
        text.push_str(&format!("- {} shown as {}\n", inline(what), inline(shown)));
    }
    text.push_str("\n| withheld or replaced | where | count |\n|---|---|---|\n");
    let rows = page.ledger.rows();
    for row in rows.iter().take(ROWS) {
        text.push_str(&format!(
            "| {} | {} | {} |\n",
            inline(&row.rule),
            inline(&row.place),
            row.count
        ));
    }
    if rows.len() > ROWS {
        text.push_str(&format!("| and {} rows more | | |\n", rows.len() - ROWS));
    }
    text.push_str("\n| part | SHA-256 |\n|---|---|\n");
    for section in sections {
        let hash = manifest::sha256(&section.lines.join("\n"));
        text.push_str(&format!("| {} | {hash} |\n", section.title));
    }
    text.push_str("\n</details>\n");
    text
}

fn program(snapshot: &Snapshot) -> Option<String> {
    resolve::service(snapshot)?.exec.program.clone()
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
        let line = format!(
            "{}: {} · {url} · {key} · headers: {}",
            provider.id,
            provider.api.as_deref().unwrap_or("no api"),
            headers.join(", ")
        );
        text.push_str(&format!("- {}\n", inline(&line)));
    }
    text
}

fn service(snapshot: &Snapshot) -> String {
    let manager = match snapshot.services.manager {
        ManagerKind::Systemd => "systemd",
        ManagerKind::Launchd => "launchd",
        ManagerKind::None => "no service manager",
    };
    let Some(service) = resolve::service(snapshot) else {
        return format!("{manager}, no Gateway service found");
    };
    let state = match service.state.get() {
        Some(state) => format!(
            "{} ({}), {}, restarts {}",
            state.active, state.sub, state.enabled, state.restarts
        ),
        None => format!(
            "state not known: {}",
            service.state.why_unknown().unwrap_or("no such service")
        ),
    };
    let process = resolve::process(snapshot).map_or("not running".to_owned(), |process| format!("pid {}", process.pid));
    inline(&format!("{manager} · {} · {state} · {process}", service.name))
}

fn keys(keys: &[KeyReport]) -> String {
    let mut text = String::from("| key | source | place | fingerprint | status | rule |\n|---|---|---|---|---|---|\n");
    for key in keys {
        for source in &key.sources {
            let line = source.line.map(|line| format!(":{line}")).unwrap_or_default();
            let place = format!("{}{line}", source.path.as_deref().unwrap_or_default());
            let print = source.fingerprint.as_deref().unwrap_or("–");
            text.push_str(&format!(
                "| {} | {} ({}) | {} | {} | {} | {} |\n",
                inline(&key.name),
                source.source.word(),
                inline(&source.view),
                inline(&place),
                inline(print),
                inline(&source.status),
                inline(&source.rule)
            ));
        }
    }
    text
}

fn numbered(text: &MaskedText) -> String {
    let lines = text
        .lines
        .iter()
        .enumerate()
        .map(|(at, line)| format!("{:>4}  {line}", at + 1));
    let mut lines: Vec<String> = lines.collect();
    if text.cut > 0 {
        lines.push(format!("      … {} lines more", text.cut));
    }
    lines.join("\n")
}
