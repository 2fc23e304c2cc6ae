//! Lexer: splits a text into terms, each a name, an operator and values, without their meaning.

use super::QueryTextError;

/// Operators between a column and its values. A longer one stands before its prefix.
const OPERATORS: [&str; 9] = ["!=", "!~", "<=", ">=", "=", "~", "^", "<", ">"];

/// Piece of a text.
#[derive(Debug, PartialEq, Eq)]
pub struct Piece {
    /// Position in the text, in characters from 0.
    pub position: usize,
    /// Text of the piece; of a value, without quotes and escapes.
    pub text: String,
}

/// Term as it is written.
#[derive(Debug, PartialEq, Eq)]
pub struct RawTerm {
    /// Whole term.
    pub source: Piece,
    /// Whether the term is switched off: a `-` stands before it.
    pub off: bool,
    /// Name and operator; `None` for a bare word.
    pub head: Option<(Piece, Piece)>,
    /// Value, or the first of several alternatives.
    pub first: Piece,
    /// Alternatives behind the first.
    pub others: Vec<Piece>,
    /// Of `change`, the sides of each step, the first and its alternatives; else empty.
    pub steps: Vec<(Option<Piece>, Option<Piece>)>,
}

/// Signs between the sides of a step.
const ARROWS: [&str; 2] = ["→", "->"];

/// Splits a text into its terms.
pub fn terms(text: &str) -> Result<Vec<RawTerm>, QueryTextError> {
    let mut lexer = Lexer { characters: text.chars().collect(), at: 0 };
    let mut terms = Vec::new();
    loop {
        while lexer.peek().is_some_and(char::is_whitespace) {
            lexer.at += 1;
        }
        if lexer.peek().is_none() {
            return Ok(terms);
        }
        terms.push(lexer.term()?);
    }
}

/// Operator at the beginning of a text.
pub fn operator(characters: &[char]) -> Option<&'static str> {
    OPERATORS.into_iter().find(|sign| {
        sign.chars().enumerate().all(|(index, one)| characters.get(index) == Some(&one))
    })
}

struct Lexer {
    characters: Vec<char>,
    at: usize,
}

impl Lexer {
    fn term(&mut self) -> Result<RawTerm, QueryTextError> {
        let start = self.at;
        let off = self.skip('-');
        if off && self.at_end_of_term() {
            return Err(self.expected("expected a term behind -, which switches it off"));
        }
        let head = self.head()?;
        let is = |name: &str| head.as_ref().is_some_and(|(head, _)| head.text == name);
        let mut steps = Vec::new();
        let mut others = Vec::new();
        let first = if is("change") {
            let first = self.piece(self.at, self.at);
            steps.push(self.step()?);
            while self.skip('|') {
                steps.push(self.step()?);
            }
            first
        } else {
            let operator = head.as_ref().map(|(_, operator)| operator.text.as_str());
            let is_expression = operator.is_some_and(|operator| operator.ends_with('~'));
            let first = self.value(is_expression)?;
            while self.skip('|') {
                others.push(self.value(is_expression)?);
            }
            first
        };
        if !self.at_end_of_term() {
            return Err(self.expected("expected a blank, | or the end behind a quoted value"));
        }
        let source = self.piece(start, self.at);
        Ok(RawTerm { source, off, head, first, others, steps })
    }

    /// Consumes the name and the operator, if the term has them.
    fn head(&mut self) -> Result<Option<(Piece, Piece)>, QueryTextError> {
        let ends = |one: char| one.is_whitespace() || one == '"' || one == '|';
        let start = self.at;
        let mut at = start;
        while self.characters.get(at).is_some_and(|one| !ends(*one)) {
            if let Some(sign) = operator(&self.characters[at..]) {
                if at == start {
                    let message = format!(
                        "expected a column before {sign}; a text to search for that begins so is \
                         put in quotes"
                    );
                    return Err(self.expected(&message));
                }
                self.at = at + sign.len();
                return Ok(Some((self.piece(start, at), self.piece(at, self.at))));
            }
            at += 1;
        }
        Ok(None)
    }

    /// Consumes a value, or a regular expression between slashes if there can be one.
    fn value(&mut self, can_be_expression: bool) -> Result<Piece, QueryTextError> {
        match self.peek() {
            Some('"') => self.quoted(),
            Some('/') if can_be_expression => match self.end_of_expression() {
                Some(end) => {
                    let start = std::mem::replace(&mut self.at, end);
                    Ok(self.piece(start, end))
                }
                None => self.unquoted(false),
            },
            _ => self.unquoted(false),
        }
    }

