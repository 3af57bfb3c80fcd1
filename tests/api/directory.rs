//! The directory: whom somebody may write to, found by words, filtered, counted, page by page.

use bedside::{
    access::Viewer,
    accounts::service as accounts,
    config::Preset,
    entity::user::{Language, Role},
    graphql::Page,
    ids::{SessionId, UserId},
    people::directory::{self, Filter},
};
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::support::{Actor, TestServer, each};

const USERS: &str = "query($first: Int, $after: String, $last: Int, $before: String, $filter: UserFilter) {
    users(first: $first, after: $after, last: $last, before: $before, filter: $filter) {
        nodes { username } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }";
const COUNTS: &str = "query($filter: UserFilter) { users(first: 1, filter: $filter) {
    counts { institutions { value people } specializations { value people } } } }";

async fn page(viewer: &Actor, arguments: Value) -> Value {
    viewer.run(USERS, arguments).await["users"].take()
}

async fn found(viewer: &Actor, filter: Value) -> Vec<String> {
    let page = page(viewer, json!({ "filter": filter })).await;
    each(&page["nodes"], "username").into_iter().map(Into::into).collect()
}

/// Somebody of the clinic: username, full name, role, title, field of work, institution.
type Entry = (&'static str, &'static str, Role, &'static str, &'static str, &'static str);

const CLINIC: [Entry; 8] = [
    ("ada", "Dr Ada Okafor", Role::Clinician, "Cardiologist", "Cardiology", "Riverside Clinic"),
    ("marek", "Marek Lindqvist", Role::Clinician, "Therapist", "Cognitive behavioural therapy", "Riverside Clinic"),
    ("ines", "Inês Duarte", Role::Clinician, "Midwife", "Antenatal care", "Hôpital Sainte-Justine"),
    ("soren", "Søren Łukasiewicz", Role::Clinician, "Cardiologist", "cardiology", "HOPITAL SAINTE JUSTINE"),
    ("obrien", "Maeve O'Brien", Role::Staff, "Front desk", "", "Riverside Clinic"),
    ("priya", "Priya Raman", Role::Student, "MBBS student, year 4", "", "St Brigid's Medical School"),
    ("noor", "Noor Haddad", Role::Patient, "", "", ""),
    ("tom", "Tom Whitaker", Role::Patient, "", "", ""),
];

async fn enter(server: &TestServer, (username, name, role, title, field, institution): Entry) -> Actor {
    let given = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let new = accounts::NewAccount {
        username: username.into(),
        email: format!("{username}@clinic.example"),
        full_name: name.into(),
        password: Actor::PASSWORD.into(),
        role,
        title: given(title),
        specialization: given(field),
        institution: given(institution),
        language: Language::En,
        time_zone: None,
    };
    let user = accounts::create(&server.app, new, username != "soren" && role == Role::Clinician).await.unwrap();
    Actor::new(server, accounts::start_session(&server.app, user, "test").await.unwrap())
}

async fn clinic(server: &TestServer) -> Vec<Actor> {
    join_all(CLINIC.map(|entry| enter(server, entry))).await
}

#[tokio::test]
async fn people_are_found_by_words_and_their_beginnings_whatever_the_accents() {
    let server = TestServer::start().await;
    let ada = clinic(&server).await.swap_remove(0);
    for (query, usernames) in [
        ("ines", vec!["ines"]),
        ("INÊS dua", vec!["ines"]),
        ("duarte inês", vec!["ines"]),
        ("cardio", vec!["soren"]),
        ("lukas soren", vec!["soren"]),
        ("o'brien", vec!["obrien"]),
        ("OBrien", vec!["obrien"]),
        ("brien", vec!["obrien"]),
        ("hopital", vec!["ines", "soren"]),
        ("saint just mid", vec!["ines"]),
        ("student", vec!["priya"]),
        ("patient", vec!["noor", "tom"]),
        ("pat h", vec!["noor"]),
        ("year 4", vec!["priya"]),
        ("riverside", vec!["obrien", "marek"]),
        ("dqvist", vec![]),
        ("ines tom", vec![]),
        ("%", vec![]),
        ("  ", vec!["ines", "obrien", "marek", "noor", "priya", "soren", "tom"]),
    ] {
        assert_eq!(found(&ada, json!({ "query": query })).await, usernames, "{query:?}");
    }
    for wrong in ["x".repeat(201), "a b c d e f g h i j k".to_owned()] {
        assert_eq!(ada.code(USERS, json!({ "filter": { "query": wrong } })).await, "BAD_USER_INPUT");
    }
}

#[tokio::test]
async fn the_directory_holds_whom_one_may_write_to() {
    let server = TestServer::start().await;
    let people = clinic(&server).await;
    let seen = join_all(people.iter().map(|viewer| found(viewer, json!({})))).await;
    assert_eq!(seen[0], ["ines", "obrien", "marek", "noor", "priya", "soren", "tom"], "a clinician");
    assert_eq!(seen[3], ["ada", "ines", "obrien", "marek", "priya"], "one whom nobody has checked");
    assert_eq!(seen[4], ["ada", "ines", "marek", "noor", "priya", "soren", "tom"], "staff");
    assert_eq!(seen[5], ["ada", "ines", "obrien", "marek", "soren"], "a student");
    assert_eq!(seen[6], ["ada", "ines", "obrien", "marek", "soren"], "a patient");
    const CAN: &str = "{ users { nodes { username viewerCanMessage { allowed } } } }";
    for viewer in &people {
        let nodes = viewer.run(CAN, json!({})).await["users"]["nodes"].take();
        assert!(nodes.as_array().unwrap().iter().all(|one| one["viewerCanMessage"]["allowed"] == true), "{nodes}");
    }

    let server = TestServer::start_with(|config| config.rules.preset = Preset::Strict).await;
    let people = clinic(&server).await;
    let seen = join_all(people.iter().map(|viewer| found(viewer, json!({})))).await;
    assert_eq!((&seen[0], &seen[3]), (&vec!["noor".to_owned(), "tom".to_owned()], &vec![]));
    assert_eq!((&seen[4], &seen[5]), (&vec![], &vec![]));
    assert_eq!(seen[6], ["ada", "ines", "marek", "soren"]);
    assert_eq!(found(&people[6], json!({ "role": "PATIENT" })).await, [""; 0]);
}

#[tokio::test]
async fn people_are_filtered_and_counted() {
    let server = TestServer::start().await;
    let people = clinic(&server).await;
    let (ada, noor) = (&people[0], &people[6]);
    for (filter, usernames) in [
        (json!({ "role": "CLINICIAN" }), vec!["ines", "marek", "soren"]),
        (json!({ "title": "CARDIOLOGIST" }), vec!["soren"]),
        (json!({ "title": "Cardio" }), vec![]),
        (json!({ "institution": "hopital sainte justine" }), vec!["ines", "soren"]),
        (json!({ "specialization": "Cardiology" }), vec!["soren"]),
        (json!({ "verified": true }), vec!["ines", "marek"]),
        (json!({ "verified": false, "role": "CLINICIAN" }), vec!["soren"]),
        (json!({ "institution": "Riverside Clinic", "role": "STAFF", "query": "des mae" }), vec!["obrien"]),
        (json!({ "institution": "" }), vec![]),
    ] {
        assert_eq!(found(ada, filter.clone()).await, usernames, "{filter}");
    }
    let counts = noor.run(COUNTS, json!({ "filter": null })).await["users"]["counts"].take();
    let group = |value: &str, people: i64| json!({ "value": value, "people": people });
    let sainte_justine = &counts["institutions"][1];
    assert_eq!(counts["institutions"][0], group("Riverside Clinic", 3));
    assert_eq!(sainte_justine["people"], 2, "however it is written: {counts}");
    assert_eq!(counts["specializations"][0]["people"], 2);
    assert_eq!(counts["specializations"].as_array().unwrap().len(), 3);
    let of_some = noor.run(COUNTS, json!({ "filter": { "query": "card" } })).await["users"]["counts"].take();
    assert_eq!(of_some["institutions"].as_array().unwrap().len(), 2);
    assert_eq!(of_some["specializations"], json!([group("Cardiology", 2)]));
    let none = noor.run(COUNTS, json!({ "filter": { "query": "!" } })).await["users"]["counts"].take();
    assert_eq!(none, json!({ "institutions": [], "specializations": [] }));
}

#[tokio::test]
async fn the_directory_follows_what_people_change() {
    let server = TestServer::start().await;
    let people = clinic(&server).await;
    let (ada, marek) = (&people[0], &people[1]);
    let update = "mutation($i: UpdateProfileInput!) { updateProfile(input: $i) { userErrors { code } } }";
    let input =
        json!({ "fullName": "Aurélie Lindqvist", "institution": null, "title": "Psychologist", "username": "aurelie" });
    marek.run(update, json!({ "i": input })).await;
    for (query, usernames) in [
        ("marek", vec![]),
        ("therapist", vec![]),
        ("riverside", vec!["obrien"]),
        ("aurelie psych", vec!["aurelie"]),
        ("lindqvist", vec!["aurelie"]),
    ] {
        assert_eq!(found(ada, json!({ "query": query })).await, usernames, "{query:?}");
    }
    assert_eq!(found(ada, json!({})).await[0], "aurelie", "the list is by name");
    let root = server.person("root", Role::Admin).await;
    let verify = "mutation($u: ID!) { verifyUser(input: { userId: $u }) { userErrors { code } } }";
    root.run(verify, json!({ "u": people[3].id })).await;
    assert_eq!(found(ada, json!({ "verified": true })).await, ["ines", "soren"]);
}

#[tokio::test]
async fn the_directory_can_be_paged_from_both_ends() {
    let server = TestServer::start().await;
    let ada = server.doctor("ada").await;
    // Some share a name, and some names are alike for longer than is compared.
    let name = |n: usize| match n % 3 {
        0 => "Kim Lee".to_owned(),
        1 => format!("Professor Wolfeschlegelsteinhausenbergerdorff {n}"),
        _ => format!("Zoë {n}"),
    };
    for n in 0..10 {
        let username: &'static str = format!("pat{n}").leak();
        enter(&server, (username, name(n).leak(), Role::Patient, "", "", "")).await;
    }
    for filter in [json!({}), json!({ "query": "pat" }), json!({ "role": "PATIENT" })] {
        let all = found(&ada, filter.clone()).await;
        assert_eq!(all.len(), 10);
        let (mut after, mut before) = (Value::Null, Value::Null);
        for (n, expected) in all.chunks(3).enumerate() {
            let answer = page(&ada, json!({ "first": 3, "after": after, "filter": filter })).await;
            assert_eq!(each(&answer["nodes"], "username"), expected);
            assert_eq!(
                (&answer["pageInfo"]["hasNextPage"], &answer["pageInfo"]["hasPreviousPage"]),
                (&json!(n < 3), &json!(n > 0))
            );
            after = answer["pageInfo"]["endCursor"].clone();
        }
        for expected in all.rchunks(3) {
            let answer = page(&ada, json!({ "last": 3, "before": before, "filter": filter })).await;
            assert_eq!(each(&answer["nodes"], "username"), expected);
            before = answer["pageInfo"]["startCursor"].clone();
        }
    }
    assert_eq!(ada.code(USERS, json!({ "first": 101 })).await, "BAD_USER_INPUT");
}

#[tokio::test]
async fn both_ways_through_the_directory_find_the_same() {
    let server = TestServer::start().await;
    let people = clinic(&server).await;
    let db = server.app.database.reader();
    for person in &people {
        let (user, session) = (UserId::parse(&person.id).unwrap(), SessionId::parse(&person.session).unwrap());
        let viewer = Viewer::of_session(db, user, session, server.clock.now()).await.unwrap();
        for query in ["ca", "a", "s", "clin river", "t", "e", "pat", "card hop"] {
            for verified in [None, Some(true), Some(false)] {
                let filter = Filter { query: Some(query.into()), verified, ..Filter::default() };
                let Some(search) = directory::search(&server.app, &viewer, &filter).await.unwrap() else { continue };
                let all = Page { after: None, before: None, size: 100, from_end: false };
                let names = async |search| {
                    let found = directory::page(&server.app, &search, &all).await.unwrap();
                    found.into_iter().map(|found| found.user.username.clone()).collect::<Vec<_>>()
                };
                let (by_word, by_name) = (names(search.clone()).await, names(search.along_names()).await);
                assert_eq!(by_word, by_name, "{query} as {}", person.username);
            }
        }
    }
}

#[tokio::test]
async fn the_conversation_with_somebody_comes_with_them() {
    let server = TestServer::start().await;
    let (ada, joe, pat) = (server.doctor("ada").await, server.doctor("joe").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    ada.send(&thread, "How are you?").await;
    ada.send(&thread, "And your knee?").await;
    let query =
        "{ users { nodes { username conversationWithViewer { id unreadCount updatedAt lastMessage { text } } } } }";
    let nodes = pat.run(query, json!({})).await["users"]["nodes"].take();
    let (with_ada, with_joe) = (&nodes[0]["conversationWithViewer"], &nodes[1]["conversationWithViewer"]);
    assert_eq!((&with_ada["id"], &with_ada["unreadCount"]), (&json!(thread), &json!(2)));
    assert_eq!((&with_ada["lastMessage"]["text"], with_joe), (&json!("And your knee?"), &Value::Null));
    let of_joe = joe.run(query, json!({})).await["users"]["nodes"].take();
    assert!(of_joe.as_array().unwrap().iter().all(|node| node["conversationWithViewer"].is_null()), "{of_joe}");
    let own = "query($u: ID!) { user(id: $u) { conversationWithViewer { id } } }";
    assert_eq!(ada.run(own, json!({ "u": ada.id })).await["user"]["conversationWithViewer"], Value::Null);
}
