//! The rules of files: who may upload, discard and download what, and what messages ask for.

use std::{
    collections::{HashMap, HashSet},
    ops::Range,
    time::Duration,
};

use bytes::Bytes;
use futures_util::stream::BoxStream;
use sea_orm::ConnectionTrait;

pub use super::{
    annotations::{Annotating, Shape, all_taken_off, annotation, annotations_of, file, has_room, taken_off},
    sweep::{SweepReport, sweep},
    upload::{NewUpload, Uploaded, upload},
};
use super::{
    blobs,
    link::{self, Link},
    store,
};
use crate::{
    App,
    access::{Membership, Viewer},
    clock::Timestamp,
    entity::{
        attachment::{self, Kind},
        message,
    },
    error::{Error, Result, UserErrorCode},
    ids::{AttachmentId, MessageId, UserId},
    journal::{Change, Locks, Outcome, Row, Tx, Write},
};

/// How long a temporary link works.
const LINK: Duration = Duration::from_secs(60);
/// How long a temporary link to audio or video works: a player comes back for more while it plays.
const MEDIA_LINK: Duration = Duration::from_secs(15 * 60);

/// Removes the viewer's own upload that was not sent, and its bytes.
///
/// # Errors
/// NOT_FOUND when it is not theirs, was sent, or is gone.
pub async fn discard(app: &App, viewer: &Viewer, id: AttachmentId) -> Result<AttachmentId> {
    let discarding = Discarding { viewer: viewer.clone(), id, at: app.clock.now() };
    if let Outcome::Done { value, .. } = app.journal.write(discarding).await? {
        remove_bytes(app, &[value]).await;
    }
    Ok(id)
}

struct Discarding {
    viewer: Viewer,
    id: AttachmentId,
    at: Timestamp,
}

impl Write for Discarding {
    type Value = attachment::Model;

    fn actor(&self) -> Option<UserId> {
        Some(self.viewer.id())
    }

    fn locks(&self) -> Locks {
        Locks::default()
    }

    async fn decide(&self, tx: &Tx) -> Result<Change<Self::Value>> {
        let mut file = store::hold_unsent(tx, &self.viewer, &[self.id]).await?.pop().ok_or(Error::NotFound)?;
        let rows = vec![store::removed(&file, self.at)];
        file.removed_at = Some(self.at);
        Ok(Change { rows, events: Vec::new(), value: file })
    }
}

/// A file the viewer may download now.
///
/// # Errors
/// NOT_FOUND when there is no such file, it was removed, or they may not see it.
pub async fn readable(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    id: AttachmentId,
    now: Timestamp,
) -> Result<attachment::Model> {
    let file = store::find(db, id).await?.filter(|file| file.removed_at.is_none()).ok_or(Error::NotFound)?;
    if file.is_avatar {
        return Ok(file);
    }
    let Some(message) = file.message_id else {
        return (file.uploader_id == viewer.id()).then_some(file).ok_or(Error::NotFound);
    };
    let message = store::message(db, message).await?.ok_or(Error::NotFound)?;
    let member = Membership::check(db, viewer, message.conversation_id).await?;
    let is_over = message.expires_at.is_some_and(|at| at <= now);
    let visible = message.deleted_at.is_none() && !is_over && message.seq >= member.history_from();
    visible.then_some(file).ok_or(Error::NotFound)
}

/// Which bytes of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The file.
    Whole,
    /// The small copy of a picture.
    Thumbnail,
}

/// Bytes of a file that [`readable`] gave.
///
/// # Errors
/// NOT_FOUND when they are not there any more.
pub async fn read(
    app: &App,
    file: &attachment::Model,
    part: Part,
    range: Range<u64>,
) -> Result<BoxStream<'static, object_store::Result<Bytes>>> {
    let key = match part {
        Part::Whole => &file.storage_key,
        Part::Thumbnail => &file.thumbnail_key,
    };
    let key = key.as_deref().ok_or(Error::NotFound)?;
    blobs::read(&app.files, key, range).await?.ok_or_else(|| {
        // Also when its message was deleted a moment ago; more than that means the store lost it.
        tracing::warn!(attachment = %file.id, "the bytes of a file are not in the store");
        Error::NotFound
    })
}

