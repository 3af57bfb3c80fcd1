//! The three roots, merged from the features.

use std::sync::Arc;

use async_graphql::{
    MergedObject, MergedSubscription, SDLExportOptions, Schema, SchemaBuilder, ValidationMode,
    extensions::ExtensionFactory,
};

use crate::{
    App,
    accounts::{AccountMutation, AccountQuery},
    administration::{AdministrationMutation, AdministrationQuery},
    attachments::AttachmentMutation,
    blocks::BlockMutation,
    contacts::{ContactMutation, ContactQuery},
    conversations::{ConversationMutation, ConversationQuery},
    graphql::NoExtensions,
    invitations::{InvitationMutation, InvitationQuery},
    limits::LimitsQuery,
    live::{LiveQuery, LiveSubscription},
    messages::{MessageMutation, MessageQuery, MessageSubscription},
    node::NodeQuery,
    notices::{NoticeMutation, NoticeQuery},
    notifications::{NotificationMutation, NotificationQuery, NotificationSubscription},
    participants::ParticipantMutation,
    people::{PeopleMutation, PeopleQuery},
    preferences::PreferenceMutation,
    presence::{PresenceMutation, PresenceSubscription},
    push::{PushMutation, PushQuery},
    receipts::{ReceiptMutation, ReceiptQuery, ReceiptSubscription},
    search::SearchQuery,
    statistics::StatisticsQuery,
    typing::{TypingMutation, TypingSubscription},
};

/// What can be asked. Every field but `limits` needs a signed-in viewer.
#[derive(MergedObject, Default)]
pub struct Query(
    AccountQuery,
    AdministrationQuery,
    PeopleQuery,
    NoticeQuery,
    NotificationQuery,
    ContactQuery,
    ConversationQuery,
    InvitationQuery,
    MessageQuery,
    ReceiptQuery,
    PushQuery,
    SearchQuery,
    LimitsQuery,
    StatisticsQuery,
    LiveQuery,
    NodeQuery,
);

/// What can be done. When a mutation answers, what it did is stored.
#[derive(MergedObject, Default)]
pub struct Mutation(
    AccountMutation,
    PeopleMutation,
    NotificationMutation,
    ContactMutation,
    BlockMutation,
    AdministrationMutation,
    ConversationMutation,
    ParticipantMutation,
    InvitationMutation,
    PreferenceMutation,
    MessageMutation,
    ReceiptMutation,
    AttachmentMutation,
    PresenceMutation,
    TypingMutation,
    NoticeMutation,
    PushMutation,
);

/// What can be listened to.
#[derive(MergedSubscription, Default)]
pub struct Subscription(
    LiveSubscription,
    MessageSubscription,
    ReceiptSubscription,
    NotificationSubscription,
    PresenceSubscription,
    TypingSubscription,
);

/// The schema of a server.
pub type BedsideSchema = Schema<Query, Mutation, Subscription>;

// How much an operation may ask for is found before it comes here, see `graphql::cost`.
fn builder() -> SchemaBuilder<Query, Mutation, Subscription> {
    Schema::build(Query::default(), Mutation::default(), Subscription::default())
}

/// The schema of `app`.
pub fn build(app: &Arc<App>) -> BedsideSchema {
    finish(builder().data(NoExtensions), app)
}

/// The schema of `app` for documents that were found valid with [`build`].
pub fn build_unchecked(app: &Arc<App>) -> BedsideSchema {
    finish(builder().data(NoExtensions).validation_mode(ValidationMode::Fast), app)
}

/// The schema of `app` with one more extension.
pub fn build_with(app: &Arc<App>, extension: impl ExtensionFactory) -> BedsideSchema {
    finish(builder().extension(extension), app)
}

fn finish(builder: SchemaBuilder<Query, Mutation, Subscription>, app: &Arc<App>) -> BedsideSchema {
    let builder = builder.data(Arc::clone(app));
    if app.config.server.graphiql {
        builder.finish()
    } else {
        builder.disable_introspection().disable_suggestions().finish()
    }
}

/// The schema as text, sorted and complete.
pub fn sdl() -> String {
    builder().finish().sdl_with_options(
        SDLExportOptions::new().sorted_fields().sorted_arguments().sorted_enum_items().include_specified_by(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_file_is_current() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/schema.graphql");
        let expected = sdl();
        if std::env::var_os("BEDSIDE_REWRITE").is_some() {
            std::fs::write(file, &expected).unwrap();
        }
        assert!(
            std::fs::read_to_string(file).unwrap_or_default() == expected,
            "schema.graphql is stale: run `BEDSIDE_REWRITE=1 cargo test` and review the change"
        );
    }
}
