//! The stream `events`, and the same events for those who ask for them.

use serde_json::{Value, json};

use super::{Actor, Listening, socket::Said};

const FIELDS: &str = "
    __typename cursor actor { username }
    ... on Resync { reason }
    ... on MessageAdded { node { id text system { what } } }
    ... on MessageEdited { node { id text } }
    ... on MessageDeleted { node { id text deletedAt } }
    ... on MessageChanged { what node { id } }
    ... on MessageHidden { messageId }
    ... on ConversationAdded { conversation { id } }
    ... on ConversationChanged { conversation { id state } }
    ... on ParticipantsAdded { conversation { id } users { username } }
    ... on ParticipantRemoved { conversationId user { username } }
    ... on MessagesRead { conversation { id } user { username } }
    ... on MessagesDelivered { conversation { id } users { username } }
    ... on UnreadCountChanged { conversation { id unreadCount } }
    ... on NotificationAdded { node { id kind } }
    ... on NotificationsChanged { notificationIds }
    ... on SessionStarted { sessionId }
    ... on SessionEnded { sessionId }
    ... on ConversationDeleted { conversationId }";

/// One event as it was heard.
#[derive(Clone, Debug)]
pub struct Event(pub Value);

impl Event {
    /// The name of its type.
    pub fn kind(&self) -> &str {
        self.0["__typename"].as_str().unwrap()
    }

    /// Whether it is a message that the server wrote.
    pub fn is_line(&self) -> bool {
        !self.0["node"]["system"].is_null()
    }

    /// Its place.
    pub fn cursor(&self) -> String {
        self.0["cursor"].as_str().unwrap().to_owned()
    }

    /// The text of its message.
    #[track_caller]
    pub fn text(&self) -> &str {
        self.0["node"]["text"].as_str().unwrap_or_else(|| panic!("no message in {}", self.0))
    }

    /// What happened to what: the type and the id of its object.
    pub fn what(&self) -> String {
        let ids = [
            &self.0["node"]["id"],
            &self.0["conversation"]["id"],
            &self.0["conversationId"],
            &self.0["sessionId"],
            &self.0["reason"],
        ];
        match ids.into_iter().find_map(Value::as_str) {
            Some(id) => format!("{} {id}", self.kind()),
            None => self.kind().to_owned(),
        }
    }
}

/// Somebody listening to `events`.
pub struct Events(pub Listening);

impl Events {
    /// The next event of any kind.
    pub async fn next(&mut self) -> Event {
        Event(self.0.next().await["events"].take())
    }

    /// The next event but for messages having reached devices, which the server writes in its own time.
    pub async fn next_act(&mut self) -> Event {
        loop {
            let event = self.next().await;
            if event.kind() != "MessagesDelivered" && !event.is_line() {
                return event;
            }
        }
    }

    /// What happens next, in short.
    pub async fn what(&mut self) -> String {
        self.next_act().await.what()
    }

    /// The next event of a kind; everything before it is passed over.
    pub async fn next_of(&mut self, kind: &str) -> Event {
        loop {
            let event = self.next().await;
            if event.kind() == kind {
                return event;
            }
        }
    }

    /// Every act up to and with the message of this text.
    pub async fn until(&mut self, text: &str) -> Vec<Event> {
        let mut heard = Vec::new();
        loop {
            let event = self.next_act().await;
            let is_last = event.0["node"]["text"] == text;
            heard.push(event);
            if is_last {
                return heard;
            }
        }
    }

    /// The code of the error that ends the stream; what comes before it is passed over.
    pub async fn end(mut self) -> String {
        loop {
            match self.0.said().await {
                Said::Next(payload) if payload.get("errors").is_none() => {}
                Said::Next(payload) => return payload["errors"][0]["extensions"]["code"].as_str().unwrap().to_owned(),
                other => panic!("the stream ended without an error: {other:?}"),
            }
        }
    }
}

/// What is unread in each conversation, by id, of an `UnreadCounts` that has `conversations { conversationId count }`.
pub fn counts_of(counts: &Value) -> Vec<(String, i64)> {
    let rows = counts["conversations"].as_array().unwrap().iter();
    let mut rows: Vec<_> =
        rows.map(|row| (row["conversationId"].as_str().unwrap().to_owned(), row["count"].as_i64().unwrap())).collect();
    rows.sort();
    rows
}

impl Actor {
    /// Listens to everything, from a place on or from now on. From now on, it has begun when this returns.
    pub async fn events(&self, after: Option<&str>) -> Events {
        let query = format!("subscription($after: String) {{ events(after: $after) {{ {FIELDS} }} }}");
        let mut events = Events(self.subscribe_at_once(&query, json!({ "after": after })).await);
        if after.is_none() {
            assert_eq!(events.next().await.kind(), "Ready");
        }
        events
    }

    /// One answer of `changes`: the events, the next cursor and whether there are more.
    pub async fn changes(&self, after: &str, first: usize) -> (Vec<Event>, String, bool) {
        let query = format!(
            "query($after: String!, $first: Int!) {{ changes(after: $after, first: $first) {{ events {{ {FIELDS} }} cursor hasMore pollAfterMs }} }}"
        );
        let page = self.run(&query, json!({ "after": after, "first": first })).await["changes"].take();
        let events = page["events"].as_array().unwrap().iter().cloned().map(Event).collect();
        let has_more = page["hasMore"].as_bool().unwrap();
        assert_eq!(page["pollAfterMs"].as_i64().unwrap() == 0, has_more);
        (events, page["cursor"].as_str().unwrap().to_owned(), has_more)
    }

    /// Every event after a place, as somebody hears it who asks for `first` at a time.
    pub async fn all_changes(&self, after: &str, first: usize) -> Vec<Event> {
        let (mut all, mut after) = (Vec::new(), after.to_owned());
        loop {
            let (events, cursor, has_more) = self.changes(&after, first).await;
            assert!(events.len() <= first);
            all.extend(events);
            after = cursor;
            if !has_more {
                return all;
            }
        }
    }
}
