//! People as others see them, who may talk to whom, and the directory. Calls access and attachments.

pub mod directory;
mod loader;
mod mutation;
pub mod profile;
mod query;
pub mod roles;
pub mod service;
mod store;
mod types;
mod words;

pub use loader::{BlockWith, UserById};
pub use mutation::PeopleMutation;
pub use query::PeopleQuery;
pub use types::User;
pub use words::{NameKey, fold_into};
