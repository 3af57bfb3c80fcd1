//! The commands, as a person or a service manager runs them: the built program in a folder of its own.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod process;
#[path = "commands/watching.rs"]
mod watching;

use std::{
    io::{Read, Write},
    net::TcpStream,
    path::Path,
};

use bedside::{accounts::tokens::Tokens, keys::RootSecret};
use futures_util::StreamExt;
use process::Process;
use serde_json::{Value, json};
use tokio_tungstenite::{
    connect_async,
    tungstenite::{Message, client::IntoClientRequest},
};

const DEV: [&str; 6] = ["dev", "--no-pages", "--data-dir", "clinic", "--listen", "127.0.0.1:0"];

/// A running `bedside dev`.
struct Dev {
    process: Process,
    host: String,
    token: String,
    /// Where its metrics are.
    metrics: String,
    /// The body of the request that it offers to try.
    example: String,
}

impl Dev {
    async fn start(folder: &Path, settings: &[(&str, &str)]) -> Self {
        let mut process = Process::start(folder, &DEV, settings);
        let address = process.line_with("  GraphQL ").await;
        let host = address.trim_end_matches("/graphql").rsplit('/').next().unwrap().to_owned();
        let metrics = process.line_with("  Metrics ").await.split_whitespace().last().unwrap().to_owned();
        process.line_with("Access tokens").await;
        process.next_line().await;
        assert_eq!(process.next_line().await.unwrap().trim(), "ada");
        let token = process.next_line().await.unwrap().trim().to_owned();
        let example = process.line_with("-d '").await.trim().replace("-d ", "").replace('\'', "");
        process.line_with("Ctrl-C stops").await;
        Self { process, host, token, metrics, example }
    }

    async fn ask(&self, token: &str, query: &str, variables: Value) -> Value {
        self.post(token, json!({ "query": query, "variables": variables }).to_string()).await
    }

    async fn post(&self, token: &str, body: String) -> Value {
        let request = reqwest::Client::new().post(format!("http://{}/graphql", self.host)).bearer_auth(token);
        let request = request.header("Content-Type", "application/json").body(body);
        request.send().await.unwrap().json().await.unwrap()
    }

    async fn login(&self, username: &str, password: &str) -> Value {
        const LOGIN: &str = "mutation($u: String!, $p: String!) { login(input: { name: $u, password: $p }) { user { role } userErrors { code } } }";
        self.ask("", LOGIN, json!({ "u": username, "p": password })).await
    }

    /// A request whose body the server is waiting for.
    fn half_a_request(&self) -> (TcpStream, &'static str) {
        const BODY: &str = r#"{"query":"{ viewer { user { username } } }"}"#;
        let mut stream = TcpStream::connect(&self.host).unwrap();
        write!(
            stream,
            "POST /graphql HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n",
            self.host,
            self.token,
            BODY.len()
        )
        .unwrap();
        // Sent when the handler asks for the body: from here on the request is under way.
        let mut answer = [0; 25];
        stream.read_exact(&mut answer).unwrap();
        assert_eq!(&answer, b"HTTP/1.1 100 Continue\r\n\r\n");
        (stream, BODY)
    }
}

#[tokio::test]
async fn dev_prints_a_token_that_works_and_keeps_everything_for_the_next_time() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(folder.path(), &[]).await;
    let example = dev.post(&dev.token, dev.example.clone()).await;
    assert!(example["errors"].is_null() && example["data"]["conversations"]["nodes"].is_array(), "{example}");
    let query = "{ viewer { user { fullName } } conversations(first: 20) { nodes { purpose state unreadCount \
                 messages(last: 100) { nodes { text editedAt deletedAt attachments { name } } } } } }";
    let data = dev.ask(&dev.token, query, json!({})).await;
    assert_eq!(data["data"]["viewer"]["user"]["fullName"], "Dr Ada Okafor", "{data}");
    let conversations = data["data"]["conversations"]["nodes"].as_array().unwrap();
    assert!(conversations.iter().any(|conversation| conversation["state"] == "ARCHIVED"));
    assert!(conversations.iter().any(|conversation| conversation["unreadCount"] == 2));
    let messages: Vec<_> = conversations.iter().flat_map(|it| it["messages"]["nodes"].as_array().unwrap()).collect();
    for field in ["editedAt", "deletedAt"] {
        assert_eq!(messages.iter().filter(|message| !message[field].is_null()).count(), 1, "{field}");
    }
    assert!(messages.iter().filter(|message| message["attachments"] != json!([])).count() >= 4);

    let (status, said) = Process::start(folder.path(), &DEV, &[]).end().await;
    assert_eq!(status.code(), Some(1));
    assert!(said.contains("`bedside dev (process ") && said.contains("stop it first"), "{said}");

    let token = dev.token.clone();
    dev.process.terminate();
    assert_eq!(dev.process.end().await.0.code(), Some(0));
    let again = Dev::start(folder.path(), &[]).await;
    assert_eq!(again.ask(&token, query, json!({})).await, data);
}

