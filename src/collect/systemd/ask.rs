//! The questions put to systemd; each is one bounded, read-only command.

use std::path::PathBuf;
use std::time::Duration;

use super::account;
use super::reach::Target;
use crate::base::fact::Fact;
use crate::collect::context::Context;
use crate::collect::copied;
use crate::collect::run::{self, Cmd, Output, Ran};
use crate::model::snapshot::Scope;
use crate::parse::systemd::show;
use crate::parse::systemd::show::Block;
use crate::platform::systemd::assemble::Account;
use crate::platform::systemd::state;

/// Limit of one command; a manager that answers at all does so in milliseconds.
const LIMIT: Duration = Duration::from_secs(5);
/// Part of the run that is left to others when a command hangs.
const RESERVE: Duration = Duration::from_millis(500);
/// Largest output that is kept.
const CAP: usize = 1024 * 1024;

/// An answer, or why there is none.
pub(super) type Answer<T> = Result<T, String>;

/// Asks for the state of units, all in one call.
pub(super) async fn show(ctx: &Context<'_>, target: &Target, scope: Scope, units: &[String]) -> Answer<Vec<Block>> {
    let mut args = vec![
        "show".to_owned(),
        "-p".to_owned(),
        state::PROPERTIES.to_owned(),
        "--".to_owned(),
    ];
    args.extend(units.iter().cloned());
    let text = systemctl(ctx, target, scope, args).await?;
    Ok(show::blocks(&text))
}

/// Asks for the environment block of a manager.
pub(super) async fn environment(ctx: &Context<'_>, target: &Target, scope: Scope) -> Answer<Vec<(String, String)>> {
    let text = systemctl(ctx, target, scope, vec!["show-environment".to_owned()]).await?;
    Ok(show::environment(&text))
}

async fn systemctl(ctx: &Context<'_>, target: &Target, scope: Scope, args: Vec<String>) -> Answer<String> {
    let mut all = match scope {
        Scope::User => target.options.clone(),
        Scope::System => Vec::new(),
    };
    all.extend(args);
    command(ctx, target, "systemctl", all).await
}

/// Asks the name service for accounts that `/etc/passwd` does not have.
pub(super) async fn accounts(ctx: &Context<'_>, target: &Target, names: &[String]) -> Vec<Account> {
    if names.is_empty() || ctx.host.copied_home {
        return Vec::new();
    }
    let args = std::iter::once("passwd".to_owned()).chain(names.iter().cloned());
    // It ends with status 2 where one of them is unknown, and prints the others all the same.
    match output(ctx, target, "getent", args.collect()).await {
        Ok(output) => output.text().lines().filter_map(account::parse).collect(),
        Err(_) => Vec::new(),
    }
}

/// Finds out whether the user's manager stays when the last session ends. The mark on disk is
/// what logind itself goes by, so where it is there no command is needed; where it is not,
/// logind is asked, which fails for a user who is neither logged in nor lingering.
pub(super) async fn linger(ctx: &Context<'_>, target: &Target, root: &str) -> Fact<bool> {
    if ctx.host.copied_home {
        return Fact::not_asked(copied::WHY);
    }
    let name = &target.account.name;
    let base = PathBuf::from(format!("{root}/var/lib/systemd"));
    let mark = std::fs::symlink_metadata(base.join("linger").join(name));
    if mark.is_ok() {
        return Fact::known(true);
    }
    let args = ["show-user", name, "-p", "Linger"].map(str::to_owned).to_vec();
    let why = match command(ctx, target, "loginctl", args).await {
        Ok(text) => match show::blocks(&text).first().and_then(|block| block.get("Linger")) {
            Some("yes") => return Fact::known(true),
            Some("no") => return Fact::known(false),
            _ => "`loginctl show-user` does not say".to_owned(),
        },
        Err(why) => why,
    };
    match mark {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && base.is_dir() => Fact::known(false),
        _ => Fact::unreadable(why, format!("loginctl show-user {name} -p Linger")),
    }
}

async fn command(ctx: &Context<'_>, target: &Target, name: &str, args: Vec<String>) -> Answer<String> {
    let shown = format!("{name} {}", shown(&args));
    let output = output(ctx, target, name, args).await?;
    if output.status == Some(0) {
        return Ok(output.text());
    }
    let complaint = output.complaint();
    Err(match (complaint.is_empty(), output.status) {
        (false, _) => format!("`{shown}` failed: {complaint}"),
        (true, Some(status)) => format!("`{shown}` ended with status {status}"),
        (true, None) => format!("`{shown}` was ended by a signal"),
    })
}

/// Runs a tool to its end, whatever its status.
async fn output(ctx: &Context<'_>, target: &Target, name: &str, args: Vec<String>) -> Answer<Output> {
    if ctx.host.copied_home {
        return Err(copied::WHY.to_owned());
    }
    let Some(tool) = ctx.tool(name) else {
        return Err(format!("`{name}` is not on the PATH of the doctor"));
    };
    let shown = format!("{name} {}", shown(&args));
    let limit = ctx.within(LIMIT + RESERVE).saturating_sub(RESERVE);
    let cmd = Cmd {
        args,
        env: target.env.clone(),
        cap: CAP,
        ..Cmd::new(tool, limit)
    };
    match run::run(&cmd).await {
        Ran::Done(output) => Ok(output),
        Ran::Missing => Err(format!("`{name}` is not there")),
        Ran::TimedOut => Err(format!("`{shown}` did not answer within {:.1} s", limit.as_secs_f32())),
        Ran::Failed(why) => Err(format!("`{shown}` could not be run: {why}")),
    }
}

/// The arguments up to the long list of properties.
fn shown(args: &[String]) -> String {
    let words = args.iter().take_while(|word| *word != "-p" && *word != "--");
    words.map(String::as_str).collect::<Vec<_>>().join(" ")
}
