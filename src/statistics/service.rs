//! The rules of numbers.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use super::store::{self, Sent};
use crate::{
    App,
    access::Viewer,
    clock::Timestamp,
    entity::user::Role,
    error::{Error, Result},
    ids::{ConversationId, UserId},
    journal::Seq,
    messages::service::{CLOCKS, newest_place, place_at},
};

/// The longest time that is looked at in one request.
const LONGEST: Duration = Duration::from_secs(31 * 24 * 3600);
/// How many messages are read at once.
const BATCH: u64 = 5_000;

/// How much was talked.
#[derive(Debug, Default)]
pub struct Numbers {
    /// Who sent something.
    pub people: HashSet<UserId>,
    /// How many messages were sent.
    pub messages: usize,
    /// How many files went with them.
    pub files: usize,
    /// How long each first answer took.
    answers: Vec<Duration>,
    /// Since when somebody waits for an answer.
    waiting: HashMap<ConversationId, Timestamp>,
}

impl Numbers {
    fn count(&mut self, sent: &Sent) {
        self.people.insert(sent.sender_id);
        self.messages += 1;
        if matches!(sent.sender_role, Role::Patient | Role::Caregiver) {
            self.waiting.entry(sent.conversation_id).or_insert(sent.created_at);
        } else if let Some(since) = self.waiting.remove(&sent.conversation_id) {
            self.answers.push(sent.created_at.since(since));
        }
    }

    /// The middle of the times of first answers, the earlier one of two; none when nothing was answered.
    pub fn median_answer(&self) -> Option<Duration> {
        let mut answers = self.answers.clone();
        answers.sort_unstable();
        answers.get(answers.len().checked_sub(1)? / 2).copied()
    }
}

/// How much was talked between two times.
///
/// # Errors
/// FORBIDDEN for everybody but administrators, BAD_USER_INPUT for the times.
pub async fn between(app: &App, viewer: &Viewer, from: Timestamp, to: Timestamp) -> Result<Numbers> {
    if viewer.role() != Role::Admin {
        return Err(Error::Forbidden);
    }
    if to <= from || to.since(from) > LONGEST {
        return Err(Error::bad_input("\"to\" must be later than \"from\", by 31 days at most."));
    }
    let newest = newest_place(app).await?.unwrap_or(Seq::START);
    let mut place = place_at(app, from.minus(CLOCKS), newest).await?;
    let end = place_at(app, to.plus(CLOCKS), newest).await?;
    let (mut numbers, db) = (Numbers::default(), app.database.reader());
    while place < end {
        let batch = store::sent(db, (place, end), BATCH).await?;
        let Some(last) = batch.last() else { break };
        let next = Seq(last.seq.0 + 1);
        numbers.files += store::files(db, (place, next), (from, to)).await?;
        batch
            .iter()
            .filter(|sent| sent.created_at >= from && sent.created_at < to)
            .for_each(|sent| numbers.count(sent));
        place = next;
    }
    Ok(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_the_first_of_somebody_who_gives_care_after_somebody_waits() {
        let (one, other) = (ConversationId::generate(), ConversationId::generate());
        let mut numbers = Numbers::default();
        let minute = 60_000;
        for (conversation_id, sender_role, at) in [
            (one, Role::Clinician, 0),
            (one, Role::Patient, minute),
            (other, Role::Caregiver, minute),
            (one, Role::Patient, 2 * minute),
            (one, Role::Staff, 4 * minute),
            (one, Role::Clinician, 5 * minute),
            (other, Role::Student, 10 * minute),
            (one, Role::Patient, 11 * minute),
        ] {
            let created_at = Timestamp::from_millis(at);
            let (seq, sender_id) = (Seq(at), UserId::generate());
            numbers.count(&Sent { seq, conversation_id, sender_id, sender_role, created_at });
        }
        assert_eq!(numbers.answers, [Duration::from_secs(3 * 60), Duration::from_secs(9 * 60)]);
        assert_eq!(numbers.median_answer(), Some(Duration::from_secs(3 * 60)));
        assert_eq!(Numbers::default().median_answer(), None);
    }
}
