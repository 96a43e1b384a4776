//! What to ask Cloudflare next, and what all answers amount to: the decision table of
//! facts/pings.md section 10.

use super::MOST_REQUESTS;
use super::cloudflare_answer::CloudflareAnswer as Answer;
use super::trouble::Trouble;
use super::verdict::Word;
use crate::config::cloudflare::address::List;

/// What a request carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Load {
    /// No credential and no configured header.
    Nothing,
    /// Exactly what the daemon would send.
    Everything,
    /// The configured headers without the key.
    HeadersOnly,
    /// The key without the configured headers.
    KeyOnly,
    /// The configured headers with the shell's key.
    ShellKey,
}

/// What the plan needs to know of the target.
#[derive(Debug, Clone)]
pub struct Setup {
    /// A key that can be sent.
    pub key: bool,
    /// `cf-aig-authorization` is among the headers.
    pub token: bool,
    /// Any configured header.
    pub headers: bool,
    /// A shell key that differs from the daemon's.
    pub shell_key: bool,
    /// A key or header exists that HTTP cannot carry.
    pub unsendable: bool,
    /// Some credential cannot be resolved here.
    pub unresolved: bool,
    /// Whether the way there may carry secrets.
    pub may_carry_secrets: bool,
    /// The gateway id is `default`, which the first token would create.
    pub default_gateway: bool,
    /// The key is of a public type that cannot work as a provider key here.
    pub wrong_shape: bool,
    /// The key is a token of Cloudflare's, so that only Unified Billing or Workers AI can take it.
    pub cloudflare_key: bool,
    /// The key is a token of Cloudflare's at an address where Unified Billing takes it (`/compat`); the doctor's own
    /// `cf-aig-no-wholesale` forbids just that.
    pub unified: bool,
    /// The requests of the provider's `api` cannot be formed here.
    pub foreign_api: bool,
    /// What a list of models proves about the key.
    pub(crate) list: List,
}

impl Default for Setup {
    fn default() -> Setup {
        Setup {
            key: false,
            token: false,
            headers: false,
            shell_key: false,
            unsendable: false,
            unresolved: false,
            may_carry_secrets: false,
            default_gateway: false,
            wrong_shape: false,
            cloudflare_key: false,
            unified: false,
            foreign_api: false,
            list: List::Keyed,
        }
    }
}

impl Setup {
    /// Tells whether the full request may follow an answer that already decides.
    fn may_ask_again(&self) -> bool {
        (self.key || self.headers)
            && self.may_carry_secrets
            && !self.default_gateway
            && !self.unresolved
            && !self.unsendable
    }
}

/// What came of one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What it carried.
    pub load: Load,
    /// The answer and whether it proves who answered, or why there is none.
    pub got: Result<(Answer, bool), Trouble>,
}

/// What to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Ask with this.
    Send(Load),
    /// Nothing more; this is what it amounts to.
    Done(Word),
}

/// Decides from what came so far. The first request carries nothing, and only an answer that
/// proves who answered opens the way for the second; at most [`MOST_REQUESTS`] in all.
pub fn next(setup: &Setup, steps: &[Step]) -> Next {
    let Some(last) = steps.last() else {
        return Next::Send(Load::Nothing);
    };
    let (answer, proven) = match last.got {
        Ok(got) => got,
        Err(trouble) => {
            return Next::Done(match last.load {
                Load::Nothing | Load::Everything => trouble.word(false),
                // A question that only splits hairs failed: what was known before stands.
                Load::KeyOnly => Word::GatewayTokenRejected,
                Load::HeadersOnly if got(steps, Load::Everything) == Some(Answer::Ok) => Word::KeyNotProved,
                Load::HeadersOnly | Load::ShellKey => key_trouble(setup, steps),
            });
        }
    };
    let plan = match last.load {
        Load::Nothing => after_nothing(setup, answer, proven),
        Load::Everything => after_everything(setup, first(steps), answer),
        Load::HeadersOnly if got(steps, Load::Everything) == Some(Answer::Ok) => Next::Done(match answer {
            Answer::Ok => Word::KeyNotProved,
            _ => accepted(steps),
        }),
        Load::HeadersOnly if answer == Answer::Ok => Next::Done(Word::ByokConflict),
        Load::HeadersOnly if is_limit(answer) => Next::Done(key_trouble(setup, steps)),
        Load::HeadersOnly => key_refused(setup),
        Load::KeyOnly => Next::Done(Word::GatewayTokenRejected),
        Load::ShellKey if answer == Answer::Ok => Next::Done(Word::OnlyShellKeyAccepted),
        Load::ShellKey => Next::Done(key_trouble(setup, steps)),
    };
    match plan {
        Next::Send(_) if steps.len() >= MOST_REQUESTS => Next::Done(Word::Inconclusive),
        plan => plan,
    }
}

