//! Runs operations with what they need to know about who asks. One for all doors.

use std::{
    net::{IpAddr, SocketAddr},
    panic::AssertUnwindSafe,
    sync::Arc,
};

use async_graphql::{Request, Response, ServerError, dataloader::DataLoader};
use axum::http::{HeaderMap, header};
use futures_util::{
    FutureExt, StreamExt,
    stream::{self, BoxStream},
};
use tracing::Instrument;

use super::{
    address,
    answer::{Answer, code_of, is_request_error},
    listening::Listening,
    measure::{self, Measured},
    operation::Operation,
    scoped::{self, Scoped},
    seats::Seats,
};
use crate::{
    App,
    access::{Connection, Viewer},
    delivery::{self, DeliverySchema},
    entity::user::Language,
    error::{Error, REQUEST_ID, Result, is_our_fault},
    graphql::{
        Batch, Handed, InputTypes, RequestContext, SignedIn, Told, declared,
        document::Document,
        documents::{Documents, Fresh},
    },
    ids::UserId,
    rates::{Figures, Refused},
    schema::{self, BedsideSchema},
};

/// Runs operations.
#[derive(Clone)]
pub(super) struct Gateway {
    pub(super) app: Arc<App>,
    schema: BedsideSchema,
    /// What operations are served from that are known to be valid: it does not validate.
    unchecked: BedsideSchema,
    inputs: Arc<InputTypes>,
    /// What programs are served from.
    scoped: BedsideSchema,
    delivery: DeliverySchema,
    scoped_delivery: DeliverySchema,
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
        Self {
            schema,
            unchecked: schema::build_unchecked(&app),
            inputs: Arc::new(InputTypes::of(declared::SCHEMA)),
            scoped: schema::build_with(&app, Scoped),
            delivery: delivery::build(&app),
            scoped_delivery: delivery::build_with(&app, Scoped),
            seats: Seats::default(),
            app,
        }
    }

    /// The documents that may be run.
    pub(super) fn documents(&self) -> &Documents {
        &self.app.documents
    }

    /// The schema to serve an operation from; or its refusal, when the token of a program does not reach it.
    fn schema_for(&self, operation: &Operation, viewer: &Result<Arc<Viewer>>) -> Result<&BedsideSchema, Box<Response>> {
        let scopes = viewer.as_ref().ok().and_then(|viewer| viewer.scopes());
        let Some(scopes) = scopes else {
            return Ok(if operation.is_valid(&self.inputs) { &self.unchecked } else { &self.schema });
        };
        scoped::refusal(scopes, operation.parsed(), operation.request.operation_name.as_deref())
            .map_or(Ok(&self.scoped), |refusal| Err(Box::new(refusal)))
    }

    /// The schema to answer the items of a subscription from.
    pub(super) fn delivery_for(&self, viewer: &Result<Arc<Viewer>>) -> &DeliverySchema {
        let is_program = viewer.as_ref().is_ok_and(|viewer| viewer.scopes().is_some());
        if is_program { &self.scoped_delivery } else { &self.delivery }
    }

    /// Counts an operation before anything is read of it: for the account, or without a valid token for the address.
    pub(super) fn count(&self, viewer: &Result<Arc<Viewer>>, caller: &Caller) -> Result<Figures, Refused> {
        self.app.rates.request(viewer.as_ref().ok().map(|viewer| viewer.id()), caller.address)
    }

    fn context(&self, viewer: Result<Arc<Viewer>>, connection: Arc<Connection>, caller: Caller) -> Arc<RequestContext> {
        // Read before the operation reads anything, so that a stream from here misses nothing.
        let place = self.app.tail.position();
        let language = viewer.as_ref().map_or(caller.language, |viewer| viewer.language());
        Arc::new(RequestContext {
            viewer,
            connection,
            is_socket: caller.is_socket,
            resume_after: caller.resume_after,
            told: Told::default(),
            handed: Handed::default(),
            place,
            address: caller.address,
            device: caller.device,
            language,
            signed_in: SignedIn::default(),
        })
    }

    /// A request with what its resolvers need.
    pub(super) fn prepare(&self, request: Request, context: &Arc<RequestContext>) -> Request {
        let batch = Batch { app: Arc::clone(&self.app), viewer: context.viewer.as_ref().ok().cloned() };
        let loader = DataLoader::new(batch, |load| tokio::spawn(load.in_current_span()));
        request.data(Arc::clone(context)).data(loader)
    }

    /// Notes that a document is one that runs.
    fn ran(&self, document: &Document, fresh: Option<Fresh>) {
        document.found_valid();
        if let Some(fresh) = fresh {
            self.documents().keep(fresh);
        }
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
        let document = operation.document();
        let request = self.prepare(operation.request, &self.context(viewer, connection, caller));
        let run = AssertUnwindSafe(tokio::time::timeout(
            self.app.config.limits.operation,
            schema.execute(request).instrument(measured.span()),
        ));
        let response = match run.catch_unwind().await {
            Ok(Ok(response)) => coded(response),
            Ok(Err(_)) => timed_out(),
            Err(_) => broken(),
        };
        measured.end(&response, &self.app.metrics);
        if !is_request_error(&response) {
            self.ran(&document, operation.fresh);
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
    ) -> BoxStream<'static, Answer> {
        let gateway = self.clone();
        async move { gateway.begin(operation, viewer, connection, caller).await }.boxed().flatten_stream().boxed()
    }

    /// Checks and begins a subscription: what it hears from now on, or why it is refused.
    async fn begin(
        self,
        operation: Operation,
        viewer: Result<Arc<Viewer>>,
        connection: Arc<Connection>,
        caller: Caller,
    ) -> BoxStream<'static, Answer> {
        let (request_id, measured) = (Arc::clone(&caller.request_id), Measured::begin(&operation));
        let schema = match self.schema_for(&operation, &viewer) {
            Ok(schema) => schema,
            Err(refusal) => {
                measure::count_errors(&refusal, &self.app.metrics);
                return stream::iter([Answer::own(sign(*refusal, &request_id))]).boxed();
            }
        };
        let (document, variables) = (operation.document(), operation.request.variables.clone());
        let delivery = operation.delivery();
        let context = self.context(viewer, connection, caller);
        let begun = schema.execute_stream(self.prepare(operation.request, &context)).map(coded).collect();
        let refusals: Vec<_> = AssertUnwindSafe(begun).catch_unwind().await.unwrap_or_else(|_| vec![broken()]);
        if !refusals.iter().any(is_request_error) {
            self.ran(&document, operation.fresh);
        }
        match (context.handed.take(), delivery) {
            (Some(items), Some(delivery)) => {
                Listening::new(self, delivery, variables, context, request_id, measured).answers(items)
            }
            _ => {
                refusals.iter().for_each(|refusal| measure::count_errors(refusal, &self.app.metrics));
                stream::iter(refusals).map(move |refusal| Answer::own(sign(refusal, &request_id))).boxed()
            }
        }
    }
}

