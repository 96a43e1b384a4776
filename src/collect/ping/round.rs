//! Both pings side by side, each within its own limit.

use std::time::Duration;

use super::listener::{Listener, Listeners};
use super::targets::{self, CloudflarePlan, Known, NoTarget};
use super::{cloudflare, gateway};
use crate::collect::context::Context;
use crate::model::snapshot::{PingAnswer, PingFacts, PingVerdict, ProviderPing};
use crate::ping::target::Base;
use crate::ping::verdict::Word;

/// What all requests to the local Gateway may take. A healthy one needs milliseconds; where others failed to
/// authenticate, a refusal is held back for up to 5 s (facts/pings.md section 3). One that does not answer at all costs
/// no more than the limit of the first page.
const GATEWAY: Duration = Duration::from_secs(9);
/// What all requests to Cloudflare may take; the first one has a limit of its own.
const CLOUDFLARE: Duration = Duration::from_secs(9);
/// What is left of the run's own limit for the rest of the report.
const RESERVE: Duration = Duration::from_millis(300);

/// Why Cloudflare is not asked for a Gateway that answers from where nothing of it is seen.
const UNSEEN: &str = "the Gateway that answers cannot be seen, so what it sends is not known";

type Asked = Result<(Vec<PingAnswer>, PingVerdict), String>;

/// What the providers behind Cloudflare say: that of the default model, and others.
struct Far {
    answers: Vec<PingAnswer>,
    verdict: PingVerdict,
    others: Vec<ProviderPing>,
}

/// Asks whom the plan allows. `known` is looked at only where somebody is to be asked.
pub(in crate::collect) async fn ask(ctx: &Context<'_>, known: &Known<'_>) -> PingFacts {
    let limit = |own: Duration| ctx.within(own + RESERVE).saturating_sub(RESERVE);
    let listeners = Listeners::new(ctx);
    let local = async {
        match ctx.request.no_gateway.clone() {
            Some(why) => Err(why),
            None => match targets::gateway(known, limit(GATEWAY)) {
                Ok(plan) => Ok(joined(gateway(&plan.target, known.vault, &listeners).await, plan.facts)),
                Err(NoTarget::BadAddress(why)) => {
                    let why = vec![("why_not_tried".to_owned(), why)];
                    Ok((Vec::new(), Word::BadAddress.verdict(why)))
                }
                Err(NoTarget::Nobody(why)) => Err(why),
            },
        }
    };
    let far = async {
        match ctx.request.no_cloudflare.clone() {
            Some(why) => Err(why),
            None => {
                let plans = targets::cloudflare(known, limit(CLOUDFLARE))?;
                let ask = async |plan: Option<&CloudflarePlan>| match plan {
                    Some(plan) => Some(ask_provider(plan, known, &listeners).await),
                    None => None,
                };
                let mut more = plans.more.iter();
                let (a, b, c) = (more.next(), more.next(), more.next());
                let first = ask_provider(&plans.first, known, &listeners);
                let (first, a, b, c) = tokio::join!(first, ask(a), ask(b), ask(c));
                let (answers, mut verdict) = first?;
                let others: Vec<ProviderPing> = [a, b, c]
                    .into_iter()
                    .flatten()
                    .flatten()
                    .map(|(answers, verdict)| ProviderPing { answers, verdict })
                    .collect();
                let asked = |id: &String| others.iter().any(|other| other.provider() == id);
                let left: Vec<String> = plans.others.into_iter().filter(|id| !asked(id)).collect();
                if !left.is_empty() {
                    verdict.facts.push(("not_asked".to_owned(), left.join(", ")));
                }
                Ok(Far {
                    answers,
                    verdict,
                    others,
                })
            }
        }
    };
    // Where nothing of a Gateway is seen here and one answers, what it sends to Cloudflare is not known; the shell's key
    // is not tried in its place.
    let unseen = known.process.is_none() && known.service.is_none();
    let (local, far): (Asked, Result<Far, String>) = if unseen {
        let local = local.await;
        let answers = local.as_ref().is_ok_and(|(_, verdict)| is_openclaw(verdict));
        let far = if answers { Err(UNSEEN.to_owned()) } else { far.await };
        (local, far)
    } else {
        tokio::join!(local, far)
    };
    put_together(local, far)
}

async fn ask_provider(plan: &CloudflarePlan, known: &Known<'_>, listeners: &Listeners) -> Asked {
    if let Ok(base) = Base::parse(&plan.target.base_url)
        && listeners.owner(&base, &known.owners).await != Listener::Owned
    {
        return Err(format!(
            "the provider's base URL leads to port {} of this machine, and whose process listens there is not known or it is \
             another user's: the provider key was not sent",
            base.port
        ));
    }
    let asked = cloudflare(&plan.target, known.vault).await;
    let (answers, mut verdict) = joined(asked, plan.facts.clone());
    let own = verdict.fact("gateway_secret").is_some();
    if own && Word::parse(&verdict.word) == Some(Word::AuthSkipped) {
        verdict.detail =
            "The other side answers. The OpenClaw Gateway's own secret stands where a credential for Cloudflare \
                          is due, so it was not asked with any."
                .to_owned();
    }
    if known.process.is_none() && known.service.is_none() {
        verdict.detail = of_the_shell(&verdict.detail);
    }
    Ok((answers, verdict))
}

/// Where no Gateway is seen, the requests are those of one that this shell would start.
fn of_the_shell(words: &str) -> String {
    words
        .replace("the daemon's key", "the key of a Gateway started from your shell")
        .replace("the daemon's environment", "your shell's environment")
        .replace("the daemon sends", "a Gateway started from your shell would send")
        .replace("the daemon", "a Gateway started from your shell")
}

fn is_openclaw(verdict: &PingVerdict) -> bool {
    Word::parse(&verdict.word).is_some_and(Word::is_openclaw)
}

fn joined(
    (answers, mut verdict): (Vec<PingAnswer>, PingVerdict),
    facts: Vec<(String, String)>,
) -> (Vec<PingAnswer>, PingVerdict) {
    // What the answers say stands before what was known without them.
    for (name, value) in facts {
        if !verdict.facts.iter().any(|(known, _)| *known == name) {
            verdict.facts.push((name, value));
        }
    }
    (answers, verdict)
}

fn put_together(local: Asked, far: Result<Far, String>) -> PingFacts {
    let mut pings = PingFacts::default();
    if let (Err(why), Err(other)) = (&local, &far)
        && why == other
    {
        pings.why_none = Some(why.clone());
        return pings;
    }
    match local {
        Ok((answers, verdict)) => {
            pings.answers.extend(answers);
            pings.gateway = Some(verdict);
        }
        Err(why) => pings.why_no_gateway = Some(why),
    }
    match far {
        Ok(far) => {
            pings.answers.extend(far.answers);
            pings.cloudflare = Some(far.verdict);
            pings.others = far.others;
        }
        Err(why) => pings.why_no_cloudflare = Some(why),
    }
    pings
}
