//! Cases about accounts and people.

use serde_json::{Value, json};
use uuid::Uuid;

use super::super::scene::Scene;
use super::{Case, Expect, NOT_FOUND, case, none};
use crate::support::Actor;

pub(super) fn administration() -> Vec<Case> {
    const FORBIDDEN: Expect = Expect::Code("FORBIDDEN");
    vec![
        case(
            "Query.statistics",
            "{ statistics(from: \"2026-01-01T00:00:00Z\", to: \"2026-01-02T00:00:00Z\") { messages } }",
            none,
            FORBIDDEN,
        ),
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

pub(super) fn passwords() -> Vec<Case> {
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

pub(super) fn accounts() -> Vec<Case> {
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
        case(
            "Mutation.removePush",
            "mutation { removePush { push { isRegistered } userErrors { code } } }",
            none,
            Expect::Own,
        ),
        case(
            "Mutation.registerPush",
            "mutation($i: RegisterPushInput!) { registerPush(input: $i) { push { isRegistered } userErrors { code } } }",
            |_| json!({ "i": { "endpoint": "https://push.example/ada", "p256dh": "", "auth": "" } }),
            Expect::Own,
        ),
        case(
            "Mutation.endOtherSessions",
            "mutation { endOtherSessions { sessionIds viewer { id } } }",
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

pub(super) fn people() -> Vec<Case> {
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
