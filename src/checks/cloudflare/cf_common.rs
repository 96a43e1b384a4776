//! What the checks of both pings say or ask in the same way.

use crate::base::text::shell_quote;
use crate::checks::check::{Check, CheckContext};
use crate::checks::config::config_common;
use crate::checks::finding::{FindingExt, finding};
use crate::config::cloudflare::ID;
use crate::config::cloudflare::address::{Address, Route, is_aig};
pub(crate) use crate::config::cloudflare::{TOKEN_HEADER, key_variable};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::{ConfigIssue, PingVerdict, Place, ProviderConfig, Side};
use crate::ping::verdict::Word;
use crate::resolve;

impl<'a> CheckContext<'a> {
    /// What the requests to Cloudflare amount to.
    pub(crate) fn cloudflare(&self) -> Option<Word> {
        self.snapshot
            .pings
            .cloudflare
            .as_ref()
            .and_then(|verdict| Word::parse(&verdict.word))
    }

    /// A fact beside it.
    pub(crate) fn cloudflare_fact(&self, name: &str) -> Option<&'a str> {
        self.snapshot.pings.cloudflare.as_ref()?.fact(name)
    }

    /// What the requests to the OpenClaw Gateway amount to, whatever its release.
    pub(crate) fn gateway(&self) -> Option<Word> {
        let verdict = self.snapshot.pings.gateway.as_ref();
        verdict.and_then(|verdict| Word::parse(&verdict.word)).map(Word::base)
    }

    /// A fact beside it.
    pub(crate) fn gateway_fact(&self, name: &str) -> Option<&'a str> {
        self.snapshot.pings.gateway.as_ref()?.fact(name)
    }

    /// Providers that go through an AI Gateway of Cloudflare.
    pub(crate) fn aig_providers(&self) -> Vec<&'a ProviderConfig> {
        let providers = resolve::config(self.snapshot)
            .map(|config| config.providers.as_slice())
            .unwrap_or_default();
        let url = |provider: &'a ProviderConfig| provider.base_url.as_ref().map(|url| url.value.as_str());
        providers
            .iter()
            .filter(|provider| {
                let has_token = provider.headers.iter().any(|(name, _)| name == TOKEN_HEADER);
                is_aig(&provider.id, url(provider)) || has_token
            })
            .collect()
    }

    /// The provider that Cloudflare was asked for.
    pub(crate) fn asked_provider(&self) -> Option<&'a ProviderConfig> {
        let id = self.cloudflare_fact("provider")?;
        self.aig_providers().into_iter().find(|provider| provider.id == id)
    }

    /// Whether the provider that was asked is the REST endpoint of a Cloudflare account, whose key is Cloudflare's own token.
    pub(crate) fn asks_account_api(&self) -> bool {
        let url = self.asked_provider().and_then(|provider| provider.base_url.as_ref());
        url.and_then(|url| Address::parse(&url.value))
            .is_some_and(|address| address.route() == Route::Rest)
    }

    /// The command that opens a file at a line.
    pub(crate) fn edit_at(&self, place: &Place) -> String {
        let path = shell_quote(&self.tilde(&place.path));
        match place.line {
            Some(line) => format!("${{EDITOR:-nano}} +{line} {path}"),
            None => format!("${{EDITOR:-nano}} {path}"),
        }
    }

    /// The command that sets a value of the config.
    pub(crate) fn config_set(&self, path: &str, value: &str) -> String {
        let words = format!("config set {} {}", shell_quote(path), shell_quote(value));
        self.commands().openclaw(&words)
    }

    /// The command that proves a key by one real model call, made by the running Gateway.
    pub(crate) fn model_call(&self) -> String {
        let id = self.cloudflare_fact("provider").unwrap_or(ID);
        let provider = self.asked_provider();
        let model = provider
            .and_then(|provider| provider.models.first())
            .map_or("<model>", String::as_str);
        let reference = shell_quote(&format!("{id}/{model}"));
        self.commands()
            .openclaw(&format!("infer model run --gateway --model {reference} --prompt ping"))
    }

    /// Whether Cloudflare was asked for this provider and everything passed: what an answer proves
    /// ends every suspicion by shape or form.
    pub(crate) fn passes(&self, provider: &ProviderConfig) -> bool {
        self.verdicts()
            .filter(|verdict| verdict.fact("provider") == Some(provider.id.as_str()))
            .any(|verdict| {
                Word::parse(&verdict.word).is_some_and(Word::is_good) || verdict.fact("auth") == Some("accepted")
            })
    }

    /// What the requests for a provider amount to.
    pub(crate) fn word_of(&self, provider: &ProviderConfig) -> Option<Word> {
        let mut verdicts = self.verdicts();
        let own = verdicts.find(|verdict| verdict.fact("provider") == Some(provider.id.as_str()))?;
        Word::parse(&own.word)
    }

    fn verdicts(&self) -> impl Iterator<Item = &'a PingVerdict> + use<'a> {
        let pings = &self.snapshot.pings;
        let others = pings.others.iter().map(|other| &other.verdict);
        pings.cloudflare.iter().chain(others)
    }

    /// The host that Cloudflare was asked at.
    pub(crate) fn asked_host(&self) -> &'a str {
        let answer = self
            .snapshot
            .pings
            .answers
            .iter()
            .find(|answer| answer.target == Side::Cloudflare);
        let url = answer.map_or("", |answer| answer.url.as_str());
        let host = url
            .split_once("://")
            .map_or(url, |(_, rest)| rest)
            .split(['/', ':'])
            .next()
            .unwrap_or_default();
        if host.is_empty() {
            crate::config::cloudflare::address::HOST
        } else {
            host
        }
    }
}

