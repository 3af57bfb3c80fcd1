//! What the API tells of how much is talked.

use async_graphql::Object;

use super::service::Numbers;

/// How much was talked between two times.
pub struct Statistics(pub(super) Numbers);

/// How much was talked between two times. What the server wrote does not count.
#[Object(crate = "crate::graphql::executor")]
impl Statistics {
    /// How many people sent at least one message.
    async fn active_people(&self) -> i64 {
        count(self.0.people.len())
    }

    /// How many messages were sent, those included that were deleted since.
    async fn messages(&self) -> i64 {
        count(self.0.messages)
    }

    /// How many files were sent with them, without those that were deleted since.
    async fn files(&self) -> i64 {
        count(self.0.files)
    }

    /// The middle of the times, in whole seconds, from when a patient or a caregiver wrote until somebody else first
    /// answered in that conversation. Of what was both written and answered between the two times. Null when nothing
    /// was.
    async fn median_first_answer_seconds(&self) -> Option<i64> {
        self.0.median_answer().map(|median| i64::try_from(median.as_secs()).unwrap_or(i64::MAX))
    }
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
