//! One case for each field of the roots: how to ask it for something of the scene, and what those who have no
//! business there are told.

use serde_json::{Value, json};
use uuid::Uuid;

use super::scene::Scene;
use crate::support::Actor;

/// What somebody who does not take part gets.
#[derive(Clone, Copy)]
pub enum Expect {
    /// A GraphQL error with this code.
    Code(&'static str),
    /// Null, or nulls in a list, and no error.
    Null,
    /// Their own things, or what everybody signed in may see.
    Own,
}

/// How a field is asked, and what those who do not take part get.
pub struct Case {
    pub field: &'static str,
    pub query: &'static str,
    pub variables: fn(&Scene) -> Value,
    pub others: Expect,
}

const NOT_FOUND: Expect = Expect::Code("NOT_FOUND");

const fn case(field: &'static str, query: &'static str, variables: fn(&Scene) -> Value, others: Expect) -> Case {
    Case { field, query, variables, others }
}

fn none(_: &Scene) -> Value {
    json!({})
}

/// The table.
pub fn cases() -> &'static [Case] {
    static CASES: std::sync::LazyLock<Vec<Case>> = std::sync::LazyLock::new(|| {
        [
            queries(),
            accounts(),
            passwords(),
            administration(),
            people(),
            conversations(),
            around_conversations(),
            participants(),
            messages(),
            acts_on_messages(),
            files(),
            notifications(),
            subscriptions(),
        ]
        .into_iter()
        .flatten()
        .collect()
    });
    &CASES
}

fn queries() -> Vec<Case> {
    const CONVERSATION: &str = "query($c: ID!) { conversation(id: $c) { title participants { nodes { user { username } } } lastMessage { text }
        messages(last: 50) { totalCount nodes { text attachments { name annotations { label } thumbnail { url } } versions { nodes { text } } receipts { nodes { user { username } } } } } } }";
    const MESSAGE: &str = "query($m: ID!) { message(id: $m) { text attachments { name url temporaryUrl { url } annotations { label author { username } } } versions { nodes { text } } replyTo { text } conversation { title } } }";
    const CHANGES: &str =
        "query($a: String!) { changes(after: $a) { events { __typename ... on MessageAdded { node { text } }
        ... on ConversationAdded { conversation { title } } } } }";
    vec![
        case("Query.viewer", "{ viewer { id sessions { id } user { username } } }", none, Expect::Own),
        case("Query.cursor", "{ cursor }", none, Expect::Own),
        case("Query.clinicNotice", "{ clinicNotice { text } }", none, Expect::Own),
        case("Query.invitations", "{ invitations { nodes { id } } }", none, Expect::Own),
        case(
            "Query.user",
            "query($u: ID!) { user(id: $u) { username } }",
            |scene| json!({ "u": scene.ada.id }),
            Expect::Own,
        ),
        case("Query.conversations", "{ conversations { nodes { id title lastMessage { text } } } }", none, Expect::Own),
        case(
            "Query.unreadCounts",
            "{ unreadCounts { total conversations { conversationId conversation { title } } } }",
            none,
            Expect::Own,
        ),
        case("Query.changes", CHANGES, |scene| json!({ "a": scene.beginning }), Expect::Own),
        case("Query.conversation", CONVERSATION, |scene| json!({ "c": scene.group }), Expect::Null),
        case(
            "Query.messages",
            "{ messages { nodes { text attachments { name } conversation { title } } } }",
            none,
            Expect::Own,
        ),
        case("Query.message", MESSAGE, |scene| json!({ "m": scene.reply }), Expect::Null),
        case(
            "Query.searchMessages",
            "query($c: ID!) { all: searchMessages(query: \"biopsy\") { nodes { message { text attachments { name } } } }
                searchMessages(query: \"biopsy\", conversationId: $c) { nodes { message { text } } } }",
            |scene| json!({ "c": scene.group }),
            NOT_FOUND,
        ),
        case(
            "Query.node",
            "query($m: ID!) { node(id: $m) { ... on Message { text } } }",
            |scene| json!({ "m": scene.message }),
            Expect::Null,
        ),
        case(
            "Query.nodes",
            "query($i: [ID!]!) { nodes(ids: $i) { ... on Message { text } ... on Conversation { title } } }",
            |scene| json!({ "i": [scene.group, scene.message] }),
            Expect::Null,
        ),
    ]
}