/// The stable address of a file or of its small copy; none once it was removed, and where there is no copy.
pub fn url(app: &App, file: &attachment::Model, part: Part) -> Option<String> {
    let path = match part {
        Part::Whole => "",
        Part::Thumbnail => file.thumbnail_size.map(|_| "/thumbnail")?,
    };
    file.removed_at.is_none().then(|| format!("{}/attachments/{}{path}", app.public_url, file.id))
}

/// An address that works without a token, and until when; none where [`url`] has none.
pub fn temporary_link(app: &App, viewer: &Viewer, file: &attachment::Model, part: Part) -> Option<(String, Timestamp)> {
    let lifetime = if matches!(file.kind, Kind::Audio | Kind::Video) { MEDIA_LINK } else { LINK };
    let expires = app.clock.now().plus(lifetime);
    let link = Link { attachment: file.id, part, user: viewer.id(), session: viewer.session(), expires };
    Some((format!("{}?{}", url(app, file, part)?, link.query(&app.link_key)), expires))
}

/// The viewer a temporary link was made for.
///
/// # Errors
/// UNAUTHENTICATED when the link is not ours or its time is over, SESSION_REVOKED when its session was ended.
pub(super) async fn viewer_of_link(app: &App, of: (AttachmentId, Part), query: &link::Query) -> Result<Viewer> {
    let link = Link::verify(&app.link_key, of, query, app.clock.now()).ok_or(Error::Unauthenticated)?;
    Viewer::of_session(app.database.reader(), link.user, link.session, link.expires).await
}

/// The files a message is to be sent with, in the order of `ids`, held still until the transaction ends.
///
/// # Errors
/// ATTACHMENT_NOT_USABLE, for the person, when one is not the viewer's own, was sent, is gone, or is named twice.
pub async fn take_for_sending(
    tx: &impl ConnectionTrait,
    viewer: &Viewer,
    ids: &[AttachmentId],
) -> Result<Vec<attachment::Model>> {
    let unusable = |message| Error::invalid(UserErrorCode::AttachmentNotUsable, &["input", "attachmentIds"], message);
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    if ids.iter().collect::<HashSet<_>>().len() < ids.len() {
        return Err(unusable("The same file is named twice. Upload it again to send it twice."));
    }
    let found = store::hold_unsent(tx, viewer, ids).await?;
    let mut found: HashMap<_, _> = found.into_iter().map(|file| (file.id, file)).collect();
    let taken: Option<Vec<_>> = ids.iter().map(|id| found.remove(id)).collect();
    taken.ok_or_else(|| {
        unusable("A file cannot be sent: it is not yours, was already sent, or is gone. Please upload it again.")
    })
}

/// The rows that make a forwarded message carry the files of another one: they name the same bytes. The files are held
/// still until the transaction ends, so none of them is removed meanwhile. The caller has checked that the viewer may
/// see the message.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn forwarded_with(
    tx: &impl ConnectionTrait,
    viewer: &Viewer,
    (source, message): (MessageId, MessageId),
    now: Timestamp,
) -> Result<(Vec<Row>, message::Kind)> {
    let files = store::hold_sent(tx, source).await?;
    let copies = files.iter().map(|file| {
        store::added(attachment::Model {
            id: AttachmentId::generate(),
            uploader_id: viewer.id(),
            message_id: Some(message),
            is_copy: true,
            // What was marked on a picture was said among those it was sent to.
            annotations: 0,
            created_at: now,
            ..file.clone()
        })
    });
    Ok((copies.collect(), kind_of_message(&files)))
}

/// Which pictures people may show of themselves: those every browser shows.
const AVATAR_TYPES: [&str; 3] = ["image/png", "image/jpeg", "image/webp"];

