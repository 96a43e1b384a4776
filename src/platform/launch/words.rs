//! The text of a shell script, split into commands. A reader for recognising simple scripts, no shell.

/// A word of a command.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Word {
    /// Its text without quotes.
    pub(super) text: String,
    /// Whether the shell would put something in place of a part of it.
    pub(super) expands: bool,
}

/// Returns whether a program is a shell, by its name.
pub(super) fn is_shell(name: &str) -> bool {
    matches!(
        name,
        "sh" | "bash" | "dash" | "zsh" | "ksh" | "mksh" | "ash" | "fish" | "busybox" | "nu" | "pwsh" | "rbash"
    )
}

/// Splits a text into commands: at line ends, `;`, `&`, `|`, and brackets.
pub(super) fn commands(text: &str) -> Vec<Vec<Word>> {
    let mut commands = vec![Vec::new()];
    let mut word: Option<Word> = None;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('\n') => {}
                Some(next) => word.get_or_insert_default().text.push(next),
                None => {}
            },
            '\'' => {
                let word = word.get_or_insert_default();
                word.text.extend(chars.by_ref().take_while(|c| *c != '\''));
            }
            '"' => {
                let word = word.get_or_insert_default();
                while let Some(c) = chars.next() {
                    match c {
                        '"' => break,
                        '\\' => word.text.extend(chars.next()),
                        _ => {
                            word.expands |= matches!(c, '$' | '`');
                            word.text.push(c);
                        }
                    }
                }
            }
            // What a substitution runs is not the command of this script.
            '$' if chars.peek() == Some(&'(') => {
                let word = word.get_or_insert_default();
                word.expands = true;
                word.text.push_str("$(");
                chars.next();
                let mut depth = 1;
                for c in chars.by_ref() {
                    depth += match c {
                        '(' => 1,
                        ')' => -1,
                        _ => 0,
                    };
                    if depth == 0 {
                        break;
                    }
                }
            }
            '#' if word.is_none() => {
                while chars.peek().is_some_and(|c| *c != '\n') {
                    chars.next();
                }
            }
            ' ' | '\t' | '\r' => end_word(&mut commands, &mut word),
            '\n' | ';' | '&' | '|' | '(' | ')' => {
                end_word(&mut commands, &mut word);
                commands.push(Vec::new());
            }
            _ => {
                let word = word.get_or_insert_default();
                word.expands |= matches!(c, '$' | '`');
                word.text.push(c);
            }
        }
    }
    end_word(&mut commands, &mut word);
    commands.retain(|command| !command.is_empty());
    commands
}

fn end_word(commands: &mut [Vec<Word>], word: &mut Option<Word>) {
    if let (Some(word), Some(command)) = (word.take(), commands.last_mut()) {
        command.push(word);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_split_as_a_shell_would() {
        let split = |text: &str| -> Vec<Vec<String>> {
            let texts = |words: Vec<Word>| words.into_iter().map(|word| word.text).collect();
            commands(text).into_iter().map(texts).collect()
        };
        assert_eq!(
            split("a 'b c'; d\\\n e # f\ng"),
            [vec!["a", "b c"], vec!["d", "e"], vec!["g"]]
        );
        assert_eq!(split("export K=\"$(cat x; y)\" && exec z \"$@\"").len(), 2);
        assert_eq!(split("K=$(cat x; y) z"), [vec!["K=$(", "z"]]);
        assert!(
            commands("a \"$b\" '$c'")[0]
                .iter()
                .map(|word| word.expands)
                .eq([false, true, false])
        );
        assert!(split("").is_empty() && split("'open").len() == 1);
    }
}
