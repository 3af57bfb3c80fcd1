//! Runs operations with what they need to know about who asks. One for all doors.

use std::{
    net::{IpAddr, SocketAddr},
    panic::AssertUnwindSafe,
    sync::Arc,
};

use async_graphql::{Request, Response, ServerError, Value, dataloader::DataLoader};
use axum::http::{HeaderMap, header};
use futures_util::{
    FutureExt, StreamExt,
    stream::{self, BoxStream},
};
use tracing::Instrument;

use super::{
    address,
    answer::{code_of, is_request_error},
    measure::{self, Measured},
    operation::Operation,
    scoped::{self, Scoped},
    seats::Seats,
};
use crate::{
    App,
    access::{Connection, Viewer},
    entity::user::Language,
    error::{Error, REQUEST_ID, Result, is_our_fault},
    graphql::{Batch, RequestContext, SignedIn, Told, documents::Documents},
    ids::UserId,
    presence,
    rates::{Figures, Refused},
    schema::{self, BedsideSchema},
};

/// Runs operations.
#[derive(Clone)]
pub(super) struct Gateway {
    pub(super) app: Arc<App>,
    schema: BedsideSchema,
    /// What programs are served from.
    scoped: BedsideSchema,
    pub(super) seats: Seats<UserId>,
}

/// Where an operation comes from.
#[derive(Clone, Debug)]
pub(super) struct Caller {
    pub(super) address: IpAddr,
    pub(super) device: String,
    /// The language its program prefers.
    pub(super) language: Language,
    /// Names the request in the log, and in errors that are our fault.
    pub(super) request_id: Arc<str>,
    /// Whether more operations can follow on the same connection.
    pub(super) is_socket: bool,
    /// Where a stream that broke off goes on.
    pub(super) resume_after: Option<String>,
}

impl Caller {
    pub(super) fn new(app: &App, peer: SocketAddr, headers: &HeaderMap) -> Self {
        let named = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let device = named(header::USER_AGENT.as_str()).unwrap_or("unknown").to_owned();
        let language = Language::preferred(named(header::ACCEPT_LANGUAGE.as_str()).unwrap_or_default());
        let address = address::of_client(peer.ip(), headers, &app.config.server);
        let request_id = named(REQUEST_ID).unwrap_or_default().into();
        Self { address, device, language, request_id, is_socket: false, resume_after: None }
    }
}

impl Gateway {
    pub(super) fn new(app: Arc<App>, schema: BedsideSchema) -> Self {
        let scoped = schema::build_with(&app, Scoped);
        Self { app, schema, scoped, seats: Seats::default() }
    }

    /// The documents that may be run.
    pub(super) fn documents(&self) -> &Documents {
        &self.app.documents
    }

    /// The schema to serve an operation from; or its refusal, when the token of a program does not reach it.
    fn schema_for(&self, operation: &Operation, viewer: &Result<Arc<Viewer>>) -> Result<&BedsideSchema, Box<Response>> {
        let scopes = viewer.as_ref().ok().and_then(|viewer| viewer.scopes());
        let Some(scopes) = scopes else { return Ok(&self.schema) };
        scoped::refusal(scopes, operation.document(), operation.request.operation_name.as_deref())
            .map_or(Ok(&self.scoped), |refusal| Err(Box::new(refusal)))
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
        request.data(context).data(DataLoader::new(batch, |load| tokio::spawn(load.in_current_span())))
    }

    /// Runs a query or mutation.
    pub(super) async fn execute(
        &self,
        operation: Operation,
        viewer: Result<Arc<Viewer>>,
        connection: Arc<Connection>,
        caller: Caller,
    ) -> Response {
        let (request_id, measured) = (Arc::clone(&caller.request_id), Measured::begin(&operation));
        let schema = match self.schema_for(&operation, &viewer) {
            Ok(schema) => schema,
            Err(refusal) => {
                measure::count_errors(&refusal, &self.app.metrics);
                return sign(*refusal, &request_id);
            }
        };
        let request = self.prepare(operation.request, viewer, connection, Told::default(), caller);
        let run = AssertUnwindSafe(tokio::time::timeout(
            self.app.config.limits.operation,
            schema.execute(request).instrument(measured.span()),
        ));
        let response = match run.catch_unwind().await {
            Ok(Ok(response)) => response,
            Ok(Err(_)) => timed_out(),
            Err(_) => broken(),
        };
        measured.end(&response, &self.app.metrics);
        if let Some(fresh) = operation.fresh.filter(|_| !is_request_error(&response)) {
            self.documents().keep(fresh);
        }
        sign(response, &request_id)
    }

    /// Runs a subscription. Each response says up to where it has told, in `extensions.cursor`.
    pub(super) fn stream(
        &self,
        operation: Operation,
        viewer: Result<Arc<Viewer>>,
        connection: Arc<Connection>,
        caller: Caller,
    ) -> BoxStream<'static, Response> {
        let schema = self.schema_for(&operation, &viewer);
        let mut streamed = Streamed { measured: Measured::begin(&operation), gateway: self.clone(), is_refused: false };
        let (told, gateway, mut fresh) = (Told::default(), self.clone(), operation.fresh);
        let request_id = Arc::clone(&caller.request_id);
        let schema = match schema {
            Ok(schema) => schema,
            Err(refusal) => {
                measure::count_errors(&refusal, &self.app.metrics);
                return stream::once(async move { sign(*refusal, &request_id) }).boxed();
            }
        };
        let online = viewer.as_ref().ok().map(|viewer| presence::service::arrive(&self.app, viewer.id()));
        let request = self.prepare(operation.request, viewer, connection, told.clone(), caller);
        AssertUnwindSafe(schema.execute_stream(request))
            .catch_unwind()
            .map(move |response| {
                // Whoever listens is online for as long.
                let _online = &online;
                let response = response.unwrap_or_else(|_| broken());
                streamed.tell(&response);
                if let Some(fresh) = fresh.take().filter(|_| !is_request_error(&response)) {
                    gateway.documents().keep(fresh);
                }
                let response = match told.take() {
                    Some(cursor) => response.extension("cursor", Value::String(cursor)),
                    None => response,
                };
                sign(response, &request_id)
            })
            .boxed()
    }
}

/// A stream, counted when it ends, whoever ends it.
struct Streamed {
    measured: Measured,
    gateway: Gateway,
    is_refused: bool,
}

impl Streamed {
    fn tell(&mut self, response: &Response) {
        self.is_refused |= is_request_error(response);
        measure::count_errors(response, &self.gateway.app.metrics);
    }
}

impl Drop for Streamed {
    fn drop(&mut self) {
        if !self.is_refused {
            self.measured.finish(&self.gateway.app.metrics);
        }
    }
}

fn timed_out() -> Response {
    let mut error = ServerError::new("This took too long. Ask for less at once.", None);
    error.extensions.get_or_insert_default().set("code", "TIMEOUT");
    Response::from_errors(vec![error])
}

/// What a client hears when the program failed in the middle; the failure itself was written to standard error.
fn broken() -> Response {
    let error = async_graphql::Error::from(Error::internal(anyhow::anyhow!("it panicked")));
    Response::from_errors(vec![error.into_server_error(async_graphql::Pos::default())])
}

/// Names the request in errors that are our fault, and writes them to the log under the same name.
fn sign(mut response: Response, request_id: &str) -> Response {
    for error in &mut response.errors {
        let Some(code) = code_of(error).filter(|code| is_our_fault(code)) else { continue };
        tracing::warn!(request_id, code, "an operation was not answered");
        error.extensions.get_or_insert_default().set("requestId", request_id);
    }
    response
}
