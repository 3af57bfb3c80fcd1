//! How fast one socket is read.

use std::{num::NonZeroU32, time::Duration};

use axum::extract::ws::{Message, WebSocket};
use tokio::time::{Instant, sleep_until};

/// Reads a socket no faster than a number of messages a second. The protocol has no close code for a client that says
/// too much, and needs none: what is not read fills the client's own buffers (TCP flow control), and it has to wait.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    apart: Duration,
    /// When the last message would have come, had they come evenly.
    due: Instant,
}

/// So long a client may be ahead of its pace.
const AHEAD: Duration = Duration::from_secs(2);

impl Pace {
    /// `per_second` messages, twice as many at once.
    pub(super) fn new(per_second: NonZeroU32) -> Self {
        Self { apart: Duration::from_secs(1) / per_second.get(), due: Instant::now() }
    }

    /// Counts a message that came now.
    pub(super) fn count(&mut self, now: Instant) {
        self.due = self.due.max(now) + self.apart;
    }

    /// The next message, once it may be read. Nothing is lost when this is dropped half-way.
    pub(super) async fn next(self, socket: &mut WebSocket) -> Option<Result<Message, axum::Error>> {
        let now = Instant::now();
        let wait = (self.due + self.apart).duration_since(now).saturating_sub(AHEAD);
        if !wait.is_zero() {
            sleep_until(now + wait).await;
        }
        socket.recv().await
    }
}
