//! Both pings side by side, each within its own limit.

use std::time::Duration;

use super::targets::{self, Known};
use super::wanted::left_out;
use super::{cloudflare, gateway};
use crate::collect::context::Context;
use crate::diagnose::Group;
use crate::snapshot::{PingAnswer, PingFacts, PingVerdict};

/// What all requests to the local Gateway may take; a healthy one needs milliseconds.
const GATEWAY: Duration = Duration::from_secs(4);
/// What all requests to Cloudflare may take.
const CLOUDFLARE: Duration = Duration::from_secs(6);
/// What is left of the run's own limit for the rest of the report.
const RESERVE: Duration = Duration::from_millis(300);

type Asked = Result<(Vec<PingAnswer>, PingVerdict), String>;

/// Asks whom the plan allows. `known` is looked at only where somebody is to be asked.
pub(in crate::collect) async fn ask(ctx: &Context<'_>, known: &Known<'_>) -> PingFacts {
    let limit = |own: Duration| ctx.within(own + RESERVE).saturating_sub(RESERVE);
    let local = async {
        match left_out(ctx.plan, Group::Gateway) {
            Some(why) => Err(why),
            None => {
                let plan = targets::gateway(known, limit(GATEWAY))?;
                Ok(joined(gateway(&plan.target, known.vault).await, plan.facts))
            }
        }
    };
    let far = async {
        match left_out(ctx.plan, Group::Cloudflare) {
            Some(why) => Err(why),
            None => {
                let plan = targets::cloudflare(known, limit(CLOUDFLARE))?;
                Ok(joined(cloudflare(&plan.target, known.vault).await, plan.facts))
            }
        }
    };
    let (local, far): (Asked, Asked) = tokio::join!(local, far);
    put_together(local, far)
}

fn joined(
    (answers, mut verdict): (Vec<PingAnswer>, PingVerdict),
    facts: Vec<(String, String)>,
) -> (Vec<PingAnswer>, PingVerdict) {
    verdict.facts.extend(facts);
    (answers, verdict)
}

fn put_together(local: Asked, far: Asked) -> PingFacts {
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
        Ok((answers, verdict)) => {
            pings.answers.extend(answers);
            pings.cloudflare = Some(verdict);
        }
        Err(why) => pings.why_no_cloudflare = Some(why),
    }
    pings
}
