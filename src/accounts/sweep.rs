//! What is forgotten of signing in.

use super::store;
use crate::{
    App,
    clock::Timestamp,
    error::Result,
    journal::{BATCH, Old, Row, Tx, forget},
};

/// Forgets attempts to sign in that no longer count.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn forget_old_attempts(app: &App) -> Result<()> {
    let before = app.clock.now().minus(app.config.auth.failed_logins_window);
    forget(&app.journal, OldAttempts { before }).await
}

/// Forgets refresh tokens that were given out so long ago that they would be refused even if they had never been used.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn forget_old_tokens(app: &App) -> Result<()> {
    let before = app.clock.now().minus(app.config.auth.refresh_token);
    forget(&app.journal, OldTokens { before }).await
}

#[derive(Clone)]
struct OldAttempts {
    before: Timestamp,
}

impl Old for OldAttempts {
    async fn oldest(&self, tx: &Tx) -> Result<Vec<Row>> {
        let old = store::old_attempts(tx, self.before, BATCH).await?;
        Ok(old.into_iter().map(store::attempt_forgotten).collect())
    }
}

#[derive(Clone)]
struct OldTokens {
    before: Timestamp,
}

impl Old for OldTokens {
    async fn oldest(&self, tx: &Tx) -> Result<Vec<Row>> {
        Ok(store::old_tokens(tx, self.before, BATCH).await?.into_iter().map(store::token_forgotten).collect())
    }
}
