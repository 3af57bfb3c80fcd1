//! A server on a free port, with its own database and folder.

use std::{net::SocketAddr, num::NonZeroU32, sync::Arc, time::Duration};

use bedside::{
    App,
    accounts::{service as accounts, tokens::Tokens},
    clock::Clock,
    config::Config,
    database::Database,
    entity::user::{Language, Role},
    keys::RootSecret,
};
use serde_json::json;
use tempfile::TempDir;
use tokio::{net::TcpListener, task::JoinHandle};

use super::{Actor, database};

/// More than any test asks for in a minute.
const PLENTY: NonZeroU32 = NonZeroU32::new(1_000_000).unwrap();

/// One node. It stops when it is dropped.
pub struct TestServer {
    pub app: Arc<App>,
    pub address: SocketAddr,
    pub folder: Arc<TempDir>,
    pub clock: Clock,
    database_url: String,
    owns_database: bool,
    serving: JoinHandle<std::io::Result<()>>,
}

impl TestServer {
    /// A node with its own database.
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// A node with its own database and settings.
    pub async fn start_with(set: impl FnOnce(&mut Config)) -> Self {
        log();
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let mut config = Config::defaults().unwrap();
        config.data_dir = folder.path().to_owned();
        config.server.graphiql = true;
        // Not what happens to be built in `web/`.
        config.server.pages = Some(folder.path().join("pages"));
        // Tests that look at delivered markers write them down themselves, so no other hears of it in between.
        config.limits.delivered_every = Duration::from_secs(3600);
        // Tests that are about how often somebody may ask set that themselves.
        config.auth.registrations_per_hour = PLENTY;
        config.limits.requests_per_user = PLENTY;
        config.limits.requests_per_address = PLENTY;
        config.limits.sockets_per_address = PLENTY;
        config.limits.sends_per_conversation = PLENTY;
        config.limits.searches_per_user = PLENTY;
        // However busy the machine is, a search comes to its end.
        config.limits.search_budget = Duration::from_secs(60);
        config.auth.root_secret = Some(RootSecret::generate().into());
        config.auth.signing_key = Some(Tokens::generate_signing_key().unwrap().into());
        set(&mut config);
        let database_url = database::fresh(folder.path()).await;
        Self::node(config, folder, Clock::default(), database_url, true).await
    }

    /// Another node on the same database, with the same keys, files and clock.
    pub async fn another_node(&self) -> Self {
        Self::node(
            self.app.config.clone(),
            Arc::clone(&self.folder),
            self.clock.clone(),
            self.database_url.clone(),
            false,
        )
        .await
    }

    /// A node with the same settings, keys and clock on a copy of the database, which it owns.
    pub async fn node_on(&self, database_url: String) -> Self {
        Self::node(self.app.config.clone(), Arc::clone(&self.folder), self.clock.clone(), database_url, true).await
    }

    /// A copy of the database as it is now. Stops this node: PostgreSQL copies only what nobody uses.
    pub async fn stop_and_copy_database(&self, name: &str) -> String {
        self.app.shut_down().await;
        self.app.database.clone().close().await;
        database::copy(&self.database_url, self.folder.path(), name).await
    }

    /// Whether the tests run on PostgreSQL.
    pub fn is_on_postgres(&self) -> bool {
        self.database_url.starts_with("postgres")
    }

    /// Stops this node as an operator does, and starts it anew on the same port.
    pub async fn restart(&mut self) {
        self.app.stopping().cancel();
        (&mut self.serving).await.unwrap().unwrap();
        self.app.database.clone().close().await;
        let listener = TcpListener::bind(self.address).await.unwrap();
        let config = self.app.config.clone();
        (self.app, self.serving) = run(config, &self.clock, &self.database_url, listener).await;
    }

    async fn node(
        config: Config,
        folder: Arc<TempDir>,
        clock: Clock,
        database_url: String,
        owns_database: bool,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (app, serving) = run(config, &clock, &database_url, listener).await;
        Self { app, address, folder, clock, database_url, owns_database, serving }
    }

    /// The address of something on this node.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// A clinician with this username, signed in.
    pub async fn doctor(&self, username: &str) -> Actor {
        self.person(username, Role::Clinician).await
    }

