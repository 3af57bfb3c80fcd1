//! Web Push: browsers are told that there is something new while no page is open.
//!
//! A push is derived from the journal, as everything that is told: the entries of the inbox say whom to tell of what, and
//! are asked again when a push goes. Promises that a push holds no word and no name, that nothing read, muted or quiet is
//! pushed, that at most one push waits for each browser, and that a registration ends with its session. Calls accounts,
//! notifications and receipts; nothing calls it.

mod endpoint;
mod mutation;
mod news;
mod outbox;
mod post;
mod query;
mod seal;
mod service;
mod store;
mod types;
mod vapid;

pub use mutation::PushMutation;
pub use outbox::run;
pub use post::Pusher;
pub use query::PushQuery;
pub use vapid::generate_key;
