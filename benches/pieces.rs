//! What the pieces of the server cost by themselves: a write of the journal alone and 64 at once, handing an event to
//! listeners, a page of history, the look at a document before it is parsed, and sealing a cursor.
//!
//! `cargo bench --bench pieces`, or `cargo bench --bench pieces -- journal` for some of them. The database is SQLite in
//! a temporary folder of the system (`TMPDIR`), and a write waits for its disk.

#![expect(clippy::unwrap_used, reason = "a measurement stops at the first surprise")]

#[expect(unused, reason = "another measurement needs the rest")]
mod served;

use std::{hint::black_box, net::Ipv4Addr, sync::Arc, time::Duration};

use async_graphql::{Request, Variables, dataloader::DataLoader};
use bedside::{
    App,
    access::{Connection, Viewer},
    conversations::service as conversations,
    entity::{
        conversation::Purpose,
        user::{Language, Role},
    },
    graphql::{
        Batch, Handed, Items, RequestContext, SignedIn, Told,
        documents::Documents,
        precheck::{DocumentLimits, check_document},
    },
    ids::ConversationId,
    journal::{CursorKey, Place, Seq},
    messages::service::{NewMessage, Target, send},
    schema::{self, BedsideSchema},
};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use futures_util::{StreamExt, future::join_all};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use uuid::Uuid;

const EVENTS: &str = include_str!("../examples/operations/events.graphql");
const ADDED: &str = include_str!("../examples/operations/message-added.graphql");
const HISTORY: &str = include_str!("../examples/operations/history.graphql");
/// As many writes as go into one commit at most.
const AT_ONCE: usize = 64;
const LISTENERS: usize = 100;

/// A server without its doors: a doctor and a patient who have talked.
struct Clinic {
    app: Arc<App>,
    schema: BedsideSchema,
    doctor: Arc<Viewer>,
    patient: Arc<Viewer>,
    thread: ConversationId,
    _folder: TempDir,
}

impl Clinic {
    async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (_, app) = served::open(folder.path(), None).await;
        let doctor = &served::people::make(&app, "doctor", 1, Role::Clinician).await[0];
        let patient = &served::people::make(&app, "patient", 1, Role::Patient).await[0];
        let Ok(doctor) = app.recognition.recognise(&doctor.token).await else { panic!("a token was refused") };
        let Ok(patient) = app.recognition.recognise(&patient.token).await else { panic!("a token was refused") };
        let opened = conversations::open_direct(&app, &doctor, patient.id(), Purpose::General, None).await;
        let Ok((member, _)) = opened else { panic!("a conversation was refused") };
        let clinic = Self { schema: schema::build(&app), app, doctor, patient, thread: member.id(), _folder: folder };
        for _ in 0..50 {
            clinic.send().await;
        }
        clinic
    }

    async fn send(&self) {
        let new = NewMessage {
            client_id: Uuid::now_v7(),
            target: Target::Conversation(self.thread),
            text: "The pressure was 128 over 82 this morning, and the pulse 72.".into(),
            card: None,
            is_urgent: false,
            expires_at: None,
            forwards: None,
            reply_to: None,
            attachments: Vec::new(),
        };
        assert!(send(&self.app, &self.doctor, new).await.is_ok());
    }

    fn context(&self) -> Arc<RequestContext> {
        Arc::new(RequestContext {
            viewer: Ok(Arc::clone(&self.patient)),
            connection: Arc::new(Connection::new(Some(Arc::clone(&self.patient)))),
            is_socket: true,
            resume_after: None,
            told: Told::default(),
            handed: Handed::default(),
            place: self.app.tail.position(),
            address: Ipv4Addr::LOCALHOST.into(),
            device: "pieces".into(),
            language: Language::default(),
            signed_in: SignedIn::default(),
        })
    }

    fn request(&self, document: &str, variables: Value, context: Arc<RequestContext>) -> Request {
        let batch = Batch { app: Arc::clone(&self.app), viewer: Some(Arc::clone(&self.patient)) };
        let request = Request::new(document).variables(Variables::from_json(variables));
        request.data(context).data(DataLoader::new(batch, tokio::spawn))
    }

    /// What somebody who listens to the conversation hears from here on.
    async fn listener(&self) -> Items {
        let after = self.app.cursors.seal(self.app.tail.position());
        let variables = json!({ "conversationId": self.thread.to_string(), "after": after });
        let context = self.context();
        let begun = self.schema.execute_stream(self.request(ADDED, variables, Arc::clone(&context)));
        let refusals: Vec<_> = begun.collect().await;
        context.handed.take().unwrap_or_else(|| panic!("{refusals:?}"))
    }
}

