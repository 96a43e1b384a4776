//! Start-up files of shells and loose env files: which names they assign, on which lines, and
//! which other files they source. Nothing is expanded or run; values leave only as slices for
//! the vault.

/// One assignment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assigned<'a> {
    /// Name of the variable.
    pub name: &'a str,
    /// Line, from 1.
    pub line: u32,
    /// Whether the line exports it; `export NAME` alone exports an earlier assignment.
    pub exported: bool,
    /// The literal text of the value, outer quotes removed; none where there is none or it is
    /// put together from other things.
    pub literal: Option<&'a str>,
}

/// The language of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// sh, bash, zsh.
    Posix,
    /// fish.
    Fish,
    /// `NAME=VALUE` and nothing else: `/etc/environment`, env files.
    Plain,
    /// pam_env: `NAME DEFAULT=value` or `NAME=value`.
    Pam,
}

/// What a file says.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Contents<'a> {
    /// Assignments in the order of lines.
    pub assigned: Vec<Assigned<'a>>,
    /// Base names of files of the home that are sourced.
    pub sources: Vec<&'a str>,
    /// Paths of sourced files and of folders whose files are, as written.
    pub sourced: Vec<Sourced<'a>>,
}

/// A file that another one reads in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sourced<'a> {
    /// The path or pattern as written, without quotes.
    pub path: &'a str,
    /// Whether its plain assignments are exported: `set -a`, `export $(…)`, `dotenv`.
    pub exported: bool,
}

/// Reads a file.
pub fn parse(text: &str, dialect: Dialect) -> Contents<'_> {
    let mut contents = Contents::default();
    let mut all_exported = false;
    for (number, line) in text.lines().enumerate() {
        let number = u32::try_from(number).unwrap_or(u32::MAX).saturating_add(1);
        for command in commands(line, dialect) {
            note_sources(command, dialect, &mut all_exported, &mut contents);
            read_command(command, number, dialect, &mut contents);
        }
    }
    contents
}

/// Notes which files a command reads in.
fn note_sources<'a>(command: &'a str, dialect: Dialect, all_exported: &mut bool, contents: &mut Contents<'a>) {
    const MAX_SOURCED: usize = 64;
    if !matches!(dialect, Dialect::Posix | Dialect::Fish) || contents.sourced.len() >= MAX_SOURCED {
        return;
    }
    let words = words(command);
    let skipped = |word: &&&str| {
        matches!(
            **word,
            "then" | "do" | "else" | "{" | "(" | "!" | "begin" | "and" | "or"
        )
    };
    let at = words.iter().take_while(skipped).count();
    let rest = words.get(at..).unwrap_or_default();
    let mut add = |path: &'a str, exported: bool| {
        let path = path.trim_matches(['"', '\'']);
        contents.sourced.push(Sourced { path, exported });
    };
    match rest {
        ["." | "source" | "\\." | "source_env" | "source_env_if_exists", path, ..] => add(path, *all_exported),
        ["dotenv" | "dotenv_if_exists"] => add(".env", true),
        ["dotenv" | "dotenv_if_exists", path, ..] => add(path, true),
        // `for f in ~/.bashrc.d/*; do . "$f"; done`
        ["for", _, "in", patterns @ ..] => patterns
            .iter()
            .filter(|pattern| pattern.contains('*'))
            .for_each(|pattern| add(pattern, *all_exported)),
        ["set", flag, ..] if matches!(*flag, "-a" | "-ax" | "-o") => {
            *all_exported = *flag != "-o" || rest.get(2) == Some(&"allexport");
        }
        ["set", "+a" | "+o", ..] => *all_exported = false,
        ["export", ..] if command.contains("$(") || command.contains('`') => command
            .split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '`' | '<' | '|'))
            .filter(|word| {
                ["~/", "$HOME/", "${HOME}/", "/"]
                    .iter()
                    .any(|start| word.trim_matches('"').starts_with(start))
            })
            .filter(|word| !word.starts_with("/bin/") && !word.starts_with("/usr/bin/"))
            .for_each(|word| add(word, true)),
        _ => {}
    }
}

/// The commands of one line: split at `;`, `&&`, `||` outside quotes; a comment ends it.
fn commands(line: &str, dialect: Dialect) -> Vec<&str> {
    let line = line.trim();
    if matches!(dialect, Dialect::Plain | Dialect::Pam) {
        return if line.starts_with('#') { Vec::new() } else { vec![line] };
    }
    let mut parts = Vec::new();
    let (mut start, mut quote, mut escaped, mut blank_before) = (0, None, false, true);
    for (at, c) in line.char_indices() {
        match (quote, c) {
            _ if escaped => escaped = false,
            (None | Some('"'), '\\') => escaped = true,
            (Some(open), _) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(c),
            (None, '#') if blank_before => {
                parts.push(line.get(start..at).unwrap_or_default());
                return parts;
            }
            (None, ';' | '&' | '|') => {
                parts.push(line.get(start..at).unwrap_or_default());
                start = at + c.len_utf8();
            }
            _ => {}
        }
        blank_before = c.is_whitespace() || matches!(c, ';' | '&' | '|');
    }
    parts.push(line.get(start..).unwrap_or_default());
    parts
}

