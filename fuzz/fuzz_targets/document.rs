//! A document, through the pre-check, the parser behind it, the cost and the rules. Whatever the pre-check lets pass
//! must be safe for all that follow it, without a crash, a full stack or a second of work.

#![no_main]

use bedside_fuzz::graphql::{document::Document, precheck::DocumentLimits};
use libfuzzer_sys::fuzz_target;
use serde_json::Map;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let limits = DocumentLimits::default();
    let Ok(document) = Document::read(text, &limits) else { return };
    for (name, _) in document.parsed().operations.iter() {
        let operation = document.operation(name.map(|name| name.as_str())).expect("it has this operation");
        let _ = document.check_variables(operation, &Map::new(), &limits);
    }
});
