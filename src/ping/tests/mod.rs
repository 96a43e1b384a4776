//! The pure parts: addresses, words, plans.

mod answers;
mod plan;

use std::collections::BTreeSet;

use super::MOST_REQUESTS;
use super::cloudflare::{self, Load, Verify};
use super::cloudflare_answer::{CloudflareAnswer as Answer, Limit};
use super::edge_page::EdgePage;
use super::gateway::{self, Next};
use super::gateway_answer::{Ask, GatewayAnswer};
use super::target::{Base, BaseProblem};
use super::trouble::{TlsTrouble, Trouble};
use super::verdict::Word;
use crate::config::cloudflare::address::List;

#[test]
fn addresses() {
    for (text, wanted) in [
        ("http://127.0.0.1:18789", Ok((false, "127.0.0.1", 18789, ""))),
        ("ws://localhost:18789/", Ok((false, "localhost", 18789, ""))),
        ("wss://host.example/prefix/", Ok((true, "host.example", 443, "/prefix"))),
        ("https://[::1]:8443/a/b", Ok((true, "::1", 8443, "/a/b"))),
        ("http://user@host/", Err(BaseProblem::UserInfo)),
        ("http://:pass@host/", Err(BaseProblem::UserInfo)),
        ("https://host/?key=1", Err(BaseProblem::Query)),
        ("https://host/#x", Err(BaseProblem::Query)),
        ("ftp://host/", Err(BaseProblem::Scheme)),
        ("file:///etc/passwd", Err(BaseProblem::Scheme)),
        ("host:18789", Err(BaseProblem::Scheme)),
        ("", Err(BaseProblem::NotAUrl)),
        ("https://", Err(BaseProblem::NotAUrl)),
    ] {
        let got = Base::parse(text).map(|base| (base.tls, base.host, base.port, base.path));
        let wanted = wanted.map(|(tls, host, port, path)| (tls, host.to_owned(), port, path.to_owned()));
        assert_eq!(got, wanted, "{text}");
    }
}

#[test]
fn where_secrets_may_go() {
    for (text, wanted) in [
        ("http://127.0.0.1:1", true),
        ("http://127.9.9.9:1", true),
        ("http://[::1]:1", true),
        ("http://localhost:1", true),
        ("http://localhost.example:1", false),
        ("http://127.0.0.1.example:1", false),
        ("http://0.0.0.0:1", false),
        ("http://192.168.1.1:1", false),
        ("http://host.local:1", false),
        ("https://host.example", true),
    ] {
        assert_eq!(Base::parse(text).unwrap().may_carry_secrets(), wanted, "{text}");
    }
}

#[test]
fn urls_are_made_of_the_base() {
    for (text, wanted) in [
        ("http://127.0.0.1:18789/", "http://127.0.0.1:18789/x"),
        ("wss://[::1]/p", "https://[::1]/p/x"),
        ("https://host:443/p/", "https://host/p/x"),
    ] {
        assert_eq!(Base::parse(text).unwrap().url("/x"), wanted);
    }
}

#[test]
fn words_are_public_ids() {
    let mut known = BTreeSet::new();
    for word in Word::ALL {
        let text = word.as_str();
        assert!(known.insert(text), "{text}");
        assert!(
            text.bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        );
        assert_eq!(Word::parse(text), Some(*word));
        assert!(word.meaning().ends_with('.') && !word.meaning().contains('!'));
        assert_eq!(word.base().of_old_release().base(), word.base());
    }
    assert_eq!(Word::parse("fine"), None);
}

/// Every answer that a Gateway may give.
fn gateway_answers() -> Vec<Result<GatewayAnswer, Trouble>> {
    use GatewayAnswer as G;
    let answers = [
        G::Started(None),
        G::Starting,
        G::Draining,
        G::Live,
        G::Ready,
        G::NotReady(vec![]),
        G::LetIn,
        G::Refused,
        G::LockedOut,
        G::Attribution,
        G::ControlUi,
        G::Page,
        G::PlainNotFound,
        G::Redirect,
        G::Edge(EdgePage::Access),
        G::Edge(EdgePage::Failing),
        G::WantsTls,
        G::Strange,
    ];
    let troubles = [
        Trouble::Timeout,
        Trouble::Refused,
        Trouble::Tls(TlsTrouble::Pin),
        Trouble::Closed,
    ];
    answers
        .into_iter()
        .map(Ok)
        .chain(troubles.into_iter().map(Err))
        .collect()
}

/// Walks through every order of answers that a plan allows.
fn walk_gateway(setup: &gateway::Setup, steps: &mut Vec<gateway::Step>, ends: &mut usize) {
    assert!(steps.len() <= MOST_REQUESTS);
    let ask = match gateway::next(setup, steps) {
        Next::Done(_) => {
            *ends += 1;
            return;
        }
        Next::Send(ask) => ask,
    };
    let edge = gateway::with_edge(setup, steps);
    let again = |at: usize| gateway::with_edge(setup, steps.get(..at).unwrap_or_default()) == edge;
    let mut twice = steps.iter().enumerate().filter(|(_, step)| step.ask == ask);
    assert!(!twice.any(|(at, _)| again(at)), "asked twice: {steps:?}");
    assert!(!edge || (setup.edge && !steps.is_empty()), "{steps:?}");
    if let Ask::Invoke(Some(index)) = ask {
        assert!(setup.may_carry_secrets && index < setup.candidates);
        let refused = |candidate| {
            steps
                .iter()
                .any(|step| step.ask == Ask::Invoke(candidate) && step.got == Ok(GatewayAnswer::Refused))
        };
        assert!(refused(None), "{steps:?}");
        assert!(index == 0 || refused(Some(0)), "{steps:?}");
    }
    for got in gateway_answers() {
        steps.push(gateway::Step { ask, got });
        walk_gateway(setup, steps, ends);
        steps.pop();
    }
}

