//! The smaller answers of `launchctl`: `print-disabled`, `list`, `list <label>`, `getenv`
//! (facts/services.md section 2.2).

use std::collections::BTreeMap;

/// Reads `launchctl print-disabled <domain>`: whether each label is disabled. Newer systems say
/// `enabled` or `disabled`, older ones `false` or `true`. A label that is missing is enabled.
pub fn disabled(text: &str) -> BTreeMap<String, bool> {
    text.lines()
        .filter_map(|line| {
            let (label, state) = line.trim().split_once("=>")?;
            let label = label.trim().strip_prefix('"')?.strip_suffix('"')?;
            let disabled = match state.trim() {
                "disabled" | "true" => true,
                "enabled" | "false" => false,
                _ => return None,
            };
            Some((label.to_owned(), disabled))
        })
        .collect()
}

/// What `launchctl list` says of one job.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ListedJob {
    /// Label.
    pub label: String,
    /// Process, while there is one.
    pub pid: Option<u32>,
    /// How the last run ended: a status, or the negative number of a signal.
    pub last_exit: Option<i32>,
}

/// Reads `launchctl list <label>`, which looks like an old property list; none where it is not.
pub fn listed(text: &str) -> Option<ListedJob> {
    let mut job = ListedJob::default();
    let mut lines = text.lines().map(str::trim).skip_while(|line| line.is_empty());
    if lines.next()? != "{" {
        return None;
    }
    for line in lines {
        let Some((key, value)) = line.strip_suffix(';').and_then(|line| line.split_once(" = ")) else {
            continue;
        };
        match key.trim().trim_matches('"') {
            "Label" => value.trim().trim_matches('"').clone_into(&mut job.label),
            "PID" => job.pid = value.trim().parse().ok().filter(|pid| *pid > 0),
            "LastExitStatus" => job.last_exit = value.trim().parse().ok().map(from_wait_status),
            _ => {}
        }
    }
    (!job.label.is_empty()).then_some(job)
}

/// `LastExitStatus` is what wait(2) gave on some releases, the exit status itself on others.
/// A multiple of 256 can only be the former.
fn from_wait_status(raw: i32) -> i32 {
    if raw >= 256 && raw % 256 == 0 { raw / 256 } else { raw }
}

/// Reads the table of `launchctl list`.
pub fn table(text: &str) -> Vec<ListedJob> {
    text.lines()
        .filter_map(|line| {
            let mut words = line.split('\t').map(str::trim);
            let (pid, status, label) = (words.next()?, words.next()?, words.next()?);
            if pid == "PID" || label.is_empty() {
                return None;
            }
            Some(ListedJob {
                label: label.to_owned(),
                pid: pid.parse().ok().filter(|pid| *pid > 0),
                last_exit: status.parse().ok(),
            })
        })
        .collect()
}

/// Reads `launchctl getenv NAME`: none where the variable is not set. The exit status differs
/// between releases, so the output decides.
pub fn getenv(text: &str) -> Option<&str> {
    let value = text.strip_suffix('\n').unwrap_or(text);
    (!value.is_empty()).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn print_disabled_of_both_generations() {
        let new = "\n\tdisabled services = {\n\t\t\"ai.openclaw.gateway\" => disabled\n\t\t\"a.b\" => enabled\n\t}\n\
                   \tlogin item associations = {\n\t}\n";
        let old = "disabled services = {\n\t\"ai.openclaw.gateway\" => true\n\t\"a.b\" => false\n}\n";
        for text in [new, old] {
            let found = disabled(text);
            assert_eq!(found.get("ai.openclaw.gateway"), Some(&true));
            assert_eq!(found.get("a.b"), Some(&false));
            assert_eq!(found.get("missing"), None);
        }
    }

    #[test]
    fn list_of_a_label() {
        let cases = [
            (
                "{\n\t\"Label\" = \"a\";\n\t\"LastExitStatus\" = 78;\n\t\"PID\" = 12;\n};\n",
                Some(12),
                Some(78),
            ),
            (
                "{\n\t\"Label\" = \"a\";\n\t\"LastExitStatus\" = 256;\n};\n",
                None,
                Some(1),
            ),
            ("{\n\t\"Label\" = \"a\";\n\t\"OnDemand\" = false;\n};\n", None, None),
        ];
        for (text, pid, last_exit) in cases {
            let job = listed(text).unwrap();
            assert_eq!((job.pid, job.last_exit), (pid, last_exit));
        }
        assert_eq!(listed("Could not find service"), None);
    }

    #[test]
    fn table_of_all_jobs() {
        let jobs = table("PID\tStatus\tLabel\n-\t-9\tcom.apple.x\n44\t0\tai.openclaw.gateway\n");
        assert_eq!(jobs.len(), 2);
        assert_eq!((jobs[0].pid, jobs[0].last_exit), (None, Some(-9)));
        assert_eq!((jobs[1].pid, jobs[1].label.as_str()), (Some(44), "ai.openclaw.gateway"));
    }

    #[test]
    fn getenv_tells_unset_by_its_output() {
        assert_eq!(getenv(""), None);
        assert_eq!(getenv("\n"), None);
        assert_eq!(getenv("a b\n"), Some("a b"));
        assert_eq!(getenv("a\nb\n"), Some("a\nb"));
    }

    proptest! {
        #[test]
        fn nothing_makes_them_fail(text in any::<String>()) {
            let _ = (disabled(&text), listed(&text), table(&text), getenv(&text));
        }
    }
}
