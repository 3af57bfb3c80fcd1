//! The rows of files: queries, and the data of changes.

use std::collections::{HashMap, HashSet};

use sea_orm::{
    ActiveValue::{Set, Unchanged},
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{ExprTrait, LockType},
};

use crate::{
    access::Viewer,
    clock::Timestamp,
    database::is_literally,
    entity::{attachment, image_annotation, message},
    ids::{AnnotationId, AttachmentId, MessageId, UserId},
    journal::Row,
};

/// How many keys one query names at most; both databases take many more.
const KEYS: usize = 500;

/// One file, whoever may see it.
pub(super) async fn find(db: &impl ConnectionTrait, id: AttachmentId) -> Result<Option<attachment::Model>, DbErr> {
    attachment::Entity::find_by_id(id).one(db).await
}

/// The message a file was sent with.
pub(super) async fn message(db: &impl ConnectionTrait, id: MessageId) -> Result<Option<message::Model>, DbErr> {
    message::Entity::find().filter(message::Column::Id.eq(id)).one(db).await
}

/// What the files of a person take up together, in bytes.
pub(super) async fn size_of_all(db: &impl ConnectionTrait, uploader: UserId) -> Result<u64, DbErr> {
    // A sum of whole numbers is a decimal on PostgreSQL; the cast makes it a number on both.
    let sum = attachment::Column::Size.sum().cast_as("bigint");
    let total: Option<Option<i64>> = attachment::Entity::find()
        .select_only()
        .expr(sum)
        .filter(attachment::Column::UploaderId.eq(uploader))
        .filter(attachment::Column::RemovedAt.is_null())
        .filter(is_literally(attachment::Column::IsCopy, false))
        .into_tuple()
        .one(db)
        .await?;
    Ok(total.flatten().unwrap_or(0).unsigned_abs())
}

/// Those of the files that are the viewer's own, unsent and not removed, held still until the transaction ends.
///
/// The journal's locks name users and conversations only. A file can be sent, discarded and swept at the same time,
/// so these three lock its row too, in the order of ids, after the journal's locks and before the head.
pub(super) async fn hold_unsent(
    tx: &impl ConnectionTrait,
    viewer: &Viewer,
    ids: &[AttachmentId],
) -> Result<Vec<attachment::Model>, DbErr> {
    attachment::Entity::find()
        .filter(attachment::Column::Id.is_in(ids.iter().copied()))
        .filter(attachment::Column::UploaderId.eq(viewer.id()))
        .filter(unsent())
        .filter(attachment::Column::RemovedAt.is_null())
        .order_by_asc(attachment::Column::Id)
        .lock(LockType::NoKeyUpdate)
        .all(tx)
        .await
}

/// The files of a message, in their order, held still as by [`hold_unsent`].
pub(super) async fn hold_sent(tx: &impl ConnectionTrait, message: MessageId) -> Result<Vec<attachment::Model>, DbErr> {
    let mut files = attachment::Entity::find()
        .filter(attachment::Column::MessageId.eq(message))
        .filter(attachment::Column::RemovedAt.is_null())
        .order_by_asc(attachment::Column::Id)
        .lock(LockType::NoKeyUpdate)
        .all(tx)
        .await?;
    files.sort_by_key(|file| file.position);
    Ok(files)
}

/// The first standing copy of each of these bytes.
pub(super) async fn first_copies(db: &impl ConnectionTrait, keys: &[String]) -> Result<Vec<attachment::Model>, DbErr> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let copies = attachment::Entity::find()
        .filter(attachment::Column::StorageKey.is_in(keys.iter().map(String::as_str)))
        .filter(attachment::Column::IsCopy.eq(true))
        .filter(attachment::Column::RemovedAt.is_null())
        .order_by_asc(attachment::Column::Id);
    let mut known = HashSet::new();
    Ok(copies.all(db).await?.into_iter().filter(|copy| known.insert(copy.storage_key.clone())).collect())
}

