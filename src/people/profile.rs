//! What people tell of themselves, and what the clinic has checked of it.

use super::{directory, service, store};
use crate::{
    App,
    access::Viewer,
    attachments,
    clock::Timestamp,
    database,
    entity::{
        attachment,
        user::{self, Role},
    },
    error::{Error, Result, UserErrorCode},
    ids::{AttachmentId, UserId},
    journal::{Change, EventBody, Locks, NewEvent, Outcome, Tx, Write},
};

/// The longest full name, in characters.
pub const FULL_NAME_MAX: usize = 100;
/// The longest title and field of work, in characters.
pub const TITLE_MAX: usize = 100;
/// The longest name of an institution, in characters.
pub const INSTITUTION_MAX: usize = 200;
/// The longest text about oneself, in characters.
const BIO_MAX: usize = 1_000;

/// A username as it is kept: in lower case, 3 to 32 letters, digits, dots, dashes or underscores.
///
/// # Errors
/// INVALID_FORMAT, for the person.
pub fn username(text: &str) -> Result<String> {
    let username = text.trim().to_lowercase();
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    if !(3..=32).contains(&username.len()) || !username.chars().all(allowed) {
        return Err(Error::invalid(
            UserErrorCode::InvalidFormat,
            &["input", "username"],
            "A username has 3 to 32 letters, digits, dots, dashes or underscores.",
        ));
    }
    Ok(username)
}

/// A full name as it is kept: trimmed, 1 to 100 characters.
///
/// # Errors
/// BLANK, TOO_LONG or INVALID_FORMAT, for the person.
pub fn full_name(text: &str) -> Result<String> {
    words(text, FULL_NAME_MAX, "fullName")?
        .ok_or_else(|| Error::invalid(UserErrorCode::Blank, &["input", "fullName"], "Please give your name."))
}

/// A text as it is kept: trimmed; none when nothing is left.
///
/// # Errors
/// TOO_LONG or INVALID_FORMAT, for the person.
pub fn words(text: &str, longest: usize, field: &str) -> Result<Option<String>> {
    Ok(Some(database::kept_text(text, longest, &["input", field])?).filter(|text| !text.is_empty()))
}

/// What to change of a profile; what is none stays, and an inner none clears.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// The unique name to sign in with.
    pub username: Option<String>,
    /// 1 to 100 characters.
    pub full_name: Option<String>,
    /// Up to 100 characters.
    pub title: Option<Option<String>>,
    /// Up to 100 characters.
    pub specialization: Option<Option<String>>,
    /// Up to 200 characters.
    pub institution: Option<Option<String>>,
    /// Up to 1,000 characters.
    pub bio: Option<Option<String>>,
    /// A picture that was uploaded.
    pub avatar: Option<Option<AttachmentId>>,
}

impl Changes {
    fn checked(self) -> Result<Self> {
        let optional = |text: Option<Option<String>>, longest, field| {
            text.map(|text| text.map_or(Ok(None), |text| words(&text, longest, field))).transpose()
        };
        Ok(Self {
            username: self.username.as_deref().map(username).transpose()?,
            full_name: self.full_name.as_deref().map(full_name).transpose()?,
            title: optional(self.title, TITLE_MAX, "title")?,
            specialization: optional(self.specialization, TITLE_MAX, "specialization")?,
            institution: optional(self.institution, INSTITUTION_MAX, "institution")?,
            bio: optional(self.bio, BIO_MAX, "bio")?,
            avatar: self.avatar,
        })
    }

    fn applied(&self, before: &user::Model) -> user::Model {
        let mut after = before.clone();
        if let Some(username) = &self.username {
            after.username.clone_from(username);
        }
        if let Some(full_name) = &self.full_name {
            after.full_name.clone_from(full_name);
        }
        for (change, kept) in [
            (&self.title, &mut after.title),
            (&self.specialization, &mut after.specialization),
            (&self.institution, &mut after.institution),
            (&self.bio, &mut after.bio),
        ] {
            if let Some(change) = change {
                kept.clone_from(change);
            }
        }
        // What was checked is a person under this name and with these words; under others it has to be checked anew.
        let is_same = (&after.full_name, &after.title, &after.specialization)
            == (&before.full_name, &before.title, &before.specialization);
        after.is_verified = before.is_verified && is_same;
        after
    }
}

