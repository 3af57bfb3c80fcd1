//! Finding messages by their words.

use std::{num::NonZeroU32, time::Duration};

use serde_json::{Value, json};

use crate::support::{Actor, Paper, TestServer, message, to, with};

const SEARCH: &str = "query($q: String!, $c: ID, $s: ID, $since: DateTime, $until: DateTime, $first: Int, $after: String) {
    searchMessages(query: $q, conversationId: $c, senderId: $s, since: $since, until: $until, first: $first, after: $after) {
        nodes { message { id text createdAt sender { username } attachments { name } } highlights { start end } }
        searchedUntil isComplete endCursor } }";

async fn search(who: &Actor, variables: Value) -> Value {
    who.run(SEARCH, variables).await["searchMessages"].take()
}

fn texts(answer: &Value) -> Vec<&str> {
    answer["nodes"].as_array().unwrap().iter().map(|node| node["message"]["text"].as_str().unwrap()).collect()
}

/// The texts somebody finds for a query in all their conversations.
async fn found(who: &Actor, query: &str) -> Vec<String> {
    let answer = search(who, json!({ "q": query })).await;
    assert_eq!((&answer["isComplete"], &answer["endCursor"]), (&json!(true), &Value::Null));
    texts(&answer).into_iter().map(Into::into).collect()
}

/// What is highlighted in each message, in the words of a client that counts characters.
fn highlighted(answer: &Value) -> Vec<Vec<String>> {
    let of_node = |node: &Value| {
        let text: Vec<char> = node["message"]["text"].as_str().unwrap().chars().collect();
        let place = |range: &Value, key: &str| usize::try_from(range[key].as_u64().unwrap()).unwrap();
        let piece = |range: &Value| text[place(range, "start")..place(range, "end")].iter().collect();
        node["highlights"].as_array().unwrap().iter().map(piece).collect()
    };
    answer["nodes"].as_array().unwrap().iter().map(of_node).collect()
}

async fn doctor_and_patient(server: &TestServer) -> (Actor, Actor, String) {
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    (ada, pat, thread)
}

#[tokio::test]
async fn messages_are_found_by_words_and_their_beginnings_in_any_script_newest_first() {
    let server = TestServer::start().await;
    let (ada, pat, thread) = doctor_and_patient(&server).await;
    for text in [
        "Inês came in with a headache",
        "No headaches since Monday 😀 head!",
        "À l’hôpital à 9 h",
        "Ο πόνος πέρασε",
        "مرحبا مُحَمَّد",
        "今天头痛，没有发烧",
        "The forehead is warm",
        "2.5 mg twice a day",
    ] {
        pat.send(&thread, text).await;
    }
    for (query, texts) in [
        ("HEADACHE", vec!["No headaches since Monday 😀 head!", "Inês came in with a headache"]),
        ("head ines", vec!["Inês came in with a headache"]),
        ("head", vec!["No headaches since Monday 😀 head!", "Inês came in with a headache"]),
        ("headaches", vec!["No headaches since Monday 😀 head!"]),
        ("hopital", vec!["À l’hôpital à 9 h"]),
        ("ΠΟΝΟΣ", vec!["Ο πόνος πέρασε"]),
        ("محمد", vec!["مرحبا مُحَمَّد"]),
        ("头痛", vec!["今天头痛，没有发烧"]),
        ("痛头", vec![]),
        ("2.5", vec!["2.5 mg twice a day"]),
        ("2.4", vec![]),
        ("fever", vec![]),
    ] {
        assert_eq!(found(&ada, query).await, texts, "{query}");
        assert_eq!(found(&pat, query).await, texts, "{query}");
    }
    let answer = search(&ada, json!({ "q": "head monday" })).await;
    assert_eq!(highlighted(&answer), [["headaches", "Monday", "head"]]);
    assert_eq!(answer["nodes"][0]["highlights"][2], json!({ "start": 28, "end": 32 }), "the face is one character");
    let first = ada
        .run(
            "query($c: ID!) { conversation(id: $c) { messages(first: 1) { nodes { createdAt } } } }",
            json!({ "c": thread }),
        )
        .await;
    assert_eq!(answer["searchedUntil"], first["conversation"]["messages"]["nodes"][0]["createdAt"]);
}

