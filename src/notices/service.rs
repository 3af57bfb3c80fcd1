//! The rules of the notice.

use sea_orm::ConnectionTrait;

use super::store;
use crate::{
    App,
    access::Viewer,
    clock::Timestamp,
    database,
    entity::clinic_notice,
    error::Result,
    ids::UserId,
    journal::{Change, EventBody, Locks, NewEvent, Tx, Write},
};

/// The longest notice, in characters.
const LONGEST: usize = 1_000;

/// What the clinic says now.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn current(db: &impl ConnectionTrait) -> Result<Option<clinic_notice::Model>> {
    store::find(db).await
}

/// Says something to everybody, or with none or an empty text nothing any more.
///
/// # Errors
/// FORBIDDEN, TOO_LONG or INVALID_FORMAT.
pub async fn set(app: &App, viewer: &Viewer, text: Option<&str>) -> Result<Option<clinic_notice::Model>> {
    viewer.must_be_admin()?;
    let text = database::kept_text(text.unwrap_or_default(), LONGEST, &["input", "text"])?;
    app.journal.write(SetNotice { by: viewer.id(), text, now: app.clock.now() }).await?;
    store::find(app.database.reader()).await
}

struct SetNotice {
    by: UserId,
    text: String,
    now: Timestamp,
}

impl Write for SetNotice {
    type Value = ();

    fn actor(&self) -> Option<UserId> {
        Some(self.by)
    }

    fn locks(&self) -> Locks {
        Locks::users([self.by])
    }

    async fn decide(&self, tx: &Tx) -> Result<Change<()>> {
        let before = store::find(tx).await?;
        if before.as_ref().map_or("", |row| row.text.as_str()) == self.text {
            return Ok(Change::nothing(()));
        }
        let row = if self.text.is_empty() {
            store::removed()
        } else {
            let (text, updated_by, updated_at) = (self.text.clone(), self.by, self.now);
            store::set(before.is_some(), clinic_notice::Model { id: store::ID, text, updated_by, updated_at })
        };
        Ok(Change { rows: vec![row], events: vec![NewEvent::for_everyone(EventBody::NoticeChanged)], value: () })
    }
}
