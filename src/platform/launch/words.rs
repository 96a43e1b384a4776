//! The text of a shell script, split into commands that say whether they run for certain. A reader for recognising simple
//! scripts, no shell.

use std::collections::BTreeSet;
use std::iter::Peekable;
use std::str::Chars;

/// A word of a command.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Word {
    /// Its text without quotes.
    pub(super) text: String,
    /// Whether the shell would put something in place of a part of it.
    pub(super) expands: bool,
}

/// How a command hangs on those before it in its list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Joined {
    /// It is the first.
    #[default]
    First,
    /// It runs when all before it succeeded.
    And,
    /// It runs when one before it failed.
    Or,
}

/// A command with what is known of when it runs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Command {
    /// Its words, without redirections and without the keywords before it.
    pub(super) words: Vec<Word>,
    /// Whether it stands in no branch, loop, function, subshell or pipeline.
    pub(super) top: bool,
    /// How it hangs on those before it.
    pub(super) joined: Joined,
    /// Number of its list: commands joined by `&&` and `||` share one.
    pub(super) list: usize,
}

/// A text as commands.
#[derive(Debug, Default)]
pub(super) struct Text {
    /// In the order in which they are written.
    pub(super) commands: Vec<Command>,
    /// Names of functions.
    pub(super) functions: BTreeSet<String>,
}

/// Returns whether a program is a shell, by its name.
pub(super) fn is_shell(name: &str) -> bool {
    matches!(
        name,
        "sh" | "bash" | "dash" | "zsh" | "ksh" | "mksh" | "ash" | "fish" | "busybox" | "nu" | "pwsh" | "rbash"
    )
}

/// What is open where a command stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Nest {
    Paren,
    Brace,
    If,
    Loop,
    /// With whether a pattern comes next.
    Case(bool),
}

struct Splitter<'a> {
    chars: Peekable<Chars<'a>>,
    text: Text,
    words: Vec<Word>,
    word: Option<Word>,
    nest: Vec<Nest>,
    /// Ends of the here-documents that begin with the next line.
    documents: Vec<String>,
    /// The next word is where a redirection leads.
    target: bool,
    joined: Joined,
    list: usize,
    piped: bool,
}

/// Splits a text into commands.
pub(super) fn split(text: &str) -> Text {
    let mut splitter = Splitter {
        chars: text.chars().peekable(),
        text: Text::default(),
        words: Vec::new(),
        word: None,
        nest: Vec::new(),
        documents: Vec::new(),
        target: false,
        joined: Joined::First,
        list: 0,
        piped: false,
    };
    while let Some(c) = splitter.chars.next() {
        splitter.step(c);
    }
    splitter.end_command(false);
    splitter.text
}

