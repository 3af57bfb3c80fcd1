//! Everybody comes back at once, each where they were, after the server was ended in the middle of its work.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use bedside::entity::user::Role;
use futures_util::{StreamExt, stream};
use tokio::task::JoinSet;

use crate::{
    arguments::{Arguments, Reconnect, Via},
    ear::{self, Ear},
    ground::Ground,
    report::Report,
    sending::Sender,
    served::people::Person,
    socket::Socket,
    tally::Tally,
};

/// As large as groups are by default, at most.
const GROUP: usize = 200;

/// One place where somebody listens.
struct Listener {
    token: String,
    ear: Ear,
    socket: Socket,
}

pub async fn run(arguments: &Arguments, scenario: &Reconnect, core: Option<usize>) {
    let people = scenario.sockets.div_ceil(scenario.devices);
    let wanted = [("member", people, Role::Clinician)];
    let (mut ground, people) = Ground::prepare(arguments, core, &wanted, async |_, _| {}).await;
    let tally = Arc::new(Tally::new());
    let mut senders = Vec::new();
    let mut places = Vec::new();
    for (number, members) in (0..).zip(people[0].chunks(GROUP)) {
        senders.push((&members[0], number, ground.group(members).await));
        places.extend(members.iter().flat_map(|person| std::iter::repeat_n((person, number), scenario.devices)));
    }
    places.truncate(scenario.sockets);
    let opening = stream::iter(places).map(|(person, group)| listen(&ground, person, group, &tally));
    let listeners: Vec<Listener> = opening.buffer_unordered(64).collect().await;
    let senders: Vec<_> = senders
        .into_iter()
        .map(|(person, number, group)| {
            Arc::new(Sender { door: ground.door(&person.token), socket: None, conversations: vec![(number, group)] })
        })
        .collect();
    let sending = keep_sending(&senders, &tally);
    while tally.totals().0 < scenario.messages {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    ground.end_server();
    // So that messages are under way when it ends, and are refused before it is back.
    tokio::time::sleep(Duration::from_millis(100)).await;
    tally.end();
    sending.join_all().await;
    ground.start_server_again();
    // Everybody has missed something, for it is sent before any of them is back.
    for sender in &senders {
        assert!(sender.send(Via::Http, tally.now(), &tally).await, "the server is back, and takes no message");
    }
    let used = ground.processor_times();
    let began = Instant::now();
    let resumed: Vec<_> = stream::iter(listeners)
        .map(|listener| come_back(&ground, listener, &tally))
        .buffer_unordered(scenario.at_once)
        .collect()
        .await;
    let (ears, sockets): (Vec<_>, Vec<_>) = resumed.into_iter().unzip();
    let refused = sockets.iter().filter(|socket| socket.is_err()).count();
    let faults = settle(&ears, &tally).await;
    let took = began.elapsed();
    let (servers, database) = ground.processor_times().since(&used);
    let mut report = Report::new(&ground);
    report.line("sockets, all coming back at once", format!("{}, {} at a time", ears.len(), scenario.at_once));
    report.line("messages acknowledged", tally.totals().0.to_string());
    report.line("until all have heard what they missed", format!("{:.2} s", took.as_secs_f64()));
    if let Some(servers) = servers {
        let each = (servers + database).as_secs_f64() * 1e3 / ears.len() as f64;
        report.line("CPU for 1,000 resumed", format!("{each:.3} s"));
    }
    report.line("sockets refused", refused.to_string());
    report.faults(&faults);
    report.errors(&tally);
    report.print();
    drop(sockets);
    ground.remove().await;
    assert!(faults == ear::Faults::default() && refused == 0, "not everybody came back whole");
}

async fn listen(ground: &Ground, person: &Person, group: u32, tally: &Arc<Tally>) -> Listener {
    let (token, ear) = (person.token.clone(), Ear::new(vec![group]));
    let socket = Socket::open(ground.address(), &token, None, ear.clone(), Arc::clone(tally)).await.unwrap();
    Listener { token, ear, socket }
}

/// Opens a socket anew where the listener was, once all that came on the old one was taken in.
async fn come_back(ground: &Ground, listener: Listener, tally: &Arc<Tally>) -> (Ear, anyhow::Result<Socket>) {
    let Listener { token, ear, socket } = listener;
    socket.closed().await;
    let after = std::mem::take(&mut ear.record().cursor);
    ear.record().broken = None;
    let socket = Socket::open(ground.address(), &token, Some(&after), ear.clone(), Arc::clone(tally)).await;
    (ear, socket)
}

/// Waits until all have heard what they missed; tells what was wrong at the end.
async fn settle(ears: &[Ear], tally: &Tally) -> ear::Faults {
    let given_up = Instant::now() + Duration::from_secs(60);
    loop {
        let faults = ear::check(ears, tally);
        if faults.lost == 0 || Instant::now() > given_up {
            return faults;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Sends in every group until it is over. While the server is away nothing is acknowledged.
fn keep_sending(senders: &[Arc<Sender>], tally: &Arc<Tally>) -> JoinSet<()> {
    let mut sending = JoinSet::new();
    for sender in senders {
        let (sender, tally) = (Arc::clone(sender), Arc::clone(tally));
        sending.spawn(async move {
            while !tally.is_over() {
                if !sender.send(Via::Http, tally.now(), &tally).await {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            }
        });
    }
    sending
}