fn administration() -> Vec<Case> {
    const FORBIDDEN: Expect = Expect::Code("FORBIDDEN");
    vec![
        case("Query.serviceAccounts", "{ serviceAccounts { nodes { id tokens { id } } } }", none, FORBIDDEN),
        case(
            "Mutation.disableUser",
            "mutation($u: ID!) { disableUser(input: { id: $u }) { user { id } userErrors { code } } }",
            |scene| json!({ "u": scene.ada.id }),
            FORBIDDEN,
        ),
        case(
            "Mutation.enableUser",
            "mutation($u: ID!) { enableUser(input: { id: $u }) { user { id } userErrors { code } } }",
            |scene| json!({ "u": scene.ada.id }),
            FORBIDDEN,
        ),
        case(
            "Mutation.createServiceAccount",
            "mutation { createServiceAccount(input: { username: \"robot\", fullName: \"Robot\" }) { account { id } userErrors { code } } }",
            none,
            FORBIDDEN,
        ),
        case(
            "Mutation.createServiceToken",
            "mutation($u: ID!) { createServiceToken(input: { accountId: $u, name: \"Mine\", scopes: [READ_MESSAGES], expiresAt: \"2100-01-01T00:00:00Z\" }) { token userErrors { code } } }",
            |scene| json!({ "u": scene.ada.id }),
            FORBIDDEN,
        ),
        case(
            "Mutation.revokeServiceToken",
            "mutation($s: ID!) { revokeServiceToken(input: { tokenId: $s }) { tokenId userErrors { code } } }",
            |scene| json!({ "s": scene.ada.session }),
            FORBIDDEN,
        ),
    ]
}

fn passwords() -> Vec<Case> {
    vec![
        case(
            "Mutation.confirmEmail",
            "mutation($i: ConfirmEmailInput!) { confirmEmail(input: $i) { user { id } userErrors { code } } }",
            |_| json!({ "i": { "token": "none", "password": Actor::PASSWORD } }),
            Expect::Own,
        ),
        case(
            "Mutation.requestPasswordReset",
            "mutation($e: String!) { requestPasswordReset(input: { email: $e }) { userErrors { code } } }",
            |scene| json!({ "e": format!("{}@clinic.example", scene.ada.username) }),
            Expect::Own,
        ),
        case(
            "Mutation.resetPassword",
            "mutation($i: ResetPasswordInput!) { resetPassword(input: $i) { deviceToken userErrors { code } } }",
            |_| json!({ "i": { "token": "none", "newPassword": Actor::PASSWORD } }),
            Expect::Own,
        ),
        case(
            "Mutation.changePassword",
            "mutation($i: ChangePasswordInput!) { changePassword(input: $i) { user { id } userErrors { code } } }",
            |_| json!({ "i": { "oldPassword": "not the one", "newPassword": Actor::PASSWORD } }),
            Expect::Own,
        ),
    ]
}

fn accounts() -> Vec<Case> {
    const REGISTER: &str = "mutation($i: RegisterInput!) { register(input: $i) { user { id } userErrors { code } } }";
    const LOGIN: &str = "mutation($i: LoginInput!) { login(input: $i) { user { id } userErrors { code } } }";
    const REFRESH: &str = "mutation($t: String!) { refreshSession(input: { refreshToken: $t }) { user { id } } }";
    vec![
        case(
            "Mutation.register",
            REGISTER,
            |_| {
                let name = format!("n{}", &Uuid::now_v7().simple().to_string()[..31]);
                json!({ "i": { "username": name, "email": format!("{name}@home.example"), "fullName": "New", "password": Actor::PASSWORD, "role": "PATIENT" } })
            },
            Expect::Own,
        ),
        case(
            "Mutation.login",
            LOGIN,
            |scene| json!({ "i": { "name": scene.kim.username, "password": Actor::PASSWORD } }),
            Expect::Own,
        ),
        case("Mutation.refreshSession", REFRESH, |scene| json!({ "t": scene.kim.refresh_token }), Expect::Own),
        case(
            "Mutation.renewConnection",
            "mutation($t: String!) { renewConnection(input: { accessToken: $t }) { expiresAt } }",
            |scene| json!({ "t": scene.ada.token }),
            Expect::Code("BAD_USER_INPUT"),
        ),
        case(
            "Mutation.updateSettings",
            "mutation { updateSettings(input: { language: EN }) { viewer { id } userErrors { code } } }",
            none,
            Expect::Own,
        ),
        case("Mutation.logout", "mutation { logout { sessionId } }", none, Expect::Own),
        case(
            "Mutation.revokeSession",
            "mutation($s: ID!) { revokeSession(input: { sessionId: $s }) { sessionId } }",
            |scene| json!({ "s": scene.ada.session }),
            NOT_FOUND,
        ),
    ]
}

