//! The last guard: whatever the code above does, no result holds the text of a credential.

use crate::model::snapshot::{PingAnswer, PingVerdict};
use crate::secret::Secret;

/// Shorter texts occur in ordinary words.
const LEAST: usize = 6;

/// Hides every occurrence of the given secrets.
pub(super) fn scrub(secrets: &[&Secret], answers: &mut [PingAnswer], verdict: &mut PingVerdict) {
    let hide = |text: &mut String| {
        for secret in secrets {
            let secret = secret.expose().trim();
            if secret.len() >= LEAST && text.contains(secret) {
                *text = text.replace(secret, "[hidden]");
            }
        }
    };
    for answer in answers {
        hide(&mut answer.url);
        hide(&mut answer.meaning);
        for text in [&mut answer.code, &mut answer.credential].into_iter().flatten() {
            hide(text);
        }
    }
    for origin in [&mut verdict.key, &mut verdict.token].into_iter().flatten() {
        hide(&mut origin.path);
        for text in [&mut origin.variable, &mut origin.header].into_iter().flatten() {
            hide(text);
        }
    }
    hide(&mut verdict.detail);
    for (_, value) in &mut verdict.facts {
        hide(value);
    }
}
