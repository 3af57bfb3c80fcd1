//! A clinic at work on several nodes: many send, some listen, and in the end everything is compared with what they were
//! told.

use std::time::{Duration, Instant};

use tokio::task::JoinHandle;

use crate::{
    audit,
    clients::{self, Gate, Heard, Sent},
    engines::{Nats, Postgres},
    process::Process,
    proxy::Proxy,
    world::World,
};

/// Much longer than anything takes that is waited for.
const LIMIT: Duration = Duration::from_secs(90);
/// A subscriber goes on at another node after this many messages.
const HOP_AFTER: usize = 150;

/// One `bedside serve`.
pub struct Node {
    pub process: Process,
    address: String,
    settings: Vec<(&'static str, String)>,
}

/// The nodes of a clinic, with the engines they share and the networks to them.
pub struct Clinic {
    pub nodes: Vec<Node>,
    /// The network from the nodes to PostgreSQL.
    pub to_postgres: Proxy,
    /// The network from the nodes to NATS.
    pub to_nats: Proxy,
    pub nats: Nats,
    pub world: World,
    pub postgres: Postgres,
}

impl Clinic {
    /// So many nodes on a PostgreSQL and a NATS of their own.
    pub async fn open(nodes: usize, settings: &[(&'static str, &str)]) -> Self {
        let (postgres, nats) = (Postgres::start(), Nats::start());
        let (to_postgres, to_nats) = (Proxy::to(postgres.port).await, Proxy::to(nats.port).await);
        let database = postgres.database().await;
        let through = database.replace(&format!(":{}/", postgres.port), &format!(":{}/", to_postgres.port));
        let world = World::make_in(tempfile::tempdir().unwrap(), database).await;
        let mut own: Vec<_> = settings.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        own.push(("DATABASE_URL", through));
        own.push(("BEDSIDE_NATS_URLS", format!("nats://127.0.0.1:{}", to_nats.port)));
        let mut clinic = Self { nodes: Vec::new(), to_postgres, to_nats, nats, world, postgres };
        for _ in 0..nodes {
            let node = Node::start(&clinic.world, "127.0.0.1:0", own.clone()).await;
            clinic.nodes.push(node);
        }
        for node in &clinic.nodes {
            node.hears_the_others().await;
        }
        clinic
    }

    /// Starts a node again where it was.
    pub async fn start_again(&mut self, which: usize) {
        let (address, settings) = (self.nodes[which].address.clone(), self.nodes[which].settings.clone());
        self.nodes[which] = Node::start(&self.world, &address, settings).await;
    }
}

impl Node {
    pub async fn start(world: &World, address: &str, settings: Vec<(&'static str, String)>) -> Self {
        let own: Vec<_> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let (process, address) = world.serve_with(address, &own).await;
        Self { process, address, settings }
    }

    /// Waits until it is connected with NATS.
    pub async fn hears_the_others(&self) {
        let mut looks = tokio::time::interval(Duration::from_millis(20));
        while self.health().await.1 != "ready, and NATS is connected" {
            looks.tick().await;
        }
    }

    /// What it says of itself.
    pub async fn health(&self) -> (u16, String) {
        let answer = reqwest::get(format!("http://{}/readyz", self.address)).await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    /// Where it listens.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Ends it as an operator does, and sees that it ends well.
    pub async fn stop(self) {
        self.process.terminate();
        let (status, said) = self.process.end().await;
        assert_eq!(status.code(), Some(0), "{said}");
    }
}

/// Everybody at work.
pub struct Load {
    pub gate: Gate,
    began: Instant,
    listening: Vec<JoinHandle<Heard>>,
    sending: Vec<JoinHandle<Vec<Sent>>>,
}

impl Load {
    /// Everybody goes from node to node all the time.
    pub async fn begin(world: &World, nodes: &[Node]) -> Self {
        Self::begin_with(world, nodes, HOP_AFTER).await
    }

    /// Who listens stays where they are for as long as their socket does.
    pub async fn begin_staying(world: &World, nodes: &[Node]) -> Self {
        Self::begin_with(world, nodes, usize::MAX).await
    }

    async fn begin_with(world: &World, nodes: &[Node], hop_after: usize) -> Self {
        let addresses: Vec<_> = nodes.iter().map(|node| node.address.clone()).collect();
        let gate = Gate::open(&addresses, hop_after);
        let first = clients::cursor(&gate, &world.listeners[0]).await;
        let listen =
            |who: &crate::world::Person| tokio::spawn(clients::listen(gate.clone(), who.clone(), first.clone()));
        let listening = world.listeners.iter().map(listen).collect();
        let send = |who: &crate::world::Person| tokio::spawn(clients::send_until_stopped(gate.clone(), who.clone()));
        let sending = world.senders.iter().map(send).collect();
        let load = Self { gate, began: Instant::now(), listening, sending };
        load.goes_on(SOME).await;
        load
    }

    /// Waits until so many more messages were acknowledged.
    pub async fn goes_on(&self, more: u64) {
        let wanted = self.gate.acknowledged() + more;
        let reached = tokio::time::timeout(LIMIT, self.gate.acknowledgements(wanted)).await;
        reached.unwrap_or_else(|_| panic!("nothing is acknowledged any more, after {}", self.gate.acknowledged()));
    }

    /// Waits until somebody is told that their message cannot be stored now.
    pub async fn is_refused(&self) {
        let before = self.gate.busy();
        let refused = async {
            let mut looks = tokio::time::interval(Duration::from_millis(20));
            while self.gate.busy() == before {
                looks.tick().await;
            }
        };
        in_time(refused, "nobody is told that nothing can be stored").await;
    }

    /// Ends the work and compares everything; how many connections those who listened needed.
    pub async fn end(self, world: &World, what: &str) -> usize {
        self.gate.stop_sending();
        let mut sent = Vec::new();
        for task in self.sending {
            sent.extend(in_time(task, "somebody is never answered").await.unwrap());
        }
        sent.push(clients::send_the_last(&self.gate, &world.senders[0], &world.everywhere).await);
        let mut heard = Vec::new();
        for task in self.listening {
            heard.push(in_time(task, "a subscriber did not hear the last message").await.unwrap());
        }
        let took = self.began.elapsed();
        let events = audit::check(world, &sent, &heard).await;
        let seen: usize = heard.iter().map(|heard| heard.messages.len()).sum();
        let connections = heard.iter().map(|heard| heard.connections).sum();
        println!(
            "{what}: {} acknowledged in {:.1} s, {seen} heard over {connections} connections, {} sent again ({} stored already, {} \
             refused as unavailable), {events} events; 0 lost, 0 doubled, 0 out of order",
            sent.len(),
            took.as_secs_f64(),
            self.gate.retries(),
            sent.iter().filter(|sent| sent.replayed).count(),
            self.gate.busy(),
        );
        connections
    }
}

async fn in_time<T>(what: impl Future<Output = T>, otherwise: &str) -> T {
    tokio::time::timeout(LIMIT, what).await.unwrap_or_else(|_| panic!("{otherwise}"))
}

/// So many acknowledgements show that work goes on.
pub const SOME: u64 = 150;
