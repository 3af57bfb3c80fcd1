//! Cases about messages, their files, and what people are told of them.

use serde_json::{Value, json};
use uuid::Uuid;

use super::super::scene::Scene;
use super::{Case, Expect, NOT_FOUND, case, none};

pub(super) fn messages() -> Vec<Case> {
    const SEND: &str = "mutation($i: SendMessageInput!) { sendMessage(input: $i) { message { id replyTo { text } conversation { title } } userErrors { code } } }";
    const EDIT: &str = "mutation($m: ID!) { editMessage(input: { messageId: $m, text: \"Changed\" }) { message { text versions { nodes { text } } } userErrors { code } } }";
    const DELETE: &str =
        "mutation($m: ID!) { deleteMessage(input: { messageId: $m }) { message { text } userErrors { code } } }";
    const READ: &str = "mutation($c: ID!) { markRead(input: { conversationId: $c }) { conversation { title } newlyRead userErrors { code } } }";
    const UNREAD: &str = "mutation($c: ID!, $m: ID!) { markUnread(input: { conversationId: $c, fromMessageId: $m }) { conversation { title } userErrors { code } } }";
    const DELIVERED: &str = "mutation($c: ID!, $m: ID!) { markDelivered(input: { conversationId: $c, upToMessageId: $m }) { conversation { title } userErrors { code } } }";
    let both: fn(&Scene) -> Value = |scene| json!({ "c": scene.group, "m": scene.message });
    let one: fn(&Scene) -> Value = |scene| json!({ "m": scene.message });
    vec![
        case(
            "Mutation.sendMessage",
            SEND,
            |scene| json!({ "i": { "clientId": Uuid::now_v7(), "to": { "conversationId": scene.group }, "text": "Hello", "replyToId": scene.message } }),
            NOT_FOUND,
        ),
        case("Mutation.editMessage", EDIT, one, NOT_FOUND),
        case("Mutation.deleteMessage", DELETE, one, NOT_FOUND),
        case("Mutation.markRead", READ, |scene| json!({ "c": scene.group }), NOT_FOUND),
        case("Mutation.markUnread", UNREAD, both, NOT_FOUND),
        case("Mutation.markDelivered", DELIVERED, both, NOT_FOUND),
    ]
}

pub(super) fn acts_on_messages() -> Vec<Case> {
    let one: fn(&Scene) -> Value = |scene| json!({ "m": scene.message });
    vec![
        case(
            "Mutation.retractMessage",
            "mutation($m: ID!) { retractMessage(input: { messageId: $m, reason: \"Wrong person\" }) { message { text } userErrors { code } } }",
            one,
            NOT_FOUND,
        ),
        case(
            "Mutation.forwardMessage",
            "mutation($i: ForwardMessageInput!) { forwardMessage(input: $i) { message { text forwardedFrom { text } } userErrors { code } } }",
            |scene| json!({ "i": { "clientId": Uuid::now_v7(), "messageId": scene.message, "to": { "conversationId": scene.group } } }),
            NOT_FOUND,
        ),
        case(
            "Mutation.addReaction",
            "mutation($m: ID!) { addReaction(input: { messageId: $m, emoji: \"👍\" }) { message { text reactions { users { username } } } userErrors { code } } }",
            one,
            NOT_FOUND,
        ),
        case(
            "Mutation.removeReaction",
            "mutation($m: ID!) { removeReaction(input: { messageId: $m, emoji: \"👍\" }) { message { text } userErrors { code } } }",
            one,
            NOT_FOUND,
        ),
        case(
            "Mutation.pinMessage",
            "mutation($m: ID!) { pinMessage(input: { messageId: $m }) { message { text pinnedBy { username } } userErrors { code } } }",
            one,
            NOT_FOUND,
        ),
        case(
            "Mutation.unpinMessage",
            "mutation($m: ID!) { unpinMessage(input: { messageId: $m }) { message { text } userErrors { code } } }",
            one,
            NOT_FOUND,
        ),
        case(
            "Mutation.setUrgent",
            "mutation($m: ID!) { setUrgent(input: { messageId: $m, isUrgent: true }) { message { text } userErrors { code } } }",
            one,
            NOT_FOUND,
        ),
        case(
            "Mutation.hideMessage",
            "mutation($m: ID!) { hideMessage(input: { messageId: $m }) { messageId userErrors { code } } }",
            one,
            NOT_FOUND,
        ),
    ]
}

pub(super) fn notifications() -> Vec<Case> {
    // Of nobody: nobody in the scene was told of anything.
    let entry: fn(&Scene) -> Value = |_| json!({ "n": bedside::ids::NotificationId::generate().to_string() });
    vec![
        case(
            "Query.notifications",
            "{ notifications { unreadCount nodes { id actor { username } message { text } conversation { title } invitation { conversationTitle } } } }",
            none,
            Expect::Own,
        ),
        case(
            "Mutation.markNotificationsRead",
            "mutation($n: ID!) { markNotificationsRead(input: { ids: [$n] }) { notifications { message { text } } userErrors { code } } }",
            entry,
            NOT_FOUND,
        ),
        case(
            "Mutation.deleteNotification",
            "mutation($n: ID!) { deleteNotification(input: { id: $n }) { deletedId userErrors { code } } }",
            entry,
            NOT_FOUND,
        ),
        // With a place that is none, for it says nothing until somebody is told of something.
        case(
            "Subscription.notificationAdded",
            "subscription { notificationAdded(after: \"nowhere\") { node { message { text } } } }",
            none,
            Expect::Code("BAD_USER_INPUT"),
        ),
    ]
}

pub(super) fn files() -> Vec<Case> {
    const DISCARD: &str =
        "mutation($a: ID!) { discardAttachment(input: { id: $a }) { discardedId userErrors { code } } }";
    vec![
        // The harness makes its query and variables, for they come in several parts.
        case("Mutation.uploadAttachment", "", none, Expect::Own),
        case(
            "Mutation.annotateAttachment",
            "mutation($i: AnnotateAttachmentInput!) { annotateAttachment(input: $i) { annotation { label author { username } } attachment { name annotations { label } } userErrors { code } } }",
            |scene| json!({ "i": { "attachmentId": scene.picture, "shape": { "text": { "x": 0.5, "y": 0.5 } }, "label": "Here" } }),
            NOT_FOUND,
        ),
        case(
            "Mutation.removeAnnotation",
            "mutation($a: ID!) { removeAnnotation(input: { annotationId: $a }) { annotationId attachment { name annotations { label } } userErrors { code } } }",
            |scene| json!({ "a": scene.annotation }),
            NOT_FOUND,
        ),
        case("Mutation.discardAttachment", DISCARD, |scene| json!({ "a": scene.unsent }), NOT_FOUND),
    ]
}
