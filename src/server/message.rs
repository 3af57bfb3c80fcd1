//! What a client may say on a socket (`graphql-transport-ws`), read from text. Knows no socket.

use serde_json::{Map, Value};

use crate::graphql::precheck::check_json;

/// One message of a client.
#[derive(Clone, Debug, PartialEq)]
pub enum ClientMessage {
    /// It introduces itself.
    Init(Map<String, Value>),
    /// It asks whether the server is there; the answer brings the payload back.
    Ping(Option<Map<String, Value>>),
    /// It is there.
    Pong,
    /// It wants an operation to run.
    Subscribe {
        /// Its name for the operation.
        id: String,
        /// The request.
        payload: Map<String, Value>,
    },
    /// It wants nothing more of an operation.
    Complete {
        /// Its name for the operation.
        id: String,
    },
}

impl ClientMessage {
    /// Reads a text; none when it is no message of the protocol.
    pub fn read(text: &str) -> Option<Self> {
        check_json(text.as_bytes()).ok()?;
        let Value::Object(mut message) = serde_json::from_str(text).ok()? else { return None };
        let payload = match message.remove("payload") {
            None | Some(Value::Null) => None,
            Some(Value::Object(payload)) => Some(payload),
            Some(_) => return None,
        };
        let id = match message.remove("id") {
            Some(Value::String(id)) if !id.is_empty() => Some(id),
            None => None,
            Some(_) => return None,
        };
        match (message.get("type")?.as_str()?, id, payload) {
            ("connection_init", _, payload) => Some(Self::Init(payload.unwrap_or_default())),
            ("ping", _, payload) => Some(Self::Ping(payload)),
            ("pong", ..) => Some(Self::Pong),
            ("subscribe", Some(id), Some(payload)) => Some(Self::Subscribe { id, payload }),
            ("complete", Some(id), _) => Some(Self::Complete { id }),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn messages_of_the_protocol_and_nothing_else() {
        let payload = json!({ "query": "{ a }" }).as_object().cloned().unwrap();
        let id = || "1".to_owned();
        for (text, expected) in [
            (r#"{"type":"connection_init"}"#, Some(ClientMessage::Init(Map::new()))),
            (r#"{"type":"ping","payload":null}"#, Some(ClientMessage::Ping(None))),
            (
                r#"{"type":"subscribe","id":"1","payload":{"query":"{ a }"}}"#,
                Some(ClientMessage::Subscribe { id: id(), payload }),
            ),
            (r#"{"type":"complete","id":"1"}"#, Some(ClientMessage::Complete { id: id() })),
            (r#"{"type":"complete"}"#, None),
            (r#"{"type":"subscribe","id":"","payload":{}}"#, None),
            (r#"{"type":"connection_ack"}"#, None),
            (r#"{"type":1}"#, None),
            ("{}", None),
            ("", None),
        ] {
            assert_eq!(ClientMessage::read(text), expected, "{text}");
        }
    }
}
