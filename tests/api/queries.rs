//! How many statements an operation costs the database: the same for a short page and for a long one, for one listener
//! and for twenty.
//!
//! On one thread, where a page most often asks for everything it needs before a loader's millisecond is over, as an
//! optimised build does.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Actor, TestServer};

/// The fewest statements of several tries: the server reads and writes beside them in its own time, and on a busy
/// machine a loader's time is over before everything was asked for. Both only add.
async fn statements(server: &TestServer, act: impl AsyncFn()) -> u64 {
    fewest(server, 8, 0, act).await
}

/// As [`statements`], with more tries while it costs more than `expected`.
async fn fewest(server: &TestServer, tries: usize, expected: u64, act: impl AsyncFn()) -> u64 {
    let mut fewest = u64::MAX;
    for _ in 0..tries {
        let before = server.app.database.statements();
        act().await;
        fewest = fewest.min(server.app.database.statements() - before);
        if fewest <= expected {
            break;
        }
    }
    fewest
}

/// Sends a message with a file that answers another.
async fn send_whole(who: &Actor, thread: &str, reply_to: Option<&Value>) -> Value {
    let file = who.upload_text(Uuid::now_v7(), "Once a day, before a meal.\n").await;
    let query = "mutation($i: SendMessageInput!) { sendMessage(input: $i) { message { id } userErrors { code } } }";
    let input = json!({
        "clientId": Uuid::now_v7(), "to": { "conversationId": thread }, "text": "See the plan", "replyToId": reply_to,
        "attachmentIds": [file["uploadAttachment"]["attachment"]["id"]],
    });
    let mut sent = who.run(query, json!({ "i": input })).await["sendMessage"].take();
    assert_eq!(sent["userErrors"], json!([]));
    sent["message"]["id"].take()
}

#[tokio::test]
async fn a_long_page_of_messages_costs_what_a_short_one_does() {
    let server = TestServer::start().await;
    let (ada, bob, pat) = (server.doctor("ada").await, server.doctor("bob").await, server.patient("pat").await);
    let ward = server.conversation(&[&ada, &bob, &pat]).await;
    let mut reply_to = None;
    for number in 0..51 {
        reply_to = Some(send_whole([&ada, &bob, &pat][number % 3], &ward, reply_to.as_ref()).await);
    }
    let query = "query($c: ID!, $last: Int!) { conversation(id: $c) { messages(last: $last) { nodes {
        text status viewerHasRead clientId sender { username role } attachments { name size url }
        replyTo { text sender { username } attachments { name } }
        receipts { nodes { user { username } deliveredAt readAt } }
        viewerCanEdit { allowed } viewerCanDelete { allowed } conversation { title } } } } }";
    let page = async |last: usize| {
        let data = ada.run(query, json!({ "c": ward, "last": last })).await;
        let nodes = data["conversation"]["messages"]["nodes"].as_array().unwrap();
        assert_eq!(nodes.len(), last);
        let is_whole = |node: &Value| {
            node["replyTo"]["attachments"][0]["name"].is_string() && node["receipts"]["nodes"][1]["user"].is_object()
        };
        assert!(nodes.iter().all(is_whole), "{nodes:?}");
    };
    let short = statements(&server, async || page(5).await).await;
    let long = fewest(&server, 60, short, async || page(50).await).await;
    assert!(long <= short, "{short} statements for a short one, {long} for a long one");
    assert!(short <= 20, "{short} statements for a page");
}

#[tokio::test]
async fn a_long_list_of_conversations_costs_what_a_short_one_does() {
    let server = TestServer::start().await;
    let pat = server.patient("pat").await;
    for number in 0..25 {
        let doctor = server.doctor(&format!("doctor{number}")).await;
        let thread = server.conversation(&[&doctor, &pat]).await;
        doctor.send(&thread, "How are you today?").await;
    }
    let seen = "partner { username } lastMessage { text sender { username } viewerHasRead } unreadCount createdBy { username }";
    let can_be_done = "unreadCount viewerCanSend { allowed } participantCount viewerCanSendExpiring { allowed }";
    for fields in [seen, can_be_done] {
        let query = format!("query($first: Int!) {{ conversations(first: $first) {{ nodes {{ {fields} }} }} }}");
        let list = async |first: usize| {
            let data = pat.run(&query, json!({ "first": first })).await;
            let nodes = data["conversations"]["nodes"].as_array().unwrap();
            assert_eq!(nodes.len(), first);
            let is_whole = |node: &Value| {
                let of_two = node.get("participantCount").is_none_or(|count| count == 2);
                let has_text = node.get("lastMessage").is_none_or(|message| message["text"].is_string());
                node["unreadCount"] == 1 && of_two && has_text
            };
            assert!(nodes.iter().all(is_whole), "{nodes:?}");
        };
        let short = statements(&server, async || list(3).await).await;
        let long = fewest(&server, 60, short, async || list(25).await).await;
        assert!(long <= short, "{short} statements for a short one, {long} for a long one, of {fields}");
        assert!(short <= 15, "{short} statements for a list");
    }
}

