//! The harness: a real server for each test, people as values, sockets.

mod actor;
mod asking;
mod acts;
mod cpu;
mod database;
mod events;
mod integrity;
mod mailbox;
mod server;
mod socket;
mod store;
mod upload;

pub use actor::{Actor, Answer};
pub use asking::{codes, each, message, to, with};
pub use cpu::cpu;
pub use events::{Event, Events, counts_of};
pub use mailbox::{Mail, into_folder};
pub use server::TestServer;
pub use socket::{Listening, Said};
pub use store::Store;
pub use upload::{PDF, PNG, Paper};
