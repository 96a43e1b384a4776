//! How to reach the manager of the user who is examined (facts/services.md section 1.6).

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::account;
use crate::collect::context::Context;
use crate::collect::ownership::By;
use crate::platform::systemd::assemble::Account;
use crate::platform::systemd::paths::UserDirs;

/// The user whose services are examined, and the way to that user's manager.
#[derive(Debug, Clone)]
pub(super) struct Target {
    /// The user.
    pub(super) account: Account,
    /// Directories of the search path.
    pub(super) dirs: UserDirs,
    /// Options that address the manager: `--user`, or `--user -M alice@`.
    pub(super) options: Vec<String>,
    /// Environment of the commands.
    pub(super) env: Vec<(String, String)>,
}

impl Target {
    /// Returns on whose word the manager's files are read.
    pub(super) fn by(&self, ctx: &Context<'_>) -> By {
        ctx.by.also(self.account.uid)
    }
}

/// Chooses the user and the way. As root the manager of the account is asked whose home is examined, and by `sudo` that of
/// the caller where only the caller has a unit file of this name.
pub(super) fn target(ctx: &Context<'_>, root: &str, unit: &str) -> Target {
    let passwd = PathBuf::from(format!("{root}/etc/passwd"));
    let host = ctx.host;
    let known = account::find(&passwd, &host.user).or_else(|| account::find(&passwd, &host.uid.to_string()));
    let mut own = Account {
        name: host.user.clone(),
        uid: host.uid,
        home: host.home.clone(),
        shell: known.as_ref().and_then(|one| one.shell.clone()),
    };
    if own.shell.is_none() && !host.shell.is_empty() {
        own.shell = Some(host.shell.clone());
    }
    let caller = (host.uid == 0 && !host.copied_home)
        .then_some(host.sudo_user.as_deref())
        .flatten()
        .filter(|name| *name != host.user)
        .and_then(|name| account::find(&passwd, name));
    if let Some(caller) = caller {
        let has_unit = |home: &str| Path::new(home).join(".config/systemd/user").join(unit).exists();
        if caller.home == host.home || (!has_unit(&host.home) && has_unit(&caller.home)) {
            return of_caller(ctx, caller);
        }
    }
    if let Some(owner) = owner_of_home(ctx, &passwd) {
        return of_caller(ctx, owner);
    }
    let mut target = Target {
        dirs: UserDirs {
            home: own.home.clone(),
            config_home: absolute(ctx, "XDG_CONFIG_HOME"),
            data_home: absolute(ctx, "XDG_DATA_HOME"),
            runtime: None,
        },
        options: vec!["--user".to_owned()],
        env: base_env(ctx),
        account: own,
    };
    if ctx.request.home.is_some() {
        // The doctor's own XDG directories say nothing about another home.
        target.dirs.config_home = None;
        target.dirs.data_home = None;
    }
    own_bus(ctx, root, &mut target);
    target
}

/// As root: the account whose home is examined, by the folder's owner and its entry in the list of accounts.
fn owner_of_home(ctx: &Context<'_>, passwd: &Path) -> Option<Account> {
    let host = ctx.host;
    let uid = std::fs::metadata(&host.home).ok()?.uid();
    let is_foreign = host.uid == 0 && uid != 0 && !host.copied_home;
    let account = account::find(passwd, &uid.to_string()).filter(|_| is_foreign)?;
    (account.home == host.home).then_some(account)
}

/// Relative paths in XDG variables count as unset.
fn absolute(ctx: &Context<'_>, name: &str) -> Option<String> {
    ctx.var(name).filter(|path| path.starts_with('/')).map(str::to_owned)
}

fn of_caller(ctx: &Context<'_>, caller: Account) -> Target {
    Target {
        dirs: UserDirs {
            home: caller.home.clone(),
            config_home: None,
            data_home: None,
            runtime: Some(format!("/run/user/{}", caller.uid)),
        },
        options: vec!["--user".to_owned(), "-M".to_owned(), format!("{}@", caller.name)],
        env: base_env(ctx),
        account: caller,
    }
}

/// The environment as it is, or else the usual runtime directory where it is ours.
fn own_bus(ctx: &Context<'_>, root: &str, target: &mut Target) {
    let runtime = ctx.var("XDG_RUNTIME_DIR").filter(|dir| Path::new(dir).is_dir());
    let bus = ctx.var("DBUS_SESSION_BUS_ADDRESS");
    let usual = format!("{root}/run/user/{}", ctx.host.uid);
    let usual_is_ours = || {
        let ours = std::fs::metadata(&usual).is_ok_and(|facts| facts.is_dir() && facts.uid() == ctx.host.uid);
        ours && ["systemd/private", "bus"]
            .iter()
            .any(|socket| Path::new(&usual).join(socket).exists())
    };
    let mut add = |name: &str, value: &str| target.env.push((name.to_owned(), value.to_owned()));
    if let Some(bus) = bus {
        add("DBUS_SESSION_BUS_ADDRESS", bus);
    }
    if let Some(runtime) = runtime {
        add("XDG_RUNTIME_DIR", runtime);
        target.dirs.runtime = Some(runtime.to_owned());
    } else if bus.is_none() && usual_is_ours() {
        add("XDG_RUNTIME_DIR", &usual);
        target.dirs.runtime = Some(usual);
    } else if Path::new(&usual).is_dir() {
        target.dirs.runtime = Some(usual);
    }
}

/// `TZ` because the manager prints times in the zone of whoever asks.
fn base_env(ctx: &Context<'_>) -> Vec<(String, String)> {
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let mut env = vec![pair("LC_ALL", "C"), pair("TZ", "UTC")];
    env.extend(ctx.safe_path().map(|path| ("PATH".to_owned(), path)));
    env.extend(ctx.var("HOME").map(|home| pair("HOME", home)));
    env
}

/// Returns the command that would help where the user's manager could not be reached.
pub(super) fn help(target: &Target, root: &str) -> String {
    let (name, uid) = (&target.account.name, target.account.uid);
    if target.options.len() > 1 || uid == 0 {
        return format!("sudo systemctl --user -M {name}@ status");
    }
    if Path::new(&format!("{root}/run/user/{uid}")).is_dir() {
        format!("XDG_RUNTIME_DIR=/run/user/{uid} systemctl --user status")
    } else {
        format!("sudo loginctl enable-linger {name} && XDG_RUNTIME_DIR=/run/user/{uid} systemctl --user status")
    }
}
