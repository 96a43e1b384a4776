//! The judgement of `openclaw.json`: as OpenClaw judges it, faster and with better words
//! (facts/config-validation.md). Everything here is a pure function of texts.

mod advice;
mod by_release;
mod channels_away;
mod check;
pub mod cloudflare;
pub mod copies;
mod direct_messages;
pub mod document;
mod editor;
mod excerpt;
mod gateway_start;
pub mod include;
mod installed;
mod legacy;
pub(crate) mod lock;
pub(crate) mod member;
mod migrate;
mod near;
mod origin;
mod out_of_place;
mod parsed;
mod patterns;
mod plugins;
mod problem;
mod retired;
mod roster;
mod rules;
mod schema;
mod secret_refs;
mod settings;
mod shown;
mod shown_ref;
mod stages;
pub mod standalone;
mod start_rules;
mod substitute;
mod table;
mod union;
mod validate;
pub(crate) mod written_path;
mod written_refs;

pub(crate) use advice::{CLIENT, UNEXPANDED};
pub(crate) use channels_away::CHANNEL_OFF;
pub(crate) use direct_messages::KIND as MESSAGES_DROPPED;
pub(crate) use excerpt::keep_lines;
pub(crate) use gateway_start::is_strict_kind;
pub(crate) use include::unread as unread_include;
pub(crate) use legacy::GONE as KEY_GONE;
pub(crate) use out_of_place::out_of_place;
pub(crate) use plugins::STOCK_ENTRY;
pub(crate) use problem::Step;
pub(crate) use rules::models::is_overlay as is_built_in_provider;
pub(crate) use secret_refs::env_id;
pub(crate) use secret_refs::{OUTSIDE, ProviderOf, outside_trusted_dirs, provider_of};
pub(crate) use shown::hidden;
pub use start_rules::{Gone, NothingBehind, Reach};
pub(crate) use start_rules::{KIND as START_REFUSED, looked_at as start_paths};
pub use substitute::{Missing, own_vars, references, substitute};
pub use validate::{GatewayStart, Load, Look, Start, ValidateContext, Verdict, validate};

/// The release whose settings every config is judged by.
pub(crate) fn judged_by() -> Option<crate::product::rules::Release> {
    table::Table::core().release
}
