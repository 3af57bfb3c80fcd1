//! A look at a request before any parser sees it: one linear pass, no recursion, and no more memory than the text.
//!
//! The parser and the validation of the GraphQL library recurse over nested values and expand fragments without
//! memory, before any of its own limits are looked at: 5 KB of brackets overflow the stack and stop the process, and
//! fewer than 1,000 bytes of fragments can hold a core for a minute. What passes here is small enough for both.

use std::collections::HashSet;

use super::tokens::{Malformed, Token, Tokens};

/// How much of anything a document may hold. Each is a setting of the section `[documents]`.
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
    /// Fields of one operation, with its fragments put in wherever they are spread.
    pub fields: usize,
    /// Fields inside fields.
    pub depth: usize,
    /// What one operation may cost, see [`super::cost`].
    pub cost: u64,
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
            fields: 1_000,
            depth: 15,
            cost: 50_000,
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
    /// The setting that says how much.
    pub setting: &'static str,
}

/// Why a document is not given to the parser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// It goes beyond a limit.
    TooMuch(TooMuch),
    /// It is no GraphQL.
    Malformed(Malformed),
    /// A name stands twice in one input object or one list of arguments (GraphQL specification, sections 5.4.2 and
    /// 5.6.3). The parser keeps the last and forgets that there were two.
    Repeated(String),
}

/// JSON that is nested deeper than [`JSON_NESTING`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooDeep;

/// How many brackets JSON may have open at once: a body, its variables, and an input in them.
pub const JSON_NESTING: usize = 24;

/// Checks the nesting of JSON. What is not JSON is left to its parser.
///
/// # Errors
/// When it is nested deeper than [`JSON_NESTING`].
pub fn check_json(json: &[u8]) -> Result<(), TooDeep> {
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
            return Err(TooDeep);
        }
    }
    Ok(())
}

/// Checks a document.
///
/// # Errors
/// With the first thing that is wrong.
pub fn check_document(document: &str, limits: &DocumentLimits) -> Result<(), Flaw> {
    within(document.len(), limits.bytes, "bytes", "documents.bytes")?;
    let mut count = Count::default();
    for token in Tokens::of(document) {
        count.take(token.map_err(Flaw::Malformed)?)?;
        count.check(limits)?;
    }
    Ok(())
}

fn within(found: usize, limit: usize, what: &'static str, setting: &'static str) -> Result<(), Flaw> {
    if found > limit { Err(Flaw::TooMuch(TooMuch { what, limit, setting })) } else { Ok(()) }
}

#[derive(Default)]
struct Count<'a> {
    tokens: usize,
    /// The brackets that are open, each with its number.
    open: Vec<(u8, usize)>,
    opened: usize,
    parens: usize,
    /// The names that were given a value, each with the number of the bracket they stand in.
    given: HashSet<(usize, &'a str)>,
    fragments: usize,
    spreads: usize,
    aliases: usize,
    directives: usize,
    root_fields: usize,
    in_fragment: bool,
    before: Option<Token<'a>>,
    before_that: Option<Token<'a>>,
}

impl<'a> Count<'a> {
    fn take(&mut self, token: Token<'a>) -> Result<(), Flaw> {
        self.tokens += 1;
        if self.open.is_empty() && matches!(self.before, None | Some(Token::Close(b'}'))) {
            self.begin(token)?;
        }
        let selecting = !self.open.is_empty() && self.parens == 0;
        match token {
            Token::Name(_) if selecting && self.open.len() == 1 && !self.in_fragment && self.begins_field() => {
                self.root_fields += 1;
            }
            Token::Colon if selecting => self.aliases += 1,
            Token::Colon => self.give()?,
            Token::Spread => self.spreads += 1,
            Token::At => self.directives += 1,
            Token::Open(bracket) => {
                self.opened += 1;
                self.parens += usize::from(bracket == b'(');
                self.open.push((bracket, self.opened));
            }
            Token::Close(bracket) => self.close(bracket)?,
            Token::Name(_) | Token::Dollar | Token::Other => {}
        }
        (self.before_that, self.before) = (self.before, Some(token));
        Ok(())
    }

    /// A definition begins. The parser would also take `fragmentF` for `fragment F`.
    fn begin(&mut self, token: Token<'a>) -> Result<(), Flaw> {
        self.in_fragment = token == Token::Name("fragment");
        self.fragments += usize::from(self.in_fragment);
        match token {
            Token::Open(b'{') | Token::Name("query" | "mutation" | "subscription" | "fragment") => Ok(()),
            _ => Err(malformed("something else where a query, mutation, subscription or fragment should begin")),
        }
    }

    fn close(&mut self, bracket: u8) -> Result<(), Flaw> {
        let opening = match bracket {
            b'}' => b'{',
            b')' => b'(',
            _ => b'[',
        };
        if self.open.pop().is_none_or(|(open, _)| open != opening) {
            return Err(malformed("a bracket that closes none that is open"));
        }
        self.parens -= usize::from(bracket == b')');
        if self.open.is_empty() && bracket == b'}' {
            self.root_fields = 0;
        }
        Ok(())
    }

