//! A command as it is shown: in one piece to copy, continued with `\` where it is wider than the
//! window, and only between words, so that it does the same.

use crate::base::wrap::wrap;
use crate::render::paste::remarked;
use crate::render::width::columns;

/// Blanks before a continued line.
const INDENT: &str = "  ";

/// Returns the lines of a command. Quotes, here-documents and comments are never broken.
pub(super) fn lines(command: &str, width: usize) -> Vec<String> {
    // A comment ends with its line, and what continues it would be a command of its own: the remark gets a line, the
    // command is continued below it.
    if let Some((remark, rest)) = remarked(command).filter(|_| columns(command) > width) {
        return std::iter::once(remark.to_owned()).chain(lines(rest, width)).collect();
    }
    if let Some(text) = command
        .strip_prefix("# ")
        .filter(|_| command.lines().count() == 1 && remarked(command).is_none())
    {
        let lines = wrap(text, width.saturating_sub(2)).into_iter();
        return lines.map(|line| format!("# {line}")).collect();
    }
    // A backslash inside a here-document or a comment would be part of its text.
    if command.lines().count() > 1 || command.contains("<<") || command.contains(" #") {
        return command.lines().map(str::to_owned).collect();
    }
    if columns(command) <= width {
        return vec![command.to_owned()];
    }
    let room = width.saturating_sub(2);
    let mut lines: Vec<String> = Vec::new();
    for part in parts(&words(command)) {
        let whole = part.join(" ");
        let fits = lines
            .last()
            .is_some_and(|line| columns(line) + 1 + columns(&whole) <= room);
        match lines.last_mut().filter(|_| fits) {
            Some(line) => line.push_str(&format!(" {whole}")),
            None => add(&mut lines, &part, room),
        }
    }
    let last = lines.len().saturating_sub(1);
    let continued = |(at, line): (usize, String)| if at < last { format!("{line} \\") } else { line };
    lines.into_iter().enumerate().map(continued).collect()
}

/// Adds a part on lines of its own, as many words on each as fit.
fn add(lines: &mut Vec<String>, part: &[&str], room: usize) {
    let mut line = if lines.is_empty() { "" } else { INDENT }.to_owned();
    for word in part {
        let joined = columns(&line) + 1 + columns(word);
        if !line.trim().is_empty() && joined > room {
            lines.push(std::mem::replace(&mut line, INDENT.to_owned()));
        }
        if !line.trim().is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(line);
}

/// Puts the words of each simple command together; `&&` and `|` begin a new one.
fn parts<'c>(words: &[&'c str]) -> Vec<Vec<&'c str>> {
    let mut parts: Vec<Vec<&str>> = Vec::new();
    for word in words {
        let begins = ["&& ", "|| ", "| "].iter().any(|operator| word.starts_with(operator));
        match parts.last_mut().filter(|_| !begins) {
            Some(part) => part.push(word),
            None => parts.push(vec![word]),
        }
    }
    parts
}

/// Splits at blanks outside of quotes; an operator such as `&&` or `>>` goes with the word after it.
fn words(command: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let (mut from, mut quote, mut escaped) = (0, None, false);
    for (at, sign) in command.char_indices() {
        if escaped {
            escaped = false;
            continue;
        }
        match (sign, quote) {
            ('\\', None | Some('"')) => escaped = true,
            ('"' | '\'', None) => quote = Some(sign),
            (_, Some(open)) if sign == open => quote = None,
            (' ', None) => {
                let word = command.get(from..at).unwrap_or_default();
                let after = command.get(at + 1..).unwrap_or_default();
                let joins = matches!(word.trim_start(), "&&" | "||" | "|" | ">>" | ">" | "<" | "2>");
                if !word.is_empty() && !joins && !after.is_empty() {
                    words.push(word);
                    from = at + 1;
                }
            }
            _ => {}
        }
    }
    words.push(command.get(from..).unwrap_or_default());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_commands_continue_between_words() {
        let command = r#"printf 'A KEY=%s\n' "$A_KEY" >> ~/.openclaw/.env && chmod 600 ~/.openclaw/.env"#;
        assert_eq!(
            lines(command, 40),
            [
                r#"printf 'A KEY=%s\n' "$A_KEY" \"#,
                r"  >> ~/.openclaw/.env \",
                "  && chmod 600 ~/.openclaw/.env",
            ]
        );
        assert_eq!(lines(command, 100), [command]);
    }

    #[test]
    fn what_a_backslash_would_change_stays_whole() {
        for command in [
            "cat > x <<'END'\nlong long long long\nEND",
            "ls # long long comment",
            "'one long quoted word of many words'",
        ] {
            assert_eq!(lines(command, 10).join("\n"), command);
        }
    }

    /// What continues a comment would be run.
    #[test]
    fn every_line_of_a_comment_is_one() {
        assert_eq!(
            lines("# edit the source it comes from and deploy it again", 24),
            ["# edit the source it", "# comes from and deploy", "# it again"]
        );
    }

    #[test]
    fn a_remark_is_not_continued() {
        for (command, remark) in [
            (
                "# outside the container: read -rs KEY && kubectl patch secret x",
                "# outside the container:",
            ),
            (
                "# as root (no sudo here): printf 'a' | tee -a /etc/wsl.conf",
                "# as root (no sudo here):",
            ),
            ("# on the host: docker compose up -d openclaw-gateway", "# on the host:"),
        ] {
            let shown = lines(command, 30);
            assert_eq!(shown.first().map(String::as_str), Some(remark));
            let rest = shown.get(1..).unwrap_or_default().join("\n").replace("\\\n", "");
            assert_eq!(
                shlex::split(&rest),
                shlex::split(remarked(command).unwrap_or_default().1)
            );
            assert_eq!(lines(command, 100), [command]);
        }
    }

    #[test]
    fn a_shell_reads_the_same_words() {
        let command = r#"sudo -u bob env A="x y" printf 'a  b\n' \" c\ d | tee -a "$HOME/f f" > /dev/null"#;
        for width in [8, 16, 24, 40, 60] {
            let shown = lines(command, width).join("\n").replace("\\\n", "");
            assert_eq!(shlex::split(&shown), shlex::split(command), "{width}: {shown}");
        }
    }
}
