//! The output of `launchctl print <domain>/<label>` (facts/services.md section 2.2).
//!
//! Apple calls the format unstable, so little is relied on: scalars (`key = value`) count at
//! depth 1 alone (`state`, `name` and `type` come again inside the coalitions), blocks are told
//! by their braces and indentation, and everything unknown is passed over.

use crate::secret::RawVar;

/// What `launchctl print` says of one job.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PrintedJob {
    /// The target of the first line, such as `gui/501/ai.openclaw.gateway`.
    pub target: String,
    /// The plist it was loaded from.
    pub path: Option<String>,
    /// `state`: `running`, `not running`, `spawn scheduled`, …
    pub state: String,
    /// Program.
    pub program: Option<String>,
    /// Arguments, one a line.
    pub arguments: Vec<String>,
    /// Working directory.
    pub working_directory: Option<String>,
    /// Where standard output goes.
    pub stdout_path: Option<String>,
    /// Where standard error goes.
    pub stderr_path: Option<String>,
    /// Variables of the domain, `launchctl setenv` among them; none where the block is missing.
    pub inherited: Option<Vec<RawVar>>,
    /// Variables every job gets.
    pub default_environment: Vec<RawVar>,
    /// The job's own variables, those of the plist among them.
    pub environment: Vec<RawVar>,
    /// Process, while there is one.
    pub pid: Option<u32>,
    /// Starts since it was loaded.
    pub runs: Option<u32>,
    /// How the last run ended.
    pub last_exit: LastExit,
}

/// How the last run of a job ended.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum LastExit {
    /// Nothing is said of it.
    #[default]
    Unknown,
    /// It never ended.
    Never,
    /// With this status.
    Code(i32),
    /// By a signal.
    Signal {
        /// Its name, such as `Terminated`.
        name: String,
        /// Its number.
        number: Option<i32>,
    },
}

enum Block {
    Arguments,
    Inherited,
    Default,
    Own,
    Other,
}

/// Reads the output; none where it is not the description of a job.
pub fn parse(text: &str) -> Option<PrintedJob> {
    let mut lines = text.lines().skip_while(|line| line.trim().is_empty());
    let target = lines.next()?.trim().strip_suffix('{')?.trim().strip_suffix('=')?.trim();
    if !target.contains('/') {
        return None;
    }
    let mut job = PrintedJob {
        target: target.to_owned(),
        ..PrintedJob::default()
    };
    while let Some(line) = lines.next() {
        let trimmed = line.trim();
        if trimmed == "}" {
            break;
        }
        if let Some(name) = opened(trimmed) {
            let block = match name {
                "arguments" => Block::Arguments,
                "inherited environment" | "global environment" => Block::Inherited,
                "default environment" => Block::Default,
                "environment" => Block::Own,
                _ => Block::Other,
            };
            read_block(&mut job, &block, indent(line), &mut lines);
        } else if let Some((key, value)) = trimmed.split_once(" = ") {
            scalar(&mut job, key.trim(), value.trim());
        }
    }
    Some(job)
}

fn indent(line: &str) -> usize {
    line.chars().take_while(|c| matches!(c, ' ' | '\t')).count()
}

/// Returns the name of the block that a line opens.
fn opened(trimmed: &str) -> Option<&str> {
    let name = trimmed.strip_suffix('{')?.trim_end().strip_suffix('=')?.trim_end();
    (!name.contains('=')).then_some(name)
}

fn read_block<'a>(job: &mut PrintedJob, block: &Block, outer: usize, lines: &mut impl Iterator<Item = &'a str>) {
    let mut variables = Vec::new();
    for line in lines {
        // An inner block closes deeper than the one that is being read.
        if line.trim() == "}" && indent(line) <= outer {
            break;
        }
        match block {
            Block::Arguments => job.arguments.push(line.trim().to_owned()),
            Block::Inherited | Block::Default | Block::Own => variable(&mut variables, line, outer),
            Block::Other => {}
        }
    }
    match block {
        Block::Inherited => job.inherited = Some(variables),
        Block::Default => job.default_environment = variables,
        Block::Own => job.environment = variables,
        Block::Arguments | Block::Other => {}
    }
}

/// Adds `NAME => value`; any other line belongs to the value before it.
fn variable(variables: &mut Vec<RawVar>, line: &str, outer: usize) {
    let entry = (indent(line) > outer)
        .then(|| line.trim_start().split_once(" =>"))
        .flatten()
        .filter(|(name, _)| !name.is_empty() && !name.contains(char::is_whitespace));
    match (entry, variables.last_mut()) {
        (Some((name, value)), _) => {
            variables.push(RawVar::new(name, value.strip_prefix(' ').unwrap_or(value)));
        }
        (None, Some(last)) => {
            last.value.push('\n');
            last.value.push_str(line);
        }
        (None, None) => {}
    }
}

fn scalar(job: &mut PrintedJob, key: &str, value: &str) {
    let text = || Some(value.to_owned());
    match key {
        "path" => job.path = text(),
        "state" => job.state = value.to_owned(),
        "program" => job.program = text(),
        "working directory" => job.working_directory = text(),
        "stdout path" => job.stdout_path = text(),
        "stderr path" => job.stderr_path = text(),
        "pid" => job.pid = value.parse().ok().filter(|pid| *pid > 0),
        "runs" => job.runs = value.parse().ok(),
        "last exit code" | "last exit status" => job.last_exit = exit(value),
        "last terminating signal" => job.last_exit = signal(value),
        _ => {}
    }
}

fn exit(value: &str) -> LastExit {
    let number = value.split_once(':').map_or(value, |(number, _)| number).trim();
    match number.parse() {
        Ok(code) => LastExit::Code(code),
        Err(_) if value.contains("never exited") => LastExit::Never,
        Err(_) => LastExit::Unknown,
    }
}

fn signal(value: &str) -> LastExit {
    let (name, number) = match value.rsplit_once(':') {
        Some((name, number)) => (name.trim(), number.trim().parse().ok()),
        None => (value, value.parse().ok()),
    };
    LastExit::Signal {
        name: name.chars().take(40).collect(),
        number,
    }
}

/// Why `launchctl` has nothing to print.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// No job of that label is loaded.
    NotLoaded,
    /// The user has no desktop session here, so there is no domain to ask.
    NoGuiSession,
    /// This user may not ask.
    Denied,
    /// Something else, in launchctl's words.
    Other(String),
}

/// Reads what a failing call says (exit status and both streams together).
pub fn refusal(status: Option<i32>, said: &str) -> Refusal {
    let lower = said.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    if has(&["could not find domain", "domain does not support specified action"]) {
        Refusal::NoGuiSession
    } else if has(&["could not find service", "no such process", "not found"]) {
        Refusal::NotLoaded
    } else if has(&["not permitted", "not privileged", "permission denied"]) {
        Refusal::Denied
    } else if status == Some(125) {
        Refusal::NoGuiSession
    } else if status == Some(113) {
        Refusal::NotLoaded
    } else {
        let words = said
            .lines()
            .map(str::trim)
            .find(|line| !line.is_empty())
            .unwrap_or("it said nothing");
        Refusal::Other(words.chars().filter(|c| !c.is_control()).take(160).collect())
    }
}

#[cfg(test)]
mod tests;