#[tokio::test]
async fn one_conversation_one_sender_or_a_time_can_be_searched() {
    let server = TestServer::start().await;
    let (ada, pat, thread) = doctor_and_patient(&server).await;
    let kim = server.patient("kim").await;
    let other = server.conversation(&[&ada, &kim]).await;
    ada.send(&thread, "Take the tablets").await;
    ada.send(&other, "Tablets twice a day").await;
    server.clock.advance(Duration::from_secs(3600));
    let later = server.clock.now().rfc3339();
    let ada = ada.renewed(&server).await;
    let pat = pat.renewed(&server).await;
    pat.send(&thread, "Which tablets?").await;
    let all = ["Which tablets?", "Tablets twice a day", "Take the tablets"];
    assert_eq!(found(&ada, "tablet").await, all);
    assert_eq!(found(&pat, "tablet").await, [all[0], all[2]]);
    for (changes, expected) in [
        (json!({ "c": thread }), vec![all[0], all[2]]),
        (json!({ "c": other }), vec![all[1]]),
        (json!({ "s": pat.id }), vec![all[0]]),
        (json!({ "s": ada.id, "c": thread }), vec![all[2]]),
        (json!({ "s": kim.id }), vec![]),
        (json!({ "since": later }), vec![all[0]]),
        (json!({ "until": later }), vec![all[1], all[2]]),
        (json!({ "since": later, "until": later }), vec![]),
        (json!({ "since": "2100-01-01T00:00:00Z" }), vec![]),
        (json!({ "until": "1970-01-01T00:00:00Z" }), vec![]),
    ] {
        let answer = search(&ada, with(json!({ "q": "tablet" }), &changes)).await;
        assert_eq!((texts(&answer), &answer["isComplete"]), (expected, &json!(true)), "{changes}");
    }
}

#[tokio::test]
async fn only_what_one_may_see_now_is_found() {
    let server = TestServer::start().await;
    let (ada, ben, pat) = (server.doctor("ada").await, server.doctor("ben").await, server.patient("pat").await);
    let group = server.group(&ada, &[&pat]).await;
    let first = ada.sent(&group, "Biopsy on Monday").await;
    const ADD: &str = "mutation($i: AddParticipantsInput!) { addParticipants(input: $i) { userErrors { code } } }";
    ada.run(ADD, json!({ "i": { "conversationId": group, "userIds": [ben.id] } })).await;
    let second = ada.sent(&group, "Biopsy moved to Friday").await;
    assert_eq!(found(&pat, "biopsy").await, ["Biopsy moved to Friday", "Biopsy on Monday"]);
    assert_eq!(found(&ben, "biopsy").await, ["Biopsy moved to Friday"], "he joined without the history");
    assert_eq!(found(&ada, "ward").await, [""; 0], "a line of the server names the group");

    ada.edit(&second, "Moved to Friday").await;
    assert_eq!(found(&pat, "biopsy").await, ["Biopsy on Monday"], "by its new text alone");
    assert_eq!(found(&pat, "moved").await, ["Moved to Friday"]);
    ada.delete(&first).await;
    assert_eq!(found(&pat, "biopsy").await, [""; 0]);

    ada.remove(&group, &pat).await;
    ada.send(&group, "Moved again").await;
    assert_eq!(found(&pat, "moved").await, [""; 0]);
    assert_eq!(pat.code(SEARCH, json!({ "q": "moved", "c": group })).await, "NOT_FOUND");
    assert_eq!(found(&ben, "moved").await, ["Moved again", "Moved to Friday"]);
}