/// A copy that counts for who made it.
pub(super) fn counted(copy: &attachment::Model) -> Row {
    Row::update(attachment::ActiveModel { id: Unchanged(copy.id), is_copy: Set(false), ..Default::default() })
}

/// Those of the storage keys that a file names which was not removed.
pub(super) async fn keys_in_use(db: &impl ConnectionTrait, keys: &[&str]) -> Result<HashSet<String>, DbErr> {
    let rows = attachment::Entity::find()
        .select_only()
        .column(attachment::Column::StorageKey)
        .filter(attachment::Column::StorageKey.is_in(keys.iter().copied()))
        .filter(attachment::Column::RemovedAt.is_null());
    Ok(rows.into_tuple::<String>().all(db).await?.into_iter().collect())
}

/// Files that wait to be sent, or were never.
fn unsent() -> sea_orm::sea_query::SimpleExpr {
    attachment::Column::MessageId.is_null().and(is_literally(attachment::Column::IsAvatar, false))
}

/// The pictures these people show of themselves.
pub(super) async fn avatars(db: &impl ConnectionTrait, users: &[UserId]) -> Result<Vec<attachment::Model>, DbErr> {
    attachment::Entity::find()
        .filter(attachment::Column::UploaderId.is_in(users.iter().copied()))
        .filter(is_literally(attachment::Column::IsAvatar, true))
        .filter(attachment::Column::RemovedAt.is_null())
        .all(db)
        .await
}

/// At most `limit` unsent files from before `cutoff`, held still as by [`hold_unsent`].
pub(super) async fn hold_expired(
    tx: &impl ConnectionTrait,
    cutoff: Timestamp,
    limit: u64,
) -> Result<Vec<attachment::Model>, DbErr> {
    attachment::Entity::find()
        .filter(unsent())
        .filter(attachment::Column::CreatedAt.lt(cutoff))
        .filter(attachment::Column::RemovedAt.is_null())
        .order_by_asc(attachment::Column::Id)
        .limit(limit)
        .lock(LockType::NoKeyUpdate)
        .all(tx)
        .await
}

/// Those of the files that are removed but still name their bytes, held still as by [`hold_unsent`].
pub(super) async fn hold_to_clear(
    tx: &impl ConnectionTrait,
    ids: &[AttachmentId],
) -> Result<Vec<attachment::Model>, DbErr> {
    attachment::Entity::find()
        .filter(attachment::Column::Id.is_in(ids.iter().copied()))
        .filter(to_clear())
        .order_by_asc(attachment::Column::Id)
        .lock(LockType::NoKeyUpdate)
        .all(tx)
        .await
}

/// At most `limit` removed files that still name their bytes, by id, after one of them.
pub(super) async fn to_clear_after(
    db: &impl ConnectionTrait,
    after: Option<AttachmentId>,
    limit: u64,
) -> Result<Vec<attachment::Model>, DbErr> {
    let mut query = attachment::Entity::find().filter(to_clear());
    if let Some(after) = after {
        query = query.filter(attachment::Column::Id.gt(after));
    }
    query.order_by_asc(attachment::Column::Id).limit(limit).all(db).await
}

fn to_clear() -> sea_orm::sea_query::SimpleExpr {
    attachment::Column::RemovedAt.is_not_null().and(attachment::Column::StorageKey.is_not_null())
}

/// The files of some messages, by message, each list in its order.
pub(super) async fn of_messages(
    db: &impl ConnectionTrait,
    ids: &[MessageId],
) -> Result<HashMap<MessageId, Vec<attachment::Model>>, DbErr> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = attachment::Entity::find()
        .filter(attachment::Column::MessageId.is_in(ids.iter().copied()))
        .order_by_asc(attachment::Column::MessageId)
        .order_by_asc(attachment::Column::Position)
        .all(db)
        .await?;
    let mut of: HashMap<_, Vec<_>> = HashMap::with_capacity(ids.len());
    for row in rows {
        if let Some(message) = row.message_id {
            of.entry(message).or_default().push(row);
        }
    }
    Ok(of)
}

