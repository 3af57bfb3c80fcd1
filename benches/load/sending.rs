//! Messages at a pace.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use indicatif::{ProgressBar, ProgressStyle};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::{
    arguments::{Pace, Via},
    door::Door,
    ear::Mark,
    ground::{Ground, Times},
    socket::{Socket, first_code},
    tally::Tally,
};

const SEND: &str = include_str!("../../examples/operations/send-message.graphql");
/// How long the last deliveries are waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// Somebody who writes, in turn in each of their conversations.
pub struct Sender {
    /// Their way in.
    pub door: Door,
    /// The socket they listen on, to send on it too.
    pub socket: Option<Arc<Socket>>,
    /// By their number in the run, with their public id.
    pub conversations: Vec<(u32, String)>,
}

#[derive(Deserialize)]
struct Answer {
    data: Option<Data>,
}

#[derive(Deserialize)]
struct SocketAnswer {
    payload: Option<Answer>,
}

#[derive(Deserialize)]
struct Data {
    #[serde(rename = "sendMessage")]
    sent: Option<Sent>,
}

#[derive(Deserialize)]
struct Sent {
    message: Option<Value>,
}

impl Sender {
    /// Sends one message that was to be sent at `began`; tells whether it was acknowledged.
    pub async fn send(&self, via: Via, began: u64, tally: &Tally) -> bool {
        let number = tally.number();
        let (conversation, id) = &self.conversations[usize::try_from(number).unwrap() % self.conversations.len()];
        let text = Mark { number, conversation: *conversation, began }.text();
        let input = json!({ "clientId": Uuid::now_v7(), "to": { "conversationId": id }, "text": text });
        let body = json!({ "query": SEND, "variables": { "input": input } }).to_string();
        let asked = match via {
            Via::Http => self
                .door
                .ask(body.into_bytes())
                .await
                .map(|bytes| (serde_json::from_slice(&bytes).ok(), String::from_utf8_lossy(&bytes).into_owned())),
            Via::Socket => {
                let socket = self.socket.as_ref().expect("a socket to send on");
                socket.ask(number.to_string(), &body).await.map(|text| {
                    let answer: Option<SocketAnswer> = serde_json::from_str(&text).ok();
                    (answer.and_then(|answer| answer.payload), text.to_string())
                })
            }
        };
        let (answer, told) = match asked {
            Ok(asked) => asked,
            Err(error) => {
                tally.failed(&error.to_string());
                return false;
            }
        };
        let sent = answer.and_then(|answer: Answer| answer.data).and_then(|data| data.sent);
        let is_sent = sent.and_then(|sent| sent.message).is_some();
        if is_sent {
            tally.acknowledged(number, *conversation, began);
        } else {
            tally.failed(&first_code(&told));
        }
        is_sent
    }
}

/// What a run of sending used.
pub struct Run {
    /// Between the first and the last measured message.
    pub took: Duration,
    /// Of the servers, where it is known.
    pub servers: Option<Duration>,
    /// Of the database's own processes.
    pub database: Duration,
    /// Of this generator.
    pub generator: Duration,
}

/// Sends at a pace from all senders, and waits until each message reached as many listeners as `listeners` says for
/// its conversation. With `deliveries`, how many one message makes, and without a rate, a message counts as under way
/// until it reached all of them.
pub async fn send(
    ground: &Ground,
    senders: Vec<Sender>,
    pace: &Pace,
    tally: &Arc<Tally>,
    listeners: impl Fn(u32) -> u64,
    deliveries: Option<u64>,
) -> Run {
    let senders: Arc<[Sender]> = senders.into();
    let sending = tokio::spawn(keep_sending(Arc::clone(&senders), pace.clone(), Arc::clone(tally), deliveries));
    show(pace.warm_up, "warming up", tally).await;
    let (before, own) = (ground.processor_times(), generator_time());
    tally.measure();
    let began = Instant::now();
    show(pace.seconds, "measuring", tally).await;
    tally.end();
    let took = began.elapsed();
    sending.await.unwrap();
    wait_for_deliveries(tally, &listeners).await;
    let after: Times = ground.processor_times();
    let (servers, database) = after.since(&before);
    Run { took, servers, database, generator: generator_time() - own }
}

