//! Every kind that is about a message, at every level, quiet or not, read or not, of somebody blocked or not, with and
//! without the history: the whole table, against the rule in words.

use std::time::Duration;

use bedside::{
    entity::{message, notification::Kind},
    error::Result,
    ids::{MessageId, UserId},
    journal::{Change, Locks, Tx, Write},
    notifications::service::{Which, settle, tell},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use crate::support::{Actor, TestServer, each};

/// Tells people of a message there is, as an edit that names them or a flag would.
struct Telling {
    message: MessageId,
    by: UserId,
    news: Vec<(Kind, Vec<UserId>)>,
    /// Who hides the message from themselves.
    hiding: Option<UserId>,
    now: bedside::clock::Timestamp,
}

impl Write for Telling {
    type Value = ();

    fn actor(&self) -> Option<UserId> {
        Some(self.by)
    }

    fn locks(&self) -> Locks {
        Locks::default()
    }

    async fn decide(&self, tx: &Tx) -> Result<Change<()>> {
        let chosen = message::Column::Id.eq(self.message);
        let row = message::Entity::find().filter(chosen).one(tx).await?.unwrap();
        let mut change = Change::nothing(());
        tell(tx, &mut change, &row, self.by, self.news.clone(), self.now).await?;
        if let Some(user) = self.hiding {
            settle(tx, &mut change, user, Which::Message(row.id), self.now).await?;
        }
        Ok(change)
    }
}

async fn telling(server: &TestServer, by: &Actor, message: &str, news: &[(Kind, &[&Actor])]) {
    let id = |who: &&Actor| UserId::parse(&who.id).unwrap();
    let write = Telling {
        message: MessageId::parse(message).unwrap(),
        by: id(&by),
        news: news.iter().map(|(kind, people)| (*kind, people.iter().map(id).collect())).collect(),
        hiding: news.is_empty().then(|| id(&by)),
        now: server.app.clock.now(),
    };
    assert!(server.app.journal.write(write).await.is_ok());
}

const KINDS: [(Kind, &str); 3] =
    [(Kind::MessageReply, "MESSAGE_REPLY"), (Kind::Mention, "MENTION"), (Kind::UrgentMessage, "URGENT_MESSAGE")];

#[tokio::test]
async fn every_kind_at_every_level_quiet_or_not_read_or_not_blocked_or_not_with_or_without_history() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let (joe, group) = (server.doctor("joe").await, server.group(&ada, &[&pat]).await);
    let later = server.app.clock.now().plus(Duration::from_secs(3600)).rfc3339();
    let mut told = 0;
    for case in 0..3 * 3 * 16 {
        let ((kind, name), level) = (KINDS[case % 3], ["ALL", "MENTIONS", "NONE"][case / 3 % 3]);
        let [is_quiet, is_read, is_blocked, is_hidden] = [1, 2, 4, 8].map(|bit| (case / 9) & bit != 0);
        pat.hear_at(&group, level, is_quiet.then(|| later.clone())).await;
        let message = ada.sent(&group, "Come at once").await;
        if is_hidden {
            const ENTITLE: &str =
                "mutation($i: UpdateParticipantInput!) { updateParticipant(input: $i) { userErrors { code } } }";
            for history in ["ALL", "FROM_NOW"] {
                let input = json!({ "conversationId": group, "userId": pat.id, "history": history });
                assert_eq!(ada.refused(ENTITLE, json!({ "i": input })).await, [""; 0]);
            }
        }
        if is_read && !is_hidden {
            pat.read(&group, Some(&message)).await;
        }
        if is_blocked {
            pat.block(&ada, true).await;
        }
        // By another than the sender, who need not take part.
        telling(&server, &joe, &message, &[(kind, &[&pat, &ada, &joe])]).await;

        let wants = match level {
            "ALL" => true,
            "MENTIONS" => ["MESSAGE_REPLY", "MENTION", "URGENT_MESSAGE"].contains(&name),
            _ => name == "URGENT_MESSAGE",
        };
        let expected = wants && !is_read && !is_blocked && !is_hidden;
        let inbox = pat.inbox_with(json!({ "f": { "kinds": KINDS.map(|(_, name)| name) } })).await;
        let what =
            format!("{name} at {level}, quiet {is_quiet}, read {is_read}, blocked {is_blocked}, hidden {is_hidden}");
        assert_eq!(each(&json!(inbox), "kind"), if expected { vec![name] } else { vec![] }, "{what}");
        if expected {
            told += 1;
            assert_eq!(inbox[0]["isSilent"], json!(is_quiet && name != "URGENT_MESSAGE"), "{what}");
            pat.take_out(&inbox[0]["id"]).await;
        }
        if is_blocked {
            pat.block(&ada, false).await;
        }
    }
    assert_eq!(told, 2 * (3 + 3 + 1));
    assert_eq!((ada.stored_kinds().await, joe.inbox().await), (vec![], vec![]), "neither the sender nor who did it");
    server.check_integrity().await;
}

#[tokio::test]
async fn of_one_message_each_is_told_the_weightiest_thing_and_nothing_twice() {
    let server = TestServer::start().await;
    let (ada, joe, pat) = (server.doctor("ada").await, server.doctor("joe").await, server.patient("pat").await);
    let group = server.group(&ada, &[&joe, &pat]).await;
    let message = ada.sent(&group, "All of you").await;
    telling(&server, &ada, &message, &[(Kind::MessageReply, &[&pat]), (Kind::Mention, &[&pat, &joe])]).await;
    assert_eq!(
        (pat.stored_kinds().await, joe.stored_kinds().await),
        (vec!["MENTION*".to_owned()], vec!["MENTION*".to_owned()])
    );
    telling(&server, &ada, &message, &[(Kind::Mention, &[&pat, &joe]), (Kind::MessageReply, &[&joe])]).await;
    assert_eq!((pat.stored_kinds().await.len(), joe.stored_kinds().await.len()), (1, 1), "told already");
    telling(&server, &joe, &message, &[(Kind::UrgentMessage, &[&pat, &joe, &ada])]).await;
    telling(&server, &joe, &message, &[(Kind::UrgentMessage, &[&pat, &joe, &ada])]).await;
    assert_eq!(pat.stored_kinds().await, ["URGENT_MESSAGE*", "MENTION*"]);
    assert_eq!(pat.inbox().await[0]["actor"]["username"], "joe", "who called it urgent");
    assert_eq!((joe.stored_kinds().await.len(), ada.stored_kinds().await.len()), (1, 0));
    telling(&server, &pat, &message, &[]).await;
    assert_eq!(pat.stored_kinds().await, ["URGENT_MESSAGE", "MENTION"], "hidden from themselves");
    assert_eq!(joe.stored_kinds().await, ["MENTION*"], "and from nobody else");
    pat.hear_at(&group, "NONE", None).await;
    let other = ada.sent(&group, "Something else").await;
    telling(&server, &ada, &other, &[(Kind::UrgentMessage, &[&joe]), (Kind::Mention, &[&pat, &joe])]).await;
    assert_eq!((pat.stored_kinds().await.len(), joe.stored_kinds().await.len()), (2, 2));
    server.check_integrity().await;
}
