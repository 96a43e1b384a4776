//! The local Gateway.

#[cfg(test)]
mod gateway_address_tests;
pub(crate) mod gateway_auth_off_exposed;
pub(crate) mod gateway_credential_unsendable;
#[cfg(test)]
mod gateway_edge_tests;
pub(crate) mod gateway_locked_out;
pub(crate) mod gateway_no_credential;
pub(crate) mod gateway_not_ready;
pub(crate) mod gateway_origin;
pub(crate) mod gateway_port_foreign;
pub(crate) mod gateway_port_mismatch;
pub(crate) mod gateway_proxy_attribution;
pub(crate) mod gateway_remote_unreachable;
pub(crate) mod gateway_scheme_mismatch;
pub(crate) mod gateway_secrets;
pub(crate) mod gateway_silent;
pub(crate) mod gateway_starting;
#[cfg(test)]
pub(crate) mod gateway_tests;
pub(crate) mod gateway_tls_pin;
pub(crate) mod gateway_token_mismatch;
pub(crate) mod gateway_token_stale_in_unit;

/// In the order of the report.
pub(crate) const CHECKS: &[&crate::checks::check::Check] = &[
    &gateway_token_mismatch::CHECK,
    &gateway_no_credential::CHECK,
    &gateway_credential_unsendable::CHECK,
    &gateway_auth_off_exposed::CHECK,
    &gateway_silent::CHECK,
    &gateway_not_ready::CHECK,
    &gateway_locked_out::CHECK,
    &gateway_proxy_attribution::CHECK,
    &gateway_scheme_mismatch::CHECK,
    &gateway_tls_pin::CHECK,
    &gateway_remote_unreachable::CHECK,
    &gateway_starting::CHECK,
    &gateway_port_foreign::CHECK,
    &gateway_port_mismatch::CHECK,
    &gateway_token_stale_in_unit::CHECK,
];
