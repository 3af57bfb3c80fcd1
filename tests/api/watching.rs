//! What operators see of a server, without seeing anybody.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use bedside::server;
use serde_json::json;
use tokio::net::TcpListener;
use uuid::Uuid;

use crate::support::{Actor, TestServer, into_folder};

/// Reads the metrics as Prometheus does: over HTTP, from an address of their own.
struct Watch {
    url: String,
}

impl Watch {
    async fn over(server: &TestServer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/metrics", listener.local_addr().unwrap());
        tokio::spawn(server::serve_metrics(Arc::clone(&server.app), listener));
        Self { url }
    }

    async fn text(&self) -> String {
        let answer = reqwest::get(&self.url).await.unwrap();
        assert!(answer.headers()["content-type"].to_str().unwrap().starts_with("application/openmetrics-text"));
        answer.text().await.unwrap()
    }

    /// Every figure by its name and labels.
    async fn figures(&self) -> BTreeMap<String, f64> {
        let text = self.text().await;
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        lines
            .map(|line| line.rsplit_once(' ').unwrap())
            .map(|(name, it)| (name.to_owned(), it.parse().unwrap()))
            .collect()
    }
}

#[tokio::test]
async fn operators_see_how_a_doctor_and_a_patient_talk_and_nothing_of_what_or_who() {
    let server = TestServer::start_with(into_folder).await;
    let watch = Watch::over(&server).await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    let before = watch.figures().await;
    let mut hears = pat.subscribe("subscription { events { __typename } }", json!({})).await;
    hears.next().await;
    let listening = watch.figures().await;
    assert_eq!((listening["bedside_sockets"], listening["bedside_listeners"]), (1.0, 1.0));
    for text in ["The knee is swollen", "Please come in", "Tomorrow at nine"] {
        ada.send(&thread, text).await;
        hears.next().await;
    }
    assert_eq!(ada.code("{ conversation(id: \"conv_none\") { id } }", json!({})).await, "BAD_USER_INPUT");
    assert_eq!(ada.code("{ nothingOfTheKind }", json!({})).await, "GRAPHQL_VALIDATION_FAILED");
    let after = watch.figures().await;
    let more = |name: &str| after.get(name).copied().unwrap_or(0.0) - before.get(name).copied().unwrap_or(0.0);
    assert_eq!(more("bedside_messages_sent_total"), 3.0);
    assert!(more("bedside_deliveries_total") >= 3.0);
    assert!(more("bedside_delivery_lag_seconds_count") >= 3.0);
    assert!(more("bedside_journal_batch_writes_sum") >= 3.0 && more("bedside_journal_commit_seconds_count") >= 1.0);
    assert_eq!(more("bedside_operation_seconds_count{kind=\"mutation\",field=\"sendMessage\"}"), 3.0);
    assert_eq!(more("bedside_errors_total{code=\"BAD_USER_INPUT\"}"), 1.0);
    assert_eq!(more("bedside_errors_total{code=\"GRAPHQL_VALIDATION_FAILED\"}"), 1.0);
    assert_eq!(after["bedside_active_people"], 2.0);
    assert!(more("bedside_sql_statements_total") > 0.0 && after["bedside_process_resident_memory_bytes"] > 1e6);
    let text = watch.text().await;
    for secret in ["nothingOfTheKind", "knee", "ada", "clinic.example", &ada.id, &thread, &thread[5..]] {
        assert!(!text.contains(secret), "{secret} can be read in the metrics");
    }
}

#[tokio::test]
async fn metrics_are_not_where_clients_connect() {
    let server = TestServer::start().await;
    let answer = reqwest::get(server.url("/metrics")).await.unwrap();
    assert_eq!(answer.status(), 404);
}

#[tokio::test]
async fn the_dashboard_shows_only_what_there_is() {
    let server = TestServer::start_with(into_folder).await;
    let watch = Watch::over(&server).await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    let mut hears = pat.subscribe("subscription { events { __typename } }", json!({})).await;
    hears.next().await;
    ada.send(&thread, "Good morning").await;
    ada.code("{ conversation(id: \"conv_none\") { id } }", json!({})).await;
    let file = ada.upload_text(Uuid::now_v7(), "Two a day").await["uploadAttachment"]["attachment"].take();
    let url = server.url(&format!("/attachments/{}", file["id"].as_str().unwrap()));
    let file = ada.http().get(url).bearer_auth(&ada.token).send().await.unwrap();
    assert_eq!(file.text().await.unwrap(), "Two a day");
    let ask = "mutation { requestPasswordReset(input: { email: \"ada@clinic.example\" }) { userErrors { code } } }";
    Actor::nobody(&server).run(ask, json!({})).await;
    server.mails().await;
    drop(hears);
    let figures = loop {
        let figures = watch.figures().await;
        if figures["bedside_sockets"] == 0.0 && figures.keys().any(|name| name.starts_with("bedside_mails_total")) {
            break figures;
        }
        tokio::task::yield_now().await;
    };
    let dashboard = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/grafana/bedside.json");
    let dashboard = std::fs::read_to_string(dashboard).unwrap();
    serde_json::from_str::<serde_json::Value>(&dashboard).unwrap();
    let names =
        dashboard.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|word| word.starts_with("bedside_"));
    let names: Vec<_> = names.collect();
    assert!(names.len() > 20, "{names:?}");
    let is_there = |name: &str| figures.keys().any(|figure| figure.split('{').next() == Some(name));
    let missing: Vec<_> = names.iter().filter(|name| !is_there(name)).collect();
    assert!(missing.is_empty(), "{missing:?} are in the dashboard and not in the metrics");
}