/// Those of the storage keys that a row names, for a file or for its small copy.
pub(super) async fn known_keys(db: &impl ConnectionTrait, keys: &[String]) -> Result<HashSet<String>, DbErr> {
    let mut known = HashSet::with_capacity(keys.len());
    for keys in keys.chunks(KEYS) {
        for column in [attachment::Column::StorageKey, attachment::Column::ThumbnailKey] {
            let rows = attachment::Entity::find().select_only().column(column);
            let rows = rows.filter(column.is_in(keys.iter().map(String::as_str)));
            known.extend(rows.into_tuple::<String>().all(db).await?);
        }
    }
    Ok(known)
}

/// A new file.
pub(super) fn added(file: attachment::Model) -> Row {
    Row::insert(attachment::ActiveModel::from(file))
}

/// The file belongs to a message from now on.
pub(super) fn sent(file: &attachment::Model, message: MessageId, position: i32) -> Row {
    Row::update(attachment::ActiveModel {
        id: Unchanged(file.id),
        message_id: Set(Some(message)),
        position: Set(position),
        ..Default::default()
    })
}

/// The file is the picture of its uploader from now on.
pub(super) fn shown(file: &attachment::Model) -> Row {
    Row::update(attachment::ActiveModel { id: Unchanged(file.id), is_avatar: Set(true), ..Default::default() })
}

/// The file is removed; its bytes go next.
pub(super) fn removed(file: &attachment::Model, at: Timestamp) -> Row {
    Row::update(attachment::ActiveModel { id: Unchanged(file.id), removed_at: Set(Some(at)), ..Default::default() })
}

/// The bytes of a removed file are gone. What was sent leaves its tombstone; of an unsent upload nothing is left.
pub(super) fn cleared(file: &attachment::Model) -> Row {
    let row = attachment::ActiveModel { id: Unchanged(file.id), ..Default::default() };
    if file.message_id.is_none() {
        return Row::delete(row);
    }
    Row::update(attachment::ActiveModel { storage_key: Set(None), thumbnail_key: Set(None), ..row })
}

/// The annotations of pictures, the oldest first.
pub(super) async fn annotations(
    db: &impl ConnectionTrait,
    ids: &[AttachmentId],
) -> Result<Vec<image_annotation::Model>, DbErr> {
    let column = image_annotation::Column::AttachmentId;
    let rows = image_annotation::Entity::find().filter(column.is_in(ids.iter().copied()));
    let by = image_annotation::Column::CreatedAt;
    rows.order_by_asc(by).order_by_asc(image_annotation::Column::Id).all(db).await
}

/// One annotation, whoever may see it.
pub(super) async fn annotation(
    db: &impl ConnectionTrait,
    id: AnnotationId,
) -> Result<Option<image_annotation::Model>, DbErr> {
    image_annotation::Entity::find_by_id(id).one(db).await
}

/// An annotation that comes or goes.
pub(super) fn annotated(file: &attachment::Model, annotation: image_annotation::Model, is_there: bool) -> Vec<Row> {
    let annotation = image_annotation::ActiveModel::from(annotation);
    let counted = attachment::ActiveModel {
        id: Unchanged(file.id),
        annotations: Set(file.annotations + if is_there { 1 } else { -1 }),
        ..Default::default()
    };
    vec![if is_there { Row::insert(annotation) } else { Row::delete(annotation) }, Row::update(counted)]
}

/// All annotations of these files go with them.
pub(super) fn unannotated(files: &[attachment::Model]) -> Vec<Row> {
    let marked: Vec<_> = files.iter().filter(|file| file.annotations > 0).map(|file| file.id).collect();
    if marked.is_empty() {
        return Vec::new();
    }
    let counted = marked.iter().map(|id| {
        let id = Unchanged(*id);
        Row::update(attachment::ActiveModel { id, annotations: Set(0), ..Default::default() })
    });
    let mut rows: Vec<_> = counted.collect();
    let chosen = Condition::all().add(image_annotation::Column::AttachmentId.is_in(marked));
    rows.push(Row::delete_all::<image_annotation::ActiveModel>(chosen));
    rows
}
