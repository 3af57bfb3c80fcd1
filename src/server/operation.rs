//! One operation as a client asks for it, whatever door it comes through.

use std::sync::Arc;

use async_graphql::{
    Request, Variables,
    parser::types::{ExecutableDocument, OperationType},
};
use axum::http::{StatusCode, header};
use serde_json::{Map, Value};

use super::answer::Refusal;
use crate::graphql::{
    InputTypes,
    document::{Delivery, Document},
    documents::{Asked, Documents, Found, Fresh},
    precheck::{JSON_NESTING, check_json},
};

/// The parameters of a request (GraphQL over HTTP, section 5.1).
#[derive(Debug, Default)]
pub(super) struct Parameters {
    pub(super) query: Option<String>,
    /// What stands for a document that the server knows already.
    pub(super) document_id: Option<String>,
    pub(super) operation_name: Option<String>,
    pub(super) variables: Map<String, Value>,
}

impl Parameters {
    /// From a body.
    pub(super) fn from_json(body: &[u8]) -> Result<Self, Refusal> {
        check_json(body)
            .map_err(|_| Refusal::bad_request(format!("A body may be nested at most {JSON_NESTING} levels deep.")))?;
        let value = serde_json::from_slice(body).map_err(|_| Refusal::bad_request("The body is not JSON."))?;
        match value {
            Value::Object(map) => Self::from_map(map),
            Value::Array(_) => {
                Err(Refusal::bad_request("Several requests in one body are not accepted: send one at a time."))
            }
            _ => Err(Refusal::bad_request("The body must be a JSON object with a \"query\".")),
        }
    }

    /// From the payload of a `subscribe` message, or the `operations` of an upload.
    pub(super) fn from_map(mut map: Map<String, Value>) -> Result<Self, Refusal> {
        let query = text(map.remove("query"), "query")?;
        let operation_name = text(map.remove("operationName"), "operationName")?;
        let variables = object(map.remove("variables"), "variables")?;
        let extensions = object(map.remove("extensions"), "extensions")?;
        let document_id = match text(map.remove("documentId"), "documentId")? {
            Some(id) => Some(id.strip_prefix("sha256:").map(str::to_owned).unwrap_or(id)),
            None => persisted(&extensions)?,
        };
        if query.is_none() && document_id.is_none() {
            return Err(Refusal::bad_request("The request has no \"query\"."));
        }
        Ok(Self { query, document_id, operation_name, variables })
    }

    /// From the query part of an address.
    pub(super) fn from_address(query: &str) -> Result<Self, Refusal> {
        let mut map = Map::new();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            let value = match name.as_ref() {
                "query" | "operationName" | "documentId" => Value::String(value.into_owned()),
                "variables" | "extensions" => {
                    check_json(value.as_bytes())
                        .map_err(|_| Refusal::bad_request(format!("\"{name}\" is nested too deeply.")))?;
                    serde_json::from_str(&value)
                        .map_err(|_| Refusal::bad_request(format!("\"{name}\" is not JSON.")))?
                }
                _ => continue,
            };
            map.insert(name.into_owned(), value);
        }
        Self::from_map(map)
    }
}

fn text(value: Option<Value>, name: &str) -> Result<Option<String>, Refusal> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(Refusal::bad_request(format!("\"{name}\" must be a text."))),
    }
}

/// The hash of an automatic persisted query
/// (<https://github.com/apollographql/apollo-link-persisted-queries#protocol>).
fn persisted(extensions: &Map<String, Value>) -> Result<Option<String>, Refusal> {
    let Some(persisted) = extensions.get("persistedQuery").filter(|value| !value.is_null()) else { return Ok(None) };
    match (persisted["version"].as_u64(), persisted["sha256Hash"].as_str()) {
        (Some(1), Some(hash)) => Ok(Some(hash.to_owned())),
        _ => Err(Refusal::bad_request(
            "\"extensions.persistedQuery\" must be { \"version\": 1, \"sha256Hash\": \"…\" }.",
        )),
    }
}

fn object(value: Option<Value>, name: &str) -> Result<Map<String, Value>, Refusal> {
    match value {
        None | Some(Value::Null) => Ok(Map::new()),
        Some(Value::Object(map)) => Ok(map),
        Some(_) => Err(Refusal::bad_request(format!("\"{name}\" must be an object."))),
    }
}

/// A request that may be run.
pub(super) struct Operation {
    pub(super) request: Request,
    pub(super) kind: OperationType,
    /// The document, when it is to be remembered once it ran.
    pub(super) fresh: Option<Fresh>,
    document: Arc<Document>,
}

impl Operation {
    /// Finds the document and the operation in it.
    pub(super) fn admit(documents: &Documents, parameters: Parameters) -> Result<Self, Refusal> {
        let Parameters { query, document_id, operation_name, variables } = parameters;
        let Found { document, fresh } = documents.find(Asked { text: query.as_deref(), id: document_id.as_deref() })?;
        let operation = document.operation(operation_name.as_deref())?;
        document.check_variables(operation, &variables, documents.limits())?;
        let kind = operation.ty;
        let mut request = Request::new("").variables(Variables::from_json(Value::Object(variables)));
        request.operation_name = operation_name;
        request.set_parsed_query(document.parsed().clone());
        Ok(Self { request, kind, fresh, document })
    }

    /// The operation that answers one item of this subscription.
    pub(super) fn delivery(&self) -> Option<Arc<Delivery>> {
        self.document.delivery(self.request.operation_name.as_deref()).cloned()
    }

    /// What was parsed.
    pub(super) fn parsed(&self) -> &ExecutableDocument {
        self.document.parsed()
    }

    /// The document, to note of it how it ran.
    pub(super) fn document(&self) -> Arc<Document> {
        Arc::clone(&self.document)
    }

    /// Whether it is certainly valid: the document was found so before, and the variables fit it.
    pub(super) fn is_valid(&self, inputs: &InputTypes) -> bool {
        let operation = self.document.operation(self.request.operation_name.as_deref());
        self.document.is_valid() && operation.is_ok_and(|operation| inputs.fit(operation, &self.request.variables))
    }

    /// Refuses what must not be sent with GET: only queries are safe (RFC 9110 section 9.2.1).
    pub(super) fn must_be_query(&self) -> Result<(), Refusal> {
        if self.kind == OperationType::Query {
            return Ok(());
        }
        Err(Refusal::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "BAD_USER_INPUT",
            "Only queries can be sent with GET: send this with POST.",
        )
        .with_header(header::ALLOW, "POST"))
    }
}
