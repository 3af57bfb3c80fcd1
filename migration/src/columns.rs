//! Short names for the column shapes every table uses.

use sea_orm_migration::prelude::*;

/// A required UUID.
pub(crate) fn id(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).uuid().not_null().take()
}

/// A required text.
pub(crate) fn text(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).text().not_null().take()
}

/// A required text that is one of `allowed`.
pub(crate) fn one_of(name: &'static str, allowed: &'static [&'static str]) -> ColumnDef {
    text(name).check(Expr::col(name).is_in(allowed.iter().copied())).take()
}

/// A required whole number that is never negative: a seq, a count or a time in milliseconds.
pub(crate) fn number(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).big_integer().not_null().check(Expr::col(name).gte(0)).take()
}

/// As [`number`], or null.
pub(crate) fn number_or_null(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).big_integer().null().check(Expr::col(name).gte(0)).take()
}

/// A required truth value.
pub(crate) fn flag(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).boolean().not_null().take()
}

/// A required string of bytes.
pub(crate) fn bytes(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).blob().not_null().take()
}

/// A foreign key from `column` of `table` to `target(target_column)`, with no cascade: rows of a record of care
/// disappear only on purpose.
pub(crate) fn references(
    table: &'static str,
    column: &'static str,
    target: &'static str,
    target_column: &'static str,
) -> ForeignKeyCreateStatement {
    ForeignKey::create().name(format!("fk_{table}_{column}")).from(table, column).to(target, target_column).take()
}

/// An index of `table` over `columns`.
pub(crate) fn index(name: &'static str, table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    columns.iter().fold(Index::create().name(name).table(table).take(), |mut index, column| index.col(*column).take())
}
