//! The config file.

pub(crate) mod config_advice;
pub(crate) mod config_common;
pub(crate) mod config_invalid;
pub(crate) mod config_legacy_env_block;
pub(crate) mod config_missing;
pub(crate) mod config_mode_missing;
pub(crate) mod config_start_refused;
pub(crate) mod config_syntax_error;
pub(crate) mod config_unknown_key;
pub(crate) mod config_unreadable;
pub(crate) mod key_stops_gateway;
pub(crate) mod model_unknown;
pub(crate) mod plugin_needed;

/// In the order of the report.
pub(crate) const CHECKS: &[&crate::checks::check::Check] = &[
    &config_syntax_error::CHECK,
    &config_unreadable::CHECK,
    &config_legacy_env_block::CHECK,
    &config_unknown_key::CHECK,
    &config_invalid::CHECK,
    &config_missing::CHECK,
    &config_mode_missing::CHECK,
    &config_start_refused::CHECK,
    &config_advice::CHECK,
    &model_unknown::CHECK,
    &key_stops_gateway::CHECK,
    &plugin_needed::CHECK,
];