#[test]
fn every_way_through_the_gateway_plan() {
    for candidates in 0..=2 {
        for flags in 0..16 {
            let setup = gateway::Setup {
                edge: flags & 8 != 0,
                by_url: flags & 8 != 0,
                candidates,
                may_carry_secrets: flags & 1 == 0,
                remote: flags & 2 == 0,
                old_release: flags & 4 == 0,
                ..gateway::Setup::default()
            };
            let mut ends = 0;
            walk_gateway(&setup, &mut Vec::new(), &mut ends);
            assert!(ends > 0);
        }
    }
}

/// Answers of every kind that the plan for Cloudflare tells apart.
fn cloudflare_answers() -> Vec<Result<(Answer, bool), Trouble>> {
    use Answer as A;
    let answers = [
        A::Ok,
        A::TokenRefused,
        A::NoSuchGateway,
        A::Limit(Limit::Rate),
        A::Unpriced,
        A::PolicyDenied,
        A::Access,
        A::ApiMissing(9106),
        A::Credits(2021),
        A::GatewayOther(2999),
        A::ApiRefused(10_000),
        A::ApiOther(9999),
        A::KeyMissing,
        A::KeyRefused,
        A::ListDenied,
        A::OauthRefused,
        A::Unauthorized,
        A::BareRefusal,
        A::BareTrouble,
        A::Mismatch(2009),
        A::ApiBarred(9109),
        A::ProviderRate,
        A::NotOffered,
        A::Portal,
        A::Redirect,
        A::Unknown,
    ];
    let both = |answer| [Ok((answer, true)), Ok((answer, false))];
    answers
        .into_iter()
        .flat_map(both)
        .chain([Err(Trouble::Timeout)])
        .collect()
}

fn walk_cloudflare(setup: &cloudflare::Setup, steps: &mut Vec<cloudflare::Step>, ends: &mut usize) {
    assert!(steps.len() <= MOST_REQUESTS);
    let load = match cloudflare::next(setup, steps) {
        cloudflare::Next::Done(_) => {
            *ends += 1;
            return;
        }
        cloudflare::Next::Send(load) => load,
    };
    assert!(!steps.iter().any(|step| step.load == load), "sent twice: {steps:?}");
    assert_eq!(load == Load::Nothing, steps.is_empty());
    if load == Load::AccessOnly {
        let wall = |step: &cloudflare::Step| step.got.is_ok_and(|(answer, _)| answer == Answer::Access);
        assert!(setup.access && steps.len() == 1 && steps.iter().all(wall), "{steps:?}");
    } else if let Some(first) = steps
        .iter()
        .rfind(|step| matches!(step.load, Load::Nothing | Load::AccessOnly))
    {
        assert!(setup.may_carry_secrets && !setup.unresolved && !setup.wrong_address);
        assert!(!setup.silent || load == Load::ShellKey, "{steps:?}");
        assert!(
            first.got.is_ok_and(|(answer, proven)| proven
                && (matches!(answer, Answer::NoSuchGateway | Answer::PolicyDenied) || answer.decides().is_none())),
            "{steps:?}"
        );
        // A gateway that the token would create is never asked with one.
        assert!(!setup.default_gateway || first.got.is_ok_and(|(answer, _)| answer != Answer::NoSuchGateway));
        let limited = |step: &cloudflare::Step| matches!(step.got, Ok((Answer::Limit(_) | Answer::ProviderRate, _)));
        assert!(!steps.iter().any(limited), "asked on after a limit: {steps:?}");
    }
    for got in cloudflare_answers() {
        steps.push(cloudflare::Step { load, got });
        walk_cloudflare(setup, steps, ends);
        steps.pop();
    }
}

#[test]
fn every_way_through_the_cloudflare_plan() {
    for flags in 0..2048_u32 {
        let on = |bit: u32| flags & (1 << bit) != 0;
        let setup = cloudflare::Setup {
            wrong_address: on(0) && on(10),
            silent: !on(0) && on(10),
            oauth: on(6) && on(10),
            key: on(0),
            token: on(1),
            headers: on(1),
            access: on(1) && on(4) && on(10) && !on(3) && !on(0),
            unread_key: on(6) && on(7),
            elsewhere_read: on(6) && !on(7),
            verify: if on(8) { Verify::Either } else { Verify::No },
            tells_missing: on(9),
            apart: on(6) && on(9),
            shell_key: on(2),
            unresolved: on(3),
            may_carry_secrets: on(4),
            default_gateway: on(5),
            wrong_shape: on(6),
            unsendable: false,
            placeholder: !on(0) && on(8) && !on(10),
            cloudflare_key: on(7),
            unified: on(7) && on(9),
            own_key: on(3) && on(9),
            foreign_api: on(8),
            list: if on(9) { List::Untold } else { List::Keyed },
        };
        let mut ends = 0;
        walk_cloudflare(&setup, &mut Vec::new(), &mut ends);
        assert!(ends > 0);
    }
}
