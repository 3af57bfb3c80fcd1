//! The rules of typing.

use std::time::Duration;

use crate::{
    App,
    access::{Membership, Viewer},
    error::Result,
    ids::{ConversationId, UserId},
    people,
    signals::Signal,
};

/// The viewer types in a conversation, or has stopped; for how long that holds.
///
/// # Errors
/// NOT_FOUND, or what keeps them from sending there.
pub async fn set(app: &App, viewer: &Viewer, id: ConversationId, is_typing: bool) -> Result<Duration> {
    let member = Membership::check(app.database.reader(), viewer, id).await?;
    member.may_send()?;
    if is_typing && app.rooms.just_said(id, viewer.id()) {
        return Ok(app.config.limits.typing);
    }
    app.tell(Signal::Typing { conversation: id, user: viewer.id(), is_typing });
    apply(app, id, viewer.id(), is_typing).await?;
    Ok(if is_typing { app.config.limits.typing } else { Duration::ZERO })
}

/// The viewer's message says all there is to say: they have stopped typing.
pub fn sent(app: &App, viewer: &Viewer, id: ConversationId) {
    app.rooms.stopped(id, viewer.id());
    app.tell(Signal::Typing { conversation: id, user: viewer.id(), is_typing: false });
}

/// Takes in what another node says.
pub(crate) async fn hear(app: &App, signal: &Signal) -> Result<()> {
    match signal {
        Signal::Typing { conversation, user, is_typing } => apply(app, *conversation, *user, *is_typing).await,
        Signal::Joined | Signal::Left { .. } | Signal::Here { .. } | Signal::Gone { .. } => Ok(()),
    }
}

async fn apply(app: &App, id: ConversationId, user: UserId, is_typing: bool) -> Result<()> {
    if !is_typing {
        app.rooms.stopped(id, user);
    } else if app.rooms.is_heard(id)
        && let Some(user) = people::service::find(app.database.reader(), user).await?
    {
        app.rooms.typing(id, user, app.config.limits.typing);
    }
    Ok(())
}
