//! How a subscription hands its items to the transport, so that an idle listener costs no more than its place.
//!
//! The library would keep a copy of the document, the variables and two streams for each listener for as long as it
//! listens. Here its part ends once the subscription is checked and begun: the resolver hands the items over, and each
//! item is then answered as the root value of an operation of its own, see `crate::delivery`.

use std::{
    any::Any,
    borrow::Cow,
    sync::{Arc, Mutex, PoisonError},
};

use async_graphql::OutputType;
use futures_util::{
    Stream, StreamExt,
    stream::{self, BoxStream},
};

use super::Shared;
use crate::error::{Error, Result};

/// The value of a root field of which everybody may hear the same.
pub trait Repeated: Any + Send + Sized {
    /// The same value again, with the name of its type and what its listeners share; none when everybody hears it in
    /// their own way.
    fn again(&self) -> Option<(&'static str, Self, Arc<Shared>)>;
}

type Value = Box<dyn Any + Send>;

/// One item of a stream.
pub struct Item {
    /// The value of the root field.
    pub value: Value,
    /// The name of its type, where the root field can answer with several.
    pub of: Option<Cow<'static, str>>,
    /// The value once more, by the name of its type, for an answer to everybody, with what its listeners share.
    pub again: Option<(&'static str, Value, Arc<Shared>)>,
}

/// The items of one listener.
pub type Items = BoxStream<'static, Result<Item>>;

/// Where a subscription puts its items for the transport.
#[derive(Default)]
pub struct Handed(Mutex<Option<Items>>);

impl Handed {
    /// Hands over the items. What is left for the library is a stream that has ended.
    pub fn give<T: Any + Send>(
        &self,
        items: impl Stream<Item = Result<T>> + Send + 'static,
    ) -> stream::Empty<Result<T>> {
        self.put(items.map(|item| item.map(|value| Item { value: Box::new(value), of: None, again: None })));
        stream::empty()
    }

    /// Hands over items that may be the same for several listeners.
    pub fn give_shared<T: Repeated + OutputType>(
        &self,
        items: impl Stream<Item = Result<T>> + Send + 'static,
    ) -> stream::Empty<Result<T>> {
        self.put(items.map(|item| {
            item.map(|value| {
                let again = value.again().map(|(name, value, shared)| (name, Box::new(value) as Value, shared));
                Item { again, of: Some(value.introspection_type_name()), value: Box::new(value) }
            })
        }));
        stream::empty()
    }

    fn put(&self, items: impl Stream<Item = Result<Item>> + Send + 'static) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(items.boxed());
    }

    /// The items; none when the subscription was refused.
    pub fn take(&self) -> Option<Items> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// The value that an operation answers.
pub struct Delivered(Mutex<Option<Result<Value>>>);

impl Delivered {
    /// A value to answer.
    pub fn new(value: Result<Value>) -> Self {
        Self(Mutex::new(Some(value)))
    }

    /// The value of the root field.
    ///
    /// # Errors
    /// The error that the stream ends with.
    pub fn take<T: Any>(&self) -> Result<T> {
        let value = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        let missing = || Error::internal(anyhow::anyhow!("an item was not that of the field asked for"));
        value.ok_or_else(missing)??.downcast().map(|value| *value).map_err(|_| missing())
    }
}
