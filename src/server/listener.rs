//! The listener: who may connect, how long a connection may keep the server waiting, and TLS.
//!
//! It speaks HTTP/1.1 only. What is promised here is kept connection by connection, and the streams of HTTP/2 would
//! each need it kept anew; a proxy that speaks HTTP/2 to browsers can stand in front.

use std::{
    io,
    net::{IpAddr, Ipv6Addr, SocketAddr},
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use anyhow::Context as _;
use axum::{Router, extract::ConnectInfo};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use hyper::{
    server::conn::http1,
    service::{Service, service_fn},
};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use rustls::{
    ServerConfig,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    time::{Instant, sleep_until, timeout},
};
use tokio_rustls::TlsAcceptor;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::seats::{Seat, Seats};
use crate::{App, config};

/// The longest head of a request, and what is read ahead of a body.
const READ_BUFFER: usize = 64 << 10;
/// How long to wait when the system has nothing left to accept a connection with.
const BREATH: Duration = Duration::from_millis(100);

type Tls = Option<Arc<ServerConfig>>;

/// Answers connections with `router` until the server stops; then lets requests under way end.
///
/// # Errors
/// When the files for TLS cannot be used.
pub(super) async fn serve(app: &Arc<App>, listener: TcpListener, router: Router) -> io::Result<()> {
    let config = tls_config(&app.config.server.tls).map_err(|error| io::Error::other(format!("{error:#}")))?;
    let (renewed, tls) = watch::channel(config);
    let (door, connections) = (Door::new(&app.config), TaskTracker::new());
    let accepting = async {
        loop {
            let (stream, peer) = accept(&listener).await;
            if let Ok(stream) = door.admit(stream, peer) {
                let connection = Answering {
                    peer,
                    router: router.clone(),
                    head: app.config.limits.request_head,
                    stopping: app.stopping().clone(),
                };
                connections.spawn(connection.run(stream, tls.borrow().clone()));
            }
        }
    };
    tokio::select! {
        () = app.stopping().cancelled() => {}
        () = accepting => {}
        result = renew(app, renewed) => result?,
    }
    drop(listener);
    connections.close();
    connections.wait().await;
    Ok(())
}

/// The next connection.
async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(error) => {
                // Most often too many open files: trying again at once would only keep a core busy.
                tracing::error!(%error, "no connection can be accepted now");
                sleep_until(Instant::now() + BREATH).await;
            }
        }
    }
}

/// What answers the requests of one connection.
struct Answering {
    peer: SocketAddr,
    router: Router,
    head: Duration,
    stopping: CancellationToken,
}

impl Answering {
    async fn run(self, stream: Connected, tls: Tls) {
        let Some(config) = tls else { return self.requests(stream).await };
        let handshake = timeout(self.head, TlsAcceptor::from(config).accept(stream));
        if let Some(Ok(Ok(stream))) = self.stopping.run_until_cancelled(handshake).await {
            self.requests(stream).await;
        }
    }

    async fn requests(self, stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) {
        let (peer, router) = (self.peer, TowerToHyperService::new(self.router));
        let service = service_fn(move |mut request: hyper::Request<hyper::body::Incoming>| {
            request.extensions_mut().insert(ConnectInfo(peer));
            router.call(request)
        });
        let connection = http1::Builder::new()
            // Without a timer hyper leaves its time-out off and says nothing.
            .timer(TokioTimer::new())
            .header_read_timeout(self.head)
            .max_buf_size(READ_BUFFER)
            .serve_connection(TokioIo::new(stream), service)
            .with_upgrades();
        let mut connection = pin!(connection);
        // It fails when the client breaks off or speaks no HTTP, which is its own affair.
        tokio::select! {
            _ = &mut connection => {}
            () = self.stopping.cancelled() => {
                connection.as_mut().graceful_shutdown();
                let _ = connection.await;
            }
        }
    }
}