fn people() -> Vec<Case> {
    // Of nobody: the scene's own people have none.
    let contact: fn(&Scene) -> Value = |_| json!({ "contactId": bedside::ids::ContactId::generate().to_string() });
    let ada: fn(&Scene) -> Value = |scene| json!({ "u": scene.ada.id });
    vec![
        case(
            "Query.users",
            "{ users { nodes { username conversationWithViewer { title lastMessage { text } } contactWithViewer { nickname } } counts { institutions { value } } } }",
            none,
            Expect::Own,
        ),
        case("Query.contacts", "{ contacts { nodes { id nickname user { username } } } }", none, Expect::Own),
        case(
            "Mutation.requestContact",
            "mutation($u: ID!) { requestContact(input: { userId: $u }) { contact { id } userErrors { code } } }",
            ada,
            Expect::Own,
        ),
        case(
            "Mutation.respondToContact",
            "mutation($contactId: ID!) { respondToContact(input: { contactId: $contactId, accept: true }) { contact { id } userErrors { code } } }",
            contact,
            NOT_FOUND,
        ),
        case(
            "Mutation.updateContact",
            "mutation($contactId: ID!) { updateContact(input: { contactId: $contactId, nickname: \"Mine\" }) { contact { id } userErrors { code } } }",
            contact,
            NOT_FOUND,
        ),
        case(
            "Mutation.removeContact",
            "mutation($contactId: ID!) { removeContact(input: { contactId: $contactId }) { contactId userErrors { code } } }",
            contact,
            NOT_FOUND,
        ),
        case(
            "Mutation.blockUser",
            "mutation($u: ID!) { blockUser(input: { userId: $u }) { user { username } userErrors { code } } }",
            ada,
            Expect::Own,
        ),
        case(
            "Mutation.unblockUser",
            "mutation($u: ID!) { unblockUser(input: { userId: $u }) { user { username } userErrors { code } } }",
            ada,
            Expect::Own,
        ),
        case(
            "Mutation.updateProfile",
            "mutation($i: UpdateProfileInput!) { updateProfile(input: $i) { user { username } userErrors { code } } }",
            |_| json!({ "i": { "bio": "Here to help" } }),
            Expect::Own,
        ),
        case(
            "Mutation.verifyUser",
            "mutation($u: ID!) { verifyUser(input: { userId: $u }) { user { username } userErrors { code } } }",
            |scene| json!({ "u": scene.ada.id }),
            Expect::Code("FORBIDDEN"),
        ),
    ]
}

fn conversations() -> Vec<Case> {
    const STATE: &str = "mutation($c: ID!) { setConversationState(input: { conversationId: $c, state: CLOSED }) { conversation { title } userErrors { code } } }";
    const REMOVE: &str = "mutation($i: RemoveParticipantInput!) { removeParticipant(input: $i) { conversation { title } userErrors { code } } }";
    const LEAVE: &str =
        "mutation($c: ID!) { leaveConversation(input: { conversationId: $c }) { conversationId userErrors { code } } }";
    const CREATE: &str =
        "mutation($i: CreateGroupInput!) { createGroup(input: $i) { conversation { id } userErrors { code } } }";
    vec![
        case(
            "Mutation.openDirectConversation",
            "mutation($u: ID!) { openDirectConversation(input: { userId: $u }) { conversation { id lastMessage { text } } userErrors { code } } }",
            |scene| json!({ "u": scene.ada.id }),
            Expect::Own,
        ),
        case(
            "Mutation.createGroup",
            CREATE,
            |scene| json!({ "i": { "clientId": Uuid::now_v7(), "title": "Another", "participantIds": [scene.ada.id] } }),
            Expect::Own,
        ),
        case("Mutation.setConversationState", STATE, |scene| json!({ "c": scene.group }), NOT_FOUND),
        case(
            "Mutation.removeParticipant",
            REMOVE,
            |scene| json!({ "i": { "conversationId": scene.group, "userId": scene.ada.id } }),
            NOT_FOUND,
        ),
        case("Mutation.leaveConversation", LEAVE, |scene| json!({ "c": scene.group }), NOT_FOUND),
    ]
}

