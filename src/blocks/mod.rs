//! Blocks: nobody writes in the direct conversation of two people of whom one has blocked the other.
//!
//! A block takes the right to send from both, under the same locks that a send takes, so no message comes after its
//! place in the journal, and sending asks for nothing more than it did. What was written stays readable. Nobody is told
//! who has blocked them. Calls people, participants and conversations.

mod mutation;
pub mod service;
mod store;
mod types;

pub use mutation::BlockMutation;
pub use types::{Block, block_page};
