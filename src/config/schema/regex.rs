//! Patterns of JSON Schemas as JavaScript means them: a small matcher that goes back and tries again, with look-ahead
//! and with a limit of steps, because the patterns of a manifest were written by anybody.

/// Steps of one match; after them a text counts as fitting.
const STEPS: usize = 200_000;
/// Calls inside each other; the same.
const DEPTH: usize = 1500;

#[derive(Debug, Clone, PartialEq)]
enum Node {
    Start,
    End,
    Any,
    Set { items: Vec<Item>, not: bool },
    Group(Vec<Vec<Node>>),
    Look { branches: Vec<Vec<Node>>, not: bool },
    Repeat { node: Box<Node>, min: usize, max: usize },
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Item {
    Range(char, char),
    Digit(bool),
    Word(bool),
    Space(bool),
    Control,
    /// Lone surrogates, which no text of a config has.
    Surrogate,
}

/// A pattern that was understood.
#[derive(Debug)]
pub(super) struct Regex(Vec<Vec<Node>>);

impl Regex {
    /// Reads a pattern; none where it uses what is not known here.
    pub(super) fn parse(source: &str) -> Option<Regex> {
        let chars: Vec<char> = source.chars().collect();
        let mut parser = Parser { chars: &chars, at: 0 };
        let branches = parser.branches()?;
        (parser.at == chars.len()).then_some(Regex(branches))
    }

    /// Returns whether some part of a text fits.
    pub(super) fn fits(&self, text: &str) -> bool {
        let text: Vec<char> = text.chars().collect();
        let mut matcher = Matcher {
            text: &text,
            steps: 0,
            depth: 0,
        };
        (0..=text.len()).any(|at| self.0.iter().any(|branch| matcher.run(branch, at, &mut |_, _| true)))
            || matcher.steps >= STEPS
    }
}

struct Parser<'p> {
    chars: &'p [char],
    at: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += 1;
        Some(next)
    }

    fn eat(&mut self, word: &str) -> bool {
        let found = word
            .chars()
            .zip(self.at..)
            .all(|(c, at)| self.chars.get(at) == Some(&c));
        if found {
            self.at += word.chars().count();
        }
        found
    }

    fn branches(&mut self) -> Option<Vec<Vec<Node>>> {
        let mut branches = vec![Vec::new()];
        while let Some(c) = self.peek().filter(|c| *c != ')') {
            if c == '|' {
                self.at += 1;
                branches.push(Vec::new());
                continue;
            }
            let node = self.node()?;
            let node = self.repeated(node)?;
            branches.last_mut()?.push(node);
        }
        Some(branches)
    }

    fn node(&mut self) -> Option<Node> {
        Some(match self.next()? {
            '^' => Node::Start,
            '$' => Node::End,
            '.' => Node::Any,
            '[' => self.set()?,
            '(' => {
                let look = self.eat("?=");
                let not = !look && self.eat("?!");
                if !look && !not && !self.eat("?:") && self.peek() == Some('?') {
                    return None;
                }
                let branches = self.branches()?;
                if !self.eat(")") {
                    return None;
                }
                match look || not {
                    true => Node::Look { branches, not },
                    false => Node::Group(branches),
                }
            }
            '\\' => {
                let items = vec![self.escape()?];
                Node::Set { items, not: false }
            }
            '*' | '+' | '?' | ')' | '{' => return None,
            c => one(c),
        })
    }

    fn repeated(&mut self, node: Node) -> Option<Node> {
        let (min, max) = match self.peek() {
            Some('*') => (0, usize::MAX),
            Some('+') => (1, usize::MAX),
            Some('?') => (0, 1),
            Some('{') => {
                let close = self.chars.iter().skip(self.at).position(|c| *c == '}')? + self.at;
                let words: String = self.chars.get(self.at + 1..close)?.iter().collect();
                self.at = close;
                match words.split_once(',') {
                    None => (words.parse().ok()?, words.parse().ok()?),
                    Some((min, "")) => (min.parse().ok()?, usize::MAX),
                    Some((min, max)) => (min.parse().ok()?, max.parse().ok()?),
                }
            }
            _ => return Some(node),
        };
        self.at += 1;
        // How much is taken at first does not matter for whether a text fits.
        self.eat("?");
        let node = Box::new(node);
        Some(Node::Repeat { node, min, max })
    }

    fn set(&mut self) -> Option<Node> {
        let not = self.eat("^");
        let mut items = Vec::new();
        loop {
            let item = match self.next()? {
                ']' => return Some(Node::Set { items, not }),
                '\\' => self.escape()?,
                c => Item::Range(c, c),
            };
            let dash = self.peek() == Some('-') && self.chars.get(self.at + 1).is_some_and(|c| *c != ']');
            let (Item::Range(from, _), true) = (item, dash) else {
                items.push(item);
                continue;
            };
            self.at += 1;
            let to = match self.next()? {
                '\\' => self.escape()?,
                c => Item::Range(c, c),
            };
            let Item::Range(to, _) = to else { return None };
            items.push(Item::Range(from, to));
        }
    }

    fn escape(&mut self) -> Option<Item> {
        let c = match self.next()? {
            'd' => return Some(Item::Digit(true)),
            'D' => return Some(Item::Digit(false)),
            'w' => return Some(Item::Word(true)),
            'W' => return Some(Item::Word(false)),
            's' => return Some(Item::Space(true)),
            'S' => return Some(Item::Space(false)),
            'p' if self.eat("{Cc}") => return Some(Item::Control),
            'p' if self.eat("{Cs}") => return Some(Item::Surrogate),
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'f' => '\u{c}',
            'v' => '\u{b}',
            '0' => '\0',
            'x' => self.hex(2)?,
            'u' => self.hex(4)?,
            c if c.is_ascii_alphanumeric() => return None,
            c => c,
        };
        Some(Item::Range(c, c))
    }

    fn hex(&mut self, digits: usize) -> Option<char> {
        let text: String = self.chars.get(self.at..self.at + digits)?.iter().collect();
        self.at += digits;
        char::from_u32(u32::from_str_radix(&text, 16).ok()?)
    }
}