/// Waits until each acknowledged message reached as many listeners as `listeners` says for its conversation.
pub async fn wait_for_deliveries(tally: &Tally, listeners: impl Fn(u32) -> u64) {
    let expected: u64 = {
        let counts = tally.counts();
        counts.acknowledged.iter().map(|(id, messages)| messages.len() as u64 * listeners(*id)).sum()
    };
    let given_up = Instant::now() + PATIENCE;
    while tally.totals().1 < expected && Instant::now() < given_up {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

fn generator_time() -> Duration {
    crate::served::machine::processor_time(std::process::id()).unwrap()
}

async fn keep_sending(senders: Arc<[Sender]>, pace: Pace, tally: Arc<Tally>, deliveries: Option<u64>) {
    if let (0, Some(deliveries)) = (pace.rate, deliveries) {
        for sender in senders.iter().cycle() {
            while tally.totals().0 * deliveries >= tally.totals().1 + pace.window as u64 * deliveries {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            if tally.is_over() {
                return;
            }
            sender.send(pace.via, tally.now(), &tally).await;
        }
    }
    if pace.rate == 0 {
        let each = senders.iter().flat_map(|sender| std::iter::repeat_n(sender, pace.window));
        join_all(each.map(async |sender: &Sender| {
            while !tally.is_over() {
                sender.send(pace.via, tally.now(), &tally).await;
            }
        }))
        .await;
        return;
    }
    let mut times = moments(pace.rate, Arc::clone(&tally));
    let mut under_way = tokio::task::JoinSet::new();
    let mut turn = 0;
    while let Some(moment) = times.recv().await {
        let (senders, tally) = (Arc::clone(&senders), Arc::clone(&tally));
        // Counted from when it was to be sent, so that a server which holds up the senders does not look faster.
        let (via, began, sender) = (pace.via, tally.at(moment), turn % senders.len());
        under_way.spawn(async move { senders[sender].send(via, began, &tally).await });
        turn += 1;
        while under_way.try_join_next().is_some() {}
    }
    under_way.join_all().await;
}

/// The moments at which to send, each when it has come. A thread, for tokio's clock goes in whole milliseconds.
pub fn moments(rate: u32, tally: Arc<Tally>) -> mpsc::UnboundedReceiver<Instant> {
    let (sender, moments) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        let mut next = Instant::now();
        while !tally.is_over() {
            std::thread::sleep(next.saturating_duration_since(Instant::now()));
            if sender.send(next).is_err() {
                return;
            }
            next += Duration::from_secs(1) / rate;
        }
    });
    moments
}

/// Shows for some seconds what goes on.
async fn show(seconds: u32, what: &'static str, tally: &Tally) {
    let bar = ProgressBar::new(u64::from(seconds) * 4);
    bar.set_style(ProgressStyle::with_template("{prefix:>10} {wide_bar} {msg}").unwrap());
    bar.set_prefix(what);
    let (began, before) = (Instant::now(), tally.totals());
    let mut ticks = tokio::time::interval(Duration::from_millis(250));
    ticks.tick().await;
    for _ in 0..seconds * 4 {
        ticks.tick().await;
        bar.inc(1);
        let (passed, totals) = (began.elapsed().as_secs_f64(), tally.totals());
        let rate = |now: u64, then: u64| (now - then) as f64 / passed;
        let (sent, heard) = (rate(totals.0, before.0), rate(totals.1, before.1));
        bar.set_message(format!("{sent:.0} sent, {heard:.0} heard a second"));
    }
    bar.finish_and_clear();
}
