//! The people, their conversations and the server between them.

use bedside::{
    App,
    access::Viewer,
    accounts::{
        service::{self as accounts, NewAccount},
        tokens::Tokens,
    },
    clock::Clock,
    config::Config,
    conversations::service::{self as conversations, NewGroup},
    database::Database,
    entity::{
        conversation::Purpose,
        user::{Language, Role},
    },
    ids::{ConversationId, UserId},
    keys::RootSecret,
};
use sea_orm::ConnectionTrait;
use tempfile::TempDir;

use crate::{SENDERS, process::Process};

/// Somebody who sends or listens.
#[derive(Clone)]
pub struct Person {
    pub id: UserId,
    pub token: String,
    /// Where they take part.
    pub conversations: Vec<ConversationId>,
}

pub struct World {
    folder: TempDir,
    settings: Vec<(&'static str, String)>,
    pub database_url: String,
    pub senders: Vec<Person>,
    pub listeners: Vec<Person>,
    /// The conversation of everybody.
    pub everywhere: ConversationId,
}

impl World {
    /// A migrated database with four groups of eight senders, and a group of everybody. Three subscribers hear all
    /// of it, two only one group and the group of everybody.
    pub async fn make() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database_url = database(&folder).await;
        Self::make_in(folder, database_url).await
    }

    /// The same in a folder and an empty database of the caller's.
    pub async fn make_in(folder: TempDir, database_url: String) -> Self {
        let mut config = Config::defaults().unwrap();
        config.data_dir = folder.path().to_owned();
        config.auth.access_token = std::time::Duration::from_secs(24 * 3600);
        let (root, signing) = (RootSecret::generate(), Tokens::generate_signing_key().unwrap());
        config.auth.root_secret = Some(root.clone().into());
        config.auth.signing_key = Some(signing.clone().into());
        let database = Database::connect(&database_url).await.unwrap();
        database.migrate().await.unwrap();
        let listen = config.server.listen;
        let app = App::start(config, Clock::default(), database, listen).await.unwrap();
        let mut people = futures_util::future::join_all((0..SENDERS + 5).map(|n| person(&app, n))).await;
        let mut listeners = people.split_off(SENDERS);
        let mut groups = Vec::new();
        for members in people.chunks_mut(SENDERS / 4) {
            let hears_one = usize::from(groups.is_empty()) * 2;
            let mut members: Vec<_> = members.iter_mut().chain(&mut listeners[..3 + hears_one]).collect();
            groups.push(group(&app, &mut members).await);
        }
        let everywhere = group(&app, &mut people.iter_mut().chain(&mut listeners).collect::<Vec<_>>()).await;
        app.shut_down().await;
        app.database.clone().close().await;
        let settings = vec![
            ("BEDSIDE_ROOT_SECRET", root),
            ("BEDSIDE_SIGNING_KEY", signing),
            ("BEDSIDE_DATA_DIR", folder.path().display().to_string()),
            ("DATABASE_URL", database_url.clone()),
            // The senders go as fast as they can.
            ("BEDSIDE_REQUESTS_PER_USER", "1000000".into()),
            ("BEDSIDE_SENDS_PER_CONVERSATION", "1000000".into()),
        ];
        Self { folder, settings, database_url, senders: people, listeners, everywhere }
    }

    /// Starts the server; tells where it listens.
    pub async fn serve(&self, address: &str) -> (Process, String) {
        self.serve_with(address, &[]).await
    }

    /// Starts it with settings of its own.
    pub async fn serve_with(&self, address: &str, own: &[(&str, &str)]) -> (Process, String) {
        let mut server = self.process(address, own);
        let line: serde_json::Value = serde_json::from_str(&server.line_with("\"listening\"").await).unwrap();
        (server, line["address"].as_str().unwrap().to_owned())
    }

    /// Starts it, and does not wait until it serves.
    pub fn process(&self, address: &str, own: &[(&str, &str)]) -> Process {
        let mut settings: Vec<_> = self.settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
        settings.push(("BEDSIDE_LISTEN", address));
        settings.extend(own);
        Process::start(self.folder.path(), &["serve"], &settings)
    }

    /// Removes the database. One whose test failed stays, to be looked at.
    pub async fn remove(self) {
        if let (Ok(server), Some((_, name))) = (std::env::var(POSTGRES), self.database_url.rsplit_once('/')) {
            execute(&server, &[&format!("DROP DATABASE {name} WITH (FORCE)")]).await;
        }
    }
}

const POSTGRES: &str = "BEDSIDE_TEST_POSTGRES_URL";

async fn database(folder: &TempDir) -> String {
    let Ok(server) = std::env::var(POSTGRES) else {
        return format!("sqlite://{}", folder.path().join("bedside.sqlite").display());
    };
    let name = format!("bedside_crash_{}", std::process::id());
    let statements = [format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"), format!("CREATE DATABASE {name}")];
    execute(&server, &statements.each_ref().map(String::as_str)).await;
    format!("{}/{name}", server.rsplit_once('/').unwrap().0)
}

async fn execute(server: &str, statements: &[&str]) {
    let connection = sea_orm::Database::connect(server).await.unwrap();
    for statement in statements {
        connection.execute_unprepared(statement).await.unwrap();
    }
    connection.close().await.unwrap();
}

async fn person(app: &App, number: usize) -> Person {
    let new = NewAccount {
        username: format!("clinician-{number}"),
        email: format!("clinician-{number}@clinic.example"),
        full_name: format!("Clinician {number}"),
        password: "copper lantern drifts".into(),
        role: Role::Clinician,
        title: None,
        specialization: None,
        institution: None,
        language: Language::default(),
        time_zone: None,
    };
    let user = accounts::create(app, new, true).await.unwrap();
    let sign_in = accounts::start_session(app, user, "test").await.unwrap();
    Person { id: sign_in.user.id, token: sign_in.access_token, conversations: Vec::new() }
}

async fn group(app: &App, people: &mut [&mut Person]) -> ConversationId {
    let owner = app.recognition.recognise(&people[0].token).await.unwrap();
    let new = NewGroup {
        client_id: uuid::Uuid::now_v7(),
        title: "Ward".into(),
        purpose: Purpose::General,
        participants: people.iter().map(|person| person.id).collect(),
        reference: None,
        description: None,
        tags: Vec::new(),
    };
    let viewer: &Viewer = &owner;
    let (member, _) = conversations::create_group(app, viewer, new).await.unwrap();
    for person in people {
        person.conversations.push(member.id());
    }
    member.id()
}
