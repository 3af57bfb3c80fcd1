//! Where a request comes from, when proxies stand between.

use std::net::{IpAddr, SocketAddr};

use axum::http::HeaderMap;

use crate::config::{ProxyHeader, Server};

/// The client's address. Behind trusted proxies, the last address in their header that is not one of them: what stands
/// before it was written by the client or by a stranger (RFC 7239 section 8.1). A header from anybody else is ignored;
/// where a proxy wrote something that is no address, its own stands for it.
pub(super) fn of_client(peer: IpAddr, headers: &HeaderMap, settings: &Server) -> IpAddr {
    let is_trusted = |address: IpAddr| settings.trusted_proxies.iter().any(|network| network.contains(&address));
    let mut nearest = peer.to_canonical();
    if !is_trusted(nearest) {
        return nearest;
    }
    let hops: Vec<Option<IpAddr>> = match settings.proxy_header {
        ProxyHeader::XForwardedFor => {
            let elements = lines(headers, "x-forwarded-for").flat_map(|line| line.split(',')).map(str::trim);
            elements.filter(|element| !element.is_empty()).map(address).collect()
        }
        ProxyHeader::Forwarded => {
            let elements = lines(headers, "forwarded").flat_map(|line| unquoted(line, ','));
            elements.filter(|element| !element.is_empty()).map(|element| address(forwarded_for(element)?)).collect()
        }
    };
    for hop in hops.into_iter().rev() {
        let Some(address) = hop else { return nearest };
        nearest = address;
        if !is_trusted(address) {
            break;
        }
    }
    nearest
}

/// The lines of a header, the farthest first.
fn lines<'a>(headers: &'a HeaderMap, name: &'static str) -> impl Iterator<Item = &'a str> {
    headers.get_all(name).iter().map(|line| line.to_str().unwrap_or("unreadable"))
}

/// The value of `for` in one element of `Forwarded`.
fn forwarded_for(element: &str) -> Option<&str> {
    let mut pairs = unquoted(element, ';').filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.find(|(name, _)| name.eq_ignore_ascii_case("for"))?;
    match value.strip_prefix('"') {
        Some(rest) => rest.strip_suffix('"'),
        None => Some(value),
    }
}

/// The trimmed parts of a text between separators that do not stand in quotes.
fn unquoted(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    let parts = text.split(move |char| {
        quoted ^= char == '"';
        char == separator && !quoted
    });
    parts.map(str::trim)
}

