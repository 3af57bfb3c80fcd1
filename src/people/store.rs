//! The rows of people, and the statements that search them.

use std::collections::BTreeSet;

use sea_orm::{
    ActiveValue::{Set, Unchanged},
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect, Statement, Value,
    prelude::Uuid,
    sea_query::ExprTrait,
};

use super::words::{NameKey, Term};
use crate::{
    entity::{
        block, directory,
        user::{self, Role},
        user_word,
    },
    error::Result,
    graphql::Page,
    ids::UserId,
    journal::Row,
};

pub(super) async fn find_all(db: &impl ConnectionTrait, ids: &[UserId]) -> Result<Vec<user::Model>> {
    Ok(user::Entity::find().filter(user::Column::Id.is_in(ids.iter().copied())).all(db).await?)
}

pub(super) async fn has_username(db: &impl ConnectionTrait, username: &str) -> Result<bool> {
    Ok(user::Entity::find().filter(user::Column::Username.eq(username)).one(db).await?.is_some())
}

/// What a person tells of themselves, and whether it was checked.
pub(super) fn changed(row: &user::Model) -> Row {
    let user::Model { username, full_name, title, specialization, institution, bio, is_verified, updated_at, .. } =
        row.clone();
    Row::update(user::ActiveModel {
        id: Unchanged(row.id),
        username: Set(username),
        full_name: Set(full_name),
        title: Set(title),
        specialization: Set(specialization),
        institution: Set(institution),
        bio: Set(bio),
        is_verified: Set(is_verified),
        updated_at: Set(updated_at),
        ..Default::default()
    })
}

/// The blocks between a user and some others, whichever of the two made them.
pub(super) async fn blocks(db: &impl ConnectionTrait, user: UserId, others: &[UserId]) -> Result<Vec<block::Model>> {
    let others = || others.iter().copied();
    let by_user = block::Column::BlockerId.eq(user).and(block::Column::BlockedId.is_in(others()));
    let by_others = block::Column::BlockedId.eq(user).and(block::Column::BlockerId.is_in(others()));
    Ok(block::Entity::find().filter(Condition::any().add(by_user).add(by_others)).all(db).await?)
}

pub(super) async fn is_listed(db: &impl ConnectionTrait, user: UserId) -> Result<bool> {
    Ok(directory::Entity::find_by_id(user).one(db).await?.is_some())
}

/// The words somebody is found by.
pub(super) async fn words(db: &impl ConnectionTrait, user: UserId) -> Result<BTreeSet<Vec<u8>>> {
    let words = user_word::Entity::find().select_only().column(user_word::Column::Word);
    let words = words.filter(user_word::Column::UserId.eq(user)).into_tuple::<Vec<u8>>().all(db).await?;
    Ok(words.into_iter().collect())
}

fn entry(user: &user::Model, name_key: Vec<u8>) -> directory::ActiveModel {
    let (institution, specialization) = (user.institution.clone(), user.specialization.clone());
    directory::Model { user_id: user.id, role: user.role, name_key, institution, specialization }.into_active_model()
}

pub(super) fn listed(user: &user::Model, name_key: Vec<u8>) -> Row {
    Row::insert(entry(user, name_key))
}

pub(super) fn relisted(user: &user::Model, name_key: Vec<u8>) -> Row {
    use sea_orm::ActiveModelTrait;
    Row::update(entry(user, name_key).reset_all())
}

pub(super) fn unlisted(user: UserId) -> Row {
    Row::delete(directory::ActiveModel { user_id: Unchanged(user), ..Default::default() })
}

pub(super) fn has_word(user: &user::Model, word: Vec<u8>) -> Row {
    Row::insert(user_word::Model { user_id: user.id, word, role: user.role }.into_active_model())
}

pub(super) fn has_not(user: UserId, word: Vec<u8>) -> Row {
    Row::delete(user_word::ActiveModel { user_id: Unchanged(user), word: Unchanged(word), ..Default::default() })
}

/// What everybody who was found can be counted by.
#[derive(Clone, Copy, Debug)]
pub enum Column {
    /// Where they work or study.
    Institution,
    /// Their field of work.
    Specialization,
}

/// A search whose way through the tables is chosen: by its rarest term when that is rare, and otherwise along the list
/// of names, where those who match stand close together. Either way a page reads a bounded number of rows, whatever
/// the number of people.
#[derive(Clone, Debug)]
pub struct Search {
    viewer: UserId,
    roles: Vec<Role>,
    /// The rarest first, when it is rare.
    terms: Vec<Term>,
    is_first_rare: bool,
}

/// Up to how many people a term is rare.
const RARE: i64 = 2_000;

/// Chooses the way of a search.
pub(super) async fn prepare(
    db: &impl ConnectionTrait,
    viewer: UserId,
    roles: Vec<Role>,
    mut terms: Vec<Term>,
) -> Result<Search> {
    if terms.is_empty() {
        return Ok(Search { viewer, roles, terms, is_first_rare: false });
    }
    let mut sql = Sql::new(db);
    let roles_of_words = sql.roles("w", &roles);
    let counts: Vec<_> = (0..)
        .zip(&terms)
        .map(|(n, term)| {
            let matches = sql.matches(term);
            let some = format!("SELECT 1 FROM user_word w WHERE {roles_of_words} AND {matches} LIMIT {}", RARE + 1);
            format!("(SELECT COUNT(*) FROM ({some}) t{n}) AS n{n}")
        })
        .collect();
    let text = format!("SELECT {}", counts.join(", "));
    let row = db.query_one_raw(sql.statement(text)).await?;
    let mut rarest = (RARE + 1, 0);
    for n in 0..terms.len() {
        let count = row.as_ref().map_or(Ok(0), |row| row.try_get::<i64>("", &format!("n{n}")))?;
        rarest = rarest.min((count, n));
    }
    terms.swap(0, rarest.1);
    Ok(Search { viewer, roles, terms, is_first_rare: rarest.0 <= RARE })
}

