//! Every root field against every scope of a program's token.

use std::collections::BTreeSet;

use super::{cases::cases, scene::Scene, try_case};
use crate::programs::Program;

/// What each scope reaches, whatever else is asked.
const REACHED: [(&str, &[&str]); 4] = [
    ("READ_DIRECTORY", &["Query.user", "Query.users", "Subscription.presenceChanged"]),
    (
        "READ_MESSAGES",
        &[
            "Query.node",
            "Query.nodes",
            "Query.conversation",
            "Query.conversations",
            "Query.message",
            "Query.messages",
            "Query.searchMessages",
            "Query.invitations",
            "Query.unreadCounts",
            "Query.changes",
            "Query.notifications",
            "Mutation.markRead",
            "Mutation.markUnread",
            "Mutation.markDelivered",
            "Mutation.markNotificationsRead",
            "Mutation.deleteNotification",
            "Mutation.hideMessage",
            "Subscription.events",
            "Subscription.messageAdded",
            "Subscription.notificationAdded",
            "Subscription.typing",
            "Subscription.unreadCountsChanged",
        ],
    ),
    (
        "SEND_MESSAGES",
        &[
            "Mutation.sendMessage",
            "Mutation.editMessage",
            "Mutation.deleteMessage",
            "Mutation.addReaction",
            "Mutation.removeReaction",
            "Mutation.annotateAttachment",
            "Mutation.removeAnnotation",
            "Mutation.pinMessage",
            "Mutation.unpinMessage",
            "Mutation.setUrgent",
            "Mutation.uploadAttachment",
            "Mutation.discardAttachment",
            "Mutation.openDirectConversation",
            "Mutation.setTyping",
        ],
    ),
    (
        "MANAGE_CONVERSATIONS",
        &[
            "Mutation.createGroup",
            "Mutation.updateConversation",
            "Mutation.setConversationState",
            "Mutation.addParticipants",
            "Mutation.removeParticipant",
            "Mutation.updateParticipant",
            "Mutation.leaveConversation",
            "Mutation.inviteParticipants",
            "Mutation.respondToInvitation",
            "Mutation.withdrawInvitation",
        ],
    ),
];
/// What any token reaches.
const ALWAYS: [&str; 4] = ["Query.viewer", "Query.cursor", "Query.limits", "Mutation.renewConnection"];

#[tokio::test]
async fn a_token_reaches_what_its_scope_names_and_everything_else_is_for_people() {
    let scene = Scene::set().await;
    let program = Program::make(&scene.server, "bot").await;
    let fields: BTreeSet<_> = cases().iter().map(|case| case.field).collect();
    for (scope, reached) in REACHED {
        let bot = program.with_scopes(&scene.server, &[scope]).await;
        let mut found = BTreeSet::new();
        for case in cases() {
            let body = try_case(case, &scene, &bot).await;
            let code = body["errors"][0]["extensions"]["code"].as_str();
            // Below a field it reaches, content may still be refused; then the error has a path.
            if code != Some("FORBIDDEN") || body["errors"][0].get("path").is_some() {
                found.insert(case.field);
            }
        }
        let expected = reached.iter().chain(&ALWAYS).copied().filter(|field| fields.contains(field));
        assert_eq!(found, expected.collect(), "{scope}");
    }
}
