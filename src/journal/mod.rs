//! The journal: every change that a client can see, as events in one order.
//!
//! [`Journal::write`] is the only way to change the database. A write is a value that names whom it acts for and what
//! it must lock, and a step that reads, checks and answers with data ([`Change`]). The journal alone locks, numbers,
//! inserts, commits and answers, so commit order is the order of `seq`, and no reader at 10 can see 12 and miss 11.
//! Knows the rows, never a feature.

mod change;
mod commit;
mod cursor;
mod event;
mod lane;
mod lock;
mod numbering;
mod statements;
mod store;
mod sweep;
mod write;
mod writer;

pub use change::{Change, NewEvent, Row};
pub use cursor::{CursorKey, Place};
pub use event::{Audience, Event, EventBody, MessageAspect};
pub use store::{Head, Locate, Resync, Verdict, after, for_viewer, head, locate, verify};
pub use sweep::{BATCH, KEPT, Old, OldRequests, forget};
pub use write::{Locks, Once, Outcome, Tx, Write};
pub use writer::Journal;

/// A place in the journal. 0 is before the first event.
///
/// While a write is being decided its places are not known; until then [`Seq::of`] names one of its own events, held
/// as a negative number that no row of the database can contain.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    sea_orm::DeriveValueType,
    serde::Serialize,
    serde::Deserialize,
)]
pub struct Seq(pub i64);

impl Seq {
    /// Before the first event.
    pub const START: Self = Self(0);

    /// The place the `index`th event of the same change will get, counted from 0.
    pub const fn of(index: i64) -> Self {
        Self(-1 - index)
    }

    /// The place itself, once the head before the change is known.
    pub const fn resolved(self, head: Self) -> Self {
        if self.0 < 0 { Self(head.0 - self.0) } else { self }
    }
}
