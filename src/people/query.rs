//! Queries about people.

use async_graphql::{Context, ID, Object};

use super::{User, UserById};
use crate::{error::Result, graphql::ContextExt, ids::UserId};

/// The queries about people.
#[derive(Default)]
pub struct PeopleQuery;

#[Object]
impl PeopleQuery {
    /// A user by id. Null when there is none.
    async fn user(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The id of a user, `user_…`.")] id: ID,
    ) -> Result<Option<User>> {
        ctx.viewer()?;
        Ok(ctx.load(UserById(UserId::parse(&id)?)).await?.map(User))
    }
}
