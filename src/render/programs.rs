//! Every `openclaw` and `node` found, in words: name, path, version, who uses it.

use crate::model::report::ProgramReport;
use crate::model::snapshot::ProgramUse;

/// Most programs that are shown.
const MOST: usize = 24;

/// Returns one row for each program: name, path with where its links lead, version, uses.
pub(crate) fn rows(programs: &[ProgramReport]) -> Vec<[String; 4]> {
    let row = |one: &ProgramReport| {
        let path = match &one.real {
            Some(real) => format!("{} → {real}", one.path),
            None => one.path.clone(),
        };
        let version = match (one.is_doctor, &one.version) {
            (true, _) => "this doctor".to_owned(),
            (false, Some(version)) => version.clone(),
            (false, None) => {
                let why = one.why_no_version.as_deref().unwrap_or("no reason is known");
                format!("version unknown: {why}")
            }
        };
        let uses: Vec<&str> = one.uses.iter().map(|by| word(*by)).collect();
        [one.name.clone(), path, version, uses.join(", ")]
    };
    programs.iter().take(MOST).map(row).collect()
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
        found[0].real = Some("/home/me/node".to_owned());
        found[0].version = Fact::unreadable("no file beside it tells its version", "");
        found[1].is_doctor = true;
        let rows = rows(&crate::resolve::examined::programs(&snapshot));
        assert!(rows[0][1].starts_with("/usr/bin/node → /home/me/node"), "{rows:?}");
        assert_eq!(rows[0][2], "version unknown: no file beside it tells its version");
        assert!(rows[0][3].starts_with("the service starts it, the Gateway runs it"));
        assert_eq!(rows[1][2], "this doctor");
        snapshot.install.programs = Fact::not_asked("old");
        assert!(super::rows(&crate::resolve::examined::programs(&snapshot)).is_empty());
    }
}
