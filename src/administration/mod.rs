//! What administrators do with accounts: disabling them, handing over what they took part in, and programs.
//!
//! Promises that whoever is disabled hears nothing more within a second and cannot come back by themselves; that what
//! they wrote stays; and that handing over goes on after a crash until it is done. Calls accounts, people, participants
//! and conversations.

mod hand_over;
mod loader;
mod mutation;
mod programs;
mod query;
pub mod service;
mod store;
mod types;

pub use hand_over::{finish as finish_hand_overs, run as hand_over};
pub use mutation::AdministrationMutation;
pub use query::AdministrationQuery;
