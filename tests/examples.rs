//! Everything in `examples/` works as it stands: the operations, the dialogue, and the listeners.
//!
//! The listeners need their packages, so they run when `BEDSIDE_TEST_CLIENTS=1` is set.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at what it did not expect")]

#[path = "examples/child.rs"]
mod child;
#[path = "examples/many.rs"]
mod many;
#[path = "examples/operations.rs"]
mod operations;
#[path = "api/support/mod.rs"]
#[expect(unused, reason = "the stories need more of it")]
mod support;
#[path = "examples/wire.rs"]
mod wire;

use std::{io::Write, path::Path, process::Command};

use child::Child;
use support::TestServer;
use wire::Wire;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples");

#[tokio::test]
async fn the_dialogue_is_heard_and_read() {
    let program = std::env::current_exe().unwrap().parent().unwrap().with_file_name("examples").join("chat");
    assert!(program.exists(), "the example is not built: run `cargo build --example chat`, or plain `cargo test`");
    let server = TestServer::start().await;
    let mut child = Child::start(Command::new(program).args(["--url", &server.url("")]));
    let heard = child.rest().await;
    assert!(child.succeeded());
    assert_eq!(heard.len(), 4, "{heard:#?}");
    assert!(heard[2].contains("Pat Lindqvist sees  Dr. Ada Okafor: Yes please"), "{heard:#?}");
    assert!(heard[3].contains("Dr. Ada Okafor sees  Pat Lindqvist has read it"), "{heard:#?}");
}

#[tokio::test]
async fn the_typescript_listener_goes_on_after_a_break() {
    listener_goes_on_after_a_break("node_modules/.bin/tsx", "listener.ts", "`npm ci` in examples/").await;
}

#[tokio::test]
async fn the_python_listener_goes_on_after_a_break() {
    listener_goes_on_after_a_break("python3", "listener.py", "`pip install -r examples/requirements.txt`").await;
}

/// A message reaches the listener; the connection breaks; one sent meanwhile reaches it once it is back, and once.
async fn listener_goes_on_after_a_break(runner: &str, program: &str, preparation: &str) {
    if std::env::var_os("BEDSIDE_TEST_CLIENTS").is_none() {
        // Not `eprintln!`: the test harness would keep it to itself.
        let mut terminal = std::io::stderr();
        let how = format!("{preparation}, then `BEDSIDE_TEST_CLIENTS=1 cargo test --test examples`");
        writeln!(terminal, "skipped {program}: {how}").unwrap();
        return;
    }
    let local = Path::new(FOLDER).join(runner);
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    let wire = Wire::to(server.address).await;
    let mut listeners = server.app.tail.listeners();

    let mut command = if local.exists() { Command::new(local) } else { Command::new(runner) };
    command.arg(program).args(["--count", "2"]).current_dir(FOLDER);
    command.env("BEDSIDE_URL", format!("http://{}", wire.address)).env("BEDSIDE_TOKEN", &pat.token);
    let mut child = Child::start(&mut command);
    assert_eq!(child.line().await, "* ada: 0 unread");
    listeners.wait_for(|count| *count > 0).await.unwrap();
    ada.send(&thread, "Before the break").await;
    assert!(child.line().await.ends_with(" ada | ada: Before the break"));

    wire.cut();
    listeners.wait_for(|count| *count == 0).await.unwrap();
    ada.send(&thread, "During the break").await;
    wire.mend();
    assert_eq!(child.line().await, "(connected again)");
    assert!(child.line().await.ends_with(" ada | ada: During the break"));
    assert_eq!(child.rest().await, [""; 0]);
    assert!(child.succeeded());
}

#[tokio::test]
async fn every_operation_runs_without_errors() {
    let scene = operations::Scene::new().await;
    for operation in operations::all(Path::new(FOLDER)) {
        scene.run(&operation).await;
    }
}

/// On one thread, and the fewest of several tries: what the server does in its own time only adds, and so does a loader
/// whose time is over before everything was asked for. Those are a few; what is asked for each of many is ten more.
#[tokio::test]
async fn every_operation_asks_the_database_as_often_for_few_as_for_many() {
    const FEW: u64 = 2;
    const MANY: u64 = 12;
    let (few, many) = (operations::Scene::of_many(FEW).await, operations::Scene::of_many(MANY).await);
    let mut more = Vec::new();
    // What confirms an address has a server and a person to itself, and nothing there could be many of.
    for operation in operations::all(Path::new(FOLDER)).iter().filter(|operation| operation.name != "confirm-email") {
        let for_few = few.statements(operation).await.min(few.statements(operation).await);
        let most = for_few + (MANY - FEW) / 2;
        let mut for_many = u64::MAX;
        for _ in 0..10 {
            for_many = for_many.min(many.statements(operation).await);
            if for_many <= most {
                break;
            }
        }
        if for_many > most {
            more.push(format!("{}: {for_few} statements for few, {for_many} for many", operation.name));
        }
    }
    assert!(more.is_empty(), "{more:#?}");
}

#[tokio::test]
async fn every_request_of_the_collection_is_answered_without_errors() {
    let requests = std::fs::read_to_string(Path::new(FOLDER).join("requests.http")).unwrap();
    operations::Scene::new().await.run_collection(&requests).await;
}

#[test]
fn every_operation_says_what_it_is_for_and_is_listed() {
    let list = std::fs::read_to_string(Path::new(FOLDER).join("operations/README.md")).unwrap();
    for operation in operations::all(Path::new(FOLDER)) {
        assert!(operation.text.starts_with("# "), "{} begins with a line saying what it is for", operation.name);
        let title = operation.title();
        assert!(operation.text.contains(&format!(" {title}")), "the operation in {} is named {title}", operation.name);
        let entry = format!("[{title}]({}.graphql)", operation.name);
        assert!(list.contains(&entry), "examples/operations/README.md does not list {entry}");
    }
}
