//! Web Push: browsers are told that there is something new, and nothing else.

mod service;

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Actor, TestServer, message, to, with};
use service::{Browser, Service, claims, pushing};

const REGISTER: &str = "mutation($i: RegisterPushInput!) { registerPush(input: $i) { push { isRegistered } userErrors { code field message } } }";
const REMOVE: &str = "mutation { removePush { push { isRegistered } userErrors { code } } }";
const PUSH: &str = "{ push { publicKey isRegistered } }";
const LEVEL: &str =
    "mutation($i: SetNotificationLevelInput!) { setNotificationLevel(input: $i) { userErrors { code } } }";
const NONE: [&str; 0] = [];

/// A doctor and a patient who talk, and a browser of the patient.
struct Scene {
    server: TestServer,
    service: Service,
    ada: Actor,
    pat: Actor,
    thread: String,
    browser: Browser,
}

impl Scene {
    async fn set() -> Self {
        let (server, service) = (TestServer::start_with(pushing).await, Service::start().await);
        let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
        let thread = server.conversation(&[&ada, &pat]).await;
        let browser = Browser::at(&service, "pat");
        assert_eq!(pat.push_to(&browser).await, NONE);
        Self { server, service, ada, pat, thread, browser }
    }

    /// What the browser was told so far.
    async fn told(&self) -> Vec<Value> {
        self.server.pushed().await;
        self.service.got().iter().map(|pushed| self.browser.open(pushed)["conversationId"].clone()).collect()
    }

    /// Lets the pause between two pushes go by.
    fn pause(&self) {
        self.server.clock.advance(self.server.app.config.push.every);
    }

    async fn set_level(&self, level: &str, quiet_until: Option<String>) {
        let input = json!({ "conversationId": self.thread, "level": level, "quietUntil": quiet_until });
        assert_eq!(self.pat.refused(LEVEL, json!({ "i": input })).await, NONE);
    }
}

#[tokio::test]
async fn a_browser_is_told_where_something_is_new_and_no_word_of_it() {
    let scene = Scene::set().await;
    let push = scene.pat.run(PUSH, json!({})).await["push"].take();
    assert_eq!(push["isRegistered"], true);
    assert_eq!(scene.ada.run(PUSH, json!({})).await["push"]["isRegistered"], false);

    scene.ada.send(&scene.thread, "Your results are here").await;
    assert_eq!(scene.told().await, [json!(scene.thread)]);
    let pushed = &scene.service.got()[0];
    assert_eq!(scene.browser.open(pushed), json!({ "conversationId": scene.thread }), "and nothing else");
    assert_eq!((pushed.name.as_str(), pushed.header("ttl"), pushed.header("topic")), ("pat", "86400", "news"));
    let claims = claims(pushed, push["publicKey"].as_str().unwrap());
    assert_eq!(
        (claims["aud"].as_str(), claims["sub"].as_str()),
        (Some(scene.service.address.as_str()), Some("mailto:it@clinic.example"))
    );
    let left = claims["exp"].as_i64().unwrap() - scene.server.clock.now().seconds();
    assert!((3_600..=86_400).contains(&left), "{left}");

    scene.pat.send(&scene.thread, "Thank you").await;
    scene.pause();
    assert_eq!(scene.told().await.len(), 1, "nobody is told of their own message");
}

#[tokio::test]
async fn what_comes_in_a_short_time_is_told_together() {
    let scene = Scene::set().await;
    scene.ada.send(&scene.thread, "One").await;
    assert_eq!(scene.told().await.len(), 1);
    let ben = scene.server.doctor("ben").await;
    let other = scene.server.conversation(&[&ben, &scene.pat]).await;
    for text in ["Two", "Three"] {
        scene.ada.send(&scene.thread, text).await;
        ben.send(&other, text).await;
    }
    assert_eq!(scene.told().await.len(), 1, "the pause is not over");
    scene.pause();
    assert_eq!(scene.told().await, [json!(scene.thread), Value::Null], "in more than one conversation");
    let sizes: Vec<_> = scene.service.got().iter().map(|pushed| pushed.body.len()).collect();
    assert_eq!(sizes[0], sizes[1], "the length tells nothing");
    scene.pause();
    assert_eq!(scene.told().await.len(), 2, "and not again");
}

