//! The browser pages, with made-up files in the place of those that npm builds.

use std::fs;

use bedside::pages::DemoPerson;
use reqwest::{Client, Method, RequestBuilder, Response, header, redirect::Policy};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::support::TestServer;

const SCRIPT: &str = "/assets/chat-4f2aB_-9.js";

/// A server as in production, with pages.
async fn production() -> TestServer {
    let server = TestServer::start_with(|config| config.server.graphiql = false).await;
    build(&server);
    server
}

/// Makes the files that npm would.
fn build(server: &TestServer) {
    let folder = server.folder.path().join("pages");
    fs::create_dir_all(folder.join("assets")).unwrap();
    fs::create_dir_all(folder.join("icons")).unwrap();
    for (name, text) in [
        ("chat.html", "<!doctype html><title>Chat</title>"),
        ("chat.html.br", "the chat in brotli"),
        ("chat.html.gz", "the chat in gzip"),
        ("graphiql.html", "<!doctype html><title>GraphiQL</title>"),
        ("manifest.webmanifest", "{}"),
        ("service-worker.js", "self"),
        ("icons/bedside.svg", "<svg/>"),
        (&SCRIPT[1..], "plain"),
        ("assets/chat-4f2aB_-9.js.br", "brotli"),
        ("assets/chat-4f2aB_-9.js.gz", "gzip"),
        ("../bedside.secret", "nobody may read this"),
        ("../secret.js", "nobody may read this"),
    ] {
        fs::write(folder.join(name), text).unwrap();
    }
}

fn asked(server: &TestServer, method: Method, path: &str) -> RequestBuilder {
    let client = Client::builder().redirect(Policy::none()).build().unwrap();
    client.request(method, server.url(path))
}

async fn get(server: &TestServer, path: &str) -> Response {
    asked(server, Method::GET, path).send().await.unwrap()
}

fn named<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

/// The rule of a policy about one kind of thing.
fn rule<'a>(policy: &'a str, about: &str) -> &'a str {
    let rules = policy.split(';').map(|rule| rule.trim().split_once(' ').unwrap_or((rule.trim(), "")));
    rules.filter(|(name, _)| *name == about).map(|(_, sources)| sources).next().unwrap_or("not there")
}

#[tokio::test]
async fn the_chat_is_one_page_under_all_its_addresses() {
    let server = production().await;
    for path in ["/chat", "/chat/", "/chat/c/conv_01h455vb4pex5vsknk084sn02q", "/chat/reset-password?a=b"] {
        let page = get(&server, path).await;
        assert_eq!((page.status().as_u16(), named(&page, "content-type")), (200, "text/html; charset=utf-8"), "{path}");
        assert_eq!(named(&page, "cache-control"), "no-cache", "{path}");
        assert_eq!(page.text().await.unwrap(), "<!doctype html><title>Chat</title>", "{path}");
    }
    for path in ["/chats", "/chat.html", "/graphiql.html", "/chat.html.br", "/assets", "/assets/", "/conversations"] {
        assert_eq!(get(&server, path).await.status().as_u16(), 404, "{path}");
    }
    let sent = asked(&server, Method::POST, "/chat").body("text").send().await.unwrap();
    assert_eq!(sent.status().as_u16(), 405);
    let sent = asked(&server, Method::POST, SCRIPT).body("text").send().await.unwrap();
    assert_eq!(sent.status().as_u16(), 404);
}

#[tokio::test]
async fn a_page_may_load_what_the_server_serves_and_nothing_else() {
    let server = TestServer::start().await;
    build(&server);
    for (path, styles, fonts) in [("/chat/c/x", "'self'", "'self'"), ("/", "'self' 'unsafe-inline'", "'self' data:")] {
        let page = get(&server, path).await;
        let policy = named(&page, "content-security-policy");
        assert_eq!(rule(policy, "default-src"), "'none'", "{path}");
        assert_eq!(rule(policy, "style-src"), styles, "{path}");
        assert_eq!(rule(policy, "font-src"), fonts, "{path}");
        for about in ["script-src", "connect-src", "worker-src"] {
            assert_eq!(rule(policy, about), "'self'", "{path}: {about}");
        }
        for about in ["base-uri", "form-action", "frame-ancestors"] {
            assert_eq!(rule(policy, about), "'none'", "{path}: {about}");
        }
        assert!(!policy.contains("http") && !policy.contains('*') && !policy.contains("unsafe-eval"), "{policy}");
        assert_eq!(named(&page, "x-content-type-options"), "nosniff");
        assert_eq!(named(&page, "referrer-policy"), "no-referrer");
        assert_eq!(named(&page, "cross-origin-opener-policy"), "same-origin");
        assert!(named(&page, "permissions-policy").contains("camera=()"));
    }
}