#[tokio::test]
async fn what_somebody_hid_is_not_found_by_them_and_what_is_over_by_nobody() {
    const HIDE: &str = "mutation($m: ID!) { hideMessage(input: { messageId: $m }) { messageId userErrors { code } } }";
    const SOON: Duration = Duration::from_secs(300);
    let server = TestServer::start().await;
    let (ada, joe) = (server.doctor("ada").await, server.doctor("joe").await);
    let thread = server.conversation(&[&ada, &joe]).await;
    let id = ada.sent(&thread, "Biopsy on Monday").await;
    let over = server.clock.now().plus(SOON).rfc3339();
    ada.say(with(message(&to(&thread), "Biopsy key 42"), &json!({ "expiresAt": over }))).await;
    joe.run(HIDE, json!({ "m": id })).await;
    assert_eq!(found(&joe, "biopsy").await, ["Biopsy key 42"]);
    assert_eq!(found(&ada, "biopsy").await, ["Biopsy key 42", "Biopsy on Monday"]);
    server.clock.advance(SOON);
    assert_eq!(found(&joe, "biopsy").await, [""; 0]);
    assert_eq!(found(&ada, "biopsy").await, ["Biopsy on Monday"]);
}

#[tokio::test]
async fn files_are_found_by_their_names_until_their_message_is_deleted() {
    let server = TestServer::start().await;
    let (ada, pat, thread) = doctor_and_patient(&server).await;
    let (message_id, _) = pat.send_file(&thread, &Paper::new("Blood_test-2026.txt", "text/plain", "Fine\n")).await;
    let file = pat.attach(&Paper::note("x")).await;
    let input = with(message(&to(&thread), "My notes on the blood test"), &json!({ "attachmentIds": [file["id"]] }));
    pat.say(input).await;
    for (query, count) in [("blood", 2), ("test 2026", 1), ("notes note", 1), ("note.txt", 1), ("blood note txt", 1)] {
        assert_eq!(found(&ada, query).await.len(), count, "{query}");
    }
    let answer = search(&ada, json!({ "q": "2026" })).await;
    assert_eq!(answer["nodes"][0]["message"]["attachments"][0]["name"], "Blood_test-2026.txt");
    assert_eq!(answer["nodes"][0]["highlights"], json!([]), "they are of the text");
    assert_eq!(highlighted(&search(&ada, json!({ "q": "txt blood" })).await), [vec!["blood".to_owned()], vec![]]);
    pat.delete(&message_id).await;
    assert_eq!(found(&ada, "2026").await, [""; 0]);
}

/// All texts that are found by following the cursors, how many pages that took, and how far each looked.
async fn followed(who: &Actor, variables: &Value) -> (Vec<String>, usize, Vec<String>) {
    let (mut all, mut pages, mut until, mut after) = (Vec::new(), 0, Vec::new(), Value::Null);
    loop {
        let answer = search(who, with(variables.clone(), &json!({ "after": after }))).await;
        all.extend(texts(&answer).into_iter().map(str::to_owned));
        until.extend(answer["searchedUntil"].as_str().map(str::to_owned));
        pages += 1;
        after = answer["endCursor"].clone();
        assert_eq!(answer["isComplete"], json!(after.is_null()));
        if after.is_null() {
            return (all, pages, until);
        }
    }
}

