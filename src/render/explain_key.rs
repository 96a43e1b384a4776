//! The text of `explain` for a variable: what it is for, who needs it, where OpenClaw looks for it
//! in which order, and where it is now.

use super::theme::{Theme, Tone};
use super::width::wrap;
use crate::base::json::pretty;
use crate::base::text::{clean, tilde_within};
use crate::model::report::{KeyReport, Report, View, ViewState};
use crate::model::snapshot::{OfferStatus, Snapshot, Source};
use crate::render::format::Format;
use crate::secret::{names, value};
use crate::{loader, resolve};

/// What well-known variables are for.
const PURPOSES: &[(&str, &str)] = &[
    (
        "CLOUDFLARE_AI_GATEWAY_API_KEY",
        "The key of the provider behind a Cloudflare AI Gateway (for Claude: an Anthropic key), sent with every model \
         request. The gateway's own token is another one: it goes into the header cf-aig-authorization.",
    ),
    (
        "ANTHROPIC_API_KEY",
        "The key for Anthropic's own API, used when no gateway is in between.",
    ),
    ("OPENAI_API_KEY", "The key for OpenAI's API."),
    (
        "OPENCLAW_GATEWAY_TOKEN",
        "The token that clients must show to the Gateway.",
    ),
    (
        "OPENCLAW_GATEWAY_PASSWORD",
        "The password that clients must show to the Gateway.",
    ),
    (
        "OPENCLAW_GATEWAY_PORT",
        "The port that the Gateway listens on; --port is stronger, gateway.port weaker.",
    ),
    (
        "OPENCLAW_STATE_DIR",
        "The state directory; it also decides which .env and which config are read.",
    ),
    ("OPENCLAW_CONFIG_PATH", "The config file."),
    (
        "OPENCLAW_HOME",
        "The home directory that OpenClaw works with in place of HOME.",
    ),
    (
        "OPENCLAW_PROFILE",
        "The profile; it decides the port and the name of the service.",
    ),
    ("OPENCLAW_LOAD_SHELL_ENV", "Turns the login-shell import on."),
    ("HTTPS_PROXY", "The proxy for requests to model providers."),
    (
        "NODE_EXTRA_CA_CERTS",
        "Certificates that Node trusts besides its own; read when the process starts.",
    ),
];

/// Where OpenClaw looks, strongest first (facts/env-resolution.md sections 0 and 2).
fn ladder(name: &str) -> Vec<String> {
    let credential = names::is_credential(name);
    let mut steps = vec![
        "what the process was started with: unit, drop-ins, EnvironmentFile=, the manager's own environment; or the plist".to_owned(),
        format!(
            ".env of the working directory{}",
            if credential { " (credentials in it are ignored)" } else { "" }
        ),
        ".env of the state directory, usually ~/.openclaw/.env".to_owned(),
        "~/.config/openclaw/gateway.env".to_owned(),
        "env.vars of openclaw.json (also replaces a blank value of the steps above)".to_owned(),
    ];
    steps.push(if loader::is_stock_expected(name) {
        "the login shell, when env.shellEnv.enabled is on and the name is still missing".to_owned()
    } else {
        "the login shell, when env.shellEnv.enabled is on and an installed plugin or the config expects the name"
            .to_owned()
    });
    steps
}

fn purpose(name: &str) -> String {
    let known = PURPOSES.iter().find(|(known, _)| *known == name);
    match known {
        Some((_, words)) => (*words).to_owned(),
        None if ["CLAWDBOT_", "MOLTBOT_"].iter().any(|old| name.starts_with(old)) => {
            "A name of an older product; current releases do not read it.".to_owned()
        }
        None if names::is_openclaw(name) => "One of OpenClaw's own settings.".to_owned(),
        None if names::is_credential(name) => "By its name a credential.".to_owned(),
        None => "No variable that the doctor knows more about.".to_owned(),
    }
}