    /// The name before this colon gets a value.
    fn give(&mut self) -> Result<(), Flaw> {
        match (self.open.last(), self.before) {
            (Some((b'(' | b'{', number)), Some(Token::Name(name))) if !self.given.insert((*number, name)) => {
                Err(Flaw::Repeated(name.to_owned()))
            }
            _ => Ok(()),
        }
    }

    /// Whether a name in a selection set is a new field: not what follows an alias, a directive, a spread or `on`.
    fn begins_field(&self) -> bool {
        let after_on = self.before == Some(Token::Name("on")) && self.before_that == Some(Token::Spread);
        !after_on && !matches!(self.before, Some(Token::Colon | Token::At | Token::Spread | Token::Dollar))
    }

    fn check(&self, limits: &DocumentLimits) -> Result<(), Flaw> {
        within(self.tokens, limits.tokens, "words", "documents.tokens")?;
        within(self.open.len(), limits.nesting, "nested levels", "documents.nesting")?;
        within(self.fragments, limits.fragments, "fragments", "documents.fragments")?;
        within(self.spreads, limits.spreads, "fragment spreads", "documents.spreads")?;
        within(self.aliases, limits.aliases, "aliases", "documents.aliases")?;
        within(self.root_fields, limits.root_fields, "fields at the root", "documents.root_fields")?;
        within(self.directives, limits.directives, "directives", "documents.directives")
    }
}

fn malformed(what: &'static str) -> Flaw {
    Flaw::Malformed(Malformed(what))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flaw(document: &str) -> Option<Flaw> {
        check_document(document, &DocumentLimits::default()).err()
    }

    fn refused(document: &str) -> Option<&'static str> {
        flaw(document).map(|flaw| match flaw {
            Flaw::TooMuch(too_much) => too_much.what,
            Flaw::Malformed(Malformed(what)) => what,
            Flaw::Repeated(_) => "repeated",
        })
    }

    #[test]
    fn each_limit_is_found_at_its_figure() {
        let limits = DocumentLimits::default();
        for (what, of, limit) in [
            (
                "nested levels",
                (|n| format!("{{ a(x: {}1{}) }}", "[".repeat(n - 2), "]".repeat(n - 2))) as fn(usize) -> String,
                limits.nesting,
            ),
            ("aliases", |n| format!("{{ r {{ {} }} }}", "a: b ".repeat(n)), limits.aliases),
            ("directives", |n| format!("{{ a {} }}", "@b ".repeat(n)), limits.directives),
            ("fragments", |n| format!("{{ a }} {}", "fragment F on T { a } ".repeat(n)), limits.fragments),
            ("fragment spreads", |n| format!("{{ r {{ {} }} }}", "...F ".repeat(n)), limits.spreads),
            ("fields at the root", |n| format!("query Q {{ {} }}", "a(x: 1) @b ".repeat(n)), limits.root_fields),
            ("bytes", |n| "#".repeat(n), limits.bytes),
            ("words", |n| format!("{{ r {{ {} }} }}", "a ".repeat(n - 5)), limits.tokens),
        ] {
            assert_eq!(refused(&of(limit)), None, "{what}");
            assert_eq!(refused(&of(limit + 1)), Some(what));
        }
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
    fn a_name_is_given_a_value_once() {
        for (document, name) in [
            ("{ a(b: { id: 1, c: 2, id: 3 }) }", Some("id")),
            ("{ a(b: [{ id: 1 }, { c: { id: 2, id: 3 } }]) }", Some("id")),
            ("{ a(b: 1, b: 2) }", Some("b")),
            ("{ a @d(b: 1, b: 2) }", Some("b")),
            ("query($v: T = { id: 1, id: 2 }) { a }", Some("id")),
            ("query($v: T, $v: U) { a }", Some("v")),
            ("query($v: T = { v: 1 }) { a: b(id: [{ id: 1 }, { id: 1 }], c: { id: 1 }) a: b c: b }", None),
        ] {
            assert_eq!(flaw(document), name.map(|name| Flaw::Repeated(name.to_owned())), "{document}");
        }
    }

    #[test]
    fn brackets_and_definitions_begin_and_end_as_they_should() {
        for document in ["{ a }", "query Q($a: [B!]) @c { d(e: [{}]) } fragment F on G { h } { i }", "{ a"] {
            assert_eq!(refused(document), None, "{document}");
        }
        for document in
            ["}", "{ a ) }", "{ a(b: [1}) }", "fragmentF on T { a }", "queryQ { a }", "type T { a: B }", "a"]
        {
            assert!(matches!(flaw(document), Some(Flaw::Malformed(_))), "{document}");
        }
    }

    #[test]
    fn brackets_cannot_hide_behind_quotes_that_do_not_end() {
        let hidden = "[".repeat(5_000);
        assert!(matches!(flaw(&format!(r#"{{ a(b: [""" " {hidden}"#)), Some(Flaw::Malformed(_))));
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
