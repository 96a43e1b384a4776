//! The texts made of the command line's definition: help, the manual page.

use std::fmt::Write as _;

use clap::{Command, CommandFactory};

use super::RawArgs;
use crate::app::exit::TABLE;

/// What is not known of the pings, for `--help` and the manual page.
macro_rules! untested {
    () => {
        "The pings were tried against real Gateways and against a stand-in for\n\
         Cloudflare, never against Cloudflare itself: what is said of its answers\n\
         rests on public documentation and captures.\n"
    };
}

/// What stands below the help of `ping`.
pub(crate) const PING: &str = concat!(
    "At most four requests go to the Gateway and four to Cloudflare, one after the\n\
     other, the first ones without a credential; none is billable, no redirect is\n\
     followed, nothing is retried. A credential is sent only to the address of the\n\
     config, after the answers showed who is there, and over plain HTTP to loopback\n\
     alone.\n\n",
    untested!()
);

/// Returns the command line's definition under the name it was called by.
pub(crate) fn command(as_doctor: bool) -> Command {
    let name = if as_doctor {
        "openclaw-doctor"
    } else {
        "openclaw doctor"
    };
    let version = concat!(
        env!("CARGO_PKG_VERSION"),
        " (read-only doctor for the OpenClaw Gateway)"
    );
    RawArgs::command()
        .name("openclaw-doctor")
        .bin_name(name)
        .display_name("openclaw-doctor")
        .version(version)
        .subcommand_help_heading("Subcommands")
        .subcommand_value_name("SUBCOMMAND")
        .after_help(after_help())
}

/// Returns the definition that command lines are parsed by: the help of a subcommand lists what is its own, and says where
/// the options of every command are.
pub(crate) fn folded(as_doctor: bool) -> Command {
    let mut command = command(as_doctor);
    // Global options reach the subcommands as it is built.
    command.build();
    let names: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    let whole = command.get_bin_name().unwrap_or_default().to_owned();
    for name in names {
        command = command.mut_subcommand(name, |sub| {
            let more = format!("Options of every subcommand: {whole} --help");
            let after = match sub.get_after_help() {
                Some(own) => format!("{more}\n\n{own}"),
                None => more,
            };
            sub.mut_args(|arg| {
                let global = arg.is_global_set();
                arg.hide(global)
            })
            .after_help(after)
        });
    }
    command
}

/// Returns the text of `--help`.
pub fn help(as_doctor: bool) -> String {
    command(as_doctor).render_help().ansi().to_string()
}

/// Returns the text of `--version`.
pub fn version() -> String {
    command(true).render_version()
}

fn after_help() -> String {
    let mut text = String::from("Exit codes:\n");
    for (exit, meaning) in TABLE {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "  {:>3}  {meaning}", exit.code());
    }
    text.push_str(
        "\nThis doctor only reads. As `openclaw` it answers to `openclaw doctor` alone:\n\
         every other command, and doctor flags that only the Node CLI has (--fix, --lint,\n\
         --deep, …), go to the next `openclaw` on PATH. As `openclaw-doctor` it hands\n\
         nothing over.\n\n",
    );
    text.push_str(untested!());
    text
}

/// Returns the manual page in roff.
pub fn man() -> String {
    let mut page = Vec::new();
    // Writing to a Vec cannot fail.
    // The words after the version do not fit the foot of a page.
    let source = concat!("openclaw-doctor ", env!("CARGO_PKG_VERSION"));
    let _ = clap_mangen::Man::new(command(true)).source(source).render(&mut page);
    let page = String::from_utf8_lossy(&page).into_owned();
    page.lines().map(without_section).collect()
}

/// The generator cites a page for each subcommand; there is this one alone, and `--help`. What follows the options it
/// calls EXTRA.
fn without_section(line: &str) -> String {
    if line == ".SH EXTRA" {
        return ".SH NOTES\n".to_owned();
    }
    match line
        .strip_prefix("openclaw\\-doctor\\-")
        .and_then(|rest| rest.strip_suffix("(1)"))
    {
        Some(name) => format!("\\fBopenclaw\\-doctor {name}\\fR\n"),
        None => format!("{line}\n"),
    }
}