#[tokio::test]
async fn dev_starts_over_when_asked_and_after_a_clinic_was_left_half_made() {
    let folder = tempfile::tempdir().unwrap();
    let Dev { mut process, token, .. } = Dev::start(folder.path(), &[]).await;
    process.kill();
    std::fs::write(folder.path().join("clinic/clinic-half-made"), "").unwrap();
    let again = Dev::start(folder.path(), &[]).await;
    let answer = again.ask(&token, "{ viewer { user { username } } }", json!({})).await;
    assert_eq!(answer["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
}

#[tokio::test]
async fn a_stop_lets_requests_under_way_end_and_closes_sockets() {
    let folder = tempfile::tempdir().unwrap();
    let mut dev = Dev::start(folder.path(), &[]).await;
    let mut request = format!("ws://{}/graphql/ws", dev.host).into_client_request().unwrap();
    request.headers_mut().insert("Sec-WebSocket-Protocol", "graphql-transport-ws".parse().unwrap());
    let (mut socket, _) = connect_async(request).await.unwrap();
    let (mut stream, body) = dev.half_a_request();

    dev.process.terminate();
    dev.process.line_with("stopping").await;
    let Some(Ok(Message::Close(Some(close)))) = socket.next().await else { panic!("the socket was not closed") };
    assert_eq!(u16::from(close.code), 1012);
    stream.write_all(body.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(
        answer.starts_with("HTTP/1.1 200") && answer.ends_with(r#"{"data":{"viewer":{"user":{"username":"ada"}}}}"#)
    );
    let (status, said) = dev.process.end().await;
    assert_eq!(status.code(), Some(0), "{said}");
    assert!(said.contains("stopped") && !said.contains("still under way"), "{said}");
}

#[tokio::test]
async fn a_stop_does_not_wait_for_ever() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(folder.path(), &[("BEDSIDE_DRAIN", "300ms")]).await;
    let _under_way = dev.half_a_request();
    dev.process.terminate();
    let (status, said) = dev.process.end().await;
    assert_eq!(status.code(), Some(0), "{said}");
    assert!(said.contains("still under way"), "{said}");
}

#[tokio::test]
async fn serve_refuses_missing_secrets_and_any_other_schema_than_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let (status, said) = Process::start(folder.path(), &["serve"], &[]).end().await;
    assert_eq!(status.code(), Some(1));
    assert!(said.contains("auth.root_secret") && said.contains("BEDSIDE_ROOT_SECRET"), "{said}");

    let (root, signing) = (RootSecret::generate(), Tokens::generate_signing_key().unwrap());
    let secrets = [
        ("BEDSIDE_ROOT_SECRET", root.as_str()),
        ("BEDSIDE_SIGNING_KEY", signing.as_str()),
        ("BEDSIDE_LISTEN", "127.0.0.1:0"),
    ];
    let (_, said) = Process::start(folder.path(), &["serve"], &secrets[..1]).end().await;
    assert!(said.contains("auth.signing_key"), "{said}");
    let (status, said) = Process::start(folder.path(), &["serve"], &secrets).end().await;
    assert_eq!(status.code(), Some(1));
    assert!(said.contains("run `bedside migrate`"), "{said}");
    let file = folder.path().join("data/bedside.sqlite");
    std::fs::write(&file, "").unwrap();
    let (_, said) = Process::start(folder.path(), &["serve"], &secrets).end().await;
    assert!(said.contains("the database lacks ") && said.contains("run `bedside migrate`"), "{said}");

    let (status, said) = Process::start(folder.path(), &["migrate"], &[]).end().await;
    assert_eq!((status.code(), said.contains("current now")), (Some(0), true), "{said}");
    let mut serve = Process::start(folder.path(), &["serve"], &secrets);
    serve.line_with("listening").await;
    let (status, said) = Process::start(folder.path(), &["migrate"], &[]).end().await;
    assert_eq!((status.code(), said.contains("`bedside serve (process ")), (Some(1), true), "{said}");
    serve.terminate();
    assert_eq!(serve.end().await.0.code(), Some(0));

    let database = sea_orm::Database::connect(format!("sqlite://{}", file.display())).await.unwrap();
    let newer = "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m29990101_000001_later', 0)";
    sea_orm::ConnectionTrait::execute_unprepared(&database, newer).await.unwrap();
    database.close().await.unwrap();
    let (status, said) = Process::start(folder.path(), &["serve"], &secrets).end().await;
    assert_eq!((status.code(), said.contains("newer version")), (Some(1), true), "{said}");
}

#[tokio::test]
async fn config_check_shows_what_is_in_effect_and_names_an_unknown_key() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("bedside.toml"), "[limits]\ntext_max = 77\n").unwrap();
    let settings = [("BEDSIDE_ROOT_SECRET", "hush"), ("BEDSIDE_DRAIN", "3s")];
    let (status, said) = Process::start(folder.path(), &["config", "check"], &settings).end().await;
    assert_eq!(status.code(), Some(0));
    assert!(said.contains("limits.text_max = 77") && said.contains("server.drain = \"3s\""), "{said}");
    assert!(said.contains("auth.root_secret = \"(secret)\"") && !said.contains("hush"), "{said}");

    std::fs::write(folder.path().join("other.toml"), "[limits]\ntext_maximum = 77\n").unwrap();
    let check = ["config", "check", "--config", "other.toml"];
    let (status, said) = Process::start(folder.path(), &check, &[]).end().await;
    assert_eq!((status.code(), said.contains("text_maximum")), (Some(1), true), "{said}");
    let (_, said) = Process::start(folder.path(), &["config", "check", "--config", "none.toml"], &[]).end().await;
    assert!(said.contains("no configuration file none.toml"), "{said}");
}

