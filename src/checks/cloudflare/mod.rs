//! Cloudflare AI Gateway.

pub(crate) mod cf_access_login;
pub(crate) mod cf_aig_header_malformed;
pub(crate) mod cf_aig_token_missing;
pub(crate) mod cf_aig_token_rejected;
pub(crate) mod cf_answer_not_understood;
#[cfg(test)]
pub(crate) mod cf_answers_tests;
pub(crate) mod cf_base_url_malformed;
pub(crate) mod cf_byok_header_conflict;
pub(crate) mod cf_byok_key_rejected;
pub(crate) mod cf_captive_portal;
pub(crate) mod cf_clock_skew;
pub(crate) mod cf_common;
pub(crate) mod cf_config_advice;
#[cfg(test)]
pub(crate) mod cf_config_tests;
pub(crate) mod cf_credential_unsendable;
pub(crate) mod cf_credits;
pub(crate) mod cf_dns_failed;
pub(crate) mod cf_edge_name_failed;
pub(crate) mod cf_gateway_not_found;
mod cf_key_header;
pub(crate) mod cf_key_not_proved;
pub(crate) mod cf_model_ref_wrong;
pub(crate) mod cf_origin;
#[cfg(test)]
mod cf_origin_tests;
pub(crate) mod cf_plugin_missing;
pub(crate) mod cf_policy_refused;
pub(crate) mod cf_provider_key_missing;
pub(crate) mod cf_provider_key_rejected;
pub(crate) mod cf_provider_permission;
pub(crate) mod cf_provider_trouble;
pub(crate) mod cf_proxy_refused;
pub(crate) mod cf_rate_limited;
pub(crate) mod cf_region_blocked;
mod cf_shared_variable;
#[cfg(test)]
mod cf_shared_variable_tests;
pub(crate) mod cf_slots;
#[cfg(test)]
mod cf_slots_tests;
#[cfg(test)]
pub(crate) mod cf_tests;
pub(crate) mod cf_timeout;
pub(crate) mod cf_tls_invalid;
pub(crate) mod cf_tls_untrusted;
pub(crate) mod cf_token_in_provider_slot;
pub(crate) mod cf_unreachable;
mod cf_variables;
#[cfg(test)]
mod cf_variables_tests;
pub(crate) mod cf_waf_blocked;

/// In the order of the report.
pub(crate) const CHECKS: &[&crate::checks::check::Check] = &[
    &cf_plugin_missing::CHECK,
    &cf_base_url_malformed::CHECK,
    &cf_config_advice::CHECK,
    &cf_model_ref_wrong::CHECK,
    &cf_token_in_provider_slot::CHECK,
    &cf_aig_header_malformed::CHECK,
    &cf_aig_token_missing::CHECK,
    &cf_aig_token_rejected::CHECK,
    &cf_gateway_not_found::CHECK,
    &cf_provider_key_missing::CHECK,
    &cf_provider_key_rejected::CHECK,
    &cf_byok_header_conflict::CHECK,
    &cf_byok_key_rejected::CHECK,
    &cf_credential_unsendable::CHECK,
    &cf_provider_permission::CHECK,
    &cf_credits::CHECK,
    &cf_key_not_proved::CHECK,
    &cf_answer_not_understood::CHECK,
    &cf_policy_refused::CHECK,
    &cf_rate_limited::CHECK,
    &cf_region_blocked::CHECK,
    &cf_provider_trouble::CHECK,
    &cf_access_login::CHECK,
    &cf_edge_name_failed::CHECK,
    &cf_waf_blocked::CHECK,
    &cf_captive_portal::CHECK,
    &cf_tls_untrusted::CHECK,
    &cf_tls_invalid::CHECK,
    &cf_clock_skew::CHECK,
    &cf_proxy_refused::CHECK,
    &cf_dns_failed::CHECK,
    &cf_unreachable::CHECK,
    &cf_timeout::CHECK,
];
