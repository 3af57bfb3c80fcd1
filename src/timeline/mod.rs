//! What a conversation's history is made of: appending a message to it, whoever writes it, and the lines the server
//! writes when the people or the state of a conversation change.

mod note;
mod store;

pub use note::{Note, NoteKind, note};
pub use store::{appended, blank, own_ordinal, own_ordinals};
