//! Finding conversations by their words: those of their title and tags, and of the names of the others in them.
//!
//! Titles are free texts in any script, and whose account was disabled has no words in the directory any more, so what
//! is looked for is compared here, with a stretch of the list at a time: two statements for each, whatever its length.

use std::collections::HashMap;

use sea_orm::{Condition, ConnectionTrait};

use super::{
    naming::words,
    store::{self, Named},
};
use crate::{
    access::{Membership, Viewer},
    error::{Error, Result},
    graphql::Page,
    ids::ConversationId,
};

/// The longest text to search for, in characters.
const TEXT_MAX: usize = 200;
/// The most words to search for.
const WORDS_MAX: usize = 10;
/// How many conversations are looked at together.
const STRETCH: u64 = 300;

/// Words that each begin a word of a conversation, whatever the accents and the case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted(Vec<String>);

impl Wanted {
    /// Reads what somebody types.
    ///
    /// # Errors
    /// BAD_USER_INPUT when there is no word in it, or too much.
    pub fn parse(text: &str) -> Result<Self> {
        if text.chars().count() > TEXT_MAX {
            return Err(Error::bad_input(format!("Search for at most {TEXT_MAX} characters.")));
        }
        let wanted = words(text);
        if wanted.is_empty() {
            return Err(Error::bad_input("Search for at least one word, of letters or digits."));
        }
        if wanted.len() > WORDS_MAX {
            return Err(Error::bad_input(format!("Search for at most {WORDS_MAX} words at once.")));
        }
        Ok(Self(wanted))
    }

    fn are_in<'t>(&self, texts: impl IntoIterator<Item = &'t str>) -> bool {
        let mut missing: Vec<_> = self.0.iter().collect();
        for text in texts {
            let mut has = words(text);
            if text.contains(['\'', '’']) {
                has.extend(words(&text.replace(['\'', '’'], "")));
            }
            missing.retain(|wanted| !has.iter().any(|word| word.starts_with(*wanted)));
        }
        missing.is_empty()
    }
}

/// Those of the viewer's conversations that fit `chosen` and have the words, newest activity first, in page order.
pub(super) async fn find(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    wanted: &Wanted,
    chosen: Condition,
    page: &Page<i64>,
) -> Result<Vec<Membership>> {
    let (mut stretch, mut found) = (Page { size: STRETCH, ..*page }, Vec::new());
    loop {
        let members = store::list(db, viewer, chosen.clone(), &stretch).await?;
        let (is_last, end) =
            (members.len() as u64 <= STRETCH, members.last().map(|last| last.conversation().activity_seq.0));
        let ids: Vec<_> = members.iter().map(Membership::id).collect();
        let mut texts: HashMap<ConversationId, Vec<String>> = HashMap::new();
        for Named { conversation_id, full_name, username, nickname } in store::names(db, viewer, &ids).await? {
            texts.entry(conversation_id).or_default().extend([full_name, username].into_iter().chain(nickname));
        }
        for tag in store::tags(db, &ids).await? {
            texts.entry(tag.conversation_id).or_default().push(tag.tag);
        }
        for member in members {
            let others = texts.remove(&member.id()).unwrap_or_default();
            let title = member.conversation().title.as_deref();
            if wanted.are_in(title.into_iter().chain(others.iter().map(String::as_str))) {
                found.push(member);
                if found.len() as u64 == page.limit() {
                    return Ok(found);
                }
            }
        }
        if is_last {
            return Ok(found);
        }
        let bound = if page.from_end { &mut stretch.before } else { &mut stretch.after };
        *bound = end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_begins_one_whatever_accents_and_case() {
        let texts = ["Tour de l'hôpital", "Zoë O’Brien", "Ольга"];
        for (text, is_there) in [
            ("hopital", true),
            ("TOUR zoe", true),
            ("obrien", true),
            ("o'brien", true),
            ("ольг", true),
            ("rien", false),
            ("tour berlin", false),
        ] {
            assert_eq!(Wanted::parse(text).ok().map(|wanted| wanted.are_in(texts)), Some(is_there), "{text}");
        }
        let many = "a ".repeat(WORDS_MAX + 1);
        for wrong in ["", " — ", many.as_str(), &"x".repeat(TEXT_MAX + 1)] {
            assert!(Wanted::parse(wrong).is_err(), "{wrong:?}");
        }
    }
}
