//! What an operation is counted as.

use async_graphql::{
    Response,
    parser::types::{OperationType, Selection},
};
use tokio::time::Instant;

use super::{
    answer::{code_of, is_request_error},
    operation::Operation,
};
use crate::metrics::Metrics;

/// An operation that runs.
pub(super) struct Measured {
    kind: &'static str,
    field: String,
    began: Instant,
}

impl Measured {
    pub(super) fn begin(operation: &Operation) -> Self {
        let kind = match operation.kind {
            OperationType::Query => "query",
            OperationType::Mutation => "mutation",
            OperationType::Subscription => "subscription",
        };
        Self { kind, field: root_field(operation), began: Instant::now() }
    }

    /// Its part of a trace.
    pub(super) fn span(&self) -> tracing::Span {
        tracing::debug_span!("operation", kind = self.kind, field = self.field)
    }

    /// It ended with this, or told this on the way. What did not validate is counted by its error alone: a field of
    /// its root may be anything.
    pub(super) fn end(&self, response: &Response, metrics: &Metrics) {
        count_errors(response, metrics);
        if !is_request_error(response) {
            self.finish(metrics);
        }
    }

    /// It ended.
    pub(super) fn finish(&self, metrics: &Metrics) {
        metrics.operation(self.kind, &self.field, self.began.elapsed());
    }
}

/// Counts what a client is told.
pub(super) fn count_errors(response: &Response, metrics: &Metrics) {
    for error in &response.errors {
        metrics.error(code_of(error).unwrap_or("INTERNAL"));
    }
}

/// The field at the root that the operation is about: a cursor is only asked for along with it. `several` when there are
/// more, or a fragment.
fn root_field(operation: &Operation) -> String {
    let name = operation.request.operation_name.as_deref();
    let mut operations = operation.parsed().operations.iter();
    let found = operations.find(|(own, _)| name.is_none() || own.map(|own| own.as_str()) == name);
    let items = found.map(|(_, found)| found.node.selection_set.node.items.as_slice()).unwrap_or_default();
    let mut fields = items.iter().map(|item| match &item.node {
        Selection::Field(field) => field.node.name.node.as_str(),
        Selection::FragmentSpread(_) | Selection::InlineFragment(_) => "several",
    });
    let mut about = fields.clone().filter(|field| !["cursor", "__typename"].contains(field));
    match (about.next(), about.next()) {
        (Some(only), None) => only.into(),
        (Some(_), Some(_)) => "several".into(),
        (None, _) => fields.next().unwrap_or("several").into(),
    }
}
