//! Saying that one types.

use async_graphql::{Context, Object};

use super::{
    service,
    types::{SetTypingInput, SetTypingPayload},
};
use crate::{error::Result, graphql::ContextExt, ids::ConversationId};

/// The mutations of typing.
#[derive(Default)]
pub struct TypingMutation;

#[Object]
impl TypingMutation {
    /// Says that the viewer types in a conversation, or has stopped.
    async fn set_typing(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Where, and whether.")] input: SetTypingInput,
    ) -> Result<Option<SetTypingPayload>> {
        let id = ConversationId::parse(&input.conversation_id)?;
        SetTypingPayload::from_outcome(service::set(ctx.app(), ctx.viewer()?, id, input.is_typing).await)
    }
}
