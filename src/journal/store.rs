//! Reading the journal.

use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, Statement, Value,
};

use super::{
    Event, Place, Seq,
    event::{chain, fixed},
};
use crate::{
    entity::{event, journal_head},
    error::{Error, Result},
    ids::UserId,
};

/// The end of the journal, as a place.
pub type Head = Place;

/// The end of the journal as the connection sees it.
pub async fn head(db: &impl ConnectionTrait) -> Result<Head> {
    let row = journal_head::Entity::find_by_id(1).one(db).await?;
    let row = row.ok_or_else(|| Error::internal(anyhow::anyhow!("the journal has no head")))?;
    Ok(Place::new(row.seq, &fixed(&row.hash)?))
}

/// Up to `limit` events after a place, in order.
pub async fn after(db: &impl ConnectionTrait, seq: Seq, limit: u64) -> Result<Vec<Event>> {
    let rows = event::Entity::find()
        .filter(event::Column::Seq.gt(seq))
        .order_by_asc(event::Column::Seq)
        .limit(limit)
        .all(db)
        .await?;
    rows.into_iter().map(Event::try_from).collect()
}

/// What a user may hear of the events in `(after, up_to]`, in order, at most `limit`.
///
/// Of a conversation they take part in, everything during their stays, but nothing of messages from before their
/// visible history; of one they left, only their leaving. With it the place of the last event looked at, when there may
/// be more after it.
pub async fn for_viewer(
    db: &impl ConnectionTrait,
    user: UserId,
    after: Seq,
    up_to: Seq,
    limit: u64,
) -> Result<(Vec<Event>, Option<Place>)> {
    const SQL: &str = r"
        SELECT e.*, p.history_from_seq FROM stay s
        JOIN participant p ON p.conversation_id = s.conversation_id AND p.user_id = s.user_id
        JOIN event e ON e.conversation_id = s.conversation_id AND e.seq > $2 AND e.seq <= $3
        WHERE s.user_id = $1 AND e.seq >= s.from_seq
          AND (s.to_seq IS NULL OR e.seq = s.to_seq OR (e.seq < s.to_seq AND p.left_at IS NULL))
        UNION ALL
        SELECT e.*, 0 AS history_from_seq FROM event e WHERE user_id = $1 AND seq > $2 AND seq <= $3
        UNION ALL
        SELECT e.*, 0 AS history_from_seq FROM event e
        WHERE conversation_id IS NULL AND user_id IS NULL AND seq > $2 AND seq <= $3
        ORDER BY seq LIMIT $4";
    let values = [Value::from(user.0), after.into(), up_to.into(), i64::try_from(limit).unwrap_or(i64::MAX).into()];
    let rows = db.query_all_raw(Statement::from_sql_and_values(db.get_database_backend(), SQL, values)).await?;
    let mut events = Vec::with_capacity(rows.len());
    let (mut last, is_full) = (None, rows.len() as u64 == limit);
    for row in rows {
        let event = Event::try_from(event::Model::from_query_result(&row, "")?)?;
        last = Some(Place::new(event.seq, &event.hash));
        if event.is_within(row.try_get("", "history_from_seq")?) {
            events.push(event);
        }
    }
    Ok((events, last.filter(|_| is_full)))
}

/// Where a client's place lies in this journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Locate {
    /// It is a place of this journal.
    Here(Seq),
    /// It is not; the client must fetch again.
    Lost(Resync),
}

/// Why a stream cannot go on from a cursor, so that everything has to be fetched again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum)]
#[graphql(name = "ResyncReason")]
pub enum Resync {
    /// The server does not have this place yet: it was restored from an older copy.
    Ahead,
    /// The server has another event at this place: it was restored from a copy and has gone on since.
    Diverged,
    /// The server no longer keeps events this old.
    Expired,
}

/// Looks a client's place up.
pub async fn locate(db: &impl ConnectionTrait, place: Place) -> Result<Locate> {
    if place.seq == Seq::START {
        return Ok(Locate::Here(place.seq));
    }
    if place.seq > head(db).await?.seq {
        return Ok(Locate::Lost(Resync::Ahead));
    }
    match event::Entity::find_by_id(place.seq).one(db).await? {
        None => Ok(Locate::Lost(Resync::Expired)),
        Some(row) if row.hash.starts_with(&place.mark) => Ok(Locate::Here(place.seq)),
        Some(_) => Ok(Locate::Lost(Resync::Diverged)),
    }
}

/// What reading the whole journal again showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every event is there once, unchanged, up to the head.
    Whole {
        /// How many.
        events: i64,
    },
    /// The first place where a row is missing, was changed, or does not lead to the head.
    Broken(Seq),
}

/// Reads every event again and compares the chain of hashes with what is stored. Give it one snapshot, so that nothing
/// is written meanwhile.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn verify(db: &impl ConnectionTrait) -> Result<Verdict> {
    const BATCH: u64 = 1_000;
    let (head, mut last, mut hash) = (head(db).await?, Seq::START, [0; 32]);
    loop {
        let ordered = event::Entity::find().filter(event::Column::Seq.gt(last)).order_by_asc(event::Column::Seq);
        let rows = ordered.limit(BATCH).all(db).await?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            let next = Seq(last.0 + 1);
            hash = chain(&hash, &row);
            if row.seq != next || row.hash != hash {
                return Ok(Verdict::Broken(next));
            }
            last = next;
        }
    }
    let is_whole = head == Place::new(last, &hash);
    Ok(if is_whole { Verdict::Whole { events: last.0 } } else { Verdict::Broken(Seq(last.0 + 1)) })
}
