//! What a conversation is called and about: checks of what people write, and the rows that keep it.

use std::collections::BTreeSet;

use super::store;
use crate::{
    access::Membership,
    clock::Timestamp,
    database,
    entity::conversation::{self, Purpose},
    error::{Error, Result, UserErrorCode},
    ids::ConversationId,
    journal::Row,
};

/// The longest name of a group, in characters.
const TITLE_MAX: usize = 200;
/// The longest description, in characters.
const DESCRIPTION_MAX: usize = 1_000;
/// The longest tag, in characters.
const TAG_MAX: usize = 50;
/// The most tags of a conversation.
const TAGS_MAX: usize = 20;

/// A name as it is kept: trimmed, 1 to 200 characters.
///
/// # Errors
/// BLANK, TOO_LONG or INVALID_FORMAT, for the person.
pub(super) fn title(text: &str) -> Result<String> {
    let field = &["input", "title"];
    let title = database::kept_text(text, TITLE_MAX, field)?;
    if title.is_empty() {
        return Err(Error::invalid(UserErrorCode::Blank, field, "Please give the group a name."));
    }
    Ok(title)
}

/// A description as it is kept: trimmed, up to 1,000 characters; none when nothing is left.
///
/// # Errors
/// TOO_LONG or INVALID_FORMAT, for the person.
pub(super) fn description(text: Option<&str>) -> Result<Option<String>> {
    let text = text.map(|text| database::kept_text(text, DESCRIPTION_MAX, &["input", "description"])).transpose()?;
    Ok(text.filter(|text| !text.is_empty()))
}

/// Tags as they are kept: trimmed, in lower case, each once.
///
/// # Errors
/// BLANK, TOO_LONG, TOO_MANY or INVALID_FORMAT, for the person.
pub(super) fn tags(tags: &[String]) -> Result<BTreeSet<String>> {
    let field = &["input", "tags"];
    let tags: BTreeSet<_> =
        tags.iter().map(|tag| database::kept_text(&tag.to_lowercase(), TAG_MAX, field)).collect::<Result<_>>()?;
    if tags.contains("") {
        return Err(Error::invalid(UserErrorCode::Blank, field, "A tag cannot be empty."));
    }
    if tags.len() > TAGS_MAX {
        return Err(Error::invalid(
            UserErrorCode::TooMany,
            field,
            format!("A conversation has at most {TAGS_MAX} tags."),
        ));
    }
    Ok(tags)
}

/// What to change of a conversation; what is none stays.
#[derive(Clone, Debug, Default)]
pub struct Details {
    /// The name of a group.
    pub title: Option<String>,
    /// The description; none inside clears it.
    pub description: Option<Option<String>>,
    /// What it is for.
    pub purpose: Option<Purpose>,
    /// All tags, instead of those there are.
    pub tags: Option<Vec<String>>,
}

impl Details {
    /// The same, as they are kept.
    pub(super) fn checked(self) -> Result<Self> {
        Ok(Self {
            title: self.title.as_deref().map(title).transpose()?,
            description: self.description.map(|text| description(text.as_deref())).transpose()?,
            purpose: self.purpose,
            tags: self.tags.map(|list| tags(&list)).transpose()?.map(|set| set.into_iter().collect()),
        })
    }

    /// What a conversation says once it is changed to these.
    pub(super) fn texts<'a>(&'a self, before: &'a conversation::Model) -> impl Iterator<Item = &'a str> {
        let title = self.title.as_deref().or(before.title.as_deref());
        let description = self.description.as_ref().unwrap_or(&before.description).as_deref();
        [title, description].into_iter().flatten().chain(self.tags.iter().flatten().map(String::as_str))
    }

    /// The rows that change a conversation to these; none when nothing changes. `tags` are those it has.
    pub(super) fn rows(&self, member: &Membership, tags: &[String], now: Timestamp) -> Vec<Row> {
        let before = member.conversation();
        let mut after = conversation::Model { updated_at: now, ..(**before).clone() };
        if let Some(title) = &self.title {
            after.title = Some(title.clone());
        }
        if let Some(description) = &self.description {
            after.description.clone_from(description);
        }
        after.purpose = self.purpose.unwrap_or(before.purpose);
        let mut rows = self.tags.as_deref().map_or_else(Vec::new, |wanted| tag_rows(before.id, tags, wanted));
        let same =
            (&after.title, &after.description, after.purpose) == (&before.title, &before.description, before.purpose);
        if !same || !rows.is_empty() {
            rows.push(store::described(&after));
        }
        rows
    }
}

/// The rows that replace tags by others.
pub(super) fn tag_rows(id: ConversationId, before: &[String], after: &[String]) -> Vec<Row> {
    let gone = before.iter().filter(|tag| !after.contains(tag)).map(|tag| store::untagged(id, tag));
    let new = after.iter().filter(|tag| !before.contains(tag)).map(|tag| store::tagged(id, tag));
    gone.chain(new).collect()
}
