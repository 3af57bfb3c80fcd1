//! Reading and deleting entries.

use async_graphql::{Context, Object};

use super::{
    service::{self, Which},
    types::{
        DeleteNotificationInput, DeleteNotificationPayload, MarkNotificationsReadInput, MarkNotificationsReadPayload,
    },
};
use crate::{error::Result, graphql::ContextExt, ids::NotificationId};

/// The mutations about notifications.
#[derive(Default)]
pub struct NotificationMutation;

#[Object]
impl NotificationMutation {
    /// Marks entries of the viewer's inbox as read. Entries of kind NEW_MESSAGE stay: they go with `markRead`, which
    /// tells the sender that the messages were read, and tidying an inbox must not say so.
    async fn mark_notifications_read(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: MarkNotificationsReadInput,
    ) -> Result<Option<MarkNotificationsReadPayload>> {
        let which = input.parse(ctx)?;
        let named = if let Some(Which::These(ids)) = &which { ids.clone() } else { Vec::new() };
        let marked = service::mark_read(ctx.app(), ctx.viewer()?, which).await;
        MarkNotificationsReadPayload::from_outcome(marked.map(|()| named))
    }

    /// Takes an entry out of the viewer's inbox. What it tells of stays as it is. An entry of kind NEW_MESSAGE cannot
    /// be deleted: it goes with `markRead`.
    async fn delete_notification(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which entry.")] input: DeleteNotificationInput,
    ) -> Result<Option<DeleteNotificationPayload>> {
        let id = NotificationId::parse(&input.id)?;
        DeleteNotificationPayload::from_outcome(service::delete(ctx.app(), ctx.viewer()?, id).await)
    }
}
