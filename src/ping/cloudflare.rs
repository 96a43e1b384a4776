//! What to ask Cloudflare next, and what all answers amount to: the decision table of
//! facts/pings.md section 10.

use super::MOST_REQUESTS;
use super::cloudflare_answer::CloudflareAnswer as Answer;
pub use super::cloudflare_setup::{Load, Setup, Verify};
use super::trouble::Trouble;
use super::verdict::Word;
use crate::config::cloudflare::address::List;

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
                Load::Nothing | Load::AccessOnly | Load::Everything => trouble.word(false),
                // A question that only splits hairs failed: what was known before stands.
                Load::KeyOnly => Word::GatewayTokenRejected,
                Load::HeadersOnly if setup.placeholder => trouble.word(false),
                Load::VerifyUser | Load::VerifyAccount => Word::KeyNotProved,
                Load::HeadersOnly if got(steps, Load::Everything) == Some(Answer::Ok) => Word::KeyNotProved,
                Load::HeadersOnly | Load::ShellKey => key_trouble(setup, steps),
            });
        }
    };
    let plan = match last.load {
        Load::Nothing if answer == Answer::Access && setup.access => Next::Send(Load::AccessOnly),
        Load::Nothing | Load::AccessOnly => after_nothing(setup, answer, proven),
        Load::Everything => after_everything(setup, first(steps), answer),
        Load::HeadersOnly if setup.placeholder => beside_placeholder(setup, answer),
        Load::HeadersOnly if got(steps, Load::Everything) == Some(Answer::Ok) => Next::Done(match answer {
            Answer::Ok => Word::KeyNotProved,
            _ => accepted(steps),
        }),
        Load::HeadersOnly if matches!(answer, Answer::Ok | Answer::ListDenied) => Next::Done(Word::ByokConflict),
        Load::HeadersOnly if is_limit(answer) => Next::Done(key_trouble(setup, steps)),
        Load::HeadersOnly => key_refused(setup),
        Load::KeyOnly => Next::Done(Word::GatewayTokenRejected),
        Load::ShellKey if answer == Answer::Ok => Next::Done(Word::OnlyShellKeyAccepted),
        Load::ShellKey => Next::Done(key_trouble(setup, steps)),
        Load::VerifyUser | Load::VerifyAccount => after_verify(setup, last.load, answer),
    };
    match plan {
        Next::Send(Load::ShellKey) if steps.len() >= MOST_REQUESTS => Next::Done(key_trouble(setup, steps)),
        Next::Send(_) if steps.len() >= MOST_REQUESTS => Next::Done(Word::Inconclusive),
        plan => plan,
    }
}

