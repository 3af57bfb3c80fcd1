//! How many of something each has open on this node: sockets of a user, connections of an address.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, PoisonError},
};

/// Counts by who has them. Clones count together.
#[derive(Clone, Debug)]
pub struct Seats<K>(Arc<Mutex<HashMap<K, usize>>>);

impl<K> Default for Seats<K> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

/// One place; given back when dropped.
#[derive(Debug)]
pub struct Seat<K: Copy + Eq + Hash> {
    seats: Seats<K>,
    who: K,
}

impl<K: Copy + Eq + Hash> Seats<K> {
    /// Takes a place, if `who` has fewer than `most`.
    pub fn take(&self, who: K, most: usize) -> Option<Seat<K>> {
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = taken.get(&who).copied().unwrap_or_default();
        if count >= most {
            return None;
        }
        taken.insert(who, count + 1);
        Some(Seat { seats: self.clone(), who })
    }
}

impl<K: Copy + Eq + Hash> Drop for Seat<K> {
    fn drop(&mut self) {
        let mut taken = self.seats.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = taken.get_mut(&self.who) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.who);
            }
        }
    }
}