fn journal(bench: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    let clinic = runtime.block_on(Clinic::open());
    let mut group = bench.benchmark_group("journal: messages written");
    group.throughput(Throughput::Elements(1));
    group.bench_function("one after the other", |run| run.to_async(&runtime).iter(|| clinic.send()));
    group.throughput(Throughput::Elements(AT_ONCE as u64));
    group.bench_function("64 at once", |run| {
        run.to_async(&runtime).iter(|| join_all((0..AT_ONCE).map(|_| clinic.send())));
    });
    group.finish();
    runtime.block_on(served::close(&clinic.app));
}

fn dispatch(bench: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    let clinic = runtime.block_on(Clinic::open());
    let mut listeners = runtime.block_on(async { join_all((0..LISTENERS).map(|_| clinic.listener())).await });
    let mut group = bench.benchmark_group("tail: one message, written and handed out");
    group.throughput(Throughput::Elements(LISTENERS as u64));
    group.bench_function("to 100 listeners", |run| {
        run.iter(|| {
            runtime.block_on(async {
                clinic.send().await;
                join_all(listeners.iter_mut().map(async |listener| assert!(listener.next().await.unwrap().is_ok())))
                    .await
            })
        });
    });
    group.finish();
    drop(listeners);
    runtime.block_on(served::close(&clinic.app));
}

fn page(bench: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    let clinic = runtime.block_on(Clinic::open());
    let variables = json!({ "conversationId": clinic.thread.to_string() });
    let mut group = bench.benchmark_group("page: 50 messages, parsed, resolved and written as JSON");
    group.bench_function("history", |run| {
        run.to_async(&runtime).iter(async || {
            let response = clinic.schema.execute(clinic.request(HISTORY, variables.clone(), clinic.context())).await;
            assert!(response.errors.is_empty(), "{:?}", response.errors);
            serde_json::to_vec(&response.data).unwrap()
        });
    });
    group.finish();
    runtime.block_on(served::close(&clinic.app));
}

fn documents(bench: &mut Criterion) {
    let config = bedside::config::Config::defaults().unwrap().documents;
    let documents = Documents::open(&config).unwrap();
    let limits: &DocumentLimits = documents.limits();
    let mut group = bench.benchmark_group("documents: the look before the parser");
    for (name, document) in [("events", EVENTS), ("history", HISTORY)] {
        group.throughput(Throughput::Bytes(document.len() as u64));
        group.bench_function(name, |run| run.iter(|| assert!(check_document(black_box(document), limits).is_ok())));
    }
    group.finish();
}

fn cursors(bench: &mut Criterion) {
    let key = CursorKey::new(&[7; 32]);
    let sealed = key.seal(Place::new(Seq(1_234_567), &[9; 32]));
    let mut group = bench.benchmark_group("cursors");
    group.bench_function("seal", |run| run.iter(|| key.seal(black_box(Place::new(Seq(1_234_567), &[9; 32])))));
    group.bench_function("open", |run| run.iter(|| assert!(key.open(black_box(&sealed)).is_ok())));
    group.finish();
}

criterion_group! {
    name = pieces;
    config = Criterion::default().measurement_time(Duration::from_secs(3)).warm_up_time(Duration::from_secs(1));
    targets = documents, cursors, page, journal, dispatch
}
criterion_main!(pieces);
