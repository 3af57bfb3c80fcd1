//! The root of what is delivered: the fields of a subscription, each answering with one item of its stream.
//!
//! A listener's document is checked against [`crate::schema`], where its fields are streams. Each item is then answered
//! from here, by the same document. A test holds the two roots together.

mod narrow;
mod same;

use std::sync::Arc;

use async_graphql::{
    Context, EmptyMutation, EmptySubscription, Object, Schema, SchemaBuilder, ValidationMode,
    extensions::ExtensionFactory,
};

use crate::{
    App,
    error::Result,
    graphql::{ContextExt, NoExtensions},
    live::{Event, MessageAdded, NotificationAdded},
    presence::PresenceChange,
    receipts::UnreadCounts,
    typing::TypingChange,
};

pub use narrow::narrowed;
pub use same::same_for_everybody;

/// One item of a subscription.
pub struct Delivery;

// The arguments were used when the stream began; an item needs none.
#[Object(name = "Subscription")]
impl Delivery {
    async fn events(&self, ctx: &Context<'_>) -> Result<Event> {
        ctx.delivered()
    }

    async fn message_added(&self, ctx: &Context<'_>) -> Result<MessageAdded> {
        ctx.delivered()
    }

    async fn unread_counts_changed(&self, ctx: &Context<'_>) -> Result<UnreadCounts> {
        ctx.delivered()
    }

    async fn notification_added(&self, ctx: &Context<'_>) -> Result<NotificationAdded> {
        ctx.delivered()
    }

    async fn presence_changed(&self, ctx: &Context<'_>) -> Result<PresenceChange> {
        ctx.delivered()
    }

    async fn typing(&self, ctx: &Context<'_>) -> Result<TypingChange> {
        ctx.delivered()
    }
}

/// The schema that items are answered from.
pub type DeliverySchema = Schema<Delivery, EmptyMutation, EmptySubscription>;

// A document comes here only once it was found valid.
fn builder() -> SchemaBuilder<Delivery, EmptyMutation, EmptySubscription> {
    Schema::build(Delivery, EmptyMutation, EmptySubscription).validation_mode(ValidationMode::Fast)
}

/// The schema of what `app` delivers.
pub fn build(app: &Arc<App>) -> DeliverySchema {
    builder().data(NoExtensions).data(Arc::clone(app)).finish()
}

/// The schema of what `app` delivers, with an extension.
pub fn build_with(app: &Arc<App>, extension: impl ExtensionFactory) -> DeliverySchema {
    builder().extension(extension).data(Arc::clone(app)).finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The fields of a root with their types, without arguments and descriptions.
    fn fields(sdl: &str) -> Vec<(String, String)> {
        let document = async_graphql::parser::parse_schema(sdl).unwrap();
        let root = document.definitions.into_iter().find_map(|definition| match definition {
            async_graphql::parser::types::TypeSystemDefinition::Type(definition)
                if definition.node.name.node == "Subscription" =>
            {
                Some(definition.node.kind)
            }
            _ => None,
        });
        let Some(async_graphql::parser::types::TypeKind::Object(root)) = root else { panic!("no such root") };
        let mut fields: Vec<_> =
            root.fields.iter().map(|field| (field.node.name.to_string(), field.node.ty.to_string())).collect();
        fields.sort();
        fields
    }

    #[test]
    fn every_subscription_can_be_delivered() {
        assert_eq!(fields(&builder().finish().sdl()), fields(&crate::schema::sdl()));
    }
}
