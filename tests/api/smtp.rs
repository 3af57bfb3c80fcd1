//! Mail through a real SMTP server. It needs Node, so it runs when `BEDSIDE_TEST_CLIENTS` is set, as `clients.rs` says.

use std::time::Duration;

use bedside::{config::MailTls, entity::mail};
use sea_orm::EntityTrait;
use serde_json::json;
use tempfile::TempDir;

use crate::{
    clients::Beside,
    support::{Actor, Mail, TestServer, codes},
};

const ASK: &str = "mutation($e: String!) { requestPasswordReset(input: { email: $e }) { userErrors { code } } }";
const RESET: &str = "mutation($i: ResetPasswordInput!) { resetPassword(input: $i) { userErrors { code } } }";

/// A mail server with a certificate of its own for `localhost`, in a folder.
struct Post {
    server: Beside,
    port: u16,
    folder: TempDir,
}

impl Post {
    async fn open(tls: &str) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let made = rcgen::generate_simple_self_signed(vec!["localhost".into()]).unwrap();
        let (key, certificate) = (folder.path().join("key.pem"), folder.path().join("certificate.pem"));
        std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
        std::fs::write(&certificate, made.cert.pem()).unwrap();
        let mut server = Beside::start("smtp.mjs", &[key.to_str().unwrap(), certificate.to_str().unwrap(), tls])?;
        let port = u16::try_from(server.says().await["port"].as_u64().unwrap()).unwrap();
        Some(Self { server, port, folder })
    }

    async fn answers(&mut self, how: &str) {
        self.server.tell(how);
        assert_eq!(self.server.says().await, json!({ "mode": how }));
    }

    /// A node that sends its mail here.
    async fn clinic(&self, tls: MailTls, trusts: bool) -> TestServer {
        let (port, certificate) = (self.port, self.folder.path().join("certificate.pem"));
        TestServer::start_with(|config| {
            let mail = &mut config.mail;
            (mail.host, mail.port, mail.tls) = (Some("localhost".into()), Some(port), tls);
            mail.root_certificate = trusts.then_some(certificate);
            mail.from = Some("Test Clinic <no-reply@clinic.example>".into());
            if tls != MailTls::None {
                mail.user = Some("clinic".into());
                mail.password = Some("a secret of the clinic".to_owned().into());
            }
        })
        .await
    }
}

async fn ask(server: &TestServer) {
    Actor::nobody(server).run(ASK, json!({ "e": "ada@clinic.example" })).await;
}

async fn row(server: &TestServer) -> mail::Model {
    mail::Entity::find().one(server.app.database.reader()).await.unwrap().unwrap()
}

/// Waits until the first mail was tried so often, and it was noted how that ended.
async fn tried(server: &TestServer, attempts: i64) -> mail::Model {
    let mut tries = tokio::time::interval(Duration::from_millis(10));
    loop {
        tries.tick().await;
        let row = row(server).await;
        // While it is being sent it is claimed for two minutes.
        let is_claimed = row.due_at == Some(server.clock.now())
            || row.due_at.is_some_and(|due| due.since(server.clock.now()) > Duration::from_secs(100));
        if row.attempts == attempts && !is_claimed {
            return row;
        }
    }
}

#[tokio::test]
async fn mail_goes_to_a_real_server_encrypted_and_signed_in_and_its_link_works() {
    for (tls, setting) in [("always", MailTls::Always), ("starttls", MailTls::Starttls), ("none", MailTls::None)] {
        let Some(mut post) = Post::open(tls).await else { return };
        let server = post.clinic(setting, true).await;
        server.doctor("ada").await;
        ask(&server).await;
        let taken = post.server.says().await;
        let is_private = setting != MailTls::None;
        assert_eq!((&taken["to"], &taken["from"]), (&json!(["ada@clinic.example"]), &json!("no-reply@clinic.example")));
        assert_eq!(taken["secure"], is_private, "{tls}");
        assert_eq!(taken["user"], if is_private { json!("clinic") } else { json!(null) });
        let mail = Mail::read(taken["text"].as_str().unwrap());
        let input = json!({ "token": mail.token("reset-password"), "newPassword": "velvet harbour sings" });
        let payload = Actor::nobody(&server).run(RESET, json!({ "i": input })).await["resetPassword"].clone();
        assert_eq!(codes(&payload), Vec::<&str>::new(), "{tls}");
    }
}

#[tokio::test]
async fn a_server_that_turns_mail_away_is_asked_again_later_or_never() {
    let Some(mut post) = Post::open("always").await else { return };
    let server = post.clinic(MailTls::Always, true).await;
    server.doctor("ada").await;
    post.answers("later").await;
    ask(&server).await;
    assert_eq!(post.server.says().await["turnedAway"], 451);
    assert!(tried(&server, 1).await.due_at.is_some());
    post.answers("take").await;
    server.clock.advance(Duration::from_secs(16));
    bedside::mail::send_due(&server.app).await.unwrap();
    assert_eq!(post.server.says().await["to"], json!(["ada@clinic.example"]));
    assert_eq!(tried(&server, 2).await.due_at, None);

    post.answers("never").await;
    server.clock.advance(Duration::from_secs(25 * 3600));
    bedside::mail::forget_old(&server.app).await.unwrap();
    ask(&server).await;
    assert_eq!(post.server.says().await["turnedAway"], 550);
    assert_eq!(tried(&server, 1).await.due_at, None, "given up");
}

#[tokio::test]
async fn a_server_nobody_vouches_for_gets_neither_mail_nor_password() {
    let Some(mut post) = Post::open("always").await else { return };
    let server = post.clinic(MailTls::Always, false).await;
    server.doctor("ada").await;
    ask(&server).await;
    assert!(tried(&server, 1).await.due_at.is_some(), "it waits for the clinic to mend this");
    post.answers("take").await;
}
