//! Which documents run: their limits, what they may cost, the rules the library leaves out, and documents that are
//! known by their hash or their manifest.

use bedside::config::Config;
use bytesize::ByteSize;
use reqwest::header;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::support::{Actor, Listening, Said, TestServer};

const VIEWER: &str = "{ viewer { user { id } } }";

/// The status and the body of a request of GraphQL over HTTP.
async fn ask(person: &Actor, request: &Value) -> (u16, Value) {
    let asked = person.http().post(format!("http://{}/graphql", person.address())).bearer_auth(&person.token);
    let asked = asked.header(header::ACCEPT, "application/graphql-response+json").json(request);
    let response = asked.send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

/// The code and the message with which a request must be refused, with status 400.
async fn refused(person: &Actor, request: Value) -> (String, String) {
    let (status, body) = ask(person, &request).await;
    let error = &body["errors"][0];
    assert!(status == 400 && body.get("data").is_none(), "{body}");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    (text(&error["extensions"]["code"]), text(&error["message"]))
}

fn hash(text: &str) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn persisted(text: &str) -> Value {
    json!({ "persistedQuery": { "version": 1, "sha256Hash": hash(text) } })
}

#[tokio::test]
async fn each_limit_is_a_setting_and_its_refusal_says_which_and_how_much() {
    let server = TestServer::start_with(|Config { documents, .. }| {
        documents.bytes = ByteSize::b(400);
        (documents.tokens, documents.nesting, documents.fragments, documents.spreads) = (60, 6, 2, 3);
        (documents.aliases, documents.root_fields, documents.directives) = (4, 5, 1);
        (documents.fields, documents.depth, documents.cost) = (20, 4, 100);
    })
    .await;
    let ada = server.doctor("ada").await;
    for (setting, figure, document) in [
        ("documents.bytes", 400, "#".repeat(401)),
        ("documents.tokens", 60, format!("{{ viewer {{ {} }} }}", "a ".repeat(60))),
        ("documents.nesting", 6, format!("{{ user(id: {}{}) }}", "[".repeat(5), "]".repeat(5))),
        ("documents.fragments", 2, format!("{{ cursor }} {}", "fragment F on Query { cursor } ".repeat(3))),
        ("documents.spreads", 3, "{ ...F ...F ... { ...F } }".into()),
        ("documents.aliases", 4, format!("{{ viewer {{ {} }} }}", "a: b ".repeat(5))),
        ("documents.root_fields", 5, "{ a b c d e f }".into()),
        ("documents.root_fields", 5, "{ ... { a b c d e f } }".into()),
        ("documents.directives", 1, "{ a @skip(if: true) @include(if: true) }".into()),
        ("documents.fields", 20, format!("{{ viewer {{ {} }} }}", "a ".repeat(20))),
        ("documents.depth", 4, "{ conversations(first: 1) { nodes { lastMessage { sender { id } } } } }".into()),
        ("documents.cost", 100, "{ conversations { nodes { id } } }".into()),
    ] {
        let (code, message) = refused(&ada, json!({ "query": document })).await;
        assert_eq!(code, "QUERY_TOO_COMPLEX", "{setting}");
        assert!(
            message.contains(&format!("(setting {setting})")) && message.contains(&figure.to_string()),
            "{message}"
        );
    }
    assert_eq!(ask(&ada, &json!({ "query": VIEWER })).await.0, 200);
}

#[tokio::test]
async fn a_page_costs_its_children_as_often_as_it_has_items() {
    const DEEP: &str = "query($n: Int!) { conversations(first: 100) { nodes { messages(last: $n) { nodes { id text kind createdAt } } } } }";
    let server = TestServer::start().await;
    let ada = server.doctor("ada").await;
    let asked = |n: i32| json!({ "query": DEEP, "variables": { "n": n } });
    assert_eq!(ask(&ada, &asked(10)).await.0, 200);
    let (code, message) = refused(&ada, asked(100)).await;
    assert_eq!(code, "QUERY_TOO_COMPLEX");
    assert!(message.contains("would cost 50201, and 50000 is allowed"), "{message}");
    // A page that would be refused anyway is told about itself.
    let (_, body) = ask(&ada, &json!({ "query": "{ conversations(first: 1000) { nodes { id } } }" })).await;
    assert_eq!(body["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{body}");

    let mut socket = Listening::start(ada.address(), &ada.token, DEEP, json!({ "n": 100 })).await;
    let Said::Error(errors) = socket.said().await else { panic!("it ran") };
    assert_eq!(errors[0]["extensions"]["code"], "QUERY_TOO_COMPLEX");
}

#[tokio::test]
async fn introspection_is_free_and_goes_in_no_circles() {
    let server = TestServer::start().await;
    let ada = server.doctor("ada").await;
    let standard = include_str!("../hostile/standard-introspection.graphql");
    let (status, body) = ask(&ada, &json!({ "query": standard })).await;
    assert_eq!(status, 200);
    assert!(body["data"]["__schema"]["types"].as_array().unwrap().len() > 80);
    let circle = "{ __schema { types { fields { type { fields { type { name } } } } } } }";
    assert_eq!(refused(&ada, json!({ "query": circle })).await.0, "QUERY_TOO_COMPLEX");
}

#[tokio::test]
async fn what_the_specification_forbids_is_refused_before_it_runs() {
    let server = TestServer::start().await;
    let ada = server.doctor("ada").await;
    for document in [
        "mutation { markRead(input: { conversationId: \"a\", conversationId: \"b\" }) { newlyRead } }",
        "query($u: [ID!]! = [\"a\"], $u: Int) { nodes(ids: $u) { id } }",
        "{ user(id: \"a\", id: \"b\") { id } }",
        "{ __typename @any }",
        "{ __typename @skip(if: 1) }",
        "{ __typename @skip(if: true) @skip(if: true) }",
        "{ __typename(a: 1) }",
        "{ __typename { a } }",
        "{ viewer { __typename @deprecated } }",
        "{ cursor @any }",
        "query @any { cursor }",
        "query($u: ID! @any) { user(id: $u) { id } }",
        "{ ...F } fragment F on Query @any { cursor }",
        "{ ...F @any } fragment F on Query { cursor }",
        "{ ... @any { cursor } }",
        "subscription { a: events { cursor } b: events { cursor } }",
        "subscription { ...F ...F } fragment F on Subscription { events { cursor } }",
        "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
        "{ cursor } fragment Unused on Query { cursor }",
        "query($unused: ID) { cursor }",
        "{ user(id: $undefined) { id } }",
        "{ viewer }",
        "{ cursor { id } }",
    ] {
        let (code, _) = refused(&ada, json!({ "query": document, "variables": { "u": ["a"] } })).await;
        assert_eq!(code, "GRAPHQL_VALIDATION_FAILED", "{document}");
    }
    let mut socket = Listening::start(ada.address(), &ada.token, "subscription { __typename }", json!({})).await;
    let Said::Error(errors) = socket.said().await else { panic!("it ran") };
    assert_eq!(errors[0]["extensions"]["code"], "GRAPHQL_VALIDATION_FAILED");
    for document in
        ["{ cursor", "{ cursor(a: [\"\"\" \" [[[[ ) }", "fragmentF on Query { cursor } { cursor }", "{ a(b: 01) }"]
    {
        assert_eq!(refused(&ada, json!({ "query": document })).await.0, "GRAPHQL_PARSE_FAILED", "{document}");
    }
    let fine = "query($yes: Boolean!) { viewer { __typename @include(if: $yes) user { id @include(if: $yes) } } }";
    let (_, body) = ask(&ada, &json!({ "query": fine, "variables": { "yes": true } })).await;
    assert_eq!(body["data"], json!({ "viewer": { "__typename": "Viewer", "user": { "id": ada.id } } }));
}

/// Whether a client is told to send the document itself.
fn is_not_found(body: &Value) -> bool {
    body["errors"][0]["extensions"]["code"] == "PERSISTED_QUERY_NOT_FOUND"
        && body["errors"][0]["message"] == "PersistedQueryNotFound"
}

#[tokio::test]
async fn a_document_is_sent_once_and_then_named_by_its_hash() {
    let server = TestServer::start().await;
    let ada = server.doctor("ada").await;
    let by_hash = json!({ "extensions": persisted(VIEWER) });
    let (status, body) = ask(&ada, &by_hash).await;
    assert!(status == 400 && is_not_found(&body), "{body}");
    // Sent without its hash it is not offered under it, and with a wrong hash it does not run.
    assert_eq!(ask(&ada, &json!({ "query": VIEWER })).await.0, 200);
    assert!(is_not_found(&ask(&ada, &by_hash).await.1));
    let wrong = json!({ "query": VIEWER, "extensions": persisted("{ cursor }") });
    assert_eq!(refused(&ada, wrong).await.0, "BAD_USER_INPUT");

    let (_, body) = ask(&ada, &json!({ "query": VIEWER, "extensions": persisted(VIEWER) })).await;
    assert_eq!(body["data"]["viewer"]["user"]["id"], ada.id.as_str());
    assert_eq!(ask(&ada, &by_hash).await.1, body);
    assert_eq!(ask(&ada, &json!({ "documentId": format!("sha256:{}", hash(VIEWER)) })).await.1, body);

    let extensions = persisted(VIEWER).to_string();
    let got = ada.get("/graphql").query(&[("extensions", &extensions)]).send().await.unwrap();
    assert_eq!(got.json::<Value>().await.unwrap(), body);
    let events = ada.get("/graphql/stream").query(&[("extensions", &extensions)]);
    let events = events.header(header::ACCEPT, "text/event-stream").send().await.unwrap().text().await.unwrap();
    assert!(events.contains(&format!("data: {body}")), "{events}");
    let mut socket = Listening::connect(ada.address()).await;
    socket.say(json!({ "type": "connection_init", "payload": { "token": ada.token } })).await;
    assert_eq!(socket.heard().await["type"], "connection_ack");
    socket.say(json!({ "type": "subscribe", "id": "1", "payload": by_hash })).await;
    assert_eq!(socket.heard().await["payload"]["data"], body["data"]);

    for extensions in [json!({ "persistedQuery": 1 }), json!({ "persistedQuery": { "version": 2, "sha256Hash": "a" } })]
    {
        assert_eq!(refused(&ada, json!({ "extensions": extensions })).await.0, "BAD_USER_INPUT");
    }
    assert_eq!(
        refused(&ada, json!({ "query": "mutation { nothing }", "extensions": persisted("mutation { nothing }") }))
            .await
            .0,
        "GRAPHQL_VALIDATION_FAILED"
    );
    let (_, body) = ask(&ada, &json!({ "extensions": persisted("mutation { nothing }") })).await;
    assert!(is_not_found(&body), "what cannot run is not remembered: {body}");
}

#[tokio::test]
async fn a_subscription_is_known_by_its_hash_on_a_socket() {
    const EVENTS: &str = "subscription { events { __typename } }";
    let server = TestServer::start().await;
    let ada = server.doctor("ada").await;
    let mut socket = Listening::connect(ada.address()).await;
    socket.say(json!({ "type": "connection_init", "payload": { "token": ada.token } })).await;
    assert_eq!(socket.heard().await["type"], "connection_ack");
    let by_hash = json!({ "extensions": persisted(EVENTS) });
    socket.say(json!({ "type": "subscribe", "id": "1", "payload": by_hash })).await;
    let said = socket.heard().await;
    assert_eq!((&said["type"], &said["payload"][0]["message"]), (&json!("error"), &json!("PersistedQueryNotFound")));
    let whole = json!({ "query": EVENTS, "extensions": persisted(EVENTS) });
    socket.say(json!({ "type": "subscribe", "id": "1", "payload": whole })).await;
    assert_eq!(socket.heard().await["payload"]["data"]["events"]["__typename"], "Ready");
    socket.say(json!({ "type": "subscribe", "id": "2", "payload": by_hash })).await;
    assert_eq!(socket.heard().await["payload"]["data"]["events"]["__typename"], "Ready");
}

#[tokio::test]
async fn hashes_take_no_more_memory_than_they_may_and_can_be_switched_off() {
    let server = TestServer::start_with(|config| config.documents.remembered = ByteSize::kib(4)).await;
    let ada = server.doctor("ada").await;
    let document = |n: usize| format!("{{ cursor }} # {n}{}", " ".repeat(1_000));
    for n in 0..5 {
        let whole = json!({ "query": document(n), "extensions": persisted(&document(n)) });
        assert_eq!(ask(&ada, &whole).await.0, 200);
    }
    let found = |n| {
        let ada = ada.clone();
        async move { ask(&ada, &json!({ "extensions": persisted(&document(n)) })).await.0 == 200 }
    };
    assert!(!found(0).await && found(4).await, "the oldest goes first");

    let off = TestServer::start_with(|config| config.documents.automatic = false).await;
    let pat = off.patient("pat").await;
    let whole = json!({ "query": VIEWER, "extensions": persisted(VIEWER) });
    assert_eq!(ask(&pat, &whole).await.0, 200, "a client that knows no better is still served");
    let (_, message) = refused(&pat, json!({ "extensions": persisted(VIEWER) })).await;
    assert_eq!(message, "PersistedQueryNotSupported");
}

#[tokio::test]
async fn with_a_manifest_nothing_else_runs() {
    const EVENTS: &str = "subscription { events { __typename } }";
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("documents.json");
    let manifest = json!({ hash(VIEWER): VIEWER, hash(EVENTS): EVENTS });
    std::fs::write(&file, manifest.to_string()).unwrap();
    let server = TestServer::start_with(|config| config.documents.trusted = Some(file)).await;
    let ada = server.doctor("ada").await;
    for request in [
        json!({ "extensions": persisted(VIEWER) }),
        json!({ "documentId": hash(VIEWER) }),
        json!({ "query": VIEWER }),
        json!({ "query": VIEWER, "extensions": persisted(VIEWER) }),
    ] {
        let (_, body) = ask(&ada, &request).await;
        assert_eq!(body["data"]["viewer"]["user"]["id"], ada.id.as_str(), "{request}: {body}");
    }
    let other = "{ viewer { user { username } } }";
    for request in [
        json!({ "query": other }),
        json!({ "query": "{ __typename }" }),
        json!({ "query": format!("{VIEWER} ") }),
        json!({ "query": other, "extensions": persisted(other) }),
        // A known hash carries no other document along.
        json!({ "query": other, "extensions": persisted(VIEWER) }),
        json!({ "extensions": persisted(other) }),
    ] {
        let (code, message) = refused(&ada, request).await;
        assert_eq!(code, "PERSISTED_QUERY_NOT_FOUND");
        assert!(message.starts_with("This server runs only the documents it was given"), "{message}");
    }
    let got = ada.get("/graphql").query(&[("query", other)]).send().await.unwrap();
    assert_eq!(got.json::<Value>().await.unwrap()["errors"][0]["extensions"]["code"], "PERSISTED_QUERY_NOT_FOUND");
    let mut socket = Listening::start(ada.address(), &ada.token, EVENTS, json!({})).await;
    assert_eq!(socket.next().await["events"]["__typename"], "Ready");
    let mut socket = Listening::start(ada.address(), &ada.token, "subscription { events { cursor } }", json!({})).await;
    let Said::Error(errors) = socket.said().await else { panic!("it ran") };
    assert_eq!(errors[0]["extensions"]["code"], "PERSISTED_QUERY_NOT_FOUND");
}

#[tokio::test]
async fn a_request_keeps_the_name_its_proxy_gave_it_unless_it_could_mislead() {
    let server = TestServer::start().await;
    let ada = server.doctor("ada").await;
    let named = async |id: &str| {
        let asked = ada.get("/graphql").query(&[("query", "{ __typename }")]).header("x-request-id", id);
        asked.send().await.unwrap().headers()["x-request-id"].to_str().unwrap().to_owned()
    };
    assert_eq!(named("0197f0aa-proxy-7").await, "0197f0aa-proxy-7");
    for id in ["a b", "id=\"forged\"", "{}", &"a".repeat(65)] {
        let given = named(id).await;
        assert!(given != id && given.len() == 36, "{id}: {given}");
    }
}
