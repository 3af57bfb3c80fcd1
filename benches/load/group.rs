//! One group in which everybody listens, each on several devices.

use std::{sync::Arc, time::Duration};

use bedside::entity::user::Role;
use futures_util::{StreamExt, stream};

use crate::{
    arguments::{Arguments, Group},
    ear::{self, Ear},
    ground::Ground,
    report::Report,
    sending::{self, Sender},
    served::people::Person,
    socket::Socket,
    tally::Tally,
};

pub async fn run(arguments: &Arguments, scenario: &Group, core: Option<usize>) {
    let wanted = [("member", scenario.participants, Role::Clinician)];
    let (ground, people) = Ground::prepare(arguments, core, &wanted, async |_, _| {}).await;
    let members = &people[0];
    let group = ground.group(members).await;
    let tally = Arc::new(Tally::new());
    let before = ground.memory();
    let places = members.iter().flat_map(|person| std::iter::repeat_n(person, scenario.devices));
    let opening = stream::iter(places).map(async |person: &Person| {
        let ear = Ear::new(vec![0]);
        let socket = Socket::open(ground.address(), &person.token, None, ear.clone(), Arc::clone(&tally)).await;
        (ear, Arc::new(socket.unwrap()))
    });
    let (ears, sockets): (Vec<_>, Vec<_>) = opening.buffered(64).collect::<Vec<_>>().await.into_iter().unzip();
    let listeners = ears.len() as u64;
    // What is used only to open a socket is given back after a while.
    tokio::time::sleep(Duration::from_secs(5)).await;
    let memory = ground.memory();
    let sender = |person: usize| Sender {
        door: ground.door(&members[person].token),
        socket: Some(Arc::clone(&sockets[person * scenario.devices])),
        conversations: vec![(0, group.clone())],
    };
    let senders = (0..scenario.senders).map(sender).collect();
    let run = sending::send(&ground, senders, &scenario.pace, &tally, |_| listeners, Some(listeners)).await;
    let faults = ear::check(&ears, &tally);
    let mut report = Report::new(&ground);
    report.line("people, listeners", format!("{}, {listeners}", members.len()));
    report.sending(&run, &tally);
    report.memory(before, memory, listeners);
    report.faults(&faults);
    report.print();
    ground.remove().await;
    assert_eq!(faults, ear::Faults::default(), "deliveries went wrong");
}