fn got(steps: &[Step], load: Load) -> Option<Answer> {
    let step = steps.iter().find(|step| step.load == load)?;
    step.got.ok().map(|(answer, _)| answer)
}

/// The word for a request that passed with everything.
fn accepted(steps: &[Step]) -> Word {
    match first(steps) {
        Some(Answer::TokenRefused) => Word::Ok,
        _ => Word::OkAuthOff,
    }
}

fn first(steps: &[Step]) -> Option<Answer> {
    steps.first().and_then(|step| step.got.ok()).map(|(answer, _)| answer)
}

fn after_nothing(setup: &Setup, answer: Answer, proven: bool) -> Next {
    // The gateway id is judged again with the credentials: only both answers together are a pair.
    // A policy may tell callers apart by what the configured headers say.
    let again = matches!(
        answer,
        Answer::NoSuchGateway | Answer::NoSuchAccount | Answer::PolicyDenied
    );
    let asked_again = again && proven && setup.may_ask_again();
    if let Some(word) = answer.decides().filter(|_| !asked_again) {
        return Next::Done(word);
    }
    if !proven {
        return Next::Done(Word::NotUnderstood);
    }
    if setup.unresolved {
        return Next::Done(Word::AuthSkipped);
    }
    if setup.unsendable {
        return Next::Done(Word::KeyUnsendable);
    }
    let something = setup.key || setup.headers;
    if (something || setup.shell_key) && !setup.may_carry_secrets {
        return Next::Done(Word::PlainHttpRemote);
    }
    if setup.default_gateway && !answer.proves_gateway() {
        return Next::Done(if answer.is_strange() {
            Word::NotUnderstood
        } else {
            Word::Inconclusive
        });
    }
    if setup.foreign_api {
        return Next::Done(Word::KeyNotProved);
    }
    if something {
        return Next::Send(Load::Everything);
    }
    match answer {
        Answer::Ok if setup.list == List::Keyed => Next::Done(Word::ByokWorks),
        Answer::Ok => Next::Done(Word::KeyNotProved),
        Answer::TokenRefused => Next::Done(Word::GatewayTokenMissing),
        other => without_key(setup, other),
    }
}

/// The request came through to where a key is due, and the daemon has none.
fn without_key(setup: &Setup, answer: Answer) -> Next {
    match answer {
        Answer::KeyMissing | Answer::Unauthorized | Answer::GatewayOther(_) | Answer::Credits(_) if setup.shell_key => {
            Next::Send(Load::ShellKey)
        }
        Answer::KeyMissing | Answer::Unauthorized | Answer::ApiMissing(_) => Next::Done(Word::ProviderKeyMissing),
        // Without a key of its own such a gateway may live by Unified Billing, which the doctor's own
        // cf-aig-no-wholesale switches off: an answer that the header may have caused says nothing.
        Answer::GatewayOther(_) | Answer::NotOffered => Next::Done(Word::KeyNotProved),
        Answer::Credits(_) => Next::Done(Word::Credits),
        Answer::KeyRefused | Answer::OauthRefused | Answer::ApiRefused(_) => Next::Done(Word::ByokKeyRejected),
        _ => Next::Done(Word::NotUnderstood),
    }
}