#[tokio::test]
async fn config_check_reads_the_trusted_documents() {
    let folder = tempfile::tempdir().unwrap();
    let settings = [("BEDSIDE_TRUSTED_DOCUMENTS", "documents.json")];
    for (manifest, code, expected) in [
        (None, 1, "documents.trusted cannot be used: documents.json: it cannot be read"),
        (Some(r#"{ "one": "{ cursor }" }"#), 0, "# 1 trusted documents, and no others, are run"),
        (Some(r#"{ "one": "{ cursor" }"#), 1, "the document with the id one cannot be run"),
        (Some("{ cursor }"), 1, "neither an Apollo persisted query manifest"),
    ] {
        if let Some(manifest) = manifest {
            std::fs::write(folder.path().join("documents.json"), manifest).unwrap();
        }
        let (status, said) = Process::start(folder.path(), &["config", "check"], &settings).end().await;
        assert_eq!((status.code(), said.contains(expected)), (Some(code), true), "{said}");
    }
}

/// What a client reads of a failure: the id of the request and nothing else of use.
fn masked(errors: &Value, request_id: &str) {
    let extensions = &errors[0]["extensions"];
    assert_eq!((&extensions["code"], &extensions["requestId"]), (&json!("INTERNAL"), &json!(request_id)), "{errors}");
    for internal in ["table", "sql", "lost", "message_", "Exec", "src/"] {
        assert!(!errors.to_string().to_lowercase().contains(internal), "{errors}");
    }
}

#[tokio::test]
async fn a_failure_is_told_by_its_request_id_alone_and_the_log_knows_the_rest() {
    const BROKEN: &str = "{ conversations(first: 1) { nodes { id lastMessage { id } } } }";
    let folder = tempfile::tempdir().unwrap();
    let mut dev = Dev::start(folder.path(), &[]).await;
    let file = folder.path().join("clinic/bedside.sqlite");
    let database = sea_orm::Database::connect(format!("sqlite://{}", file.display())).await.unwrap();
    sea_orm::ConnectionTrait::execute_unprepared(&database, "ALTER TABLE message RENAME TO lost").await.unwrap();

    let request = reqwest::Client::new().post(format!("http://{}/graphql", dev.host)).bearer_auth(&dev.token);
    let response = request.json(&json!({ "query": BROKEN })).send().await.unwrap();
    let request_id = response.headers()["x-request-id"].to_str().unwrap().to_owned();
    let body: Value = response.json().await.unwrap();
    masked(&body["errors"], &request_id);
    let line = dev.process.line_with("no such table").await;
    assert!(line.contains(&request_id) && line.contains("a request failed"), "{line}");
    let line = dev.process.line_with("an operation was not answered").await;
    assert!(line.contains(&request_id) && line.contains("INTERNAL"), "{line}");

    let mut request = format!("ws://{}/graphql/ws", dev.host).into_client_request().unwrap();
    request.headers_mut().insert("Sec-WebSocket-Protocol", "graphql-transport-ws".parse().unwrap());
    let (mut socket, response) = connect_async(request).await.unwrap();
    let request_id = response.headers()["x-request-id"].to_str().unwrap().to_owned();
    let init = json!({ "type": "connection_init", "payload": { "token": dev.token } });
    let subscribe = json!({ "type": "subscribe", "id": "1", "payload": { "query": BROKEN } });
    for message in [init, subscribe] {
        futures_util::SinkExt::send(&mut socket, Message::text(message.to_string())).await.unwrap();
    }
    socket.next().await.unwrap().unwrap();
    let said = socket.next().await.unwrap().unwrap();
    let said: Value = serde_json::from_str(said.to_text().unwrap()).unwrap();
    masked(&said["payload"]["errors"], &request_id);
    let line = dev.process.line_with("no such table").await;
    assert!(line.contains(&request_id), "{line}");
}

#[tokio::test]
async fn an_account_made_beside_a_running_server_can_sign_in() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(folder.path(), &[]).await;
    let create = ["user", "create", "--username", "root1", "--email", "it@clinic.example", "--full-name", "IT"];
    let create: Vec<_> = create.into_iter().chain(["--role", "ADMIN", "--password-stdin"]).collect();
    let settings = [("BEDSIDE_DATA_DIR", "clinic")];
    let (status, said) = Process::start_with_input(folder.path(), &create, &settings, "short\n").end().await;
    assert_eq!((status.code(), said.contains("at least 12 characters")), (Some(1), true), "{said}");
    let input = "copper lantern drifts\n";
    let (status, said) = Process::start_with_input(folder.path(), &create, &settings, input).end().await;
    assert_eq!((status.code(), said.contains("root1 can sign in now")), (Some(0), true), "{said}");
    let answer = dev.login("root1", "copper lantern drifts").await;
    assert_eq!(answer["data"]["login"]["user"]["role"], "ADMIN", "{answer}");
    let (status, said) = Process::start_with_input(folder.path(), &create, &settings, input).end().await;
    assert_eq!((status.code(), said.contains("is taken")), (Some(1), true), "{said}");
    let (_, said) = Process::start(folder.path(), &create[..create.len() - 1], &settings).end().await;
    assert!(said.contains("--password-stdin"), "{said}");
}

#[tokio::test]
async fn schema_prints_the_schema_file_and_every_command_shows_an_example() {
    let folder = tempfile::tempdir().unwrap();
    let (_, said) = Process::start(folder.path(), &["schema"], &[]).end().await;
    assert_eq!(said.trim_end(), include_str!("../schema.graphql").trim_end());
    for command in
        ["dev", "serve", "migrate", "schema", "user", "user create", "config", "config check", "config example"]
    {
        let arguments: Vec<_> = command.split(' ').chain(["--help"]).collect();
        let (status, said) = Process::start(folder.path(), &arguments, &[]).end().await;
        assert!(status.success() && said.contains("Example"), "{command}: {said}");
    }
}
