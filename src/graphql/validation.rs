//! Rules of the GraphQL specification that the library does not check. It passes over `__typename` and over the
//! directives of variables, runs all root fields of a subscription, and never looks at what the parser dropped: names
//! that are given a value twice are found by [`super::precheck`].

use async_graphql::{
    Positioned,
    parser::types::{
        BaseType, Directive, ExecutableDocument, Field, OperationDefinition, OperationType, Selection, SelectionSet,
    },
};
use async_graphql_value::Value;

/// Checks a document.
///
/// # Errors
/// With the first rule it breaks, in words.
pub fn check(document: &ExecutableDocument) -> Result<(), String> {
    for (_, operation) in document.operations.iter() {
        let operation = &operation.node;
        for definition in &operation.variable_definitions {
            if let Some(directive) = definition.node.directives.first() {
                let (name, variable) = (&directive.node.name.node, &definition.node.name.node);
                return Err(format!("Directive \"{name}\" may not be used on the variable ${variable}."));
            }
        }
        if operation.ty == OperationType::Subscription {
            check_single_root(operation, document)?;
        }
        check_selections(&operation.selection_set.node, document)?;
    }
    document.fragments.values().try_for_each(|fragment| check_selections(&fragment.node.selection_set.node, document))
}

fn check_selections(set: &SelectionSet, document: &ExecutableDocument) -> Result<(), String> {
    let mut sets = vec![set];
    while let Some(set) = sets.pop() {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) if field.node.name.node == "__typename" => {
                    check_typename(&field.node, document)?;
                }
                Selection::Field(field) => sets.push(&field.node.selection_set.node),
                Selection::InlineFragment(inline) => sets.push(&inline.node.selection_set.node),
                Selection::FragmentSpread(_) => {}
            }
        }
    }
    Ok(())
}

/// `__typename` takes nothing but `@skip` and `@include`, each once.
fn check_typename(field: &Field, document: &ExecutableDocument) -> Result<(), String> {
    if !field.arguments.is_empty() {
        return Err("Field \"__typename\" has no arguments.".into());
    }
    if !field.selection_set.node.items.is_empty() {
        return Err("Field \"__typename\" has no fields of its own.".into());
    }
    for (place, directive) in field.directives.iter().enumerate() {
        let name = &directive.node.name.node;
        if name != "skip" && name != "include" {
            return Err(format!("Unknown directive \"{name}\" on \"__typename\"."));
        }
        if field.directives[..place].iter().any(|before| before.node.name.node == *name) {
            return Err(format!("Directive \"{name}\" may stand once on a field."));
        }
        if !has_condition(directive, document) {
            return Err(format!("Directive \"{name}\" needs \"if\", a Boolean, and nothing else."));
        }
    }
    Ok(())
}

fn has_condition(directive: &Positioned<Directive>, document: &ExecutableDocument) -> bool {
    let [(name, value)] = directive.node.arguments.as_slice() else { return false };
    let is_boolean = match &value.node {
        Value::Boolean(_) => true,
        Value::Variable(variable) => document.operations.iter().any(|(_, operation)| {
            operation.node.variable_definitions.iter().any(|definition| {
                definition.node.name.node == *variable
                    && matches!(&definition.node.var_type.node.base, BaseType::Named(name) if name == "Boolean")
            })
        }),
        _ => false,
    };
    name.node == "if" && is_boolean
}

/// A subscription has one root field (GraphQL specification, section 5.2.4.1). The fragments are free of circles.
fn check_single_root(operation: &OperationDefinition, document: &ExecutableDocument) -> Result<(), String> {
    let mut fields = 0;
    let mut sets = vec![&operation.selection_set.node];
    while let Some(set) = sets.pop() {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(_) => fields += 1,
                Selection::InlineFragment(inline) => sets.push(&inline.node.selection_set.node),
                Selection::FragmentSpread(spread) => {
                    let fragment = document.fragments.get(&spread.node.fragment_name.node);
                    sets.extend(fragment.map(|fragment| &fragment.node.selection_set.node));
                }
            }
        }
        if fields > 1 {
            return Err("A subscription selects exactly one field at its root.".into());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;

    fn holds(text: &str) -> bool {
        check(&parse_query(text).unwrap()).is_ok()
    }

    #[test]
    fn typename_takes_only_skip_and_include() {
        for text in [
            "{ __typename @skip(if: true) @include(if: false) a @any }",
            "query($b: Boolean!) { a { ... @x { t: __typename @skip(if: $b) } } }",
        ] {
            assert!(holds(text), "{text}");
        }
        for text in [
            "{ __typename @any }",
            "{ a { __typename @skip } }",
            "{ a { ... { __typename @skip(if: 1) } } }",
            "{ __typename @skip(if: true, else: 1) }",
            "{ __typename @skip(when: true) }",
            "{ __typename @skip(if: $unknown) }",
            "query($b: String) { __typename @skip(if: $b) }",
            "{ __typename @skip(if: true) @skip(if: true) }",
            "{ __typename(a: 1) }",
            "{ __typename { a } }",
            "{ a } fragment F on T { __typename @any }",
            "query($b: Boolean @any) { a(b: $b) }",
        ] {
            assert!(!holds(text), "{text}");
        }
    }

    #[test]
    fn a_subscription_has_one_root_field() {
        assert!(holds("subscription { events { cursor } }"));
        for two in [
            "subscription { a: events { cursor } b: events { cursor } }",
            "subscription { ...F } fragment F on Subscription { a b }",
            "subscription { a ... { b } }",
            "subscription { ...F ...F } fragment F on Subscription { a }",
        ] {
            assert!(!holds(two), "{two}");
        }
    }
}
