//! Marking something on a picture of a message, and taking a mark off.

use std::sync::Arc;

use sea_orm::prelude::Uuid;

use super::{
    act::{Act, Scene, act, act_once},
    marks::may_mark,
    removal,
    service::{self, Loaded},
};
use crate::{
    App,
    access::{Membership, Viewer},
    attachments::service::{self as files, Annotating},
    entity::user::Role,
    error::{Error, Result, UserErrorCode},
    ids::{AnnotationId, AttachmentId, UserId},
    journal::{Change, MessageAspect, Once, Outcome, Tx},
};

/// May the viewer take off a mark of this author? Their own, and as a clinician or one who leads the group any.
///
/// # Errors
/// NOT_ALLOWED, or what sending refuses.
pub fn may_remove_annotation(viewer: &Viewer, member: &Membership, author: UserId) -> Result<()> {
    if author != viewer.id() && viewer.role() != Role::Clinician && !member.leads_group() {
        return Err(Error::invalid(
            UserErrorCode::NotAllowed,
            &[],
            "Only who marked this, clinicians, and those who lead the group can remove it.",
        ));
    }
    member.may_send()
}

/// A mark that was made.
pub struct Annotated {
    /// Its id.
    pub id: AnnotationId,
    /// The picture's message, as it is now.
    pub message: Arc<Loaded>,
    /// Whether the same request had made it before.
    pub replayed: bool,
}

/// Marks something on a picture.
///
/// # Errors
/// NOT_FOUND, ATTACHMENT_NOT_USABLE, TOO_MANY, or what [`may_mark`] refuses; CONFLICT when the client id was used for
/// another mark.
pub async fn annotate(
    app: &App,
    viewer: &Arc<Viewer>,
    file: AttachmentId,
    annotating: Annotating,
    client_id: Option<Uuid>,
) -> Result<Annotated> {
    let row = files::file(app.database.reader(), file).await?.ok_or(Error::NotFound)?;
    let Some(message) = row.message_id else {
        if row.uploader_id != viewer.id() || row.removed_at.is_some() {
            return Err(Error::NotFound);
        }
        return Err(Error::invalid(
            UserErrorCode::AttachmentNotUsable,
            &["input", "attachmentId"],
            "Send the picture first, then mark something on it.",
        ));
    };
    let (id, replayed) = match act_once(app, viewer, message, Annotate { file, annotating, client_id }).await? {
        Outcome::Done { value, .. } => (value, false),
        Outcome::Replayed(id) => (AnnotationId(id), true),
    };
    Ok(Annotated { id, message: service::find(app, viewer, message).await?, replayed })
}

struct Annotate {
    file: AttachmentId,
    annotating: Annotating,
    client_id: Option<Uuid>,
}

impl Act for Annotate {
    type Value = AnnotationId;

    fn once(&self) -> Option<Once> {
        let input = format!("{} {:?}", self.file, self.annotating);
        self.client_id.map(|client_id| Once { operation: "annotateAttachment", client_id, input })
    }

    fn subject(value: &AnnotationId) -> Uuid {
        value.0
    }

    async fn decide(&self, tx: &Tx, scene: &Scene) -> Result<Change<AnnotationId>> {
        may_mark(&scene.member, &scene.row)?;
        let file = files::file(tx, self.file).await?.filter(|file| file.removed_at.is_none());
        let file = file.ok_or(Error::NotFound)?;
        files::has_room(&file)?;
        let place = (scene.row.id, scene.row.conversation_id);
        let (id, rows) = self.annotating.added(&file, place, scene.viewer.id(), scene.now);
        Ok(Change { rows, events: vec![scene.changed(MessageAspect::Annotations)], value: id })
    }
}

/// Takes a mark off its picture; gives the picture and its message as it is now.
///
/// # Errors
/// NOT_FOUND, or what [`may_remove_annotation`] refuses.
pub async fn remove_annotation(
    app: &App,
    viewer: &Arc<Viewer>,
    id: AnnotationId,
) -> Result<(AttachmentId, Arc<Loaded>)> {
    let row = files::annotation(app.database.reader(), id).await?.ok_or(Error::NotFound)?;
    act(app, viewer, row.message_id, Remove { id }).await?;
    Ok((row.attachment_id, service::find(app, viewer, row.message_id).await?))
}

struct Remove {
    id: AnnotationId,
}

impl Act for Remove {
    type Value = ();

    async fn decide(&self, tx: &Tx, scene: &Scene) -> Result<Change<()>> {
        removal::still_there(&scene.row)?;
        let row = files::annotation(tx, self.id).await?.ok_or(Error::NotFound)?;
        may_remove_annotation(&scene.viewer, &scene.member, row.author_id)?;
        let file = files::file(tx, row.attachment_id).await?.ok_or(Error::NotFound)?;
        let rows = files::taken_off(&file, row);
        Ok(Change { rows, events: vec![scene.changed(MessageAspect::Annotations)], value: () })
    }
}
