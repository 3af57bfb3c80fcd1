//! The table at the end.

use std::time::Duration;

use crate::{
    ear::Faults,
    ground::Ground,
    sending::Run,
    tally::{Tally, milliseconds},
};

/// Lines of a name and a figure.
pub struct Report(Vec<(String, String)>);

impl Report {
    /// A table about a ground.
    pub fn new(ground: &Ground) -> Self {
        let mut report = Self(Vec::new());
        report.line("database", ground.database_name());
        report
    }

    /// One more line.
    pub fn line(&mut self, name: impl Into<String>, figure: impl Into<String>) {
        self.0.push((name.into(), figure.into()));
    }

    /// What sending came to.
    pub fn sending(&mut self, run: &Run, tally: &Tally) {
        let counts = tally.counts();
        let (sent, heard) = (counts.acknowledge.len(), counts.receive.len());
        let seconds = run.took.as_secs_f64();
        self.line("messages acknowledged", format!("{sent}, {:.0} a second", sent as f64 / seconds));
        self.line("deliveries", format!("{heard}, {:.0} a second", heard as f64 / seconds));
        drop(counts);
        self.times(tally);
        let each = |time: Duration, count: u64| format!("{:.3} s", time.as_secs_f64() * 1e3 / count.max(1) as f64);
        match run.servers {
            Some(server) => {
                let all = server + run.database;
                self.line("CPU for 1,000 messages", each(all, sent));
                self.line("CPU for 1,000 deliveries", each(all, heard));
                self.line("of it the database's processes", each(run.database, sent));
                self.line("server and database kept busy", busy(all, run.took));
            }
            None => self.line("CPU of the server", "not known: give --pid"),
        }
        self.line("the generator was busy", busy(run.generator, run.took));
        self.errors(tally);
    }

    /// How long messages took.
    pub fn times(&mut self, tally: &Tally) {
        let counts = tally.counts();
        for (name, times) in [("acknowledge", &counts.acknowledge), ("send to receive", &counts.receive)] {
            let [median, late] = [0.5, 0.99].map(|part| milliseconds(times.value_at_quantile(part)));
            self.line(format!("{name}: p50, p99, max"), format!("{median}, {late}, {}", milliseconds(times.max())));
        }
    }

    /// What went wrong, by code.
    pub fn errors(&mut self, tally: &Tally) {
        for (code, count) in &tally.counts().errors {
            self.line(format!("error {code}"), count.to_string());
        }
    }

    /// What sockets took of the server's memory.
    pub fn memory(&mut self, before: Option<u64>, after: Option<u64>, sockets: u64) {
        let Some((before, after)) = before.zip(after) else { return };
        let each = after.saturating_sub(before) as f64 / sockets as f64;
        self.line("memory of each socket", format!("{each:.1} KiB ({before} KiB before, {after} KiB after)"));
    }

    /// What was wrong with the deliveries.
    pub fn faults(&mut self, faults: &Faults) {
        let Faults { lost, doubled, foreign, broken } = faults;
        self.line("lost, doubled, misdelivered, broken sockets", format!("{lost}, {doubled}, {foreign}, {broken}"));
    }

    /// What the disk and the database do by themselves, beside what the server did with them.
    pub fn floor(&mut self, (median, longest): (Duration, Duration), bare: f64, sends: f64) {
        let flushes = [median, longest].map(|time| format!("{:.2} ms", time.as_secs_f64() * 1e3)).join(", ");
        self.line("a flush of the disk, before: p50, max", flushes);
        self.line("a bare loop of inserts, 64 to a commit", format!("{bare:.0} a second"));
        self.line("messages for each of its rows", format!("{:.3}", sends / bare));
    }

    /// Prints it, as Markdown.
    pub fn print(&self) {
        let width = |part: fn(&(String, String)) -> &String| self.0.iter().map(|line| part(line).chars().count()).max();
        let (names, figures) = (width(|line| &line.0).unwrap_or(0), width(|line| &line.1).unwrap_or(0));
        println!("| {:names$} | {:figures$} |", "", "");
        println!("|{}|{}|", "-".repeat(names + 2), "-".repeat(figures + 2));
        for (name, figure) in &self.0 {
            println!("| {name:names$} | {figure:figures$} |");
        }
    }
}

fn busy(time: Duration, of: Duration) -> String {
    format!("{:.0} % of a core", time.as_secs_f64() / of.as_secs_f64() * 100.0)
}
