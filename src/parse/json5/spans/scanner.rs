//! The grammar of JSON5 over the lexer's tokens, filling the index as it goes.

use super::lexer::{self, Lexer};
use super::{Expected, Fault, Kind, MAX_DEPTH, NONE, Node, SpanIndex, lines, members};

/// An open container.
struct Open {
    node: u32,
    last: u32,
    count: usize,
    array: bool,
    start: u32,
}

/// The grammar over the lexer's tokens.
pub(crate) struct Scanner<'t> {
    text: &'t str,
    lexer: Lexer<'t>,
    index: SpanIndex,
    open: Vec<Open>,
    key: (u32, u32),
}

impl<'t> Scanner<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Scanner {
            text,
            lexer: Lexer::new(text),
            index: SpanIndex::default(),
            open: Vec::new(),
            key: (0, 0),
        }
    }

    pub(crate) fn run(mut self) -> Result<SpanIndex, Fault> {
        match self.document() {
            Ok(()) => {
                self.index.comments = self.lexer.comments;
                Ok(self.index)
            }
            Err((stop, expected)) => Err(self.fault(stop, expected)),
        }
    }

    fn fault(&self, stop: lexer::Stop, expected: Expected) -> Fault {
        let (line, column) = lines::npm_position(self.text, stop.offset, stop.kind);
        Fault {
            kind: stop.kind,
            offset: stop.offset,
            line,
            column,
            open: self.open.iter().take(MAX_DEPTH).map(|open| open.start).collect(),
            inside: stop.inside,
            expected: if stop.in_token { Expected::Rest } else { expected },
        }
    }

    fn document(&mut self) -> Result<(), (lexer::Stop, Expected)> {
        self.value()?;
        while let Some(open) = self.open.last() {
            let (array, fresh) = (open.array, open.last == NONE);
            if array {
                self.element(fresh)?;
            } else {
                self.member(fresh)?;
            }
        }
        let at = |stop| (stop, Expected::Nothing);
        self.lexer.skip_space().map_err(at)?;
        match self.lexer.peek() {
            None => Ok(()),
            Some(_) => Err(at(self.lexer.refuse())),
        }
    }

    /// Reads `]` or an element, with the comma before it unless it is the first.
    fn element(&mut self, fresh: bool) -> Result<(), (lexer::Stop, Expected)> {
        if !fresh && !self.comma(b']', Expected::CommaOrBracket)? {
            return Ok(());
        }
        self.lexer.skip_space().map_err(|stop| (stop, Expected::Value))?;
        if self.lexer.peek() == Some(b']') {
            self.close();
            return Ok(());
        }
        self.key = (0, 0);
        self.value()
    }

    /// Reads `}` or a member, with the comma before it unless it is the first.
    fn member(&mut self, fresh: bool) -> Result<(), (lexer::Stop, Expected)> {
        if !fresh && !self.comma(b'}', Expected::CommaOrBrace)? {
            return Ok(());
        }
        let at = |stop| (stop, Expected::Key);
        self.lexer.skip_space().map_err(at)?;
        if self.lexer.peek() == Some(b'}') {
            self.close();
            return Ok(());
        }
        self.key = self.lexer.key().map_err(at)?;
        self.lexer.skip_space().map_err(|stop| (stop, Expected::Colon))?;
        if self.lexer.peek() != Some(b':') {
            return Err((self.lexer.refuse(), Expected::Colon));
        }
        self.lexer.bump();
        self.value()
    }

    /// Reads the comma between two members; false when the container was closed instead.
    fn comma(&mut self, close: u8, expected: Expected) -> Result<bool, (lexer::Stop, Expected)> {
        self.lexer.skip_space().map_err(|stop| (stop, expected))?;
        match self.lexer.peek() {
            Some(b',') => {
                self.lexer.bump();
                Ok(true)
            }
            Some(byte) if byte == close => {
                self.close();
                Ok(false)
            }
            _ => Err((self.lexer.refuse(), expected)),
        }
    }

    fn value(&mut self) -> Result<(), (lexer::Stop, Expected)> {
        let at = |stop| (stop, Expected::Value);
        self.lexer.skip_space().map_err(at)?;
        let start = self.lexer.offset();
        match self.lexer.peek() {
            Some(byte @ (b'{' | b'[')) => {
                let node = self.add(start, if byte == b'[' { Kind::Array } else { Kind::Object });
                self.lexer.bump();
                self.open.push(Open {
                    node,
                    last: NONE,
                    count: 0,
                    array: byte == b'[',
                    start,
                });
                Ok(())
            }
            _ => {
                self.lexer.scalar().map_err(at)?;
                let node = self.add(start, Kind::Scalar);
                self.finish(node);
                Ok(())
            }
        }
    }

    /// Adds a node under the innermost container. Containers too deep get one shared dead entry.
    fn add(&mut self, start: u32, kind: Kind) -> u32 {
        let id = self.index.nodes.len() as u32;
        let deep = self.open.len() >= MAX_DEPTH;
        if let Some(open) = self.open.last_mut() {
            let previous = std::mem::replace(&mut open.last, if deep { 0 } else { id });
            if deep {
                self.index.too_deep = true;
                return NONE;
            }
            open.count += 1;
            let link = if previous == NONE { open.node } else { previous };
            if let Some(node) = self.index.nodes.get_mut(link as usize) {
                if previous == NONE {
                    node.first = id;
                } else {
                    node.next = id;
                }
            }
        }
        self.index.nodes.push(Node {
            start,
            end: start,
            key_start: self.key.0,
            key_end: self.key.1,
            kind,
            next: NONE,
            first: NONE,
            parent: self.open.last().map_or(NONE, |open| open.node),
        });
        id
    }

    fn finish(&mut self, node: u32) {
        let end = self.lexer.offset();
        if let Some(node) = self.index.nodes.get_mut(node as usize) {
            node.end = end;
        }
    }

    fn close(&mut self) {
        self.lexer.bump();
        if let Some(open) = self.open.pop() {
            self.finish(open.node);
            if open.count > members::FEW {
                self.index.large.ids.push(open.node);
            }
            if !open.array && open.node != NONE {
                lines::note_duplicates(&mut self.index, self.text, open.node as usize);
            }
        }
    }
}
