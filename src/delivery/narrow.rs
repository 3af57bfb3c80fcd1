//! A document without what it asks of other events than the one that is answered: most of what a client of `events` asks
//! is for events of other types, and would be copied and walked through for each of them.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use async_graphql::{
    Name, Positioned,
    parser::types::{DocumentOperations, ExecutableDocument, FragmentDefinition, Selection, SelectionSet, TypeKind},
};

use crate::graphql::declared;

type Fragments = HashMap<Name, Positioned<FragmentDefinition>>;

/// The types of events.
static EVENTS: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let is_event = |kind: &TypeKind| matches!(kind, TypeKind::Object(object) if object.implements.iter().any(|of| of.node == "Event"));
    declared::types(declared::SCHEMA).filter(|of| is_event(&of.kind)).map(|of| of.name.node.to_string()).collect()
});

/// What a document asks of an event of this type.
pub fn narrowed(document: &ExecutableDocument, event: &str) -> ExecutableDocument {
    let mut document = document.clone();
    let DocumentOperations::Single(operation) = &mut document.operations else { return document };
    let root = &mut operation.node.selection_set.node;
    for selection in &mut root.items {
        if let Selection::Field(field) = &mut selection.node {
            narrow(&mut field.node.selection_set.node, &document.fragments, event);
        }
    }
    let mut used = HashSet::new();
    use_of(root, &document.fragments, &mut used);
    document.fragments.retain(|name, _| used.contains(name));
    document
}

fn narrow(set: &mut SelectionSet, fragments: &Fragments, event: &str) {
    let is_of_another = |condition: &str| condition != event && EVENTS.contains(condition);
    set.items.retain_mut(|selection| match &mut selection.node {
        Selection::Field(_) => true,
        Selection::InlineFragment(inline) => {
            let condition = inline.node.type_condition.as_ref();
            let applies = condition.is_none_or(|condition| !is_of_another(&condition.node.on.node));
            if applies {
                narrow(&mut inline.node.selection_set.node, fragments, event);
            }
            applies
        }
        Selection::FragmentSpread(spread) => fragments
            .get(&spread.node.fragment_name.node)
            .is_none_or(|fragment| !is_of_another(&fragment.node.type_condition.node.on.node)),
    });
}

/// The fragments that are used. Circles were refused when the document was read.
fn use_of(set: &SelectionSet, fragments: &Fragments, used: &mut HashSet<Name>) {
    for selection in &set.items {
        match &selection.node {
            Selection::Field(field) => use_of(&field.node.selection_set.node, fragments, used),
            Selection::InlineFragment(inline) => use_of(&inline.node.selection_set.node, fragments, used),
            Selection::FragmentSpread(spread) => {
                let name = &spread.node.fragment_name.node;
                if used.insert(name.clone())
                    && let Some(fragment) = fragments.get(name)
                {
                    use_of(&fragment.node.selection_set.node, fragments, used);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;

    /// The conditions and the names of the fragments that are left.
    fn left(text: &str, event: &str) -> Vec<String> {
        let mut document = parse_query(text).unwrap();
        let operation = document.operations.iter().next().unwrap().1.clone();
        document.operations = DocumentOperations::Single(operation);
        let narrow = narrowed(&document, event);
        let DocumentOperations::Single(operation) = &narrow.operations else { panic!("no operation") };
        let Selection::Field(root) = &operation.node.selection_set.node.items[0].node else { panic!("no field") };
        let items = root.node.selection_set.node.items.iter();
        let mut left: Vec<_> = items
            .map(|selection| match &selection.node {
                Selection::Field(field) => field.node.name.node.to_string(),
                Selection::InlineFragment(inline) => {
                    format!("on {}", inline.node.type_condition.as_ref().unwrap().node.on.node)
                }
                Selection::FragmentSpread(spread) => format!("...{}", spread.node.fragment_name.node),
            })
            .collect();
        let mut fragments: Vec<_> = narrow.fragments.keys().map(|name| format!("fragment {name}")).collect();
        fragments.sort();
        left.extend(fragments);
        left
    }

    #[test]
    fn what_is_asked_of_other_events_is_left_out_with_its_fragments() {
        const TEXT: &str = "subscription { events { cursor
            ... on MessageAdded { node { ...M } } ... on MessagesRead { user { ...U } } ... on Event { occurredAt } ...R } }
            fragment M on Message { text sender { ...U } } fragment U on User { id }
            fragment R on MessagesRead { user { ...V } } fragment V on User { fullName }";
        let of_all = ["cursor", "on MessageAdded", "on Event", "fragment M", "fragment U"];
        assert_eq!(left(TEXT, "MessageAdded"), of_all);
        assert_eq!(
            left(TEXT, "MessagesRead"),
            ["cursor", "on MessagesRead", "on Event", "...R", "fragment R", "fragment U", "fragment V"]
        );
        assert_eq!(left(TEXT, "Checkpoint"), ["cursor", "on Event"]);
        assert!(EVENTS.len() > 10 && EVENTS.contains("MessageAdded") && !EVENTS.contains("Message"));
    }
}