/// The status of the first answer to a request with a credential, else of the last answer.
pub(crate) fn told_status(case: &CheckContext<'_>) -> Option<u16> {
    let mut answers = case
        .snapshot
        .pings
        .answers
        .iter()
        .filter(|answer| answer.target == Side::Cloudflare);
    let last = answers.clone().filter_map(|answer| answer.status).next_back();
    answers
        .find(|answer| answer.auth)
        .and_then(|answer| answer.status)
        .or(last)
}

/// That status in brackets, for a title; nothing where none is known.
pub(crate) fn in_brackets(case: &CheckContext<'_>, more: &str) -> String {
    match (told_status(case), more) {
        (Some(status), "") => format!(" ({status})"),
        (Some(status), more) => format!(" ({status}, {more})"),
        (None, "") => String::new(),
        (None, more) => format!(" ({more})"),
    }
}

/// When to ask again, by the answer's own `Retry-After`.
pub(crate) fn retry(case: &CheckContext<'_>) -> Option<String> {
    let seconds: u64 = case.cloudflare_fact("retry_after")?.parse().ok()?;
    Some(match seconds {
        0 => " You can retry now.".to_owned(),
        1..=119 => format!(" Retry in {seconds} s."),
        120..=7199 => format!(" Retry in {} min.", seconds.div_ceil(60)),
        _ => format!(" Retry in {} h.", seconds.div_ceil(3600)),
    })
}

/// Adds what each request to a target was told.
pub(crate) fn with_answers(case: &CheckContext<'_>, mut finding: Finding, target: Side) -> Finding {
    let answers = case.snapshot.pings.answers.iter();
    let mut answers: Vec<_> = answers.filter(|answer| answer.target == target).collect();
    // What OpenClaw's own request was told says more than the answer to the one without a credential before it.
    if let Some(at) = answers
        .iter()
        .position(|answer| answer.auth && target == Side::Cloudflare)
    {
        let own = answers.remove(at);
        answers.insert(0, own);
    }
    for answer in answers {
        let carried = match (&answer.credential, answer.auth) {
            (Some(credential), _) => format!("with {credential}"),
            (None, true) => "with a credential".to_owned(),
            (None, false) => "without a credential".to_owned(),
        };
        let status = answer.status.map_or(String::new(), |status| format!("{status}, "));
        let code = answer.code.as_deref().filter(|code| !answer.meaning.contains(code));
        let code = code.map_or(String::new(), |code| format!(" ({code})"));
        let told = format!("{} {carried}: {status}{}{code}", answer.request, answer.meaning);
        finding = finding.seen(told);
    }
    finding
}

/// Starts a finding about Cloudflare's answer, with every request as evidence.
pub(crate) fn answer_finding(case: &CheckContext<'_>, check: &Check, severity: Severity, title: String) -> Finding {
    with_answers(case, finding(check.id, severity, title), Side::Cloudflare)
}

/// Starts a finding about the Gateway's answer, with every request as evidence.
pub(crate) fn gateway_answer_finding(
    case: &CheckContext<'_>,
    check: &Check,
    severity: Severity,
    title: String,
) -> Finding {
    with_answers(case, finding(check.id, severity, title), Side::Gateway)
}

