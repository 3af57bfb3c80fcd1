//! The server that is measured, and the people in it.

use std::{
    collections::HashMap,
    path::Path,
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use bedside::{App, entity::user::Role};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use tempfile::TempDir;
use uuid::Uuid;

use crate::{
    arguments::Arguments,
    door::Door,
    served::{self, Server, machine, people::Person},
};

const OPEN: &str = include_str!("../../examples/operations/open-direct-conversation.graphql");
const GROUP: &str = include_str!("../../examples/operations/create-group.graphql");
const REGISTER: &str = "mutation($input: RegisterInput!) { register(input: $input) {
    user { id } tokens { accessToken } userErrors { message } } }";

/// A load comes from one address and few accounts; the limits that keep such apart are raised, nothing else.
const LIMITS: [(&str, &str); 9] = [
    ("BEDSIDE_REQUESTS_PER_USER", "1000000000"),
    ("BEDSIDE_REQUESTS_PER_ADDRESS", "1000000000"),
    ("BEDSIDE_SENDS_PER_CONVERSATION", "1000000000"),
    ("BEDSIDE_SOCKETS_PER_ADDRESS", "1000000000"),
    ("BEDSIDE_SOCKETS_PER_USER", "1000"),
    ("BEDSIDE_SOCKET_MESSAGES", "1000000"),
    ("BEDSIDE_CONNECTIONS", "100000"),
    ("BEDSIDE_CONNECTIONS_PER_ADDRESS", "0"),
    ("BEDSIDE_PARTICIPANTS_MAX", "100000"),
];

/// Who is wanted: a name for all, how many, and their role.
pub type Wanted = (&'static str, usize, Role);

/// Where a run takes place.
pub struct Ground {
    /// Where the nodes listen: `host:port`.
    pub addresses: Vec<String>,
    /// The folder of the server that was started for this.
    pub folder: TempDir,
    own: Option<Own>,
    processes: Vec<u32>,
    database: Option<Postgres>,
    next: AtomicUsize,
}

/// A server that was started for this, and with what.
struct Own {
    server: Server,
    program: String,
    secrets: served::Settings,
    core: Option<usize>,
}

/// A database made for the run.
struct Postgres {
    server: String,
    name: String,
}

impl Postgres {
    fn url(&self) -> String {
        format!("{}/{}", self.server.rsplit_once('/').unwrap().0, self.name)
    }
}

impl Ground {
    /// A running server with these people in it. `fill` may write more into the database before the server starts.
    pub async fn prepare(
        arguments: &Arguments,
        core: Option<usize>,
        wanted: &[Wanted],
        fill: impl AsyncFnOnce(&App, &[Vec<Person>]),
    ) -> (Self, Vec<Vec<Person>>) {
        let folder = tempfile::tempdir_in(&arguments.folder).unwrap();
        if !arguments.url.is_empty() {
            return Self::join(arguments, folder, wanted).await;
        }
        let database = match &arguments.database_url {
            Some(server) => Some(make_database(server).await),
            None => None,
        };
        let (secrets, app) = served::open(folder.path(), database.as_ref().map(Postgres::url).as_deref()).await;
        let mut people = Vec::new();
        for (name, count, role) in wanted {
            people.push(served::people::make(&app, name, *count, *role).await);
        }
        fill(&app, &people).await;
        served::close(&app).await;
        let program = std::path::absolute(&arguments.server).unwrap().display().to_string();
        let url = database.as_ref().map(Postgres::url);
        let server = start(&program, folder.path(), &secrets, url.as_deref(), core, "127.0.0.1:0");
        let ground = Self {
            addresses: vec![server.address.clone()],
            processes: vec![server.id()],
            own: Some(Own { server, program, secrets, core }),
            folder,
            database,
            next: AtomicUsize::new(0),
        };
        ground.keep_database_on_core();
        (ground, people)
    }

    async fn join(arguments: &Arguments, folder: TempDir, wanted: &[Wanted]) -> (Self, Vec<Vec<Person>>) {
        let host = |url: &String| {
            let url = url::Url::parse(url).expect("--url is an address such as http://127.0.0.1:8080");
            format!("{}:{}", url.host_str().unwrap(), url.port_or_known_default().unwrap())
        };
        let ground = Self {
            addresses: arguments.url.iter().map(host).collect(),
            own: None,
            processes: arguments.pid.clone(),
            folder,
            database: None,
            next: AtomicUsize::new(0),
        };
        let mut people = Vec::new();
        for (name, count, role) in wanted {
            let mut some = Vec::new();
            for _ in 0..*count {
                some.push(ground.register(name, *role).await);
            }
            people.push(some);
        }
        (ground, people)
    }

    async fn register(&self, name: &str, role: Role) -> Person {
        let random = Uuid::now_v7().simple().to_string();
        let username = format!("{name}-{}", &random[16..]);
        let input = json!({
            "username": username, "email": format!("{username}@clinic.example"), "password": random,
            "fullName": format!("Somebody called {name}"), "role": format!("{role:?}").to_uppercase(),
        });
        let registered = self.door("").run(REGISTER, json!({ "input": input })).await;
        Person {
            id: text(&registered["register"]["user"]["id"]),
            token: text(&registered["register"]["tokens"]["accessToken"]),
        }
    }

    /// The address of the next client: nodes take turns.
    pub fn address(&self) -> &str {
        &self.addresses[self.next.fetch_add(1, Ordering::Relaxed) % self.addresses.len()]
    }

    /// A way in for somebody with this token.
    pub fn door(&self, token: &str) -> Door {
        Door::new(self.address(), token)
    }

    /// Opens the direct conversation of two people.
    pub async fn open_direct(&self, one: &Person, other: &Person) -> String {
        let opened = self.door(&one.token).run(OPEN, json!({ "input": { "userId": other.id } })).await;
        text(&opened["openDirectConversation"]["conversation"]["id"])
    }

    /// Makes a group of all these people, the first its owner.
    pub async fn group(&self, people: &[Person]) -> String {
        let ids: Vec<_> = people[1..].iter().map(|person| &person.id).collect();
        let input = json!({ "clientId": Uuid::now_v7(), "title": "Everybody", "participantIds": ids });
        let made = self.door(&people[0].token).run(GROUP, json!({ "input": input })).await;
        text(&made["createGroup"]["conversation"]["id"])
    }

    /// The processor time that each process which works for this has used: the servers, then the database.
    pub fn processor_times(&self) -> Times {
        let times = |ids: &[u32]| ids.iter().filter_map(|id| Some((*id, machine::processor_time(*id)?))).collect();
        self.keep_database_on_core();
        Times { servers: times(&self.processes), database: times(&self.database_processes()) }
    }

    /// Resident memory of all servers in KiB; none when it is not known.
    pub fn memory(&self) -> Option<u64> {
        (!self.processes.is_empty()).then(|| self.processes.iter().map(|id| machine::memory(*id)).sum())
    }

    fn database_processes(&self) -> Vec<u32> {
        self.database.as_ref().map(|database| machine::postgres(&database.name)).unwrap_or_default()
    }

    /// Connections of PostgreSQL are processes of one thread; those of this run go on the server's core.
    fn keep_database_on_core(&self) {
        if let Some(core) = self.own.as_ref().and_then(|own| own.core) {
            self.database_processes().into_iter().for_each(|process| machine::keep_on(process, core));
        }
    }

    /// Ends the server that was started for this at once.
    pub fn end_server(&mut self) {
        self.own.as_mut().expect("a server that runs already is not ended: leave out --url").server.kill();
    }

    /// Starts the server again, at the same address.
    pub fn start_server_again(&mut self) {
        let url = self.database.as_ref().map(Postgres::url);
        let own = self.own.as_mut().expect("a server that was started for this");
        let address = own.server.address.clone();
        own.server = start(&own.program, self.folder.path(), &own.secrets, url.as_deref(), own.core, &address);
        self.processes = vec![own.server.id()];
    }

    /// On what the server keeps its messages.
    pub fn database_name(&self) -> &'static str {
        match (&self.own, &self.database) {
            (None, _) => "not known",
            (_, Some(_)) => "PostgreSQL",
            (_, None) => "SQLite",
        }
    }

    /// A database on the same disk, for a bare loop to compare with.
    pub fn floor_url(&self) -> String {
        match &self.database {
            Some(database) => database.url(),
            None => format!("sqlite://{}?mode=rwc", self.folder.path().join("bare.sqlite").display()),
        }
    }

    /// Stops the server and removes its database.
    pub async fn remove(mut self) {
        drop(self.own.take());
        if let Some(Postgres { server, name }) = &self.database {
            execute(server, &format!("DROP DATABASE {name} WITH (FORCE)")).await;
        }
    }
}

