//! The settings of the server itself.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

/// Where the server listens and what it shows.
#[derive(Clone, Debug, confique::Config, Serialize)]
#[config(layer_attr(serde(deny_unknown_fields)))]
pub struct Server {
    /// Address and port to listen on. Port 0 takes a free one.
    #[config(env = "BEDSIDE_LISTEN", default = "127.0.0.1:8080")]
    pub listen: SocketAddr,

    /// The files for TLS. Without them the server speaks plain text, and `serve` listens on this machine only.
    #[config(nested)]
    pub tls: Tls,

    /// Whether a proxy in front of this server speaks TLS with clients, so that `serve` may listen in plain text on an
    /// address that other machines reach. Only the proxy should.
    #[config(env = "BEDSIDE_BEHIND_TLS_PROXY", default = false)]
    pub behind_tls_proxy: bool,

    /// The address under which clients reach this server; links in answers start with it. When it is not set, links
    /// start with the listening address. `serve` needs it when it listens on every address, such as 0.0.0.0.
    #[config(env = "BEDSIDE_PUBLIC_URL")]
    pub public_url: Option<String>,

    /// The folder of the browser pages, as `npm run build` makes it in `web/dist`. When it is not set: the pages that
    /// were built into this program (cargo's feature `pages`), or else `web/dist` of its sources.
    #[config(env = "BEDSIDE_PAGES")]
    pub pages: Option<PathBuf>,

    /// Whether `/` shows GraphiQL and the schema can be asked for; the chat is at `/chat` either way. `dev` switches it
    /// on.
    #[config(env = "BEDSIDE_GRAPHIQL", default = false)]
    pub graphiql: bool,

    /// Origins of other sites whose pages may use this server from a browser, such as `https://portal.example`.
    #[config(env = "BEDSIDE_ALLOWED_ORIGINS", parse_env = confique::env::parse::list_by_comma, default = [])]
    pub allowed_origins: Vec<String>,

    /// Networks of the proxies in front of this server, such as `10.0.0.0/8` or `192.0.2.7/32`. From them alone the
    /// client's address is taken from the header named in `proxy_header`; from anybody else that header is ignored.
    #[config(env = "BEDSIDE_TRUSTED_PROXIES", parse_env = confique::env::parse::list_by_comma, default = [])]
    pub trusted_proxies: Vec<IpNet>,

    /// The header in which trusted proxies name the client: `x-forwarded-for` or `forwarded` (RFC 7239). Only the one
    /// that the proxies really write: what a client wrote in the other would reach this server as it is.
    #[config(env = "BEDSIDE_PROXY_HEADER", default = "x-forwarded-for")]
    pub proxy_header: ProxyHeader,

    /// Address and port for operators: `/metrics` in the text format of Prometheus. Not for everybody, so it is never
    /// served where clients connect, and off unless it is set; without encryption, so give it an address of this
    /// machine or of a private network. Port 0 takes a free one. `dev` takes 127.0.0.1:0.
    #[config(env = "BEDSIDE_METRICS")]
    pub metrics: Option<SocketAddr>,

    /// How long a stop waits for requests under way. Writes that were begun then have a second to end.
    #[config(env = "BEDSIDE_DRAIN", default = "10s", deserialize_with = humantime_serde::deserialize)]
    #[serde(serialize_with = "humantime_serde::serialize")]
    pub drain: Duration,
}

/// The header in which a proxy names the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProxyHeader {
    /// `X-Forwarded-For: 192.0.2.60, 198.51.100.7`.
    XForwardedFor,
    /// `Forwarded: for=192.0.2.60, for=198.51.100.7` (RFC 7239).
    Forwarded,
}

/// The files for TLS. Both are read again at SIGHUP.
#[derive(Clone, Debug, confique::Config, Serialize)]
#[config(layer_attr(serde(deny_unknown_fields)))]
pub struct Tls {
    /// The certificate of this server and those that vouch for it, in PEM.
    #[config(env = "BEDSIDE_TLS_CERTIFICATE")]
    pub certificate: Option<PathBuf>,

    /// The private key of the certificate, in PEM.
    #[config(env = "BEDSIDE_TLS_KEY")]
    pub key: Option<PathBuf>,
}

impl Tls {
    /// The certificate and the key, when the server speaks TLS.
    pub fn files(&self) -> Option<(&Path, &Path)> {
        Some((self.certificate.as_deref()?, self.key.as_deref()?))
    }
}
