//! All checks, one file each. Adding one is a new file and one word in the list.

#[cfg(test)]
mod cf_answers_tests;
mod cf_common;
#[cfg(test)]
mod cf_config_tests;
#[cfg(test)]
mod cf_tests;
mod cf_url;
mod common;
mod config_common;
mod gateway_secrets;
#[cfg(test)]
mod gateway_tests;
mod service_common;
mod service_lines;
#[cfg(test)]
pub(crate) mod testkit;
mod value_common;

/// Declares the modules and the table; its order is the order of the report.
macro_rules! checks {
    ($($name:ident),* $(,)?) => {
        $(mod $name;)*
        /// All checks in the order of the report.
        pub const ALL: &[&crate::diagnose::Check] = &[$(&$name::CHECK),*];
    };
}

checks![
    config_syntax_error,
    config_unreadable,
    config_legacy_env_block,
    config_unknown_key,
    config_invalid,
    config_mode_missing,
    config_start_refused,
    config_advice,
    key_not_in_container,
    key_only_in_shell,
    shellenv_timeout,
    shellenv_rc_not_read,
    shellenv_key_not_expected,
    key_only_in_workspace_env,
    key_in_unread_file,
    managed_key_removed,
    managed_key_not_exported,
    key_missing_everywhere,
    daemon_env_outdated,
    env_shadowed_by_service,
    service_env_stale,
    manager_env_leftover,
    launchctl_env_leftover,
    key_only_in_manager_env,
    compat_env_file_conflict,
    dotenv_duplicate_key,
    dotenv_ignored,
    gateway_token_mismatch,
    gateway_no_credential,
    gateway_credential_unsendable,
    gateway_auth_off_exposed,
    gateway_silent,
    gateway_not_ready,
    gateway_locked_out,
    gateway_proxy_attribution,
    gateway_scheme_mismatch,
    gateway_tls_pin,
    gateway_remote_unreachable,
    cf_plugin_missing,
    cf_base_url_malformed,
    cf_config_advice,
    cf_model_ref_wrong,
    cf_token_in_provider_slot,
    cf_aig_header_malformed,
    cf_aig_token_missing,
    cf_aig_token_rejected,
    cf_gateway_not_found,
    cf_provider_key_missing,
    cf_provider_key_rejected,
    cf_byok_header_conflict,
    cf_byok_key_rejected,
    cf_credential_unsendable,
    cf_provider_permission,
    cf_credits,
    cf_rate_limited,
    cf_region_blocked,
    cf_provider_trouble,
    cf_waf_blocked,
    cf_captive_portal,
    cf_tls_untrusted,
    cf_tls_invalid,
    cf_clock_skew,
    cf_proxy_refused,
    cf_dns_failed,
    cf_unreachable,
    cf_timeout,
    secret_ref_unresolved,
    config_ref_unset_in_daemon,
    config_ref_unset_in_cli,
    auth_profile_shadows_env,
    legacy_env_name,
    proxy_only_in_shell,
    ca_bundle_only_in_shell,
    value_truncated_by_hash,
    value_empty,
    value_has_control_char,
    value_unbalanced_quote,
    value_placeholder,
    value_redaction_sentinel,
    value_literal_reference,
    gateway_not_installed,
    wsl_systemd_off,
    daemon_runs_as_other_user,
    service_profile_mismatch,
    state_dir_mismatch,
    unit_runtime_missing,
    node_unsupported,
    node_version_manager_path,
    openclaw_versions_differ,
    path_folder_open,
    launchagent_wrapper_broken,
    unit_masked,
    unit_not_loaded,
    start_step_failed,
    service_sandbox_hides,
    runtime_drop_in,
    service_source_ignored,
    key_unset_by_unit,
    environment_d_not_loaded,
    env_file_missing,
    env_file_unreadable,
    service_env_source_lost,
    unit_changed_not_reloaded,
    duplicate_supervisors,
    service_crash_loop,
    service_not_loaded,
    service_not_running,
    gateway_starting,
    linger_disabled,
    user_bus_unavailable,
    gateway_port_foreign,
    gateway_port_mismatch,
    gateway_token_stale_in_unit,
    secret_inline_in_unit,
    secret_file_permissions,
    suppression_without_effect,
];
