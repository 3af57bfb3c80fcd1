//! The built program as a process, on an empty SQLite database with people whose tokens are good for a day.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use bedside::{
    App,
    accounts::{
        service::{self as accounts, NewAccount},
        tokens::Tokens,
    },
    clock::Clock,
    config::{Config, Secret},
    database::Database,
    entity::user::{Language, Role},
    keys::RootSecret,
};
use futures_util::{TryStreamExt, stream};

const DAY: Duration = Duration::from_secs(24 * 3600);

/// The secrets of a server, as variables.
pub type Settings = [(&'static str, String); 2];

/// Makes patients in a database of the folder; answers a token of each.
pub async fn people(folder: &Path, count: usize) -> (Settings, Vec<String>) {
    let (root, signing) = (RootSecret::generate(), Tokens::generate_signing_key().unwrap());
    let mut config = Config::defaults().unwrap();
    config.data_dir = folder.join("data");
    config.auth.access_token = DAY;
    config.auth.root_secret = Some(Secret::from(root.clone()));
    config.auth.signing_key = Some(Secret::from(signing.clone()));
    std::fs::create_dir(&config.data_dir).unwrap();
    let database = Database::connect(&config.database_url()).await.unwrap();
    database.migrate().await.unwrap();
    let listen = config.server.listen;
    let app = App::start(config, Clock::default(), database, listen).await.unwrap();
    let tokens = stream::iter((0..count).map(Ok)).map_ok(|number| patient(&app, number)).try_buffered(4);
    let tokens = tokens.try_collect().await.unwrap();
    app.shut_down().await;
    app.database.clone().close().await;
    ([("BEDSIDE_ROOT_SECRET", root), ("BEDSIDE_SIGNING_KEY", signing)], tokens)
}

async fn patient(app: &App, number: usize) -> bedside::error::Result<String> {
    let new = NewAccount {
        username: format!("patient{number}"),
        email: format!("patient{number}@clinic.example"),
        full_name: format!("Patient {number}"),
        password: "correct horse battery staple".into(),
        role: Role::Patient,
        title: None,
        specialization: None,
        institution: None,
        language: Language::default(),
        time_zone: None,
    };
    let user = accounts::create(app, new, false).await?;
    Ok(accounts::start_session(app, user, "load").await?.access_token)
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
        let mut command = Command::new(env!("CARGO_BIN_EXE_bedside"));
        command.arg("serve").current_dir(folder).env_remove("DATABASE_URL").env_remove("RUST_LOG");
        command.env("BEDSIDE_LISTEN", "127.0.0.1:0");
        command.envs(secrets.iter().map(|(name, value)| (*name, value))).envs(settings.iter().copied());
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
        let line = lines.find(|line| line.contains("listening")).unwrap();
        let from = line.find("127.0.0.1:").unwrap();
        let address = line[from..].chars().take_while(|c| c.is_ascii_digit() || ".:".contains(*c)).collect();
        // Nobody may wait for what it says.
        std::thread::spawn(move || lines.for_each(|line| println!("{line}")));
        Self { child, address }
    }

    /// Resident memory in KiB.
    pub fn memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
    }

    /// The processor time it has used, to a hundredth of a second.
    pub fn processor_time(&self) -> Duration {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap();
        // After the name in parentheses; user and system time are the fields 14 and 15 (proc(5)).
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
        let ticks: u64 = fields[11..13].iter().map(|field| field.parse::<u64>().unwrap()).sum();
        Duration::from_millis(ticks * 10)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill().and_then(|()| self.child.wait());
    }
}
