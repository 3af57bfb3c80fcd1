//! Any object by its id (GraphQL Global Object Identification, <https://relay.dev/graphql/objectidentification.htm>).

use async_graphql::{Context, ID, Interface, Object};

use crate::{
    conversations::{Conversation, MembershipOf},
    error::{Error, Result},
    graphql::ContextExt,
    ids::{ConversationId, MessageId, NotificationId, UserId},
    messages::{Message, MessageById},
    notifications::{Notification, NotificationById},
    people::{User, UserById},
};

/// An object with an id that is unique among all objects.
#[derive(Interface)]
#[graphql(field(name = "id", ty = "ID", desc = "The id; its prefix tells the type."))]
pub enum Node {
    /// A person.
    User(User),
    /// A conversation.
    Conversation(Conversation),
    /// A message.
    Message(Message),
    /// An entry of the viewer's inbox.
    Notification(Notification),
}

/// The queries for any object.
#[derive(Default)]
pub struct NodeQuery;

/// The most objects one `nodes` asks for.
const MOST: usize = 100;

#[Object(crate = "crate::graphql::executor")]
impl NodeQuery {
    /// Any object by id. Null when there is none that the viewer may see.
    async fn node(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The id of a user, conversation, message or notification.")] id: ID,
    ) -> Result<Option<Node>> {
        ctx.viewer()?;
        load(ctx, &id).await
    }

    /// Several objects by their ids, up to 100, in the order asked for; null where there is none that the viewer may see.
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The ids, up to 100.")] ids: Vec<ID>,
    ) -> Result<Option<Vec<Option<Node>>>> {
        ctx.viewer()?;
        if ids.len() > MOST {
            return Err(Error::bad_input(format!("Ask for at most {MOST} objects at once.")));
        }
        futures_util::future::try_join_all(ids.iter().map(|id| load(ctx, id))).await.map(Some)
    }
}

async fn load(ctx: &Context<'_>, id: &str) -> Result<Option<Node>> {
    match id.split('_').next() {
        Some(UserId::PREFIX) => Ok(ctx.load(UserById(UserId::parse(id)?)).await?.map(|user| Node::User(User(user)))),
        Some(ConversationId::PREFIX) => Ok(ctx
            .load(MembershipOf(ConversationId::parse(id)?))
            .await?
            .map(|member| Node::Conversation(Conversation(member)))),
        Some(MessageId::PREFIX) => {
            Ok(ctx.load(MessageById(MessageId::parse(id)?)).await?.map(|message| Node::Message(Message(message))))
        }
        Some(NotificationId::PREFIX) => {
            let entry = ctx.load(NotificationById(NotificationId::parse(id)?)).await?;
            Ok(entry.map(|entry| Node::Notification(Notification(entry))))
        }
        _ => Err(Error::bad_input("Give the id of a user, a conversation, a message or a notification.")),
    }
}
