//! Every documented answer on the way to Cloudflare and the provider, and what it is read as: the tables of facts/pings.md
//! section 10 and facts/field.md section 7, a row for each variant of the text.

use super::super::cloudflare_answer::{CloudflareAnswer as A, Limit};
use super::super::cloudflare_codes::hearsay;
use super::super::cloudflare_reading::{answered_code, classify, verified};
use super::super::reply::{Hints, Reply};
use super::super::verdict::Word;

const RAY: (&str, &str) = ("cf-ray", "0123456789abcdef-FRA");

fn reply(status: u16, headers: &[(&str, &str)], body: &str) -> Reply {
    let all = headers.iter().copied().chain([RAY]);
    Reply {
        status,
        hints: Hints::read(all.map(|(name, value)| (name, value.as_bytes()))),
        body: body.as_bytes().to_vec(),
        cut: false,
        capped: false,
    }
}

/// The gateway's own error, whole and as older captures have it.
fn gateway(code: u32, message: &str) -> String {
    format!(
        r#"{{"success":false,"result":[],"messages":[],"error":[{{"code":{code},"message":"{message}"}}],"name":"AiGatewayError","internalCode":{code}}}"#
    )
}

/// An error of api.cloudflare.com.
fn api(code: u32, message: &str) -> String {
    format!(r#"{{"success":false,"result":null,"messages":[],"errors":[{{"code":{code},"message":"{message}"}}]}}"#)
}

#[test]
fn codes_of_the_gateway() {
    let spend = "Model or provider could not be resolved for spend-limit enforcement";
    let sold = "This model is not available via unified billing. Please use BYOK.";
    let alias = "Provider 'anthropic' has no BYOK credential named 'x'. Configured aliases: ''";
    for (status, code, message, wanted) in [
        (
            400,
            2001,
            "Please configure AI Gateway in the Cloudflare dashboard",
            A::NoSuchGateway,
        ),
        (429, 2003, "Rate limited", A::Limit(Limit::Rate)),
        (400, 2005, "Failed to get response from provider", A::UpstreamFailed),
        (400, 2008, "Invalid provider", A::NoSuchProvider),
        (401, 2009, "Unauthorized", A::TokenRefused),
        (400, 2009, "Unauthorized", A::TokenRefused),
        (503, 2009, "Unauthorized", A::OwnCredential),
        (
            424,
            2016,
            "Prompt blocked due to security configurations",
            A::Blocked(2016),
        ),
        (
            424,
            2017,
            "Response blocked due to security configurations",
            A::Blocked(2017),
        ),
        (429, 2018, "Wholesale Rate limited", A::Limit(Limit::Unified(2018))),
        (400, 2019, "Chat completion bad format", A::NotOffered),
        (
            402,
            2021,
            "Insufficient balance; add money to your gateway or use BYOK",
            A::Credits(2021),
        ),
        (402, 2021, sold, A::NotSold),
        (
            402,
            2021,
            "Wholesale rate limit exceeded",
            A::Limit(Limit::Unified(2021)),
        ),
        (402, 2021, "Model is temporarily unavailable", A::GatewayOther(2021)),
        (402, 2021, "", A::GatewayOther(2021)),
        (402, 2049, "Something new", A::GatewayOther(2049)),
        (400, 2029, "Request blocked", A::Blocked(2029)),
        (400, 2030, "Response blocked", A::Blocked(2030)),
        (403, 2040, spend, A::Unpriced),
        (400, 2040, alias, A::ByokAlias),
        (403, 2040, "Something new", A::GatewayOther(2040)),
        (
            429,
            2041,
            "Spend limit exceeded: rule 'x'",
            A::Limit(Limit::Spending(2041)),
        ),
        (402, 2049, "Insufficient credits", A::Credits(2049)),
        (400, 2002, "Dynamic route", A::GatewayOther(2002)),
        (403, 2036, "This feature", A::GatewayOther(2036)),
        (400, 2047, "Invalid User Credentials", A::GatewayOther(2047)),
        (429, 2777, "Something new", A::Limit(Limit::Account(2777))),
        // A known code with a status that it never came with says nothing.
        (200, 2009, "Unauthorized", A::Mismatch(2009)),
        (500, 2009, "Unauthorized", A::Mismatch(2009)),
        (403, 2018, "Wholesale Rate limited", A::Mismatch(2018)),
        (200, 2001, "Please configure AI Gateway", A::Mismatch(2001)),
        (500, 2001, "Please configure AI Gateway", A::Mismatch(2001)),
        (401, 2003, "Rate limited", A::Mismatch(2003)),
        (401, 2008, "Invalid provider", A::Mismatch(2008)),
        (200, 2021, "Insufficient balance", A::Mismatch(2021)),
        (500, 2777, "Something new", A::Mismatch(2777)),
        (403, 2777, "Something new", A::GatewayOther(2777)),
    ] {
        let whole = gateway(code, message);
        let old = whole.split(r#","name""#).next().unwrap().to_owned() + "}";
        assert_eq!(classify(&reply(status, &[], &whole), false), wanted, "{code} {message}");
        assert_eq!(classify(&reply(status, &[], &old), false), wanted, "{code} {message}");
        // What is not known has words of its own, or none, and never a good end.
        if let A::GatewayOther(code) = wanted {
            let told = hearsay(&code.to_string()).is_some();
            assert_eq!(told, matches!(code, 2002 | 2036 | 2047), "{code}");
            assert!(wanted.is_strange() && wanted.decides().is_none());
        }
    }
}

#[test]
fn policies_without_a_code() {
    let policy = |words: &str| format!(r#"{{"success":false,"error":{{{words}}}}}"#);
    for (status, headers, words, wanted) in [
        (403, &[][..], r#""message":"Access denied by policy""#, A::PolicyDenied),
        (
            429,
            &[],
            r#""message":"Spending limit exceeded","bucket":"x""#,
            A::Limit(Limit::Spending(0)),
        ),
        (
            429,
            &[],
            r#""message":"x","bucket":"everyone""#,
            A::Limit(Limit::Spending(0)),
        ),
        (424, &[("cf-aig-dlp", "{}")], r#""message":"blocked""#, A::Blocked(2029)),
        (403, &[], r#""message":"Something new""#, A::GatewayOther(0)),
        (200, &[], r#""message":"Access denied by policy""#, A::Mismatch(0)),
        (500, &[], r#""message":"Spending limit exceeded""#, A::Mismatch(0)),
    ] {
        assert_eq!(
            classify(&reply(status, headers, &policy(words)), false),
            wanted,
            "{words}"
        );
    }
    // A text in the place of the object is in the same envelope; without the envelope it is a provider's.
    for (body, wanted) in [
        (r#"{"success":false,"error":"Unauthorized"}"#, A::GatewayOther(0)),
        (r#"{"success":false,"error":"Something new"}"#, A::GatewayOther(0)),
        (r#"{"error":"Unauthorized"}"#, A::Unauthorized),
    ] {
        assert_eq!(classify(&reply(401, &[], body), false), wanted, "{body}");
    }
}

#[test]
fn codes_of_the_account_api() {
    let account = "Could not route to /client/v4/accounts/x, perhaps your object identifier is invalid?";
    for (status, code, message, wanted) in [
        (
            400,
            9106,
            "Missing X-Auth-Key, X-Auth-Email or Authorization headers",
            A::ApiMissing(9106),
        ),
        (401, 10_000, "Authentication error", A::ApiRefused(10_000)),
        (403, 10_000, "Authentication error", A::ApiRefused(10_000)),
        (
            403,
            9109,
            "Unauthorized to access requested resource",
            A::ApiRefused(9109),
        ),
        (401, 9109, "Invalid access token", A::ApiRefused(9109)),
        (403, 9109, "Something new", A::ApiOther(9109)),
        (
            403,
            9109,
            "Cannot use the access token from location: 192.0.2.1",
            A::ApiBarred(9109),
        ),
        (
            429,
            9109,
            "Max auth failures reached, please wait",
            A::Limit(Limit::Account(9109)),
        ),
        (200, 10_000, "Authentication error", A::Mismatch(10_000)),
        (200, 7003, account, A::Mismatch(7003)),
        (200, 8888, "Something new", A::Mismatch(8888)),
        (400, 6003, "Invalid request headers", A::ApiRefused(6003)),
        (404, 7003, account, A::NoSuchAccount),
        (404, 7003, "Could not route to that model", A::NotOffered),
        (404, 7000, "No route for that URI", A::NotOffered),
        (401, 2009, "Unauthorized", A::Mismatch(2009)),
        (503, 2009, "Unauthorized", A::OwnCredential),
        (402, 2021, "Insufficient balance", A::Credits(2021)),
        (402, 2049, "Insufficient credits", A::Credits(2049)),
        (400, 5004, "Invalid data", A::ApiOther(5004)),
        (400, 5007, "No such model", A::ApiOther(5007)),
        (
            429,
            3036,
            "you have used up your daily free allocation",
            A::Limit(Limit::Account(3036)),
        ),
        (429, 971, "Please wait", A::Limit(Limit::Account(971))),
        (500, 3043, "Internal server error", A::EdgeFailing),
        (400, 8888, "Something new", A::ApiOther(8888)),
    ] {
        let got = classify(&reply(status, &[], &api(code, message)), true);
        assert_eq!(got, wanted, "{status} {code} {message}");
    }
}

#[test]
fn the_check_of_a_token() {
    let state = |state: &str| format!(r#"{{"success":true,"result":{{"id":"1","status":"{state}"}}}}"#);
    for (status, body, wanted) in [
        (200, state("active"), A::Ok),
        (200, state("expired"), A::ApiRefused(1000)),
        (200, state("disabled"), A::ApiRefused(1000)),
        (200, "{}".to_owned(), A::Unknown),
        (401, api(1000, "Invalid API Token"), A::ApiRefused(1000)),
        (400, api(6003, "Invalid request headers"), A::ApiRefused(6003)),
        (429, api(971, "Please wait"), A::Limit(Limit::Account(971))),
    ] {
        assert_eq!(verified(&reply(status, &[], &body)), wanted, "{status} {body}");
    }
}

/// A 401 that does not say who refused proves nothing about the key; neither does a 200 full of errors.
#[test]
fn bare_refusals_and_hollow_successes() {
    for (status, body, wanted) in [
        (401, "", A::BareRefusal),
        (401, "<html><h1>401 Authorization Required</h1></html>", A::BareRefusal),
        (401, "Unauthorized", A::BareRefusal),
        (401, "{}", A::BareRefusal),
        (401, r#"{"ok":false}"#, A::BareRefusal),
        (401, r#"{"detail":"Unauthorized"}"#, A::Unauthorized),
        (401, r#"{"error":{"type":"authentication_error"}}"#, A::Unauthorized),
        (
            401,
            r#"{"error":{"code":"project_archived","message":"x"}}"#,
            A::Unknown,
        ),
        (
            401,
            r#"{"error":{"code":"ip_not_authorized","message":"Your request came from an unexpected address"}}"#,
            A::BarredAddress,
        ),
        (
            401,
            r#"{"error":{"code":"mismatched_organization","message":"OpenAI-Organization header should match organization for API key"}}"#,
            A::WrongOrganization,
        ),
        (500, r#"{"error":{"message":"invalid api key"}}"#, A::ProviderFailing),
        // Nobody says who is busy or in trouble.
        (429, "", A::BareTrouble),
        (429, "Too many requests", A::BareTrouble),
        (500, r#"{"oops":1}"#, A::BareTrouble),
        (503, "Service Unavailable", A::BareTrouble),
        (429, "{}", A::BareTrouble),
        (521, "", A::EdgeFailing),
        (200, r#"[{"error":{"code":400}}]"#, A::Unknown),
        (200, r#"[{"code":7003,"message":"x"}]"#, A::Unknown),
        (200, r#"[]"#, A::Unknown),
        (200, r#"{"errors":[{"message":"x"}],"result":[]}"#, A::Unknown),
        (200, r#"{"success":false,"result":[]}"#, A::Unknown),
        (200, r#"{"type":"error","data":[]}"#, A::Unknown),
        (200, r#"[{"id":"a-model"}]"#, A::Ok),
        (200, r#"{"success":true,"errors":[],"result":[]}"#, A::Ok),
        (200, r#"{"object":"list","data":[],"error":null}"#, A::Ok),
    ] {
        assert_eq!(classify(&reply(status, &[], body), false), wanted, "{status} {body}");
    }
}

/// A long list is judged by its begin; what ends early by itself is not.
#[test]
fn lists_above_the_cap() {
    let capped = |body: &str| Reply {
        cut: true,
        capped: true,
        ..reply(200, &[], body)
    };
    for (body, wanted) in [
        (r#"{"data":[{"id":"a","description":"it, \"}]"},{"id":"b","na"#, A::Ok),
        (
            r#"{"object":"list","data":[{"id":"a","created":1,"x":[1,{"y":2}]},{"#,
            A::Ok,
        ),
        (r#"[{"id":"a","tags":["b"]},{"id""#, A::Ok),
        (r#"{"models":[{"name":"models/a","version":"1"},"#, A::Ok),
        (r#"{"data":[{"text":"a"},{"text":"b"},"#, A::Garbled),
        (r#"{"error":{"message":"x"},"data":[{"id":"a"},{"#, A::Garbled),
        (r#"{"data":[{"id":"a"}}},{"#, A::Garbled),
        (r#"{"data":["#, A::Garbled),
        ("xxxxxxxx,xxxxxxx", A::Garbled),
        ("<html>,</html>", A::Garbled),
    ] {
        assert_eq!(classify(&capped(body), false), wanted, "{body}");
    }
    let deep = format!("{}{}", r#"{"data":[{"id":"a"},"#, "[".repeat(40_000));
    assert_eq!(classify(&capped(&deep), false), A::Garbled);
    let broken = Reply {
        cut: true,
        ..reply(200, &[], r#"{"data":[{"id":"a"},{"#)
    };
    assert_eq!(classify(&broken, false), A::Garbled);
    assert_eq!(
        classify(
            &Reply {
                status: 401,
                ..capped(r#"{"error":{"#)
            },
            false
        ),
        A::BareRefusal
    );
}

/// Pages in other languages have the same marks, and words alone decide nothing.
#[test]
fn pages_of_the_edge() {
    let login = ("location", "https://team.cloudflareaccess.com/cdn-cgi/access/login/x");
    let german = "<!DOCTYPE html><html lang=\"de\"><title>Einen Moment…</title></html>";
    for (status, headers, body, wanted) in [
        (302, &[login][..], "", Word::Access),
        (403, &[("cf-access-domain", "llm.example.com")], german, Word::Access),
        (
            401,
            &[("www-authenticate", "Cloudflare-Access resource_metadata=\"x\"")],
            "",
            Word::Access,
        ),
        (
            302,
            &[("location", "https://elsewhere.example.com/")],
            "",
            Word::Redirect,
        ),
        (403, &[("cf-mitigated", "challenge")], german, Word::Waf),
        (403, &[], german, Word::Waf),
        (403, &[], "error code: 1020", Word::Waf),
        (530, &[], "error code: 1016", Word::EdgeName),
        (429, &[], "error code: 1015", Word::RateLimited),
        (521, &[], "<html><title>521</title>", Word::EdgeTrouble),
        (503, &[], "", Word::NotUnderstood),
        (403, &[], "error code: 1106", Word::NotUnderstood),
        (200, &[], german, Word::NotUnderstood),
        (200, &[], "{\"data\":[", Word::NotUnderstood),
    ] {
        let got = classify(&reply(status, headers, body), false);
        assert_eq!(got.decides(), Some(wanted), "{status} {headers:?} {body}");
        assert!(!got.proves_identity(&Hints::default()), "{status} {body}");
    }
}

/// The code of a report is the one that came; what the provider did not say is not made up.
#[test]
fn codes_as_they_were_answered() {
    let error = |kind: &str, words: &str| format!(r#"{{"error":{{"type":"{kind}","message":"{words}"}}}}"#);
    for (status, body, wanted) in [
        (529, error("overloaded_error", "Overloaded"), Some("overloaded_error")),
        (
            400,
            error("invalid_request_error", "Your credit balance is too low"),
            Some("invalid_request_error"),
        ),
        (
            401,
            r#"{"error":{"type":"invalid_request_error","code":"invalid_api_key","message":"Incorrect API key provided"}}"#.to_owned(),
            Some("invalid_api_key"),
        ),
        (400, r#"{"code":"x","error":"Incorrect API key provided"}"#.to_owned(), None),
        (429, String::new(), None),
        (500, r#"{"oops":1}"#.to_owned(), None),
        (403, gateway(2036, "This feature"), Some("2036")),
        (401, api(10_000, "Authentication error"), Some("10000")),
    ] {
        let reply = reply(status, &[], &body);
        let code = answered_code(classify(&reply, false), Some(&reply));
        assert_eq!(code.as_deref(), wanted, "{status} {body}");
    }
}
