//! Reading a document: parsed once, checked for what the library's own validation leaves out.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
};

use async_graphql::{
    Name, Positioned,
    parser::{
        parse_query,
        types::{ExecutableDocument, FragmentDefinition, OperationDefinition, OperationType, Selection, SelectionSet},
    },
};
use serde_json::{Map, Value};

use super::precheck::{DocumentLimits, check_document};

/// Why a document is not run. Nothing of it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentError {
    /// The code in `extensions.code`.
    pub code: &'static str,
    /// What is wrong and what to do.
    pub message: String,
}

impl DocumentError {
    fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    fn invalid(message: impl Into<String>) -> Self {
        Self::new("GRAPHQL_VALIDATION_FAILED", message)
    }
}

/// A document that was read and may be run.
#[derive(Debug)]
pub struct Document {
    parsed: ExecutableDocument,
    /// Bytes of its text, for the bound of the memory of documents.
    size: usize,
}

/// How many selections one operation may come to when its fragments are put in.
const EXPANDED: usize = 2_000;

impl Document {
    /// Reads a text.
    ///
    /// # Errors
    /// `QUERY_TOO_COMPLEX`, `GRAPHQL_PARSE_FAILED` or `GRAPHQL_VALIDATION_FAILED`.
    pub fn read(text: &str, limits: &DocumentLimits) -> Result<Self, DocumentError> {
        check_document(text, limits).map_err(|too_much| {
            DocumentError::new(
                "QUERY_TOO_COMPLEX",
                format!("A document may have at most {} {}.", too_much.limit, too_much.what),
            )
        })?;
        let parsed =
            parse_query(text).map_err(|error| DocumentError::new("GRAPHQL_PARSE_FAILED", short(&error.to_string())))?;
        let mut sizes = HashMap::new();
        for (_, operation) in parsed.operations.iter() {
            let size = expanded(&operation.node.selection_set.node, &parsed.fragments, &mut sizes)?;
            if size > EXPANDED {
                return Err(DocumentError::new(
                    "QUERY_TOO_COMPLEX",
                    format!("An operation may select at most {EXPANDED} fields, fragments put in."),
                ));
            }
            if operation.node.ty == OperationType::Subscription {
                check_single_root(&operation.node, &parsed.fragments)?;
            }
        }
        Ok(Self { parsed, size: text.len() })
    }

    /// What is parsed, for running it.
    pub fn parsed(&self) -> &ExecutableDocument {
        &self.parsed
    }

    /// The operation to run: the one with this name, or the only one.
    ///
    /// # Errors
    /// `GRAPHQL_VALIDATION_FAILED` when there is none or it is not clear which.
    pub fn operation(&self, name: Option<&str>) -> Result<&OperationDefinition, DocumentError> {
        let mut operations = self.parsed.operations.iter();
        let found = match name {
            Some(name) => operations.find(|(own, _)| own.is_some_and(|own| own.as_str() == name)),
            None => match (operations.next(), operations.next()) {
                (only, None) => only,
                _ => {
                    return Err(DocumentError::invalid(
                        "The document has several operations: say which with \"operationName\".",
                    ));
                }
            },
        };
        found
            .map(|(_, operation)| &operation.node)
            .ok_or_else(|| DocumentError::invalid("The document has no operation of that name."))
    }
}

/// Checks that every variable that must have a value has one.
///
/// # Errors
/// `BAD_USER_INPUT`.
pub fn check_variables(operation: &OperationDefinition, variables: &Map<String, Value>) -> Result<(), DocumentError> {
    for definition in &operation.variable_definitions {
        let definition = &definition.node;
        let value = variables.get(definition.name.node.as_str());
        let is_missing = value.is_none() && definition.default_value.is_none();
        if !definition.var_type.node.nullable && (is_missing || value.is_some_and(Value::is_null)) {
            return Err(DocumentError::new(
                "BAD_USER_INPUT",
                format!("The variable ${} of type {} needs a value.", definition.name.node, definition.var_type.node),
            ));
        }
    }
    Ok(())
}

/// The first bytes of a library's message; it may repeat what the client sent.
pub fn short(message: &str) -> String {
    const LONGEST: usize = 500;
    match message.char_indices().find(|(at, letter)| at + letter.len_utf8() > LONGEST) {
        Some((at, _)) => format!("{}…", &message[..at]),
        None => message.to_owned(),
    }
}

type Fragments = HashMap<Name, Positioned<FragmentDefinition>>;

/// How many selections a set comes to with its fragments put in, each counted once and remembered.
fn expanded<'d>(
    set: &'d SelectionSet,
    fragments: &'d Fragments,
    sizes: &mut HashMap<&'d str, Option<usize>>,
) -> Result<usize, DocumentError> {
    let mut total = 0usize;
    for selection in &set.items {
        let inner = match &selection.node {
            Selection::Field(field) => expanded(&field.node.selection_set.node, fragments, sizes)?,
            Selection::InlineFragment(inline) => expanded(&inline.node.selection_set.node, fragments, sizes)?,
            Selection::FragmentSpread(spread) => {
                spread_size(spread.node.fragment_name.node.as_str(), fragments, sizes)?
            }
        };
        total = total.saturating_add(inner).saturating_add(1);
    }
    Ok(total)
}

