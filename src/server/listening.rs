//! A subscription under way: each item of its stream is answered as an operation of its own, so that between two items
//! a listener is little more than its place in the journal.

use std::{borrow::Cow, panic::AssertUnwindSafe, sync::Arc};

use async_graphql::{Request, Response, Value, Variables, parser::types::ExecutableDocument};
use futures_util::{FutureExt, StreamExt, stream::BoxStream};
use serde_json::value::RawValue;

use super::{
    answer::{self, Answer, Written},
    gateway::{Gateway, broken, coded, sign},
    measure::{Measured, count_errors},
};
use crate::{
    access::Connection,
    delivery::{narrowed, same_for_everybody},
    error::{Error, Result},
    graphql::{
        Asked, Delivered, Handed, Item, Items, RequestContext, SharedAnswer, SignedIn, Told, document::Delivery,
    },
    presence::{self, service::Online},
};

/// What is kept of a subscription.
pub(super) struct Listening {
    gateway: Gateway,
    asked: Asked,
    /// The types of items that everybody who asks so hears in the same way.
    same: Vec<&'static str>,
    context: Arc<RequestContext>,
    request_id: Arc<str>,
    measured: Measured,
    /// Whoever listens is online for as long.
    _online: Option<Online>,
}

type AnyValue = Box<dyn std::any::Any + Send>;
type TypeName = Option<Cow<'static, str>>;

impl Listening {
    pub(super) fn new(
        gateway: Gateway,
        document: Arc<Delivery>,
        variables: Variables,
        context: Arc<RequestContext>,
        request_id: Arc<str>,
        measured: Measured,
    ) -> Self {
        let viewer = context.viewer.as_ref().ok();
        let online = viewer.map(|viewer| presence::service::arrive(&gateway.app, viewer.id()));
        // A program hears what its scopes allow.
        let is_person = viewer.is_some_and(|viewer| viewer.scopes().is_none());
        let same = if is_person { same_for_everybody(document.document()) } else { Vec::new() };
        let asked = Asked { variables: document.needed(&variables), document, language: context.language };
        Self { gateway, asked, same, context, request_id, measured, _online: online }
    }

    /// The answers to `items`.
    pub(super) fn answers(self, items: Items) -> BoxStream<'static, Answer> {
        let listening = Arc::new(self);
        AssertUnwindSafe(items)
            .catch_unwind()
            .then(move |item| {
                let listening = Arc::clone(&listening);
                // Apart in memory: nothing of an answer is kept until the next.
                Box::pin(async move {
                    match item {
                        Ok(item) => listening.answer(item).await,
                        Err(_) => listening.own(broken()),
                    }
                })
            })
            .boxed()
    }

    async fn answer(&self, item: Result<Item>) -> Answer {
        let cursor = self.context.told.take();
        let (value, of, again) = match item {
            Ok(Item { value, of, again }) => (Ok(value), of, again),
            Err(error) => (Err(error), None, None),
        };
        if let Some((name, again, shared)) = again
            && self.same.contains(&name)
        {
            let make = self.for_everybody(again, of.clone(), cursor.clone());
            if let Some(answer) = shared.answer(&self.asked, make).await {
                return Answer::Shared(answer);
            }
        }
        let response = self.run(value, of, &self.context).await;
        self.own(with_cursor(response, cursor))
    }

    fn own(&self, response: Response) -> Answer {
        count_errors(&response, &self.gateway.app.metrics);
        Answer::own(sign(response, &self.request_id))
    }

    /// The answer made for nobody; none when it has errors, which are everybody's own.
    async fn for_everybody(&self, value: AnyValue, of: TypeName, cursor: Option<String>) -> Option<SharedAnswer> {
        let nobody = Arc::new(RequestContext {
            viewer: Err(Error::Unauthenticated),
            connection: Arc::new(Connection::new(None)),
            is_socket: false,
            resume_after: None,
            told: Told::default(),
            handed: Handed::default(),
            place: self.context.place,
            address: std::net::Ipv4Addr::UNSPECIFIED.into(),
            device: String::new(),
            language: self.asked.language,
            signed_in: SignedIn::default(),
        });
        let response = with_cursor(self.run(Ok(value), of, &nobody).await, cursor.clone());
        let text = response.errors.is_empty().then(|| answer::text(&Written::of(&response)))?;
        Some(SharedAnswer { json: RawValue::from_string(text).ok()?, cursor })
    }

    async fn run(&self, value: Result<AnyValue>, of: TypeName, context: &Arc<RequestContext>) -> Response {
        let mut request = Request::new("").variables(self.asked.variables.clone()).data(Delivered::new(value));
        let document = &self.asked.document;
        request.set_parsed_query(of.map_or_else(
            || document.document().clone(),
            |of| ExecutableDocument::clone(&document.narrowed(of, narrowed)),
        ));
        let request = self.gateway.prepare(request, context);
        let schema = self.gateway.delivery_for(&context.viewer);
        let response = AssertUnwindSafe(schema.execute(request)).catch_unwind().await;
        coded(response.unwrap_or_else(|_| broken()))
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.measured.finish(&self.gateway.app.metrics);
    }
}

fn with_cursor(response: Response, cursor: Option<String>) -> Response {
    match cursor {
        Some(cursor) => response.extension("cursor", Value::String(cursor)),
        None => response,
    }
}
