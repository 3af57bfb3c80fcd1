//! A subscription as the operation that answers one of its items.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, PoisonError},
};

use async_graphql::{
    Name, Positioned, Variables,
    parser::types::{
        Directive, DocumentOperations, ExecutableDocument, OperationDefinition, OperationType, Selection, SelectionSet,
    },
};
use async_graphql_value::Value;

/// The operation that answers one item of a subscription, from the root in `crate::delivery`.
#[derive(Debug)]
pub struct Delivery {
    pub(super) name: Option<Name>,
    document: ExecutableDocument,
    /// The variables that an answer depends on. Where the stream begins is none of them.
    variables: HashSet<Name>,
    /// What is asked of each type of item, of those that came so far.
    narrowed: Mutex<HashMap<Cow<'static, str>, Arc<ExecutableDocument>>>,
}

impl Delivery {
    pub(super) fn of(
        name: Option<&Name>,
        subscription: &Positioned<OperationDefinition>,
        parsed: &ExecutableDocument,
    ) -> Self {
        let mut operation = subscription.clone();
        operation.node.ty = OperationType::Query;
        for selection in &mut operation.node.selection_set.node.items {
            if let Selection::Field(field) = &mut selection.node {
                field.node.arguments.clear();
            }
        }
        let mut variables = HashSet::new();
        in_selection(&operation.node.selection_set.node, &mut variables);
        for fragment in parsed.fragments.values() {
            in_directives(&fragment.node.directives, &mut variables);
            in_selection(&fragment.node.selection_set.node, &mut variables);
        }
        operation.node.variable_definitions.retain(|definition| variables.contains(&definition.node.name.node));
        let document = ExecutableDocument {
            operations: DocumentOperations::Single(operation),
            fragments: parsed.fragments.clone(),
        };
        Self { name: name.cloned(), document, variables, narrowed: Mutex::default() }
    }

    /// What is parsed, for running it.
    pub fn document(&self) -> &ExecutableDocument {
        &self.document
    }

    /// What is asked of items of a type, made by `narrow` the first time.
    pub fn narrowed(
        &self,
        of: Cow<'static, str>,
        narrow: impl FnOnce(&ExecutableDocument, &str) -> ExecutableDocument,
    ) -> Arc<ExecutableDocument> {
        let mut narrowed = self.narrowed.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(document) = narrowed.get(&of) {
            return Arc::clone(document);
        }
        let document = Arc::new(narrow(&self.document, &of));
        narrowed.insert(of, Arc::clone(&document));
        document
    }

    /// Those of the variables of a subscription that an answer depends on.
    pub fn needed(&self, given: &Variables) -> Variables {
        // A new map: one that was emptied keeps its room, a kibibyte for each listener.
        let mut needed = Variables::default();
        needed.extend(
            given
                .iter()
                .filter(|(name, _)| self.variables.contains(*name))
                .map(|(name, value)| (name.clone(), value.clone())),
        );
        needed
    }
}

fn in_selection(set: &SelectionSet, variables: &mut HashSet<Name>) {
    for selection in &set.items {
        match &selection.node {
            Selection::Field(field) => {
                field.node.arguments.iter().for_each(|(_, value)| in_value(&value.node, variables));
                in_directives(&field.node.directives, variables);
                in_selection(&field.node.selection_set.node, variables);
            }
            Selection::FragmentSpread(spread) => in_directives(&spread.node.directives, variables),
            Selection::InlineFragment(inline) => {
                in_directives(&inline.node.directives, variables);
                in_selection(&inline.node.selection_set.node, variables);
            }
        }
    }
}

fn in_directives(directives: &[Positioned<Directive>], variables: &mut HashSet<Name>) {
    let arguments = directives.iter().flat_map(|directive| &directive.node.arguments);
    arguments.for_each(|(_, value)| in_value(&value.node, variables));
}

fn in_value(value: &Value, variables: &mut HashSet<Name>) {
    match value {
        Value::Variable(name) => {
            variables.insert(name.clone());
        }
        Value::List(items) => items.iter().for_each(|item| in_value(item, variables)),
        Value::Object(fields) => fields.values().for_each(|field| in_value(field, variables)),
        _ => {}
    }
}
