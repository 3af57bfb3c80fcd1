//! Reading a document: parsed once, weighed, and checked for what the library's own validation leaves out.

mod delivery;

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use async_graphql::parser::{
    parse_query,
    types::{ExecutableDocument, OperationDefinition, OperationType},
};
use serde_json::{Map, Value};

pub use delivery::Delivery;

use super::{
    cost::{Refused, weigh},
    precheck::{DocumentLimits, Flaw, TooMuch, check_document},
    tokens::Malformed,
    validation,
};

/// Why a document is not run. Nothing of it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentError {
    /// The code in `extensions.code`.
    pub code: &'static str,
    /// What is wrong and what to do.
    pub message: String,
}

impl DocumentError {
    /// With this code and message.
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    fn invalid(message: impl Into<String>) -> Self {
        Self::new("GRAPHQL_VALIDATION_FAILED", message)
    }
}

impl From<TooMuch> for DocumentError {
    fn from(TooMuch { what, limit, setting }: TooMuch) -> Self {
        Self::new("QUERY_TOO_COMPLEX", format!("A document may have at most {limit} {what} (setting {setting})."))
    }
}

impl From<Flaw> for DocumentError {
    fn from(flaw: Flaw) -> Self {
        match flaw {
            Flaw::TooMuch(too_much) => too_much.into(),
            Flaw::Malformed(Malformed(what)) => {
                Self::new("GRAPHQL_PARSE_FAILED", format!("The document cannot be read: it has {what}."))
            }
            Flaw::Repeated(name) => Self::invalid(short(&format!("\"{name}\" is given a value twice."))),
        }
    }
}

impl From<Refused> for DocumentError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::TooMuch(too_much) => too_much.into(),
            Refused::TooExpensive { cost, limit } => Self::new(
                "QUERY_TOO_COMPLEX",
                format!(
                    "The operation would cost {cost}, and {limit} is allowed (setting documents.cost): ask for smaller \
                     pages or for fewer fields."
                ),
            ),
            Refused::Introspection => Self::new(
                "QUERY_TOO_COMPLEX",
                "Introspection may list the members of a type once, not again inside of them, and the whole schema \
                 only a few times: use the standard introspection query.",
            ),
            Refused::Circle => Self::invalid("A fragment contains itself."),
        }
    }
}

/// A document that was read and may be run.
#[derive(Debug)]
pub struct Document {
    parsed: ExecutableDocument,
    /// Its subscriptions, each as the operation that answers one item.
    deliveries: Vec<Arc<Delivery>>,
    text: Box<str>,
    by_variables: bool,
    is_valid: AtomicBool,
}

impl Document {
    /// Reads a text.
    ///
    /// # Errors
    /// `QUERY_TOO_COMPLEX`, `GRAPHQL_PARSE_FAILED` or `GRAPHQL_VALIDATION_FAILED`.
    pub fn read(text: &str, limits: &DocumentLimits) -> Result<Self, DocumentError> {
        check_document(text, limits)?;
        let parsed =
            parse_query(text).map_err(|error| DocumentError::new("GRAPHQL_PARSE_FAILED", short(&error.to_string())))?;
        let mut by_variables = false;
        for (_, operation) in parsed.operations.iter() {
            by_variables |= weigh(&operation.node, &parsed.fragments, None, limits)?.by_variables;
        }
        // After the weighing, which refuses circles of fragments.
        validation::check(&parsed).map_err(DocumentError::invalid)?;
        let subscriptions =
            parsed.operations.iter().filter(|(_, operation)| operation.node.ty == OperationType::Subscription);
        let deliveries =
            subscriptions.map(|(name, operation)| Arc::new(Delivery::of(name, operation, &parsed))).collect();
        Ok(Self { parsed, deliveries, text: text.into(), by_variables, is_valid: AtomicBool::new(false) })
    }

    /// What is parsed, for running it.
    pub fn parsed(&self) -> &ExecutableDocument {
        &self.parsed
    }

    /// Notes that the schema's validation found nothing wrong with it.
    pub fn found_valid(&self) {
        self.is_valid.store(true, Ordering::Relaxed);
    }

    /// Whether the schema's validation found nothing wrong with it before. What its variables hold is another matter.
    pub fn is_valid(&self) -> bool {
        self.is_valid.load(Ordering::Relaxed)
    }

