//! Which documents get the same answer whoever listens.
//!
//! Only what is named here is ever answered once for several listeners, and such an answer is made for nobody: without
//! a viewer, so that a field which needs one fails and everybody is answered on their own.

use async_graphql::parser::types::{DocumentOperations, ExecutableDocument, Selection, SelectionSet};

/// For each type the fields that do not depend on who asks, with the type they lead to; empty for a plain value.
const SAME: [(&str, &[(&str, &str)]); 6] = [
    ("MessageAdded", TOLD),
    ("MessageEdited", TOLD),
    ("MessageDeleted", TOLD),
    (
        "Message",
        &[
            ("id", ""),
            ("cursor", ""),
            ("sender", "User"),
            ("senderRole", ""),
            ("kind", ""),
            ("text", ""),
            ("attachments", "Attachment"),
            ("excerpt", ""),
            ("isUrgent", ""),
            ("expiresAt", ""),
            ("pinnedAt", ""),
            ("isForwarded", ""),
            ("createdAt", ""),
            ("updatedAt", ""),
            ("editedAt", ""),
            ("deletedAt", ""),
            ("deleteReason", ""),
        ],
    ),
    (
        "User",
        &[
            ("id", ""),
            ("username", ""),
            ("fullName", ""),
            ("role", ""),
            ("title", ""),
            ("specialization", ""),
            ("institution", ""),
            ("isVerified", ""),
            ("isService", ""),
        ],
    ),
    (
        "Attachment",
        &[
            ("id", ""),
            ("name", ""),
            ("contentType", ""),
            ("kind", ""),
            ("size", ""),
            ("durationMs", ""),
            ("width", ""),
            ("height", ""),
            ("url", ""),
            ("isRemoved", ""),
        ],
    ),
];

const TOLD: &[(&str, &str)] = &[("cursor", ""), ("occurredAt", ""), ("actor", "User"), ("node", "Message")];

/// The types of items that a document answers in the same way for everybody.
pub fn same_for_everybody(document: &ExecutableDocument) -> Vec<&'static str> {
    let DocumentOperations::Single(operation) = &document.operations else { return Vec::new() };
    let items = SAME.iter().map(|(name, _)| *name).filter(|name| fields(name) == Some(TOLD));
    items.filter(|item| is_same_item(&operation.node.selection_set.node, item, document)).collect()
}

fn fields(of: &str) -> Option<&'static [(&'static str, &'static str)]> {
    SAME.iter().find(|(name, _)| *name == of).map(|(_, fields)| *fields)
}

fn is_same_item(root: &SelectionSet, item: &str, document: &ExecutableDocument) -> bool {
    root.items.iter().all(|selection| match &selection.node {
        Selection::Field(field) if field.node.name.node == "__typename" => true,
        Selection::Field(field) => is_same(&field.node.selection_set.node, item, document),
        Selection::FragmentSpread(_) | Selection::InlineFragment(_) => false,
    })
}

fn is_same(set: &SelectionSet, of: &str, document: &ExecutableDocument) -> bool {
    let applies = |condition: &str| condition == of || condition == "Event" || condition == "Node";
    set.items.iter().all(|selection| match &selection.node {
        Selection::Field(field) if field.node.name.node == "__typename" => true,
        Selection::Field(field) => fields(of)
            .and_then(|fields| fields.iter().find(|(name, _)| *name == field.node.name.node))
            .is_some_and(|(_, leads_to)| is_same(&field.node.selection_set.node, leads_to, document)),
        Selection::InlineFragment(inline) => {
            let condition = inline.node.type_condition.as_ref().map_or(of, |condition| &condition.node.on.node);
            !applies(condition) || is_same(&inline.node.selection_set.node, of, document)
        }
        Selection::FragmentSpread(spread) => {
            document.fragments.get(&spread.node.fragment_name.node).is_some_and(|fragment| {
                !applies(&fragment.node.type_condition.node.on.node)
                    || is_same(&fragment.node.selection_set.node, of, document)
            })
        }
    })
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::{
        parse_query, parse_schema,
        types::{TypeKind, TypeSystemDefinition},
    };

    use super::*;

    fn same(text: &str) -> Vec<&'static str> {
        let mut document = parse_query(text).unwrap();
        let operation = document.operations.iter().next().unwrap().1.clone();
        document.operations = DocumentOperations::Single(operation);
        same_for_everybody(&document)
    }

    #[test]
    fn what_is_named_is_in_the_schema_and_leads_where_it_says() {
        let schema = parse_schema(crate::schema::sdl()).unwrap();
        let field_type = |of: &str, name: &str| {
            schema.definitions.iter().find_map(|definition| match definition {
                TypeSystemDefinition::Type(definition) if definition.node.name.node == of => {
                    let TypeKind::Object(object) = &definition.node.kind else { return None };
                    let field = object.fields.iter().find(|field| field.node.name.node == name)?;
                    Some(field.node.ty.to_string().replace(['[', ']', '!'], ""))
                }
                _ => None,
            })
        };
        for (of, named) in SAME {
            for (name, leads_to) in named {
                let found = field_type(of, name).unwrap_or_else(|| panic!("{of}.{name} is not in the schema"));
                assert!(leads_to.is_empty() == fields(&found).is_none(), "{of}.{name} leads to {found}");
                assert!(leads_to.is_empty() || found == *leads_to, "{of}.{name} leads to {found}");
            }
        }
    }

    #[test]
    fn a_document_is_the_same_for_everybody_only_when_all_of_it_is_named() {
        let all = ["MessageAdded", "MessageEdited", "MessageDeleted"];
        assert_eq!(same("subscription { messageAdded { cursor node { id text sender { fullName } } } }"), all);
        assert_eq!(
            same(
                "subscription { events { __typename cursor ... on MessageAdded { node { ...M } } } } fragment M on Message { text }"
            ),
            all
        );
        assert_eq!(
            same(
                "subscription { events { ... on MessageAdded { node { text clientId } } ... on MessagesRead { user { id } } } }"
            ),
            ["MessageEdited", "MessageDeleted"]
        );
        for own in [
            "subscription { messageAdded { node { status { value } } } }",
            "subscription { messageAdded { node { viewerHasRead } } }",
            "subscription { messageAdded { node { sender { email } } } }",
            "subscription { messageAdded { node { ...M } } } fragment M on Node { ... on Message { clientId } }",
            "subscription { messageAdded { node { attachments { temporaryUrl { url } } } } }",
        ] {
            assert_eq!(same(own), [""; 0], "{own}");
        }
    }
}