pub(super) fn got(steps: &[Step], load: Load) -> Option<Answer> {
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

/// The answer to the request without a credential; behind Access, to the one with its service token alone.
pub(super) fn first(steps: &[Step]) -> Option<Answer> {
    let plain = |step: &&Step| matches!(step.load, Load::Nothing | Load::AccessOnly);
    let step = steps.iter().rev().find(plain)?;
    step.got.ok().map(|(answer, _)| answer)
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
    if setup.wrong_address {
        return Next::Done(Word::AuthSkipped);
    }
    if setup.default_gateway && !answer.proves_gateway() {
        return Next::Done(if answer.is_strange() {
            Word::NotUnderstood
        } else {
            Word::Inconclusive
        });
    }
    if setup.silent {
        return match setup.shell_key {
            true => Next::Send(Load::ShellKey),
            false => Next::Done(Word::ProviderKeyMissing),
        };
    }
    if setup.foreign_api {
        return Next::Done(Word::KeyNotProved);
    }
    if setup.placeholder && setup.headers {
        return Next::Send(Load::HeadersOnly);
    }
    if something {
        return Next::Send(Load::Everything);
    }
    match answer {
        Answer::Ok if setup.placeholder => beside_placeholder(setup, answer),
        Answer::Ok if setup.list == List::Keyed => Next::Done(Word::ByokWorks),
        Answer::Ok => Next::Done(Word::KeyNotProved),
        Answer::TokenRefused => Next::Done(Word::GatewayTokenMissing),
        other => without_key(setup, other),
    }
}

/// The answer to all but the placeholder that OpenClaw sends as the key. What passes without it does so by a stored key,
/// whose place it takes (facts/pings.md section 10; that it is sent was played on 2026.9.6).
fn beside_placeholder(setup: &Setup, answer: Answer) -> Next {
    match answer {
        Answer::Ok | Answer::ListDenied if setup.list == List::Keyed && !setup.apart => Next::Done(Word::ByokConflict),
        Answer::Ok | Answer::ListDenied => Next::Done(Word::KeyNotProved),
        Answer::TokenRefused if setup.token => Next::Done(Word::GatewayTokenRejected),
        Answer::TokenRefused => Next::Done(Word::GatewayTokenMissing),
        other => match other.decides() {
            Some(word) => Next::Done(word),
            None => without_key(setup, other),
        },
    }
}

/// Cloudflare's API refused a request to a provider that takes no token of Cloudflare's: the provider's key was not judged.
fn api_refused(setup: &Setup) -> Next {
    Next::Done(match setup.token {
        true => Word::GatewayTokenRejected,
        false => Word::NotUnderstood,
    })
}

/// The request came through to where a key is due, and the daemon has none.
fn without_key(setup: &Setup, answer: Answer) -> Next {
    match answer {
        Answer::ApiRefused(_) if setup.own_key => api_refused(setup),
        Answer::ApiMissing(_) if setup.own_key => Next::Done(Word::NotUnderstood),
        // A provider that is not known is not a matter of Unified Billing.
        Answer::GatewayOther(2008) => Next::Done(Word::NotUnderstood),
        Answer::KeyMissing | Answer::Unauthorized | Answer::GatewayOther(_) | Answer::Credits(_) if setup.shell_key => {
            Next::Send(Load::ShellKey)
        }
        Answer::KeyMissing | Answer::Unauthorized | Answer::ApiMissing(_) => Next::Done(Word::ProviderKeyMissing),
        // Without a key of its own such a gateway may live by Unified Billing, which the doctor's own
        // cf-aig-no-wholesale switches off: an answer that the header may have caused says nothing.
        Answer::GatewayOther(_) | Answer::NotOffered => Next::Done(Word::KeyNotProved),
        Answer::Credits(_) => Next::Done(Word::Credits),
        Answer::ListDenied => Next::Done(Word::KeyNotProved),
        // Without a token and without a key of any kind some providers speak of a wrong key.
        Answer::KeyRefused if !setup.tells_missing && !setup.token => Next::Done(Word::ProviderKeyMissing),
        Answer::KeyRefused | Answer::OauthRefused | Answer::ApiRefused(_) => Next::Done(Word::ByokKeyRejected),
        _ => Next::Done(Word::NotUnderstood),
    }
}

fn after_everything(setup: &Setup, first: Option<Answer>, answer: Answer) -> Next {
    match answer {
        Answer::Ok if setup.apart => Next::Done(Word::KeyNotProved),
        Answer::Ok if setup.list != List::Keyed => after_list(setup, first),
        Answer::Ok if !setup.key => Next::Done(Word::ByokWorks),
        Answer::Ok if first == Some(Answer::TokenRefused) => Next::Done(Word::Ok),
        Answer::Ok => Next::Done(Word::OkAuthOff),
        Answer::TokenRefused if !setup.token => Next::Done(Word::GatewayTokenMissing),
        Answer::TokenRefused if first != Some(Answer::TokenRefused) && setup.key => Next::Send(Load::KeyOnly),
        Answer::TokenRefused => Next::Done(Word::GatewayTokenRejected),
        Answer::ApiMissing(_) | Answer::ApiRefused(_) | Answer::Unauthorized | Answer::BareRefusal
            if setup.unread_key =>
        {
            Next::Done(Word::KeyNotProved)
        }
        Answer::ApiRefused(_) if setup.own_key => api_refused(setup),
        Answer::ApiMissing(_) if setup.own_key => Next::Done(Word::NotUnderstood),
        other if !setup.key && other.decides().is_none() => without_key(setup, other),
        // The key was sent, and not where this endpoint looks for one.
        Answer::KeyMissing | Answer::ApiMissing(_) => Next::Done(Word::KeyNotProved),
        Answer::KeyRefused | Answer::OauthRefused | Answer::Unauthorized if setup.elsewhere_read => {
            Next::Done(Word::KeyNotProved)
        }
        // That the endpoint takes no OAuth tokens says nothing about this one; that it is revoked, expired or invalid does.
        Answer::OauthRefused | Answer::Unauthorized if setup.oauth => Next::Done(Word::KeyNotProved),
        // The provider lists nothing for free, or nothing to this key. That is not a fault.
        Answer::NotOffered | Answer::ListDenied => Next::Done(Word::KeyNotProved),
        // Listing the models of the REST endpoint is a right of its own; Cloudflare tells whether the token is good.
        Answer::ApiRefused(_) if setup.verify != Verify::No => Next::Send(match setup.verify {
            Verify::Account => Load::VerifyAccount,
            _ => Load::VerifyUser,
        }),
        Answer::GatewayOther(code) if setup.cloudflare_key && code != 2008 => Next::Done(Word::KeyNotProved),
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

/// What Cloudflare's own check says of the token that the REST endpoint refused.
fn after_verify(setup: &Setup, load: Load, answer: Answer) -> Next {
    match answer {
        Answer::ApiRefused(_) | Answer::Unauthorized if (load, setup.verify) == (Load::VerifyUser, Verify::Either) => {
            Next::Send(Load::VerifyAccount)
        }
        Answer::ApiRefused(_) | Answer::Unauthorized => key_refused(setup),
        _ => Next::Done(Word::KeyNotProved),
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
    matches!(answer, Answer::Limit(_) | Answer::ProviderRate | Answer::BareTrouble)
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