    /// A patient with this username, signed in.
    pub async fn patient(&self, username: &str) -> Actor {
        self.person(username, Role::Patient).await
    }

    /// Somebody with this username and role, signed in. Their password is [`Actor::PASSWORD`].
    pub async fn person(&self, username: &str, role: Role) -> Actor {
        self.enter(username, role, role == Role::Clinician).await
    }

    /// A clinician whose credentials nobody has checked, signed in.
    pub async fn newcomer(&self, username: &str) -> Actor {
        self.enter(username, Role::Clinician, false).await
    }

    async fn enter(&self, username: &str, role: Role, is_verified: bool) -> Actor {
        let new = accounts::NewAccount {
            username: username.into(),
            email: format!("{username}@clinic.example"),
            full_name: username.into(),
            password: Actor::PASSWORD.into(),
            role,
            title: None,
            specialization: None,
            institution: None,
            language: Language::default(),
            time_zone: None,
        };
        let user = accounts::create(&self.app, new, is_verified).await.unwrap();
        let sign_in = accounts::start_session(&self.app, user, "test").await.unwrap();
        Actor::new(self, sign_in)
    }

    /// The same person with a session that begins now.
    pub async fn signed_in_again(&self, person: &Actor) -> Actor {
        let given = accounts::Credentials {
            name: person.username.clone(),
            password: Actor::PASSWORD.into(),
            device_token: None,
        };
        let user = accounts::login(&self.app, given, self.address.ip(), "test").await.unwrap();
        Actor::new(self, user)
    }

    /// The id of the direct conversation between the two, or of a group of more, which the first opens.
    pub async fn conversation(&self, people: &[&Actor]) -> String {
        let (first, others) = people.split_first().unwrap();
        if let [other] = others {
            let opened = first.run("mutation($u: ID!) { openDirectConversation(input: { userId: $u }) { conversation { id } userErrors { code } } }", json!({ "u": other.id })).await;
            return opened["openDirectConversation"]["conversation"]["id"].as_str().unwrap().to_owned();
        }
        self.group(first, others).await
    }

    /// A group of `owner` and `others`.
    pub async fn group(&self, owner: &Actor, others: &[&Actor]) -> String {
        let ids: Vec<_> = others.iter().map(|other| &other.id).collect();
        let query = "mutation($c: UUID!, $p: [ID!]!) { createGroup(input: { clientId: $c, title: \"Ward round\", participantIds: $p }) { conversation { id } userErrors { code } } }";
        let made = owner.run(query, json!({ "c": uuid::Uuid::now_v7(), "p": ids })).await;
        made["createGroup"]["conversation"]["id"].as_str().unwrap().to_owned()
    }

    /// Waits until this node has handed out everything committed so far.
    pub async fn settle(&self) {
        let head = bedside::journal::head(self.app.database.reader()).await.unwrap();
        self.app.tail.reached(head.seq).await;
    }
}

async fn run(
    config: Config,
    clock: &Clock,
    database_url: &str,
    listener: TcpListener,
) -> (Arc<App>, JoinHandle<std::io::Result<()>>) {
    let database = Database::connect(database_url).await.unwrap();
    let address = listener.local_addr().unwrap();
    let app = App::start(config, clock.clone(), database, address).await.unwrap();
    let serving = tokio::spawn(bedside::server::serve(Arc::clone(&app), listener, std::future::pending()));
    (app, serving)
}

/// Shows what servers log beside a test that fails, as `RUST_LOG` asks.
fn log() {
    let filter = tracing_subscriber::EnvFilter::from_default_env();
    // Fails for every test but the first of the process.
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_test_writer().try_init();
}

impl Drop for TestServer {
    fn drop(&mut self) {
        self.app.stopping().cancel();
        if self.owns_database && self.database_url.starts_with("postgres") {
            let url = self.database_url.clone();
            // A test's own runtime may already be stopping.
            let dropping = std::thread::spawn(move || {
                tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .unwrap()
                    .block_on(database::discard(&url))
            });
            let _ = dropping.join();
        }
    }
}
