//! The inbox: who is told of what, tidying it, and hearing of it live.

mod live;
mod matrix;
mod pages;
mod tidying;
mod told;

use serde_json::{Value, json};

use crate::support::{Actor, message, to, with};

const LIST: &str = "query($f: NotificationFilter, $first: Int, $after: String, $last: Int, $before: String) {
    notifications(filter: $f, first: $first, after: $after, last: $last, before: $before) {
        unreadCount edges { cursor node { ...N } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }
    viewer { unreadNotificationCount } }
    fragment N on Notification { id kind isRead readAt isSilent count createdAt actor { username } conversation { id }
        message { id text } contact { state } invitation { id state conversationTitle } }";
const MARK: &str = "mutation($i: MarkNotificationsReadInput!) { act: markNotificationsRead(input: $i) {
    notifications { id isRead } unreadCount userErrors { code field message } } }";
const DELETE: &str = "mutation($i: DeleteNotificationInput!) { act: deleteNotification(input: $i) { deletedId unreadCount userErrors { code field } } }";
const NODE: &str = "query($id: ID!) { node(id: $id) { id ... on Notification { kind count } } }";

impl Actor {
    /// The inbox, newest first.
    async fn inbox(&self) -> Vec<Value> {
        self.inbox_with(json!({})).await
    }

    /// The entries of one page.
    async fn inbox_with(&self, variables: Value) -> Vec<Value> {
        let page = self.run(LIST, variables).await["notifications"].take();
        page["edges"].as_array().unwrap().iter().map(|edge| edge["node"].clone()).collect()
    }

    /// What the inbox tells, newest first: kinds, unread ones with a star.
    async fn kinds(&self) -> Vec<String> {
        let star = |entry: &Value| if entry["isRead"] == true { "" } else { "*" };
        let inbox = self.inbox().await;
        inbox.iter().map(|entry| format!("{}{}", entry["kind"].as_str().unwrap(), star(entry))).collect()
    }

    /// The same without the entries of unread messages.
    async fn stored_kinds(&self) -> Vec<String> {
        self.kinds().await.into_iter().filter(|kind| kind != "NEW_MESSAGE*").collect()
    }

    /// The number on the badge.
    async fn badge(&self) -> i64 {
        let data = self.run(LIST, json!({})).await;
        let (all, viewer) = (&data["notifications"]["unreadCount"], &data["viewer"]["unreadNotificationCount"]);
        assert_eq!(all, viewer);
        viewer.as_i64().unwrap()
    }

    async fn mark(&self, input: Value) -> Value {
        self.run(MARK, json!({ "i": input })).await["act"].take()
    }

    async fn take_out(&self, id: &Value) -> Value {
        self.run(DELETE, json!({ "i": { "id": id } })).await["act"].take()
    }

    /// Answers a message; the id of the answer.
    async fn answer(&self, conversation: &str, to_message: &str, text: &str) -> String {
        let said = self.say(with(message(&to(conversation), text), &json!({ "replyToId": to_message }))).await;
        assert_eq!(said["userErrors"], json!([]));
        said["message"]["id"].as_str().unwrap().to_owned()
    }

    async fn hear_at(&self, conversation: &str, level: &str, quiet_until: Option<String>) {
        const SET: &str =
            "mutation($i: SetNotificationLevelInput!) { setNotificationLevel(input: $i) { userErrors { code } } }";
        let input = json!({ "conversationId": conversation, "level": level, "quietUntil": quiet_until });
        assert_eq!(self.refused(SET, json!({ "i": input })).await, [""; 0]);
    }

    async fn block(&self, other: &Self, is_blocked: bool) {
        let act = if is_blocked { "blockUser" } else { "unblockUser" };
        let query = format!("mutation($u: ID!) {{ {act}(input: {{ userId: $u }}) {{ userErrors {{ code }} }} }}");
        assert_eq!(self.refused(&query, json!({ "u": other.id })).await, [""; 0]);
    }

    async fn invite(&self, group: &str, who: &Self) {
        const INVITE: &str =
            "mutation($i: InviteParticipantsInput!) { inviteParticipants(input: $i) { userErrors { code } } }";
        let input = json!({ "conversationId": group, "userIds": [who.id] });
        assert_eq!(self.refused(INVITE, json!({ "i": input })).await, [""; 0]);
    }
}
