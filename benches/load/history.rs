//! A page of history, in short and in very long ones, at the end and deep inside.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use bedside::{
    App,
    access::Viewer,
    conversations::service as conversations,
    entity::{attachment, conversation, conversation::Purpose, message, user::Role},
    ids::{AttachmentId, ConversationId, UserId},
    journal::{Change, EventBody, Locks, NewEvent, Row, Seq, Tx, Write},
    timeline,
};
use futures_util::future::join_all;
use indicatif::ProgressBar;
use sea_orm::ActiveValue::{Set, Unchanged};
use serde_json::{Value, json};

use crate::{
    arguments::{Arguments, History},
    door::Door,
    ground::Ground,
    report::Report,
    served::people::Person,
    tally::milliseconds,
};

/// Both pages are asked for with this one document.
const PAGE: &str = "query Page($id: ID!, $before: String, $last: Int = 50) { conversation(id: $id) {
    messages(last: $last, before: $before) {
        nodes { id text createdAt sender { id fullName } attachments { id name contentType size url } }
        pageInfo { startCursor hasPreviousPage } } } }";
const AROUND: &str = include_str!("../../examples/operations/history-around.graphql");
/// How many messages go into one transaction.
const BATCH: usize = 500;
/// Every so many messages have a file.
const WITH_FILE: i64 = 10;

pub async fn run(arguments: &Arguments, scenario: &History, core: Option<usize>) {
    let wanted = [("clinician", 1, Role::Clinician), ("patient", scenario.sizes.len(), Role::Patient)];
    let mut histories = Vec::new();
    let (ground, people) = Ground::prepare(arguments, core, &wanted, async |app, people| {
        histories = fill(app, people, &scenario.sizes).await;
    })
    .await;
    assert!(!histories.is_empty(), "a server that runs already cannot be given a history: leave out --url");
    let mut report = Report::new(&ground);
    for (history, patient) in histories.iter().zip(&people[1]) {
        let door = Arc::new(ground.door(&patient.token));
        let around = json!({ "conversationId": history.id.to_string(), "messageId": history.middle, "first": 1 });
        let middle = door.run(AROUND, around).await;
        let deep = &middle["conversation"]["messages"]["pageInfo"]["startCursor"];
        for (what, before) in [("newest", &Value::Null), ("deep", deep)] {
            let variables = json!({ "id": history.id.to_string(), "before": before });
            page(&ground, &door, &variables, scenario, &mut report, &format!("{what} of {}", history.size)).await;
        }
    }
    report.print();
    ground.remove().await;
}

async fn page(
    ground: &Ground,
    door: &Arc<Door>,
    variables: &Value,
    scenario: &History,
    report: &mut Report,
    what: &str,
) {
    let whole = door.run(PAGE, variables.clone()).await;
    let nodes = whole["conversation"]["messages"]["nodes"].as_array().unwrap();
    let files = nodes.iter().filter(|node| node["attachments"][0]["url"].is_string()).count();
    assert!(nodes.len() == 50 && files == 5, "{} messages, {files} with files", nodes.len());
    let body = json!({ "query": PAGE, "variables": variables }).to_string();
    let length = door.ask(body.clone().into_bytes()).await.unwrap().len();
    let times = std::sync::Mutex::new(hdrhistogram::Histogram::<u64>::new(3).unwrap());
    let (before, began) = (ground.processor_times(), Instant::now());
    let until = began + Duration::from_secs(scenario.seconds.into());
    join_all((0..scenario.clients).map(async |_| {
        while Instant::now() < until {
            let began = Instant::now();
            let answer = door.ask(body.clone().into_bytes()).await.unwrap();
            assert_eq!(answer.len(), length, "another page than before: {}", String::from_utf8_lossy(&answer));
            times.lock().unwrap().record(u64::try_from(began.elapsed().as_micros()).unwrap()).unwrap();
        }
    }))
    .await;
    let took = began.elapsed();
    let (servers, database) = ground.processor_times().since(&before);
    let times = times.into_inner().unwrap();
    let cpu = servers.map_or("not known".into(), |servers| {
        format!("{:.3} s CPU for 1,000", (servers + database).as_secs_f64() * 1e3 / times.len() as f64)
    });
    let [median, late] = [0.5, 0.99].map(|part| milliseconds(times.value_at_quantile(part)));
    let rate = times.len() as f64 / took.as_secs_f64();
    report
        .line(what, format!("{cpu}; {rate:.0} a second; p50 {median}, p99 {late}, max {}", milliseconds(times.max())));
}

/// A conversation and what is in it.
struct Long {
    id: ConversationId,
    size: usize,
    /// How many were written so far.
    written: usize,
    /// The message in the middle, by its public id.
    middle: String,
}

