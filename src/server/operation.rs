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
    document::{Document, Documents, check_variables},
    precheck::check_json,
};

/// The parameters of a request (GraphQL over HTTP, section 5.1).
#[derive(Debug, Default)]
pub(super) struct Parameters {
    pub(super) query: String,
    pub(super) operation_name: Option<String>,
    pub(super) variables: Map<String, Value>,
}

impl Parameters {
    /// From a body.
    pub(super) fn from_json(body: &[u8]) -> Result<Self, Refusal> {
        check_json(body).map_err(|too_much| {
            Refusal::bad_request(format!("A body may have at most {} {}.", too_much.limit, too_much.what))
        })?;
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
        let query = match map.remove("query") {
            Some(Value::String(query)) => query,
            None | Some(Value::Null) => return Err(Refusal::bad_request("The request has no \"query\".")),
            Some(_) => return Err(Refusal::bad_request("\"query\" must be a text.")),
        };
        let operation_name = match map.remove("operationName") {
            None | Some(Value::Null) => None,
            Some(Value::String(name)) => Some(name),
            Some(_) => return Err(Refusal::bad_request("\"operationName\" must be a text.")),
        };
        let variables = object(map.remove("variables"), "variables")?;
        // Known to the specification, and none is supported yet: only their form is checked.
        object(map.remove("extensions"), "extensions")?;
        Ok(Self { query, operation_name, variables })
    }

    /// From the query part of an address.
    pub(super) fn from_address(query: &str) -> Result<Self, Refusal> {
        let mut map = Map::new();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            let value = match name.as_ref() {
                "query" | "operationName" => Value::String(value.into_owned()),
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
    document: Arc<Document>,
}

impl Operation {
    /// Reads the document and finds the operation in it.
    pub(super) fn admit(documents: &Documents, parameters: Parameters) -> Result<Self, Refusal> {
        let document = documents.get(&parameters.query)?;
        let name = parameters.operation_name.as_deref();
        let operation = document.operation(name)?;
        check_variables(operation, &parameters.variables)?;
        let kind = operation.ty;
        let mut request =
            Request::new(parameters.query).variables(Variables::from_json(Value::Object(parameters.variables)));
        request.operation_name = parameters.operation_name;
        request.set_parsed_query(document.parsed().clone());
        Ok(Self { request, kind, document })
    }

    /// What was parsed.
    pub(super) fn document(&self) -> &ExecutableDocument {
        self.document.parsed()
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
