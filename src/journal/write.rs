//! What is written, and what makes it safe.

use sea_orm::{DatabaseTransaction, prelude::Uuid};

use super::{Change, Seq};
use crate::{
    error::Result,
    ids::{ConversationId, UserId},
};

/// The transaction a write is decided in. Deciding only reads.
pub type Tx = DatabaseTransaction;

/// The rows a write must hold still, in any order; the journal sorts them.
#[derive(Clone, Debug, Default)]
pub struct Locks {
    /// Users whose account, blocks or direct conversations decide.
    pub users: Vec<UserId>,
    /// Conversations whose state, people, rights or counters decide.
    pub conversations: Vec<ConversationId>,
}

impl Locks {
    /// Locks one conversation.
    pub fn conversation(id: ConversationId) -> Self {
        Self { conversations: vec![id], ..Self::default() }
    }

    /// Locks some users.
    pub fn users(ids: impl IntoIterator<Item = UserId>) -> Self {
        Self { users: ids.into_iter().collect(), ..Self::default() }
    }
}

impl FromIterator<Locks> for Locks {
    fn from_iter<I: IntoIterator<Item = Self>>(all: I) -> Self {
        let mut union = Self::default();
        for locks in all {
            union.users.extend(locks.users);
            union.conversations.extend(locks.conversations);
        }
        union
    }
}

/// What makes a request safe to repeat.
#[derive(Clone, Debug)]
pub struct Once {
    /// Which mutation; a client id is unique per author and mutation.
    pub operation: &'static str,
    /// The client's own name for the request.
    pub client_id: Uuid,
    /// The input, in a form that is the same for the same input.
    pub input: String,
}

/// Something to be written: an owned value, so that it outlives the request that asked for it.
pub trait Write: Send + Sync + Sized + 'static {
    /// The answer to the caller.
    type Value: Send + 'static;

    /// How many writes of this type may be decided and committed together. More than one only where none can change
    /// what another decides, but for what [`Write::decide_all`] carries from one to the next and [`Write::claims`] keeps
    /// apart.
    const TOGETHER: usize = 1;

    /// For whom; none when the server itself acts.
    fn actor(&self) -> Option<UserId>;

    /// What must not change while this is decided.
    fn locks(&self) -> Locks;

    /// What makes it safe to repeat, when the client asked for that.
    fn once(&self) -> Option<Once> {
        None
    }

    /// What this made, kept for repeats; asked only when [`Write::once`] is given.
    fn subject(_value: &Self::Value) -> Uuid {
        Uuid::nil()
    }

    /// What only one write of those that are decided together may use; the second waits for the next batch.
    fn claims(&self) -> Vec<Uuid> {
        Vec::new()
    }

    /// Reads and checks under the locks, and says what to change. May run more than once.
    fn decide(&self, tx: &Tx) -> impl Future<Output = Result<Change<Self::Value>>> + Send;

    /// Decides several in their order, each on what was committed before and on those before it.
    ///
    /// # Errors
    /// When none can be decided; what one is refused with stands in its place.
    fn decide_all(writes: &[&Self], tx: &Tx) -> impl Future<Output = Result<Vec<Result<Change<Self::Value>>>>> + Send {
        async move {
            let mut changes = Vec::with_capacity(writes.len());
            for write in writes {
                changes.push(write.decide(tx).await);
            }
            Ok(changes)
        }
    }
}

/// How a write ended.
#[derive(Clone, Copy, Debug)]
pub enum Outcome<T> {
    /// Committed now; `head` is the place before its first event, for [`Seq::resolved`].
    Done {
        /// The answer.
        value: T,
        /// The place before its first event.
        head: Seq,
    },
    /// The same request was answered before; this is what it made.
    Replayed(Uuid),
}