fn around_conversations() -> Vec<Case> {
    vec![
        case(
            "Mutation.deleteConversation",
            "mutation($c: ID!) { deleteConversation(input: { conversationId: $c, reason: \"Gone\" }) { conversationId userErrors { code } } }",
            |scene| json!({ "c": scene.group }),
            Expect::Code("FORBIDDEN"),
        ),
        case(
            "Mutation.setClinicNotice",
            "mutation { setClinicNotice(input: { text: \"Closed\" }) { clinicNotice { text } userErrors { code } } }",
            none,
            Expect::Code("FORBIDDEN"),
        ),
        case(
            "Mutation.setTyping",
            "mutation($c: ID!) { setTyping(input: { conversationId: $c }) { expiresAfterMs userErrors { code } } }",
            |scene| json!({ "c": scene.group }),
            NOT_FOUND,
        ),
        case(
            "Mutation.setPresence",
            "mutation { setPresence(input: { isShared: true }) { isShared } }",
            none,
            Expect::Own,
        ),
        case(
            "Mutation.archiveForMe",
            "mutation($c: ID!) { archiveForMe(input: { conversationId: $c, archived: true }) { conversation { title } userErrors { code } } }",
            |scene| json!({ "c": scene.group }),
            NOT_FOUND,
        ),
        case(
            "Mutation.setNotificationLevel",
            "mutation($c: ID!) { setNotificationLevel(input: { conversationId: $c, level: NONE }) { conversation { title } userErrors { code } } }",
            |scene| json!({ "c": scene.group }),
            NOT_FOUND,
        ),
    ]
}

fn participants() -> Vec<Case> {
    vec![
        case(
            "Mutation.addParticipants",
            "mutation($i: AddParticipantsInput!) { addParticipants(input: $i) { conversation { title } userErrors { code } } }",
            |scene| json!({ "i": { "conversationId": scene.group, "userIds": [scene.eve.id] } }),
            NOT_FOUND,
        ),
        case(
            "Mutation.updateParticipant",
            "mutation($i: UpdateParticipantInput!) { updateParticipant(input: $i) { conversation { title } userErrors { code } } }",
            |scene| json!({ "i": { "conversationId": scene.group, "userId": scene.ada.id, "role": "MEMBER" } }),
            NOT_FOUND,
        ),
        case(
            "Mutation.updateConversation",
            "mutation($i: UpdateConversationInput!) { updateConversation(input: $i) { conversation { title } userErrors { code } } }",
            |scene| json!({ "i": { "conversationId": scene.group, "title": "Mine" } }),
            NOT_FOUND,
        ),
        case(
            "Mutation.inviteParticipants",
            "mutation($i: InviteParticipantsInput!) { inviteParticipants(input: $i) { conversation { title } userErrors { code } } }",
            |scene| json!({ "i": { "conversationId": scene.group, "userIds": [scene.eve.id] } }),
            NOT_FOUND,
        ),
        case(
            "Mutation.respondToInvitation",
            "mutation($i: ID!) { respondToInvitation(input: { invitationId: $i, accept: true }) { invitation { conversationTitle } userErrors { code } } }",
            |_| json!({ "i": bedside::ids::InvitationId::generate().to_string() }),
            NOT_FOUND,
        ),
        case(
            "Mutation.withdrawInvitation",
            "mutation($i: ID!) { withdrawInvitation(input: { invitationId: $i }) { invitation { conversationTitle } userErrors { code } } }",
            |_| json!({ "i": bedside::ids::InvitationId::generate().to_string() }),
            NOT_FOUND,
        ),
    ]
}

fn messages() -> Vec<Case> {
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

fn notifications() -> Vec<Case> {
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

fn acts_on_messages() -> Vec<Case> {
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

fn files() -> Vec<Case> {
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

fn subscriptions() -> Vec<Case> {
    const MESSAGE_ADDED: &str =
        "subscription($c: ID!, $a: String) { messageAdded(conversationId: $c, after: $a) { node { text } } }";
    const EVENTS: &str = "subscription { events { __typename ... on MessageAdded { node { text } } ... on ConversationAdded { conversation { title } } } }";
    const COUNTS: &str =
        "subscription { unreadCountsChanged { total conversations { conversationId conversation { title } } } }";
    vec![
        case(
            "Subscription.messageAdded",
            MESSAGE_ADDED,
            |scene| json!({ "c": scene.group, "a": scene.beginning }),
            NOT_FOUND,
        ),
        case("Subscription.events", EVENTS, none, Expect::Own),
        case("Subscription.unreadCountsChanged", COUNTS, none, Expect::Own),
        case(
            "Subscription.typing",
            "subscription($c: ID!) { typing(conversationId: $c) { users { username } } }",
            |scene| json!({ "c": scene.group }),
            NOT_FOUND,
        ),
        case(
            "Subscription.presenceChanged",
            "subscription($u: [ID!]!) { presenceChanged(userIds: $u) { presence { isOnline } } }",
            |scene| json!({ "u": [scene.ada.id] }),
            Expect::Own,
        ),
    ]
}
