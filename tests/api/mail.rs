//! Mail: forgotten passwords, and addresses that are confirmed.

use std::time::Duration;

use bedside::{
    entity::{mail, registration, user},
    ids::UserId,
    journal::Row,
};
use futures_util::future::join_all;
use sea_orm::{
    ActiveValue::{Set, Unchanged},
    EntityTrait,
};
use serde_json::{Value, json};

use crate::support::{Actor, TestServer, codes, into_folder, with};

const ASK: &str = "mutation($e: String!) { requestPasswordReset(input: { email: $e }) { userErrors { code } } }";
const RESET: &str =
    "mutation($i: ResetPasswordInput!) { resetPassword(input: $i) { deviceToken userErrors { code field } } }";
const REGISTER: &str = "mutation($i: RegisterInput!) { register(input: $i) { isMailed tokens { accessToken } deviceToken user { id } userErrors { code field } } }";
const CONFIRM: &str = "mutation($i: ConfirmEmailInput!) { confirmEmail(input: $i) { tokens { accessToken } user { username email role isVerified } userErrors { code field } } }";
const LOGIN: &str = "mutation($i: LoginInput!) { login(input: $i) { tokens { accessToken } userErrors { code } } }";
const VIEWER: &str = "{ viewer { id } }";
const NEW: &str = "velvet harbour sings";

async fn ask(door: &Actor, email: &str) -> Value {
    door.run(ASK, json!({ "e": email })).await["requestPasswordReset"].clone()
}

async fn reset(door: &Actor, token: &str, password: &str) -> Value {
    door.run(RESET, json!({ "i": { "token": token, "newPassword": password } })).await["resetPassword"].clone()
}

async fn register(door: &Actor, changes: Value) -> Value {
    let pat = json!({ "username": "pat", "email": "Pat@home.example", "fullName": "Pat Doe", "password": Actor::PASSWORD, "role": "PATIENT" });
    door.run(REGISTER, json!({ "i": with(pat, &changes) })).await["register"].clone()
}

async fn confirm(door: &Actor, token: &str, password: &str) -> Value {
    door.run(CONFIRM, json!({ "i": { "token": token, "password": password } })).await["confirmEmail"].clone()
}

async fn may_sign_in(door: &Actor, name: &str, password: &str) -> bool {
    let login = door.run(LOGIN, json!({ "i": { "name": name, "password": password } })).await["login"].clone();
    login["tokens"]["accessToken"].is_string()
}

#[tokio::test]
async fn who_forgot_the_password_opens_a_mailed_link_and_is_signed_out_everywhere() {
    let server = TestServer::start_with(into_folder).await;
    let ada = server.doctor("ada").await;
    let other_node = server.another_node().await;
    let mut inbox = ada.at(&other_node).subscribe("subscription { events { __typename } }", json!({})).await;
    assert_eq!(inbox.next_event().await["__typename"], "Ready");
    let door = Actor::nobody(&server);

    assert_eq!(ask(&door, " Ada@Clinic.example ").await, json!({ "userErrors": [] }));
    let mails = server.mails().await;
    assert_eq!(mails.len(), 1);
    let mail = &mails[0];
    assert_eq!((mail.to.as_str(), mail.subject.as_str()), ("ada@clinic.example", "Choose a new password"));
    assert!(
        mail.body.contains("https://chat.clinic.example/open/reset-password#token=")
            && mail.body.contains("Test Clinic"),
        "{mail:?}"
    );

    let payload = reset(&door, &mail.token("reset-password"), NEW).await;
    assert_eq!(codes(&payload), Vec::<&str>::new());
    assert!(payload["deviceToken"].is_string());
    inbox.ends_with("SESSION_REVOKED").await;
    assert_eq!(ada.code(VIEWER, json!({})).await, "SESSION_REVOKED");
    assert!(!may_sign_in(&door, "ada", Actor::PASSWORD).await);
    assert!(may_sign_in(&door, "ada", NEW).await);
    let told = server.mails().await;
    assert_eq!(told.last().map(|mail| mail.subject.as_str()), Some("Your password was changed"));

    let again = server.unchanged(reset(&door, &mail.token("reset-password"), "another fine morning")).await;
    assert_eq!(codes(&again), ["LINK_NOT_VALID"], "it works once");
}

#[tokio::test]
async fn nobody_learns_from_the_answer_whether_an_address_has_an_account() {
    let server = TestServer::start_with(into_folder).await;
    server.doctor("ada").await;
    let door = Actor::nobody(&server);
    let known = ask(&door, "ada@clinic.example").await;
    for address in ["nobody@clinic.example", "", "no address", "a\u{0}da@clinic.example", &"x".repeat(300)] {
        assert_eq!(ask(&door, address).await, known, "{address:?}");
    }
    let mails = server.mails().await;
    assert_eq!(mails.iter().map(|mail| mail.to.as_str()).collect::<Vec<_>>(), ["ada@clinic.example"]);
}

