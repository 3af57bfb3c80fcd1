//! A network between two programs, which can be cut, slow, or swallow everything.

use std::{net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream, tcp},
    sync::watch,
};

/// What the network does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    Open,
    /// Everything takes longer by this much, each way.
    Slow(Duration),
    /// Nothing arrives, and nobody is told.
    Silent,
    /// Connections end, and new ones end at once.
    Cut,
}

/// The network to a server on this machine.
pub struct Proxy {
    pub port: u16,
    line: watch::Sender<Line>,
}

impl Proxy {
    pub async fn to(port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let near = listener.local_addr().unwrap().port();
        let (line, state) = watch::channel(Line::Open);
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                tokio::spawn(carry(socket, port, state.clone()));
            }
        });
        Self { port: near, line }
    }

    pub fn set(&self, line: Line) {
        self.line.send_replace(line);
    }
}

async fn carry(near: TcpStream, port: u16, line: watch::Receiver<Line>) {
    let mut cut = line.clone();
    let carrying = async {
        let Ok(far) = TcpStream::connect(SocketAddr::from(([127, 0, 0, 1], port))).await else { return };
        let ((near_in, near_out), (far_in, far_out)) = (near.into_split(), far.into_split());
        tokio::select! {
            () = pump(near_in, far_out, line.clone()) => {}
            () = pump(far_in, near_out, line) => {}
        }
    };
    tokio::select! {
        () = carrying => {}
        _ = cut.wait_for(|line| *line == Line::Cut) => {}
    }
}

#[expect(clippy::disallowed_methods, reason = "a slow network takes time")]
async fn pump(mut from: tcp::OwnedReadHalf, mut to: tcp::OwnedWriteHalf, mut line: watch::Receiver<Line>) {
    let mut bytes = vec![0; 64 << 10];
    while let Ok(count @ 1..) = from.read(&mut bytes).await {
        let Ok(state) = line.wait_for(|line| *line != Line::Silent).await.map(|line| *line) else { return };
        if let Line::Slow(by) = state {
            tokio::time::sleep(by).await;
        }
        if to.write_all(&bytes[..count]).await.is_err() {
            return;
        }
    }
}
