//! A conversation as other things name it: mostly only its id is asked for, and that needs no reading.

use std::borrow::Cow;

use async_graphql::{
    Context, ContextSelectionSet, ID, Object, OutputType, Positioned, ServerResult, Value, parser::types::Field,
    registry::Registry,
};

use super::Conversation;
use crate::{conversations::MembershipOf, error::Result, graphql::ContextExt, ids::ConversationId};

/// A conversation that something the viewer may see is part of. The proof that they take part in it is read when more
/// of it is asked for than its id.
pub enum Mentioned {
    /// Nothing else is asked for.
    ById(OnlyId),
    /// With the proof.
    Whole(Conversation),
}

impl Mentioned {
    /// The conversation of what the field belongs to; none when the viewer has left it and asks for more than its id.
    ///
    /// # Errors
    /// INTERNAL and UNAVAILABLE only.
    pub async fn load(ctx: &Context<'_>, id: ConversationId) -> Result<Option<Self>> {
        if ctx.field().selection_set().all(|field| matches!(field.name(), "id" | "__typename")) {
            return Ok(Some(Self::ById(OnlyId(id))));
        }
        Ok(ctx.load(MembershipOf(id)).await?.map(|member| Self::Whole(Conversation(member))))
    }
}

/// A conversation of which nothing else is asked.
pub struct OnlyId(ConversationId);

/// Stands for a conversation whose id is all that is asked for.
#[Object(name = "Conversation", crate = "crate::graphql::executor")]
impl OnlyId {
    async fn id(&self) -> ID {
        self.0.public()
    }
}

impl OutputType for Mentioned {
    fn type_name() -> Cow<'static, str> {
        <Conversation as OutputType>::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        <Conversation as OutputType>::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        match self {
            Self::ById(id) => OutputType::resolve(id, ctx, field).await,
            Self::Whole(conversation) => OutputType::resolve(conversation, ctx, field).await,
        }
    }
}
