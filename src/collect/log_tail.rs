//! The last lines of the Gateway's log, from the journal or a log file, secrets withheld.

use std::collections::BTreeSet;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::context::Context;
use super::ownership::By;
use super::run::{self, Cmd, Ran};
use crate::base::fact::Fact;
use crate::model::snapshot::{FileKind, GatewayProcess, Scope, Service};
use crate::redact::is_known;
use crate::redact::log_line;
use crate::resolve::start;
use crate::secret::Secret;
use crate::secret::public::is_public;
use crate::secret::value;

/// How many lines are kept.
const LINES: usize = 40;
/// How much of the end of a log file is read.
const TAIL: u64 = 64 << 10;
/// Limit of `journalctl`.
const LIMIT: Duration = Duration::from_secs(3);

/// Returns the last lines where they can tell more than the rest of the look: of a service in trouble, of a Gateway that may
/// still be starting, for a bundle.
pub async fn of_service(
    ctx: &Context<'_>,
    service: Option<&Service>,
    process: Option<&GatewayProcess>,
    state_dir: &str,
    by: By,
) -> Fact<Vec<String>> {
    let state = service.and_then(|service| service.state.get());
    // One that was restarted may be up between two ends of a loop.
    let troubled = ctx.host.copied_home || state.is_some_and(|state| state.active != "active" || state.restarts > 0);
    let started = process.and_then(|process| process.started_ms);
    let young = started.is_some_and(|started| super::clock::now() - started / 1000 < start::LONG);
    if !troubled && !young && !ctx.request.for_bundle {
        return Fact::not_asked("the service runs, so its log was not read");
    }
    let in_journal = |service: &&Service| service.launchd.is_none() && !ctx.host.copied_home;
    let unit = service.filter(in_journal);
    let launchd = service.and_then(|service| service.launchd.as_ref());
    collect(
        ctx,
        unit.map(|service| (service.name.as_str(), service.scope)),
        launchd.map(|facts| facts.log_paths.as_slice()).unwrap_or_default(),
        state_dir,
        by,
    )
    .await
}

/// Returns the last lines: of the unit's journal where a unit is given, else (or where the journal
/// has none) of the newest log file, those named by the definition (`named`) among them.
async fn collect(
    ctx: &Context<'_>,
    unit: Option<(&str, Scope)>,
    named: &[String],
    state_dir: &str,
    by: By,
) -> Fact<Vec<String>> {
    let mut failure = None;
    if let Some((unit, scope)) = unit.filter(|(unit, _)| is_unit_name(unit)) {
        let args = arguments(unit, scope, ctx.host.uid);
        match journal(ctx, &args).await {
            Ok(text) => {
                let lines = shown(ctx, &text);
                if !lines.is_empty() {
                    return Fact::known(lines);
                }
            }
            Err(why) => failure = Some((why, format!("journalctl {}", args.join(" ")))),
        }
    }
    match newest(ctx, by, named, state_dir) {
        Some(path) => match tail(by, &path) {
            Ok(text) => Fact::known(shown(ctx, &text)),
            Err(why) => {
                let path = path.to_string_lossy().into_owned();
                let quoted = shlex::try_quote(&path)
                    .map(|quoted| quoted.into_owned())
                    .unwrap_or_default();
                Fact::unreadable(format!("{path}: {why}"), format!("tail -n {LINES} {quoted}"))
            }
        },
        None => failure.map_or(Fact::Absent, |(why, how)| Fact::unreadable(why, how)),
    }
}

/// As root the journal of users is found by `--user-unit` alone (facts/services.md section 1.5).
fn arguments(unit: &str, scope: Scope, uid: u32) -> Vec<String> {
    let selection: &[&str] = match (scope, uid) {
        (Scope::System, _) => &["-u"],
        (Scope::User, 0) => &["--user-unit"],
        (Scope::User, _) => &["--user", "-u"],
    };
    let count = LINES.to_string();
    let rest = [unit, "-n", count.as_str(), "--no-pager", "-o", "cat"];
    selection.iter().copied().chain(rest).map(str::to_owned).collect()
}

