//! How long the directory takes with 100,000 people. Not a test: it prints, and is run by hand, with and without
//! `BEDSIDE_TEST_POSTGRES_URL`:
//!
//! `cargo test --release --test api -- --ignored --nocapture with_100_000_people`

use std::time::{Duration, Instant};

use bedside::{
    clock::Timestamp,
    entity::user::{self, Role},
    ids::UserId,
    journal::Row,
    people,
};
use sea_orm::{ConnectionTrait, IntoActiveModel};
use serde_json::{Value, json};

use crate::support::{Actor, TestServer, cpu};

const PEOPLE: usize = 100_000;
/// How many go into one transaction.
const BATCH: usize = 500;

const FIRST: [&str; 20] = [
    "María", "José", "Inês", "Ada", "Søren", "Olga", "Wei", "Fatima", "John", "Priya", "Ngozi", "Łukasz", "Chloé",
    "Yuki", "Amara", "Tom", "Lucía", "Marek", "Noor", "George",
];
const TITLES: [&str; 8] =
    ["Cardiologist", "Therapist", "Midwife", "Nurse", "Paediatrician", "Surgeon", "Radiologist", "Psychiatrist"];

/// The `n`th of them: in a hundred people 80 patients, 10 clinicians, 6 students, 2 caregivers and 2 of the staff.
fn person(n: usize) -> user::Model {
    let role = match n % 100 {
        0..80 => Role::Patient,
        80..90 => Role::Clinician,
        90..96 => Role::Student,
        96..98 => Role::Caregiver,
        _ => Role::Staff,
    };
    let works = !matches!(role, Role::Patient | Role::Caregiver);
    let spread = n.wrapping_mul(2_654_435_761) % 1_000_003;
    user::Model {
        id: UserId::generate(),
        username: format!("user{n}"),
        email: format!("user{n}@clinic.example"),
        full_name: format!("{} {}{}", FIRST[spread % 20], ["Oka", "Lind", "Mor", "Rama"][spread % 4], spread),
        role,
        title: works.then(|| TITLES[n / 100 % 8].to_owned()),
        specialization: works.then(|| format!("Field {}", n / 100 % 60)),
        institution: works.then(|| format!("Hôpital {}", n / 100 % 400)),
        bio: None,
        language: user::Language::En,
        time_zone: None,
        is_service: false,
        disabled_at: None,
        hand_over_to: None,
        hand_over_history: None,
        shares_reading: true,
        is_verified: role == Role::Clinician && !n.is_multiple_of(3),
        password_hash: "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21l$bm90IGEgcmVhbCBoYXNoIGJ1dCBhcyBsb25n".into(),
        created_at: Timestamp::from_millis(0),
        updated_at: Timestamp::from_millis(0),
    }
}

fn rows(batch: usize) -> Vec<Row> {
    let people: Vec<_> = (batch * BATCH..(batch + 1) * BATCH).map(person).collect();
    let mut rows: Vec<_> = people.iter().map(|person| Row::insert(person.clone().into_active_model())).collect();
    let (mut listed, mut words) = (Vec::new(), Vec::new());
    for person in &people {
        let mut of_person = people::service::listed(person).into_iter();
        listed.extend(of_person.next());
        words.extend(of_person);
    }
    rows.extend(listed);
    rows.extend(words);
    rows
}

/// The fastest of 100 tries, the CPU time of this process for each (client, server and, with SQLite, the database), and
/// how many were found.
async fn measured(who: &Actor, query: &str, variables: &Value) -> (Duration, Duration, usize) {
    const TRIES: u32 = 100;
    let (mut fastest, mut found, before) = (Duration::MAX, 0, cpu());
    for _ in 0..TRIES {
        let start = Instant::now();
        let users = who.run(query, variables.clone()).await["users"].take();
        fastest = fastest.min(start.elapsed());
        found = users["nodes"].as_array().map_or(0, Vec::len);
    }
    (fastest, (cpu() - before) / TRIES, found)
}

#[tokio::test]
#[ignore = "a measurement"]
async fn with_100_000_people() {
    const PAGE: &str = "query($f: UserFilter, $a: String) { users(first: 50, after: $a, filter: $f) { nodes { username } pageInfo { endCursor } } }";
    const COUNTS: &str = "query($f: UserFilter, $a: String) { users(first: 1, after: $a, filter: $f) { counts { institutions { value people } specializations { value people } } } }";
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    for batch in 0..PEOPLE / BATCH {
        server.write(move || rows(batch)).await;
    }
    if server.is_on_postgres() {
        server.app.database.reader().execute_unprepared("ANALYZE").await.unwrap();
    }
    let mut middle = Value::Null;
    for _ in 0..400 {
        let users = ada.run(PAGE, json!({ "a": middle })).await["users"].take();
        middle = users["pageInfo"]["endCursor"].clone();
    }
    eprintln!("{PEOPLE} people, on {}", if server.is_on_postgres() { "PostgreSQL" } else { "SQLite" });
    for (what, who, query, variables) in [
        ("an empty answer, for comparison", &ada, PAGE, json!({ "f": { "query": "!" } })),
        ("everybody, first page", &ada, PAGE, json!({})),
        ("everybody, page 400", &ada, PAGE, json!({ "a": middle })),
        ("a patient: everybody, first page", &pat, PAGE, json!({})),
        ("`okafor`: nobody", &ada, PAGE, json!({ "f": { "query": "okafor" } })),
        ("`oka99`: few", &ada, PAGE, json!({ "f": { "query": "oka99" } })),
        ("`cardio`: 1 in 44", &ada, PAGE, json!({ "f": { "query": "cardio" } })),
        ("`maria`: 1 in 20", &ada, PAGE, json!({ "f": { "query": "maria" } })),
        ("`m`: 1 in 4", &ada, PAGE, json!({ "f": { "query": "m" } })),
        ("`pat`: 4 in 5", &ada, PAGE, json!({ "f": { "query": "pat" } })),
        ("a patient: `pat`, their own role", &pat, PAGE, json!({ "f": { "query": "pat" } })),
        ("`maria cardio`", &ada, PAGE, json!({ "f": { "query": "maria cardio" } })),
        ("`mar stu hop 39`: four common words", &ada, PAGE, json!({ "f": { "query": "mar stu hop 39" } })),
        ("an institution", &ada, PAGE, json!({ "f": { "institution": "hopital 7" } })),
        ("role STUDENT and `maria`", &ada, PAGE, json!({ "f": { "role": "STUDENT", "query": "maria" } })),
        ("role PATIENT and `cardio`: nobody", &ada, PAGE, json!({ "f": { "role": "PATIENT", "query": "cardio" } })),
        ("verified", &ada, PAGE, json!({ "f": { "verified": true } })),
        ("counts of everybody", &ada, COUNTS, json!({})),
        ("counts of `cardio`", &ada, COUNTS, json!({ "f": { "query": "cardio" } })),
        ("counts of `maria`", &ada, COUNTS, json!({ "f": { "query": "maria" } })),
    ] {
        let (fastest, cpu, found) = measured(who, query, &variables).await;
        eprintln!("| {what} | {found} | {:.1} ms | {:.1} ms |", fastest.as_secs_f64() * 1e3, cpu.as_secs_f64() * 1e3);
    }
}
