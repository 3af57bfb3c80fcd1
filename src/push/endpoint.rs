//! Where a browser wants to be pushed to. It names the address, so nothing in the own network may be reached by it.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    str::FromStr,
    sync::LazyLock,
};

use ipnet::IpNet;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

/// The longest address that is taken.
const LONGEST: usize = 1_000;

/// Networks that are not the internet: private, of this machine or this link, for several listeners, for documents and
/// trials, and those in which another address hides (IANA's special-purpose registries).
static INSIDE: LazyLock<Vec<IpNet>> = LazyLock::new(|| {
    let all = "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 \
               192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/3 \
               ::/8 64:ff9b::/96 64:ff9b:1::/48 100::/64 2001::/23 2001:db8::/32 2002::/16 3fff::/20 5f00::/16 \
               fc00::/7 fe80::/10 fec0::/10 ff00::/8";
    all.split_whitespace().filter_map(|network| IpNet::from_str(network).ok()).collect()
});

/// The address of a push service, if this is one: `https`, by a name, on its usual port.
pub(super) fn parse(text: &str, allow_private: bool) -> Option<Url> {
    let url = Url::parse(text).ok().filter(|url| text.len() <= LONGEST && url.fragment().is_none())?;
    let is_public = url.scheme() == "https"
        && url.port().is_none()
        && matches!(url.host(), Some(Host::Domain(name)) if name.contains('.'));
    let is_plain = url.username().is_empty() && url.password().is_none() && url.has_host();
    (is_plain && (is_public || allow_private && ["http", "https"].contains(&url.scheme()))).then_some(url)
}

fn is_outside(address: IpAddr) -> bool {
    let address = address.to_canonical();
    !INSIDE.iter().any(|network| network.contains(&address))
}

/// Looks names up and leaves out addresses of the own network: a name may lead anywhere, and elsewhere the next time.
pub(super) struct OutsideOnly;

impl Resolve for OutsideOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let outside: Vec<SocketAddr> = found.filter(|address| is_outside(address.ip())).collect();
            if outside.is_empty() {
                return Err(io::Error::other("a push service that is not on the internet").into());
            }
            Ok(Box::new(outside.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_internet_are_asked() {
        for inside in [
            "127.0.0.1",
            "10.1.2.3",
            "172.31.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "fd00::1",
            "::ffff:10.0.0.1",
            "::ffff:127.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "ff02::1",
        ] {
            assert!(!is_outside(inside.parse().unwrap()), "{inside}");
        }
        for outside in ["142.250.74.10", "34.107.243.93", "2a00:1450:400e:80f::200a", "::ffff:34.107.243.93"] {
            assert!(is_outside(outside.parse().unwrap()), "{outside}");
        }
    }

    #[test]
    fn a_push_service_is_named_and_encrypted() {
        let good = ["https://fcm.googleapis.com/fcm/send/abc:def", "https://web.push.apple.com/QGz?a=b"];
        assert!(good.iter().all(|good| parse(good, false).is_some()));
        for bad in [
            "http://fcm.googleapis.com/a",
            "https://127.0.0.1/a",
            "https://[::1]/a",
            "https://2130706433/a",
            "https://localhost/a",
            "https://push.example:8443/a",
            "https://user:word@push.example/a",
            "https://push.example/a#b",
            "ftp://push.example/a",
            "push.example",
            "",
        ] {
            assert!(parse(bad, false).is_none(), "{bad}");
        }
        assert!(parse(&format!("https://push.example/{}", "a".repeat(1_000)), false).is_none());
        assert!(parse("http://127.0.0.1:4000/a", true).is_some() && parse("file:///etc/passwd", true).is_none());
    }

    #[tokio::test]
    async fn a_name_that_leads_inside_is_not_followed() {
        assert!(OutsideOnly.resolve("localhost".parse().unwrap()).await.is_err());
    }
}