fn after_everything(setup: &Setup, first: Option<Answer>, answer: Answer) -> Next {
    match answer {
        Answer::Ok if setup.list != List::Keyed => after_list(setup, first),
        Answer::Ok if !setup.key => Next::Done(Word::ByokWorks),
        Answer::Ok if first == Some(Answer::TokenRefused) => Next::Done(Word::Ok),
        Answer::Ok => Next::Done(Word::OkAuthOff),
        Answer::TokenRefused if !setup.token => Next::Done(Word::GatewayTokenMissing),
        Answer::TokenRefused if first != Some(Answer::TokenRefused) && setup.key => Next::Send(Load::KeyOnly),
        Answer::TokenRefused => Next::Done(Word::GatewayTokenRejected),
        other if !setup.key && other.decides().is_none() => without_key(setup, other),
        Answer::KeyMissing | Answer::ApiMissing(_) => without_key(setup, answer),
        // The provider lists nothing for free. That is not a fault.
        Answer::NotOffered => Next::Done(Word::KeyNotProved),
        Answer::GatewayOther(_) if setup.cloudflare_key => Next::Done(Word::KeyNotProved),
        Answer::KeyRefused | Answer::Unauthorized if setup.unified => Next::Done(Word::KeyNotProved),
        Answer::KeyRefused | Answer::OauthRefused | Answer::Unauthorized | Answer::ApiRefused(_) => match first {
            Some(Answer::Ok) => Next::Done(Word::ByokConflict),
            Some(Answer::TokenRefused) if setup.token => Next::Send(Load::HeadersOnly),
            _ => key_refused(setup),
        },
        Answer::Credits(_) => Next::Done(Word::Credits),
        other => Next::Done(other.decides().unwrap_or(Word::NotUnderstood)),
    }
}

/// A list that may be public: it proves the key only where the same request fails without it.
fn after_list(setup: &Setup, first: Option<Answer>) -> Next {
    match first {
        Some(Answer::Ok) => Next::Done(Word::KeyNotProved),
        _ if !setup.key => Next::Done(Word::KeyNotProved),
        Some(Answer::TokenRefused) if setup.headers => Next::Send(Load::HeadersOnly),
        Some(Answer::TokenRefused) => Next::Done(Word::Ok),
        _ => Next::Done(Word::OkAuthOff),
    }
}

/// After a limit nothing more is sent.
fn is_limit(answer: Answer) -> bool {
    matches!(answer, Answer::Limit(_) | Answer::ProviderRate)
}

fn key_refused(setup: &Setup) -> Next {
    if setup.shell_key {
        Next::Send(Load::ShellKey)
    } else if setup.wrong_shape {
        Next::Done(Word::KeyShapeWrong)
    } else {
        Next::Done(Word::ProviderKeyRejected)
    }
}

/// The shell's key did not help either.
fn key_trouble(setup: &Setup, steps: &[Step]) -> Word {
    let credits = steps
        .iter()
        .any(|step| step.load != Load::ShellKey && matches!(step.got, Ok((Answer::Credits(_), _))));
    match (setup.key, setup.wrong_shape) {
        (false, _) if credits => Word::Credits,
        (false, _) => Word::ProviderKeyMissing,
        (true, true) => Word::KeyShapeWrong,
        (true, false) => Word::ProviderKeyRejected,
    }
}

/// Returns the facts that the answers alone give.
pub fn facts(setup: &Setup, steps: &[Step]) -> Vec<(String, String)> {
    let mut facts: Vec<(String, String)> = Vec::new();
    let mut say = |name: &str, value: &str| facts.push((name.to_owned(), value.to_owned()));
    let got = |load| got(steps, load);
    let auth = match got(Load::Everything) {
        Some(Answer::Ok) => "accepted",
        Some(_) => "refused",
        None if got(Load::Nothing) == Some(Answer::Ok) => "not-needed",
        None => "not-tried",
    };
    say("auth", auth);
    say("key", if setup.key { "configured" } else { "missing" });
    say("token", if setup.token { "configured" } else { "missing" });
    if got(Load::KeyOnly) == Some(Answer::Ok) {
        say("without_token", "accepted");
    }
    // What the daemon's own request was told says more than the splits made of it later.
    let told = got(Load::Everything).or_else(|| got(Load::Nothing));
    if let Some(code) = told.and_then(Answer::code) {
        say("code", &code);
    }
    let why = match told {
        Some(Answer::Ok) => "public-list",
        Some(Answer::NotOffered) => "not-offered",
        Some(Answer::GatewayOther(_)) => "protective-header",
        Some(_) if setup.unified => "protective-header",
        _ => "api",
    };
    if next(setup, steps) == Next::Done(Word::KeyNotProved) {
        say("not_proved", why);
    }
    if let Some(trouble) = steps.iter().find_map(|step| step.got.as_ref().err()) {
        facts.extend(trouble.facts());
    }
    facts
}