/// The place of a provider's base URL.
pub(crate) fn base_url_place(provider: &ProviderConfig) -> Option<&Place> {
    provider.base_url.as_ref().and_then(|url| url.place.as_ref())
}

/// The config path of a provider's field.
pub(crate) fn field(provider: &str, field: &str) -> String {
    format!("models.providers.{provider}.{field}")
}

/// A proxy variable that the shell has and the Gateway does not.
pub(crate) fn proxy_only_in_shell(case: &CheckContext<'_>) -> Option<&'static str> {
    const NAMES: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"];
    let shell = case.snapshot.views.shell.get()?;
    let gateway = resolve::gateway_trace(case.snapshot)?;
    let witness = resolve::process(case.snapshot).and_then(|process| process.witness.get());
    if !case.has_daemon() {
        return None;
    }
    NAMES.into_iter().find(|name| {
        let seen = witness.is_some_and(|witness| witness.bindings.iter().any(|binding| binding.name == *name));
        shell.find(name).seen().is_some_and(|binding| !binding.value.is_blank())
            && gateway.find(name).is_unset()
            && !seen
    })
}

/// What to try against a network failure, for the words of a fix.
pub(crate) fn network_hint(case: &CheckContext<'_>) -> String {
    let proxy = proxy_only_in_shell(case).map(|name| {
        format!(
            " {name} is set in your shell and not in the Gateway: if this network needs the proxy, put the variable into {}.",
            case.dotenv()
        )
    });
    let all_proxy = (case.cloudflare_fact("all_proxy") == Some("ignored")).then(|| {
        " ALL_PROXY is set, but OpenClaw does not use it for model calls; HTTPS_PROXY is the name it reads.".to_owned()
    });
    proxy.or(all_proxy).unwrap_or_default()
}

/// The command that shows from here what the Gateway's requests meet.
pub(crate) fn probe_command(case: &CheckContext<'_>) -> String {
    format!(
        "curl -sS -o /dev/null -w '%{{http_code}}\\n' https://{}/",
        case.asked_host()
    )
}

/// What the reading of the config says by a kind that is the id of a check: it sees the texts, of
/// which a snapshot has facts alone. Paths that are reported already are left out.
pub(crate) fn notes<'a>(case: &CheckContext<'a>, kind: &str, told: &[Finding]) -> Vec<&'a ConfigIssue> {
    let warnings = resolve::config(case.snapshot)
        .map(|config| config.warnings.as_slice())
        .unwrap_or_default();
    let known = |issue: &ConfigIssue| {
        told.iter()
            .filter_map(|finding| finding.subject.as_deref())
            .any(|subject| issue.path.contains(subject))
    };
    warnings
        .iter()
        .filter(|issue| issue.kind == kind && !known(issue))
        .collect()
}

/// The notes of a kind about providers whose requests do not pass.
pub(crate) fn open_notes<'a>(case: &CheckContext<'a>, kind: &str) -> Vec<&'a ConfigIssue> {
    let passing: Vec<String> = case
        .aig_providers()
        .into_iter()
        .filter(|provider| case.passes(provider))
        .map(|provider| field(&provider.id, ""))
        .collect();
    let mut notes = notes(case, kind, &[]);
    notes.retain(|issue| !passing.iter().any(|path| issue.path.starts_with(path.as_str())));
    notes
}

/// A finding made of such a note.
pub(crate) fn issue_finding(
    case: &CheckContext<'_>,
    check: &Check,
    severity: Severity,
    issue: &ConfigIssue,
) -> Finding {
    finding(check.id, severity, format!("{}: {}", issue.path, issue.message))
        .subject(issue.path.clone())
        .detail("Requests through Cloudflare's AI Gateway fail or go astray because of it.")
        .at(issue.place.as_ref(), issue.message.clone())
        .fix(
            format!(
                "{}. Then restart.",
                issue.hint.as_deref().unwrap_or("Correct the place shown")
            ),
            [config_common::edit(case, issue), case.commands().restart()],
        )
}

/// Whose key was accepted where the Gateway's was not, for the start of a sentence: a client may have it from a file.
pub(crate) fn shell_key_words(case: &CheckContext<'_>) -> String {
    match case.cloudflare_fact("shell_whose") {
        None | Some("of your shell") => "Your shell's key".to_owned(),
        Some(whose) => format!("The key {whose}"),
    }
}
