//! Where keys are and who sees them.

pub(crate) mod auth_profile_shadows_env;
pub(crate) mod auth_profile_unusable;
pub(crate) mod ca_bundle_only_in_shell;
pub(crate) mod compat_env_file_conflict;
pub(crate) mod config_ref_unset_in_cli;
pub(crate) mod config_ref_unset_in_daemon;
pub(crate) mod daemon_env_outdated;
pub(crate) mod dotenv_duplicate_key;
pub(crate) mod dotenv_ignored;
pub(crate) mod env_shadowed_by_service;
pub(crate) mod key_file_variable;
pub(crate) mod key_in_unread_file;
pub(crate) mod key_lost_at_next_start;
pub(crate) mod key_missing_everywhere;
pub(crate) mod key_misspelled;
pub(crate) mod key_not_in_container;
pub(crate) mod key_only_in_manager_env;
pub(crate) mod key_only_in_shell;
pub(crate) mod key_only_in_workspace_env;
pub(crate) mod launch_wrapper;
pub(crate) mod launchctl_env_leftover;
pub(crate) mod legacy_env_name;
pub(crate) mod managed_key_not_exported;
pub(crate) mod managed_key_removed;
pub(crate) mod manager_env_leftover;
pub(crate) mod provider_key_missing;
pub(crate) mod proxy_only_in_shell;
pub(crate) mod secret_provider_exec;
pub(crate) mod secret_ref_unresolved;
pub(crate) mod secret_store_stale;
pub(crate) mod service_env_stale;
pub(crate) mod shellenv_key_not_expected;
pub(crate) mod shellenv_rc_not_read;
pub(crate) mod shellenv_timeout;

/// In the order of the report.
pub(crate) const CHECKS: &[&crate::checks::check::Check] = &[
    &dotenv_ignored::CHECK,
    &key_not_in_container::CHECK,
    &key_only_in_shell::CHECK,
    &shellenv_timeout::CHECK,
    &shellenv_rc_not_read::CHECK,
    &shellenv_key_not_expected::CHECK,
    &key_only_in_workspace_env::CHECK,
    &key_in_unread_file::CHECK,
    &managed_key_removed::CHECK,
    &managed_key_not_exported::CHECK,
    &key_misspelled::CHECK,
    &key_missing_everywhere::CHECK,
    &provider_key_missing::CHECK,
    &daemon_env_outdated::CHECK,
    &env_shadowed_by_service::CHECK,
    &service_env_stale::CHECK,
    &manager_env_leftover::CHECK,
    &launchctl_env_leftover::CHECK,
    &key_only_in_manager_env::CHECK,
    &compat_env_file_conflict::CHECK,
    &dotenv_duplicate_key::CHECK,
    &secret_ref_unresolved::CHECK,
    &secret_store_stale::CHECK,
    &secret_provider_exec::CHECK,
    &config_ref_unset_in_daemon::CHECK,
    &config_ref_unset_in_cli::CHECK,
    &auth_profile_shadows_env::CHECK,
    &auth_profile_unusable::CHECK,
    &legacy_env_name::CHECK,
    &proxy_only_in_shell::CHECK,
    &ca_bundle_only_in_shell::CHECK,
    &launch_wrapper::CHECK,
    &key_file_variable::CHECK,
    &key_lost_at_next_start::CHECK,
];
