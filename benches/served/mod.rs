//! The built program as a process, on a database with people whose tokens are good for a day.

pub mod machine;
pub mod people;

use std::{
    io::{BufRead, BufReader},
    num::NonZeroU32,
    path::Path,
    process::{Child, Command, Stdio},
    sync::Arc,
    time::Duration,
};

use bedside::{
    App,
    accounts::tokens::Tokens,
    clock::Clock,
    config::{Config, Secret},
    database::Database,
    keys::RootSecret,
};

const DAY: Duration = Duration::from_secs(24 * 3600);

/// The secrets of a server, as variables.
pub type Settings = [(&'static str, String); 2];

/// Opens a new database with the services of the server, to make people and histories before it starts; in the folder
/// unless there is an address.
pub async fn open(folder: &Path, database_url: Option<&str>) -> (Settings, Arc<App>) {
    let (root, signing) = (RootSecret::generate(), Tokens::generate_signing_key().unwrap());
    let mut config = Config::defaults().unwrap();
    config.data_dir = folder.join("data");
    config.auth.access_token = DAY;
    config.auth.root_secret = Some(Secret::from(root.clone()));
    config.auth.signing_key = Some(Secret::from(signing.clone()));
    config.limits.participants_max = usize::MAX;
    config.limits.sends_per_conversation = NonZeroU32::MAX;
    config.database.url = database_url.map(|url| Secret::from(url.to_owned()));
    std::fs::create_dir_all(&config.data_dir).unwrap();
    let database = Database::connect(&config.database_url()).await.unwrap();
    database.migrate().await.unwrap();
    let listen = config.server.listen;
    let app = App::start(config, Clock::default(), database, listen).await.unwrap();
    ([("BEDSIDE_ROOT_SECRET", root), ("BEDSIDE_SIGNING_KEY", signing)], app)
}

/// Closes what [`open`] opened.
pub async fn close(app: &App) {
    app.shut_down().await;
    app.database.clone().close().await;
}

/// Makes patients in a database of the folder; answers a token of each.
pub async fn people(folder: &Path, count: usize) -> (Settings, Vec<String>) {
    let (settings, app) = open(folder, None).await;
    let people = people::make(&app, "patient", count, bedside::entity::user::Role::Patient).await;
    close(&app).await;
    (settings, people.into_iter().map(|person| person.token).collect())
}

/// A running server, killed when it is dropped.
pub struct Server {
    child: Child,
    /// Where it listens.
    pub address: String,
}

impl Server {
    /// Starts `bedside serve` with these settings and the defaults.
    pub fn start(folder: &Path, secrets: &Settings, settings: &[(&str, &str)]) -> Self {
        Self::start_program(env!("CARGO_BIN_EXE_bedside"), folder, secrets, settings)
    }

    /// Starts another build of it.
    #[expect(clippy::print_stderr, reason = "what the server says is passed on")]
    pub fn start_program(program: &str, folder: &Path, secrets: &Settings, settings: &[(&str, &str)]) -> Self {
        let mut command = Command::new(program);
        command.arg("serve").current_dir(folder).env_remove("DATABASE_URL").env_remove("RUST_LOG");
        command.env("BEDSIDE_LISTEN", "127.0.0.1:0");
        command.envs(secrets.iter().map(|(name, value)| (*name, value))).envs(settings.iter().copied());
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let mut said = Vec::new();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
        let listening = lines.by_ref().find(|line| {
            said.push(line.clone());
            line.contains("listening")
        });
        let line = listening.unwrap_or_else(|| panic!("it did not start:\n{}", said.join("\n")));
        let from = line.find("127.0.0.1:").unwrap();
        let address = line[from..].chars().take_while(|c| c.is_ascii_digit() || ".:".contains(*c)).collect();
        // Nobody may wait for what it says.
        std::thread::spawn(move || lines.for_each(|line| eprintln!("{line}")));
        Self { child, address }
    }

    /// Its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Resident memory in KiB.
    pub fn memory(&self) -> u64 {
        machine::memory(self.id())
    }

    /// The processor time it has used, to a hundredth of a second.
    pub fn processor_time(&self) -> Duration {
        machine::processor_time(self.id()).unwrap()
    }

    /// Ends it at once, with SIGKILL, and waits until it is gone.
    pub fn kill(&mut self) {
        let _ = self.child.kill().and_then(|()| self.child.wait());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}
