//! Stories of doctors and patients, over real HTTP and real sockets.
//!
//! They run on SQLite, and on PostgreSQL as well when `BEDSIDE_TEST_POSTGRES_URL` is set (each test has a database of
//! its own). They wait for conditions, never for time.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod hangup;
mod live;
mod messages;
mod queries;
mod races;
mod receipts;
mod resume;
mod resync;
mod slow;
mod support;
mod unread;
