//! Cases about conversations and who takes part in them.

use serde_json::json;
use uuid::Uuid;

use super::{Case, Expect, NOT_FOUND, case, none};

pub(super) fn conversations() -> Vec<Case> {
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

pub(super) fn around_conversations() -> Vec<Case> {
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

pub(super) fn participants() -> Vec<Case> {
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
