//! Handing over what a disabled person took part in, conversation by conversation, until all is done.

use std::{sync::Arc, time::Duration};

use super::store;
use crate::{
    App,
    access::Viewer,
    conversations,
    entity::{
        conversation::{self, Kind, State},
        participant::ParticipantRole,
        user,
    },
    error::{Error, Result},
    ids::{ConversationId, UserId},
    journal::{Change, Locks, Tx, Write},
    participants::{self, Terms},
    people::roles::Matrix,
};

/// What was left half done by a crash is looked for this often.
const SWEEP: Duration = Duration::from_secs(60);
/// How many conversations are read at once.
const BATCH: u64 = 50;

/// Who takes over.
#[derive(Clone, Copy, Debug)]
pub struct HandOver {
    /// Who.
    pub to: UserId,
    /// Whether they see the messages from before in groups; in direct conversations they never do.
    pub sees_history: bool,
}

/// Hands over as it is asked for, until the server stops.
pub async fn run(app: Arc<App>) {
    let mut sweep = tokio::time::interval(SWEEP);
    sweep.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = app.stopping().cancelled() => return,
            () = app.hand_overs.notified() => {}
            _ = sweep.tick() => {}
        }
        if let Err(error) = finish(&app).await {
            tracing::error!(code = error.code(), "conversations could not be handed over");
        }
    }
}

/// Hands over everything that is still to be handed over. Begun twice, it does nothing twice.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn finish(app: &App) -> Result<()> {
    let db = app.database.reader();
    for user in store::handing_over(db).await? {
        let mut last = None;
        loop {
            let conversations = store::conversations(db, user.id, last, BATCH).await?;
            let Some(newest) = conversations.last() else { break };
            last = Some(newest.id);
            for conversation in conversations {
                if app.stopping().is_cancelled() {
                    return Ok(());
                }
                one(app, &user, &conversation).await?;
            }
        }
        app.journal.write(Finished { user }).await?;
    }
    Ok(())
}

async fn one(app: &App, leaving: &user::Model, conversation: &conversation::Model) -> Result<()> {
    let Some(to) = leaving.hand_over_to else { return Ok(()) };
    let partner = match conversation.kind {
        Kind::Direct => store::others(app.database.reader(), conversation.id, leaving.id).await?.pop(),
        Kind::Group => None,
    };
    let terms = Terms {
        role: ParticipantRole::Member,
        sees_history: leaving.hand_over_history.unwrap_or(false),
        now: app.clock.now(),
        most: app.config.limits.participants_max,
        matrix: Matrix::of(&app.config.rules),
    };
    app.journal
        .write(Replace { leaving: leaving.id, to, conversation: conversation.id, partner, terms })
        .await
        .map(drop)
}

struct Replace {
    leaving: UserId,
    to: UserId,
    conversation: ConversationId,
    /// With whom, when it is a direct conversation.
    partner: Option<UserId>,
    terms: Terms,
}

impl Write for Replace {
    type Value = ();

    fn actor(&self) -> Option<UserId> {
        None
    }

    fn locks(&self) -> Locks {
        let users = [self.leaving, self.to].into_iter().chain(self.partner).collect();
        Locks { users, conversations: vec![self.conversation] }
    }

    async fn decide(&self, tx: &Tx) -> Result<Change<()>> {
        let find = async |id| store::find(tx, id).await?.ok_or(Error::NotFound);
        let (leaving, to) = (find(self.leaving).await?, find(self.to).await?);
        // Enabled again, handed to somebody else, or the other is gone too: it is no longer to be done.
        if leaving.hand_over_to != Some(self.to) || to.disabled_at.is_some() {
            return Ok(Change::nothing(()));
        }
        let row = store::find_conversation(tx, self.conversation).await?.ok_or(Error::NotFound)?;
        let (leaving, to) = (Viewer::on_behalf_of(&leaving), Viewer::on_behalf_of(&to));
        let change = match (row.kind, self.partner) {
            (_, _) if row.state == State::Closed => None,
            (Kind::Group, _) => participants::replacing(tx, &leaving, to.id(), &row, &self.terms).await?,
            (Kind::Direct, Some(partner)) => {
                let terms = (self.terms.now, self.terms.matrix);
                conversations::replacing(tx, &leaving, &to, partner, &row, terms).await?
            }
            (Kind::Direct, None) => None,
        };
        Ok(match change {
            Some((rows, events)) => Change { rows, events, value: () },
            None => Change::nothing(()),
        })
    }
}

/// Notes that nothing is left to be handed over.
struct Finished {
    user: user::Model,
}

impl Write for Finished {
    type Value = ();

    fn actor(&self) -> Option<UserId> {
        None
    }

    fn locks(&self) -> Locks {
        Locks::users([self.user.id])
    }

    async fn decide(&self, tx: &Tx) -> Result<Change<()>> {
        let row = store::find(tx, self.user.id).await?.filter(|row| row.hand_over_to == self.user.hand_over_to);
        let done = row.map(|row| user::Model { hand_over_to: None, hand_over_history: None, ..row });
        let rows = done.iter().map(store::set_disabled).collect();
        Ok(Change { rows, events: Vec::new(), value: () })
    }
}
