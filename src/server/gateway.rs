//! Runs operations with what they need to know about who asks. One for all doors.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use async_graphql::{Request, Response, ServerError, Value, dataloader::DataLoader};
use axum::http::{HeaderMap, header};
use futures_util::{StreamExt, stream::BoxStream};

use super::{address, operation::Operation, seats::Seats};
use crate::{
    App,
    access::{Connection, Viewer},
    error::Result,
    graphql::{Batch, RequestContext, SignedIn, Told, document::Documents, precheck::DocumentLimits},
    ids::UserId,
    presence,
    rates::{Figures, Refused},
    schema::BedsideSchema,
};

/// How long a query or mutation may take.
const DEADLINE: Duration = Duration::from_secs(15);

/// Runs operations.
#[derive(Clone)]
pub(super) struct Gateway {
    pub(super) app: Arc<App>,
    schema: BedsideSchema,
    pub(super) documents: Arc<Documents>,
    pub(super) seats: Seats<UserId>,
}

/// Where an operation comes from.
#[derive(Clone, Debug)]
pub(super) struct Caller {
    pub(super) address: IpAddr,
    pub(super) device: String,
    /// Whether more operations can follow on the same connection.
    pub(super) is_socket: bool,
    /// Where a stream that broke off goes on.
    pub(super) resume_after: Option<String>,
}

impl Caller {
    pub(super) fn new(app: &App, peer: SocketAddr, headers: &HeaderMap) -> Self {
        let device =
            headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or("unknown").to_owned();
        let address = address::of_client(peer.ip(), headers, &app.config.server);
        Self { address, device, is_socket: false, resume_after: None }
    }
}

impl Gateway {
    pub(super) fn new(app: Arc<App>, schema: BedsideSchema) -> Self {
        let documents = Arc::new(Documents::new(DocumentLimits::default()));
        Self { app, schema, documents, seats: Seats::default() }
    }

    /// Counts an operation before anything is read of it: for the account, or without a valid token for the address.
    pub(super) fn count(&self, viewer: &Result<Arc<Viewer>>, caller: &Caller) -> Result<Figures, Refused> {
        self.app.rates.request(viewer.as_ref().ok().map(|viewer| viewer.id()), caller.address)
    }

    fn prepare(
        &self,
        request: Request,
        viewer: Result<Arc<Viewer>>,
        connection: Arc<Connection>,
        told: Told,
        caller: Caller,
    ) -> Request {
        // Read before the operation reads anything, so that a stream from here misses nothing.
        let place = self.app.tail.position();
        let batch = Batch { app: Arc::clone(&self.app), viewer: viewer.as_ref().ok().cloned() };
        let context = RequestContext {
            viewer,
            connection,
            is_socket: caller.is_socket,
            resume_after: caller.resume_after,
            told,
            place,
            address: caller.address,
            device: caller.device,
            signed_in: SignedIn::default(),
        };
        request.data(context).data(DataLoader::new(batch, tokio::spawn))
    }

    /// Runs a query or mutation.
    pub(super) async fn execute(
        &self,
        operation: Operation,
        viewer: Result<Arc<Viewer>>,
        connection: Arc<Connection>,
        caller: Caller,
    ) -> Response {
        let request = self.prepare(operation.request, viewer, connection, Told::default(), caller);
        match tokio::time::timeout(DEADLINE, self.schema.execute(request)).await {
            Ok(response) => response,
            Err(_) => timed_out(),
        }
    }

    /// Runs a subscription. Each response says up to where it has told, in `extensions.cursor`.
    pub(super) fn stream(
        &self,
        operation: Operation,
        viewer: Result<Arc<Viewer>>,
        connection: Arc<Connection>,
        caller: Caller,
    ) -> BoxStream<'static, Response> {
        let told = Told::default();
        let online = viewer.as_ref().ok().map(|viewer| presence::service::arrive(&self.app, viewer.id()));
        let request = self.prepare(operation.request, viewer, connection, told.clone(), caller);
        let responses = self.schema.execute_stream(request);
        responses
            .map(move |response| {
                // Whoever listens is online for as long.
                let _online = &online;
                match told.take() {
                    Some(cursor) => response.extension("cursor", Value::String(cursor)),
                    None => response,
                }
            })
            .boxed()
    }
}

fn timed_out() -> Response {
    let mut error = ServerError::new("This took too long. Ask for less at once.", None);
    error.extensions.get_or_insert_default().set("code", "TIMEOUT");
    Response::from_errors(vec![error])
}
