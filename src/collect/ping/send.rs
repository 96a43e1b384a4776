//! One request: bounded in time and size, ending in a [`Reply`] or a [`Trouble`].

use std::time::{Duration, Instant};

use reqwest::header::HeaderMap;
use reqwest::{Client, Method, Response};

use super::errors;
use crate::ping::reply::{BODY_CAP, Hints, Reply};
use crate::ping::trouble::Trouble;

/// Below this there is no point in starting a request.
const LEAST: Duration = Duration::from_millis(20);

/// The time that all requests to one target may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Budget {
    until: Instant,
}

impl Budget {
    /// Starts the clock.
    pub(super) fn start(limit: Duration) -> Budget {
        let now = Instant::now();
        Budget {
            until: now.checked_add(limit).unwrap_or(now),
        }
    }

    /// Returns what is left, at most `limit`.
    pub(super) fn left(self, limit: Duration) -> Duration {
        self.until.saturating_duration_since(Instant::now()).min(limit)
    }
}

/// A request about to be sent.
#[derive(Debug)]
pub(super) struct Request<'a> {
    pub(super) client: &'a Client,
    pub(super) method: Method,
    pub(super) url: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Option<&'static str>,
    pub(super) limit: Duration,
    pub(super) proxied: bool,
}

/// Sends it. Returns the outcome and the milliseconds it took.
pub(super) async fn send(request: Request<'_>) -> (Result<Reply, Trouble>, u64) {
    let started = Instant::now();
    let (limit, proxied) = (request.limit, request.proxied);
    let got = if limit < LEAST {
        Err(timed_out(proxied))
    } else {
        exchange(request, started).await
    };
    (got, u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX))
}

fn timed_out(proxied: bool) -> Trouble {
    if proxied {
        Trouble::ProxySilent
    } else {
        Trouble::Timeout
    }
}

async fn exchange(request: Request<'_>, started: Instant) -> Result<Reply, Trouble> {
    let Request {
        client,
        method,
        url,
        headers,
        body,
        limit,
        proxied,
    } = request;
    let mut builder = client.request(method, url).headers(headers);
    if let Some(body) = body {
        builder = builder.body(body);
    }
    let response = match tokio::time::timeout(limit, builder.send()).await {
        Ok(Ok(response)) => response,
        Ok(Err(error)) => return Err(errors::trouble(&error, proxied)),
        Err(_) => return Err(timed_out(proxied)),
    };
    let mut reply = Reply {
        status: response.status().as_u16(),
        hints: Hints::read(
            response
                .headers()
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_bytes())),
        ),
        body: Vec::new(),
        cut: true,
        capped: false,
    };
    // A body that drips or never ends costs what is left of the limit and counts as cut.
    let left = limit.saturating_sub(started.elapsed());
    let whole = tokio::time::timeout(left, read_body(response, &mut reply.body)).await;
    reply.cut = whole != Ok(Read::Whole);
    reply.capped = whole == Ok(Read::Capped);
    Ok(reply)
}

/// How much of a body was read.
#[derive(Debug, PartialEq, Eq)]
enum Read {
    Whole,
    Capped,
    Broken,
}

/// Reads up to the cap.
async fn read_body(mut response: Response, body: &mut Vec<u8>) -> Read {
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) => {
                let room = BODY_CAP.saturating_sub(body.len());
                body.extend_from_slice(chunk.get(..room.min(chunk.len())).unwrap_or_default());
                if chunk.len() > room {
                    return Read::Capped;
                }
            }
            Ok(None) => return Read::Whole,
            Err(_) => return Read::Broken,
        }
    }
}
