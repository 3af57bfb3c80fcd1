//! Traces: what is done for each request, sent to a collector in batches beside the work.

use std::time::Duration;

use anyhow::Context;
use async_trait::async_trait;
use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::{Request, Response, client::conn::http1, header};
use hyper_util::rt::TokioIo;
use opentelemetry::{KeyValue, trace::TracerProvider};
use opentelemetry_http::{HttpClient, HttpError};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::{
    Resource,
    trace::{Sampler, SdkTracer, SdkTracerProvider},
};
use tokio::{net::TcpStream, runtime::Handle, time::timeout};

use crate::config;

/// How long a batch may take to be sent. It is not sent again.
const WITHIN: Duration = Duration::from_secs(5);
/// The longest answer of a collector that is read.
const ANSWER: usize = 64 << 10;

/// What makes traces; what is not sent yet is sent when it is dropped.
pub struct Traces(SdkTracerProvider);

impl Traces {
    /// Begins to send traces, if they are wanted.
    ///
    /// # Errors
    /// When the address cannot be used.
    pub(super) fn start(settings: &config::Traces) -> anyhow::Result<Option<Self>> {
        let Some(collector) = &settings.collector else { return Ok(None) };
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(Client(Handle::current()))
            .with_endpoint(format!("{}/v1/traces", collector.trim_end_matches('/')))
            .with_protocol(Protocol::HttpBinary)
            .with_timeout(WITHIN)
            .build()
            .context("traces.collector cannot be used")?;
        let version = KeyValue::new("service.version", env!("CARGO_PKG_VERSION"));
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            .with_sampler(Sampler::TraceIdRatioBased(settings.share))
            .with_resource(Resource::builder().with_service_name("bedside").with_attribute(version).build())
            .build();
        Ok(Some(Self(provider)))
    }

    pub(super) fn tracer(&self) -> SdkTracer {
        self.0.tracer("bedside")
    }
}

impl Drop for Traces {
    fn drop(&mut self) {
        // A collector that does not answer keeps nothing up; its traces are lost.
        let _ = self.0.shutdown_with_timeout(WITHIN);
    }
}

/// Sends batches. They are made on a thread of the library's own, which no connection can be opened from.
#[derive(Debug)]
struct Client(Handle);

#[async_trait]
impl HttpClient for Client {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        self.0.spawn(async move { timeout(WITHIN, send(request)).await }).await??
    }
}

async fn send(request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
    let host = request.uri().host().unwrap_or_default();
    let address = format!("{host}:{}", request.uri().port_u16().unwrap_or(80));
    let (mut sender, connection) = http1::handshake(TokioIo::new(TcpStream::connect(&address).await?)).await?;
    tokio::spawn(connection);
    let (mut head, body) = request.into_parts();
    head.headers.insert(header::HOST, address.parse()?);
    head.uri = head.uri.path().parse()?;
    let response = sender.send_request(Request::from_parts(head, Full::new(body))).await?;
    let (head, body) = response.into_parts();
    Ok(Response::from_parts(head, Limited::new(body, ANSWER).collect().await?.to_bytes()))
}
