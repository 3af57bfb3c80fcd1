//! A look at a request before any parser sees it: one linear pass over the bytes, no recursion, no allocation.
//!
//! The parser and the validation of the GraphQL library recurse over nested values and expand fragments without
//! memory, before any of its own limits are looked at: 5 KB of brackets overflow the stack and stop the process, and
//! fewer than 1,000 bytes of fragments can hold a core for a minute. What passes here is small enough for both.

/// How much of anything a document may hold.
#[derive(Clone, Copy, Debug)]
pub struct DocumentLimits {
    /// Bytes of the document.
    pub bytes: usize,
    /// Lexical tokens.
    pub tokens: usize,
    /// Brackets open at once, of every kind: selection sets, arguments, lists, objects, types.
    pub nesting: usize,
    /// Fragment definitions.
    pub fragments: usize,
    /// Fragment spreads and inline fragments.
    pub spreads: usize,
    /// Aliases.
    pub aliases: usize,
    /// Fields at the root of one operation.
    pub root_fields: usize,
    /// Directives.
    pub directives: usize,
}

impl Default for DocumentLimits {
    fn default() -> Self {
        Self {
            bytes: 32 << 10,
            tokens: 4_000,
            nesting: 24,
            fragments: 50,
            spreads: 100,
            aliases: 100,
            root_fields: 25,
            directives: 50,
        }
    }
}

/// What a document has too much of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMuch {
    /// Of what, in words.
    pub what: &'static str,
    /// How much is allowed.
    pub limit: usize,
}

/// How many brackets JSON may have open at once: a body, its variables, and an input in them.
pub const JSON_NESTING: usize = 24;