#[tokio::test]
async fn what_was_read_is_muted_or_quiet_is_not_pushed_and_what_is_urgent_is() {
    let scene = Scene::set().await;
    scene.ada.send(&scene.thread, "One").await;
    assert_eq!(scene.told().await.len(), 1);
    // The pause holds the next back until it was read, on another device for instance.
    scene.ada.send(&scene.thread, "Two").await;
    scene.server.pushed().await;
    scene.pat.read(&scene.thread, None).await;
    scene.pause();
    assert_eq!(scene.told().await.len(), 1);

    scene.set_level("NONE", None).await;
    scene.ada.send(&scene.thread, "Three").await;
    scene.pause();
    assert_eq!(scene.told().await.len(), 1);

    let later = scene.server.clock.now().plus(Duration::from_secs(7_200)).rfc3339();
    scene.set_level("ALL", Some(later)).await;
    scene.ada.send(&scene.thread, "Four").await;
    scene.pause();
    assert_eq!(scene.told().await.len(), 1);

    let urgent = with(message(&to(&scene.thread), "Please call at once"), &json!({ "isUrgent": true }));
    assert_eq!(scene.ada.say(urgent).await["userErrors"], json!([]));
    scene.pause();
    assert_eq!(scene.told().await, [json!(scene.thread), json!(scene.thread)]);
    assert_eq!(scene.service.got()[0].header("urgency"), scene.service.got()[1].header("urgency"));

    const ASK: &str = "mutation($i: RequestContactInput!) { requestContact(input: $i) { userErrors { code } } }";
    assert_eq!(scene.ada.refused(ASK, json!({ "i": { "userId": scene.pat.id } })).await, NONE);
    scene.pause();
    assert_eq!(scene.told().await.last(), Some(&Value::Null), "a request is in no conversation");
    assert_eq!(scene.service.got().len(), 3);
}

#[tokio::test]
async fn a_push_that_is_not_taken_is_tried_again_unless_it_was_read_meanwhile() {
    let mut scene = Scene::set().await;
    scene.service.answers(503, &[]);
    scene.service.answers(429, &[("retry-after", "600")]);
    scene.ada.send(&scene.thread, "One").await;
    assert_eq!(scene.told().await.len(), 1);
    scene.server.clock.advance(Duration::from_secs(16));
    assert_eq!(scene.told().await.len(), 2);
    scene.server.clock.advance(Duration::from_secs(300));
    assert_eq!(scene.told().await.len(), 2, "the service asked for ten minutes");
    scene.server.restart().await;
    scene.server.clock.advance(Duration::from_secs(301));
    assert_eq!(scene.told().await.len(), 3, "a restart loses nothing");

    scene.service.answers(500, &[]);
    scene.ada.send(&scene.thread, "Two").await;
    scene.pause();
    assert_eq!(scene.told().await.len(), 4);
    scene.pat.read(&scene.thread, None).await;
    scene.server.clock.advance(Duration::from_secs(3_600));
    assert_eq!(scene.told().await.len(), 4);

    scene.service.answers(400, &[]);
    for (text, pushes) in [("Three", 5), ("Four", 6)] {
        scene.ada.send(&scene.thread, text).await;
        scene.pause();
        assert_eq!(scene.told().await.len(), pushes, "a refusal is not asked again, and others go");
    }
}

#[tokio::test]
async fn a_browser_that_is_gone_is_forgotten_and_no_service_leads_elsewhere() {
    for status in [404, 410] {
        let scene = Scene::set().await;
        scene.service.answers(status, &[]);
        scene.ada.send(&scene.thread, "One").await;
        scene.server.pushed().await;
        assert!(scene.server.browsers().await.is_empty(), "{status}");
        assert_eq!(scene.pat.run(PUSH, json!({})).await["push"]["isRegistered"], false);
    }
    let (scene, elsewhere) = (Scene::set().await, Service::start().await);
    let place: &'static str = format!("{}/inside", elsewhere.address).leak();
    scene.service.answers(307, &[("location", place)]);
    scene.ada.send(&scene.thread, "One").await;
    assert_eq!((scene.told().await.len(), elsewhere.got().len()), (1, 0));
}

#[tokio::test]
async fn a_registration_ends_with_its_session_and_belongs_to_who_is_signed_in() {
    let scene = Scene::set().await;
    let (phone, ben) = (scene.server.signed_in_again(&scene.pat).await, scene.server.patient("ben").await);
    assert_eq!(phone.push_to(&Browser::at(&scene.service, "phone")).await, NONE);
    assert_eq!(phone.push_to(&Browser::at(&scene.service, "phone2")).await, NONE, "it got another address");
    assert_eq!(scene.server.browsers().await.len(), 2);
    phone.run("mutation { logout { sessionId } }", json!({})).await;
    scene.ada.send(&scene.thread, "One").await;
    scene.server.pushed().await;
    let names: Vec<_> = scene.service.got().into_iter().map(|pushed| pushed.name).collect();
    assert_eq!((names, scene.server.browsers().await.len()), (vec!["pat".to_owned()], 1));

    assert_eq!(ben.push_to(&scene.browser).await, NONE, "somebody else signs in on the same browser");
    let browsers = scene.server.browsers().await;
    assert_eq!((browsers.len(), browsers[0].user_id.to_string()), (1, ben.id.clone()));
    scene.ada.send(&scene.thread, "Two").await;
    scene.pause();
    assert_eq!(scene.told().await.len(), 1);

    assert_eq!(ben.push_to(&scene.browser).await, NONE, "the same again");
    for is_there in [1, 0] {
        assert_eq!(scene.server.browsers().await.len(), is_there);
        assert_eq!(ben.run(REMOVE, json!({})).await["removePush"]["push"]["isRegistered"], false);
    }
}

