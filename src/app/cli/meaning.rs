//! From what was typed to what it means. Errors are messages for people, and never repeat what
//! may be a secret typed in the wrong place.

use std::path::PathBuf;
use std::time::Duration;

use super::{ColorWord, FailWord, FormatWord, ManagerWord, Options, RawArgs, Stop, Sub};
use crate::app::asks::left_out;
use crate::app::plan::{Action, ColorChoice, Plan};
use crate::checks::check::Group;
use crate::checks::runner::Filter;
use crate::collect::request::{ManagerChoice, Request, SuppressionsFrom};
use crate::model::report::Severity;
use crate::render::CheckMeta;
use crate::render::format::{Format, Part, Show};
use crate::secret::value::is_env_name;

/// Longest limit that can be given, in seconds: one day.
const LONGEST: f64 = 86_400.0;

/// Says what a command line means.
pub(crate) fn plan(low: RawArgs, as_doctor: bool) -> Result<Plan, String> {
    let options = low.options;
    reject_contradictions(&options, low.command.as_ref())?;
    let mut keys = options.key;
    let mut part = Part::Whole;
    let action = match low.command {
        None => Action::Report,
        Some(Sub::Env { keys: more }) => {
            keys.extend(more);
            part = Part::Keys;
            Action::Report
        }
        Some(Sub::Config { schema: true, .. }) => Action::Schema,
        Some(Sub::Config { file, elsewhere, .. }) => Action::Config {
            file: file.map(PathBuf::from),
            elsewhere,
        },
        Some(Sub::Ping) => {
            part = Part::Pings;
            Action::Report
        }
        Some(Sub::Explain { topic }) => Action::Explain { topic },
        Some(Sub::Diff { before, after }) => Action::Diff {
            before: before.into(),
            after: after.into(),
        },
        Some(Sub::Checks) => Action::Checks,
        Some(Sub::Completions { shell }) => Action::Completions {
            shell: shell.to_string(),
            beside_node: !as_doctor,
        },
        Some(Sub::Man) => Action::Man,
    };
    let keys = names(keys)?;
    let checks = Filter {
        only: options.only,
        skip: options.skip,
    };
    let asks = action == Action::Report && part != Part::Keys;
    let unasked = |group| left_out(options.offline, asks, &checks, group);
    let request = Request {
        keys: keys.clone(),
        profile: options.profile,
        home: options.home.map(PathBuf::from),
        manager: manager(options.service_manager),
        pid: options.pid,
        container: options.container,
        offline: options.offline,
        no_gateway: unasked(Group::Gateway),
        no_cloudflare: unasked(Group::Cloudflare),
        ask_shell: options.shell,
        suppressions: match options.suppressions {
            None => SuppressionsFrom::Usual,
            Some(word) if word == "none" => SuppressionsFrom::Nowhere,
            Some(path) => SuppressionsFrom::File(path.into()),
        },
        timeout: seconds("--timeout", &options.timeout)?,
        for_bundle: options.bundle.is_some(),
        fingerprint_key: options.fingerprint_key.map(PathBuf::from),
        says: crate::checks::says,
    };
    let show = Show {
        part,
        format: format(options.json, options.format, &action)?,
        verbose: options.verbose,
        quiet: options.quiet,
        keys,
        fail_on: match options.fail_on {
            FailWord::Error => Some(Severity::Error),
            FailWord::Warning => Some(Severity::Warning),
            FailWord::Info => Some(Severity::Info),
            FailWord::Never => None,
        },
        ..Show::default()
    };
    Ok(Plan {
        action,
        request,
        checks,
        show,
        wait: options.wait.map(|text| seconds("--wait", &text)).transpose()?,
        color: match options.color {
            _ if options.no_color => ColorChoice::Never,
            ColorWord::Auto => ColorChoice::Auto,
            ColorWord::Always => ColorChoice::Always,
            ColorWord::Never => ColorChoice::Never,
        },
        bundle: options.bundle.map(PathBuf::from),
        force: options.force,
        from: options.from,
    })
}

fn manager(word: ManagerWord) -> ManagerChoice {
    match word {
        ManagerWord::Auto => ManagerChoice::Auto,
        ManagerWord::Systemd => ManagerChoice::Systemd,
        ManagerWord::Launchd => ManagerChoice::Launchd,
        ManagerWord::Pm2 => ManagerChoice::Supervisor("pm2"),
        ManagerWord::Supervisord => ManagerChoice::Supervisor("supervisord"),
        ManagerWord::Runit => ManagerChoice::Supervisor("runit"),
        ManagerWord::S6 => ManagerChoice::Supervisor("s6"),
        ManagerWord::Docker => ManagerChoice::Supervisor("docker"),
        ManagerWord::Podman => ManagerChoice::Supervisor("podman"),
        ManagerWord::Kubernetes => ManagerChoice::Supervisor("kubernetes"),
        ManagerWord::None => ManagerChoice::None,
    }
}

