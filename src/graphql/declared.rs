//! The types of a schema, as its text declares them.

use async_graphql::parser::{
    parse_schema,
    types::{TypeDefinition, TypeSystemDefinition},
};

/// The text of this server's schema; a test keeps the file current.
pub const SCHEMA: &str = include_str!("../../schema.graphql");

/// The types in a text. Of a text that is no schema there are none.
pub fn types(text: &str) -> impl Iterator<Item = TypeDefinition> {
    let definitions = parse_schema(text).map(|schema| schema.definitions).unwrap_or_default();
    definitions.into_iter().filter_map(|definition| match definition {
        TypeSystemDefinition::Type(definition) => Some(definition.node),
        _ => None,
    })
}
