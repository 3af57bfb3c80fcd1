//! Single messages.

use async_graphql::{Context, ID, Object};

use super::{Message, MessageById};
use crate::{error::Result, graphql::ContextExt, ids::MessageId};

/// The queries about messages.
#[derive(Default)]
pub struct MessageQuery;

#[Object]
impl MessageQuery {
    /// A message by id. Null when there is none that the viewer may see.
    async fn message(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The id of a message, `msg_…`.")] id: ID,
    ) -> Result<Option<Message>> {
        ctx.viewer()?;
        Ok(ctx.load(MessageById(MessageId::parse(&id)?)).await?.map(Message))
    }
}
