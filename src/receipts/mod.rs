//! Read and delivered markers, receipts and unread counts.
//!
//! Promises that markers only move forward and that counts are exact at every place of the journal. Calls messages,
//! notifications, conversations and access.

mod counts;
pub mod delivery;
mod inbox;
mod loader;
mod mutation;
mod query;
pub mod service;
mod store;
mod subscription;
mod types;

pub use counts::Counts;
pub use inbox::Inbox;
pub use loader::{ReceiptsOf, UnreadOf};
pub use mutation::ReceiptMutation;
pub use query::ReceiptQuery;
pub use subscription::ReceiptSubscription;
pub use types::{Receipt, UnreadCounts, receipt_page};
