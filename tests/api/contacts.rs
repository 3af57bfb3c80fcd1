//! Contacts: asking, answering, nicknames.

use bedside::{entity::contact, ids::ContactId};
use futures_util::future::join_all;
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use crate::support::{Actor, Listening, TestServer, codes};

const REQUEST: &str = "mutation($i: RequestContactInput!) { act: requestContact(input: $i) { contact { ...C } userErrors { code field } } }
    fragment C on Contact { id state nickname isFavourite user { username } answeredAt }";
const RESPOND: &str = "mutation($i: RespondToContactInput!) { act: respondToContact(input: $i) { contact { state } userErrors { code field } } }";
const UPDATE: &str = "mutation($i: UpdateContactInput!) { act: updateContact(input: $i) { contact { nickname isFavourite } userErrors { code field } } }";
const REMOVE: &str =
    "mutation($i: RemoveContactInput!) { act: removeContact(input: $i) { contactId userErrors { code field } } }";
const LIST: &str =
    "query($f: ContactFilter) { contacts(filter: $f) { nodes { id state nickname isFavourite user { username } } } }";
const EVENTS: &str =
    "subscription { events { __typename ... on ContactChanged { contact { state } user { username } } } }";

impl Listening {
    /// The next change of a contact; what else is told of is passed over.
    async fn next_change(&mut self) -> Value {
        loop {
            let event = self.next_event().await;
            if event["__typename"] == "ContactChanged" {
                return event;
            }
        }
    }
}

async fn act(who: &Actor, query: &str, input: Value) -> Value {
    who.run(query, json!({ "i": input })).await["act"].take()
}

async fn ask(who: &Actor, other: &Actor) -> Value {
    act(who, REQUEST, json!({ "userId": other.id })).await
}

/// Asks, and answers the id of the request as the other has it.
async fn asked(who: &Actor, other: &Actor) -> Value {
    assert_eq!(codes(&ask(who, other).await), [""; 0]);
    list(other, json!({ "state": "RECEIVED" })).await.last().unwrap()["id"].clone()
}

async fn respond(who: &Actor, id: &Value, accept: bool) -> Value {
    act(who, RESPOND, json!({ "contactId": id, "accept": accept })).await
}

async fn list(who: &Actor, filter: Value) -> Vec<Value> {
    who.run(LIST, json!({ "f": filter })).await["contacts"]["nodes"].as_array().unwrap().clone()
}

async fn names(who: &Actor, filter: Value) -> Vec<String> {
    list(who, filter).await.iter().map(|row| row["user"]["username"].as_str().unwrap().to_owned()).collect()
}

/// Asks, and holds what was told before against what the mutation says.
async fn asks_as_told(who: &Actor, other: &Actor, what: &str) -> Vec<String> {
    const CAN: &str = "query($u: ID!) { user(id: $u) { viewerCanRequestContact { allowed code message } } }";
    const ASK: &str =
        "mutation($u: ID!) { requestContact(input: { userId: $u }) { contact { id } userErrors { code message } } }";
    let can = who.run(CAN, json!({ "u": other.id })).await["user"]["viewerCanRequestContact"].clone();
    let done = who.run(ASK, json!({ "u": other.id })).await["requestContact"].clone();
    let refusal = done["userErrors"].get(0);
    let of = |key: &str| refusal.map_or(Value::Null, |error| error[key].clone());
    let expected = json!({ "allowed": refusal.is_none(), "code": of("code"), "message": of("message") });
    assert_eq!(can, expected, "{} asks {} {what}", who.username, other.username);
    codes(&done).into_iter().map(str::to_owned).collect()
}

