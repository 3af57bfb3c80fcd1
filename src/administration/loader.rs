//! Tokens of programs, of many at once.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;

use super::service::{self, Token};
use crate::{error::Error, graphql::Batch, ids::UserId};

/// The tokens of a program that are still good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TokensOf(pub UserId);

impl Loader<TokensOf> for Batch {
    type Value = Vec<Token>;
    type Error = Error;

    async fn load(&self, keys: &[TokensOf]) -> Result<HashMap<TokensOf, Self::Value>, Error> {
        let viewer = self.viewer.as_ref().ok_or(Error::Unauthenticated)?;
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let found = service::tokens(&self.app, viewer, &ids).await?;
        Ok(found.into_iter().map(|(id, tokens)| (TokensOf(id), tokens)).collect())
    }
}
