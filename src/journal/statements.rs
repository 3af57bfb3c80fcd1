//! The statements of a write, as few as they can be: rows of one table go in together, whoever's they are.

use std::collections::{HashMap, hash_map::Entry};

use sea_orm::{
    Condition, Value,
    sea_query::{Alias, DeleteStatement, Expr, ExprTrait, InsertStatement, IntoIden, Query, UpdateStatement},
};

use super::{Row, change::Field};
use crate::{
    database::tuples,
    error::{Error, Result},
};

/// One statement for the database.
pub(super) enum Sql {
    Insert(InsertStatement),
    Update(UpdateStatement),
    /// New values for several rows of a table, each by its key.
    UpdateEach {
        sql: String,
        values: Vec<Value>,
        /// How many rows there must be.
        rows: u64,
    },
    Delete(DeleteStatement),
}

/// The statements for several changes. The order within a change is kept: each of its rows goes into the statement of
/// the one before it, or into a later one.
pub(super) fn statements(changes: Vec<Vec<Row>>) -> Result<Vec<Sql>> {
    let mut groups: Vec<Group> = Vec::new();
    for change in changes {
        let mut earliest = 0;
        for row in change {
            let row = Group::of(row);
            let found = groups.iter().skip(earliest).position(|group| group.takes(&row));
            earliest = found.map_or(groups.len(), |found| found + earliest);
            match groups.get_mut(earliest) {
                Some(group) => group.add(row),
                None => groups.push(row),
            }
        }
    }
    let statements: Result<Vec<Vec<Sql>>> = groups.into_iter().map(Group::statements).collect();
    Ok(statements?.into_iter().flatten().collect())
}

/// The most values of one statement: SQLite takes 32,766 (<https://www.sqlite.org/limits.html>), PostgreSQL 65,535.
const VALUES: usize = 32_000;

type Columns = Vec<&'static str>;

/// Rows that one statement writes.
enum Group {
    Insert { table: &'static str, columns: Columns, rows: Vec<Vec<Value>> },
    Update { table: &'static str, columns: Columns, key: Columns, rows: Vec<Update> },
    Alone(Box<Sql>),
}

/// The new values of a row, and its key.
type Update = (Vec<Value>, Vec<Value>);

impl Group {
    fn of(row: Row) -> Self {
        match row {
            Row::Insert(table, fields) => {
                let (columns, values) = fields.into_iter().unzip();
                Self::Insert { table, columns, rows: vec![values] }
            }
            Row::Update(table, fields, key) => {
                let (columns, values) = fields.into_iter().unzip();
                let (key, at) = key.into_iter().unzip();
                Self::Update { table, columns, key, rows: vec![(values, at)] }
            }
            Row::Delete(table, key) => Self::Alone(Box::new(Sql::Delete(
                Query::delete().from_table(iden(table)).cond_where(equal(key)).take(),
            ))),
            Row::UpdateAll(table, fields, chosen) => Self::Alone(Box::new(Sql::Update(update(table, fields, chosen)))),
            Row::DeleteAll(table, chosen) => {
                Self::Alone(Box::new(Sql::Delete(Query::delete().from_table(iden(table)).cond_where(chosen).take())))
            }
        }
    }

    /// Whether one statement can write both.
    fn takes(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Insert { table, columns, .. }, Self::Insert { table: other, columns: others, .. }) => {
                (table, columns) == (other, others)
            }
            (Self::Update { table, columns, key, .. }, Self::Update { table: other, columns: others, key: by, .. }) => {
                (table, columns, key) == (other, others, by)
            }
            _ => false,
        }
    }

    /// Adds what it takes.
    fn add(&mut self, other: Self) {
        match (self, other) {
            (Self::Insert { rows, .. }, Self::Insert { rows: more, .. }) => rows.extend(more),
            (Self::Update { rows, .. }, Self::Update { rows: more, .. }) => rows.extend(more),
            _ => {}
        }
    }

    /// One statement, or as many as its values need.
    fn statements(self) -> Result<Vec<Sql>> {
        match self {
            Self::Insert { table, columns, rows } => {
                let most = VALUES / columns.len().max(1);
                parts(rows, most).into_iter().map(|rows| insert(table, &columns, rows)).collect()
            }
            Self::Update { table, columns, key, rows } => {
                let mut rows = latest(rows);
                if rows.len() == 1 {
                    let (values, at) = rows.remove(0);
                    let (fields, key) = (columns.into_iter().zip(values), key.into_iter().zip(at));
                    return Ok(vec![Sql::Update(update(table, fields.collect(), equal(key.collect())))]);
                }
                let most = VALUES / (columns.len() + key.len()).max(1);
                Ok(parts(rows, most).into_iter().map(|rows| update_each(table, &columns, &key, rows)).collect())
            }
            Self::Alone(sql) => Ok(vec![*sql]),
        }
    }
}

