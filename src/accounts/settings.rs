//! How the server speaks to somebody: their language and their time zone.

use super::{service, store};
use crate::{
    App,
    access::Viewer,
    entity::user::{self, Language},
    error::{Error, Result},
    ids::UserId,
    journal::{Change, EventBody, Locks, NewEvent, Outcome, Tx, Write},
};

/// What to change; what is none stays.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The language.
    pub language: Option<Language>,
    /// The time zone, by its IANA name; some none forgets it.
    pub time_zone: Option<Option<String>>,
    /// Whether others are shown what they have read.
    pub shares_reading: Option<bool>,
}

/// Changes the viewer's settings.
///
/// # Errors
/// INVALID_FORMAT, for the person.
pub async fn update(app: &App, viewer: &Viewer, mut settings: Settings) -> Result<user::Model> {
    if let Some(Some(name)) = &mut settings.time_zone {
        *name = service::time_zone(name)?;
    }
    let Outcome::Done { value, .. } = app.journal.write(Update { user: viewer.id(), settings }).await? else {
        return Err(Error::NotFound);
    };
    app.recognition.forget(viewer.id());
    Ok(value)
}

struct Update {
    user: UserId,
    settings: Settings,
}

impl Write for Update {
    type Value = user::Model;

    fn actor(&self) -> Option<UserId> {
        Some(self.user)
    }

    fn locks(&self) -> Locks {
        Locks::users([self.user])
    }

    async fn decide(&self, tx: &Tx) -> Result<Change<user::Model>> {
        let before = store::find(tx, self.user).await?.ok_or(Error::NotFound)?;
        let mut user = before.clone();
        user.language = self.settings.language.unwrap_or(user.language);
        user.time_zone = self.settings.time_zone.clone().unwrap_or(user.time_zone);
        user.shares_reading = self.settings.shares_reading.unwrap_or(user.shares_reading);
        if user == before {
            return Ok(Change::nothing(user));
        }
        let event = NewEvent::for_user(self.user, EventBody::SettingsChanged);
        Ok(Change { rows: vec![store::settings_set(&user)], events: vec![event], value: user })
    }
}
