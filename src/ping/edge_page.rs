//! Pages of Cloudflare's edge in place of an answer: a login of Access, a firewall, a name that
//! does not resolve, a limit, a failure (facts/field.md section 7). Since 2026 the edge also says the same
//! in JSON to those who ask for it.

use serde_json::Value;

use super::reply::Reply;

/// Who of Cloudflare's edge answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EdgePage {
    /// Access wants a login or a service token.
    Access,
    /// A firewall rule or a challenge (1006 to 1010, 1012, 1020).
    Firewall,
    /// The name, its CNAME or its tunnel does not resolve (1000 to 1004, 1014, 1016, 1018, 1033).
    Name(u32),
    /// A rate limit of the zone (1015), of its Worker (1027).
    Rate(u32),
    /// A failure of the edge or of a Worker (1101, 52x).
    Failing,
    /// Another code of the edge.
    Other(u32),
}

impl EdgePage {
    /// Reads an answer; none where it is no page of Cloudflare's edge.
    pub fn of(reply: &Reply) -> Option<EdgePage> {
        let access = reply.hints.access || reply.mentions("cloudflareaccess.com") && !reply.is_success();
        if access && reply.hints.cf_ray {
            return Some(EdgePage::Access);
        }
        if reply.is_redirect() {
            return None;
        }
        if let Some(code) = code(reply) {
            return Some(match code {
                1006..=1010 | 1012 | 1020 => EdgePage::Firewall,
                1000..=1004 | 1014 | 1016 | 1018 | 1033 => EdgePage::Name(code),
                1015 | 1027 => EdgePage::Rate(code),
                500..=504 | 520..=529 | 1101 | 1102 | 1105 | 1200 => EdgePage::Failing,
                other => EdgePage::Other(other),
            });
        }
        // Statuses that nobody but Cloudflare's edge gives, with a page or without.
        match reply.status {
            530 if reply.hints.cf_ray => return Some(EdgePage::Name(530)),
            520..=529 if reply.hints.cf_ray && reply.json().is_none() => return Some(EdgePage::Failing),
            _ => {}
        }
        let page = reply.mentions("just a moment") || reply.mentions("attention required");
        if reply.hints.mitigated || (reply.hints.cf_ray && page) {
            return Some(EdgePage::Firewall);
        }
        None
    }

    /// Returns what it means, in words.
    pub fn meaning(self) -> &'static str {
        match self {
            EdgePage::Access => "a login of Cloudflare Access",
            EdgePage::Firewall => "a firewall or challenge page of Cloudflare",
            EdgePage::Name(_) => "the name or tunnel behind Cloudflare does not resolve",
            EdgePage::Rate(_) => "a rate limit of the zone at Cloudflare",
            EdgePage::Failing => "Cloudflare reaches nothing behind it, or fails itself",
            EdgePage::Other(_) => "an error page of Cloudflare with a code that is not known here",
        }
    }

    /// Returns the word for the report's facts.
    pub fn as_str(self) -> &'static str {
        match self {
            EdgePage::Access => "access",
            EdgePage::Firewall => "firewall",
            EdgePage::Name(_) => "name",
            EdgePage::Rate(_) => "rate",
            EdgePage::Failing => "failing",
            EdgePage::Other(_) => "other",
        }
    }

    /// Returns the code, where the page has one that is told apart.
    pub fn code(self) -> Option<u32> {
        match self {
            EdgePage::Name(code) | EdgePage::Other(code) | EdgePage::Rate(code) => Some(code),
            EdgePage::Access | EdgePage::Firewall | EdgePage::Failing => None,
        }
    }
}

/// The code of an error page: `error code: 1016`, `<span class="cf-error-code">1016</span>`, or
/// `"error_code": 1016` of the JSON form. Only an answer that came by way of Cloudflare has one.
fn code(reply: &Reply) -> Option<u32> {
    if !reply.hints.cf_ray || reply.is_success() {
        return None;
    }
    if let Some(body) = reply.json() {
        let marked = body.get("cloudflare_error") == Some(&Value::Bool(true));
        let code = body.get("error_code").and_then(Value::as_u64).filter(|_| marked)?;
        return u32::try_from(code).ok();
    }
    let text = String::from_utf8_lossy(&reply.body).to_ascii_lowercase();
    ["error code: ", "error code ", "cf-error-code\">", "error code:</span> "]
        .iter()
        .find_map(|mark| {
            let digits: String = text
                .split_once(mark)?
                .1
                .chars()
                .take_while(char::is_ascii_digit)
                .take(5)
                .collect();
            digits.parse().ok().filter(|code| (500..10_000).contains(code))
        })
}

#[cfg(test)]
mod tests {
    use super::super::reply::Hints;
    use super::*;

    fn reply(status: u16, body: &str, access: bool) -> Reply {
        Reply {
            status,
            hints: Hints {
                cf_ray: true,
                access,
                ..Hints::default()
            },
            body: body.as_bytes().to_vec(),
            cut: false,
            capped: false,
        }
    }

    #[test]
    fn pages_are_told_apart() {
        use EdgePage as E;
        for (status, body, wanted) in [
            (403, "error code: 1010", Some(E::Firewall)),
            (403, "error code: 1020", Some(E::Firewall)),
            (530, "error code: 1016", Some(E::Name(1016))),
            (409, "error code: 1001", Some(E::Name(1001))),
            (530, "<span class=\"cf-error-code\">1033</span>", Some(E::Name(1033))),
            (429, "error code: 1015", Some(E::Rate(1015))),
            (429, "error code: 1027", Some(E::Rate(1027))),
            (503, "error code: 1200", Some(E::Failing)),
            (500, "<span class=\"cf-error-code\">1101</span>", Some(E::Failing)),
            (520, "error code: 520", Some(E::Failing)),
            (
                502,
                "<title>x | 502: Bad gateway</title><span>Error code 502</span>",
                Some(E::Failing),
            ),
            (403, "error code: 1106", Some(E::Other(1106))),
            (403, "<html><title>Just a moment...</title>", Some(E::Firewall)),
            (
                429,
                r#"{"cloudflare_error":true,"error_code":1015}"#,
                Some(E::Rate(1015)),
            ),
            (403, r#"{"error_code":1015}"#, None),
            (
                403,
                "<html><a href=\"https://team.cloudflareaccess.com/login\">",
                Some(E::Access),
            ),
            (200, "error code: 1016", None),
            (530, "", Some(E::Name(530))),
            (522, "", Some(E::Failing)),
            (521, "<html>down</html>", Some(E::Failing)),
            (500, "", None),
        ] {
            assert_eq!(EdgePage::of(&reply(status, body, false)), wanted, "{status} {body}");
        }
        assert_eq!(EdgePage::of(&reply(302, "", true)), Some(E::Access));
        assert_eq!(EdgePage::of(&reply(302, "", false)), None);
    }
}
