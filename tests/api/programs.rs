//! Programs: their accounts, their tokens, and what these reach.

use std::time::Duration;

use bedside::entity::{service_token, user::Role};
use futures_util::StreamExt;
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use crate::support::{Actor, Listening, Paper, TestServer, codes, message, to, with};

const ACCOUNT: &str = "mutation($i: CreateServiceAccountInput!) { createServiceAccount(input: $i) { account { id user { username role isService email } tokens { id } } userErrors { code field } } }";
const TOKEN: &str = "mutation($i: CreateServiceTokenInput!) { createServiceToken(input: $i) { token serviceToken { id name scopes expiresAt } userErrors { code field } } }";
const REVOKE: &str = "mutation($t: ID!) { revokeServiceToken(input: { tokenId: $t }) { tokenId userErrors { code } } }";
const LIST: &str = "{ serviceAccounts { nodes { user { username } tokens { id name scopes } } } }";
const VIEWER: &str = "{ viewer { user { username isService } } }";

/// A program with the account `username`, and its tokens.
pub struct Program {
    pub root: Actor,
    pub account: String,
}

impl Program {
    pub async fn make(server: &TestServer, username: &str) -> Self {
        let root = server.person("operator", Role::Admin).await;
        let made = root.run(ACCOUNT, json!({ "i": { "username": username, "fullName": "Reminders" } })).await;
        let account = made["createServiceAccount"]["account"]["id"].as_str().unwrap().to_owned();
        Self { root, account }
    }

    async fn try_token(&self, server: &TestServer, changes: Value) -> Value {
        let ends = server.clock.now().plus(Duration::from_secs(3600)).rfc3339();
        let input =
            json!({ "accountId": self.account, "name": "Test", "scopes": ["READ_MESSAGES"], "expiresAt": ends });
        self.root.run(TOKEN, json!({ "i": with(input, &changes) })).await["createServiceToken"].clone()
    }

    /// The program with a token of these scopes.
    pub async fn with_scopes(&self, server: &TestServer, scopes: &[&str]) -> Actor {
        let made = self.try_token(server, json!({ "scopes": scopes })).await;
        assert_eq!(codes(&made), Vec::<&str>::new());
        let mut program = Actor::nobody(server).with_token(made["token"].as_str().unwrap());
        program.id = self.account.clone();
        program.session = made["serviceToken"]["id"].as_str().unwrap().into();
        program
    }
}

#[tokio::test]
async fn a_program_talks_with_a_patient_over_http_sockets_and_event_streams_until_its_token_is_revoked() {
    let server = TestServer::start().await;
    let other_node = server.another_node().await;
    let (pat, program) = (server.patient("pat").await, Program::make(&server, "reminders").await);
    let bot = program.with_scopes(&server, &["SEND_MESSAGES", "READ_MESSAGES"]).await;
    let known = bot.run(VIEWER, json!({})).await["viewer"]["user"].clone();
    assert_eq!(known, json!({ "username": "reminders", "isService": true }));
    let thread = server.conversation(&[&bot, &pat]).await;
    bot.send(&thread, "You have an appointment tomorrow").await;

    let there = bot.at(&other_node);
    let mut socket = there.subscribe("subscription { events { __typename } }", json!({})).await;
    assert_eq!(socket.next_event().await["__typename"], "Ready");
    let request = json!({ "query": "subscription { events { __typename } }" });
    let stream = bot.http().post(server.url("/graphql")).bearer_auth(&bot.token).header("Accept", "text/event-stream");
    let stream = stream.json(&request).send().await.unwrap().bytes_stream();
    let heard =
        tokio::spawn(stream.fold(String::new(), async |text, part| text + &String::from_utf8_lossy(&part.unwrap())));
    pat.send(&thread, "I will come").await;
    assert_eq!(socket.next_event().await["__typename"], "MessageAdded");

    let revoked = program.root.run(REVOKE, json!({ "t": bot.session })).await["revokeServiceToken"].clone();
    assert_eq!(revoked, json!({ "tokenId": bot.session, "userErrors": [] }));
    socket.ends_with("SESSION_REVOKED").await;
    assert!(heard.await.unwrap().contains("SESSION_REVOKED"));
    assert_eq!(bot.code(VIEWER, json!({})).await, "SESSION_REVOKED");
    assert_eq!(there.code(VIEWER, json!({})).await, "SESSION_REVOKED");
    let list = program.root.run(LIST, json!({})).await["serviceAccounts"]["nodes"].clone();
    assert_eq!(list, json!([{ "user": { "username": "reminders" }, "tokens": [] }]));
}

