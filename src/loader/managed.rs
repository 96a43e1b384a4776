//! Keys that the service manages (facts/env-resolution.md section 7).

use std::collections::BTreeSet;

use super::env::Env;
use crate::product::names;

/// Names in `OPENCLAW_SERVICE_MANAGED_ENV_KEYS`, upper case, where systemd's marks are there.
pub(crate) fn managed_keys(env: &Env, possible: bool) -> BTreeSet<String> {
    const MARKS: [&str; 4] = [
        "OPENCLAW_SYSTEMD_UNIT",
        "INVOCATION_ID",
        "SYSTEMD_EXEC_PID",
        "JOURNAL_STREAM",
    ];
    if !possible || !MARKS.iter().any(|mark| env.text(mark).is_some()) {
        return BTreeSet::new();
    }
    let list = env
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("OPENCLAW_SERVICE_MANAGED_ENV_KEYS"))
        .map(|(_, slot)| slot.value.expose().to_owned())
        .unwrap_or_default();
    list.split(',')
        .filter_map(names::portable)
        .map(str::to_uppercase)
        .collect()
}
