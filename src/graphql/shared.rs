//! What the listeners of one event share, so that an event costs little more for a thousand of them than for one.

use std::sync::{Arc, Mutex, PoisonError};

use async_graphql::Variables;
use serde_json::value::RawValue;
use tokio::sync::OnceCell;

use super::document::Delivery;
use crate::entity::user::Language;

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

/// How many different answers are kept of an event, and how long each may be, in bytes: events stay for a while.
const MOST: usize = 4;
const LONGEST: usize = 16 << 10;

type Slot = Arc<OnceCell<Option<Arc<SharedAnswer>>>>;

/// What the listeners of one event share.
#[derive(Debug, Default)]
pub struct Shared {
    answers: Mutex<Vec<(Asked, Slot)>>,
}

impl Shared {
    /// The answer that is the same for everybody who asks so; the first to ask makes it. None when there is none, or
    /// when it is not kept: it is too long, or enough is kept of this event.
    pub async fn answer(
        &self,
        asked: &Asked,
        make: impl Future<Output = Option<SharedAnswer>>,
    ) -> Option<Arc<SharedAnswer>> {
        let slot = self.slot(asked)?;
        let kept = |answer: &SharedAnswer| answer.json.get().len() <= LONGEST;
        slot.get_or_init(|| async { make.await.filter(kept).map(Arc::new) }).await.clone()
    }

    fn slot(&self, asked: &Asked) -> Option<Slot> {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, slot)) = answers.iter().find(|(known, _)| known == asked) {
            return Some(Arc::clone(slot));
        }
        if answers.len() == MOST {
            return None;
        }
        let slot = Slot::default();
        answers.push((asked.clone(), Arc::clone(&slot)));
        Some(slot)
    }
}
