//! What can be asked for.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

const EXAMPLES: &str = "\
Examples:
  cargo load pairs                                 as many messages as 32 people can send, for 20 seconds
  cargo load pairs --rate 1000 --seconds 60        1,000 a second, whatever the answers take
  cargo load group --devices 10                    a thousand people with ten devices each
  cargo load history --sizes 1000,100000
  cargo load idle --sockets 10000
  cargo load --database-url postgres://root@127.0.0.1:5432/postgres pairs
  cargo load --server /tmp/before/bedside pairs    another build, to compare with
  cargo load --url http://127.0.0.1:8080 pairs     a server that runs already, with its limits raised";

/// Puts a server under load and tells what it did with it.
#[derive(Debug, Parser)]
#[command(name = "cargo load", after_help = EXAMPLES)]
pub struct Arguments {
    /// A server that runs already, instead of one started for this; more than one for several nodes, whose clients are
    /// spread over them. People register there, so mail must be off
    /// and the limits raised as in benches/load/ground.rs.
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
    /// One group in which everybody listens, each on several devices.
    Group(Group),
    /// A page of 50 messages, in short and in very long histories, the newest and one from the middle.
    History(History),
    /// Sockets on which nothing happens: what each takes of memory, and all of them of processor time.
    Idle(Idle),
    /// The server is ended in the middle of its work, and everybody comes back at once, each where they were.
    Reconnect(Reconnect),
    /// A mixed day: people open their app, read, write, type and look for each other.
    Clinic(Clinic),
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

/// One large group.
#[derive(Args, Debug)]
pub struct Group {
    /// How many people take part.
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    pub participants: usize,

    /// On how many devices each listens.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub devices: usize,

    /// How many of them write. With rate 0, the next message is sent when one before it reached everybody.
    #[arg(long, value_name = "N", default_value_t = 4)]
    pub senders: usize,

    #[command(flatten)]
    pub pace: Pace,
}

/// Pages of history.
#[derive(Args, Debug)]
pub struct History {
    /// How many messages the histories have.
    #[arg(long, value_name = "N,N", value_delimiter = ',', default_values_t = [1_000, 100_000, 1_000_000])]
    pub sizes: Vec<usize>,

    /// How many requests are under way at once.
    #[arg(long, value_name = "N", default_value_t = 8)]
    pub clients: usize,

    /// How long to ask for each page.
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub seconds: u32,
}

/// Sockets on which nothing happens.
#[derive(Args, Debug)]
pub struct Idle {
    /// How many sockets.
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    pub sockets: usize,

    /// How many of them one person has.
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub devices: usize,

    /// How long to watch them.
    #[arg(long, value_name = "N", default_value_t = 30)]
    pub seconds: u32,
}

/// Coming back.
#[derive(Args, Debug)]
pub struct Reconnect {
    /// How many sockets.
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    pub sockets: usize,

    /// How many of them one person has.
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub devices: usize,

    /// How many of them knock at the same moment.
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    pub at_once: usize,

    /// How many messages are sent before the server is ended.
    #[arg(long, value_name = "N", default_value_t = 200)]
    pub messages: u64,
}

/// A mixed day.
#[derive(Args, Debug)]
pub struct Clinic {
    /// How many clinicians, each with five patients, in teams of ten.
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub clinicians: usize,

    /// How many operations a second.
    #[arg(long, value_name = "N", default_value_t = 300)]
    pub rate: u32,

    /// How long.
    #[arg(long, value_name = "N", default_value_t = 30)]
    pub seconds: u32,
}
