//! What every feature's GraphQL needs: the context of a request, pages, permissions and scalars. Knows no feature.

mod context;
pub mod document;
mod page;
mod permission;
pub mod precheck;

pub use context::{Batch, ContextExt, RequestContext, SignedIn, Told};
pub use page::{List, Page, PageArgs, PageKey};
pub use permission::Permission;
