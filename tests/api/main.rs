//! Stories of doctors and patients, over real HTTP and real sockets.
//!
//! They run on SQLite, and on PostgreSQL as well when `BEDSIDE_TEST_POSTGRES_URL` is set (each test has a database of
//! its own). They wait for conditions, never for time.
#![expect(clippy::unwrap_used, reason = "a story that cannot go on fails")]
#![expect(clippy::print_stderr, reason = "what is skipped is said")]

mod access_matrix;
mod accounts;
mod annotations;
mod audits;
mod blocks;
mod cards;
mod clients;
mod contacts;
mod conversation_list;
mod conversations;
mod directory;
mod disabling;
mod documents;
mod downloads;
mod editing;
mod expiry;
mod files;
mod filters;
mod forwarding;
mod groups;
mod hangup;
mod history;
mod hostile;
mod http;
mod images;
mod limits;
mod listener;
mod live;
mod login_throttle;
mod long_history;
mod mail;
mod many_conversations;
mod many_people;
mod marks;
mod memberships;
mod mentions;
mod messages;
mod notices;
mod notifications;
mod object_store;
mod pages;
mod passwords;
mod preferences;
mod presence;
mod profiles;
mod programs;
mod push;
mod queries;
mod races;
mod reading_privately;
mod receipts;
mod references;
mod resume;
mod resync;
mod retracting;
mod roles;
mod schema_rules;
mod search;
mod searching_much;
mod sessions;
mod settings;
mod slow;
mod smtp;
mod socket;
mod statistics;
mod support;
mod tokens;
mod typing;
mod unread;
mod watching;
mod whole_life;
