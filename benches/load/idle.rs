//! Many who listen while nothing happens.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use bedside::entity::user::Role;
use futures_util::{StreamExt, stream};

use crate::{
    arguments::{Arguments, Idle},
    ear::{self, Ear},
    ground::Ground,
    report::Report,
    socket::Socket,
    tally::Tally,
};

pub async fn run(arguments: &Arguments, scenario: &Idle, core: Option<usize>) {
    let people = scenario.sockets.div_ceil(scenario.devices);
    let wanted = [("patient", people, Role::Patient)];
    let (ground, people) = Ground::prepare(arguments, core, &wanted, async |_, _| {}).await;
    let tally = Arc::new(Tally::new());
    let open = async |number: usize| {
        let (person, ear) = (&people[0][number / scenario.devices], Ear::new(Vec::new()));
        let socket = Socket::open(ground.address(), &person.token, None, ear.clone(), Arc::clone(&tally)).await;
        (ear, socket.unwrap())
    };
    // What is made once, whatever their number, is not counted.
    let first = open(0).await;
    let (before, used, began) = (ground.memory(), ground.processor_times(), Instant::now());
    let sockets: Vec<_> = stream::iter((1..scenario.sockets).map(&open)).buffer_unordered(64).collect().await;
    let took = began.elapsed();
    let (opening, _) = ground.processor_times().since(&used);
    // Long enough for a ping and its answer, and for what the start took to be given back.
    tokio::time::sleep(Duration::from_secs(25)).await;
    let used = ground.processor_times();
    tokio::time::sleep(Duration::from_secs(scenario.seconds.into())).await;
    let (idle, _) = ground.processor_times().since(&used);
    let memory = ground.memory();
    let ears: Vec<_> = std::iter::once(first).chain(sockets).collect();
    let faults = ear::check(&ears.iter().map(|(ear, _)| ear.clone()).collect::<Vec<_>>(), &tally);
    let count = scenario.sockets as u64;
    let mut report = Report::new(&ground);
    report.line("sockets, of each person", format!("{count}, {}", scenario.devices));
    report.line("opened and subscribed", format!("{:.0} a second", (count - 1) as f64 / took.as_secs_f64()));
    report.memory(before, memory, count - 1);
    if let (Some(opening), Some(idle)) = (opening, idle) {
        report.line("CPU for opening 1,000", format!("{:.3} s", opening.as_secs_f64() * 1e3 / count as f64));
        let part = idle.as_secs_f64() / f64::from(scenario.seconds) * 100.0;
        report.line(
            format!("CPU while nothing happens, {} s", scenario.seconds),
            format!("{:.2} s, {part:.2} % of a core", idle.as_secs_f64()),
        );
    }
    report.faults(&faults);
    report.print();
    ground.remove().await;
    assert_eq!(faults, ear::Faults::default(), "sockets broke");
}
