//! What a request brings: who asks, from where, and the journal's end before anything was read.

use std::{
    any::Any,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

use async_graphql::{
    Context,
    dataloader::{DataLoader, Loader},
};

use super::{Delivered, Handed};
use crate::{
    App,
    access::{Connection, Viewer},
    entity::user::Language,
    error::{Error, Result},
    ids::UserId,
    journal::Place,
};

/// One request, or one operation on a socket.
pub struct RequestContext {
    /// Who asks, or why nobody is recognised.
    pub viewer: Result<Arc<Viewer>>,
    /// The connection they ask over.
    pub connection: Arc<Connection>,
    /// Whether the connection stays open for more operations.
    pub is_socket: bool,
    /// Where a stream that broke off goes on, when the transport knows.
    pub resume_after: Option<String>,
    /// Where a stream says up to where it has told.
    pub told: Told,
    /// Where a subscription puts its items.
    pub handed: Handed,
    /// The end of the journal before the operation read anything.
    pub place: Place,
    /// The network address it came from.
    pub address: IpAddr,
    /// The program that asks, as it names itself.
    pub device: String,
    /// In which language to speak to who asks.
    pub language: Language,
    /// Who signed in by this very request. They may see themselves in its answer; for everything else they need the
    /// token it gives them.
    pub signed_in: SignedIn,
}

/// The people who signed in by one request.
#[derive(Default)]
pub struct SignedIn(Mutex<Vec<UserId>>);

impl SignedIn {
    /// Notes somebody who proved who they are.
    pub fn note(&self, user: UserId) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(user);
    }

    /// Whether this is one of them.
    pub fn contains(&self, user: UserId) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(&user)
    }
}

/// The place the item that is being answered tells up to; taken by the transport with the answer.
#[derive(Clone, Debug, Default)]
pub struct Told(Arc<Mutex<Option<String>>>);

impl Told {
    /// Notes the place of the next answer.
    pub fn set(&self, cursor: String) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(cursor);
    }

    /// Takes the place of the answer just made.
    pub fn take(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Reads several keys at once; each feature adds what it can load in its `loader.rs`. Keeps nothing.
pub struct Batch {
    /// The server.
    pub app: Arc<App>,
    /// On whose behalf.
    pub viewer: Option<Arc<Viewer>>,
}

/// Short ways to what every resolver needs.
pub trait ContextExt {
    /// The server.
    fn app(&self) -> &Arc<App>;
    /// The request.
    fn request(&self) -> &RequestContext;
    /// Who asks.
    ///
    /// # Errors
    /// UNAUTHENTICATED, TOKEN_EXPIRED or SESSION_REVOKED.
    fn viewer(&self) -> Result<&Arc<Viewer>>;
    /// The item of a stream that this operation answers.
    ///
    /// # Errors
    /// What the stream ends with.
    fn delivered<T: Any>(&self) -> Result<T>;
    /// Loads one key together with all others asked for at the same time.
    fn load<K>(&self, key: K) -> impl Future<Output = Result<Option<<Batch as Loader<K>>::Value>>> + Send
    where
        K: Send + Sync + std::hash::Hash + Eq + Clone + 'static,
        Batch: Loader<K, Error = Error>;
}

impl ContextExt for Context<'_> {
    fn app(&self) -> &Arc<App> {
        self.data_unchecked::<Arc<App>>()
    }

    fn request(&self) -> &RequestContext {
        self.data_unchecked::<Arc<RequestContext>>()
    }

    fn viewer(&self) -> Result<&Arc<Viewer>> {
        self.request().viewer.as_ref().map_err(Clone::clone)
    }

    fn delivered<T: Any>(&self) -> Result<T> {
        self.data_unchecked::<Delivered>().take()
    }

    fn load<K>(&self, key: K) -> impl Future<Output = Result<Option<<Batch as Loader<K>>::Value>>> + Send
    where
        K: Send + Sync + std::hash::Hash + Eq + Clone + 'static,
        Batch: Loader<K, Error = Error>,
    {
        self.data_unchecked::<DataLoader<Batch>>().load_one(key)
    }
}
