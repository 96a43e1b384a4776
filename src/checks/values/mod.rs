//! Values that cannot work.

pub(crate) mod value_common;
pub(crate) mod value_empty;
pub(crate) mod value_has_control_char;
pub(crate) mod value_literal_reference;
pub(crate) mod value_placeholder;
pub(crate) mod value_redaction_sentinel;
pub(crate) mod value_truncated_by_hash;
pub(crate) mod value_unbalanced_quote;

/// In the order of the report.
pub(crate) const CHECKS: &[&crate::checks::check::Check] = &[
    &value_truncated_by_hash::CHECK,
    &value_empty::CHECK,
    &value_has_control_char::CHECK,
    &value_unbalanced_quote::CHECK,
    &value_placeholder::CHECK,
    &value_redaction_sentinel::CHECK,
    &value_literal_reference::CHECK,
];
