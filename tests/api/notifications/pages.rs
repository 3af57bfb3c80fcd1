//! The list, a page at a time, with what is stored and what is derived in one order.

use serde_json::{Value, json};

use super::LIST;
use crate::support::{Actor, TestServer};

/// The ids of the whole list, read `size` at a time from one end.
async fn walked(who: &Actor, size: usize, from_end: bool, filter: &Value) -> Vec<Value> {
    let (mut all, mut cursor) = (Vec::new(), Value::Null);
    loop {
        let variables = if from_end {
            json!({ "f": filter, "last": size, "before": cursor })
        } else {
            json!({ "f": filter, "first": size, "after": cursor })
        };
        let page = who.run(LIST, variables).await["notifications"].take();
        let ids: Vec<_> = page["edges"].as_array().unwrap().iter().map(|edge| edge["node"]["id"].clone()).collect();
        assert!(ids.len() <= size);
        let info = &page["pageInfo"];
        let (has_more, next) = if from_end {
            all.splice(0..0, ids);
            (&info["hasPreviousPage"], &info["startCursor"])
        } else {
            all.extend(ids);
            (&info["hasNextPage"], &info["endCursor"])
        };
        if has_more == false {
            return all;
        }
        cursor = next.clone();
    }
}

#[tokio::test]
async fn pages_of_any_size_from_either_end_are_one_list() {
    let server = TestServer::start().await;
    let pat = server.patient("pat").await;
    let mut asked = Vec::new();
    // Conversations with unread messages and answers, so that both sources lie among each other.
    for number in 0..6 {
        let doctor = server.doctor(&format!("doctor{number}")).await;
        let thread = server.conversation(&[&doctor, &pat]).await;
        let question = pat.sent(&thread, "May I?").await;
        asked.push((doctor, thread, question));
    }
    for round in 0..3 {
        for (number, (doctor, thread, question)) in asked.iter().enumerate() {
            match (round + number) % 3 {
                0 => drop(doctor.answer(thread, question, "Yes").await),
                1 => drop(doctor.sent(thread, "By the way").await),
                _ if round == 1 => drop(pat.read(thread, None).await),
                _ => {}
            }
        }
    }
    for filter in [
        Value::Null,
        json!({ "unreadOnly": true }),
        json!({ "kinds": ["NEW_MESSAGE"] }),
        json!({ "kinds": ["MESSAGE_REPLY"] }),
        json!({ "kinds": ["MENTION", "GROUP_INVITE"] }),
        json!({ "kinds": ["NEW_MESSAGE", "MESSAGE_REPLY"], "unreadOnly": true }),
    ] {
        let whole = pat.inbox_with(json!({ "f": filter, "first": 100 })).await;
        let ids: Vec<_> = whole.iter().map(|entry| entry["id"].clone()).collect();
        let times: Vec<_> = whole.iter().map(|entry| entry["createdAt"].as_str().unwrap()).collect();
        assert!(times.is_sorted_by(|newer, older| newer >= older), "{times:?}");
        let fits = |entry: &Value| {
            let (kinds, unread_only) = (filter["kinds"].as_array(), filter["unreadOnly"] == true);
            kinds.is_none_or(|kinds| kinds.contains(&entry["kind"])) && !(unread_only && entry["isRead"] == true)
        };
        let expected = pat.inbox().await.into_iter().filter(fits).count();
        assert_eq!(ids.len(), expected, "{filter}");
        for size in [1, 2, 3, 5, 100] {
            assert_eq!(walked(&pat, size, false, &filter).await, ids, "{filter} {size} from the start");
            assert_eq!(walked(&pat, size, true, &filter).await, ids, "{filter} {size} from the end");
        }
    }
    let unread = pat.inbox_with(json!({ "f": { "unreadOnly": true } })).await;
    assert_eq!(pat.badge().await, unread.len() as i64);
    assert!(pat.inbox().await.len() >= 10);
}

#[tokio::test]
async fn a_page_that_cannot_be_is_refused() {
    let server = TestServer::start().await;
    let pat = server.patient("pat").await;
    const OTHER: &str = "{ conversations { pageInfo { endCursor } } }";
    let doctor = server.doctor("ada").await;
    server.conversation(&[&doctor, &pat]).await;
    let foreign = pat.run(OTHER, json!({})).await["conversations"]["pageInfo"]["endCursor"].take();
    assert!(foreign.is_string());
    for variables in [
        json!({ "first": 0 }),
        json!({ "first": 101 }),
        json!({ "first": 1, "last": 1 }),
        json!({ "after": "nowhere" }),
        json!({ "after": foreign }),
    ] {
        assert_eq!(pat.code(LIST, variables.clone()).await, "BAD_USER_INPUT", "{variables}");
    }
}

#[tokio::test]
async fn a_long_page_costs_what_a_short_one_does() {
    let server = TestServer::start().await;
    let pat = server.patient("pat").await;
    for number in 0..25 {
        let doctor = server.doctor(&format!("doctor{number}")).await;
        let thread = server.conversation(&[&doctor, &pat]).await;
        let question = pat.sent(&thread, "May I?").await;
        doctor.answer(&thread, &question, "Yes").await;
    }
    let statements = async |first: usize| {
        let mut fewest = u64::MAX;
        // A loader's time may be over before everything was asked for, and the server writes beside it: both only add.
        for _ in 0..12 {
            let before = server.app.database.statements();
            assert_eq!(pat.inbox_with(json!({ "first": first })).await.len(), first);
            fewest = fewest.min(server.app.database.statements() - before);
        }
        fewest
    };
    let (short, long) = (statements(4).await, statements(50).await);
    assert!(long <= short, "{short} statements for a short page, {long} for a long one");
    assert!(short <= 20, "{short} statements for a page");
}
