//! Mail: links for those who forgot their password or registered, in English and French.
//!
//! A request only writes down that somebody is to get a mail, in the same transaction as what it is about; a task of
//! any node sends it later. So no request waits for another server, none can be timed to learn who has an account, and
//! a crash loses nothing: a mail that was being sent then is tried again. A link holds a token of which only the hash is
//! stored; it is derived from the name of the mail with a key, so that the mail can be written again. No address and no
//! link goes to the log.

mod outbox;
mod post;
mod store;
mod text;

pub use outbox::{Asked, forget_old, open, run, send_due, spent, withdrawn};
pub use post::{Mailer, Shown};