#[tokio::test]
async fn whether_somebody_can_be_asked_is_told_as_the_mutation_decides_it() {
    const BLOCK: &str = "mutation($u: ID!) { blockUser(input: { userId: $u }) { userErrors { code } } }";
    let server = TestServer::start().await;
    let (ada, pat, kim) = (server.doctor("ada").await, server.patient("pat").await, server.patient("kim").await);
    let (joe, eve) = (server.doctor("joe").await, server.doctor("eve").await);
    assert_eq!(asks_as_told(&pat, &pat, "oneself").await, ["SELF_NOT_ALLOWED"]);
    assert_eq!(asks_as_told(&pat, &kim, "as patients").await, ["ROLE_PAIR_NOT_ALLOWED"]);
    assert_eq!(asks_as_told(&pat, &ada, "first").await, [""; 0]);
    assert_eq!(asks_as_told(&pat, &ada, "again").await, [""; 0]);
    assert_eq!(asks_as_told(&ada, &pat, "who asked her").await, [""; 0]);
    assert_eq!(asks_as_told(&pat, &ada, "who is a contact").await, [""; 0]);
    let request = asked(&kim, &joe).await;
    respond(&joe, &request, false).await;
    assert_eq!(asks_as_told(&kim, &joe, "who declined").await, ["CONTACT_DECLINED"]);
    assert_eq!(asks_as_told(&joe, &kim, "whom he declined").await, [""; 0]);
    for (blocker, blocked) in [(&eve, &pat), (&kim, &eve)] {
        blocker.run(BLOCK, json!({ "u": blocked.id })).await;
        assert_eq!(asks_as_told(blocker, blocked, "whom they block").await, ["CANNOT_SEND"]);
        assert_eq!(asks_as_told(blocked, blocker, "who blocks them").await, ["CANNOT_SEND"]);
    }
}

#[tokio::test]
async fn a_patient_asks_and_the_doctor_accepts() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let (mut at_ada, mut at_pat) = (ada.subscribe(EVENTS, json!({})).await, pat.subscribe(EVENTS, json!({})).await);
    let request = ask(&pat, &ada).await["contact"].take();
    assert_eq!((&request["state"], &request["user"]["username"]), (&json!("SENT"), &json!("ada")));
    server.unchanged(ask(&pat, &ada)).await;
    let changed = |state: &str, user: &str| json!({ "__typename": "ContactChanged", "contact": { "state": state }, "user": { "username": user } });
    assert_eq!(at_ada.next_change().await, changed("RECEIVED", "pat"));
    assert_eq!(at_pat.next_change().await, changed("SENT", "ada"));
    assert_eq!(
        (names(&ada, Value::Null).await, names(&ada, json!({ "state": "RECEIVED" })).await),
        (vec![], vec!["pat".to_owned()])
    );

    let received = list(&ada, json!({ "state": "RECEIVED" })).await[0]["id"].clone();
    assert_ne!(received, request["id"], "each has their own");
    assert_eq!(respond(&ada, &received, true).await["contact"]["state"], "ACCEPTED");
    server.unchanged(respond(&ada, &received, true)).await;
    for stream in [&mut at_ada, &mut at_pat] {
        assert_eq!(stream.next_change().await["contact"]["state"], "ACCEPTED");
    }
    assert_eq!(
        (names(&ada, Value::Null).await, names(&pat, Value::Null).await),
        (vec!["pat".to_owned()], vec!["ada".to_owned()])
    );
    assert_eq!(codes(&server.unchanged(respond(&ada, &received, false)).await), ["REQUEST_CLOSED"]);

    let removed = act(&pat, REMOVE, json!({ "contactId": request["id"] })).await;
    assert_eq!(removed["contactId"], request["id"]);
    let gone = json!({ "__typename": "ContactChanged", "contact": null, "user": { "username": "pat" } });
    assert_eq!(at_ada.next_change().await, gone);
    assert_eq!(names(&ada, Value::Null).await, [""; 0]);
    assert_eq!(ada.code(RESPOND, json!({ "i": { "contactId": received, "accept": true } })).await, "NOT_FOUND");
}

#[tokio::test]
async fn what_somebody_makes_of_a_contact_is_their_own() {
    let server = TestServer::start().await;
    let (ada, pat, joe) = (server.doctor("ada").await, server.patient("pat").await, server.doctor("joe").await);
    for other in [&pat, &joe] {
        let id = asked(&ada, other).await;
        respond(other, &id, true).await;
    }
    let of_pat = list(&ada, Value::Null).await[0]["id"].clone();
    let update = async |input: Value| {
        let mut whole = json!({ "contactId": of_pat });
        whole.as_object_mut().unwrap().extend(input.as_object().unwrap().clone());
        act(&ada, UPDATE, whole).await
    };
    let updated = update(json!({ "nickname": "  Bed 12 ", "isFavourite": true })).await["contact"].take();
    assert_eq!(updated, json!({ "nickname": "Bed 12", "isFavourite": true }));
    assert_eq!(update(json!({ "isFavourite": true })).await["contact"]["nickname"], "Bed 12", "what is left out stays");
    let at_pat = &list(&pat, Value::Null).await[0];
    assert_eq!((&at_pat["nickname"], &at_pat["isFavourite"]), (&Value::Null, &json!(false)));
    assert_eq!(names(&ada, json!({ "favourite": true })).await, ["pat"]);
    assert_eq!(names(&ada, json!({ "favourite": false })).await, ["joe"]);
    let with = "query($u: ID!) { user(id: $u) { contactWithViewer { nickname } } }";
    assert_eq!(ada.run(with, json!({ "u": pat.id })).await["user"]["contactWithViewer"]["nickname"], "Bed 12");
    let refused = server.unchanged(update(json!({ "nickname": "x".repeat(101) }))).await;
    assert_eq!(
        (codes(&refused), &refused["userErrors"][0]["field"]),
        (vec!["TOO_LONG"], &json!(["input", "nickname"]))
    );
    assert_eq!(update(json!({ "nickname": "é".repeat(100) })).await["userErrors"], json!([]));
    assert_eq!(update(json!({ "nickname": null })).await["contact"]["nickname"], Value::Null);
}