/// The processor time of processes at one moment.
pub struct Times {
    servers: HashMap<u32, Duration>,
    database: HashMap<u32, Duration>,
}

impl Times {
    /// What was used since: by the servers (none when their processes are not known), and by the database's own
    /// processes. What a connection used that has ended meanwhile is not counted; connections are kept.
    pub fn since(&self, before: &Self) -> (Option<Duration>, Duration) {
        let used = |now: &HashMap<u32, Duration>, then: &HashMap<u32, Duration>| {
            now.iter().map(|(id, time)| time.saturating_sub(then.get(id).copied().unwrap_or_default())).sum()
        };
        let servers = (!self.servers.is_empty()).then(|| used(&self.servers, &before.servers));
        (servers, used(&self.database, &before.database))
    }
}

fn start(
    program: &str,
    folder: &Path,
    secrets: &served::Settings,
    database_url: Option<&str>,
    core: Option<usize>,
    listen: &str,
) -> Server {
    let mut settings = LIMITS.to_vec();
    settings.push(("BEDSIDE_LISTEN", listen));
    settings.extend(database_url.map(|url| ("DATABASE_URL", url)));
    // A process starts on the core of the thread that starts it.
    std::thread::scope(|scope| {
        let starting = scope.spawn(|| {
            if let Some(core) = core {
                machine::keep_on(0, core);
            }
            Server::start_program(program, folder, secrets, &settings)
        });
        starting.join().unwrap()
    })
}

async fn make_database(server: &str) -> Postgres {
    let name = format!("bedside_load_{}", std::process::id());
    execute(server, &format!("CREATE DATABASE {name}")).await;
    Postgres { server: server.to_owned(), name }
}

async fn execute(server: &str, statement: &str) {
    let connection = sea_orm::Database::connect(server).await.unwrap();
    connection.execute_unprepared(statement).await.unwrap();
    connection.close().await.unwrap();
}

fn text(value: &Value) -> String {
    value.as_str().expect("an id").to_owned()
}