/// `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]` or `[2001:db8::1]:80`.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let address = bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()));
    address.map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn client(peer: &str, header: ProxyHeader, lines: &[(&'static str, &str)]) -> String {
        let mut settings = Config::defaults().unwrap().server;
        settings.trusted_proxies = ["10.0.0.0/8", "fd00::/8", "192.0.2.7/32"].map(|text| text.parse().unwrap()).into();
        settings.proxy_header = header;
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(*name, value.parse().unwrap());
        }
        of_client(peer.parse().unwrap(), &headers, &settings).to_string()
    }

    #[test]
    fn x_forwarded_for_is_walked_from_the_right_past_trusted_proxies() {
        for (peer, lines, expected) in [
            // Without a trusted proxy the header is what anybody wrote.
            ("203.0.113.5", &["198.51.100.1"][..], "203.0.113.5"),
            ("203.0.113.5", &["10.0.0.1"], "203.0.113.5"),
            ("192.0.2.8", &["198.51.100.1"], "192.0.2.8"),
            // One proxy, and chains of them.
            ("10.0.0.1", &[], "10.0.0.1"),
            ("10.0.0.1", &["198.51.100.1"], "198.51.100.1"),
            ("192.0.2.7", &["198.51.100.1, 10.0.0.9"], "198.51.100.1"),
            ("10.0.0.1", &["198.51.100.1 ,fd00::1,10.0.0.9"], "198.51.100.1"),
            ("10.0.0.1", &["198.51.100.1", "10.0.0.9"], "198.51.100.1"),
            ("::ffff:10.0.0.1", &["::ffff:198.51.100.1"], "198.51.100.1"),
            // What the client wrote itself stands further left, and is not looked at.
            ("10.0.0.1", &["1.2.3.4, 198.51.100.1"], "198.51.100.1"),
            ("10.0.0.1", &["1.2.3.4", "198.51.100.1, 10.0.0.9"], "198.51.100.1"),
            ("10.0.0.1", &["garbage, \", 198.51.100.1"], "198.51.100.1"),
            ("10.0.0.1", &["garbage, 198.51.100.1"], "198.51.100.1"),
            // All are proxies: the farthest asks.
            ("10.0.0.1", &["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
            // IPv6, brackets and ports.
            ("fd00::1", &["2001:db8::5"], "2001:db8::5"),
            ("10.0.0.1", &["[2001:db8::5]"], "2001:db8::5"),
            ("10.0.0.1", &["[2001:db8::5]:4711"], "2001:db8::5"),
            ("10.0.0.1", &["198.51.100.1:4711"], "198.51.100.1"),
            // No address: the proxy that says so stands for it.
            ("10.0.0.1", &["unknown"], "10.0.0.1"),
            ("10.0.0.1", &["198.51.100.1, unknown, 10.0.0.9"], "10.0.0.9"),
            ("10.0.0.1", &["198.51.100.1, 300.1.1.1"], "10.0.0.1"),
            ("10.0.0.1", &["fe80::1%eth0"], "10.0.0.1"),
            ("10.0.0.1", &["[2001:db8::5"], "10.0.0.1"),
            ("10.0.0.1", &["", ", ,198.51.100.1,"], "198.51.100.1"),
        ] {
            let lines: Vec<_> = lines.iter().map(|value| ("x-forwarded-for", *value)).collect();
            assert_eq!(client(peer, ProxyHeader::XForwardedFor, &lines), expected, "{peer} {lines:?}");
        }
    }

    #[test]
    fn forwarded_is_read_as_rfc_7239_writes_it() {
        for (line, expected) in [
            ("for=198.51.100.1", "198.51.100.1"),
            ("For=198.51.100.1;proto=https;by=10.0.0.1", "198.51.100.1"),
            ("proto=https; for=\"[2001:db8:cafe::17]:4711\"", "2001:db8:cafe::17"),
            ("for=\"198.51.100.1:80\", for=10.0.0.9", "198.51.100.1"),
            ("for=1.2.3.4;host=\"a,for=5.6.7.8\", for=198.51.100.1;host=\"b,c;d\"", "198.51.100.1"),
            ("for=1.2.3.4, for=_hidden", "10.0.0.1"),
            ("for=1.2.3.4, for=unknown, for=10.0.0.9", "10.0.0.9"),
            ("for=\"1.2.3.4, for=198.51.100.1", "10.0.0.1"),
            ("by=10.0.0.1", "10.0.0.1"),
            ("198.51.100.1", "10.0.0.1"),
        ] {
            assert_eq!(client("10.0.0.1", ProxyHeader::Forwarded, &[("forwarded", line)]), expected, "{line}");
            assert_eq!(client("203.0.113.5", ProxyHeader::Forwarded, &[("forwarded", line)]), "203.0.113.5");
        }
    }

    #[test]
    fn the_header_that_the_proxies_do_not_write_is_not_read() {
        let lines = [("forwarded", "for=1.2.3.4"), ("x-forwarded-for", "198.51.100.1")];
        assert_eq!(client("10.0.0.1", ProxyHeader::XForwardedFor, &lines), "198.51.100.1");
        assert_eq!(client("10.0.0.1", ProxyHeader::Forwarded, &lines), "1.2.3.4");
        assert_eq!(client("10.0.0.1", ProxyHeader::Forwarded, &lines[1..]), "10.0.0.1");
    }
}
