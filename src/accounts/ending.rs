//! Ending sessions: one, or all but one.

use super::store;
use crate::{
    App,
    access::Viewer,
    clock::Timestamp,
    error::{Error, Result},
    ids::{SessionId, UserId},
    journal::{Change, EventBody, Locks, NewEvent, Outcome, Row, Tx, Write},
};

/// Ends one of the viewer's own sessions.
///
/// # Errors
/// NOT_FOUND when it is not theirs.
pub async fn end_session(app: &App, viewer: &Viewer, session: SessionId) -> Result<SessionId> {
    app.journal.write(End { owner: viewer.id(), session, now: app.clock.now() }).await?;
    app.recognition.end(session);
    Ok(session)
}

/// Ends all of the viewer's sessions but the one that asks, and answers which.
///
/// # Errors
/// SESSION_REVOKED when the one that asks was ended meanwhile.
pub async fn end_other_sessions(app: &App, viewer: &Viewer) -> Result<Vec<SessionId>> {
    let write = EndOthers { owner: viewer.id(), keep: viewer.session(), now: app.clock.now() };
    let Outcome::Done { value: ended, .. } = app.journal.write(write).await? else {
        return Err(Error::NotFound);
    };
    for session in &ended {
        app.recognition.end(*session);
    }
    Ok(ended)
}

/// What ends all sessions of a user but one.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn ending(
    tx: &Tx,
    user: UserId,
    keep: Option<SessionId>,
    now: Timestamp,
) -> Result<(Vec<Row>, Vec<NewEvent>, Vec<SessionId>)> {
    let mut sessions = store::sessions(tx, user, now).await?;
    sessions.retain(|session| Some(session.id) != keep);
    let ids: Vec<_> = sessions.into_iter().map(|session| session.id).collect();
    let rows = ids.iter().map(|id| store::ended(*id, now)).collect();
    let events = ids.iter().map(|id| NewEvent::for_user(user, EventBody::SessionEnded { session: *id })).collect();
    Ok((rows, events, ids))
}

struct End {
    owner: UserId,
    session: SessionId,
    now: Timestamp,
}

impl Write for End {
    type Value = ();

    fn actor(&self) -> Option<UserId> {
        Some(self.owner)
    }

    fn locks(&self) -> Locks {
        Locks::users([self.owner])
    }

    async fn decide(&self, tx: &Tx) -> Result<Change<()>> {
        let session = store::find_session(tx, self.session)
            .await?
            .filter(|row| row.user_id == self.owner)
            .ok_or(Error::NotFound)?;
        if session.ended_at.is_some() {
            return Ok(Change::nothing(()));
        }
        let event = NewEvent::for_user(self.owner, EventBody::SessionEnded { session: self.session });
        Ok(Change { rows: vec![store::ended(self.session, self.now)], events: vec![event], value: () })
    }
}

struct EndOthers {
    owner: UserId,
    keep: SessionId,
    now: Timestamp,
}

impl Write for EndOthers {
    type Value = Vec<SessionId>;

    fn actor(&self) -> Option<UserId> {
        Some(self.owner)
    }

    fn locks(&self) -> Locks {
        Locks::users([self.owner])
    }

    async fn decide(&self, tx: &Tx) -> Result<Change<Self::Value>> {
        // Of two devices that each end the other, the first does.
        if store::find_session(tx, self.keep).await?.is_none_or(|session| session.ended_at.is_some()) {
            return Err(Error::SessionRevoked);
        }
        let (rows, events, ended) = ending(tx, self.owner, Some(self.keep), self.now).await?;
        Ok(Change { rows, events, value: ended })
    }
}