/// Returns the text, in JSON where the format asks for it.
pub fn explain(name: &str, report: &Report, snapshot: &Snapshot, theme: &Theme, format: Format) -> String {
    let key = report.keys.iter().find(|key| key.name == name);
    let elsewhere = elsewhere(name, snapshot);
    if format == Format::Json {
        return pretty(&serde_json::json!({
            "schema": "openclaw-doctor/explain-variable/1",
            "name": name,
            "purpose": purpose(name),
            "shown": value::is_public(name),
            "ladder": ladder(name),
            "key": key,
            "elsewhere": elsewhere,
            "config_unknown": report.examined.config_unknown,
        }));
    }
    let shown = |text: &str| tilde_within(&clean(text), &snapshot.host.home);
    let mut text = format!("{}\n", theme.paint(Tone::Strong, name));
    for line in wrap(&purpose(name), theme.width) {
        text.push_str(&format!("{line}\n"));
    }
    let needed = key.map(|key| key.needed_by.join(", ")).filter(|list| !list.is_empty());
    let nothing = || match &report.examined.config_unknown {
        Some(why) => format!("not known ({why})"),
        None => "nothing in this config".to_owned(),
    };
    text.push_str(&format!("\nneeded by: {}\n", shown(&needed.unwrap_or_else(nothing))));
    text.push_str("\nwhere OpenClaw looks, the first that has it wins\n");
    for (at, step) in ladder(name).iter().enumerate() {
        for (row, line) in wrap(step, theme.width.saturating_sub(5)).iter().enumerate() {
            let number = if row == 0 {
                format!("{}.", at + 1)
            } else {
                String::new()
            };
            text.push_str(&format!("  {number:2} {line}\n"));
        }
    }
    text.push_str("\nwhere it is now\n");
    match key {
        Some(key) => text.push_str(&now(key, &shown)),
        None if report.examined.config_unknown.is_some() => text.push_str("  not known\n"),
        None => text.push_str("  in no place that the doctor looks\n"),
    }
    for place in &elsewhere {
        text.push_str(&format!(
            "  {}: found, but no Gateway service reads this file\n",
            shown(place)
        ));
    }
    text.push_str(&format!("\nmore: %doctor% env {name}\n"));
    theme.fit(text)
}

fn now(key: &KeyReport, shown: &impl Fn(&str) -> String) -> String {
    let mut text = String::new();
    let views = [
        ("your shell", &key.views.shell),
        ("next start", &key.views.next_start),
        ("running now", &key.views.running),
    ];
    for (name, view) in views {
        text.push_str(&format!("  {name:12} {}\n", shown(&state(view))));
    }
    for source in &key.sources {
        let place = match (&source.path, source.line) {
            (Some(path), Some(line)) => format!("{path}:{line}"),
            (Some(path), None) => path.clone(),
            _ => source.source.word().to_owned(),
        };
        let print = source
            .fingerprint
            .as_deref()
            .map_or(String::new(), |print| format!(" #{print}"));
        let profile = source
            .profile
            .as_deref()
            .map_or(String::new(), |id| format!(" profile {id}"));
        let status = match key.hidden_by() {
            Some(first) if !std::ptr::eq(first, source) && source.status == OfferStatus::Wins => {
                "wins among the variables, and is not used: the stored profile goes first"
            }
            _ => source.status.word(),
        };
        text.push_str(&format!(
            "  {}{profile}{print}: {status} ({})\n",
            shown(&place),
            source.rule
        ));
    }
    text
}

fn state(view: &View) -> String {
    let word = match view.state {
        ViewState::Set => "set",
        ViewState::Unset => "not set",
        ViewState::Removed => "handed over, then removed by OpenClaw",
        ViewState::Unknown => "not known",
    };
    let print = view
        .fingerprint
        .as_deref()
        .map_or(String::new(), |print| format!(" #{print}"));
    let source = view
        .source
        .map(Source::word)
        .map_or(String::new(), |word| format!(" from {word}"));
    let evidence = if view.evidence.is_empty() {
        String::new()
    } else {
        format!(": {}", view.evidence)
    };
    format!("{word}{print}{source}{evidence}")
}

/// Files outside the ladder that assign the name.
fn elsewhere(name: &str, snapshot: &Snapshot) -> Vec<String> {
    let has_service = resolve::service(snapshot).is_some();
    let startup = snapshot.startup_files.iter().map(|file| (&file.path, &file.assigns));
    let unread = snapshot.unread_files.iter().map(|file| (&file.path, &file.assigns));
    startup
        .chain(unread)
        .filter(|_| has_service)
        .flat_map(|(path, assigns)| assigns.iter().map(move |found| (path, found)))
        .filter(|(_, found)| found.name == name)
        .map(|(path, found)| format!("{path}:{}", found.line))
        .collect()
}
