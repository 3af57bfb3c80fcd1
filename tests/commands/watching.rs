//! What operators may watch from outside: metrics on an address of their own, and traces sent to a collector.

use std::sync::Arc;

use axum::{Router, body::Bytes, extract::State, http::HeaderMap, routing::post};
use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest,
    common::v1::{KeyValue, any_value::Value},
    trace::v1::Span,
};
use prost::Message;
use serde_json::json;
use tokio::{net::TcpListener, sync::mpsc};

use super::Dev;

#[tokio::test]
async fn dev_says_where_its_metrics_are() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(folder.path(), &[]).await;
    let text = reqwest::get(&dev.metrics).await.unwrap().text().await.unwrap();
    assert!(text.contains("\nbedside_sockets 0\n") && text.ends_with("# EOF\n"), "{text}");
    let elsewhere = reqwest::get(format!("http://{}/metrics", dev.host)).await.unwrap();
    assert_eq!(elsewhere.status(), 404);
}

/// A collector, as OpenTelemetry has it (OTLP over HTTP), and what it was sent.
struct Collector {
    url: String,
    batches: mpsc::UnboundedReceiver<ExportTraceServiceRequest>,
}

impl Collector {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (sender, batches) = mpsc::unbounded_channel();
        let take = async |State(sender): State<Arc<mpsc::UnboundedSender<_>>>, headers: HeaderMap, body: Bytes| {
            assert_eq!(headers["content-type"], "application/x-protobuf");
            sender.send(ExportTraceServiceRequest::decode(body).unwrap()).unwrap();
        };
        let router = Router::new().route("/v1/traces", post(take)).with_state(Arc::new(sender));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, batches }
    }

    /// Everything that was sent.
    fn all(&mut self) -> Vec<ExportTraceServiceRequest> {
        std::iter::from_fn(|| self.batches.try_recv().ok()).collect()
    }
}

fn attribute(attributes: &[KeyValue], name: &str) -> Option<String> {
    let found = attributes.iter().find(|attribute| attribute.key == name)?;
    match found.value.as_ref()?.value.as_ref()? {
        Value::StringValue(text) => Some(text.clone()),
        _ => None,
    }
}

#[tokio::test]
async fn a_trace_tells_what_a_request_did_and_for_nobody_to_know_who_asked() {
    let (folder, mut collector) = (tempfile::tempdir().unwrap(), Collector::start().await);
    let dev = Dev::start(folder.path(), &[("BEDSIDE_TRACES", &collector.url)]).await;
    let token = dev.token.clone();
    let secret = "The knee of bed 12 is swollen";
    let thread = dev.ask(&token, "{ conversations(first: 1) { nodes { id } } }", json!({})).await;
    let thread = &thread["data"]["conversations"]["nodes"][0]["id"];
    let send = "mutation($c: ID!, $t: String!) { sendMessage(input: { clientId: \"0198a4c2-7c1e-7d3a-9a55-2f9d3c1b7e10\", to: { conversationId: $c }, text: $t }) { userErrors { code } } }";
    let sent = dev.ask(&token, send, json!({ "c": thread, "t": secret })).await;
    assert_eq!(sent["data"]["sendMessage"]["userErrors"], json!([]), "{sent}");
    dev.process.terminate();
    // What was not sent before is sent at the end.
    assert!(dev.process.end().await.0.success());

    let batches = collector.all();
    let resources: Vec<_> = batches.iter().flat_map(|batch| &batch.resource_spans).collect();
    let service = resources[0].resource.as_ref().unwrap();
    assert_eq!(attribute(&service.attributes, "service.name").as_deref(), Some("bedside"));
    let spans: Vec<&Span> =
        resources.iter().flat_map(|resource| &resource.scope_spans).flat_map(|scope| &scope.spans).collect();
    let is_send = |span: &&&Span| attribute(&span.attributes, "field").as_deref() == Some("sendMessage");
    let operation = spans.iter().find(is_send).unwrap();
    assert_eq!(
        (operation.name.as_str(), attribute(&operation.attributes, "kind").unwrap()),
        ("operation", "mutation".into())
    );
    let request = spans.iter().find(|span| span.span_id == operation.parent_span_id).unwrap();
    assert_eq!(
        (request.name.as_str(), attribute(&request.attributes, "route").unwrap()),
        ("request", "graphql".into())
    );
    let write = spans.iter().find(|span| span.name == "write" && span.trace_id == operation.trace_id).unwrap();
    assert!(write.start_time_unix_nano >= operation.start_time_unix_nano);
    let told = format!("{batches:?}");
    for secret in [secret, &token, thread.as_str().unwrap(), "Okafor"] {
        assert!(!told.contains(secret), "a trace holds {secret}");
    }
}