/// What TLS needs, read from its files. None when they are not set.
///
/// # Errors
/// When a file cannot be read, or the two do not belong together.
pub(super) fn tls_config(tls: &config::Tls) -> anyhow::Result<Tls> {
    let Some((certificate, key)) = tls.files() else { return Ok(None) };
    let chain = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .with_context(|| format!("server.tls.certificate: {} cannot be read as PEM", certificate.display()))?;
    let key = PrivateKeyDer::from_pem_file(key)
        .with_context(|| format!("server.tls.key: {} cannot be read as PEM", key.display()))?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .context("server.tls.certificate and server.tls.key do not belong together")?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Some(Arc::new(config)))
}

/// Reads the certificate again at each SIGHUP. Connections that are open keep the old one.
#[cfg(unix)]
async fn renew(app: &App, renewed: watch::Sender<Tls>) -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    if renewed.borrow().is_none() {
        return std::future::pending().await;
    }
    let mut hangups = signal(SignalKind::hangup())?;
    while hangups.recv().await.is_some() {
        match tls_config(&app.config.server.tls) {
            Ok(config) => {
                renewed.send_replace(config);
                tracing::info!("the certificate was read again");
            }
            Err(error) => tracing::error!("the old certificate stays in use: {error:#}"),
        }
    }
    std::future::pending().await
}

#[cfg(not(unix))]
async fn renew(_: &App, _: watch::Sender<Tls>) -> io::Result<()> {
    std::future::pending().await
}

/// Lets connections in while there is room.
struct Door {
    room: Arc<Semaphore>,
    addresses: Seats<IpAddr>,
    most_of_one: Option<usize>,
    stalled: Duration,
    /// How often a full house is told in the log.
    told: DefaultDirectRateLimiter,
}

impl Door {
    fn new(config: &config::Config) -> Self {
        let limits = &config.limits;
        // Behind a proxy everybody comes from its address.
        let counts_addresses = limits.connections_per_address > 0 && !config.server.behind_tls_proxy;
        Self {
            room: Arc::new(Semaphore::new(limits.connections.min(Semaphore::MAX_PERMITS))),
            addresses: Seats::default(),
            most_of_one: counts_addresses.then_some(limits.connections_per_address),
            stalled: limits.stalled,
            told: RateLimiter::direct(Quota::per_minute(std::num::NonZeroU32::MIN)),
        }
    }

    fn admit(&self, stream: TcpStream, peer: SocketAddr) -> io::Result<Connected> {
        let room = Arc::clone(&self.room).try_acquire_owned().map_err(|_| self.refusal("limits.connections"))?;
        let seat = match self.most_of_one {
            Some(most) => {
                let seat = self.addresses.take(network(peer.ip()), most);
                Some(seat.ok_or_else(|| self.refusal("limits.connections_per_address"))?)
            }
            None => None,
        };
        stream.set_nodelay(true)?;
        #[cfg(target_os = "linux")]
        socket2::SockRef::from(&stream).set_tcp_user_timeout(Some(self.stalled))?;
        Ok(Connected { stream, _room: room, _seat: seat })
    }

    fn refusal(&self, limit: &'static str) -> io::Error {
        if self.told.check().is_ok() {
            tracing::warn!(limit, "connections are refused: there is no more room");
        }
        io::Error::other(limit)
    }
}

/// Whom an address belongs to: with IPv6 everybody has a network of 64 bits (RFC 6177).
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX))),
        address => address,
    }
}

/// A connection that was let in; its room is given back when it ends, as a socket too.
struct Connected {
    stream: TcpStream,
    _room: OwnedSemaphorePermit,
    _seat: Option<Seat<IpAddr>>,
}

impl AsyncRead for Connected {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Connected {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_home_counts_as_one_address() {
        let of = |text: &str| network(text.parse().unwrap());
        assert_eq!(of("2001:db8:1:2::7"), of("2001:db8:1:2:ffff::1"));
        assert_ne!(of("2001:db8:1:2::7"), of("2001:db8:1:3::7"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
    }
}
