//! Files and other stores.

pub(crate) mod path_folder_open;
pub(crate) mod secret_file_permissions;
pub(crate) mod secret_inline_in_unit;
pub(crate) mod suppression_without_effect;

/// In the order of the report.
pub(crate) const CHECKS: &[&crate::checks::check::Check] = &[
    &path_folder_open::CHECK,
    &secret_inline_in_unit::CHECK,
    &secret_file_permissions::CHECK,
    &suppression_without_effect::CHECK,
];
