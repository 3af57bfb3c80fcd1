//! What the listeners of one event share, so that an event costs little more for a thousand of them than for one.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use async_graphql::Variables;
use sea_orm::ConnectionTrait;
use serde_json::value::RawValue;
use tokio::sync::OnceCell;

use super::document::Delivery;
use crate::{
    access::{Membership, Viewer},
    entity::user::Language,
    error::Result,
    ids::ConversationId,
};

/// What an answer depends on besides the event and who asks.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The document.
    pub document: Arc<Delivery>,
    /// Its variables, as far as an item's answer depends on them.
    pub variables: Variables,
    /// The language to answer in.
    pub language: Language,
}

impl PartialEq for Asked {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.document, &other.document)
            && self.language == other.language
            && *self.variables == *other.variables
    }
}

/// An answer without errors, written once.
#[derive(Debug)]
pub struct SharedAnswer {
    /// The response as JSON.
    pub json: Box<RawValue>,
    /// The place it tells up to.
    pub cursor: Option<String>,
}

type Slot = Arc<OnceCell<Option<Arc<SharedAnswer>>>>;

/// What the listeners of one event share.
#[derive(Debug, Default)]
pub struct Shared {
    answers: Mutex<Vec<(Asked, Slot)>>,
    members: OnceCell<HashMap<crate::ids::UserId, Membership>>,
}

impl Shared {
    /// The answer that is the same for everybody who asks so; the first to ask makes it. None when there is none.
    pub async fn answer(
        &self,
        asked: &Asked,
        make: impl Future<Output = Option<SharedAnswer>>,
    ) -> Option<Arc<SharedAnswer>> {
        let slot = self.slot(asked);
        slot.get_or_init(|| async { make.await.map(Arc::new) }).await.clone()
    }

    fn slot(&self, asked: &Asked) -> Slot {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, slot)) = answers.iter().find(|(known, _)| known == asked) {
            return Arc::clone(slot);
        }
        let slot = Slot::default();
        answers.push((asked.clone(), Arc::clone(&slot)));
        slot
    }

    /// A viewer's place in the conversation of the event, from one reading for all listeners; none when they do not
    /// take part in it.
    ///
    /// # Errors
    /// INTERNAL and UNAVAILABLE only.
    pub async fn membership(
        &self,
        db: &impl ConnectionTrait,
        viewer: &Viewer,
        conversation: ConversationId,
    ) -> Result<Option<Membership>> {
        let members = self.members.get_or_try_init(|| Membership::everybody(db, conversation)).await?;
        Ok(members.get(&viewer.id()).cloned())
    }
}
