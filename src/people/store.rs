//! The rows of people, and the statements that search them.

use std::collections::{BTreeSet, HashMap};

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

/// A search whose way through the tables is chosen, for each role by itself: by its rarest term when that is rare, and
/// otherwise along the list of names, which meets those who match before long.
#[derive(Clone, Debug)]
pub struct Search {
    viewer: UserId,
    terms: Vec<Term>,
    ways: Vec<Way>,
}

/// The way to the people of one role.
#[derive(Clone, Copy, Debug)]
struct Way {
    role: Role,
    /// The term to begin with; none along the names.
    by: Option<usize>,
}

/// Up to how many people a term is rare.
const RARE: i64 = 5_000;

/// Chooses the ways of a search. Roles in which nobody has one of the terms are left out.
pub(super) async fn prepare(
    db: &impl ConnectionTrait,
    viewer: UserId,
    roles: Vec<Role>,
    terms: Vec<Term>,
) -> Result<Search> {
    if terms.is_empty() {
        let ways = roles.into_iter().map(|role| Way { role, by: None }).collect();
        return Ok(Search { viewer, terms, ways });
    }
    let mut sql = Sql::new(db);
    let mut counts = Vec::with_capacity(roles.len() * terms.len());
    for (r, role) in roles.iter().enumerate() {
        for (t, term) in terms.iter().enumerate() {
            let (role, matches) = (sql.role("w", *role), sql.matches(term));
            let some = format!("SELECT 1 FROM user_word w WHERE {role} AND {matches} LIMIT {}", RARE + 1);
            counts.push(format!("(SELECT COUNT(*) FROM ({some}) s{r}_{t}) AS n{r}_{t}"));
        }
    }
    let text = format!("SELECT {}", counts.join(", "));
    let row = db.query_one_raw(sql.statement(text)).await?;
    let mut ways = Vec::with_capacity(roles.len());
    for (r, role) in roles.into_iter().enumerate() {
        let mut rarest = (i64::MAX, 0);
        for t in 0..terms.len() {
            let count = row.as_ref().map_or(Ok(0), |row| row.try_get::<i64>("", &format!("n{r}_{t}")))?;
            rarest = rarest.min((count, t));
        }
        if rarest.0 > 0 {
            ways.push(Way { role, by: (rarest.0 <= RARE).then_some(rarest.1) });
        }
    }
    Ok(Search { viewer, terms, ways })
}

/// The places of those who match on a page, in page order.
pub(super) async fn found(db: &impl ConnectionTrait, search: &Search, page: &Page<NameKey>) -> Result<Vec<NameKey>> {
    let mut sql = Sql::new(db);
    let order = if page.from_end { "DESC" } else { "ASC" };
    let mut bounds = String::new();
    for (bound, compared) in [(page.after, ">"), (page.before, "<")] {
        if let Some(key) = bound {
            let (name, id) = (sql.value(key.name()), sql.value(key.id()));
            bounds.push_str(&format!(" AND (d.name_key, d.user_id) {compared} ({name}, {id})"));
        }
    }
    // One way for each role, merged: no database walks an index in order for a list of roles.
    let ways: Vec<_> = (0..)
        .zip(&search.ways)
        .map(|(n, way)| {
            let people = search.people(*way, &mut sql);
            format!(
                "SELECT * FROM (SELECT d.user_id, d.name_key FROM {people}{bounds}
                 ORDER BY d.name_key {order}, d.user_id {order} LIMIT {}) p{n}",
                page.limit()
            )
        })
        .collect();
    if ways.is_empty() {
        return Ok(Vec::new());
    }
    let ways = ways.join(" UNION ALL ");
    let text = format!("{ways} ORDER BY name_key {order}, user_id {order} LIMIT {}", page.limit());
    let rows = db.query_all_raw(sql.statement(text)).await?;
    let key = |row: &sea_orm::QueryResult| -> Result<NameKey> {
        Ok(NameKey::new(&row.try_get::<Vec<u8>>("", "name_key")?, row.try_get::<Uuid>("", "user_id")?))
    };
    rows.iter().map(key).collect()
}

/// How many of those who match have each value of a column, as they write it.
pub(super) async fn counted(
    db: &impl ConnectionTrait,
    search: &Search,
    column: Column,
) -> Result<HashMap<String, i64>> {
    let mut sql = Sql::new(db);
    let name = match column {
        Column::Institution => "d.institution",
        Column::Specialization => "d.specialization",
    };
    let ways = search.ways.iter().map(|way| {
        let people = search.people(*way, &mut sql);
        format!("SELECT {name} AS value, COUNT(*) AS people FROM {people} AND {name} IS NOT NULL GROUP BY {name}")
    });
    let ways: Vec<_> = ways.collect();
    let mut counts = HashMap::new();
    if ways.is_empty() {
        return Ok(counts);
    }
    for row in db.query_all_raw(sql.statement(ways.join(" UNION ALL "))).await? {
        *counts.entry(row.try_get("", "value")?).or_default() += row.try_get::<i64>("", "people")?;
    }
    Ok(counts)
}

impl Search {
    /// The same search along the list of names, whatever its terms; it finds the same, at another cost.
    #[must_use]
    pub fn along_names(mut self) -> Self {
        self.ways.iter_mut().for_each(|way| way.by = None);
        self
    }

    /// The people of one role who match, as rows `d` of the directory: what follows FROM.
    fn people(&self, way: Way, sql: &mut Sql) -> String {
        let mut text = match way.by {
            // `CROSS JOIN` keeps SQLite to this order.
            Some(term) => format!(
                "(SELECT DISTINCT w.user_id FROM user_word w WHERE {} AND {}) f CROSS JOIN directory d
                 WHERE d.user_id = f.user_id AND d.user_id <> {}",
                sql.role("w", way.role),
                sql.matches(&self.terms[term]),
                sql.value(self.viewer.0)
            ),
            None => {
                format!("directory d WHERE {} AND d.user_id <> {}", sql.role("d", way.role), sql.value(self.viewer.0))
            }
        };
        for (n, term) in self.terms.iter().enumerate() {
            if way.by != Some(n) {
                let matches = sql.matches(term);
                text.push_str(&format!(
                    " AND EXISTS (SELECT 1 FROM user_word w WHERE w.user_id = d.user_id AND {matches})"
                ));
            }
        }
        text
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

    fn role(&mut self, table: &str, role: Role) -> String {
        format!("{table}.role = {}", self.value(sea_orm::ActiveEnum::to_value(&role)))
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
