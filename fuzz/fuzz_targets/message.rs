//! A message on a socket, or a body: JSON that is looked at, read, and its document with its variables.

#![no_main]

use bedside_fuzz::{
    graphql::{
        document::Document,
        precheck::{DocumentLimits, check_json},
    },
    server::message::ClientMessage,
};
use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value};

fuzz_target!(|bytes: &[u8]| {
    if check_json(bytes).is_ok() {
        let _ = serde_json::from_slice::<Value>(bytes);
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Some(ClientMessage::Subscribe { payload, .. }) = ClientMessage::read(text) else { return };
    let limits = DocumentLimits::default();
    let Some(document) = payload.get("query").and_then(Value::as_str) else { return };
    let Ok(document) = Document::read(document, &limits) else { return };
    let none = Map::new();
    let variables = payload.get("variables").and_then(Value::as_object).unwrap_or(&none);
    if let Ok(operation) = document.operation(payload.get("operationName").and_then(Value::as_str)) {
        let _ = document.check_variables(operation, variables, &limits);
    }
});