#[tokio::test]
async fn a_full_page_is_gone_on_from_with_its_cursor() {
    let server = TestServer::start().await;
    let (ada, pat, thread) = doctor_and_patient(&server).await;
    for n in 0..12 {
        ada.send(&thread, &format!("Dose {n}")).await;
        pat.send(&thread, "Thank you").await;
    }
    let expected: Vec<_> = (0..12).rev().map(|n| format!("Dose {n}")).collect();
    let (all, pages, _) = followed(&pat, &json!({ "q": "dose", "first": 5 })).await;
    assert_eq!((&all, pages), (&expected, 3));
    let page = search(&pat, json!({ "q": "dose", "first": 5 })).await;
    ada.send(&thread, "Dose 12").await;
    let rest = search(&pat, json!({ "q": "dose", "after": page["endCursor"] })).await;
    assert_eq!(texts(&rest), expected[5..], "what came meanwhile is newer");
    // A cursor is a place: other words go on from there just as well.
    let thanks = search(&pat, json!({ "q": "thank", "after": page["endCursor"], "c": thread })).await;
    assert_eq!(texts(&thanks).len(), 7);
    let newest = search(&pat, json!({ "q": "dose", "first": 1 })).await;
    assert_eq!((texts(&newest), &newest["isComplete"]), (vec!["Dose 12"], &json!(false)));
    assert_eq!(newest["searchedUntil"], newest["nodes"][0]["message"]["createdAt"]);
}

#[tokio::test]
async fn a_search_that_ran_out_of_time_finds_the_rest_with_its_cursor_and_nothing_twice() {
    let server = TestServer::start_with(|config| {
        config.limits.search_budget = Duration::ZERO;
        config.limits.search_batch = NonZeroU32::new(5).unwrap();
    })
    .await;
    let (ada, pat, thread) = doctor_and_patient(&server).await;
    let other = server.conversation(&[&ada, &server.patient("kim").await]).await;
    let mut expected = Vec::new();
    for n in 0..20 {
        for conversation in [&thread, &other] {
            ada.send(conversation, &format!("Chat {n}")).await;
        }
        if n % 7 == 0 {
            ada.send(&other, &format!("Rare {n}")).await;
            expected.insert(0, format!("Rare {n}"));
        }
    }
    let first = search(&ada, json!({ "q": "rare" })).await;
    assert_eq!(first["isComplete"], json!(false));
    assert!(first["searchedUntil"].is_string(), "something is looked at however little time there is");
    for (variables, expected) in [
        (json!({ "q": "rare" }), &expected[..]),
        (json!({ "q": "rare", "c": other }), &expected[..]),
        (json!({ "q": "rare", "c": thread }), &[]),
        (json!({ "q": "rare", "s": pat.id }), &[]),
        (json!({ "q": "nobody" }), &[]),
    ] {
        let (all, pages, until) = followed(&ada, &variables).await;
        assert_eq!(all, expected, "{variables}");
        assert!(until.is_sorted_by(|later, earlier| later >= earlier), "{until:?}");
        assert!(pages > 3 || variables["s"].is_string(), "{pages} pages for {variables}");
    }
    let (all, ..) = followed(&ada, &json!({ "q": "chat", "first": 3 })).await;
    assert_eq!(all.len(), 40);
    let (all, pages, _) = followed(&pat, &json!({ "q": "rare" })).await;
    assert!(all.is_empty() && pages > 3, "another's conversation is not looked at");
}

#[tokio::test]
async fn who_has_no_messages_is_told_that_everything_was_looked_at() {
    let server = TestServer::start().await;
    let pat = server.patient("pat").await;
    let nothing = json!({ "nodes": [], "searchedUntil": null, "isComplete": true, "endCursor": null });
    assert_eq!(search(&pat, json!({ "q": "tablets" })).await, nothing);
    let (ada, kim) = (server.doctor("ada").await, server.patient("kim").await);
    let thread = server.conversation(&[&ada, &kim]).await;
    assert_eq!(search(&kim, json!({ "q": "tablets", "c": thread })).await, nothing);
    ada.send(&thread, "Take the tablets").await;
    assert_eq!(search(&pat, json!({ "q": "tablets" })).await, nothing);
}