#[tokio::test]
async fn a_program_reads_the_lists_its_scopes_name_and_why_it_was_refused() {
    let server = TestServer::start().await;
    let (ada, pat, program) =
        (server.doctor("ada").await, server.patient("pat").await, Program::make(&server, "bot").await);
    let reader = program.with_scopes(&server, &["READ_DIRECTORY"]).await;
    let users = reader
        .run("{ users(filter: { query: \"ada\" }) { nodes { username } edges { node { id } } } }", json!({}))
        .await;
    assert_eq!(users["users"]["nodes"], json!([{ "username": "ada" }]));
    assert_eq!(users["users"]["edges"], json!([{ "node": { "id": ada.id } }]));
    let sender = program.with_scopes(&server, &["SEND_MESSAGES"]).await;
    let thread = server.conversation(&[&sender, &pat]).await;
    const SEND: &str =
        "mutation($i: SendMessageInput!) { sendMessage(input: $i) { message { id } userErrors { code } } }";
    let refused = sender.run(SEND, json!({ "i": message(&to(&thread), &"n".repeat(5_001)) })).await;
    assert_eq!(codes(&refused["sendMessage"]), ["TOO_LONG"]);
}

#[tokio::test]
async fn what_lies_below_a_permitted_field_needs_its_own_scope() {
    let server = TestServer::start().await;
    let (pat, program) = (server.patient("pat").await, Program::make(&server, "bot").await);
    let reader = program.with_scopes(&server, &["READ_MESSAGES", "SEND_MESSAGES"]).await;
    let thread = server.conversation(&[&reader, &pat]).await;
    let file = pat.attach(&Paper::note("The result")).await["id"].clone();
    pat.say(with(message(&to(&thread), "My secret"), &json!({ "attachmentIds": [file] }))).await;
    let url = format!("/attachments/{}", file.as_str().unwrap());
    assert_eq!(reader.get(&url).send().await.unwrap().status(), 200);

    let sender = program.with_scopes(&server, &["SEND_MESSAGES"]).await;
    let send = |fields: &str| {
        format!(
            "mutation($i: SendMessageInput!) {{ sendMessage(input: $i) {{ message {{ {fields} }} userErrors {{ code }} }} }}"
        )
    };
    let input = || json!({ "i": message(&to(&thread), "Hello") });
    let sent = sender.run(&send("id"), input()).await;
    assert!(sent["sendMessage"]["message"]["id"].is_string());
    for below in
        ["id text", "conversation { id lastMessage { text } }", "conversation { messages(last: 5) { nodes { text } } }"]
    {
        let answer = sender.try_run(&send(below), input()).await;
        assert_eq!(answer.code(), "FORBIDDEN", "{below}");
        assert!(!answer.body.to_string().contains("secret"), "{}", answer.body);
    }
    assert_eq!(sender.get(&url).send().await.unwrap().status(), 404);
    let sessions = "{ viewer { sessions { id device } } }";
    assert_eq!(reader.code(sessions, json!({})).await, "FORBIDDEN");
    // Neither another name nor a fragment leads around.
    for trick in [
        "{ viewer: conversations { nodes { id } } }",
        "{ ...F } fragment F on Query { conversations { nodes { id } } }",
        "{ ... on Query { conversations { nodes { id } } } }",
        "query A { viewer { id } } query B { conversations { nodes { id } } }",
    ] {
        let body = json!({ "query": trick, "operationName": if trick.contains("query B") { json!("B") } else { json!(null) } });
        let answer =
            sender.http().post(server.url("/graphql")).bearer_auth(&sender.token).json(&body).send().await.unwrap();
        let answer: Value = answer.json().await.unwrap();
        assert_eq!(answer["errors"][0]["extensions"]["code"], "FORBIDDEN", "{trick}: {answer}");
    }
}

#[tokio::test]
async fn a_stream_that_a_token_does_not_reach_never_begins() {
    let server = TestServer::start().await;
    let program = Program::make(&server, "bot").await;
    let sender = program.with_scopes(&server, &["SEND_MESSAGES"]).await;
    for stream in ["subscription { events { __typename } }", "subscription { unreadCountsChanged { total } }"] {
        let mut socket = Listening::start(server.address, &sender.token, stream, json!({})).await;
        assert!(
            matches!(socket.said().await, crate::support::Said::Error(errors) if errors[0]["extensions"]["code"] == "FORBIDDEN")
        );
    }
}

