//! The harness: a real server for each test, people as values, sockets.

mod actor;
mod database;
mod server;
mod socket;

pub use actor::{Actor, Answer};
pub use server::TestServer;
pub use socket::{Listening, Said};