#[tokio::test]
async fn a_long_page_of_those_who_take_part_costs_what_a_short_one_does() {
    let server = TestServer::start().await;
    let ada = server.doctor("ada").await;
    let mut doctors = Vec::new();
    for number in 0..25 {
        doctors.push(server.doctor(&format!("doctor{number}")).await);
    }
    let ward = server.group(&ada, &doctors.iter().collect::<Vec<_>>()).await;
    let query = "query($c: ID!, $first: Int!) { conversation(id: $c) { participants(first: $first) { nodes {
        id role user { username } viewerCanRemove { allowed } viewerCanUpdate { allowed }
        member: viewerCanUpdate(role: MEMBER) { allowed code } } } } }";
    let page = async |first: usize| {
        let data = ada.run(query, json!({ "c": ward, "first": first })).await;
        let nodes = data["conversation"]["participants"]["nodes"].as_array().unwrap();
        assert_eq!(nodes.len(), first);
        let others = nodes.iter().filter(|node| node["user"]["username"] != "ada");
        assert!(others.into_iter().all(|node| node["viewerCanRemove"]["allowed"] == true), "{nodes:?}");
    };
    let short = statements(&server, async || page(3).await).await;
    let long = fewest(&server, 60, short, async || page(26).await).await;
    assert!(long <= short, "{short} statements for a short one, {long} for a long one");
    assert!(short <= 10, "{short} statements for a page");
}

#[tokio::test]
async fn a_long_page_of_people_costs_what_a_short_one_does() {
    let server = TestServer::start().await;
    let pat = server.patient("pat").await;
    for number in 0..25 {
        let doctor = server.doctor(&format!("doctor{number}")).await;
        let thread = server.conversation(&[&doctor, &pat]).await;
        doctor.send(&thread, "How are you today?").await;
        let ask = "mutation($u: ID!) { requestContact(input: { userId: $u }) { userErrors { code } } }";
        doctor.run(ask, json!({ "u": pat.id })).await;
    }
    let query = "query($first: Int!) { users(first: $first, filter: { query: \"doctor\" }) { nodes {
        fullName avatar { url } isBlockedByViewer viewerCanMessage { allowed } viewerCanRequestContact { allowed } contactWithViewer { state nickname }
        conversationWithViewer { unreadCount updatedAt lastMessage { text } } }
        counts { institutions { value people } specializations { value people } } } }";
    let list = async |first: usize| {
        let data = pat.run(query, json!({ "first": first })).await;
        let nodes = data["users"]["nodes"].as_array().unwrap();
        assert_eq!(nodes.len(), first);
        let is_whole = |node: &Value| {
            node["conversationWithViewer"]["unreadCount"] == 1 && node["contactWithViewer"]["state"] == "RECEIVED"
        };
        assert!(nodes.iter().all(is_whole), "{nodes:?}");
    };
    let short = statements(&server, async || list(3).await).await;
    let long = fewest(&server, 60, short, async || list(25).await).await;
    assert!(long <= short, "{short} statements for a short one, {long} for a long one");
    assert!(short <= 20, "{short} statements for a page of people");

    let contacts = async |first: usize| {
        let query = "query($first: Int!) { contacts(first: $first, filter: { state: RECEIVED }) { nodes {
            nickname user { fullName avatar { url } conversationWithViewer { unreadCount } } } } }";
        let data = pat.run(query, json!({ "first": first })).await;
        assert_eq!(data["contacts"]["nodes"].as_array().unwrap().len(), first);
    };
    let short = statements(&server, async || contacts(3).await).await;
    let long = fewest(&server, 60, short, async || contacts(25).await).await;
    assert!(long <= short && short <= 10, "{short} statements for few contacts, {long} for many");
}

#[tokio::test]
async fn a_message_to_twenty_listeners_costs_what_one_to_a_single_one_does() {
    let server = TestServer::start().await;
    let ada = server.doctor("ada").await;
    let mut doctors = Vec::new();
    for number in 0..20 {
        doctors.push(server.doctor(&format!("doctor{number}")).await);
    }
    let everybody: Vec<_> = std::iter::once(&ada).chain(&doctors).collect();
    let ward = server.conversation(&everybody).await;
    let query = "subscription($c: ID!) { messageAdded(conversationId: $c) { node { text sender { username } attachments { name } } } }";
    let sockets = tokio::sync::Mutex::new(Vec::new());
    let send = async || {
        ada.send(&ward, "Visiting hours are over").await;
        for socket in sockets.lock().await.iter_mut() {
            let heard: Value = crate::support::Listening::next(socket).await;
            assert_eq!(heard["messageAdded"]["node"]["text"], "Visiting hours are over");
        }
        server.settle().await;
    };
    sockets.lock().await.push(doctors[0].subscribe(query, json!({ "c": ward })).await);
    let to_one = statements(&server, &send).await;
    for patient in &doctors[1..] {
        sockets.lock().await.push(patient.subscribe(query, json!({ "c": ward })).await);
    }
    let to_twenty = statements(&server, &send).await;
    // The tail may look for more once before or after the listeners have heard.
    assert!(to_twenty <= to_one + 1, "{to_one} statements for one listener, {to_twenty} for twenty");
}