fn one(c: char) -> Node {
    let items = vec![Item::Range(c, c)];
    Node::Set { items, not: false }
}

impl Item {
    fn has(self, c: char) -> bool {
        match self {
            Item::Range(from, to) => from <= c && c <= to,
            Item::Digit(yes) => c.is_ascii_digit() == yes,
            Item::Word(yes) => (c.is_ascii_alphanumeric() || c == '_') == yes,
            Item::Space(yes) => (c.is_whitespace() || c == '\u{feff}') == yes,
            Item::Control => c.is_control(),
            Item::Surrogate => false,
        }
    }
}

struct Matcher<'t> {
    text: &'t [char],
    steps: usize,
    depth: usize,
}

/// What is to fit after a node, given the place behind it.
type Rest<'r> = &'r mut dyn FnMut(&mut Matcher<'_>, usize) -> bool;

impl Matcher<'_> {
    /// Counts a call; false when there have been too many.
    fn enter(&mut self) -> bool {
        self.steps += 1;
        if self.depth >= DEPTH {
            self.steps = STEPS;
        }
        self.depth += 1;
        self.steps < STEPS
    }

    fn run(&mut self, nodes: &[Node], at: usize, rest: Rest<'_>) -> bool {
        let fits = self.enter() && self.step(nodes, at, rest);
        self.depth -= 1;
        fits
    }

    fn step(&mut self, nodes: &[Node], at: usize, rest: Rest<'_>) -> bool {
        let Some((node, after)) = nodes.split_first() else {
            return rest(self, at);
        };
        match node {
            Node::Start => at == 0 && self.run(after, at, rest),
            Node::End => at == self.text.len() && self.run(after, at, rest),
            Node::Any => {
                let fits = |c: &char| !matches!(c, '\n' | '\r' | '\u{2028}' | '\u{2029}');
                self.text.get(at).is_some_and(fits) && self.run(after, at + 1, rest)
            }
            Node::Set { items, not } => {
                let fits = |c: &char| items.iter().any(|item| item.has(*c)) != *not;
                self.text.get(at).is_some_and(fits) && self.run(after, at + 1, rest)
            }
            Node::Group(branches) => branches
                .iter()
                .any(|branch| self.run(branch, at, &mut |matcher, at| matcher.run(after, at, rest))),
            Node::Look { branches, not } => {
                let seen = branches.iter().any(|branch| self.run(branch, at, &mut |_, _| true));
                seen != *not && self.run(after, at, rest)
            }
            Node::Repeat { node, min, max } => {
                self.repeat(node, (*min, *max), at, &mut |matcher, at| matcher.run(after, at, rest))
            }
        }
    }

    fn repeat(&mut self, node: &Node, (min, max): (usize, usize), at: usize, rest: Rest<'_>) -> bool {
        // What takes one character each time is counted, so that long texts need no depth.
        if let Node::Set { .. } | Node::Any = node {
            let mut ends = vec![at];
            while ends.len() <= max {
                let from = ends.last().copied().unwrap_or(at);
                if !self.run(std::slice::from_ref(node), from, &mut |_, _| true) {
                    break;
                }
                ends.push(from + 1);
            }
            return ends.iter().skip(min).rev().any(|at| rest(self, *at));
        }
        let more = max > 0
            && self.run(std::slice::from_ref(node), at, &mut |matcher, next| {
                let less = (min.saturating_sub(1), if max == usize::MAX { max } else { max - 1 });
                (next > at || min > 0) && matcher.repeat(node, less, next, rest)
            });
        more || (min == 0 && rest(self, at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_fit_as_in_javascript() {
        let cases: [(&str, &[&str], &[&str]); 9] = [
            (
                r"^(?!(?:constructor|prototype)$)[a-z0-9][a-z0-9_-]{0,3}$",
                &["ab", "a"],
                &["constructor", "", "abcde", "A"],
            ),
            (
                r"^(?!\s)(?![\s\S]*\s$)[^\p{Cs}]{1,5}$",
                &["a b", "äöü"],
                &[" a", "a ", "", "abcdef"],
            ),
            (r"^\/(?!\/)[^\0]*[^/\0]$", &["/a", "/a/b"], &["//a", "/", "a", "/a/"]),
            (r"\S", &["x", " x "], &["", "  "]),
            (
                r"^(github|profile):[^\s:]+$",
                &["github:a"],
                &["gitlab:a", "github:", "github:a:b"],
            ),
            (
                r"^(?:[1-9][0-9]*[hd]|(?:[6-9][0-9]|[1-9][0-9]{2,})m)(?![\s\S])",
                &["1h", "60m", "100m"],
                &["0h", "59m", "1hh"],
            ),
            (r"^(?:[a-z]+\.)*[a-z]+@[a-z]+$", &["a.b@c", "a@b"], &["a..b@c", "@c"]),
            (r"^a{2}b{1,}c{0,2}$", &["aab", "aabbcc"], &["ab", "aabccc"]),
            ("^.$", &["x"], &["\n", "xx"]),
        ];
        for (source, fitting, others) in cases {
            let regex = Regex::parse(source).unwrap();
            for text in fitting {
                assert!(regex.fits(text), "{source} {text:?}");
            }
            for text in others {
                assert!(!regex.fits(text), "{source} {text:?}");
            }
        }
    }

    /// A pattern that would take for ever ends, and accuses nobody.
    #[test]
    fn a_hostile_pattern_ends() {
        let regex = Regex::parse("^(?:a+)+$").unwrap();
        assert!(regex.fits(&("a".repeat(40) + "b")));
        assert!(Regex::parse("^(?:ab)*$").unwrap().fits(&"ab".repeat(500_000)));
        for odd in ["(", "[a", r"\k", "a{", "*", "(?<n>a)", r"\p{L}"] {
            assert!(Regex::parse(odd).is_none(), "{odd}");
        }
    }
}
