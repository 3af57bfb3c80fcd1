//! Runs operations with what they need to know about who asks. One for all doors.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use async_graphql::{Request, Response, ServerError, Value, dataloader::DataLoader};
use axum::http::{HeaderMap, header};
use futures_util::{StreamExt, stream::BoxStream};

use super::{
    address,
    operation::Operation,
    scoped::{self, Scoped},
    seats::Seats,
};
use crate::{
    App,
    access::{Connection, Viewer},
    entity::user::Language,
    error::Result,
    graphql::{Batch, RequestContext, SignedIn, Told, document::Documents, precheck::DocumentLimits},
    ids::UserId,
    rates::{Figures, Refused},
    schema::{self, BedsideSchema},
};

/// How long a query or mutation may take.
const DEADLINE: Duration = Duration::from_secs(15);

/// Runs operations.
#[derive(Clone)]
pub(super) struct Gateway {
    pub(super) app: Arc<App>,
    schema: BedsideSchema,
    /// What programs are served from.
    scoped: BedsideSchema,
    pub(super) documents: Arc<Documents>,
    pub(super) seats: Seats<UserId>,
}

/// Where an operation comes from.
#[derive(Clone, Debug)]
pub(super) struct Caller {
    pub(super) address: IpAddr,
    pub(super) device: String,
    /// The language its program prefers.
    pub(super) language: Language,
    /// Whether more operations can follow on the same connection.
    pub(super) is_socket: bool,
    /// Where a stream that broke off goes on.
    pub(super) resume_after: Option<String>,
}

impl Caller {
    pub(super) fn new(app: &App, peer: SocketAddr, headers: &HeaderMap) -> Self {
        let device =
            headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or("unknown").to_owned();
        let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        let language = Language::preferred(accepted.unwrap_or_default());
        let address = address::of_client(peer.ip(), headers, &app.config.server);
        Self { address, device, language, is_socket: false, resume_after: None }
    }
}

impl Gateway {
    pub(super) fn new(app: Arc<App>, schema: BedsideSchema) -> Self {
        let documents = Arc::new(Documents::new(DocumentLimits::default()));
        let scoped = schema::build_with(&app, Scoped);
        Self { app, schema, scoped, documents, seats: Seats::default() }
    }

    /// The schema to serve an operation from; or its refusal, when the token of a program does not reach it.
    fn schema_for(&self, operation: &Operation, viewer: &Result<Arc<Viewer>>) -> Result<&BedsideSchema, Response> {
        let scopes = viewer.as_ref().ok().and_then(|viewer| viewer.scopes());
        let Some(scopes) = scopes else { return Ok(&self.schema) };
        scoped::refusal(scopes, operation.document(), operation.request.operation_name.as_deref())
            .map_or(Ok(&self.scoped), Err)
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
        let language = viewer.as_ref().map_or(caller.language, |viewer| viewer.language());
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
            language,
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
        let schema = match self.schema_for(&operation, &viewer) {
            Ok(schema) => schema,
            Err(refusal) => return refusal,
        };
        let request = self.prepare(operation.request, viewer, connection, Told::default(), caller);
        match tokio::time::timeout(DEADLINE, schema.execute(request)).await {
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
        let schema = match self.schema_for(&operation, &viewer) {
            Ok(schema) => schema,
            Err(refusal) => return futures_util::stream::once(async { refusal }).boxed(),
        };
        let told = Told::default();
        let request = self.prepare(operation.request, viewer, connection, told.clone(), caller);
        let responses = schema.execute_stream(request);
        responses
            .map(move |response| match told.take() {
                Some(cursor) => response.extension("cursor", Value::String(cursor)),
                None => response,
            })
            .boxed()
    }
}

fn timed_out() -> Response {
    let mut error = ServerError::new("This took too long. Ask for less at once.", None);
    error.extensions.get_or_insert_default().set("code", "TIMEOUT");
    Response::from_errors(vec![error])
}
