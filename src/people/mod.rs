//! People as others see them, and who may talk to whom. Calls access only.

mod loader;
mod query;
pub mod roles;
pub mod service;
mod store;
mod types;

pub use loader::UserById;
pub use query::PeopleQuery;
pub use types::User;