fn is_unit_name(unit: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '@' | ':' | '\\');
    !unit.is_empty() && unit.len() <= 255 && !unit.starts_with('-') && unit.chars().all(allowed)
}

async fn journal(ctx: &Context<'_>, args: &[String]) -> Result<String, String> {
    let tool = ctx.tool("journalctl").ok_or("journalctl is not here")?;
    let names = ["HOME", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS"];
    let kept = names
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), ctx.var(name)?.to_owned())))
        .chain(ctx.safe_path().map(|path| ("PATH".to_owned(), path)));
    let cmd = Cmd {
        args: args.to_vec(),
        env: kept.chain([("LC_ALL".to_owned(), "C.UTF-8".to_owned())]).collect(),
        cap: 256 << 10,
        ..Cmd::new(tool, ctx.within(LIMIT))
    };
    match run::run(&cmd).await {
        Ran::Done(output) if output.status == Some(0) => Ok(output.text()),
        Ran::Done(output) => Err(format!(
            "journalctl failed: {}",
            log_line::masked(&output.complaint(), &[])
        )),
        Ran::Missing => Err("journalctl is not here".to_owned()),
        Ran::TimedOut => Err("journalctl did not answer in time".to_owned()),
        Ran::Failed(why) => Err(format!("journalctl could not be run: {why}")),
    }
}

/// The log file that was written last.
fn newest(ctx: &Context<'_>, by: By, named: &[String], state_dir: &str) -> Option<PathBuf> {
    let logs = Path::new(state_dir).join("logs");
    let library = ctx.home().join("Library/Logs/openclaw");
    let profile = ctx
        .request
        .profile
        .as_deref()
        .filter(|name| !name.contains(['/', '\0']));
    let mut paths = vec![
        logs.join("gateway.log"),
        logs.join("gateway.err.log"),
        library.join("gateway.log"),
    ];
    if let Some(profile) = profile {
        paths.insert(0, library.join(format!("gateway-{profile}.log")));
        paths.pop();
    }
    paths.extend(named.iter().filter(|path| path.starts_with('/')).map(PathBuf::from));
    let written = |path: &PathBuf| {
        let stat = by.stat(path);
        let file = stat.get().filter(|stat| stat.kind == FileKind::File && stat.size > 0)?;
        Some(file.mtime_ms)
    };
    paths
        .into_iter()
        .filter_map(|path| Some((written(&path)?, path)))
        .max_by_key(|(time, _)| *time)
        .map(|(_, path)| path)
}

fn tail(by: By, path: &Path) -> Result<String, String> {
    let (mut file, facts) = by.open(path, u64::MAX).map_err(|error| error.to_string())?;
    let from = facts.len().saturating_sub(TAIL);
    let mut bytes = Vec::new();
    let read = file
        .seek(SeekFrom::Start(from))
        .and_then(|_| file.take(TAIL).read_to_end(&mut bytes));
    read.map_err(|error| error.to_string())?;
    let text = String::from_utf8_lossy(&bytes);
    // A first line that begins before the part that was read is left out.
    let whole = if from == 0 {
        &text
    } else {
        text.split_once('\n').map_or("", |(_, rest)| rest)
    };
    Ok(whole.to_owned())
}

fn shown(ctx: &Context<'_>, text: &str) -> Vec<String> {
    let kept = ctx.vault.all();
    let shown = ctx.vault.public();
    let mut public = public_texts(ctx);
    public.extend(shown.iter().map(Secret::expose));
    let mut secrets: Vec<&str> = kept
        .iter()
        .map(Secret::expose)
        .filter(|text| text.len() >= 4 && !public.contains(*text) && !is_public(text, &is_known))
        .collect();
    secrets.sort_by_key(|text| std::cmp::Reverse(text.len()));
    secrets.dedup();
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim().is_empty() && !line.starts_with("-- "))
        .collect();
    let last = lines.get(lines.len().saturating_sub(LINES)..).unwrap_or_default();
    // The folders that the asker works in are his own, whatever they are called.
    let own = [ctx.host.home.as_str(), ctx.host.cwd.as_str()];
    let public = |text: &str| is_known(text) || own.iter().any(|folder| folder.split('/').any(|part| part == text));
    let known = log_line::Known::new(&secrets, &public);
    last.iter().map(|line| known.masked(line)).collect()
}

