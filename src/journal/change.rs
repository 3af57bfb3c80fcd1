//! What a write wants to happen, as data. Nothing here touches a database.

use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, EntityName, EntityTrait, IdenStatic, Iterable, PrimaryKeyToColumn, Value,
};

use super::{Audience, EventBody, Seq};

/// What a decided write changes and says.
pub struct Change<T> {
    /// The rows to write, in order.
    pub rows: Vec<Row>,
    /// What to tell, in order.
    pub events: Vec<NewEvent>,
    /// The answer to the caller.
    pub value: T,
}

impl<T> Change<T> {
    /// Nothing to do: the answer alone.
    pub fn nothing(value: T) -> Self {
        Self { rows: Vec::new(), events: Vec::new(), value }
    }
}

/// An event that has no place yet.
pub struct NewEvent {
    /// Whom it concerns.
    pub audience: Audience,
    /// What happened.
    pub body: EventBody,
}

impl NewEvent {
    /// An event for everybody in a conversation.
    pub fn in_conversation(id: crate::ids::ConversationId, body: EventBody) -> Self {
        Self { audience: Audience::Conversation(id), body }
    }

    /// An event for one user.
    pub fn for_user(id: crate::ids::UserId, body: EventBody) -> Self {
        Self { audience: Audience::User(id), body }
    }

    /// An event for everybody.
    pub fn for_everyone(body: EventBody) -> Self {
        Self { audience: Audience::Everyone, body }
    }
}

pub(super) type Field = (&'static str, Value);

/// One row to insert, update by key, or delete by key.
pub enum Row {
    /// A new row.
    Insert(&'static str, Vec<Field>),
    /// New values for the row with this key.
    Update(&'static str, Vec<Field>, Vec<Field>),
    /// The row with this key goes.
    Delete(&'static str, Vec<Field>),
    /// New values for every row that fits.
    UpdateAll(&'static str, Vec<Field>, Condition),
    /// Every row that fits goes.
    DeleteAll(&'static str, Condition),
}

impl Row {
    /// Inserts `model`.
    pub fn insert<A: ActiveModelTrait>(model: A) -> Self {
        let columns = <A::Entity as EntityTrait>::Column::iter();
        Self::Insert(
            table::<A>(),
            columns.filter_map(|column| Some((column.as_str(), model.get(column).into_value()?))).collect(),
        )
    }

    /// Updates the row with the key of `model` to its set fields.
    pub fn update<A: ActiveModelTrait>(model: A) -> Self {
        let (key, fields) = split(model);
        Self::Update(table::<A>(), fields, key)
    }

    /// The same update, but only while `column` holds what was read there: otherwise the write is decided again.
    #[must_use]
    pub fn only_where<C: ColumnTrait>(mut self, column: C, value: impl Into<Value>) -> Self {
        if let Self::Update(_, _, key) = &mut self {
            key.push((column.as_str(), value.into()));
        }
        self
    }

    /// Updates every row that fits `chosen` to the set fields of `model`, in one statement. When none fits any more,
    /// the write is decided again, so look for one first.
    pub fn update_all<A: ActiveModelTrait>(model: A, chosen: Condition) -> Self {
        Self::UpdateAll(table::<A>(), split(model).1, chosen)
    }

    /// Deletes every row of a table that fits `chosen`, in one statement; as with [`Row::update_all`], there is one.
    pub fn delete_all<A: ActiveModelTrait>(chosen: Condition) -> Self {
        Self::DeleteAll(table::<A>(), chosen)
    }

    /// Deletes the row with the key of `model`.
    pub fn delete<A: ActiveModelTrait>(model: A) -> Self {
        Self::Delete(table::<A>(), split(model).0)
    }
}

fn table<A: ActiveModelTrait>() -> &'static str {
    A::Entity::default().table_name()
}

/// The key and the changed fields of a model.
fn split<A: ActiveModelTrait>(model: A) -> (Vec<Field>, Vec<Field>) {
    let is_key = |column: &<A::Entity as EntityTrait>::Column| {
        <A::Entity as EntityTrait>::PrimaryKey::iter().any(|key| key.into_column().as_str() == column.as_str())
    };
    let (mut key, mut fields) = (Vec::new(), Vec::new());
    for column in <A::Entity as EntityTrait>::Column::iter() {
        let changed = model.get(column).is_set();
        let Some(value) = model.get(column).into_value() else { continue };
        if is_key(&column) {
            key.push((column.as_str(), value));
        } else if changed {
            fields.push((column.as_str(), value));
        }
    }
    (key, fields)
}

/// The rows with each [`Seq::of`] replaced by the place it got. No other value of the database is a negative whole
/// number.
pub(super) fn placed(mut rows: Vec<Row>, head: Seq) -> Vec<Row> {
    for row in &mut rows {
        if let Row::Insert(_, fields) | Row::Update(_, fields, _) | Row::UpdateAll(_, fields, _) = row {
            for (_, value) in fields {
                if let Value::BigInt(Some(n)) = value {
                    *n = Seq(*n).resolved(head).0;
                }
            }
        }
    }
    rows
}
