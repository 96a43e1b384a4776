//! The definition of a launchd job (facts/services.md section 2.1).

use super::plist_bounded::{self, Node, PlistError};
use crate::secret::RawVar;

/// The keys of a job that decide what runs and with which environment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LaunchdPlist {
    /// `Label`.
    pub label: Option<String>,
    /// `Program`.
    pub program: Option<String>,
    /// `ProgramArguments`.
    pub program_arguments: Vec<String>,
    /// `EnvironmentVariables`, with their lines in an XML file.
    pub environment_variables: Vec<RawVar>,
    /// `WorkingDirectory`.
    pub working_directory: Option<String>,
    /// `StandardOutPath`.
    pub stdout_path: Option<String>,
    /// `StandardErrorPath`.
    pub stderr_path: Option<String>,
    /// `UserName`, of a LaunchDaemon.
    pub user_name: Option<String>,
    /// `KeepAlive`; a dictionary of conditions counts as yes.
    pub keep_alive: Option<bool>,
    /// `RunAtLoad`.
    pub run_at_load: Option<bool>,
    /// `Disabled`, which counts while `launchctl` has not said otherwise.
    pub disabled: Option<bool>,
    /// Line of `ProgramArguments` (or `Program`) in an XML file.
    pub command_line: Option<u32>,
    /// Keys whose value has a type that launchd does not take, in words.
    pub odd: Vec<String>,
}

/// Reads a plist, XML or binary. The old form with braces is refused, as launchd refuses it.
pub fn parse(bytes: &[u8]) -> Result<LaunchdPlist, PlistError> {
    let Node::Dict(entries) = plist_bounded::parse(bytes)? else {
        return Err(PlistError::NotADictionary);
    };
    let lines = Lines::of(bytes);
    let mut job = LaunchdPlist::default();
    for (key, node) in entries {
        take(&mut job, &key, node, &lines);
    }
    Ok(job)
}

fn take(job: &mut LaunchdPlist, key: &str, node: Node, lines: &Lines<'_>) {
    let slot = match key {
        "Label" => &mut job.label,
        "Program" => {
            job.command_line = job.command_line.or_else(|| lines.of_key(key));
            &mut job.program
        }
        "WorkingDirectory" => &mut job.working_directory,
        "StandardOutPath" => &mut job.stdout_path,
        "StandardErrorPath" => &mut job.stderr_path,
        "UserName" => &mut job.user_name,
        "ProgramArguments" => {
            job.command_line = lines.of_key(key).or(job.command_line);
            return arguments(job, node);
        }
        "EnvironmentVariables" => return variables(job, node, lines),
        "KeepAlive" => {
            job.keep_alive = match node {
                Node::Flag(flag) => Some(flag),
                Node::Dict(_) => Some(true),
                _ => None,
            };
            return;
        }
        "RunAtLoad" => return flag(&mut job.run_at_load, &node),
        "Disabled" => return flag(&mut job.disabled, &node),
        _ => return,
    };
    match node.text() {
        Some(text) => *slot = Some(text.to_owned()),
        None => job.odd.push(format!("{key} is not a string")),
    }
}

fn flag(slot: &mut Option<bool>, node: &Node) {
    if let Node::Flag(value) = node {
        *slot = Some(*value);
    }
}

fn arguments(job: &mut LaunchdPlist, node: Node) {
    let Node::List(list) = node else {
        job.odd.push("ProgramArguments is not an array".to_owned());
        return;
    };
    let words: Vec<String> = list.iter().filter_map(Node::text).map(str::to_owned).collect();
    if words.len() != list.len() {
        job.odd
            .push("ProgramArguments contains something other than strings".to_owned());
    }
    job.program_arguments = words;
}

fn variables(job: &mut LaunchdPlist, node: Node, lines: &Lines<'_>) {
    let Node::Dict(entries) = node else {
        job.odd.push("EnvironmentVariables is not a dictionary".to_owned());
        return;
    };
    for (name, value) in entries {
        match value {
            Node::Text(text) => {
                let line = lines.of_key(&name);
                job.environment_variables.push(RawVar {
                    line,
                    ..RawVar::new(name, text)
                });
            }
            _ => job.odd.push(format!(
                "EnvironmentVariables: {name} is not a string, so it is not set"
            )),
        }
    }
}

/// Where keys stand in an XML file.
struct Lines<'a>(&'a str);

impl<'a> Lines<'a> {
    fn of(bytes: &'a [u8]) -> Self {
        // A binary list has no lines; its first bytes are text, the rest hardly ever is.
        Lines(if bytes.starts_with(b"bplist") {
            ""
        } else {
            std::str::from_utf8(bytes).unwrap_or_default()
        })
    }

    /// Returns the first line with the key, from 1.
    fn of_key(&self, key: &str) -> Option<u32> {
        let at = self.0.find(&format!("<key>{key}</key>"))?;
        let before = self.0.get(..at)?.bytes().filter(|byte| *byte == b'\n').count();
        u32::try_from(before + 1).ok()
    }
}

#[cfg(test)]
mod tests;