#[tokio::test]
async fn what_has_a_hash_in_its_name_is_kept_for_a_year_and_the_rest_is_asked_for_each_time() {
    let server = production().await;
    for (path, content_type, keep) in [
        (SCRIPT, "text/javascript; charset=utf-8", "public, max-age=31536000, immutable"),
        ("/service-worker.js", "text/javascript; charset=utf-8", "no-cache"),
        ("/manifest.webmanifest", "application/manifest+json", "no-cache"),
        ("/icons/bedside.svg", "image/svg+xml", "no-cache"),
    ] {
        let file = get(&server, path).await;
        assert_eq!((file.status().as_u16(), named(&file, "content-type")), (200, content_type), "{path}");
        assert_eq!(named(&file, "cache-control"), keep, "{path}");
        // The worker asks for the files of the chat by itself; every other file does nothing of its own.
        let may_ask = named(&file, "content-security-policy").contains("connect-src 'self'");
        assert_eq!(may_ask, path == "/service-worker.js", "{path}");
        assert!(named(&file, "content-security-policy").starts_with("default-src 'none'; "), "{path}");
    }
    let unknown = get(&server, "/assets/chat-gone.js").await;
    assert_eq!((unknown.status().as_u16(), named(&unknown, "cache-control")), (404, ""), "after an update");
    assert_eq!(unknown.text().await.unwrap(), "", "and not the page in its place");
}

#[tokio::test]
async fn a_browser_gets_the_best_encoding_it_takes() {
    let server = production().await;
    for (accepted, encoding, body) in [
        ("gzip, deflate, br, zstd", "br", "brotli"),
        ("gzip;q=1.0, BR;q=0.5", "br", "brotli"),
        ("gzip", "gzip", "gzip"),
        ("br;q=0, gzip", "gzip", "gzip"),
        ("br; q=0.000, gzip;q=0", "", "plain"),
        ("gzip;q=lots", "", "plain"),
        ("identity", "", "plain"),
    ] {
        let file = asked(&server, Method::GET, SCRIPT).header(header::ACCEPT_ENCODING, accepted).send().await.unwrap();
        assert_eq!(named(&file, "content-encoding"), encoding, "{accepted}");
        assert_eq!(named(&file, "content-type"), "text/javascript; charset=utf-8", "{accepted}");
        assert_eq!(named(&file, "vary"), "accept-encoding", "{accepted}");
        assert_eq!(file.text().await.unwrap(), body, "{accepted}");
    }
    let icon = asked(&server, Method::GET, "/icons/bedside.svg").header(header::ACCEPT_ENCODING, "br, gzip");
    assert_eq!(icon.send().await.unwrap().text().await.unwrap(), "<svg/>", "it was made in no other encoding");
}

#[tokio::test]
async fn a_page_the_browser_has_is_not_sent_again_until_it_changes() {
    let server = production().await;
    let first = get(&server, "/chat").await;
    let etag = named(&first, "etag").to_owned();
    let again = |encodings: &'static str| {
        let request = asked(&server, Method::GET, "/chat/c/x").header(header::ACCEPT_ENCODING, encodings);
        request.header(header::IF_NONE_MATCH, format!("\"other\", {etag}")).send()
    };
    let known = again("").await.unwrap();
    assert_eq!(
        (known.status().as_u16(), named(&known, "etag"), named(&known, "content-type")),
        (304, etag.as_str(), "")
    );
    assert!(named(&known, "content-security-policy").contains("script-src 'self'"), "a 304 replaces the headers");
    assert_eq!(known.text().await.unwrap(), "");
    let encoded = again("br").await.unwrap();
    assert_eq!((encoded.status().as_u16(), encoded.text().await.unwrap().as_str()), (200, "the chat in brotli"));

    fs::write(server.folder.path().join("pages/chat.html"), "<title>New</title>").unwrap();
    let new = again("").await.unwrap();
    assert_eq!((new.status().as_u16(), new.text().await.unwrap().as_str()), (200, "<title>New</title>"));
}

