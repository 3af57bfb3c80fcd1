//! Accounts: registering, signing in, passwords, sessions and their tokens.
//!
//! Promises that a password is never kept, only its argon2id hash; that a refresh token is used once; and that an
//! ended session is refused everywhere as soon as its event is read. Calls access, journal and mail only.

pub mod device;
mod ending;
mod mutation;
mod new_password;
pub mod password;
mod query;
pub mod recognition;
mod registration;
pub mod service;
mod settings;
mod store;
mod sweep;
mod throttle;
pub mod tokens;
mod types;

pub use mutation::AccountMutation;
pub use query::AccountQuery;
pub use sweep::{forget_old_attempts, forget_old_tokens};
pub use types::Viewer;
