//! Files: uploading, discarding, downloading, and cleaning up after all three.
//!
//! An upload stores the bytes first and its row second, so a row without bytes cannot exist. Removing goes the other
//! way in three steps, each safe to repeat: the row is marked (`removed_at`), the bytes go, the row lets go of its
//! storage key (or goes too when it was never sent). [`service::sweep`] finishes whatever a stopped process left.
//! An unsent upload is seen by its uploader alone, so nothing here writes events.

mod blobs;
pub mod http;
mod inspect;
mod link;
mod loader;
mod mutation;
mod office;
mod range;
pub mod service;
mod store;
mod sweep;
#[cfg(test)]
mod tests;
mod types;

pub use loader::AvatarOf;
pub use mutation::AttachmentMutation;
pub use types::{
    Attachment, DiscardAttachmentInput, DiscardAttachmentPayload, TemporaryUrl, UploadAttachmentInput,
    UploadAttachmentPayload,
};