fn read_command<'a>(command: &'a str, line: u32, dialect: Dialect, contents: &mut Contents<'a>) {
    let words = words(command);
    let mut rest = words.as_slice();
    while let [first, tail @ ..] = rest
        && matches!(
            *first,
            "then" | "do" | "else" | "{" | "(" | "!" | "begin" | "and" | "or"
        )
    {
        rest = tail;
    }
    let Some((first, tail)) = rest.split_first() else {
        return;
    };
    match (dialect, *first) {
        (Dialect::Posix | Dialect::Fish, "." | "source" | "\\.") => {
            contents.sources.extend(tail.first().and_then(|path| home_file(path)));
        }
        (Dialect::Fish, "set" | "set_universal") => fish_set(tail, line, contents),
        (Dialect::Posix | Dialect::Fish | Dialect::Plain, "export") => {
            let plain = tail.iter().filter(|word| !word.starts_with('-'));
            let unexport = tail.contains(&"-n");
            if dialect == Dialect::Fish && !tail.iter().any(|word| word.contains('=')) {
                return;
            }
            contents
                .assigned
                .extend(plain.filter_map(|word| assignment(word, line, !unexport)));
        }
        (Dialect::Posix, "typeset" | "declare" | "readonly" | "local") => {
            let exported = tail.iter().any(|word| word.starts_with('-') && word.contains('x'));
            let with_value = tail.iter().filter(|word| exported || word.contains('='));
            contents
                .assigned
                .extend(with_value.filter_map(|word| assignment(word, line, exported)));
        }
        (Dialect::Pam, name) => {
            let default = tail.iter().find_map(|word| word.strip_prefix("DEFAULT="));
            let override_ = tail.iter().find_map(|word| word.strip_prefix("OVERRIDE="));
            match (override_.or(default), name.contains('=')) {
                (Some(value), _) if is_name(name) => contents.assigned.push(Assigned {
                    name,
                    line,
                    exported: true,
                    literal: literal(value),
                }),
                (None, true) => contents.assigned.extend(assignment(command.trim(), line, true)),
                _ => {}
            }
        }
        (Dialect::Plain, _) => contents.assigned.extend(assignment(command.trim(), line, true)),
        (Dialect::Fish, _) => {}
        (Dialect::Posix, _) => {
            // `A=1 B=2` assigns both; `A=1 command` only hands A to the command.
            if rest
                .iter()
                .all(|word| word.contains('=') && assignment(word, line, false).is_some())
            {
                contents
                    .assigned
                    .extend(rest.iter().filter_map(|word| assignment(word, line, false)));
            }
        }
    }
}

fn fish_set<'a>(words: &[&'a str], line: u32, contents: &mut Contents<'a>) {
    let options: Vec<&str> = words.iter().copied().take_while(|word| word.starts_with('-')).collect();
    let short = |letter: char| {
        options
            .iter()
            .any(|word| !word.starts_with("--") && word.contains(letter))
    };
    if short('e') || short('q') || short('u') || options.contains(&"--erase") || options.contains(&"--query") {
        return;
    }
    let mut rest = words.iter().copied().skip(options.len());
    if let Some(name) = rest.next().filter(|name| is_name(name)) {
        contents.assigned.push(Assigned {
            name,
            line,
            exported: short('x') || options.contains(&"--export"),
            literal: rest.next().and_then(literal),
        });
    }
}

/// Splits at blanks outside quotes; quotes stay in the words.
fn words(command: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let (mut start, mut quote, mut escaped) = (None, None, false);
    for (at, c) in command.char_indices() {
        if quote.is_none() && !escaped && c.is_whitespace() {
            words.extend(start.take().and_then(|from| command.get(from..at)));
            continue;
        }
        start = start.or(Some(at));
        match (quote, c) {
            _ if escaped => escaped = false,
            (None | Some('"'), '\\') => escaped = true,
            (Some(open), _) if c == open => quote = None,
            (None, '\'' | '"') => quote = Some(c),
            _ => {}
        }
    }
    words.extend(start.and_then(|from| command.get(from..)));
    words
}

fn assignment(word: &str, line: u32, exported: bool) -> Option<Assigned<'_>> {
    let (name, value) = match word.split_once('=') {
        Some((name, value)) => (name.trim_end_matches('+').trim(), literal(value.trim())),
        None => (word, None),
    };
    is_name(name).then_some(Assigned {
        name,
        line,
        exported,
        literal: value,
    })
}

fn is_name(name: &str) -> bool {
    name.len() <= 256 && crate::secret::value::is_env_name(name)
}

/// The text inside the quotes, unless the shell would make something else of it.
fn literal(value: &str) -> Option<&str> {
    let inside = |quote: char| value.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    let text = match (inside('\''), inside('"')) {
        (Some(text), _) => return Some(text).filter(|text| !text.is_empty()),
        (None, Some(text)) => text,
        (None, None) => value,
    };
    (!text.is_empty() && !text.contains(['$', '`'])).then_some(text)
}

/// The base name of a path that starts at the home: `~/x`, `$HOME/x`, `"${HOME}/x"`.
fn home_file(word: &str) -> Option<&str> {
    let path = word.trim_matches(['"', '\'']);
    let rest = ["~/", "$HOME/", "${HOME}/", "${HOME:-~}/", "$HOME\"/"]
        .iter()
        .find_map(|start| path.strip_prefix(start))
        .or_else(|| path.starts_with('/').then(|| path.rsplit('/').next()).flatten())?;
    Some(rest).filter(|name| !name.is_empty() && !name.contains(['$', '`']))
}

#[cfg(test)]
mod tests;
