//! Whether the variables of a document that was found valid before certainly fit it, so that the document need not be
//! validated again. In doubt they do not, and the validation says what is wrong.

use std::collections::{HashMap, HashSet};

use async_graphql::{
    Name, Value, Variables,
    indexmap::IndexMap,
    parser::types::{BaseType, InputValueDefinition, OperationDefinition, Type, TypeKind},
};
use chrono::DateTime;
use uuid::Uuid;

use super::declared;

/// The types that variables can have.
#[derive(Debug)]
pub struct InputTypes(HashMap<String, Input>);

#[derive(Debug)]
enum Input {
    Enum(HashSet<String>),
    Object(Vec<InputValueDefinition>),
}

impl InputTypes {
    /// Those of a schema, from its text. Of a text that is no schema there are none.
    pub fn of(schema: &str) -> Self {
        let inputs = declared::types(schema).filter_map(|definition| {
            // Of a "oneOf" exactly one is given, which is left to the validation.
            let is_one_of = definition.directives.iter().any(|directive| directive.node.name.node == "oneOf");
            let input = match definition.kind {
                TypeKind::Enum(kind) => {
                    Input::Enum(kind.values.into_iter().map(|value| value.node.value.node.to_string()).collect())
                }
                TypeKind::InputObject(kind) if !is_one_of => {
                    Input::Object(kind.fields.into_iter().map(|field| field.node).collect())
                }
                _ => return None,
            };
            Some((definition.name.node.to_string(), input))
        });
        Self(inputs.collect())
    }

    /// Whether all variables of an operation certainly have values of their types.
    pub fn fit(&self, operation: &OperationDefinition, variables: &Variables) -> bool {
        operation.variable_definitions.iter().all(|definition| {
            let definition = &definition.node;
            match variables.get(&definition.name.node) {
                Some(value) => self.fits(&definition.var_type.node, value),
                None => definition.var_type.node.nullable || definition.default_value.is_some(),
            }
        })
    }

    fn fits(&self, expected: &Type, value: &Value) -> bool {
        if *value == Value::Null {
            return expected.nullable;
        }
        let name = match (&expected.base, value) {
            (BaseType::List(item), Value::List(values)) => return values.iter().all(|value| self.fits(item, value)),
            (BaseType::List(_), _) => return false,
            (BaseType::Named(name), _) => name.as_str(),
        };
        match (name, value) {
            ("ID" | "String", Value::String(_)) | ("Boolean", Value::Boolean(_)) => true,
            ("Int", Value::Number(number)) => number.as_i64().is_some_and(|number| i32::try_from(number).is_ok()),
            ("Float", Value::Number(_)) => true,
            ("UUID", Value::String(text)) => Uuid::parse_str(text).is_ok(),
            ("DateTime", Value::String(text)) => DateTime::parse_from_rfc3339(text).is_ok(),
            (name, value) => match (self.0.get(name), value) {
                (Some(Input::Enum(values)), Value::String(text)) => values.contains(text),
                (Some(Input::Object(fields)), Value::Object(given)) => self.fits_object(fields, given),
                _ => false,
            },
        }
    }

    fn fits_object(&self, fields: &[InputValueDefinition], given: &IndexMap<Name, Value>) -> bool {
        let mut met = 0;
        let each_fits = fields.iter().all(|field| match given.get(&field.name.node) {
            Some(value) => {
                met += 1;
                self.fits(&field.ty.node, value)
            }
            None => field.ty.node.nullable || field.default_value.is_some(),
        });
        each_fits && met == given.len()
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;
    use serde_json::json;

    use super::*;

    const SCHEMA: &str = "enum Color { RED GREEN }
        input Where @oneOf { id: ID name: String }
        input Paint { color: Color! layers: [Int!] = [1] note: String dry: DateTime key: UUID inner: Paint where: Where }
        type Query { a: Int }";

    fn fit(types: &str, value: serde_json::Value) -> bool {
        let document = parse_query(format!("query ($v: {types}) {{ a }}")).unwrap();
        let (_, operation) = document.operations.iter().next().unwrap();
        let variables = if value == json!("absent") { json!({}) } else { json!({ "v": value }) };
        InputTypes::of(SCHEMA).fit(&operation.node, &Variables::from_json(variables))
    }

    #[test]
    fn only_what_certainly_fits_does() {
        for (types, value) in [
            ("ID!", json!("user_1")),
            ("Int", json!(2_147_483_647)),
            ("Int", json!(null)),
            ("Int", json!("absent")),
            ("Int! = 3", json!("absent")),
            ("[Color!]!", json!(["RED", "GREEN"])),
            ("Float", json!(1)),
            ("UUID!", json!("019ac2f0-0000-7000-8000-000000000000")),
            ("DateTime", json!("2026-11-22T08:00:00Z")),
            ("Paint!", json!({ "color": "RED" })),
            ("Paint!", json!({ "color": "RED", "note": null, "layers": [1, 2], "inner": { "color": "GREEN" } })),
        ] {
            assert!(fit(types, value.clone()), "{types} {value}");
        }
        for (types, value) in [
            ("ID!", json!(null)),
            ("ID!", json!("absent")),
            ("ID", json!(["a"])),
            ("String", json!(1)),
            ("Int", json!(2_147_483_648_i64)),
            ("Int", json!(1.5)),
            ("Boolean", json!("true")),
            ("[Color!]", json!(["RED", null])),
            ("[Color]", json!("RED")),
            ("Color", json!("BLUE")),
            ("UUID", json!("not one")),
            ("DateTime", json!("yesterday")),
            ("Upload", json!("a file")),
            ("Paint!", json!({})),
            ("Paint!", json!({ "color": "RED", "other": 1 })),
            ("Paint!", json!({ "color": "RED", "layers": null, "inner": { "color": 1 } })),
            ("Paint!", json!({ "color": "RED", "where": { "id": "a", "name": "b" } })),
        ] {
            assert!(!fit(types, value.clone()), "{types} {value}");
        }
    }
}
