//! A mixed day: people open their app, read, write, type, look for each other.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use bedside::entity::user::Role;
use futures_util::{StreamExt, stream};
use hdrhistogram::Histogram;
use rand::{RngExt, seq::IndexedRandom};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::{
    arguments::{Arguments, Clinic, Via},
    door::Door,
    ear::{self, Ear},
    ground::Ground,
    report::Report,
    sending::{self, Sender},
    served::people::Person,
    socket::{Socket, first_code},
    tally::{Tally, milliseconds},
};

const LIST: &str = include_str!("../../examples/operations/conversation-list.graphql");
const HISTORY: &str = include_str!("../../examples/operations/history.graphql");
const UNREAD: &str = include_str!("../../examples/operations/unread-counts.graphql");
const READ: &str = include_str!("../../examples/operations/mark-read.graphql");
const TYPING: &str = include_str!("../../examples/operations/set-typing.graphql");
const DIRECTORY: &str = include_str!("../../examples/operations/directory.graphql");
/// The people of one care team: a group.
const TEAM: usize = 10;
/// Patients of one clinician.
const PATIENTS: usize = 5;

/// What people do, and how often of a hundred times.
const DAY: [(Deed, u32); 7] = [
    (Deed::Send, 30),
    (Deed::Type, 20),
    (Deed::Read, 15),
    (Deed::OpenConversation, 15),
    (Deed::OpenList, 10),
    (Deed::LookAtUnread, 7),
    (Deed::LookForSomebody, 3),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Deed {
    Send,
    Type,
    Read,
    OpenConversation,
    OpenList,
    LookAtUnread,
    LookForSomebody,
}

impl Deed {
    fn of(mut number: u32) -> Self {
        for (deed, share) in DAY {
            if number < share {
                return deed;
            }
            number -= share;
        }
        Self::Send
    }

    fn request(self, conversation: &str) -> (&'static str, Value) {
        match self {
            Self::Send => unreachable!("messages are sent and counted by `sending`"),
            Self::Type => (TYPING, json!({ "input": { "conversationId": conversation, "isTyping": true } })),
            Self::Read => (READ, json!({ "input": { "conversationId": conversation } })),
            Self::OpenConversation => (HISTORY, json!({ "conversationId": conversation })),
            Self::OpenList => (LIST, json!({})),
            Self::LookAtUnread => (UNREAD, json!({})),
            Self::LookForSomebody => (DIRECTORY, json!({ "filter": { "query": "clinician1" } })),
        }
    }
}

type Times = Mutex<BTreeMap<Deed, Histogram<u64>>>;

pub async fn run(arguments: &Arguments, scenario: &Clinic, core: Option<usize>) {
    let patients = scenario.clinicians * PATIENTS;
    let wanted = [("clinician", scenario.clinicians, Role::Clinician), ("patient", patients, Role::Patient)];
    let (ground, people) = Ground::prepare(arguments, core, &wanted, async |_, _| {}).await;
    let tally = Arc::new(Tally::new());
    let (everybody, sizes) = settle(&ground, &people[0], &people[1], &tally).await;
    let (actors, ears): (Vec<Arc<Sender>>, Vec<Ear>) = everybody.into_iter().unzip();
    let times: Arc<Times> = Arc::default();
    let (before, began) = (ground.processor_times(), Instant::now());
    tally.measure();
    let mut under_way = JoinSet::new();
    let mut moments = sending::moments(scenario.rate, Arc::clone(&tally));
    let until = began + Duration::from_secs(scenario.seconds.into());
    while let Some(moment) = moments.recv().await.filter(|moment| *moment < until) {
        let (deed, actor) = (Deed::of(rand::rng().random_range(0..100)), actors.choose(&mut rand::rng()).unwrap());
        let (actor, tally, times) = (Arc::clone(actor), Arc::clone(&tally), Arc::clone(&times));
        under_way.spawn(async move { act(deed, &actor, moment, &tally, &times).await });
        while under_way.try_join_next().is_some() {}
    }
    tally.end();
    under_way.join_all().await;
    let took = began.elapsed();
    sending::wait_for_deliveries(&tally, |conversation| sizes[conversation as usize]).await;
    let (servers, database) = ground.processor_times().since(&before);
    let faults = ear::check(&ears, &tally);
    let mut report = Report::new(&ground);
    report.line("clinicians, patients", format!("{}, {patients}", scenario.clinicians));
    let mut operations = tally.totals().0;
    for (deed, times) in times.lock().unwrap().iter() {
        operations += times.len();
        let [median, late] = [0.5, 0.99].map(|part| milliseconds(times.value_at_quantile(part)));
        let figure = format!("{}; {median}, {late}, {}", times.len(), milliseconds(times.max()));
        report.line(format!("{deed:?}: p50, p99, max"), figure);
    }
    report.times(&tally);
    report.line("operations", format!("{operations}, {:.0} a second", operations as f64 / took.as_secs_f64()));
    if let Some(servers) = servers {
        let each = (servers + database).as_secs_f64() * 1e3 / operations as f64;
        report.line("CPU for 1,000 operations, deliveries included", format!("{each:.3} s"));
    }
    report.errors(&tally);
    report.faults(&faults);
    report.print();
    ground.remove().await;
    assert_eq!(faults, ear::Faults::default(), "deliveries went wrong");
}

async fn act(deed: Deed, actor: &Sender, moment: Instant, tally: &Tally, times: &Times) {
    if deed == Deed::Send {
        actor.send(Via::Http, tally.at(moment), tally).await;
        return;
    }
    let (_, conversation) = actor.conversations.choose(&mut rand::rng()).unwrap();
    let (query, variables) = deed.request(conversation);
    match ask(&actor.door, query, &variables).await {
        Ok(()) => {
            let took = u64::try_from(moment.elapsed().as_micros()).unwrap();
            let mut times = times.lock().unwrap();
            times.entry(deed).or_insert_with(|| Histogram::new(3).unwrap()).record(took).unwrap();
        }
        Err(code) => tally.failed(&code),
    }
}

async fn ask(door: &Door, query: &str, variables: &Value) -> Result<(), String> {
    let body = json!({ "query": query, "variables": variables }).to_string();
    let answer = door.ask(body.into_bytes()).await.map_err(|error| error.to_string())?;
    let text = String::from_utf8_lossy(&answer);
    if text.contains("\"errors\":") { Err(first_code(&text)) } else { Ok(()) }
}

/// Opens the conversations, and lets everybody listen. Tells also how many listen to each conversation.
async fn settle(
    ground: &Ground,
    clinicians: &[Person],
    patients: &[Person],
    tally: &Arc<Tally>,
) -> (Vec<(Arc<Sender>, Ear)>, Vec<u64>) {
    let everybody: Vec<_> = clinicians.iter().chain(patients).collect();
    let mut conversations = vec![Vec::new(); everybody.len()];
    let mut sizes = Vec::new();
    for (number, patient) in patients.iter().enumerate() {
        let clinician = number / PATIENTS;
        let opened = (sizes.len() as u32, ground.open_direct(&clinicians[clinician], patient).await);
        conversations[clinician].push(opened.clone());
        conversations[clinicians.len() + number].push(opened);
        sizes.push(2);
    }
    for (number, team) in clinicians.chunks(TEAM).enumerate().filter(|(_, team)| team.len() > 1) {
        let made = (sizes.len() as u32, ground.group(team).await);
        for member in 0..team.len() {
            conversations[number * TEAM + member].push(made.clone());
        }
        sizes.push(team.len() as u64);
    }
    let opening = stream::iter(everybody.into_iter().zip(conversations)).map(async |(person, conversations)| {
        let ear = Ear::new(conversations.iter().map(|(number, _)| *number).collect());
        let socket = Socket::open(ground.address(), &person.token, None, ear.clone(), Arc::clone(tally)).await;
        let door = ground.door(&person.token);
        (Arc::new(Sender { door, socket: Some(Arc::new(socket.unwrap())), conversations }), ear)
    });
    (opening.buffer_unordered(32).collect().await, sizes)
}
