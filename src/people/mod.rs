//! People as others see them, and who may talk to whom. Calls access and attachments.

mod loader;
mod mutation;
pub mod profile;
mod query;
pub mod roles;
pub mod service;
mod store;
mod types;

pub use loader::UserById;
pub use mutation::PeopleMutation;
pub use query::PeopleQuery;
pub use types::User;
