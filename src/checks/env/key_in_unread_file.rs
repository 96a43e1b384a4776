//! `key-in-unread-file`: the key is only in a file that nothing reads.

use crate::checks::check::{Check, CheckContext, Group, Need};
use crate::checks::common::{lacks, next_start_has, shell_has};
use crate::checks::finding::{FindingExt, finding};
use crate::model::report::{Finding, Severity};
use crate::model::snapshot::Place;
use crate::resolve::ResolvedKey;

pub(crate) const CHECK: Check = Check {
    id: "key-in-unread-file",
    title: "no needed key is only in a file that nothing reads",
    group: Group::Environment,
    severity: Severity::Error,
    needs: &[Need::Gateway],
    causes: &["config-ref-unset-in-daemon", "secret-ref-unresolved"],
    docs: "Names such as openclaw.env, .env.local or a Compose project's .env look right and are read by nothing \
that starts this Gateway. OpenClaw reads `.env` of the state directory, `~/.config/openclaw/gateway.env`, and what the \
service definition names.\n\nFix: move the line to the `.env` of the state directory (mode 600) and restart.",
    run,
};

fn run(case: &CheckContext<'_>) -> Vec<Finding> {
    let all: Vec<(&ResolvedKey, Vec<Place>)> = case
        .needed()
        .filter(|key| lacks(case, key) && !next_start_has(key) && !shell_has(key))
        .filter(|key| case.in_startup_files(key.name()).is_empty())
        .map(|key| (key, places(case, key)))
        .collect();
    let judge = |(key, places): &(&ResolvedKey, Vec<Place>)| {
        let first = places.first()?;
        // The names that lie in one file are carried over together.
        let here = all
            .iter()
            .filter(|(_, places)| places.first().is_some_and(|place| place.path == first.path));
        let beside: Vec<&str> = here.map(|(key, _)| key.name()).collect();
        Some(found(case, key, first, places, &beside))
    };
    all.iter().filter_map(judge).collect()
}

fn places(case: &CheckContext<'_>, key: &ResolvedKey) -> Vec<Place> {
    let files = case
        .snapshot
        .unread_files
        .iter()
        .filter(|file| !file.path.ends_with("/workspace/.env"));
    files
        .flat_map(|file| file.assigns.iter().map(move |assign| (file, assign)))
        .filter(|(_, assign)| assign.name == key.name())
        .map(|(file, assign)| Place::line(file.path.clone(), assign.line))
        .collect()
}

fn found(case: &CheckContext<'_>, key: &ResolvedKey, first: &Place, places: &[Place], beside: &[&str]) -> Finding {
    let name = key.name();
    let from = case.tilde(&first.path);
    let mut finding = finding(
        CHECK.id,
        key.severity(),
        format!("{name} is only in {from}, which nothing reads"),
    )
    .subject(name)
    .certainty(key.report.certainty)
    .detail(format!(
        "The Gateway reads {} and what its service definition names; a file of another name has no effect.",
        case.dotenv()
    ))
    .fix(
        format!(
            "Copy the {} to {} and restart the Gateway.",
            if beside.len() == 1 { "line" } else { "lines" },
            case.dotenv()
        ),
        case.carry_to_dotenv(beside, first)
            .into_iter()
            .chain([case.commands().restart_after_add()]),
    );
    for place in places.iter().take(3) {
        finding = finding.at(
            Some(place),
            format!("assigns {name}; no start of this Gateway reads the file"),
        );
    }
    finding
}
