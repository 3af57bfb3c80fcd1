//! What a conversation was opened for in another system: an appointment, a consultation.
//!
//! A direct conversation can be for many such things; a group is the only one for its own.

use super::store;
use crate::{
    database,
    entity::{
        conversation::{self, Kind},
        user::Role,
    },
    error::{Error, Result, UserErrorCode},
    ids::ConversationId,
    journal::{Row, Tx},
};

/// The longest name of a system, in characters.
const SYSTEM_MAX: usize = 50;
/// The longest name of a thing in it, in characters.
const ID_MAX: usize = 200;

/// A thing in another system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The system.
    pub system: String,
    /// The name the thing has there.
    pub id: String,
}

impl Reference {
    /// The same, trimmed, the system in lower case.
    ///
    /// # Errors
    /// BLANK, TOO_LONG or INVALID_FORMAT, for the person.
    pub(super) fn checked(self) -> Result<Self> {
        let part = |text: &str, field: &str, longest: usize| {
            let path = ["input", "externalRef", field];
            let text = database::kept_text(text, longest, &path)?;
            if text.is_empty() {
                return Err(Error::invalid(UserErrorCode::Blank, &path, "Please fill this in."));
            }
            Ok(text)
        };
        Ok(Self { system: part(&self.system.to_lowercase(), "system", SYSTEM_MAX)?, id: part(&self.id, "id", ID_MAX)? })
    }

    /// Tells that a group for it exists, which the viewer does not see.
    pub(super) fn taken() -> Error {
        Error::invalid(
            UserErrorCode::Taken,
            &["input", "externalRef"],
            "There is a group for this already. Ask the people in it to add you.",
        )
    }
}

/// May somebody of this role make the one group for something elsewhere? Whoever does keeps others from it.
///
/// # Errors
/// NOT_ALLOWED, for the person.
pub(super) fn may_make_group(role: Role) -> Result<()> {
    match role {
        Role::Clinician | Role::Staff | Role::Admin => Ok(()),
        Role::Patient | Role::Student | Role::Caregiver => Err(Error::invalid(
            UserErrorCode::NotAllowed,
            &["input", "externalRef"],
            "Only clinicians and staff can make the group of an appointment.",
        )),
    }
}

/// The rows that tie a conversation to `reference`; none when it is tied to it already and last was.
pub(super) async fn tie(tx: &Tx, row: &conversation::Model, reference: &Reference) -> Result<Vec<Row>> {
    let is_known = store::is_tied(tx, row.id, reference).await?;
    let is_newest =
        (row.external_system.as_ref(), row.external_id.as_ref()) == (Some(&reference.system), Some(&reference.id));
    let mut rows = Vec::new();
    if !is_known {
        rows.push(store::tied(row.id, reference, row.kind == Kind::Group));
    }
    if !is_newest {
        rows.push(store::newest_reference(row.id, reference));
    }
    Ok(rows)
}

/// The group for something elsewhere.
pub(super) async fn group_of(tx: &Tx, reference: &Reference) -> Result<Option<ConversationId>> {
    store::group_of(tx, reference).await
}
