//! People who write to each other, two by two, and all listen.

use std::sync::Arc;

use bedside::entity::user::Role;
use futures_util::{StreamExt, stream};

use crate::{
    arguments::{Arguments, Pairs},
    ear::{self, Ear},
    floor,
    ground::Ground,
    report::Report,
    sending::{self, Sender},
    served::people::Person,
    socket::Socket,
    tally::Tally,
};

/// Two for each message: whoever wrote it, on the socket they listen on, and the other.
const LISTENERS: u64 = 2;

pub async fn run(arguments: &Arguments, scenario: &Pairs, core: Option<usize>) {
    let wanted = [("clinician", scenario.senders, Role::Clinician), ("patient", scenario.conversations, Role::Patient)];
    let (ground, people) = Ground::prepare(arguments, core, &wanted, async |_, _| {}).await;
    let flush = floor::flush_times(ground.folder.path());
    let bare = floor::bare_inserts(&ground.floor_url()).await;
    let tally = Arc::new(Tally::new());
    let (senders, ears, _listening) = meet(&ground, &people[0], &people[1], &tally).await;
    let run = sending::send(&ground, senders, &scenario.pace, &tally, |_| LISTENERS, None).await;
    let faults = ear::check(&ears, &tally);
    let mut report = Report::new(&ground);
    report.line("senders, conversations", format!("{}, {}", scenario.senders, scenario.conversations));
    report.sending(&run, &tally);
    report.faults(&faults);
    report.floor(flush, bare, tally.counts().acknowledge.len() as f64 / run.took.as_secs_f64());
    report.print();
    ground.remove().await;
    assert_eq!(faults, ear::Faults::default(), "deliveries went wrong");
}

/// Opens the conversations, each of a patient with one of the clinicians in turn, and lets everybody listen.
async fn meet(
    ground: &Ground,
    clinicians: &[Person],
    patients: &[Person],
    tally: &Arc<Tally>,
) -> (Vec<Sender>, Vec<Ear>, Vec<Socket>) {
    let mut conversations = vec![Vec::new(); clinicians.len()];
    for (number, patient) in (0..).zip(patients) {
        let turn = number as usize % clinicians.len();
        conversations[turn].push((number, ground.open_direct(&clinicians[turn], patient).await));
    }
    let (mut ears, mut senders) = (Vec::new(), Vec::new());
    for (person, conversations) in clinicians.iter().zip(conversations) {
        let ear = Ear::new(conversations.iter().map(|(number, _)| *number).collect());
        ears.push(ear.clone());
        let socket = Arc::new(listen(ground, person, ear, tally).await);
        if !conversations.is_empty() {
            senders.push(Sender { door: ground.door(&person.token), socket: Some(socket), conversations });
        }
    }
    let of_patients: Vec<_> = (0..).zip(patients).map(|(number, person)| (person, Ear::new(vec![number]))).collect();
    ears.extend(of_patients.iter().map(|(_, ear)| ear.clone()));
    let opening = stream::iter(of_patients).map(|(person, ear)| listen(ground, person, ear, tally));
    (senders, ears, opening.buffer_unordered(32).collect().await)
}

async fn listen(ground: &Ground, person: &Person, ear: Ear, tally: &Arc<Tally>) -> Socket {
    Socket::open(ground.address(), &person.token, None, ear, Arc::clone(tally)).await.unwrap()
}
