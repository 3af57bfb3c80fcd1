//! The built program as a process of its own.

use std::{
    io::{BufRead, BufReader, Read, Write},
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    time::Duration,
};

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// Longer than anything here takes; a test that waits this long has failed.
const LIMIT: Duration = Duration::from_secs(60);

/// A running `bedside`, killed when it is dropped.
pub struct Process {
    child: Child,
    lines: UnboundedReceiver<String>,
    heard: Vec<String>,
}

impl Process {
    /// Starts `bedside` in a folder with these arguments and settings, and no others from outside.
    pub fn start(folder: &Path, arguments: &[&str], settings: &[(&str, &str)]) -> Self {
        Self::start_with_input(folder, arguments, settings, "")
    }

    /// Starts it with something on standard input.
    pub fn start_with_input(folder: &Path, arguments: &[&str], settings: &[(&str, &str)], input: &str) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bedside"));
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("BEDSIDE_") || name == "DATABASE_URL" || name == "RUST_LOG" {
                command.env_remove(name);
            }
        }
        command.args(arguments).envs(settings.iter().copied()).current_dir(folder);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // A program that does not read its input may be gone already.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let (sender, lines) = unbounded_channel();
        forward(child.stdout.take().unwrap(), sender.clone());
        forward(child.stderr.take().unwrap(), sender);
        Self { child, lines, heard: Vec::new() }
    }

    /// The next line, of either output, that contains `part`.
    pub async fn line_with(&mut self, part: &str) -> String {
        loop {
            match self.next_line().await {
                Some(line) if line.contains(part) => return line,
                Some(_) => {}
                None => panic!("it ended without a line with {part:?}:\n{}", self.heard.join("\n")),
            }
        }
    }

    /// The next line, none when there will be no more.
    pub async fn next_line(&mut self) -> Option<String> {
        let line = tokio::time::timeout(LIMIT, self.lines.recv()).await;
        let line = line.unwrap_or_else(|_| panic!("nothing more for {LIMIT:?} after:\n{}", self.heard.join("\n")))?;
        self.heard.push(line.clone());
        Some(line)
    }

    /// Waits for its end; tells its status and everything it said.
    pub async fn end(mut self) -> (ExitStatus, String) {
        while self.next_line().await.is_some() {}
        (self.child.wait().unwrap(), self.heard.join("\n"))
    }

    /// Asks it to stop.
    pub fn terminate(&self) {
        let sent = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// Ends it at once, with SIGKILL, and waits until it is gone.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill().and_then(|()| self.child.wait());
    }
}

fn forward(output: impl Read + Send + 'static, to: UnboundedSender<String>) {
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if to.send(line).is_err() {
                return;
            }
        }
    });
}