#[tokio::test]
async fn head_tells_the_same_without_the_bytes() {
    let server = production().await;
    for path in ["/chat", SCRIPT, "/service-worker.js"] {
        let (whole, head) = (get(&server, path).await, asked(&server, Method::HEAD, path).send().await.unwrap());
        assert_eq!(head.status(), whole.status(), "{path}");
        for name in ["content-type", "content-length", "cache-control", "etag", "content-security-policy"] {
            assert_eq!(named(&head, name), named(&whole, name), "{path}: {name}");
        }
        assert_eq!(head.text().await.unwrap(), "", "{path}");
    }
}

/// Sends an address as it is: clients of the tests would tidy it first.
async fn raw(server: &TestServer, path: &str) -> String {
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", server.address);
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn no_address_leads_out_of_the_folder() {
    let server = production().await;
    assert!(raw(&server, SCRIPT).await.starts_with("HTTP/1.1 200"));
    for path in [
        "/assets/../../secret.js",
        "/../secret.js",
        "/%2e%2e/secret.js",
        "/assets/%2e%2e%2f%2e%2e%2fsecret.js",
        "/assets/..%2f..%2fsecret.js",
        "/assets/..\\..\\secret.js",
        "//../secret.js",
        "/assets/../../../../../../../../etc/passwd",
        "/%2fetc/passwd",
        "/assets/%00",
        "/assets/./chat-4f2aB_-9.js/../../../secret.js",
    ] {
        let answer = raw(&server, path).await;
        assert!(answer.starts_with("HTTP/1.1 404") || answer.starts_with("HTTP/1.1 400"), "{path}: {answer}");
        assert!(!answer.contains("nobody may read"), "{path}: {answer}");
    }
    let deep = raw(&server, "/chat/../../secret.js").await;
    assert!(deep.contains("<title>Chat</title>") && !deep.contains("nobody may read"), "{deep}");
}

#[tokio::test]
async fn graphiql_is_the_first_page_where_it_is_switched_on_and_the_chat_elsewhere() {
    let server = TestServer::start().await;
    build(&server);
    assert!(get(&server, "/").await.text().await.unwrap().contains("GraphiQL"));
    let server = production().await;
    let first = get(&server, "/").await;
    assert_eq!((first.status().as_u16(), named(&first, "location")), (307, "/chat"));
    assert!(!first.text().await.unwrap().contains("GraphiQL"));
}

#[tokio::test]
async fn without_pages_one_is_told_how_to_get_them() {
    for is_dev in [true, false] {
        let server = TestServer::start_with(|config| config.server.graphiql = is_dev).await;
        for path in if is_dev { ["/", "/chat"] } else { ["/chat", "/chat/c/x"] } {
            let page = get(&server, path).await;
            assert_eq!((page.status().as_u16(), named(&page, "cache-control")), (503, "no-store"), "{path}");
            let text = page.text().await.unwrap();
            assert!(text.contains("pages") && !text.contains("<script"), "{path}: {text}");
        }
        let nothing = get(&server, SCRIPT).await;
        assert_eq!(nothing.status().as_u16(), 404);
    }
}

#[tokio::test]
async fn demo_accounts_are_shown_where_they_were_set_and_nowhere_else() {
    for server in [production().await, TestServer::start().await] {
        let demo = get(&server, "/demo.json").await;
        assert_eq!((demo.status().as_u16(), named(&demo, "cache-control")), (200, "no-store"));
        assert_eq!(demo.json::<Value>().await.unwrap(), json!({ "people": [] }));
    }
    let server = TestServer::start().await;
    let ada = DemoPerson {
        username: "ada".into(),
        full_name: "Dr Ada Okafor".into(),
        role: "CLINICIAN".into(),
        title: None,
        password: "secret".into(),
        token: "ey".into(),
    };
    server.app.pages.demo.set(vec![ada]).unwrap();
    let demo = get(&server, "/demo.json").await;
    assert_eq!(named(&demo, "cross-origin-resource-policy"), "same-origin");
    assert_eq!(
        demo.json::<Value>().await.unwrap(),
        json!({ "people": [{ "username": "ada", "fullName": "Dr Ada Okafor", "role": "CLINICIAN", "title": null,
                             "password": "secret", "token": "ey" }] })
    );
}