/// Gives the errors that the library makes a code of the documented list.
pub(super) fn coded(mut response: Response) -> Response {
    for error in &mut response.errors {
        let extensions = error.extensions.get_or_insert_default();
        if extensions.get("code").is_none() {
            // An error without a path comes from reading or checking the document, before anything ran.
            let code = match (error.path.is_empty(), error.message.as_str()) {
                (true, message) if message.starts_with(" --> ") => "GRAPHQL_PARSE_FAILED",
                (true, _) => "GRAPHQL_VALIDATION_FAILED",
                (false, _) => "BAD_USER_INPUT",
            };
            extensions.set("code", code);
        }
    }
    response
}

fn timed_out() -> Response {
    let mut error = ServerError::new("This took too long. Ask for less at once.", None);
    error.extensions.get_or_insert_default().set("code", "TIMEOUT");
    Response::from_errors(vec![error])
}

/// What a client hears when the program failed in the middle; the failure itself was written to standard error.
pub(super) fn broken() -> Response {
    let error = async_graphql::Error::from(Error::internal(anyhow::anyhow!("it panicked")));
    Response::from_errors(vec![error.into_server_error(async_graphql::Pos::default())])
}

/// Names the request in errors that are our fault, and writes them to the log under the same name.
pub(super) fn sign(mut response: Response, request_id: &str) -> Response {
    for error in &mut response.errors {
        let Some(code) = code_of(error).filter(|code| is_our_fault(code)) else { continue };
        tracing::warn!(request_id, code, "an operation was not answered");
        error.extensions.get_or_insert_default().set("requestId", request_id);
    }
    response
}