/// The rows that make an upload of the viewer their picture, or take away the one they have; and the picture that goes
/// with that, for [`remove_bytes`] after the commit. The caller holds the viewer locked.
///
/// # Errors
/// ATTACHMENT_NOT_USABLE or FILE_TYPE_NOT_ALLOWED, for the person.
pub async fn choose_avatar(
    tx: &impl ConnectionTrait,
    viewer: &Viewer,
    chosen: Option<AttachmentId>,
    now: Timestamp,
) -> Result<(Vec<Row>, Option<attachment::Model>)> {
    let before = store::avatars(tx, &[viewer.id()]).await?.pop();
    if before.as_ref().map(|file| file.id) == chosen {
        return Ok((Vec::new(), None));
    }
    let mut rows: Vec<_> = before.iter().map(|file| store::removed(file, now)).collect();
    if let Some(id) = chosen {
        let refuse = |code, message| Error::invalid(code, &["input", "avatarId"], message);
        let file = store::hold_unsent(tx, viewer, &[id]).await?.pop().ok_or_else(|| {
            refuse(
                UserErrorCode::AttachmentNotUsable,
                "This picture is not yours, was already sent, or is gone. Please upload it again.",
            )
        })?;
        if !AVATAR_TYPES.contains(&file.content_type.as_str()) {
            return Err(refuse(UserErrorCode::FileTypeNotAllowed, "Choose a picture: PNG, JPEG or WebP."));
        }
        rows.push(store::shown(&file));
    }
    let before = before.map(|file| attachment::Model { removed_at: Some(now), ..file });
    Ok((rows, before))
}

/// The pictures these people show of themselves.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn avatars(db: &impl ConnectionTrait, users: &[UserId]) -> Result<Vec<attachment::Model>> {
    Ok(store::avatars(db, users).await?)
}

/// The rows that make `files` the attachments of a message, in this order.
pub fn sent_with(files: &[attachment::Model], message: MessageId) -> Vec<Row> {
    (0..).zip(files).map(|(position, file)| store::sent(file, message, position)).collect()
}

/// The files of a message that is to be removed, held still until the transaction ends, as passing them on holds them: so
/// the one sees what the other did, and neither waits for the other with the end of the journal in hand.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn hold(tx: &impl ConnectionTrait, message: MessageId) -> Result<Vec<attachment::Model>> {
    Ok(store::hold_sent(tx, message).await?)
}

/// The rows that mark `files` as removed with their message. What was passed on of them counts for who did that from now
/// on, or passing on and deleting would make room without end. Call [`remove_bytes`] after the commit.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn removed_with(tx: &impl ConnectionTrait, files: &[attachment::Model], at: Timestamp) -> Result<Vec<Row>> {
    let mut rows: Vec<_> = files.iter().map(|file| store::removed(file, at)).collect();
    let keys: Vec<_> = files.iter().filter(|file| !file.is_copy).filter_map(|file| file.storage_key.clone()).collect();
    rows.extend(store::first_copies(tx, &keys).await?.iter().map(store::counted));
    Ok(rows)
}

/// The attachments of messages, each list in its order, removed ones too; one query. Messages without any are left
/// out. The caller has checked that the messages may be seen.
///
/// # Errors
/// When the database cannot be read.
pub async fn of_messages(
    db: &impl ConnectionTrait,
    ids: &[MessageId],
) -> Result<HashMap<MessageId, Vec<attachment::Model>>> {
    Ok(store::of_messages(db, ids).await?)
}

/// Removes the bytes of files whose rows were marked as removed. What fails is logged and left to the sweep: a marked
/// row names its bytes until they are known to be gone.
pub async fn remove_bytes(app: &App, files: &[attachment::Model]) {
    if let Err(error) = super::sweep::clear(app, files).await {
        tracing::warn!(code = error.code(), "removed files are left to the sweep");
    }
}

/// What a message with these files is.
pub fn kind_of_message(files: &[attachment::Model]) -> message::Kind {
    let Some(first) = files.first() else { return message::Kind::Text };
    if files.iter().any(|file| file.kind != first.kind) {
        return message::Kind::Mixed;
    }
    match first.kind {
        Kind::Image => message::Kind::Image,
        Kind::File => message::Kind::File,
        Kind::Audio => message::Kind::Audio,
        Kind::Video => message::Kind::Video,
    }
}
