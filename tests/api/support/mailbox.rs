//! Mail that a server wrote into its folder.

use std::{path::PathBuf, time::Duration};

use bedside::{config::Config, entity::mail};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};

use super::TestServer;

/// One mail, decoded.
#[derive(Clone, Debug)]
pub struct Mail {
    pub to: String,
    pub subject: String,
    pub body: String,
}

impl Mail {
    /// Reads a mail as it was sent.
    pub fn read(text: &str) -> Self {
        let parsed = mailparse::parse_mail(text.as_bytes()).unwrap();
        let header = |name: &str| {
            let found = parsed.headers.iter().find(|header| header.get_key().eq_ignore_ascii_case(name));
            found.unwrap_or_else(|| panic!("no {name} in {text}")).get_value()
        };
        assert_eq!(header("Auto-Submitted"), "auto-generated");
        Self { to: header("To"), subject: header("Subject"), body: parsed.get_body().unwrap().replace("\r\n", "\n") }
    }

    /// The token of the link to `page`.
    pub fn token(&self, page: &str) -> String {
        let before = format!("/{page}#token=");
        let token = self.body.lines().find_map(|line| line.split_once(&before));
        token.unwrap_or_else(|| panic!("no link in {}", self.body)).1.trim().to_owned()
    }
}

/// Settings with which mail goes into a folder beside the database.
pub fn into_folder(config: &mut Config) {
    config.mail.folder = Some(config.data_dir.join("mail"));
    config.mail.from = Some("Test Clinic <no-reply@clinic.example>".into());
    config.mail.links = Some("https://chat.clinic.example/open".into());
}

impl TestServer {
    fn letters(&self) -> Vec<PathBuf> {
        let folder = self.folder.path().join("mail");
        let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort_by_key(|file| std::fs::metadata(file).unwrap().modified().unwrap());
        files
    }

    /// Waits until every mail that was asked for was sent, or found to have nobody to go to; then all of them, in the
    /// order of sending.
    pub async fn mails(&self) -> Vec<Mail> {
        let waiting = mail::Entity::find().filter(mail::Column::DueAt.is_not_null());
        let mut tries = tokio::time::interval(Duration::from_millis(20));
        for _ in 0..1_000 {
            tries.tick().await;
            if waiting.clone().count(self.app.database.reader()).await.unwrap() == 0 {
                return self.letters().iter().map(|file| Mail::read(&std::fs::read_to_string(file).unwrap())).collect();
            }
        }
        panic!("mail still waits after twenty seconds")
    }
}
