//! Files: uploading, discarding, downloading, and cleaning up after all three.
//!
//! An upload stores the bytes first and its row second, so a row without bytes cannot exist. Removing goes the other
//! way in three steps, each safe to repeat: the row is marked (`removed_at`), the bytes go, the row lets go of its
//! storage key (or goes too when it was never sent). [`service::sweep`] finishes whatever a stopped process left.
//! Pictures are stored as this server wrote them anew, with a small copy under a key of its own that comes and goes with
//! the picture; what people mark on them is kept in rows beside them.
//! An unsent upload is seen by its uploader alone, so nothing here writes events.

mod annotations;
mod blobs;
pub mod http;
mod inspect;
mod link;
mod loader;
mod mutation;
mod office;
mod picture;
mod range;
pub mod service;
mod store;
mod sweep;
#[cfg(test)]
mod tests;
mod types;
mod upload;

pub use annotations::{
    Annotation, AnnotationArrow, AnnotationBox, AnnotationShape, AnnotationShapeInput, AnnotationText,
};
pub use blobs::Files;
pub use inspect::{Accepted, accepted};
pub use loader::AvatarOf;
pub use mutation::AttachmentMutation;
pub use picture::Gate;
pub use types::{
    Attachment, DiscardAttachmentInput, DiscardAttachmentPayload, TemporaryUrl, Thumbnail, UploadAttachmentInput,
    UploadAttachmentPayload,
};