#[tokio::test]
async fn a_search_that_makes_no_sense_is_refused_plainly() {
    let server = TestServer::start().await;
    let (ada, pat, thread) = doctor_and_patient(&server).await;
    let strange = server.conversation(&[&ada, &server.patient("kim").await]).await;
    let of_another_list = ada.send(&thread, "Hello").await["cursor"].clone();
    let unknown = bedside::ids::ConversationId::generate().to_string();
    for (changes, code) in [
        (json!({ "q": "" }), "BAD_USER_INPUT"),
        (json!({ "q": " \u{a0}\n" }), "BAD_USER_INPUT"),
        (json!({ "q": "?!… —" }), "BAD_USER_INPUT"),
        (json!({ "q": "👍" }), "BAD_USER_INPUT"),
        (json!({ "q": "x".repeat(1_000) }), "BAD_USER_INPUT"),
        (json!({ "q": "a b c d e f g h i j k" }), "BAD_USER_INPUT"),
        (json!({ "first": 0 }), "BAD_USER_INPUT"),
        (json!({ "first": 51 }), "BAD_USER_INPUT"),
        (json!({ "first": -1 }), "BAD_USER_INPUT"),
        (json!({ "after": "nonsense" }), "BAD_USER_INPUT"),
        (json!({ "after": of_another_list }), "BAD_USER_INPUT"),
        (json!({ "c": pat.id }), "BAD_USER_INPUT"),
        (json!({ "s": thread }), "BAD_USER_INPUT"),
        (json!({ "since": "yesterday" }), "BAD_USER_INPUT"),
        (json!({ "c": unknown }), "NOT_FOUND"),
        (json!({ "c": strange }), "NOT_FOUND"),
    ] {
        let answer = pat.try_run(SEARCH, with(json!({ "q": "hello" }), &changes)).await;
        assert_eq!(answer.code(), code, "{changes}");
        assert!(answer.body["errors"][0]["message"].as_str().unwrap().ends_with('.'), "{}", answer.body);
    }
    for query in ["%", "' OR 1=1 --", "hel\0lo", "\u{202e}hello"] {
        let answer = pat.try_run(SEARCH, json!({ "q": query })).await;
        assert!(answer.body.get("errors").is_none() || answer.code() == "BAD_USER_INPUT", "{}", answer.body);
    }
    assert_eq!(found(&pat, "hello OR 1=1").await, [""; 0]);
}

#[tokio::test]
async fn who_searches_too_often_is_told_to_wait_and_the_dear_field_is_counted() {
    let server = TestServer::start_with(|config| {
        config.limits.searches_per_user = NonZeroU32::new(2).unwrap();
    })
    .await;
    let pat = server.patient("pat").await;
    for _ in 0..2 {
        search(&pat, json!({ "q": "tablets" })).await;
    }
    let answer = pat.try_run(SEARCH, json!({ "q": "tablets" })).await;
    assert_eq!(answer.code(), "RATE_LIMITED");
    assert!(answer.body["errors"][0]["extensions"]["retryAfter"].as_u64().unwrap() >= 1);
    let many: String = (0..7).map(|n| format!("s{n}: searchMessages(query: \"a\") {{ isComplete }} ")).collect();
    assert_eq!(pat.code(&format!("{{ {many} }}"), json!({})).await, "QUERY_TOO_COMPLEX");
}

#[tokio::test]
async fn many_search_at_once_in_turns() {
    let server = TestServer::start_with(|config| config.limits.searches_at_once = NonZeroU32::MIN).await;
    let (ada, pat, thread) = doctor_and_patient(&server).await;
    ada.send(&thread, "Take the tablets").await;
    let searches = (0..12).map(|n| found(if n % 2 == 0 { &ada } else { &pat }, "tablets"));
    for texts in futures_util::future::join_all(searches).await {
        assert_eq!(texts, ["Take the tablets"]);
    }
    // Somebody else's turn does not end: the others are told, and are served once it does.
    let turn = server.app.searches.acquire().await.unwrap();
    assert_eq!(pat.code(SEARCH, json!({ "q": "tablets" })).await, "UNAVAILABLE");
    drop(turn);
    assert_eq!(found(&pat, "tablets").await.len(), 1);
}
