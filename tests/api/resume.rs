//! Going on from every place there is.

use bedside::journal::{self, Place, Seq};

use crate::support::{Actor, Event, Events, TestServer};

/// What the patient should hear, with the place of each.
type Expected = Vec<(Seq, String)>;

struct Clinic {
    server: TestServer,
    ada: Actor,
    bob: Actor,
    pat: Actor,
}

impl Clinic {
    async fn open() -> Self {
        let server = TestServer::start().await;
        let (ada, bob, pat) = (server.doctor("ada").await, server.doctor("bob").await, server.patient("pat").await);
        Self { server, ada, bob, pat }
    }

    async fn head(&self) -> Seq {
        journal::head(self.server.app.database.reader()).await.unwrap().seq
    }

    /// More than 60 events in four conversations, of which the patient is in three.
    async fn history(&self) -> Expected {
        let Self { server, ada, bob, pat } = self;
        let mut expected = Vec::new();
        let with_ada = server.conversation(&[ada, pat]).await;
        expected.push((self.head().await, format!("ConversationAdded {with_ada}")));
        let ward = server.conversation(&[ada, pat, bob]).await;
        expected.push((self.head().await, format!("ConversationAdded {ward}")));
        let aside = server.conversation(&[ada, bob]).await;
        for round in 0..6 {
            let sent = ada.send(&with_ada, &format!("dose {round}")).await["id"].as_str().unwrap().to_owned();
            expected.push((self.head().await, format!("MessageAdded {sent}")));
            bob.send(&aside, "not for the patient").await;
            let answer = pat.send(&ward, "thank you").await["id"].as_str().unwrap().to_owned();
            expected.push((self.head().await, format!("MessageAdded {answer}")));
            bob.read(&aside, None).await;
            ada.read(&ward, Some(&answer)).await;
            expected.push((self.head().await, format!("MessagesRead {ward}")));
            ada.edit(&sent, "a smaller dose").await;
            expected.push((self.head().await, format!("MessageEdited {sent}")));
            pat.read(&with_ada, None).await;
            expected.push((self.head().await, format!("MessagesRead {with_ada}")));
            pat.unread_from(&with_ada, &sent).await;
            expected.push((self.head().await, format!("UnreadCountChanged {with_ada}")));
            pat.delete(&answer).await;
            expected.push((self.head().await, format!("MessageDeleted {answer}")));
        }
        ada.set_state(&with_ada, "ARCHIVED").await;
        // The line of the server that tells of it comes after it.
        expected.push((Seq(self.head().await.0 - 1), format!("ConversationChanged {with_ada}")));
        bob.send(&aside, "nor this").await;
        let with_bob = server.conversation(&[bob, pat]).await;
        expected.push((self.head().await, format!("ConversationAdded {with_bob}")));
        let last = bob.send(&with_bob, "end").await["id"].as_str().unwrap().to_owned();
        expected.push((self.head().await, format!("MessageAdded {last}")));
        expected
    }

    /// The cursor of every place, also of those between events of the patient.
    async fn every_cursor(&self) -> Vec<(Seq, String)> {
        let events = journal::after(self.server.app.database.reader(), Seq::START, 1_000).await.unwrap();
        let seal = |place: Place| self.server.app.cursors.seal(place);
        let start = (Seq::START, seal(Place { seq: Seq::START, mark: [0; 8] }));
        std::iter::once(start)
            .chain(events.iter().map(|event| (event.seq, seal(Place::new(event.seq, &event.hash)))))
            .collect()
    }
}

/// The acts on conversations; the sign-in of the story's beginning is older than it.
fn acts(events: &[Event]) -> Vec<String> {
    events.iter().filter(|event| !event.kind().starts_with("Session")).map(Event::what).collect()
}

#[tokio::test]
async fn from_every_place_of_a_history_comes_exactly_the_rest() {
    let clinic = Clinic::open().await;
    let expected = clinic.history().await;
    let cursors = clinic.every_cursor().await;
    assert!(cursors.len() > 60, "a history of {} places", cursors.len());
    for (place, cursor) in &cursors {
        let rest: Vec<_> = expected.iter().filter(|(seq, _)| seq > place).map(|(_, what)| what.clone()).collect();
        if rest.is_empty() {
            continue;
        }
        let listened = clinic.pat.events(Some(cursor)).await.until("end").await;
        assert_eq!(acts(&listened), rest, "listening from {place:?}");
        let mut asked = clinic.pat.all_changes(cursor, 11).await;
        asked.retain(|event| event.kind() != "MessagesDelivered" && !event.is_line());
        assert_eq!(acts(&asked), rest, "asking from {place:?}");
    }
}

#[tokio::test]
async fn the_cursor_of_a_query_is_a_place_like_every_other() {
    let clinic = Clinic::open().await;
    let Clinic { server, ada, bob, pat } = &clinic;
    let (thread, aside) = (server.conversation(&[ada, pat]).await, server.conversation(&[ada, bob]).await);
    let mut asked = Vec::new();
    for round in 0..10 {
        server.settle().await;
        asked.push(pat.cursor().await);
        ada.send(&thread, &format!("message {round}")).await;
        server.settle().await;
        asked.push(pat.cursor().await);
        ada.send(&aside, "not for the patient").await;
    }
    ada.send(&thread, "end").await;
    for (index, cursor) in asked.iter().enumerate() {
        let heard = pat.events(Some(cursor)).await.until("end").await;
        let rest: Vec<_> = (index.div_ceil(2)..10).map(|round| format!("message {round}")).collect();
        assert_eq!(heard[..heard.len() - 1].iter().map(Event::text).collect::<Vec<_>>(), rest);
    }
}

/// What somebody hears who listens from a place on, goes away after a few, and comes back where they were.
async fn heard_in_pieces(pat: &Actor, mut cursor: String, piece: usize) -> Vec<String> {
    let mut heard = Vec::new();
    loop {
        let mut events: Events = pat.events(Some(&cursor)).await;
        for _ in 0..piece {
            let event = events.next_act().await;
            cursor = event.cursor();
            let text = event.text().to_owned();
            if text == "end" {
                return heard;
            }
            heard.push(text);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_message_comes_once_while_senders_keep_sending() {
    let clinic = Clinic::open().await;
    let Clinic { server, ada, bob, pat } = &clinic;
    let (with_ada, with_bob) = (server.conversation(&[ada, pat]).await, server.conversation(&[bob, pat]).await);
    server.settle().await;
    let start = pat.cursor().await;
    let send = |who: &Actor, thread: &str| {
        let (who, thread) = (who.clone(), thread.to_owned());
        tokio::spawn(async move {
            for number in 0..80 {
                who.send(&thread, &format!("{} {number}", who.username)).await;
            }
        })
    };
    let senders = [send(ada, &with_ada), send(bob, &with_bob)];
    let listeners: Vec<_> = [3, 10, 25, 1_000]
        .into_iter()
        .map(|piece| {
            let (pat, start) = (pat.clone(), start.clone());
            tokio::spawn(async move { heard_in_pieces(&pat, start, piece).await })
        })
        .collect();
    for sender in senders {
        sender.await.unwrap();
    }
    ada.send(&with_ada, "end").await;
    for listener in listeners {
        let heard = listener.await.unwrap();
        assert_eq!(heard.len(), 160);
        for who in ["ada", "bob"] {
            let theirs: Vec<_> = heard.iter().filter(|text| text.starts_with(who)).cloned().collect();
            assert_eq!(theirs, (0..80).map(|number| format!("{who} {number}")).collect::<Vec<_>>());
        }
    }
    server.check_integrity().await;
}
