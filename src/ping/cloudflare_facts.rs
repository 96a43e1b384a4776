//! What the answers of Cloudflare say beside the word they amount to; the names are in [`super::verdict`].

use super::cloudflare::{Load, Next, Setup, Step, Verify, first, got, next};
use super::cloudflare_answer::CloudflareAnswer as Answer;
use super::verdict::Word;

/// Returns the facts that the answers alone give.
pub fn facts(setup: &Setup, steps: &[Step]) -> Vec<(String, String)> {
    let mut facts: Vec<(String, String)> = Vec::new();
    let mut say = |name: &str, value: &str| facts.push((name.to_owned(), value.to_owned()));
    let got = |load| got(steps, load);
    let auth = match got(Load::Everything) {
        Some(Answer::Ok) => "accepted",
        Some(_) => "refused",
        None if first(steps) == Some(Answer::Ok) => "not-needed",
        None => "not-tried",
    };
    say("auth", auth);
    say("key", if setup.key { "configured" } else { "missing" });
    say("token", if setup.token { "configured" } else { "missing" });
    if got(Load::KeyOnly) == Some(Answer::Ok) {
        say("without_token", "accepted");
    }
    match got(Load::ShellKey) {
        Some(Answer::Ok) => say("shell_key", "accepted"),
        Some(_) => say("shell_key", "refused"),
        None => {}
    }
    match got(Load::AccessOnly) {
        Some(Answer::Access) => say("access", "refused"),
        Some(_) => say("access", "accepted"),
        None => {}
    }
    // What the daemon's own request was told says more than the splits made of it later.
    let told = got(Load::Everything)
        .or_else(|| got(Load::HeadersOnly))
        .or_else(|| first(steps));
    if let Some(code) = told.and_then(Answer::code) {
        say("code", &code);
    }
    if let Some(Answer::Barred(why)) = told {
        say("barred", why.as_str());
    }
    let verified = [Load::VerifyUser, Load::VerifyAccount]
        .map(got)
        .contains(&Some(Answer::Ok));
    let why = match told {
        Some(Answer::Ok) if setup.apart => "apart",
        Some(Answer::ListDenied) => "list-permission",
        _ if verified => "list-permission",
        Some(Answer::ApiRefused(_)) if setup.verify != Verify::No => "unsure",
        Some(Answer::Ok) => "public-list",
        Some(Answer::KeyMissing | Answer::OauthRefused | Answer::Unauthorized) if setup.oauth => "oauth",
        Some(Answer::NotOffered) => "not-offered",
        Some(Answer::GatewayOther(_)) => "protective-header",
        Some(_) if setup.unified => "protective-header",
        Some(_) if setup.unread_key => "x-api-key",
        Some(_) if setup.elsewhere_read => "not-read",
        Some(Answer::KeyMissing | Answer::ApiMissing(_)) if setup.key => "not-read",
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