#[tokio::test]
async fn a_session_that_ran_out_is_not_pushed_to() {
    let scene = Scene::set().await;
    scene.server.clock.advance(scene.server.app.config.auth.refresh_token + Duration::from_secs(1));
    let ada = scene.server.signed_in_again(&scene.ada).await;
    ada.send(&scene.thread, "Are you there?").await;
    scene.server.pushed().await;
    assert_eq!((scene.service.got().len(), scene.server.browsers().await.len()), (0, 0));
}

#[tokio::test]
async fn a_person_has_so_many_browsers_and_the_first_goes_for_one_more() {
    let server = TestServer::start_with(|config| {
        pushing(config);
        config.push.browsers = 2;
    })
    .await;
    let (service, pat) = (Service::start().await, server.patient("pat").await);
    for name in ["one", "two", "three"] {
        server.clock.advance(Duration::from_secs(1));
        let session = server.signed_in_again(&pat).await;
        assert_eq!(session.push_to(&Browser::at(&service, name)).await, NONE);
    }
    let mut left: Vec<_> = server.browsers().await.into_iter().map(|row| row.endpoint).collect();
    left.sort();
    assert_eq!(left, [format!("{}/three", service.address), format!("{}/two", service.address)]);
}

#[tokio::test]
async fn several_nodes_push_each_news_once() {
    let scene = Scene::set().await;
    let (node, _third) = (scene.server.another_node().await, scene.server.another_node().await);
    let ben = scene.server.patient("ben").await;
    let thread = scene.server.conversation(&[&scene.ada, &ben]).await;
    let mut browsers = Vec::new();
    for name in 0..12 {
        let session = scene.server.signed_in_again(&ben).await;
        let name = format!("ben{name}");
        let browser = Browser::at(&scene.service, &name);
        assert_eq!(session.push_to(&browser).await, NONE);
        browsers.push((browser, name));
    }
    scene.ada.at(&node).send(&thread, "One for each").await;
    scene.server.pushed().await;
    let got = scene.service.got();
    assert_eq!(got.len(), browsers.len());
    for (browser, name) in browsers {
        let own: Vec<_> = got.iter().filter(|pushed| pushed.name == name).collect();
        assert_eq!(own.len(), 1, "{name}");
        assert_eq!(browser.open(own[0])["conversationId"], thread);
    }
}

#[tokio::test]
async fn only_a_service_of_the_internet_is_taken() {
    let server = TestServer::start_with(|config| {
        pushing(config);
        config.push.allow_private = false;
    })
    .await;
    let (service, pat) = (Service::start().await, server.patient("pat").await);
    let keys = Browser::at(&service, "pat").keys();
    let good = with(keys.clone(), &json!({ "endpoint": "https://push.example/pat" }));
    for (change, field) in [
        (json!({}), "endpoint"),
        (json!({ "endpoint": "https://127.0.0.1/pat" }), "endpoint"),
        (json!({ "endpoint": "https://169.254.169.254/latest/meta-data" }), "endpoint"),
        (json!({ "endpoint": "https://localhost/pat" }), "endpoint"),
        (json!({ "endpoint": "" }), "endpoint"),
        (json!({ "endpoint": "https://push.example/pat", "p256dh": "AAAA" }), "p256dh"),
        (json!({ "endpoint": "https://push.example/pat", "auth": "AAAA" }), "auth"),
        (json!({ "endpoint": "https://push.example/pat", "auth": "?" }), "auth"),
    ] {
        let input = with(keys.clone(), &change);
        let payload = server.unchanged(pat.run(REGISTER, json!({ "i": input }))).await["registerPush"].take();
        let error = &payload["userErrors"][0];
        assert_eq!((&error["code"], &error["field"]), (&json!("INVALID_FORMAT"), &json!(["input", field])), "{change}");
        assert_eq!(payload["push"]["isRegistered"], false);
    }
    assert_eq!(pat.refused(REGISTER, json!({ "i": good })).await, NONE);
}

#[tokio::test]
async fn without_a_key_nothing_is_pushed() {
    let (server, service) = (TestServer::start().await, Service::start().await);
    let pat = server.patient("pat").await;
    assert_eq!(pat.run(PUSH, json!({})).await["push"], Value::Null);
    assert_eq!(pat.push_to(&Browser::at(&service, "pat")).await, ["NOT_AVAILABLE"]);
    assert_eq!(pat.run(REMOVE, json!({})).await["removePush"]["push"], Value::Null);
}
