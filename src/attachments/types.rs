//! What a file looks like in the API.

use std::borrow::Cow;

use async_graphql::{
    Context, ID, InputObject, InputType, InputValueError, InputValueResult, Object, SimpleObject, Upload, UploadValue,
    Value, registry::Registry,
};
use uuid::Uuid;

use super::{
    annotations::Annotation,
    service::{self, Part},
};
use crate::{
    clock::Timestamp,
    entity::{
        attachment::{self, Kind},
        image_annotation,
    },
    error::{Error, Result, UserError},
    graphql::ContextExt,
};

/// A file, sent with a message or waiting to be. Readable by its uploader until it is sent, and then by the
/// participants of the conversation who may see the message; as the picture of a person, by everybody signed in.
#[derive(Clone, Debug)]
pub struct Attachment {
    row: attachment::Model,
    annotations: Vec<image_annotation::Model>,
}

impl From<attachment::Model> for Attachment {
    fn from(row: attachment::Model) -> Self {
        Self { row, annotations: Vec::new() }
    }
}

impl Attachment {
    /// A file of a message, with those of the annotations that are its own.
    pub fn sent(row: attachment::Model, annotations: &[image_annotation::Model]) -> Self {
        let own = annotations.iter().filter(|annotation| annotation.attachment_id == row.id);
        Self { annotations: own.cloned().collect(), row }
    }
}

/// A file, sent with a message or waiting to be. Readable by its uploader until it is sent, and then by the
/// participants of the conversation who may see the message; as the picture of a person, by everybody signed in.
#[Object(crate = "crate::graphql::executor")]
impl Attachment {
    /// Its id.
    async fn id(&self) -> ID {
        self.row.id.public()
    }

    /// The file's name as its uploader had it, 1 to 255 characters, without folders and control characters.
    async fn name(&self) -> &str {
        &self.row.name
    }

    /// Its media type, for example "image/png". The declared type, the ending of the name and the content agree on it.
    async fn content_type(&self) -> &str {
        &self.row.content_type
    }

    /// What it is to a person: picture, document, sound or film.
    async fn kind(&self) -> Kind {
        self.row.kind
    }

    /// Its size in bytes.
    async fn size(&self) -> i32 {
        i32::try_from(self.row.size).unwrap_or(i32::MAX)
    }

    /// The length of audio or video in milliseconds, as the client measured it; null for other files and when the
    /// client did not say.
    async fn duration_ms(&self) -> Option<i32> {
        self.row.duration_ms.and_then(|millis| i32::try_from(millis).ok())
    }

    /// Of a picture, its width in pixels, upright. Null for other files.
    async fn width(&self) -> Option<i32> {
        self.row.width
    }

    /// Of a picture, its height in pixels, upright. Null for other files.
    async fn height(&self) -> Option<i32> {
        self.row.height
    }

    /// A small copy of a picture, for lists. Null for other files, for pictures that are small themselves (up to 512
    /// pixels on each side, and still), and once the file was removed: show the picture then.
    async fn thumbnail(&self) -> Option<Thumbnail> {
        let is_there = self.row.thumbnail_size.is_some() && self.row.removed_at.is_none();
        is_there.then(|| Thumbnail(self.row.clone()))
    }

    /// What was marked on a picture since it was sent, the oldest first, up to 100. Everybody who may read the message
    /// may read it. Empty for other files, and for a picture that was passed on until something is marked on it there.
    async fn annotations(&self) -> Vec<Annotation> {
        self.annotations.iter().cloned().map(Annotation::from).collect()
    }

    /// Where to download it: stays the same, takes GET and HEAD with ranges, and needs the access token as
    /// `Authorization: Bearer`. Null once the file was removed.
    async fn url(&self, ctx: &Context<'_>) -> Option<String> {
        service::url(ctx.app(), &self.row, Part::Whole)
    }

    /// A link that works without a token for a short time, for `<img>`, `<video>` and download managers. It is bound
    /// to the viewer and their session, and ends with it. Null once the file was removed.
    async fn temporary_url(&self, ctx: &Context<'_>) -> Result<Option<TemporaryUrl>> {
        let link = service::temporary_link(ctx.app(), ctx.viewer()?, &self.row, Part::Whole);
        Ok(link.map(|(url, expires_at)| TemporaryUrl { url, expires_at }))
    }

    /// Whether the file was removed: its message was deleted, and the bytes are gone.
    async fn is_removed(&self) -> bool {
        self.row.removed_at.is_some()
    }

    /// When the file was removed; null while it can be downloaded.
    async fn removed_at(&self) -> Option<Timestamp> {
        self.row.removed_at
    }

    /// When it was uploaded.
    async fn created_at(&self) -> Timestamp {
        self.row.created_at
    }
}

/// A small copy of a picture.
pub struct Thumbnail(attachment::Model);

/// A small copy of a picture, at most 512 pixels on each side. Whoever may see the picture may see it.
#[Object(crate = "crate::graphql::executor")]
impl Thumbnail {
    /// Where to download it, as `Attachment.url`.
    async fn url(&self, ctx: &Context<'_>) -> Option<String> {
        service::url(ctx.app(), &self.0, Part::Thumbnail)
    }

