//! Writes of one type that wait for each other, so that those which came meanwhile go in with one flush.

use std::{
    any::{Any, TypeId},
    collections::{HashMap, HashSet, VecDeque},
    sync::{Arc, Mutex, PoisonError},
};

use sea_orm::prelude::Uuid;
use tokio::sync::{OwnedSemaphorePermit, oneshot};

use super::{Outcome, Write};
use crate::error::Result;

/// A write that waits for its answer.
pub(super) struct Waiting<W: Write> {
    pub(super) write: W,
    pub(super) answer: oneshot::Sender<Result<Outcome<W::Value>>>,
    /// Its place among all that wait on this node.
    pub(super) _place: OwnedSemaphorePermit,
}

/// The writes of one type that wait, in the order they came.
pub(super) struct Lane<W: Write>(Mutex<Queue<W>>);

struct Queue<W: Write> {
    waiting: VecDeque<Waiting<W>>,
    /// Whether somebody takes from it.
    is_served: bool,
}

impl<W: Write> Lane<W> {
    /// Adds a write. True when nobody serves the lane: then the caller must.
    pub(super) fn push(&self, write: Waiting<W>) -> bool {
        let mut queue = self.lock();
        queue.waiting.push_back(write);
        !std::mem::replace(&mut queue.is_served, true)
    }

    /// The next batch; none when nothing waits, and then the lane is no longer served.
    pub(super) fn next_batch(&self) -> Option<Vec<Waiting<W>>> {
        let mut queue = self.lock();
        let (mut batch, mut claimed) = (Vec::new(), HashSet::<Uuid>::new());
        while batch.len() < W::TOGETHER
            && let Some(next) = queue.waiting.front()
        {
            let claims = next.write.claims();
            if claims.iter().any(|claim| claimed.contains(claim)) {
                break;
            }
            claimed.extend(claims);
            batch.extend(queue.waiting.pop_front());
        }
        queue.is_served = !batch.is_empty();
        queue.is_served.then_some(batch)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Queue<W>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A lane for each type of write that goes together.
#[derive(Default)]
pub(super) struct Lanes(Mutex<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>);

impl Lanes {
    pub(super) fn of<W: Write>(&self) -> Option<Arc<Lane<W>>> {
        let mut lanes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let empty = || Arc::new(Lane::<W>(Mutex::new(Queue { waiting: VecDeque::new(), is_served: false })));
        let lane = lanes.entry(TypeId::of::<W>()).or_insert_with(|| empty());
        Arc::clone(lane).downcast().ok()
    }
}
