//! All checks, one file each. Adding one is a new file and one word in the list.

mod address;
mod blind;
pub mod check;
pub(crate) mod cloudflare;
pub(crate) mod config;
pub(crate) mod env;
mod examples;
pub(crate) mod files;
pub mod finding;
pub(crate) mod fold;
pub(crate) mod gateway;
mod others;
pub mod runner;
pub(crate) mod service;
pub(crate) mod suppress;
pub(crate) mod values;

mod common;
pub use address::docs_address;
#[cfg(test)]
pub(crate) mod testkit;

use std::sync::OnceLock;

use crate::redact::TextIndex;

const GROUPS: &[&[&check::Check]] = &[
    config::CHECKS,
    env::CHECKS,
    gateway::CHECKS,
    cloudflare::CHECKS,
    values::CHECKS,
    service::CHECKS,
    files::CHECKS,
];

/// All checks in the order of the report: group by group, in the order of each group's list.
pub const ALL: &[&check::Check] = &joined::<{ count(GROUPS) }>(GROUPS);

// A check that names a consequence which is no check does not compile.
const _: () = known_causes();

const fn known_causes() {
    let mut at = 0;
    while at < ALL.len() {
        let mut cause = 0;
        while cause < ALL[at].causes.len() {
            if !is_id(ALL[at].causes[cause]) {
                panic!("{}", ALL[at].causes[cause]);
            }
            cause += 1;
        }
        at += 1;
    }
}

/// Checks that say whether there is a subject at all.
pub const OF_THE_SUBJECT: &[&str] = &[
    "home-missing",
    "gateway-not-installed",
    "not-onboarded",
    "config-missing",
];

/// Returns whether a check of this id judges what Cloudflare was asked and answered.
pub(crate) fn judges_cloudflare(id: &str) -> bool {
    let asks = |need: &check::Need| matches!(need, check::Need::CloudflarePing | check::Need::CloudflareAnswer(_));
    ALL.iter().any(|check| check.id == id && check.needs.iter().any(asks))
}

/// Returns whether there is a check of this id.
pub const fn is_id(id: &str) -> bool {
    let mut at = 0;
    while at < ALL.len() {
        if same(ALL[at].id.as_bytes(), id.as_bytes()) {
            return true;
        }
        at += 1;
    }
    false
}

const fn same(one: &[u8], other: &[u8]) -> bool {
    if one.len() != other.len() {
        return false;
    }
    let mut at = 0;
    while at < one.len() {
        if one[at] != other[at] {
            return false;
        }
        at += 1;
    }
    true
}

/// Returns whether a text is part of what a check says about itself.
pub fn says(text: &str) -> bool {
    static INDEX: OnceLock<TextIndex> = OnceLock::new();
    let words = || ALL.iter().flat_map(|check| [check.id, check.title, check.docs]);
    INDEX.get_or_init(|| TextIndex::of(words())).contains(text)
}

const fn count(groups: &[&[&check::Check]]) -> usize {
    let (mut sum, mut at) = (0, 0);
    while at < groups.len() {
        sum += groups[at].len();
        at += 1;
    }
    sum
}

const fn joined<const N: usize>(groups: &'static [&'static [&'static check::Check]]) -> [&'static check::Check; N] {
    let mut all = [groups[0][0]; N];
    let (mut filled, mut group) = (0, 0);
    while group < groups.len() {
        let mut at = 0;
        while at < groups[group].len() {
            all[filled] = groups[group][at];
            filled += 1;
            at += 1;
        }
        group += 1;
    }
    all
}
