//! Words as they are compared: whatever script, accents and case they are written in.
//!
//! A person's words are kept folded, so that a search is a look into an index. Whole values that people filter by are
//! kept beside them behind a mark that no word begins with.

use std::collections::BTreeSet;

use deunicode::{deunicode, deunicode_char};
use sea_orm::{ActiveEnum, prelude::Uuid};
use unicode_normalization::{UnicodeNormalization, char::canonical_combining_class};

use crate::{entity::user, graphql::PageKey};

/// The longest word that is kept, in bytes; what is longer is found by its beginning.
const WORD_MAX: usize = 64;
/// The longest folded value that is kept, in bytes.
const VALUE_MAX: usize = 1_000;

/// What is looked for in the words of people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Term {
    /// A word that begins like this.
    Prefix(Vec<u8>),
    /// This word, or this mark and value.
    Exact(Vec<u8>),
}

/// A value that people filter by.
#[derive(Clone, Copy, Debug)]
#[repr(u8)]
pub(super) enum Mark {
    Title = 1,
    Institution,
    Specialization,
    Verified,
}

/// The words of a text: in lower-case letters without accents and digits, cut at everything else.
pub(super) fn folded(text: &str) -> Vec<String> {
    split(&deunicode(text))
}

fn split(plain: &str) -> Vec<String> {
    let plain = plain.to_ascii_lowercase();
    let words = plain.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(|word| word[..word.len().min(WORD_MAX)].to_owned()).collect()
}

/// Adds what is compared of one character of a longer text: letters without accents and case, and digits.
///
/// Latin letters become what [`folded`] makes of them. Those of other scripts lose their accents and points and stay
/// what they are: there the sound is not enough to tell words apart. Thousands of ideographs share a few hundred
/// syllables, and Greek and Arabic have several letters for what is one in Latin.
pub fn fold_into(folded: &mut String, c: char) {
    if c.is_ascii() {
        folded.extend(c.is_ascii_alphanumeric().then_some(c.to_ascii_lowercase()));
        return;
    }
    for part in c.nfkd() {
        match part {
            '\0'..'\u{250}' => {
                let plain = deunicode_char(part).unwrap_or_default().chars().filter(char::is_ascii_alphanumeric);
                folded.extend(plain.map(|c| c.to_ascii_lowercase()));
            }
            'ς' => folded.push('σ'),
            part if part.is_alphanumeric() && !is_accent(part) => folded.extend(part.to_lowercase()),
            _ => {}
        }
    }
}

/// Whether a mark may as well be left out: accents, and the points of Hebrew and Arabic. The vowels of Indic and Thai
/// letters are of other classes (Unicode Standard Annex 44, table 15).
fn is_accent(mark: char) -> bool {
    matches!(canonical_combining_class(mark), 10..=36 | 202..)
}

/// The words of a text to find it by: "O'Brien" is found as "brien" and as "obrien".
fn findable(text: &str) -> impl Iterator<Item = Vec<u8>> {
    let plain = deunicode(text);
    let joined = if plain.contains('\'') { split(&plain.replace('\'', "")) } else { Vec::new() };
    split(&plain).into_iter().chain(joined).map(String::into_bytes)
}

/// The terms of what somebody types: every word may be the beginning of one.
pub(super) fn typed(text: &str) -> Vec<Term> {
    let words: BTreeSet<_> = folded(text).into_iter().collect();
    words.into_iter().map(|word| Term::Prefix(word.into_bytes())).collect()
}

/// A whole value to filter by.
pub(super) fn value(mark: Mark, text: &str) -> Vec<u8> {
    let mut bytes = vec![mark as u8];
    bytes.extend(folded(text).join(" ").bytes().take(VALUE_MAX));
    bytes
}

/// Whether somebody is verified, to filter by.
pub(super) fn verified(is_verified: bool) -> Vec<u8> {
    vec![Mark::Verified as u8, u8::from(is_verified)]
}

/// Everything a person is found by.
pub(super) fn of(user: &user::Model) -> BTreeSet<Vec<u8>> {
    let user::Model { username, full_name, title, institution, specialization, .. } = user;
    let role = user.role.to_value();
    let texts =
        [Some(full_name), Some(username), Some(&role), title.as_ref(), institution.as_ref(), specialization.as_ref()];
    let mut words: BTreeSet<_> = texts.into_iter().flatten().flat_map(|text| findable(text)).collect();
    for (mark, text) in [(Mark::Title, title), (Mark::Institution, institution), (Mark::Specialization, specialization)]
    {
        words.extend(text.as_deref().map(|text| value(mark, text)));
    }
    words.insert(verified(user.is_verified));
    words
}

/// The place of a person in a list by name: the beginning of the folded name, and the id among those alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NameKey {
    name: [u8; Self::LENGTH],
    id: Uuid,
}

impl NameKey {
    /// How many bytes of a name are compared.
    const LENGTH: usize = 32;

    /// The place of somebody whose name is kept as `name`.
    pub(super) fn new(name: &[u8], id: Uuid) -> Self {
        let mut key = [0; Self::LENGTH];
        key.iter_mut().zip(name).for_each(|(to, from)| *to = *from);
        Self { name: key, id }
    }

    /// A name as it is kept.
    pub(super) fn of(full_name: &str) -> Vec<u8> {
        let mut name = folded(full_name).join(" ").into_bytes();
        name.resize(Self::LENGTH, 0);
        name
    }

    /// The name as it is kept.
    pub(super) fn name(&self) -> Vec<u8> {
        self.name.to_vec()
    }

    /// The id.
    pub(super) fn id(&self) -> Uuid {
        self.id
    }
}

impl PageKey for NameKey {
    fn bytes(self) -> Vec<u8> {
        [self.name.as_slice(), self.id.as_bytes()].concat()
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let (name, id) = bytes.split_at_checked(Self::LENGTH)?;
        Some(Self { name: name.try_into().ok()?, id: Uuid::from_slice(id).ok()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_the_same_whatever_accents_case_and_script() {
        for (text, words) in [
            ("Inês DUARTE", vec!["ines", "duarte"]),
            ("Ine\u{302}s", vec!["ines"]),
            ("O'Brien-Łukasiewicz", vec!["o", "brien", "lukasiewicz"]),
            ("Straße  Søren", vec!["strasse", "soren"]),
            ("St Brigid's", vec!["st", "brigid", "s"]),
            ("Ольга", vec!["ol", "ga"]),
            ("year 4", vec!["year", "4"]),
            (" —!", vec![]),
        ] {
            assert_eq!(folded(text), words, "{text}");
        }
        let found: Vec<_> = findable("Ольга O’Brien").map(|word| String::from_utf8(word).unwrap()).collect();
        assert_eq!(found, ["ol", "ga", "o", "brien", "olga", "obrien"]);
        assert_eq!(folded(&"é".repeat(100)), ["e".repeat(WORD_MAX)]);
    }

    #[test]
    fn a_place_reads_back_from_its_bytes() {
        let key = NameKey::new(&NameKey::of("Ada Okafor"), Uuid::now_v7());
        assert_eq!(NameKey::read(&key.bytes()), Some(key));
        assert!(key.name().starts_with(b"ada okafor\0"));
        assert_eq!(NameKey::read(b"short"), None);
    }
}