/// The places of those who match on a page, in page order.
pub(super) async fn found(db: &impl ConnectionTrait, search: &Search, page: &Page<NameKey>) -> Result<Vec<NameKey>> {
    let mut sql = Sql::new(db);
    let order = if page.from_end { "DESC" } else { "ASC" };
    let mut conditions = search.conditions(&mut sql);
    for (bound, compared) in [(page.after, ">"), (page.before, "<")] {
        if let Some(key) = bound {
            let (name, id) = (sql.value(key.name()), sql.value(key.id()));
            conditions.push(format!("(d.name_key, d.user_id) {compared} ({name}, {id})"));
        }
    }
    let ordered = |from: &str, conditions: &[String], role: &str| {
        format!(
            "SELECT d.user_id, d.name_key FROM {from} WHERE {role} AND {} ORDER BY d.name_key {order}, d.user_id {order} LIMIT {}",
            conditions.join(" AND "),
            page.limit()
        )
    };
    let text = if search.is_first_rare {
        let (from, roles) = (search.rare(&mut sql), sql.roles("d", &search.roles));
        ordered(&from, &conditions, &roles)
    } else {
        // One walk along the index for each role, merged: no database does that by itself for a list of roles.
        let walks = (0..).zip(&search.roles).map(|(n, role)| {
            let role = sql.roles("d", &[*role]);
            format!("SELECT * FROM ({}) r{n}", ordered("directory d", &conditions, &role))
        });
        let walks: Vec<_> = walks.collect();
        format!("{} ORDER BY name_key {order}, user_id {order} LIMIT {}", walks.join(" UNION ALL "), page.limit())
    };
    let rows = db.query_all_raw(sql.statement(text)).await?;
    let key = |row: &sea_orm::QueryResult| -> Result<NameKey> {
        Ok(NameKey::new(&row.try_get::<Vec<u8>>("", "name_key")?, row.try_get::<Uuid>("", "user_id")?))
    };
    rows.iter().map(key).collect()
}

/// How many of those who match have each value of a column, as they write it.
pub(super) async fn counted(db: &impl ConnectionTrait, search: &Search, column: Column) -> Result<Vec<(String, i64)>> {
    let mut sql = Sql::new(db);
    let name = match column {
        Column::Institution => "d.institution",
        Column::Specialization => "d.specialization",
    };
    let conditions = search.conditions(&mut sql);
    let from = if search.is_first_rare { search.rare(&mut sql) } else { "directory d".to_owned() };
    let text = format!(
        "SELECT {name} AS value, COUNT(*) AS people FROM {from} WHERE {} AND {name} IS NOT NULL AND {} GROUP BY {name}",
        sql.roles("d", &search.roles),
        conditions.join(" AND ")
    );
    let rows = db.query_all_raw(sql.statement(text)).await?;
    rows.iter().map(|row| Ok((row.try_get("", "value")?, row.try_get("", "people")?))).collect()
}

impl Search {
    /// The same search along the list of names, whatever its terms; it finds the same, at another cost.
    #[must_use]
    pub fn along_names(mut self) -> Self {
        self.is_first_rare = false;
        self
    }

    /// What must be true of a row `d` of the directory, besides its role.
    fn conditions(&self, sql: &mut Sql) -> Vec<String> {
        let mut conditions = vec![format!("d.user_id <> {}", sql.value(self.viewer.0))];
        if self.is_first_rare {
            conditions.push("d.user_id = f.user_id".to_owned());
        }
        for term in self.terms.iter().skip(usize::from(self.is_first_rare)) {
            let matches = sql.matches(term);
            conditions.push(format!("EXISTS (SELECT 1 FROM user_word w WHERE w.user_id = d.user_id AND {matches})"));
        }
        conditions
    }

    /// The directory, reached through the people who have the rarest term. `CROSS JOIN` keeps SQLite to this order.
    fn rare(&self, sql: &mut Sql) -> String {
        let roles = sql.roles("w", &self.roles);
        let matches = self.terms.first().map_or_else(|| "1 = 1".to_owned(), |term| sql.matches(term));
        format!("(SELECT DISTINCT w.user_id FROM user_word w WHERE {roles} AND {matches}) f CROSS JOIN directory d")
    }
}

/// A statement that is being put together, with its values.
struct Sql {
    backend: sea_orm::DbBackend,
    values: Vec<Value>,
}

impl Sql {
    fn new(db: &impl ConnectionTrait) -> Self {
        Self { backend: db.get_database_backend(), values: Vec::new() }
    }

    fn value(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }

    fn roles(&mut self, table: &str, roles: &[Role]) -> String {
        let marks: Vec<_> = roles.iter().map(|role| self.value(sea_orm::ActiveEnum::to_value(role))).collect();
        match marks.as_slice() {
            [one] => format!("{table}.role = {one}"),
            marks => format!("{table}.role IN ({})", marks.join(", ")),
        }
    }

    fn matches(&mut self, term: &Term) -> String {
        match term {
            Term::Exact(word) => format!("w.word = {}", self.value(word.clone())),
            Term::Prefix(start) => {
                // Words are letters and digits, so nothing that begins like this comes after it and this byte.
                let end = [start.as_slice(), &[0xff]].concat();
                format!("w.word >= {} AND w.word < {}", self.value(start.clone()), self.value(end))
            }
        }
    }

    fn statement(self, text: String) -> Statement {
        Statement::from_sql_and_values(self.backend, text, self.values)
    }
}
