//! PostgreSQL and NATS of a test's own, on free ports, to be broken at will.

use std::{
    net::TcpListener,
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use tempfile::TempDir;

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn run(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Sends a signal to a process.
pub fn signal(name: &str, process: u32) {
    run(Command::new("kill").args([&format!("-{name}"), &process.to_string()]));
}

/// A PostgreSQL server, stopped when it is dropped.
pub struct Postgres {
    folder: TempDir,
    pub port: u16,
}

impl Postgres {
    pub fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        if is_root() {
            // PostgreSQL does not run as root.
            run(Command::new("chown").arg("postgres").arg(folder.path()));
        }
        let postgres = Self { folder, port: free_port() };
        run(postgres.command("initdb").args(["--auth=trust", "--username=postgres", "--no-instructions"]));
        postgres.begin();
        postgres
    }

    /// The address of a new, empty database.
    pub async fn database(&self) -> String {
        use sea_orm::ConnectionTrait;
        let url = |name: &str| format!("postgres://postgres@127.0.0.1:{}/{name}", self.port);
        let server = sea_orm::Database::connect(url("postgres")).await.unwrap();
        server.execute_unprepared("CREATE DATABASE clinic").await.unwrap();
        server.close().await.unwrap();
        url("clinic")
    }

    /// Breaks off everything at once and starts again, as after a crash.
    pub fn crash(&self) {
        run(self.command("pg_ctl").args(["stop", "--mode=immediate", "--wait", "--silent"]));
        self.begin();
    }

    fn begin(&self) {
        let (port, sockets) = (self.port, self.folder.path().display());
        let options = format!("-p {port} -k {sockets} -c listen_addresses=127.0.0.1 -c max_connections=200");
        let log = self.folder.path().join("log");
        run(self.command("pg_ctl").args(["start", "--wait", "--silent", "--options", &options, "--log"]).arg(log));
    }

    fn command(&self, program: &str) -> Command {
        let program = programs().join(program);
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        command.current_dir(self.folder.path()).env("PGDATA", self.folder.path().join("data"));
        // A server that inherits a pipe would keep whoever reads it waiting.
        command.stdin(Stdio::null());
        command
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let _ = self.command("pg_ctl").args(["stop", "--mode=immediate", "--silent"]).status();
    }
}

fn is_root() -> bool {
    String::from_utf8_lossy(&Command::new("id").arg("-u").output().unwrap().stdout).trim() == "0"
}

/// Where the programs of the newest PostgreSQL are.
fn programs() -> PathBuf {
    let output = Command::new("pg_config").arg("--bindir").output();
    if let Some(output) = output.ok().filter(|output| output.status.success()) {
        return String::from_utf8(output.stdout).unwrap().trim().into();
    }
    let versions = std::fs::read_dir("/usr/lib/postgresql").unwrap().map(|entry| entry.unwrap().path().join("bin"));
    versions.filter(|bin| bin.join("initdb").exists()).max().unwrap()
}

/// A NATS server, killed when it is dropped.
pub struct Nats {
    child: Child,
    pub port: u16,
    settings: Vec<String>,
}

impl Nats {
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    /// With these arguments besides.
    pub fn start_with(arguments: &[&str]) -> Self {
        let (port, settings) = (free_port(), arguments.iter().map(ToString::to_string).collect::<Vec<_>>());
        Self { child: Self::spawn(port, &settings), port, settings }
    }

    fn spawn(port: u16, settings: &[String]) -> Child {
        let mut command = Command::new("nats-server");
        command.args(["-a", "127.0.0.1", "-p", &port.to_string()]).args(settings);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }

    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub fn start_again(&mut self) {
        self.child = Self::spawn(self.port, &self.settings);
    }

    /// It keeps its connections and answers nobody.
    pub fn hang(&self) {
        signal("STOP", self.child.id());
    }

    pub fn go_on(&self) {
        signal("CONT", self.child.id());
    }
}

impl Drop for Nats {
    fn drop(&mut self) {
        let _ = self.child.kill().and_then(|()| self.child.wait());
    }
}