/// One update for each row: of several the latest.
fn latest(rows: Vec<Update>) -> Vec<Update> {
    let mut places: HashMap<Vec<Value>, usize> = HashMap::with_capacity(rows.len());
    let mut latest: Vec<Update> = Vec::with_capacity(rows.len());
    for (values, at) in rows {
        match places.entry(at.clone()) {
            Entry::Occupied(place) => latest[*place.get()].0 = values,
            Entry::Vacant(place) => {
                place.insert(latest.len());
                latest.push((values, at));
            }
        }
    }
    latest
}

/// The rows in parts of at most `most`.
fn parts<T>(mut rows: Vec<T>, most: usize) -> Vec<Vec<T>> {
    let mut parts = Vec::new();
    while rows.len() > most {
        let rest = rows.split_off(most);
        parts.push(std::mem::replace(&mut rows, rest));
    }
    parts.push(rows);
    parts
}

fn insert(table: &'static str, columns: &[&'static str], rows: Vec<Vec<Value>>) -> Result<Sql> {
    let mut insert = Query::insert().into_table(iden(table)).columns(columns.iter().copied().map(iden)).take();
    for row in rows {
        insert.values(row.into_iter().map(Expr::val)).map_err(Error::internal)?;
    }
    Ok(Sql::Insert(insert))
}

fn equal(key: Vec<Field>) -> Condition {
    key.into_iter().fold(Condition::all(), |all, (column, value)| all.add(Expr::col(iden(column)).eq(value)))
}

fn update(table: &'static str, fields: Vec<Field>, chosen: Condition) -> UpdateStatement {
    let mut update = Query::update().table(iden(table)).cond_where(chosen).take();
    for (column, value) in fields {
        update.value(iden(column), value);
    }
    update
}

fn update_each(table: &str, columns: &[&str], key: &[&str], rows: Vec<Update>) -> Sql {
    let set: Vec<_> = (1..).zip(columns).map(|(at, column)| format!("\"{column}\" = new.column{at}")).collect();
    let by: Vec<_> = (columns.len() + 1..)
        .zip(key)
        .map(|(at, column)| format!("\"{table}\".\"{column}\" = new.column{at}"))
        .collect();
    let sql = format!(
        "UPDATE \"{table}\" SET {} FROM (VALUES {}) AS new WHERE {}",
        set.join(", "),
        tuples(rows.len(), columns.len() + key.len()),
        by.join(" AND ")
    );
    let count = rows.len() as u64;
    let values = rows.into_iter().flat_map(|(values, at)| [values, at]).flatten();
    Sql::UpdateEach { sql, values: values.collect(), rows: count }
}

fn iden(name: &'static str) -> sea_orm::DynIden {
    Alias::new(name).into_iden()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(id: i64) -> Row {
        Row::Insert("note", vec![("id", id.into()), ("text", "hello".into())])
    }

    fn counted(id: i64, count: i64) -> Row {
        Row::Update("place", vec![("count", count.into())], vec![("id", id.into())])
    }

    fn shape(changes: Vec<Vec<Row>>) -> Vec<String> {
        let told = statements(changes).unwrap().into_iter().map(|sql| match sql {
            Sql::Insert(_) => "insert".to_owned(),
            Sql::Update(_) => "update".to_owned(),
            Sql::UpdateEach { rows, values, .. } => format!("update {rows} with {} values", values.len()),
            Sql::Delete(_) => "delete".to_owned(),
        });
        told.collect()
    }

    #[test]
    fn rows_of_one_table_go_together_and_the_later_of_two_updates_stands() {
        let changes = vec![vec![note(1), counted(1, 1)], vec![note(2), counted(2, 1)], vec![note(3), counted(1, 2)]];
        assert_eq!(shape(changes), ["insert", "update 2 with 4 values"]);
    }

    #[test]
    fn the_order_within_a_change_is_kept() {
        let delete = Row::Delete("note", vec![("id", 1.into())]);
        assert_eq!(shape(vec![vec![note(1), delete, note(1)]]), ["insert", "delete", "insert"]);
    }

    #[test]
    fn no_statement_has_more_values_than_a_database_takes() {
        let rows = |count: i64| (0..count).map(note).collect::<Vec<_>>();
        assert_eq!(shape(vec![rows(16_000)]), ["insert"]);
        assert_eq!(shape(vec![rows(16_001)]), ["insert", "insert"]);
        let updates = (0..16_001).map(|id| counted(id, 1)).collect();
        assert_eq!(shape(vec![updates]), ["update 16000 with 32000 values", "update 1 with 2 values"]);
    }
}
