//! Every `openclaw` and `node` in reach, in words: name, path, version, who uses it.

use crate::base::text::{clean, tilde_within};
use crate::model::snapshot::{Program, ProgramUse, Snapshot};
use crate::resolve;

/// Most programs that are shown.
const MOST: usize = 24;

/// Returns one row for each program: name, path with where its links lead, version, uses.
pub(crate) fn rows(snapshot: &Snapshot) -> Vec<[String; 4]> {
    let Some(programs) = resolve::programs(snapshot) else {
        return Vec::new();
    };
    let shown = |text: &str| tilde_within(&clean(text), &snapshot.host.home);
    let row = |one: &Program| {
        let path = match &one.real {
            Some(real) => format!("{} → {}", shown(&one.path), shown(real)),
            None => shown(&one.path),
        };
        let version = match (one.is_doctor, one.version.get()) {
            (true, _) => "this doctor".to_owned(),
            (false, Some(version)) => clean(version),
            (false, None) => {
                let why = one.version.why_unknown().unwrap_or("not known");
                format!("version not told: {}", clean(why))
            }
        };
        let uses: Vec<&str> = one.uses.iter().map(|by| word(*by)).collect();
        [one.name.clone(), path, version, uses.join(", ")]
    };
    programs.found.iter().take(MOST).map(row).collect()
}

fn word(by: ProgramUse) -> &'static str {
    match by {
        ProgramUse::Service => "the service starts it",
        ProgramUse::Process => "the Gateway runs it",
        ProgramUse::ServicePath => "on the service's PATH",
        ProgramUse::ShellPath => "on your PATH",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::fact::Fact;
    use crate::checks::testkit::{healthy, programs};

    #[test]
    fn links_versions_and_uses_are_told() {
        let mut snapshot = healthy();
        let found = &mut programs(&mut snapshot).found;
        found[0].real = Some("/home/me/n\u{1b}[31mode".to_owned());
        found[0].version = Fact::unreadable("no file beside it tells its version", "");
        found[1].is_doctor = true;
        let rows = rows(&snapshot);
        assert!(rows[0][1].starts_with("/usr/bin/node → ~/n") && !rows[0][1].contains('\u{1b}'));
        assert_eq!(rows[0][2], "version not told: no file beside it tells its version");
        assert!(rows[0][3].starts_with("the service starts it, the Gateway runs it"));
        assert_eq!(rows[1][2], "this doctor");
        snapshot.install.programs = Fact::not_asked("old");
        assert!(super::rows(&snapshot).is_empty());
    }
}