    /// A link that works without a token for 60 seconds, as `Attachment.temporaryUrl`. It opens the small copy only.
    async fn temporary_url(&self, ctx: &Context<'_>) -> Result<Option<TemporaryUrl>> {
        let link = service::temporary_link(ctx.app(), ctx.viewer()?, &self.0, Part::Thumbnail);
        Ok(link.map(|(url, expires_at)| TemporaryUrl { url, expires_at }))
    }

    /// Its width in pixels, 1 to 512.
    async fn width(&self) -> i32 {
        self.0.thumbnail_width.unwrap_or_default()
    }

    /// Its height in pixels, 1 to 512.
    async fn height(&self) -> i32 {
        self.0.thumbnail_height.unwrap_or_default()
    }

    /// Its media type: "image/jpeg", or "image/png" where something is transparent.
    async fn content_type(&self) -> &str {
        self.0.thumbnail_type.as_deref().unwrap_or_default()
    }
}

/// A link to a file that works without a token until it expires.
#[derive(Clone, Debug, SimpleObject)]
pub struct TemporaryUrl {
    /// The whole address. Treat it as a secret: whoever has it can download the file until it expires.
    url: String,
    /// When it stops working: 60 seconds after it was asked for, 15 minutes for audio and video.
    expires_at: Timestamp,
}

/// A part of a multipart request. The library's own [`Upload`] panics when a client writes its inner mark by hand, so
/// this one checks it first.
#[derive(Debug)]
pub(super) struct UploadedFile(Upload);

impl UploadedFile {
    /// The file, spooled to disk.
    fn value(&self, ctx: &Context<'_>) -> Result<UploadValue> {
        if *self.0 >= ctx.query_env.uploads.len() {
            return Err(Error::bad_input("Send the file as a part of a multipart request."));
        }
        self.0.value(ctx).map_err(Error::internal)
    }
}

impl InputType for UploadedFile {
    type RawValueType = Self;

    fn type_name() -> Cow<'static, str> {
        Upload::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        Upload::create_type_info(registry)
    }

    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        const MARK: &str = "#__graphql_file__:";
        let number = match &value {
            Some(Value::String(text)) => text.strip_prefix(MARK).and_then(|number| number.parse().ok()),
            _ => None,
        };
        number
            .map(|number| Self(Upload(number)))
            .ok_or_else(|| InputValueError::custom("Send the file as a part of a multipart request."))
    }

    fn to_value(&self) -> Value {
        Value::Null
    }

    fn as_raw_value(&self) -> Option<&Self::RawValueType> {
        Some(self)
    }
}

/// A file to upload.
#[derive(Debug, InputObject)]
pub struct UploadAttachmentInput {
    /// The file, as a part of a multipart request
    /// (<https://github.com/jaydenseric/graphql-multipart-request-spec>): PDF, DOC, DOCX, XLS, XLSX, TXT, CSV, JPEG,
    /// PNG, GIF, BMP, TIFF, WEBP, or common audio and video; at most 10 MiB unless the server is set otherwise. Its
    /// name gets the ending of its type when it has none. A picture, of at most 50 megapixels and 20,000 pixels on each
    /// side unless the server is set otherwise, is stored upright and without what the camera wrote into it; BMP and
    /// TIFF become PNG, a lossy WEBP becomes JPEG. Moving pictures are taken as GIF only, all frames counting.
    file: UploadedFile,
    /// The client's own name for this upload. Sending the same again with the same `clientId` within 30 days answers
    /// the first upload.
    client_id: Uuid,
    /// The length of audio or video in milliseconds, 0 to 86,400,000; leave it out for other files.
    duration_ms: Option<i32>,
}

impl UploadAttachmentInput {
    /// What the service takes.
    pub(super) fn resolve(self, ctx: &Context<'_>) -> Result<service::NewUpload> {
        let UploadValue { filename, content_type, content } = self.file.value(ctx)?;
        Ok(service::NewUpload {
            file: content,
            name: filename,
            declared_type: content_type,
            client_id: self.client_id,
            duration_ms: self.duration_ms.map(i64::from),
        })
    }
}

/// What became of an upload.
#[derive(Debug, SimpleObject)]
pub struct UploadAttachmentPayload {
    /// The file, ready to be sent with a message within 24 hours; null when it was refused, and when it is repeated
    /// after the file was discarded or has expired.
    attachment: Option<Attachment>,
    /// Whether this upload was made before under the same `clientId`.
    replayed: bool,
    /// What to mend; empty when it was stored.
    user_errors: Vec<UserError>,
}

impl UploadAttachmentPayload {
    /// The payload of an outcome.
    pub(super) fn new(uploaded: Option<service::Uploaded>, user_errors: Vec<UserError>) -> Self {
        let replayed = uploaded.as_ref().is_some_and(|uploaded| uploaded.replayed);
        let attachment = uploaded.and_then(|uploaded| uploaded.file).map(Attachment::from);
        Self { attachment, replayed, user_errors }
    }
}

/// Which upload to discard.
#[derive(Debug, InputObject)]
pub struct DiscardAttachmentInput {
    /// One's own upload that was not sent yet.
    pub(super) id: ID,
}

/// What became of discarding an upload.
#[derive(Debug, SimpleObject)]
pub struct DiscardAttachmentPayload {
    /// The id of the upload that is gone; null when it was refused.
    pub(super) discarded_id: Option<ID>,
    /// What to mend; empty when it was discarded.
    pub(super) user_errors: Vec<UserError>,
}