#[tokio::test]
async fn a_link_is_good_for_half_an_hour_and_a_weak_password_does_not_use_it_up() {
    let server = TestServer::start_with(into_folder).await;
    let ada = server.doctor("ada").await;
    let door = Actor::nobody(&server);
    ask(&door, "ada@clinic.example").await;
    let token = server.mails().await[0].token("reset-password");
    for (password, code) in [("short", "TOO_SHORT"), ("password1234", "PASSWORD_TOO_COMMON")] {
        let payload = server.unchanged(reset(&door, &token, password)).await;
        assert_eq!(codes(&payload), [code]);
        assert_eq!(payload["userErrors"][0]["field"], json!(["input", "newPassword"]));
    }
    let tampered = format!("{}{}", if token.starts_with('A') { "B" } else { "A" }, &token[1..]);
    for wrong in ["", "x", &tampered, &token[1..]] {
        assert_eq!(codes(&server.unchanged(reset(&door, wrong, NEW)).await), ["LINK_NOT_VALID"], "{wrong:?}");
    }
    assert_eq!(codes(&confirm(&door, &token, NEW).await), ["LINK_NOT_VALID"], "a link is for one purpose");
    server.clock.advance(Duration::from_secs(30 * 60));
    assert_eq!(codes(&server.unchanged(reset(&door, &token, NEW)).await), ["LINK_NOT_VALID"]);
    assert_eq!(server.signed_in_again(&ada).await.run(VIEWER, json!({})).await["viewer"]["id"], ada.id.as_str());
}

#[tokio::test]
async fn using_one_link_makes_the_others_useless_and_of_many_at_once_one_works() {
    let server = TestServer::start_with(into_folder).await;
    server.doctor("ada").await;
    let door = Actor::nobody(&server);
    for _ in 0..2 {
        ask(&door, "ada@clinic.example").await;
    }
    let tokens: Vec<_> = server.mails().await.iter().map(|mail| mail.token("reset-password")).collect();
    assert_ne!(tokens[0], tokens[1]);
    let tries = (0..6).map(|n| reset(&door, &tokens[n % 2], "a copper harbour at noon"));
    let worked = join_all(tries).await.iter().filter(|payload| codes(payload).is_empty()).count();
    assert_eq!(worked, 1);
    assert!(may_sign_in(&door, "ada", "a copper harbour at noon").await);
}

#[tokio::test]
async fn an_address_gets_three_mails_an_hour_and_a_network_asks_only_so_often() {
    let server = TestServer::start_with(|config| {
        into_folder(config);
        config.mail.resets_per_hour = 5.try_into().unwrap();
    })
    .await;
    server.doctor("ada").await;
    let door = Actor::nobody(&server);
    for _ in 0..5 {
        assert_eq!(ask(&door, "ada@clinic.example").await, json!({ "userErrors": [] }), "the answer stays the same");
    }
    assert_eq!(server.mails().await.len(), 3);
    assert_eq!(door.code(ASK, json!({ "e": "ada@clinic.example" })).await, "RATE_LIMITED");
    server.clock.advance(Duration::from_secs(3600));
    ask(&door, "ada@clinic.example").await;
    assert_eq!(server.mails().await.len(), 4);
}

#[tokio::test]
async fn what_is_stored_of_a_link_opens_nothing_and_goes_after_a_day() {
    let server = TestServer::start_with(into_folder).await;
    server.doctor("ada").await;
    let door = Actor::nobody(&server);
    ask(&door, "ada@clinic.example").await;
    register(&door, json!({})).await;
    let mails = server.mails().await;
    let db = server.app.database.reader();
    let rows = format!("{:?} {:?}", mail::Entity::find().all(db).await, registration::Entity::find().all(db).await);
    for token in [mails[0].token("reset-password"), mails[1].token("confirm-address")] {
        assert!(!rows.contains(&token), "{rows}");
    }
    server.clock.advance(Duration::from_secs(24 * 3600 + 1));
    bedside::mail::forget_old(&server.app).await.unwrap();
    assert_eq!(mail::Entity::find().all(db).await.unwrap(), []);
    assert_eq!(registration::Entity::find().all(db).await.unwrap(), []);
}