/// Checks the nesting of JSON. What is not JSON is left to its parser.
///
/// # Errors
/// When it is nested deeper than [`JSON_NESTING`].
pub fn check_json(json: &[u8]) -> Result<(), TooMuch> {
    let (mut depth, mut in_string, mut escaped) = (0usize, false, false);
    for byte in json {
        if in_string {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_string = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > JSON_NESTING {
            return Err(TooMuch { what: "nested levels in the body", limit: JSON_NESTING });
        }
    }
    Ok(())
}

/// Checks a document. What is no GraphQL is left to its parser.
///
/// # Errors
/// With the first limit it goes beyond.
pub fn check_document(document: &str, limits: &DocumentLimits) -> Result<(), TooMuch> {
    within(document.len(), limits.bytes, "bytes in the document")?;
    let mut count = Count::default();
    for token in (Tokens { bytes: document.as_bytes(), at: 0 }) {
        count.take(token);
        count.check(limits)?;
    }
    Ok(())
}

fn within(found: usize, limit: usize, what: &'static str) -> Result<(), TooMuch> {
    if found > limit { Err(TooMuch { what, limit }) } else { Ok(()) }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token {
    /// A name; whether it is `fragment`, and whether it is `on`.
    Name {
        is_fragment: bool,
        is_on: bool,
    },
    Spread,
    Open(u8),
    Close(u8),
    Colon,
    At,
    Dollar,
    Other,
}

#[derive(Default)]
struct Count {
    tokens: usize,
    braces: usize,
    parens: usize,
    squares: usize,
    fragments: usize,
    spreads: usize,
    aliases: usize,
    directives: usize,
    root_fields: usize,
    in_fragment: bool,
    before: Option<Token>,
    before_that: Option<Token>,
}

impl Count {
    fn take(&mut self, token: Token) {
        self.tokens += 1;
        let selecting = self.braces > 0 && self.parens == 0;
        match token {
            Token::Name { is_fragment, .. } if self.braces == 0 && self.parens == 0 => {
                // A definition begins where no bracket is open and none of its own words went before.
                if is_fragment && matches!(self.before, None | Some(Token::Close(b'}'))) {
                    self.fragments += 1;
                    self.in_fragment = true;
                }
            }
            Token::Name { .. } if self.braces == 1 && selecting && !self.in_fragment && self.begins_field() => {
                self.root_fields += 1
            }
            Token::Colon if selecting => self.aliases += 1,
            Token::Spread => self.spreads += 1,
            Token::At => self.directives += 1,
            Token::Open(b'{') => self.braces += 1,
            Token::Open(b'(') => self.parens += 1,
            Token::Open(_) => self.squares += 1,
            Token::Close(b'{' | b'}') => {
                self.braces = self.braces.saturating_sub(1);
                if self.braces == 0 {
                    (self.in_fragment, self.root_fields) = (false, 0);
                }
            }
            Token::Close(b')') => self.parens = self.parens.saturating_sub(1),
            Token::Close(_) => self.squares = self.squares.saturating_sub(1),
            Token::Name { .. } | Token::Colon | Token::Dollar | Token::Other => {}
        }
        (self.before_that, self.before) = (self.before, Some(token));
    }

    /// Whether a name in a selection set is a new field: not what follows an alias, a directive, a spread or `on`.
    fn begins_field(&self) -> bool {
        let after_on =
            matches!(self.before, Some(Token::Name { is_on: true, .. })) && self.before_that == Some(Token::Spread);
        !after_on && !matches!(self.before, Some(Token::Colon | Token::At | Token::Spread | Token::Dollar))
    }

    fn check(&self, limits: &DocumentLimits) -> Result<(), TooMuch> {
        within(self.tokens, limits.tokens, "words in the document")?;
        within(self.braces + self.parens + self.squares, limits.nesting, "nested levels in the document")?;
        within(self.fragments, limits.fragments, "fragments")?;
        within(self.spreads, limits.spreads, "fragment spreads")?;
        within(self.aliases, limits.aliases, "aliases")?;
        within(self.root_fields, limits.root_fields, "fields at the root")?;
        within(self.directives, limits.directives, "directives")
    }
}

/// The tokens of a document (GraphQL specification, section 2.1). Anything malformed becomes some token or the end.
struct Tokens<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        loop {
            let byte = *self.bytes.get(self.at)?;
            match byte {
                b'#' => self.skip_while(|byte| byte != b'\n' && byte != b'\r'),
                b'"' => {
                    self.skip_string();
                    return Some(Token::Other);
                }
                b'_' | b'a'..=b'z' | b'A'..=b'Z' => return Some(self.name()),
                b'0'..=b'9' | b'-' => {
                    self.at += 1;
                    self.skip_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'+' | b'-'));
                    return Some(Token::Other);
                }
                b' ' | b'\t' | b'\r' | b'\n' | b',' => self.at += 1,
                // Letters beyond ASCII stand only in strings and comments; a byte order mark may begin a document.
                0x80.. => self.at += 1,
                _ => return Some(self.punctuator(byte)),
            }
        }
    }
}