impl Splitter<'_> {
    fn step(&mut self, c: char) {
        match c {
            '\\' => match self.chars.next() {
                Some('\n') => {}
                Some(next) => self.word().text.push(next),
                None => {}
            },
            '\'' => {
                let quoted: String = self.chars.by_ref().take_while(|c| *c != '\'').collect();
                self.word().text.push_str(&quoted);
            }
            '"' => self.double_quoted(),
            '$' if self.chars.peek() == Some(&'(') => self.substitution(),
            '`' => {
                let inner: String = self.chars.by_ref().take_while(|c| *c != '`').collect();
                let word = self.word();
                word.expands = true;
                word.text.push('`');
                word.text.push_str(&inner);
            }
            '#' if self.word.is_none() => {
                while self.chars.peek().is_some_and(|c| *c != '\n') {
                    self.chars.next();
                }
            }
            ' ' | '\t' | '\r' => self.end_word(),
            '\n' => {
                let empty = self.words.is_empty() && self.word.is_none();
                self.end_command(false);
                // `&&` at the end of a line goes on in the next.
                if !empty {
                    self.end_list();
                }
                self.skip_documents();
            }
            _ if self.in_test() => self.word().text.push(c),
            ';' => {
                self.end_command(false);
                self.end_list();
                if matches!(self.chars.peek(), Some(';' | '&')) {
                    self.chars.next();
                    self.pattern(true);
                }
            }
            '&' => self.ampersand(),
            '|' if self.chars.peek() == Some(&'|') => {
                self.chars.next();
                self.end_command(false);
                self.joined = Joined::Or;
            }
            '|' => {
                if self.chars.peek() == Some(&'&') {
                    self.chars.next();
                }
                self.end_command(true);
                self.piped = true;
            }
            '(' => self.open(),
            ')' => self.close(),
            '<' | '>' => self.redirection(c),
            _ => {
                let word = self.word();
                word.expands |= c == '$';
                word.text.push(c);
            }
        }
    }

    fn word(&mut self) -> &mut Word {
        self.word.get_or_insert_default()
    }

    /// Inside `[[ … ]]` operators are words.
    fn in_test(&self) -> bool {
        self.words.iter().any(|word| word.text == "[[") && !self.words.iter().any(|word| word.text == "]]")
    }

    fn double_quoted(&mut self) {
        self.word();
        while let Some(c) = self.chars.next() {
            match c {
                '"' => return,
                '\\' => {
                    let next = self.chars.next();
                    self.word().text.extend(next.filter(|c| *c != '\n'));
                }
                '$' if self.chars.peek() == Some(&'(') => self.substitution(),
                _ => {
                    let word = self.word();
                    word.expands |= matches!(c, '$' | '`');
                    word.text.push(c);
                }
            }
        }
    }

    /// What a substitution runs is not the command of this script.
    fn substitution(&mut self) {
        let word = self.word();
        word.expands = true;
        word.text.push_str("$(");
        let mut depth = 0;
        let mut quote = None;
        for c in self.chars.by_ref() {
            match (quote, c) {
                (Some(open), _) if open == c => quote = None,
                (None, '\'' | '"') => quote = Some(c),
                (None, '(') => depth += 1,
                (None, ')') => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return;
            }
        }
    }

    fn ampersand(&mut self) {
        match self.chars.peek() {
            Some('&') => {
                self.chars.next();
                self.end_command(false);
                if self.joined == Joined::First {
                    self.joined = Joined::And;
                }
            }
            Some('>') => {
                self.chars.next();
                self.redirection('>');
            }
            _ => {
                self.end_command(true);
                self.end_list();
            }
        }
    }

    fn open(&mut self) {
        if matches!(self.nest.last(), Some(Nest::Case(true))) && self.words.is_empty() && self.word.is_none() {
            return;
        }
        while self.chars.peek().is_some_and(|c| *c == ' ') {
            self.chars.next();
        }
        if self.chars.peek() == Some(&')') && (self.word.is_some() || !self.words.is_empty()) {
            self.chars.next();
            self.end_word();
            self.text.functions.extend(self.words.pop().map(|word| word.text));
            self.words.clear();
            return;
        }
        self.end_command(false);
        self.nest.push(Nest::Paren);
    }

    fn close(&mut self) {
        if matches!(self.nest.last(), Some(Nest::Case(_))) {
            self.end_word();
            self.words.clear();
            self.pattern(false);
            return;
        }
        self.end_command(false);
        self.pop(|nest| nest == Nest::Paren);
    }

    fn pattern(&mut self, comes: bool) {
        if let Some(Nest::Case(pattern)) = self.nest.last_mut() {
            *pattern = comes;
        }
    }

    fn pop(&mut self, is_it: impl Fn(Nest) -> bool) {
        if self.nest.last().is_some_and(|nest| is_it(*nest)) {
            self.nest.pop();
        }
    }

    fn redirection(&mut self, first: char) {
        // `2>`: the number belongs to it.
        match &self.word {
            Some(word) if !word.text.is_empty() && word.text.bytes().all(|byte| byte.is_ascii_digit()) => {
                self.word = None;
            }
            _ => self.end_word(),
        }
        if self.chars.peek() == Some(&'(') {
            self.substitution();
            return;
        }
        let mut sign = String::from(first);
        while let Some(c) = self.chars.next_if(|c| matches!(c, '<' | '>' | '&' | '|' | '-')) {
            sign.push(c);
        }
        if matches!(sign.as_str(), "<<" | "<<-") {
            while self.chars.next_if(|c| *c == ' ').is_some() {}
            let mut end = String::new();
            while let Some(c) = self
                .chars
                .next_if(|c| !c.is_whitespace() && !matches!(c, ';' | '&' | '|' | ')'))
            {
                end.push(c);
            }
            end.retain(|c| !matches!(c, '\'' | '"' | '\\'));
            self.documents.push(end);
        } else if !sign.ends_with("&-") {
            self.target = true;
        }
    }

    fn skip_documents(&mut self) {
        for end in std::mem::take(&mut self.documents) {
            loop {
                let line: String = self.chars.by_ref().take_while(|c| *c != '\n').collect();
                if line.trim_start_matches('\t') == end || self.chars.peek().is_none() {
                    break;
                }
            }
        }
    }

    fn end_word(&mut self) {
        if let Some(word) = self.word.take() {
            if std::mem::take(&mut self.target) {
                return;
            }
            self.words.push(word);
        }
    }

    fn end_list(&mut self) {
        self.list += 1;
        self.joined = Joined::First;
        self.piped = false;
    }

    /// Ends a command; in a pipeline or behind `&` it has a process of its own.
    fn end_command(&mut self, apart: bool) {
        self.end_word();
        let words = std::mem::take(&mut self.words);
        let mut words = words.as_slice();
        let apart = apart | std::mem::take(&mut self.piped);
        while let [first, rest @ ..] = words {
            match first.text.as_str() {
                "esac" => self.pop(|nest| matches!(nest, Nest::Case(_))),
                _ if matches!(self.nest.last(), Some(Nest::Case(true))) => return,
                "if" => self.nest.push(Nest::If),
                "fi" => self.pop(|nest| nest == Nest::If),
                "while" | "until" => self.nest.push(Nest::Loop),
                "done" => self.pop(|nest| nest == Nest::Loop),
                "for" | "select" => {
                    self.nest.push(Nest::Loop);
                    return;
                }
                "case" => {
                    self.nest.push(Nest::Case(true));
                    return;
                }
                "{" => self.nest.push(Nest::Brace),
                "}" => self.pop(|nest| nest == Nest::Brace),
                "function" => {
                    self.text.functions.extend(rest.first().map(|word| word.text.clone()));
                    words = rest.get(1..).unwrap_or_default();
                    continue;
                }
                "then" | "else" | "elif" | "do" | "!" | "time" | "command" | "builtin" => {}
                _ => break,
            }
            words = rest;
        }
        if !words.is_empty() {
            self.text.commands.push(Command {
                words: words.to_vec(),
                top: self.nest.is_empty() && !apart,
                joined: self.joined,
                list: self.list,
            });
        }
    }
}

#[cfg(test)]
#[path = "words_tests.rs"]
mod tests;