#[tokio::test]
async fn mail_that_nobody_takes_now_is_tried_again_and_a_crash_loses_none() {
    let server = TestServer::start_with(into_folder).await;
    server.doctor("ada").await;
    let folder = server.folder.path().join("mail");
    std::fs::remove_dir_all(&folder).unwrap();
    ask(&Actor::nobody(&server), "ada@clinic.example").await;
    let row = async || mail::Entity::find().one(server.app.database.reader()).await.unwrap().unwrap();
    let mut tries = tokio::time::interval(Duration::from_millis(10));
    while row().await.due_at.is_none_or(|due| due <= server.clock.now()) || row().await.attempts == 0 {
        tries.tick().await;
    }
    // As if the node had died while it was sending: the mail is claimed, and nobody says how it ended.
    let (id, due) = (row().await.id, server.clock.now().plus(Duration::from_secs(120)));
    let claimed = mail::ActiveModel { id: Unchanged(id), due_at: Set(Some(due)), ..Default::default() };
    server.write(move || vec![Row::update(claimed.clone())]).await;
    std::fs::create_dir(&folder).unwrap();
    bedside::mail::send_due(&server.app).await.unwrap();
    assert_eq!(row().await.due_at, Some(due), "it is not due yet");
    server.clock.advance(Duration::from_secs(120));
    let survivor = server.another_node().await;
    bedside::mail::send_due(&survivor.app).await.unwrap();
    assert_eq!(server.mails().await.len(), 1);
}

#[tokio::test]
async fn several_nodes_send_each_mail_once() {
    let server = TestServer::start_with(into_folder).await;
    let others = [server.another_node().await, server.another_node().await];
    for name in ["ada", "ben", "eve", "joe", "kim", "lea", "mia", "noa"] {
        server.doctor(name).await;
        ask(&Actor::nobody(&server), &format!("{name}@clinic.example")).await;
    }
    let nodes = [&server, &others[0], &others[1], &server, &others[0]];
    assert!(join_all(nodes.map(|node| bedside::mail::send_due(&node.app))).await.iter().all(Result::is_ok));
    let mut to: Vec<_> = server.mails().await.into_iter().map(|mail| mail.to).collect();
    to.sort_unstable();
    assert_eq!(
        to,
        ["ada", "ben", "eve", "joe", "kim", "lea", "mia", "noa"].map(|name| format!("{name}@clinic.example"))
    );
}

#[tokio::test]
async fn too_much_mail_that_waits_refuses_more() {
    let server = TestServer::start_with(|config| {
        into_folder(config);
        config.mail.waiting = 2;
    })
    .await;
    std::fs::remove_dir_all(server.folder.path().join("mail")).unwrap();
    let door = Actor::nobody(&server);
    for name in ["ada", "ben"] {
        server.doctor(name).await;
        ask(&door, &format!("{name}@clinic.example")).await;
    }
    assert_eq!(server.unchanged(door.code(ASK, json!({ "e": "eve@clinic.example" }))).await, "UNAVAILABLE");
}

#[tokio::test]
async fn without_mail_nobody_can_ask_for_a_link_and_registering_signs_in() {
    let server = TestServer::start().await;
    let door = Actor::nobody(&server);
    assert_eq!(codes(&ask(&door, "ada@clinic.example").await), ["NOT_AVAILABLE"]);
    assert_eq!(codes(&reset(&door, "x", NEW).await), ["LINK_NOT_VALID"]);
    let payload = register(&door, json!({})).await;
    assert_eq!(payload["isMailed"], false);
    assert!(payload["tokens"]["accessToken"].is_string());
}

#[tokio::test]
async fn somebody_registers_opens_the_link_and_is_signed_in() {
    let server = TestServer::start_with(into_folder).await;
    let door = Actor::nobody(&server);
    let mailed = register(&door, json!({})).await;
    assert_eq!(
        mailed,
        json!({ "isMailed": true, "tokens": null, "deviceToken": null, "user": null, "userErrors": [] })
    );
    assert!(!may_sign_in(&door, "pat", Actor::PASSWORD).await, "not before the link was opened");
    let mails = server.mails().await;
    assert_eq!((mails[0].to.as_str(), mails[0].subject.as_str()), ("pat@home.example", "Confirm your mail address"));
    let token = mails[0].token("confirm-address");

    let stranger = server.unchanged(confirm(&door, &token, "not the password")).await;
    assert_eq!(codes(&stranger), ["WRONG_CREDENTIALS"], "who opens it must know what was chosen");
    let payload = confirm(&door, &token, Actor::PASSWORD).await;
    let expected = json!({ "username": "pat", "email": "pat@home.example", "role": "PATIENT", "isVerified": false });
    assert_eq!((&payload["user"], codes(&payload)), (&expected, vec![]));
    let pat = door.with_token(payload["tokens"]["accessToken"].as_str().unwrap());
    assert!(pat.run(VIEWER, json!({})).await["viewer"]["id"].is_string());
    assert!(may_sign_in(&door, "pat", Actor::PASSWORD).await);
    const FIND: &str = "{ users(filter: { query: \"pat\" }) { nodes { username } } }";
    let found = server.doctor("ada").await.run(FIND, json!({})).await["users"]["nodes"].clone();
    assert_eq!(found, json!([{ "username": "pat" }]), "from now on they are in the directory");
    assert_eq!(codes(&server.unchanged(confirm(&door, &token, Actor::PASSWORD)).await), ["LINK_NOT_VALID"]);
}

