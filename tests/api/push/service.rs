//! A push service and the browsers behind it, as the standards describe them (RFC 8030, 8188, 8291, 8292).

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use aws_lc_rs::{
    aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    agreement::{ECDH_P256, PrivateKey, UnparsedPublicKey, agree},
};
use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, Uri},
    response::{IntoResponse, Response},
    routing::post,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bedside::{
    clock::Timestamp,
    config::Config,
    entity::{push_place, push_subscription},
    journal,
};
use hkdf::Hkdf;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::net::TcpListener;

use crate::support::{Actor, TestServer};

/// What a service was sent.
#[derive(Clone)]
pub struct Pushed {
    /// For whom.
    pub name: String,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Pushed {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// A push service on a free port.
#[derive(Clone)]
pub struct Service {
    pub address: String,
    got: Arc<Mutex<Vec<Pushed>>>,
    answers: Arc<Mutex<VecDeque<Response>>>,
}

impl Service {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let service = Self { address, got: Arc::default(), answers: Arc::default() };
        let router = Router::new().route("/{name}", post(take)).with_state(service.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        service
    }

    /// Answers the next push so, and all others 201.
    pub fn answers(&self, status: u16, headers: &[(&'static str, &'static str)]) {
        let mut answer = StatusCode::from_u16(status).unwrap().into_response();
        for (name, value) in headers {
            answer.headers_mut().insert(*name, HeaderValue::from_static(value));
        }
        self.answers.lock().unwrap().push_back(answer);
    }

    /// Everything it got so far.
    pub fn got(&self) -> Vec<Pushed> {
        self.got.lock().unwrap().clone()
    }
}

async fn take(State(service): State<Service>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let name = uri.path().trim_start_matches('/').to_owned();
    service.got.lock().unwrap().push(Pushed { name, headers, body });
    let answer = service.answers.lock().unwrap().pop_front();
    answer.unwrap_or_else(|| StatusCode::CREATED.into_response())
}

/// Settings with which pushes may go to a service on this machine.
pub fn pushing(config: &mut Config) {
    config.push.key = Some(bedside::push::generate_key().unwrap().into());
    config.push.subject = Some("mailto:it@clinic.example".into());
    config.push.allow_private = true;
    // The stories let hours go by between two messages.
    config.auth.access_token = Duration::from_secs(24 * 3600);
}

/// A browser of somebody.
pub struct Browser {
    pub endpoint: String,
    own: PrivateKey,
    auth: [u8; 16],
}

impl Browser {
    pub fn at(service: &Service, name: &str) -> Self {
        let own = PrivateKey::generate(&ECDH_P256).unwrap();
        Self { endpoint: format!("{}/{name}", service.address), own, auth: [9; 16] }
    }

    /// What it gives to be pushed to.
    pub fn keys(&self) -> Value {
        let public = self.own.compute_public_key().unwrap();
        json!({
            "endpoint": self.endpoint,
            "p256dh": URL_SAFE_NO_PAD.encode(public.as_ref()),
            "auth": URL_SAFE_NO_PAD.encode(self.auth),
        })
    }

    /// What a push says to it, read as RFC 8291 section 3.4 tells browsers to.
    pub fn open(&self, pushed: &Pushed) -> Value {
        assert_eq!(pushed.header("content-encoding"), "aes128gcm");
        let (salt, rest) = pushed.body.split_at(16);
        let (size, rest) = rest.split_at(4);
        let (theirs, sealed) = rest[1..].split_at(rest[0].into());
        assert!(u32::from_be_bytes(size.try_into().unwrap()) as usize >= sealed.len());
        let public = self.own.compute_public_key().unwrap();
        let info = [b"WebPush: info\0", public.as_ref(), theirs].concat();
        let peer = UnparsedPublicKey::new(&ECDH_P256, theirs);
        let shared: [u8; 32] = agree(&self.own, peer, (), |secret| Ok(expand(&self.auth, secret, &info))).unwrap();
        let key: [u8; 16] = expand(salt, &shared, b"Content-Encoding: aes128gcm\0");
        let nonce: [u8; 12] = expand(salt, &shared, b"Content-Encoding: nonce\0");
        let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key).unwrap());
        let mut record = sealed.to_vec();
        let text = key.open_in_place(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut record).unwrap();
        let end = text.iter().rposition(|byte| *byte != 0).unwrap();
        assert_eq!(text[end], 2, "the last record");
        serde_json::from_slice(&text[..end]).unwrap()
    }
}

fn expand<const N: usize>(salt: &[u8], secret: &[u8], info: &[u8]) -> [u8; N] {
    let mut key = [0; N];
    Hkdf::<Sha256>::new(Some(salt), secret).expand(info, &mut key).unwrap();
    key
}

/// Checks who a push says it comes from (RFC 8292), and answers what it claims.
pub fn claims(pushed: &Pushed, public_key: &str) -> Value {
    let named = pushed.header("authorization").strip_prefix("vapid t=").unwrap();
    let (token, key) = named.split_once(", k=").unwrap();
    assert_eq!(key, public_key);
    let point = URL_SAFE_NO_PAD.decode(key).unwrap();
    let (x, y) = (URL_SAFE_NO_PAD.encode(&point[1..33]), URL_SAFE_NO_PAD.encode(&point[33..]));
    let mut rules = Validation::new(Algorithm::ES256);
    rules.validate_aud = false;
    decode::<Value>(token, &DecodingKey::from_ec_components(&x, &y).unwrap(), &rules).unwrap().claims
}

impl TestServer {
    /// The browsers that are pushed to.
    pub async fn browsers(&self) -> Vec<push_subscription::Model> {
        push_subscription::Entity::find().all(self.app.database.reader()).await.unwrap()
    }

    /// Waits until the journal was looked through and every browser was told what there was to tell, or until a push was
    /// put off.
    pub async fn pushed(&self) {
        let mut tries = tokio::time::interval(Duration::from_millis(20));
        for _ in 0..1_000 {
            tries.tick().await;
            let db = self.app.database.reader();
            let head = journal::head(db).await.unwrap().seq;
            let place = push_place::Entity::find_by_id(1).one(db).await.unwrap().unwrap().seq;
            let browsers = self.browsers().await;
            let now: Timestamp = self.clock.now();
            let is_done = |row: &push_subscription::Model| row.news_seq <= row.told_seq || row.due_at > now;
            // Somebody is at it: a lease is two minutes, and no pause of these stories is.
            let is_claimed = |row: &push_subscription::Model| {
                row.attempts > 0 && (100..=120).contains(&row.due_at.since(now).as_secs())
            };
            if browsers.is_empty() || place == head && browsers.iter().all(|row| is_done(row) && !is_claimed(row)) {
                return;
            }
        }
        panic!("pushes still wait after twenty seconds");
    }
}

impl Actor {
    /// Registers a browser; the codes of what is wrong.
    pub async fn push_to(&self, browser: &Browser) -> Vec<String> {
        self.refused(super::REGISTER, json!({ "i": browser.keys() })).await
    }
}
