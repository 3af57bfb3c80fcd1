//! What can be asked for.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

const EXAMPLES: &str = "\
Examples:
  cargo load pairs                                 as many messages as 32 people can send, for 20 seconds
  cargo load pairs --rate 1000 --seconds 60        1,000 a second, whatever the answers take
  cargo load --database-url postgres://root@127.0.0.1:5432/postgres pairs
  cargo load --server /tmp/before/bedside pairs    another build, to compare with
  cargo load --url http://127.0.0.1:8080 pairs     a server that runs already, with its limits raised";

/// Puts a server under load and tells what it did with it.
#[derive(Debug, Parser)]
#[command(name = "cargo load", after_help = EXAMPLES)]
pub struct Arguments {
    /// A server that runs already, instead of one started for this; more than one for several nodes, whose clients are
    /// spread over them. People register there, so mail must be off and the limits raised (`--limits` prints them).
    #[arg(long, global = true, value_name = "URL")]
    pub url: Vec<String>,

    /// The process of such a server, to tell its processor time and memory.
    #[arg(long, global = true, value_name = "PID")]
    pub pid: Vec<u32>,

    /// The PostgreSQL server on which to make a new database for the run, and remove it afterwards; SQLite in a
    /// temporary folder without it.
    #[arg(long, global = true, value_name = "URL")]
    pub database_url: Option<String>,

    /// Where the temporary folder is made: on the disk that is to be measured.
    #[arg(long, global = true, value_name = "FOLDER", default_value = "target")]
    pub folder: PathBuf,

    /// The program to start.
    #[arg(long, global = true, value_name = "FILE", default_value = env!("CARGO_BIN_EXE_bedside"))]
    pub server: String,

    /// Let the system choose the cores, instead of one for the server with its database and another for this.
    #[arg(long, global = true)]
    pub unpinned: bool,

    /// Cargo adds it.
    #[arg(long, global = true, hide = true)]
    bench: bool,

    /// What to do.
    #[command(subcommand)]
    pub scenario: Scenario,
}

/// What there is to do.
#[derive(Debug, Subcommand)]
pub enum Scenario {
    /// People who write to each other, two by two, and all listen.
    Pairs(Pairs),
}

/// How much to send.
#[derive(Args, Clone, Debug)]
pub struct Pace {
    /// How many messages a second; 0 for as many as the answers allow.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub rate: u32,

    /// With rate 0: how many messages one sender has under way at once.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub window: usize,

    /// How long to measure.
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub seconds: u32,

    /// How long to send before that.
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub warm_up: u32,

    /// How messages are sent. Most clients send over HTTP and listen on a socket.
    #[arg(long, value_enum, default_value_t = Via::Http)]
    pub via: Via,
}

/// The way a message takes to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Via {
    /// A request on a connection that is kept.
    Http,
    /// The socket on which the sender listens.
    Socket,
}

/// Pairs chatting.
#[derive(Args, Debug)]
pub struct Pairs {
    /// How many of the clinicians write; each has some of the conversations.
    #[arg(long, value_name = "N", default_value_t = 32)]
    pub senders: usize,

    /// How many conversations there are, each with a patient of its own.
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub conversations: usize,

    #[command(flatten)]
    pub pace: Pace,
}
