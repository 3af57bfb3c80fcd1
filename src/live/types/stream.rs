//! What the server says about the stream itself.

use async_graphql::Object;

use super::Notice;
use crate::{clock::Timestamp, journal::Resync as ResyncReason, people::User};

notice! {
    /// The stream begins: everything after this place will be told.
    Ready() {}
}

notice! {
    /// Nothing more happened until this place. Comes every 30 seconds on a quiet stream.
    Checkpoint() {}
}

notice! {
    /// The stream cannot go on from the cursor given. Fetch everything again; the stream goes on from `cursor`.
    Resync(ResyncReason) {
        /// Why.
        async fn reason(&self) -> ResyncReason {
            self.1
        }
    }
}