/// Fills a conversation with each patient, all of them in turn, so that none lies together on the disk.
async fn fill(app: &App, people: &[Vec<Person>], sizes: &[usize]) -> Vec<Long> {
    let recognise = async |person: &Person| {
        let Ok(viewer) = app.recognition.recognise(&person.token).await else { panic!("a token was refused") };
        viewer
    };
    let clinician = recognise(&people[0][0]).await;
    let (mut histories, mut viewers) = (Vec::new(), Vec::new());
    for (size, patient) in sizes.iter().zip(&people[1]) {
        let patient = recognise(patient).await;
        let opened = conversations::open_direct(app, &clinician, patient.id(), Purpose::General, None).await;
        let Ok((member, _)) = opened else { panic!("a conversation was refused") };
        histories.push(Long { id: member.id(), size: *size, written: 0, middle: String::new() });
        viewers.push([Viewer::clone(&clinician), Viewer::clone(&patient)]);
    }
    let all: usize = sizes.iter().sum();
    let bar = ProgressBar::new(all as u64).with_message("filling");
    for start in (0..all).step_by(BATCH) {
        let mut parts = Vec::new();
        for (long, viewers) in histories.iter_mut().zip(&viewers) {
            let until = (long.size as u128 * (start + BATCH).min(all) as u128 / all as u128) as usize;
            let now = app.clock.now();
            let messages: Vec<_> = (long.written..until).map(|n| message(n, long.id, viewers, now)).collect();
            if let Some(middle) = (long.size / 2).checked_sub(long.written).and_then(|n| messages.get(n)) {
                long.middle = middle.id.to_string();
            }
            long.written = until;
            parts.push((long.id, messages));
        }
        assert!(app.journal.write(Messages(parts)).await.is_ok());
        bar.inc(BATCH as u64);
    }
    bar.finish_and_clear();
    histories
}

/// The `n`th message of a conversation; its two people write in turn.
fn message(
    n: usize,
    conversation: ConversationId,
    viewers: &[Viewer; 2],
    now: bedside::clock::Timestamp,
) -> message::Model {
    let ordinal = i64::try_from(n).unwrap() + 1;
    message::Model {
        ordinal,
        sender_ordinal: (ordinal + 1) / 2,
        text: format!("Message {ordinal}: the pressure was 128 over 82 this morning, and the pulse 72."),
        has_attachments: ordinal % WITH_FILE == 0,
        kind: if ordinal % WITH_FILE == 0 { message::Kind::File } else { message::Kind::Text },
        ..timeline::blank(&viewers[n % 2], conversation, now)
    }
}

fn file(message: &message::Model) -> attachment::Model {
    attachment::Model {
        id: AttachmentId::generate(),
        uploader_id: message.sender_id,
        message_id: Some(message.id),
        is_avatar: false,
        position: 0,
        name: "plan.txt".into(),
        content_type: "text/plain".into(),
        kind: attachment::Kind::File,
        size: 1_000,
        sha256: vec![0; 32],
        storage_key: None,
        is_copy: false,
        duration_ms: None,
        width: None,
        height: None,
        thumbnail_key: None,
        thumbnail_type: None,
        thumbnail_size: None,
        thumbnail_width: None,
        thumbnail_height: None,
        annotations: 0,
        created_at: message.created_at,
        removed_at: None,
    }
}

/// Messages in several conversations, each with its event, as sending makes them.
struct Messages(Vec<(ConversationId, Vec<message::Model>)>);

impl Write for Messages {
    type Value = ();

    fn actor(&self) -> Option<UserId> {
        None
    }

    fn locks(&self) -> Locks {
        Locks { conversations: self.0.iter().map(|(id, _)| *id).collect(), ..Locks::default() }
    }

    async fn decide(&self, _: &Tx) -> bedside::error::Result<Change<()>> {
        let (mut events, mut messages, mut files, mut updates) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (conversation, rows) in &self.0 {
            for row in rows {
                let row = message::Model { seq: Seq::of(i64::try_from(events.len()).unwrap()), ..row.clone() };
                let added = EventBody::MessageAdded { message: row.id, sender: row.sender_id, countable: true };
                events.push(NewEvent::in_conversation(*conversation, added));
                files.extend(row.has_attachments.then(|| Row::insert(attachment::ActiveModel::from(file(&row)))));
                messages.push(Row::insert(message::ActiveModel::from(row)));
            }
            let Some(last) = rows.last() else { continue };
            let place = Seq::of(i64::try_from(events.len()).unwrap() - 1);
            updates.push(Row::update(conversation::ActiveModel {
                id: Unchanged(*conversation),
                last_ordinal: Set(last.ordinal),
                last_message_seq: Set(Some(place)),
                activity_seq: Set(place),
                ..Default::default()
            }));
        }
        messages.extend(files);
        messages.extend(updates);
        Ok(Change { rows: messages, events, value: () })
    }
}
