//! A program of the examples, as a child that ends with the test.

use std::{
    io::{BufRead, BufReader},
    process::{self, Command, Stdio},
};

use tokio::sync::mpsc;

/// A running program and what it prints.
pub struct Child {
    process: process::Child,
    lines: mpsc::UnboundedReceiver<String>,
}

impl Child {
    pub fn start(command: &mut Command) -> Self {
        let mut process = command.stdout(Stdio::piped()).spawn().unwrap_or_else(|error| panic!("{error}: {command:?}"));
        let output = BufReader::new(process.stdout.take().unwrap());
        let (sender, lines) = mpsc::unbounded_channel();
        std::thread::spawn(move || output.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        Self { process, lines }
    }

    /// The next line it prints.
    pub async fn line(&mut self) -> String {
        self.lines.recv().await.expect("the program ended, see its errors above")
    }

    /// What it prints until its end.
    pub async fn rest(&mut self) -> Vec<String> {
        let mut rest = Vec::new();
        while let Some(line) = self.lines.recv().await {
            rest.push(line);
        }
        rest
    }

    /// Whether it ended well.
    pub fn succeeded(&mut self) -> bool {
        self.process.wait().unwrap().success()
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
