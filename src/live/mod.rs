//! Live delivery: one tail per node reads the journal in order and hands each event to the local listeners it
//! concerns; a listener is a reader at a place.
//!
//! It stands above the features and not inside `journal/`, because it loads what events tell of, and the journal
//! knows no feature. Promises every event from a cursor on, in order, once each; a slow listener never holds others
//! up; somebody removed hears of the removal and nothing after it.

mod content;
mod query;
mod reader;
mod routes;
mod store;
mod subscription;
mod tail;
mod types;

pub use content::Heard;
pub use query::LiveQuery;
pub use reader::Item;
pub use routes::Interest;
pub use subscription::LiveSubscription;
pub(crate) use subscription::listen;
pub use tail::Tail;
pub(crate) use tail::TailParts;
pub use types::{Event, MessageAdded, NotificationAdded};
