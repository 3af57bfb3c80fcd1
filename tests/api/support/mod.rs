//! The harness: a real server for each test, people as values, sockets.

mod actor;
mod acts;
mod database;
mod events;
mod integrity;
mod server;
mod socket;

pub use actor::{Actor, Answer};
pub use events::{Event, Events, counts_of};
pub use server::TestServer;
pub use socket::Listening;
