//! systemd, launchd, processes.

pub(crate) mod daemon_runs_as_other_user;
pub(crate) mod duplicate_supervisors;
pub(crate) mod env_file_missing;
pub(crate) mod env_file_unreadable;
pub(crate) mod environment_d_not_loaded;
pub(crate) mod gateway_not_installed;
pub(crate) mod home_missing;
pub(crate) mod key_unset_by_unit;
pub(crate) mod last_words;
pub(crate) mod launchagent_wrapper_broken;
pub(crate) mod linger_disabled;
pub(crate) mod node_unsupported;
pub(crate) mod node_version_manager_path;
pub(crate) mod not_onboarded;
pub(crate) mod openclaw_versions_differ;
pub(crate) mod runtime_drop_in;
pub(crate) mod service_common;
pub(crate) mod service_crash_loop;
pub(crate) mod service_env_source_lost;
pub(crate) mod service_lines;
pub(crate) mod service_not_loaded;
pub(crate) mod service_not_running;
pub(crate) mod service_profile_mismatch;
pub(crate) mod service_sandbox_hides;
pub(crate) mod service_source_ignored;
pub(crate) mod start_step_failed;
pub(crate) mod state_dir_mismatch;
pub(crate) mod unit_changed_not_reloaded;
pub(crate) mod unit_masked;
pub(crate) mod unit_not_loaded;
pub(crate) mod unit_runtime_missing;
pub(crate) mod user_bus_unavailable;
pub(crate) mod wsl_systemd_off;

/// In the order of the report.
pub(crate) const CHECKS: &[&crate::checks::check::Check] = &[
    &home_missing::CHECK,
    &gateway_not_installed::CHECK,
    &not_onboarded::CHECK,
    &wsl_systemd_off::CHECK,
    &daemon_runs_as_other_user::CHECK,
    &service_profile_mismatch::CHECK,
    &state_dir_mismatch::CHECK,
    &unit_runtime_missing::CHECK,
    &node_unsupported::CHECK,
    &node_version_manager_path::CHECK,
    &openclaw_versions_differ::CHECK,
    &launchagent_wrapper_broken::CHECK,
    &unit_masked::CHECK,
    &unit_not_loaded::CHECK,
    &start_step_failed::CHECK,
    &service_sandbox_hides::CHECK,
    &runtime_drop_in::CHECK,
    &service_source_ignored::CHECK,
    &key_unset_by_unit::CHECK,
    &environment_d_not_loaded::CHECK,
    &env_file_missing::CHECK,
    &env_file_unreadable::CHECK,
    &service_env_source_lost::CHECK,
    &unit_changed_not_reloaded::CHECK,
    &duplicate_supervisors::CHECK,
    &service_crash_loop::CHECK,
    &service_not_loaded::CHECK,
    &service_not_running::CHECK,
    &linger_disabled::CHECK,
    &user_bus_unavailable::CHECK,
];
