//! What the clinic says to everybody.

use bedside::entity::user::Role;
use serde_json::{Value, json};

use crate::support::{Actor, TestServer};

const SAYS: &str = "{ clinicNotice { text updatedAt } }";
const HEAR: &str = "subscription($a: String) { events(after: $a) { __typename cursor ... on ClinicNoticeChanged { clinicNotice { text } actor { username } } } }";

impl Actor {
    async fn set_notice(&self, text: Value) -> Value {
        const SET: &str = "mutation($t: String) { setClinicNotice(input: { text: $t }) { clinicNotice { text } userErrors { code field } } }";
        self.run(SET, json!({ "t": text })).await["setClinicNotice"].clone()
    }
}

#[tokio::test]
async fn everybody_hears_what_the_clinic_says_now_or_later() {
    let server = TestServer::start().await;
    let root = server.person("root", Role::Admin).await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    assert_eq!(pat.run(SAYS, json!({})).await["clinicNotice"], Value::Null);
    server.settle().await;
    let before = ada.cursor().await;
    let mut live = pat.subscribe(HEAR, json!({ "a": before })).await;
    let set = root.set_notice(json!("  In an emergency call 112.  ")).await;
    let said = json!({ "text": "In an emergency call 112." });
    assert_eq!(set, json!({ "clinicNotice": said, "userErrors": [] }));
    let heard = |event: &Value| (event["__typename"].clone(), event["clinicNotice"].clone());
    let changed = (json!("ClinicNoticeChanged"), said.clone());
    assert_eq!(heard(&live.next().await["events"]), changed);
    // Who was away hears of it on a resume, and by asking.
    let mut later = ada.subscribe(HEAR, json!({ "a": before })).await;
    assert_eq!(heard(&later.next().await["events"]), changed);
    let (asked, ..) = ada.changes(&before, 50).await;
    assert_eq!(asked.iter().map(|event| event.kind().to_owned()).collect::<Vec<_>>(), ["ClinicNoticeChanged"]);
    assert_eq!(ada.run(SAYS, json!({})).await["clinicNotice"]["text"], said["text"]);

    root.set_notice(json!("In an emergency call 112.")).await;
    assert_eq!(root.set_notice(json!("   ")).await["clinicNotice"], Value::Null);
    let gone = (json!("ClinicNoticeChanged"), Value::Null);
    assert_eq!(heard(&live.next().await["events"]), gone, "the same words again are no change");
    assert_eq!(heard(&later.next().await["events"]), gone);
}

#[tokio::test]
async fn only_administrators_speak_for_the_clinic_and_not_for_long() {
    let server = TestServer::start().await;
    let (root, ada) = (server.person("root", Role::Admin).await, server.doctor("ada").await);
    const SET: &str = "mutation($t: String) { setClinicNotice(input: { text: $t }) { userErrors { code } } }";
    assert_eq!(ada.code(SET, json!({ "t": "We are closed" })).await, "FORBIDDEN");
    let of_text = |code: &str| json!([{ "code": code, "field": ["input", "text"] }]);
    assert_eq!(root.set_notice(json!("n".repeat(1_001))).await["userErrors"], of_text("TOO_LONG"));
    assert_eq!(root.set_notice(json!("a\0b")).await["userErrors"], of_text("INVALID_FORMAT"));
    assert_eq!(root.set_notice(json!("é".repeat(1_000))).await["userErrors"], json!([]));
}
