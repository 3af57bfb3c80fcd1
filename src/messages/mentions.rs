//! Whom a text names: `@username` of people who take part in the group.

use crate::{
    entity::{
        conversation::{self, Kind},
        message,
    },
    error::{Error, Result},
    ids::UserId,
    journal::Tx,
    participants,
};

/// The most people one message can name.
const MOST: usize = 50;

/// The people a text names who take part in the group; between two people nobody needs naming.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub(super) async fn find(tx: &Tx, conversation: &conversation::Model, text: &str) -> Result<Vec<UserId>> {
    let names = names(text);
    if names.is_empty() || conversation.kind == Kind::Direct {
        return Ok(Vec::new());
    }
    participants::service::named(tx, conversation.id, &names).await
}

/// Whom the text of a message names.
pub fn of(row: &message::Model) -> Vec<UserId> {
    row.mentions.as_deref().and_then(|ids| serde_json::from_str(ids).ok()).unwrap_or_default()
}

/// As it is kept.
pub(super) fn stored(users: &[UserId]) -> Result<Option<String>> {
    (!users.is_empty()).then(|| serde_json::to_string(users).map_err(Error::internal)).transpose()
}

/// What follows each `@` that does not stand inside a word. A name may hold dots and dashes, and a sentence may end
/// after it, so both readings are given.
fn names(text: &str) -> Vec<String> {
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let mut names = Vec::new();
    for (at, _) in text.match_indices('@').take(MOST) {
        if text[..at].chars().next_back().is_some_and(char::is_alphanumeric) {
            continue;
        }
        let rest = &text[at + 1..];
        let end = rest.find(|c| !is_of_name(c)).unwrap_or(rest.len());
        let name = rest[..end].to_lowercase();
        let bare = name.trim_end_matches(['.', '-', '_']).to_owned();
        if bare != name && !bare.is_empty() {
            names.push(bare);
        }
        if !name.is_empty() {
            names.push(name);
        }
    }
    names.sort_unstable();
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_follows_an_at_sign_that_is_not_inside_a_word() {
        for (text, expected) in [
            ("@ada please look", &["ada"][..]),
            ("Please, @Ada.", &["ada", "ada."]),
            ("(@ada-l @joe_2)", &["ada-l", "joe_2"]),
            ("write to ada@clinic.example", &[]),
            ("@ nobody, @@ada", &["ada"]),
            ("à @ada", &["ada"]),
        ] {
            assert_eq!(names(text), expected, "{text}");
        }
    }
}