fn reject_contradictions(options: &Options, command: Option<&Sub>) -> Result<(), String> {
    let replay = options.from.is_some();
    let report = matches!(command, None | Some(Sub::Env { .. } | Sub::Config { .. } | Sub::Ping));
    let pairs = [
        (options.verbose && options.quiet, "--verbose", "--quiet"),
        (
            options.json && options.format.is_some_and(|it| it != FormatWord::Json),
            "--json",
            "another --format",
        ),
        (options.offline && options.wait.is_some(), "--wait", "--offline"),
        (
            options.offline && matches!(command, Some(Sub::Ping)),
            "ping",
            "--offline",
        ),
        (
            replay && matches!(command, Some(Sub::Config { file: Some(_), .. })),
            "FILE",
            "--from",
        ),
        (
            replay && matches!(command, Some(Sub::Config { schema: true, .. })),
            "--schema",
            "--from",
        ),
        (replay && options.wait.is_some(), "--wait", "--from"),
        (replay && options.shell, "--shell", "--from"),
        (replay && options.pid.is_some(), "--pid", "--from"),
        (replay && options.container.is_some(), "--container", "--from"),
        (
            options.pid.is_some() && options.container.is_some(),
            "--container",
            "--pid",
        ),
        (
            options.home.is_some() && options.container.is_some(),
            "--container",
            "--home",
        ),
        (
            options.container.is_some() && options.service_manager != ManagerWord::Auto,
            "--container",
            "--service-manager",
        ),
        (replay && options.home.is_some(), "--home", "--from"),
        // The bundle has its own, so that the replay is the report.
        (replay && options.suppressions.is_some(), "--suppressions", "--from"),
        (replay && options.profile.is_some(), "--profile", "--from"),
        (
            replay && options.fingerprint_key.is_some(),
            "--fingerprint-key",
            "--from",
        ),
        (
            replay && options.service_manager != ManagerWord::Auto,
            "--service-manager",
            "--from",
        ),
    ];
    if let Some((_, one, other)) = pairs.iter().find(|(both, ..)| *both) {
        return Err(format!("{one} cannot be used with {other}"));
    }
    if options.force && options.bundle.is_none() {
        return Err("--force is for --bundle".to_owned());
    }
    if options.bundle.is_some() && !report {
        return Err("--bundle goes with a report, not with this subcommand".to_owned());
    }
    Ok(())
}

fn format(json: bool, format: Option<FormatWord>, action: &Action) -> Result<Format, String> {
    let format = match format {
        _ if json => Format::Json,
        None | Some(FormatWord::Human) => Format::Human,
        Some(FormatWord::Json) => Format::Json,
        Some(FormatWord::Markdown) => Format::Markdown,
        Some(FormatWord::Github) => Format::Github,
        Some(FormatWord::Junit) => Format::Junit,
        Some(FormatWord::Prometheus) => Format::Prometheus,
    };
    let fits = match action {
        Action::Report | Action::Config { .. } => true,
        Action::Schema | Action::Explain { .. } | Action::Diff { .. } | Action::Checks => {
            matches!(format, Format::Human | Format::Json)
        }
        Action::Completions { .. } | Action::Man => format == Format::Human,
    };
    if fits {
        Ok(format)
    } else {
        Err("this subcommand has no output in that format".to_owned())
    }
}

/// Checks names without showing them: `NAME=value` and a pasted key both end here.
fn names(keys: Vec<String>) -> Result<Vec<String>, String> {
    let mut unique: Vec<String> = Vec::new();
    for key in keys {
        if !is_env_name(&key) {
            return Err(
                "a key is given by the name of its variable alone, such as CLOUDFLARE_AI_GATEWAY_API_KEY \
                 (letters, digits and underscores)"
                    .to_owned(),
            );
        }
        if !unique.contains(&key) {
            unique.push(key);
        }
    }
    Ok(unique)
}

fn seconds(flag: &str, text: &str) -> Result<Duration, String> {
    text.parse::<f64>()
        .ok()
        .filter(|seconds| *seconds > 0.0 && *seconds <= LONGEST)
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .filter(|limit| !limit.is_zero())
        .ok_or_else(|| format!("{flag} takes a number of seconds above 0 and up to {LONGEST}"))
}

/// Checks the words of `--only` and `--skip` against the checks there are, and suggests the
/// nearest one.
pub fn check_topics(plan: &Plan, checks: &[CheckMeta<'_>]) -> Result<(), Stop> {
    let known = |word: &str| checks.iter().any(|check| check.id == word || check.group == word);
    let Some(word) = plan
        .checks
        .only
        .iter()
        .chain(&plan.checks.skip)
        .find(|word| !known(word))
    else {
        return Ok(());
    };
    let near = checks
        .iter()
        .flat_map(|check| [check.id, check.group])
        .map(|name| (strsim::jaro_winkler(name, word), name))
        .filter(|(closeness, _)| *closeness > 0.8)
        .max_by(|one, other| one.0.total_cmp(&other.0));
    let tip = near.map_or("  tip: %doctor% checks".to_owned(), |(_, name)| {
        format!("  tip: a similar one exists: '{name}'")
    });
    Err(Stop::usage(
        &format!("there is no check or group '{}'\n\n{tip}", word.escape_debug()),
        plan.show.format,
    ))
}