/// Texts in the vault that are no secrets: to withhold the home or the word "openclaw" would
/// leave nothing of a log.
fn public_texts<'a>(ctx: &'a Context<'_>) -> BTreeSet<&'a str> {
    let of_env = ctx
        .env
        .iter()
        .filter(|(name, _)| value::is_public(name))
        .map(|(_, value)| value.expose());
    let host = &ctx.host;
    let fixed = [
        "openclaw",
        "gateway",
        "true",
        "false",
        "node",
        "linux",
        "production",
        "openclaw-gateway.service",
    ];
    of_env
        .chain([
            host.home.as_str(),
            host.user.as_str(),
            host.cwd.as_str(),
            host.shell.as_str(),
        ])
        .chain(fixed)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect::testkit::{Bench, put};

    fn collect_now(bench: &Bench, unit: Option<(&str, Scope)>, state: &Path) -> Fact<Vec<String>> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let context = bench.context();
        runtime.block_on(collect(&context, unit, &[], state.to_str().unwrap(), context.by))
    }

    #[test]
    fn the_end_of_a_log_file_is_shown_without_secrets() {
        let home = tempfile::tempdir().unwrap();
        let bench = Bench::new(home.path());
        bench.vault.seal("hunter2-secret");
        bench.vault.seal(bench.host.home.as_str());
        let mut text = "filler line\n".repeat(20_000);
        text.push_str(&format!(
            "refused with hunter2-secret in {}\nlast OPENAI_API_KEY=abc\n",
            bench.host.home
        ));
        put(&home.path().join("logs/gateway.log"), text);
        let lines = collect_now(&bench, None, home.path());
        let lines = lines.get().unwrap();
        assert_eq!(lines.len(), LINES);
        assert_eq!(
            lines[LINES - 2],
            format!("refused with [withheld] in {}", bench.host.home)
        );
        assert_eq!(lines[LINES - 1], "last OPENAI_API_KEY=[withheld]");
    }

    #[test]
    fn the_journal_is_asked_for_a_unit() {
        use std::os::unix::fs::PermissionsExt;
        let home = tempfile::tempdir().unwrap();
        let tool = home.path().join("bin/journalctl");
        put(&tool, "#!/bin/sh\necho \"$@\"\n");
        std::fs::set_permissions(&tool, PermissionsExt::from_mode(0o755)).unwrap();
        let mut bench = Bench::new(home.path());
        bench.host.uid = 1000;
        bench.env.insert(
            "PATH".to_owned(),
            bench.vault.seal(home.path().join("bin").to_string_lossy().into_owned()),
        );
        let unit = Some(("openclaw-gateway.service", Scope::User));
        let lines = collect_now(&bench, unit, home.path());
        assert_eq!(
            *lines.get().unwrap(),
            ["--user -u openclaw-gateway.service -n 40 --no-pager -o cat"]
        );
        bench.host.uid = 0;
        let lines = collect_now(&bench, unit, home.path());
        assert!(lines.get().unwrap()[0].starts_with("--user-unit openclaw-gateway.service "));
        put(&tool, "#!/bin/sh\necho 'No access' >&2\nexit 1\n");
        assert!(
            collect_now(&bench, unit, home.path())
                .why_unknown()
                .is_some_and(|why| why.contains("No access"))
        );
        assert!(collect_now(&bench, Some(("--bad", Scope::User)), home.path()).is_absent());
    }
}
