//! One case for each field of the roots: how to ask it for something of the scene, and what those who have no
//! business there are told.

mod conversations;
mod messages;
mod people;

use serde_json::{Value, json};

use super::scene::Scene;

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
            people::accounts(),
            people::passwords(),
            people::administration(),
            people::people(),
            conversations::conversations(),
            conversations::around_conversations(),
            conversations::participants(),
            messages::messages(),
            messages::acts_on_messages(),
            messages::files(),
            messages::notifications(),
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
        case("Query.limits", "{ limits { textMax fileTypes { endings } passwordMin } }", none, Expect::Own),
        case("Query.push", "{ push { publicKey isRegistered } }", none, Expect::Own),
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