#[tokio::test]
async fn registering_with_a_taken_address_is_answered_alike_and_its_owner_is_told() {
    let server = TestServer::start_with(into_folder).await;
    let ada = server.doctor("ada").await;
    let door = Actor::nobody(&server);
    let free = register(&door, json!({})).await;
    let taken = register(&door, json!({ "username": "eve", "email": "ADA@clinic.example" })).await;
    assert_eq!(free, taken);
    let mails = server.mails().await;
    let told = mails.iter().find(|mail| mail.to == "ada@clinic.example").unwrap();
    assert_eq!(told.subject, "You have an account already");
    assert!(told.body.contains("\"ada\"") && !told.body.contains('#'), "{told:?}");
    assert_eq!(server.signed_in_again(&ada).await.id, ada.id, "nothing has changed for her");
    // A name, which everybody who is signed in may look up, is told.
    let name = server.unchanged(register(&door, json!({ "username": "ADA" }))).await;
    assert_eq!((codes(&name), &name["isMailed"]), (vec!["TAKEN"], &json!(false)));
}

#[tokio::test]
async fn of_two_who_register_one_address_or_name_the_first_to_open_the_link_gets_it() {
    let server = TestServer::start_with(into_folder).await;
    let door = Actor::nobody(&server);
    register(&door, json!({})).await;
    register(&door, json!({ "username": "patricia" })).await;
    register(&door, json!({ "email": "other@home.example" })).await;
    let mails = server.mails().await;
    let token = |to: &str, name: &str| {
        let mail = mails.iter().find(|mail| mail.to == to && mail.body.contains(&format!("\"{name}\"")));
        mail.unwrap().token("confirm-address")
    };
    let (first, second, third) =
        (token("pat@home.example", "pat"), token("pat@home.example", "patricia"), token("other@home.example", "pat"));
    let tries = [&first, &second].map(|token| confirm(&door, token, Actor::PASSWORD));
    let mut answers: Vec<_> = join_all(tries).await.iter().map(|payload| codes(payload).concat()).collect();
    answers.sort();
    assert_eq!(answers, ["", "LINK_NOT_VALID"], "all links to one address are spent together");
    let third = confirm(&door, &third, Actor::PASSWORD).await;
    let patricia_won = may_sign_in(&door, "patricia", Actor::PASSWORD).await;
    assert_eq!(codes(&third), if patricia_won { vec![] } else { vec!["TAKEN"] });
}

#[tokio::test]
async fn a_link_to_confirm_is_good_for_a_day() {
    let server = TestServer::start_with(into_folder).await;
    let door = Actor::nobody(&server);
    register(&door, json!({})).await;
    let token = server.mails().await[0].token("confirm-address");
    server.clock.advance(Duration::from_secs(24 * 3600));
    assert_eq!(codes(&server.unchanged(confirm(&door, &token, Actor::PASSWORD)).await), ["LINK_NOT_VALID"]);
}

#[tokio::test]
async fn mail_speaks_the_language_of_its_reader() {
    let server = TestServer::start_with(into_folder).await;
    let ada = server.doctor("ada").await;
    let french = user::ActiveModel {
        id: Unchanged(UserId::parse(&ada.id).unwrap()),
        language: Set(user::Language::Fr),
        ..Default::default()
    };
    server.write(move || vec![Row::update(french.clone())]).await;
    let door = Actor::nobody(&server);
    ask(&door, "ada@clinic.example").await;
    let mail = server.mails().await.remove(0);
    assert_eq!(mail.subject, "Choisissez un nouveau mot de passe");
    assert!(mail.body.contains("Bonjour ada,") && mail.body.contains("« ada »"), "{mail:?}");
    assert_eq!(codes(&reset(&door, &mail.token("reset-password"), NEW).await), Vec::<&str>::new());
    register(&door, json!({ "language": "FR" })).await;
    let mail = server.mails().await.pop().unwrap();
    assert_eq!(mail.subject, "Confirmez votre adresse e-mail");
}