fn spread_size<'d>(
    name: &'d str,
    fragments: &'d Fragments,
    sizes: &mut HashMap<&'d str, Option<usize>>,
) -> Result<usize, DocumentError> {
    match sizes.get(name) {
        Some(Some(size)) => return Ok(*size),
        Some(None) => return Err(DocumentError::invalid("A fragment contains itself.")),
        None => {}
    }
    // An unknown fragment is refused by the validation.
    let Some(fragment) = fragments.get(name) else { return Ok(0) };
    sizes.insert(name, None);
    let size = expanded(&fragment.node.selection_set.node, fragments, sizes)?;
    sizes.insert(name, Some(size));
    Ok(size)
}

/// A subscription has one root field (GraphQL specification, section 5.2.4.1).
fn check_single_root(operation: &OperationDefinition, fragments: &Fragments) -> Result<(), DocumentError> {
    let mut fields = 0;
    let mut sets = vec![&operation.selection_set.node];
    while let Some(set) = sets.pop() {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(_) => fields += 1,
                Selection::InlineFragment(inline) => sets.push(&inline.node.selection_set.node),
                Selection::FragmentSpread(spread) => sets.extend(
                    fragments.get(&spread.node.fragment_name.node).map(|fragment| &fragment.node.selection_set.node),
                ),
            }
        }
        if fields > 1 {
            return Err(DocumentError::invalid("A subscription selects exactly one field at its root."));
        }
    }
    Ok(())
}

/// Documents that were read before, up to a number of bytes; the oldest go first.
#[derive(Debug)]
pub struct Documents {
    limits: DocumentLimits,
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    by_text: HashMap<Arc<str>, Arc<Document>>,
    order: VecDeque<Arc<str>>,
    bytes: usize,
}

/// How many bytes of text are remembered; parsed, a document takes some ten times its text.
const REMEMBERED: usize = 1 << 20;

impl Documents {
    /// Reads documents within `limits`.
    pub fn new(limits: DocumentLimits) -> Self {
        Self { limits, known: Mutex::default() }
    }

    /// The document of a text, read now or before.
    ///
    /// # Errors
    /// As [`Document::read`].
    pub fn get(&self, text: &str) -> Result<Arc<Document>, DocumentError> {
        if let Some(known) = self.known.lock().unwrap_or_else(PoisonError::into_inner).by_text.get(text) {
            return Ok(Arc::clone(known));
        }
        let document = Arc::new(Document::read(text, &self.limits)?);
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let key: Arc<str> = text.into();
        if known.by_text.insert(Arc::clone(&key), Arc::clone(&document)).is_none() {
            known.order.push_back(key);
            known.bytes += document.size;
        }
        while known.bytes > REMEMBERED {
            let Some(oldest) = known.order.pop_front() else { break };
            known.by_text.remove(&oldest);
            known.bytes -= oldest.len();
        }
        Ok(document)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> Option<&'static str> {
        Document::read(text, &DocumentLimits::default()).err().map(|error| error.code)
    }

    #[test]
    fn fragments_that_double_each_other_are_counted_without_being_put_in() {
        let mut text = "{ ...F0 } fragment F40 on Query { viewer { id } }".to_owned();
        for n in 0..40 {
            text += &format!(" fragment F{n} on Query {{ ...F{m} ...F{m} }}", m = n + 1);
        }
        assert_eq!(refused(&text), Some("QUERY_TOO_COMPLEX"));
    }

    #[test]
    fn a_circle_of_fragments_is_refused() {
        assert_eq!(
            refused("{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }"),
            Some("GRAPHQL_VALIDATION_FAILED")
        );
    }

    #[test]
    fn a_subscription_has_one_root_field() {
        assert_eq!(refused("subscription { events { cursor } }"), None);
        for two in [
            "subscription { a: events { cursor } b: events { cursor } }",
            "subscription { ...F } fragment F on Subscription { a b }",
            "subscription { a ... { b } }",
        ] {
            assert_eq!(refused(two), Some("GRAPHQL_VALIDATION_FAILED"), "{two}");
        }
    }

    #[test]
    fn a_variable_that_needs_a_value_is_missed() {
        let document = Document::read("query Q($id: ID!, $n: Int! = 1) { a }", &DocumentLimits::default()).unwrap();
        let operation = document.operation(Some("Q")).unwrap();
        let check = |json: Value| check_variables(operation, json.as_object().unwrap()).is_ok();
        assert!(check(serde_json::json!({ "id": "x" })));
        assert!(
            !check(serde_json::json!({}))
                && !check(serde_json::json!({ "id": null }))
                && !check(serde_json::json!({ "id": "x", "n": null }))
        );
    }

    #[test]
    fn the_memory_of_documents_is_bounded() {
        let documents = Documents::new(DocumentLimits { bytes: 1 << 20, ..DocumentLimits::default() });
        for n in 0..20 {
            documents.get(&format!("{{ a }} # {n} {}", " ".repeat(100 << 10))).unwrap();
        }
        let known = documents.known.lock().unwrap();
        assert!(known.bytes <= REMEMBERED && known.by_text.len() == known.order.len());
    }
}