#[tokio::test]
async fn who_was_declined_cannot_ask_again_but_can_be_asked() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let received = asked(&pat, &ada).await;
    assert_eq!(respond(&ada, &received, false).await["contact"]["state"], "DECLINED");
    server.unchanged(respond(&ada, &received, false)).await;
    assert_eq!(codes(&server.unchanged(ask(&pat, &ada)).await), ["CONTACT_DECLINED"]);
    let sent = list(&pat, json!({ "state": "DECLINED" })).await[0]["id"].clone();
    assert_eq!(codes(&server.unchanged(act(&pat, REMOVE, json!({ "contactId": sent }))).await), ["CONTACT_DECLINED"]);
    assert_eq!(ask(&ada, &pat).await["contact"]["state"], "SENT");
    assert_eq!(ask(&pat, &ada).await["contact"]["state"], "ACCEPTED", "both have asked");
}

#[tokio::test]
async fn a_request_is_refused_where_a_conversation_would_be() {
    let server = TestServer::start().await;
    let (ada, pat, kim) = (server.doctor("ada").await, server.patient("pat").await, server.patient("kim").await);
    let eve = server.newcomer("eve").await;
    for (who, other, code) in
        [(&pat, &pat, "SELF_NOT_ALLOWED"), (&pat, &kim, "ROLE_PAIR_NOT_ALLOWED"), (&eve, &pat, "NOT_VERIFIED")]
    {
        let refused = server.unchanged(ask(who, other)).await;
        assert_eq!((codes(&refused), &refused["userErrors"][0]["field"]), (vec![code], &json!(["input", "userId"])));
    }
    let nobody = bedside::ids::UserId::generate().to_string();
    assert_eq!(server.unchanged(pat.code(REQUEST, json!({ "i": { "userId": nobody } }))).await, "NOT_FOUND");
    let received = asked(&pat, &ada).await;
    let sent = list(&pat, json!({ "state": "SENT" })).await[0]["id"].clone();
    assert_eq!(codes(&server.unchanged(respond(&pat, &sent, true)).await), ["NOT_ALLOWED"]);
    for (who, id) in [(&kim, &received), (&pat, &received), (&ada, &json!(ContactId::generate().to_string()))] {
        for (query, input) in [
            (RESPOND, json!({ "contactId": id, "accept": true })),
            (UPDATE, json!({ "contactId": id, "nickname": "x" })),
            (REMOVE, json!({ "contactId": id })),
        ] {
            assert_eq!(server.unchanged(who.code(query, json!({ "i": input }))).await, "NOT_FOUND");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_who_ask_at_once_many_times_are_contacts_once() {
    let server = TestServer::start().await;
    let node = if server.is_on_postgres() { Some(server.another_node().await) } else { None };
    let pat = server.patient("pat").await;
    for round in 0..8 {
        let ada = server.doctor(&format!("doctor{round}")).await;
        let there = node.as_ref().map_or_else(|| (ada.clone(), pat.clone()), |node| (ada.at(node), pat.at(node)));
        let both = [(&ada, &pat), (&pat, &ada), (&there.0, &there.1), (&there.1, &there.0)];
        for answer in join_all(both.map(|(who, other)| ask(who, other))).await {
            assert_eq!(codes(&answer), [""; 0]);
        }
        let rows = contact::Entity::find().all(server.app.database.reader()).await.unwrap();
        assert_eq!(rows.len(), 2 * (round + 1));
        assert!(rows.iter().all(|row| row.state == contact::State::Accepted), "{rows:?}");
    }
    server.check_integrity().await;
}