/// Changes the viewer's own profile.
///
/// # Errors
/// BLANK, TOO_LONG, INVALID_FORMAT, TAKEN, ATTACHMENT_NOT_USABLE or FILE_TYPE_NOT_ALLOWED.
pub async fn update(app: &App, viewer: &Viewer, changes: Changes) -> Result<user::Model> {
    let write = Update { viewer: viewer.clone(), changes: changes.checked()?, now: app.clock.now() };
    if let Outcome::Done { value: replaced, .. } = app.journal.write(write).await? {
        attachments::service::remove_bytes(app, replaced.as_slice()).await;
    }
    current(app, viewer.id()).await
}

async fn current(app: &App, id: UserId) -> Result<user::Model> {
    service::find(app.database.reader(), id).await?.map(|user| (*user).clone()).ok_or(Error::NotFound)
}

struct Update {
    viewer: Viewer,
    changes: Changes,
    now: Timestamp,
}

impl Write for Update {
    /// The picture there was before, if another took its place.
    type Value = Option<attachment::Model>;

    fn actor(&self) -> Option<UserId> {
        Some(self.viewer.id())
    }

    fn locks(&self) -> Locks {
        Locks::users([self.viewer.id()])
    }

    async fn decide(&self, tx: &Tx) -> Result<Change<Self::Value>> {
        let before = service::find(tx, self.viewer.id()).await?.ok_or(Error::NotFound)?;
        let mut after = self.changes.applied(&before);
        if after.username != before.username && store::has_username(tx, &after.username).await? {
            return Err(username_taken());
        }
        let (mut rows, replaced) = match self.changes.avatar {
            Some(chosen) => attachments::service::choose_avatar(tx, &self.viewer, chosen, self.now).await?,
            None => (Vec::new(), None),
        };
        if rows.is_empty() && after == *before {
            return Ok(Change::nothing(None));
        }
        after.updated_at = self.now;
        rows.push(store::changed(&after));
        rows.extend(directory::relisted(tx, &after).await?);
        Ok(Change { rows, events: vec![told(after.id)], value: replaced })
    }
}

/// Those who share a conversation or a contact with the person are not told: see `docs/decisions`.
fn told(user: UserId) -> NewEvent {
    NewEvent::for_user(user, EventBody::ProfileChanged { user })
}

/// The refusal of a username that somebody else has.
pub fn username_taken() -> Error {
    Error::invalid(UserErrorCode::Taken, &["input", "username"], "This username is taken. Please choose another.")
}

/// Says whether the credentials of a clinician were checked.
///
/// # Errors
/// FORBIDDEN to everybody but administrators, NOT_FOUND, or NOT_ALLOWED for somebody who is no clinician.
pub async fn verify(app: &App, viewer: &Viewer, user: UserId, is_verified: bool) -> Result<user::Model> {
    viewer.must_be_admin()?;
    app.journal.write(Verify { viewer: viewer.clone(), user, is_verified, now: app.clock.now() }).await?;
    current(app, user).await
}

struct Verify {
    viewer: Viewer,
    user: UserId,
    is_verified: bool,
    now: Timestamp,
}

impl Write for Verify {
    type Value = ();

    fn actor(&self) -> Option<UserId> {
        Some(self.viewer.id())
    }

    fn locks(&self) -> Locks {
        Locks::users([self.user])
    }

    async fn decide(&self, tx: &Tx) -> Result<Change<()>> {
        let before = service::find(tx, self.user).await?.ok_or(Error::NotFound)?;
        if before.role != Role::Clinician {
            return Err(Error::invalid(
                UserErrorCode::NotAllowed,
                &["input", "userId"],
                "Only clinicians have credentials to check.",
            ));
        }
        if before.is_verified == self.is_verified {
            return Ok(Change::nothing(()));
        }
        let after = user::Model { is_verified: self.is_verified, updated_at: self.now, ..(*before).clone() };
        let mut rows = vec![store::changed(&after)];
        rows.extend(directory::relisted(tx, &after).await?);
        Ok(Change { rows, events: vec![told(after.id)], value: () })
    }
}
