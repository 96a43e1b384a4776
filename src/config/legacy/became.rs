//! What became of an older key, in words: from the changes that a start makes, so that a hint says what happens.
//!
//! A change is a sentence that begins with the place it is about: `PLACE moves to PLACE`, `PLACE is removed`, `PLACE …`.

/// What is to be done about a key that is gone.
pub(crate) const GONE: &str = "OpenClaw has dropped this setting: delete it";

/// What a key that is gone leaves undone; `*` is any name.
const REMARKS: [(&str, &str); 8] = [
    (
        "hooks.internal.handlers",
        "its hooks stop until each module has a hook folder with a HOOK.md",
    ),
    (
        "ui.assistant",
        "name and avatar are those of agents.entries.<id>.identity",
    ),
    (
        "agents.defaults.agentRuntime",
        "a runtime is chosen for a model: agents.defaults.models.<model>.agentRuntime",
    ),
    (
        "agents.entries.*.agentRuntime",
        "a runtime is chosen for a model: models.<model>.agentRuntime of the agent",
    ),
    (
        "agents.defaults.llm",
        "the limit is that of the provider: models.providers.<id>.timeoutSeconds",
    ),
    (
        "gateway.tailscale.serviceName",
        "its route stays until tailscale serve clear removes it",
    ),
    (
        "gateway.controlUi.dangerouslyDisableDeviceAuth",
        "browsers have to be paired",
    ),
    ("cron.webhook", "give a job its own delivery"),
];

/// Returns what is left to do about a place that is gone.
fn remark(place: &str) -> Option<&'static str> {
    let fits = |pattern: &str| {
        let (want, have): (Vec<&str>, Vec<&str>) = (pattern.split('.').collect(), place.split('.').collect());
        want.len() == have.len() && want.iter().zip(&have).all(|(want, have)| *want == "*" || want == have)
    };
    REMARKS
        .iter()
        .find(|(pattern, _)| fits(pattern))
        .map(|(_, words)| *words)
}

/// Returns the change that a place is gone.
pub(super) fn removed(place: &str) -> String {
    match remark(place) {
        Some(words) => format!("{place} is removed ({words})"),
        None => format!("{place} is removed"),
    }
}

/// Returns what to write instead of a key, from the changes of a start; none where no change is about it.
pub(crate) fn became(done: &[String], parents: &[String], key: &str) -> Option<String> {
    let place: String = parents.iter().map(|parent| format!("{parent}.")).collect::<String>() + key;
    let own = |change: &'_ &String| {
        change
            .strip_prefix(&place)
            .is_some_and(|rest| rest.starts_with([' ', '.']))
    };
    let own: Vec<&String> = done.iter().filter(own).collect();
    if own.is_empty() {
        return None;
    }
    let gone = |change: &str| change.ends_with(" is removed") || change.contains(" is removed (");
    let told: Vec<&str> = own
        .iter()
        .map(|change| change.as_str())
        .filter(|change| !gone(change))
        .collect();
    if told.is_empty() {
        let words = remark(&place).map_or(String::new(), |words| format!("; {words}"));
        return Some(format!("{GONE}{words}"));
    }
    if let ([one], 1) = (told.as_slice(), own.len())
        && let Some(to) = one
            .strip_prefix(&place)
            .and_then(|rest| rest.strip_prefix(" moves to "))
    {
        return Some(format!("it became {to}"));
    }
    let each: Vec<String> = told
        .iter()
        .map(|change| match change.split_once(" moves to ") {
            Some((from, to)) => format!("move {from} to {to}"),
            None => format!("OpenClaw's own migration: {change}"),
        })
        .collect();
    let rest = if own.len() > told.len() {
        format!("; delete the rest of {key}")
    } else {
        String::new()
    };
    Some(each.join("; ") + &rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hint_says_what_a_start_does() {
        let done = |changes: &[&str]| changes.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>();
        let cases = [
            (
                &["web.enabled moves to channels.whatsapp.enabled"][..],
                "",
                "web",
                Some("move web.enabled to channels.whatsapp.enabled"),
            ),
            (
                &["web.enabled moves to a.b", "web is removed"],
                "",
                "web",
                Some("move web.enabled to a.b; delete the rest of web"),
            ),
            (
                &["audit moves to logging.audit"],
                "",
                "audit",
                Some("it became logging.audit"),
            ),
            (&["cron.store is removed"], "cron", "store", Some(GONE)),
            (&["cron.storeroom is removed"], "cron", "store", None),
            (
                &["agents.entries.a b.x moves to agents.entries.a b.y"],
                "agents.entries.a b",
                "x",
                Some("it became agents.entries.a b.y"),
            ),
            (
                &["d.otel becomes false"],
                "d",
                "otel",
                Some("OpenClaw's own migration: d.otel becomes false"),
            ),
        ];
        for (changes, parents, key, expected) in cases {
            let parents: Vec<String> = parents
                .split('.')
                .filter(|one| !one.is_empty())
                .map(str::to_owned)
                .collect();
            assert_eq!(
                became(&done(changes), &parents, key).as_deref(),
                expected,
                "{changes:?}"
            );
        }
        let told = removed("hooks.internal.handlers");
        let hint = became(&[told], &["hooks".to_owned(), "internal".to_owned()], "handlers").unwrap_or_default();
        assert!(hint.starts_with(GONE) && hint.contains("HOOK.md"), "{hint}");
    }
}