#[tokio::test]
async fn a_token_ends_in_time_is_kept_as_a_hash_and_nobody_signs_in_as_a_program() {
    let server = TestServer::start().await;
    let program = Program::make(&server, "bot").await;
    let bot = program.with_scopes(&server, &["READ_MESSAGES"]).await;
    let rows = format!("{:?}", service_token::Entity::find().all(server.app.database.reader()).await.unwrap());
    assert!(bot.token.starts_with("bsvc_") && !rows.contains(&bot.token[5..]));
    let login = "mutation($i: LoginInput!) { login(input: $i) { tokens { accessToken } userErrors { code } } }";
    for (name, password) in [("bot", ""), ("bot@service.invalid", ""), ("bot", Actor::PASSWORD)] {
        let answer = Actor::nobody(&server).run(login, json!({ "i": { "name": name, "password": password } })).await;
        assert_eq!(codes(&answer["login"]), ["WRONG_CREDENTIALS"], "{name}");
    }
    let forged = bot.with_token(&format!("{}x", &bot.token[..bot.token.len() - 1]));
    assert_eq!(forged.code(VIEWER, json!({})).await, "UNAUTHENTICATED");
    assert_eq!(bot.with_token("bsvc_").code(VIEWER, json!({})).await, "UNAUTHENTICATED");
    bot.run(VIEWER, json!({})).await;
    server.clock.advance(Duration::from_secs(3600));
    assert_eq!(bot.code(VIEWER, json!({})).await, "TOKEN_EXPIRED");
}

#[tokio::test]
async fn a_disabled_program_is_out_and_gets_no_new_token() {
    let server = TestServer::start().await;
    let program = Program::make(&server, "bot").await;
    let bot = program.with_scopes(&server, &["READ_MESSAGES"]).await;
    bot.run(VIEWER, json!({})).await;
    let disable = "mutation($u: ID!) { disableUser(input: { id: $u }) { userErrors { code } } }";
    assert_eq!(program.root.refused(disable, json!({ "u": program.account })).await, Vec::<String>::new());
    assert_eq!(bot.code(VIEWER, json!({})).await, "SESSION_REVOKED");
    assert_eq!(codes(&server.unchanged(program.try_token(&server, json!({}))).await), ["ACCOUNT_DISABLED"]);
}

#[tokio::test]
async fn only_administrators_make_programs_and_what_is_wrong_is_named() {
    let server = TestServer::start().await;
    let program = Program::make(&server, "bot").await;
    let ada = server.doctor("ada").await;
    let bot = program
        .with_scopes(&server, &["READ_MESSAGES", "SEND_MESSAGES", "READ_DIRECTORY", "MANAGE_CONVERSATIONS"])
        .await;
    let ends = server.clock.now().plus(Duration::from_secs(60)).rfc3339();
    let token = json!({ "i": { "accountId": program.account, "name": "Mine", "scopes": ["READ_MESSAGES"], "expiresAt": ends } });
    for who in [&ada, &bot] {
        for (query, variables) in [
            (ACCOUNT, json!({ "i": { "username": "mine", "fullName": "Mine" } })),
            (TOKEN, token.clone()),
            (REVOKE, json!({ "t": bot.session })),
            (LIST, json!({})),
        ] {
            assert_eq!(server.unchanged(who.code(query, variables)).await, "FORBIDDEN");
        }
    }
    let later = |seconds| server.clock.now().plus(Duration::from_secs(seconds)).rfc3339();
    for (changes, code, field) in [
        (json!({ "name": " " }), "BLANK", "name"),
        (json!({ "name": "x".repeat(101) }), "TOO_LONG", "name"),
        (json!({ "scopes": [] }), "BLANK", "scopes"),
        (json!({ "expiresAt": later(0) }), "INVALID_FORMAT", "expiresAt"),
        (json!({ "expiresAt": later(367 * 86_400) }), "INVALID_FORMAT", "expiresAt"),
    ] {
        let payload = server.unchanged(program.try_token(&server, changes.clone())).await;
        assert_eq!(
            (codes(&payload), &payload["userErrors"][0]["field"]),
            (vec![code], &json!(["input", field])),
            "{changes}"
        );
        assert!(payload["token"].is_null());
    }
    let of_a_person = with(token["i"].clone(), &json!({ "accountId": ada.id }));
    assert_eq!(server.unchanged(program.root.code(TOKEN, json!({ "i": of_a_person }))).await, "NOT_FOUND");
    assert_eq!(
        program.root.code(REVOKE, json!({ "t": ada.session })).await,
        "NOT_FOUND",
        "a person's session is not a token"
    );
    for (input, code) in [
        (json!({ "username": "bot", "fullName": "Again" }), "TAKEN"),
        (json!({ "username": "other", "fullName": " " }), "BLANK"),
        (json!({ "username": "other", "fullName": "Other", "role": "ADMIN" }), "NOT_ALLOWED"),
    ] {
        assert_eq!(server.unchanged(program.root.refused(ACCOUNT, json!({ "i": input }))).await, [code]);
    }
}
