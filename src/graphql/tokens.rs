//! The words of a document (GraphQL specification, section 2.1), read strictly.
//!
//! The parser reads the same text after this. Where the two could disagree about what is a string, a number or a
//! comment, brackets could hide from the one and not from the other; so what is not plainly a word ends the reading
//! here, and the parser never sees it.

/// One word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token<'a> {
    /// A name or a keyword.
    Name(&'a str),
    /// `...`
    Spread,
    /// `{`, `(` or `[`.
    Open(u8),
    /// `}`, `)` or `]`.
    Close(u8),
    /// `:`
    Colon,
    /// `@`
    At,
    /// `$`
    Dollar,
    /// A number, a string, or `!`, `&`, `=`, `|`.
    Other,
}

/// What is no word; the text says what it could have been.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed(pub &'static str);

/// The words of a text, one by one, without recursion or allocation.
#[derive(Clone, Debug)]
pub struct Tokens<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Tokens<'a> {
    /// The words of `text`.
    pub fn of(text: &'a str) -> Self {
        // A byte order mark may begin a document, and stands nowhere else.
        Self { text, at: if text.starts_with('\u{feff}') { 3 } else { 0 } }
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Result<Token<'a>, Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.peek(0)? {
                b'#' => self.skip_while(|byte| byte != b'\n' && byte != b'\r'),
                b' ' | b'\t' | b'\r' | b'\n' | b',' => self.at += 1,
                byte => return Some(self.token(byte)),
            }
        }
    }
}

impl<'a> Tokens<'a> {
    fn peek(&self, ahead: usize) -> Option<u8> {
        self.text.as_bytes().get(self.at + ahead).copied()
    }

    fn starts_with(&self, start: &str) -> bool {
        self.text.as_bytes()[self.at..].starts_with(start.as_bytes())
    }

    fn skip_while(&mut self, holds: impl Fn(u8) -> bool) {
        while self.peek(0).is_some_and(&holds) {
            self.at += 1;
        }
    }

    fn token(&mut self, byte: u8) -> Result<Token<'a>, Malformed> {
        match byte {
            b'"' if self.starts_with("\"\"\"") => self.block_string(),
            b'"' => self.string(),
            b'0'..=b'9' | b'-' => self.number(),
            _ if is_name(byte) => {
                let start = self.at;
                self.skip_while(is_name);
                Ok(Token::Name(&self.text[start..self.at]))
            }
            _ => self.punctuator(byte),
        }
    }

    fn punctuator(&mut self, byte: u8) -> Result<Token<'a>, Malformed> {
        if self.starts_with("...") {
            self.at += 3;
            return Ok(Token::Spread);
        }
        self.at += 1;
        match byte {
            b'{' | b'(' | b'[' => Ok(Token::Open(byte)),
            b'}' | b')' | b']' => Ok(Token::Close(byte)),
            b':' => Ok(Token::Colon),
            b'@' => Ok(Token::At),
            b'$' => Ok(Token::Dollar),
            b'!' | b'&' | b'=' | b'|' => Ok(Token::Other),
            _ => Err(Malformed("a character that belongs nowhere in GraphQL")),
        }
    }

    /// Section 2.9.1 and 2.9.2.
    fn number(&mut self) -> Result<Token<'a>, Malformed> {
        const MALFORMED: Malformed = Malformed("a number that is not written as one");
        self.at += usize::from(self.peek(0) == Some(b'-'));
        if self.peek(0) == Some(b'0') {
            self.at += 1
        } else {
            self.digits().ok_or(MALFORMED)?
        }
        if self.peek(0) == Some(b'.') {
            self.at += 1;
            self.digits().ok_or(MALFORMED)?;
        }
        if matches!(self.peek(0), Some(b'e' | b'E')) {
            self.at += 1;
            self.at += usize::from(matches!(self.peek(0), Some(b'+' | b'-')));
            self.digits().ok_or(MALFORMED)?;
        }
        match self.peek(0) {
            Some(byte) if byte == b'.' || is_name(byte) => Err(MALFORMED),
            _ => Ok(Token::Other),
        }
    }

    /// One digit or more.
    fn digits(&mut self) -> Option<()> {
        let start = self.at;
        self.skip_while(|byte| byte.is_ascii_digit());
        (self.at > start).then_some(())
    }

    /// Section 2.9.4.
    fn string(&mut self) -> Result<Token<'a>, Malformed> {
        self.at += 1;
        loop {
            match self.peek(0) {
                None | Some(b'\n' | b'\r') => return Err(Malformed("a text in quotes that does not end in its line")),
                Some(b'"') => {
                    self.at += 1;
                    return Ok(Token::Other);
                }
                Some(b'\\') => self.escape()?,
                Some(_) => self.at += 1,
            }
        }
    }

    fn escape(&mut self) -> Result<(), Malformed> {
        let length = match self.peek(1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => 2,
            Some(b'u') if (2..6).all(|ahead| self.peek(ahead).is_some_and(|byte| byte.is_ascii_hexdigit())) => 6,
            _ => return Err(Malformed("a backslash in a text that stands for nothing")),
        };
        self.at += length;
        Ok(())
    }

    fn block_string(&mut self) -> Result<Token<'a>, Malformed> {
        self.at += 3;
        while self.at < self.text.len() {
            if self.starts_with("\"\"\"") {
                self.at += 3;
                return Ok(Token::Other);
            }
            self.at += if self.starts_with("\\\"\"\"") { 4 } else { 1 };
        }
        Err(Malformed("a text in triple quotes that does not end"))
    }
}

fn is_name(byte: u8) -> bool {
    byte == b'_' || byte.is_ascii_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Result<Vec<Token<'_>>, Malformed> {
        Tokens::of(text).collect()
    }

    #[test]
    fn words_are_told_apart() {
        use Token::{At, Close, Colon, Dollar, Name, Open, Other, Spread};
        let text = "\u{feff}query Q($a: [Int!]) # it's {{{\r{ b: c(d: \"}\\\"}\\u00e9\", e: -1.5e+3) ...F @g }";
        let expected = [
            [Name("query"), Name("Q"), Open(b'('), Dollar, Name("a"), Colon, Open(b'['), Name("Int")].as_slice(),
            &[Other, Close(b']'), Close(b')'), Open(b'{'), Name("b"), Colon, Name("c"), Open(b'('), Name("d"), Colon],
            &[Other, Name("e"), Colon, Other, Close(b')'), Spread, Name("F"), At, Name("g"), Close(b'}')],
        ];
        assert_eq!(words(text).unwrap(), expected.concat());
        assert_eq!(words(r#""""[ \""" " [""" 0 -0.0 1e9 """#).unwrap(), [Other; 5]);
    }

    #[test]
    fn what_a_parser_could_read_in_two_ways_is_no_word() {
        for text in [
            // An empty text and a text, for a parser that gives up on the triple quotes.
            r#"[""" " [[[["#,
            "\"",
            "\"\n\"",
            "\"\\",
            "\"\\q\"",
            "\"\\u12\"",
            "00",
            "01",
            "1.",
            "1.e",
            "1e",
            "1a",
            "1-1.",
            "-",
            "1..2",
            "..",
            ".",
            "é",
            "\u{a0}",
            "a\u{feff}",
            "%",
            "\u{0}",
            "\\",
            "'a'",
            "`",
            "~",
            "?",
            ";",
        ] {
            assert!(words(text).is_err(), "{text:?}");
        }
    }
}