    /// The operation that answers one item of a subscription of this document; `name` as for [`Self::operation`].
    pub fn delivery(&self, name: Option<&str>) -> Option<&Arc<Delivery>> {
        self.deliveries.iter().find(|delivery| name.is_none() || delivery.name.as_deref() == name)
    }

    /// The text it was read from.
    pub fn text(&self) -> &str {
        &self.text
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

    /// Checks that an operation of this document may run with these variables: that each which must have a value has
    /// one, and what the operation costs when its pages are as long as they say.
    ///
    /// # Errors
    /// `BAD_USER_INPUT` or `QUERY_TOO_COMPLEX`.
    pub fn check_variables(
        &self,
        operation: &OperationDefinition,
        variables: &Map<String, Value>,
        limits: &DocumentLimits,
    ) -> Result<(), DocumentError> {
        check_present(operation, variables)?;
        if self.by_variables {
            weigh(operation, &self.parsed.fragments, Some(variables), limits)?;
        }
        Ok(())
    }
}

fn check_present(operation: &OperationDefinition, variables: &Map<String, Value>) -> Result<(), DocumentError> {
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn refused(text: &str) -> Option<&'static str> {
        Document::read(text, &DocumentLimits::default()).err().map(|error| error.code)
    }

    #[test]
    fn each_flaw_has_its_code() {
        for (text, code) in [
            ("{ cursor }", None),
            ("{ cursor", Some("GRAPHQL_PARSE_FAILED")),
            ("{ cursor(\" }", Some("GRAPHQL_PARSE_FAILED")),
            ("", Some("GRAPHQL_PARSE_FAILED")),
            ("{ nodes(ids: { id: 1, id: 2 }) { id } }", Some("GRAPHQL_VALIDATION_FAILED")),
            ("{ __typename @any }", Some("GRAPHQL_VALIDATION_FAILED")),
            ("{ ...A } fragment A on Query { ...A }", Some("GRAPHQL_VALIDATION_FAILED")),
            ("subscription { a: events { cursor } b: events { cursor } }", Some("GRAPHQL_VALIDATION_FAILED")),
            (
                "{ conversations(first: 100) { nodes { messages(first: 100) { nodes { a b c d } } } } }",
                Some("QUERY_TOO_COMPLEX"),
            ),
        ] {
            assert_eq!(refused(text), code, "{text}");
        }
    }

    #[test]
    fn a_refusal_names_the_limit_the_figure_and_the_setting() {
        let message = |text: &str| Document::read(text, &DocumentLimits::default()).unwrap_err().message;
        assert_eq!(
            message(&format!("{{ {} }}", "a ".repeat(26))),
            "A document may have at most 25 fields at the root (setting documents.root_fields)."
        );
        let dear = "{ conversations(first: 100) { nodes { messages(first: 100) { nodes { a b c d } } } } }";
        assert!(message(dear).contains("would cost 50201, and 50000 is allowed (setting documents.cost)"));
    }

    #[test]
    fn every_example_stays_well_inside() {
        let folder = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/operations"));
        let limits = DocumentLimits { cost: 10_000, depth: 10, fields: 200, ..DocumentLimits::default() };
        let mut read = 0;
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "graphql") {
                let outcome = Document::read(&std::fs::read_to_string(&path).unwrap(), &limits);
                assert!(outcome.is_ok(), "{}: {outcome:?}", path.display());
                read += 1;
            }
        }
        assert!(read > 20, "{read}");
    }

    #[test]
    fn what_variables_decide_is_checked_with_them() {
        let text = "query Q($id: ID!, $n: Int! = 1) { conversations(first: 100) { nodes { messages(last: $n) { nodes { a b c d } } } } user(id: $id) { id } }";
        let limits = DocumentLimits::default();
        let document = Document::read(text, &limits).unwrap();
        let operation = document.operation(Some("Q")).unwrap();
        let code = |json: Value| {
            document.check_variables(operation, json.as_object().unwrap(), &limits).err().map(|error| error.code)
        };
        assert_eq!(code(json!({ "id": "x" })), None);
        for missing in [json!({}), json!({ "id": null }), json!({ "id": "x", "n": null })] {
            assert_eq!(code(missing), Some("BAD_USER_INPUT"));
        }
        assert_eq!(code(json!({ "id": "x", "n": 100 })), Some("QUERY_TOO_COMPLEX"));
    }
}