    /// The end of a regular expression without blanks that begins here: behind the first slash with
    /// which a value can end.
    fn end_of_expression(&self) -> Option<usize> {
        let rest = &self.characters[self.at..];
        let blank = rest.iter().position(|one| one.is_whitespace()).unwrap_or(rest.len());
        let ends = |at: &usize| rest[*at] == '/' && (at + 1 == blank || rest[at + 1] == '|');
        (1..blank).find(ends).map(|at| self.at + at + 1)
    }

    /// Consumes a step of `change`: an old value, an arrow and a new value, one of which can be missing.
    fn step(&mut self) -> Result<(Option<Piece>, Option<Piece>), QueryTextError> {
        let start = self.at;
        let from = if self.arrow().is_some() { None } else { Some(self.side()?) };
        let Some(arrow) = self.arrow() else {
            return Err(self.expected("expected → or -> between the old and the new value"));
        };
        self.at += arrow;
        let to = if self.at_end_of_value() { None } else { Some(self.side()?) };
        if from.is_none() && to.is_none() {
            self.at = start;
            return Err(
                self.expected(r#"expected a value before or behind →; the empty one is """#)
            );
        }
        Ok((from, to))
    }

    fn side(&mut self) -> Result<Piece, QueryTextError> {
        if self.peek() == Some('"') { self.quoted() } else { self.unquoted(true) }
    }

    /// How many characters the arrow has that is here.
    fn arrow(&self) -> Option<usize> {
        let lengths = ARROWS.map(|arrow| {
            let arrow: Vec<char> = arrow.chars().collect();
            self.characters[self.at..].starts_with(&arrow).then_some(arrow.len())
        });
        lengths.into_iter().flatten().next()
    }

    fn quoted(&mut self) -> Result<Piece, QueryTextError> {
        let position = self.at;
        let mut text = String::new();
        self.at += 1;
        while let Some(one) = self.next() {
            match one {
                '"' => return Ok(Piece { position, text }),
                '\\' => text.push(self.escaped()?),
                one => text.push(one),
            }
        }
        self.at = position;
        Err(self.expected("expected a closing quote"))
    }

    fn escaped(&mut self) -> Result<char, QueryTextError> {
        match self.next() {
            Some(one @ ('"' | '\\')) => Ok(one),
            Some('n') => Ok('\n'),
            Some('r') => Ok('\r'),
            Some('t') => Ok('\t'),
            other => {
                self.at -= 1 + usize::from(other.is_some());
                Err(self.expected(r#"expected \\, \", \n, \r or \t within quotes"#))
            }
        }
    }

    /// Consumes a value without quotes, up to an arrow if that ends it.
    fn unquoted(&mut self, arrow_ends: bool) -> Result<Piece, QueryTextError> {
        let position = self.at;
        let sign = operator(&self.characters[position..]);
        match (self.peek(), self.characters.get(position + 1)) {
            (Some('\\'), Some('!')) => self.at += 1,
            (Some('!'), _) => {
                return Err(self.expected(
                    "expected a value: one that begins with ! is written \\! or in quotes, and != \
                     excludes values",
                ));
            }
            _ if sign.is_some() => {
                return Err(self.expected("expected a value: one that begins so is put in quotes"));
            }
            _ => {}
        }
        let start = self.at;
        while !(self.at_end_of_value() || arrow_ends && self.arrow().is_some()) {
            if self.peek() == Some('"') {
                return Err(self.expected("expected quotes around the whole value"));
            }
            self.at += 1;
        }
        if start == self.at {
            return Err(self.expected(r#"expected a value; the empty one is written """#));
        }
        Ok(Piece { position, text: self.piece(start, self.at).text })
    }

    fn peek(&self) -> Option<char> {
        self.characters.get(self.at).copied()
    }

    fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += 1;
        Some(next)
    }

    fn skip(&mut self, expected: char) -> bool {
        let found = self.peek() == Some(expected);
        self.at += usize::from(found);
        found
    }

    fn at_end_of_term(&self) -> bool {
        self.peek().is_none_or(char::is_whitespace)
    }

    fn at_end_of_value(&self) -> bool {
        self.at_end_of_term() || self.peek() == Some('|')
    }

    fn piece(&self, from: usize, to: usize) -> Piece {
        Piece { position: from, text: self.characters[from..to].iter().collect() }
    }

    /// Error at the current position, with the piece up to the next blank.
    fn expected(&self, message: &str) -> QueryTextError {
        let rest = self.characters[self.at..].iter();
        QueryTextError {
            position: self.at,
            piece: rest.take_while(|one| !one.is_whitespace()).collect(),
            message: message.to_owned(),
        }
    }
}