impl Tokens<'_> {
    fn skip_while(&mut self, holds: impl Fn(u8) -> bool) {
        while self.bytes.get(self.at).is_some_and(|byte| holds(*byte)) {
            self.at += 1;
        }
    }

    fn name(&mut self) -> Token {
        let start = self.at;
        self.skip_while(|byte| byte == b'_' || byte.is_ascii_alphanumeric());
        let name = &self.bytes[start..self.at];
        Token::Name { is_fragment: name == b"fragment", is_on: name == b"on" }
    }

    fn punctuator(&mut self, byte: u8) -> Token {
        if self.bytes[self.at..].starts_with(b"...") {
            self.at += 3;
            return Token::Spread;
        }
        self.at += 1;
        match byte {
            b'{' | b'(' | b'[' => Token::Open(byte),
            b'}' | b')' | b']' => Token::Close(byte),
            b':' => Token::Colon,
            b'@' => Token::At,
            b'$' => Token::Dollar,
            _ => Token::Other,
        }
    }

    fn skip_string(&mut self) {
        let is_block = self.bytes[self.at..].starts_with(b"\"\"\"");
        self.at += if is_block { 3 } else { 1 };
        while let Some(byte) = self.bytes.get(self.at) {
            let rest = &self.bytes[self.at..];
            match byte {
                b'\\' if is_block && rest.starts_with(b"\\\"\"\"") => self.at += 4,
                b'\\' if !is_block => self.at += 2,
                b'"' if !is_block => {
                    self.at += 1;
                    return;
                }
                b'"' if rest.starts_with(b"\"\"\"") => {
                    self.at += 3;
                    return;
                }
                // An ordinary string ends with its line; the parser will say so.
                b'\n' | b'\r' if !is_block => return,
                _ => self.at += 1,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(document: &str) -> Option<&'static str> {
        check_document(document, &DocumentLimits::default()).err().map(|refusal| refusal.what)
    }

    #[test]
    fn each_limit_is_found_at_its_figure() {
        let limits = DocumentLimits::default();
        for (what, of, limit) in [
            (
                "nested levels in the document",
                (|n| format!("{{ a(x: {}1{}) }}", "[".repeat(n - 2), "]".repeat(n - 2))) as fn(usize) -> String,
                limits.nesting,
            ),
            ("aliases", |n| format!("{{ r {{ {} }} }}", "a: b ".repeat(n)), limits.aliases),
            ("directives", |n| format!("{{ a {} }}", "@b ".repeat(n)), limits.directives),
            ("fragments", |n| format!("{{ a }} {}", "fragment F on T { a } ".repeat(n)), limits.fragments),
            ("fragment spreads", |n| format!("{{ r {{ {} }} }}", "...F ".repeat(n)), limits.spreads),
            ("fields at the root", |n| format!("query Q {{ {} }}", "a(x: 1) @b ".repeat(n)), limits.root_fields),
            ("bytes in the document", |n| "#".repeat(n), limits.bytes),
        ] {
            assert_eq!(refused(&of(limit)), None, "{what}");
            assert_eq!(refused(&of(limit + 1)), Some(what));
        }
        assert_eq!(refused(&format!("{{ r {{ {} }} }}", "a ".repeat(limits.tokens))), Some("words in the document"));
    }

    #[test]
    fn what_stands_in_strings_and_comments_does_not_count() {
        let brackets = "[".repeat(100);
        assert_eq!(refused(&format!("{{ a(x: \"{brackets}\\\"{brackets}\") }}")), None);
        assert_eq!(refused(&format!("{{ a(x: \"\"\"{brackets}\\\"\"\"{brackets}\"\"\") }}")), None);
        assert_eq!(refused(&format!("# {brackets}\n{{ a }}")), None);
    }

    #[test]
    fn arguments_are_no_aliases_and_several_operations_are_counted_apart() {
        let arguments = (0..200).map(|n| format!("x{n}: {{ y: {n} }} ")).collect::<String>();
        assert_eq!(refused(&format!("query($v: [T!]! = [1]) {{ a({arguments}) }}")), None);
        let operation = format!("query Q {{ {} }} ", "a ".repeat(20));
        assert_eq!(refused(&operation.repeat(3)), None);
    }

    #[test]
    fn a_word_called_fragment_may_stand_anywhere() {
        assert_eq!(refused(&"query fragment { fragment(fragment: fragment) } ".repeat(20)), None);
    }

    #[test]
    fn nested_json_is_refused_and_brackets_in_strings_are_not() {
        let nested = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
        assert!(check_json(nested(JSON_NESTING).as_bytes()).is_ok());
        assert!(check_json(nested(JSON_NESTING + 1).as_bytes()).is_err());
        assert!(check_json(format!("\"{}\\\"{}\"", "{".repeat(99), "{".repeat(99)).as_bytes()).is_ok());
    }

    #[test]
    fn the_pass_ends_on_any_bytes() {
        for document in ["\"", "\"\"\"", "\"\\", "...", "..", "{{{", "}}}", "@", "\u{feff}{a}", "\"\"\"\\\"\"\""] {
            let _ = check_document(document, &DocumentLimits::default());
        }
    }
}
