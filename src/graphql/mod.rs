//! What every feature's GraphQL needs: the context of a request, pages, permissions and scalars. Knows no feature.

mod context;
pub mod cost;
pub mod declared;
pub mod document;
pub mod documents;
pub mod executor;
mod handed;
mod inputs;
mod page;
mod permission;
mod resolve;
mod shared;
pub mod precheck;
mod tokens;
mod validation;

pub use context::{Batch, ContextExt, RequestContext, SignedIn, Told};
pub use handed::{Delivered, Handed, Item, Items, Repeated};
pub use inputs::InputTypes;
pub use page::{Cursor, LARGEST_PAGE, List, Page, PageArgs, PageKey};
pub use permission::Permission;
pub use resolve::NoExtensions;
pub use shared::{Asked, Shared, SharedAnswer};
