//! What somebody looks for, and where it stands in a text.
//!
//! A text is cut at the boundaries of words (Unicode Standard Annex 29), and these again at the points and apostrophes
//! inside them, so that "hôpital" is in "l'hôpital" and "pdf" in "plan.pdf". What is written in one piece in the query
//! has to stand together in the text as well: "2.5" is not in "5 of 2", and two ideographs are the one after the other.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use crate::{
    error::{Error, Result},
    people::fold_into,
};

/// The longest text to search for, in characters.
const QUERY_MAX: usize = 200;
/// The most words to search for.
const WORDS_MAX: usize = 10;

/// The words that must all be in a message, or begin a word of it, whatever the accents and the case.
#[derive(Clone, Debug)]
pub struct Pattern(Vec<Term>);

/// What was written in one piece.
#[derive(Clone, Debug)]
struct Term {
    /// Words that follow each other; the last may be the beginning of one.
    parts: Vec<String>,
    /// All of them together.
    whole: String,
}

/// A word of a text.
struct Token {
    /// Where it is in the text, in characters.
    place: Range<usize>,
    /// As it is compared.
    word: String,
    gap: Gap,
}

/// What is between a word and the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gap {
    /// Something that parts them, or it is the first.
    Apart,
    /// Nothing, or a sign inside a word such as the point of a number.
    Joined,
    /// An apostrophe, which may as well be left out.
    Apostrophe,
}

impl Pattern {
    /// Reads what somebody types.
    ///
    /// # Errors
    /// BAD_USER_INPUT when there is no word in it, or too much.
    pub fn parse(query: &str) -> Result<Self> {
        if query.chars().count() > QUERY_MAX {
            return Err(Error::bad_input(format!("Search for at most {QUERY_MAX} characters.")));
        }
        let mut terms: Vec<Term> = Vec::new();
        for Token { word, gap, .. } in tokens(query) {
            match terms.last_mut() {
                Some(term) if gap != Gap::Apart => {
                    term.whole.push_str(&word);
                    match term.parts.last_mut() {
                        Some(part) if gap == Gap::Apostrophe => part.push_str(&word),
                        _ => term.parts.push(word),
                    }
                }
                _ => terms.push(Term { whole: word.clone(), parts: vec![word] }),
            }
        }
        if terms.is_empty() {
            return Err(Error::bad_input("Search for at least one word, of letters or digits."));
        }
        if terms.len() > WORDS_MAX {
            return Err(Error::bad_input(format!("Search for at most {WORDS_MAX} words at once.")));
        }
        Ok(Self(terms))
    }

    /// Whether every word is in one of the texts.
    pub fn is_in<'t>(&self, texts: impl IntoIterator<Item = &'t str>) -> bool {
        let mut missing: Vec<&Term> = self.0.iter().collect();
        for text in texts {
            // Most texts are told apart by this alone, and it is much less work.
            let folded = folded(text);
            if missing.iter().any(|term| folded.contains(&term.whole)) {
                let tokens = tokens(text);
                missing.retain(|term| (0..tokens.len()).all(|from| term.length_at(&tokens[from..]).is_none()));
            }
        }
        missing.is_empty()
    }

    /// Where the words are in a text, in characters: whole words, in order and apart from each other.
    pub fn highlights(&self, text: &str) -> Vec<Range<usize>> {
        let tokens = tokens(text);
        let place = |(from, length): (usize, usize)| tokens[from].place.start..tokens[from + length - 1].place.end;
        let found = (0..tokens.len()).flat_map(|from| {
            let longest = self.0.iter().filter_map(|term| term.length_at(&tokens[from..])).max();
            longest.map(|length| place((from, length)))
        });
        let mut places: Vec<Range<usize>> = Vec::new();
        for place in found {
            match places.last_mut() {
                Some(last) if place.start <= last.end => last.end = last.end.max(place.end),
                _ => places.push(place),
            }
        }
        places
    }
}

impl Term {
    /// How many words it is, when it stands at the beginning of these.
    fn length_at(&self, tokens: &[Token]) -> Option<usize> {
        let mut length = 0;
        for (n, part) in self.parts.iter().enumerate() {
            let is_last = n + 1 == self.parts.len();
            let mut rest = part.as_str();
            loop {
                let token = tokens.get(length)?;
                let follows = match (length, rest.len() == part.len()) {
                    (0, _) => true,
                    (_, true) => token.gap != Gap::Apart,
                    (_, false) => token.gap == Gap::Apostrophe,
                };
                if !follows {
                    return None;
                }
                length += 1;
                if token.word == rest || is_last && token.word.starts_with(rest) {
                    break;
                }
                rest = rest.strip_prefix(token.word.as_str())?;
            }
        }
        Some(length)
    }
}

/// Everything that is compared of a text, in one piece. What a term stands for in a text is always a piece of it.
fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    text.chars().for_each(|c| fold_into(&mut folded, c));
    folded
}

/// The words of a text.
fn tokens(text: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let (mut byte, mut place) = (0, 0);
    for (start, word) in text.unicode_word_indices() {
        place += text[byte..start].chars().count();
        byte = start + word.len();
        let (first, mut begin, mut gap) = (tokens.len(), place, Gap::Apart);
        let mut folded = String::new();
        for c in word.chars().map(Some).chain([None]) {
            let sign = c.map_or(Some(Gap::Apart), sign);
            if let Some(sign) = sign {
                if !folded.is_empty() {
                    let touches = tokens.last().is_some_and(|before| before.place.end == begin);
                    let gap = if touches { Gap::Joined } else { gap };
                    tokens.push(Token { place: begin..place, word: std::mem::take(&mut folded), gap });
                }
                begin = place + 1;
                gap = if tokens.len() > first { sign } else { Gap::Apart };
            }
            if let Some(c) = c {
                if sign.is_none() {
                    fold_into(&mut folded, c);
                }
                place += 1;
            }
        }
    }
    tokens
}

/// What a sign inside a word does to it; none for what belongs to the word.
fn sign(c: char) -> Option<Gap> {
    match c {
        '\'' | '\u{2018}' | '\u{2019}' | '\u{ff07}' => Some(Gap::Apostrophe),
        c if c.is_ascii_punctuation() => Some(Gap::Joined),
        _ => None,
    }
}

#[cfg(test)]
#[path = "pattern/tests.rs"]
mod tests;
